"""What one way in refuses, every way refuses; what one takes, every way takes alike.

The command line, CSV, a workbook, JSON lines, a form and a journal are given the same values, on both engines; each is tried in a dry run
first, which refuses exactly what the real run refuses.
"""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from cli.test_forms import Filler, form

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")

TASK = "T1.3"
#: Field -> option, heading of a file, heading of a form.
FIELDS = {
    "progress": ("--progress", "progress", "本次进度（%）"),
    "note": ("--note", "note", "本次进展情况"),
    "difficulty": ("--difficulty", "difficulty", "存在困难"),
    "next_step": ("--next", "next", "下一步措施"),
}
TAKEN = [
    ("progress", "40", 40),
    ("progress", "40%", 40),
    ("progress", "４０％", 40),
    ("progress", " 40 % ", 40),
    ("progress", "40.0", 40),
    ("progress", "0", 0),
    ("progress", "100％", 100),
    ("progress", "0.4", 40),
    ("note", "完成　一半", "完成 一半"),
    ("note", "=1+1", "=1+1"),
    ("note", "[red]x[/nope]", "[red]x[/nope]"),
    ("note", "x" * 2000, "x" * 2000),
    ("next_step", "a\ttab", "a tab"),
    ("difficulty", "Ａ１００％", "Ａ１００％"),
    ("note", "a\u2028b", "a\nb"),
    ("note", "a\x85b", "a\nb"),
]
REFUSED = [
    ("progress", "101"),
    ("progress", "-1"),
    ("progress", "４０．５％"),
    ("progress", "half"),
    ("progress", "1e1"),
    ("progress", "四十"),
    ("progress", "40%%"),
    ("note", "a\x07b"),
    ("note", "a\x1b[2Jb"),
    ("note", "a\u202eb"),
    ("note", "x" * 2001),
    ("difficulty", "a\u200fb"),
    ("next_step", "a\x7fb"),
]


@pytest.fixture
def program(qplan, ledger, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return qplan


def on_the_command_line(program, field, value, *more):
    return program("update", TASK, f"{FIELDS[field][0]}={value}", *more)


def in_csv(program, field, value, *more):
    with open("in.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", FIELDS[field][1]), (TASK, value)])
    return program("update", "--from", "in.csv", *more)


def in_json(program, field, value, *more):
    line = json.dumps({"id": TASK, FIELDS[field][1]: value}, ensure_ascii=False)
    with open("in.jsonl", "w", encoding="utf-8") as file:
        file.write(f"{line}\n")
    return program("update", "--from", "in.jsonl", *more)


def in_a_workbook(program, field, value, *more):
    book = openpyxl.Workbook()
    book.active.append(["id", FIELDS[field][1]])
    book.active.append([TASK, "?"])
    save(book, "in.xlsx", value)
    return program("update", "--from", "in.xlsx", *more)


def in_a_form(program, field, value, *more):
    shutil.rmtree("forms", ignore_errors=True)
    assert program("forms", "--out", "forms", "-d", "scjg", "--lang", "zh").code == 0
    from pathlib import Path

    filler = Filler(form(Path("forms"), "市场监管"))
    filler.write(TASK, **{FIELDS[field][2]: "?"})
    save(filler.book, str(filler.path), value)
    return program("collect", "forms", "--yes", *more)


def save(book, path, value):
    """Save a workbook with a value in the place of “?”, which openpyxl itself may refuse."""
    import zipfile
    from xml.sax.saxutils import escape

    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "?":
                    cell.value, cell.data_type = "@value@", "s"
    book.save(path)
    text = escape("".join(one if one >= " " or one == "\t" else f"_x{ord(one):04X}_" for one in value))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data.replace(b"@value@", text.encode()))


WAYS = (on_the_command_line, in_csv, in_json, in_a_workbook, in_a_form)


def way_name(way):
    return way.__name__


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(("field", "value", "stored"), TAKEN)
def test_what_one_way_takes_every_way_takes(program, ledger, way, field, value, stored):
    before = ledger.read_bytes()
    answer = way(program, field, value, "--dry-run")
    assert answer.code == 0, answer.err + answer.out
    assert ledger.read_bytes() == before
    answer = way(program, field, value)
    assert answer.code == 0, answer.err + answer.out
    assert program("show", TASK, "--format", "json").json["item"][field] == stored


@pytest.mark.parametrize("way", WAYS, ids=way_name)
@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_what_one_way_refuses_every_way_refuses(program, ledger, way, field, value):
    before = ledger.read_bytes()
    for more in (("--dry-run",), ()):
        answer = way(program, field, value, *more)
        assert answer.code == 2, (more, answer.out)
        assert "inside qplan" not in answer.err
    assert ledger.read_bytes() == before


def imported(program, tmp_path, field, value):
    """Import a journal in which somebody put a value, with every hash computed anew."""
    from ledger.test_transfer import field as put
    from ledger.test_transfer import rewritten

    words = ("--progress", "1", "--note", "n", "--difficulty", "d", "--next", "s")
    assert program("update", TASK, *words).code == 0
    assert program("export", "--journal", "--out", "j.jsonl").code == 0
    lines = (tmp_path / "j.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "j.jsonl").write_text("".join(rewritten(lines, len(lines) - 1, put(field, value))), "utf-8")
    return program("import", "j.jsonl", "--ledger", "new.db")


@pytest.mark.parametrize("value", [101, -1, "half", "40", 40.5, True])
def test_a_progress_that_a_command_refuses_no_journal_brings_in(program, ledger, tmp_path, value):
    answer = imported(program, tmp_path, "progress", value)
    assert answer.code == 2 and "j.jsonl" in answer.err, answer
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("value", [value for field, value in REFUSED if field != "progress"])
def test_a_text_of_an_older_ledger_is_taken_and_shown_without_what_is_not_for_reading(
    program, ledger, tmp_path, value
):
    """Former versions took such texts from files; a ledger that holds them can still be moved."""
    assert imported(program, tmp_path, "note", value).code == 0
    shown = program("show", TASK, "--ledger", "new.db").out
    assert all(one.isprintable() or one == "\n" for one in shown)


@pytest.fixture(scope="module")
def on_a_server():
    """The address of a ledger on a server, with the bundled plan."""
    from cli.conftest import NOW
    from ledger import server
    from qplan.cli import settings
    from qplan.cli.run import run

    database = server.Database()
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "now", lambda: NOW)
    patch.setenv("QPLAN_CONFIG", "")
    assert run(["load", "--ledger", database.url(), "--actor", "tester", "--lang", "en"]) == 0
    patch.undo()
    yield database.url()
    database.drop()


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_a_ledger_on_a_server_takes_and_refuses_alike(program, on_a_server, monkeypatch, way):
    monkeypatch.setenv("QPLAN_LEDGER", on_a_server)

    def seq():
        return program("log", "--limit", "1", "--format", "json").json["ledger"]["seq"]

    for field, value, stored in TAKEN[::2]:
        other = "1" if field == "progress" else "another"
        assert program("update", TASK, FIELDS[field][0], other).code == 0
        before = seq()
        assert way(program, field, value, "--dry-run").code == 0 and seq() == before
        answer = way(program, field, value)
        assert answer.code == 0, (value, answer)
        assert program("show", TASK, "--format", "json").json["item"][field] == stored
    before = seq()
    for field, value in REFUSED[::2]:
        for more in (("--dry-run",), ()):
            answer = way(program, field, value, *more)
            assert (answer.code, seq()) == (2, before), (value, answer)

"""Text that wants to be more than text: inert in every format, kept to the letter in JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ledger import plans
from qplan.render import FORMATS
from torture.harness import assert_whole, make, qplan

HOSTILE = {
    "ESC": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "OSC 8": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "C1": "\x9b31mred\x9d8;;x\x9c\x85",
    "bidi": "safe\u202etxt.exe\u2066x\u2069",
    "zero width": "a\u200bb\u200dc\ufeffd\u2060e",
    "markup": "[red]x[/red] [/x] [link=https://evil.example]y",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "formula": "=1+1",
    "formula 2": "@SUM(A1)",
    "full-width formula": "＝cmd|'/c calc'!A0",
    "lines": "one\ntwo\r\nthree\u2028four",
    "pipe": "a | b \\| c `code` *bold* [l](https://evil.example)",
    "tab": "a\tb",
    "quotes": "a\"b'c,d;e",
    "percent": "%s %(x)s {x} {0} $HOME `id` $(id)",
}

#: What must never reach a screen or a document: it steers, reorders or hides.
STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

COMMANDS = (
    ["tasks"], ["tasks", "--tree"], ["show", "T1.1"], ["depts"], ["indicators"], ["summary"], ["log"],
    ["overdue"], ["weekly"], ["export"], ["calendar"], ["milestones"], [],
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hostile titles, as no plan file would be let in with, and hostile reports through the program."""
    whole = plans.plan(len(HOSTILE), **{f"t{n}": text for n, text in enumerate(HOSTILE.values(), 1)})
    nasty = " ".join(HOSTILE.values())
    whole = whole._replace(
        head=whole.head._replace(title=nasty, region=nasty),
        departments=tuple(d._replace(name=f"{d.name}{nasty}", remark=nasty) for d in whole.departments),
        indicators=tuple(i._replace(name=nasty, unit=nasty) for i in whole.indicators),
        milestones=tuple(m._replace(title=nasty) for m in whole.milestones),
    )
    path = make(tmp_path_factory.mktemp("hostile") / "ledger.db", whole)
    refused = qplan(path, "update", "T1.1", "--note", nasty)
    assert refused.returncode == 2 and not STEERING.search(refused.stderr), refused.stderr
    nasty = "".join(filter(str.isprintable, nasty))  # what the program takes of it
    words = [
        "--status",
        "active",
        "--note",
        nasty,
        "--difficulty",
        nasty,
        "--next",
        nasty,
        "--owner",
        "=王",
        "--evidence",
        nasty,
    ]
    done = qplan(path, "update", "T1.1", *words)
    assert done.returncode == 0, done.stderr
    assert not STEERING.search(done.stdout), done.stdout
    assert_whole(path)
    return path


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # a link within the page is the page's own
        self.found |= {tag, *(f"{tag} {name}" for name, value in attrs if not (value or "").startswith("#"))}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words) or "alone")
def test_it_is_inert_in_every_format(place: Path, tmp_path: Path, command: list[str]):
    for format in FORMATS:
        out = tmp_path / f"out.{format}"
        done = qplan(place, *command, "--format", format, "--out", out)
        if format == "ics" and done.returncode == 2 and "calendar is written by" in done.stderr:
            continue  # this page has no days
        assert done.returncode == 0, (format, done.stderr)
        data = out.read_bytes()
        if data[:2] == b"PK":
            _office(format, data)
            continue
        text = data.decode("utf-8").removeprefix("\ufeff")
        if format == "json":
            json.loads(text)
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
            continue
        assert not STEERING.search(text), (format, STEERING.search(text))
        if format in ("csv", "tsv"):
            _cells(format, text)
        if format == "html":
            tags = Tags()
            tags.feed(text)
            assert not tags.found & {"script", "img", "img onerror", "a href"}
        if format == "md":
            assert "<script" not in text and "<img" not in text


def _cells(format: str, text: str) -> None:
    rows = (
        csv.reader(io.StringIO(text, newline=""))
        if format == "csv"
        else (r.split("\t") for r in text.split("\n"))
    )
    for row in rows:
        for cell in row:
            assert cell[:1] not in tuple("=@＝＠") or not cell, (format, cell)


def _office(format: str, data: bytes) -> None:
    """Every part is XML that can be read, and no cell is a formula."""
    import zipfile
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = ElementTree.fromstring(archive.read(name))
                assert not any(node.tag.endswith("}f") for node in root.iter()), (format, name)
                for node in root.iter():
                    assert not STEERING.search(node.text or ""), (format, name, node.text)


def test_a_list_has_one_line_for_each_task(place: Path):
    lines = qplan(place, "tasks", "--format", "tsv").stdout.rstrip("\n").split("\n")
    assert len(lines) == len(HOSTILE) + 2
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
    assert qplan(place, "tasks", "--format", "md").stdout.count("\n| ") >= len(HOSTILE)


def test_json_and_the_journal_keep_every_character(place: Path):
    titles = {t["id"]: t["title"] for t in json.loads(qplan(place, "export").stdout)["tasks"]}
    for n, text in enumerate(HOSTILE.values(), 1):
        assert titles[f"T1.{n}"] == text


@pytest.mark.parametrize(
    "words",
    [
        ["show", "\x1b[31mX"], ["tasks", "--dept", "\x1b]0;x\x07"], ["update", "\x1b[2J", "-p", "1"],
        ["update", "T1.1", "--status", "\x1b[31m"], ["\x1b[31m"], ["tasks", "--\x1b[31m"],
        ["undo", "\x1b[31m"], ["verify", "--seal", "\x1b[31m"], ["import", "\x1b[31m"], ["log", "\u202ex"],
        ["check", "\x1b[31m"], ["config", "set", "\x1b[31m", "x"], ["tasks", "--ledger", "\x1b[31m/x"],
        ["tasks", "--search", "\x9b31m"], ["tasks", "--as-of", "\x1b[31m"], ["weekly", "--week", "\x1b[31m"],
    ],
    ids=repr,
)  # fmt: skip
def test_no_answer_repeats_what_steers(place: Path, words: list[str]):
    done = qplan(place, *words)
    assert done.returncode in (0, 1, 2)
    assert not STEERING.search(done.stdout + done.stderr), done


@pytest.mark.parametrize("option", ["--note", "--owner", "--evidence", "--actor"])
def test_bytes_that_are_no_text_are_refused(place: Path, option: str):
    before = assert_whole(place)
    done = qplan(
        place, "update", "T1.1", "--progress", "5", option, b"a\xffb".decode("utf-8", "surrogateescape")
    )
    assert done.returncode == 2 and "inside qplan" not in done.stderr, done.stderr
    assert assert_whole(place) == before


def test_nothing_typed_becomes_sql(place: Path):
    before = assert_whole(place)
    for text in ("'; DROP TABLE task; --", '" OR 1=1', "T1.1' OR 'a'='a", "%", "_", "!"):
        for words in (["show", text], ["tasks", "--search", text], ["tasks", "--dept", text], ["log", text]):
            assert qplan(place, *words).returncode in (0, 1, 2)
    assert json.loads(qplan(place, "tasks", "--search", "%s", "--format", "json").stdout)["items"]
    assert not json.loads(qplan(place, "tasks", "--search", "' OR '1'='1", "--format", "json").stdout)[
        "items"
    ]
    assert assert_whole(place) == before


def test_evidence_is_never_opened_for_writing(place: Path, tmp_path: Path):
    evidence = tmp_path / "report.txt"
    evidence.write_text("x")
    evidence.chmod(0o400)
    seen = evidence.stat().st_mtime_ns
    assert qplan(place, "update", "T1.1", "--evidence", evidence).returncode == 0
    assert evidence.stat().st_mtime_ns == seen and evidence.read_text() == "x"
    assert qplan(place, "update", "T1.1", "--evidence", "$(touch pwned)", cwd=tmp_path).returncode == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.txt"]

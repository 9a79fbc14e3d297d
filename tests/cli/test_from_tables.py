"""``update --from``: tables as offices keep them, in every kind of file they save."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qplan.service import report_files
from qplan.views.columns import TASK_COLUMNS

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")

TABLE = [
    ["2026年重点任务进展表"],
    [],
    ["序号", "任务编号", "重点任务", "牵头单位", "完成时限", "办理状态", "完成率", "工作进展", "备注"],
    ["一、产业"],
    [1, "Ｔ１．１", "优化", "行政审批", "年底前", "办理中", "３０％", "第一行\n第二行", "甲"],
    [],
    [2, "T1.3", "强化", "市场监管", "年底前", "办理中", 0.4, "正在推进", None],
    [3, "S1", "组织", "领导小组办公室", "年底前", "办理中", 50, None, None],
    ["合计", None, None, None, None, None, 40, None, None],
    ["填表人：张三", None, None, None, None, None, None, "电话 123"],
]
WANTED = {"T1.1": (30, "第一行\n第二行"), "T1.3": (40, "正在推进"), "S1": (50, None)}


@pytest.fixture
def ledger(qplan, loaded, tmp_path, monkeypatch):
    shutil.copy(loaded, tmp_path / "ledger.db")
    monkeypatch.chdir(tmp_path)
    qplan.folder = tmp_path
    return qplan


def workbook(path, rows=TABLE):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def text(rows, mark):
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue()


def state(ledger, ident):
    item = ledger("show", ident, "--format", "json").json["item"]
    return item["progress"], item["note"]


@pytest.mark.parametrize("kind", ["xlsx", "gbk.csv", "utf-8-sig.csv", "utf-16.tsv", "utf-8.tsv"])
def test_a_table_of_an_office_is_read_from_any_kind_of_file(ledger, tmp_path, kind):
    path = tmp_path / f"进展.{kind}"
    if kind == "xlsx":
        workbook(path)
    else:
        encoding, _dot, suffix = kind.rpartition(".")
        path.write_bytes(text(TABLE, "\t" if suffix == "tsv" else ",").encode(encoding))
    answer = ledger("update", "--from", path)
    assert answer.code == 0, answer.err
    assert {ident: state(ledger, ident) for ident in WANTED} == WANTED


def test_a_cell_shown_as_a_percent_is_one(ledger, tmp_path):
    rows = [["id", "status", "progress"], ["T1.1", "active", 1], ["T1.3", "active", 0.3], ["S1", "active", 1]]
    path = workbook(tmp_path / "p.xlsx", rows)
    book = openpyxl.load_workbook(path)
    for place in ("C2", "C3"):
        book.active[place].number_format = "0%"
    book.save(path)
    assert ledger("update", "--from", path).code == 0
    assert [state(ledger, ident)[0] for ident in ("T1.1", "T1.3", "S1")] == [100, 30, 1]


def test_a_fault_of_a_workbook_names_sheet_and_cell(ledger, tmp_path):
    rows = [
        *TABLE[:4],
        [1, "T1.1", None, None, None, "gone", 130, "x"],
        [2, "T9.9", None, None, None, None, 5],
    ]
    rows.append([3, None, None, None, None, None, 5])
    answer = ledger("update", "--from", workbook(tmp_path / "f.xlsx", rows))
    assert answer.code == 2
    for place in ("f.xlsx:Sheet!F5", "f.xlsx:Sheet!G5", "f.xlsx:Sheet!A6", "f.xlsx:Sheet!A7"):
        assert place in answer.err, answer.err
    assert "nothing was written" in answer.err


@pytest.mark.parametrize(
    "words", [("tasks", "--columns", "all"), ("tasks",), ("overdue", "--columns", "all")]
)
@pytest.mark.parametrize("name", ["list.xlsx", "list.csv", "list.tsv"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_list_wrote_is_read_back_and_says_nothing_new(ledger, words, name, lang):
    assert ledger("update", "T1.1", "--status", "active", "--note", "=甲", "--evidence", "C:\\n\nb").code == 0
    assert ledger(*words, "--out", name, "--lang", lang).code == 0
    answer = ledger("update", "--from", name, "--yes")
    assert answer.code == 0 and not answer.out, answer.err


#: Texts that spreadsheets or the formats treat in a way of their own.
AWKWARD = [
    '"', '""', '"甲"', '甲"乙', '"甲', '甲"', '"甲", "乙"', "a\tb", '"a\tb"\n"c"', "第一行\n第二行", "=1+1", "+1", "-1", "-甲", "@a",
    "＝甲", "'=甲", "''=甲", "'-1", "'", "'甲", "C:\\new\\t", "\\", ",,,,,,", ";;;;", '=HYPERLINK("a","b")', "合计", "{",
]  # fmt: skip


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv", "list.tsv", "list.json", "saved.csv", "saved.tsv"])
def test_every_text_is_read_back_from_a_list_as_it_was(ledger, name):
    shutil.copy("ledger.db", "other.db")
    ids = [item["id"] for item in ledger("tasks", "--format", "json").json["items"]][: len(AWKWARD)]
    lines = [
        {"id": ident, "status": "active", "note": note} for ident, note in zip(ids, AWKWARD, strict=True)
    ]
    Path("given.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert ledger("update", "--from", "given.jsonl", "--yes").code == 0
    assert ledger("tasks", "--columns", "id,note,light", "--out", name).code == 0
    if name.startswith("saved"):
        save_as_excel_does(Path(name))
    answer = ledger("update", "--from", name, "--yes")
    assert answer.code == 0 and not answer.out, (answer.out, answer.err)
    answer = ledger("update", "--from", name, "--yes", "--ledger", "other.db")
    assert answer.code == 0, answer.err
    held = ledger("tasks", "--format", "json", "--ledger", "other.db").json["items"]
    assert [item["note"] for item in held[: len(ids)]] == [note.replace("\t", " ") for note in AWKWARD]


def save_as_excel_does(path):
    """A text opened and saved: quotes around what holds a mark, a quote or a line end, and no others."""
    mark = "\t" if path.suffix == ".tsv" else ","
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=mark))
    path.write_bytes(text(rows, mark).encode("utf-16" if mark == "\t" else "gb18030"))


def test_commas_of_texts_do_not_separate_the_cells_of_a_table_with_tabs(ledger):
    Path("few.tsv").write_text("id\tnote\nT1.1\tone, two, three\nT1.3\tfour, five, six\n")
    assert ledger("update", "--from", "few.tsv").code == 0
    assert state(ledger, "T1.3")[1] == "four, five, six"


texts = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u200b"), min_size=1, max_size=40
).filter(lambda text: text.strip() == text)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink an example takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    note=texts,
    difficulty=texts,
    next_step=texts,
    progress=st.integers(0, 99),
    name=st.sampled_from(["list.xlsx", "list.csv", "list.tsv", "list.json"]),
    words=st.sampled_from(
        [("tasks", "--columns", "all"), ("overdue", "--columns", "all"), ("export", "--columns", "all")]
    ),
)
def test_whatever_was_reported_is_written_by_a_list_and_read_back_as_nothing_new(
    ledger, note, difficulty, next_step, progress, name, words
):
    given = {"--note": note, "--difficulty": difficulty, "--next": next_step, "--progress": str(progress)}
    written = ledger(
        "update", "T1.1", "--status", "active", *(f"{key}={value}" for key, value in given.items())
    )
    assert written.code in (0, 1, 2), written.err
    assert ledger(*words, "--out", name).code == 0
    answer = ledger("update", "--from", name, "--yes")
    assert answer.code == 0 and not answer.out, (answer.out, answer.err)


def test_what_was_changed_in_the_register_is_written_and_nothing_else(ledger):
    assert ledger("update", "T1.1", "--status", "active", "--note", "甲").code == 0
    assert ledger("export", "--out", "register.xlsx", "--lang", "zh").code == 0
    book = openpyxl.load_workbook("register.xlsx")
    heads = [cell.value for cell in book.active[2]]
    book.active.cell(3, heads.index("进展情况") + 1).value = "乙"
    book.save("register.xlsx")
    answer = ledger("update", "--from", "register.xlsx", "--yes", "--format", "json")
    assert answer.code == 0, answer.err
    assert [(item["subject"], item["after"]["note"]) for item in answer.json["items"]] == [("T1.1", "乙")]


def test_every_heading_of_a_list_is_known(ledger):
    from qplan import i18n
    from qplan.plan.tables.headings import plain_heading
    from qplan.service.report_tables import DERIVED, HEADINGS, SHOWN

    for language in ("zh", "en"):
        i18n.use(language)
        titles = [i18n._(column.heading) for column in TASK_COLUMNS.values()]
        answer = ledger("overdue", "--columns", "all", "--format", "csv", "--lang", language)
        titles += answer.out.lstrip("\ufeff").splitlines()[0].split(",")
        for title in map(plain_heading, titles):
            assert title in HEADINGS or title in DERIVED or title in SHOWN, (
                f"service/report_tables.py: add “{title}” to SHOWN, or to COLUMNS where people report it"
            )


def test_a_formula_is_not_evaluated_and_a_title_like_one_is_text(ledger, tmp_path):
    rows = [["id", "status", "note"], ["T1.1", "active", "=1+1"]]
    path = workbook(tmp_path / "f.xlsx", rows)
    answer = ledger("update", "--from", path)
    assert answer.code == 0 and state(ledger, "T1.1")[1] != "2"


def test_a_form_can_be_read_by_hand(ledger):
    assert ledger("forms", "--out", "forms", "-d", "scjg", "--lang", "zh").code == 0
    path = next((ledger.folder / "forms").glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = book["任务进展"]
    row = next(row for row in range(5, sheet.max_row) if sheet.cell(row, 2).value == "T1.3")
    sheet.cell(row, 9).value, sheet.cell(row, 11).value = "办理中", "按表登记"
    book.save(path)
    assert ledger("update", "--from", path).code == 0
    assert state(ledger, "T1.3")[1] == "按表登记"


@pytest.mark.parametrize("size", [60 << 20, 130 << 20])
def test_a_workbook_that_unpacks_to_too_much_is_refused(ledger, tmp_path, size):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<a>" + " " * size + "</a>")
    answer = ledger("update", "--from", path)
    assert answer.code == 2 and "MB" in answer.err


CELLS = st.one_of(
    st.none(),
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.booleans(),
    st.sampled_from(["id", "编号", "进展", "进度", "T1.1", "办理中", "30%", "合计"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=6))
def test_any_table_is_read_or_refused_with_places(tmp_path, rows):
    path = workbook(tmp_path / "any.xlsx", [["编号", "进度", "进展"], *rows])
    for data in (path.read_bytes(), text([["编号", "进度", "进展"], *rows], ",").encode("utf-8")):
        lines, faults = report_files.read("any", data)
        assert lines or faults
        assert all(fault.what and (fault.cell or fault.line) for fault in faults)
        assert all(line.given or line.status for line in lines)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    lines, faults = report_files.read("any", data)
    assert lines or faults

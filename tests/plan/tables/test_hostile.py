"""A file that is broken, foreign or too large is refused in a sentence, in bounded memory."""

import csv
import io
import random
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qplan.errors import BadInput
from qplan.plan.tables.assemble import to_plan
from qplan.plan.tables.files import read_grids
from qplan.plan.tables.reader import Options, read_table

TODAY = date(2026, 11, 27)


def workbook(*rows) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
TABLE = workbook(["序号", "工作任务", "责任单位", "完成时间"], [1, "甲", "区财政局", "2024年"])


def refused(tmp_path: Path, data: bytes, name: str = "t.xlsx") -> str:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadInput) as error:
        read_table(path, Options(), TODAY)
    assert str(path) in str(error.value)
    return str(error.value)


def test_a_zip_bomb_is_refused(tmp_path):
    bomb = changed(TABLE, SHEET, b"</sheetData>", b"</sheetData>" + b" " * (100 << 20))
    assert len(bomb) < 1 << 20
    assert "unpacks to more than 48 MB" in refused(tmp_path, bomb)


def test_a_size_that_lies_in_the_archive_is_noticed(tmp_path):
    bomb = bytearray(changed(TABLE, SHEET, b"</sheetData>", b"</sheetData>" + b" " * (60 << 20)))
    size = (60 << 20).to_bytes(4, "little")[2:]
    assert size in bomb
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        true = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    while true in bomb:
        at = bomb.index(true)
        bomb[at : at + 4] = (1000).to_bytes(4, "little")
    assert "damaged" in refused(tmp_path, bytes(bomb))


def test_two_cells_in_opposite_corners_are_no_sheet_of_17_thousand_million_cells(tmp_path):
    far = changed(
        TABLE, SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert "reaches to row 1048576, column 16384" in refused(tmp_path, far)


def test_a_merged_area_over_the_whole_sheet_costs_nothing(tmp_path):
    wide = changed(
        TABLE,
        SHEET,
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="A4:XFD1048576"/></mergeCells>',
    )
    (tmp_path / "t.xlsx").write_bytes(wide)
    assert len(read_table(tmp_path / "t.xlsx", Options(), TODAY).rows) == 1


@pytest.mark.parametrize("number", [-(10**12), 10**15, 5e9])
@pytest.mark.parametrize("form", ["yyyy-mm-dd", "[h]:mm"])
def test_a_number_that_is_no_day_under_the_format_of_one_is_a_sentence(tmp_path, capfd, number, form):
    """The library that reads workbooks ended with a trace of its own."""
    from openpyxl import Workbook

    path, book = tmp_path / "t.xlsx", Workbook()
    for row in (["序号", "工作任务", "牵头单位", "完成时限"], [1, "建设示范点", "区财政局", number]):
        book.active.append(row)
    book.active["D2"].number_format = form
    book.save(path)
    try:
        assert read_grids(path)
    except BadInput as refused:
        assert "number" in str(refused)
    assert "panicked" not in capfd.readouterr().err


def test_entities_are_refused(tmp_path):
    laugh = changed(TABLE, SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet')
    assert "entities of its own" in refused(tmp_path, laugh)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_reading_the_bombs_takes_little_memory(tmp_path):
    (tmp_path / "zip.xlsx").write_bytes(
        changed(TABLE, SHEET, b"</sheetData>", b"</sheetData>" + b" " * (120 << 20))
    )
    (tmp_path / "far.xlsx").write_bytes(
        changed(
            TABLE,
            SHEET,
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        )
    )
    script = (
        "import re,sys; from pathlib import Path; from qplan.errors import BadInput\n"
        "from qplan.plan.tables.files import read_grids\n"
        "for name in sys.argv[1:]:\n"
        "    try: read_grids(Path(name))\n"
        "    except BadInput: print('refused')\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "zip.xlsx", tmp_path / "far.xlsx"],
        capture_output=True,
        text=True,
        check=True,
    )
    first, second, kilobytes = done.stdout.split()
    assert (first, second) == ("refused", "refused")
    assert int(kilobytes) < 100_000


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        ("<html><table><tr><td>序号".encode(), "a web page"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "an old office program"),
        (TABLE[:-200], "damaged"),
        (bytes(range(128, 256)) * 3, "no encoding known"),
        ("天气很好\n今天去\n".encode(), "no heading row"),
    ],
)
def test_files_of_other_kinds_are_named_for_what_they_are(tmp_path, data, part):
    assert part in refused(tmp_path, data)


def test_a_workbook_with_the_wrong_suffix_is_read_for_what_it_is(tmp_path):
    (tmp_path / "t.csv").write_bytes(TABLE)
    assert read_table(tmp_path / "t.csv", Options(), TODAY).rows[0].title == "甲"


def test_a_table_without_tasks_and_a_document_without_a_table_are_refused(tmp_path):
    assert "no task below the heading" in refused(
        tmp_path, workbook(["序号", "工作任务", "责任单位"], ["合计"])
    )
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    assert "has no table" in refused(tmp_path, out.getvalue(), "t.docx")


def test_formulas_give_their_saved_value_and_are_never_followed(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(
        workbook(
            ["序号", "工作任务", "责任单位"],
            [1, '=HYPERLINK("http://example.invalid","甲")', "区财政局"],
            [2, "乙", "区财政局"],
        )
    )
    table = read_table(path, Options(), TODAY)
    assert [row.title for row in table.rows][-1] == "乙"
    assert "example.invalid" not in str(table)


def test_a_damaged_workbook_never_gives_a_traceback(tmp_path):
    chance = random.Random(20)
    for _number in range(150):
        data = bytearray(TABLE)
        for _change in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / "t.xlsx"
        path.write_bytes(data)
        try:
            read_table(path, Options(), TODAY)
        except BadInput as error:
            assert str(error)


CELL = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40).map(
        lambda text: re.sub(r"[\x00-\x08\x0b-\x1f]", "", text)
    ),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)),
    st.booleans(),
    st.sampled_from(
        ["合计", "备注：x", "/", "一、甲", "区财政局、区水利局", "每月", "2024年2月30日", "同上", "12月底"]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=5, max_size=5), min_size=1, max_size=6))
def test_any_cells_below_a_heading_make_a_plan_or_a_sentence(tmp_path, cells):
    path = tmp_path / "any.xlsx"
    path.write_bytes(workbook(["序号", "工作任务", "责任单位", "完成时间", "投资"], *cells))
    try:
        table = read_table(path, Options(), TODAY)
    except BadInput:
        return
    plan = to_plan(table)
    assert plan["tasks"]
    for question in table.questions:
        assert question.what.isprintable()


def test_a_small_csv_does_not_limit_what_the_process_reads_next(tmp_path):
    """The limit of Python's csv module is one for the process."""
    small = tmp_path / "small.csv"
    small.write_text("序号,任务\n1,短\n", encoding="utf-8")
    read_grids(small)
    assert next(csv.reader(["x" * 200_000])) == ["x" * 200_000]


def test_a_large_csv_is_read_once_and_refused_beyond_its_bounds(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"," * (3 << 20))
    with pytest.raises(BadInput, match="more than 2000000 cells"):
        read_grids(path)
    path.write_bytes(b"x" * (49 << 20))
    with pytest.raises(BadInput, match="more than 48 MB"):
        read_grids(path)

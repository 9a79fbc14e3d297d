"""Many reports from one file: every fault with its place, all or nothing."""

from __future__ import annotations

import io
from datetime import date

import pytest

from qplan import i18n
from qplan.errors import BadInput
from qplan.plan.tables.headings import plain_heading
from qplan.service import report_files, report_tables
from qplan.views.columns import TASK_COLUMNS


def faults(text):
    _lines, found = report_files.read("f", text.encode() if isinstance(text, str) else text)
    return [(p.line, p.column, p.what) for p in found]


def read(text):
    lines, found = report_files.read("f", text.encode())
    assert found == []
    return lines


def test_csv_and_json_lines_say_the_same():
    lines = read('\ufeffid,状态,进度,note\nT1.1,办理中,40%,"完成,选址"\n\nT1.2,,,甲\n')
    assert [(one.line, one.id, one.status, one.given) for one in lines] == [
        (2, "T1.1", "active", {"progress": 40, "note": "完成,选址"}),
        (4, "T1.2", None, {"note": "甲"}),
    ]
    rows = '{"id": "T1.1", "status": "active", "progress": 40, "note": "完成,选址"}\n\n{"编号": "T1.2", "note": "甲", "owner": null}'
    assert [one[1:] for one in read(rows)] == [one[1:] for one in lines]


def test_a_row_over_several_lines_keeps_the_numbers_of_those_after_it():
    assert faults('id,note\nT1,"a\nb"\nT2,"x",y\n') == [(4, 8, "more cells than the header has")]


def test_every_fault_is_told_with_its_place():
    text = 'id,note,progress,status,version\n,a,1,active,\n"T1","a,b",101,active,\nT2,x,1,gone,x\nT3,,,,\nT2,x,,,\nT4,,,,7\n'
    found = faults(text)
    assert [(line, column) for line, column, _what in found] == [
        (2, 1),
        (3, 12),
        (4, 8),
        (4, 13),
        (5, 1),
        (6, 1),
        (7, 1),
    ]
    assert "the id is missing" in found[0][2] and "101" in found[1][2] and "gone" in found[2][2]


def test_a_task_is_named_once():
    assert faults("id,note\nT1,a\nt1,b\n") == [(3, 1, "t1 is given twice, first in line 2")]


def test_a_task_named_as_a_chinese_keyboard_writes_it_is_the_same():
    assert faults("note,id\na,T1\nb,Ｔ１\n") == [(3, 3, "Ｔ１ is given twice, first in line 2")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id,colour\nT1,x\n", (1, 4)),
        ("id,note,note\nT1,x,y\n", (1, 9)),
        ("note,progress\nx,1\n", (1, 1)),
        ('id,note\nT1,"open\n', (2, 1)),
        ("", (1, 1)),
        ("id,note\n", (1, 1)),
        ('{"id": "T1", "note": "a", "note": "b"}', (1, 14)),
        ('{"id": "T1", "colour": "a"}', (1, 14)),
        ('{"id": "T1", "progress": true}', (1, 14)),
        ('{"id": 5, "note": "a"}', (1, 2)),
        ('{"id": "T1"\n', (1, 12)),
        ('{"id": "T1", "note": "a"}\n[1]', (2, 1)),
        ('{"id": "T1", "version": ' + "1" * 5000 + "}", (1, 1)),
        ('{"\\u0063olour": "a"}', (1, 1)),
        ("标题\nid\nT1\n", (1, 1)),
        ("id,note\nT1,\xff".encode("latin-1"), (2, 4)),
        ("\nid,note\nT1,\xff".encode("latin-1"), (3, 4)),
        ("\n\xff".encode("latin-1"), (2, 1)),
    ],
)
def test_a_file_that_cannot_be_understood(text, place):
    assert [fault[:2] for fault in faults(text)] == [place]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2026, 11, 30), "2026-11-30"),
        ("2026/11/3", "2026-11-03"),
        ("２０２６年11月30日", "2026-11-30"),
        ("2026.11.30 00:00:00", "2026-11-30"),
        (36526, "2000-01-01"),
        (73049, "2099-12-30"),
        (36525, None),
        (73050, None),
        ("2026-02-30", None),
        ("11月30日", None),
    ],
)
def test_a_day_is_read_as_sheets_hold_it_and_people_write_it(value, day):
    """Serial numbers are those of days of this century."""
    if day is not None:
        assert report_tables.read_day(value) == day
        return
    with pytest.raises(BadInput, match="is no day"):
        report_tables.read_day(value)


@pytest.mark.parametrize(("above", "found"), [(0, 1), (29, 1), (30, 0)])
def test_headings_are_looked_for_in_the_first_rows(above, found):
    """Below a title and remarks; further down there is a table of something else."""
    lines, problems = report_files.read("f", ("标题,\n" * above + "id,note\nT1,a\n").encode())
    assert [(one.line, one.id) for one in lines] == [(above + 2, "T1")] * found and bool(
        problems
    ) is not found


def test_the_row_with_the_most_headings_is_that_of_the_table_and_of_equal_ones_the_first():
    above = "编号,状态,填报单位\n"
    assert [one.given for one in read("编号,状态\nid,note,progress\nT1,a,5\n")] == [
        {"note": "a", "progress": 5}
    ]
    assert "填报单位" in faults(f"{above}编号,进展\nT1,a\n")[0][2]
    assert [(one.id, one.given) for one in read("id\nid,note\nT1,a\n")] == [("T1", {"note": "a"})]


@pytest.mark.parametrize("total", ["合计,,3", "备注：甲,,乙", "Total,,3", ",,注：乙"])
def test_rows_of_totals_and_notes_below_a_table_are_left_out(total):
    assert [one.id for one in read(f"序号,id,note\n1,T1,a\n\n{total}\n")] == ["T1"]


@pytest.mark.parametrize("other", ["不合计,,甲", "1,,甲"])
def test_a_row_without_an_id_is_a_fault_unless_it_is_one_of_totals(other):
    assert faults(f"序号,id,note\n1,T1,a\n{other}\n") == [(3, 1, "the id is missing")]


@pytest.mark.parametrize(("most", "taken"), [(2, 2), (1, 2)])
def test_a_file_with_too_many_lines_is_to_be_split(monkeypatch, most, taken):
    monkeypatch.setattr(report_files, "MOST", most)
    lines, problems = report_files.read("f", b"id,note\nT1,a\nT2,b\n")
    assert len(lines) == taken and [one.line for one in problems] == ([] if most == 2 else [3])


@pytest.mark.parametrize(("most", "read"), [(17, True), (16, False)])
def test_a_file_may_be_as_large_as_is_allowed(monkeypatch, most, read):
    monkeypatch.setattr(report_files, "MOST_BYTES", most)
    lines, problems = report_files.read("f", b"id,note\nT1,abcde\n"[:17])
    assert (len(lines), len(problems)) == ((1, 0) if read else (0, 1))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("id\tnote\tlight\nT1\ta\\nb\tred\n", "a\nb"),
        ("id\tnote\nT1\ta\\nb\n", r"a\nb"),
        ("id,note,light\nT1,a\\nb,red\n", r"a\nb"),
        ("id,note\nT1,'=1+1\n", "=1+1"),
        ("id,note\nT1,'a\n", "'a"),
    ],
)
def test_a_text_is_as_it_was_before_a_list_was_written(text, note):
    """Only lists with tabs escape line breaks; a formula has an apostrophe before it in all of them."""
    assert [one.given for one in read(text)] == [{"note": note}]


def workbook(**sheets) -> bytes:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_every_sheet_with_the_headings_of_reports_is_read():
    """One lists every task: rows that say nothing new are left out there, and faults have their cell."""
    pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")
    one = [["标题"], ["id", "note", "version"], ["T1", "a", 3], ["T2", None, 4], [None, "b", None]]
    data = workbook(甲=one, 说明=[["如何填写"]], 乙=[["id", "progress"], ["T3", 0.3]])
    lines, problems = report_files.read("f", data)
    assert [(line.line, line.id, line.given, line.version, line.cell) for line in lines] == [
        (3, "T1", {"note": "a"}, 3, "甲!A3"),
        (2, "T3", {"progress": 30}, None, "乙!A2"),
    ]
    assert [(one.line, one.column, one.cell, one.what) for one in problems] == [
        (5, 1, "甲!A5", "the id is missing")
    ]


def test_a_workbook_without_such_a_sheet_names_what_is_missing():
    pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")
    _lines, problems = report_files.read("f", workbook(甲=[["标题"], ["编号"], ["T1"]]))
    assert [(one.line, one.what) for one in problems] == [(1, "no sheet has a column id")]


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, None),
        ("-7", None),
        ("７", None),
        ("", None),
    ],
)
def test_a_version_is_a_whole_number_of_the_journal(version, taken):
    lines, problems = report_files.read("f", f"id,note,version\nT1,a,{version}\n".encode())
    assert [one.version for one in lines] == ([taken] if taken or not version else [])
    assert bool(problems) is not bool(lines)


def test_a_list_in_json_has_the_line_of_each_task_and_what_says_nothing_is_left_out():
    text = '{"schema": 1,\n "items": [\n{"id": "T1", "note": "a", "light": "red"},\n{"id": "T2", "note": null},\n{"id": "T3",\n"note": "b", "progress": 0}]}'
    assert [(one.line, one.id, one.given, one.listed) for one in read(text)] == [
        (3, "T1", {"note": "a"}, True),
        (5, "T3", {"note": "b", "progress": 0}, True),
    ]
    without = text.replace('"id": "T3",', "")
    assert faults(without) == [(4, 1, "the id is missing")], "it has the place of the task before it"


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_each_heading_of_a_list_is_known_when_the_list_is_read(lang):
    before = i18n.language
    i18n.use(lang)
    headings = {i18n._(column.heading) for column in TASK_COLUMNS.values()}
    i18n.use(before)
    known = {*report_tables.HEADINGS, *report_tables.DERIVED, *report_tables.SHOWN, *report_tables.NOW}
    lacking = {heading for heading in headings if plain_heading(heading) not in known}
    assert not lacking, f"service/report_tables.py: SHOWN lacks headings of views/columns.py: {lacking}"


def test_a_file_that_is_too_large_is_refused_with_what_is_allowed(monkeypatch):
    monkeypatch.setattr(report_files, "MOST_BYTES", 1 << 20)
    assert "more than 1 MB" in faults(b"x" * ((1 << 20) + 1))[0][2]


@pytest.mark.parametrize(
    ("heads", "status"),
    [("当前状态,本次状态", "blocked"), ("当前状态,备注", "active"), ("状态,备注", "active")],
)
def test_the_status_is_the_new_one_where_a_table_has_both(heads, status):
    assert [(one.status, one.given) for one in read(f"编号,进度,{heads}\nT1,5,办理中,受阻\n")] == [
        (status, {"progress": 5})
    ]


def test_an_unknown_column_is_named_with_those_there_are():
    _lines, (fault,) = report_files.read("f", b"id,colour\nT1,x\n")
    assert fault.hint.startswith("the columns are: id, status, progress, note")

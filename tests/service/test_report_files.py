"""Many reports from one file: every fault with its place, all or nothing."""

from __future__ import annotations

import pytest

from qplan import i18n
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
        ("note\nx\n", (1, 1)),
        ('id,note\nT1,"open\n', (2, 1)),
        ("", (1, 1)),
        ("id,note\n", (1, 1)),
        ('{"id": "T1", "note": "a", "note": "b"}', (1, 14)),
        ('{"id": "T1", "colour": "a"}', (1, 14)),
        ('{"id": "T1", "progress": true}', (1, 14)),
        ('{"id": 5, "note": "a"}', (1, 2)),
        ('{"id": "T1"\n', (1, 12)),
        ('{"id": "T1", "note": "a"}\n[1]', (2, 1)),
        ("id,note\nT1,\xff".encode("latin-1"), (2, 4)),
    ],
)
def test_a_file_that_cannot_be_understood(text, place):
    assert [fault[:2] for fault in faults(text)] == [place]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_each_heading_of_a_list_is_known_when_the_list_is_read(lang):
    before = i18n.language
    i18n.use(lang)
    headings = {i18n._(column.heading) for column in TASK_COLUMNS.values()}
    i18n.use(before)
    known = {*report_tables.HEADINGS, *report_tables.DERIVED, *report_tables.SHOWN, *report_tables.NOW}
    lacking = {heading for heading in headings if plain_heading(heading) not in known}
    assert not lacking, f"service/report_tables.py: SHOWN lacks headings of views/columns.py: {lacking}"

"""A form as it comes back: which rows are read, whose they are, and what is wrong with sheets and cells."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor
from qplan.ledger import create
from qplan.service import actions, forms, queries
from qplan.service.actions import WriteContext
from qplan.service.form_layout import HIDDEN
from qplan.service.form_reading import read_form

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")

DAY = date(2024, 3, 1)
TASKS, NOTE, PERCENT = "Tasks", "progress in words", "progress (%)"


class Form:
    """The form of a department in which one writes."""

    def __init__(self, path, data: bytes) -> None:
        self.path = path
        path.write_bytes(data)
        self.book = openpyxl.load_workbook(path)

    def place(self, ident: str, heading: str, sheet: str = TASKS):
        """The cell of a record."""
        rows = list(self.book[sheet].iter_rows())
        top = next(row for row in rows if any(cell.value == "id" for cell in row))
        columns = {cell.value: cell.column - 1 for cell in top}
        return next(row for row in rows if row[columns["id"]].value == ident)[columns[heading]]

    def write(self, ident: str, value, heading: str = NOTE, sheet: str = TASKS) -> None:
        self.place(ident, heading, sheet).value = value

    def read(self):
        self.book.save(self.path)
        return read_form(self.path)

    def faults(self) -> list[tuple[str, str]]:
        return [(one.cell, one.what) for one in self.read().faults]

    def rows(self) -> list[tuple[str, dict]]:
        found = self.read()
        assert found.faults == ()
        return [(row.id, row.values) for row in found.rows]


@pytest.fixture
def form_of(tmp_path):
    """The form of a department of the small plan, whose first tasks are at work."""
    from qplan.render import form_sheets

    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        lead = WriteContext(Actor("乙", "scjg"), "2024-03-01T01:00:00Z", DAY, DAY)
        actions.take(ledger, ["T1.1", "T1.2"], "accept", {"progress": 10}, lead)
        yield lambda dept: Form(
            tmp_path / f"{dept}.xlsx",
            form_sheets.write(forms.forms(queries.open_snapshot(ledger, DAY), None, [dept])[0]),
        )


@pytest.fixture
def form(form_of):
    return form_of("scjg")


def test_each_kind_of_cell_is_read_as_people_fill_it_in(form) -> None:
    form.write("T1.1", 0.3, PERCENT)
    form.write("T1.1", " 完成\n选址 ")
    form.write("T1.2", "受阻", "new status")
    form.write("T1.1/m1", "2024/2/1", "done on", "Milestones")
    form.write("I1", "2023", "year", "Indicators")
    form.write("I1", "1，200", "figure", "Indicators")
    assert form.rows() == [
        ("T1.1", {"progress": 30, "note": "完成\n选址"}),
        ("T1.2", {"status": "blocked"}),
        ("T1.1/m1", {"done_on": "2024-02-01"}),
        ("I1", {"year": "2023", "value": "1,200"}),
    ]


def test_blanks_in_a_cell_are_no_report(form) -> None:
    form.write("T1.1", "  ")
    form.write("T1.2", "\n")
    assert form.rows() == []


def test_each_row_has_the_version_its_writer_saw_and_the_cells_of_its_columns(form) -> None:
    form.write("T1.2", "完成")
    (row,) = form.read().rows
    assert (row.kind, row.version > 0) == ("task", True)
    cell = form.place("T1.2", NOTE).coordinate
    assert (row.cell("note"), row.cell(), row.cell("unknown")) == (f"Tasks!{cell}", "Tasks!B6", "Tasks!B6")


@pytest.mark.parametrize(("above", "read"), [(26, True), (27, False)])
def test_the_headings_are_among_the_first_thirty_rows(form, above, read) -> None:
    """People put letters above them; what is further down is no form's table."""
    form.write("T1.1", "完成")
    form.book[TASKS].insert_rows(1, above)
    found = form.read()
    assert [row.id for row in found.rows] == ["T1.1"] * read
    assert [fault.cell for fault in found.faults] == ([] if read else ["Tasks!A1"])


def test_the_row_with_the_most_headings_is_that_of_the_form(form) -> None:
    """People put an example below it."""
    form.write("T1.1", "完成")
    sheet = form.book[TASKS]
    row = sheet.max_row + 2
    for column, text in enumerate(("id", "task", "part", NOTE, PERCENT), 2):
        sheet.cell(row, column).value = text
    assert form.rows() == [("T1.1", {"note": "完成"})]


def test_what_is_written_over_a_locked_cell_is_a_fault_however_blank_it_was(form) -> None:
    form.write("T1.3", "补充", "last report")
    form.write("T1.2", "2026-01-01", "deadline")
    form.write("T1.1", "  任务\n1 ", "task")  # blanks are no change
    form.write("T1.4", None, "task")
    found = dict(form.faults())
    assert sorted(found) == [f"Tasks!{form.place(*one).coordinate}" for one in (("T1.2", "deadline"), ("T1.3", "last report"))]  # fmt: skip
    assert "“补充” is written over" in found[f"Tasks!{form.place('T1.3', 'last report').coordinate}"]


def test_a_form_of_an_older_program_holds_the_marks_alone(form) -> None:
    """Its locked cells cannot be compared with anything."""
    form.book[HIDDEN].delete_cols(2, 30)
    form.write("T1.1", "完成")
    form.write("T1.2", "补充", "last report")
    assert form.rows() == [("T1.1", {"note": "完成"})]


def test_a_row_is_found_by_its_mark_or_by_its_id(form) -> None:
    """In the column beside it, else in the hidden sheet; an id is the same in any case."""
    form.write("T1.1", "t1.1", "id")
    form.write("t1.1", "甲")
    form.write("T1.2", "乙")
    form.place("T1.2", "evidence").offset(0, 1).value = None
    assert form.rows() == [("T1.1", {"note": "甲"}), ("T1.2", {"note": "乙"})]


def test_a_row_of_an_older_form_of_the_department_has_the_version_that_its_writer_saw(form) -> None:
    mark = form.place("T1.1", "evidence").offset(0, 1)
    start, _colon, version = mark.value.rpartition(":")
    mark.value = f"{start}:{int(version) - 1}"
    form.write("T1.1", "甲")
    assert [row.version for row in form.read().rows] == [int(version) - 1]


def test_a_row_from_another_form_is_refused_and_the_others_are_of_this_one(form, form_of) -> None:
    """Whichever row it replaces, the first of all included."""
    foreign = form_of("fgj").place("C1.1", "evidence").offset(0, 1).value
    mark = form.place("T1.1", "evidence").offset(0, 1)
    assert foreign.startswith("qplan-form:") and mark.value.startswith("qplan-form:")
    mark.value = foreign
    form.write("T1.1", "甲")
    form.write("T1.2", "乙")
    found = form.read()
    assert [row.id for row in found.rows] == ["T1.2"] and found.mark.dept == "scjg"
    assert [(one.cell, one.what) for one in found.faults] == [("Tasks!B5", "this row is of another form")]


@pytest.mark.parametrize(
    ("ident", "what"),
    [
        ("T1.2", "is filled in twice, first in Tasks!B6"),
        ("t1.2", "is filled in twice, first in Tasks!B6"),
        ("C1.1", "“C1.1” is not in this form"),
        (None, "something is written in a row without an id"),
    ],
)
def test_a_row_that_was_added_names_a_task_of_the_form_once(form, ident, what) -> None:
    form.write("T1.2", "乙")
    sheet = form.book[TASKS]
    place = sheet.max_row + 1
    sheet.cell(place, 2).value = ident
    sheet.cell(place, form.place("T1.2", NOTE).column).value = "又"
    found = form.read()
    assert [row.id for row in found.rows] == ["T1.2"]
    ((cell, said),) = [(one.cell, one.what) for one in found.faults]
    assert cell == f"Tasks!B{place}" and what in said


def test_a_changed_id_is_a_fault_and_a_deleted_one_is_known_by_its_mark(form) -> None:
    form.write("T1.1", "甲")
    form.write("T1.2", "乙")
    form.write("T1.2", None, "id")
    form.write("T1.1", "T9", "id")
    found = form.read()
    assert [row.id for row in found.rows] == ["T1.2"]
    assert [(one.cell, one.what) for one in found.faults] == [
        ("Tasks!B5", "the id was changed from T1.1 to T9")
    ]


@pytest.mark.parametrize(("written", "fault"), [(None, False), ("甲", True)])
def test_an_unknown_heading_is_a_fault_where_one_of_the_form_is_missing_and_something_is_below_it(
    form, written, fault
) -> None:
    form.write("T1.1", written)
    cell = form.place("T1.1", NOTE)
    heading = form.book[TASKS].cell(4, cell.column)
    heading.value = "本周情况"
    assert [place for place, _what in form.faults()] == [f"Tasks!{heading.coordinate}"] * fault


def test_a_column_of_ones_own_is_no_fault_while_none_of_the_form_is_missing(form) -> None:
    sheet = form.book[TASKS]
    column = sheet.max_column + 1
    sheet.cell(4, column).value, sheet.cell(5, column).value = "经办", "甲"
    assert form.rows() == []


def test_who_filled_it_in_is_named_beside_the_label(form) -> None:
    """On any sheet, with blank cells between; without a name it is nobody."""
    assert form.read().reporter == ""
    sheet = form.book["Milestones"]
    label = next(
        cell for row in sheet.iter_rows(max_row=3) for cell in row if "Filled in by" in str(cell.value)
    )
    sheet.cell(label.row, label.column + 3).value = " 王 8112 "
    assert form.read().reporter == "王 8112"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("待签收", "is not one to choose here"),
        ("已销号", "is set by the office"),
        ("closed", "is set by the office"),
    ],
)
def test_a_status_that_a_department_cannot_ask_for_is_named(form, text, said) -> None:
    from qplan import i18n

    i18n.use("zh" if not text.isascii() else "en")
    form.write("T1.1", text, "new status")
    found = form.read()
    i18n.use("en")
    assert len(found.faults) == 1 and found.rows == ()

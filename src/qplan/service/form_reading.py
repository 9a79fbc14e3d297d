"""A filled-in form -> its rows with the cells they came from; every fault names sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from qplan.core.names import folded, shown
from qplan.core.workflow import STATUS, status_label
from qplan.errors import BadInput
from qplan.i18n import _, both_languages, joined
from qplan.plan.tables.files import read_grids
from qplan.plan.tables.grid import Grid, Value, text_of
from qplan.plan.tables.headings import plain_heading
from qplan.service.form_layout import (
    CHOICES,
    HIDDEN,
    REPORTER,
    SHEETS,
    FormColumn,
    Mark,
    choice_label,
    heading,
    locked,
    read_mark,
    wanted_status,
)
from qplan.service.report_tables import read_day, read_percent, read_text

#: The heading of a form is looked for in so many rows.
_TOP_ROWS = 30


class Fault(NamedTuple):
    """What is wrong with a cell; of a conflict, the value in the form and the one in the ledger."""

    cell: str  #: ``任务进展!K7``; "" for the whole file
    id: str
    what: str
    hint: str = ""
    form: str | None = None
    ledger: str | None = None


class FilledRow(NamedTuple):
    """A row in which something was written: the record, the version its writer saw, values and cells by column."""

    kind: str
    id: str
    version: int
    values: dict[str, Any]
    cells: dict[str, str]

    def cell(self, key: str = "") -> str:
        """The cell of a column; that of the id for others."""
        return self.cells.get(key) or self.cells["id"]


class FilledForm(NamedTuple):
    """A form as it came back. A form with faults is not to be written."""

    path: Path
    mark: Mark
    reporter: str
    rows: tuple[FilledRow, ...]
    faults: tuple[Fault, ...]


def read_form(path: Path) -> FilledForm:
    """The rows of a form that say something; BadInput for a file that is no form or cannot be read."""
    grids = read_grids(path, hidden=True)
    marks = [mark for grid in grids for row in grid.rows for cell in row if (mark := _mark(cell))]
    if not marks:
        what = _("{path}: this is no form of qplan; forms are written by: qplan forms --out FOLDER")
        if any(map(_headings, grids)):
            what = _(
                "{path}: the hidden column and the hidden sheet of this form were deleted; copy the reports into an untouched form"
            )
        raise BadInput(what, path=path)
    rows = [row for grid in grids if grid.sheet == HIDDEN for row in grid.rows if len(row) > 1]
    written = {
        (mark.kind, folded(mark.id)): {
            column: text_of(row[place]) if place < len(row) else ""
            for place, column in enumerate(locked(mark.kind), 1)
        }
        for row in rows
        if (mark := _mark(row[0])) and mark.kind in SHEETS
    }
    reader = _Reader(marks, written)
    for grid in grids:
        reader.read_sheet(grid)
    return FilledForm(path, reader.mark, reader.reporter, tuple(reader.rows), tuple(reader.faults))


def _mark(value: Value) -> Mark | None:
    return read_mark(value) if isinstance(value, str) and value.startswith("qplan-form:") else None


class _Reader:
    """Gathers the rows and faults of the sheets of one form."""

    def __init__(self, marks: list[Mark], written: dict[tuple[str, str], dict[FormColumn, str]]) -> None:
        self.mark = next((mark for mark in marks if not mark.kind), marks[0])._replace(
            kind="", id="", version=0
        )
        self.versions = {(mark.kind, folded(mark.id)): mark for mark in marks if mark.kind}
        self.written = written
        self.reporter = ""
        self.rows: list[FilledRow] = []
        self.faults: list[Fault] = []
        self.seen: dict[tuple[str, str], str] = {}

    def read_sheet(self, grid: Grid) -> None:
        """Read the rows below the headings; a sheet that is none of the form's is left alone."""
        found = _headings(grid)
        if found is None:
            if _is_of_form(grid):
                what = _(
                    "the row of headings of this sheet was changed or deleted, so nothing of it can be read"
                )
                self._fault(
                    grid.address(0, 0), "", what, _("put it back, or copy the reports into an untouched form")
                )
            return
        top, kind, columns = found
        self._check_headings(grid, top, kind, columns)
        self.reporter = self.reporter or _reporter(grid, top)
        for number in range(top + 1, len(grid.rows)):
            self._read_row(grid, number, kind, columns)

    def _check_headings(self, grid: Grid, top: int, kind: str, columns: dict[str, int]) -> None:
        """A heading of a column to fill in that is missing may be the one that the form does not know."""
        missing = [heading(one) for one in SHEETS[kind][1] if one.fill and one.key not in columns]
        known = set(columns.values())
        for place in range(grid.width) if missing else ():
            text = grid.text(top, place)
            if (
                text
                and place not in known
                and any(grid.text(n, place) for n in range(top + 1, len(grid.rows)))
            ):
                what = _("“{text}” is no heading of the form, in which {missing} is missing").format(
                    text=shown(text), missing=joined(f"“{name}”" for name in missing)
                )
                self._fault(grid.address(top, place), "", what, _("put the heading back"))

    def _read_row(self, grid: Grid, number: int, kind: str, columns: dict[str, int]) -> None:
        open_columns = [column for column in SHEETS[kind][1] if column.fill and column.key in columns]
        given = {
            column: value
            for column in open_columns
            if (value := grid.value(number, columns[column.key])) is not None and text_of(value)
        }
        mark = next((found for cell in grid.rows[number] if (found := _mark(cell))), None)
        cells = {key: grid.address(number, place) for key, place in columns.items()}
        ident = text_of(grid.value(number, columns["id"]))
        self._check_locked(kind, mark.id if mark else ident, {
            column: grid.value(number, columns[column.key]) for column in locked(kind) if column.key in columns
        }, cells)  # fmt: skip
        if not given:
            return
        row = self._identified(kind, ident, mark, cells["id"])
        if row is None or self._is_twice(row, cells["id"]):
            return
        values = self._values(row, given, cells)
        if values is not None:
            self.rows.append(FilledRow(kind, row.id, row.version, values, cells))

    def _check_locked(
        self, kind: str, ident: str, held: Mapping[FormColumn, Value], cells: dict[str, str]
    ) -> None:
        """Report what was written over a locked cell: nobody would read it."""
        for column, was in self.written.get((kind, folded(ident)), {}).items():
            text = _seen(held.get(column))
            if text and "".join(text.split()) != "".join(was.split()):
                what = _("“{text}” is written over what the form has as “{heading}”, which is not filled in")
                self._fault(
                    cells[column.key],
                    ident,
                    what.format(text=shown(text), heading=heading(column)),
                    _("write it into the yellow cells, and clear this one"),
                )

    def _identified(self, kind: str, ident: str, mark: Mark | None, cell: str) -> Mark | None:
        """The mark of a row: its own, or for a row that was added the one of its id."""
        if mark is not None and (mark.ledger, mark.dept) != (self.mark.ledger, self.mark.dept):
            self._fault(
                cell, ident, _("this row is of another form"), _("take it out; each form has its own rows")
            )
            return None
        if mark is not None and ident and folded(ident) != folded(mark.id):
            self._fault(
                cell, mark.id, _("the id was changed from {old} to {new}").format(old=mark.id, new=shown(ident)),
                _("put the id back, or copy the reports into an untouched form"),
            )  # fmt: skip
            return None
        if mark is not None and mark.kind == kind:
            return mark
        ident = ident or (mark.id if mark is not None else "")
        if not ident:
            self._fault(
                cell,
                "",
                _("something is written in a row without an id"),
                _("write the id of the task beside it"),
            )
            return None
        known = self.versions.get((kind, folded(ident)))
        if known is None:
            self._fault(
                cell,
                shown(ident),
                _("“{id}” is not in this form").format(id=shown(ident)),
                _("report it by itself"),
            )
        return known

    def _is_twice(self, row: Mark, cell: str) -> bool:
        before = self.seen.setdefault((row.kind, folded(row.id)), cell)
        if before != cell:
            self._fault(
                cell, row.id, _("{id} is filled in twice, first in {cell}").format(id=row.id, cell=before),
                _("put all of it in one row"),
            )  # fmt: skip
        return before != cell

    def _values(
        self, row: Mark, given: Mapping[FormColumn, Value], cells: dict[str, str]
    ) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        for column, value in given.items():
            try:
                values[column.key] = _value(column, value)
            except BadInput as error:
                self._fault(cells[column.key], row.id, str(error))
        return values if len(values) == len(given) else None

    def _fault(self, cell: str, ident: str, what: str, hint: str = "") -> None:
        self.faults.append(Fault(cell, ident, what, hint))


def _seen(value: Value) -> str:
    """What a cell shows; a day in ISO form, which a sheet keeps as a number."""
    try:
        return read_day(value)
    except BadInput:
        return text_of(value)


def _value(column: FormColumn, value: Value) -> Any:
    if column.fill == "percent":
        return read_percent(value)
    if column.fill == "day":
        return read_day(value)
    if column.fill == "period":
        return text_of(value)
    if column.fill == "figure":
        return text_of(value).replace("，", ",")
    text = read_text(value)
    if column.fill == "status":
        return _status(text)
    return text


def _status(text: str) -> str:
    status = wanted_status(text)
    if status is None:
        others = [status_label(code) for code in STATUS]
        what = _("The status “{text}” is not one to choose here; choose {known}.")
        if folded(text) in map(folded, others):
            what = _("The status “{text}” is set by the office; choose {known}.")
        raise BadInput(what, text=shown(text), known=joined(map(choice_label, CHOICES)))
    return status


def _is_of_form(grid: Grid) -> bool:
    """Whether a sheet without headings has the name of a form's sheet, or its marks in a column."""
    names = {name for title, _columns in SHEETS.values() for name in both_languages("form", title)}
    return grid.sheet in names or (
        grid.sheet != HIDDEN and any(_mark(cell) for row in grid.rows for cell in row)
    )


def _headings(grid: Grid) -> tuple[int, str, dict[str, int]] | None:
    """The row of the headings, the kind of the sheet, and the place of each column."""
    best: tuple[int, int, str, dict[str, int]] | None = None
    for number, row in enumerate(grid.rows[:_TOP_ROWS]):
        texts = {
            plain_heading(text_of(cell)): place
            for place, cell in reversed(list(enumerate(row)))
            if cell is not None
        }
        for kind, (_title, columns) in SHEETS.items():
            places = {
                column.key: texts[name]
                for column in columns
                for name in map(plain_heading, both_languages("form", column.heading))
                if name in texts
            }
            filled = any(column.fill and column.key in places for column in columns)
            if "id" in places and filled and (best is None or len(places) > best[0]):
                best = (len(places), number, kind, places)
    return None if best is None else best[1:]


def _reporter(grid: Grid, top: int) -> str:
    """The name beside “filled in by”, above the headings."""
    labels = {plain_heading(label) for label in both_languages("form", REPORTER)}
    for row in grid.rows[:top]:
        texts = [text_of(cell) for cell in row]
        for place, text in enumerate(texts):
            if plain_heading(text) in labels:
                return read_text(next((one for one in texts[place + 1 :] if one), ""))
    return ""

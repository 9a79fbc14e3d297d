"""A department's form -> a workbook: cells to fill in are open, all others locked without a password.

One that came back with faults is copied with a comment on each cell that is wrong.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from qplan.i18n import N_, _, pgettext
from qplan.render.package import reproducible
from qplan.render.sheet_sizes import FONT, height, set_height
from qplan.render.sheets import FILLS, INK, border, put_text, put_title, set_page
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
)
from qplan.service.forms import Form, FormRow
from qplan.views import View

#: Rows below the table that may be written into.
SPARE = 8
#: The row of the headings.
TOP = 4
#: The least height of a row, in points.
LOWEST = 36
#: The colour of the lines between cells.
LINES = "9AA5B1"
#: The width of the page of guidance, in columns of the screen.
GUIDE_WIDTH = 78

GUIDE = (
    N_("Write into the yellow cells only; leave a row blank where there is nothing new."),
    N_("New status: choose from the list. To apply for closing, name the evidence (document number, file or address)."),
    N_("Progress: a whole number from 0 to 100. “Help needed” says what from whom; it is required with the status “blocked”."),
    N_("A report on a task that was not accepted yet accepts it. A supporting department reports its own part in words."),
    N_("You may sort, filter, widen columns and rename the file. Do not delete the hidden column at the right."),
    N_("Send the workbook back to the office; it is read by: qplan collect FOLDER"),
)  # fmt: skip


def write(form: Form) -> bytes:
    """The bytes of the workbook; the same form gives the same bytes."""
    book = Workbook()
    book._fonts[0].name = FONT  # the font of cells without their own
    book.remove(book.active)
    styles = _Styles()
    for kind, rows in form.sheets.items():
        title, known = SHEETS[kind]
        columns = [one for one in known if not one.optional or any(row.values.get(one.key) for row in rows)]
        _sheet(book.create_sheet(pgettext("form", title)), form, columns, rows, styles)
    _guide(book.create_sheet(_("How to fill in")))
    _marks(book.create_sheet(HIDDEN), form)
    return reproducible(book.save, View("form", file_title(form), (), dict, form.as_of, form.head))


def file_title(form: Form) -> str:
    """The title of the form, which is the name of its file too."""
    day = form.due or form.as_of
    return _("Report {day} {dept}").format(day=day, dept=form.dept.title)


def _sheet(
    sheet: Any, form: Form, columns: Sequence[FormColumn], rows: Sequence[FormRow], styles: _Styles
) -> None:
    _top(sheet, form, len(columns), styles)
    for place, column in enumerate(columns, 1):
        styles.put(put_text(sheet.cell(TOP, place), heading(column)), HEAD_FILL if column.fill else HEAD)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.row_dimensions[TOP].height = 32
    mark = len(columns) + 1
    for number, row in enumerate(rows, TOP + 1):
        for place, column in enumerate(columns, 1):
            _cell(sheet.cell(number, place), column, row, styles)
        put_text(sheet.cell(number, mark), row.mark.text())
        set_height(sheet, number, _height(columns, row))
    last = TOP + len(rows)
    _spare(sheet, columns, last, styles)
    sheet.column_dimensions[get_column_letter(mark)].hidden = True
    sheet.freeze_panes = sheet.cell(TOP + 1, 4)
    sheet.auto_filter.ref = f"A{TOP}:{get_column_letter(mark)}{last}"
    _validations(sheet, columns, last + SPARE)
    _protect(sheet)
    _print(sheet, f"A1:{get_column_letter(mark - 1)}{last}")


def _top(sheet: Any, form: Form, width: int, styles: _Styles) -> None:
    title = _("{plan}: report of {dept}").format(plan=form.plan, dept=form.dept.title)
    put_title(sheet, title, 16, 30, width)
    line = _("State on {day}. Fill in the yellow cells; leave the others as they are.")
    if form.due:
        line = _(
            "State on {day}. Fill in the yellow cells; leave the others as they are. To be sent to {office} by {due}."
        )
    line = line.format(day=form.as_of, office=form.office, due=form.due)
    put_text(sheet.cell(2, 1), line).font = Font(name=FONT, size=11, color="5F6B7A")
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=width)
    sheet.row_dimensions[2].height = 20
    put_text(sheet.cell(3, 1), pgettext("form", REPORTER)).font = Font(name=FONT, size=11)
    sheet.merge_cells(start_row=3, end_row=3, start_column=1, end_column=3)
    for place in range(4, 8):
        styles.put(sheet.cell(3, place), FILL._replace(size=11))
    sheet.merge_cells(start_row=3, end_row=3, start_column=4, end_column=7)
    sheet.row_dimensions[3].height = 22


class Look(NamedTuple):
    """How a cell looks, and whether it may be written into."""

    color: str = "FFFFFF"
    open: bool = False
    bold: bool = False
    middle: bool = False
    ink: str = "000000"
    size: int = 10
    format: str = "General"


HEAD = Look("E8EDF3", bold=True, middle=True, size=11)
HEAD_FILL = HEAD._replace(color="FFE699")
LOCKED, CLOSED, FILL, SPARED = Look(), Look("EDEDED"), Look("FFF8E1", open=True), Look(open=True)


class _Styles:
    """Styles the cells of one workbook; a style is made once and copied, which is four times as fast."""

    def __init__(self) -> None:
        self._made: dict[Look, Any] = {}

    def put(self, cell: Any, look: Look) -> None:
        """Give a cell a look."""
        if look in self._made:
            cell._style = copy(self._made[look])
            return
        cell.border = border(LINES)
        cell.font = Font(name=FONT, size=look.size, bold=look.bold, color=look.ink)
        cell.alignment = Alignment(
            horizontal="center" if look.middle else "left", vertical="center", wrap_text=True
        )
        cell.fill = PatternFill("solid", start_color=look.color, end_color=look.color)
        cell.protection = Protection(locked=not look.open)
        cell.number_format = look.format
        self._made[look] = cell._style


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _cell(cell: Any, column: FormColumn, row: FormRow, styles: _Styles) -> None:
    if column.fill:
        look = FILL if column.key in row.fills else CLOSED
        styles.put(cell, look._replace(middle=column.fill != "text", format=FORMATS[column.fill]))
        return
    look = LOCKED._replace(middle=column.width <= 14)
    value = row.values.get(column.key)
    if column.key in ("deadline", "due") and value and _DAY.fullmatch(value):
        cell.value = date.fromisoformat(value)
        look = look._replace(format="yyyy-mm-dd")
    elif isinstance(value, int):
        cell.value = value
    elif value is not None:
        put_text(cell, str(value))
    if column.key == "light" and row.light:
        look = look._replace(color=FILLS[row.light], ink=INK[row.light], bold=True)
    styles.put(cell, look)


#: Texts stay texts (a document number is no date), days look like days.
FORMATS = {
    "text": "@",
    "status": "@",
    "day": "yyyy-mm-dd",
    "percent": "General",
    "period": "@",
    "figure": "General",
}


def _height(columns: Sequence[FormColumn], row: FormRow) -> float:
    """What the locked texts need, and two lines at least to write into."""
    texts = [str(row.values.get(column.key) or "") for column in columns]
    return max(LOWEST, height(texts, [column.width for column in columns]))


def _spare(sheet: Any, columns: Sequence[FormColumn], last: int, styles: _Styles) -> None:
    """Rows below the table that are open, for what people add."""
    for number in range(last + 1, last + SPARE + 1):
        set_height(sheet, number, LOWEST)
        for place, column in enumerate(columns, 1):
            styles.put(sheet.cell(number, place), SPARED._replace(format=FORMATS.get(column.fill, "General")))


def _validations(sheet: Any, columns: Sequence[FormColumn], last: int) -> None:
    choices = ",".join(map(choice_label, CHOICES))
    rules = {
        "status": {"type": "list", "formula1": f'"{choices}"', "error": _("Choose from the list.")},
        "percent": {
            "type": "decimal", "operator": "between", "formula1": "0", "formula2": "100",
            "error": _("Write a whole number from 0 to 100."),
        },
        "day": {"type": "date", "operator": "greaterThan", "formula1": "36526", "error": _("Write a day, such as 2026-11-30.")},
    }  # fmt: skip
    for place, column in enumerate(columns, 1):
        if column.fill not in rules:
            continue
        rule = DataValidation(
            allow_blank=True, showErrorMessage=True, errorTitle=heading(column), **rules[column.fill]
        )
        sheet.add_data_validation(rule)
        letter = get_column_letter(place)
        rule.add(f"{letter}{TOP + 1}:{letter}{last}")


def _protect(sheet: Any) -> None:
    """Lock the sheet without a password; people may still sort, filter, size and add rows."""
    allowed = ("sort", "autoFilter", "formatColumns", "formatRows", "formatCells", "insertRows")
    for name in allowed:
        setattr(sheet.protection, name, False)
    sheet.protection.sheet = True


def _print(sheet: Any, area: str) -> None:
    set_page(sheet)
    sheet.print_area = area
    sheet.print_title_rows = f"{TOP}:{TOP}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "&P / &N"


def _guide(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = GUIDE_WIDTH
    sheet["A1"] = _("How to fill in the form")
    sheet["A1"].font = Font(name=FONT, size=16, bold=True)
    sheet.row_dimensions[1].height = 30
    for number, line in enumerate(GUIDE, 1):
        cell = put_text(sheet.cell(number + 1, 1), f"{number}. {_(line)}")
        cell.alignment, cell.font = Alignment(wrap_text=True, vertical="center"), Font(name=FONT, size=11)
        sheet.row_dimensions[number + 1].height = 12 + height([str(cell.value)], [GUIDE_WIDTH - 4])
    sheet.protection.sheet = True
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _marks(sheet: Any, form: Form) -> None:
    lines = [[Mark(form.head.ledger, form.head.seq, form.dept.id).text()]]
    for kind, rows in form.sheets.items():
        keys = [column.key for column in locked(kind)]
        lines += [[row.mark.text(), *(str(row.values.get(key) or "") for key in keys)] for row in rows]
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line, 1):
            put_text(sheet.cell(number, place), text)
    sheet.sheet_state = "hidden"


#: The colour of a cell with a comment.
MARKED = "F8CBC6"


def marked(data: bytes, comments: Iterable[tuple[str, str]]) -> bytes | None:
    """The workbook with comments on cells (``Sheet!K7``); None where it cannot be written again (.xls, .ods).

    ``data`` must have been read before, so that its size is known to be bounded.
    """
    try:
        book = load_workbook(io.BytesIO(data))
    except Exception:  # whatever openpyxl does not understand in a file of another program
        return None
    _unmark(book)
    texts: dict[tuple[str, str], list[str]] = {}
    for cell, text in comments:
        sheet, _mark, place = cell.rpartition("!")
        if sheet in book.sheetnames:
            texts.setdefault((sheet, place), []).append(text)
    for (sheet, place), lines in texts.items():
        cell = book[sheet][place]
        cell.comment = Comment("\n".join(lines), _("office"), width=320, height=140)
        cell.fill = PatternFill("solid", start_color=MARKED, end_color=MARKED)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _unmark(book: Any) -> None:
    """Take away the comments of an earlier return, and the colour of their cells."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.fill.start_color.rgb[-6:] == MARKED:
                    cell.comment = None
                    cell.fill = PatternFill("solid", start_color=FILL.color, end_color=FILL.color)

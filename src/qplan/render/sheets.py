"""View -> an Excel workbook: a sheet of facts, then a sheet for each table.

Text is text and never a formula, dates are dates, percents are numbers; lights are coloured by
conditional formatting, so that a sorted or edited list stays coloured. Printed on A4 landscape,
fitted to the page's width, with the heading on every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from qplan.core.names import FORMULA
from qplan.i18n import _, joined
from qplan.render import Options
from qplan.render.cells import clean, format_rows, labels
from qplan.render.package import reproducible
from qplan.render.sheet_sizes import A3, A4, FONT, POINTS, height, set_height, widths
from qplan.views import CHANGE, DATE, DECIMAL, ID, INTEGER, LIGHT, PERCENT, STATUS, TEXT, Column, Table, View

#: Excel holds no more characters in a cell; openpyxl would cut there silently.
MOST = 32_767
#: Tables of more columns are printed on A3.
MANY = 16
#: Columns of the overview; its sentences go over all of them.
OVERVIEW = (28, 14, 74)

FILLS = {"red": "F8CBC6", "yellow": "FFE9A8", "blue": "CFE2F8", "green": "D3EBD3", "grey": "E2E2E2"}
INK = {"red": "8E0F0F", "yellow": "6B5200", "blue": "0B4080", "green": "1B5E20", "grey": "4A4A4A"}
#: The colour of the lines between cells.
LINES = "BFBFBF"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write(view: View, options: Options) -> Iterator[bytes]:
    """The workbook as the bytes of its file."""
    book = Workbook()
    for font in (book._named_styles["Normal"].font, book._fonts[0]):  # of cells without their own
        font.name, font.size = FONT, POINTS
    names: set[str] = set()
    first = book.active
    tables = [*view.tables, *(view.sheets() if view.sheets else ())]
    if len(tables) > 1:
        empty = [_uncounted(table.title) for table in tables if not table.rows]
        tables = [table for table in tables if table.rows]
        first.title = sheet_name(_("Overview"), names)
        _overview(first, view, empty)
        _print(first, None, view)
    else:
        book.remove(first)
    for table in tables:
        sheet = book.create_sheet(sheet_name(table.title or view.title, names))
        _sheet(sheet, table)
        _print(sheet, table, view)
    yield reproducible(book.save, view)


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: no ``[]:*?/\\``, at most 31 characters, none twice."""
    plain = _uncounted(re.sub(r"[\[\]:*?/\\\s]+", " ", clean(title))).strip("' ") or "-"
    name, number = plain[:31], 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: 30 - len(str(number))]} {number}"
    taken.add(name.lower())
    return name


def _uncounted(title: str) -> str:
    """A title without the number of rows at its end."""
    return re.sub(r"\s*[(（]\d+[)）]$", "", title)


def _overview(sheet: Any, view: View, empty: Sequence[str]) -> None:
    for letter, width in zip("ABC", OVERVIEW, strict=True):
        sheet.column_dimensions[letter].width = width
    put_text(sheet.cell(1, 1), view.title).font = Font(name=FONT, bold=True, size=14)
    sheet.row_dimensions[1].height = 24
    row = _sentences(sheet, 2, view.lead) + 1
    if view.page is not None:
        for figure in view.page().figures:
            put_text(sheet.cell(row, 1), figure.label)
            cell = sheet.cell(row, 2)
            cell.value = int(figure.value)
            cell.font = Font(name=FONT, bold=True, size=POINTS, color=INK.get(figure.tone, "000000"))
            put_text(sheet.cell(row, 3), figure.note).alignment = Alignment(indent=1)
            row += 1
        row += 1
    if empty:
        nothing = _("Nothing to list, and so no sheet: {titles}.").format(titles=joined(empty))
        row = _sentences(sheet, row, [nothing])
    _sentences(sheet, row, view.notes)


def _sentences(sheet: Any, row: int, lines: Sequence[str]) -> int:
    """Write sentences over the columns of the overview, from this row; return the row below."""
    for number, line in enumerate(lines, row):
        put_text(sheet.cell(number, 1), line).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(OVERVIEW))
        set_height(sheet, number, height([clean(line)], [sum(OVERVIEW)]))
    return row + len(lines)


def _sheet(sheet: Any, table: Table) -> None:
    rows, kinds = table.rows, [column.type for column in table.columns]
    texts = format_rows(table)
    sizes = widths(table.columns, texts, A3 if len(kinds) > MANY else A4)
    if table.caption:
        put_title(sheet, table.caption, 18, 36, len(kinds))
    top = 2 if table.caption else 1
    _headings(sheet, table.columns, top)
    for place, size in enumerate(sizes, 1):
        sheet.column_dimensions[get_column_letter(place)].width = size
    _rows(sheet, rows, kinds, top + 1)
    for number, row in enumerate(texts, top + 1):
        set_height(sheet, number, height(row, sizes))
    if not rows:
        put_text(sheet.cell(top + 1, 1), table.empty or _("Nothing to show."))
    sheet.freeze_panes = sheet.cell(top + 1, _frozen(table.columns))
    if rows:
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(kinds))}{len(rows) + top}"
    _colour(sheet, table, top + 1, len(rows) + top)


def border(color: str) -> Any:
    """Thin lines around a cell."""
    thin = Side(style="thin", color=color)
    return Border(left=thin, right=thin, top=thin, bottom=thin)


def put_title(sheet: Any, text: str, size: int, height: float, columns: int, *, wrap: bool = False) -> None:
    """Write a title into the first row, over so many columns."""
    cell = put_text(sheet.cell(1, 1), text)
    cell.font = Font(name=FONT, size=size, bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=wrap or None)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    sheet.row_dimensions[1].height = height


def set_page(sheet: Any) -> None:
    """Print a sheet on A4 landscape, as wide as the page and in the middle of it."""
    setup = sheet.page_setup
    setup.paperSize, setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True


def _headings(sheet: Any, columns: Sequence[Column], top: int) -> None:
    look = Font(name=FONT, size=POINTS, bold=True), PatternFill("solid", start_color="E8EDF3"), border(LINES)
    for place, column in enumerate(columns, 1):
        cell = put_text(sheet.cell(top, place), column.title)
        cell.font, cell.fill, cell.border = look
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[top].height = 34  # a heading takes two lines


def _rows(sheet: Any, rows: Sequence[Sequence[Any]], kinds: Sequence[str], first: int) -> None:
    lines = border(LINES)
    sides = ["right" if kind == DECIMAL else "left" if kind in (TEXT, ID) else "center" for kind in kinds]
    aligned = [Alignment(horizontal=side, vertical="center", wrap_text=True, indent=int(side == "right")) for side in sides]  # fmt: skip
    for number, row in enumerate(rows, first):
        for place, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            cell = sheet.cell(number, place + 1)
            _put(cell, value, kind)
            cell.border, cell.alignment = lines, aligned[place]


def _frozen(columns: Sequence[Column]) -> int:
    """The first column that scrolls: number, id and title stay visible."""
    place = next((n for n, column in enumerate(columns, 1) if column.key in ("title", "name")), 0)
    return place + 1 if 0 < place <= 3 else 1


#: Decimal text that a cell holds exactly.
_FIGURE = re.compile(r"-?(?=[\d.]{1,15}$)\d+(?:\.\d+)?")


def _put(cell: Any, value: Any, kind: str) -> None:
    if value is None:
        return
    if kind == DATE:
        try:
            cell.value, cell.number_format = date.fromisoformat(value), "yyyy-mm-dd"
            return
        except ValueError:
            pass  # what is not a day is written as text
    elif kind == PERCENT and isinstance(value, int):
        cell.value, cell.number_format = value / 100, "0%"
        return
    elif kind in (INTEGER, CHANGE) and isinstance(value, int):
        cell.value = value
        if kind == CHANGE:
            cell.number_format = "+0;-0;0"
        return
    elif kind == DECIMAL and _FIGURE.fullmatch(str(value)):
        _whole, _point, rest = str(value).partition(".")
        cell.value, cell.number_format = float(value), f"0.{'0' * len(rest)}" if rest else "0"
        return
    elif kind in (LIGHT, STATUS):
        value = labels(kind).get(value, value)
    put_text(cell, str(value))


def put_text(cell: Any, text: str) -> Any:
    """Put text into a cell as text, whatever it begins with."""
    text = _ESCAPE.sub("_x005F_", clean(text))
    if len(text) > MOST:
        note = _(" … ({n} more characters in the ledger)").format(n=len(text) - MOST + 60)
        text = text[: MOST - 60] + note
    if text:
        cell.value = text
        cell.data_type = "s"
        if re.match(FORMULA, text):
            cell.quotePrefix = True  # it stays text when somebody edits the cell
    return cell


def _colour(sheet: Any, table: Table, first: int, last: int) -> None:
    for place, column in enumerate(table.columns, 1):
        letter = get_column_letter(place)
        place_of = f"{letter}{first}:{letter}{last}"
        if last < first:
            continue
        if column.type == LIGHT:
            for code, label in labels(LIGHT).items():
                fill = PatternFill("solid", start_color=FILLS[code], end_color=FILLS[code])
                rule = CellIsRule("equal", [f'"{label}"'], font=Font(color=INK[code], bold=True), fill=fill)
                sheet.conditional_formatting.add(place_of, rule)
        elif column.key in ("overdue", "overdue_days"):
            rule = CellIsRule("greaterThan", ["0"], font=Font(color=INK["red"], bold=True))
            sheet.conditional_formatting.add(place_of, rule)


def _print(sheet: Any, table: Table | None, view: View) -> None:
    set_page(sheet)
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.8, 0.8
    margins.header = margins.footer = 0.4
    if table is not None:
        if len(table.columns) > MANY:
            sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
        sheet.print_title_rows = "2:2" if table.caption else "1:1"
    if table is not None and not table.caption:  # which is the title on paper too
        header = sheet.oddHeader.center
        header.text, header.font, header.size = _amp(table.title or view.title), f"{FONT},Bold", 14
    head = view.head
    sheet.oddFooter.left.text = _amp(
        _("As of {day}").format(day=view.as_of) + (f"  {head.ledger}/{head.seq}" if head else "")
    )
    sheet.oddFooter.right.text = "&P / &N"


def _amp(text: str) -> str:
    return clean(text).replace("&", "&&")

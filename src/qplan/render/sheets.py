"""View -> an Excel workbook: a sheet of facts, then a sheet for each table.

Text is text and never a formula, dates are dates, percents are numbers; lights are coloured by
conditional formatting, so that a sorted or edited list stays coloured. Printed on A4 landscape,
fitted to the page's width, with the heading on every page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from qplan.extras import need
from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import clean, labels
from qplan.render.delimited import FORMULA
from qplan.render.package import reproducible
from qplan.render.text import cell_width
from qplan.views import CHANGE, DATE, DECIMAL, INTEGER, LIGHT, PERCENT, STATUS, Column, Table, View

#: Excel holds no more characters in a cell; openpyxl would cut there silently.
MOST = 32_767
NARROW, WIDE = 5, 24
FONT = "宋体"

FILLS = {"red": "F8CBC6", "yellow": "FFE9A8", "blue": "CFE2F8", "green": "D3EBD3", "grey": "E2E2E2"}
INK = {"red": "8E0F0F", "yellow": "6B5200", "blue": "0B4080", "green": "1B5E20", "grey": "4A4A4A"}
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write(view: View, options: Options) -> Iterator[bytes]:
    """The workbook as the bytes of its file."""
    need("openpyxl")
    from openpyxl import Workbook

    book = Workbook()
    book._named_styles["Normal"].font.name = FONT
    book._fonts[0].name = FONT  # the font of cells without their own
    names: set[str] = set()
    first = book.active
    tables = [*view.tables, *(view.sheets() if view.sheets else ())]
    if len(tables) > 1:
        first.title = sheet_name(_("Overview"), names)
        _overview(first, view)
        _print(first, None, view)
    else:
        book.remove(first)
    for table in tables:
        sheet = book.create_sheet(sheet_name(table.title or view.title, names))
        _sheet(sheet, table)
        _print(sheet, table, view)
    out = io.BytesIO()
    book.save(out)
    yield reproducible(out.getvalue(), view)


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: no ``[]:*?/\\``, at most 31 characters, none twice."""
    plain = (
        re.sub(r"\s*[(（]\d+[)）]$", "", re.sub(r"[\[\]:*?/\\]", " ", clean(title))).strip("' \n\t") or "-"
    )
    name, number = plain[:31], 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: 30 - len(str(number))]} {number}"
    taken.add(name.lower())
    return name


def _overview(sheet: Any, view: View) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 14
    sheet.column_dimensions["C"].width = 60
    _text(sheet.cell(1, 1), view.title).font = Font(name=FONT, bold=True, size=14)
    row = 2
    for line in view.lead:
        _text(sheet.cell(row, 1), line).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        sheet.row_dimensions[row].height = 16 * (1 + cell_width(line) // 95)
        row += 1
    row += 1
    if view.page is not None:
        for figure in view.page().figures:
            _text(sheet.cell(row, 1), figure.label)
            cell = sheet.cell(row, 2)
            cell.value = int(figure.value)
            cell.font = Font(name=FONT, bold=True, color=INK.get(figure.tone, "000000"))
            _text(sheet.cell(row, 3), figure.note).alignment = Alignment(indent=1)
            row += 1
        row += 1
    for line in view.notes:
        _text(sheet.cell(row, 1), line).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        sheet.row_dimensions[row].height = 16 * (1 + cell_width(line) // 95)
        row += 1


def _sheet(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin", color="BFBFBF")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    rows = list(table.rows)
    widths = [_width(column, [row[n] for row in rows]) for n, column in enumerate(table.columns)]
    head = PatternFill("solid", start_color="E8EDF3", end_color="E8EDF3")
    top = _caption(sheet, table)
    for place, column in enumerate(table.columns, 1):
        cell = _text(sheet.cell(top, place), column.title)
        cell.font, cell.fill, cell.border = Font(name=FONT, bold=True), head, border
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = widths[place - 1]
    for number, row in enumerate(rows, top + 1):
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True), 1):
            cell = sheet.cell(number, place)
            _put(cell, value, column.type)
            cell.border = border
            centred = column.type in (DATE, LIGHT, STATUS, INTEGER, CHANGE, PERCENT)
            side = "center" if centred else "right" if column.type == DECIMAL else "left"
            cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True)
        sheet.row_dimensions[number].height = _height(row, widths)
    if not rows:
        _text(sheet.cell(top + 1, 1), table.empty or _("Nothing to show."))
    sheet.row_dimensions[top].height = 32  # a heading takes two lines
    last = get_column_letter(len(table.columns))
    sheet.freeze_panes = sheet.cell(top + 1, _frozen(table.columns))
    if rows:
        sheet.auto_filter.ref = f"A{top}:{last}{len(rows) + top}"
    _colour(sheet, table, top + 1, len(rows) + top)


def _caption(sheet: Any, table: Table) -> int:
    """Write the title above the table, if it has one; return the row of the headings."""
    from openpyxl.styles import Alignment, Font

    if not table.caption:
        return 1
    cell = _text(sheet.cell(1, 1), table.caption)
    cell.font = Font(name=FONT, size=18, bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center")
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(table.columns))
    sheet.row_dimensions[1].height = 36
    return 2


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
    _text(cell, str(value))


def _text(cell: Any, text: str) -> Any:
    """Put text into a cell as text, whatever it begins with."""
    text = _ESCAPE.sub("_x005F_", clean(text))
    if len(text) > MOST:
        note = _(" … ({n} more characters in the ledger)").format(n=len(text) - MOST + 60)
        text = text[: MOST - 60] + note
    if text:
        cell.value = text
        cell.data_type = "s"
        if text[0] in FORMULA:
            cell.quotePrefix = True  # it stays text when somebody edits the cell
    return cell


def _width(column: Column, values: Sequence[Any]) -> float:
    """Wide enough for most of the texts; a Chinese character takes two."""
    if column.type == DATE:
        return 12
    known = labels(column.type) if column.type in (LIGHT, STATUS) else {}
    texts = [str(known.get(value, value)) for value in values if value is not None]
    lines = [cell_width(line) for text in texts for line in clean(text).split("\n")]
    widest = max(lines, default=0)
    heading = cell_width(column.title)
    return max(NARROW, min(WIDE, max(widest, heading if heading <= 6 else heading / 2 + 1)) + 2)


def _height(row: Sequence[Any], widths: Sequence[float]) -> float:
    """Points that a row needs: LibreOffice leaves rows as they are and would cut what wraps."""
    lines = [
        sum(max(1, -(-cell_width(line) // max(1, int(width) - 2))) for line in clean(str(value)).split("\n"))
        for value, width in zip(row, widths, strict=True)
        if value is not None
    ]
    return min(400, 3 + 15 * max(lines, default=1))  # Excel takes no row higher than 409


def _colour(sheet: Any, table: Table, first: int, last: int) -> None:
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

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
    setup = sheet.page_setup
    setup.paperSize = sheet.PAPERSIZE_A4
    setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    setup.fitToWidth, setup.fitToHeight = 1, 0
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.8, 0.8
    margins.header = margins.footer = 0.4
    sheet.print_options.horizontalCentered = True
    if table is not None and len(table.columns) > 16:
        setup.paperSize = sheet.PAPERSIZE_A3
    if table is not None:
        sheet.print_title_rows = "2:2" if table.caption else "1:1"
        sheet.oddHeader.center.text = _amp(table.title or view.title)
    head = view.head
    sheet.oddFooter.left.text = _amp(
        _("As of {day}").format(day=view.as_of) + (f"  {head.ledger}/{head.seq}" if head else "")
    )
    sheet.oddFooter.right.text = "&P / &N"


def _amp(text: str) -> str:
    return clean(text).replace("&", "&&")

"""How wide columns and how high rows of a workbook are, so that every text is seen whole, on the screen and on paper.

Widths are in characters of the sheet's font, as Excel counts them; heights in points. No program fits the
rows of a file that it opens, so heights are computed as the text will be broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.worksheet.dimensions import RowDimension

from qplan.render.cells import FIXED, clean
from qplan.render.text import cell_width
from qplan.render.wrapping import UNIT, wrap
from qplan.views import DATE, Column

FONT, POINTS = "宋体", 10.5  #: 五号, the size of tables
#: Columns of texts are at least and at most so wide; of a wide table they are narrowed to ``SLIM``.
LEAST, WIDEST, SLIM = 8, 28, 14
#: Empty columns of codes and numbers, and those of days.
NARROW, DAY = 4, 10
#: A row of more lines is higher than Excel allows: the column is made wider, up to ``LONG``.
LINES, LONG = 26, 80
#: Characters on the width of a landscape page, printed at seven tenths of the size.
A4, A3 = 208, 304
LINE, SPACE, HIGHEST = 15, 4, 400


def widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], page: int) -> list[int]:
    """The columns' widths; texts are narrowed until the table fits the page, where it can."""
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    known = []
    for column, texts in zip(columns, cells, strict=True):
        widest = max((cell_width(line) for text in texts for line in text.split("\n")), default=0)
        known.append((column, widest, _least(column, texts)))
    for most in range(WIDEST, SLIM - 1, -2):
        made = [_width(column, widest, least, most) for column, widest, least in known]
        if sum(made) <= page:
            break
    return made


def height(texts: Iterable[str], columns: Sequence[int]) -> float:
    """The height of a row with these texts in columns of these widths."""
    lines = (len(wrap(text, max(1, width - 1))) for text, width in zip(texts, columns, strict=True))
    return min(HIGHEST, SPACE + LINE * max(lines, default=1))


def set_height(sheet: Any, row: int, points: float) -> None:
    """Give a row a height that is not fixed: it grows with what people write into it."""
    sheet.row_dimensions[row] = GrowingRow(sheet, index=row, ht=points)


class GrowingRow(RowDimension):  # type: ignore[misc]
    """openpyxl's row, whose height is fixed where it has one, without that mark."""

    customHeight = False


def _least(column: Column, texts: Sequence[str]) -> int:
    """What a heading on two lines needs, and the longest text in a row that is not too high."""
    longest = max(map(cell_width, texts), default=0)
    return max(_heading(clean(column.title)), min(LONG, -(-longest // LINES)))


def _heading(title: str) -> int:
    """The width of a heading: of four characters on one line, of more on two; a unit in brackets is not broken off."""
    whole = cell_width(title)
    if whole <= 8 or (whole <= 16 and title.endswith(("）", ")"))):
        return whole
    longest = max(cell_width(unit) for unit in UNIT.findall(title))
    return next(width for width in range(longest, whole + 1) if len(wrap(title, width)) <= 2)


def _width(column: Column, widest: int, least: int, most: int) -> int:
    if column.type == DATE:
        return max(DAY, least, min(widest, SLIM)) + 2
    if column.type in FIXED:
        return max(NARROW, least, widest) + 2
    return max(LEAST, least, min(widest, most)) + 2

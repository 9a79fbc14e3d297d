"""A sheet or table as a grid of values, whatever kind of file it came from."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from qplan.core.names import shown

#: What a cell holds; a day comes as a day only where the file marks it as one.
Value = str | int | float | date | None

#: A file, and the parts of an archive that hold its text, may be no larger.
MOST_BYTES = 48 * 1024 * 1024
#: The rectangle from the first cell to the last one may have no more cells.
MOST_CELLS = 2_000_000


class Merge(NamedTuple):
    """A merged area, its corners included; its value is that of its first cell."""

    top: int
    left: int
    bottom: int
    right: int


class Grid(NamedTuple):
    """One sheet; rows and columns count from 0. ``before``: lines of text above a table of a document.

    ``formats``: whether it is known how cells are shown; where it is not, a first day may mean its month.
    """

    sheet: str
    rows: list[list[Value]]
    merges: dict[tuple[int, int], Merge]  #: every cell of a merged area -> the area
    before: tuple[str, ...] = ()
    formats: bool = True

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(map(len, self.rows), default=0)

    def address(self, row: int, column: int) -> str:
        """The cell as a spreadsheet names it: ``分工表!F3``."""
        place = f"{column_name(column)}{row + 1}"
        return f"{shown(self.sheet)}!{place}" if self.sheet else place

    def value(self, row: int, column: int) -> Value:
        """What the cell itself holds."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else []
        return cells[column] if 0 <= column < len(cells) else None

    def merged_value(self, row: int, column: int) -> Value:
        """What the cell shows: the value of the merged area that it is in, else its own."""
        area = self.merges.get((row, column))
        return self.value(area.top, area.left) if area else self.value(row, column)

    def text(self, row: int, column: int) -> str:
        """The cell's own value as text."""
        return text_of(self.value(row, column))


def grid(sheet: str, rows: list[list[Value]], areas: list[Merge], before: tuple[str, ...] = ()) -> Grid:
    """A grid whose merged areas are limited to its rows and columns."""
    height, width = len(rows), max(map(len, rows), default=0)
    merges: dict[tuple[int, int], Merge] = {}
    for area in areas[:10_000]:  # areas do not overlap; a file in which they do is not read for ever
        if len(merges) > MOST_CELLS or (area.top, area.left) in merges:
            continue
        for row in range(area.top, min(area.bottom + 1, height)):
            for column in range(area.left, min(area.right + 1, width)):
                merges[row, column] = area
    return Grid(sheet, rows, merges, before)


def column_name(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(letters: str) -> int:
    """The number of a column, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + max(1, ord(letter) - 64)
    return number


def text_of(value: Value) -> str:
    """A value as people write it: 8722, 1689.4, 2024-06-30; texts without blanks around them."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).strip()

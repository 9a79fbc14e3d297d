"""How large a spreadsheet or document gets when it is read, found out before a library reads it.

Archives are small and what they hold may not be: a sheet of 100 MB packs into a few hundred
kilobytes, and two cells in opposite corners make a sheet of 17 thousand million cells, which
readers lay out in memory as a rectangle.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from qplan.errors import BadInput
from qplan.i18n import _
from qplan.plan.tables.grid import MOST_BYTES, MOST_CELLS, Merge, column_number

_CHUNK = 1 << 18
#: What the readers of archives and XML raise for bytes that are none.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError, LookupError,
)  # fmt: skip


class Extent:
    """How far the cells of the sheets reach, from the parser's elements."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0
        self.areas: list[list[Merge]] = []  #: of an ods file, the merged areas of each sheet

    def sheet(self) -> None:
        """Begin a sheet."""
        self.row = self.column = self.last_row = self.last_column = 0
        self.areas.append([])

    def spanned(self, rows: int, columns: int) -> None:
        """Note that the cell at hand is merged with those below and beside it."""
        top, left = self.row - 1, self.column - 1
        self.areas[-1].append(Merge(top, left, top + rows - 1, left + columns - 1))

    def filled(self) -> None:
        """Count the cell at hand as one with a value; BadInput where the sheet becomes too large."""
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if self.last_row * self.last_column > MOST_CELLS:
            raise BadInput(
                _("A sheet reaches to row {row}, column {column}; that is more than {n} cells; delete what is not part of the table"),
                row=self.last_row, column=self.last_column, n=MOST_CELLS,
            )  # fmt: skip


def check_archive(data: bytes, kind: str) -> list[list[Merge]]:
    """The merged areas of each sheet of an ods file (the reader does not report them).

    Raises BadInput where an xlsx, ods or docx file is broken or too large once unpacked.
    """
    handlers = {"xlsx": _workbook_element, "ods": _ods_element, "docx": _document_element}
    areas: list[list[Merge]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise BadInput(
                    _("The file unpacks to more than {n} MB of text; keep only the table in it"),
                    n=MOST_BYTES >> 20,
                )
            for part in parts:
                extent = Extent()
                for name, attributes in elements(archive, part):
                    handlers[kind](extent, name, attributes)
                areas += extent.areas
    except _BROKEN as error:
        raise BadInput(_unreadable(error)) from None
    return areas


#: A number of a cell beyond what a day or a time can be; the reader ends where such a cell is formatted as one.
_HUGE = re.compile(rb"<v>\s*-?(?:\d{12,}|[\d.]+[eE]\+?\d\d)")


def has_huge_numbers(data: bytes) -> bool:
    """Whether a cell of an xlsx file, which was checked before, holds a number of twelve digits or more."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if not part.startswith("xl/worksheets/"):
                continue
            with archive.open(part) as stream:
                rest = b""
                while chunk := stream.read(_CHUNK):
                    if _HUGE.search(rest + chunk):
                        return True
                    rest = chunk[-64:]
    return False


def _unreadable(error: Exception) -> str:
    if "password" in str(error) or "encrypted" in str(error):
        return _("The file is protected by a password; save a copy without it")
    return _("The file is damaged or not of the kind that its suffix says; open it and save it again")


def elements(archive: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a part that begin, by local name; BadInput where the part declares entities."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def doctype(*_args: object) -> None:
        raise BadInput(
            _("The file declares entities of its own, which no office program writes; it is not read")
        )

    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.StartDoctypeDeclHandler = doctype
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield from found
            found.clear()
    parser.Parse(b"", True)
    yield from found


def _workbook_element(extent: Extent, name: str, attributes: dict[str, str]) -> None:
    if name == "row":
        given = attributes.get("r", "")
        extent.row = int(given) if given.isdigit() else extent.row + 1
        extent.column = 0
    elif name == "c":
        letters = attributes.get("r", "").rstrip("0123456789")
        digits = attributes.get("r", "")[len(letters) :]
        extent.column = column_number(letters) if letters else extent.column + 1
        extent.row = int(digits) if digits else extent.row
    elif name in ("v", "is"):
        extent.filled()


def _ods_element(extent: Extent, name: str, attributes: dict[str, str]) -> None:
    if name == "table":
        extent.sheet()
    elif name == "table-row":
        extent.row += _repeated(attributes, "table:number-rows-repeated")
        extent.column = 0
    elif name in ("table-cell", "covered-table-cell"):
        extent.column += _repeated(attributes, "table:number-columns-repeated")
        rows = _repeated(attributes, "table:number-rows-spanned")
        columns = _repeated(attributes, "table:number-columns-spanned")
        if rows * columns > 1:
            extent.spanned(rows, columns)
        if any(key.startswith("office:") and key.endswith("value") for key in attributes):
            extent.filled()
    elif name == "p" and extent.column:
        extent.filled()


def _repeated(attributes: dict[str, str], name: str) -> int:
    given = attributes.get(name, "1")
    return int(given) if given.isdigit() else 1


def _document_element(extent: Extent, name: str, attributes: dict[str, str]) -> None:
    if name == "tr":
        extent.row, extent.column = extent.row + 1, 0
    elif name == "tc":
        extent.column += 1
        extent.filled()
    elif name == "gridSpan":
        span = next((value for key, value in attributes.items() if key.endswith("val")), "1")
        extent.column += int(span) - 1 if span.isdigit() else 0
        extent.filled()

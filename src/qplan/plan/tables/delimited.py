"""CSV and TSV files as offices save them -> a grid.

Excel saves CSV as GBK, "CSV UTF-8" with a mark at the beginning, "Unicode text" as UTF-16 with
tabs. Encodings are tried in an order in which none takes another's bytes for its own.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

from qplan.errors import BadInput
from qplan.i18n import _
from qplan.plan.tables.grid import MOST_CELLS, Grid, Value, grid

# A long cell is no fault of a file, and its text is refused where it is read. The limit is one for the whole process.
csv.field_size_limit(2**31 - 1)


def read_delimited(data: bytes) -> Grid:
    """The table in the bytes of a CSV or TSV file; BadInput where they are no text or too many."""
    text = decode(data)
    rows: list[list[Value]] = []
    count = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)):
            count += len(row)
            if count > MOST_CELLS:
                raise BadInput(_("The file has more than {n} cells; keep only the table in it"), n=MOST_CELLS)
            rows.append([cell.strip() or None for cell in row])
    except csv.Error as error:
        raise BadInput(
            _("line {line}: this is no table of text ({why})"), line=len(rows) + 1, why=error
        ) from None
    return grid("", rows, [])


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GBK (GB 18030); BadInput for any other bytes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data[:400]:  # every second byte of a half-width character
        encodings = (
            ("utf-16-le",)
            if data[1:2] == b"\0" or data[:400:2].count(0) < data[1:400:2].count(0)
            else ("utf-16-be",)
        )
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(_("The file is text in no encoding known here (UTF-8, UTF-16, GBK); save it as CSV UTF-8"))


def delimiter_of(text: str) -> str:
    """The mark that separates cells: most of the first lines have it outside quotes, and have it most often."""
    head = re.sub('"[^"]*"', "", text[:20_000])
    lines = head.splitlines()
    return max(",\t;", key=lambda mark: (sum(mark in line for line in lines), head.count(mark)))

"""View -> CSV and TSV: labels for codes, nothing for None, formulas made text."""

import csv
import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace

from qplan.core.names import FORMULA
from qplan.render import Options
from qplan.render.cells import clean_field, format_rows
from qplan.views import CHANGE, TEXT, View

_NEGATIVE = re.compile(r"-\d+(\.\d+)?%?")
#: What a cell of TSV has instead of some characters.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"})


def csv_text(view: View, options: Options) -> Iterator[str]:
    """Comma-separated values (RFC 4180)."""
    return _write(view, ",", "\r\n", {})


def tsv_text(view: View, options: Options) -> Iterator[str]:
    """Tab-separated values, one row a line: tab, line ends and backslash are escaped, quotes are as in CSV."""
    return _write(view, "\t", "\n", _ESCAPES)


def without_formula(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if re.match(FORMULA, text) and not _NEGATIVE.fullmatch(text) else text


def _write(view: View, comma: str, feed: str, escapes: Mapping[int, str]) -> Iterator[str]:
    """Each table under the titles of its columns, in the language in use, as in a sheet.

    Where there are several, each has its title above and a blank line between.
    """
    line_of = csv.writer(SimpleNamespace(write=str), delimiter=comma, lineterminator=feed).writerow
    for number, table in enumerate(view.tables):
        # a program adds up changes: they are numbers without a sign before what is more
        columns = [one._replace(type=TEXT) if one.type == CHANGE else one for one in table.columns]
        rows = [[column.title for column in columns]]
        if len(view.tables) > 1:
            yield feed if number else ""
            rows = [[table.title], *rows] if table.title else rows
        for row in (*rows, *format_rows(table._replace(columns=columns), str)):
            cells = [without_formula(clean_field(text)).translate(escapes) for text in row]
            yield str(line_of(cells if cells != [""] else ()))

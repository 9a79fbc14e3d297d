"""View -> CSV and TSV: labels for codes, nothing for None, formulas made text."""

import re
from collections.abc import Callable, Iterator

from qplan.core.names import FORMULA
from qplan.render import Options
from qplan.render.cells import clean_field, format_rows
from qplan.views import CHANGE, TEXT, View

_NEGATIVE = re.compile(r"-\d+(\.\d+)?%?")
#: Characters for which a cell of CSV is quoted, and what a cell of TSV has instead of some.
_QUOTED = re.compile('[,"\r\n]')
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"})


def csv_text(view: View, options: Options) -> Iterator[str]:
    """Comma-separated values (RFC 4180)."""
    return _write(view, ",", "\r\n", _csv_cell)


def tsv_text(view: View, options: Options) -> Iterator[str]:
    """Tab-separated values, one row a line: tab, line ends and backslash are escaped, quotes are as in CSV."""
    return _write(view, "\t", "\n", _tsv_cell)


def without_formula(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) and not _NEGATIVE.fullmatch(text) else text


def _csv_cell(text: str) -> str:
    text = without_formula(text)
    return _quoted(text) if _QUOTED.search(text) else text


def _tsv_cell(text: str) -> str:
    text = without_formula(text).translate(_ESCAPES)
    return _quoted(text) if '"' in text else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _write(view: View, comma: str, feed: str, cell: Callable[[str], str]) -> Iterator[str]:
    """Each table under the titles of its columns, in the language in use, as in a sheet.

    Where there are several, each has its title above and a blank line between.
    """
    for number, table in enumerate(view.tables):
        if len(view.tables) > 1:
            title = cell(clean_field(table.title)) + feed if table.title else ""
            yield (feed if number else "") + title
        # a program adds up changes: they are numbers without a sign before what is more
        columns = [one._replace(type=TEXT) if one.type == CHANGE else one for one in table.columns]
        titles = [clean_field(column.title) for column in columns]
        for row in (titles, *format_rows(table._replace(columns=columns), clean_field)):
            yield comma.join(map(cell, row)) + feed

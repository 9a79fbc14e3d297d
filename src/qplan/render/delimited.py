"""View -> CSV and TSV. Long lists go this way, so whole columns are converted, not single cells:
a column is looked through once for the few characters that need escaping, and most columns have none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from qplan.render import Options
from qplan.render.cells import clean_field, labels, percent
from qplan.views import LIGHT, PERCENT, STATUS, Column, View

#: A spreadsheet runs a cell that begins with one of these (full-width forms included).
FORMULA = frozenset("=+-@\t\r＝＋－＠")
#: Rows converted at a time: texts that live for a moment take no new memory, and new memory costs more
#: than the work on it.
BLOCK = 1000
_NEGATIVE = re.compile(r"-\d+(\.\d+)?%?")


class Dialect(NamedTuple):
    """The separators of cells and lines, the characters that need escaping, and how they are escaped."""

    comma: str
    feed: str
    special: str
    escape: Callable[[str], str]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")


CSV = Dialect(",", "\r\n", ',"\r\n', _quoted)
TSV = Dialect("\t", "\n", "\t\r\n\\", _escaped)


def csv_text(view: View, options: Options) -> Iterator[str]:
    """Comma-separated values (RFC 4180); labels for codes, nothing for None, formulas made text."""
    return _write(view, CSV)


def tsv_text(view: View, options: Options) -> Iterator[str]:
    """Tab-separated values, one row a line: tab, line feed and backslash are escaped."""
    return _write(view, TSV)


def without_formula(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text[:1] in FORMULA and not _NEGATIVE.fullmatch(text) else text


def _write(view: View, dialect: Dialect) -> Iterator[str]:
    """Each table under the titles of its columns, in the language in use, as in a sheet.

    Where there are several, each has its title above and a blank line between.
    """
    join, feed = dialect.comma.join, dialect.feed
    for number, table in enumerate(view.tables):
        if len(view.tables) > 1:
            title = _safe([table.title], dialect)[0] + feed if table.title else ""
            yield (feed if number else "") + title
        yield join(_safe([column.title for column in table.columns], dialect)) + feed
        rows = iter(table.rows)
        while block := list(islice(rows, BLOCK)):
            columns = _columns(block, table.columns, dialect)
            yield feed.join(map(join, zip(*columns, strict=True))) + feed


def _columns(rows: list[Sequence[Any]], columns: Sequence[Column], dialect: Dialect) -> list[Sequence[str]]:
    values = zip(*rows, strict=True)
    return [_column(cells, column.type, dialect) for cells, column in zip(values, columns, strict=False)]


def _column(values: Sequence[Any], kind: str, dialect: Dialect) -> Sequence[str]:
    distinct = set(values)
    if kind not in (LIGHT, STATUS, PERCENT) and 2 * len(distinct) > len(values):
        return _safe(["" if value is None else value for value in values], dialect)
    # Few distinct values: each is converted once.
    distinct.discard(None)
    known = labels(kind) if kind in (LIGHT, STATUS) else {}
    read = percent if kind == PERCENT else str
    texts = _safe([known.get(value) or read(value) for value in distinct], dialect)
    written: dict[Any, str] = {None: "", **dict(zip(distinct, texts, strict=True))}
    return list(map(written.__getitem__, values))


def _safe(texts: list[Any], dialect: Dialect) -> list[str]:
    try:
        together = "".join(texts)
    except TypeError:  # a number in a text column
        texts = list(map(str, texts))
        together = "".join(texts)
    if not together.isprintable() or "\ufe0f" in together:
        # a terminal that shows the file would act on control characters
        texts = list(map(clean_field, texts))
        together = "".join(texts)
    if not FORMULA.isdisjoint(set(map(itemgetter(0), filter(None, texts)))):
        texts = list(map(without_formula, texts))
    if any(character in together for character in dialect.special):
        special = re.compile(f"[{re.escape(dialect.special)}]").search
        texts = [dialect.escape(text) if special(text) else text for text in texts]
    return texts

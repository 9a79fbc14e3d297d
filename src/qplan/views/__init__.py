"""Records -> View: the content of a page is decided here, once, for every format.

A view is a title, a few tables of typed columns and raw values, and the JSON payload of the
contract. Renderers lay it out and decide nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from qplan.core.model import Head

#: Column types, by which a renderer aligns, colours and converts.
TEXT, ID, DATE, INTEGER, PERCENT, DECIMAL, LIGHT, STATUS, CHANGE = (
    "text", "id", "date", "int", "percent", "decimal", "light", "status", "change",
)  # fmt: skip


class Column(NamedTuple):
    """A column of a table: its key for renderers, its heading in every format, its type."""

    key: str
    title: str
    type: str = TEXT
    #: 0 shows on every screen; a narrow terminal leaves out columns of a higher number first.
    rank: int = 0
    width: int = 0  #: in a document, in proportion


class Table(NamedTuple):
    """Rows of raw values (``None`` for nothing) under typed columns.

    The value of a LIGHT column is a light's code, of a STATUS column a status's code; dates are
    ISO text. ``indent`` names a column whose text is indented by the row's depth (trees).
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    #: shown instead of the table when it has no rows
    empty: str = ""
    #: facts (two columns, no heading line wanted on a screen) rather than a list
    facts: bool = False
    #: a chart of the page shows the same: a screen that draws it leaves the table out
    drawn: bool = False
    #: the title above the headings of a sheet that is printed and handed round by itself
    caption: str = ""


Record = TypeVar("Record")


class ColumnOf(NamedTuple, Generic[Record]):
    """A column, and the value that a record has in it."""

    key: str
    title: str
    value: Callable[[Record], Any]
    type: str = TEXT
    rank: int = 0


def table_of(
    key: str, title: str, records: Iterable[Record], columns: Sequence[ColumnOf[Record]], empty: str = ""
) -> Table:
    """A table with a row for each record."""
    rows = [tuple(one.value(record) for one in columns) for record in records]
    return Table(key, title, [Column(one.key, one.title, one.type, one.rank) for one in columns], rows, empty)


class View(NamedTuple):
    """One page: ``kind`` names its JSON, ``tables`` is its content, ``payload`` its JSON body."""

    kind: str
    title: str
    tables: Sequence[Table]
    payload: Callable[[], dict[str, Any]]
    as_of: str
    head: Head | None
    #: lines below the title (totals) and below the tables (remarks)
    lead: Sequence[str] = ()
    notes: Sequence[str] = ()
    #: a :class:`qplan.views.page.Page`: figures and charts for those formats that show them
    page: Callable[[], Any] | None = None
    #: a :class:`qplan.views.document.Document`: what is written instead of a report with tables
    document: Callable[[], Any] | None = None
    #: further tables that a workbook has and no other format
    sheets: Callable[[], Sequence[Table]] | None = None
    #: the days that a calendar file carries, each a :class:`qplan.views.agenda.Appointment`
    agenda: Callable[[], Sequence[Any]] | None = None

    #: official name of a department -> what a narrow terminal calls it
    short: Callable[[], Mapping[str, str]] | None = None

    def envelope(self) -> dict[str, Any]:
        """The JSON document: schema, kind, day, ledger head, then the payload."""
        head = self.head
        return {
            "schema": 1,
            "kind": self.kind,
            "as_of": self.as_of,
            "ledger": None if head is None else {"id": head.ledger, "seq": head.seq, "head": head.hash},
            **self.payload(),
        }

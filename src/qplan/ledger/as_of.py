"""The rows of a ledger as they were on a past day, in a database in memory.

The current rows are copied, each with the values that it had before the entries that do not apply:
those effective after the day, or recorded after a given entry. Every such entry names in ``before``
the values that it replaced, so the journal is read from the first of them on, not from its beginning.
The statements of :mod:`qplan.ledger.statements` then query the copy as they query a ledger. A
property test compares the copy with a replay of the journal, which defines what a past day is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qplan.core import events
from qplan.core.model import RECORDS
from qplan.ledger import statements
from qplan.ledger.connection import Connection
from qplan.ledger.sqlite import SqliteConnection

#: What lists of tasks and of milestones search for once for each row of another list.
INDEXES = (
    "CREATE INDEX task_parent ON task (parent)",
    "CREATE INDEX milestone_task ON milestone (task, due)",
)

#: (entity, id) -> the last entry that applies among those read
Versions = dict[tuple[str, str], int]


def rows_on(source: Connection, until: str, seq: int) -> Connection:
    """Return a database in memory with the rows that the entries made which are effective by ``until``
    and numbered up to ``seq``. It holds no journal; the caller closes it.
    """
    first = source.rows(statements.FIRST_BEYOND, until=until, seq=seq)[0][0]
    memory = SqliteConnection(":memory:", write=True, create=True)
    try:
        later = source.each(statements.ENTRIES_FROM, first=first)
        versions: Versions = {}
        before = events.fields_before(_recorded(later, until, seq, versions), until, seq)
        for entity in RECORDS:
            memory.run(
                f"CREATE TABLE {entity} ({statements.columns(entity)}, PRIMARY KEY (id)) WITHOUT ROWID"
            )
            rows = _rows_before(source, entity, before.get(entity, {}), first, versions)
            memory.many(statements.insert(entity), rows)
        for index in INDEXES:
            memory.run(index)
    except BaseException:
        memory.close()
        raise
    return memory


def _recorded(
    entries: Iterable[tuple[Any, ...]], until: str, seq: int, versions: Versions
) -> Iterator[tuple[Any, ...]]:
    """Pass the entries on and record in ``versions`` the number of each late one that applies."""
    for entry in entries:
        number, effective_on, kind, subject, _body = entry
        if effective_on <= until and number <= seq:
            versions[kind.partition(".")[0], subject] = number
        yield entry


def _rows_before(
    source: Connection, entity: str, before: events.FieldsBefore, first: int, versions: Versions
) -> Iterator[tuple[Any, ...]]:
    """Yield an entity's rows with the values of ``before``; rows that did not exist yet are left out."""
    places = {name: place for place, name in enumerate(RECORDS[entity]._fields)}  # type: ignore[attr-defined]
    earlier = dict(source.rows(statements.versions_before(entity), first=first, kinds=f"{entity}.%"))
    for row in source.each(statements.select(entity)):
        subject = row[0]
        fields = before.get(subject, {})
        if fields is None:
            continue
        if subject in earlier:
            values = list(row)
            for name, value in fields.items():
                values[places[name]] = value
            values[places["version"]] = versions.get((entity, subject), earlier[subject])
            yield tuple(values)
        else:
            yield row

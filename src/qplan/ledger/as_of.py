"""The rows of a ledger as they were on a past day, in a database in memory.

The current rows are copied, each with the values that it had before the entries that do not apply:
those effective after the day, or recorded after a given entry. Every such entry names in ``before``
the values that it replaced, so the journal is read from the first of them on, not from its beginning.
The statements of :mod:`qplan.ledger.statements` then query the copy as they query a ledger. A
property test compares the copy with a replay of the journal, which defines what a past day is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from qplan.core import events
from qplan.core.model import RECORDS
from qplan.ledger import statements
from qplan.ledger.connection import Connection
from qplan.ledger.sqlite import ATTACHED, SqliteConnection

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
    memory = SqliteConnection(":memory:", write=True, create=True)
    try:
        with _ledger_of(memory, source, seq) as (ledger, last):
            for entity in RECORDS:
                memory.run(f"CREATE TABLE {entity} ({statements.columns(entity)}, PRIMARY KEY (id))")
                if ledger is memory:
                    memory.run(statements.copy(entity, ATTACHED))
                else:
                    memory.many(statements.insert(entity), ledger.each(statements.select(entity)))
            _go_back(memory, ledger, until, last)
        for index in INDEXES:
            memory.run(index)
    except BaseException:
        memory.close()
        raise
    return memory


@contextmanager
def rows_before(rows: Connection, source: Connection, until: str, seq: int) -> Iterator[Connection]:
    """A context with the rows of an earlier day than that of ``rows``, a copy of the rows of ``source``.

    Where the ledger is a file, they are in that copy itself, which has its own day's rows again after the context.
    """
    if not (isinstance(rows, SqliteConnection) and isinstance(source, SqliteConnection)):
        with closing(rows_on(source, until, seq)) as earlier:
            yield earlier
        return
    with _ledger_of(rows, source, seq) as (ledger, last):
        rows.run("SAVEPOINT later")
        try:
            _go_back(rows, ledger, until, last)
            yield rows
        finally:
            rows.run("ROLLBACK TO later")
            rows.run("RELEASE later")


@contextmanager
def _ledger_of(memory: SqliteConnection, source: Connection, seq: int) -> Iterator[tuple[Connection, int]]:
    """A context with the connection that reads a ledger for a copy in ``memory``, and with its last entry up to ``seq``.

    SQLite copies from a file that it has open itself in a tenth of the time that passing every value through
    Python takes: so that connection is ``memory`` where the ledger is a file. It reads a later state of the
    file, if one was written meanwhile.
    """
    if isinstance(source, SqliteConnection) and source.place != memory.place:
        last = source.rows(statements.HEAD)
        with memory.attached(source.place):
            yield memory, min(seq, last[0][0] if last else seq)
    else:
        yield source, seq


def _go_back(memory: SqliteConnection, ledger: Connection, until: str, seq: int) -> None:
    """Give the rows in ``memory`` the values that they had before the entries of a ledger that do not apply."""
    first = ledger.rows(statements.FIRST_BEYOND, until=until, seq=seq)[0][0]
    later = ledger.each(statements.ENTRIES_FROM, first=first)
    versions: Versions = {}
    before = events.fields_before(_recorded(later, until, seq, versions), until, seq)
    for entity in RECORDS:
        changed = ledger.rows(statements.versions_before(entity), first=first, kinds=f"{entity}.%")
        _revert(memory, entity, changed, before.get(entity, {}), versions)


def _revert(
    memory: Connection,
    entity: str,
    changed: Iterable[tuple[str, int, int | None]],
    before: events.FieldsBefore,
    versions: Versions,
) -> None:
    """Give the rows that later entries changed the values of ``before``; remove those that did not exist yet.

    ``changed`` holds their ids, versions, and versions before the first of these entries.
    """
    updates: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}  # by the fields that they set
    for subject, version, earlier in changed:
        fields = before.get(subject, {})
        if fields is None:
            memory.run(statements.remove(entity), id=subject)
        else:
            values = (*fields.values(), versions.get((entity, subject), earlier), subject, version)
            updates.setdefault(tuple(fields), []).append(values)
    for names, rows in updates.items():
        memory.many(statements.update(entity, names), rows)


def _recorded(
    entries: Iterable[tuple[Any, ...]], until: str, seq: int, versions: Versions
) -> Iterator[tuple[Any, ...]]:
    """Pass the entries on and record in ``versions`` the number of each late one that applies."""
    for entry in entries:
        number, effective_on, kind, subject, _body = entry
        if effective_on <= until and number <= seq:
            versions[kind.partition(".")[0], subject] = number
        yield entry

"""A past day: the present with what counts later taken back, asked with the same statements.

On SQLite a view of the rows' own name shows them as they were: the rows that nothing touched since
are the present ones, found by the indexes; those that changed are put beside them with the fields
they had. Reports make most of a journal and change nothing that says which tasks a list is about
(:data:`qplan.core.workflow.REPORTED`), so what they changed is looked up for the rows that are
shown. What a past day costs is what happened since and what is shown, not what the ledger holds.

Where there is no file to look at once more (a server, a ledger in memory) the journal is replayed
into memory. A property test holds the two ways together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from qplan.core import events
from qplan.core.model import RECORDS, Changed, Event
from qplan.core.workflow import REPORTED
from qplan.ledger import statements
from qplan.ledger.connection import Connection, SqliteConnection

#: So many later entries are taken back whole: looking reports up row by row would cost more.
FEW = 2_000

#: What lists and counts of tasks go by.
ASKED = (
    "id", "kind", "retired", "status", "lead", "deadline", "progress", "last_update", "closed_on", "position",
)  # fmt: skip

#: KiB of pages that are kept at most: the changed rows lie scattered, and are looked at again and again.
CACHE = 65_536


NOTHING = Changed({}, {})


class Past(NamedTuple):
    """Where the rows of a past day are read."""

    rows: Connection
    #: tables whose tasks, each with its sign, add up to the tasks of the day: for counting
    sums: tuple[tuple[int, str], ...] = ((1, "task"),)
    #: the tasks that other entries than reports changed since, if that is known: ``task_then`` has them as they were
    turned: Collection[str] | None = None


class _Tail(NamedTuple):
    """Which entries are taken back: from ``first`` on, those effective after ``until`` or numbered above ``seq``."""

    until: str
    seq: int
    first: int


def as_it_was(source: Connection, until: str, seq: int, whole: bool = False) -> Past:
    """The rows as the events effective by ``until`` and numbered up to ``seq`` make them.

    ``whole`` says that most rows will be asked for.
    """
    if isinstance(source, SqliteConnection) and source.place != ":memory:":
        return rolled_back(source, until, seq, whole)
    return Past(replayed(source, until, seq))


def replayed(source: Connection, until: str, seq: int) -> Connection:
    """The rows by replay: the meaning of a past day, at the cost of the whole journal."""
    state = events.replay(Event(*row) for row in source.each(statements.EVENTS_UNTIL, until=until, seq=seq))
    return projected(state)


def projected(state: events.State) -> Connection:
    """A ledger in memory that holds the rows of a state and no journal."""
    memory = SqliteConnection(":memory:", write=True, create=True)
    rows: dict[str, list[Any]] = {entity: [] for entity in RECORDS}
    for (entity, subject), fields in state.items():
        rows[entity].append(events.record(entity, subject, fields))
    for entity in RECORDS:
        memory.run(f"CREATE TABLE {entity} ({statements.columns(entity)}, PRIMARY KEY (id)) WITHOUT ROWID")
        memory.many(statements.insert(entity), rows[entity])
    memory.run("CREATE INDEX task_parent ON task (parent)")
    return memory


def rolled_back(source: SqliteConnection, until: str, seq: int, whole: bool = False) -> Past:
    """A connection of its own to the file, on which the records that changed since are as they were."""
    # What is written between this snapshot and the caller's must not count either.
    seq = min(seq, *(head for head, _hash in source.rows(statements.HEAD)))
    then = SqliteConnection(source.place)
    try:
        first = then.rows(statements.FIRST_BEYOND, until=until, seq=seq)[0][0]
        return Past(then) if first is None else _take_back(then, _Tail(until, seq, first), whole)
    except BaseException:
        then.close()
        raise


def _take_back(then: SqliteConnection, tail: _Tail, whole: bool) -> Past:
    """Put views in the place of the tables."""
    then.run("PRAGMA temp_store = MEMORY")
    then.run(f"PRAGMA cache_size = -{CACHE}")
    entries = then.rows(statements.HEAD)[0][0] - tail.first + 1
    whole = whole or entries <= FEW
    reports = None if whole else _Reports(then, tail, entries)
    statement = statements.EVENTS_SINCE if whole else statements.TURNS_SINCE
    found = events.taken_back(then.each(statement, first=tail.first), tail.until, tail.seq)
    tasks = found.setdefault("task", Changed({}, {}))
    for entity, changed in found.items():
        _overlay(then, entity, changed, tail, reports if entity == "task" else None)
    if not whole:
        return Past(then, turned=tasks.fields.keys())
    return Past(then, ((1, "main.task"), (-1, "task_now"), (1, "task_then")), tasks.fields.keys())


class _Reports:
    """What tasks had reported by then, looked up when a row's is asked for."""

    def __init__(self, then: SqliteConnection, tail: _Tail, entries: int) -> None:
        self._then, self._tail = then, tail
        self._most = max(FEW, entries // 10)  #: looking up more tasks costs more than reading all entries
        self._one: dict[str, Changed] = {}
        self._all: Changed | None = None

    def was(self, ident: str, name: str, now: Any) -> Any:
        """A field of a task as it was."""
        fields = self.of(ident).fields.get(ident)
        return fields.get(name, now) if fields else now

    def of(self, ident: str) -> Changed:
        """What changed of tasks since, of this one at least."""
        if self._all is not None:
            return self._all
        known = self._one.get(ident)
        if known is None:
            first = self._tail.first
            if len(self._one) == self._most:
                self._all = self._read(self._then.each(statements.EVENTS_SINCE, first=first))
                return self._all
            rows = self._then.rows(statements.EVENTS_OF_SINCE, subject=ident, first=first)
            known = self._one[ident] = self._read(rows)
        return known

    def _read(self, entries: Iterable[tuple[Any, ...]]) -> Changed:
        return events.taken_back(entries, self._tail.until, self._tail.seq).get("task", NOTHING)


def _overlay(
    then: SqliteConnection, entity: str, changed: Changed, tail: _Tail, reports: _Reports | None
) -> None:
    """Put a view in the place of an entity's table: its rows, with the changed fields as they were.

    Two halves, so that the first is found by the table's indexes: the rows that stand as they are,
    and the changed ones, whose fields are looked up when they are asked for. Casting gives both
    halves the same types, without which SQLite would make the whole view for every question.
    """
    fields = changed.fields

    def was(ident: str, name: str, now: Any) -> Any:
        found = fields[ident]
        return now if found is None else found.get(name, now)

    def version(ident: str, now: int) -> int | None:
        """None where no late report gave it: that of the last entry before all that is taken back."""
        known = changed if reports is None else reports.of(ident)
        return known.versions.get(ident) if ident in known.fields or ident in known.versions else now

    then.raw.create_function(f"{entity}_was", 3, was)
    then.raw.create_function(f"{entity}_version", 2, version)
    then.raw.create_function(f"{entity}_stands", 1, lambda ident: ident not in fields)
    then.run(f"CREATE TEMP TABLE {entity}_changed (id TEXT, there INTEGER)")
    # in the order of the index on ids, so that each page of the table is read once
    ids = ((ident, fields[ident] is not None) for ident in sorted(fields))
    then.many(f"INSERT INTO {entity}_changed VALUES (:id, :there)", ids)
    if reports is not None:
        then.raw.create_function("task_reported", 3, reports.was)
    columns = {name: f"t.{name}" for name in RECORDS[entity]._fields}  # type: ignore[attr-defined]
    types = dict(then.rows("SELECT name, type FROM pragma_table_info(:entity)", entity=entity))

    def as_text(made: dict[str, str]) -> str:
        return ", ".join(
            text if text == columns[name] else f"CAST({text} AS {types[name]}) AS {name}"
            for name, text in (columns | made).items()
        )

    last = (
        f"coalesce({entity}_version(t.id, t.version), (SELECT seq FROM main.event WHERE subject = t.id"
        f" AND seq < {tail.first:d} AND kind GLOB '{entity}.*' ORDER BY seq DESC LIMIT 1))"
    )
    touched = columns.keys() & set[str]().union(*filter(None, fields.values()))
    restored = {name: f"{entity}_was(t.id, '{name}', t.{name})" for name in touched} | {"version": last}
    stands: dict[str, str] = {}
    if reports is not None:
        stands = {name: f"task_reported(t.id, '{name}', t.{name})" for name in REPORTED} | {"version": last}
    rows = f"{entity}_changed AS c CROSS JOIN main.{entity} AS t ON t.id = c.id"
    restored_rows = f"SELECT {as_text(restored | stands)} FROM {rows} WHERE c.there"
    if entity == "task" and reports is None:
        # Counted and asked for again and again: what counts and lists go by is looked up once.
        then.run(
            f"CREATE TEMP TABLE task_now AS SELECT {', '.join(f't.{name}' for name in ASKED)} FROM {rows}"
        )
        then.run(f"CREATE TEMP TABLE task_then AS SELECT {', '.join(ASKED)} FROM ({restored_rows})")
        restored |= {name: f"c.{name}" for name in ASKED}
        restored_rows = (
            f"SELECT {as_text(restored)} FROM task_then AS c CROSS JOIN main.task AS t ON t.id = c.id"
        )
    elif entity == "task":
        then.run(f"CREATE TEMP VIEW task_then AS {restored_rows}")
    then.run(
        f"CREATE TEMP VIEW {entity} AS SELECT {as_text(stands)} FROM main.{entity} AS t WHERE {entity}_stands(t.id)"
        f" UNION ALL {restored_rows}"
    )

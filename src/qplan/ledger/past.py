"""A past day: the present with what counts later taken back, asked with the same statements.

On SQLite a view of the rows' own name shows them as they were: the rows that nothing touched since
are the present ones, found by the indexes; those that changed are put beside them. A question goes
by few fields, which few kinds of entries change (:data:`qplan.core.effects.SETS`): only those are
taken back, and the rows that are shown are made from their own histories. What a past day costs is
what happened since to what was asked, and what is shown, not what the ledger holds.

Where there is no file to look at once more (a server, a ledger in memory) the journal is replayed
into memory. A property test holds the two ways together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from qplan.core import events
from qplan.core.effects import OPENNESS, SETS
from qplan.core.model import RECORDS, Changed, Event
from qplan.ledger import journal, statements
from qplan.ledger.connection import Connection, SqliteConnection
from qplan.ledger.rows import Rows

R = TypeVar("R")

#: Making one record from its history costs as much as taking so many entries back.
DEAR = 20

#: What lists and counts of tasks go by.
ASKED = (
    "id", "kind", "retired", "status", "lead", "deadline", "progress", "last_update", "closed_on", "position",
)  # fmt: skip

#: KiB of pages that are kept at most: the changed rows lie scattered, and are looked at again and again.
CACHE = 65_536

#: All there is to ask about a record.
ALL = {entity: frozenset((OPENNESS, *record._fields)) for entity, record in RECORDS.items()}  # type: ignore[attr-defined]

#: What no index tells apart: reports change it, or all entries do.
EVERYWHERE = SETS[events.REPORT] | {"version"}

NOTHING = Changed({}, {})

_TABLE = re.compile(r"(?:FROM|JOIN) (\w+)")
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=64)
def question(statement: str, shown: bool) -> dict[str, frozenset[str]]:
    """The fields of each entity that a statement names; ``shown``: those that it shows among them.

    Where it asks whether tasks are open, it does not ask for their status.
    """
    asked = statement if shown else statement.partition(" FROM ")[2]
    named = frozenset(_WORD.findall(asked.replace(statements.OPEN, f"{OPENNESS} retired")))
    return {table: named & ALL[table] | {"id"} for table in _TABLE.findall(statement) if table in ALL}


def as_it_was(source: Connection, until: str, seq: int, whole: bool = False) -> Rows:
    """The rows as the events effective by ``until`` and numbered up to ``seq`` make them.

    ``whole`` says that most rows will be asked for.
    """
    if isinstance(source, SqliteConnection) and source.place != ":memory:":
        return rolled_back(source, until, seq, whole)
    return Rows(replayed(source, until, seq))


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


def rolled_back(source: SqliteConnection, until: str, seq: int, whole: bool = False) -> Rows:
    """A connection of its own to the file, on which the records that changed since are as they were."""
    # What is written between this snapshot and the caller's must not count either.
    seq = min(seq, *(head for head, _hash in source.rows(statements.HEAD)))
    then = SqliteConnection(source.place)
    try:
        first = then.rows(statements.FIRST_BEYOND, until=until, seq=seq)[0][0]
        return Rows(then) if first is None else Past(then, Tail(until, seq, first), whole)
    except BaseException:
        then.close()
        raise


class Tail(NamedTuple):
    """Which entries are taken back: from ``first`` on, those effective after ``until`` or numbered above ``seq``."""

    until: str
    seq: int
    first: int


class Past(Rows):
    """The rows of a past day, each question answered from what happened since to the fields it goes by."""

    connection: SqliteConnection

    def __init__(self, then: SqliteConnection, tail: Tail, whole: bool) -> None:
        super().__init__(then)
        self._tail = tail
        self._asked: dict[str, frozenset[str]] = {}  #: entity -> the fields that its view tells
        self._changed: Collection[str] = ()
        then.run("PRAGMA temp_store = MEMORY")
        then.run(f"PRAGMA cache_size = -{CACHE}")
        self._entries = then.rows(statements.HEAD)[0][0] - tail.first + 1
        self._kinds = journal.kinds(then)
        self._whole = whole
        if whole:
            self._take_all_back()

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        self._ask(statement, shown=True)
        return super().rows(statement, **values)

    def each(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one."""
        self._ask(statement, shown=True)
        return super().each(statement, **values)

    def records(self, record: Callable[..., R], statement: str, **values: Any) -> list[R]:
        """The same as records: which they are the query tells, their fields their own histories."""
        self._ask(statement, shown=False)
        if self._told(statement):
            return super().records(record, statement, **values)
        few = self._entries // DEAR
        found = list(islice(self.connection.each(statement, **values), few + 1))
        if len(found) <= few:
            return [self._from_its_history(record, row[0]) for row in found]
        self._take_all_back()
        return super().records(record, statement, **values)

    def changed(self, statement: str) -> Collection[str] | None:
        """The tasks that a query about them may answer otherwise now."""
        self._ask(statement, shown=True)
        return self._changed

    def _told(self, statement: str) -> bool:
        wanted = question(statement, True)
        return all(fields <= self._asked[entity] for entity, fields in wanted.items())

    def _ask(self, statement: str, shown: bool) -> None:
        """See to it that the views tell what a statement asks, and still what was asked before."""
        for entity, fields in question(statement, shown).items():
            known = self._asked.get(entity)
            if known is not None and fields <= known:
                continue
            wanted = fields | (known or frozenset()) if entity == "task" else ALL[entity]
            if entity == "task" and wanted & EVERYWHERE:
                self._take_all_back()
                return
            kinds = [
                kind
                for kind in self._kinds
                if kind.startswith(f"{entity}.") and wanted & SETS.get(kind, wanted)
            ]
            self._take_back(journal.turns(self.connection, kinds, self._tail.first), {entity: wanted})

    def _take_all_back(self) -> None:
        self._take_back(self.connection.each(statements.EVENTS_SINCE, first=self._tail.first), ALL)
        if self._whole and self._changed:
            # Counted and asked for again and again: what counts and lists go by is looked up once.
            self.sums = ((1, "main.task"), (-1, "task_now"), (1, "task_then"))

    def _take_back(self, entries: Iterable[tuple[Any, ...]], wanted: Mapping[str, frozenset[str]]) -> None:
        found = events.taken_back(entries, self._tail.until, self._tail.seq)
        for entity, fields in wanted.items():
            changed = found.get(entity, NOTHING)
            if entity == "task":
                self._changed = changed.fields.keys()
            if changed.fields:
                self._overlay(entity, changed, fields)
            self._asked[entity] = fields

    def _from_its_history(self, record: Callable[..., R], ident: str) -> R:
        until, seq, _first = self._tail
        history = self.connection.rows(statements.EVENTS_OF, subject=ident, until=until, seq=seq)
        state = events.replay(Event(*row) for row in history)
        task = events.record("task", ident, state["task", ident])
        return record(*(getattr(task, name) for name in record._fields))  # type: ignore[attr-defined]

    def _overlay(self, entity: str, changed: Changed, asked: frozenset[str]) -> None:
        """Put a view in the place of an entity's table: its rows, with the fields asked for as they were.

        Two halves, so that the first is found by the table's indexes: the rows that stand as they are,
        and the changed ones, whose fields are looked up when they are asked for. Casting gives both
        halves the same types, without which SQLite would make the whole view for every question.
        """
        then, fields = self.connection, changed.fields

        def was(ident: str, name: str, now: Any) -> Any:
            found = fields[ident]
            return now if found is None else found.get(name, now)

        for kind, name in (("VIEW", entity), ("VIEW", f"{entity}_then"), ("TABLE", f"{entity}_changed")):
            then.run(f"DROP {kind} IF EXISTS temp.{name}")
        then.raw.create_function(f"{entity}_was", 3, was)
        then.raw.create_function(f"{entity}_version", 1, changed.versions.get)
        then.raw.create_function(f"{entity}_stands", 1, lambda ident: ident not in fields)
        then.run(f"CREATE TEMP TABLE {entity}_changed (id TEXT, there INTEGER)")
        # in the order of the index on ids, so that each page of the table is read once
        ids = ((ident, fields[ident] is not None) for ident in sorted(fields))
        then.many(f"INSERT INTO {entity}_changed VALUES (:id, :there)", ids)
        columns = {name: f"t.{name}" for name in RECORDS[entity]._fields}  # type: ignore[attr-defined]
        types = dict(then.rows("SELECT name, type FROM pragma_table_info(:entity, 'main')", entity=entity))

        def as_text(made: dict[str, str]) -> str:
            return ", ".join(
                text if text == columns[name] else f"CAST({text} AS {types[name]}) AS {name}"
                for name, text in (columns | made).items()
            )

        told = asked | {"status"} if OPENNESS in asked else asked
        touched = columns.keys() & told & set[str]().union(*filter(None, fields.values()))
        restored = {name: f"{entity}_was(t.id, '{name}', t.{name})" for name in touched}
        if "version" in asked:
            restored["version"] = (
                f"coalesce({entity}_version(t.id), (SELECT seq FROM main.event WHERE subject = t.id"
                f" AND seq < {self._tail.first:d} AND kind GLOB '{entity}.*' ORDER BY seq DESC LIMIT 1))"
            )
        rows = f"{entity}_changed AS c CROSS JOIN main.{entity} AS t ON t.id = c.id"
        were = f"SELECT {as_text(restored)} FROM {rows} WHERE c.there"
        if entity == "task" and self._whole:
            now = ", ".join(f"t.{name}" for name in ASKED)
            then.run(f"CREATE TEMP TABLE task_now AS SELECT {now} FROM {rows}")
            then.run(f"CREATE TEMP TABLE task_then AS SELECT {', '.join(ASKED)} FROM ({were})")
            restored |= {name: f"c.{name}" for name in ASKED}
            were = f"SELECT {as_text(restored)} FROM task_then AS c CROSS JOIN main.task AS t ON t.id = c.id"
        elif entity == "task":
            then.run(f"CREATE TEMP VIEW task_then AS {were}")
        then.run(
            f"CREATE TEMP VIEW {entity} AS SELECT {', '.join(columns.values())} FROM main.{entity} AS t"
            f" WHERE {entity}_stands(t.id) UNION ALL {were}"
        )

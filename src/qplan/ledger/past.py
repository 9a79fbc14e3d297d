"""A past day: the present with what counts later taken back, asked with the same statements.

On SQLite a view of the rows' own name shows them as they were: the rows that nothing touched since
are the present ones, found by the indexes; those that changed are put beside them. A question goes
by few fields, which few kinds of entries change (:data:`qplan.core.effects.SETS`): only those are
taken back. What reports set, most of a journal, is looked up for each row that is asked for it, in
the table of what tasks were before an entry or in the journal; of the rows that are shown their own
later entries are taken back. What a past day costs is what happened since to what was asked, and
what is shown, not what the ledger holds.

Where there is no file to look at once more (a server, a ledger in memory) the journal is replayed
into memory. A property test holds the two ways together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from qplan.core import events
from qplan.core.calendar import OPEN, is_silent
from qplan.core.effects import OPENNESS, SETS
from qplan.core.model import RECORDS, Brief, Counted, Event
from qplan.core.workflow import ACTIVE, BLOCKED
from qplan.ledger import journal, statements
from qplan.ledger.connection import Connection, SqliteConnection
from qplan.ledger.rows import Rows

R = TypeVar("R")

#: What counts of tasks go by, and which of it tasks are alike in.
COUNTED = ("id", "status", "lead", "deadline", "progress", "last_update")
_ALIKE = itemgetter(1, 2, 3, 4)

#: What a week's lists and counts go by and show in short.
SHORT = (*Brief._fields, "retired")

#: Of a record that an entry concerns: nothing of it is taken back.
_NOTHING: dict[str, Any] = {}

#: KiB of pages that are kept at most: the changed rows lie scattered, and are looked at again and again.
CACHE = 65_536

#: All there is to ask about a record.
ALL = {entity: frozenset((OPENNESS, *record._fields)) for entity, record in RECORDS.items()}  # type: ignore[attr-defined]

#: What is looked up for each row that is asked for it: most entries set it, and no index finds rows by it.
LOOKED_UP = SETS[events.REPORT].union(statements.KEPT)

_TABLE = re.compile(r"(?:FROM|JOIN) (\w+)")
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=64)
def question(statement: str, shown: bool) -> dict[str, frozenset[str]]:
    """The fields of each entity that a statement names; ``shown``: those that it shows among them.

    Where it asks whether tasks are open or closed, it does not ask for their status.
    """
    asked = statement if shown else statement.partition(" FROM ")[2]
    asked = asked.replace(statements.OPEN, f"{OPENNESS} retired").replace(statements.CLOSED, OPENNESS)
    named = frozenset(_WORD.findall(asked))
    return {table: named & ALL[table] | {"id"} for table in _TABLE.findall(statement) if table in ALL}


def _told_at_once(statement: str) -> bool:
    """Whether a query tells all that it shows of tasks, whatever is looked up for it.

    Not of few rows, which are cheaper by themselves; not of fields that only the journal has; and not
    of open tasks where an index finds them, which it could not by a status that is looked up.
    """
    asked, shown = (question(statement, how).get("task", ALL["task"]) & LOOKED_UP for how in (False, True))
    found = statements.OPEN in statement and not asked
    return shown <= {*statements.KEPT} and not found and "LIMIT" not in statement


def _version(entity: str, first: int, late: bool) -> str:
    """The number of the last entry of the row ``t`` that counts, those from ``first`` on taken back.

    ``late``: those in the table of that name count all the same.
    """
    counts = f"seq < {first:d}" + (" OR seq IN (SELECT seq FROM late)" if late else "")
    last = f"SELECT seq FROM main.event WHERE subject = t.id AND ({counts}) AND kind GLOB '{entity}.*' ORDER BY seq DESC LIMIT 1"
    return _unless_untouched("version", first, f"({last})")


def _found(field: str, first: int, late: bool) -> str:
    """A field of the task ``t``: what the first entry from ``first`` on that set it found there.

    What is kept stands in a table for each entry that changed any of it; of the rest the journal is
    asked. ``late``: entries in the table of that name count all the same; the last of them that set the
    field says what it was. An empty blob, which no field is, stands for the NULL that was there.
    """
    since = f"seq >= {first:d}" + (" AND seq NOT IN (SELECT seq FROM late)" if late else "")
    unable = ", ".join(f"'{kind}'" for kind, sets in SETS.items() if field not in sets)

    def said(when: str, which: str, order: str) -> str:
        value = f"body, '$.{when}.{field}'"
        return (
            f"(SELECT coalesce(json_extract({value}), x'') FROM main.event WHERE {which} AND kind GLOB 'task.*'"
            f" AND kind NOT IN ({unable}) AND json_type({value}) IS NOT NULL ORDER BY {order} LIMIT 1)"
        )

    if field in statements.KEPT:
        kept = f"SELECT coalesce({field}, x'') FROM main.task_before WHERE task = t.id AND {since}"
        values = [f"({kept} ORDER BY seq LIMIT 1)"]
    else:
        values = [said("before", f"subject = t.id AND {since}", "seq")]
    if late:
        among = "seq IN (SELECT seq FROM late WHERE late.subject = t.id)"
        values.insert(0, said("after", among, "seq DESC"))
    return _unless_untouched(field, first, f"nullif(coalesce({', '.join(values)}, t.{field}), x'')")


def _unless_untouched(field: str, first: int, then: str) -> str:
    """A field of the row ``t`` as it is, where no entry from ``first`` on touched the row."""
    return f"CASE WHEN t.version < {first:d} THEN t.{field} ELSE {then} END"


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
        self._changed: Collection[str] | None = ()
        then.run("PRAGMA temp_store = MEMORY")
        then.run(f"PRAGMA cache_size = -{CACHE}")
        self._kinds = journal.kinds(then)
        self._whole = whole
        if whole:
            self._ask(statements.select("task", fields=SHORT), shown=True)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        self._ask(statement, shown=True)
        return super().rows(statement, **values)

    def each(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one."""
        self._ask(statement, shown=True)
        return super().each(statement, **values)

    def records(self, record: Callable[..., R], statement: str, **values: Any) -> list[R]:
        """The same as records: of long lists the query tells all; else which they are, and what happened
        since to them their fields.
        """
        self._ask(statement, shown=_told_at_once(statement))
        if self._told(statement):
            return super().records(record, statement, **values)
        found: list[R] = []
        rows = self.connection.each(statement, **values)
        while some := list(islice(rows, len(statements.IDS))):
            found += self._as_they_were([record(*row) for row in some])
        return found

    def changed(self, statement: str) -> Collection[str] | None:
        """The tasks that a query about them may answer otherwise now."""
        self._ask(statement, shown=True)
        return self._changed

    def counted(self, before: str, lead: str | None) -> Counted:
        """The same counts, from the leaves as they were."""
        missed = {task for (task,) in self.rows(statements.MISSED, before=before)}
        leaves = self._leaves if lead is None else self._leaves_of(lead)
        alike = Counter(map(_ALIKE, leaves))
        return Counted(
            [(*key, number) for key, number in alike.items() if key[0] in OPEN],
            [(*_ALIKE(row), row[0]) for row in leaves if row[0] in missed and row[1] in (ACTIVE, BLOCKED)],
            [(status, whose, number, number * (progress or 0))
             for (status, whose, _due, progress), number in alike.items() if status not in OPEN],
        )  # fmt: skip

    def silent(self, begun: str, silent: str) -> Counter[str | None]:
        """The same, of all leaves as they were."""
        return Counter(
            lead
            for _id, status, lead, _due, _progress, reported in self._leaves
            if is_silent(status, reported, (begun, silent))
        )

    @cached_property
    def _leaves(self) -> list[tuple[Any, ...]]:
        """What counts go by, of every leaf: SQLite would make the whole view for each count."""
        return self.rows(statements.select("task", (statements.EVERY_LEAF,), fields=COUNTED))

    def _leaves_of(self, lead: str) -> list[tuple[Any, ...]]:
        """The same of the leaves of a lead."""
        where = (statements.LEAF, statements.TASK_WHERE["lead"])
        return self.rows(statements.select("task", where, fields=COUNTED), lead=lead)

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
            looked_up = wanted & LOOKED_UP if entity == "task" else frozenset()
            if "status" in looked_up:
                looked_up |= {OPENNESS}  # it says that too
            changed = self._turned(entity, wanted - looked_up)
            if entity == "task":
                self._changed = None if looked_up else changed.keys()
            if changed or looked_up:
                self._overlay(entity, changed, wanted, looked_up)
            self._asked[entity] = wanted | looked_up

    def _turned(self, entity: str, fields: frozenset[str]) -> events.Were:
        """The records of which entries have set some of the fields since, as they were.

        Of what opened or ended a task and set nothing else of these, whom it concerns is enough: the
        status is looked up.
        """
        until, seq, first = self._tail
        sets = {
            kind: fields & SETS.get(kind, fields) for kind in self._kinds if kind.startswith(f"{entity}.")
        }
        read = [kind for kind, these in sets.items() if these - {OPENNESS}]
        changed = events.taken_back(journal.turns(self.connection, read, first), until, seq).get(entity, {})
        moved = [kind for kind, these in sets.items() if these == {OPENNESS}]
        for task in journal.turned(self.connection, moved, first):
            changed.setdefault(task, _NOTHING)
        return changed

    @cached_property
    def _late(self) -> bool:
        """Whether late entries that count stand among those that do not; those are kept in ``late``."""
        late = self.connection.rows(statements.LATE, **self._tail._asdict())
        if late:
            self.connection.run("CREATE TEMP TABLE late (seq INTEGER PRIMARY KEY, subject TEXT)")
            self.connection.many("INSERT INTO late VALUES (:seq, :subject)", late)
        return bool(late)

    def _as_they_were(self, records: list[Any]) -> Iterator[Any]:
        """Tasks, some of whose fields may be today's, with what happened to them since taken back."""
        until, seq, first = self._tail
        names = frozenset(records[0]._fields)
        these = zip(statements.IDS, (one.id for one in records), strict=False)
        ids = dict.fromkeys(statements.IDS) | dict(these)
        later = self.connection.each(statements.EVENTS_OF_THESE, first=first, **ids)
        were = events.taken_back(later, until, seq).get("task", {})
        versions = {}
        if "version" in names:
            version = f"SELECT t.id, {_version('task', first, self._late)} FROM main.task AS t WHERE t.id {statements.THESE}"
            versions = dict(self.connection.rows(version, **ids))
        for one in records:
            fields = {name: value for name, value in (were.get(one.id) or {}).items() if name in names}
            if versions:
                fields["version"] = versions[one.id]
            yield one._replace(**fields) if fields else one

    def _overlay(
        self, entity: str, changed: events.Were, asked: frozenset[str], looked_up: frozenset[str]
    ) -> None:
        """Put a view in the place of an entity's table: its rows, with the fields asked for as they were.

        Two halves, so that the first is found by the table's indexes: the rows that stand as they are,
        and the changed ones, whose fields are looked up when they are asked for. Casting gives both
        halves the same types, without which SQLite would make the whole view for every question.
        """
        then, first = self.connection, self._tail.first
        whole = entity == "task" and self._whole
        made = "TABLE" if whole else "VIEW"
        for kind, name in (("VIEW", ""), (made, "_then"), ("TABLE", "_changed")):
            then.run(f"DROP {kind} IF EXISTS temp.{entity}{name}")
        columns = {name: f"t.{name}" for name in RECORDS[entity]._fields}  # type: ignore[attr-defined]
        found = {name: _found(name, first, self._late) for name in looked_up & columns.keys()}
        if "version" in asked:
            found["version"] = _version(entity, first, self._late)
        types = dict(then.rows("SELECT name, type FROM pragma_table_info(:entity, 'main')", entity=entity))

        def as_text(made: dict[str, str]) -> str:
            return ", ".join(
                text if text == columns[name] else f"CAST({text} AS {types[name]}) AS {name}"
                for name, text in (columns | made).items()
            )

        def was(ident: str, name: str, now: Any) -> Any:
            fields = changed.get(ident)
            return now if fields is None else fields.get(name, now)

        touched = columns.keys() & asked & set[str]().union(*filter(None, changed.values()))
        restored = {name: f"{entity}_was(t.id, '{name}', t.{name})" for name in touched} | found
        if entity == "task" and OPENNESS in asked:
            restored["status"] = _found("status", first, self._late)
        then.raw.create_function(f"{entity}_was", 3, was)
        rows = f"SELECT {as_text({} if whole else found)} FROM main.{entity} AS t"
        if whole:
            rows += f" WHERE t.version < {first:d} UNION ALL {self._touched(changed, restored, as_text)}"
        elif changed:
            rows += (
                f" WHERE {entity}_stands(t.id) UNION ALL {self._beside(entity, changed, as_text(restored))}"
            )
        then.run(f"CREATE TEMP VIEW {entity} AS {rows}")

    def _beside(self, entity: str, changed: events.Were, restored: str) -> str:
        """The half with the rows that changed."""
        then = self.connection
        then.raw.create_function(f"{entity}_stands", 1, lambda ident: ident not in changed)
        then.run(f"CREATE TEMP TABLE {entity}_changed (id TEXT, there INTEGER)")
        # in the order of the index on ids, so that each page of the table is read once
        ids = ((ident, changed[ident] is not None) for ident in sorted(changed))
        then.many(f"INSERT INTO {entity}_changed VALUES (:id, :there)", ids)
        rows = f"{entity}_changed AS c CROSS JOIN main.{entity} AS t ON t.id = c.id"
        were = f"SELECT {restored} FROM {rows} WHERE c.there"
        if entity == "task":
            then.run(f"CREATE TEMP VIEW task_then AS {were}")
        return were

    def _touched(
        self, changed: events.Were, restored: dict[str, str], as_text: Callable[[dict[str, str]], str]
    ) -> str:
        """The half with all tasks that entries touched since, where most will be asked for again and again:
        what is shown of them in short is made at once.
        """
        then, first = self.connection, self._tail.first
        then.raw.create_function("task_there", 1, lambda ident: changed.get(ident, _NOTHING) is not None)
        rows, made = "main.task AS t", restored
        if not self._late:
            # what is kept is looked up once for all of its fields
            made = restored | {
                name: f"CASE WHEN b.seq IS NULL THEN t.{name} ELSE b.{name} END" for name in statements.KEPT
            }
            before = f"SELECT min(seq) FROM main.task_before WHERE task = t.id AND seq >= {first:d}"
            rows += f" LEFT JOIN main.task_before AS b ON b.task = t.id AND b.seq = ({before})"
        were = f"SELECT {as_text(made)} FROM {rows} WHERE t.version >= {first:d} AND task_there(t.id)"
        then.run(f"CREATE TEMP TABLE task_then AS SELECT {', '.join(SHORT)} FROM ({were})")
        held = restored | {name: f"c.{name}" for name in SHORT}
        # SQLite leaves the other table alone where nothing of it is asked
        return f"SELECT {as_text(held)} FROM task_then AS c LEFT JOIN main.task AS t ON t.id = c.id"

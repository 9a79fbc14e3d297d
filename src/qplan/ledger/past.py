"""A past day: the present with what counts later taken back, asked with the same statements.

On SQLite a view of the rows' own name shows them as they were: the rows that nothing touched since
are the present ones, the others are looked up in what was taken back. What this costs is what
happened since and what is shown, not what the ledger holds. Where there is no file to look at once
more (a server, a ledger in memory) the journal is replayed into memory. A property test holds the
two ways together.
"""

from __future__ import annotations

import json
from typing import Any

from qplan.core import events
from qplan.core.model import RECORDS, Event
from qplan.ledger import statements
from qplan.ledger.connection import Connection, SqliteConnection

#: id of a record -> the fields it had, of those that changed since; None: it was not made yet
Then = dict[str, dict[str, Any] | None]

#: What a past value is read from: the object that follows this in a body. It cannot be part of a
#: text, in which quotes are escaped, and no field has this name.
BEFORE = ',"before":'


def as_it_was(source: Connection, until: str, seq: int) -> Connection:
    """The rows as the events effective by ``until`` and numbered up to ``seq`` make them."""
    if isinstance(source, SqliteConnection) and source.place != ":memory:":
        return rolled_back(source, until, seq)
    return replayed(source, until, seq)


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


def rolled_back(source: SqliteConnection, until: str, seq: int) -> Connection:
    """A connection of its own to the file, on which the records that changed since are as they were."""
    # What is written between this snapshot and the caller's must not count either.
    seq = min(seq, *(head for head, _hash in source.rows(statements.HEAD)))
    then = SqliteConnection(source.place)
    try:
        first = then.rows(statements.FIRST_BEYOND, until=until, seq=seq)[0][0]
        if first is not None:
            for entity, changed in _taken_back(then, until, seq, first).items():
                if changed:
                    _overlay(then, entity, changed, first)
    except BaseException:
        then.close()
        raise
    return then


def _taken_back(then: SqliteConnection, until: str, seq: int, first: int) -> dict[str, Then]:
    """From the first event that does not count on, by entity: the changed records as they were.

    What the first later event of a record says it found (``before``) is what was there; a late report
    that does count, and was written after it, goes over that.
    """
    found: dict[str, Then] = {entity: {} for entity in RECORDS}
    kinds: dict[str, tuple[Then, bool]] = {}
    versions: dict[tuple[str, str], int] = {}
    decode, skip = json.JSONDecoder().raw_decode, len(BEFORE)
    for number, on, kind, subject, body in then.each(statements.EVENTS_SINCE, first=first):
        known = kinds.get(kind)
        if known is None:
            entity, _dot, verb = kind.partition(".")
            known = kinds[kind] = found[entity], verb in events.NEW
        changed, makes = known
        if on > until or number > seq:
            if makes:
                changed[subject] = None
                continue
            before = decode(body, body.index(BEFORE) + skip)[0]
            was = changed.setdefault(subject, before)
            if was is not before and was is not None and not was.keys() >= before.keys():
                changed[subject] = before | was
        else:
            versions[kind.partition(".")[0], subject] = number
            if (was := changed.get(subject)) is not None:
                was.update(json.loads(body)["after"])
    for entity, changed in found.items():
        for subject, was in changed.items():
            if was is not None:
                was["version"] = versions.get((entity, subject))
    return found


def _overlay(then: SqliteConnection, entity: str, changed: Then, first: int) -> None:
    """Put a view in the place of an entity's table: its rows, with the changed fields as they were.

    A field is looked up when a row's is asked for: nothing is written, and a short list costs what
    it shows. Fields that nothing changed are the table's own, whose indexes go on serving.
    """

    def was(ident: str, name: str, now: Any) -> Any:
        fields = changed.get(ident)
        return now if fields is None else fields.get(name, now)

    then.raw.create_function(f"{entity}_was", 3, was)
    then.raw.create_function(f"{entity}_was_there", 1, lambda ident: changed.get(ident, ident) is not None)
    columns = {name: f"t.{name}" for name in RECORDS[entity]._fields}  # type: ignore[attr-defined]
    for name in columns.keys() & set[str]().union(*filter(None, changed.values())):
        columns[name] = f"{entity}_was(t.id, '{name}', t.{name})"
    # A version that no late report gave is that of the last entry before all that is taken back.
    columns["version"] = (
        f"coalesce({columns['version']}, (SELECT seq FROM main.event WHERE subject = t.id AND seq < {first:d}"
        f" AND kind GLOB '{entity}.*' ORDER BY seq DESC LIMIT 1))"
    )
    then.run(
        f"CREATE TEMP VIEW {entity} AS SELECT {', '.join(f'{made} AS {name}' for name, made in columns.items())}"
        f" FROM main.{entity} AS t" + (f" WHERE {entity}_was_there(t.id)" if None in changed.values() else "")
    )

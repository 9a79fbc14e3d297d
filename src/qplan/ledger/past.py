"""A past day: the present with what counts later taken back, asked with the same statements.

On SQLite a view of the rows' own name shows them as they were: the rows that nothing touched since
are the present ones. What this costs is what happened since, not what the ledger holds. Where there
is no file to look at once more (a server, a ledger in memory) the journal is replayed into memory.
A property test holds the two ways together.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from qplan.core import events
from qplan.core.model import RECORDS, Event
from qplan.ledger import statements
from qplan.ledger.connection import Connection, SqliteConnection

#: (entity, id) of a record -> the fields it had, of those that changed since
Then = dict[tuple[str, str], dict[str, Any]]


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
            changed, versions, absent = _taken_back(then, until, seq, first)
            for entity, keys in groupby(sorted(changed), key=lambda key: key[0]):
                ids = [subject for _entity, subject in keys]
                _overlay(then, entity, ids, changed, versions, absent, first)
    except BaseException:
        then.close()
        raise
    return then


def _taken_back(
    then: Connection, until: str, seq: int, first: int
) -> tuple[Then, dict[tuple[str, str], int], set[tuple[str, str]]]:
    """From the first event that does not count on: the fields as they were, versions, records not made yet.

    What the first later event of a record says it found (``before``) is what was there; a late report
    that does count, and was written after it, goes over that.
    """
    changed: Then = {}
    versions: dict[tuple[str, str], int] = {}
    absent: set[tuple[str, str]] = set()
    for number, on, kind, subject, body in then.each(statements.EVENTS_SINCE, first=first):
        entity, _dot, verb = kind.partition(".")
        key = (entity, subject)
        was = changed.get(key)
        if on > until or number > seq:
            if was is None:
                was = changed[key] = {}
            if verb in events.NEW:
                absent.add(key)
            else:
                for name, value in json.loads(body)["before"].items():
                    was.setdefault(name, value)
        else:
            versions[key] = number
            if was is not None:
                was.update(json.loads(body)["after"])
    return changed, versions, absent


def _overlay(
    then: Connection, entity: str, ids: list[str], changed: Then, versions: dict[tuple[str, str], int],
    absent: set[tuple[str, str]], first: int,
) -> None:  # fmt: skip
    """Put a view in the place of an entity's table: its rows, and those of the changed records as they were."""
    columns = statements.columns(entity)
    then.run(f"CREATE TEMP TABLE {entity}_changed (id TEXT PRIMARY KEY) WITHOUT ROWID")
    then.many(f"INSERT INTO {entity}_changed (id) VALUES (:id)", ((ident,) for ident in ids))
    then.run(f"CREATE TEMP TABLE {entity}_then ({columns}, PRIMARY KEY (id))")
    then.run(
        f"INSERT INTO {entity}_then SELECT {columns} FROM main.{entity}"
        f" WHERE id IN (SELECT id FROM {entity}_changed)"
    )
    then.many(
        f"DELETE FROM {entity}_then WHERE id = :id", ((ident,) for ident in ids if (entity, ident) in absent)
    )
    then.run(
        f"UPDATE {entity}_then SET version = (SELECT seq FROM main.event WHERE subject = {entity}_then.id"
        f" AND seq < :first AND kind GLOB '{entity}.*' ORDER BY seq DESC LIMIT 1)",
        first=first,
    )
    rows = [
        {
            **changed[entity, ident],
            **({"version": versions[entity, ident]} if (entity, ident) in versions else {}),
        }
        for ident in ids
    ]
    shaped = sorted(zip(map(tuple, map(sorted, rows)), ids, rows, strict=True), key=lambda row: row[0])
    for names, alike in groupby(shaped, key=lambda row: row[0]):
        if names:
            then.many(
                f"UPDATE {entity}_then SET {', '.join(f'{name} = :{name}' for name in names)} WHERE id = :id",
                ((*(values[name] for name in names), ident) for _names, ident, values in alike),
            )
    then.run(
        f"CREATE TEMP VIEW {entity} AS SELECT {columns} FROM main.{entity}"
        f" WHERE id NOT IN (SELECT id FROM temp.{entity}_changed)"
        f" UNION ALL SELECT {columns} FROM temp.{entity}_then"
    )

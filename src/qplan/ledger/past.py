"""A past day: the journal replayed into a ledger in memory, to be asked with the same statements."""

from __future__ import annotations

from typing import Any

from qplan.core import events
from qplan.core.model import RECORDS, Event
from qplan.ledger import statements
from qplan.ledger.connection import Connection, SqliteConnection


def replayed(source: Connection, until: str, seq: int) -> Connection:
    """The rows as the events effective by ``until`` and numbered up to ``seq`` make them."""
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

"""A new ledger, at a place or in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qplan import files
from qplan.ledger import schema, statements
from qplan.ledger.connection import is_server, path_of
from qplan.ledger.sqlite import SqliteConnection
from qplan.ledger.store import Ledger


@contextmanager
def new_ledger(place: str, created_at: str, ident: str | None = None) -> Iterator[Ledger]:
    """A new ledger, filled by the caller, that appears at its place whole or not at all.

    The block is one transaction on a file beside the place, which is linked there when the block
    ends well; a process that is killed in between leaves no ledger, and one that was made meanwhile
    is never overwritten. On a server it is one transaction. ``ident`` gives the identity of a ledger
    that is made again.
    """
    if is_server(place):
        from qplan.ledger.postgres import schema as server_schema

        with server_schema.new_ledger(place) as connection:
            connection.run(statements.LEDGER_NEW, **schema.identity(created_at, ident))
            yield Ledger(connection)
        return
    path = files.target_of(path_of(place))  # a link that leads nowhere yet is filled, not replaced
    with schema.draft_beside(path) as draft:
        schema.create(str(draft), created_at, ident)
        with Ledger(SqliteConnection(str(draft), write=True)) as ledger, ledger.transaction():
            yield ledger
        schema.publish(draft, path)


def in_memory(created_at: str, ident: str | None = None) -> Ledger:
    """A new ledger in memory: the same schema and triggers, gone when it is closed."""
    return Ledger(schema.blank(created_at, ident))

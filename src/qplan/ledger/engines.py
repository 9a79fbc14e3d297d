"""The engine that a place asks for: SQLite, or PostgreSQL for a ``postgresql://`` URL."""

from __future__ import annotations

import os

from qplan.ledger.connection import Connection, is_server, path_of
from qplan.ledger.sqlite import SqliteConnection


def connect(place: str, *, write: bool = False) -> Connection:
    """The ledger at a path or URL."""
    if is_server(place):
        from qplan.ledger.postgres.connection import PostgresConnection

        return PostgresConnection(place, write=write)
    return SqliteConnection(path_of(place), write=write)


def check_place(place: str) -> None:
    """Raise NoLedger for what names no place of a ledger: an address of another scheme, a folder."""
    if not is_server(place):
        path_of(place)


def exists(place: str) -> bool:
    """Whether there is something at a path, or a ledger in the database of a URL."""
    if is_server(place):
        from qplan.ledger.postgres.connection import has_ledger

        return has_ledger(place)
    return os.path.exists(path_of(place))

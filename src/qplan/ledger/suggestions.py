"""Ids that begin as somebody types them, for the completion of a shell; read-only, and silent on failure."""

from __future__ import annotations

import os

from qplan.core.rules import EscalationLevel, Rules
from qplan.errors import QplanError
from qplan.ledger.connection import is_server, path_of

#: More would fill the screen; the next letter narrows it.
LIMIT = 200

TASKS, INDICATORS, MILESTONES = "tasks", "indicators", "milestones"
DEPARTMENTS, ALIASES = "departments", "aliases"

#: The statement for each kind of record: a range of its key, in the order of the plan.
STATEMENTS = {
    TASKS: "SELECT id, title FROM task WHERE id >= :first AND id < :beyond AND retired = 0 ORDER BY id LIMIT :limit",
    INDICATORS: "SELECT id, name FROM indicator WHERE id >= :first AND id < :beyond AND retired = 0 ORDER BY id LIMIT :limit",
    MILESTONES: "SELECT id, title FROM milestone WHERE id >= :first AND id < :beyond AND retired = 0 ORDER BY task, position LIMIT :limit",
    ALIASES: "SELECT id, aliases FROM department WHERE retired = 0 ORDER BY position, id LIMIT :limit",
    DEPARTMENTS: "SELECT id, name FROM department WHERE retired = 0 ORDER BY position, id LIMIT :limit",
}


def suggestions(place: str, kind: str, start: str = "") -> list[tuple[str, str]]:
    """Return ids and names of a kind of record, ids that begin with ``start`` (departments: all).

    An empty list where there is no ledger in a file that can be read; nothing is ever created.
    """
    found = _read(place, STATEMENTS[kind], first=start, beyond=f"{start}\U0010ffff", limit=LIMIT)
    rows = [(str(ident), str(name)) for ident, name in found]
    return sorted(rows, key=lambda row: _numbers(row[0])) if kind in (TASKS, INDICATORS) else rows


def levels(place: str) -> tuple[EscalationLevel, ...]:
    """Return the escalation levels of the plan in a ledger; none where there is no ledger."""
    plan = _read(place, "SELECT rules FROM plan ORDER BY begins DESC, coalesce(issued, '') DESC, id DESC")
    return Rules.parse(str(plan[0][0])).urging if plan else ()


def _read(place: str, statement: str, **values: object) -> list[tuple[object, ...]]:
    if is_server(place) or not os.path.isfile(path_of(place)):
        return []
    from qplan.ledger.sqlite import SqliteConnection

    try:
        connection = SqliteConnection(path_of(place))
        try:
            return connection.rows(statement, **values)
        finally:
            connection.close()
    except QplanError:
        return []


def _numbers(ident: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in ident[1:].split(".")]

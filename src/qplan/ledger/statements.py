"""Every SQL statement the program runs, with ``:name`` parameters, the same text on every engine.

Statements are put together from the fixed texts of this module and from field names of the records;
nothing that a user typed is ever part of one. A partial index (on open tasks, say) serves only queries
that repeat its condition literally, so conditions with an index are constants here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from qplan.core.events import ASSIGNMENTS
from qplan.core.model import COLUMN_ITEM, ENDED, GROUP, RECORDS, Event, TaskFilter

#: Tasks that are not finished. A group has no status, so it is not open either.
OPEN = " AND ".join(f"status <> '{status}'" for status in ENDED) + " AND retired = 0"
CLOSED = "status = 'closed'"
#: Tasks that departments answer for: all but headings.
LEAF = f"kind <> '{GROUP}' AND retired = 0"
#: Tasks with more than one lead.
JOINT = "joint <> '' AND retired = 0"

LEDGER = "SELECT id, genesis, created_at FROM ledger"
LEDGER_NEW = "INSERT INTO ledger (id, genesis, created_at) VALUES (:id, :genesis, :created_at)"

HEAD = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
#: Where the journal ends for a past day.
HEAD_UNTIL = (
    "SELECT seq, hash FROM event"
    " WHERE seq = (SELECT max(seq) FROM event WHERE effective_on <= :until AND seq <= :seq)"
)

LATEST = "SELECT max(recorded_at) FROM event"

_EVENT = ", ".join(Event._fields)
EVENT_NEW = f"INSERT INTO event ({_EVENT}) VALUES ({', '.join(':' + f for f in Event._fields)})"
EVENTS = f"SELECT {_EVENT} FROM event WHERE seq > :after ORDER BY seq"
EVENTS_UNTIL = f"SELECT {_EVENT} FROM event WHERE effective_on <= :until AND seq <= :seq ORDER BY seq"
EVENTS_LAST = (
    f"SELECT {_EVENT} FROM event WHERE seq <= :seq AND effective_on <= :until ORDER BY seq DESC LIMIT :limit"
)
EVENT_AT = f"SELECT {_EVENT} FROM event WHERE seq = :seq"
HASH_AT = "SELECT hash FROM event WHERE seq = :seq"
EVENTS_OF = f"SELECT {_EVENT} FROM event WHERE subject = :subject AND effective_on <= :until AND seq <= :seq ORDER BY seq"
EVENTS_OF_AFTER = f"SELECT {_EVENT} FROM event WHERE subject = :subject AND seq > :seq ORDER BY seq"
EVENTS_BY = f"SELECT {_EVENT} FROM event WHERE actor LIKE :ending ORDER BY seq DESC"
#: The first entry that does not apply to a past day; the union lets each half use its own index.
FIRST_BEYOND = (
    "SELECT min(seq) FROM (SELECT seq FROM event WHERE effective_on > :until"
    " UNION ALL SELECT seq FROM event WHERE seq > :seq) AS beyond"
)
#: The entries from a number on, in their order.
ENTRIES_FROM = "SELECT seq, effective_on, kind, subject, body FROM event WHERE seq >= :first ORDER BY seq"
#: The parameters of statements about some records: so many are asked for at a time.
IDS = tuple(f"id{place}" for place in range(100))
THESE = f"IN ({', '.join(map(':{}'.format, IDS))})"
#: Of some tasks, the entry that brought each into the ledger and those that decide who leads it.
EVENTS_OF_ASSIGNING = (
    f"SELECT {_EVENT} FROM event WHERE subject {THESE} AND kind IN"
    f" ('task.define', {', '.join(map(repr, ASSIGNMENTS))}) AND effective_on <= :until AND seq <= :seq ORDER BY seq"
)
#: After a day, up to another day and entry. The sum keeps SQLite from reading the journal from its beginning by number.
_BETWEEN = (
    "FROM event WHERE effective_on > :after AND effective_on <= :until AND seq + 0 <= :seq ORDER BY seq"
)
#: What took effect between two days.
ENTRIES_BETWEEN = f"SELECT effective_on, kind, subject, body {_BETWEEN}"
EVENTS_BETWEEN = f"SELECT {_EVENT} {_BETWEEN}"

BEYOND = "SELECT 1 FROM event WHERE effective_on > :until OR seq > :seq LIMIT 1"

MISSED = "SELECT task FROM milestone WHERE done_on IS NULL AND retired = 0 AND due < :before"
MISSED_OF = f"{MISSED} AND task {THESE}"

#: The first entry that does not follow the one before it.
GAP = (
    "SELECT e.seq FROM event AS e LEFT JOIN event AS p ON p.seq = e.seq - 1"
    " WHERE e.prev <> coalesce(p.hash, (SELECT genesis FROM ledger)) OR (p.seq IS NULL AND e.seq <> 1)"
    " ORDER BY e.seq LIMIT 1"
)

REQUEST = "SELECT first_seq, last_seq FROM request WHERE id = :id"
REQUESTS = "SELECT id, first_seq, last_seq FROM request ORDER BY id"
SIGNATURES = "SELECT seq, first_seq, signature FROM signature ORDER BY seq"
SIGNATURES_FROM = "SELECT seq, first_seq, signature FROM signature WHERE seq >= :seq ORDER BY seq"
ACTORS_BETWEEN = "SELECT DISTINCT actor FROM event WHERE seq BETWEEN :first AND :last"
SIGNATURE_NEW = "INSERT INTO signature (seq, first_seq, signature) VALUES (:seq, :first_seq, :signature)"
REQUEST_NEW = "INSERT INTO request (id, first_seq, last_seq) VALUES (:id, :first_seq, :last_seq)"

_IN_JOINT = "' ' || joint || ' ' LIKE '% ' || replace(:lead, '_', '!_') || ' %' ESCAPE '!'"

#: Field of a :class:`TaskFilter` -> its condition, where the field's value is the parameter.
_COMPARED = {
    "lead": "lead = :lead",
    "lead_or_support": (
        "(lead = :lead_or_support OR ' ' || joint || ' ' || support || ' '"
        " LIKE '% ' || replace(:lead_or_support, '_', '!_') || ' %' ESCAPE '!')"
    ),
    "status": "status = :status",
    "column": f"column_no = :column AND kind = '{COLUMN_ITEM}'",
    "under": (
        "id IN (WITH RECURSIVE below (id) AS (SELECT id FROM task WHERE id = :under"
        " UNION ALL SELECT task.id FROM task JOIN below ON task.parent = below.id) SELECT id FROM below)"
    ),
    "due_before": "deadline < :due_before",
    "due_from": "deadline >= :due_from",
}
#: The same where a department is a further lead of some task: no index serves it, so it is asked only then.
_LED_JOINTLY = f"(lead = :lead OR {_IN_JOINT})"
#: Whether a department is a further lead of any task.
LEADS_JOINTLY = f"SELECT 1 FROM task WHERE {JOINT} AND {_IN_JOINT} LIMIT 1"
_UNCONFIRMED = "basis <> 'confirmed'"

#: ``--sort`` -> the order, the same on every engine; the position makes it total
TASK_ORDER = {
    "plan": "position",
    "deadline": "deadline NULLS FIRST, position",
    "lead": "lead NULLS FIRST, position",
    "status": "status NULLS FIRST, position",
    "progress": "progress NULLS FIRST, position",
    "update": "last_update NULLS FIRST, position",
}


def columns(entity: str) -> str:
    """The columns of an entity's table in the order of its record."""
    return ", ".join(RECORDS[entity]._fields)  # type: ignore[attr-defined]


#: The order in which the plan in force comes first, as :func:`qplan.core.model.in_force` has it.
NEWEST = "begins DESC, coalesce(issued, '') DESC, id DESC"


@lru_cache(maxsize=64)
def select(
    entity: str,
    where: tuple[str, ...] = (),
    order: str = "",
    limit: bool = False,
    fields: tuple[str, ...] = (),
) -> str:
    """Records of an entity, or some of their fields; ``where`` holds conditions of this module."""
    return (
        f"SELECT {', '.join(fields) or columns(entity)} FROM {entity}"
        + (" WHERE " + " AND ".join(where) if where else "")
        + (f" ORDER BY {order}" if order else "")
        + (" LIMIT :limit" if limit else "")
    )


def tasks(wanted: TaskFilter, *, joint: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the query for the tasks that a filter selects, and its parameters.

    ``joint``: a lead of the filter is a further lead of some task (:data:`LEADS_JOINTLY`).
    Its ``search`` is left out, and the limit with it: no engine compares letters as people do.
    """
    where, values = conditions(wanted, joint=joint)
    limited = wanted.limit is not None and wanted.search is None
    if limited:
        values["limit"] = wanted.limit
    return select("task", where, TASK_ORDER[wanted.sort], limited), values


def count(wanted: TaskFilter, *, joint: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the query for the number of tasks that a filter selects, whatever its limit and search."""
    where, values = conditions(wanted, joint=joint)
    return select("task", where, fields=("count(*)",)), values


def conditions(wanted: TaskFilter, *, joint: bool = False) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the conditions of a filter, but for its ``search``, and their parameters."""
    where: list[str] = []
    values: dict[str, Any] = {}
    for name, condition in (_COMPARED | {"lead": _LED_JOINTLY} if joint else _COMPARED).items():
        value = getattr(wanted, name)
        if isinstance(value, tuple):
            numbered = {f"{name}_{number}": one for number, one in enumerate(value)}
            where.append(
                "(" + " OR ".join(condition.replace(f":{name}", f":{one}") for one in numbered) + ")"
            )
            values |= numbered
        elif value is not None:
            where.append(condition)
            values[name] = value
    if wanted.unconfirmed:
        where.append(_UNCONFIRMED)
    if wanted.open:
        where.append(OPEN)
    if not wanted.groups:
        where.append(LEAF)
    elif not wanted.retired:
        where.append("retired = 0")
    return tuple(where), values


@lru_cache(maxsize=64)
def insert(entity: str, fields: tuple[str, ...] = ()) -> str:
    """A new row of an entity: all of its fields, or these, the others being NULL."""
    fields = fields or RECORDS[entity]._fields  # type: ignore[attr-defined]
    return f"INSERT INTO {entity} ({', '.join(fields)}) VALUES ({', '.join(':' + f for f in fields)})"


@lru_cache(maxsize=64)
def update(entity: str, fields: tuple[str, ...]) -> str:
    """A changed row of an entity, if it still has the version that was read."""
    known = RECORDS[entity]._fields  # type: ignore[attr-defined]
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise ValueError(f"{entity} has no {unknown}")
    return (
        f"UPDATE {entity} SET {''.join(f'{name} = :{name}, ' for name in fields)}version = :version"
        " WHERE id = :id AND version = :read_version"
    )


def copy(entity: str, schema: str) -> str:
    """All rows of an entity from the attached database of that name."""
    return f"INSERT INTO {entity} SELECT {columns(entity)} FROM {schema}.{entity}"


def remove(entity: str) -> str:
    """Remove one row of a copy; a ledger's own rows are retired, never removed."""
    return f"DELETE FROM {entity} WHERE id = :id"


def by_id(entity: str) -> str:
    """One record by its id as it is written."""
    return select(entity, ("id = :id",))


def some_ids(names: Sequence[str]) -> Iterator[dict[str, str | None]]:
    """Yield the parameters :data:`IDS` for so many ids at a time; those too many are NULL."""
    for first in range(0, len(names), len(IDS)):
        some = names[first : first + len(IDS)]
        yield {**dict.fromkeys(IDS), **dict(zip(IDS, some, strict=False))}


@lru_cache(maxsize=8)
def by_ids(entity: str) -> str:
    """Records by their ids (:data:`IDS`, those too many being NULL) as they are written."""
    return select(entity, (f"id {THESE}",))


def by_folded_id(entity: str) -> str:
    """One record by its id in any case."""
    return select(entity, ("lower(id) = :id",))


def versions_before(entity: str) -> str:
    """(id, version, version before the entry ``first``) of the rows that entries from there on have changed."""
    return (
        "SELECT id, version, (SELECT max(seq) FROM event WHERE subject = t.id AND seq < :first AND kind LIKE :kinds)"
        f" FROM {entity} AS t WHERE version >= :first"
    )


SUBJECTS = "SELECT id FROM task WHERE retired = 0 ORDER BY position"

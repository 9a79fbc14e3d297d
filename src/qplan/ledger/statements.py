"""Every SQL statement the program runs, with ``:name`` parameters, the same text on every engine.

Statements are put together from the fixed texts of this module and from field names of the
records; nothing that a user typed is ever part of one. The words of a condition matter: the partial
indexes (on open tasks, say) serve only queries that repeat theirs to the letter. Theirs hold no
``IN (…)``, for SQLite makes its set anew for every row that an index may take in.
"""

from __future__ import annotations

from functools import lru_cache

from qplan.core.model import RECORDS, Event

#: Neither of the two ends: a group, which has no status, is not open either.
OPEN = "status <> 'closed' AND status <> 'terminated' AND retired = 0"
CLOSED = "status = 'closed'"
LEAF = "kind <> 'group' AND retired = 0"
#: The same tasks in other words, so that the index which counts them serves only what counts: a list
#: by deadline or position must keep to the indexes that give its order.
ANSWERABLE = "(kind = 'task' OR kind = 'column_item' OR kind = 'safeguard') AND retired = 0"
#: The same once more, as no index has it: for lists in an order that no index gives. SQLite would read
#: an index on leaves from end to end, and for each the row.
EVERY_LEAF = "'group' <> kind AND retired = 0"
#: What is no report. A report changes none of the fields that say whether a task is open, overdue and
#: whose it is (:data:`qplan.core.effects.FIELDS`), and most entries are reports.
TURN = "kind <> 'task.report'"

#: What lists go by or show in short that reports set, or most steps: what it was before each entry
#: that changed any of it stands in a table of its own (on SQLite).
KEPT = ("status", "owner", "progress", "last_update", "submitted_on", "closed_on")
BEFORE = f"SELECT task, seq, {', '.join(KEPT)} FROM task_before"
BEFORE_NEW = f"INSERT INTO task_before (task, seq, {', '.join(KEPT)}) VALUES (:task, :seq, {', '.join(map(':{}'.format, KEPT))})"

LEDGER = "SELECT id, genesis, created_at FROM ledger"
LEDGER_NEW = "INSERT INTO ledger (id, genesis, created_at) VALUES (:id, :genesis, :created_at)"

HEAD = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
#: The days up to one on which something took effect, the last one first. The index on days is asked for
#: each, not walked: days are few.
_DAYS_UNTIL = (
    "WITH RECURSIVE days (day) AS (SELECT max(effective_on) FROM event WHERE effective_on <= :until"
    " UNION ALL SELECT (SELECT max(effective_on) FROM event WHERE effective_on < day) FROM days WHERE day IS NOT NULL)"
)
HEAD_UNTIL = (
    f"{_DAYS_UNTIL} SELECT seq, hash FROM event WHERE seq = (SELECT max(seq) FROM (SELECT"
    " (SELECT max(seq) FROM event WHERE effective_on = day AND seq <= :seq) AS seq FROM days) AS lasts)"
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
EVENTS_OF = f"SELECT {_EVENT} FROM event WHERE subject = :subject AND effective_on <= :until AND seq <= :seq ORDER BY seq"
EVENTS_OF_LATER = f"SELECT {_EVENT} FROM event WHERE subject = :subject AND effective_on > :on ORDER BY seq"
EVENTS_OF_AFTER = f"SELECT {_EVENT} FROM event WHERE subject = :subject AND seq > :seq ORDER BY seq"
EVENTS_BY = f"SELECT {_EVENT} FROM event WHERE actor LIKE :ending ORDER BY seq DESC"
#: The first event that does not count, and all from there.
FIRST_BEYOND = (
    "WITH RECURSIVE days (day) AS (SELECT min(effective_on) FROM event WHERE effective_on > :until"
    " UNION ALL SELECT (SELECT min(effective_on) FROM event WHERE effective_on > day) FROM days WHERE day IS NOT NULL)"
    " SELECT min(seq) FROM (SELECT (SELECT min(seq) FROM event WHERE effective_on = day) AS seq FROM days"
    " UNION ALL SELECT min(seq) AS seq FROM event WHERE seq > :seq) AS later"
)
#: The entries from a number on, in their order.
ENTRIES_FROM = "SELECT seq, effective_on, kind, subject, body FROM event WHERE seq >= :first ORDER BY seq"
#: The parameters of statements about some records: so many are asked for at a time.
IDS = tuple(f"id{place}" for place in range(100))
THESE = f"IN ({', '.join(map(':{}'.format, IDS))})"
#: The kinds of entries but reports, each asked of the index, and those of one kind.
KINDS = (
    f"WITH RECURSIVE kinds (known) AS (SELECT min(kind) FROM event WHERE {TURN} UNION ALL"
    f" SELECT (SELECT min(kind) FROM event WHERE kind > known AND {TURN}) FROM kinds WHERE known IS NOT NULL)"
    " SELECT known FROM kinds WHERE known IS NOT NULL"
)
TURNS_SINCE = f"SELECT seq, effective_on, kind, subject, body FROM event WHERE kind = :kind AND {TURN} AND seq >= :first ORDER BY seq"
BEYOND = (
    "WITH RECURSIVE days (day) AS (SELECT min(effective_on) FROM event WHERE effective_on > :until"
    " UNION ALL SELECT (SELECT min(effective_on) FROM event WHERE effective_on > day) FROM days WHERE day IS NOT NULL)"
    " SELECT min(seq) FROM (SELECT (SELECT min(seq) FROM event WHERE effective_on = day) AS seq FROM days"
    " UNION ALL SELECT min(seq) AS seq FROM event WHERE seq > :seq) AS later"
)
#: The entries from a number on, in their order.
ENTRIES_FROM = "SELECT seq, effective_on, kind, subject, body FROM event WHERE seq >= :first ORDER BY seq"
#: The parameters of statements about some records: so many are asked for at a time.
IDS = tuple(f"id{place}" for place in range(100))
THESE = f"IN ({', '.join(map(':{}'.format, IDS))})"
#: The kinds of entries but reports, each asked of the index, and those of one kind.
KINDS = (
    f"WITH RECURSIVE kinds (known) AS (SELECT min(kind) FROM event WHERE {TURN} UNION ALL"
    f" SELECT (SELECT min(kind) FROM event WHERE kind > known AND {TURN}) FROM kinds WHERE known IS NOT NULL)"
    " SELECT known FROM kinds WHERE known IS NOT NULL"
)
TURNS_SINCE = f"SELECT seq, effective_on, kind, subject, body FROM event WHERE kind = :kind AND {TURN} AND seq >= :first ORDER BY seq"
TURNED_SINCE = f"SELECT subject FROM event WHERE kind = :kind AND {TURN} AND seq >= :first"

BEYOND = "SELECT 1 FROM event WHERE effective_on > :until OR seq > :seq LIMIT 1"

MISSED = "SELECT task FROM milestone WHERE done_on IS NULL AND retired = 0 AND due < :before"
MISSED_OF = (
    "SELECT count(*) FROM milestone WHERE task = :task AND done_on IS NULL AND retired = 0 AND due < :before"
)

#: The first entry that does not follow the one before it.
GAP = (
    "SELECT e.seq FROM event AS e LEFT JOIN event AS p ON p.seq = e.seq - 1"
    " WHERE e.prev <> coalesce(p.hash, (SELECT genesis FROM ledger)) OR (p.seq IS NULL AND e.seq <> 1)"
    " ORDER BY e.seq LIMIT 1"
)

REQUEST = "SELECT first_seq, last_seq FROM request WHERE id = :id"
REQUESTS = "SELECT id, first_seq, last_seq FROM request ORDER BY id"
REQUEST_NEW = "INSERT INTO request (id, first_seq, last_seq) VALUES (:id, :first_seq, :last_seq)"

#: What decides whether a task is overdue, and whose it is.
DATED = "SELECT id, kind, status, deadline, retired, lead FROM task"

#: What decides an open task's light, and how many tasks agree in it. The index holds all of it, in this order.
_ALIKE = "status, lead, deadline, progress"
OPEN_COUNTED = (
    f"SELECT {_ALIKE}, count(*) AS number FROM task"
    f" WHERE status IN ('assigned', 'active', 'blocked', 'submitted') AND {ANSWERABLE}{{lead}} GROUP BY {_ALIKE}"
)
#: Those of them that are at work and have missed a milestone: found by their ids, so the status is
#: written as no index has it.
MISSED_AT_WORK = (
    f"SELECT {_ALIKE}, id FROM task WHERE id IN (SELECT task FROM milestone"
    " WHERE done_on IS NULL AND retired = 0 AND due < :before)"
    f" AND coalesce(status, '') IN ('active', 'blocked') AND {LEAF}{{lead}}"
)
#: What is finished: how many of each lead, and the sum of their progress.
FINISHED_COUNTED = (
    "SELECT status, lead, count(*) AS number, sum(coalesce(progress, 0)) AS progress FROM task"
    f" WHERE status IN ('closed', 'terminated') AND {ANSWERABLE}{{lead}} GROUP BY status, lead"
)

#: TaskFilter field -> its condition
TASK_WHERE = {
    "lead": "lead = :lead",
    "lead_or_support": "(lead = :dept OR ' ' || support || ' ' LIKE :dept_like)",
    "status": "status = :status",
    "closed": CLOSED,
    # the first half is what the index has, whatever stands for the report of one that never reported
    "silent": "coalesce(last_update, '') < :silent AND coalesce(last_update, :begun) < :silent",
    "column": "column_no = :column AND kind = 'column_item'",
    "under": (
        "id IN (WITH RECURSIVE below (id) AS (SELECT id FROM task WHERE id = :under"
        " UNION ALL SELECT task.id FROM task JOIN below ON task.parent = below.id) SELECT id FROM below)"
    ),
    "due_before": "deadline < :due_before",
    "due_from": "deadline >= :due_from",
    "unconfirmed": "basis <> 'confirmed'",
    "search": "(lower(title) LIKE :search ESCAPE '!' OR lower(summary) LIKE :search ESCAPE '!'"
    " OR lower(note) LIKE :search ESCAPE '!')",
    "closed_from": "closed_on >= :closed_from",
    "closed_to": "closed_on <= :closed_to",
    "open": OPEN,
    "leaf": LEAF,
    "answerable": ANSWERABLE,
    "every_leaf": EVERY_LEAF,
    "kept": "retired = 0",
}
#: The leads of those that are silent.
SILENT = f"SELECT lead FROM task WHERE {TASK_WHERE['silent']} AND {OPEN} AND {LEAF}"

#: ``--sort`` -> the order, the same on every engine; the position makes it total
TASK_ORDER = {
    "plan": "position",
    "deadline": "deadline NULLS FIRST, position",
    "lead": "lead NULLS FIRST, position",
    "status": "status NULLS FIRST, position",
    "progress": "progress NULLS FIRST, position",
    "update": "last_update NULLS FIRST, position",
}


def counted(statement: str, lead: bool) -> str:
    """One of the counts of this module, of one lead or of all."""
    return statement.format(lead=" AND lead = :lead" if lead else "")


def columns(entity: str) -> str:
    """The columns of an entity's table in the order of its record."""
    return ", ".join(RECORDS[entity]._fields)  # type: ignore[attr-defined]


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


def tasks(
    conditions: tuple[str, ...],
    sort: str | None,
    limit: bool,
    fields: tuple[str, ...] = (),
    table: str = "task",
) -> str:
    """The list of tasks under some of :data:`TASK_WHERE`: whole records, or these fields of them."""
    where = tuple(TASK_WHERE[name] for name in conditions)
    return select(table, where, TASK_ORDER[sort] if sort else "", limit, fields)


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


def by_id(entity: str) -> str:
    """One record by its id as it is written."""
    return select(entity, ("id = :id",))


@lru_cache(maxsize=8)
def by_ids(entity: str) -> str:
    """Records by their ids (:data:`IDS`, those too many being NULL) as they are written."""
    return select(entity, (f"id {THESE}",))


def by_folded_id(entity: str) -> str:
    """One record by its id in any case."""
    return select(entity, ("lower(id) = :id",))


def versions_before(entity: str) -> str:
    """(id, version before the entry ``first``) of the rows that entries from there on have changed."""
    return (
        "SELECT id, (SELECT max(seq) FROM event WHERE subject = t.id AND seq < :first AND kind LIKE :kinds)"
        f" FROM {entity} AS t WHERE version >= :first"
    )


SUBJECTS = "SELECT id FROM task WHERE retired = 0 ORDER BY position"

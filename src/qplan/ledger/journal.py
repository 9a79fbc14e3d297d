"""The journal's one way in: events appended to the chain and applied to the rows they change."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice, zip_longest
from typing import Any, NamedTuple, cast

from qplan.core import events
from qplan.core.model import RECORDS, Change, Event, Head
from qplan.errors import ChangedMeanwhile, NotVerified
from qplan.i18n import _
from qplan.ledger import statements
from qplan.ledger.connection import Connection

#: So many changes of one shape are written at a time.
BATCH = 1000


class Entry(NamedTuple):
    """What all events of one command have in common."""

    actor: str
    recorded_at: str
    effective_on: str
    request: str | None = None


def head(connection: Connection) -> Head:
    """The ledger's identity and the last event of its chain (sequence number 0: none yet)."""
    ledger, genesis, _created = connection.rows(statements.LEDGER)[0]
    last = connection.rows(statements.HEAD)
    return Head(ledger, *last[0]) if last else Head(ledger, 0, genesis)


def last_recorded(connection: Connection) -> str | None:
    """Return the latest moment (UTC) at which an entry was recorded; None without entries."""
    ((last,),) = connection.rows(statements.LATEST)
    return None if last is None else str(last)


def chained(start: Head, changes: Sequence[Change], entry: Entry) -> list[Event]:
    """The events that the changes become after ``start``."""
    ledger, seq, prev = start
    actor, recorded_at, effective_on, request = entry
    new: list[Event] = []
    for change, body in zip(changes, events.bodies_of(changes, request), strict=True):
        seq += 1
        fields = (recorded_at, effective_on, actor, change.kind, change.subject, body)
        digest = events.event_hash(prev, ledger, seq, *fields)
        new.append(Event(seq, *fields, prev, digest))
        prev = digest
    return new


def appended(connection: Connection, changes: Iterable[Change], entry: Entry) -> Iterator[list[Event]]:
    """Append the changes and bring their rows up to date, inside the caller's transaction; yield the entries by batches.

    A load of any size holds no more than one batch; take all of them. Raises ChangedMeanwhile when a row no
    longer has the version that its change was decided on: ``before`` carries it as ``version``.
    """
    if connection.guarded:
        written = list(changes)
        if handed := _handed_in(connection, written, entry):
            _read_back(connection, written, handed)
            yield handed
        return
    start = before = head(connection)
    last: tuple[list[Change], list[Event]] = [], []
    for (kind, fields), run in groupby(changes, key=_shape):
        while batch := list(islice(run, BATCH)):
            new = chained(start, batch, entry)
            connection.many(statements.EVENT_NEW, new)
            _project(connection, kind, fields, batch, new)
            if before.seq:  # nobody else can have reached a ledger that is being made
                _read_back(connection, batch, new)
            start, last = Head(start.ledger, new[-1].seq, new[-1].hash), (batch, new)
            yield new
    if entry.request and start.seq > before.seq:
        span = before.seq + 1, start.seq
        connection.run(statements.REQUEST_NEW, id=entry.request, first_seq=span[0], last_seq=span[1])
        if before.seq:
            if connection.rows(statements.REQUEST, id=entry.request) != [span]:
                raise _not_kept(connection, span[0])
            _read_back(connection, *last)  # what was read before may have been changed since


def _read_back(connection: Connection, changes: Sequence[Change], new: list[Event]) -> None:
    """Raise NotVerified where the ledger does not hold the entries just written, or their rows do not.

    A trigger that somebody put into the file can swallow a write without an error.
    """
    held = [Event(*row) for row in connection.each(statements.EVENTS, after=new[0].seq - 1)]
    last: dict[str, dict[str, tuple[Change, int]]] = {}
    for change, event in zip(changes, new, strict=True):
        last.setdefault(change.entity, {})[change.subject] = change, event.seq
    if held != new or not all(_are_kept(connection, entity, made) for entity, made in last.items()):
        raise _not_kept(connection, new[0].seq)


def _not_kept(connection: Connection, seq: int) -> NotVerified:
    return NotVerified(
        _(
            "{place} did not keep entry no. {seq} as it was written: nothing of this command was written. Look at it with: qplan verify"
        ).format(place=connection.place, seq=seq)
    )


def _are_kept(connection: Connection, entity: str, made: dict[str, tuple[Change, int]]) -> bool:
    """Whether the rows of an entity hold what their last changes made of them; ``made`` is by subject."""
    subjects = iter(made)
    while some := list(islice(subjects, len(statements.IDS))):
        wanted = dict(zip_longest(statements.IDS, some))
        rows = {row[0]: RECORDS[entity](*row) for row in connection.rows(statements.by_ids(entity), **wanted)}
        for subject in some:
            change, seq = made[subject]
            if subject not in rows or rows[subject].version != seq:
                return False
            if any(getattr(rows[subject], field) != value for field, value in change.after.items()):
                return False
    return True


def _handed_in(connection: Connection, changes: Sequence[Change], entry: Entry) -> list[Event]:
    """The database's own function appends and applies: it knows the actor and the moment."""
    from qplan.ledger.postgres import rights

    return rights.record(
        connection,
        [change.kind for change in changes],
        [change.subject for change in changes],
        events.bodies_of(changes, entry.request),
        [cast("int | None", change.before.get("version")) for change in changes],
        entry.effective_on,
        entry.request,
    )


def _shape(change: Change) -> tuple[str, tuple[str, ...]]:
    """Changes of one shape are written by one statement."""
    return change.kind, () if change.kind.endswith(events.MAKING) else tuple(change.after)


def _project(
    connection: Connection, kind: str, fields: tuple[str, ...], changes: list[Change], new: list[Event]
) -> None:
    entity = kind.partition(".")[0]
    if kind.endswith(events.MAKING):
        # Half of a task's fifty columns are NULL at first: not to name them halves the cost of a load.
        record: Any = RECORDS[entity]
        named = {"id", "version"}.union(*(change.after for change in changes))
        kept = tuple(
            name for name in record._fields if name in named or record._field_defaults.get(name) is not None
        )
        if unknown := named.difference(record._fields):
            raise ValueError(f"{entity} has no {sorted(unknown)}")
        usual = {name: record._field_defaults.get(name) for name in kept}
        connection.many(statements.insert(entity, kept), _new_rows(usual, changes, new))
        return
    statement = statements.update(entity, fields)
    rows = (
        (*change.after.values(), event.seq, change.subject, change.before["version"])
        for change, event in zip(changes, new, strict=True)
    )
    if connection.many(statement, rows) == len(changes):
        return
    version = statements.select(entity, ("id = :id",), fields=("version",))
    for change, event in zip(changes, new, strict=True):
        if connection.rows(version, id=change.subject) != [(event.seq,)]:
            raise ChangedMeanwhile(
                _("{id} was changed by somebody else meanwhile; look at it again (qplan show {id}) and repeat."),
                id=change.subject,
            )  # fmt: skip


def _new_rows(usual: dict[str, Any], changes: list[Change], new: list[Event]) -> Iterator[tuple[Any, ...]]:
    """The values of new rows in the order of ``usual``, which holds what every one of them begins with."""
    for change, event in zip(changes, new, strict=True):
        row = usual | change.after
        row["id"], row["version"] = change.subject, event.seq
        yield tuple(row.values())

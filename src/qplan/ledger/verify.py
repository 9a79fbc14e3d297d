"""Whether a ledger agrees with itself: file, schema, chain, history, rows.

The file's own check and the hash chain find different faults, so both are run. Everything that does
not agree is reported, not only the first; reading goes on after a fault where that is possible.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from qplan.core import audit, entries, events
from qplan.core.calendar import Clock, clock_of, day
from qplan.core.effects import unexpected_fields
from qplan.core.model import RECORDS, Event, Head, PlanHead, in_force
from qplan.errors import QplanError
from qplan.i18n import _, joined
from qplan.ledger import statements
from qplan.ledger.connection import Connection, is_server
from qplan.ledger.sqlite import SqliteConnection

#: What is compared, in the order in which it is.
FILE, SCHEMA, CHAIN, VALUES, HISTORY, PROGRAM, ROWS, REQUESTS, SEAL, RECEIPT, SEEN, SIGNATURE = (
    "file", "schema", "chain", "values", "history", "program", "rows", "requests", "seal", "receipt", "seen", "signature",
)  # fmt: skip


class Finding(NamedTuple):
    """One thing that does not agree; ``seq`` is the entry of the journal it shows at, if any."""

    check: str
    seq: int | None
    what: str


class VerifyResult(NamedTuple):
    """What verifying found; the ledger holds when there are no findings."""

    head: Head | None  #: None when not even the identity can be read
    events: int
    findings: list[Finding]

    @property
    def damage(self) -> list[Finding]:
        """The findings by which the ledger does not agree with itself.

        Without those of entries that the program would not have written: they are in the journal for good,
        agree with the rows, and nobody who writes one keeps others from copying or sealing the ledger.
        """
        return [found for found in self.findings if found.check != PROGRAM]

    @property
    def first_bad(self) -> int | None:
        """The first entry of the journal that does not agree."""
        return min((f.seq for f in self.findings if f.seq is not None), default=None)


#: Called now and then with how many events are done and how many there are.
Progress = Callable[[int, int], None]


def verify(connection: Connection, progress: Progress | None = None) -> VerifyResult:
    """Hold a ledger against itself; it is only read."""
    findings: list[Finding] = []
    if isinstance(connection, SqliteConnection):
        findings += _guarded(FILE, partial(_file, connection))
        findings += _guarded(SCHEMA, partial(_sqlite, connection))
    elif is_server(connection.place):
        findings += _guarded(SCHEMA, partial(_server, connection))
    try:
        identities = connection.rows(statements.LEDGER)
        ledger, genesis, created = identities[0]
        total = (connection.rows(statements.HEAD) or [(0,)])[0][0]
    except (QplanError, IndexError) as error:
        return VerifyResult(None, 0, [*findings, Finding(CHAIN, None, _unreadable(error))])
    if genesis != events.genesis(ledger):
        findings.append(Finding(CHAIN, 0, _("the ledger's identity is not the one its chain began with")))
    if len(identities) > 1:
        findings.append(Finding(CHAIN, 0, _("it has more than one identity")))
    replay = Replay(ledger, genesis, created, connection)
    try:
        for row in connection.each(statements.EVENTS, after=-(2**62)):
            findings += replay.take(Event(*row))
            if progress is not None and replay.count % 10_000 == 0:
                progress(replay.count, total)
    except QplanError as error:
        findings.append(Finding(CHAIN, replay.seq + 1, _unreadable(error)))
    findings = [f for f in findings if f.check != PROGRAM or f.seq not in replay.reverted]
    for entity in RECORDS:
        findings += _guarded(ROWS, partial(_rows, connection, entity, replay.state))
    findings += _guarded(REQUESTS, partial(_requests, connection, replay.requests))
    return VerifyResult(Head(ledger, replay.seq, replay.hash), replay.count, findings)


def _sqlite(connection: SqliteConnection) -> Iterator[Finding]:
    """The objects of a ledger in a file."""
    from qplan.ledger.structure import faults

    yield from (Finding(SCHEMA, None, fault) for fault in faults(connection))


def _server(connection: Connection) -> Iterator[Finding]:
    """The functions and triggers of a ledger on a server."""
    from qplan.ledger.postgres.connection import PostgresConnection
    from qplan.ledger.postgres.structure import faults

    if isinstance(connection, PostgresConnection):
        yield from (Finding(SCHEMA, None, fault) for fault in faults(connection))


def _guarded(check: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a look finds; a fault that ends it is a finding too."""
    found: list[Finding] = []
    try:
        found.extend(look())
    except Exception as error:  # a damaged file raises anything: that is what is being looked for
        found.append(Finding(check, None, _unreadable(error)))
    return found


def _unreadable(error: BaseException) -> str:
    return _("cannot be read: {error}").format(error=error or type(error).__name__)


class Replay:
    """The journal taken event by event: the chain so far, and the rows that it makes."""

    def __init__(self, ledger: str, genesis: str, created_at: str, connection: Connection | None) -> None:
        self.ledger = ledger
        self.connection = (
            connection  #: where earlier entries are read; None: whether the program wrote them is not asked
        )
        self.created_at = created_at  #: which is not hashed itself; the first entry's moment is
        self.seq = 0
        self.hash = genesis
        self.count = 0
        self.state: events.State = {}  #: with every field of a record, in their order
        self.latest: dict[str, str] = {}  #: record -> the latest day on which an entry about it took effect
        self.history: dict[str, list[Event]] = {}  #: task -> its entries that the audit reads
        self.plan: PlanHead | None = None  #: the head of the plan in force, which the clock is of
        self.clock: Clock | None = None  #: that of the entry before
        self.reverts: dict[int, int] = {}  #: undoing -> the entry that it reverts
        self.reverted: set[int] = set()  #: entries that do not apply any more
        self.requests: dict[str, tuple[int, int, int]] = {}  #: id -> first, last, how many

    def take(self, event: Event) -> list[Finding]:
        """Hold the next event against the chain and the state; its faults."""
        faults: list[str] = []
        self.count += 1
        try:
            if event.seq != self.seq + 1:
                faults.append(_("no. {seq} follows no. {before}").format(seq=event.seq, before=self.seq))
            if self.seq == 0 and event.recorded_at != self.created_at:
                faults.append(
                    _("the ledger is dated {created}, its first entry {first}").format(
                        created=self.created_at, first=event.recorded_at
                    )
                )
            if event.prev != self.hash:
                faults.append(_("it does not continue the chain: prev is not the hash before it"))
            computed = events.event_hash(
                event.prev, self.ledger, event.seq, event.recorded_at, event.effective_on,
                event.actor, event.kind, event.subject, event.body,
            )  # fmt: skip
            if computed != event.hash:
                faults.append(_("its content is not what was hashed"))
        except (TypeError, ValueError, AttributeError) as error:
            faults.append(_unreadable(error))
        found = [Finding(CHAIN, event.seq, fault) for fault in faults]
        # Each link is checked by itself: one broken entry does not make all that follow it broken.
        self.seq, self.hash = event.seq, event.hash
        try:
            body = json.loads(event.body)
            found += [Finding(VALUES, event.seq, fault) for fault in entries.misfits(event, body)]
            found += [Finding(PROGRAM, event.seq, fault) for fault in self._past_the_program(event, body)]
            found += [Finding(HISTORY, event.seq, fault) for fault in self._apply(event, body)]
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            found.append(Finding(HISTORY, event.seq, _unreadable(error)))
        return found

    def _apply(self, event: Event, body: dict[str, Any]) -> Iterator[str]:
        if events.canonical(body) != event.body:
            yield _("its body is not in canonical form")
        entity, _dot, verb = event.kind.partition(".")
        before, after, blank = body["before"], body["after"], _blank(entity)
        if unknown := after.keys() - blank.keys():
            yield _("it sets unknown fields: {fields}").format(fields=joined(sorted(unknown)))
            return
        place = (entity, event.subject)
        held = self.state.get(place)
        if strange := unexpected_fields(event.kind, after):
            from qplan.core.labels import event_label, known_field

            yield _("a step “{step}” changes {fields}").format(
                step=event_label(event.kind), fields=joined(map(known_field, sorted(strange)))
            )
        if verb in events.NEW:
            if held is not None:
                yield _("it makes {id}, which is there already").format(id=event.subject)
            self.state[place] = {**blank, "id": event.subject, **after, "version": event.seq}
        else:
            if held is None:
                yield _("it changes {id}, which nothing made").format(id=event.subject)
                held = self.state.setdefault(place, {**blank, "id": event.subject})
            if before.keys() != after.keys():
                yield _("what it says of before and of after are different fields")
            for name, value in before.items() if not before.items() <= held.items() else ():
                was = held.get(name)
                if was != value:
                    from qplan.core.labels import known_field

                    yield _("{field} was {was}, not {said} as it says").format(
                        field=known_field(name), was=_shown(was), said=_shown(value)
                    )
            held.update(after)
            held["version"] = event.seq
        if entity == "plan":
            heads = (PlanHead(**one) for (kind, _id), one in self.state.items() if kind == "plan")
            self.plan, self.clock = in_force(heads), None
        self.latest[event.subject] = max(event.effective_on, self.latest.get(event.subject, ""))
        if event.kind in audit.HISTORY:
            self.history.setdefault(event.subject, []).append(event)
        request = body.get("request")
        if request is not None:
            first, _last, number = self.requests.get(request, (event.seq, 0, 0))
            self.requests[request] = (first, event.seq, number + 1)

    def _before(self, event: Event) -> list[Event]:
        """Return the entries about an event's record that came before it."""
        assert self.connection is not None
        scope = {"until": "9999-12-31", "seq": event.seq - 1}
        found = self.connection.rows(statements.EVENTS_OF, subject=event.subject, **scope)
        return [Event(*row) for row in found]

    def _later(self, event: Event, after: dict[str, Any]) -> Iterator[str]:
        """Yield a fault where an entry sets what another one has set for later days.

        A past day means one state. An entry and its undoing cancel each other.
        """
        applying = events.drop_undone([*self._before(event), event])
        for one in applying if event in applying else ():
            shared = after.keys() & events.changes_in(one)["after"].keys()
            if one.effective_on > event.effective_on and shared:
                from qplan.core.labels import field_names

                yield audit.past_the_program(event, _("it sets {fields} from {on} on, which no. {seq} has set from {since} on").format(
                    fields=field_names(sorted(shared)), on=event.effective_on, seq=one.seq, since=one.effective_on
                ))  # fmt: skip
                return

    def _past_the_program(self, event: Event, body: dict[str, Any]) -> Iterator[str]:
        """Yield in which way the program would not have written an entry."""
        entity, _dot, verb = event.kind.partition(".")
        plan = self.plan
        undone = events.undoes(event)
        if undone is not None:
            self._revert(event.seq, undone)
        loaded = verb in audit.LOADED and undone is None
        if self.connection is None or plan is None or loaded or entity in ("plan", "department"):
            return
        if self.latest.get(event.subject, "") > event.effective_on:
            yield from self._later(event, body["after"])
        today = day(event.effective_on)
        if self.clock is None:
            self.clock = clock_of(plan, today)
        elif self.clock.today != today:
            self.clock = self.clock.on(today)
        record = self._record(entity, event.subject)
        owner, history = self._owner(entity, body["after"], record), self.history.get(event.subject, [])
        at = audit.Situation(
            event, body["after"], body.get("info", {}), record, owner, history, plan, self.clock
        )
        yield from audit.reach(at)
        if undone is None:
            yield from audit.irregularities(at)
        elif record is not None:
            earlier = self._before(event)
            named = next((one for one in earlier if one.seq == undone), None)
            yield from audit.undoing(at, named, [one for one in earlier if one.seq > undone])

    def _revert(self, seq: int, undone: int) -> None:
        """Note that an entry does not apply any more; one that it had itself reverted applies again."""
        self.reverts[seq] = undone
        self.reverted.add(undone)
        self.reverted.discard(self.reverts.get(undone, 0))

    def _record(self, entity: str, subject: str) -> Any:
        """Return a record as the entries so far make it; None where there is none."""
        held = self.state.get((entity, subject))
        return None if held is None else tuple.__new__(RECORDS[entity], held.values())

    def _owner(self, entity: str, after: dict[str, Any], record: Any) -> Any:
        """Return the task of a staged goal, or the indicator of a figure."""
        owner = {"milestone": "task", "actual": "indicator"}.get(entity)
        subject = owner and (after.get(owner) or getattr(record, owner, None))
        return self._record(owner, subject) if owner and subject else None


@cache
def _blank(entity: str) -> dict[str, Any]:
    """The fields of a record, in their order, with their defaults."""
    record: Any = RECORDS[entity]
    return {**dict.fromkeys(record._fields), **record._field_defaults}


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _rows(connection: Connection, entity: str, state: events.State) -> Iterator[Finding]:
    """Rows that are not what the journal makes of them."""
    missing = {subject for kind, subject in state if kind == entity}
    for row in connection.each(statements.select(entity)):
        made = state.get((entity, row[0]))
        missing.discard(row[0])
        if made is None:
            yield Finding(ROWS, None, _("{id}: the journal knows no such row").format(id=row[0]))
            continue
        if row != tuple(made.values()):
            for (name, expected), value in zip(made.items(), row, strict=True):
                if value != expected:
                    from qplan.core.labels import known_field

                    yield Finding(
                        ROWS,
                        None,
                        _("{id}: {field} is {value}; the journal says {expected}").format(
                            id=row[0], field=known_field(name), value=_shown(value), expected=_shown(expected)
                        ),
                    )
    for subject in sorted(missing):
        yield Finding(ROWS, None, _("{id}: its row is gone").format(id=subject))


def _requests(connection: Connection, made: dict[str, tuple[int, int, int]]) -> Iterator[Finding]:
    """Request ids whose entries are not those that the journal marks with them."""
    missing = dict(made)
    for ident, first, last in connection.each(statements.REQUESTS):
        if missing.pop(ident, None) != (first, last, last - first + 1):
            yield Finding(
                REQUESTS, first, _("request {id}: the journal marks other entries with it").format(id=ident)
            )
    for ident, (first, _last, _number) in missing.items():
        yield Finding(REQUESTS, first, _("request {id} is not in its table").format(id=ident))


def _file(connection: SqliteConnection) -> Iterator[Finding]:
    """SQLite's own check of pages, types, constraints and indexes."""
    for (line,) in connection.rows("PRAGMA integrity_check(1000)"):
        if line != "ok":
            yield Finding(FILE, None, str(line))

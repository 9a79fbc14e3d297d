"""The ledger as the rest of the program sees it: core records in, core records out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, TypeVar

from qplan.core.model import (
    RECORDS,
    Actor,
    Actual,
    Change,
    Department,
    Event,
    Head,
    Indicator,
    Milestone,
    PlanHead,
    Task,
    TaskFilter,
)
from qplan.core.names import folded, plain
from qplan.errors import NoLedger, NotVerified, QplanError, UnknownTask
from qplan.i18n import _, joined
from qplan.ledger import journal, statements
from qplan.ledger.connection import Connection
from qplan.ledger.engines import connect

#: Later than any day and any event of a ledger.
FOREVER, ALL = "9999-12-31", 2**62

#: From here on one query for all costs less than one for each.
MANY = 200

#: What a search reads of a task.
SEARCHED = (
    "id", "title", "summary", "clause", "leader", "owner", "contact", "note", "support_note", "difficulty",
    "needs", "next_step", "result", "document", "remark",
)  # fmt: skip

R = TypeVar("R", bound=NamedTuple)


def mentions(task: Task, words: Sequence[str]) -> bool:
    """Whether all folded words (:func:`qplan.core.names.folded`) occur in what people read about a task."""
    text = folded("\n".join(value for field in SEARCHED if (value := getattr(task, field))))
    return all(word in text for word in words)


def head_file(folder: str, address: str) -> str:
    """Return the file of the heads seen at a place, named by a checksum for which no module need be loaded."""
    return f"{folder}/{int.from_bytes(address.encode('utf-8', 'surrogateescape'), 'big') % (2**61 - 1):016x}"


def head_line(head: Head) -> str:
    """Return the line of a head in such a file."""
    return " ".join(map(str, head))


class Ledger:
    """An open ledger: now, or as it stood on a past day (:meth:`at`)."""

    def __init__(
        self, connection: Connection, until: str = FOREVER, seq: int = ALL, rows: Connection | None = None,
        *, snapshot: bool = False,
    ) -> None:  # fmt: skip
        self._source = connection  #: where the journal is
        self._rows = rows or connection  #: where records are read
        self.until = until
        self.seq = seq
        self._snapshot = snapshot  #: whether what is read is of one moment, the head too
        self._head: Head | None = None
        self._entries: list[Event] = []  #: the first and the last entry of a transaction that is under way
        #: the first and the last entry of each transaction that has written any
        self.written: list[tuple[Event, Event]] = []

    @classmethod
    def open(cls, place: str, *, write: bool = False) -> Ledger:
        """The ledger at a path or URL; NoLedger when there is none to be used."""
        return cls(connect(place, write=write), snapshot=not write)

    def close(self) -> None:
        """Close it; a past day (:meth:`at`) leaves alone the ledger that it is the past of."""
        self._rows.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Close it; an error that no command of ours raises may be the fault of a damaged ledger."""
        try:
            if isinstance(error, (ValueError, LookupError, TypeError, AttributeError)):
                self._blame(error)
        finally:
            self.close()

    def _blame(self, error: Exception) -> None:
        from qplan.ledger.verify import verify

        findings = verify(self._source).damage
        if findings:
            raise NotVerified(
                _("{place} is damaged ({error}); run qplan verify, and restore the last backup: qplan restore"),
                place=self._source.place, error=findings[0].what,
            ) from error  # fmt: skip

    def at(self, until: str | None = None, seq: int | None = None) -> Ledger:
        """Return the ledger as of a day: with the entries effective by ``until`` and numbered up to ``seq``.

        A past day is a ledger of its own, queried with the same statements. When no entry is left out,
        that is this ledger itself.
        """
        until, seq = until or FOREVER, ALL if seq is None else seq
        if not self._source.rows(statements.BEYOND, until=until, seq=seq):
            return self
        from qplan.ledger import as_of

        return Ledger(self._source, until, seq, as_of.rows_on(self._source, until, seq))

    @contextmanager
    def past(self, until: str | None = None, seq: int | None = None) -> Iterator[Ledger]:
        """A context with the ledger :meth:`at` a day, in which this one is not read if it is a past day itself."""
        if self._rows is not self._source and (until or FOREVER) <= self.until:
            from qplan.ledger import as_of

            seq = min(self.seq, ALL if seq is None else seq)
            with as_of.rows_before(self._rows, self._source, until or FOREVER, seq) as rows:
                yield Ledger(self._source, until or FOREVER, seq, rows)
            return
        then = self.at(until, seq)
        try:
            yield then
        finally:
            if then is not self:
                then.close()

    # -- the journal

    def head(self) -> Head:
        """Return the last event that applies to this ledger's day."""
        if self.until == FOREVER and self.seq == ALL:
            found = self._head or journal.head(self._source)
            self._head = found if self._snapshot else None
            return found
        ledger, genesis, _created = self._source.rows(statements.LEDGER)[0]
        last = self._source.rows(statements.HEAD_UNTIL, until=self.until, seq=self.seq)
        return Head(ledger, *last[0]) if last else Head(ledger, 0, genesis)

    def is_last_seen(self, folder: str | None) -> bool:
        """Whether the head is the one that this machine has seen last, by a file of :mod:`qplan.ledger.heads`.

        It is asked by every command, so it is here: that module is loaded where something has changed only.
        """
        address = self._source.address
        try:
            with open(head_file(folder or "", address), encoding="utf-8", errors="surrogateescape") as file:
                return [next(file), next(file)] == [f"{line}\n" for line in (address, head_line(self.head()))]
        except (OSError, ValueError, QplanError, LookupError, StopIteration):
            return False

    @property
    def connection(self) -> Connection:
        """The connection to the journal, for maintenance inside this package."""
        return self._source

    def events(self, subject: str | None = None, last: int | None = None) -> list[Event]:
        """The events that count here, oldest first: all, of one record, or the last few."""
        scope = {"until": self.until, "seq": self.seq}
        if subject is not None:
            rows = self._source.rows(statements.EVENTS_OF, subject=subject, **scope)
            rows = rows if last is None else rows[max(0, len(rows) - last) :]
        elif last is not None:
            rows = self._source.rows(statements.EVENTS_LAST, limit=last, **scope)[::-1]
        else:
            rows = self._source.rows(statements.EVENTS_UNTIL, **scope)
        return [Event(*row) for row in rows]

    def events_between(self, first: str, last: str) -> list[Event]:
        """The events that apply here and took effect from one day to another, both included, oldest first."""
        from qplan.core.calendar import day, shifted

        scope = {
            "after": shifted(day(first), -1).isoformat(),
            "until": min(last, self.until),
            "seq": self.seq,
        }
        return [Event(*row) for row in self._source.rows(statements.EVENTS_BETWEEN, **scope)]

    def assignments(self, tasks: Sequence[str]) -> dict[str, list[Event]]:
        """The first event of each task and those about its assignment (:data:`ASSIGNMENTS`), oldest first."""
        found: dict[str, list[Event]] = {}
        for some in statements.some_ids(tasks):
            rows = self._source.rows(statements.EVENTS_OF_ASSIGNING, until=self.until, seq=self.seq, **some)
            for row in rows:
                event = Event(*row)
                found.setdefault(event.subject, []).append(event)
        return found

    def changes_after(self, day: str) -> Iterator[tuple[Any, ...]]:
        """Yield (effective day, kind, subject, body) of the entries that apply and took effect after a day."""
        scope = {"after": day, "until": self.until, "seq": self.seq}
        return self._source.each(statements.ENTRIES_BETWEEN, **scope)

    def event(self, seq: int) -> Event | None:
        """One event by its number."""
        rows = self._source.rows(statements.EVENT_AT, seq=seq)
        return Event(*rows[0]) if rows else None

    def events_by(self, dept: str) -> Iterator[Event]:
        """What a department recorded (everybody, where none is named), the last entry first."""
        ending = f"@{dept}" if dept else ""
        for row in self._source.each(statements.EVENTS_BY, ending=f"%{ending}"):
            event = Event(*row)
            if event.actor.endswith(ending):  # an underscore of an id is a wildcard to LIKE
                yield event

    def has_events_after(self, on: str) -> bool:
        """Whether any event takes effect after a day."""
        return bool(self._source.rows(statements.BEYOND, until=on, seq=ALL))

    def events_recorded_after(self, subject: str, seq: int) -> list[Event]:
        """A record's events that came after another event."""
        return [
            Event(*row) for row in self._source.rows(statements.EVENTS_OF_AFTER, subject=subject, seq=seq)
        ]

    def request(self, request: str) -> list[Event]:
        """The events that an earlier command with this request id wrote; none if it wrote none."""
        found = self._source.rows(statements.REQUEST, id=request)
        if not found:
            return []
        first, last = found[0]
        return [event for seq in range(first, last + 1) if (event := self.event(seq))]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One command is one transaction."""
        self._entries = []
        with self._source.transaction():
            yield
        if self._entries:
            self.written.append((self._entries[0], self._entries[-1]))

    def append(self, changes: Sequence[Change], entry: journal.Entry) -> list[Event]:
        """Append to the journal and apply to the rows; inside :meth:`transaction`."""
        return [event for batch in self.appended(changes, entry) for event in batch]

    def own_actor(self) -> Actor | None:
        """Who this session is where the database authenticates; None where the program names the actor.

        Refused when the session's role acts for no department: it may read.
        """
        if not self._source.guarded:
            return None
        from qplan.ledger.postgres import rights

        return rights.own_actor(self._source)

    def appended(self, changes: Iterable[Change], entry: journal.Entry) -> Iterator[list[Event]]:
        """The same batch by batch; take all of them."""
        for batch in journal.appended(self._source, changes, entry):
            self._entries = [*self._entries[:1], batch[0], batch[-1]]
            yield batch

    def bulk_load(self) -> Any:
        """A context in which the tables of a new ledger are filled before they are indexed and guarded."""
        from qplan.ledger.schema import bulk_load

        return bulk_load(self._source)

    # -- the records

    def plan(self) -> PlanHead:
        """The head of the plan in force; NoLedger while none is loaded (or none was, that early)."""
        rows = self._rows.rows(statements.select("plan", order=statements.NEWEST))
        if not rows:
            if later := self._source.rows(statements.select("plan", order="begins")):
                raise NoLedger(
                    _("The plan begins on {begins}: before that day there is nothing to show."),
                    begins=PlanHead(*later[0]).begins,
                )
            raise NoLedger(_("This ledger holds no plan yet; load one with: qplan load"))
        return PlanHead(*rows[0])

    def has_plan(self) -> bool:
        """Whether a plan was ever loaded."""
        return bool(self._rows.rows(statements.select("plan")))

    def departments(self) -> list[Department]:
        """All departments, in the plan's order."""
        return self._list(Department, "department", (), "position")

    def tasks(self, wanted: TaskFilter = TaskFilter()) -> list[Task]:  # noqa: B008 - immutable
        """Return the tasks that a filter selects, in its order."""
        statement, values = statements.tasks(wanted, joint=self._leads_jointly(wanted.lead))
        found = self._records(Task, statement, **values)
        if wanted.search is None:
            return found
        words = folded(wanted.search).split()
        return [task for task in found if mentions(task, words)][: wanted.limit]

    def count(self, wanted: TaskFilter) -> int:
        """Return how many tasks a filter selects, whatever its limit."""
        if wanted.search is not None:
            return len(self.tasks(wanted._replace(limit=None)))
        statement, values = statements.count(wanted, joint=self._leads_jointly(wanted.lead))
        return int(self._rows.rows(statement, **values)[0][0])

    def _leads_jointly(self, lead: str | tuple[str, ...] | None) -> bool:
        """Whether a department, or any of several, is a further lead of any task."""
        depts = () if lead is None else (lead,) if isinstance(lead, str) else lead
        return any(self._rows.rows(statements.LEADS_JOINTLY, lead=dept) for dept in depts)

    def task(self, text: str) -> Task:
        """The task with an id in any case, or with a clause of the plan's text; BadInput offers the nearest ones."""
        found = self._find(Task, "task", text) or self._with_clause(text)
        if found is None:
            raise UnknownTask(self._unknown(text), text)
        return found

    def _with_clause(self, text: str) -> Task | None:
        """Return the only task with a clause, as lists print it (专栏4-2); None where there is none or several."""
        wanted = folded(text)
        found = [
            task
            for task in self.tasks(TaskFilter(groups=True, retired=True))
            if wanted and folded(task.clause) == wanted
        ]
        return found[0] if len(found) == 1 else None

    def tasks_named(self, names: Sequence[str]) -> dict[str, Task]:
        """The tasks whose ids are written just so, by their ids: many at a time where :meth:`task` reads one."""
        statement = statements.by_ids("task")
        found: dict[str, Task] = {}
        for some in statements.some_ids(names):
            found.update((row.id, row) for row in self._records(Task, statement, **some))
        return found

    def milestones(
        self, task: str | None = None, due_before: str | None = None, *, retired: bool = False
    ) -> list[Milestone]:
        """Milestones in the order of their dates: all, of one task, or the undone due before a day."""
        where: tuple[str, ...] = () if retired else ("retired = 0",)
        values: dict[str, Any] = {}
        if task is not None:
            where, values = (*where, "task = :task"), {"task": task}
        if due_before is not None:
            where, values = (
                (*where, "done_on IS NULL", "due < :due_before"),
                {**values, "due_before": due_before},
            )
        return self._list(Milestone, "milestone", where, "due, id", **values)

    def milestone(self, text: str) -> Milestone | None:
        """One milestone by its id."""
        return self._find(Milestone, "milestone", text)

    def missed(self, before: str, tasks: Sequence[str] | None = None) -> dict[str, int]:
        """How many milestones of each task are due before the day and not done.

        A short list of tasks is asked for by its ids, so that the answer costs what the list is long.
        """
        if tasks is None or len(tasks) > MANY:
            return Counter(task for (task,) in self._rows.rows(statements.MISSED, before=before))
        return Counter(
            task
            for some in statements.some_ids(tasks)
            for (task,) in self._rows.rows(statements.MISSED_OF, before=before, **some)
        )

    def indicators(self) -> list[Indicator]:
        """All indicators and targets, in the plan's order."""
        return self._list(Indicator, "indicator", ("retired = 0",), "position")

    def indicator(self, text: str) -> Indicator | None:
        """One indicator by its id."""
        return self._find(Indicator, "indicator", text)

    def actuals(self, indicator: str | None = None) -> list[Actual]:
        """Figures of all indicators or of one, by their years."""
        where = ("retired = 0",) if indicator is None else ("retired = 0", "indicator = :indicator")
        values = {} if indicator is None else {"indicator": indicator}
        return self._list(Actual, "actual", where, "indicator, year, id", **values)

    def actual(self, ident: str) -> Actual | None:
        """The figure of an indicator and period (``I3/2024``, ``I3/2024-06``)."""
        return self._find(Actual, "actual", ident)

    def title(self, entity: str, ident: str) -> str | None:
        """What a task, a milestone (their title) or an indicator (its name) is called; None where there is no such record."""
        field = "name" if entity == "indicator" else "title"
        found = self._rows.rows(statements.select(entity, ("id = :id",), fields=(field,)), id=ident)
        return found[0][0] if found else None

    def any(self, entity: str, ident: str) -> Any:
        """The record of any entity by its id, or None."""
        return self._find(RECORDS[entity], entity, ident)

    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """Every record, by entity and id."""
        return {
            entity: {row[0]: record(*row) for row in self._rows.each(statements.select(entity))}
            for entity, record in RECORDS.items()
        }

    def _records(self, record: Callable[..., R], statement: str, **values: Any) -> list[R]:
        """Return the rows of a query as records, whose fields the query selects in their order."""
        # the record's own constructor would match arguments with fields for every row
        make: Any = partial(tuple.__new__, record)  # type: ignore[arg-type]
        return list(map(make, self._rows.rows(statement, **values)))

    def _list(
        self, record: type[R], entity: str, where: tuple[str, ...], order: str, **values: Any
    ) -> list[R]:
        return self._records(record, statements.select(entity, where, order), **values)

    def _find(self, record: type[R], entity: str, text: str) -> R | None:
        for ident in dict.fromkeys((text, text.upper())):
            if found := self._records(record, statements.by_id(entity), id=ident):
                return found[0]
        found = self._records(record, statements.by_folded_id(entity), id=plain(text).lower())
        return found[0] if found else None

    def _unknown(self, text: str) -> str:
        from difflib import get_close_matches

        known = [row[0] for row in self._rows.rows(statements.SUBJECTS)]
        near = get_close_matches(plain(text).upper(), known, 3, 0.5)
        if near:
            return _("There is no task {id}; the nearest: {near}.").format(id=text, near=joined(near))
        return _("There is no task {id}; list them with: qplan tasks").format(id=text)

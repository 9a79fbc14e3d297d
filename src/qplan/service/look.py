"""Reading a ledger on a day: tasks with their lights, one task whole, departments, indicators."""

import json
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from qplan.core import calendar
from qplan.core.calendar import Clock, Lateness, Light, WorkCalendar
from qplan.core.events import changes_in
from qplan.core.model import (
    GROUP,
    Actor,
    Actual,
    Brief,
    Department,
    Event,
    Indicator,
    Listed,
    Milestone,
    PlanHead,
    Task,
    TaskFilter,
    ids,
    listed,
)
from qplan.core.rules import Rules
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.store import Ledger


class Book(NamedTuple):
    """An open ledger on a day, with all that judging it takes."""

    ledger: Ledger
    plan: PlanHead
    clock: Clock
    departments: dict[str, Department]

    @property
    def today(self) -> date:
        """The day it is read on."""
        return self.clock.today

    def department_name(self, ident: str | None) -> str:
        """A department's name; the id itself where the plan no longer has it."""
        found = self.departments.get(ident or "")
        return found.name if found else ident or ""

    def names(self, listed: str | None) -> str:
        """The names of a list of departments, as people write them."""
        return "、".join(map(self.department_name, ids(listed)))


def clock_of(plan: PlanHead, today: date) -> Clock:
    """The rules and working days that a plan's head carries, on a day."""
    rules = Rules.parse(plan.rules)
    days = WorkCalendar(json.loads(plan.calendar or "{}"), rules.holidays, rules.workdays)
    begins = plan.issued if rules.schedule_starts == "issued" and plan.issued else plan.begins
    return Clock(today, rules, days, calendar.day(begins))


def open_book(ledger: Ledger, today: date, *, past: bool = False, seq: int | None = None) -> Book:
    """Open a ledger on a day; ``past`` (or a sequence number) returns it as it was then."""
    if seq is not None:
        last = ledger.head().seq
        if not 1 <= seq <= last:
            raise BadInput(
                _("--at-seq {seq}: the journal has the entries no. 1 to {last}.").format(seq=seq, last=last)
            )
    until = today.isoformat() if past else None
    wanted = ledger.at(until, seq) if past or seq is not None else ledger
    try:
        plan = wanted.plan()
        return Book(wanted, plan, clock_of(plan, today), {d.id: d for d in wanted.departments()})
    except BaseException:
        if wanted is not ledger:
            wanted.close()
        raise


@contextmanager
def opened(ledger: Ledger, today: date, *, past: bool = False, seq: int | None = None) -> Iterator[Book]:
    """A book that lets go of the past day it read, whose lock would keep others from writing."""
    book = open_book(ledger, today, past=past, seq=seq)
    try:
        yield book
    finally:
        if book.ledger is not ledger:
            book.ledger.close()


class Assessed(NamedTuple):
    """A task with what is derived from dates, never stored."""

    task: Task
    light: Light
    late: Lateness
    stale: bool

    @property
    def overdue(self) -> bool:
        """Open, and its deadline has passed."""
        return self.late.days > 0


Short = TypeVar("Short", Listed, Brief)


class Seen(NamedTuple, Generic[Short]):
    """A task in short, judged as :class:`Assessed` is; of its light the code."""

    task: Short
    light: str
    days_late: int
    stale: bool

    @property
    def overdue(self) -> bool:
        """Open, and its deadline has passed."""
        return self.days_late > 0


def seen(book: Book, found: list[Short], missed: Container[str]) -> list[Seen[Short]]:
    """Judge tasks in short; those that are alike in all that counts are judged once.

    ``missed`` holds the tasks that have missed a milestone. Not for rules that ask for a task's own
    history (``red_once_stays_yellow``).
    """
    clock = book.clock
    keys = [(t.kind, t.status, t.deadline, t.progress, t.id in missed) for t in found]
    judged = {key: alike(clock, *key)[:2] for key in set(keys)}
    silence = calendar.silence(clock)
    return [
        Seen(task, *judged[key], calendar.is_silent(task.status, task.last_update, silence))
        for key, task in zip(keys, found, strict=True)
    ]


def alike(
    clock: Clock, kind: str, status: str | None, deadline: str | None, progress: int | None, missed: bool
) -> tuple[str, int, bool]:
    """How all tasks stand that agree in what counts: the code of their light, days late, whether they fall due soon."""
    task = Brief("", kind, "", 0, None, None, deadline, status, progress)
    light = calendar.light_of(task, clock, missed).code
    return light, calendar.days_late(status, deadline, clock), calendar.due_soon(task, clock)


def shortened(items: Iterable[Assessed], short: Callable[[Task], Short]) -> list[Seen[Short]]:
    """Tasks that are held whole, in short."""
    return [Seen(short(item.task), item.light.code, item.late.days, item.stale) for item in items]


def assess(
    book: Book, task: Task, missed: int = 0, against: str = "deadline", was_red: bool = False
) -> Assessed:
    """Judge one task on the book's day, against its current or its original deadline."""
    clock = book.clock
    if task.status not in calendar.OPEN:
        return Assessed(task, calendar.light_of(task, clock), calendar.ON_TIME, False)
    due = task.original_deadline if against == "original" else task.deadline
    judged = task if due == task.deadline else task._replace(deadline=due)
    return Assessed(
        task,
        calendar.light_of(judged, clock, missed, was_red),
        calendar.lateness(due, clock),
        calendar.is_stale(task, clock),
    )


def assess_all(book: Book, tasks: list[Task], against: str = "deadline") -> list[Assessed]:
    """Judge a list of tasks."""
    missed = book.ledger.missed(book.today.isoformat(), [t.id for t in tasks])
    red = _once_red(book, tasks) if book.clock.rules.red_once_stays_yellow else ()
    return [assess(book, task, missed.get(task.id, 0), against, task.id in red) for task in tasks]


def _once_red(book: Book, tasks: list[Task]) -> set[str]:
    """The open tasks that showed red once, by their journal; asked only where the rules want it."""
    from qplan.core.history import was_red

    return {
        task.id
        for task in tasks
        if task.status in calendar.OPEN and was_red(book.ledger.events(task.id), book.clock)
    }


class Wanted(NamedTuple):
    """What a list is about: what SQL can ask, and what is derived."""

    where: TaskFilter = TaskFilter()
    light: str | None = None
    overdue: bool = False
    stale: int | None = None  #: days without a report; -1 asks the rules
    against: str = "deadline"


def tasks(book: Book, wanted: Wanted = Wanted()) -> list[Assessed]:  # noqa: B008 - immutable
    """The tasks that a list is about, judged, in the order asked for.

    Conditions on derived values are checked after the query, so a limit counts what is left.
    """
    where, exact = _query(book, wanted), _exact(wanted, book)
    judged = assess_all(
        book, book.ledger.tasks(where if exact else where._replace(limit=None)), wanted.against
    )
    if not exact:
        judged = [item for item in judged if _asked(item, wanted)]
    if where.groups:
        judged = with_groups(book, judged)
    return judged[: where.limit] if where.limit is not None else judged


def listing(book: Book, wanted: Wanted) -> list[Seen[Listed]]:
    """What :func:`tasks` lists, with no more of each task than a table shows."""
    plain = not wanted.where.groups and wanted.against == "deadline"
    if plain and _exact(wanted, book) and not book.clock.rules.red_once_stays_yellow:
        found = book.ledger.listed(_query(book, wanted))
        return seen(book, found, book.ledger.missed(book.today.isoformat(), [task.id for task in found]))
    return shortened(tasks(book, wanted), listed)


def _query(book: Book, wanted: Wanted) -> TaskFilter:
    """What SQL can ask of what is wanted."""
    where = wanted.where
    if wanted.overdue:
        where = where._replace(open=True)
        if wanted.against == "deadline":
            where = where._replace(due_before=_sooner(where.due_before, book.today.isoformat()))
    if wanted.stale is not None:
        where = silent(where, book.clock, None if wanted.stale < 0 else wanted.stale)
    return where


def silent(where: TaskFilter, clock: Clock, days: int | None = None) -> TaskFilter:
    """Those among the tasks of a filter that are stale: without a report for longer than the rules, or ``days``, allow."""
    return where._replace(open=True, silent=calendar.silence(clock, days))


def _exact(wanted: Wanted, book: Book) -> bool:
    """Whether the query alone answers: silence it knows, and what is overdue by a fixed deadline."""
    fixed = wanted.against == "deadline" and book.clock.rules.rest_day_deadline == "fixed"
    return wanted.light is None and (fixed or not wanted.overdue)


def _sooner(a: str | None, b: str) -> str:
    return b if a is None else min(a, b)


def _asked(item: Assessed, wanted: Wanted) -> bool:
    if item.task.kind == GROUP:
        return False
    if wanted.light is not None and item.light.code != wanted.light:
        return False
    return item.overdue or not wanted.overdue


def with_groups(book: Book, judged: list[Assessed]) -> list[Assessed]:
    """Give every heading the light of its most urgent member and the mean progress of all.

    The members are all leaves below the heading, whatever else a list left out.
    """
    if not any(item.task.kind == GROUP for item in judged):
        return judged
    leaves = assess_all(book, book.ledger.tasks())
    parents = {t.id: t.parent for t in book.ledger.tasks(TaskFilter(groups=True))}
    below: dict[str, list[Assessed]] = {}
    for leaf in leaves:
        parent = leaf.task.parent
        while parent is not None:
            below.setdefault(parent, []).append(leaf)
            parent = parents.get(parent)
    return [
        group_of(item, below.get(item.task.id, [])) if item.task.kind == GROUP else item for item in judged
    ]


def group_of(item: Assessed, members: list[Assessed]) -> Assessed:
    """A heading judged by its members."""
    if not members:
        return item
    mean = sum(m.task.progress or 0 for m in members) // len(members)
    return item._replace(
        task=item.task._replace(progress=mean), light=calendar.worst([m.light for m in members])
    )


class Measured(NamedTuple):
    """An indicator with its figures, the latest first asked for, and how far it is reached."""

    indicator: Indicator
    actuals: list[Actual]
    latest: Actual | None
    attainment: str | None  #: percent as decimal text, or ``met`` / ``not_met`` for yes-or-no targets
    light: str


class Move(NamedTuple):
    """An extension that was granted: when, from which deadline to which, by which document."""

    seq: int
    on: str
    before: str | None
    after: str
    late: bool  #: asked for after the deadline
    reason: str | None
    document: str | None


def moves(events: Iterable[Event]) -> list[Move]:
    """The extensions in a task's history, the oldest first; those undone are left out."""
    granted: dict[int, Move] = {}
    for event in events:
        if event.kind not in ("task.extend", "task.undo"):
            continue
        body = changes_in(event)
        info = body.get("info", {})
        if event.kind == "task.undo":
            granted.pop(info.get("undoes", 0), None)
            continue
        before, after = body["before"]["deadline"], body["after"]["deadline"]
        late = info.get("late") is True
        granted[event.seq] = Move(
            event.seq, event.effective_on, before, after, late, info.get("reason"), info.get("document")
        )
    return list(granted.values())


class Detail(NamedTuple):
    """One task whole."""

    item: Assessed
    parents: list[Task]
    members: list[Assessed]  #: of a heading
    milestones: list[Milestone]
    indicators: list[Measured]
    events: list[Event]


def task(book: Book, text: str) -> Detail:
    """A task by its id, with its milestones, indicators and history; BadInput for an unknown id."""
    ledger = book.ledger
    row = ledger.task(text)
    milestones = ledger.milestones(row.id)
    item = assess_all(book, [row])[0]
    members: list[Assessed] = []
    if row.kind == GROUP:
        members = assess_all(book, ledger.tasks(TaskFilter(under=row.id)))
        item = group_of(item, members)
    below = {row.id, *(m.task.id for m in members)}
    hung = [i for i in book.ledger.indicators() if not below.isdisjoint(ids(i.tasks))]
    history = ledger.events(row.id)
    for milestone in milestones:
        history += ledger.events(milestone.id)
    return Detail(item, _parents(book, row), members, milestones, measured(book, hung), sorted(history))


def _parents(book: Book, row: Task) -> list[Task]:
    chain: list[Task] = []
    while row.parent is not None:
        row = book.ledger.task(row.parent)
        chain.insert(0, row)
    return chain


def indicators(
    book: Book, dept: str | None = None, core: bool = False, year: int | None = None
) -> list[Measured]:
    """Indicators and targets with their figures; ``year`` judges by the figure of that year."""
    wanted = [
        indicator
        for indicator in book.ledger.indicators()
        if (indicator.core or not core)
        and (dept is None or dept == indicator.lead or dept in ids(indicator.support))
    ]
    return measured(book, wanted, year)


def measured(book: Book, wanted: list[Indicator], year: int | None = None) -> list[Measured]:
    """Indicators judged by their figures, up to a year."""
    if not wanted:
        return []
    from qplan.core import indicators as rules

    figures: dict[str, list[Actual]] = {}
    for actual in book.ledger.actuals():
        figures.setdefault(actual.indicator, []).append(actual)
    listed = []
    for indicator in wanted:
        actuals = [a for a in figures.get(indicator.id, []) if year is None or a.year <= year]
        latest = next((a for a in reversed(actuals) if year is None or a.year == year), None)
        attainment = rules.attainment(indicator, latest)
        light = rules.light(indicator, latest, book.today)
        listed.append(Measured(indicator, actuals, latest, attainment, light))
    return listed


def indicator(book: Book, text: str) -> Measured:
    """One indicator by its id; BadInput for an unknown one."""
    found = next((m for m in indicators(book) if m.indicator.id.lower() == text.lower()), None)
    if found is None:
        raise BadInput(_("There is no indicator {id}; list them with: qplan indicators").format(id=text))
    return found


def indicator_events(book: Book, measured: Measured) -> list[Event]:
    """The history of an indicator and of its figures."""
    subjects = [measured.indicator.id, *(actual.id for actual in measured.actuals)]
    return sorted(event for subject in subjects for event in book.ledger.events(subject))


def history(book: Book, text: str | None = None, last: int | None = None) -> list[Event]:
    """The journal, oldest first: all of it, or what happened to one record and to what hangs on it."""
    ledger = book.ledger
    if text is None:
        return ledger.events(last=last)
    subjects = [text]
    if indicator := ledger.indicator(text):
        subjects = [indicator.id, *(actual.id for actual in ledger.actuals(indicator.id))]
    elif (
        ledger.any("milestone", text) is None
        and ledger.any("department", text) is None
        and text != book.plan.id
    ):
        row = ledger.task(text)
        subjects = [row.id, *(milestone.id for milestone in ledger.milestones(row.id))]
    events = sorted(event for subject in subjects for event in ledger.events(subject))
    return events if last is None else events[max(0, len(events) - last) :]


def actor_or_office(book: Book, actor: Actor) -> Actor:
    """An actor who names no department acts for the office."""
    return actor if actor.dept else actor._replace(dept=book.plan.office)

"""Reading a ledger on a day: tasks with their lights, one task in detail, indicators, the journal."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Clock, Lateness, Light, clock_of
from qplan.core.events import changes_in
from qplan.core.model import (
    GROUP,
    OPEN,
    Actual,
    Department,
    Event,
    Indicator,
    Milestone,
    PlanHead,
    Task,
    TaskFilter,
    ids,
)
from qplan.core.names import folded, short_name, shown
from qplan.core.own import Condition
from qplan.core.pace import pace_of
from qplan.core.rollup import mean_progress, total_quantity
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.store import Ledger


class Snapshot(NamedTuple):
    """A ledger on a day, with what assessing its tasks needs."""

    ledger: Ledger
    plan: PlanHead
    clock: Clock
    departments: dict[str, Department]

    @property
    def today(self) -> date:
        """The day it is read on."""
        return self.clock.today

    def department_name(self, ident: str | None) -> str:
        """A department's official name, else its short one; the id itself where the plan no longer has it."""
        found = self.departments.get(ident or "")
        return found.title if found else ident or ""

    def short_names(self) -> dict[str, str]:
        """Official name of a department -> what it is called where there is little space."""
        return {one.title: short_name(one) for one in self.departments.values()}

    def leads(self, task: Task) -> str:
        """The names of the departments that lead a task."""
        return self.plan.comma.join(map(self.department_name, task.leads))

    def names(self, listed: str | None) -> str:
        """The names of a list of departments, as people write them."""
        return self.plan.comma.join(map(self.department_name, ids(listed)))


def open_snapshot(ledger: Ledger, today: date, *, past: bool = False, seq: int | None = None) -> Snapshot:
    """Return a ledger with what assessments on a day need, of today's rows or, if ``past`` or with a
    sequence number, of the rows as they were; BadInput for a number that the journal does not have.
    """
    if seq is not None:
        last = ledger.head().seq
        if not 1 <= seq <= last:
            raise BadInput(
                _("--at-seq {seq}: the journal has the entries no. 1 to {last}."), seq=seq, last=last
            )
    then = ledger.at(today.isoformat() if past else None, seq) if past or seq is not None else ledger
    try:
        return snapshot_of(then, today)
    except BaseException:
        if then is not ledger:
            then.close()
        raise


def snapshot_of(ledger: Ledger, today: date) -> Snapshot:
    """Return the rows of a ledger with what assessments on a day need."""
    plan = ledger.plan()
    departments = {department.id: department for department in ledger.departments()}
    return Snapshot(ledger, plan, clock_of(plan, today), departments)


@contextmanager
def snapshot(
    ledger: Ledger, today: date, *, past: bool = False, seq: int | None = None
) -> Iterator[Snapshot]:
    """A context with a snapshot (:func:`open_snapshot`), whose rows of a past day are closed at its end."""
    opened = open_snapshot(ledger, today, past=past, seq=seq)
    try:
        yield opened
    finally:
        if opened.ledger is not ledger:
            opened.ledger.close()


class AssessedTask(NamedTuple):
    """A task with what is derived for a day and never stored."""

    task: Task
    light: Light
    late: Lateness
    stale: bool
    handed_on: str | None = None  #: the day it was handed over, of a task that was never reported on

    @property
    def overdue(self) -> bool:
        """Open, and its deadline has passed."""
        return self.late.days > 0


def assess(
    snapshot: Snapshot, task: Task, missed: int = 0, against: str = "deadline", was_red: bool = False,
    handed_on: str | None = None,
) -> AssessedTask:  # fmt: skip
    """Assess one task on the snapshot's day, against its current or its original deadline.

    ``missed`` counts its milestones that are past due and not done; ``handed_on`` is the day on which it
    was handed over, of a task that was never reported on.
    """
    clock = snapshot.clock
    task = with_persons(task, snapshot.departments, snapshot.plan.comma)
    if task.status not in OPEN or task.retired:
        return AssessedTask(task, calendar.light_of(task, clock), calendar.ON_TIME, False)
    due = task.original_deadline if against == "original" else task.deadline
    dated = task if due == task.deadline else task._replace(deadline=due)
    return AssessedTask(
        task,
        calendar.light_of(dated, clock, missed, was_red),
        calendar.lateness(due, clock),
        calendar.is_stale(task, clock, handed_on=handed_on),
        handed_on,
    )


def with_persons(task: Task, departments: Mapping[str, Department], comma: str) -> Task:
    """The task with the persons that apply: those set by actions, else the plan's, else those of each lead."""
    persons: dict[str, Any] = {}
    leads = [departments[one] for one in task.leads if one in departments]
    leads = [one for one in leads if one.leader or one.owner or one.contact]
    if not (leads or task.plan_leader or task.plan_owner or task.plan_contact):
        return task
    for name in ("leader", "owner", "contact"):
        if getattr(task, name):
            continue
        given = getattr(task, f"plan_{name}")
        given = given or comma.join(dict.fromkeys(filter(None, (getattr(one, name) for one in leads))))
        if given:
            persons[name] = given
    return task._replace(**persons) if persons else task


def assess_all(snapshot: Snapshot, tasks: list[Task], against: str = "deadline") -> list[AssessedTask]:
    """Assess a list of tasks."""
    missed = snapshot.ledger.missed(snapshot.today.isoformat(), [task.id for task in tasks])
    red = _once_red(snapshot, tasks) if snapshot.clock.rules.red_once_stays_yellow else ()
    handed = _handed_over(snapshot, tasks)
    return [
        assess(snapshot, task, missed.get(task.id, 0), against, task.id in red, handed.get(task.id))
        for task in tasks
    ]


def _handed_over(snapshot: Snapshot, tasks: list[Task]) -> dict[str, str | None]:
    """The days on which open tasks were handed over that nobody has reported on, by their journal."""
    from qplan.core.events import handed_over_on

    silent = [task.id for task in tasks if task.status in OPEN and task.last_update is None]
    offset = snapshot.plan.utc_offset
    histories = snapshot.ledger.assignments(silent) if silent else {}
    return {ident: handed_over_on(history, offset) for ident, history in histories.items()}


def _once_red(snapshot: Snapshot, tasks: list[Task]) -> set[str]:
    """The open tasks that showed red once, by their journal; read only where the rules ask for it."""
    from qplan.core.history import was_red

    return {
        task.id
        for task in tasks
        if task.status in OPEN and was_red(snapshot.ledger.events(task.id), snapshot.clock)
    }


#: For :attr:`TaskQuery.stale`: as many days as the rules allow.
BY_RULES = -1


class TaskQuery(NamedTuple):
    """Which tasks a list shows: what the database selects, and what is derived."""

    where: TaskFilter = TaskFilter()
    lights: tuple[str, ...] = ()  #: any of them; all where there is none
    overdue: bool = False
    stale: int | None = None  #: more than so many days without a report, or :data:`BY_RULES`
    leader: str | None = None  #: part of the name of the leader in charge
    owner: str | None = None  #: part of the name of the responsible person
    own: tuple[Condition, ...] = ()  #: conditions on the plan's own columns, all of which hold
    against: str = "deadline"
    paces: tuple[str, ...] = ()  #: any of them; all where there is none

    @property
    def narrowed(self) -> bool:
        """Whether it selects by more than one department that leads."""
        lead = self.where.lead
        return self != TaskQuery(TaskFilter(lead=lead if isinstance(lead, str) else None))

    def led_by(self, lead: str) -> "TaskQuery":
        """The same of the tasks that a department leads."""
        return self._replace(where=self.where._replace(lead=lead))


def tasks(snapshot: Snapshot, query: TaskQuery = TaskQuery()) -> list[AssessedTask]:  # noqa: B008 - immutable
    """Return the tasks that a query selects, assessed, in its order.

    Conditions on derived values are checked after the database's, so a limit counts what is left.
    """
    where, decided = _selection(snapshot, query), _is_decided(snapshot, query)
    rows = snapshot.ledger.tasks(where if decided else where._replace(limit=None))
    found = assess_all(snapshot, rows, query.against)
    if not decided:
        found = [item for item in found if _matches(item, query, snapshot.clock)]
    if where.groups:
        found = with_groups(snapshot, found)
    return found[: where.limit] if where.limit is not None else found


def total(snapshot: Snapshot, query: TaskQuery, listed: list[AssessedTask]) -> int:
    """Return how many tasks, headings left out, a query would list without its limit."""
    where = query.where._replace(limit=None)
    if query.where.limit is None or len(listed) < query.where.limit:
        return sum(item.task.kind != GROUP for item in listed)
    if _is_decided(snapshot, query) and not where.groups:
        return snapshot.ledger.count(_selection(snapshot, query._replace(where=where)))
    return sum(item.task.kind != GROUP for item in tasks(snapshot, query._replace(where=where)))


def _selection(snapshot: Snapshot, query: TaskQuery) -> TaskFilter:
    """The smallest selection of the database that holds all tasks of a query."""
    where = query.where
    if query.overdue or query.stale is not None:
        where = where._replace(open=True)
    if query.overdue and query.against == "deadline":
        today = snapshot.today.isoformat()
        where = where._replace(due_before=min(where.due_before or today, today))
    return where


def _is_decided(snapshot: Snapshot, query: TaskQuery) -> bool:
    """Whether the selection holds nothing but the tasks of a query: a limit is then the database's."""
    fixed = query.against == "deadline" and snapshot.clock.rules.rest_day_deadline == "fixed"
    derived = query._replace(where=TaskFilter(), against="deadline", overdue=query.overdue and not fixed)
    return derived == TaskQuery()


def _matches(item: AssessedTask, query: TaskQuery, clock: Clock) -> bool:
    if item.task.kind == GROUP:
        return False
    if query.lights and item.light.code not in query.lights:
        return False
    if query.paces and pace_of(item.task, clock) not in query.paces:
        return False
    if query.stale is not None:
        days = None if query.stale == BY_RULES else query.stale
        if not calendar.is_stale(item.task, clock, days, item.handed_on):
            return False
    if not _names_person(query.leader, item.task.leader) or not _names_person(query.owner, item.task.owner):
        return False
    if not all(condition.holds(item.task) for condition in query.own):
        return False
    return item.overdue or not query.overdue


def _names_person(wanted: str | None, name: str | None) -> bool:
    return wanted is None or folded(wanted) in folded(name or "")


def with_groups(snapshot: Snapshot, items: list[AssessedTask]) -> list[AssessedTask]:
    """Give every heading the light of its most urgent member and the mean progress of all.

    The members are all leaves below the heading, whatever else a list left out.
    """
    if not any(item.task.kind == GROUP for item in items):
        return items
    leaves = assess_all(snapshot, snapshot.ledger.tasks())
    parents = {task.id: task.parent for task in snapshot.ledger.tasks(TaskFilter(groups=True))}
    below: dict[str, list[AssessedTask]] = {}
    for leaf in leaves:
        parent = leaf.task.parent
        while parent is not None:
            below.setdefault(parent, []).append(leaf)
            parent = parents.get(parent)
    return [
        assess_group(item, below.get(item.task.id, [])) if item.task.kind == GROUP else item for item in items
    ]


def assess_group(item: AssessedTask, members: list[AssessedTask]) -> AssessedTask:
    """Return a heading with the light, progress and quantity of its members."""
    if not members:
        return item
    below = [member.task for member in members]
    task = total_quantity(item.task, below)._replace(progress=mean_progress(below, by_quantity=True))
    return item._replace(task=task, light=calendar.worst([member.light for member in members]))


class AssessedIndicator(NamedTuple):
    """An indicator with its figures, the latest first asked for, and how far it is reached."""

    indicator: Indicator
    actuals: list[Actual]
    latest: Actual | None
    attainment: str | None  #: percent as decimal text, or ``met`` / ``not_met`` for yes-or-no targets
    light: str
    lacking: str | None = None  #: the latest period of which only some of its parts have a figure
    missing: tuple[str, ...] = ()  #: the parts that have none of it


class Extension(NamedTuple):
    """An extension that was granted: when, from which deadline to which, by which document."""

    seq: int
    on: str
    before: str | None
    after: str
    late: bool  #: asked for after the deadline
    reason: str | None
    document: str | None


def extensions(events: Iterable[Event]) -> list[Extension]:
    """The extensions in a task's history, the oldest first; those undone are left out."""
    granted: dict[int, Extension] = {}
    for event in events:
        if event.kind not in ("task.extend", "task.undo"):
            continue
        body = changes_in(event)
        info = body.get("info", {})
        if event.kind == "task.undo":
            granted.pop(info.get("undoes", 0), None)
            continue
        if "deadline" not in body["after"]:
            continue  # written past the program: it moved nothing
        before, after = body["before"]["deadline"], body["after"]["deadline"]
        late = info.get("late") is True
        granted[event.seq] = Extension(
            event.seq, event.effective_on, before, after, late, info.get("reason"), info.get("document")
        )
    return list(granted.values())


class TaskDetail(NamedTuple):
    """One task with all that is known about it."""

    item: AssessedTask
    parents: list[Task]
    members: list[AssessedTask]  #: of a heading
    milestones: list[Milestone]
    indicators: list[AssessedIndicator]
    events: list[Event]


def task(snapshot: Snapshot, text: str) -> TaskDetail:
    """A task by its id, with its milestones, indicators and history; BadInput for an unknown id."""
    ledger = snapshot.ledger
    row = ledger.task(text)
    milestones = ledger.milestones(row.id)
    item = assess_all(snapshot, [row])[0]
    members: list[AssessedTask] = []
    if row.kind == GROUP:
        members = assess_all(snapshot, ledger.tasks(TaskFilter(under=row.id)))
        item = assess_group(item, members)
    below = {row.id, *(m.task.id for m in members)}
    attached = [i for i in snapshot.ledger.indicators() if not below.isdisjoint(ids(i.tasks))]
    history = ledger.events(row.id)
    for milestone in ledger.milestones(row.id, retired=True):
        history += ledger.events(milestone.id)
    return TaskDetail(
        item,
        _parents(snapshot, row),
        members,
        milestones,
        assess_indicators(snapshot, attached),
        sorted(history),
    )


def _parents(snapshot: Snapshot, row: Task) -> list[Task]:
    chain: list[Task] = []
    while row.parent is not None:
        row = snapshot.ledger.task(row.parent)
        chain.insert(0, row)
    return chain


def indicators(
    snapshot: Snapshot, dept: str | None = None, core: bool = False, year: int | None = None
) -> list[AssessedIndicator]:
    """Indicators and targets with their figures; ``year`` assesses by the figure of that year."""
    wanted = [
        indicator
        for indicator in snapshot.ledger.indicators()
        if (indicator.core or not core)
        and (dept is None or dept == indicator.lead or dept in ids(indicator.support))
    ]
    return assess_indicators(snapshot, wanted, year)


def assess_indicators(
    snapshot: Snapshot, wanted: list[Indicator], year: int | None = None
) -> list[AssessedIndicator]:
    """Return indicators assessed by their figures, up to a year."""
    if not wanted:
        return []
    from qplan.core import indicators as rules

    reported: dict[str, list[Actual]] = {}
    for actual in snapshot.ledger.actuals():
        if year is None or actual.year <= year:
            reported.setdefault(actual.indicator, []).append(actual)
    known = {one.id: one for one in snapshot.ledger.indicators()} if any(i.parts for i in wanted) else {}
    listed = []
    for indicator in wanted:
        actuals, lacking, missing = rules.figures_of(indicator, known, reported)
        latest = next((a for a in reversed(actuals) if year is None or a.year == year), None)
        before = rules.compared_with(indicator, actuals, latest)
        attainment = rules.attainment(indicator, latest, before)
        light = rules.light(indicator, latest, snapshot.today, before)
        listed.append(AssessedIndicator(indicator, actuals, latest, attainment, light, lacking, missing))
    return listed


def indicator(snapshot: Snapshot, text: str) -> AssessedIndicator:
    """One indicator by its id; BadInput for an unknown one."""
    found = snapshot.ledger.indicator(text)
    if found is None:
        raise BadInput(_("There is no indicator {id}; list them with: qplan indicators"), id=shown(text))
    return assess_indicators(snapshot, [found])[0]


def indicator_events(snapshot: Snapshot, measured: AssessedIndicator) -> list[Event]:
    """The history of an indicator and of its figures."""
    subjects = [measured.indicator.id, *(actual.id for actual in measured.actuals)]
    return sorted(event for subject in subjects for event in snapshot.ledger.events(subject))

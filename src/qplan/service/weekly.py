"""The week in lists and counts, as it is circulated."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Week
from qplan.core.model import ASSIGNED, BLOCKED, CLOSED, OPEN, SUBMITTED, TERMINATED
from qplan.core.workflow import needs_coordination
from qplan.ledger.store import Ledger
from qplan.service import counts, queries
from qplan.service.changes import Changes, changes
from qplan.service.counts import Count
from qplan.service.overdue import OverdueTask, with_escalation
from qplan.service.queries import AssessedIndicator, AssessedTask, Snapshot, TaskQuery

if TYPE_CHECKING:
    from qplan.service.reporting import Reported
    from qplan.service.trend import Point

#: A deadline this near is named beside those within the days of the rules.
NEAR_DAYS = 7


class Quarter(NamedTuple):
    """The deadlines and milestones of a quarter: how many are done, missed, and still ahead."""

    name: str  #: ``2025Q4``
    done: int
    missed: int
    ahead: int


class Weekly(NamedTuple):
    """A week's lists and counts. Lists of overdue and due tasks are in the order of the deadlines,
    the others in the order of the plan.
    """

    week: Week
    as_of: date
    total: Count
    overdue: list[OverdueTask]
    newly_overdue: list[OverdueTask]
    due_near: list[AssessedTask]  #: within a week
    due_soon: list[AssessedTask]  #: within the days of the rules, those within a week included
    stale: list[AssessedTask]
    progress: Changes  #: what happened in the week
    reporting: "Reported | None"  #: the last period that was due; None where the rules have no duty to report
    blocked: list[AssessedTask]
    coordination: list[AssessedTask]  #: blocked, or with a need that its lead reported
    extension_requests: list[AssessedTask]  #: waiting for the office's decision
    unaccepted: list[AssessedTask]  #: handed over, begun, and accepted by nobody yet
    closed: list[AssessedTask]
    submitted: list[AssessedTask]
    by_dept: list[Count]
    indicators: list[AssessedIndicator]  #: those that are red; of a department those that it leads
    core: list[AssessedIndicator]  #: the core indicators, all of them
    #: computed only for the formats that show them, while the ledger is open
    trend: Callable[[], "list[Point]"]
    timeline: Callable[[], list[Quarter]]


@contextmanager
def weekly(
    ledger: Ledger,
    today: date,
    week: Week,
    query: TaskQuery = TaskQuery(),  # noqa: B008 - immutable
    seq: int | None = None,
) -> Iterator[tuple[Snapshot, Weekly]]:
    """A context with the list of an ISO week: of the tasks of a query, as the ledger was on the week's last day.

    The same ledger and week give the same list on any later day: entries effective after the week do
    not apply. A week that is not over is listed as of today.
    """
    with queries.snapshot(ledger, min(week.last, today), past=True, seq=seq) as snapshot:
        before: dict[str, tuple[str, ...]] = {}
        eve = calendar.shifted(week.first, -1)
        if eve.isoformat() >= snapshot.plan.begins:
            with snapshot.ledger.past(eve.isoformat(), seq) as then:
                late = queries.tasks(queries.snapshot_of(then, eve), query._replace(overdue=True))
                before = {item.task.id: item.task.leads or ("",) for item in late}
        yield snapshot, _week_of(snapshot, week, query, before)


def _week_of(snapshot: Snapshot, week: Week, query: TaskQuery, before: dict[str, tuple[str, ...]]) -> Weekly:
    """Return the week; ``before`` holds the tasks that were overdue the week before with their leads."""
    items = queries.tasks(snapshot, query)
    by_deadline = sorted(items, key=lambda item: (item.task.deadline or "", item.task.position))
    overdue = [with_escalation(snapshot, item) for item in by_deadline if item.overdue]
    total, by_dept = counts.by_department(snapshot, items)
    leads = Counter(lead for leading in before.values() for lead in leading)
    lead = query.where.lead
    dept = lead if isinstance(lead, str) else None
    indicators = queries.indicators(snapshot, dept)

    def with_status(status: str) -> list[AssessedTask]:
        return [item for item in items if item.task.status == status]

    return Weekly(
        week=week,
        as_of=snapshot.today,
        total=total._replace(change=len(overdue) - len(before)),
        overdue=overdue,
        newly_overdue=[late for late in overdue if late.item.task.id not in before],
        due_near=[item for item in by_deadline if _is_near(item, snapshot)],
        due_soon=[item for item in by_deadline if calendar.due_soon(item.task, snapshot.clock)],
        stale=[item for item in items if item.stale],
        progress=changes(snapshot, week.first, items, lead),
        reporting=_reported(snapshot, query),
        blocked=with_status(BLOCKED),
        coordination=[item for item in items if needs_coordination(item.task)],
        extension_requests=[item for item in items if item.task.extension_to and item.task.status in OPEN],
        unaccepted=[
            item for item in with_status(ASSIGNED) if not calendar.not_begun(item.task, snapshot.clock)
        ],
        closed=[item for item in with_status(CLOSED) if _within(item.task.closed_on, week)],
        submitted=with_status(SUBMITTED),
        by_dept=[one._replace(change=one.overdue - leads[one.key]) for one in by_dept],
        indicators=[one for one in indicators if one.light == "red" and dept in (None, one.indicator.lead)],
        core=[one for one in indicators if one.indicator.core],
        trend=list if query.narrowed else partial(_trend, snapshot, dept),
        timeline=partial(timeline, snapshot, items),
    )


def _trend(snapshot: Snapshot, dept: str | None) -> "list[Point]":
    from qplan.service.trend import overdue_trend

    return overdue_trend(snapshot, dept)


def _reported(snapshot: Snapshot, query: TaskQuery) -> "Reported | None":
    if snapshot.clock.rules.reporting is None:
        return None
    from qplan.service.reporting import reporting

    return reporting(snapshot, query=query)


#: Days after the plan's end, or after today, that a timeline still shows.
SHOWN_DAYS = 3660


def timeline(snapshot: Snapshot, items: Sequence[AssessedTask]) -> list[Quarter]:
    """Return the deadlines and milestones of tasks quarter by quarter, without a gap.

    Days before the plan and long after it (:data:`SHOWN_DAYS`) are left out.
    What a terminated task left undone no longer falls due; neither does an open milestone of a
    task that is closed.
    """
    today = snapshot.today.isoformat()
    found: dict[str, Counter[str]] = {}

    last = calendar.shifted(max(snapshot.today, calendar.day(snapshot.plan.ends)), SHOWN_DAYS).isoformat()

    def add(day: str, outcome: str) -> None:
        if snapshot.plan.begins <= day <= last:
            found.setdefault(_quarter(day), Counter())[outcome] += 1

    for item in items:
        if item.task.deadline is not None and item.task.status != TERMINATED:
            outcome = "done" if item.task.status == CLOSED else "missed" if item.overdue else "ahead"
            add(item.task.deadline, outcome)
    statuses = {item.task.id: item.task.status for item in items}
    for milestone in snapshot.ledger.milestones():
        if milestone.task not in statuses:
            continue
        if milestone.done_on is not None and milestone.done_on <= today:
            add(milestone.due, "done")
        elif statuses[milestone.task] in OPEN:
            add(milestone.due, "missed" if milestone.due < today else "ahead")
    if not found:
        return []
    empty: Counter[str] = Counter()
    return [
        Quarter(name, one["done"], one["missed"], one["ahead"])
        for name in _quarters(min(found), max(found))
        for one in (found.get(name, empty),)
    ]


def _quarter(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


def _quarters(first: str, last: str) -> list[str]:
    start, end = (int(name[:4]) * 4 + int(name[5]) - 1 for name in (first, last))
    return [f"{number // 4}Q{number % 4 + 1}" for number in range(start, end + 1)]


def _is_near(item: AssessedTask, snapshot: Snapshot) -> bool:
    """Whether an open task falls due within a week."""
    if item.task.status not in OPEN or item.overdue or item.task.deadline is None:
        return False
    return calendar.deadline_status(item.task.deadline, snapshot.clock).left <= NEAR_DAYS


def _within(day: str | None, week: Week) -> bool:
    return day is not None and week.first.isoformat() <= day <= week.last.isoformat()


def last_complete_week(today: date) -> Week:
    """Return the week that ended last Sunday."""
    return Week.of(calendar.shifted(today, -7))

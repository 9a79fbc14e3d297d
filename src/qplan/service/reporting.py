"""Who has reported in a period, in time, late, without content or not at all, by the plan's duty to report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.calendar import shifted
from qplan.core.events import changes_in, drop_undone, local_day, local_time
from qplan.core.model import Event, Task, ids
from qplan.core.reporting import (
    EMPTY,
    IN_TIME,
    LATE,
    MISSING,
    OUTCOMES,
    PENDING,
    TEXTS,
    Period,
    has_content,
    last_due,
)
from qplan.core.rules import Reporting
from qplan.core.workflow import ANSWERS
from qplan.errors import BadInput, Refused
from qplan.i18n import _
from qplan.service import queries
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery

#: Kinds of entries by which a lead reports on its task.
REPORTS = frozenset({*(f"task.{action}" for action in ANSWERS), "milestone.done"})


class TaskReport(NamedTuple):
    """What became of the report on a task in a period."""

    item: AssessedTask  #: as it was on the cut-off
    outcome: str  #: one of :data:`qplan.core.reporting.OUTCOMES`
    event: Event | None  #: the report that decides; None without one
    on: str | None  #: the day on which it was made


class DepartmentReport(NamedTuple):
    """A department's reports in a period, one for each task that it leads and of which one was owed."""

    dept: str
    tasks: list[TaskReport]

    @property
    def owed(self) -> int:
        """How many reports it owed."""
        return len(self.tasks)

    def number(self, outcome: str) -> int:
        """How many of them had an outcome."""
        return sum(one.outcome == outcome for one in self.tasks)


class Reported(NamedTuple):
    """A period with its cut-off and what each department reported, in the plan's order."""

    period: Period
    cut_off: date
    rules: Reporting
    departments: list[DepartmentReport]

    def totals(self) -> dict[str, int]:
        """How many tasks had which outcome; one with several leads counts once."""
        found = {one.item.task.id: one.outcome for dept in self.departments for one in dept.tasks}
        return {outcome: list(found.values()).count(outcome) for outcome in OUTCOMES}


def duty(snapshot: Snapshot) -> Reporting:
    """The rules of the duty to report; Refused where the plan has none."""
    rules = snapshot.clock.rules.reporting
    if rules is None:
        raise Refused(
            _("The rules of this plan name no day by which departments report; add it to rules.yaml (reporting: {every: week, due: 5}) and load the plan again.")
        )  # fmt: skip
    return rules


def reporting(
    snapshot: Snapshot,
    period: Period | None = None,
    query: TaskQuery = TaskQuery(),  # noqa: B008 - immutable
) -> Reported:
    """Return what was reported in a period, by default the last one whose cut-off has come, on the tasks of a query.

    A report is owed on each task that was open and not submitted on the cut-off, and on each that was
    reported on. Refused where the plan has no duty to report; BadInput for a period before the plan.
    """
    rules = duty(snapshot)
    period = period or _last_owed(snapshot, rules)
    if period.last.isoformat() < snapshot.plan.begins:
        raise BadInput(
            _("{period} is over before the plan begins ({begins}): no report was owed."),
            period=period,
            begins=snapshot.plan.begins,
        )
    cut_off = period.cut_off(rules, snapshot.clock)
    reports = _reports(snapshot, period.first, shifted(cut_off, rules.late_days))
    day = min(cut_off, snapshot.today)
    with snapshot.ledger.past(day.isoformat(), snapshot.ledger.seq) as then:
        past = snapshot._replace(ledger=then, clock=snapshot.clock.on(day))
        items = queries.tasks(past, query)
    made_up = _made_up(snapshot, rules, period, items, reports)
    groups: dict[str, list[TaskReport]] = {ident: [] for ident in snapshot.departments}
    for item in items:
        events = [event for event in reports.get(item.task.id, []) if event.seq not in made_up]
        one = _outcome(snapshot, item, events, rules, cut_off)
        if one.event is not None or calendar.expects_report(item.task, past.clock):
            for lead in item.task.leads:
                groups.setdefault(lead, []).append(one)
    leads = query.where.lead
    wanted = (leads,) if isinstance(leads, str) else leads
    found = [
        DepartmentReport(dept, tasks)
        for dept, tasks in groups.items()
        if tasks and (wanted is None or dept in wanted)
    ]
    return Reported(period, cut_off, rules, found)


def _last_owed(snapshot: Snapshot, rules: Reporting) -> Period:
    """Return the last period that was due; the present one where none has been since the plan began."""
    period = last_due(rules, snapshot.clock)
    if period.last.isoformat() < snapshot.plan.begins:
        return Period.of(rules.every, snapshot.today)
    return period


def _reports(snapshot: Snapshot, first: date, last: date) -> dict[str, list[Event]]:
    """Task -> the entries of some days by which its leads, or the office for them, reported on it."""
    found: dict[str, list[Event]] = {}
    for event in drop_undone(snapshot.ledger.events_between(first.isoformat(), last.isoformat())):
        if event.kind in REPORTS:
            found.setdefault(event.subject.partition("/")[0], []).append(event)
    return found


def _made_up(
    snapshot: Snapshot, rules: Reporting, period: Period, items: Iterable[AssessedTask],
    reports: Mapping[str, Sequence[Event]],
) -> set[int]:  # fmt: skip
    """Return the entries of a period's first days that count, late, for the period before."""
    last = shifted(period.before.cut_off(rules, snapshot.clock), rules.late_days).isoformat()
    tasks = {
        item.task.id: item.task
        for item in items
        if any(event.effective_on <= last for event in reports.get(item.task.id, ()))
    }
    histories: dict[str, list[Event]] = {}
    if tasks:
        for event in drop_undone(snapshot.ledger.events_between(snapshot.plan.begins, last)):
            if (ident := event.subject.partition("/")[0]) in tasks:
                histories.setdefault(ident, []).append(event)
    found: set[int] = set()
    for ident, history in histories.items():
        found |= _late_reports(snapshot, rules, tasks[ident], history, period)
    return found


def _late_reports(
    snapshot: Snapshot, rules: Reporting, task: Task, history: Sequence[Event], before: Period
) -> set[int]:
    """Return the entries on a task that count, late, for the periods before one: those of one day for each."""
    reports = [event for event in history if event.kind in REPORTS]
    period, found = Period.of(rules.every, date.fromisoformat(reports[0].effective_on)).before, set[int]()
    while period.first < before.first:
        cut_off = period.cut_off(rules, snapshot.clock)
        first, last = period.first.isoformat(), shifted(cut_off, rules.late_days).isoformat()
        own = [one for one in reports if first <= one.effective_on <= last and one.seq not in found]
        best = _best(snapshot, own, rules, cut_off)
        if best and best[0] == LATE and _was_owed(snapshot, task, history, cut_off):
            found |= {one.seq for one in own if _made(snapshot, one, rules, cut_off)[0] == best[2]}
        period = period.after
    return found


def _was_owed(snapshot: Snapshot, task: Task, history: Sequence[Event], cut_off: date) -> bool:
    """Whether a report on a task was owed on a past day, by the status that its entries gave it."""
    status = None
    for event in history:
        if event.effective_on <= cut_off.isoformat():
            status = changes_in(event)["after"].get("status", status)
    return calendar.expects_report(task._replace(status=status), snapshot.clock.on(cut_off))


def _outcome(
    snapshot: Snapshot, item: AssessedTask, events: Sequence[Event], rules: Reporting, cut_off: date
) -> TaskReport:
    """What became of the report on a task: the best of its reports decides."""
    if best := _best(snapshot, events, rules, cut_off):
        return TaskReport(item, *best)
    passed = snapshot.today > cut_off
    return TaskReport(item, MISSING if passed else PENDING, None, None)


def _best(
    snapshot: Snapshot, events: Iterable[Event], rules: Reporting, cut_off: date
) -> tuple[str, Event, str] | None:
    """Return the outcome of the best of several reports, its entry and its day; None where none is a report."""
    best: tuple[str, Event, str] | None = None
    for event in events:
        if _is_mere_acceptance(event):
            continue
        on, late = _made(snapshot, event, rules, cut_off)
        outcome = (LATE if late else IN_TIME) if _has_content(event, rules) else EMPTY
        if best is None or OUTCOMES.index(outcome) < OUTCOMES.index(best[0]):
            best = outcome, event, on
    return best


def _made(snapshot: Snapshot, event: Event, rules: Reporting, cut_off: date) -> tuple[str, bool]:
    """The day on which a report was made, and whether that was after the cut-off.

    A department's own report was made when it was recorded, whatever day it names; what the office
    enters for a lead was made on the day that it names.
    """
    offset = snapshot.plan.utc_offset
    if ids(changes_in(event).get("info", {}).get("on_behalf_of")):
        return event.effective_on, event.effective_on > cut_off.isoformat()
    on = max(event.effective_on, local_day(event.recorded_at, offset))
    if on == cut_off.isoformat() and rules.time is not None:
        return on, local_time(event.recorded_at, offset)[11:16] > rules.time
    return on, on > cut_off.isoformat()


def _is_mere_acceptance(event: Event) -> bool:
    """Whether a lead only accepted its task, which is no report."""
    after = changes_in(event)["after"]
    return event.kind == "task.accept" and not any(
        after.get(name) for name in (*TEXTS, "progress", "evidence")
    )


def _has_content(event: Event, rules: Reporting) -> bool:
    body = changes_in(event)
    if event.kind == "milestone.done":
        return True
    after = body["after"]
    if event.kind == "task.accept":  # accepting is no content by itself
        after = {name: value for name, value in after.items() if name != "status"}
    return has_content(body["before"], after, rules.empty)

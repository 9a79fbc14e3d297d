"""The yearly assessment (四(三)): points per department, each from what the ledger already has."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.events import changes_in, drop_undone, local_day
from qplan.core.model import CLOSED, OPEN, SUBMITTED, TERMINATED, Event
from qplan.core.reporting import EMPTY, LATE, MISSING, last_due
from qplan.core.rollup import weight
from qplan.core.rules import Rules
from qplan.service import queries
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery
from qplan.service.reporting import reporting

#: What became of a report -> the rule that takes points off for it.
OFF = {LATE: "off_reported_late", EMPTY: "off_reported_empty", MISSING: "off_not_reported"}


class Scored(NamedTuple):
    """A department's year: the states of its tasks, what was subtracted, and the mean of their points."""

    dept: str
    title: str
    tasks: int
    closed_in_time: int
    closed_late: int
    open_in_time: int
    overdue: int
    stale: int
    unanswered: int  #: urges of the year without an answer in time
    points: str  #: decimal text with one place
    #: reports of the year's periods that came late, where the rules take points off for them
    reported_late: int = 0
    reported_empty: int = 0
    not_reported: int = 0
    #: tasks whose claim was recorded later than the rule allows, or later at all without one
    recorded_late: int = 0


def last_day(year: int, today: date) -> date:
    """The day on which a year is assessed: its last one, or today in a year that runs."""
    return min(date(year, 12, 31), today)


def score(snapshot: Snapshot, year: int, against: str = "deadline") -> list[Scored]:
    """Assess a year by the ledger as it stood on its :func:`last_day`.

    Every led task earns the points of the rules (``scoring``), less what stale reports and unanswered
    urges take off, never below 0; a department has the mean by weight, each joint lead its own. An
    ongoing task is scored by its reports alone. Left out: what was terminated, what was closed in an
    earlier year, and what has not begun. ``against`` is the deadline in force or the ``original`` one. The
    best department comes first.
    """
    history = _history(snapshot)
    ignored, recorded = _unanswered(snapshot, year, history), _recorded_late(snapshot, history)
    faults = _faults(snapshot, year)
    groups: dict[str, list[AssessedTask]] = {}
    for item in queries.tasks(snapshot, TaskQuery(against=against)):
        gone = item.task.status == TERMINATED or (item.task.closed_on or "9") < f"{year}-01-01"
        if not gone and not calendar.not_begun(item.task, snapshot.clock):
            for lead in item.task.leads:
                groups.setdefault(lead, []).append(item)
    scored = [
        _department(snapshot, dept, items, ignored, faults, recorded, against)
        for dept, items in groups.items()
    ]
    order = list(snapshot.departments)
    scored.sort(key=lambda s: (-float(s.points), order.index(s.dept) if s.dept in order else len(order)))
    return scored


def _department(
    snapshot: Snapshot,
    dept: str,
    items: list[AssessedTask],
    ignored: dict[str, int],
    faults: dict[str, Counter[str]],
    recorded: dict[str, str],
    against: str,
) -> Scored:
    rules = snapshot.clock.rules.scoring
    counted = dict.fromkeys(("closed_in_time", "closed_late", "open_in_time", "overdue"), 0)
    earned = Fraction(0)
    stale = unanswered = 0
    reported: Counter[str] = Counter()
    for item in items:
        state = _state(_by_the_rule(item, snapshot, recorded), snapshot, against)
        counted[state] += 1
        urges = ignored.get(item.task.id, 0)
        stale += item.stale
        unanswered += urges
        reports = faults.get(item.task.id, Counter())
        reported += reports
        points = getattr(rules, state) - item.stale * rules.off_stale - urges * rules.off_unanswered
        points -= sum(number * getattr(rules, OFF[outcome]) for outcome, number in reports.items())
        earned += weight(item.task) * max(0, points)
    total = sum(weight(item.task) for item in items)
    tenths = int(10 * earned / total + Fraction(1, 2)) if total else 0  # the mean, half up
    return Scored(
        dept, snapshot.department_name(dept), len(items), counted["closed_in_time"], counted["closed_late"],
        counted["open_in_time"], counted["overdue"], stale, unanswered, f"{tenths // 10}.{tenths % 10}",
        reported[LATE], reported[EMPTY], reported[MISSING], sum(item.task.id in recorded for item in items),
    )  # fmt: skip


def takes_off_for_reports(rules: Rules) -> bool:
    """Whether the rules have a duty to report, and take points off for what is not reported as they want."""
    return rules.reporting is not None and any(getattr(rules.scoring, off) for off in OFF.values())


def _faults(snapshot: Snapshot, year: int) -> dict[str, Counter[str]]:
    """Task -> how many of the year's reports were late, empty or missing; empty where no points are taken off.

    Counted are the periods whose cut-off lies in the year, on or after the day of the plan's issue, and not after
    the snapshot's day.
    """
    rules = snapshot.clock.rules
    if rules.reporting is None or not takes_off_for_reports(rules):
        return {}
    begins = max(snapshot.plan.issued or "", snapshot.plan.begins, f"{year}-01-01")
    found: dict[str, Counter[str]] = {}
    period = last_due(rules.reporting, snapshot.clock)
    while period.cut_off(rules.reporting, snapshot.clock).isoformat() >= begins:
        reports = (one for dept in reporting(snapshot, period).departments for one in dept.tasks)
        for ident, outcome in {one.item.task.id: one.outcome for one in reports}.items():
            if outcome in OFF:
                found.setdefault(ident, Counter())[outcome] += 1
        period = period.before
    return found


def _state(item: AssessedTask, snapshot: Snapshot, against: str) -> str:
    row = item.task
    dated = row._replace(deadline=row.original_deadline) if against == "original" else row
    if row.status not in OPEN:
        return "closed_late" if calendar.closed_late(dated, snapshot.clock) else "closed_in_time"
    if not item.overdue:
        return "open_in_time"
    # submitted in time: that the office has not verified it yet is not the lead's lateness
    claimed = dated._replace(status=CLOSED) if row.status == SUBMITTED else dated
    return "overdue" if calendar.closed_late(claimed, snapshot.clock) in (None, True) else "open_in_time"


def _by_the_rule(item: AssessedTask, snapshot: Snapshot, recorded: dict[str, str]) -> AssessedTask:
    """Return a task whose claim counts on the day it was recorded, where the rule limits how far back it may reach."""
    if snapshot.clock.rules.backdate_days is None or item.task.id not in recorded:
        return item
    return item._replace(task=item.task._replace(submitted_on=recorded[item.task.id]))


def _recorded_late(snapshot: Snapshot, history: dict[str, list[Event]]) -> dict[str, str]:
    """Task -> the day on which its claim was recorded, where that is later than the rule allows, or later at all."""
    most = timedelta(snapshot.clock.rules.backdate_days or 0)
    found = {}
    for item in queries.tasks(snapshot):
        claims = [e for e in history.get(item.task.id, ()) if e.kind == "task.submit"]
        if item.task.submitted_on is not None and claims:
            day = local_day(claims[-1].recorded_at, snapshot.plan.utc_offset)
            if date.fromisoformat(day) > date.fromisoformat(claims[-1].effective_on) + most:
                found[item.task.id] = day
    return found


def _history(snapshot: Snapshot) -> dict[str, list[Event]]:
    """Task -> its entries that apply."""
    by_task: dict[str, list[Event]] = {}
    for event in drop_undone(snapshot.ledger.events()):
        if event.kind.startswith("task."):
            by_task.setdefault(event.subject, []).append(event)
    return by_task


def _unanswered(snapshot: Snapshot, year: int, by_task: dict[str, list[Event]]) -> dict[str, int]:
    """Task -> how many urges of the year had no answer by their day, as of the snapshot's day."""
    counts: dict[str, int] = {}
    for ident, events in by_task.items():
        for place, event in enumerate(events):
            if event.kind != "task.urge" or event.effective_on[:4] != str(year):
                continue
            by = _answer_by(events[: place + 1])
            if by is not None and by < snapshot.today.isoformat() and not _answered(events[place + 1 :], by):
                counts[ident] = counts.get(ident, 0) + 1
    return counts


def _answer_by(events: list[Event]) -> str | None:
    """The day that the last of these events, an urge, set or kept."""
    for event in reversed(events):
        after = changes_in(event)["after"]
        if "answer_by" in after:
            day: str | None = after["answer_by"]
            return day
    return None


def _answered(later: list[Event], by: str) -> bool:
    return any((changes_in(event)["after"].get("answered_on") or "9") <= by for event in later)

"""How many tasks were overdue at the end of each of the last weeks."""

import json
from bisect import bisect_left
from datetime import date, timedelta
from typing import Any, NamedTuple

from qplan.core import calendar, events
from qplan.core.calendar import Clock, Week
from qplan.core.model import GROUP, Task, TaskFilter
from qplan.service.queries import Snapshot, clock_of

#: Half a year: what a trend shows.
WEEKS = 26


class Point(NamedTuple):
    """The end of a week (or today, in a week that is not over) and how many tasks were overdue then."""

    week: Week
    on: date
    overdue: int


def overdue_trend(snapshot: Snapshot, lead: str | None = None, weeks: int = WEEKS) -> list[Point]:
    """Return the number of overdue tasks at the end of each of the last weeks, the oldest week first.

    Each is what :func:`qplan.service.weekly.weekly` lists as overdue for that week, with the rules and
    the working days of the plan at that time. A week before the plan has none.
    """
    this = Week.of(snapshot.today)
    days = [this.last - timedelta(7 * back) for back in reversed(range(weeks))]
    days[-1] = snapshot.today
    rows, changes = _rows_on(snapshot, days[0]), _changes_by_week(snapshot, days)
    points, clock = [], None
    for day, changed in zip(days, changes, strict=True):
        for entity, subject, after in changed:
            row = rows.get((entity, subject))
            rows[entity, subject] = (
                events.record(entity, subject, after) if row is None else row._replace(**after)
            )
        plan = rows.get(("plan", snapshot.plan.id))
        if plan is not None:
            renewed = clock is None or any(entity == "plan" for entity, _subject, _after in changed)
            clock = clock_of(plan, day) if renewed or clock is None else clock.on(day)
        overdue = 0 if clock is None else sum(_counts(row, lead, clock) for row in rows.values())
        points.append(Point(Week.of(day), day, overdue))
    return points


def _rows_on(snapshot: Snapshot, day: date) -> dict[tuple[str, str], Any]:
    """Return the plan's head and the tasks as they were on a day, by entity and id."""
    ledger = snapshot.ledger
    with ledger.past(day.isoformat(), ledger.seq) as then:
        rows: dict[tuple[str, str], Any] = {
            ("task", task.id): task for task in then.tasks(TaskFilter(groups=True, retired=True))
        }
        if then.has_plan():
            rows["plan", snapshot.plan.id] = then.plan()
    return rows


def _changes_by_week(snapshot: Snapshot, days: list[date]) -> list[list[tuple[str, str, dict[str, Any]]]]:
    """Return (entity, id, fields after) of what changed in each week; in the first week nothing did."""
    ends = [day.isoformat() for day in days]
    found: list[list[tuple[str, str, dict[str, Any]]]] = [[] for _day in days]
    for effective_on, kind, subject, body in snapshot.ledger.changes_after(ends[0]):
        entity = kind.partition(".")[0]
        place = bisect_left(ends, effective_on)
        if entity in ("plan", "task") and place < len(ends):
            found[place].append((entity, subject, json.loads(body)["after"]))
    return found


def _counts(row: Any, lead: str | None, clock: Clock) -> bool:
    """Whether a row is an overdue leaf, and led by the department if one is named."""
    return (
        isinstance(row, Task)
        and row.kind != GROUP
        and not row.retired
        and (lead is None or row.lead == lead)
        and calendar.is_overdue(row, clock)
    )

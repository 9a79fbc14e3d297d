"""How many tasks were overdue at the end of each of the last weeks."""

import json
from bisect import bisect_left
from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from qplan.core import calendar, events
from qplan.core.calendar import Clock, Week, clock_of, shifted
from qplan.core.model import GROUP, OPEN, Task, TaskFilter
from qplan.service.queries import Snapshot

#: Half a year: what a trend shows.
WEEKS = 26

#: Entity and id of a record.
Key = tuple[str, str]


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
    days = [shifted(this.last, -7 * back) for back in reversed(range(weeks))]
    days[-1] = snapshot.today
    rows, changes = _rows_on(snapshot, days[0]), _changes_by_week(snapshot, days)
    deadlines = Counter(_deadline(row, lead) for row in rows.values())
    points: list[Point] = []
    clock: Clock | None = None
    head = None
    for day, changed in zip(days, changes, strict=True):
        for key, after in changed:
            deadlines[_deadline(rows.get(key), lead)] -= 1
            rows[key] = rows[key]._replace(**after) if key in rows else events.record(*key, after)
            deadlines[_deadline(rows[key], lead)] += 1
        plan = rows.get(("plan", snapshot.plan.id))
        if plan is not None:
            clock = clock.on(day) if clock and plan is head else clock_of(plan, day)
            head = plan
        points.append(Point(Week.of(day), day, 0 if clock is None else _overdue(deadlines, clock)))
    return points


def _rows_on(snapshot: Snapshot, day: date) -> dict[Key, Any]:
    """Return the plan's head and the tasks as they were on a day, by entity and id."""
    ledger = snapshot.ledger
    with ledger.past(day.isoformat(), ledger.seq) as then:
        rows: dict[Key, Any] = {
            ("task", task.id): task for task in then.tasks(TaskFilter(groups=True, retired=True))
        }
        if then.has_plan():
            rows["plan", snapshot.plan.id] = then.plan()
    return rows


def _changes_by_week(snapshot: Snapshot, days: list[date]) -> list[list[tuple[Key, dict[str, Any]]]]:
    """Return the records and their fields that changed in each week; in the first week none did."""
    ends = [day.isoformat() for day in days]
    found: list[list[tuple[Key, dict[str, Any]]]] = [[] for _day in days]
    for effective_on, kind, subject, body in snapshot.ledger.changes_after(ends[0]):
        entity = kind.partition(".")[0]
        place = bisect_left(ends, effective_on)
        if entity in ("plan", "task") and place < len(ends):
            found[place].append(((entity, subject), json.loads(body)["after"]))
    return found


def _deadline(row: Any, lead: str | None) -> str | None:
    """Return the deadline of an open leaf, if the department leads it; None for every other record."""
    counts = (
        isinstance(row, Task)
        and row.status in OPEN
        and row.kind != GROUP
        and not row.retired
        and (lead is None or lead in row.leads)
    )
    return row.deadline if counts else None


def _overdue(deadlines: Counter[str | None], clock: Clock) -> int:
    """Return how many of the deadlines have passed."""
    return sum(number for deadline, number in deadlines.items() if calendar.lateness(deadline, clock).days)

"""How many tasks were overdue at the end of each of the last weeks, in one pass over the journal."""

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Clock, Week
from qplan.core.model import GROUP, PlanHead
from qplan.service.look import Book, clock_of

#: Half a year: what a trend shows.
WEEKS = 26

#: The fields of a task that decide whether it is overdue, and whose.
FIELDS = ("kind", "status", "deadline", "retired", "lead")

Fields = dict[str, Any]


class Point(NamedTuple):
    """The end of a week (or today, in a week that still runs) and what was overdue then."""

    week: Week
    on: date
    overdue: int


class _Past:
    """The fields of every record at the end of each week.

    Most records do not change within the weeks looked at: they have one state for all of them.
    An entry counts from the first week that ends on or after its effective day, so an entry
    recorded late goes where the replay of that week puts it.
    """

    def __init__(self, weeks: int) -> None:
        self.weeks = weeks
        self.same: dict[str, Fields] = {}
        self.each: dict[str, list[Fields]] = {}

    def apply(self, subject: str, first: int, after: Fields) -> None:
        """Put an entry's fields on the weeks from ``first`` on."""
        states = self.each.get(subject)
        if states is None:
            if not first:
                self.same.setdefault(subject, {}).update(after)
                return
            before = self.same.pop(subject, {})
            states = self.each[subject] = [dict(before) for _week in range(self.weeks)]
        for state in states[first:]:
            state.update(after)

    def at(self, week: int) -> list[Fields]:
        """The states that differ from week to week, at the end of one."""
        return [states[week] for states in self.each.values()]


def overdue_trend(book: Book, lead: str | None = None, weeks: int = WEEKS) -> list[Point]:
    """The overdue tasks of a book at the end of each of its last weeks, the oldest week first.

    Each figure is what :func:`qplan.service.report.weekly` lists as overdue for that week, with the
    rules and the working days that the ledger carried then. A week before the plan has none.
    """
    this = Week.of(book.today)
    days = [this.last - timedelta(7 * back) for back in reversed(range(weeks))]
    days[-1] = book.today
    places = [day.isoformat() for day in days]
    heads, tasks = _Past(weeks), _Past(weeks)
    for effective_on, kind, subject, body in book.ledger.deadline_changes():
        after = json.loads(body)["after"]
        first = next((n for n, day in enumerate(places) if effective_on <= day), weeks)
        if kind.startswith("plan."):
            heads.apply(subject, first, after)
        else:
            tasks.apply(subject, first, {name: after[name] for name in FIELDS if name in after})
    steady = Counter(
        state["deadline"] for state in tasks.same.values() if _counts(state, lead) and state.get("deadline")
    )
    clocks = [_clock(heads, n, day, book) for n, day in enumerate(days)]
    points = []
    for number, (day, clock) in enumerate(zip(days, clocks, strict=True)):
        overdue = 0
        if clock is not None:
            overdue = sum(n for due, n in steady.items() if _late(due, clock))
            overdue += sum(_counts(s, lead) and _late(s.get("deadline"), clock) for s in tasks.at(number))
        points.append(Point(Week.of(day), day, overdue))
    return points


def _counts(state: Fields, lead: str | None) -> bool:
    return (
        state.get("status") in calendar.OPEN
        and state.get("kind") not in (None, GROUP)
        and not state.get("retired")
        and (lead is None or state.get("lead") == lead)
    )


def _late(deadline: str | None, clock: Clock) -> bool:
    return deadline is not None and calendar.due_day(deadline, clock) < clock.today


def _clock(heads: _Past, week: int, day: date, book: Book) -> Clock | None:
    """The rules and working days of one week; None where no plan was loaded yet."""
    state = next(iter(heads.same.values()), None) or next(iter(heads.at(week)), None)
    if not state:
        return None
    known = {name: value for name, value in state.items() if name in PlanHead._fields and name != "id"}
    return clock_of(PlanHead(book.plan.id, **known), day)

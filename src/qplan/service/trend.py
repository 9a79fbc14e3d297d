"""How many tasks were overdue at the end of each of the last weeks, from what happened in them."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from qplan.core import calendar, events
from qplan.core.calendar import Clock, Week
from qplan.core.model import GROUP, PlanHead
from qplan.ledger.store import ALL
from qplan.service.look import Book, clock_of

#: Half a year: what a trend shows.
WEEKS = 26

#: The fields of a task that decide whether it is overdue, and whose.
FIELDS = ("kind", "status", "deadline", "retired", "lead")

Fields = dict[str, Any]

#: (first week that it counts for, fields after it) of a record's entries, in their order
Steps = list[tuple[int, Fields]]


class Point(NamedTuple):
    """The end of a week (or today, in a week that still runs) and what was overdue then."""

    week: Week
    on: date
    overdue: int


def overdue_trend(book: Book, lead: str | None = None, weeks: int = WEEKS) -> list[Point]:
    """The overdue tasks of a book at the end of each of its last weeks, the oldest week first.

    Each figure is what :func:`qplan.service.week.weekly` lists as overdue for that week, with the
    rules and the working days that the ledger carried then. A week before the plan has none.
    """
    this = Week.of(book.today)
    days = [this.last - timedelta(7 * back) for back in reversed(range(weeks))]
    days[-1] = book.today
    ends = [day.isoformat() for day in days]
    turns = book.ledger.turns_since(ends[0])
    before = events.taken_back(turns, ends[0], ALL)
    steps: dict[tuple[str, str], Steps] = {}
    for _number, on, kind, subject, body in turns:
        step = bisect_left(ends, on), json.loads(body)["after"]
        steps.setdefault((kind.partition(".")[0], subject), []).append(step)

    def spans(entity: str, ident: str, now: Fields) -> Iterator[tuple[int, int, Fields]]:
        """(first week, week after the last, fields in between) of a record."""
        taken = steps.get((entity, ident))
        if taken is None:
            yield 0, weeks, now
            return
        was = before[entity].get(ident, {})
        marks = sorted({0, *(week for week, _after in taken if week < weeks)})
        for begin, end in pairwise((*marks, weeks)):
            state = {} if was is None else now | was
            for week, after in taken:
                if week <= begin:
                    state.update(after)
            yield begin, end, state

    alike: Counter[tuple[str, int, int]] = Counter()
    for ident, *values in book.ledger.dated():
        for begin, end, state in spans("task", ident, dict(zip(FIELDS, values, strict=True))):
            if _counts(state, lead):
                alike[state["deadline"], begin, end] += 1
    clocks: list[Clock | None] = [None] * weeks
    for begin, end, state in spans("plan", book.plan.id, book.plan._asdict()):
        if state:
            head = PlanHead(**{**book.plan._asdict(), **state})
            clocks[begin:end] = [clock_of(head, day) for day in days[begin:end]]
    overdue = [0] * weeks
    for (deadline, begin, end), number in alike.items():
        for week, clock in enumerate(clocks[begin:end], begin):
            if clock is not None and calendar.lateness(deadline, clock).days:
                overdue[week] += number
    return [Point(Week.of(day), day, number) for day, number in zip(days, overdue, strict=True)]


def _counts(state: Fields, lead: str | None) -> bool:
    return (
        state.get("status") in calendar.OPEN
        and state.get("kind") not in (None, GROUP)
        and state.get("deadline") is not None
        and not state.get("retired")
        and (lead is None or state.get("lead") == lead)
    )

"""Lists that people circulate: what is overdue, and the week."""

from datetime import date, timedelta
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Week
from qplan.core.model import TaskFilter
from qplan.core.urging import next_rung
from qplan.ledger.store import Ledger
from qplan.service import look
from qplan.service.look import Assessed, Book, Count, Measured, Wanted


class Chased(NamedTuple):
    """An overdue task and the urging that the ladder proposes for it."""

    item: Assessed
    level: str | None  #: the next level, when one is due now
    answer_by: str | None
    unknown_years: tuple[int, ...] = ()  #: years whose working days are not published


def overdue(book: Book, where: TaskFilter | None = None, against: str = "deadline") -> list[Chased]:
    """Open tasks whose deadline has passed, the longest overdue first."""
    where = (where or TaskFilter())._replace(sort="deadline")
    return [chased(book, item) for item in look.tasks(book, Wanted(where, overdue=True, against=against))]


def chased(book: Book, item: Assessed) -> Chased:
    """Propose the next level for an overdue task, and the day by which it is to be answered.

    Only the deadline in force is urged about, whichever the list counts against.
    """
    clock = book.clock
    level = next_rung(item.task, clock, calendar.lateness(item.task.deadline, clock).days)
    answer = None
    if level is not None:
        days = clock.rules.urging[clock.rules.rung(level)].answer_workdays
        answer = clock.calendar.after(book.today, days).isoformat()
    due = calendar.day(item.task.deadline or book.plan.ends)
    until = calendar.day(answer) if answer else book.today
    return Chased(item, level, answer, clock.calendar.unknown(due, until))


class DeptWeek(NamedTuple):
    """A department's week: its counts, and how many overdue tasks more than a week before."""

    counted: Count
    change: int


class Weekly(NamedTuple):
    """The week in lists, each decided once."""

    week: Week
    as_of: date
    total: Count
    overdue: list[Chased]
    newly_overdue: list[Chased]
    due_soon: list[Assessed]
    stale: list[Assessed]
    closed: list[Assessed]
    submitted: list[Assessed]
    by_dept: list[DeptWeek]
    indicators: list[Measured]  #: those that are red


def weekly(
    ledger: Ledger, today: date, week: Week, where: TaskFilter | None = None, seq: int | None = None
) -> tuple[Book, Weekly]:
    """The list of an ISO week: the ledger as it stood on the week's last day.

    The same ledger and week give the same list on any later day: entries effective after the week
    do not count. A week that still runs is listed as of today.
    """
    last = min(week.last, today)
    book = look.open_book(ledger, last, past=True, seq=seq)
    before = (
        look.open_book(ledger, week.first - timedelta(1), past=True, seq=seq)
        if _had_begun(book, week)
        else None
    )
    where = where or TaskFilter()
    items = look.tasks(book, Wanted(where))
    late = sorted(
        (chased(book, item) for item in items if item.overdue),
        key=lambda c: (c.item.task.deadline or "", c.item.task.position),
    )
    items_before = look.tasks(before, Wanted(where)) if before else []
    late_before = {item.task.id for item in items_before if item.overdue}
    soon = sorted(
        (i for i in items if calendar.due_soon(i.task, book.clock)),
        key=lambda i: (i.task.deadline or "", i.task.position),
    )
    overdue_before: dict[str, int] = {}
    for item in items_before:
        if item.overdue:
            overdue_before[item.task.lead or ""] = overdue_before.get(item.task.lead or "", 0) + 1
    counts = [c for c in look.summary(book, "dept", items) if c.total]
    return book, Weekly(
        week=week,
        as_of=last,
        total=look.count(book, "", book.plan.title, items),
        overdue=late,
        newly_overdue=[c for c in late if c.item.task.id not in late_before],
        due_soon=soon,
        stale=[i for i in items if i.stale],
        closed=[i for i in items if i.task.status == "closed" and _within(i.task.closed_on, week)],
        submitted=[i for i in items if i.task.status == "submitted"],
        by_dept=[DeptWeek(c, c.overdue - overdue_before.get(c.key, 0)) for c in counts],
        indicators=[m for m in look.indicators(book, where.lead) if m.light == "red"],
    )


def _had_begun(book: Book, week: Week) -> bool:
    return (week.first - timedelta(1)).isoformat() >= book.plan.begins


def _within(day: str | None, week: Week) -> bool:
    return day is not None and week.first.isoformat() <= day <= week.last.isoformat()


def last_complete_week(today: date) -> Week:
    """The week that ended last Sunday."""
    return Week.of(today - timedelta(7))

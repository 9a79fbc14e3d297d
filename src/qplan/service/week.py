"""The week in lists and counts, as it is circulated."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache, partial
from typing import Generic, NamedTuple, TypeVar

from qplan.core import calendar
from qplan.core.calendar import Week
from qplan.core.model import GROUP, Brief, TaskFilter, brief
from qplan.ledger.store import Ledger
from qplan.service import count, look, tally
from qplan.service.count import Count
from qplan.service.look import Assessed, Book, Measured, Seen, Wanted
from qplan.service.report import Chased, Line, chased, lines, overdue, overdue_lines
from qplan.service.trend import Point, overdue_trend

#: A deadline this near is named beside those within the days of the rules.
NEAR_DAYS = 7


class DeptWeek(NamedTuple):
    """A department's week: its counts, and how many overdue tasks more than a week before."""

    counted: Count
    change: int


class Quarter(NamedTuple):
    """The deadlines and milestones of a quarter: how many are done, missed, and still ahead."""

    name: str  #: ``2025Q4``
    done: int
    missed: int
    ahead: int


Item = TypeVar("Item", Assessed, Seen[Brief])
Late = TypeVar("Late", Chased, Line)


class Lists(NamedTuple, Generic[Late, Item]):
    """The lists of a week, each decided once: in the order of the plan, those about deadlines in that of deadlines."""

    overdue: list[Late]
    newly_overdue: list[Late]
    due_near: list[Item]  #: within a week
    due_soon: list[Item]  #: within the days of the rules, those within a week included
    stale: list[Item]
    closed: list[Item]
    submitted: list[Item]


class Weekly(NamedTuple):
    """The week: its lists in short, as tables show them, its counts, and what only some formats show."""

    week: Week
    as_of: date
    total: Count
    change: int  #: overdue, against the week before
    lists: Lists[Line, Seen[Brief]]
    by_dept: list[DeptWeek]
    indicators: list[Measured]  #: those that are red
    core: list[Measured]  #: the core indicators, all of them
    #: worked out only for the formats that show them: whole records, the trend of the whole journal
    whole: Callable[[], Lists[Chased, Assessed]]
    blocked: Callable[[], list[Assessed]]
    trend: Callable[[], list[Point]]
    timeline: Callable[[], list[Quarter]]


@contextmanager
def weekly(
    ledger: Ledger, today: date, week: Week, where: TaskFilter | None = None, seq: int | None = None
) -> Iterator[tuple[Book, Weekly]]:
    """The list of an ISO week: the ledger as it stood on the week's last day.

    The same ledger and week give the same list on any later day: entries effective after the week
    do not count. A week that still runs is listed as of today. What is worked out later (whole
    records, trend, timeline) is asked for while the context is open.
    """
    last, where = min(week.last, today), where or TaskFilter()
    with look.opened(ledger, last, past=True, seq=seq) as book:

        def late_before() -> dict[str, str | None]:
            if not _had_begun(book, week):
                return {}
            with look.opened(ledger, week.first - timedelta(1), past=True, seq=seq) as before:
                return _late_before(before, where)

        yield book, _week_of(book, week, where, late_before)


def _late_before(book: Book, where: TaskFilter) -> dict[str, str | None]:
    """The tasks that were overdue on the book's day, each with its lead."""
    if book.clock.rules.rest_day_deadline != "fixed":
        return {item.task.id: item.task.lead for item in look.tasks(book, Wanted(where, overdue=True))}
    asked = where._replace(open=True, due_before=book.today.isoformat(), sort="deadline")
    return book.ledger.leads(asked)


def _week_of(
    book: Book, week: Week, where: TaskFilter, late_before: Callable[[], dict[str, str | None]]
) -> Weekly:
    """The week; ``late_before`` gives the tasks that were overdue the week before, each with its lead."""
    exact = tally.exact(book)

    @cache
    def judged() -> list[Assessed]:
        """Every leaf: what lists and counts mean, at the cost of the whole plan."""
        return look.tasks(book, Wanted(where))

    @cache
    def whole() -> Lists[Chased, Assessed]:
        if exact:
            asked = _asked(book, week, where, lambda one: look.tasks(book, Wanted(one)))
            late = overdue(book, where)
        else:
            by_deadline = sorted(judged(), key=lambda i: (i.task.deadline or "", i.task.position))
            asked = by_deadline, judged(), judged(), judged()
            late = [chased(book, item) for item in by_deadline if item.overdue]
        new = [line for line in late if line.item.task.id not in before]
        return Lists(late, new, *_chosen(book, week, *asked))

    late = overdue_lines(book, where)
    before = late_before()
    if exact:
        new = [line for line in late if line[0].id not in before]
        found = tally.counted(book, where.lead)
        missed = {ident for *_alike, ident in found.missed}

        def ask(where: TaskFilter) -> list[Seen[Brief]]:
            return look.seen(book, book.ledger.brief(where), missed)

        short = Lists(late, new, *_chosen(book, week, *_asked(book, week, where, ask)))
        stale = Counter(item.task.lead for item in short.stale)
        counted = tally.counts(book, found, stale)
    else:
        counted = None
        held = whole()
        short = Lists(
            lines(held.overdue),
            lines(held.newly_overdue),
            *(look.shortened(items, brief) for items in held[2:]),
        )
    total, by_dept = counted or count.by_dept(book, judged())
    leads = Counter(before.values())
    measured = look.indicators(book, where.lead)
    return Weekly(
        week=week,
        as_of=book.today,
        total=total,
        change=len(short.overdue) - len(before),
        lists=short,
        by_dept=[DeptWeek(c, c.overdue - leads[c.key or None]) for c in by_dept],
        indicators=[m for m in measured if m.light == "red"],
        core=[m for m in measured if m.indicator.core],
        whole=whole,
        blocked=lambda: look.tasks(book, Wanted(where._replace(status="blocked"))),
        trend=partial(overdue_trend, book, where.lead),
        timeline=partial(timeline, book, where.lead),
    )


def _asked(
    book: Book, week: Week, where: TaskFilter, ask: Callable[[TaskFilter], list[Item]]
) -> tuple[list[Item], list[Item], list[Item], list[Item]]:
    """By a query for each, tasks that hold at least those of a list: ahead, stale, closed, submitted."""
    rules, today = book.clock.rules, book.today
    days = timedelta(max(rules.due_soon_days, NEAR_DAYS) + 1)
    until = max(today + days, book.clock.calendar.after(today, rules.short_due_soon_workdays + 1))
    from_day, to_day = week.first.isoformat(), week.last.isoformat()
    return (
        ask(where._replace(open=True, sort="deadline", due_from=today.isoformat(), due_before=until.isoformat())),
        # few are silent: found without an order, or they would be looked for among all tasks in it
        sorted(ask(look.silent(where._replace(sort=None), book.clock)), key=_place),
        ask(where._replace(status="closed", closed_from=from_day, closed_to=to_day)),
        ask(where._replace(status="submitted")),
    )  # fmt: skip


def _chosen(
    book: Book, week: Week, ahead: list[Item], silent: list[Item], closed: list[Item], claimed: list[Item]
) -> tuple[list[Item], list[Item], list[Item], list[Item], list[Item]]:
    """The lists after those of what is overdue, from tasks that hold at least theirs."""
    return (
        [i for i in ahead if _is_near(i, book)],
        [i for i in ahead if calendar.due_soon(i.task, book.clock)],
        [i for i in silent if i.stale],
        [i for i in closed if i.task.status == "closed" and _within(i.task.closed_on, week)],
        [i for i in claimed if i.task.status == "submitted"],
    )


def _place(item: Assessed | Seen[Brief]) -> int:
    """Where a task stands in the plan."""
    return item.task.position


def timeline(book: Book, lead: str | None = None) -> list[Quarter]:
    """Deadlines and milestones of the tasks, or of those of a lead, quarter by quarter, without a gap.

    What a terminated task left undone no longer falls due; neither does an open milestone of a
    task that is closed.
    """
    today = book.today.isoformat()
    states: dict[str, str | None] = {}  # id -> status
    alike: Counter[tuple[str, str | None]] = Counter()
    for ident, kind, status, deadline, retired, whose in book.ledger.dated():
        if kind != GROUP and not retired and (lead is None or whose == lead):
            states[ident] = status
            if deadline is not None and status != "terminated":
                alike[deadline, status] += 1
    found: dict[str, list[int]] = {}

    def put(day: str, place: int, number: int = 1) -> None:
        found.setdefault(_quarter(day), [0, 0, 0])[place] += number

    for (deadline, status), number in alike.items():
        late = calendar.is_overdue(status, deadline, book.clock)
        put(deadline, 0 if status == "closed" else 1 if late else 2, number)
    for milestone in book.ledger.milestones():
        if milestone.task not in states:
            continue
        if milestone.done_on is not None and milestone.done_on <= today:
            put(milestone.due, 0)
        elif states[milestone.task] in calendar.OPEN:
            put(milestone.due, 1 if milestone.due < today else 2)
    if not found:
        return []
    return [Quarter(name, *found.get(name, (0, 0, 0))) for name in _quarters(min(found), max(found))]


def _quarter(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


def _quarters(first: str, last: str) -> list[str]:
    start, end = (int(name[:4]) * 4 + int(name[5]) - 1 for name in (first, last))
    return [f"{number // 4}Q{number % 4 + 1}" for number in range(start, end + 1)]


def _is_near(item: Assessed | Seen[Brief], book: Book) -> bool:
    if item.task.status not in calendar.OPEN or item.overdue or item.task.deadline is None:
        return False
    return (calendar.due_day(item.task.deadline, book.clock) - book.today).days <= NEAR_DAYS


def _had_begun(book: Book, week: Week) -> bool:
    return (week.first - timedelta(1)).isoformat() >= book.plan.begins


def _within(day: str | None, week: Week) -> bool:
    return day is not None and week.first.isoformat() <= day <= week.last.isoformat()


def last_complete_week(today: date) -> Week:
    """The week that ended last Sunday."""
    return Week.of(today - timedelta(7))

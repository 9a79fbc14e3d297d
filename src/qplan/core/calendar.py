"""Deadlines, working days, ISO weeks and lights. Today is always a parameter.

Working days follow the State Council's yearly arrangement with make-up days (调休). The ledger
carries the arrangement that was known when the plan was loaded, so the same ledger counts the same
days on any machine; a year it does not know is counted as plain Monday to Friday and says so.
"""

from bisect import bisect_right
from datetime import date, timedelta
from typing import Any, NamedTuple, Self

from qplan.core.model import COLUMN_ITEM, GROUP, SAFEGUARD, TASK, Brief, Task
from qplan.core.rules import Rules

GREEN, BLUE, YELLOW, RED, GREY = "green", "blue", "yellow", "red", "grey"

#: Light -> (English, Chinese) label. The order is that of urgency, worst first.
LIGHTS: dict[str, tuple[str, str]] = {
    RED: ("red", "红灯"),
    YELLOW: ("yellow", "黄灯"),
    BLUE: ("blue", "蓝灯"),
    GREEN: ("green", "绿灯"),
    GREY: ("grey", "灰灯"),
}

#: Kinds of rows that somebody answers for.
ANSWERABLE = (TASK, COLUMN_ITEM, SAFEGUARD)

#: States in which a task is not finished.
OPEN = ("assigned", "active", "blocked", "submitted")

#: What can be judged: a task's whole record, or what a list shows of it.
Dated = Task | Brief


def day(text: str) -> date:
    """The date that ISO text names; ValueError when it names none."""
    if len(text) != 10:
        raise ValueError(text)
    return date.fromisoformat(text)


class WorkCalendar:
    """Working days of the years an arrangement is known for.

    ``years`` maps a year to its exceptions: ``{"off": ["0101", …], "work": ["0104", …]}``: weekdays
    without work and rest days with work, as ``MMDD``. ``holidays`` and ``workdays`` (ISO dates) are
    a district's own exceptions and go before it.
    """

    def __init__(
        self,
        years: dict[str, dict[str, list[str]]] | None = None,
        holidays: tuple[str, ...] = (),
        workdays: tuple[str, ...] = (),
    ) -> None:
        off: set[date] = set()
        work: set[date] = set()
        self.known = frozenset(int(year) for year in years or {})
        for year, exceptions in (years or {}).items():
            off.update(date(int(year), int(d[:2]), int(d[2:])) for d in exceptions.get("off", ()))
            work.update(date(int(year), int(d[:2]), int(d[2:])) for d in exceptions.get("work", ()))
        for text in holidays:
            off.add(day(text))
            work.discard(day(text))
        for text in workdays:
            work.add(day(text))
            off.discard(day(text))
        self._off = sorted(d.toordinal() for d in off if d.weekday() < 5)
        self._work = sorted(d.toordinal() for d in work if d.weekday() >= 5)
        # A plan has thousands of tasks and few deadlines: what was worked out for one serves all.
        self._after: dict[tuple[date, int], date] = {}
        self.late: dict[tuple[str, date, str], Lateness] = {}  #: filled by :func:`lateness`
        self.due: dict[tuple[str, str], date] = {}  #: filled by :func:`due_day`

    def is_workday(self, when: date) -> bool:
        """Whether people work on that day."""
        return self.between(when - timedelta(1), when) == 1

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; the start day does not count."""
        if end < start:
            return -self.between(end, start)
        a, b = start.toordinal(), end.toordinal()
        plain = _weekdays(b) - _weekdays(a)
        off = bisect_right(self._off, b) - bisect_right(self._off, a)
        work = bisect_right(self._work, b) - bisect_right(self._work, a)
        return plain - off + work

    def after(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``."""
        known = self._after.get((start, days))
        if known is None:
            when, left = start, days
            while left > 0:
                when += timedelta(1)
                left -= self.is_workday(when)
            known = self._after[start, days] = when
        return known

    def unknown(self, start: date, end: date) -> tuple[int, ...]:
        """Years between two days whose arrangement is not known."""
        first, last = sorted((start, end))
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.known)


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays from day 1 (a Monday) up to and including the ordinal."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def arrangement(is_workday: Any, first: int, last: int) -> dict[str, dict[str, list[str]]]:
    """The exceptions of the years ``first``..``last`` as :class:`WorkCalendar` takes them.

    ``is_workday(date)`` answers for one day and raises NotImplementedError for a year it does not
    know; such a year is left out.
    """
    years: dict[str, dict[str, list[str]]] = {}
    for year in range(first, last + 1):
        off: list[str] = []
        work: list[str] = []
        when = date(year, 1, 1)
        try:
            while when.year == year:
                works = is_workday(when)
                if works != (when.weekday() < 5):
                    (work if works else off).append(when.strftime("%m%d"))
                when += timedelta(1)
        except NotImplementedError:
            continue
        years[str(year)] = {"off": off, "work": work}
    return years


class Week(NamedTuple):
    """An ISO week, Monday to Sunday."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    @classmethod
    def of(cls, when: date) -> Self:
        """The week a day lies in."""
        iso = when.isocalendar()
        return cls(iso.year, iso.week)

    @classmethod
    def parse(cls, text: str) -> Self:
        """``2025-W26`` (also ``2025W26``); ValueError for anything else."""
        year, _, number = text.upper().replace("-", "").partition("W")
        if not (year.isdigit() and len(year) == 4 and number.isdigit() and len(number) in (1, 2)):
            raise ValueError(text)
        week = cls(int(year), int(number))
        _ = week.first
        return week


class Clock(NamedTuple):
    """A day on which a ledger is read, with what is needed to judge it."""

    today: date
    rules: Rules
    calendar: WorkCalendar
    starts: date  #: where the linear schedule begins


class Lateness(NamedTuple):
    """How late a task is, in calendar and in working days; 0 when it is not overdue."""

    days: int
    workdays: int


ON_TIME = Lateness(0, 0)


def due_day(deadline: str, clock: Clock) -> date:
    """The last day in time: the deadline, or the working day after it where the rules say so."""
    key = (deadline, clock.rules.rest_day_deadline)
    known = clock.calendar.due.get(key)
    if known is None:
        known = day(deadline)
        if key[1] == "next_working_day" and not clock.calendar.is_workday(known):
            known = clock.calendar.after(known, 1)
        clock.calendar.due[key] = known
    return known


def lateness(deadline: str | None, clock: Clock) -> Lateness:
    """How late a deadline is on the clock's day."""
    if deadline is None:
        return ON_TIME
    key = (deadline, clock.today, clock.rules.rest_day_deadline)
    known = clock.calendar.late.get(key)
    if known is None:
        due = due_day(deadline, clock)
        days = (clock.today - due).days
        known = Lateness(days, clock.calendar.between(due, clock.today)) if days > 0 else ON_TIME
        clock.calendar.late[key] = known
    return known


def expected_progress(deadline: str, clock: Clock) -> int:
    """Percent that a linear schedule from the plan's start to the deadline expects today."""
    end = due_day(deadline, clock)
    span = (end - clock.starts).days
    if span <= 0 or clock.today >= end:
        return 100
    return max(0, (clock.today - clock.starts).days * 100 // span)


def due_soon(task: Dated, clock: Clock) -> bool:
    """Whether an open task falls due soon: within ``due_soon_days``, a short one in working days.

    A task is short when no more than ``short_task_days`` lie between the start of the schedule and
    its deadline.
    """
    if task.status not in OPEN or task.deadline is None:
        return False
    due = due_day(task.deadline, clock)
    if due < clock.today:
        return False
    if (due - clock.starts).days <= clock.rules.short_task_days:
        return clock.calendar.between(clock.today, due) <= clock.rules.short_due_soon_workdays
    return (due - clock.today).days <= clock.rules.due_soon_days


def is_stale(task: Dated, clock: Clock, days: int | None = None) -> bool:
    """Whether an open task had no report for longer than the rules (or ``days``) allow."""
    return is_silent(task, silence(clock, days))


def is_silent(task: Dated, silence: tuple[str, str]) -> bool:
    """The same, given what :func:`silence` says of the day."""
    begun, silent = silence
    return task.status in OPEN and (task.last_update or begun) < silent


def silence(clock: Clock, days: int | None = None) -> tuple[str, str]:
    """What makes an open task stale, as days in text: the first stands for the report of one that never
    reported, a report before the second is stale. ``days`` without a report, or those of the rules.
    """
    allowed = clock.rules.stale_days if days is None else days
    silent = date.fromordinal(
        max(1, clock.today.toordinal() - allowed)
    )  # before any calendar nobody is stale
    return clock.starts.isoformat(), silent.isoformat()


class Light(NamedTuple):
    """A light and the facts that made it so; ``reason`` is a code with its figures."""

    code: str
    reason: str
    figures: tuple[Any, ...] = ()


def light_of(task: Dated, clock: Clock, missed: int = 0, was_red: bool = False) -> Light:
    """The light of one answerable task on the clock's day.

    ``missed`` counts its milestones that are past due and not done. The first rule that holds
    decides, in this order: terminated, closed, overdue, not accepted, submitted, behind the linear
    schedule, milestone missed, red once, due soon, on schedule.
    """
    rules = clock.rules
    if task.kind == GROUP or task.status is None:
        return Light(GREY, "group")
    if task.status == "terminated":
        return Light(GREY, "terminated")
    if task.status == "closed":
        return Light(GREEN, "closed_late" if closed_late(task, clock) else "closed")
    if task.deadline is None:
        return Light(GREY, "no_deadline")
    late = lateness(task.deadline, clock)
    if late.days:
        if task.status == "submitted":
            return Light(RED, "overdue_submitted", (late.days, task.submitted_on))
        return Light(RED, "overdue", (late.days,))
    left = (due_day(task.deadline, clock) - clock.today).days
    soon = due_soon(task, clock)
    if task.status == "assigned":
        return Light(BLUE, "due_soon", (left,)) if soon else Light(GREY, "not_accepted")
    if task.status == "submitted":
        return Light(GREEN, "submitted", (task.submitted_on,))
    expected = expected_progress(task.deadline, clock)
    behind = expected - (task.progress or 0)
    if behind > rules.red_behind:
        return Light(RED, "behind", (task.progress or 0, expected, behind))
    if behind >= rules.yellow_behind:
        return Light(YELLOW, "behind", (task.progress or 0, expected, behind))
    if missed:
        return Light(rules.milestone_missed, "milestone_missed", (missed,))
    if was_red:
        return Light(YELLOW, "was_red")
    return Light(BLUE, "due_soon", (left,)) if soon else Light(GREEN, "on_schedule", (expected,))


def closed_late(task: Dated, clock: Clock) -> bool | None:
    """Whether a closed task was claimed complete after its deadline; None while it is not closed.

    The day that counts is the one on which the lead submitted the completion that was verified:
    how long the office takes to verify is not the lead's lateness.
    """
    if task.status != "closed" or task.deadline is None:
        return None
    done = task.submitted_on or task.closed_on
    return done is not None and day(done) > due_day(task.deadline, clock)


def worst(lights: list[Light]) -> Light:
    """The light of a group: the most urgent of its members', with how many show it."""
    if not lights:
        return Light(GREY, "group")
    order = list(LIGHTS)
    code = min((light.code for light in lights), key=order.index)
    return Light(code, "members", (sum(light.code == code for light in lights), len(lights)))

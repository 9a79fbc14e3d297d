"""Deadlines, working days, ISO weeks and lights. Today is always a parameter.

Working days follow the State Council's yearly arrangement with make-up days (调休). The ledger
carries the arrangement that was known when the plan was loaded, so the same ledger counts the same
days on any machine; a year it does not know is counted as Monday to Friday and reported (:meth:`WorkCalendar.unknown`).
"""

import json
from bisect import bisect_right
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Self

from qplan.core.model import (
    ASSIGNED,
    AT_WORK,
    CLOSED,
    GROUP,
    ONGOING,
    OPEN,
    TERMINATED,
    WITH_LEAD,
    PlanHead,
    Task,
)
from qplan.core.rules import CHINA, NONE, Rules
from qplan.i18n import N_p, pgettext

GREEN, BLUE, YELLOW, RED, GREY = "green", "blue", "yellow", "red", "grey"

#: Light -> label. The order is that of urgency, worst first.
LIGHTS: dict[str, str] = {
    RED: N_p("light", "red"),
    YELLOW: N_p("light", "yellow"),
    BLUE: N_p("light", "blue"),
    GREEN: N_p("light", "green"),
    GREY: N_p("light", "grey"),
}


def light_label(code: str) -> str:
    """The label of a light in the language in use."""
    return pgettext("light", LIGHTS[code])


#: The days that plans, entries and commands may name; calendars of other programs hold no later ones.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def shifted(when: date, days: int) -> date:
    """Return the day so many days later, or the first or last day that a date can be."""
    return date.fromordinal(min(max(when.toordinal() + days, 1), date.max.toordinal()))


def named_day(text: str) -> date:
    """Return the date that ISO text names; ValueError when it names none from 1900 to 2199."""
    when = day(text)
    if not FIRST_DAY <= when <= LAST_DAY:
        raise ValueError(text)
    return when


def day(text: str) -> date:
    """Return the date that ISO text names; ValueError when it names none."""
    if len(text) != 10 or text[5] == "W":  # 2026-W01-1 has as many characters
        raise ValueError(text)
    return date.fromisoformat(text)


class WorkCalendar:
    """Working days of the years an arrangement is known for.

    ``counted`` says whether working days are counted beside calendar days. ``years`` maps a year to its exceptions: ``{"off": ["0101", …], "work": ["0104", …]}``: weekdays
    without work and rest days with work, as ``MMDD``. ``holidays`` and ``workdays`` (ISO dates) are
    a district's own exceptions and go before it.
    """

    counted = True

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

    def is_workday(self, when: date) -> bool:
        """Whether people work on that day."""
        return when != date.min and self.between(shifted(when, -1), when) == 1

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
        """Return the ``days``-th working day after ``start``, at most the last day that a date can be."""
        when, left = start, days
        while left > 0 and when != date.max:
            when = shifted(when, 1)
            left -= self.is_workday(when)
        return when

    def unknown(self, start: date, end: date) -> tuple[int, ...]:
        """Years between two days whose arrangement is not known."""
        first, last = sorted((start, end))
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.known)


class EveryDay(WorkCalendar):
    """The calendar of a plan without working days: every day counts."""

    counted = False

    def between(self, start: date, end: date) -> int:
        """Days after ``start`` up to and including ``end``."""
        return (end - start).days

    def unknown(self, start: date, end: date) -> tuple[int, ...]:
        """No year needs an arrangement."""
        return ()


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays from day 1 (a Monday) up to and including the ordinal."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def arrangement(
    holidays: Collection[date], workdays: Collection[date], first: int, last: int
) -> dict[str, dict[str, list[str]]]:
    """The exceptions of the years ``first``..``last`` as :class:`WorkCalendar` takes them.

    ``holidays`` and ``workdays`` are the days off and the days worked that were published; a year
    without any is left out.
    """

    def of(year: int, days: Collection[date], weekend: bool) -> list[str]:
        return [
            when.strftime("%m%d")
            for when in sorted(days)
            if when.year == year and (when.weekday() >= 5) is weekend
        ]

    return {
        str(year): {"off": of(year, holidays, False), "work": of(year, workdays, True)}
        for year in range(first, last + 1)
        if any(when.year == year for when in holidays)
    }


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
        """The week that a day is in."""
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


class Clock:
    """The day on which a ledger is read, with the rules and working days that assessments depend on.

    ``starts`` is the day on which the linear schedule begins.
    """

    __slots__ = ("calendar", "rules", "starts", "today")

    def __init__(self, today: date, rules: Rules, calendar: WorkCalendar, starts: date) -> None:
        self.today = today
        self.rules = rules
        self.calendar = calendar
        self.starts = starts

    def on(self, today: date) -> Self:
        """Return the same clock on another day."""
        return type(self)(today, self.rules, self.calendar, self.starts)


def clock_of(plan: PlanHead, today: date) -> Clock:
    """Return the rules and working days that a plan's head holds, on a day."""
    rules = Rules.parse(plan.rules)
    days = work_calendar(rules, plan.calendar)
    begins = plan.issued if rules.schedule_starts == "issued" and plan.issued else plan.begins
    return Clock(today, rules, days, day(begins))


def work_calendar(rules: Rules, arranged: str) -> WorkCalendar:
    """The working days of a plan by its rules and, where they follow it, the State Council's arrangement as JSON.

    A list of days off of another country holds for the years that it names.
    """
    if rules.working_days == NONE:
        return EveryDay()
    if rules.working_days == CHINA:
        return WorkCalendar(json.loads(arranged or "{}"), rules.holidays, rules.workdays)
    return WorkCalendar({day[:4]: {} for day in rules.holidays}, rules.holidays)


class Lateness(NamedTuple):
    """How late a task is, in calendar and in working days; 0 when it is not overdue."""

    days: int
    workdays: int


ON_TIME = Lateness(0, 0)


class DeadlineStatus(NamedTuple):
    """What a clock's day means for a deadline."""

    due: date  #: the last day in time: the deadline, or the working day after it where the rules say so
    late: Lateness
    left: int  #: days until it is due, negative when it is over
    soon: bool  #: it falls due soon (:func:`due_soon`)
    expected: int  #: percent that a linear schedule from the plan's start expects today


@lru_cache(maxsize=4096)
def deadline_status(deadline: str, clock: Clock, begins: str | None = None) -> DeadlineStatus:
    """Return the status of a deadline; a plan has many tasks and few deadlines, so it is kept.

    The schedule runs from ``begins``, else from the clock's start. A clock never changes, and only the very same clock finds what was kept for it.
    """
    today, rules, calendar = clock.today, clock.rules, clock.calendar
    due = day(deadline)
    if rules.rest_day_deadline == "next_working_day" and not calendar.is_workday(due):
        due = calendar.after(due, 1)
    starts = day(begins) if begins else clock.starts
    left, span = (due - today).days, (due - starts).days
    late = Lateness(max(-left, 0), max(calendar.between(due, today), 0))
    if span <= rules.short_task_days:
        soon = left >= 0 and calendar.between(today, due) <= rules.short_due_soon_workdays
    else:
        soon = 0 <= left <= rules.due_soon_days
    expected = min(max((today - starts).days * 100 // span, 0), 100) if span > 0 else 100
    return DeadlineStatus(due, late, left, soon, expected)


def due_day(deadline: str, clock: Clock) -> date:
    """The last day in time: the deadline, or the working day after it where the rules say so."""
    return deadline_status(deadline, clock).due


def lateness(deadline: str | None, clock: Clock) -> Lateness:
    """How late a deadline is on the clock's day."""
    return ON_TIME if deadline is None else deadline_status(deadline, clock).late


def due_soon(task: Task, clock: Clock) -> bool:
    """Whether an open task falls due soon: within ``due_soon_days``, a short one in working days.

    A task is short when no more than ``short_task_days`` lie between the start of the schedule and
    its deadline.
    """
    if task.status not in OPEN or task.deadline is None or not_begun(task, clock):
        return False
    return deadline_status(task.deadline, clock, task.begins).soon


def not_begun(task: Task, clock: Clock) -> bool:
    """Whether a task's own schedule begins later: nothing is asked of its lead yet."""
    return task.begins is not None and task.begins > clock.today.isoformat()


def expects_report(task: Task, clock: Clock) -> bool:
    """Whether the lead of a task can be expected to report on it: it is with the lead, and has begun."""
    return task.status in WITH_LEAD and not not_begun(task, clock)


def is_stale(task: Task, clock: Clock, days: int | None = None, handed_on: str | None = None) -> bool:
    """Whether an open task had no report for more than ``days``, or for longer than the rules allow."""
    if task.status not in OPEN or not_begun(task, clock):
        return False
    allowed = clock.rules.stale_days if days is None else days
    return silent_days(task, clock, handed_on) > allowed


def silent_days(task: Task, clock: Clock, handed_on: str | None = None) -> int:
    """Days since the last report on a task (accepting it is one), or since it was handed over.

    A task whose schedule begins after it was handed over counts from there.
    """
    if task.last_update:
        return (clock.today - day(task.last_update)).days
    starts = day(task.begins) if task.begins else clock.starts
    return (clock.today - (max(starts, day(handed_on)) if handed_on else starts)).days


class Light(NamedTuple):
    """A light and the facts that made it so; ``reason`` is a code with its figures."""

    code: str
    reason: str
    figures: tuple[Any, ...] = ()


def light_of(task: Task, clock: Clock, missed: int = 0, was_red: bool = False) -> Light:
    """Return the light of one task on the clock's day.

    ``missed`` counts its milestones that are past due and not done. The first rule that holds
    decides, in this order: left the plan, terminated, closed, not begun, overdue, not accepted, submitted, behind the
    linear schedule, milestone missed, red once, due soon, on schedule. A task that nobody has accepted is
    grey until it is due soon, and then as far behind as any other. An ongoing task has no schedule:
    it is green while its reports come and yellow when they stop.
    """
    rules = clock.rules
    if task.retired:
        return Light(GREY, "left_plan")
    if task.kind == GROUP or task.status is None:
        return Light(GREY, "group")
    if task.status == TERMINATED:
        return Light(GREY, "terminated")
    if task.status == CLOSED:
        return Light(GREEN, "closed_late" if closed_late(task, clock) else "closed")
    if task.status in WITH_LEAD and not_begun(task, clock):
        return Light(GREY, "not_begun", (task.begins,))
    if task.term == ONGOING:
        return _light_of_ongoing(task, clock, missed)
    if task.deadline is None:
        return _light_without_deadline(task, clock, missed)
    _due, late, left, soon, expected = deadline_status(task.deadline, clock, task.begins)
    if late.days:
        if task.status not in WITH_LEAD:
            return Light(RED, "overdue_submitted", (late.days, task.submitted_on))
        return Light(RED, "overdue", (late.days,))
    if task.status not in WITH_LEAD:
        return Light(GREEN, "submitted", (task.submitted_on,))
    behind = expected - (task.progress or 0)
    if task.status == ASSIGNED:
        return _light_before_acceptance(left, soon, behind, rules)
    if behind > rules.red_behind:
        return Light(RED, "behind", (task.progress or 0, expected, behind))
    if behind >= rules.yellow_behind:
        return Light(YELLOW, "behind", (task.progress or 0, expected, behind))
    if missed:
        return Light(rules.milestone_missed, "milestone_missed", (missed,))
    if was_red:
        return Light(YELLOW, "was_red")
    return Light(BLUE, "due_soon", (left,)) if soon else Light(GREEN, "on_schedule", (expected,))


def _light_before_acceptance(left: int, soon: bool, behind: int, rules: Rules) -> Light:
    """The light of a task that nobody has accepted and that is not overdue."""
    if not soon:
        return Light(GREY, "not_accepted")
    if behind >= rules.yellow_behind:
        return Light(RED if behind > rules.red_behind else YELLOW, "not_accepted_due_soon", (left,))
    return Light(BLUE, "not_accepted_due_soon", (left,))


def _light_without_deadline(task: Task, clock: Clock, missed: int) -> Light:
    """The light of a task that has no deadline: that of its milestones."""
    if task.status not in WITH_LEAD:
        return Light(GREEN, "submitted", (task.submitted_on,))
    if missed:
        return Light(clock.rules.milestone_missed, "milestone_missed", (missed,))
    return Light(GREY, "not_accepted" if task.status == ASSIGNED else "no_deadline")


def _light_of_ongoing(task: Task, clock: Clock, missed: int) -> Light:
    """The light of a task that is never due."""
    if task.status not in AT_WORK:
        return _light_without_deadline(task, clock, missed)
    if is_stale(task, clock):
        return Light(YELLOW, "silent", (silent_days(task, clock),))
    if missed:
        return Light(clock.rules.milestone_missed, "milestone_missed", (missed,))
    return Light(GREEN, "reporting", (silent_days(task, clock),))


def closed_late(task: Task, clock: Clock) -> bool | None:
    """Whether a closed task was claimed complete after its deadline; None while it is not closed.

    The day that counts is the one on which the lead submitted the completion that was verified:
    how long the office takes to verify is not the lead's lateness.
    """
    if task.status != CLOSED or task.deadline is None:
        return None
    done = task.submitted_on or task.closed_on
    return done is not None and day(done) > due_day(task.deadline, clock)


def worst(lights: list[Light]) -> Light:
    """The light of a group: the most urgent of its members', with how many show it.

    It is not green over members that nobody has accepted.
    """
    if not lights:
        return Light(GREY, "group")
    order = list(LIGHTS)
    code = min((light.code for light in lights), key=order.index)
    waiting = sum(light.reason == "not_accepted" for light in lights)
    if code == GREEN and waiting:
        return Light(GREY, "members_not_accepted", (waiting, len(lights)))
    return Light(code, "members", (sum(light.code == code for light in lights), len(lights)))

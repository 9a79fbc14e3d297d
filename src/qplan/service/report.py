"""What is overdue, with the urging that the ladder proposes."""

from operator import attrgetter
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Lateness
from qplan.core.escalation import next_level
from qplan.core.model import TASK, LateBrief, Task, TaskFilter, late_brief
from qplan.service import look
from qplan.service.look import Assessed, Book, Wanted


class Chased(NamedTuple):
    """An overdue task and the urging that the ladder proposes for it."""

    item: Assessed
    level: str | None  #: the next level, when one is due now
    answer_by: str | None
    unknown_years: tuple[int, ...] = ()  #: years whose working days are not published


class Proposal(NamedTuple):
    """How late a task is and which urging the ladder proposes for it."""

    late: Lateness
    level: str | None  #: the next level, when one is due now
    answer_by: str | None
    unknown_years: tuple[int, ...]  #: years whose working days are not published


#: A line of the overdue list: what it shows of the task, and what is derived. Lines that are judged
#: alike share one proposal.
Line = tuple[LateBrief, Proposal]


def overdue_lines(book: Book, where: TaskFilter | None = None, against: str = "deadline") -> list[Line]:
    """What :func:`overdue` lists, with no more of each task than a table shows.

    Tasks with the same deadline and the same urging are judged once: fifty thousand lines have a
    few hundred of these.
    """
    if against != "deadline" or book.clock.rules.rest_day_deadline != "fixed":
        return lines(overdue(book, where, against))
    where = where or TaskFilter()
    today = book.today.isoformat()
    before = today if where.due_before is None else min(where.due_before, today)
    found = book.ledger.late_brief(where._replace(open=True, due_before=before, sort="deadline"))
    judged: dict[tuple[str | None, ...], Proposal] = {}
    keys = list(map(attrgetter("deadline", "status", "urge_level", "urged_on"), found))
    for deadline, status, level, on in set(keys):
        task = Task("", TASK, "", "", deadline=deadline, status=status, urge_level=level, urged_on=on)
        judged[deadline, status, level, on] = proposal(book, task, calendar.lateness(deadline, book.clock))
    return list(zip(found, map(judged.__getitem__, keys), strict=True))


def lines(listed: list[Chased]) -> list[Line]:
    """The lines of tasks that are held whole."""
    return [
        (late_brief(c.item.task), Proposal(c.item.late, c.level, c.answer_by, c.unknown_years))
        for c in listed
    ]


def overdue(book: Book, where: TaskFilter | None = None, against: str = "deadline") -> list[Chased]:
    """Open tasks whose deadline has passed, the longest overdue first."""
    where = (where or TaskFilter())._replace(sort="deadline")
    return [chased(book, item) for item in look.tasks(book, Wanted(where, overdue=True, against=against))]


def chased(book: Book, item: Assessed) -> Chased:
    """An overdue task with the next level, and the day by which it is to be answered."""
    found = proposal(book, item.task, item.late)
    return Chased(item, found.level, found.answer_by, found.unknown_years)


def proposal(book: Book, task: Task, late: Lateness) -> Proposal:
    """Propose the next level for an overdue task, and the day by which it is to be answered.

    Only the deadline in force is urged about, whichever the list counts against.
    """
    clock = book.clock
    level = next_level(task, clock, calendar.lateness(task.deadline, clock).days)
    answer = None
    if level is not None:
        days = clock.rules.urging[clock.rules.rung(level)].answer_workdays
        answer = clock.calendar.after(book.today, days).isoformat()
    due = calendar.day(task.deadline or book.plan.ends)
    until = calendar.day(answer) if answer else book.today
    return Proposal(late, level, answer, clock.calendar.unknown(due, until))

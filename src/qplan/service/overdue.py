"""The overdue tasks, each with the level of escalation that is proposed for it."""

from datetime import date
from typing import NamedTuple

from qplan.core import calendar
from qplan.core.escalation import next_level
from qplan.core.model import Task
from qplan.service import queries
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery


class OverdueTask(NamedTuple):
    """An overdue task and its escalation of this week: the one that is proposed, else the one recorded."""

    item: AssessedTask
    level: str | None
    answer_by: str | None
    unknown_years: tuple[int, ...] = ()  #: years whose working days are not published
    recorded: bool = False  #: urged this week at that level, with that day for the answer

    @property
    def proposed(self) -> str | None:
        """The level to urge at now; None where none is due."""
        return None if self.recorded else self.level


def overdue(snapshot: Snapshot, query: TaskQuery = TaskQuery()) -> list[OverdueTask]:  # noqa: B008 - immutable
    """Return the open tasks of a query whose deadline has passed, the longest overdue first, up to its limit."""
    return [with_escalation(snapshot, item) for item in queries.tasks(snapshot, _late(query))]


def total(snapshot: Snapshot, query: TaskQuery, listed: list[OverdueTask]) -> int:
    """Return how many tasks :func:`overdue` would return without the query's limit."""
    return queries.total(snapshot, _late(query), [late.item for late in listed])


def _late(query: TaskQuery) -> TaskQuery:
    return query._replace(where=query.where._replace(sort="deadline"), overdue=True)


def with_escalation(snapshot: Snapshot, item: AssessedTask) -> OverdueTask:
    """Return a task with its level of this week and the day by which the lead is to answer.

    That is the next level when one is due, else what was urged in the week of the snapshot's day; what
    was urged on the very day comes first. Only the deadline in force counts for the next level,
    whichever deadline the list counts against.
    """
    clock, task = snapshot.clock, item.task
    due = calendar.day(task.deadline or snapshot.plan.ends)
    level, answer_by = task.urge_level, task.answer_by
    recorded = _urged_since(task, calendar.Week.of(snapshot.today).first)
    if not _urged_since(task, snapshot.today):
        proposed = next_level(task, clock, calendar.lateness(task.deadline, clock).days)
        if proposed is not None or not recorded:
            level, answer_by, recorded = proposed, _answer_by(snapshot, proposed), False
    unknown = clock.calendar.unknown(due, calendar.day(answer_by) if answer_by else snapshot.today)
    return OverdueTask(item, level, answer_by, unknown, recorded)


def _urged_since(task: Task, first: date) -> bool:
    return task.urge_level is not None and task.urged_on is not None and task.urged_on >= first.isoformat()


def _answer_by(snapshot: Snapshot, level: str | None) -> str | None:
    """Return the day by which an urge of today at a level is to be answered; None without a level."""
    if level is None:
        return None
    clock = snapshot.clock
    days = clock.rules.urging[clock.rules.level_index(level)].answer_workdays
    return clock.calendar.after(snapshot.today, days).isoformat()

"""The overdue tasks, each with the level of escalation that is proposed for it."""

from typing import NamedTuple

from qplan.core import calendar
from qplan.core.escalation import next_level
from qplan.core.model import TaskFilter
from qplan.service import queries
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery


class OverdueTask(NamedTuple):
    """An overdue task and the escalation that the rules propose for it."""

    item: AssessedTask
    level: str | None  #: the next level, when one is due now
    answer_by: str | None
    unknown_years: tuple[int, ...] = ()  #: years whose working days are not published


def overdue(
    snapshot: Snapshot, where: TaskFilter | None = None, against: str = "deadline"
) -> list[OverdueTask]:
    """Return the open tasks whose deadline has passed, the longest overdue first, up to the filter's limit."""
    return [with_escalation(snapshot, item) for item in queries.tasks(snapshot, _query(where, against))]


def total(snapshot: Snapshot, where: TaskFilter, against: str, listed: list[OverdueTask]) -> int:
    """Return how many tasks :func:`overdue` would return without the filter's limit."""
    return queries.total(snapshot, _query(where, against), [late.item for late in listed])


def _query(where: TaskFilter | None, against: str) -> TaskQuery:
    return TaskQuery((where or TaskFilter())._replace(sort="deadline"), overdue=True, against=against)


def with_escalation(snapshot: Snapshot, item: AssessedTask) -> OverdueTask:
    """Return a task with the next level, when one is due, and the day by which it is to be answered.

    Only the deadline in force counts for the level, whichever deadline the list counts against.
    """
    clock = snapshot.clock
    level = next_level(item.task, clock, calendar.lateness(item.task.deadline, clock).days)
    answer_by = None
    if level is not None:
        days = clock.rules.urging[clock.rules.level_index(level)].answer_workdays
        answer_by = clock.calendar.after(snapshot.today, days)
    due = calendar.day(item.task.deadline or snapshot.plan.ends)
    unknown = clock.calendar.unknown(due, answer_by or snapshot.today)
    return OverdueTask(item, level, answer_by.isoformat() if answer_by else None, unknown)

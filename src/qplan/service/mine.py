"""What waits for one department."""

from __future__ import annotations

from typing import NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Clock
from qplan.core.escalation import urge_state
from qplan.core.model import ASSIGNED, AT_WORK, SUBMITTED, TaskFilter
from qplan.core.workflow import needs_coordination
from qplan.service import milestones, queries
from qplan.service.milestones import Staged
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery


class Mine(NamedTuple):
    """Open tasks of a department by what is to be done, each in the most pressing list that it fits.

    The last lists are the office's alone: what waits for its decision, who does not answer, and, whatever
    other list they are in, the tasks that need coordination and the answers to urges of the last days.
    To be verified is what the office verifies, or the department as a task's verifier.
    """

    dept: str
    open: int  #: open tasks that it leads
    to_accept: list[AssessedTask]
    returned: list[AssessedTask]
    urged: list[AssessedTask]  #: an answer is due, or overdue
    overdue: list[AssessedTask]
    due_soon: list[AssessedTask]
    stale: list[AssessedTask]
    disputed: list[AssessedTask]
    waiting: list[AssessedTask]  #: for the office: to be verified, or an extension asked for
    milestones: list[Staged]  #: missed, or due as soon as tasks are called due soon
    supports: int  #: open tasks that it supports
    to_verify: list[AssessedTask]
    requests: list[AssessedTask]
    disputes: list[AssessedTask]
    unanswered: list[AssessedTask]
    coordination: list[AssessedTask]  #: blocked, or with a need that its lead reported
    answered: list[AssessedTask]  #: urged, and answered within :data:`ANSWER_DAYS`


#: An answer to an urge is shown to the office for so many days.
ANSWER_DAYS = 7

#: What waits for the office's decision.
DECISIONS = ("to_verify", "requests", "disputes", "unanswered")
#: A department's own lists, the most pressing first; what it has handed in waits for the office.
OWN = ("overdue", "returned", "urged", "disputed", "to_accept", "due_soon", "stale", "waiting")
#: The lists of tasks in the order in which they are shown.
LISTS = (*DECISIONS, "coordination", "answered", *OWN)


def _decision(item: AssessedTask, clock: Clock) -> str | None:
    """The list of the office that a task waits in."""
    if item.task.status == SUBMITTED:
        return None if item.task.verifier else "to_verify"
    if item.task.extension_to:
        return "requests"
    if item.task.dispute:
        return "disputes"
    return "unanswered" if urge_state(item.task, clock) == "unanswered" else None


def _was_answered(item: AssessedTask, clock: Clock) -> bool:
    """Whether the last urge of a task was answered within :data:`ANSWER_DAYS`."""
    answered = item.task.answered_on
    if answered is None or urge_state(item.task, clock) != "answered":
        return False
    return (clock.today - calendar.day(answered)).days < ANSWER_DAYS


def _heading(item: AssessedTask, clock: Clock) -> str | None:
    """The most pressing list of a department that a task belongs to."""
    task = item.task
    fits = {
        "overdue": item.overdue,
        "returned": task.status in AT_WORK and task.result,
        "urged": urge_state(task, clock) in ("waiting", "unanswered"),
        "disputed": task.dispute,
        "to_accept": task.status == ASSIGNED and not calendar.not_begun(task, clock),
        "due_soon": calendar.due_soon(task, clock),
        "stale": item.stale,
        "waiting": task.extension_to,
    }
    if task.status == SUBMITTED:
        return "waiting"
    return next((name for name in OWN if fits[name]), None)


def mine(snapshot: Snapshot, dept: str) -> Mine:
    """What waits for a department on the snapshot's day; the office sees what waits for its decision too."""
    clock, office = snapshot.clock, dept == snapshot.plan.office
    items = queries.tasks(snapshot, TaskQuery(TaskFilter(lead=dept, open=True, sort="deadline")))
    every = queries.tasks(snapshot, TaskQuery(TaskFilter(open=True, sort="deadline"))) if office else []
    support = snapshot.ledger.tasks(TaskFilter(lead_or_support=dept, open=True))
    until = clock.rules.due_soon_days
    ahead = milestones.listed(
        snapshot, queries.TaskQuery(TaskFilter(lead=dept)), due_within=until, missed=True
    )
    lists: dict[str, list[AssessedTask]] = {name: [] for name in LISTS}
    for item in every:
        if decision := _decision(item, clock):
            lists[decision].append(item)
        if needs_coordination(item.task):
            lists["coordination"].append(item)
        if _was_answered(item, clock):
            lists["answered"].append(item)
    if not office:
        submitted = queries.tasks(snapshot, TaskQuery(TaskFilter(status=SUBMITTED, sort="deadline")))
        lists["to_verify"] = [item for item in submitted if item.task.verifier == dept]
    decided = {item.task.id for name in DECISIONS for item in lists[name]}
    for item in items:
        if item.task.id not in decided and (heading := _heading(item, clock)):
            lists[heading].append(item)
    supports = sum(dept not in row.leads for row in support)
    return Mine(dept=dept, open=len(items), milestones=ahead, supports=supports, **lists)

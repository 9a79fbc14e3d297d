"""What waits for one department: its week costs it one look and one report."""

from __future__ import annotations

from typing import NamedTuple

from qplan.core import calendar
from qplan.core.calendar import Clock
from qplan.core.escalation import urge_state
from qplan.core.model import TaskFilter
from qplan.service import look, milestones
from qplan.service.look import Assessed, Book, Wanted
from qplan.service.milestones import Staged


class Mine(NamedTuple):
    """Open tasks of a department by what is to be done, each in the most pressing list that it fits.

    The last four lists are the office's alone: what waits for its decision, and who does not answer.
    """

    dept: str
    open: int  #: open tasks that it leads
    to_accept: list[Assessed]
    returned: list[Assessed]
    urged: list[Assessed]  #: an answer is due, or overdue
    overdue: list[Assessed]
    due_soon: list[Assessed]
    stale: list[Assessed]
    disputed: list[Assessed]
    waiting: list[Assessed]  #: for the office: to be verified, or an extension asked for
    milestones: list[Staged]  #: missed, or due as soon as tasks are called due soon
    supports: int  #: open tasks that it supports
    to_verify: list[Assessed]
    requests: list[Assessed]
    disputes: list[Assessed]
    unanswered: list[Assessed]


#: What waits for the office's decision.
DECISIONS = ("to_verify", "requests", "disputes", "unanswered")
#: A department's own lists, the most pressing first; what it has handed in waits for the office.
OWN = ("overdue", "returned", "urged", "disputed", "to_accept", "due_soon", "stale", "waiting")
#: The lists of tasks in the order in which they are shown.
LISTS = (*DECISIONS, *OWN)


def _decision(item: Assessed, clock: Clock) -> str | None:
    """The list of the office that a task waits in."""
    if item.task.status == "submitted":
        return "to_verify"
    if item.task.extension_to:
        return "requests"
    if item.task.dispute:
        return "disputes"
    return "unanswered" if urge_state(item.task, clock) == "unanswered" else None


def _heading(item: Assessed, clock: Clock) -> str | None:
    """The most pressing list of a department that a task belongs to."""
    task = item.task
    fits = {
        "overdue": item.overdue,
        "returned": task.status in ("active", "blocked") and task.result,
        "urged": urge_state(task, clock) in ("waiting", "unanswered"),
        "disputed": task.dispute,
        "to_accept": task.status == "assigned",
        "due_soon": calendar.due_soon(task, clock),
        "stale": item.stale,
        "waiting": task.extension_to,
    }
    if task.status == "submitted":
        return "waiting"
    return next((name for name in OWN if fits[name]), None)


def mine(book: Book, dept: str) -> Mine:
    """What waits for a department on the book's day; the office sees what waits for its decision too."""
    clock, office = book.clock, dept == book.plan.office
    items = look.tasks(book, Wanted(TaskFilter(lead=dept, open=True, sort="deadline")))
    every = look.tasks(book, Wanted(TaskFilter(open=True, sort="deadline"))) if office else []
    support = book.ledger.tasks(TaskFilter(lead_or_support=dept, open=True))
    until = clock.rules.due_soon_days
    ahead = milestones.listed(book, dept, due_within=until, missed=True)
    lists: dict[str, list[Assessed]] = {name: [] for name in LISTS}
    for item in every:
        if decision := _decision(item, clock):
            lists[decision].append(item)
    told = {item.task.id for name in DECISIONS for item in lists[name]}
    for item in items:
        if item.task.id not in told and (heading := _heading(item, clock)):
            lists[heading].append(item)
    supports = sum(row.lead != dept for row in support)
    return Mine(dept=dept, open=len(items), milestones=ahead, supports=supports, **lists)

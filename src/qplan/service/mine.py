"""What waits for one department: its week costs it one look and one report."""

from __future__ import annotations

from typing import NamedTuple

from qplan.core import calendar
from qplan.core.model import TaskFilter
from qplan.core.urging import urge_state
from qplan.service import look, milestones
from qplan.service.look import Assessed, Book, Wanted
from qplan.service.milestones import Staged


class Mine(NamedTuple):
    """Open tasks of a department by what is to be done; a task stands in every list that it fits.

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


#: The lists of tasks in the order in which they are shown.
LISTS = (
    "to_verify", "requests", "disputes", "unanswered", "returned", "urged", "overdue", "to_accept", "due_soon", "stale",
    "disputed", "waiting",
)  # fmt: skip


def mine(book: Book, dept: str) -> Mine:
    """What waits for a department on the book's day; the office sees what waits for its decision too."""
    clock, office = book.clock, dept == book.plan.office
    items = look.tasks(book, Wanted(TaskFilter(lead=dept, open=True, sort="deadline")))
    every = look.tasks(book, Wanted(TaskFilter(open=True, sort="deadline"))) if office else []
    support = book.ledger.tasks(TaskFilter(lead_or_support=dept, open=True))
    until = clock.rules.due_soon_days
    ahead = milestones.listed(book, dept, due_within=until, missed=True)
    return Mine(
        dept=dept,
        open=len(items),
        to_accept=[i for i in items if i.task.status == "assigned" and not i.task.dispute],
        returned=[i for i in items if i.task.status in ("active", "blocked") and i.task.result],
        urged=[i for i in items if urge_state(i.task, clock) in ("waiting", "unanswered")],
        overdue=[i for i in items if i.overdue],
        due_soon=[i for i in items if calendar.due_soon(i.task, clock)],
        stale=[i for i in items if i.stale],
        disputed=[i for i in items if i.task.dispute],
        waiting=[i for i in items if i.task.status == "submitted" or i.task.extension_to],
        milestones=ahead,
        supports=sum(row.lead != dept for row in support),
        to_verify=[i for i in every if i.task.status == "submitted"],
        requests=[i for i in every if i.task.extension_to],
        disputes=[i for i in every if i.task.dispute],
        unanswered=[i for i in every if urge_state(i.task, clock) == "unanswered"],
    )

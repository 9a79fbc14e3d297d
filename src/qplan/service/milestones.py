"""Staged goals in the ledger: who adds, reports and moves them, and which are near or missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qplan.core import milestones as rules
from qplan.core.calendar import shifted
from qplan.core.model import OPEN, Change, Milestone, PlanHead, Task
from qplan.errors import BadInput
from qplan.i18n import _, joined
from qplan.ledger.store import Ledger
from qplan.service import queries
from qplan.service.actions import WriteContext, versioned, write_changes
from qplan.service.queries import Snapshot, TaskQuery
from qplan.service.receipts import Receipt


class Staged(NamedTuple):
    """A staged goal, its task, and whether it was missed."""

    milestone: Milestone
    task: Task
    missed: bool


def listed(
    snapshot: Snapshot, wanted: TaskQuery, due_within: int | None = None, missed: bool = False
) -> list[Staged]:
    """The goals of the tasks of a query in the context of their dates.

    ``due_within`` keeps those not done and due within so many days from today, ``missed`` those past
    their date and not done; both keep what is either. Of finished tasks only what was done is listed.
    """
    tasks = {item.task.id: item.task for item in queries.tasks(snapshot, wanted)}
    today = snapshot.today.isoformat()
    until = None if due_within is None else shifted(snapshot.today, due_within).isoformat()
    found = []
    for milestone in snapshot.ledger.milestones():
        task = tasks.get(milestone.task)
        if task is None:
            continue
        gone = task.status in OPEN and rules.is_missed(milestone, snapshot.today)
        ahead = (
            task.status in OPEN
            and milestone.done_on is None
            and until is not None
            and today <= milestone.due <= until
        )
        if (missed and gone) or ahead or (not missed and until is None):
            found.append(Staged(milestone, task, gone))
    return found


def add(ledger: Ledger, task: str, title: str, due: str, context: WriteContext) -> list[Receipt]:
    """Add a goal to a task."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        row = ledger.task(task)
        siblings = ledger.milestones(row.id, retired=True)
        return [rules.added(row, siblings, title, due, context.actor, plan)]

    def given() -> dict[str, list[str]]:
        goals = ledger.milestones(ledger.task(task).id, retired=True)
        return {goal.id: [" ".join(title.split())] for goal in goals}

    return write_changes(ledger, context, decide, given)


def done(ledger: Ledger, ids: Sequence[str], note: str | None, context: WriteContext) -> list[Receipt]:
    """Report goals as reached on the context's day."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        changes = []
        for milestone in _found(ledger, ids):
            row = ledger.task(milestone.task)
            change = rules.done(row, milestone, context.on, note, context.actor, plan.office)
            changes.append(versioned(change, milestone))
        return changes

    return write_changes(ledger, context, decide, lambda: {goal.id: [] for goal in _found(ledger, ids)})


def move(
    ledger: Ledger, ids: Sequence[str], to: str, reason: str | None, context: WriteContext
) -> list[Receipt]:
    """Give goals another date."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        changes = []
        for milestone in _found(ledger, ids):
            row = ledger.task(milestone.task)
            changes.append(versioned(rules.moved(row, milestone, to, reason, context.actor, plan), milestone))
        return changes

    return write_changes(ledger, context, decide, lambda: {goal.id: [to] for goal in _found(ledger, ids)})


def rename(
    ledger: Ledger, ident: str, title: str, reason: str | None, context: WriteContext
) -> list[Receipt]:
    """Give a goal another title."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        (milestone,) = _found(ledger, [ident])
        row, siblings = ledger.task(milestone.task), ledger.milestones(milestone.task)
        change = rules.renamed(row, siblings, milestone, title, reason, context.actor, plan.office)
        return [versioned(change, milestone)]

    def given() -> dict[str, list[str]]:
        return {goal.id: [" ".join(title.split())] for goal in _found(ledger, [ident])}

    return write_changes(ledger, context, decide, given)


def remove(ledger: Ledger, ids: Sequence[str], reason: str | None, context: WriteContext) -> list[Receipt]:
    """Take goals out of the lists; the journal keeps them."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        changes = []
        for milestone in _found(ledger, ids):
            row = ledger.task(milestone.task)
            change = rules.removed(row, milestone, reason, context.actor, plan.office)
            changes.append(versioned(change, milestone))
        return changes

    return write_changes(ledger, context, decide, lambda: {goal.id: [] for goal in _found(ledger, ids)})


def _found(ledger: Ledger, ids: Sequence[str]) -> list[Milestone]:
    """The goals named, each once; BadInput names those of the task for an unknown one."""
    found: dict[str, Milestone] = {}
    for text in ids:
        milestone = ledger.milestone(text)
        if milestone is None:
            task = text.partition("/")[0]
            near = [m.id for m in ledger.milestones(task.upper())]
            raise BadInput(
                _("There is no milestone {id}; {task} has: {known}.").format(
                    id=text, task=task.upper(), known=joined(near)
                )
                if near
                else _("There is no milestone {id}; list them with: qplan milestones").format(id=text)
            )
        found[milestone.id] = milestone
    return list(found.values())

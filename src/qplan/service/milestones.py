"""Staged goals in the ledger: who adds, reports and moves them, and which are near or missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    their date and not done; both keep what is either, and none of a finished task.
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

    return write_changes(ledger, context, decide, given, actions=("add",))


def done(ledger: Ledger, ids: Sequence[str], note: str | None, context: WriteContext) -> list[Receipt]:
    """Report goals as reached on the context's day."""
    return _changed(
        ledger, ids, context, "done", (),
        lambda row, goal, plan: rules.done(row, goal, context.on, note, context.actor, plan.office),
    )  # fmt: skip


def move(
    ledger: Ledger, ids: Sequence[str], to: str, reason: str | None, context: WriteContext
) -> list[Receipt]:
    """Give goals another date."""
    return _changed(
        ledger, ids, context, "move", (to,), lambda row, goal, plan: rules.moved(row, goal, to, reason, context.actor, plan)
    )  # fmt: skip


def rename(
    ledger: Ledger, ident: str, title: str, reason: str | None, context: WriteContext
) -> list[Receipt]:
    """Give a goal another title."""

    def renamed(row: Task, goal: Milestone, plan: PlanHead) -> Change:
        siblings = ledger.milestones(goal.task)
        return rules.renamed(row, siblings, goal, title, reason, context.actor, plan.office)

    return _changed(ledger, [ident], context, "rename", (" ".join(title.split()),), renamed)


def remove(ledger: Ledger, ids: Sequence[str], reason: str | None, context: WriteContext) -> list[Receipt]:
    """Take goals out of the lists; the journal keeps them."""
    return _changed(
        ledger, ids, context, "remove", (), lambda row, goal, plan: rules.removed(row, goal, reason, context.actor, plan.office)
    )  # fmt: skip


def _changed(
    ledger: Ledger, ids: Sequence[str], context: WriteContext, action: str, given: Sequence[str],
    change: Callable[[Task, Milestone, PlanHead], Change],
) -> list[Receipt]:  # fmt: skip
    """Write a change of each of some goals; ``given`` are the values that a repeated request gives again."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        goals = _found(ledger, ids)
        return [versioned(change(ledger.task(goal.task), goal, plan), goal) for goal in goals]

    return write_changes(
        ledger, context, decide, lambda: {goal.id: given for goal in _found(ledger, ids)}, actions=(action,)
    )


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

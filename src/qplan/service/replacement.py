"""What a load means for the tasks that a ledger holds: which open ones leave, which go on in a plan of another period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from qplan.core.calendar import clock_of, lateness
from qplan.core.model import ASSIGNED, ENDED, GROUP, OPEN, Change, Plan, Task, in_force


class Replacement(NamedTuple):
    """The records that a load retires, and its tasks that are not finished; ids in the ledger's order."""

    title: str = ""  #: of the plan that is held
    by: str = ""  #: the title of the plan that replaces it, where that is another one
    retired: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()  #: open tasks that leave the plan
    carried: tuple[str, ...] = ()  #: open tasks that go on, with their state, in a plan of another period
    renamed: tuple[str, ...] = ()  #: tasks of that plan which keep a state under another title
    finished: tuple[str, ...] = ()  #: tasks that stay finished in a plan of another period
    overdue: tuple[str, ...] = ()  #: of those that leave or go on
    divided: tuple[str, ...] = ()  #: tasks at work that become headings

    @property
    def asks(self) -> bool:
        """Whether somebody should agree to it."""
        return bool(self.by or self.retired or self.carried or self.renamed or self.finished or self.divided)


def replacement(
    held: Mapping[str, Mapping[str, Any]], plan: Plan, changes: Sequence[Change], today: date
) -> Replacement:
    """What a load would do to what the ledger holds; empty where there is nothing to agree to."""
    head = in_force(held["plan"].values())
    if head is None:
        return Replacement()
    retired = {change.subject for change in changes if change.kind.endswith(".retire")}
    tasks: list[Task] = [task for task in held["task"].values() if not task.retired]
    unfinished = [task for task in tasks if task.status in OPEN]
    leaving = [task for task in unfinished if task.id in retired]
    headings = {task.id for task in plan.tasks if task.kind == GROUP}
    divided = [t for t in tasks if t.id in headings and t.kind != GROUP and t.status != ASSIGNED]
    carried: list[Task] = []
    renamed: list[Task] = []
    finished: list[Task] = []
    another = head.id != plan.head.id
    if another or head.begins != plan.head.begins:
        titles = {task.id: task.title for task in plan.tasks}
        kept = [task for task in tasks if task.id not in retired | headings and task.status is not None]
        carried = [task for task in kept if task.status in OPEN]
        renamed = [t for t in kept if t.status != ASSIGNED and titles.get(t.id, t.title) != t.title]
        finished = [t for t in kept if t.status in ENDED and t not in renamed]
    clock = clock_of(head, today)
    late = [task for task in (*leaving, *carried) if lateness(task.deadline, clock).days]
    order = [change.subject for change in changes if change.subject in retired]
    found = Replacement(
        head.title,
        plan.head.title if another else "",
        tuple(dict.fromkeys(order)),
        *(tuple(task.id for task in some) for some in (leaving, carried, renamed, finished, late, divided)),
    )
    return found if found.asks else Replacement()

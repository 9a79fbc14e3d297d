"""What an entry must be by the calendar and the task's history.

The program checks it before it writes. Whoever writes to the database without the program gets past
that; ``verify`` finds such entries by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qplan.core import events
from qplan.core.calendar import Clock, closed_late, day, due_day
from qplan.core.effects import is_claimant
from qplan.core.model import CLOSED, Event, PlanHead, Task
from qplan.core.rules import Rules
from qplan.i18n import _

#: Entries of a task's history that the rules below read.
HISTORY = frozenset(
    f"task.{verb}"
    for verb in ("define", "assign", "reassign", "confirm", "submit", "return", "reopen", "undo")
)

Rule = Callable[[Event, dict[str, Any], Task, Sequence[Event], PlanHead, Clock], Iterator[str]]


def _approve(
    event: Event, info: dict[str, Any], task: Task, history: Sequence[Event], plan: PlanHead, clock: Clock
) -> Iterator[str]:
    if is_claimant(event.actor, task, events.claimants(history)) and not clock.rules.one_person_office:
        yield _("its verifier had reported the completion")
    closed = task._replace(status=CLOSED, closed_on=event.effective_on)
    if info.get("closed_late") is not bool(closed_late(closed, clock)):
        yield _("whether the task was closed late is not as the working days say")


def _request(
    event: Event, info: dict[str, Any], task: Task, history: Sequence[Event], plan: PlanHead, clock: Clock
) -> Iterator[str]:
    late = task.deadline is not None and day(event.effective_on) > due_day(task.deadline, clock)
    if info.get("late", False) is not late:
        yield _("whether the extension was asked for late is not as the working days say")


def _dispute(
    event: Event, info: dict[str, Any], task: Task, history: Sequence[Event], plan: PlanHead, clock: Clock
) -> Iterator[str]:
    since = events.assigned_on(history, task.basis, plan.utc_offset)
    allowed = clock.rules.dispute_workdays
    if since is not None and clock.calendar.between(day(since), day(event.effective_on)) > allowed:
        yield _("the dispute comes more than {days} working days after the assignment").format(days=allowed)


RULES: dict[str, Rule] = {"task.approve": _approve, "task.request": _request, "task.dispute": _dispute}


def irregularities(
    event: Event, info: dict[str, Any], task: Task, history: Sequence[Event], plan: PlanHead, clock: Clock
) -> Iterator[str]:
    """Yield what an entry got past the program's rules; ``task`` is as it was before the entry.

    ``history`` holds the task's entries of :data:`HISTORY` before it, ``clock`` is that of its day.
    """
    if event.kind in RULES:
        for what in RULES[event.kind](event, info, task, history, plan, clock):
            yield _("{actor} wrote past the program: {what}").format(actor=event.actor, what=what)


def reach(event: Event, rules: str, utc_offset: str) -> Iterator[str]:
    """Yield that an entry reaches back further than the rules (their JSON) allow; an undo takes its entry's day."""
    if '"backdate_days"' not in rules or event.kind.partition(".")[2] in (
        "define",
        "amend",
        "retire",
        "undo",
    ):
        return
    most = Rules.parse(rules).backdate_days
    days = (day(events.local_day(event.recorded_at, utc_offset)) - day(event.effective_on)).days
    if most is not None and days > most:
        what = _("the entry reaches back {days} days; the rules allow {most}").format(days=days, most=most)
        yield _("{actor} wrote past the program: {what}").format(actor=event.actor, what=what)

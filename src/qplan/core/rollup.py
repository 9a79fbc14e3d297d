"""Means of progress: each task by its weight, and the tasks of one heading by their quantities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qplan.core.model import Task

if TYPE_CHECKING:
    # imported, as decimal is, where a plan has weights or quantities: it costs a daily command two milliseconds
    from fractions import Fraction


def weight(task: Task) -> Fraction:
    """How much a task counts; 1 where the plan does not say."""
    from fractions import Fraction

    return Fraction(1) if task.weight is None else Fraction(task.weight)


def mean_progress(tasks: Sequence[Task], *, by_quantity: bool = False) -> int:
    """The mean percent of tasks, rounded down; 0 of none.

    ``by_quantity``: tasks of one heading that all have a quantity share what they count by it. A task of 280
    people then counts more than one of 15, and the heading as much as without quantities.
    """
    if not tasks:
        return 0
    if all(task.weight is None and (not by_quantity or task.quantity is None) for task in tasks):
        return sum(task.progress or 0 for task in tasks) // len(tasks)
    factors = _shares(tasks) if by_quantity else [weight(task) for task in tasks]
    total = sum(factors)
    return (
        int(sum(factor * (task.progress or 0) for factor, task in zip(factors, tasks, strict=True)) // total)
        if total
        else 0
    )


def total_quantity(heading: Task, tasks: Sequence[Task]) -> Task:
    """A heading with the quantities of its own tasks added up, where all of them have one of the same unit."""
    own = [task for task in tasks if task.parent == heading.id]
    if not own or any(task.quantity is None or task.unit != own[0].unit for task in own):
        return heading
    from decimal import Decimal

    total = sum(Decimal(task.quantity or 0) for task in own)
    return heading._replace(quantity=f"{total:f}", unit=own[0].unit)


def _shares(tasks: Sequence[Task]) -> list[Fraction]:
    """What each task counts: its weight, and beside its siblings its quantity."""
    from fractions import Fraction

    siblings: dict[str | None, list[Task]] = {}
    for task in tasks:
        siblings.setdefault(task.parent, []).append(task)
    sums = {
        parent: sum(Fraction(task.quantity or 0) for task in below)
        if all(task.quantity for task in below)
        else Fraction(0)
        for parent, below in siblings.items()
    }
    return [
        weight(task) * (Fraction(task.quantity or 0) * len(siblings[task.parent]) / total if total else 1)
        for task in tasks
        for total in (sums[task.parent],)
    ]

"""The plan of a ledger, as its records stand: for a comparison with the plan's own text."""

from __future__ import annotations

from qplan.core.model import Head, Plan
from qplan.ledger.store import Ledger


def plan_of(ledger: Ledger) -> tuple[Plan, Head]:
    """The plan that a ledger holds, without what has left it, and where its journal ends."""
    held = ledger.rows()
    records = {
        entity: tuple(one for one in rows.values() if not getattr(one, "retired", 0))
        for entity, rows in held.items()
    }
    plan = Plan(
        ledger.plan(),
        records["department"],
        tuple(sorted(records["task"], key=lambda task: task.position)),
        records["milestone"],
        tuple(sorted(records["indicator"], key=lambda one: one.position)),
    )
    return plan, ledger.head()

"""Which departments get a form."""

from datetime import date

import pytest

from core.cycle import task
from ledger import plans
from qplan.core.model import Actor
from qplan.errors import Refused
from qplan.ledger import create
from qplan.service import actions, forms, queries
from qplan.service.actions import WriteContext
from qplan.service.collection import steps


def test_a_department_without_an_open_task_gets_no_form():
    """One that leads, one that supports, one whose only task is closed; the office verifies alone."""
    day = date(2025, 3, 3)
    whole = plans.plan()
    tasks = [task._replace(support="") if task.kind == "task" else task for task in whole.tasks]
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger, whole._replace(tasks=tuple(tasks)))

        def asked():
            return [dept.id for dept in forms.departments_asked(queries.open_snapshot(ledger, day))]

        assert asked() == ["scjg", "fgj"]
        lead, office = (
            WriteContext(Actor(name, dept), "2025-03-03T01:00:00Z", day, day)
            for name, dept in (("乙", "fgj"), ("甲", "zlb"))
        )
        for action, given, context in (
            ("accept", {}, lead), ("submit", {"evidence": "文1号"}, lead), ("approve", {}, office),
        ):  # fmt: skip
            actions.take(ledger, ["C1.1"], action, given, context)
        assert asked() == ["scjg"]
        actions.take(ledger, ["T1.1"], "assign", {"support": "fgj", "reason": "r"}, office)
        assert asked() == ["scjg", "fgj"]


def test_a_status_that_no_step_leads_to_is_refused():
    with pytest.raises(Refused, match="in one step"):
        list(steps(task("submitted"), "lead", "blocked", {}))

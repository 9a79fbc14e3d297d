"""What a load means for the tasks that a ledger holds, before anybody agrees to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger import plans
from qplan.core.model import Actor
from qplan.ledger.store import Ledger
from qplan.service import actions
from qplan.service.actions import WriteContext
from qplan.service.load import load
from qplan.service.replacement import Replacement

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
DAY = date(2025, 3, 3)


def order(actor: Actor = OFFICE, **more) -> WriteContext:
    return WriteContext(actor, "2025-03-03T01:00:00Z", DAY, DAY)._replace(**more)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """T1.1 is at work, T1.2 closed, T1.3 terminated, T1.4 as it was assigned; T1.4 is overdue, and T1.3 would be."""
    made = str(tmp_path / "ledger.db")
    load(made, plan(), order())
    with Ledger.open(made, write=True) as ledger:
        actions.take(ledger, ["T1.1", "T1.2"], "accept", {}, order(LEAD))
        actions.take(ledger, ["T1.2"], "submit", {"evidence": "文1号"}, order(LEAD))
        actions.take(ledger, ["T1.2"], "approve", {}, order())
        actions.take(ledger, ["T1.3"], "terminate", {"document": "文2号"}, order())
    return made


def plan(without=(), headings=(), titles=None, **head):
    due = {"T1.3": "2025-03-02", "T1.4": "2025-03-02", "T1.1": "2025-03-03"}
    whole = plans.plan()
    tasks = tuple(
        task._replace(
            deadline=due.get(task.id, task.deadline),
            original_deadline=due.get(task.id, task.deadline),
            title=(titles or {}).get(task.id, task.title),
            **({"kind": "group", "lead": None} if task.id in headings else {}),
        )
        for task in whole.tasks
        if task.id not in without
    )
    milestones = tuple(one for one in whole.milestones if one.task not in without)
    return whole._replace(head=whole.head._replace(**head), tasks=tasks, milestones=milestones)


def replaced(place: str, given, **more) -> dict[str, tuple[str, ...]]:
    """What a load would do, but the titles and what it does not."""
    found = load(place, given, order(dry_run=True), **more).replacement
    return {name: value for name, value in found._asdict().items() if isinstance(value, tuple) and value}


def test_the_open_tasks_that_leave_are_named_and_those_of_them_that_are_overdue(place) -> None:
    assert replaced(place, plan()) == {}
    found = replaced(place, plan(without=("T1.1", "T1.2", "T1.3", "T1.4")))
    assert set(found.pop("retired")) == {"T1.1", "T1.1/m1", "T1.1/m2", "T1.2", "T1.3", "T1.4"}
    assert found == {"leaving": ("T1.1", "T1.4"), "overdue": ("T1.4",)}


def test_tasks_go_on_in_a_plan_of_another_period_with_what_became_of_them(place) -> None:
    """Titles matter where there is a state that one would lose sight of."""
    other = plan(begins="2022-01-01", titles={"T1.1": "新任务", "T1.2": "新任务", "T1.4": "新任务"})
    assert replaced(place, other) == {
        "carried": ("T1.1", "T1.4", "C1.1"), "renamed": ("T1.1", "T1.2"), "finished": ("T1.3",), "overdue": ("T1.4",),
    }  # fmt: skip
    assert replaced(place, plan(titles={"T1.1": "新任务"})) == {}, "the same period: it is the same task"


def test_a_task_at_work_that_becomes_a_heading_is_named(place) -> None:
    assert replaced(place, plan(headings=("T1.1", "T1.4"))) == {"divided": ("T1.1",)}
    found = replaced(place, plan(headings=("T1.1",), begins="2022-01-01"))
    assert found["divided"] == ("T1.1",) and "T1.1" not in found["carried"]


@pytest.mark.parametrize(
    ("field", "asks"),
    [
        *((name, True) for name in ("by", "retired", "carried", "renamed", "finished", "divided")),
        *((name, False) for name in ("title", "leaving", "overdue")),
    ],
)
def test_somebody_agrees_to_each_thing_that_cannot_be_seen_afterwards(field, asks) -> None:
    value = "标题" if field in ("by", "title") else ("T1",)
    assert Replacement(**{field: value}).asks is asks

"""In which list a task of a department waits, and which of them the office and a verifier have."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Milestone
from qplan.ledger import create
from qplan.service import mine as service
from qplan.service import queries

DAY = date(2025, 3, 3)
URGED = {"status": "active", "urge_level": "reminder", "urged_on": "2025-02-10"}


@pytest.fixture
def page():
    """The page of a department, of a plan whose tasks have these fields; ``T1.1`` stands for all others."""

    def build(dept: str = "scjg", goals=(), day: date = DAY, **fields):
        whole = plans.plan()
        tasks = tuple(one._replace(**fields.get(one.id.replace(".", "_"), {})) for one in whole.tasks)
        with create.in_memory(plans.RECORDED) as ledger:
            plans.fill(ledger, whole._replace(tasks=tasks, milestones=tuple(goals)))
            return service.mine(queries.open_snapshot(ledger, day), dept)

    return build


def lists_of(page, ident: str = "T1.1") -> list[str]:
    return [name for name in service.LISTS if ident in [item.task.id for item in getattr(page, name)]]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["to_accept"]),
        ({"begins": "2025-03-04"}, []),
        ({"begins": "2025-03-03"}, ["to_accept"]),
        ({"status": "active", "last_update": "2025-03-01"}, []),
        ({"status": "active", "deadline": "2025-03-02"}, ["overdue"]),
        ({"status": "active", "deadline": "2025-03-03"}, ["due_soon"]),
        ({"status": "active", "deadline": "2025-04-02", "last_update": "2025-03-01"}, ["due_soon"]),
        ({"status": "active", "deadline": "2025-04-03", "last_update": "2025-03-01"}, []),
        ({"status": "active", "result": "缺盖章", "extension_to": "2026-01-01"}, ["returned"]),
        ({"status": "assigned", "result": "缺盖章", "dispute": "职能不符"}, ["disputed"]),
        ({"status": "submitted", "result": "缺盖章"}, ["waiting"]),
        ({"status": "active", "extension_to": "2026-01-01", "last_update": "2025-03-01"}, ["waiting"]),
        (URGED | {"answer_by": "2025-03-03"}, ["urged"]),
        (URGED | {"answer_by": "2025-03-02"}, ["urged"]),
        (URGED | {"answered_on": "2025-03-01", "last_update": "2025-03-01"}, []),
        ({"status": "closed", "extension_to": "2026-01-01"}, []),
        ({"lead": "fgj"}, []),
    ],
)
def test_a_task_waits_in_the_most_pressing_list_of_its_lead(page, fields, expected) -> None:
    assert lists_of(page(T1_1={"deadline": "2025-12-31", **fields})) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "submitted"}, ["to_verify"]),
        ({"status": "submitted", "verifier": "fgj"}, []),
        ({"extension_to": "2026-01-01", "dispute": "职能不符"}, ["requests"]),
        ({"dispute": "职能不符"}, ["disputes"]),
        (URGED | {"answer_by": "2025-03-03"}, []),
        (URGED | {"answer_by": "2025-03-02"}, ["unanswered"]),
        (URGED | {"answered_on": "2025-02-25"}, ["answered"]),
        (URGED | {"answered_on": "2025-02-24"}, []),  # an answer is news for seven days
        ({"answered_on": "2025-03-01", "urge_level": None}, []),
        ({"status": "blocked"}, ["coordination"]),
        (URGED | {"needs": "请协调", "answer_by": "2025-03-02"}, ["unanswered", "coordination"]),
        ({"status": "closed", "needs": "请协调", "extension_to": "2026-01-01"}, []),
    ],
)
def test_the_office_has_what_waits_for_its_decision(page, fields, expected) -> None:
    assert lists_of(page("zlb", T1_1=fields)) == expected


def test_a_task_of_the_office_itself_waits_in_one_list(page) -> None:
    """Its decision on it comes before what it has to do as a lead."""
    own = page("zlb", T1_1={"lead": "zlb", "deadline": "2025-03-02", "dispute": "r"}, T1_2={"lead": "zlb"})
    assert (lists_of(own), lists_of(own, "T1.2"), own.open) == (["disputes"], ["to_accept"], 2)


def test_a_verifier_has_the_completions_that_it_verifies(page) -> None:
    own = page("fgj", T1_1={"status": "submitted", "verifier": "fgj"}, T1_2={"status": "submitted"})
    assert [item.task.id for item in own.to_verify] == ["T1.1"]


def test_the_open_tasks_that_it_leads_and_supports_are_counted(page) -> None:
    """One that it leads with others is its own."""
    own = page("fgj", T1_1={"status": "closed"}, T1_2={"joint": "fgj"}, T1_3={"support": ""})
    assert (own.open, own.supports) == (2, 1)


def test_its_goals_are_those_missed_or_due_as_soon_as_tasks_are(page) -> None:
    due = {1: "2025-03-02", 2: "2025-03-03", 3: "2025-04-02", 4: "2025-04-03"}
    goals = [Milestone(f"T1.1/m{n}", "T1.1", "目标", day, day, position=n) for n, day in due.items()]
    goals.append(Milestone("C1.1/m1", "C1.1", "别家", "2025-03-05", "2025-03-05", position=5))
    found = page(goals=goals).milestones
    assert [(one.milestone.id, one.missed) for one in found] == [
        ("T1.1/m1", True), ("T1.1/m2", False), ("T1.1/m3", False),
    ]  # fmt: skip

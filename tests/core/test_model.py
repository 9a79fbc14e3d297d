"""Records: what a new one has, and what is derived from one."""

from __future__ import annotations

import pytest

from qplan.core.model import (
    DEFINED,
    RECORDS,
    Actor,
    Change,
    Department,
    Indicator,
    Plan,
    PlanHead,
    Task,
    TaskFilter,
    ids,
    in_force,
)


@pytest.mark.parametrize("entity", RECORDS)
def test_a_new_record_counts_nothing_and_is_in_the_plan(entity: str) -> None:
    defaults = RECORDS[entity]._field_defaults  # type: ignore[attr-defined]
    assert {value for value in defaults.values() if isinstance(value, int)} == {0}


def test_a_filter_without_conditions_selects_the_leaves_of_the_plan() -> None:
    assert not any((TaskFilter().open, TaskFilter().unconfirmed, TaskFilter().groups, TaskFilter().retired))


def test_the_plan_in_force_is_the_one_that_began_last() -> None:
    old = PlanHead("b", "t", begins="2021-01-01", issued="2026-01-01")
    heads = [
        old,
        PlanHead("a", "t", begins="2026-01-01"),
        PlanHead("c", "t", begins="2026-01-01", issued="2025-12-01"),
    ]
    assert in_force(heads) == heads[2] and in_force([*heads[:2]]) == heads[1]
    assert in_force([]) is None


def test_items_are_separated_as_in_the_language_of_the_plan() -> None:
    assert (PlanHead("p", "t").comma, PlanHead("p", "t", language="en").comma) == ("、", ", ")


def test_the_first_lead_stands_first() -> None:
    row = Task("T1", "task", "x", "c", lead="scjg", joint="slj fgj")
    assert row.leads == ("scjg", "slj", "fgj")
    assert row._replace(joint="").leads == ("scjg",)
    assert row._replace(lead=None).leads == ()


@pytest.mark.parametrize(
    "basis, of_support, found",
    [
        ("confirmed", "proposed", "confirmed"),
        ("plan", "proposed", "proposed"),
        ("plan", None, "plan"),
        (None, None, None),
    ],
)
def test_supporters_are_confirmed_with_the_lead(basis, of_support, found) -> None:
    assert Task("T1", "task", "x", "c", basis=basis, support_basis=of_support).basis_of_support == found


def test_a_proposed_day_of_a_target_is_settled_by_its_document() -> None:
    proposed = Indicator("I1", "x", deadline_basis="proposed")
    assert proposed.basis_of_deadline == "proposed"
    assert proposed._replace(target_document="文1号").basis_of_deadline is None


def test_a_department_is_called_by_its_official_name() -> None:
    assert [Department("a", "市监", full_name=name).title for name in (None, "市场监管局")] == [
        "市监",
        "市场监管局",
    ]


def test_an_actor_acts_for_a_department() -> None:
    assert (str(Actor("甲", "zlb")), Actor("甲", "zlb").acts_for) == ("甲@zlb", "zlb")
    assert Actor("甲", "zlb", "质量办").acts_for == "质量办"
    assert Change("task.report", "T1", {}, {}).entity == "task"


def test_a_load_writes_what_the_plan_defines_and_nothing_that_happened() -> None:
    assert {"lead", "deadline", "retired", "fields"} < set(DEFINED["task"])
    assert not {"leader", "status", "progress", "version"} & set(DEFINED["task"])
    assert not any("version" in fields for fields in DEFINED.values())
    assert "target_document" not in DEFINED["indicator"] and "parts" in DEFINED["indicator"]
    plan = Plan(PlanHead("p", "t"), (), (), (), ())
    assert [len(plan.records(entity)) for entity in RECORDS] == [1, 0, 0, 0, 0, 0]


def test_a_list_of_ids_is_separated_by_blanks() -> None:
    assert (ids("fgj scjg"), ids(""), ids(None)) == (("fgj", "scjg"), (), ())

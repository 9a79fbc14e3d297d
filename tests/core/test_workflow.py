"""The table of the cycle, cell by cell, against an independent copy of what the plan asks for."""

from __future__ import annotations

from itertools import product

import pytest

from core.cycle import ACTORS, GIVEN, act, after, task
from qplan.core import workflow
from qplan.core.model import GROUP, Actor
from qplan.core.workflow import BY_ACTION, ROLES, STATUS, TRANSITIONS
from qplan.errors import BadInput, QplanError, Refused

# action: the states in which it is open (by initial), who may take it, the state after it (- the same).
#                  states A=assigned V=active B=blocked S=submitted C=closed T=terminated
EXPECTED = """
accept      A      office lead     V
dispute     A      lead            -
report      VB     office lead     -
contribute  VB     support         -
block       V      office lead     B
resume      B      office lead     V
submit      VB     office lead     S
request     VB     lead            -
approve     S      office verifier C
return      S      office verifier V
extend      AVBS   office          -
refuse      AVBS   office          -
assign      AVBS   office          -
reassign    VBS    office          A
confirm     AVBS   office          -
urge        AVBS   office          -
terminate   AVBS   office          T
reopen      CT     office          V
"""
INITIALS = {
    "A": "assigned",
    "V": "active",
    "B": "blocked",
    "S": "submitted",
    "C": "closed",
    "T": "terminated",
}


def expected() -> dict[str, tuple[set[str], set[str], str | None]]:
    table = {}
    for line in EXPECTED.strip().splitlines():
        action, states, *roles, to = line.split()
        table[action] = ({INITIALS[c] for c in states}, set(roles), INITIALS.get(to))
    return table


def test_the_table_has_exactly_the_actions_expected() -> None:
    assert set(expected()) == set(BY_ACTION), "a step: TRANSITIONS in core/workflow.py, and EXPECTED here"
    assert set(INITIALS.values()) == set(STATUS), "a status: STATUS in core/workflow.py, and INITIALS here"
    assert len(TRANSITIONS) == len(BY_ACTION)


@pytest.mark.parametrize("action", sorted(BY_ACTION))
def test_every_cell(action: str) -> None:
    """In each state each action of each role is allowed and leads where it must, or is refused and says what is open."""
    states, roles, to = expected()[action]
    for state, role in product(STATUS, ROLES):
        verifier = "zjj" if role == "verifier" else None
        row = task(state, extension_to="2026-02-01" if action == "refuse" else None, verifier=verifier)
        if state in states and role in roles:
            change = act(row, action, role)
            assert change.kind == f"task.{action}"
            assert change.after.get("status", state) == (to or state), (state, role)
            assert change.before == {name: getattr(row, name) for name in change.after}
            continue
        with pytest.raises(Refused) as refusal:
            act(row, action, role)
        sentence = str(refusal.value)
        assert row.id in sentence, (state, role)
        for step in workflow.open_transitions(row, role):
            assert step.verb in sentence, (state, role)


@pytest.mark.parametrize("action", ["approve", "return"])
def test_the_office_leaves_verifying_to_the_verifier_of_a_task(action: str) -> None:
    with pytest.raises(Refused, match="verifier"):
        act(task("submitted", verifier="zjj"), action, "office")


@pytest.mark.parametrize("lead", ["scjg", "nync", "fgj"])
def test_every_joint_lead_takes_the_steps_of_a_lead(lead: str) -> None:
    row = task("active", joint="nync fgj", support="")
    assert workflow.role_of(Actor("x", lead), row, "zlb") == "lead"


def test_a_task_is_handed_to_another_lead_only_where_its_first_one_goes() -> None:
    row = task("active", joint="nync", support="")
    assert workflow.resolve_action("assign", row, "office", {"lead": "scjg slj"}) == "assign"
    assert workflow.resolve_action("assign", row, "office", {"lead": "nync"}) == "reassign"
    change = act(row, "assign", lead="nync scjg")
    assert (change.after["lead"], change.after["joint"], change.after["basis"]) == (
        "nync",
        "scjg",
        "confirmed",
    )
    assert act(row, "reassign", lead="slj fgj").after["joint"] == "fgj"


@pytest.mark.parametrize("action", [step.action for step in TRANSITIONS if step.requires])
def test_what_a_step_requires_is_asked_for(action: str) -> None:
    step = BY_ACTION[action]
    row = task(step.states[0], extension_to="2026-02-01" if action == "refuse" else None)
    for missing in step.requires:
        with pytest.raises(BadInput, match=workflow.option(missing)):
            act(row, action, step.roles[0], **{missing: None})


@pytest.mark.parametrize(
    "action", sorted(step.action for step in TRANSITIONS if "next_step" not in step.accepts)
)
def test_what_has_no_place_in_a_step_is_refused_and_not_dropped(action: str) -> None:
    step = BY_ACTION[action]
    row = task(step.states[0], extension_to="2026-02-01" if action == "refuse" else None)
    with pytest.raises(BadInput, match="--next"):
        act(row, action, step.roles[0], next_step="下月验收")


@pytest.mark.parametrize("action", sorted(BY_ACTION))
def test_every_step_takes_a_note_and_keeps_it(action: str) -> None:
    step = BY_ACTION[action]
    row = task(step.states[0], extension_to="2026-02-01" if action == "refuse" else None)
    change = act(row, action, step.roles[0], note="电话记录")
    kept = [*change.after.values(), *change.info.values()]
    assert any("电话记录" in str(value) for value in kept)


def test_headings_and_retired_tasks_take_no_steps() -> None:
    with pytest.raises(Refused, match="heading"):
        act(task()._replace(kind=GROUP), "report")
    with pytest.raises(Refused, match="left the plan"):
        act(task(retired=1), "report")


def test_update_to_a_status_takes_the_step_that_leads_there() -> None:
    for step in TRANSITIONS:
        for state in step.states:
            if step.to is not None:
                assert workflow.named_action(task(state), step.to, "office", {}) == step.action
    with pytest.raises(Refused, match="in one step"):
        workflow.named_action(task("assigned"), "closed", "office", {})


def test_one_command_means_the_step_that_fits_who_asks() -> None:
    row = task()
    assert workflow.resolve_action("extend", row, "lead", {}) == "request"
    assert workflow.resolve_action("extend", row, "office", {}) == "extend"
    assert workflow.resolve_action("report", row, "support", {}) == "contribute"
    assert workflow.resolve_action("assign", row, "office", {"lead": "nync"}) == "reassign"
    assert workflow.resolve_action("assign", row, "office", {"lead": "scjg"}) == "assign"
    assert workflow.resolve_action("assign", task("assigned"), "office", {"lead": "nync"}) == "assign"
    assert {step.verb for step in TRANSITIONS} == set(workflow.VERBS)


def test_the_office_acting_for_the_lead_is_named_in_the_event() -> None:
    assert act(task("assigned"), "accept", "office").info["on_behalf_of"] == "scjg"
    assert "on_behalf_of" not in act(task("assigned"), "accept", "lead").info
    assert "on_behalf_of" not in act(task("submitted"), "approve", "office").info


def test_status_is_given_by_code_or_label() -> None:
    assert workflow.parse_status("办理中") == workflow.parse_status("Active") == "active"
    with pytest.raises(BadInput, match="assigned \\(to accept\\)"):
        workflow.parse_status("nosuch")


def test_a_full_round_leaves_no_trace_of_the_round_before() -> None:
    row = task("assigned")
    for role, action in (("lead", "accept"), ("lead", "submit"), ("office", "approve"), ("office", "reopen")):
        row = after(row, act(row, action, role, facts={"progress": 40}))
    assert (row.status, row.progress) == ("active", 40)
    assert (row.closed_on, row.closed_by, row.submitted_on, row.result) == (None, None, None, None)


def test_the_given_values_of_these_tests_cover_every_requirement() -> None:
    for step in TRANSITIONS:
        assert set(step.requires) <= set(GIVEN.get(step.action, {}))
    assert set(ACTORS) == set(ROLES)


@pytest.mark.parametrize("action", ["approve"])
def test_an_error_of_the_rules_is_one_of_ours(action: str) -> None:
    row = task("submitted", submitted_by="甲@zlb")
    with pytest.raises(QplanError, match="甲@zlb"):
        act(row, action)

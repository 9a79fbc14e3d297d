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
    assert act(task(joint="nync"), "report", "office").info["on_behalf_of"] == "scjg nync"
    for own in (task(lead=None), task(lead="zlb"), task(joint="zlb")):
        assert "on_behalf_of" not in act(own, "report", "office").info
    urged = task(urge_level="reminder", urged_on="2025-06-16")
    assert "answered_on" not in act(urged, "report", "office").after  # nobody of the lead has answered


def test_status_is_given_by_code_or_label() -> None:
    assert workflow.parse_status("办理中") == workflow.parse_status("Active") == "active"
    with pytest.raises(BadInput, match="assigned \\(to accept\\)"):
        workflow.parse_status("nosuch")


@pytest.mark.parametrize(
    "text, code", [("进行中", "active"), ("In progress", "active"), ("终止", "terminated")]
)
def test_a_usual_name_of_one_status_means_it(text: str, code: str) -> None:
    assert workflow.parse_status(text) == code


@pytest.mark.parametrize(
    "text, sentence",
    [("完成", r"may mean: submitted \(to verify\), closed"), ("逾期", "--overdue"), ("overdue", "--overdue")],
)
def test_a_name_of_several_or_no_statuses_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        workflow.parse_status(text)


@pytest.mark.parametrize(
    "status, needs, expected",
    [
        ("blocked", None, True), ("active", "协调用地", True), ("assigned", "协调用地", True), ("active", "无", False),
        ("active", None, False), ("closed", "协调用地", False),
    ],
)  # fmt: skip
def test_a_task_needs_coordination_while_it_is_blocked_or_its_lead_needs_something(
    status, needs, expected
) -> None:
    assert workflow.needs_coordination(task(status, needs=needs)) is expected


def test_a_task_without_a_day_shows_the_words_of_its_document() -> None:
    assert workflow.shown_deadline(task(deadline_text="年底")) == "2025-12-31"
    assert workflow.shown_deadline(task(deadline=None, deadline_text="年底", term="ongoing")) == "年底"
    assert workflow.shown_deadline(task(deadline=None, term="ongoing")) == "ongoing"
    assert workflow.shown_deadline(task(deadline=None)) is None


def test_a_heading_shows_no_status_and_what_left_the_plan_shows_that() -> None:
    assert workflow.shown_status(task()) == "active"
    assert workflow.shown_status(task()._replace(kind=GROUP)) is None
    assert workflow.shown_status(task(retired=1)) == "left_plan"


def test_a_department_is_what_the_task_says_it_is() -> None:
    row = task(verifier="zjj")
    roles = {role: workflow.role_of(actor, row, "zlb") for role, actor in ACTORS.items()}
    assert roles == {role: role for role in ACTORS}


def test_verifying_is_the_office_s_or_the_verifier_s() -> None:
    approve = BY_ACTION["approve"]
    assert workflow.takers(approve, task("submitted")) == ("office",)
    assert workflow.takers(approve, task("submitted", verifier="zjj")) == ("verifier",)
    assert workflow.takers(BY_ACTION["report"], task(verifier="zjj")) == ("lead", "office")


@pytest.mark.parametrize(
    "row, verb, status, given, steps",
    [
        (task(), None, "submitted", {}, ["submit"]),
        (task(), None, "closed", {}, []),
        (task(), None, "active", {}, ["report", "contribute"]),
        (task("assigned"), None, None, {}, ["accept"]),
        (task("assigned"), "report", None, {}, ["accept"]),
        (task("closed"), None, None, {}, []),
        (task(), "resume", None, {}, []),
        (task("blocked"), "resume", None, {}, ["resume"]),
        (task(), "extend", None, {}, []),
        (task(), "extend", None, {"to": "2026-03-31"}, ["request", "extend", "refuse"]),
        (task(extension_to="2026-03-31"), "refuse", None, {}, ["refuse"]),
        (task(), "refuse", None, {}, []),
        (task(), "confirm", None, {}, ["confirm"]),
        (task(basis="confirmed"), "confirm", None, {}, []),
        (task(basis="confirmed", dispute="职能不符"), "confirm", None, {}, ["confirm"]),
        (task(basis="confirmed"), "urge", None, {}, ["urge"]),
        (task(), "assign", None, {}, ["assign", "reassign"]),
    ],
)
def test_a_command_on_a_selection_means_these_steps_for_a_task(row, verb, status, given, steps) -> None:
    found = workflow.applicable_steps(row, verb, status, given)
    assert [step.action for step in found] == steps


@pytest.mark.parametrize(
    "verb, status, actions",
    [
        (None, None, "report contribute accept"),
        (None, "blocked", "report contribute accept block"),
        (None, "closed", "report contribute accept approve"),
        ("report", None, "report contribute accept"),
        ("extend", None, "request extend refuse"),
        ("refuse", None, "refuse"),
        ("urge", None, "urge"),
    ],
)
def test_the_actions_that_a_command_may_mean(verb, status, actions) -> None:
    assert workflow.meant_actions(verb, status) == set(actions.split())


@pytest.mark.parametrize(
    "row, status, role, given, action",
    [
        (task(), None, "lead", {"progress": 5}, "report"),
        (task(), "active", "lead", {"progress": 5}, "report"),
        (task("assigned"), None, "lead", {"progress": 0}, "accept"),
        (task("assigned"), None, "lead", {"progress": None}, "report"),
        (task("assigned"), "assigned", "lead", {"progress": 5}, "report"),
        (task("assigned"), None, "support", {"note": "x"}, "contribute"),
    ],
)
def test_a_report_accepts_a_task_and_is_a_part_of_a_supporter(row, status, role, given, action) -> None:
    assert workflow.named_action(row, status, role, given) == action
    assert workflow.resolve_action("urge", row, "support", {}) == "urge"


@pytest.mark.parametrize(
    "row, role, named, silent",
    [
        (task("assigned"), "support", "Once its lead has accepted it", "urge"),
        (task("closed"), "support", "As support you cannot change it now", "Once"),
        (task("assigned"), "other", "As other you cannot change it now", "Once"),
        (task(), "office", "confirm", "--refuse"),
        (task(extension_to="2026-03-31"), "office", "extend --refuse", "approve"),
        (task(basis="confirmed"), "office", "urge", "confirm "),
        (task(basis="confirmed", dispute="职能不符"), "office", "confirm ", "--refuse"),
        (task(basis="confirmed", deadline_basis="proposed"), "office", "confirm ", "--refuse"),
    ],
)
def test_the_steps_open_to_a_role_are_those_that_have_an_object(row, role, named, silent) -> None:
    sentence = workflow.legal_actions(row, role)
    assert named in sentence and silent not in sentence


@pytest.mark.parametrize("field, most", [("note", 2000), ("title", 200), ("document", 200), ("unit", 200)])
def test_a_text_has_so_many_characters_at_most(field: str, most: int) -> None:
    workflow.check_texts({field: "x" * most, "support": "x" * 2001})
    with pytest.raises(BadInput, match=f"--{field} has {most + 1} characters, {most} are allowed"):
        workflow.check_texts({field: "x" * (most + 1)})


def test_characters_that_are_not_for_reading_and_empty_texts_are_refused() -> None:
    workflow.check_texts({"note": "一\n二\u3000三\U0001f600\ue000", "support": "", "progress": 0})
    for code in (7, 0x202E):
        with pytest.raises(BadInput, match=rf"--next .*U\+{code:04X}"):
            workflow.check_texts({"next_step": f"a{chr(code)}b\u2066"})
    with pytest.raises(BadInput, match="--note: the text is empty"):
        workflow.check_texts({"note": ""})


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

"""What verify finds in entries that the program would not have written, and that it finds nothing in its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.cycle import ACTORS, OFFICE, TODAY, act, clock, task
from qplan.core import audit, events, figures, milestones
from qplan.core.audit import Situation
from qplan.core.model import Actor, Actual, Change, Event, Indicator, Milestone, PlanHead, Task
from qplan.core.workflow import BY_ACTION, VERIFIER

PLAN = PlanHead("p", "规划", begins="2021-01-01", ends="2025-12-31", office=OFFICE)
GOAL = Milestone("T2.1.3/m1", "T2.1.3", "方案印发", "2025-06-17", "2025-06-17", position=1)
RATE = Indicator("I3", "合格率", unit="%", target="95", lead="scjg", target_status="to_be_assigned")
LEAD, OFFICER = ACTORS["lead"], ACTORS["office"]


def entry(
    seq: int, change: Change, actor: Actor = OFFICER, on: date = TODAY, recorded: date | None = None
) -> Event:
    body = events.bodies_of([change])[0]
    return Event(
        seq, f"{recorded or on}T01:00:00Z", str(on), str(actor), change.kind, change.subject, body, "", ""
    )


def at(
    change: Change, record: Any, actor: Actor = OFFICER, on: date = TODAY, owner: Any = None, history: Any = (),
    recorded: date | None = None, **rules: Any,
) -> Situation:  # fmt: skip
    event = entry(9, change, actor, on, recorded)
    return Situation(event, change.after, change.info, record, owner, history, PLAN, clock(on, **rules))


def found(*args: Any, **more: Any) -> list[str]:
    return list(audit.irregularities(at(*args, **more)))


def row_for(action: str, **fields: Any) -> tuple[Task, str]:
    """A task on which a step can be taken, and the role that takes it."""
    step = BY_ACTION[action]
    role = step.roles[0] if step.roles[0] != VERIFIER else "office"
    asked = "2026-02-01" if action == "refuse" else None
    return task(step.states[0], extension_to=asked, **fields), role


@pytest.mark.parametrize("action", sorted(BY_ACTION))
def test_nothing_is_found_in_what_the_program_writes_of_a_step(action: str) -> None:
    row, role = row_for(action)
    assert found(act(row, action, role, note="电话记录"), row, ACTORS[role]) == []
    assert found(act(row, action, role), row, ACTORS[role]) == []


@pytest.mark.parametrize(
    "action, fields",
    [
        ("block", {"difficulty": "缺场地", "needs": "协调用地"}),
        ("submit", {"evidence": "文〔2025〕1号", "evidence_sha256": None}),
        ("resume", {}),
        ("report", {"progress": 50}),
        ("urge", {"urge_level": "reminder", "deadline": "2025-01-31", "urged_on": "2025-05-01"}),
        ("contribute", {"support_note": "nync 2025-06-01 一\n 二\nfgj 2025-06-02 三"}),
        ("assign", {"basis": "confirmed", "dispute": "职能不符"}),
    ],
)
def test_nothing_is_found_where_a_value_was_given_that_the_task_had(
    action: str, fields: dict[str, Any]
) -> None:
    row, role = row_for(action, **fields)
    again = {"urge": {"level": "reminder"}, "assign": {"lead": "scjg"}, "resume": {"difficulty": "缺场地"}}
    more = again.get(action, {})
    change = act(row, action, role, **more)
    assert change.after and found(change, row, ACTORS[role]) == []


def test_nothing_is_found_in_a_handing_over_to_several_leads() -> None:
    row = task("active", joint="slj")
    for action, lead in (("assign", "scjg nync"), ("reassign", "nync slj")):
        assert found(act(row, action, lead=lead, support="fgj"), row) == []


@pytest.mark.parametrize(
    "action, changed, named",
    [
        ("report", {"last_update": "2025-06-17"}, "last update"),
        ("report", {"closed_by": "甲@zlb"}, "verified by"),
        ("submit", {"submitted_by": "丁@slj"}, "submitted by"),
        ("accept", {"accepted_on": "2025-01-01"}, "accepted on"),
        ("approve", {"progress": 99}, "progress"),
        ("reassign", {"accepted_on": "2025-01-01"}, "accepted on"),
        ("extend", {"extensions": 5}, "extensions"),
    ],
)
def test_another_value_than_the_program_would_have_written_is_named(action, changed, named) -> None:
    row, role = row_for(action)
    change = act(row, action, role)
    (what,) = found(change._replace(after={**change.after, **changed}), row, ACTORS[role])
    assert (
        what == f"{ACTORS[role]} wrote past the program: the program would have written other values: {named}"
    )


@pytest.mark.parametrize("info, named", [({"late": True}, "late"), ({"on_behalf_of": "fgj"}, "on_behalf_of")])
def test_another_fact_beside_the_fields_is_named(info: dict[str, object], named: str) -> None:
    row, role = row_for("request")
    change = act(row, "request", role)
    (what,) = found(change._replace(info={**change.info, **info}), row, LEAD)
    assert what.endswith(f"other values: {named}")


def test_a_step_that_the_rules_refuse_is_named_with_their_reason() -> None:
    row = task("submitted", submitted_by="甲@zlb")
    change = act(row._replace(submitted_by="乙@scjg"), "approve")
    assert "cannot verify it" in found(change, row)[0]
    claim = entry(3, Change("task.submit", row.id, {}, {"status": "submitted"}), OFFICER)
    assert "cannot verify it" in found(change, row._replace(submitted_by="乙@scjg"), history=[claim])[0]
    row, _role = row_for("dispute", basis="confirmed")
    assigned = entry(2, Change("task.assign", row.id, {}, {"lead": "scjg"}), on=date(2025, 6, 3))
    assert "within 3 working days" in found(act(row, "dispute", "lead"), row, LEAD, history=[assigned])[0]
    late = entry(2, Change("task.assign", row.id, {}, {"lead": "scjg"}), on=date(2025, 6, 17))
    assert found(act(row, "dispute", "lead"), row, LEAD, history=[late]) == []


def test_an_assignment_that_is_a_handing_over_is_named_as_one() -> None:
    row = task()
    change = act(row, "reassign")
    assert found(change, row) == []
    (what,) = found(change._replace(kind="task.assign"), row)
    assert "this is a step “hand to another lead”" in what


@pytest.mark.parametrize(
    "kind",
    ["task.define", "task.amend", "task.retire", "task.undo", "task.send", "task.x", "department.amend"],
)
def test_entries_that_are_no_steps_are_not_decided_anew(kind: str) -> None:
    assert found(Change(kind, "T2.1.3", {}, {"status": "closed"}), task()) == []


def test_nothing_is_found_in_what_the_program_writes_of_a_goal() -> None:
    row, on = task(), TODAY
    made = milestones.added(row, (GOAL,), "评估", "2025-09-30", LEAD, PLAN)
    assert found(made, None, LEAD, owner=row) == []
    for actor, change in (
        (LEAD, milestones.done(row, GOAL, on, "已印发", LEAD, OFFICE)),
        (OFFICER, milestones.moved(row, GOAL, "2025-07-31", "推迟", OFFICER, PLAN)),
        (OFFICER, milestones.renamed(row, (GOAL,), GOAL, "公布", None, OFFICER, OFFICE)),
        (OFFICER, milestones.removed(row, GOAL, "并入", OFFICER, OFFICE)),
    ):
        assert found(change, GOAL, actor, owner=row) == []
        assert "Milestones of T2.1.3" in found(change, GOAL, ACTORS["other"], owner=row)[0]
    assert (
        "other values: "
        in found(made._replace(after={**made.after, "basis": "confirmed"}), None, LEAD, owner=row)[0]
    )
    assert (
        "lacks what such a step needs"
        in found(Change("milestone.add", "T2.1.3/a1", {}, {}), None, owner=row)[0]
    )


def test_nothing_is_found_in_what_the_program_writes_of_a_figure_or_target() -> None:
    on, source = date(2025, 1, 20), "年报"
    first = figures.measured(RATE, None, "2024-Q4", "96.2", source, on, "注", LEAD, OFFICE)
    assert found(first, None, LEAD, on, RATE) == []
    held = Actual("I3/2024-Q4", "I3", 2024, "96.2", source, "2025-01-20", "注", period="2024-Q4")
    for keep in (True, False):
        change = figures.measured(RATE, held, "2024-Q4", "96.1", source, TODAY, None, LEAD, OFFICE, keep)
        assert found(change, held, LEAD, owner=RATE) == []
    assert "are reported by its lead" in found(first, None, ACTORS["other"], on, RATE)[0]
    for year in (None, 2026):
        change = figures.assigned(RATE, (), "96", None, "<=", "文1号", year, OFFICER, OFFICE)
        assert found(change, RATE) == []
        assert "by the office" in found(change, RATE, LEAD)[0]


def undone(event: Event | None, change: Change, record: Any, since: Any = (), **more: Any) -> list[str]:
    return list(audit.undoing(at(change, record, **more), event, since))


def test_an_undoing_gives_back_what_was_before_its_entry() -> None:
    row = task()
    report = act(row, "report", "lead")
    event = entry(5, report, LEAD)
    back = events.inverse(event)
    after = row._replace(**report.after)
    assert undone(event, back, after) == undone(event, back, after._replace(submitted_by=str(OFFICER))) == []
    assert "not there" in undone(None, back, after)[0]
    assert "not there" in undone(event._replace(subject="T1"), back, after)[0]
    for wrong in (back._replace(after={**back.after, "progress": 41}), back._replace(kind="task.retire")):
        assert "does not give back what was before no. 5" in undone(event, wrong, after)[0]


def test_an_undoing_of_what_was_set_again_since_is_named() -> None:
    report = act(task(), "report", "lead")
    event, back = entry(5, report, LEAD), events.inverse(entry(5, report, LEAD))
    again = entry(6, Change("task.report", "T2.1.3", {"progress": 50}, {"progress": 60}), LEAD)
    assert "no. 6 had set the same since" in undone(event, back, task(), [again])[0]
    for harmless in (
        entry(6, Change("task.report", "T2.1.3", {}, {"note": "x"}), LEAD),
        again._replace(kind="milestone.done"),
    ):
        assert undone(event, back, task(), [harmless]) == []
    assert undone(event, back, task(), [again, entry(7, events.inverse(again), LEAD)]) == []


def test_who_reported_a_completion_does_not_close_it_by_an_undoing() -> None:
    closed = task("closed", submitted_by="乙@scjg", submitted_on="2025-06-10")
    reopened = entry(8, act(closed, "reopen"))
    back = events.inverse(reopened)
    active = closed._replace(status="active", submitted_by=None)
    claim = entry(3, Change("task.submit", closed.id, {}, {"status": "submitted"}))
    assert "cannot verify it" in undone(reopened, back, active, history=[claim, reopened])[0]
    assert undone(reopened, back, active, history=[claim, reopened], one_person_office=True) == []


@pytest.mark.parametrize(
    "days, most, beyond", [(3, 3, False), (4, 3, True), (0, 0, False), (1, 0, True), (99, None, False)]
)
def test_an_entry_reaches_back_no_further_than_the_rules_allow(
    days: int, most: int | None, beyond: bool
) -> None:
    change = act(task(), "report", "lead")
    recorded = date.fromordinal(TODAY.toordinal() + days)
    said = list(audit.reach(at(change, task(), LEAD, recorded=recorded, backdate_days=most)))
    assert [what.partition("; ")[2] for what in said] == [f"the rules allow {most}"] * beyond
    for kind in ("task.undo", "task.define"):
        assert (
            list(audit.reach(at(change._replace(kind=kind), task(), recorded=recorded, backdate_days=0)))
            == []
        )

"""What each step does to the record: four eyes, extensions, disputes, urging, reopening."""

from __future__ import annotations

from datetime import date

import pytest

from core.cycle import ACTORS, OFFICE, TODAY, act, after, clock, task
from qplan.core import effects, workflow
from qplan.core.calendar import closed_late
from qplan.core.decision import decide
from qplan.core.events import REPORT
from qplan.core.model import Actor, Task
from qplan.core.workflow import TEXTS, ActionRequest, parts_of
from qplan.errors import BadInput, Refused


def approve(row, who: Actor, **rules):
    return decide(row, ActionRequest("approve", {}, who, TODAY), clock(**rules), OFFICE)


@pytest.mark.parametrize("who", ["乙@scjg", "乙@zlb", "乙 @zlb"])
def test_a_reporter_cannot_verify_under_any_department(who: str) -> None:
    name, _at, dept = who.rpartition("@")
    row = task("submitted", submitted_by="乙@scjg")
    with pytest.raises(Refused):
        approve(row, Actor(name, OFFICE if dept == "zlb" else dept))


def test_a_one_person_office_is_a_setting_and_says_so_in_the_event() -> None:
    row = task("submitted", submitted_by=str(ACTORS["office"]))
    with pytest.raises(Refused, match="another person"):
        approve(row, ACTORS["office"])
    with pytest.raises(Refused, match=r"submitted by 甲@zlb.*another person of the office"):
        approve(row, Actor("甲", OFFICE))
    change = approve(row, ACTORS["office"], one_person_office=True)
    assert change.info["one_person_office"] is True
    assert (
        "one_person_office" not in approve(task("submitted"), ACTORS["office"], one_person_office=True).info
    )


def test_the_refusal_names_who_submitted_and_whose_person_may_verify() -> None:
    claimed = task("submitted", submitted_by="戊@zlb", verifier="zjj")
    with pytest.raises(Refused, match=r"submitted by 戊@zlb.*another person of zjj"):
        act(claimed, "approve", "verifier")
    with pytest.raises(Refused, match="submitted by 戊@zjj"):
        act(claimed._replace(submitted_by=None), "approve", "verifier", facts={"claimants": ("戊@scjg",)})


def test_closing_sets_all_of_the_progress() -> None:
    assert after(task("submitted"), act(task("submitted"), "approve")).progress == 100


def test_closing_remembers_whether_it_was_late_by_the_day_of_the_claim() -> None:
    row = task("submitted", submitted_on="2025-12-31")
    in_time = after(row, act(row, "approve", on=date(2026, 1, 20)))
    assert closed_late(in_time, clock()) is False
    late = task("submitted", submitted_on="2026-01-01")
    change = act(late, "approve", on=date(2026, 1, 20))
    assert change.info["closed_late"] is True


def test_extension_moves_the_deadline_counts_it_and_keeps_the_first_one() -> None:
    row = task()
    row = after(row, act(row, "request", "lead", to="2026-03-31"))
    assert (row.extension_to, row.deadline) == ("2026-03-31", "2025-12-31")
    change = act(row, "extend", to=None)  # the day that was asked for
    assert change.info == {"reason": "项目延后", "asked": "2026-03-31"}
    row = after(row, change)
    assert (row.deadline, row.original_deadline, row.extensions) == ("2026-03-31", "2025-12-31", 1)
    assert (row.extension_to, row.extension_on, row.extension_reason) == (None, None, None)
    row = after(row, act(row, "extend", to="2026-06-30"))
    assert (row.deadline, row.original_deadline, row.extensions) == ("2026-06-30", "2025-12-31", 2)


def test_a_request_after_the_deadline_is_late_however_soon_it_is_granted() -> None:
    row = task(deadline="2025-06-17")
    change = act(row, "request", "lead", to="2025-09-30")
    assert change.info == {"late": True}
    granted = act(after(row, change), "extend", to="2025-08-31")
    assert granted.info["late"] is True and granted.info["asked"] == "2025-09-30"
    assert "late" not in act(task(deadline="2025-06-18"), "request", "lead", to="2025-09-30").info


def test_a_request_in_time_that_is_granted_after_the_deadline_is_not_late() -> None:
    row = task(
        deadline="2025-06-17", extension_to="2025-09-30", extension_on="2025-06-10", extension_reason="雨季"
    )
    assert "late" not in act(row, "extend", to=None).info
    assert "late" not in act(row._replace(extension_on="2025-06-17"), "extend", to=None).info
    assert act(row._replace(extension_on="2025-06-18"), "extend", to=None).info["late"]


@pytest.mark.parametrize(
    "asked, given, reason",
    [("雨季", None, "雨季"), ("雨季", "汛期", "汛期"), (None, "汛期", "汛期"), (None, None, None)],
)
def test_the_reason_of_an_extension_is_the_office_s_or_that_of_the_request(asked, given, reason) -> None:
    granted = act(task(extension_reason=asked), "extend", reason=given)
    assert granted.info == ({"reason": reason} if reason else {})


def test_a_note_serves_as_the_reason_that_a_step_requires() -> None:
    assert act(task("closed"), "reopen", reason=None, note="复查").info["reason"] == "复查"
    both = act(task("closed"), "reopen", reason="复查发现问题", note="电话").info
    assert (both["reason"], both["note"]) == ("复查发现问题", "电话")


@pytest.mark.parametrize("to", ["2025-12-31", "2025-01-01", "2026-02-30", "soon"])
def test_a_new_deadline_is_a_day_after_the_present_one(to: str) -> None:
    with pytest.raises(BadInput):
        act(task(), "extend", to=to)


def test_a_new_deadline_is_later_than_the_day_of_the_entry() -> None:
    for passed in ("2025-06-10", "2025-06-18"):
        with pytest.raises(BadInput, match="passed"):
            act(task(deadline="2025-05-31"), "extend", to=passed)
    assert act(task(deadline="2025-05-31"), "extend", to="2025-06-19").after["deadline"] == "2025-06-19"


def test_refusing_needs_a_request_and_keeps_the_deadline() -> None:
    with pytest.raises(Refused, match="no request"):
        act(task(), "refuse")
    row = task(extension_to="2026-03-31", extension_on="2025-06-10", extension_reason="雨季")
    refused = after(row, act(row, "refuse"))
    assert (refused.deadline, refused.extension_to, refused.extensions) == ("2025-12-31", None, 0)


def test_closing_and_terminating_leave_no_request_open() -> None:
    asked = {"extension_to": "2026-03-31", "extension_on": "2025-06-01", "extension_reason": "雨季"}
    for state, action in (("submitted", "approve"), ("active", "terminate")):
        row = task(state, **asked)
        assert after(row, act(row, action)).extension_to is None


def test_a_dispute_is_heard_within_three_working_days_of_the_assignment() -> None:
    """Assigned on Friday 2025-05-30; Monday 06-02 is a rest day: the third working day is Thursday 06-05."""
    row = task("assigned")
    facts = {"assigned_on": "2025-05-30"}
    assert act(row, "dispute", "lead", date(2025, 6, 5), facts).after["disputed_on"] == "2025-06-05"
    with pytest.raises(Refused, match="3 working days"):
        act(row, "dispute", "lead", date(2025, 6, 6), facts)
    assert act(row, "dispute", "lead", date(2025, 12, 1)).after["dispute"] == "职能不符"  # never handed over


def test_a_dispute_is_settled_by_assigning_confirming_or_accepting() -> None:
    row = task("assigned", dispute="职能不符", disputed_on="2025-06-17", basis="confirmed")
    for action, role, more in (
        ("assign", "office", {"lead": "nync"}),
        ("confirm", "office", {}),
        ("accept", "lead", {}),
    ):
        settled = after(row, act(row, action, role, **more))
        assert (settled.dispute, settled.disputed_on) == (None, None)
    assert act(row, "confirm").info == {"upheld": "职能不符"}
    with pytest.raises(Refused, match="confirmed already"):
        act(row._replace(dispute=None), "confirm")


def test_confirming_makes_the_proposed_deadline_the_office_s() -> None:
    row = task("assigned", basis="proposed", deadline_basis="proposed")
    assert act(row, "confirm").after == {"basis": "confirmed", "deadline_basis": "confirmed"}
    late = row._replace(basis="confirmed")
    assert act(late, "confirm").after == {"deadline_basis": "confirmed"}
    for basis in ("plan", "attached"):
        assert act(row._replace(deadline_basis=basis), "confirm").after == {"basis": "confirmed"}


def test_assigning_confirms_and_takes_the_new_lead_out_of_the_supporters() -> None:
    row = task("assigned")
    assigned = after(row, act(row, "assign", lead="fgj"))
    assert (assigned.lead, assigned.support, assigned.basis) == ("fgj", "", "confirmed")
    with pytest.raises(BadInput, match="lead and support"):
        act(row, "assign", lead="fgj", support="fgj nync")
    with pytest.raises(BadInput, match="--lead"):
        act(row, "assign", owner=None)
    only_owner = after(row, act(row, "assign", owner="待定"))
    assert only_owner.basis == "proposed"


def test_another_lead_must_accept_anew() -> None:
    row = task("submitted", extension_to="2026-03-31", urge_level="urge", urged_on="2025-06-01")
    handed = after(row, act(row, "reassign"))
    assert (handed.status, handed.lead, handed.accepted_on) == ("assigned", "nync", None)
    assert (handed.submitted_by, handed.extension_to, handed.urge_level) == (None, None, None)
    with pytest.raises(Refused, match=r"scjg leads T2\.1\.3 already"):
        act(row, "reassign", lead="scjg")


def test_resuming_and_submitting_end_the_difficulty() -> None:
    for action in ("resume", "submit"):
        row = task("blocked")
        moved = after(row, act(row, action, "lead"))
        assert (moved.difficulty, moved.needs) == (None, None)


def test_returning_says_why_and_may_set_the_progress_back() -> None:
    row = task("submitted", progress=100)
    back = after(row, act(row, "return", note="缺验收单", progress=80))
    assert (back.status, back.result, back.returned_on, back.progress) == (
        "active",
        "缺验收单",
        "2025-06-18",
        80,
    )
    assert (back.submitted_on, back.submitted_by) == (None, None)


def test_each_supporting_department_keeps_its_own_part_with_its_lines() -> None:
    row = task(support="fgj nync")
    for dept, note in (("fgj", "资金到位"), ("nync", "基地建成\r\nfgj 二期开工"), ("fgj", "二期资金到位")):
        wish = ActionRequest("contribute", {"note": note}, Actor("某", dept), TODAY)
        change = decide(row, wish, clock(), OFFICE)
        row = after(row, change)
        assert "\n" not in change.info["note"]
    assert row.support_note == "nync 2025-06-18 基地建成\n fgj 二期开工\nfgj 2025-06-18 二期资金到位"
    assert parts_of(row.support_note) == [
        ("nync", "2025-06-18", "基地建成\nfgj 二期开工"),
        ("fgj", "2025-06-18", "二期资金到位"),
    ]
    assert row.last_update == task().last_update


def test_the_texts_of_a_report_keep_their_lines_and_no_other_text_does() -> None:
    said = " 1.已开工\r\n\r\n2.资金\t到位 \u20283.验收\x0b"
    for action, row in (
        ("report", task()),
        ("block", task()),
        ("submit", task()),
        ("accept", task("assigned")),
    ):
        more = {
            "note": said,
            "difficulty": said,
            "needs": said,
            "next_step": said,
            "evidence": said,
            "owner": said,
        }
        change = act(row, action, "lead", progress=None, **more)
        assert {change.after[name] for name in TEXTS} == {"1.已开工\n2.资金 到位\n3.验收"}
        assert change.after["owner"] == "1.已开工 2.资金 到位 3.验收"
    assert (
        act(task("assigned"), "dispute", "lead", reason=said).after["dispute"]
        == "1.已开工 2.资金 到位 3.验收"
    )
    assert act(task(), "assign", note=said).info["note"] == "1.已开工 2.资金 到位 3.验收"
    assert act(task("submitted"), "return", note=said).after["result"] == "1.已开工 2.资金 到位 3.验收"


def test_a_report_says_something_and_never_moves_the_last_day_back() -> None:
    with pytest.raises(BadInput, match="--progress"):
        act(task(), "report", "lead", progress=None)
    assert "last_update" not in act(task(), "report", "lead", date(2025, 5, 1)).after
    for wrong in (-1, 101):
        with pytest.raises(BadInput, match="0 to 100"):
            act(task(), "report", "lead", progress=wrong)
    assert [act(task(), "report", "lead", progress=n).after["progress"] for n in (0, 100)] == [0, 100]


def test_a_report_of_what_is_known_changes_nothing() -> None:
    row = task(last_update="2025-06-18")
    assert act(row, "report", "lead", progress=40).after == {}


def test_evidence_carries_its_digest_and_new_evidence_drops_the_old_one() -> None:
    row = task(evidence="a.pdf", evidence_sha256="ab" * 32)
    assert act(row, "submit", "lead", evidence="文〔2025〕9号").after["evidence_sha256"] is None
    digest = act(row, "submit", "lead", evidence="b.pdf", facts={"evidence_sha256": "cd" * 32})
    assert digest.after["evidence_sha256"] == "cd" * 32


def test_reopening_a_terminated_task_that_was_never_accepted_makes_it_active() -> None:
    row = task("terminated")
    opened = after(row, act(row, "reopen"))
    assert (opened.status, opened.accepted_on, opened.document) == ("active", "2025-06-18", None)


@pytest.mark.parametrize("action", ["accept", "report", "block", "submit", "request"])
def test_what_the_lead_does_answers_an_urge(action: str) -> None:
    row = task(
        "assigned" if action == "accept" else "active",
        urge_level="reminder",
        urged_on="2025-06-16",
        answer_by="2025-06-23",
    )
    assert act(row, action, "lead").after["answered_on"] == "2025-06-18"
    assert "answered_on" not in act(row._replace(answered_on="2025-06-17"), action, "lead").after


def test_a_contribution_of_a_supporter_answers_nothing() -> None:
    row = task(urge_level="reminder", urged_on="2025-06-16")
    assert "answered_on" not in act(row, "contribute", "support").after


@pytest.mark.parametrize("urged", [{}, {"urge_level": "letter", "urged_on": "2025-06-01"}])
def test_a_report_changes_nothing_that_tells_which_tasks_a_list_is_about(urged: dict[str, str]) -> None:
    """Past days are told by the other entries alone, but for what was reported."""
    told = dict.fromkeys((*workflow.REPORT, "note"), "说明") | {"progress": 55}
    for status in workflow.BY_ACTION["report"].states:
        change = act(task(status, **urged), "report", "lead", **told)
        assert change.kind == REPORT
        assert {"progress", "note", "evidence", "owner"} < change.after.keys() <= effects.MAY_SET[REPORT]
        assert ("answered_on" in change.after) is bool(urged)


@pytest.mark.parametrize("table", ["EFFECTS", "PUTS", "REQUIRED"])
def test_each_step_has_its_effect_and_its_fields(table: str) -> None:
    steps, known = set(workflow.BY_ACTION), set(getattr(effects, table))
    assert steps - known == set(), f"core/effects.py: {table} lacks these steps of core/workflow.py"
    assert known - steps == set(), f"core/effects.py: {table} has steps that core/workflow.py lacks"


def test_what_an_entry_of_a_step_holds_is_known() -> None:
    assert set(effects.INFO) <= set(workflow.BY_ACTION), "core/effects.py: INFO has a step of no transition"
    for kind, fields in effects.MAY_SET.items():
        assert fields <= {*Task._fields}, f"core/effects.py: PUTS names what is no field of a task ({kind})"
        needed = {name for name in effects.REQUIRED.get(kind.removeprefix("task."), ()) if "." not in name}
        assert needed <= fields, f"core/effects.py: REQUIRED names what PUTS does not ({kind})"


@pytest.mark.parametrize(
    ("kind", "after", "found"),
    [
        ("task.block", {"status": "blocked", "needs": "n"}, set()),
        ("task.approve", {"status": "closed", "lead": "fgj"}, {"lead"}),
        ("task.report", {"status": "blocked"}, {"status"}),
        ("task.undo", {"status": "closed", "lead": "fgj"}, set()),
    ],
)
def test_fields_that_a_transition_does_not_set_are_unexpected(
    kind: str, after: dict[str, str], found: set[str]
) -> None:
    assert effects.unexpected_fields(kind, after) == found

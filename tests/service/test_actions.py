"""Writing: the days an entry may take effect on, what a command of several entries is, what hinders a late one."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger import plans
from qplan.core.events import changes_in
from qplan.core.model import Actor
from qplan.errors import BadFile, BadInput, ChangedMeanwhile, Problem, Refused
from qplan.ledger import create
from qplan.service import actions, reversal
from qplan.service.actions import ReportLine, WriteContext

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
DAY = date(2025, 3, 3)


def order(on: str = "2025-03-03", actor: Actor = LEAD, **more) -> WriteContext:
    return WriteContext(actor, "2025-03-03T01:00:00Z", DAY, date.fromisoformat(on))._replace(**more)


@pytest.fixture
def make():
    opened = []

    def build(leaves: int = 4, **rules):
        whole = plans.plan(leaves)
        ledger = create.in_memory(plans.RECORDED)
        plans.fill(ledger, whole._replace(head=whole.head._replace(rules=json.dumps(rules))))
        opened.append(ledger)
        return ledger

    yield build
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(make):
    return make()


def accept(ledger, *ids: str, **more):
    return actions.take(ledger, ids or ["T1.1"], "accept", {}, order(**more))


@pytest.mark.parametrize(
    ("on", "most", "error"),
    [
        ("2025-03-03", None, None),
        ("2025-03-04", None, BadInput),
        (plans.BEGINS, None, None),
        ("2021-07-31", None, BadInput),
        ("2025-02-28", 3, None),
        ("2025-02-27", 3, Refused),
        ("2025-03-03", 0, None),
        ("2025-03-02", 0, Refused),
    ],
)
def test_an_entry_takes_effect_today_or_as_far_back_as_the_plan_and_its_rules_reach(
    make, on, most, error
) -> None:
    ledger = make(backdate_days=most)
    if error is None:
        assert accept(ledger, on=on)[0].effective_on == on
        return
    with pytest.raises(error):
        accept(ledger, on=on)
    assert ledger.task("T1.1").status == "assigned"


def test_entries_of_one_command_are_marked_as_one_and_a_single_one_is_not(ledger) -> None:
    first = ledger.head().seq + 1
    one, *several = [*accept(ledger), *accept(ledger, "T1.2", "T1.3")]
    requests = [changes_in(ledger.event(entry.seq)).get("request") for entry in (one, *several)]
    assert requests == [None, f"#{first + 1}", f"#{first + 1}"]


@pytest.mark.parametrize("same", [True, False])
def test_a_request_that_was_written_is_answered_again_for_the_same_command_alone(ledger, same) -> None:
    (written,) = accept(ledger, request="r1")
    if same:
        (again,) = accept(ledger, request="r1")
        assert (again.seq, again.repeated, ledger.head().seq) == (written.seq, True, written.seq)
        return
    for more in ({"on": "2025-03-02"}, {"actor": OFFICE}):
        with pytest.raises(Refused, match="used for another command"):
            accept(ledger, request="r1", **more)
    with pytest.raises(Refused, match="used for another command"):
        accept(ledger, "T1.2", request="r1")
    with pytest.raises(Refused, match="used for another command"):
        actions.take(ledger, ["T1.1"], "report", {"progress": 5}, order(request="r1"))


@pytest.mark.parametrize(("number", "named"), [(10, "T1.10)"), (11, "T1.10…)")])
def test_a_command_that_changes_nothing_names_the_first_ten_tasks(make, number, named) -> None:
    ledger = make(number)
    ids = [f"T1.{n}" for n in range(1, number + 1)]
    accept(ledger, *ids)
    with pytest.raises(Refused) as refused:
        actions.take(ledger, ids, "report", {"progress": 0}, order())
    assert named in str(refused.value)


def test_a_dry_run_writes_nothing_and_shows_what_would_be_written(ledger) -> None:
    head = ledger.head()
    (planned,) = accept(ledger, dry_run=True)
    assert (planned.seq, planned.before["status"], planned.after["status"]) == (0, "assigned", "active")
    assert "version" not in planned.before and ledger.head() == head


@pytest.mark.parametrize(("expected", "changed"), [(None, False), ("same", False), ("older", True)])
def test_a_task_is_changed_at_the_version_that_was_looked_at(ledger, expected, changed) -> None:
    version = ledger.task("T1.1").version
    wanted = {"same": version, "older": version - 1}.get(expected)
    if changed:
        with pytest.raises(ChangedMeanwhile, match=f"no. {version}; you looked at no. {version - 1}"):
            accept(ledger, expected=wanted)
    else:
        assert accept(ledger, expected=wanted)


@pytest.mark.parametrize(
    ("later", "action", "given", "refused"),
    [
        ({"progress": 40}, "report", {"progress": 30}, True),
        ({"progress": 40}, "report", {"note": "开工"}, False),
        ({"note": "开工"}, "report", {"note": "停工"}, True),
    ],
)
def test_a_late_report_stands_beside_a_later_one_about_other_fields(
    ledger, later, action, given, refused
) -> None:
    """And before one that took effect on the same day, it is the later one of that day."""
    accept(ledger, on="2025-01-10")
    actions.take(ledger, ["T1.1"], "report", later, order("2025-02-10"))
    assert actions.take(ledger, ["T1.1"], action, given, order("2025-02-10"))
    reversal.undo(ledger, None, order("2025-03-03"))
    if refused:
        with pytest.raises(Refused, match="effective 2025-02-10"):
            actions.take(ledger, ["T1.1"], action, given, order("2025-02-09"))
    else:
        assert actions.take(ledger, ["T1.1"], action, given, order("2025-02-09"))


@pytest.mark.parametrize(
    ("on", "refused"), [("2025-01-09", True), ("2025-01-10", False), ("2025-02-01", False)]
)
def test_a_late_step_is_one_that_was_open_on_its_day(ledger, on, refused) -> None:
    """By the status that the task had then: nobody blocks what nobody had accepted."""
    accept(ledger, on="2025-01-10")
    given = {"difficulty": "缺地块", "needs": "请协调"}
    if refused:
        with pytest.raises(Refused, match="status"):
            actions.take(ledger, ["T1.1"], "block", given, order(on))
    else:
        assert actions.take(ledger, ["T1.1"], "block", given, order(on))


def test_a_later_entry_that_was_undone_hinders_nothing(ledger) -> None:
    accept(ledger, on="2025-01-10")
    (later,) = actions.take(ledger, ["T1.1"], "report", {"progress": 40}, order("2025-02-10"))
    reversal.undo(ledger, later.seq, order(), keep_day=True)
    assert actions.take(ledger, ["T1.1"], "report", {"progress": 30}, order("2025-02-01"))


def lines(*rows: tuple[str, dict], **more) -> list[ReportLine]:
    return [
        ReportLine(number, ident, None, given, None, **more) for number, (ident, given) in enumerate(rows, 2)
    ]


def test_the_lines_of_a_file_are_one_command_or_none(ledger) -> None:
    accept(ledger, "T1.1", "T1.2")
    good, bad = ("T1.1", {"progress": 5}), ("T9", {"progress": 5})
    with pytest.raises(BadFile) as failed:
        actions.take_each(ledger, "f", lines(good, bad, ("T8", {})), order())
    assert [one.line for one in failed.value.problems] == [3, 4] and ledger.task("T1.1").progress == 0
    assert [one.subject for one in actions.take_each(ledger, "f", lines(good), order())] == ["T1.1"]


def test_faults_of_a_file_are_named_in_the_order_of_their_places_up_to_a_limit(ledger, monkeypatch) -> None:
    faults = [Problem("f", line, 1, "unknown", "") for line in (5, 3, 4)]
    for most in (200, 2):
        monkeypatch.setattr(actions, "MOST_PROBLEMS", most)
        with pytest.raises(BadFile) as failed:
            actions.take_each(ledger, "f", lines(("T9", {"progress": 5})), order(), faults)
        assert [one.line for one in failed.value.problems] == [2, 3, 4, 5][:most]


def test_a_line_of_a_list_says_what_differs_from_the_ledger(ledger) -> None:
    accept(ledger, "T1.1", "T1.2")
    actions.take(ledger, ["T1.1"], "report", {"note": "开工 一处", "progress": 10}, order())
    same = ("T1.1", {"note": "开工\n一处", "progress": 10})
    assert actions.take_each(ledger, "f", lines(same, listed=True), order()) == []
    (entry,) = actions.take_each(ledger, "f", lines(same, ("T1.2", {"note": "选址"}), listed=True), order())
    assert (entry.subject, entry.after["note"]) == ("T1.2", "选址")


@pytest.mark.parametrize(
    ("steps", "progress"),
    [
        ((("submit", {"evidence": "文1号"}), ("approve", {})), 40),
        ((("terminate", {"document": "文2号"}),), 40),
        (
            (
                ("submit", {"evidence": "文1号"}),
                ("approve", {}),
                ("reopen", {"reason": "r"}),
                ("terminate", {"document": "文2号"}),
            ),
            40,
        ),
    ],
)
def test_a_task_that_is_reopened_has_the_progress_that_its_lead_last_reported(
    ledger, steps, progress
) -> None:
    """A verification had set it to 100; a termination had not."""
    accept(ledger)
    actions.take(ledger, ["T1.1"], "report", {"progress": 40}, order())
    for action, given in (*steps, ("reopen", {"reason": "复查"})):
        actions.take(ledger, ["T1.1"], action, given, order(actor=LEAD if action == "submit" else OFFICE))
    assert ledger.task("T1.1").progress == progress


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("submit", {"evidence": "无"}),
        ("block", {"difficulty": "无", "needs": "请协调"}),
        ("block", {"difficulty": "缺地块", "needs": "/"}),
    ],
)
def test_what_a_step_requires_is_not_given_by_words_that_say_nothing(ledger, action, given) -> None:
    accept(ledger)
    with pytest.raises((Refused, BadInput)):
        actions.take(ledger, ["T1.1"], action, given, order())
    assert actions.take(ledger, ["T1.1"], "report", {"note": "x", **given}, order())


def test_an_approval_names_the_claim_that_it_verifies(ledger) -> None:
    """The last one, by the day it names and the day in the plan's zone on which it was recorded."""
    accept(ledger, on="2025-01-10")
    for on in ("2025-02-01", "2025-02-20"):
        (claimed,) = actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order(on))
        action, given = ("return", {"note": "缺盖章"}) if on == "2025-02-01" else ("approve", {})
        (made,) = actions.take(ledger, ["T1.1"], action, given, order(actor=OFFICE, on=on))
    assert claimed.claim is None
    assert (made.claim.effective_on, made.claim.recorded_on, made.claim.days) == (
        "2025-02-20",
        "2025-03-03",
        11,
    )

"""Entries that take effect long before they are recorded: how far they reach, and what is said of them."""

from datetime import UTC, datetime

import pytest

from qplan.core.model import Change
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger


@pytest.fixture
def limited(ledger):
    """The bundled plan, whose rules let an entry reach back thirty days."""
    with Ledger.open(str(ledger), write=True) as opened, opened.transaction():
        head = opened.plan()
        rules = head.rules[:-1] + ("," if head.rules != "{}" else "") + '"backdate_days":30}'
        before = {"rules": head.rules, "version": head.version}
        entry = Entry("tester@zlb", "2026-11-23T01:30:00Z", "2026-11-23")
        opened.append([Change("plan.amend", head.id, before, {"rules": rules})], entry)
    return ledger


TASK = "T2.1.3"


def task_of(place):
    with Ledger.open(str(place)) as opened:
        return opened.task(TASK)


def test_approval_says_how_late_the_claim_was_recorded(qplan, ledger):
    lead = task_of(ledger).lead
    for step in (("accept",), ("submit", "--note", "done", "--evidence", "文1号")):
        assert qplan(step[0], TASK, *step[1:], "--on", "2025-12-20", "--actor", f"li@{lead}").code == 0
    answer = qplan("approve", TASK, "--actor", "wang", "--dry-run")
    assert "2025-12-20" in answer.out and "338 days later" in answer.out
    answer = qplan("approve", TASK, "--actor", "wang", "--yes")
    assert "the claim of 2025-12-20 was recorded on 2026-11-23, 338 days later" in answer.out
    assert "no backdate_days" in qplan("score", "--year", "2025").out


def test_a_claim_of_the_day_says_nothing(qplan, ledger):
    lead = task_of(ledger).lead
    assert qplan("accept", TASK, "--actor", f"li@{lead}").code == 0
    assert qplan("submit", TASK, "--note", "done", "--evidence", "文1号", "--actor", f"li@{lead}").code == 0
    answer = qplan("approve", TASK, "--actor", "wang", "-f", "json", "--yes")
    (item,) = answer.json["items"]
    assert item["claim"] == {"effective_on": "2026-11-23", "recorded_on": "2026-11-23", "days": 0}


def test_the_rule_limits_how_far_back_an_entry_reaches(qplan, limited):
    lead = task_of(limited).lead
    answer = qplan("accept", TASK, "--on", "2026-10-23", "--actor", f"li@{lead}")
    assert answer.code == 1 and "31 days ago" in answer.err and "30 days" in answer.err
    assert qplan("accept", TASK, "--on", "2026-10-24", "--actor", f"li@{lead}").code == 0
    assert qplan("verify").code == 0


def test_a_step_is_refused_on_a_day_on_which_it_was_not_open(qplan, ledger):
    """A report, a part and an extension need a task that was accepted by then."""
    task = task_of(ledger)
    assert qplan("accept", TASK, "--on", "2026-11-20").code == 0
    for words in (
        ("report", TASK, "--note", "x"),
        ("report", TASK, "--note", "x", "--actor", f"li@{task.support.split()[0]}"),
        ("extend", TASK, "--to", "2027-01-31", "--reason", "x", "--actor", f"li@{task.lead}"),
    ):
        answer = qplan(*words, "--on", "2026-11-19")
        assert answer.code == 1 and "(no. 486, accept) effective 2026-11-20 that sets status" in answer.err
        assert qplan(*words, "--on", "2026-11-20", "--dry-run").code == 0
    assert qplan("urge", TASK, "--on", "2026-11-19").code == 0  # open in any case


def test_only_the_status_of_that_day_is_asked_for(qplan, ledger):
    assert qplan("accept", TASK, "--on", "2026-11-02").code == 0
    assert qplan("submit", TASK, "--evidence", "文1号", "--on", "2026-11-10").code == 0
    assert qplan("return", TASK, "--note", "补", "--on", "2026-11-12").code == 0
    assert qplan("extend", TASK, "--to", "2027-01-31", "--on", "2026-11-11").code == 0
    assert qplan("assign", TASK, "--owner", "王", "--on", "2026-11-03").code == 0
    assert qplan("report", TASK, "--progress", "20", "--on", "2026-11-05").code == 0
    answer = qplan("report", TASK, "--next", "x", "--on", "2026-11-11")
    assert answer.code == 1 and "return" in answer.err


def test_undoing_an_old_entry_is_not_limited(qplan, limited):
    lead = task_of(limited).lead
    assert qplan("accept", TASK, "--actor", f"li@{lead}").code == 0
    qplan.at(datetime(2027, 3, 1, 1, 30, tzinfo=UTC))
    answer = qplan("undo", "--yes", "--actor", f"li@{lead}")
    assert answer.code == 0, answer.err
    assert qplan("verify").code == 0


def test_the_score_goes_by_the_rule_and_says_so(qplan, ledger, request):
    """A claim entered long after its day is closed in time without the rule, and late with it."""
    lead = task_of(ledger).lead
    deadline = task_of(ledger).deadline
    for step in (("accept",), ("submit", "--note", "done", "--evidence", "文1号")):
        assert qplan(step[0], TASK, *step[1:], "--on", "2025-12-20", "--actor", f"li@{lead}").code == 0
    assert qplan("approve", TASK, "--actor", "wang", "--yes").code == 0
    assert deadline < "2026-11-23"

    def scored():
        answer = qplan("score", "--year", "2026", "-f", "json").json
        return next(item for item in answer["items"] if item["dept"] == lead)

    before = scored()
    assert before["recorded_late"] == 1
    request.getfixturevalue("limited")
    after = scored()
    assert (after["closed_in_time"], after["closed_late"]) == (
        before["closed_in_time"] - 1,
        before["closed_late"] + 1,
    )
    assert "by the day it was recorded" in qplan("score", "--year", "2026").out

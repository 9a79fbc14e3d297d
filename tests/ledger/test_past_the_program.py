"""What the gate leaves to ``verify``: entries that need the calendar or the history to be seen through.

The database takes each of them from a department that goes round the program; ``verify`` names its
actor, and no command fails on what was taken. An undoing by the office ends the finding.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger import plans
from ledger.district import ON, District
from qplan.core import events
from qplan.core.model import Change
from qplan.ledger.postgres import rights
from qplan.ledger.store import Ledger
from qplan.ledger.verify import PROGRAM, verify
from qplan.service import reversal
from qplan.service.actions import WriteContext

psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def named(district: District):
    """A function that returns what verify names of a test's entries; they are undone afterwards."""
    before = district.head().seq

    def findings() -> list[tuple[str, str]]:
        with Ledger.open(district.database.url()) as ledger:
            result = verify(ledger.connection)
            assert result.damage == []
            actors = {event.seq: event.actor for event in ledger.events()}
        for one in result.findings:
            assert one.check == PROGRAM and one.what.startswith(f"{actors[one.seq]} wrote past the program: ")
        return [(actors[one.seq], one.what) for one in result.findings if one.seq > before]

    yield findings
    with Ledger.open(district.urls["office"], write=True) as ledger:
        context = WriteContext(
            rights.own_actor(ledger.connection), plans.RECORDED, date(2026, 1, 1), date(2026, 1, 1)
        )
        for seq in range(district.head().seq, before, -1):
            reversal.undo(ledger, seq, context, only=True)
    assert findings() == []


def lead(district: District) -> str:
    return f"{district.roles['lead']}@scjg"


ACCEPT = {"accepted_on": ON, "last_update": ON, "status": "active"}


def test_an_answer_to_no_urge(district: District, named: Any):
    district.call("lead", district.entry("task.accept", "T1.2", {**ACCEPT, "answered_on": ON}))
    ((who, what),) = named()
    assert who == lead(district) and "answered on" in what


def test_a_day_below_a_later_entry(district: District, named: Any):
    district.act("lead", "T1.2", "accept", on="2024-05-01")
    block = {"difficulty": "a", "needs": "b", "status": "blocked"}
    district.call("lead", district.entry("task.block", "T1.2", block), on="2024-04-20")
    ((who, what),) = named()
    assert who == lead(district) and "from 2024-04-20 on" in what and "from 2024-05-01 on" in what


def test_a_target_that_the_plan_sets(district: District, named: Any):
    target = district.entry("indicator.target", "I1", {"target": "99", "target_document": "文5号"})
    district.call("office", target)
    ((who, what),) = named()
    assert who == f"{district.roles['office']}@zlb" and "stands in the plan" in what


def test_a_dispute_after_its_days(district: District, named: Any):
    district.act("office", "T1.2", "confirm", on="2024-03-28")
    late = {"dispute": "职能不符", "disputed_on": "2024-04-03"}
    district.call("lead", district.entry("task.dispute", "T1.2", late), on="2024-04-03")
    ((who, what),) = named()
    assert who == lead(district) and "3 working days" in what


@pytest.mark.parametrize("closed_late", [True, False])
def test_a_mark_of_lateness(district: District, named: Any, closed_late: bool):
    district.act("lead", "T1.2", "accept")
    district.act("lead", "T1.2", "submit", evidence="文1号")
    close = {
        "closed_by": f"{district.roles['office']}@zlb",
        "closed_on": ON,
        "progress": 100,
        "status": "closed",
    }
    district.call("office", district.entry("task.approve", "T1.2", close, info={"closed_late": closed_late}))
    assert (
        [what for _who, what in named() if "closed_late" in what or "late" in what]
        if closed_late
        else not named()
    )


def test_an_extension_that_nobody_asked_for(district: District, named: Any):
    district.act("lead", "T1.2", "accept")
    grant = district.entry(
        "task.extend", "T1.2", {"deadline": "2026-12-31", "extensions": 1}, info={"asked": "2026-12-31"}
    )
    district.call("office", grant)
    ((who, _what),) = named()
    assert who == f"{district.roles['office']}@zlb"


def test_a_deadline_that_is_brought_forward(district: District, named: Any):
    district.call(
        "office", district.entry("task.extend", "T1.2", {"deadline": "2024-12-31", "extensions": 1})
    )
    assert "not after the present one" in named()[0][1]


def test_an_urge_whose_level_no_rule_has(district: District, named: Any):
    urge = {"urge_level": "thumbscrew", "urged_on": ON, "answer_by": "2024-04-09"}
    district.call("office", district.entry("task.urge", "T1.2", urge))
    ((_who, what),) = named()
    assert "thumbscrew" in what


def test_a_lead_that_is_changed_without_accepting_anew(district: District, named: Any):
    district.act("lead", "T1.2", "accept")
    handed = {"lead": "fgj", "support": "", "basis": "confirmed"}
    row = district.row("T1.2")
    handed = {name: value for name, value in handed.items() if row[name] != value}
    district.call("office", district.entry("task.assign", "T1.2", handed))
    assert "hand to another lead" in named()[0][1]


def test_a_goal_after_the_deadline(district: District, named: Any):
    goal = {"task": "T1.2", "title": "x", "due": "2099-01-01", "original_due": "2099-01-01", "basis": "proposed", "added": 1, "position": 1}  # fmt: skip
    district.call("lead", ("milestone.add", "T1.2/a1", events.canonical({"before": {}, "after": goal}), None))
    ((who, what),) = named()
    assert who == lead(district) and "after the deadline" in what


@pytest.mark.parametrize("period", ["2024-12", "2025-Q1", "2199-06"])
def test_a_figure_of_a_period_that_has_not_begun(district: District, named: Any, period: str):
    figure = {"indicator": "I1", "year": int(period[:4]), "period": period, "value": "97", "source": "x", "measured_on": ON}  # fmt: skip
    body = events.canonical({"before": {}, "after": figure})
    district.call("lead", ("actual.measure", f"I1/{period}", body, None))
    ((who, what),) = named()
    assert who == lead(district) and "has begun" in what


def test_an_old_entry_undone_below_newer_ones(district: District, named: Any):
    """The record holds the same values again; the journal knows what was between."""
    district.act("lead", "T1.2", "accept")
    (first,) = district.act("lead", "T1.2", "report", progress=10)
    district.act("lead", "T1.2", "report", progress=20)
    district.act("lead", "T1.2", "report", progress=10)
    undo = district.entry("task.undo", "T1.2", {"progress": 0}, info={"undoes": first.seq})
    district.call("lead", undo)
    assert "had set the same since" in named()[0][1]


def test_an_entry_that_reaches_back_too_far():
    made = District()
    try:
        with Ledger.open(made.database.url(), write=True) as ledger, ledger.transaction():
            head = ledger.plan()
            before = {"rules": head.rules, "version": head.version}
            change = Change("plan.amend", head.id, before, {"rules": '{"backdate_days":30}'})
            ledger.append([change], plans.ENTRY)
        made.call("lead", made.entry("task.accept", "T1.1", ACCEPT))
        today = date.today().isoformat()
        fields = {"status": "active", "accepted_on": today, "last_update": today}
        made.call("lead", made.entry("task.accept", "T1.2", fields), on=today)
        with Ledger.open(made.urls["auditor"]) as ledger:
            ((check, _seq, what),) = verify(ledger.connection).findings
        assert check == PROGRAM and made.roles["lead"] in what and "the rules allow 30" in what
    finally:
        made.close()


@pytest.mark.parametrize(
    "command",
    [
        "tasks",
        "show T1.2",
        "overdue",
        "summary",
        "weekly",
        "log",
        "score",
        "show T1.2 --format json",
        "mine",
        "milestones",
        "indicators",
        "export",
    ],
)
def test_every_command_reads_what_the_gate_took(district: District, named: Any, command: str, qplan_on: Any):
    """The least and the strangest that each step lets through."""
    for entry in (
        ("lead", "task.accept", {**ACCEPT, "answered_on": ON, "owner": "'; --", "note": "=1+1"}),
        ("office", "task.urge", {"urge_level": "thumbscrew", "urged_on": ON, "answer_by": "2199-12-31"}),
        ("lead", "task.request", {"extension_to": "1900-01-01", "extension_on": ON, "extension_reason": "x"}),
        ("office", "task.extend", {"extensions": 1}),
        ("lead", "task.submit", {"status": "submitted", "evidence": "x", "submitted_on": ON, "submitted_by": lead(district), "evidence_sha256": "-"}),
    ):  # fmt: skip
        who, kind, after = entry
        row = district.row("T1.2")
        district.call(who, district.entry(kind, "T1.2", {k: v for k, v in after.items() if row[k] != v}))
    code, err = qplan_on(district.urls["lead"], command)
    assert code in (0, 1) and "Traceback" not in err, err
    assert code == 0, err


@pytest.fixture
def qplan_on(capfd: pytest.CaptureFixture[str]):
    """A function that runs a command on a ledger: exit code and what it wrote on the standard error."""
    import os
    import subprocess
    import sys

    def run(place: str, command: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "qplan", *command.split(), "--ledger", place],
            env=os.environ | {"QPLAN_ACTOR": "x@scjg", "QPLAN_TODAY": "2024-05-01"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    return run

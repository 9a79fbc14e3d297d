"""Days and numbers at the edge of the calendar: refused where they are entered, harmless where they are read."""

from datetime import UTC, datetime

import pytest

from qplan.core.calendar import LAST_DAY
from qplan.core.model import Change
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger

EDGES = ("9999-12-31", "2200-01-01", "0001-01-01", "1899-12-31", "９９９９-12-31")


@pytest.mark.parametrize("day", EDGES)
@pytest.mark.parametrize(
    "command",
    [
        ("extend", "T1.3", "--to"),
        ("urge", "T1.3", "--answer-by"),
        ("milestone", "add", "T1.3", "--title", "t", "--due"),
        ("milestone", "move", "T1.3/m1", "--reason", "r", "--to"),
        ("update", "T1.3", "--note", "n", "--on"),
        ("tasks", "--as-of"),
        ("tasks", "--due-before"),
        ("weekly", "--as-of"),
    ],
)
def test_a_day_that_no_calendar_holds_is_refused(qplan, ledger, command, day):
    answer = qplan(*command, day)
    assert answer.code == 2 and "1900 to 2199" in answer.err


@pytest.mark.parametrize("number", ["99999999", "999999999999999999"])
@pytest.mark.parametrize(
    "command", [("tasks", "--due-within"), ("milestones", "--due-within"), ("tasks", "--stale")]
)
def test_a_huge_number_of_days_reaches_to_the_end_of_the_calendar(qplan, ledger, command, number):
    assert qplan(*command, number).code == 0


def test_a_ledger_that_holds_the_last_day_of_all_can_be_read(qplan, ledger, tmp_path):
    """Earlier programs took such a deadline."""
    with Ledger.open(str(ledger), write=True) as opened, opened.transaction():
        row = opened.task("T1.3")
        change = Change(
            "task.extend",
            row.id,
            {"deadline": row.deadline, "version": row.version},
            {"deadline": "9999-12-31"},
            {},
        )
        opened.append([change], Entry("tester@zlb", "2026-11-23T01:00:00Z", "2026-11-23"))
    for command in (
        ("weekly", "--out", tmp_path / "w"),
        ("weekly", "--per-dept", tmp_path / "d", "-f", "json"),
        ("calendar", "-f", "ics"),
        ("overdue",),
        ("show", "T1.3"),
        ("tasks", "-f", "xlsx", "-o", tmp_path / "t.xlsx"),
        ("dashboard", "-o", tmp_path / "d.html"),
    ):
        answer = qplan(*command)
        assert answer.code == 0, (command, answer.err)


def test_the_last_day_of_the_calendar_is_taken_and_listed(qplan, ledger, tmp_path):
    assert qplan("extend", "T1.3", "--to", LAST_DAY.isoformat(), "--reason", "r").code == 0
    assert qplan("weekly", "--out", tmp_path / "w", "-f", "ics").code == 0


@pytest.mark.parametrize("week", ["0001-W01", "9999-W52", "2026-W54"])
def test_a_week_at_the_edge_ends_in_a_sentence(qplan, ledger, week):
    answer = qplan("weekly", "--week", week)
    assert answer.code in (0, 2) and "Traceback" not in answer.err and "went wrong" not in answer.err


def test_a_year_of_rules_that_no_one_waits_for_is_refused(qplan, tmp_path):
    import shutil

    from qplan.plan.bundled import folder

    shutil.copytree(folder(), tmp_path / "plan")
    rules = tmp_path / "plan" / "rules.yaml"
    text = rules.read_text("utf-8")
    import re

    rules.write_text(re.sub(r"answer_workdays: \d+", "answer_workdays: 999999999", text, count=1), "utf-8")
    answer = qplan("load", tmp_path / "plan")
    assert answer.code == 2 and "999999999" in answer.err


def test_before_the_plan_and_a_year_ahead_every_list_is_an_answer(qplan, ledger):
    qplan.at(datetime(2027, 11, 23, 1, 0, tzinfo=UTC))
    for command in (
        "tasks",
        "overdue",
        "weekly",
        "summary",
        "score",
        "milestones",
        "calendar",
        "mine",
        "log",
        "indicators",
    ):
        assert qplan(command).code == 0, command
        early = qplan(command, "--as-of", "2020-12-31")
        assert early.code in (0, 2) and "went wrong" not in early.err, command

"""Lights as the rules say: each rule at its edge, and red that is remembered."""

from __future__ import annotations

import ast
import inspect
import json
from datetime import date, timedelta

import pytest

from core.cycle import clock, task
from qplan.core import calendar
from qplan.core import events as journal
from qplan.core.calendar import deadline_status, due_soon, light_of
from qplan.core.history import was_red
from qplan.core.model import Change, Event
from qplan.core.rules import Rules, Scoring

DUE = date(2025, 12, 31)
#: On this day a linear schedule from 2023-04-17 to 2025-12-31 expects 80 %.
AT_80 = date(2025, 6, 18)


def light(today=AT_80, missed=0, was=False, rules=None, **fields):
    shown = light_of(task(**fields), clock(today, **(rules or {})), missed, was)
    return shown.code, shown.reason


def test_the_schedule_of_these_tests() -> None:
    assert deadline_status("2025-12-31", clock(AT_80)).expected == 80


@pytest.mark.parametrize(
    "progress, expected",
    [
        (71, ("green", "on_schedule")),
        (70, ("yellow", "behind")),
        (50, ("yellow", "behind")),
        (49, ("red", "behind")),
        (None, ("red", "behind")),
    ],
)
def test_behind_the_schedule(progress, expected) -> None:
    assert light(progress=progress) == expected


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"status": "terminated"}, ("grey", "terminated")),
        ({"status": "closed"}, ("green", "closed")),
        ({"status": "closed", "submitted_on": "2026-01-01"}, ("green", "closed_late")),
        ({"deadline": None}, ("grey", "no_deadline")),
        ({"deadline": "2025-06-17"}, ("red", "overdue")),
        ({"status": "submitted", "deadline": "2025-06-17"}, ("red", "overdue_submitted")),
        ({"status": "submitted", "progress": 10}, ("green", "submitted")),
        ({"status": "assigned"}, ("grey", "not_accepted")),
        ({"status": "assigned", "deadline": "2025-06-30"}, ("red", "not_accepted_due_soon")),
        ({"status": "assigned", "deadline": "2025-06-30", "progress": 95}, ("blue", "not_accepted_due_soon")),
        ({"deadline": None, "status": "assigned"}, ("grey", "not_accepted")),
        ({"deadline": None, "status": "submitted"}, ("green", "submitted")),
        ({"deadline": None, "missed": 1}, ("yellow", "milestone_missed")),
        ({"deadline": None, "missed": 1, "status": "assigned"}, ("yellow", "milestone_missed")),
        (
            {"deadline": None, "missed": 1, "status": "assigned", "term": "ongoing"},
            ("yellow", "milestone_missed"),
        ),
        ({"deadline": "2025-06-30", "progress": 95}, ("blue", "due_soon")),
    ],
)
def test_the_first_rule_that_holds(fields, expected) -> None:
    assert light(**fields) == expected


def test_a_missed_milestone_is_yellow_or_what_the_rules_say() -> None:
    assert light(progress=80, missed=1) == ("yellow", "milestone_missed")
    assert light(progress=80, missed=1, rules={"milestone_missed": "red"}) == ("red", "milestone_missed")


def test_thresholds_are_the_rules() -> None:
    assert light(progress=70, rules={"yellow_behind": 11}) == ("green", "on_schedule")
    assert light(progress=50, rules={"red_behind": 29}) == ("red", "behind")
    assert light(DUE - timedelta(40), progress=99, rules={"due_soon_days": 40}) == ("blue", "due_soon")


def test_a_short_task_is_due_soon_by_working_days() -> None:
    short = task(deadline="2023-06-01", progress=0)  # 45 days from the start of the schedule
    assert not due_soon(short, clock(date(2023, 5, 24)))  # Wednesday: 6 working days left
    assert due_soon(short, clock(date(2023, 5, 25)))
    long = task(deadline="2023-06-30", progress=0)
    assert due_soon(long, clock(date(2023, 5, 31))) and not due_soon(long, clock(date(2023, 5, 30)))
    assert not due_soon(task("closed"), clock(DUE)) and not due_soon(long, clock(date(2023, 7, 1)))


def events(*entries):
    """Events of T2.1.3: (effective day, fields after), numbered in this order."""
    made = []
    for seq, (on, after) in enumerate(entries, 1):
        kind = "task.define" if seq == 1 else "task.report"
        body = journal.bodies_of([Change(kind, "T2.1.3", {}, after)])[0]
        made.append(Event(seq, "", on, "", kind, "T2.1.3", body, "", ""))
    return made


START = {
    "kind": "task", "title": "t", "clause": "c", "status": "active", "progress": 60, "deadline": "2025-12-31",
}  # fmt: skip


@pytest.mark.parametrize(
    "later, red",
    [
        ([], False),  # 80 - 60 on the day: yellow, never red
        ([("2025-06-17", {"progress": 20}), ("2025-06-18", {"progress": 80})], True),  # 59 behind for one day
        ([("2025-06-17", {"progress": 20}), ("2025-06-17", {"progress": 80})], False),  # mended the same day
        ([("2025-05-31", {"deadline": "2025-06-02"}), ("2025-06-10", {"deadline": "2025-12-31"})], True),
        ([("2025-05-31", {"deadline": "2025-06-02", "progress": 90}), ("2025-06-03", {"deadline": "2025-12-31"})], False),
        ([("2025-06-01", {"progress": 0}), ("2025-06-10", {"status": "closed"}), ("2025-06-12", {"status": "active", "progress": 80})], False),
        ([("2025-06-18", {"progress": 0})], False),  # red today is today's light, not an earlier one
    ],
)  # fmt: skip
def test_red_once(later, red) -> None:
    assert was_red(events(("2021-01-01", START), *later), clock(AT_80)) is red


def test_a_late_entry_is_read_on_the_day_it_took_effect() -> None:
    """Recorded last, effective before: the task was at 20 % from the 10th to the 16th."""
    entries = events(("2021-01-01", START), ("2025-06-17", {"note": "n"}), ("2025-06-10", {"progress": 20}))
    assert was_red(entries, clock(AT_80))


def test_red_once_stays_yellow_until_it_is_due_soon_or_worse() -> None:
    assert light(progress=80, was=True) == ("yellow", "was_red")
    assert light(progress=40, was=True) == ("red", "behind")
    assert light(status="closed", was=True) == ("green", "closed")


def test_rules_are_read_from_the_plan_with_their_defaults() -> None:
    text = json.dumps({"lights": {"short_task_days": 30}, "scoring": {"overdue": 0}, "stale_days": 45})
    rules = Rules.parse(text)
    assert (rules.short_task_days, rules.stale_days, rules.due_soon_days) == (30, 45, 30)
    assert rules.scoring == Scoring()._replace(overdue=0)
    assert Rules.parse("{}") == Rules()


def test_each_reason_of_a_light_has_its_sentence() -> None:
    from qplan.views.words import REASONS

    calls = (node for node in ast.walk(ast.parse(inspect.getsource(calendar))) if isinstance(node, ast.Call))
    reasons = {
        part.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Light"
        for part in ast.walk(call.args[1])
        if isinstance(part, ast.Constant)
    }
    assert {"behind", "closed_late"} < reasons
    assert reasons - REASONS.keys() == set(), "views/words.py: REASONS lacks a sentence"


def test_each_sentence_on_a_number_of_days_has_one_for_a_single_day() -> None:
    from qplan.views.words import ONE_DAY, REASONS

    of_days = {reason for reason, sentence in REASONS.items() if "{0} day" in sentence}
    assert of_days == ONE_DAY.keys(), "views/words.py: ONE_DAY lacks a sentence, or has one too many"

"""Levels of escalation: what is proposed when, and that nothing is skipped silently."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cycle import ACTORS, OFFICE, act, after, clock, task
from qplan import i18n
from qplan.core.decision import decide
from qplan.core.escalation import (
    chosen_level,
    district_label,
    is_waiting,
    level_code,
    level_label,
    next_level,
    urge_state,
)
from qplan.core.rules import DEFAULT_LEVELS, EscalationLevel, Rules
from qplan.core.workflow import ActionRequest
from qplan.errors import BadInput, Refused

DUE = date(2025, 3, 31)


def late(days: int, level: str | None = None, ago: int | None = None, **more):
    """A task so many days late, with its last urge so many days ago, and its clock."""
    today = DUE + timedelta(days)
    urged = None if ago is None else (today - timedelta(ago)).isoformat()
    return task(deadline=DUE.isoformat(), urge_level=level, urged_on=urged, **more), clock(today)


@pytest.mark.parametrize(
    "days, level, ago, proposed",
    [
        (0, None, None, None),
        (1, None, None, "reminder"),
        (40, None, None, "reminder"),  # never skips, however late
        (7, "reminder", 6, None),  # not late enough for the next
        (8, "reminder", 7, "urge"),
        (20, "reminder", 6, None),  # the reminder is too fresh
        (15, "urge", 7, "notice"),
        (29, "notice", 14, None),
        (30, "notice", 14, "interview"),
        (50, "interview", 13, None),
        (50, "interview", 14, "interview"),  # the highest level repeats
        (9, "abolished", 5, "reminder"),
    ],
)
def test_the_next_rung(days: int, level: str | None, ago: int | None, proposed: str | None) -> None:
    row, now = late(days, level, ago)
    assert next_level(row, now, days) == proposed


def test_a_moved_deadline_begins_a_new_round() -> None:
    row, now = late(1, "notice", 40)  # urged before the deadline that now holds
    assert next_level(row, now, 1) == "reminder"


@pytest.mark.parametrize(
    ("urged_on", "proposed"), [("2025-03-30", "reminder"), ("2025-03-31", "reminder"), ("2025-04-01", "urge")]
)
def test_an_urge_counts_from_the_day_after_the_deadline(urged_on: str, proposed: str) -> None:
    row = task(deadline=DUE.isoformat(), urge_level="reminder", urged_on=urged_on)
    assert next_level(row, clock(date(2025, 4, 20)), 20) == proposed


def test_an_answer_is_due_working_days_after_the_day_of_the_urge() -> None:
    row = task(deadline="2025-01-02")
    assert act(row, "urge", on=date(2025, 5, 30)).after["answer_by"] == "2025-06-09"  # 06-02 is a day off
    assert act(row, "urge", on=date(2025, 5, 30)).after["urged_on"] == "2025-05-30"
    notice = act(row, "urge", on=date(2025, 6, 18), level="notice", note="领导批示")
    assert notice.after["answer_by"] == "2025-06-23"
    same = act(row, "urge", on=date(2025, 6, 18), answer_by="2025-06-18")
    assert same.after["answer_by"] == "2025-06-18"


def test_what_waits_for_the_office_is_not_urged() -> None:
    row, now = late(40)
    assert next_level(row._replace(status="submitted"), now, 40) is None


@given(
    st.integers(1, 400), st.sampled_from([None, *(one.level for one in DEFAULT_LEVELS)]), st.integers(0, 60)
)
def test_no_proposal_ever_skips_a_rung(days: int, level: str | None, ago: int) -> None:
    row, now = late(days, level, ago if level else None)
    proposed = next_level(row, now, days)
    order = [one.level for one in DEFAULT_LEVELS]
    if proposed is not None:
        assert order.index(proposed) <= (order.index(level) if level else -1) + 1


def test_urging_without_a_level_takes_the_next_rung_and_its_days() -> None:
    row = task(deadline="2025-06-01")
    change = act(row, "urge")  # Wednesday 2025-06-18: five working days later
    assert change.after["urge_level"] == "reminder" and change.after["answer_by"] == "2025-06-25"
    again = after(row, change)
    with pytest.raises(Refused, match="not due yet"):
        act(again, "urge", on=date(2025, 6, 19))


def test_a_skipped_rung_needs_a_reason_and_is_told() -> None:
    row = task(deadline="2025-06-01")
    with pytest.raises(BadInput, match=r"skips reminder, urge"):
        act(row, "urge", level="notice")
    change = act(row, "urge", level="督办通知单", note="领导批示")
    assert change.info == {"skipped": "reminder urge", "note": "领导批示"}
    assert "skipped" not in act(row, "urge", level="提醒").info


def test_levels_and_days_are_checked() -> None:
    with pytest.raises(BadInput, match="reminder, urge"):
        act(task(), "urge", level="shout")
    with pytest.raises(BadInput, match="before the urging"):
        act(task(), "urge", answer_by="2025-06-01")
    with pytest.raises(BadInput, match="not a date"):
        act(task(), "urge", answer_by="soon")


def test_an_urge_waits_then_is_unanswered_until_it_is_answered() -> None:
    row = task(urge_level="urge", urged_on="2025-06-10", answer_by="2025-06-17")
    assert urge_state(row, clock(date(2025, 6, 17))) == "waiting"
    assert urge_state(row, clock(date(2025, 6, 18))) == "unanswered"
    assert urge_state(row._replace(answered_on="2025-06-18"), clock()) == "answered"
    assert urge_state(row._replace(status="closed"), clock()) is None
    assert urge_state(task(), clock()) is None
    assert urge_state(row._replace(answer_by=None), clock(date(2025, 12, 1))) == "waiting"


def test_a_task_that_was_urged_waits_until_its_next_level_is_due() -> None:
    assert is_waiting(*late(7, "reminder", 6)) and not is_waiting(*late(8, "reminder", 7))
    assert not is_waiting(*late(1)) and not is_waiting(*late(0))
    at_once = clock(DUE, urging=(EscalationLevel("a", "甲", 1, 0, 1), EscalationLevel("b", "乙", 1, 0, 1)))
    assert is_waiting(task(deadline=None, urge_level="a", urged_on="2025-03-01"), at_once)


def test_an_earlier_entry_is_decided_by_the_clock_of_its_day() -> None:
    row = task(deadline="2025-06-01", urge_level="reminder", urged_on="2025-06-10")
    for day, today in ((12, date(2025, 12, 1)), (12, date(2025, 6, 12))):
        wish = ActionRequest("urge", {}, ACTORS["office"], date(2025, 6, day))
        with pytest.raises(Refused, match="not due yet"):
            decide(row, wish, clock(today), OFFICE)


def test_without_levels_nothing_is_proposed_or_urged() -> None:
    assert next_level(task(), clock(urging=()), 40) is None
    with pytest.raises(Refused, match="no urging ladder"):
        chosen_level(task(), clock(urging=()), None)


def test_a_level_is_named_by_its_code_or_label_and_called_as_the_district_calls_it() -> None:
    rules = Rules(urging=(EscalationLevel("letter", "First letter", 1, 0, 5), *DEFAULT_LEVELS))
    assert [level_code(rules, text) for text in ("督办通知单", " NOTICE ", "x")] == ["notice", "notice", "x"]
    named = ["letter", "notice", "old", None]
    assert [level_label(rules, one) for one in named] == ["letter", "notice", "old", ""]
    assert [district_label(rules, one) for one in named] == ["First letter", "notice", "old", ""]
    i18n.use("zh")
    assert [level_label(rules, one) for one in named] == ["First letter", "督办通知单", "old", ""]
    assert [district_label(rules, one) for one in named] == ["First letter", "督办通知单", "old", ""]

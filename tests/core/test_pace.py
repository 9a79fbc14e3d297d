"""The pace of a task against the linear schedule."""

from __future__ import annotations

from datetime import date

import pytest

from qplan.core.calendar import Clock, WorkCalendar
from qplan.core.model import ONGOING, STATUSES, Task
from qplan.core.pace import PACES, pace_of
from qplan.core.rules import Rules

#: 1000 days before the deadline; half of them have passed.
STARTS, TODAY, DEADLINE = date(2023, 4, 6), date(2024, 8, 18), "2025-12-31"


def pace(progress: int | None, today: date = TODAY, rules: Rules = Rules(), **fields) -> str:  # noqa: B008
    task = Task(
        "T1", "task", "x", "c", **{"status": "active", "deadline": DEADLINE, "progress": progress, **fields}
    )
    return pace_of(task, Clock(today, rules, WorkCalendar({}), STARTS))


@pytest.mark.parametrize(
    ("progress", "expected"),
    [(None, "behind"), (40, "behind"), (41, "on"), (50, "on"), (59, "on"), (60, "ahead"), (100, "ahead")],
)
def test_ten_points_from_the_schedule_make_the_difference(progress, expected) -> None:
    assert pace(progress) == expected


def test_the_rules_say_how_many_points() -> None:
    assert pace(44, rules=Rules(yellow_behind=5)) == "behind"
    assert pace(50, rules=Rules(yellow_behind=0)) == "behind", "as the light of the same rules"
    assert pace(51, rules=Rules(yellow_behind=0)) == "ahead"
    ten = date(2023, 7, 15)
    assert (pace(None, ten), pace(None, ten, Rules(yellow_behind=11)), pace(1, ten)) == ("behind", "on", "on")


def test_what_is_overdue_is_behind_and_what_is_submitted_is_measured() -> None:
    late = date(2026, 1, 1)
    assert pace(99, late) == pace(100, late) == "behind"
    assert pace(100, late, status="submitted") == "on"
    assert pace(99, date(2025, 12, 31)) == "on", "the deadline itself"


def test_what_is_finished_ended_or_has_no_schedule() -> None:
    assert pace(0, status="closed") == "done"
    assert pace(50, status="terminated") == "none"
    assert pace(50, deadline=None, term=ONGOING) == "none"
    assert pace(0, begins="2024-08-19") == "none" and pace(0, begins="2024-08-18") == "on"
    assert pace(None, status=None) == "none", "a heading"
    assert {pace(50, status=status) for status in STATUSES} <= set(PACES)

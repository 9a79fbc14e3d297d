"""Which goals a list of milestones has: missed, ahead within some days, or all."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Milestone
from qplan.ledger import create
from qplan.service import milestones, queries
from qplan.service.queries import TaskQuery

DAY = date(2025, 3, 3)
#: Number of a goal of T1.1 -> its date and the day it was reached.
GOALS = {
    1: ("2025-03-02", None),
    2: ("2025-03-03", None),
    3: ("2025-03-13", None),
    4: ("2025-03-14", None),
    5: ("2025-03-05", "2025-03-01"),
    6: ("2025-02-01", "2025-03-01"),
}
EVERY = ["m1", "m2", "m3", "m4", "m5", "m6"]


@pytest.mark.parametrize(
    ("given", "status", "found", "missed"),
    [
        ({}, "active", EVERY, ["m1"]),
        ({"missed": True}, "active", ["m1"], ["m1"]),
        ({"due_within": 10}, "active", ["m2", "m3"], []),
        ({"due_within": 0}, "active", ["m2"], []),
        ({"due_within": 10, "missed": True}, "active", ["m1", "m2", "m3"], ["m1"]),
        ({}, "closed", EVERY, []),
        ({"due_within": 10, "missed": True}, "closed", [], []),
    ],
)
def test_a_goal_is_missed_after_its_date_and_ahead_up_to_the_last_of_the_days(
    given, status, found, missed
) -> None:
    """Of an open task, as long as it is not reached; on its own date it is still ahead."""
    whole = plans.plan()
    tasks = tuple(one._replace(status=status) if one.id == "T1.1" else one for one in whole.tasks)
    goals = tuple(Milestone(f"T1.1/m{n}", "T1.1", "目标", due, due, done_on=done, position=n) for n, (due, done) in GOALS.items())  # fmt: skip
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger, whole._replace(tasks=tasks, milestones=goals))
        listed = milestones.listed(queries.open_snapshot(ledger, DAY), TaskQuery(), **given)
    names = [(one.milestone.id.partition("/")[2], one.missed) for one in listed]
    assert sorted(name for name, _missed in names) == found
    assert [name for name, is_missed in names if is_missed] == missed

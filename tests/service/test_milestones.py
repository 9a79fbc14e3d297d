"""Which goals a list of milestones has: missed, ahead within some days, or all."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor, Milestone
from qplan.errors import BadInput
from qplan.ledger import create
from qplan.service import milestones, queries
from qplan.service.actions import WriteContext
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


def test_a_goal_that_is_added_has_a_number_that_no_goal_ever_had() -> None:
    office = WriteContext(Actor("甲", "zlb"), "2025-03-03T01:00:00Z", DAY, DAY)
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        (first,) = milestones.add(ledger, "T1.1", "初验", "2025-06-30", office)
        milestones.remove(ledger, [first.subject], "并入", office)
        (added,) = milestones.add(ledger, "T1.1", "验收", "2025-06-30", office._replace(request="r1"))
        assert (first.subject, added.subject) == ("T1.1/a1", "T1.1/a2")
        milestones.remove(ledger, [added.subject], "并入", office)
        (again,) = milestones.add(ledger, "T1.1", "验收", "2025-06-30", office._replace(request="r1"))
        assert again.repeated and [one.id for one in ledger.milestones("T1.1")] == ["T1.1/m1", "T1.1/m2"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("T1.1/m9", "T1.1 has: T1.1/m1, T1.1/m2"),
        ("t1.1/x", "T1.1 has"),
        ("T1.2/m1", "list them"),
        ("x", "list them"),
    ],
)
def test_an_unknown_goal_is_named_with_those_of_its_task(text, known) -> None:
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        with pytest.raises(BadInput, match=known):
            milestones.done(
                ledger, [text], None, WriteContext(Actor("乙", "scjg"), "2025-03-03T01:00:00Z", DAY, DAY)
            )

"""What the journal shows of itself: by day, department, person and kind, all of which have to fit."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor
from qplan.ledger import create
from qplan.service import actions, log, milestones, queries
from qplan.service.actions import WriteContext
from qplan.service.log import LogFilter

OFFICE, LEAD = Actor("甲", "zlb"), Actor("Li", "scjg")


def order(day: str, actor: Actor = LEAD) -> WriteContext:
    return WriteContext(actor, f"{day}T01:00:00Z", date.fromisoformat(day), date.fromisoformat(day))


@pytest.fixture
def snapshot():
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        actions.take(ledger, ["T1.1"], "accept", {"progress": 10}, order("2025-03-01"))
        actions.take(ledger, ["T1.1"], "report", {"progress": 20}, order("2025-03-02", OFFICE))
        milestones.done(ledger, ["T1.1/m1"], None, order("2025-03-03"))
        actions.take(ledger, ["T1.2"], "accept", {}, order("2025-03-04", Actor("Wang", "scjg")))
        actions.take(ledger, ["C1.1"], "accept", {}, order("2025-03-05", Actor("丙", "fgj")))
        yield queries.open_snapshot(ledger, date(2025, 3, 5))


def days(snapshot, where: LogFilter, text: str | None = None, last: int | None = None) -> list[int]:
    """The days of March on which the entries took effect."""
    found = log.history(snapshot, text, last, where)
    return [int(event.effective_on[8:]) for event in found if event.effective_on >= "2025-03"]


ACCEPTED = frozenset({"task.accept"})


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (LogFilter(), [1, 2, 3, 4, 5]),
        (LogFilter(since="2025-03-02"), [2, 3, 4, 5]),
        (LogFilter(until="2025-03-04"), [1, 2, 3, 4]),
        (LogFilter(since="2025-03-02", until="2025-03-02"), [2]),
        (LogFilter(kinds=ACCEPTED), [1, 4, 5]),
        (LogFilter(actors=("li",)), [1, 3]),
        (LogFilter(actors=("LI@scjg", "wang")), [1, 3, 4]),
        (LogFilter(depts=("scjg",)), [1, 2, 3, 4]),
        (LogFilter(depts=("zlb", "fgj")), [2, 5]),
        (LogFilter(depts=("scjg",), kinds=ACCEPTED, actors=("Li",), since="2025-03-01"), [1]),
        (LogFilter(depts=("fgj",), actors=("Li",)), []),
    ],
)
def test_entries_fit_all_that_a_filter_names(snapshot, where, expected) -> None:
    """The first and the last day included; what the office did for a department is that department's too."""
    assert days(snapshot, where) == expected
    assert days(snapshot, where, last=2) == expected[-2:] or where == LogFilter(until="2025-03-04")
    assert days(snapshot, where, last=100) == expected


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("T1.1", LogFilter(), [1, 2, 3]),
        ("t1.1", LogFilter(since="2025-03-02"), [2, 3]),
        ("T1.1", LogFilter(until="2025-03-02"), [1, 2]),
        ("T1.1/m1", LogFilter(), [3]),
        ("T1.2", LogFilter(kinds=ACCEPTED), [4]),
        ("scjg", LogFilter(), []),
    ],
)
def test_a_record_has_its_own_entries_and_those_of_its_goals(snapshot, text, where, expected) -> None:
    assert days(snapshot, where, text) == expected


def test_a_goal_that_was_removed_stays_in_the_history_of_its_task(snapshot) -> None:
    milestones.remove(snapshot.ledger, ["T1.1/m2"], "并入", order("2025-03-05", OFFICE))
    assert days(snapshot, LogFilter(), "T1.1") == [1, 2, 3, 5]

"""The overdue of a week: what was urged in it, else what is proposed."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import TaskFilter
from qplan.ledger import create
from qplan.service import queries
from qplan.service.overdue import overdue, total
from qplan.service.queries import TaskQuery

#: Wednesday of the week that begins on Monday 2025-03-03.
DAY = date(2025, 3, 5)


@pytest.fixture
def late():
    """The overdue of a plan whose first tasks have these fields."""

    def build(*fields, query: TaskQuery = TaskQuery(), **rules):  # noqa: B008 - immutable
        whole = plans.plan()
        tasks = tuple(
            one._replace(**fields[int(one.id[3:]) - 1])
            if one.id.startswith("T1.") and int(one.id[3:]) <= len(fields)
            else one
            for one in whole.tasks
        )
        with create.in_memory(plans.RECORDED) as ledger:
            plans.fill(ledger, whole._replace(tasks=tasks))
            snapshot = queries.open_snapshot(ledger, DAY)
            found = overdue(snapshot, query)
            return found, total(snapshot, query, found)

    return build


@pytest.mark.parametrize(
    ("urged_on", "recorded"),
    [("2025-03-05", True), ("2025-03-03", True), ("2025-03-02", False), (None, False)],
)
def test_what_was_urged_in_the_week_is_its_level_of_the_week(late, urged_on, recorded) -> None:
    """From its Monday on; otherwise one is proposed, or none while the last one waits."""
    fields = {"deadline": "2025-03-01", "urged_on": urged_on}
    if urged_on:
        fields |= {"urge_level": "reminder", "answer_by": "2025-03-10"}
    ((one,), _number) = late(fields)
    assert one.recorded is recorded and (one.proposed is None) is (recorded or urged_on is not None)
    if recorded:
        assert (one.level, one.answer_by) == ("reminder", "2025-03-10")


def test_the_longest_overdue_come_first_and_all_are_counted(late) -> None:
    days = [{"deadline": day} for day in ("2025-03-03", "2025-03-01", "2025-03-05", "2025-03-04")]
    found, number = late(*days)
    assert ([one.item.task.id for one in found], number) == (["T1.2", "T1.1", "T1.4"], 3)
    first, number = late(*days, query=TaskQuery(TaskFilter(limit=1)))
    assert ([one.item.task.id for one in first], number) == (["T1.2"], 3)

"""The trend in one pass says what the weekly list of each of its weeks says."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger import plans
from qplan.core.calendar import Week
from qplan.core.model import Actor, TaskFilter
from qplan.ledger.store import Ledger
from qplan.service import actions, queries, weekly
from qplan.service.actions import WriteContext
from qplan.service.load import load
from qplan.service.queries import TaskQuery
from qplan.service.trend import overdue_trend


@pytest.mark.parametrize("lead", [None, "zjj"])
def test_each_point_is_what_that_week_lists(year, lead):
    with Ledger.open(str(year)) as ledger:
        only = TaskQuery(TaskFilter(lead=lead))
        with weekly.weekly(ledger, date(2026, 2, 14), Week(2026, 6), only) as (snapshot, week):
            points = week.trend()
        assert [point.overdue for point in points] == [
            overdue_in(ledger, date(2026, 2, 14), point.week, only) for point in points
        ]
        assert len(points) == 26
        assert max(point.overdue for point in points) > 0
        assert points[-1].on == snapshot.today


def overdue_in(ledger: Ledger, day: date, week: Week, query: TaskQuery = TaskQuery()) -> int:  # noqa: B008 - immutable
    with weekly.weekly(ledger, day, week, query) as (_snapshot, listed):
        return len(listed.overdue)


def order(recorded: str, on: str) -> WriteContext:
    return WriteContext(
        Actor("张", "zlb"), f"{recorded}T02:00:00Z", date.fromisoformat(recorded), date.fromisoformat(on)
    )


def test_what_was_recorded_late_counts_from_the_day_it_took_effect(tmp_path):
    place = str(tmp_path / "ledger.db")
    whole = plans.plan(3)
    tasks = tuple(
        task._replace(deadline="2025-01-31", original_deadline="2025-01-31") if task.kind == "task" else task
        for task in whole.tasks
    )
    load(place, whole._replace(tasks=tasks), order("2025-01-02", "2025-01-02"))
    with Ledger.open(place, write=True) as ledger:
        actions.take(ledger, ["T1.1"], "accept", {}, order("2025-02-20", "2025-02-20"))
        actions.take(ledger, ["T1.2"], "extend", {"to": "2025-02-26"}, order("2025-03-20", "2025-02-05"))
        actions.take(
            ledger, ["T1.3"], "terminate", {"document": "区府〔2025〕1号"}, order("2025-03-21", "2025-02-12")
        )
    with Ledger.open(place) as ledger:
        snapshot = queries.open_snapshot(ledger, date(2025, 3, 23), past=True)
        points = {str(point.week): point.overdue for point in overdue_trend(snapshot, weeks=12)}
        told = {
            str(week): overdue_in(ledger, date(2025, 3, 23), week)
            for week in (Week.parse(name) for name in points)
        }
    assert points == told
    assert (
        points["2025-W04"],
        points["2025-W05"],
        points["2025-W06"],
        points["2025-W07"],
        points["2025-W09"],
    ) == (0, 3, 2, 1, 2)


def test_before_the_plan_nothing_was_overdue(tmp_path):
    place = str(tmp_path / "ledger.db")
    load(place, plans.plan(), order("2021-08-10", "2021-08-10"))
    with Ledger.open(place) as ledger:
        snapshot = queries.open_snapshot(ledger, date(2021, 8, 15))
        assert {point.overdue for point in overdue_trend(snapshot)} == {0}


@pytest.mark.parametrize("meanwhile", [{"retired": 1}, {"kind": "group", "lead": None}])
def test_a_task_that_the_plan_has_again_counts_from_then_on(tmp_path, meanwhile):
    """Before that it had left the plan, or was a heading."""
    place = str(tmp_path / "ledger.db")
    whole = plans.plan(2)
    late = {"deadline": "2025-01-31", "original_deadline": "2025-01-31"}
    again = whole._replace(tasks=tuple(one._replace(**late) for one in whole.tasks if one.kind != "group"))
    if "retired" in meanwhile:
        between = again._replace(tasks=tuple(one for one in again.tasks if one.id != "T1.2"))
    else:
        between = again._replace(
            tasks=tuple(one._replace(**meanwhile) if one.id == "T1.2" else one for one in again.tasks)
        )
    load(place, again, order("2025-01-02", "2025-01-02"))
    load(place, between, order("2025-01-10", "2025-01-10"))
    load(place, again, order("2025-03-05", "2025-03-05"))
    with Ledger.open(place) as ledger:
        snapshot = queries.open_snapshot(ledger, date(2025, 3, 9))
        points = overdue_trend(snapshot, weeks=5)
        assert [one.overdue for one in points] == [2, 2, 2, 2, 3]
        assert [overdue_in(ledger, date(2025, 3, 9), one.week) for one in points] == [2, 2, 2, 2, 3]
        assert [one.overdue for one in overdue_trend(snapshot, weeks=2)] == [2, 3]
        earlier = queries.open_snapshot(ledger, date(2025, 3, 2))
        assert [one.overdue for one in overdue_trend(earlier, weeks=1)] == [2], "what comes later is left out"


def test_each_week_has_the_rules_of_its_time(tmp_path):
    """A deadline on a Saturday moved to the Monday, until the rules had it stay where it is."""
    place = str(tmp_path / "ledger.db")
    whole = plans.plan(1)
    tasks = tuple(one._replace(deadline="2025-02-15", original_deadline="2025-02-15") for one in whole.tasks)
    for day, rest in (("2025-01-02", "next_working_day"), ("2025-02-12", "fixed")):
        rules = json.dumps({"calendar": {"rest_day_deadline": rest}})
        load(place, whole._replace(head=whole.head._replace(rules=rules), tasks=tasks), order(day, day))
    with Ledger.open(place) as ledger:
        snapshot = queries.open_snapshot(ledger, date(2025, 2, 16))
        assert [one.overdue for one in overdue_trend(snapshot, weeks=2)] == [0, 2]

"""What a week lists: its days from Monday to Sunday, what is near, what is new against the week before."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.calendar import Week
from qplan.core.model import Actor, Change, Indicator, Milestone, TaskFilter
from qplan.ledger import create
from qplan.ledger.journal import Entry
from qplan.service import actions, weekly
from qplan.service.actions import WriteContext
from qplan.service.queries import TaskQuery

#: Monday 2025-03-03 to Sunday 2025-03-09; read on the Sunday.
WEEK, SUNDAY = Week(2025, 10), date(2025, 3, 9)


@pytest.fixture
def listed():
    """A week of a plan whose tasks have these fields."""

    def build(week: Week = WEEK, today: date = SUNDAY, query: TaskQuery = TaskQuery(), **more):  # noqa: B008 - immutable
        whole = plans.plan()
        fields = {name.replace("_", "."): given for name, given in more.items()}
        made = whole._replace(
            tasks=tuple(one._replace(**fields.get(one.id, {})) for one in whole.tasks),
            milestones=more.get("milestones", ()),
            indicators=more.get("indicators", whole.indicators),
        )
        with create.in_memory(plans.RECORDED) as ledger:
            plans.fill(ledger, made)
            for indicator in more.get("indicators", ()):
                after = {
                    "indicator": indicator.id,
                    "year": 2024,
                    "value": "90",
                    "source": "年报",
                    "measured_on": "2025-01-10",
                }
                ledger.append(
                    [Change("actual.measure", f"{indicator.id}/2024", {}, after)],
                    Entry("李@scjg", "2025-01-10T02:00:00Z", "2025-01-10"),
                )
            with weekly.weekly(ledger, today, week, query) as (_snapshot, found):
                return found._replace(timeline=found.timeline(), trend=found.trend())

    return build


def ids(items) -> list[str]:
    return [getattr(one, "item", one).task.id for one in items]


def test_a_week_that_is_not_over_is_listed_as_of_today(listed) -> None:
    assert [listed(today=date(2025, 3, day)).as_of.day for day in (3, 8, 9, 20)] == [3, 8, 9, 9]


@pytest.mark.parametrize(
    ("day", "within"),
    [("2025-03-02", False), ("2025-03-03", True), ("2025-03-09", True)],
)
def test_what_was_closed_in_the_week_was_closed_from_monday_to_sunday(listed, day, within) -> None:
    found = listed(T1_1={"status": "closed", "closed_on": day})
    assert ids(found.closed) == ["T1.1"] * within


@pytest.mark.parametrize(
    ("fields", "near"),
    [
        ({"deadline": "2025-03-08"}, False),
        ({"deadline": "2025-03-09"}, True),
        ({"deadline": "2025-03-16"}, True),
        ({"deadline": "2025-03-17"}, False),
        ({"deadline": "2025-03-10", "status": "closed"}, False),
        ({"deadline": None, "term": "ongoing"}, False),
    ],
)
def test_near_is_what_is_open_and_falls_due_within_seven_days(listed, fields, near) -> None:
    assert ids(listed(T1_1=fields).due_near) == ["T1.1"] * near


@pytest.mark.parametrize(
    ("fields", "unaccepted"),
    [
        ({}, True),
        ({"begins": "2025-03-09"}, True),
        ({"begins": "2025-03-10"}, False),
        ({"status": "active"}, False),
    ],
)
def test_unaccepted_is_what_has_begun(listed, fields, unaccepted) -> None:
    assert ("T1.1" in ids(listed(T1_1=fields).unaccepted)) is unaccepted


def test_the_overdue_come_by_deadline_and_those_of_this_week_are_new(listed) -> None:
    """The counts say how many more there are than on the Sunday before."""
    late = {"T1_1": "2025-03-08", "T1_2": "2025-03-02", "T1_3": "2025-03-01", "T1_4": None}
    fields = {name: {"deadline": day} for name, day in late.items()}
    found = listed(**fields)
    assert ids(found.overdue) == ["T1.3", "T1.2", "T1.1"] and ids(found.newly_overdue) == ["T1.2", "T1.1"]
    assert (found.total.change, found.total.overdue) == (2, 3)
    assert {one.key: one.change for one in found.by_dept} == {"scjg": 2, "fgj": 0}


@pytest.mark.parametrize(("today", "new"), [(date(2021, 8, 8), []), (date(2021, 8, 1), ["T1.1"])])
def test_the_week_before_is_read_from_the_first_day_of_the_plan_on(listed, today, new) -> None:
    """The plan began on Sunday 2021-08-01."""
    found = listed(Week.of(today), today, T1_1={"deadline": "2021-07-31"})
    assert ids(found.overdue) == ["T1.1"] and ids(found.newly_overdue) == new


def test_extensions_are_asked_for_by_open_tasks(listed) -> None:
    asked = {"extension_to": "2026-06-30"}
    found = listed(T1_1=asked | {"status": "active"}, T1_2=asked | {"status": "closed"})
    assert ids(found.extension_requests) == ["T1.1"]


def test_indicators_are_those_in_red_that_a_department_leads(listed) -> None:
    made = [
        Indicator(f"I{n}", "合格率", core=core, unit="%", target="98.5", nature="binding", lead=lead)
        for n, (lead, core) in enumerate((("scjg", 1), ("fgj", 0)), 1)
    ]  # fmt: skip
    for lead, red, core in ((None, 2, 1), ("scjg", 1, 1), ("fgj", 1, 0), ("zlb", 0, 0)):
        found = listed(query=TaskQuery(TaskFilter(lead=lead)), indicators=tuple(made))
        assert (len(found.indicators), len(found.core)) == (red, core), lead


def test_a_trend_is_of_all_tasks_or_of_those_of_one_lead(listed) -> None:
    late = {"T1_1": {"deadline": "2025-03-08"}, "C1_1": {"deadline": "2025-03-08"}}
    last = [
        [point.overdue for point in listed(query=TaskQuery(where), **late).trend[-1:]]
        for where in (TaskFilter(), TaskFilter(lead="scjg"), TaskFilter(lead=("scjg", "fgj")), TaskFilter(status="assigned"))
    ]  # fmt: skip
    assert last == [[2], [1], [], []]


@pytest.mark.parametrize(
    ("fields", "quarter"),
    [
        ({"deadline": "2025-03-09"}, ("2025Q1", 0, 0, 1)),
        ({"deadline": "2025-03-08"}, ("2025Q1", 0, 1, 0)),
        ({"deadline": "2025-03-08", "status": "closed"}, ("2025Q1", 1, 0, 0)),
        ({"deadline": "2025-12-31", "status": "closed"}, ("2025Q4", 1, 0, 0)),
        ({"deadline": "2025-04-01"}, ("2025Q2", 0, 0, 1)),
        ({"deadline": "2021-08-01"}, ("2021Q3", 0, 1, 0)),
        ({"deadline": "2021-07-31"}, None),
        ({"deadline": "2036-01-08"}, ("2036Q1", 0, 0, 1)),  # 3660 days after the plan's end
        ({"deadline": "2036-01-09"}, None),
        ({"deadline": "2025-03-08", "status": "terminated"}, None),
        ({"deadline": None, "term": "ongoing"}, None),
    ],
)
def test_a_timeline_has_each_deadline_in_its_quarter(listed, fields, quarter) -> None:
    without = {f"T1_{n}": {"status": "terminated"} for n in (2, 3, 4)} | {"C1_1": {"status": "terminated"}}
    assert [tuple(one) for one in listed(T1_1=fields, **without).timeline] == (
        [] if quarter is None else [quarter]
    )


@pytest.mark.parametrize(
    ("due", "done", "status", "quarter"),
    [
        ("2025-03-09", None, "active", ("2025Q1", 0, 0, 1)),
        ("2025-03-08", None, "active", ("2025Q1", 0, 1, 0)),
        ("2025-03-08", "2025-03-09", "active", ("2025Q1", 1, 0, 0)),
        ("2025-03-08", "2025-03-01", "closed", ("2025Q1", 1, 0, 0)),
        ("2025-03-08", None, "closed", None),
    ],
)
def test_a_timeline_has_the_goals_of_open_tasks_and_those_reached(listed, due, done, status, quarter) -> None:
    without = {f"T1_{n}": {"status": "terminated"} for n in (2, 3, 4)} | {"C1_1": {"status": "terminated"}}
    goal = Milestone("T1.1/m1", "T1.1", "目标", due, due, done_on=done)
    found = listed(
        T1_1={"deadline": None, "term": "ongoing", "status": status}, milestones=(goal,), **without
    )
    assert [tuple(one) for one in found.timeline] == ([] if quarter is None else [quarter])


def test_quarters_without_anything_are_there_too(listed) -> None:
    without = {f"T1_{n}": {"status": "terminated"} for n in (3, 4)} | {"C1_1": {"status": "terminated"}}
    found = listed(T1_1={"deadline": "2024-12-31"}, T1_2={"deadline": "2025-07-01"}, **without)
    assert [(one.name, one.missed + one.ahead) for one in found.timeline] == [
        ("2024Q4", 1), ("2025Q1", 0), ("2025Q2", 0), ("2025Q3", 1),
    ]  # fmt: skip


def test_the_last_complete_week_ended_on_the_sunday_before() -> None:
    assert [weekly.last_complete_week(date(2025, 3, day)) for day in (9, 10)] == [
        Week(2025, 9),
        Week(2025, 10),
    ]


def test_what_was_overdue_the_week_before_is_not_new_although_it_was_extended_since() -> None:
    whole = plans.plan()
    tasks = tuple(one._replace(deadline="2025-02-28") if one.id == "T1.1" else one for one in whole.tasks)
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger, whole._replace(tasks=tasks))
        on = date(2025, 3, 3)
        actions.take(
            ledger,
            ["T1.1"],
            "extend",
            {"to": "2025-03-08"},
            WriteContext(Actor("甲", "zlb"), "2025-03-03T01:00:00Z", on, on),
        )
        with weekly.weekly(ledger, SUNDAY, WEEK) as (_snapshot, found):
            assert (ids(found.overdue), found.newly_overdue, found.total.change) == (["T1.1"], [], 0)

"""Reading a ledger on a day: which entries count, whose names a task has, what a heading shows, how many there are."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor, Actual, Change, Department, TaskFilter
from qplan.core.pace import pace_of
from qplan.errors import BadInput, QplanError
from qplan.ledger import create
from qplan.ledger.journal import Entry
from qplan.service import actions, queries
from qplan.service.actions import WriteContext
from qplan.service.queries import TaskQuery

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
DAY = date(2025, 3, 3)


def order(day: str, actor: Actor = LEAD) -> WriteContext:
    return WriteContext(actor, f"{day}T01:00:00Z", date.fromisoformat(day), date.fromisoformat(day))


@pytest.fixture
def make():
    """A ledger of the small plan with some fields of its records changed."""
    opened = []

    def build(departments=None, **fields):
        whole = plans.plan()
        made = whole._replace(
            departments=departments or whole.departments,
            tasks=tuple(one._replace(**fields.get(one.id.replace(".", "_"), {})) for one in whole.tasks),
        )
        ledger = create.in_memory(plans.RECORDED)
        plans.fill(ledger, made)
        opened.append(ledger)
        return ledger

    yield build
    for ledger in opened:
        ledger.close()


def listed(ledger, day: date = DAY, **query) -> list[str]:
    return [item.task.id for item in queries.tasks(queries.open_snapshot(ledger, day), TaskQuery(**query))]


def test_a_number_of_the_journal_is_one_that_it_has(make) -> None:
    ledger = make()
    last = ledger.head().seq
    actions.take(ledger, ["T1.1"], "accept", {"progress": 10}, order("2025-03-01"))
    for seq, status in ((last, "assigned"), (last + 1, "active")):
        with queries.snapshot(ledger, DAY, seq=seq) as then:
            assert then.ledger.task("T1.1").status == status
    for seq in (0, last + 2):
        with pytest.raises(BadInput, match=f"no. 1 to {last + 1}"):
            queries.open_snapshot(ledger, DAY, seq=seq)
    with pytest.raises(BadInput, match="--at-seq"), queries.snapshot(ledger, DAY, seq=-1):
        pass
    assert ledger.task("T1.1").status == "active", "the ledger itself stays open"


def test_the_first_entry_is_one_and_a_ledger_without_a_plan_stays_open(make) -> None:
    with queries.snapshot(make(), DAY, seq=1) as first:
        assert (first.plan.id, first.departments) == ("test-plan", {})
    with create.in_memory(plans.RECORDED) as empty:
        for past in (False, True):
            with pytest.raises(QplanError):
                queries.open_snapshot(empty, DAY, past=past)
        plans.fill(empty)
        assert queries.open_snapshot(empty, DAY).plan.id == "test-plan"


def test_departments_have_their_names_and_an_unknown_one_its_id(make) -> None:
    snapshot = queries.open_snapshot(make(), DAY)
    assert [snapshot.department_name(one) for one in ("scjg", "gone", None)] == ["市场监管局", "gone", ""]
    assert snapshot.names("fgj gone scjg") == "发展改革局、gone、市场监管局" and snapshot.names(None) == ""


@pytest.mark.parametrize(
    ("fields", "owner"),
    [
        ({}, "王、李"),
        ({"lead": "scjg", "joint": ""}, "王"),
        ({"lead": "gone", "joint": "fgj"}, "李"),
        ({"lead": "scjg", "joint": "zlb"}, "王"),
        ({"plan_owner": "赵"}, "赵"),
        ({"plan_owner": "赵", "owner": "钱"}, "钱"),
    ],
)
def test_persons_are_those_set_else_of_the_plan_else_of_each_lead(make, fields, owner) -> None:
    """Each person of several departments once."""
    departments = (
        Department("zlb", "领导小组办公室", role="office", owner="王", position=1),
        Department("scjg", "市场监管局", owner="王", position=2),
        Department("fgj", "发展改革局", owner="李", position=3),
    )
    ledger = make(departments, T1_1={"lead": "scjg", "joint": "zlb fgj", **fields})
    assert queries.task(queries.open_snapshot(ledger, DAY), "T1.1").item.task.owner == owner
    assert listed(ledger, owner=owner[-1]).count("T1.1") == 1


def test_a_limit_counts_what_is_left_and_the_total_what_there_is(make) -> None:
    """Headings are no tasks; neither are they overdue, stale or of a light that is asked for."""
    late = {"deadline": "2025-03-02"}
    ledger = make(
        T1_2=late,
        T1_4=late,
        T1_3={"deadline": "2025-03-03"},
        C1_1={"deadline": "2025-03-02", "status": "closed"},
    )
    snapshot = queries.open_snapshot(ledger, DAY)
    for groups, limit, ids, total in (
        (False, None, ["T1.2", "T1.4"], 2), (False, 1, ["T1.2"], 2), (False, 2, ["T1.2", "T1.4"], 2), (True, 1, ["T1.2"], 2),
    ):  # fmt: skip
        query = TaskQuery(TaskFilter(limit=limit, groups=groups), overdue=True)
        found = queries.tasks(snapshot, query)
        assert [item.task.id for item in found] == ids and queries.total(snapshot, query, found) == total
    for where, shown, total in (
        (TaskFilter(groups=True), 6, 5), (TaskFilter(groups=True, limit=2), 2, 5), (TaskFilter(limit=5), 5, 5), (TaskFilter(limit=0), 0, 5),
    ):  # fmt: skip
        found = queries.tasks(snapshot, TaskQuery(where))
        assert (len(found), queries.total(snapshot, TaskQuery(where), found)) == (shown, total), where
    assert listed(ledger, where=TaskFilter(due_before="2025-03-01"), overdue=True) == []
    assert listed(ledger, where=TaskFilter(due_before="2025-12-31"), overdue=True) == ["T1.2", "T1.4"]


def test_a_heading_shows_the_mean_and_the_most_urgent_of_all_below_it(make) -> None:
    """Whatever else a list left out, and however deep the tasks are."""
    ledger = make(T1_2={"kind": "group", "lead": None}, T1_3={"parent": "T1.2", "deadline": "2025-03-02"})
    actions.take(ledger, ["T1.1", "T1.4"], "accept", {"progress": 30}, order("2025-03-01"))
    actions.take(ledger, ["T1.3"], "accept", {"progress": 90}, order("2025-03-01"))
    snapshot = queries.open_snapshot(ledger, DAY)
    every = {one.task.id: one for one in queries.tasks(snapshot, TaskQuery(TaskFilter(groups=True)))}
    assert [(one, every[one].task.progress, every[one].light.code) for one in ("T1", "T1.2")] == [
        ("T1", 50, "red"), ("T1.2", 90, "red"),
    ]  # fmt: skip
    detail = queries.task(snapshot, "T1")
    assert (detail.item.task.progress, [one.task.id for one in detail.members]) == (
        50,
        ["T1.1", "T1.3", "T1.4"],
    )
    inner = queries.task(snapshot, "T1.3")
    assert [one.id for one in inner.parents] == ["T1", "T1.2"] and inner.members == []


def test_the_history_of_a_task_has_that_of_its_goals_those_removed_included(make) -> None:
    from qplan.service import milestones

    ledger = make()
    milestones.remove(ledger, ["T1.1/m2"], "并入", order("2025-03-01", OFFICE))
    detail = queries.task(queries.open_snapshot(ledger, DAY), "T1.1")
    assert [one.id for one in detail.milestones] == ["T1.1/m1"]
    assert [event.kind for event in detail.events][-1] == "milestone.remove"
    assert [event.seq for event in detail.events] == sorted(event.seq for event in detail.events)


@pytest.mark.parametrize(
    ("year", "values", "latest"),
    [
        (None, ["96", "97"], "97"),
        (2023, ["96", "97"], "97"),
        (2022, ["96"], "96"),
        (2024, ["96", "97"], None),
        (2021, [], None),
    ],
)
def test_an_indicator_is_assessed_by_the_figures_up_to_a_year(make, year, values, latest) -> None:
    """By the figure of that very year; by the last one where no year is asked for."""
    ledger = make()
    for number, value in ((2022, "96"), (2023, "97")):
        after = {
            "indicator": "I1",
            "year": number,
            "value": value,
            "source": "年报",
            "measured_on": "2024-03-01",
        }
        ledger.append(
            [Change("actual.measure", f"I1/{number}", {}, after)],
            Entry("李@scjg", "2024-03-01T02:00:00Z", "2024-03-01"),
        )
    (found,) = queries.indicators(queries.open_snapshot(ledger, DAY), year=year)
    assert [one.value for one in found.actuals] == values
    assert (found.latest and found.latest.value) == latest and isinstance(found.latest, Actual | None)


@pytest.mark.parametrize(
    ("dept", "core", "found"),
    [(None, True, True), ("scjg", True, True), ("fgj", False, False), ("gone", False, False)],
)
def test_indicators_are_those_of_a_department(make, dept, core, found) -> None:
    snapshot = queries.open_snapshot(make(), DAY)
    assert bool(queries.indicators(snapshot, dept, core)) is found


def test_a_task_that_has_left_the_plan_is_not_late(make) -> None:
    late = {"deadline": "2025-03-02", "status": "active"}
    snapshot = queries.open_snapshot(make(T1_1=late | {"retired": 1}, T1_2=late), DAY)
    found = {ident: queries.task(snapshot, ident).item for ident in ("T1.1", "T1.2")}
    assert [(one.overdue, one.stale) for one in found.values()] == [(False, False), (True, True)]


def test_a_list_has_the_tasks_of_any_of_the_lights_and_paces_that_are_asked_for(make) -> None:
    ledger = make(
        T1_1={"deadline": "2025-03-02"},
        T1_2={"status": "closed", "progress": 100, "closed_on": "2025-01-02"},
        T1_3={"status": "active", "progress": 95},
    )
    snapshot = queries.open_snapshot(ledger, DAY)
    items = queries.tasks(snapshot)
    for field, code_of in (
        ("lights", lambda one: one.light.code),
        ("paces", lambda one: pace_of(one.task, snapshot.clock)),
    ):
        codes = sorted({code_of(item) for item in items})
        assert len(codes) > 1, field
        for asked in ((codes[0],), tuple(codes[:2])):
            expected = [item.task.id for item in items if code_of(item) in asked]
            for where in (TaskFilter(), TaskFilter(groups=True)):
                found = queries.tasks(snapshot, TaskQuery(where, **{field: asked}))
                assert [item.task.id for item in found] == expected, "headings have neither of their own"


def test_against_the_original_deadline_a_task_has_the_light_and_the_delay_of_that(make) -> None:
    snapshot = queries.open_snapshot(
        make(T1_1={"original_deadline": "2025-03-01", "status": "active", "progress": 95}), DAY
    )
    found = {
        against: next(
            one for one in queries.tasks(snapshot, TaskQuery(against=against)) if one.task.id == "T1.1"
        )
        for against in ("deadline", "original")
    }
    assert [(one.late.days, one.light.code == "red") for one in found.values()] == [(0, False), (2, True)]
    assert {one.task.deadline for one in found.values()} == {"2025-12-31"}

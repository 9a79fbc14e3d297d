"""Ledgers of plans of every shape: loaded again without a change, listed, counted, written out, replayed."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import server
from qplan.core import events
from qplan.core.model import RECORDS, Actor, TaskFilter
from qplan.ledger import transfer
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.plan.checks import check
from qplan.plan.source import read_plan
from qplan.plan.writer import write_plan
from qplan.render import FORMATS, form_sheets, render
from qplan.service import actions, counts, forms, measures, mine, queries, weekly
from qplan.service.actions import WriteContext
from qplan.service.load import load
from qplan.service.queries import TaskQuery, open_snapshot
from qplan.service.score import score
from qplan.views import agenda, detail, lists, notice
from qplan.views import weekly as weekly_views

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/plan_tasks.yaml"))
BODIES = ("zlb", "scjg", "nync", "yb", "bg")


COLUMN = {
    "id": "C1", "number": 1, "title": "专栏", "clause": "专栏1",
    "items": [{"id": "C1.1", "title": "平台", "clause": "专栏1-1", "lead": ["yb", "bg"], "deadline": "2024-10"}],
}  # fmt: skip
SAFEGUARD = {"id": "S1", "title": "组织领导", "clause": "四(一)", "lead": "zlb", "deadline": "ongoing"}
#: Figures of a plan: which, of which period, how much.
FIGURES = (("Q1", "2024-06", "12"), ("Q1", "2024-Q3", "20"), ("Q2", "2024-06", "3.5"), ("Q3", "2024", "2"))


def at(day: str, dept: str = "zlb", name: str = "张") -> WriteContext:
    when = date.fromisoformat(day)
    return WriteContext(Actor(name, dept), f"{day}T02:00:00Z", when, when)


@st.composite
def leaves(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A task of any shape, without faults."""
    leads = draw(st.lists(st.sampled_from(BODIES[1:]), min_size=1, max_size=3, unique=True))
    task: dict[str, Any] = {
        "no": number,
        "title": draw(st.sampled_from(["培训", "整治污水", "build"])) + str(number),
        "lead": leads if len(leads) > 1 else leads[0],
        "deadline": draw(
            st.sampled_from(["2024-06-30", "2024-09", "2024-Q3", "2024-H2", "2024", "ongoing", "immediate"])
        ),
        "deadline_text": draw(st.sampled_from([None, "年底前", "长期坚持"])),
        "owner": draw(st.sampled_from([None, "甲"])),
        "support_basis": draw(st.sampled_from([None, "plan", "proposed"])),
        "weight": draw(st.sampled_from([None, "2", "0.5"])),
        "investment": draw(st.sampled_from([None, "1200", "0.10"])),
        "place": draw(st.sampled_from([None, "城东: 一", "no"])),
    }
    shape = draw(st.sampled_from(["plain", "each", "shares", "group", "repeats", "verified", "staged"]))
    if shape == "each":
        task["each"] = draw(st.lists(st.sampled_from(["yb", "bg", "nync"]), min_size=1, unique=True))
    elif shape == "shares":
        task |= {"each": {"yb": draw(st.sampled_from(["1", "280", "2.5"])), "bg": "15"}, "unit": "人"}
    elif shape == "group":
        task["each"] = ["zhen"]
    elif shape == "staged" and task["deadline"] not in ("ongoing", "immediate"):
        task |= {
            "begins": "2024-03-01",
            "leader": "丙",
            "contact": "丁 0816-1",
            "milestones": [
                {"id": "m1", "title": "方案印发", "due": "2024-05-31"},
                {"id": "m2", "title": "通报", "due": "2024-03-31", "repeats": "month"},
            ],
        }
    elif shape == "repeats" and task["deadline"] != "immediate":
        task["repeats"] = draw(st.sampled_from(["month", "quarter", "half-year", "year"]))
        task["due_day"] = draw(st.sampled_from([None, "10", "31"]))
    elif shape == "verified" and len(leads) < 4:
        task["verifier"] = next(body for body in BODIES[1:] if body not in leads)
    return task


def indicators(draw: st.DrawFn) -> dict[str, Any]:
    """A sum, its parts and a direction, each of the first task."""
    common = {"unit": "人", "tasks": ["T1"], "deadline": "2024-12-31"}
    return {
        "indicators": [
            {"id": "I1", "name": "总数", "target": "40", "parts": ["Q1", "Q2"], "lead": "scjg", **common}
        ],
        "targets": [
            {"id": "Q1", "name": "元坝", "target": "25", "lead": "yb", **common},
            {"id": "Q2", "name": "白果", "target": "15", "lead": "bg", **common},
            {
                "id": "Q3",
                "name": "满意度",
                "operator": draw(st.sampled_from(["up", "down", "rank"])),
                **common,
            },
        ],
    }


@st.composite
def whole_plans(draw: st.DrawFn) -> dict[str, Any]:
    number = draw(st.integers(1, 5))
    tasks = [draw(leaves(one)) for one in range(1, number + 1)]
    if draw(st.booleans()):
        tasks = [{"id": "G1", "title": "类别", "clause": "一", "lead": "scjg", "tasks": tasks}]
    head = {
        "id": "p",
        "title": "计划",
        "issued": "2024-02-01",
        "begins": "2024-01-01",
        "ends": "2024-12-31",
        "office": "zlb",
    }
    return {
        "plan": head | {"language": draw(st.sampled_from(["zh", "en"]))},
        "defaults": {"assignment_basis": draw(st.sampled_from(["plan", "proposed"]))},
        "rules": {"calendar": draw(st.sampled_from([None, "none", ["2024-05-27", "2024-07-04"], {"holidays": ["2024-05-27"]}]))},
        "indicators": indicators(draw),
        "columns": draw(st.sampled_from([[], [COLUMN]])),
        "safeguards": draw(st.sampled_from([[], [SAFEGUARD]])),
        "departments": [
            {"id": "zlb", "name": "统筹办", "role": "office"},
            {"id": "scjg", "name": "市场监管", "full_name": "区市场监管局", "owner": "乙"},
            {"id": "nync", "name": "农业农村"},
            {"id": "yb", "name": "元坝"},
            {"id": "bg", "name": "白果"},
            {"id": "zhen", "name": "各镇", "role": "area", "members": ["yb", "bg"]},
        ],
        "fields": [{"id": "investment", "title": "投资", "type": "number", "unit": "万元"}, {"id": "place", "title": "地点"}],
        "tasks": tasks,
    }  # fmt: skip


def assert_replayed(ledger: Ledger) -> None:
    assert verify(ledger.connection).findings == []
    state = events.replay(ledger.events())
    for entity, rows in ledger.rows().items():
        for ident, row in rows.items():
            fields = {name: value for name, value in state[entity, ident].items() if name != "version"}
            assert RECORDS[entity](**{"id": ident, **fields}) == row._replace(version=0)


def assert_shown(place: str, today: str) -> None:
    """Every list, count and document can be made, and the counts add up."""
    with Ledger.open(place) as ledger:
        snapshot = open_snapshot(ledger, date.fromisoformat(today))
        items = queries.tasks(snapshot)
        everything = queries.tasks(snapshot, TaskQuery(TaskFilter(groups=True)))
        total, by_dept = counts.by_department(snapshot, items)
        assert total.total == len(items)
        assert sum(one.total for one in by_dept) == sum(len(item.task.leads) for item in items)
        views = [
            lists.tasks(snapshot, everything, len(everything), tree=True),
            lists.tasks(snapshot, items, len(items), by_lead=True),
            lists.summary(
                snapshot, counts.summary(snapshot, "dept", counts.counted_tasks(snapshot)), total, "dept"
            ),
            lists.register(snapshot, items),
            agenda.view(snapshot),
            *(detail.task(snapshot, queries.task(snapshot, item.task.id)) for item in items[:5]),
            *(notice.order(snapshot, queries.task(snapshot, item.task.id)) for item in items[:2]),
        ]
        assert all(view.payload() for view in views)
        for dept in snapshot.departments:
            led = [item.task.id for item in items if dept in item.task.leads]
            assert [row.id for row in ledger.tasks(TaskFilter(lead=dept))] == led
            assert mine.mine(snapshot, dept).open == sum(
                item.task.id in led for item in items if item.task.status != "closed"
            )
        assert {one.dept for one in score(snapshot, 2024)} <= set(snapshot.departments)
    with (
        Ledger.open(place) as ledger,
        weekly.weekly(
            ledger, date.fromisoformat(today), weekly.last_complete_week(date.fromisoformat(today))
        ) as (then, week),
    ):
        assert weekly_views.weekly(then, week).payload()


def written(folder: Path, plan: dict[str, Any]) -> str:
    """A ledger of a plan whose tasks were accepted and whose indicators were measured; the plan has no faults."""
    write_plan(folder, plan)
    source = read_plan(folder)
    assert [one for one in check(source) if not one.warning] == []
    place = str(folder / "ledger.db")
    load(place, source.plan, at("2024-03-01"))
    with Ledger.open(place, write=True) as ledger:
        for task in ledger.tasks():
            actions.take(ledger, [task.id], "accept", {"progress": 10}, at("2024-04-01", task.leads[-1]))
        for indicator, period, value in FIGURES:
            measures.measure(ledger, indicator, period, value, "月报", None, at("2024-11-01"))
    return place


def assert_unchanged(place: str, folder: Path) -> None:
    """The plan loaded again changes nothing, and the rows are those that the journal replays."""
    assert load(place, read_plan(folder).plan, at("2024-11-02")).changes == []
    with Ledger.open(place) as ledger:
        assert_replayed(ledger)
        sums = queries.indicator(open_snapshot(ledger, date(2024, 11, 2)), "I1")
        assert [(one.period, one.value) for one in sums.actuals] == [("2024-06", "15.5")]
        assert (sums.lacking, sums.missing) == ("2024-Q3", ("Q2",))


SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=25, **SLOW)
@given(plan=whole_plans())
def test_plans_of_every_shape(plan: dict[str, Any]):
    with tempfile.TemporaryDirectory() as folder:
        place = written(Path(folder), plan)
        assert_unchanged(place, Path(folder))
        for today in ("2024-04-15", "2024-12-31"):
            assert_shown(place, today)


@settings(max_examples=4, **SLOW)
@given(plan=whole_plans())
def test_every_document_of_plans_of_every_shape(plan: dict[str, Any]):
    pytest.importorskip("docx", reason="python-docx is in the office extra")
    day = date(2024, 12, 31)
    with tempfile.TemporaryDirectory() as folder:
        place = written(Path(folder), plan)
        with (
            Ledger.open(place) as ledger,
            weekly.weekly(ledger, day, weekly.last_complete_week(day)) as (then, week),
        ):
            views = [
                weekly_views.weekly(then, week),
                weekly_views.weekly(then, week, TaskQuery(TaskFilter(lead="yb"))),
            ]
            views += [
                notice.order(then, queries.task(then, item.task.id)) for item in queries.tasks(then)[:2]
            ]
            for view in views:
                for form in FORMATS:
                    assert form == "ics" or render(view, form)
            for form in forms.forms(then, "2025-01-05"):
                assert form_sheets.write(form)


@settings(max_examples=3, **SLOW)
@given(plan=whole_plans())
def test_plans_of_every_shape_on_a_server(plan: dict[str, Any]):
    database = server.Database()
    try:
        with tempfile.TemporaryDirectory() as folder:
            place = written(Path(folder), plan)
            transfer.move(place, database.url())
            assert_unchanged(database.url(), Path(folder))
            assert_shown(database.url(), "2024-12-31")
            with Ledger.open(place) as file, Ledger.open(database.url()) as ledger:
                assert ledger.rows() == file.rows()
    finally:
        database.drop()


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_load_and_are_shown(folder: Path, tmp_path: Path):
    place = str(tmp_path / "ledger.db")
    plan = read_plan(folder).plan
    load(place, plan, at(plan.head.issued, plan.head.office))
    assert load(place, plan, at(plan.head.ends, plan.head.office)).changes == []
    assert_shown(place, plan.head.ends)


@pytest.fixture
def example(tmp_path: Path):
    """The ledger of an example, by its name."""

    def example(name: str) -> str:
        place = str(tmp_path / "ledger.db")
        plan = read_plan(ROOT / "examples" / name).plan
        load(place, plan, at(plan.head.issued, plan.head.office))
        return place

    return example


def lights(place: str, today: str) -> dict[str, tuple[str, str]]:
    with Ledger.open(place) as ledger:
        snapshot = open_snapshot(ledger, date.fromisoformat(today))
        items = queries.tasks(snapshot, TaskQuery(TaskFilter(groups=True)))
        return {item.task.id: (item.light.code, item.light.reason) for item in items}


def test_an_ongoing_task_is_green_while_its_reports_come_and_yellow_when_they_stop(example):
    place = example("livelihood-projects")
    with Ledger.open(place, write=True) as ledger:
        actions.take(ledger, ["T4"], "accept", {"progress": 5}, at("2024-03-01", "jt"))
    assert lights(place, "2024-03-20")["T4"] == ("green", "reporting")
    assert lights(place, "2024-05-20")["T4"] == ("yellow", "silent")


def test_a_period_that_has_not_begun_is_grey_and_nothing_is_asked_for(example):
    place = example("livelihood-projects")
    assert lights(place, "2024-05-20")["T5.2024-Q4"] == ("grey", "not_begun")
    with Ledger.open(place) as ledger:
        snapshot = open_snapshot(ledger, date(2024, 5, 20))
        asked = [item.task.id for item in mine.mine(snapshot, "fgb").to_accept]
    assert "T5.2024-Q2" in asked
    assert "T5.2024-Q4" not in asked


def test_a_heading_is_rolled_up_by_quantity_and_not_green_over_tasks_that_nobody_accepted(example):
    place = example("quotas-over-towns")
    with Ledger.open(place, write=True) as ledger:
        actions.take(ledger, ["T1.1.jia"], "accept", {"progress": 50}, at("2025-02-20", "jia"))
    with Ledger.open(place) as ledger:
        found = queries.task(open_snapshot(ledger, date(2025, 2, 21)), "T1.1").item
    assert found.task.progress == 28  # 280 of 500 people, half of them
    assert (found.light.code, found.light.reason) == ("grey", "members_not_accepted")


def test_a_heading_has_the_quantities_of_its_tasks_added_up(example):
    with Ledger.open(example("quotas-over-towns")) as ledger:
        found = queries.task(open_snapshot(ledger, date(2025, 3, 1)), "T1.1").item.task
        assert (found.quantity, found.unit) == ("500", "人")
        assert queries.task(open_snapshot(ledger, date(2025, 3, 1)), "T1.2").item.task.quantity is None


def test_the_verifier_closes_what_a_joint_lead_submitted_and_the_office_does_not(example):
    from qplan.errors import Refused

    place = example("rectifications")
    with Ledger.open(place, write=True) as ledger:
        actions.take(ledger, ["T1"], "accept", {}, at("2026-03-10", "slj"))
        actions.take(ledger, ["T1"], "submit", {"evidence": "文1号"}, at("2026-04-10", "slj", "李"))
        assert [
            item.task.id for item in mine.mine(open_snapshot(ledger, date(2026, 4, 11)), "zhzf").to_verify
        ] == ["T1"]
        with pytest.raises(Refused, match="verifier"):
            actions.take(ledger, ["T1"], "approve", {}, at("2026-04-12", "dcb"))
        actions.take(ledger, ["T1"], "approve", {}, at("2026-04-12", "zhzf", "王"))
        assert ledger.task("T1").closed_by == "王@zhzf"


def test_persons_are_those_of_an_action_else_of_the_plan_else_of_its_leads(example):
    place = example("livelihood-projects")
    with Ledger.open(place, write=True) as ledger:
        actions.take(ledger, ["T2"], "accept", {"owner": "丙"}, at("2024-03-01", "zj"))
        snapshot = open_snapshot(ledger, date(2024, 3, 2))
        owners = {item.task.id: item.task.owner for item in queries.tasks(snapshot)}
        for owner, of_theirs in {"责任人甲": ["T1"], "责任人乙": ["T1", "T6"]}.items():
            assert [item.task.id for item in queries.tasks(snapshot, TaskQuery(owner=owner))] == of_theirs
    assert owners["T1"] == "责任人甲、责任人乙"  # of both its leads
    assert (owners["T2"], owners["T6"], owners["T3"]) == ("丙", "责任人乙", None)

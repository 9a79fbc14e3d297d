"""Which departments get a form, and what it asks them and shows them."""

from datetime import date

import pytest

from core.cycle import task
from ledger import plans
from qplan.core.model import Actor, Change, Indicator, Milestone
from qplan.errors import Refused
from qplan.ledger import create
from qplan.service import actions, forms, queries
from qplan.service.actions import WriteContext
from qplan.service.collection import steps


def test_a_department_without_an_open_task_gets_no_form():
    """One that leads, one that supports, one whose only task is closed; the office verifies alone."""
    day = date(2025, 3, 3)
    whole = plans.plan()
    tasks = [task._replace(support="") if task.kind == "task" else task for task in whole.tasks]
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger, whole._replace(tasks=tuple(tasks)))

        def asked():
            return [dept.id for dept in forms.departments_asked(queries.open_snapshot(ledger, day))]

        assert asked() == ["scjg", "fgj"]
        lead, office = (
            WriteContext(Actor(name, dept), "2025-03-03T01:00:00Z", day, day)
            for name, dept in (("乙", "fgj"), ("甲", "zlb"))
        )
        for action, given, context in (
            ("accept", {}, lead), ("submit", {"evidence": "文1号"}, lead), ("approve", {}, office),
        ):  # fmt: skip
            actions.take(ledger, ["C1.1"], action, given, context)
        assert asked() == ["scjg"]
        actions.take(ledger, ["T1.1"], "assign", {"support": "fgj", "reason": "r"}, office)
        assert asked() == ["scjg", "fgj"]


def test_a_status_that_no_step_leads_to_is_refused():
    with pytest.raises(Refused, match="in one step"):
        list(steps(task("submitted"), "lead", "blocked", {}))


DAY = date(2025, 3, 3)


@pytest.fixture
def rows():
    """The rows of a department's form by kind, of a plan whose tasks have these fields."""

    def build(dept: str = "scjg", goals=(), indicators=None, **fields):
        whole = plans.plan()
        made = whole._replace(
            tasks=tuple(one._replace(**fields.get(one.id.replace(".", "_"), {})) for one in whole.tasks),
            milestones=tuple(goals),
            indicators=whole.indicators if indicators is None else tuple(indicators),
        )
        with create.in_memory(plans.RECORDED) as ledger:
            plans.fill(ledger, made)
            (form,) = forms.forms(queries.open_snapshot(ledger, DAY), None, [dept])
            return form.sheets

    return build


@pytest.mark.parametrize(
    ("dept", "status", "fills"),
    [
        ("scjg", "assigned", forms.ALL_FILLS),
        ("scjg", "active", forms.ALL_FILLS),
        ("scjg", "blocked", forms.ALL_FILLS),
        ("scjg", "submitted", frozenset()),
        ("fgj", "active", forms.SUPPORT_FILLS),
        ("fgj", "blocked", forms.SUPPORT_FILLS),
        ("fgj", "assigned", frozenset()),
        ("fgj", "submitted", frozenset()),
    ],
)
def test_what_a_department_fills_in_depends_on_its_part_and_the_status(rows, dept, status, fills):
    row = next(one for one in rows(dept, T1_1={"status": status})["task"] if one.mark.id == "T1.1")
    assert row.fills == fills


def test_rows_are_numbered_and_those_of_what_is_done_are_left_out(rows):
    """Goals are those of the open tasks that it leads, indicators those that it reports itself."""
    goals = [
        Milestone("T1.1/m1", "T1.1", "甲", "2025-06-30", "2025-06-30", done_on="2025-01-01", position=1),
        Milestone("T1.2/m1", "T1.2", "乙", "2025-06-30", "2025-06-30", position=2),
        Milestone("T1.3/m1", "T1.3", "丙", "2025-06-30", "2025-06-30", position=3),
        Milestone("T1.4/m1", "T1.4", "丁", "2025-06-30", "2025-06-30", position=4),
        Milestone("C1.1/m1", "C1.1", "戊", "2025-06-30", "2025-06-30", position=5),
    ]
    indicators = [
        Indicator(f"I{n}", "合格率", unit="%", target="98.5", nature="expected", **more)
        for n, more in enumerate(
            ({"lead": "fgj"}, {"lead": "scjg"}, {"lead": "scjg", "parts": "I2 I4"}, {"lead": "scjg"}), 1
        )
    ]
    found = rows(goals=goals, indicators=indicators, T1_3={"status": "closed"}, T1_4={"status": "submitted"})
    listed = {kind: [(row.values["no"], row.mark.id) for row in some] for kind, some in found.items()}
    assert listed == {
        "task": [(1, "T1.1"), (2, "T1.2"), (3, "T1.4")],
        "milestone": [(1, "T1.2/m1"), (2, "T1.4/m1")],
        "indicator": [(1, "I2"), (2, "I4")],
    }


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"joint": "fgj"}, "joint leads: 发展改革局"),
        ({"joint": "gone fgj"}, "joint leads: gone, 发展改革局"),
        ({"lead": "fgj", "joint": "scjg"}, "joint leads: 发展改革局"),
        ({"quantity": "0", "unit": "户"}, "quantity: 0户"),
        ({"verifier": "fgj"}, "verifier: 发展改革局"),
        ({"weight": "2", "deadline_text": "年底前"}, "weight: 2\ndeadline in words: 年底前"),
        ({"deadline": None, "term": "ongoing", "deadline_text": "长期坚持"}, ""),
    ],
)
def test_particulars_are_what_the_plan_gives_beside_title_and_deadline(rows, fields, text):
    assert rows(T1_1=fields)["task"][0].values["about"] == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"last_update": None, "progress": 0, "note": None}, ""),
        ({"last_update": None, "progress": 0, "note": "开工"}, "progress: 0%\n开工"),
        ({"last_update": "2025-02-01", "progress": 0}, "progress: 0%\nlast update: 2025-02-01"),
        ({"last_update": "2025-02-01", "progress": None, "note": "开工"}, "开工\nlast update: 2025-02-01"),
        (
            {
                "last_update": "2025-02-01",
                "progress": 5,
                "difficulty": "缺人",
                "needs": "增编",
                "next_step": "招标",
            },
            "progress: 5%\ndifficulty: 缺人\nhelp needed: 增编\nnext step: 招标\nlast update: 2025-02-01",
        ),
    ],
)
def test_the_last_report_is_what_was_said_and_when(rows, fields, text):
    assert rows(T1_1={"status": "active", **fields})["task"][0].values["last"] == text


def test_a_supporting_department_sees_its_own_last_words(rows):
    held = "fgj 2025-02-01 资金已拨付\nzlb 2025-02-02 另一家"
    found = rows(
        "fgj", T1_1={"status": "active", "support": "fgj zlb", "support_note": held, "note": "牵头的话"}
    )
    assert found["task"][0].values["last"] == "2025-02-01 资金已拨付"


@pytest.mark.parametrize(("years", "last"), [((), None), ((2022,), "2022: 92"), ((2022, 2023), "2023: 93")])
def test_an_indicator_is_shown_with_its_last_figure(years, last):
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        for year in years:
            after = {
                "indicator": "I1",
                "year": year,
                "value": str(year - 1930),
                "source": "年报",
                "measured_on": "2024-03-01",
            }
            ledger.append([Change("actual.measure", f"I1/{year}", {}, after)], plans.ENTRY)
        (form,) = forms.forms(queries.open_snapshot(ledger, DAY), None, ["scjg"])
    assert [row.values["last"] for row in form.sheets["indicator"]] == [last]

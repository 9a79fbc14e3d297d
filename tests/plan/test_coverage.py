"""A plan is set beside its own text: what is not carried, what differs, what cites what is not there."""

import textwrap

import pytest

from qplan.plan.checks import check
from qplan.plan.coverage import cover, warnings
from qplan.plan.document.draft import draft_plan
from qplan.plan.document.reading import read_document
from qplan.plan.source import read_plan
from qplan.plan.writer import write_plan

TEXT = """\
松山区教育发展规划(2026-2030年)
一、发展现状
全区共有学校84所，教师学历达标率92%。
二、发展目标
到2030年，学前教育毛入园率达到98%以上，教师学历达标率保持在99%以上。
三、主要任务
(一)办好学前教育
1.新建幼儿园。到2028年，新建公办幼儿园12所。
2.规范办园行为。确保校园安全。
(二)建强教师队伍
专栏1：教师队伍
1.招聘教师。每年招聘教师不少于200名。
四、保障措施
(一)加大投入。教育经费增长5%以上。
"""


@pytest.fixture
def beside(tmp_path):
    """The coverage of a plan drafted from TEXT, after a change of its dictionary."""
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    document = read_document(tmp_path / "text.txt")

    def covering(change=lambda plan: None):
        plan = draft_plan(document).plan
        change(plan)
        write_plan(tmp_path / "plan", plan)
        source = read_plan(tmp_path / "plan")
        assert source.plan is not None
        found = cover(document, source.plan)
        return found, [str(one).replace(f"{document.path}:", "") for one in warnings(found, document)]

    return covering


def test_a_plan_that_carries_all_is_sound(beside):
    found, said = beside()
    assert said == []
    assert [(one.kind, one.clause, one.carried_by) for one in found.items] == [
        ("promise", "二", ("Q1",)),
        ("promise", "二", ("Q2",)),
        ("heading", "三(一)", ("T1",)),
        ("heading", "三(一)1", ("T1.1",)),
        ("promise", "三(一)1", ("Q3",)),
        ("heading", "三(一)2", ("T1.2",)),
        ("promise", "三(一)2", ("Q4",)),
        ("heading", "三(二)", ("T2",)),
        ("heading", "专栏1", ("C1",)),
        ("heading", "专栏1-1", ("C1.1",)),
        ("promise", "专栏1-1", ("Q5",)),
        ("heading", "四(一)", ("S1",)),
        ("promise", "四(一)", ("Q6",)),
    ]


def test_a_heading_without_a_task_is_reported_with_its_line(beside):
    _found, said = beside(lambda plan: plan["tasks"][0]["tasks"].pop())
    assert [one for one in said if one.startswith("9:")] == [
        "9:1: no task carries “规范办园行为” (三(一)2); add it to the plan, or say in its note why it is left out"
    ]


def test_a_figure_without_a_target_is_reported_with_its_line(beside):
    _found, said = beside(lambda plan: plan["indicators"]["targets"].pop(2))
    assert said == [
        "8:1: no target carries “新建公办幼儿园 >= 12所” (三(一)1); add it to the plan, or say in its note why it is left out"
    ]


def test_a_figure_that_the_note_of_its_task_quotes_needs_no_target(beside):
    def leave_out(plan):
        plan["indicators"]["targets"].pop(2)
        plan["tasks"][0]["tasks"][0]["note"] = "“新建公办幼儿园12所”已列入市里项目"

    found, said = beside(leave_out)
    assert said == []
    assert [one.carried_by for one in found.items if one.clause == "三(一)1"] == [("T1.1",), ("T1.1",)]


def test_a_target_whose_note_quotes_the_clause_may_read_its_figure_otherwise(beside):
    def read_otherwise(note):
        def change(plan):
            plan["indicators"]["targets"].append(
                {
                    "id": "Q9",
                    "name": "安全",
                    "operator": "=",
                    "target": 100,
                    "clauses": ["三(一)2"],
                    "note": note,
                }
            )

        return change

    assert beside(read_otherwise("原文是“确保校园安全”"))[1] == []
    assert any("Q9 cites" in one for one in beside(read_otherwise("原文是“校园绝对安全”"))[1])


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("target", "21", "value: the text has 12所, the plan 21所"),
        ("unit", "家", "unit: the text has 所, the plan 家"),
        ("operator", "<=", "direction: the text has >=, the plan <="),
        ("deadline", "2030-12-31", "year: the text has 2028, the plan 2030"),
    ],
)
def test_what_differs_is_reported(beside, key, value, what):
    _found, said = beside(lambda plan: plan["indicators"]["targets"][2].update({key: value}))
    assert [one for one in said if what in one and one.startswith("8:")]


def test_another_title_is_reported_unless_the_plan_says_it_is_its_own(beside):
    def rename(plan, **more):
        plan["tasks"][0]["tasks"][0].update(title="办好公办园", **more)

    _found, said = beside(rename)
    assert [one for one in said if "title: the text has 新建幼儿园, the plan 办好公办园" in one]
    assert beside(lambda plan: rename(plan, title_basis="ours"))[1] == []


def test_a_clause_that_the_text_does_not_have_is_reported(beside):
    def cite(plan):
        plan["tasks"][1]["clause"] = "三(九)"
        plan["indicators"]["targets"][0]["clauses"] = ["二", "三(一)1"]

    _found, said = beside(cite)
    assert any("T2 cites 三(九), which the text does not have" in one for one in said)
    assert any("Q1 cites 三(一)1, where its figure does not stand" in one for one in said)


def test_a_deadline_of_the_plan_that_its_clause_no_longer_has_is_reported(beside):
    def change(plan):
        [task] = [one for main in plan["tasks"] for one in main.get("tasks", ()) if one["id"] == "T1.1"]
        task |= {"deadline": "2029", "deadline_basis": "plan"}

    _found, said = beside(change)
    assert any("the deadline of T1.1 is the plan's, and 三(一)1 does not name 2029" in one for one in said)


@pytest.mark.parametrize(
    ("title", "basis", "found"),
    [
        ("建成12所", "plan", []),  # a target of the task
        ("建成21所", "plan", ["21所"]),
        ("建成21所", "proposed", []),
        ("一次建成", "plan", []),
        ("建成十二所", "plan", []),
        ("建成二十一所", "plan", ["21所"]),
    ],
)
def test_a_figure_of_a_staged_goal_of_the_plan_stands_in_its_clause_or_its_target(
    beside, title, basis, found
):
    def add(plan):
        task = plan["tasks"][0]["tasks"][0]
        task["milestones"] = [{"id": "m1", "title": title, "due": task["deadline"], "basis": basis}]

    said = [one for one in beside(add)[1] if "/m1 is the plan's" in one]
    assert len(said) == len(found) and all(figure in one for figure, one in zip(found, said, strict=True))


def test_a_baseline_that_does_not_stand_in_its_clause_is_reported(beside):
    def base(value):
        return lambda plan: plan["indicators"]["targets"][1].update(
            baseline=value, baseline_year=2025, baseline_clause="一"
        )

    assert beside(base("92"))[1] == []
    assert beside(base("93"))[1] == [
        "1:1: the baseline of Q2 does not stand in 一; correct the clause, the figure or its basis"
    ]


def test_check_compares_a_plan_with_the_text_that_it_names(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    plan = draft_plan(read_document(tmp_path / "text.txt")).plan | {"source": "text.txt"}
    plan["indicators"]["targets"][0]["target"] = "89"
    write_plan(tmp_path, plan)
    said = [str(one) for one in check(read_plan(tmp_path), against_text=True)]
    assert any("text.txt:5:1: Q1" in one and "98%" in one and "89%" in one for one in said)
    assert not any("text.txt" in one for one in check_without_text(tmp_path))


def check_without_text(folder):
    return [str(one) for one in check(read_plan(folder))]


@pytest.mark.parametrize("name", ["../text.txt", "/etc/hostname", "none.txt"])
def test_a_source_that_cannot_be_read_is_told_at_its_place(tmp_path, name):
    (tmp_path / "plan_tasks.yaml").write_text(
        textwrap.dedent(
            f"""\
            format: 1
            plan: {{id: p, title: 计划, begins: 2026-01-01, ends: 2026-12-31, office: a}}
            departments: [{{id: a, name: 办公室, role: office}}]
            source: {name}
            tasks: [{{id: T1, title: 抓生产, clause: 一, lead: a, deadline: 2026-12-31}}]
            """
        ),
        encoding="utf-8",
    )
    said = [str(one) for one in check(read_plan(tmp_path), against_text=True)]
    assert len([one for one in said if name in one]) == 1

"""Plans as offices really write them: joint leads, words as deadlines, periods, shares, columns of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from qplan.core.model import Task, ids
from qplan.core.own import values_of
from qplan.core.rules import Rules
from qplan.plan.checks import check
from qplan.plan.source import Source, read_plan

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/plan_tasks.yaml"))
HEAD = """\
format: 1
plan: {id: p, title: 计划, issued: 2024-02-01, begins: 2024-01-01, ends: 2024-12-31, office: zlb}
departments:
  - {id: zlb, name: 统筹办, role: office}
  - {id: scjg, name: 市场监管}
  - {id: nync, name: 农业农村}
  - {id: zhen, name: 各镇, members: [yb, bg]}
  - {id: yb, name: 元坝, role: area}
  - {id: bg, name: 白果, role: area}
fields:
  - {id: investment, title: 投资, type: number, unit: 万元}
  - {id: place, title: 地点}
  - {id: started, title: 开工, type: date}
"""


@pytest.fixture
def read(tmp_path: Path):
    def read(body: str, head: str = HEAD) -> Source:
        (tmp_path / "plan_tasks.yaml").write_text(head + body, encoding="utf-8")
        return read_plan(tmp_path)

    return read


@pytest.fixture
def tasks(read):
    def tasks(body: str) -> dict[str, Task]:
        source = read(body)
        assert [one.what for one in check(source) if not one.warning] == []
        return {task.id: task for task in source.plan.tasks}

    return tasks


@pytest.fixture
def faults(read):
    def faults(body: str) -> list[str]:
        return [f"{one.what}; {one.hint}" for one in check(read(body)) if not one.warning]

    return faults


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_marked_fictitious_and_has_no_faults(folder: Path):
    assert "虚构" in (folder / "plan_tasks.yaml").read_text("utf-8").splitlines()[0]
    assert [one for one in check(read_plan(folder)) if not one.warning] == []


def test_a_list_of_leads_has_its_first_one_and_the_joint_ones(tasks):
    task = tasks("tasks: [{no: 1, title: a, lead: [市场监管, nync], deadline: 2024-06}]\n")["T1"]
    assert (task.lead, task.joint, task.leads) == ("scjg", "nync", ("scjg", "nync"))


def test_a_lead_named_twice_under_two_names_is_refused(faults):
    [fault] = faults("tasks: [{no: 1, title: a, lead: [市场监管, scjg], deadline: 2024-06}]\n")
    assert "names the lead scjg twice" in fault


@pytest.mark.parametrize(
    ("form", "day", "term"),
    [
        ("2024-06-05", "2024-06-05", None),
        ("2024-02", "2024-02-29", None),
        ("2024-Q3", "2024-09-30", None),
        ("2024-H1", "2024-06-30", None),
        ("2024", "2024-12-31", None),
        ("ongoing", None, "ongoing"),
        ("immediate", "2024-03-02", "immediate"),
    ],
)
def test_a_deadline_is_the_last_day_of_its_form(tasks, form, day, term):
    task = tasks(f"tasks: [{{no: 1, title: a, lead: scjg, deadline: {form}, deadline_text: 原文}}]\n")["T1"]
    assert (task.deadline, task.term, task.deadline_text) == (day, term, "原文")


@pytest.mark.parametrize("form", ["2024-13", "2024-Q5", "2024-H3", "2024-02-30", "soon", "24-06"])
def test_a_deadline_of_no_form_is_refused(faults, form):
    [fault] = faults(f"tasks: [{{no: 1, title: a, lead: scjg, deadline: {form}}}]\n")
    assert f"“{form}” is no date" in fault


def test_immediate_days_are_a_rule(tasks):
    found = tasks(
        "rules: {immediate_days: 10}\ntasks: [{no: 1, title: a, lead: scjg, deadline: immediate}]\n"
    )
    assert found["T1"].deadline == "2024-02-11"


def test_a_task_that_repeats_has_a_task_for_each_period_since_the_issue(tasks):
    found = tasks("tasks: [{no: 4, title: 月报, lead: scjg, repeats: quarter}]\n")
    assert [(one.id, one.begins, one.deadline) for one in found.values() if one.kind != "group"] == [
        ("T4.2024-Q1", "2024-02-01", "2024-03-31"),
        ("T4.2024-Q2", "2024-04-01", "2024-06-30"),
        ("T4.2024-Q3", "2024-07-01", "2024-09-30"),
        ("T4.2024-Q4", "2024-10-01", "2024-12-31"),
    ]
    assert found["T4"].kind == "group"
    assert found["T4.2024-Q2"].title == "月报（2024年二季度）"


def test_a_task_that_repeats_is_due_on_a_day_of_each_periods_last_month(tasks):
    body = "tasks: [{no: 1, title: 发放补贴, lead: scjg, repeats: month, begins: 2024-01-15, due_day: 10},"
    found = tasks(body + " {no: 2, title: 季报, lead: scjg, repeats: quarter, due_day: 31}]\n")
    due = {one.id: one.deadline for one in found.values() if one.kind != "group"}
    assert "T1.2024-01" not in due  # it begins after that day
    assert (due["T1.2024-02"], due["T1.2024-12"]) == ("2024-02-10", "2024-12-10")
    assert (due["T2.2024-Q1"], due["T2.2024-Q2"]) == ("2024-03-31", "2024-06-30")


@pytest.mark.parametrize(
    ("given", "fault"), [("repeats: month, due_day: 32", "no day of a month"), ("due_day: 10, deadline: 2024", "does not repeat")]
)  # fmt: skip
def test_a_due_day_that_cannot_be_meant_is_refused(faults, given, fault):
    (found,) = faults(f"tasks: [{{no: 1, title: 补贴, lead: scjg, {given}}}]\n")
    assert fault in found


def test_supporters_have_a_basis_of_their_own(tasks):
    found = tasks(
        "tasks: [{no: 1, title: 信用, lead: scjg, support: [nync], support_basis: plan, deadline: 2024},"
        " {no: 2, title: 信息, lead: scjg, support: [nync], deadline: 2024}]\n"
    )
    assert [(one.basis, one.basis_of_support) for one in found.values()] == [
        ("proposed", "plan"), ("proposed", "proposed"),
    ]  # fmt: skip
    assert found["T1"]._replace(basis="confirmed").basis_of_support == "confirmed"


def test_an_indicator_without_a_day_is_due_as_the_defaults_say_and_marked(read):
    head = HEAD + "defaults: {indicator_deadline: 2024-12-31}\n"
    body = """\
indicators:
  - {id: Q1, name: 总数, unit: 人, target: 5, tasks: [T1]}
  - {id: Q2, name: 人数, unit: 人, target: 5, tasks: [T1], deadline: 2024-06-30}
tasks: [{no: 1, title: 培训, lead: scjg, deadline: 2024}]
"""
    found = read(body, head).plan.indicators
    assert [(one.deadline, one.basis_of_deadline) for one in found] == [
        ("2024-12-31", "proposed"),
        ("2024-06-30", None),
    ]
    assert found[0]._replace(target_document="绵府1号").basis_of_deadline is None


def test_a_staged_goal_that_repeats_is_one_for_each_period_until_the_deadline(read):
    body = """\
tasks:
  - no: 1
    title: 宣传
    lead: scjg
    deadline: 2024-11-15
    milestones:
      - {id: m1, title: 方案印发, due: 2024-05-31}
      - {id: m2, title: 通报, due: 2024-03-31, repeats: quarter}
"""
    source = read(body)
    assert [one for one in check(source) if not one.warning] == []
    assert [(one.id, one.title, one.due) for one in source.plan.milestones] == [
        ("T1/m2.2024-Q1", "通报（2024年一季度）", "2024-03-31"),
        ("T1/m1", "方案印发", "2024-05-31"),
        ("T1/m2.2024-Q2", "通报（2024年二季度）", "2024-06-30"),
        ("T1/m2.2024-Q3", "通报（2024年三季度）", "2024-09-30"),
    ]


def test_a_staged_goal_that_repeats_has_the_last_day_of_a_shorter_month(read):
    goal = "{id: m1, title: 月报, due: 2024-08-31, repeats: month}"
    body = f"tasks: [{{no: 1, title: a, lead: scjg, deadline: ongoing, milestones: [{goal}]}}]\n"
    assert [one.due for one in read(body).plan.milestones] == [
        "2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("due", "fault"), [("2025-03-31", "after its task's deadline"), ("1901-01-31", "or too many")]
)
def test_a_staged_goal_that_repeats_outside_the_schedule_is_refused(faults, due, fault):
    goal = f"{{id: m1, title: 月报, due: {due}, repeats: month}}"
    [found] = faults(f"tasks: [{{no: 1, title: a, lead: scjg, deadline: 2024, milestones: [{goal}]}}]\n")
    assert fault in found


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "Report（2024年一季度）"), ("en", "Report (2024-Q1)")]
)
def test_the_title_of_a_period_is_in_the_language_of_the_plan(read, language, title):
    head = HEAD.replace("office: zlb}", f"office: zlb, language: {language}}}")
    body = "tasks:\n  - {no: 1, title: Report, lead: scjg, repeats: quarter}\n"
    tasks = {task.id: task for task in read(body, head).plan.tasks}
    assert tasks["T1.2024-Q1"].title == title


def test_what_is_due_after_the_plans_end_is_a_warning(read):
    body = """\
indicators:
  - {id: I1, name: 总数, unit: 人, target: 5, tasks: [T1], deadline: 2025-12-31}
tasks:
  - {no: 1, title: 后续, lead: scjg, deadline: 2025-06}
"""
    found = [one for one in check(read(body)) if "after the plan's end" in one.what]
    assert [one.warning for one in found] == [True, True]
    assert not [one for one in check(read(body)) if not one.warning]


def test_a_deadline_that_subtasks_take_from_their_heading_is_one_warning(read):
    body = "tasks:\n  - {no: 1, title: 后续, lead: scjg, each: [yb, bg], deadline: 2025-06}\n"
    found = [one.what for one in check(read(body)) if "after the plan's end" in one.what]
    assert len(found) == 1 and "T1," in found[0]


def test_each_body_leads_a_task_of_its_own_with_its_quantity(tasks):
    found = tasks(
        "tasks: [{no: 3, title: 培训, lead: nync, each: {yb: 280, bg: 15.5}, unit: 人, deadline: 2024}]\n"
    )
    assert [(one.lead, one.quantity, one.support) for one in found.values() if one.parent == "T3"] == [
        ("yb", "280", "nync"),
        ("bg", "15.5", "nync"),
    ]


def test_a_group_stands_for_its_members(tasks):
    found = tasks("tasks: [{no: 3, title: 巡查, each: zhen, repeats: half-year}]\n")
    assert [one.id for one in found.values() if one.kind != "group"] == [
        "T3.yb.2024-H1", "T3.yb.2024-H2", "T3.bg.2024-H1", "T3.bg.2024-H2",
    ]  # fmt: skip


def test_a_task_has_of_its_heading_what_it_does_not_say(tasks):
    found = tasks("""\
tasks:
  - no: 1
    title: a
    lead: scjg
    deadline: 2024-06
    owner: 甲
    place: 城东
    tasks:
      - {no: 1.1, title: b}
      - {no: 1.2, title: c, lead: nync, deadline: 2024-03, place: 城西}
""")
    one, two = found["T1.1"], found["T1.2"]
    assert (one.lead, one.deadline, one.plan_owner, values_of(one)) == (
        "scjg",
        "2024-06-30",
        "甲",
        {"place": "城东"},
    )
    assert (two.lead, two.deadline, two.plan_owner, values_of(two)) == (
        "nync",
        "2024-03-31",
        None,
        {"place": "城西"},
    )


def test_columns_of_the_plans_own_take_what_their_type_takes(tasks, faults):
    task = tasks(
        "tasks: [{no: 1, title: a, lead: scjg, deadline: 2024, investment: 12.50, started: 2024-03-01}]\n"
    )["T1"]
    assert values_of(task) == {"investment": "12.50", "started": "2024-03-01"}
    told = faults(
        "tasks: [{no: 1, title: a, lead: scjg, deadline: 2024, investment: 多, started: 2024-02-30, plaec: x}]\n"
    )
    assert [
        "“多” is no number" in told[0],
        "“2024-02-30” is no date" in told[1],
        "did you mean `place`" in told[2],
    ] == [True] * 3


@pytest.mark.parametrize(
    ("task", "fault"),
    [
        ("{no: 1, title: a, each: {zhen: 3}, deadline: 2024}", "zhen is a group and has no quantity"),
        ("{no: 1, title: a, each: [yb, 元坝], deadline: 2024}", "names yb twice"),
        (
            "{no: 1, title: a, lead: scjg, verifier: scjg, deadline: 2024}",
            "scjg verifies T1 and has a part in it",
        ),
        (
            "{no: 1, title: a, lead: scjg, begins: 2024-07-01, deadline: 2024-06}",
            "begins on 2024-07-01, after",
        ),
        (
            "{no: 1, title: a, lead: scjg, repeats: year, deadline: immediate}",
            "repeats and is to be done at once",
        ),
        (
            "{no: 1, title: a, repeats: year, tasks: [{no: 2, title: b, lead: scjg, deadline: 2024}]}",
            "has subtasks of its own",
        ),
        ("{no: x, title: a, lead: scjg, deadline: 2024}", "is no number of a task"),
    ],
)
def test_what_cannot_be_meant_is_refused(faults, task, fault):
    assert any(fault in one for one in faults(f"tasks: [{task}]\n"))


RULES = """\
rules:
  calendar: %s
tasks:
  - {id: T1, title: 培训, clause: 一, lead: scjg, deadline: 2024}
"""


@pytest.mark.parametrize(
    "calendar, kind, days",
    [
        ("none", "none", ()),
        ("[2024-05-27, 2024-07-04]", "listed", ("2024-05-27", "2024-07-04")),
        ("{holidays: [2024-05-27]}", "china", ("2024-05-27",)),
        ("", "china", ()),
    ],
)
def test_working_days_are_chinas_a_list_or_none(read, calendar, kind, days):
    source = read(RULES % calendar)
    assert [one.what for one in check(source) if not one.warning] == []
    rules = Rules.parse(source.plan.head.rules)
    assert (rules.working_days, rules.holidays) == (kind, days)


@pytest.mark.parametrize(
    "calendar, fault, column",
    [
        ("nine", "write one of: none", 13),
        ("[2024-05-27, 2024-13-01]", "is no date", 26),
        ("{holidays: x}", "must be", 24),
    ],
)
def test_a_calendar_of_no_form_is_refused_with_its_place(read, calendar, fault, column):
    (one,) = [one for one in check(read(RULES % calendar)) if not one.warning]
    assert fault in f"{one.what}; {one.hint}"
    assert one.column == column


SUM = """\
indicators:
  - {id: I1, name: 总数, unit: 人, target: 5, parts: [q2, Q3], tasks: [T1], deadline: 2024-12-31}
  - {id: Q2, name: 甲, unit: 人, target: 3, %s tasks: [T1], deadline: 2024-12-31}
  - {id: Q3, name: 乙, unit: %s, target: 2, tasks: [T1], deadline: 2024-12-31}
tasks:
  - {id: T1, title: 培训, clause: 一, lead: scjg, deadline: 2024}
"""


def test_an_indicator_is_the_sum_of_its_parts(read):
    source = read(SUM % ("", "人"))
    assert [one.what for one in check(source) if not one.warning] == []
    assert source.plan.indicators[0].parts == "Q2 Q3"


@pytest.mark.parametrize(
    "more, unit, fault",
    [
        ("parts: [I1],", "人", "part of"),
        ("parts: [Q2],", "人", "part of"),
        ("parts: [T1],", "人", "no indicator of the plan"),
        ("", "户", "another unit"),
    ],
)
def test_a_sum_that_cannot_be_made_is_refused(faults, more, unit, fault):
    assert fault in "".join(faults(SUM % (more, unit)))


def test_the_office_verifies_what_names_it_as_verifier(tasks):
    assert (
        tasks("tasks: [{no: 1, title: a, lead: scjg, verifier: zlb, deadline: 2024}]\n")["T1"].verifier
        is None
    )


def test_departments_have_full_names_and_members(read):
    plan = read("tasks: [{no: 1, title: a, lead: scjg, deadline: 2024}]\n").plan
    assert [ids(one.members) for one in plan.departments if one.id == "zhen"] == [("yb", "bg")]

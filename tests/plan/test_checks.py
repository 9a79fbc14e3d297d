"""What a whole plan must satisfy; each test's text is the plan under test."""

import inspect

import pytest

from qplan.plan import checks
from qplan.plan.checks import CHECKS, check

from .conftest import BODY


def said(source):
    assert source.problems == []
    return [
        f"{p.line - BODY}:{p.column} {'remark ' if p.warning else ''}{p.what}; {p.hint}"
        for p in check(source)
    ]


def one(source, part):
    found = [line for line in said(source) if part in line]
    assert len(found) == 1, said(source)
    return found[0]


LEAF = "lead: scjg, deadline: 2024-12-31, assignment_basis: plan, deadline_basis: plan"


def test_each_check_is_run():
    takes_a_plan = {
        one
        for one in vars(checks).values()
        if inspect.isfunction(one) and [*inspect.signature(one).parameters] == ["plan", "source"]
    }
    assert takes_a_plan == {*CHECKS, checks.own_text}, "plan/checks.py: CHECKS lacks a function"


def test_a_sound_plan_has_nothing_to_tell(body):
    assert said(body(f"tasks: [{{id: T1, title: a, clause: b, {LEAF}}}]\n")) == []


#: A plan -> what is found in it.
FOUND = [
    (
        f"tasks:\n  - {{id: T1, title: a, clause: b, {LEAF}, see: [T11]}}\n",
        "1:121 T1 refers to T11, which is not in the plan; did you mean T1?",
    ),
    (
        "columns: [{id: C1, number: 1, title: a, clause: b, parent: T9, items: []}]\ntasks: []\n",
        "0:60 C1 belongs to T9, which is no task of the plan; check the id",
    ),
    (
        "indicators: [{id: I1, name: a, target: 1, tasks: [T5]}]\ntasks: []\n",
        "0:51 I1 names the task T5, which is not in the plan; check the id",
    ),
    (
        "indicators: [{id: I1, name: a, target: 1, tasks: [I1], conflicts_with: [I2]}]\ntasks: []\n",
        "0:73 I1 conflicts with I2, which is no indicator of the plan; did you mean I1?",
    ),
    (
        "columns: [{id: C1, number: 1, title: a, clause: b, parent: C1.1, items: [{id: C1.1, title: a,"
        f" clause: b, {LEAF}}}]}}]\ntasks: []\n",
        "0:11 a cycle: C1 → C1.1 → C1; correct `parent`",
    ),
    (
        "tasks: [{id: T1, title: a, clause: b, lead: scjg, deadline: 2036-01-01}]\n",
        "0:9 the deadline of T1, 2036-01-01, is outside the plan's period; it must lie from 2021-01-01 to 2025-12-31",
    ),
    (
        "tasks: [{id: T1, title: a, clause: b, lead: scjg, deadline: 2026-Q1}]\n",
        "0:9 remark the deadline of T1, 2026-03-31, is after the plan's end",
    ),
    (
        "indicators: [{id: I1, name: a, target: 1, deadline: 2020-12-31}]\ntasks: []\n",
        "0:14 the deadline of I1, 2020-12-31, is outside",
    ),
    (
        f"tasks:\n- {{id: T1, title: a, clause: b, {LEAF}, milestones: [\n  {{id: m1, title: x, due: 2025-01-01}}]}}\n",
        "2:3 T1/m1 is due 2025-01-01, after its task's deadline; it must be due by 2024-12-31",
    ),
    (
        f"tasks:\n- {{id: T1, title: a, clause: b, {LEAF}, milestones: [\n  {{id: m1, title: x, due: 2020-01-01}}]}}\n",
        "2:3 T1/m1 is due 2020-01-01, before the plan begins; it must be due from 2021-01-01",
    ),
    (
        "tasks: [{id: T1, title: a, clause: b, deadline: 2024-12-31}]\n",
        "0:9 remark nobody answers for T1; add `lead`",
    ),
    (
        "tasks: [{id: T1, title: a, clause: b, lead: scjg}]\n",
        "0:9 remark T1 has no deadline and is never late",
    ),
    (
        f"tasks: [{{id: T1, title: a, clause: b, {LEAF}, support: [fgj, scjg]}}]\n",
        "0:9 remark scjg both leads and supports T1",
    ),
    (
        f"tasks:\n- {{id: T1, title: a, clause: b, {LEAF}}}\n- {{id: T2, title: a, clause: c, {LEAF}}}\n",
        "2:3 remark T1 and T2 have the same title, “a”",
    ),
    ("indicators: [{id: I1, name: a}]\ntasks: []\n", "0:14 I1 has no target; add `target`, or"),
    (
        "indicators: [{id: I1, name: a, target: 1, target_status: to_be_assigned}]\ntasks: []\n",
        "0:14 I1 has a target that is still to be assigned",
    ),
    ("indicators: [{id: I1, name: a, target: 1}]\ntasks: []\n", "0:14 remark I1 belongs to no task"),
    (
        "tasks: [{id: T1, title: a, clause: b, lead: scjg, deadline: 2024-12-31, deadline_basis: attached}]\n",
        "0:9 remark T1 takes its deadline from an attached goal, and none is due on 2024-12-31; attach one",
    ),
    (
        "tasks: [{id: T1, title: a, clause: b, lead: scjg, deadline: 2024-12-31}]\n",
        "remark of 1 tasks, 1 assignments and 1 deadlines are proposed",
    ),
    (
        f"tasks: [{{id: T1, title: a, clause: b, {LEAF}, verifier: scjg}}]\n",
        "0:9 scjg verifies T1 and has a part in it; name another verifier",
    ),
    (
        f"tasks: [{{id: T1, title: a, clause: b, {LEAF}, begins: 2025-01-01}}]\n",
        "0:9 T1 begins on 2025-01-01, after its deadline 2024-12-31; correct",
    ),
    (
        f"tasks: [{{id: T1, title: a, clause: b, tasks: [{{id: T1.1, title: c, clause: b, {LEAF}, quantity: 5}},"
        f" {{id: T1.2, title: d, clause: b, {LEAF}}}]}}]\n",
        "T1.2 has no quantity, others of T1 have one; add `quantity`",
    ),
    (
        "indicators: [{id: I1, name: a, target: 1, unit: 家, parts: [I2]}, {id: I2, name: b, target: 1, unit: 个}]\n"
        "tasks: []\n",
        "I1 is added up from I2, which is counted in another unit",
    ),
    (
        "rules: {reporting: {every: week, due: 8}}\ntasks: []\n",
        "reporting: `due` is 8, and a week has no such day; give 1 to 7",
    ),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_found(body, text, expected):
    assert expected in one(body(text), expected)


#: Checks whose cases are tests of their own.
ELSEWHERE = {"contradictions", "escalation_levels", "office", "same_names"}


def test_each_check_has_a_case(body):
    finding = set()
    for text, _expected in FOUND:
        source = body(text)
        finding |= {run.__name__ for run in CHECKS if source.plan and any(run(source.plan, source))}
    without = {run.__name__ for run in CHECKS} - finding - ELSEWHERE
    assert not without, f"tests/plan/test_checks.py: FOUND has no plan in which {without} finds something"


@pytest.mark.parametrize(
    "goal",
    [
        "{id: T1, title: a, clause: b, lead: scjg, deadline: 2024-12-31, deadline_basis: attached,"
        " milestones: [{id: m1, title: x, due: 2024-12-31, basis: plan}]}]\n",
        "{id: T1, title: a, clause: b, lead: scjg, deadline: 2024-12-31, deadline_basis: attached}]\n"
        "indicators: [{id: Q1, name: a, operator: down, tasks: [T1], deadline: 2024-12-31}]\n",
    ],
)
def test_an_attached_goal_gives_the_deadline(body, goal):
    assert not [line for line in said(body(f"tasks: [{goal}")) if "attached" in line or "no target" in line]


def test_contradiction_gives_both_figures_and_clauses_once(body):
    source = body(
        'indicators: [{id: Q1, name: 污水, operator: "=", target: 100, unit: "%", clauses: [二(三)2], conflicts_with: [Q2]},\n'
        '  {id: Q2, name: 城市污水, target: 98, unit: "%", clauses: [专栏7-1], conflicts_with: [Q1]}]\ntasks: []\n'
    )
    line = one(source, "contradicts")
    assert (
        "remark the plan contradicts itself: Q1 污水 = 100% (二(三)2) against Q2 城市污水 >= 98% (专栏7-1)"
        in line
    )


def test_the_levels_of_escalation_rise(body):
    level = "{{level: {}, label: x, overdue_days: {}, after_days: 0, answer_workdays: 1}}"
    levels = ",\n  ".join([level.format("a", 5), level.format("b", 5), level.format("a", 9)])
    lines = said(body(f"rules: {{urging: [{levels}]}}\ntasks: []\n"))
    assert lines == [
        "1:3 the urging level b comes no later than the one before it; raise its `overdue_days` above 5",
        "2:3 the urging level a is given twice; delete one",
    ]


def test_head(read):
    source = read(
        "format: 1\nplan: {id: p, title: t, begins: 2025-01-01, ends: 2024-01-01, office: a}\n"
        "departments: [{id: a, name: 甲, aliases: [乙]}, {id: b, name: 乙}]\ntasks: []\n"
    )
    whats = [p.what for p in check(source)]
    assert whats == [
        "the plan ends before it begins",
        "a keeps the ledger and has the role department",
        "“乙” is a name of a, b",
    ]
    assert [p.warning for p in check(source)] == [False, True, True]


def test_every_check_says_what_it_demands():
    assert all(run.__doc__ for run in CHECKS)
    assert len(set(CHECKS)) == len(CHECKS)


def test_an_unreadable_file_does_not_hide_the_faults_of_the_others(body):
    source = body(
        """\
        indicators:
          - {id: I1, name: 合格率, clauses: [一], operator: ">=", target_status: set, lead: scjg, tasks: [C1.1]}
        columns:
          - columns.yaml
          - {id: C2, number: 2, title: 专栏, clause: 专栏2, parent: T9, items: []}
        tasks:
          - {id: T1, title: 任务, clause: 三(一), deadline: 2036-12-31, see: [C1.1]}
        """,
        columns="format: 1\ncolumn: {id: C1\n",
    )
    told = [problem.what for problem in check(source) if not problem.warning]
    assert source.plan is None
    for fault in (
        "I1 has no target",
        "the deadline of T1, 2036-12-31",
        "C2 belongs to T9",
    ):
        assert sum(fault in what for what in told) == 1, told
    # C1.1 may stand in the file that could not be read
    assert not any("C1.1" in what for what in told) and len(told) == 4, told


def test_unreadable_departments_are_told_once(read):
    source = read(
        """\
        format: 1
        plan: {id: p, title: 计划, begins: 2021-01-01, ends: 2025-12-31, office: zlb}
        departments: departments.yaml
        tasks:
          - {id: T1, title: 甲, clause: 三(一), lead: scjg, support: [fgj], deadline: 2026-12-31}
        """,
        departments="departments: [\n",
    )
    told = [problem.what for problem in check(source)]
    assert len(told) == 2 and "the deadline of T1" in told[1], told


def test_a_group_that_leads_a_task_itself_is_remarked_with_each(read):
    source = read("""
        format: 1
        plan: {id: p, title: 计划, begins: 2021-01-01, ends: 2025-12-31, office: zlb}
        departments:
          - {id: zlb, name: 办, role: office}
          - {id: zj, name: 各镇, role: area, members: [jia]}
          - {id: jia, name: 甲镇, role: area}
        tasks:
          - {no: 1, title: 甲, lead: zj, deadline: 2025, assignment_basis: plan, deadline_basis: plan}
          - {no: 2, title: 乙, each: [zj], deadline: 2025, assignment_basis: plan, deadline_basis: plan}
        """)
    (problem,) = check(source)
    assert (
        problem.warning
        and problem.what.startswith("T1 is given to the group zj")
        and "each: [zj]" in problem.hint
    )


def test_a_missing_head_does_not_hide_the_rest(read):
    source = read("format: 1\ntasks:\n  - {id: T1, title: 甲, clause: 三(一), deadline: 2025-12-31}\n")
    assert any("nobody answers for T1" in problem.what for problem in check(source))
    assert source.plan is None

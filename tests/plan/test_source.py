"""YAML -> Plan: every value where it belongs, every problem with its place."""

import gc
import json
from pathlib import Path

import pytest

from qplan.core.model import Task
from qplan.core.rules import Rules
from qplan.plan import loader
from qplan.plan.source import read_plan

from .conftest import BODY, HEAD, told

WHOLE = """\
rules: {stale_days: 20, one_person_office: true, lights: {red_behind: 40}}
columns: [c.yaml]
indicators:
  indicators:
    - {id: I1, name: 合格率, unit: "%", operator: ">=", target: 98.50, lead: 市监局, clauses: [二1, 专栏1], tasks: [t1.1], deadline: 2025-12-31}
  targets:
    - {id: Q1, name: 件数, target: 010, target_status: set}
tasks:
  - id: T1
    title: 主要任务
    clause: 三(一)
    tasks:
      - id: T1.1
        title: 子任务
        title_basis: ours
        clause: 三(一)1
        summary: |
          第一行
          第二行
        lead: 市监局
        support: [发改局, ZLB]
        deadline: 2024-12-31
        note: 备注
        see: [c1.1, I1]
        milestones:
          - {id: m1, title: 试点, due: 2023-12-31, basis: plan}
          - {id: m2, title: 全面, due: 2024-06-30}
      - id: T1.2
        title: 另一子任务
        clause: 三(一)2
        lead: fgj
        assignment_basis: plan
        deadline: 2025-12-31
        deadline_basis: plan
safeguards:
  - {id: S1, title: 保障, clause: 四(一), lead: zlb}
"""
COLUMN = """\
format: 1
column:
  id: C1
  number: 1
  title: 专栏
  clause: 专栏1
  parent: T1.1
  items:
    - {id: C1.1, title: 第一项, clause: 专栏1-1, lead: scjg}
"""


def test_whole_plan(body):
    source = body(WHOLE.replace("010", '"10"'), c=COLUMN)
    assert told(source) == []
    plan = source.plan
    assert [(t.id, t.kind, t.section, t.column_no, t.parent, t.position) for t in plan.tasks] == [
        ("T1", "group", "三(一)", None, None, 1),
        ("T1.1", "task", "三(一)", None, "T1", 2),
        ("C1", "group", "三(一)", 1, "T1.1", 3),
        ("C1.1", "column_item", "三(一)", 1, "C1", 4),
        ("T1.2", "task", "三(一)", None, "T1", 5),
        ("S1", "safeguard", "四", None, None, 6),
    ]
    assert plan.tasks[1] == Task(
        id="T1.1", kind="task", title="子任务", clause="三(一)1", title_basis="ours", summary="第一行\n第二行",
        section="三(一)", parent="T1", position=2, see="C1.1 I1", remark="备注", lead="scjg", support="fgj zlb",
        basis="proposed", deadline="2024-12-31", original_deadline="2024-12-31", deadline_basis="proposed",
    )  # fmt: skip
    assert plan.tasks[4].basis == plan.tasks[4].deadline_basis == "plan"
    assert [(m.id, m.task, m.due, m.original_due, m.basis) for m in plan.milestones] == [
        ("T1.1/m1", "T1.1", "2023-12-31", "2023-12-31", "plan"),
        ("T1.1/m2", "T1.1", "2024-06-30", "2024-06-30", "proposed"),
    ]
    one, other = plan.indicators
    assert (one.target, one.clause, one.tasks, one.lead, one.core) == (
        "98.50",
        "二1、专栏1",
        "T1.1",
        "scjg",
        1,
    )
    assert (other.core, other.operator, other.target_status) == (0, ">=", "set")
    assert plan.head.office == "zlb"
    assert plan.head.calendar == "{}"
    assert plan.head.rules == '{"lights":{"red_behind":40},"one_person_office":true,"stale_days":20}'
    rules = Rules.parse(plan.head.rules)
    assert (rules.red_behind, rules.stale_days, rules.one_person_office) == (40, 20, True)


def test_defaults_hold_for_what_does_not_say_its_basis(body):
    source = body(
        """\
        defaults: {assignment_basis: plan, deadline_basis: plan, milestone_basis: plan}
        tasks:
          - id: T1
            title: a
            clause: b
            lead: scjg
            deadline: 2024-12-31
            milestones: [{id: m1, title: x, due: 2023-12-31}, {id: m2, title: y, due: 2024-06-30, basis: proposed}]
          - {id: T2, title: c, clause: d, lead: scjg, assignment_basis: proposed, deadline: 2024-12-31, deadline_basis: proposed}
          - {id: T3, title: e, clause: f}
        """
    )
    assert told(source) == []
    assert [(t.basis, t.deadline_basis) for t in source.plan.tasks] == [
        ("plan", "plan"),
        ("proposed", "proposed"),
        (None, None),
    ]
    assert [m.basis for m in source.plan.milestones] == ["plan", "proposed"]


def test_a_half_width_comma_in_a_title_is_named(body):
    source = body(
        "tasks:\n  - {id: T1, title: 聚焦质量, 加强管理, clause: b}\n  - {id: T2, title: a, clause: b, leed: }\n"
    )
    assert told(source) == [
        f"{BODY + 1}:27: the comma before “加强管理” ends the value;"
        " quote the whole text, write it on a line of its own, or use “，”",
        f"{BODY + 2}:35: `leed` is no key here; did you mean `lead`?",
    ]


def test_places_of_records(body):
    source = body(WHOLE.replace("010", '"10"'), c=COLUMN)
    line = BODY + WHOLE[: WHOLE.index("  - id: T1\n")].count("\n")
    assert source.places["T1"][1:] == (line, 5)
    file, line, column = source.places["C1.1"]
    assert (Path(file).name, line, column) == ("c.yaml", 9, 7)
    assert source.places["department:scjg"][1:] == (10, 5)
    assert source.places["T1.1/m2"][1:] == (source.places["T1.1/m1"][1] + 1, 13)


@pytest.mark.parametrize(
    "word", ["no", "010", "007", "12:30", "1e5", "0x1F", "yes", "off", "2025-12-31", "=", ".inf"]
)
def test_a_scalar_is_the_text_that_was_written(body, word):
    source = body(f"tasks: [{{id: T1, title: {word}, clause: {word}}}]\n")
    assert told(source) == []
    assert (source.plan.tasks[0].title, source.plan.tasks[0].clause) == (word, word)


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("deadline: 2026-02-30", "“2026-02-30” is no date"),
        ("deadline: 2025-6-1", "“2025-6-1” is no date"),
        ("deadline: ２０２５-06-01", "is no date"),
        ("deadline: 20250601", "is no date"),
        ("deadline_basis: yes", "`deadline_basis` is “yes”; write one of: plan attached proposed"),
        ("lead: 市厂监管", "did you mean scjg 市场监管"),
        ("lead: 局", "may mean"),
        (
            "lead: 市监局、农业",
            "names several departments; where several may stand, write a list: [市监局, 农业]",
        ),
        ("support: scjg", "`support` must be: list of departments"),
        ("support: [[scjg]]", "`support` must be: list of departments"),
        ("lead: {scjg: x}", "`lead` must be: department, or list of departments"),
        ("title_basis: {a: b}", "`title_basis` must be: one of the words"),
        ("milestones: [m1]", "`milestones` must be: list of maps"),
        ("milestones: [{id: m/1, title: a, due: 2023-01-01}]", "“m/1” is no id"),
        ("leed: scjg", "`leed` is no key here; did you mean `lead`?"),
        ("owners: x", "`owners` is no key here; did you mean `owner`?"),
        ("note: ~", "`note` would be the text “~”"),
        ("note: null", "leave it out, or quote it"),
        ('note: "a\\eb"', "control character U+001B"),
        ('note: "a\\0b"', "control character U+0000"),
        ('note: "a\\x85b"', "control character U+0085"),
        ('note: "a\\rb"', "control character U+000D"),
        ('summary: "a\\u2028b"', "control character U+2028"),
        ("title: again", "`title` is given twice"),
        ("note: &a x", "anchors (&) and aliases (*) are refused"),
        ("note: *a", "anchors (&) and aliases (*) are refused"),
        ("support: &a [scjg]", "anchors (&) and aliases (*) are refused"),
        ("note: !!str x", "tags (!) are refused"),
        ("note: ! x", "tags (!) are refused"),
        ("note: !!python/object/apply:os.system [echo]", "tags (!) are refused"),
        ("<<: {a: b}", "merge keys (<<) are refused"),
        ("<<: *x", "anchors"),
        ("? [a]\n    : b", "a key must be a word"),
    ],
)
def test_field_problems_have_their_place(body, field, what):
    source = body(f"tasks:\n  - id: T1\n    title: a\n    clause: b\n    {field}\n")
    problems = [p for p in source.problems if what in str(p)]
    assert problems, told(source)
    assert problems[0].line == BODY + 4
    assert problems[0].file.endswith("plan_tasks.yaml")


def test_exact_columns(body):
    source = body(
        "tasks:\n  - id: T1\n    title: 标题\n    clause: c\n    deadline: 2026-02-30\n    lead: 不知道\n"
    )
    assert [(p.line - BODY, p.column) for p in source.problems] == [(4, 15), (5, 11)]


def test_every_problem_at_once(read):
    source = read(
        """\
        format: 2
        plan: {id: 9p, begins: 2021-13-01, ends: 2025-12-31, office: nobody, utc_offset: 8}
        departments: [{id: a, name: A}, {id: A, name: B}]
        tasks:
          - {id: T1, clause: c, tasks: [{id: t1, title: x, clause: y, deadline: soon}]}
        """
    )
    said = "\n".join(told(source))
    for part in (
        "1:1: format 2 is not known",
        "2:12: “9p” is no id",
        "2:7: `title` is missing",
        "2:24: “2021-13-01” is no date",
        "2:62: No department is called “nobody”",
        "2:82: “8” is no UTC offset",
        "3:33: the id A is taken",
        "5:5: `title` is missing",
        "5:33: the id t1 is taken",
        "5:73: “soon” is no date",
    ):
        assert part in said, said
    assert len(source.problems) == 10


def test_ids_are_unique_across_files_and_kinds(body):
    source = body(
        "columns: [c.yaml]\ntasks: [{id: T1, title: a, clause: b, milestones: [{id: m1, title: x, due: 2022-01-01},"
        " {id: M1, title: y, due: 2022-01-01}]}]\nsafeguards: [{id: c1.1, title: a, clause: 四}]\n"
        "indicators: [{id: T1, name: x, target: 1}]\n",
        c=COLUMN,
    )
    assert sum("is taken" in one for one in told(source)) == 3


def test_absent_required_and_empty(body):
    source = body("tasks:\n  - id:\n    title: ''\n    clause: x\n    note:\n    support: []\n")
    assert told(source) == [
        f"{BODY + 1}:5: `id` is missing; add it (id)",
        f"{BODY + 1}:5: `title` is missing; add it (text, one line)",
    ]


def test_problems_are_capped_with_the_number_of_the_rest(body):
    source = body("tasks:\n" + "  - {id: 1}\n" * 1000)
    assert len(source.problems) == 201
    assert "2800 more problems" in source.problems[-1].what


def test_text_is_nfc_and_nothing_is_stripped(body):
    source = body('tasks: [{id: T1, title: " e\\u0301 ", clause: "[red]=1+1|<script>\\u202e\\u200b"}]\n')
    assert told(source) == []
    assert source.plan.tasks[0].title == " é "
    assert source.plan.tasks[0].clause == "[red]=1+1|<script>\u202e\u200b"


def test_a_title_has_one_line(body):
    source = body("tasks:\n  - id: T1\n    title: |\n      a\n      b\n    clause: |\n      c\n")
    assert told(source) == [f"{BODY + 2}:12: `title` must be one line; join the lines"]
    assert source.plan.tasks[0].clause == "c"


def test_single_file_with_everything_inline(body):
    source = body(
        """\
        rules: {urging: [{level: a, label: 甲, overdue_days: 1, after_days: 0, answer_workdays: 5}]}
        indicators: [{id: I1, name: x, target: 1}]
        columns: [{id: C1, number: 1, title: c, clause: 专栏1, items: [{id: C1.1, title: i, clause: 专栏1-1}]}]
        tasks: []
        """
    )
    assert told(source) == []
    assert [t.id for t in source.plan.tasks] == ["C1", "C1.1"]
    assert json.loads(source.plan.head.rules)["urging"][0]["overdue_days"] == 1


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x.yaml", "a/../../x.yaml", "C:\\x", "..", "out.yaml", "a\\b"]
)
def test_related_files_stay_inside(body, tmp_path, name):
    (tmp_path / "out.yaml").symlink_to("/etc/hostname")
    source = body(f"indicators: '{name}'\ntasks: []\n")
    assert source.plan is None
    assert told(source)[0].startswith(f"{BODY}:13: “{name}” leads out of the plan's folder")


def test_related_file_missing_twice_or_itself(body):
    source = body("indicators: no.yaml\ntasks: []\n")
    assert "no.yaml:1:1: there is no such file" in str(source.problems[0])
    source = body("columns: [c.yaml, c.yaml]\ntasks: [{id: T1.1, title: a, clause: b}]\n", c=COLUMN)
    assert told(source) == [f"{BODY}:19: “c.yaml” is named twice; name each file once"]
    source = body("indicators: plan_tasks.yaml\ntasks: []\n")
    assert "named twice" in told(source)[0]


def test_columns_whose_parents_go_in_circles_stand_once(body):
    column = (
        "{{id: {}, number: 1, title: t, clause: c, parent: {}, items: [{{id: {}.1, title: i, clause: d}}]}}"
    )
    columns = ", ".join(
        column.format(a, b, a) for a, b in (("C1", "C2.1"), ("C2", "C1"), ("C3", "C3"), ("C4", "X"))
    )
    source = body(f"columns: [{columns}]\ntasks: []\n")
    assert sorted(t.id for t in source.plan.tasks) == ["C1", "C1.1", "C2", "C2.1", "C3", "C3.1", "C4", "C4.1"]


def test_a_missing_path_a_folder_without_plan_and_a_device(tmp_path):
    for path in (tmp_path, tmp_path / "x.yaml", Path("/dev/zero"), Path("a\0b")):
        source = read_plan(path)
        assert source.plan is None
        assert len(source.problems) == 1


def test_progress_and_collector(read, tmp_path):
    read(HEAD + "tasks:\n" + "".join(f"  - {{id: T{n}, title: t, clause: c}}\n" for n in range(3000)))
    told_ = []
    gc.enable()  # a command run in this process has disabled it
    source = read_plan(tmp_path / "plan_tasks.yaml", lambda done, total: told_.append((done, total)))
    assert gc.isenabled()
    assert len(source.plan.tasks) == 3000
    assert len(told_) > 4
    assert told_ == sorted(told_)
    assert told_[-1][0] == told_[-1][1] == (tmp_path / "plan_tasks.yaml").stat().st_size


def test_the_pure_parser_reads_the_same(body, monkeypatch):
    import yaml

    fast = body(WHOLE.replace("010", '"10"'), c=COLUMN)
    monkeypatch.setattr(loader, "Loader", yaml.SafeLoader)
    assert body(WHOLE.replace("010", '"10"'), c=COLUMN).plan == fast.plan


def test_the_bundled_plan():
    data = Path(__file__).parents[2] / "data"
    source = read_plan(data)
    assert source.problems == []
    kinds = [t.kind for t in source.plan.tasks]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "task": 43, "column_item": 36, "safeguard": 4, "group": 24,
    }  # fmt: skip


def test_yaml_is_imported_in_one_place():
    root = Path(__file__).parents[2] / "src"
    importing = [p.name for p in root.rglob("*.py") if "import yaml" in p.read_text(encoding="utf-8")]
    assert importing == ["loader.py"]

"""A plan written as files and read again is the same plan."""

import tempfile
from pathlib import Path
from unicodedata import normalize

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.core.names import shown
from qplan.core.rules import Rules
from qplan.plan.files import CONTROL
from qplan.plan.models import FILES, PlanFile
from qplan.plan.source import read_plan
from qplan.plan.writer import to_yaml, write_plan

ROOT = Path(__file__).parents[2]
SMALL = {
    "plan": {"office": "zlb", "id": "p", "title": "计划", "begins": "2021-01-01", "ends": "2025-12-31"},
    "departments": [
        {"id": "zlb", "name": "领导小组办公室", "role": "office"},
        {"id": "scjg", "name": "市场监管", "aliases": ["市监局", "局,分局"]},
    ],
    "tasks": [
        {
            "title": "办好“三件事”: 一, 二 # 三",
            "id": "T1",
            "clause": "三(一)",
            "summary": "第一行\n\n  第二行",
            "lead": "scjg",
            "support": [],
            "deadline": "2025-06-30",
            "milestones": [{"due": "2025-03-31", "title": "试点", "id": "m1"}],
        }
    ],
}


def bundled():
    """The bundled plan as one dictionary of texts."""
    read = lambda name: yaml.load((ROOT / "data" / name).read_text("utf-8"), yaml.BaseLoader)  # noqa: E731
    plan = read("plan_tasks.yaml")
    for key in ("departments", "indicators", "rules"):
        plan[key] = read(plan[key])
    plan["columns"] = [read(name)["column"] for name in plan["columns"]]
    return plan


def test_a_plan_is_written_in_the_order_of_the_format_with_quotes_where_needed(tmp_path):
    files = write_plan(tmp_path / "new", SMALL, "名称\n第二行")
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "new/plan_tasks.yaml",
        "new/departments.yaml",
    ]
    text = files[0].read_text("utf-8")
    assert text.startswith("# 名称\n# 第二行\n# Check it with `qplan check`")
    assert text.partition("format:")[2] == (
        """ 1
plan:
  id: p
  title: 计划
  begins: 2021-01-01
  ends: 2025-12-31
  office: zlb
departments: departments.yaml
tasks:
  - id: T1
    title: '办好“三件事”: 一, 二 # 三'
    clause: 三(一)
    summary: |
      第一行

        第二行
    lead: scjg
    deadline: 2025-06-30
    milestones:
      - id: m1
        title: 试点
        due: 2025-03-31
"""
    )
    assert "    aliases: [市监局, '局,分局']\n" in files[1].read_text("utf-8")
    source = read_plan(tmp_path / "new")
    assert source.problems == []
    assert source.plan.tasks[0].summary == "第一行\n\n  第二行"


def test_the_bundled_plan_survives_writing(tmp_path):
    files = write_plan(tmp_path, bundled())
    assert len(files) == 4 + 9
    source = read_plan(tmp_path)
    assert source.problems == []
    plan, written = read_plan(ROOT / "data").plan, source.plan
    assert written[1:] == plan[1:]
    assert Rules.parse(written.head.rules) == Rules.parse(plan.head.rules)
    assert written.head._replace(rules="") == plan.head._replace(rules="")


def test_writing_again_changes_nothing(tmp_path):
    first = {path: path.read_text("utf-8") for path in write_plan(tmp_path, SMALL)}
    write_plan(tmp_path, SMALL)
    assert {path: path.read_text("utf-8") for path in first} == first


def test_an_unknown_key_is_written_and_reading_reports_it(tmp_path):
    write_plan(tmp_path, {**SMALL, "tasks": [{**SMALL["tasks"][0], "colour": {"a": "b"}}]})
    source = read_plan(tmp_path)
    assert [problem.what for problem in source.problems] == ["`colour` is no key here"]


@pytest.mark.parametrize("kind", FILES)
def test_required_lists_are_written_though_they_are_empty(kind):
    content = {name: [] for name, field in FILES[kind].model_fields.items() if field.is_required()}
    assert to_yaml(content, FILES[kind]).count("[]") == len(content)


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cn"]), min_size=1, max_size=30))
def test_any_text_survives_writing(text):
    if CONTROL.search(text) or "\r" in text or "\t" in text:
        return
    line = text.replace("\n", " ")
    task = {**SMALL["tasks"][0], "title": line, "summary": text}
    departments = [SMALL["departments"][0], {"id": "scjg", "name": "x", "aliases": line.split()}]
    with tempfile.TemporaryDirectory() as folder:
        write_plan(Path(folder), {**SMALL, "tasks": [task], "departments": departments})
        source = read_plan(Path(folder))
        assert source.problems == [], shown(text)
        read = source.plan.tasks[0]
        assert (read.title, read.summary) == (normalize("NFC", line), normalize("NFC", text))
        assert source.plan.departments[1].aliases.split() == normalize("NFC", line).split()


def test_the_model_of_a_plan_orders_any_plan():
    assert to_yaml({"tasks": [], "format": 1}, PlanFile) == "format: 1\ntasks: []\n"

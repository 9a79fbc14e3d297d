"""The examples of the page about plan files are played: fragments are read in a plan, commands are run on their days."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from qplan import i18n
from qplan.cli import settings
from qplan.cli.run import run
from qplan.plan.checks import check
from qplan.plan.source import read_plan

ROOT = Path(__file__).parents[2]
PAGES = {"plan-format.md": "en", "plan-format.zh-CN.md": "zh"}
BLOCK = re.compile(r"^```(console|text|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DAY = re.compile(r"#\s*(\d{4}-\d\d-\d\d)$")


@pytest.mark.parametrize("page", PAGES)
def test_a_plan_that_replaces_another_and_several_ledgers_can_be_played(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QPLAN_LANG", PAGES[page])
    monkeypatch.setenv("QPLAN_ACTOR", "office")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    said, played = "", []
    for kind, block in BLOCK.findall((ROOT / "docs" / page).read_text("utf-8")):
        if kind == "text":
            assert [line for line in block.splitlines() if line not in said.splitlines()] == []
        elif kind == "yaml" and (name := re.match(r"# (\d{4})/plan_tasks\.yaml\n", block)):
            Path(name[1]).mkdir()
            Path(name[1], "plan_tasks.yaml").write_text(block, "utf-8")
        for line in block.splitlines() if kind == "console" else ():
            if line.startswith("mkdir "):
                Path(line.removeprefix("mkdir ")).mkdir()
                continue
            if day := DAY.search(line):
                at = datetime.fromisoformat(f"{day[1]}T01:30:00+00:00")
                monkeypatch.setattr(settings, "now", lambda at=at: at)
            said = ""
            words = shlex.split(line, comments=True)[1:]
            if "--replace" in words:
                assert run([*words, "--dry-run"]) == 0
                said = capsys.readouterr().out
            asks = words[0] in ("load", "submit", "approve")
            assert run([*words, "--yes"] if asks else words) == 0, (line, capsys.readouterr().err)
            said += capsys.readouterr().out
            played.append(words[0])
            if words[:2] == ["tasks", "--ledger"] and words[2] == "minsheng.db":
                assert "70%" in said and "2026-06-30" in said and "T3" not in said
    i18n.use("en")
    assert played.count("load") == 4 and {"--ledger", "weekly", "dashboard", "overdue"} <= set(played)
    assert len(list(Path("weekly").iterdir())) == 5 and Path("dashboard.html").stat().st_size > 1000


HEAD = """\
format: 1
plan: {id: p, title: 计划, issued: 2024-01-05, begins: 2024-01-01, ends: 2026-12-31, office: fgb}
"""
NAMED = "jy zj cz jt mz nyj jia yi bing ding scjg swj tjj sthj slj zhzf"
TASKS = """\
tasks:
  - {no: 91, title: 其他任务, lead: fgb, deadline: 2025}
  - {id: T1, title: 培训, clause: 二, lead: nyj, deadline: 2025, tasks: [{id: T1.1, title: 培训农民, clause: 二(一), each: [jia]}]}
"""


def whole(fragment: str) -> str:
    """The plan that a fragment of the page is of: its tasks below ``tasks``, a task around its milestones."""
    if re.match(r" +milestones:", fragment):
        fragment = "  - no: 1\n    title: 甲\n    lead: jy\n    deadline: ongoing\n" + fragment
    text = "tasks:\n" + fragment if fragment.startswith("  - ") else fragment
    if "targets:" in text:
        text = "indicators:\n" + re.sub("(?m)^(?=.)", "  ", text)
    if "departments:" in text:
        text = text.replace(
            "departments:\n",
            "departments:\n  - {id: fgb, name: 办, role: office}\n  - {id: jy, name: 教育}\n",
        )
    else:
        others = "".join(f"  - {{id: {name}, name: 单位{name}}}\n" for name in NAMED.split())
        text = f"departments:\n  - {{id: fgb, name: 办, role: office}}\n{others}{text}"
    return HEAD + text + ("" if re.search("^tasks:", text, re.M) else TASKS)


@pytest.mark.parametrize("page", PAGES)
def test_every_fragment_of_the_page_is_read(page, tmp_path):
    fragments = [
        block
        for kind, block in BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))
        if kind == "yaml" and "format: 1\n" not in block
    ]
    for number, fragment in enumerate(fragments):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "plan_tasks.yaml").write_text(whole(fragment), "utf-8")
        source = read_plan(folder)
        found = [str(one) for one in [*source.problems, *check(source)] if not one.warning]
        assert found == [], fragment
    assert len(fragments) >= 11

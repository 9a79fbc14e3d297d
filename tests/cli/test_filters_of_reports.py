"""The weekly list, the dashboard, the calendar, changes and reporting take the filters of the lists."""

from __future__ import annotations

import json

import pytest

PLAN = """\
format: 1
plan: {id: p, title: 计划, begins: 2024-01-01, ends: 2024-12-31, office: fgb}
rules: {reporting: {every: month, due: 28}}
departments:
  - {id: fgb, name: 发改, role: office}
  - {id: jy, name: 教育}
fields: [{id: investment, title: 投资, type: number}]
tasks:
  - {no: 1, title: 幼儿园, lead: jy, deadline: 2024-06, owner: 甲, leader: 丙, investment: 2000}
  - {no: 2, title: 操场, lead: jy, deadline: 2024-06, owner: 乙, leader: 丁, investment: 10}
"""
COMMANDS = ("weekly", "dashboard", "calendar", "changes", "reporting")


@pytest.fixture
def ledger(qplan, tmp_path, monkeypatch):
    monkeypatch.setenv("QPLAN_LEDGER", str(tmp_path / "l.db"))
    monkeypatch.setenv("QPLAN_LANG", "en")
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "plan_tasks.yaml").write_text(PLAN, "utf-8")
    assert qplan("load", str(folder)).code == 0
    assert qplan("accept", "T1", "T2", "--on", "2024-11-01", "--actor", "王@jy").code == 0
    return qplan


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "chosen", [("--owner", "甲"), ("--leader", "丙"), ("--where", "investment>=1000"), ("--search", "幼儿园")]
)
def test_only_the_tasks_that_the_filters_select_are_in_it(ledger, command, chosen):
    days = ("--since", "2024-10-01") if command == "changes" else ()
    period = ("--period", "2024-10") if command == "reporting" else ()
    answer = ledger(command, *chosen, *days, *period, "--as-of", "2024-11-20", "--format", "json")
    assert answer.code == 0, answer.err
    assert "幼儿园" in answer.out and "操场" not in answer.out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_condition_on_no_column_of_the_plan_is_refused(ledger, command):
    answer = ledger(command, "--where", "nothing>=1")
    assert answer.code == 2 and "nothing" in answer.err


def test_a_narrowed_week_says_so_and_has_a_name_of_its_own(ledger, tmp_path):
    out = tmp_path / "out"
    assert "selected tasks" in ledger("weekly", "--owner", "甲", "--week", "2024-W46").out
    assert ledger("weekly", "--owner", "甲", "--week", "2024-W46", "--out", f"{out}/").code == 0
    assert {path.stem for path in out.rglob("weekly-*")} == {"weekly-2024-W46-selection"}
    body = json.loads(ledger("weekly", "--owner", "甲", "--week", "2024-W46", "--format", "json").out)
    assert body["trend"] == []

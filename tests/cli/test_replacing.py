"""A plan loaded over one whose tasks are open: what is said, and that it asks."""

from __future__ import annotations

from pathlib import Path

import pytest

PLAN = """\
format: 1
plan: {{id: minsheng, title: {year}年民生实事, begins: {year}-01-01, ends: {year}-12-31, office: fgb}}
departments:
  - {{id: fgb, name: 发改, role: office}}
  - {{id: jy, name: 教育}}
tasks:
{tasks}"""


def plan(folder: Path, year: int, *titles: tuple[str, str]) -> str:
    folder.mkdir()
    lines = [f"  - {{no: {no}, title: {title}, lead: jy, deadline: {year}}}\n" for no, title in titles]
    (folder / "plan_tasks.yaml").write_text(PLAN.format(year=year, tasks="".join(lines)), "utf-8")
    return str(folder)


@pytest.fixture
def years(qplan, tmp_path, monkeypatch):
    """A ledger of 2024: T1 closed, T2 and T3 open; the plan of 2025 has another T1 and T2 on."""
    monkeypatch.setenv("QPLAN_LEDGER", str(tmp_path / "l.db"))
    monkeypatch.setenv("QPLAN_LANG", "en")
    first = plan(tmp_path / "2024", 2024, ("1", "新建幼儿园"), ("2", "改造操场"), ("3", "配备校医"))
    assert qplan("load", first).code == 0
    for words in (("accept", "T1", "T2"), ("submit", "T1", "--evidence", "验收单")):
        assert qplan(*words, "--on", "2024-06-01", "--actor", "王@jy", "--yes").code == 0
    assert qplan("approve", "T1", "--on", "2024-06-02", "--actor", "张", "--yes").code == 0
    return plan(tmp_path / "2025", 2025, ("1", "新建体育馆"), ("2", "改造操场"))


def test_another_year_names_what_is_open_overdue_and_carried_over_and_is_refused_without_a_terminal(
    qplan, years
):
    answer = qplan("load", years)
    assert answer.code == 2
    for text in (
        "This replaces “2024年民生实事”",
        "Open tasks that leave the plan (1): T3.",
        "Open tasks that are carried over as they stand (1): T2.",
        "Of these, overdue (2): T3, T2.",
        "keep their state under another title (1): T1",
        "retired (1): T3",
        "--yes",
    ):
        assert text in answer.err
    assert "2024年" in qplan("tasks").out or "新建幼儿园" in qplan("tasks").out


def test_it_is_loaded_when_somebody_agrees(qplan, years):
    assert qplan("load", years, "--yes").code == 0
    assert "新建体育馆" in qplan("tasks").out and "配备校医" not in qplan("tasks").out


def test_a_dry_run_says_the_same(qplan, years):
    answer = qplan("load", years, "--dry-run")
    assert answer.code == 0 and "carried over" in answer.out


@pytest.fixture
def another(years):
    """The plan of 2025 under an id of its own."""
    path = Path(years) / "plan_tasks.yaml"
    path.write_text(path.read_text("utf-8").replace("id: minsheng", "id: minsheng-2025"), "utf-8")
    return years


def test_a_plan_of_another_id_is_refused_with_the_way_to_replace(qplan, another):
    answer = qplan("load", another, "--yes")
    assert answer.code == 1 and "qplan load --replace" in answer.err


def test_a_plan_that_replaces_one_of_another_id_asks_with_what_is_open(qplan, another):
    answer = qplan("load", another, "--replace")
    assert answer.code == 2
    for text in (
        "“2024年民生实事” is replaced by “2025年民生实事”; its history stays.",
        "Open tasks that leave the plan (1): T3.",
        "Open tasks that are carried over as they stand (1): T2.",
        "Of these, overdue (2): T3, T2.",
    ):
        assert text in answer.err
    assert "carried over" in qplan("load", another, "--replace", "--dry-run").out


def test_a_replaced_plan_answers_for_its_days_and_its_history_stays(qplan, another):
    assert qplan("load", another, "--replace", "--yes").code == 0
    assert "2025年民生实事" in qplan().out
    assert "2024年民生实事" in qplan("--as-of", "2024-06-30").out
    assert "配备校医" in qplan("tasks", "--as-of", "2024-06-30").out
    assert "配备校医" not in qplan("tasks").out and "新建体育馆" in qplan("tasks").out
    assert "验收单" in qplan("log", "T1").out
    assert qplan("verify").code == 0
    assert qplan("load", another).code == 0, "a later load of the same plan replaces nothing"
    old = Path(another).parent / "2024"
    refused = qplan("load", str(old), "--replace", "--yes")
    assert refused.code == 1 and "was replaced in this ledger by" in refused.err


def test_a_plan_that_begins_no_later_replaces_nothing(qplan, another):
    path = Path(another) / "plan_tasks.yaml"
    path.write_text(path.read_text("utf-8").replace("2025", "2023"), "utf-8")
    answer = qplan("load", another, "--replace", "--yes")
    assert answer.code == 1 and "only if it begins later" in answer.err


def test_finished_tasks_that_stay_finished_are_named(qplan, tmp_path, years):
    same = plan(tmp_path / "2026", 2026, ("1", "新建幼儿园"), ("2", "改造操场"))
    assert "Tasks that stay finished (1): T1" in qplan("load", same).err


def test_a_task_at_work_that_becomes_a_heading_is_named(qplan, years):
    old = Path(years).parent / "2024" / "plan_tasks.yaml"
    old.write_text(
        old.read_text("utf-8").replace("title: 改造操场, lead: jy", "title: 改造操场, each: [jy, fgb]"),
        "utf-8",
    )
    answer = qplan("load", str(old.parent))
    assert answer.code == 2 and "Tasks at work that become headings (1): T2" in answer.err
    assert qplan("load", str(old.parent), "--yes").code == 0
    items = {item["id"]: item for item in qplan("tasks", "--all", "--format", "json").json["items"]}
    assert items["T2"]["status"] is None and items["T2.jy"]["status"] == "assigned"
    assert "验收单" in qplan("log", "T1").out and qplan("verify").code == 0

"""A table becomes a ledger, the ledger its register, and the register says in each cell what the table said."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from pathlib import Path

import pytest

from qplan.cli import main

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the office extra")
pytest.importorskip("python_calamine", reason="python-calamine is in the office extra")

_spec = importlib.util.spec_from_file_location("made", Path(__file__).with_name("made.py"))
assert _spec and _spec.loader
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

ROWS = made.rows(40, joint=6, worded=18)
MONEY = "总投资（万元）"
TABLES = {
    "merged.xlsx": lambda path: made.workbook(path, ROWS),
    "two-rows.xlsx": lambda path: made.workbook(path, ROWS, two_rows=True),
    "word.docx": lambda path: made.document(path, ROWS),
    "gbk.csv": lambda path: made.delimited(path, ROWS),
    "utf-16.tsv": lambda path: made.delimited(path, ROWS, "utf-16", "\t"),
}


@pytest.fixture
def qplan(tmp_path, monkeypatch, capsys):
    for name, value in (("QPLAN_LEDGER", tmp_path / "l.db"), ("QPLAN_ACTOR", "office"), ("QPLAN_CONFIG", ""), ("QPLAN_LANG", "zh")):  # fmt: skip
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(tmp_path)

    def call(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        assert code == 0, told.err
        return told.out

    return call


def register(path):
    """The rows of a register, each by its headings."""
    heads, *rows = (
        [cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)
    )
    return [dict(zip(heads, row, strict=True)) for row in rows]


def shown(value):
    return value.date().isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", TABLES)
def test_each_cell_of_a_table_stands_in_the_register(qplan, tmp_path, name):
    TABLES[name](tmp_path / name)
    qplan("plan", "from-table", name, "--out", "plan", "--office", "区政府办公室")
    qplan("load", "plan", "--yes")
    qplan("export", "--out", "register.xlsx")
    listed = register("register.xlsx")
    for row in ROWS:
        title = row.title.partition("，")[0]
        repeated = row.due.startswith("repeats:")
        found = [
            one
            for one in listed
            if one["任务"] == title or (one["任务"].startswith((f"{title}，", f"{title}（")))
        ]
        assert len(found) == {"repeats:month": 12, "repeats:quarter": 4}.get(row.due, 1), title
        for one in found:
            assert one["牵头单位"].split("、") == list(row.leads)
            assert (one["配合单位"] or "") == "、".join(row.supports)
        if not repeated:
            assert float(found[0][MONEY]) == float(str(row.money).replace(",", ""))
            due = {"ongoing": "长期坚持、持续推进", "immediate": shown(found[0]["完成时限"])}.get(
                row.due, row.due
            )
            assert shown(found[0]["完成时限"]) == due or row.deadline in made.DOUBTED | {
                "长期坚持",
                "持续推进",
            }
        if row.deadline in made.WORDS and row.deadline != "2024.6.30":
            assert {one["时限原文"] for one in found} == {row.deadline}


@pytest.mark.parametrize("name", ["merged.xlsx", "gbk.csv"])
def test_a_register_is_read_back_as_reports_and_as_a_plan(qplan, tmp_path, name):
    TABLES[name](tmp_path / name)
    qplan("plan", "from-table", name, "--out", "plan", "--office", "区政府办公室")
    qplan("load", "plan", "--yes")
    for suffix in ("xlsx", "csv", "json"):
        qplan("export", "--columns", "all", "--out", f"register.{suffix}")
        assert qplan("update", "--from", f"register.{suffix}", "--yes") == ""
    qplan("export", "--out", "register.xlsx")
    before = register("register.xlsx")
    qplan("plan", "from-table", "register.xlsx", "--out", "again", "--office", "区政府办公室")
    qplan("load", "again", "--yes", "--ledger", "again.db")
    qplan("export", "--out", "again.xlsx", "--ledger", "again.db")
    for old, new in zip(before, register("again.xlsx"), strict=True):
        for heading in ("任务", "牵头单位", "配合单位", "完成时限", MONEY):
            assert shown(new[heading]) == shown(old[heading]), (old["任务"], heading)


def test_rules_put_into_the_folder_of_such_a_plan_are_read_with_it(qplan, tmp_path):
    """The files that from-table writes name no rules; a view of rules.yaml was silently ignored."""
    made.workbook(tmp_path / "t.xlsx", ROWS)
    qplan("plan", "from-table", "t.xlsx", "--out", "plan", "--office", "区政府办公室")
    qplan("load", "plan", "--yes")
    rules = "views:\n  - {name: 逾期, columns: [编号, 任务], overdue: true}\n"
    (tmp_path / "plan" / "rules.yaml").write_text(rules, encoding="utf-8")
    qplan("load", "plan", "--yes")
    assert qplan("tasks", "--view", "逾期", "--format", "csv").splitlines()[0].endswith("编号,任务")

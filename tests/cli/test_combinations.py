"""Features used together: joint leads, reports for others, extensions and urges, in lists and documents."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime

import pytest

PLAN = """\
format: 1
plan: {id: trial, title: 试验计划, issued: 2025-10-01, begins: 2025-10-01, ends: 2026-12-31, office: zlb}
departments:
  - {id: zlb, name: 统筹办, role: office}
  - {id: jt, name: 交通局}
  - {id: jy, name: 教育局}
  - {id: cz, name: 财政局}
tasks:
  - {no: 1, title: 新建幼儿园, lead: [jy, jt], support: [cz], deadline: 2025-12-25}
  - {no: 2, title: 排查隐患, lead: jt, deadline: 2026-06, milestones: [{id: m1, title: 开工, due: 2025-12-01}]}
  - {no: 3, title: 修复道路, lead: [jt, cz], deadline: 2025-12-20}
"""


@pytest.fixture
def trial(qplan, tmp_path):
    """A ledger of a small plan with joint leads, on Tuesday 2026-01-06; calls set their own day."""
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "plan_tasks.yaml").write_text(PLAN, encoding="utf-8")

    def on(day: str, *argv: str):
        qplan.at(datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC))
        answer = qplan(*argv)
        assert answer.code == 0, answer.err
        return answer

    on("2025-10-08", "load", str(folder), "--yes")
    on("2025-10-09", "accept", "T1", "T2", "T3", "--yes")
    return on


def test_an_extension_asked_for_late_was_asked_for_late_not_done_late(trial) -> None:
    trial("2026-01-01", "extend", "T3", "--to", "2026-02-28", "--reason", "等批复", "--actor", "a@jt")
    english = trial("2026-01-06", "weekly", "-f", "csv").out
    assert "asked late" in english
    chinese = trial("2026-01-06", "weekly", "-f", "csv", "--lang", "zh").out
    assert "2026-01-01,逾期申请" in chinese and "逾期完成" not in chinese


def test_a_goal_that_is_renamed_shows_both_names(trial) -> None:
    answer = trial("2026-01-06", "milestone", "rename", "T2/m1", "--title", "动工")
    assert "开工 → 动工" in answer.out


def test_the_notice_counts_the_departments_that_reported(trial) -> None:
    """A joint lead that said nothing, and the leads of a task on which only another one reported, are not among them."""
    trial("2025-12-30", "report", "T1", "--note", "配套资金已拨", "--actor", "c@cz")
    assert "1个单位反馈了1项任务的进展" in _notice(trial)
    assert "本周没有收到你单位的任务进展反馈" in _notice(trial, "--dept", "jy")
    trial("2025-12-31", "report", "T1", "--note", "主体完工", "--actor", "b@jt")
    assert "2个单位反馈了1项任务的进展" in _notice(trial)
    assert "你单位反馈了1项任务的进展" in _notice(trial, "--dept", "jt")


def test_a_paper_names_no_level_that_is_not_its_own(trial) -> None:
    """A supervision notice of tasks that nobody urged is no reminder, whatever level the list would propose."""
    trial("2025-12-22", "urge", "T3", "--answer-by", "2025-12-29")
    trial("2025-12-24", "report", "T3", "--note", "等批复", "--actor", "a@jt")
    text = trial("2026-01-06", "notice", "T1", "T3", "--lang", "zh").out
    assert "督办通知单" in text and "现予督办" in text and "现予提醒" not in text
    table = text.partition("督办级别")[2]
    assert "T1 新建幼儿园" in table and "提醒" not in table
    # a joint lead does not read that it answered: another one did
    assert "2025年12月24日已回复" in text and "你单位2025年12月24日" not in text


def _notice(trial, *words: str) -> str:
    """The text of the notice of the week that ended on 2026-01-04."""
    docx = pytest.importorskip("docx", reason="python-docx is in the office extra")
    with tempfile.TemporaryDirectory() as folder:
        trial("2026-01-06", "weekly", *words, "--out", f"{folder}/notice.docx")
        return "\n".join(line.text for line in docx.Document(f"{folder}/notice.docx").paragraphs)

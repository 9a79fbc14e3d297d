"""The example plans through their cycle on the command line: accepted, reported, verified, urged, listed, checked."""

from __future__ import annotations

import json
import runpy
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from qplan import i18n

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/plan_tasks.yaml"))
#: After the end of the last of them.
AFTER = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
TOOL = SimpleNamespace(**runpy.run_path(str(ROOT / "tools" / "play_year.py")))


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def call(request, tmp_path, monkeypatch):
    """Call the program on the ledger of an example after the end of its year."""
    monkeypatch.setenv("QPLAN_CONFIG", "")
    monkeypatch.setenv("QPLAN_LEDGER", str(tmp_path / "ledger.db"))
    monkeypatch.setenv("QPLAN_LANG", "zh")

    def call(*words: str, actor: str = "张", code: int = 0) -> str:
        with TOOL.clock(AFTER):
            found, out, err = TOOL.call(*words, *(("--actor", actor) if words[0] != "verify" else ()))
        assert found == code, (words, out, err)
        return out

    call("load", str(request.param))
    yield call
    i18n.use("en")


def items(call, *words: str) -> list[dict]:
    return json.loads(call(*words, "--format", "json"))["items"]


def test_the_words_of_a_deadline_are_in_every_list(call):
    words = {
        task["title"]: task["deadline_text"] or "长期坚持"
        for task in items(call, "tasks")
        if task["term"] == "ongoing"
    }
    listed = [line for line in call("weekly").splitlines() for title in words if f" {title} " in line]
    assert bool(listed) == bool(words)
    assert all(any(text in line for text in words.values()) for line in listed)


def test_a_task_goes_through_its_cycle_and_everything_agrees(call, tmp_path):
    tasks = items(call, "tasks")
    for task in tasks:
        call("accept", task["id"], actor=f"甲@{task['leads'][-1]}")
        call("update", task["id"], "--progress", "40", "--note", "完成2处", actor=f"甲@{task['leads'][0]}")
    for task in tasks[:2]:
        call("submit", task["id"], "--evidence", "文1号", actor=f"甲@{task['leads'][0]}")
        verifier = f"乙@{task['verifier']}" if task["verifier"] else "乙"
        call("approve", task["id"], "--yes", actor=verifier)
    late = items(call, "overdue")
    for task in late[:1]:
        call("urge", task["id"])
        call("notice", task["id"], "--out", str(tmp_path / "notice.docx"))
    call("undo", "--yes")
    by_status = {task["id"]: task["status"] for task in items(call, "tasks")}
    assert [by_status[task["id"]] for task in tasks[:2]] == ["closed", "closed"]
    assert sum(one["total"] for one in items(call, "summary")) == sum(len(task["leads"]) for task in tasks)
    for words in (("weekly", "--out", str(tmp_path / "w")), ("dashboard", "--out", str(tmp_path / "d.html"))):
        call(*words)
    call("verify")
    journal = str(tmp_path / "journal.jsonl")
    call("export", "--journal", "--out", journal)
    copy = ("--ledger", str(tmp_path / "copy.db"))
    call("import", journal, *copy)
    assert items(call, "tasks", *copy) == items(call, "tasks")

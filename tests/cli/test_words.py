"""What people read: labels instead of codes, names instead of ids, the marks of their language."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime

import pytest

LEAD, OFFICE = ("--actor", "li@jxkj"), ("--actor", "wang@zlb")
ID = "T2.1.1"


@pytest.fixture
def ledger(qplan, loaded, tmp_path, monkeypatch):
    """A copy of the loaded plan, on Monday 2025-03-03, spoken to in Chinese."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    monkeypatch.setenv("QPLAN_LANG", "zh")
    return qplan


def done(answer):
    assert answer.code == 0, answer.err
    return answer.out


def test_a_refusal_names_entries_and_fields_in_words(ledger) -> None:
    first = done(ledger("accept", ID, *LEAD, "--on", "2025-03-02")).split()[1]
    done(ledger("report", ID, *LEAD, "--note", "设备到位"))
    done(ledger("report", ID, *LEAD, "--note", "人员到岗"))
    refused = ledger("undo", str(int(first) + 1), *OFFICE)
    assert refused.code == 1 and "反馈进展" in refused.err and "进展" in refused.err
    late = ledger("report", ID, *LEAD, "--note", "补报", "--on", "2025-03-02")
    assert late.code == 1 and "反馈进展" in late.err
    for answer in (refused, late):
        assert "task." not in answer.err and "note" not in answer.err.replace("--note", "")


def test_open_steps_are_told_in_the_language_in_use(ledger) -> None:
    answer = ledger("approve", ID, *LEAD, "--yes")
    assert "accept 签收 → 办理中、dispute 提出异议" in answer.err
    assert "。 " not in answer.err
    english = ledger("approve", ID, *LEAD, "--lang", "en", "--yes")
    assert "accept → active, dispute (dispute the assignment)" in english.err
    assert english.err.isascii() or "签收" not in english.err
    done(ledger("accept", ID, *LEAD))
    assert "--difficulty、--needs" in ledger("block", ID, *LEAD).err


def test_receipts_name_departments_and_leave_out_what_is_merely_cleared(ledger) -> None:
    assert "代区经济信息化和科技局填报" in done(ledger("accept", ID, *OFFICE)), "by its name"
    done(ledger("extend", ID, *LEAD, "--to", "2026-06-30", "--reason", "招标流标"))
    granted = done(ledger("extend", ID, *OFFICE, "--yes"))
    assert "→ 2026-06-30" in granted and "→ —" not in granted
    given = done(ledger("assign", ID, *OFFICE, "--lead", "scjg"))
    assert "scjg" not in given and "市场监管" in given


def test_the_end_of_a_terminated_task_is_no_closing(ledger) -> None:
    told = done(ledger("terminate", ID, *OFFICE, "--document", "文〔2025〕2号"))
    assert "终止日期：2025-03-03" in told and "经办人：wang@zlb" in told
    assert "销号" not in told and "审核人" not in told


def test_a_new_milestone_tells_its_date_and_no_places(ledger) -> None:
    told = done(ledger("milestone", "add", ID, *OFFICE, "--title", "完成招标", "--due", "2025-06-30"))
    assert re.search("T2.1.1/a1 完成招标：依据：已确认；到期日：2025-06-30  [0-9]+:[0-9a-f]{12}\n$", told)


def test_urging_again_at_the_same_level_shows_it(ledger) -> None:
    done(ledger("urge", ID, *OFFICE, "--level", "reminder"))
    ledger.at(datetime(2025, 3, 12, 1, 0, tzinfo=UTC))
    done(ledger("urge", ID, *OFFICE, "--level", "reminder", "--note", "再次提醒"))
    assert done(ledger("log", ID)).splitlines()[-1].count("提醒") == 2


def test_the_log_shows_the_time_of_the_plans_zone(ledger) -> None:
    ledger.at(datetime(2025, 3, 3, 17, 5, 9, tzinfo=UTC))
    done(ledger("accept", ID, *LEAD))
    told = done(ledger("log", ID))
    assert "登记时间（UTC+08:00）" in told and "2025-03-04 01:05:09" in told
    assert ledger("log", ID, "--format", "json").json["items"][-1]["recorded_at"] == "2025-03-03T17:05:09Z"


def test_an_empty_list_says_where_everything_is(ledger) -> None:
    assert "qplan tasks --all" in done(ledger("tasks", "--search", "没有这样的事"))


def test_one_is_not_told_in_the_plural(ledger) -> None:
    ledger.at(datetime(2026, 1, 1, 1, 0, tzinfo=UTC))
    assert "overdue by 1 day" in done(ledger("show", ID, "--lang", "en"))
    assert "overdue by 1 days" not in done(ledger("show", ID, "--lang", "en"))


def test_csv_has_the_titles_of_the_language_and_no_bare_word_above_the_facts(ledger) -> None:
    assert done(ledger("tasks", "--format", "csv")).startswith("编号,任务,牵头单位,")
    assert done(ledger("tasks", "--format", "csv", "--lang", "en")).startswith("id,task,lead,")
    assert not done(ledger("show", ID, "--format", "csv")).startswith("facts")


def test_an_ambiguous_department_says_how_many_more_there_are(ledger) -> None:
    assert "等，另有" in ledger("tasks", "--dept", "区").err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("todo", "qplan mine"),
        ("me", "qplan mine"),
        ("open", "qplan show"),
        ("stat", "qplan summary"),
        ("whoami", "qplan config get actor"),
        ("version", "qplan --version"),
        ("ＬＳ", "qplan tasks"),
        ("汇报", "qplan update"),
        ("签收", "qplan accept"),
        ("部门", "qplan depts"),
        ("专栏4-2", "qplan show 专栏4-2"),
        ("T1.1/m1", "qplan show T1.1/m1"),
    ],
)
def test_what_people_type_for_a_command_is_known(qplan, typed, meant):
    answer = qplan(typed)
    assert answer.code == 2 and meant in answer.err


def test_what_is_offered_for_a_word_is_there():
    from qplan.cli.app import COMMANDS
    from qplan.cli.usage import USUAL

    offered = {meant.split()[0] for commands in USUAL.values() for meant in commands}
    assert {word for word in offered if not word.startswith("-")} <= set(COMMANDS)
    taken = set(USUAL) & set(COMMANDS)
    assert not taken, f"cli/usage.py: USUAL names a command: {sorted(taken)}"

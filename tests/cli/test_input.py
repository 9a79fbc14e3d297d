"""What people type: ids strung together, empty and endless texts, evidence, numbers, other signs."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime

import pytest

LEAD, OFFICE = ("--actor", "li@jxkj"), ("--actor", "wang@zlb")
ID = "T2.1.1"


@pytest.fixture
def ledger(qplan, loaded, tmp_path):
    """A copy of the loaded plan, on Monday 2025-03-03, one task accepted."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    assert qplan("accept", ID, *LEAD, "--note", "已开始").code == 0
    return qplan


def item(qplan, ident=ID):
    return qplan("show", ident, "--format", "json").json["item"]


def refused(answer, *words):
    assert (answer.code, answer.out) == (2, ""), answer.err
    for word in words:
        assert word in answer.err
    return answer.err


def test_several_pieces_of_evidence_are_kept_each_with_its_digest(ledger, tmp_path):
    file = tmp_path / "验收单.pdf"
    file.write_bytes(b"%PDF")
    answer = ledger("submit", ID, *LEAD, "--evidence", str(file), "--evidence", "绵府办〔2025〕3号")
    assert answer.code == 0 and "no file" not in answer.err
    kept = item(ledger)
    assert kept["evidence"].split("\n") == [str(file), "绵府办〔2025〕3号"]
    assert kept["evidence_sha256"].split("\n") == [hashlib.sha256(b"%PDF").hexdigest(), "-"]


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ("报告.docx", True),
        ("佐证/一.pdf", True),
        ("https://example.org/a.pdf", False),
        ("绵府办〔2025〕3号", False),
        ("经现场查看", False),
    ],
)
def test_evidence_that_is_no_file_but_looks_like_one_is_told(ledger, evidence, told):
    answer = ledger("report", ID, *LEAD, "--evidence", evidence)
    assert answer.code == 0 and ("no file" in answer.err) == told
    assert item(ledger)["evidence_sha256"] is None


def test_a_folder_is_no_evidence(ledger, tmp_path):
    refused(ledger("report", ID, *LEAD, "--evidence", str(tmp_path)), "folder")


@pytest.mark.parametrize(
    "argv",
    [
        ("report", ID, "--note", ""),
        ("report", ID, "--difficulty", " "),
        ("report", ID, "--evidence", ""),
        ("update", ID, "--owner", "\u3000"),
        ("urge", ID, "--note", ""),
        ("milestone", "add", ID, "--title", " ", "--due", "2025-06-30"),
        ("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "x", "--note", ""),
        ("target", "I9", "--value", "90", "--document", "", "--unit", "天"),
    ],
)
def test_an_empty_text_wipes_nothing(ledger, argv):
    refused(ledger(*argv), "empty")
    assert item(ledger)["note"] == "已开始"


@pytest.mark.parametrize(
    "argv",
    [
        ("report", ID, "--note", "长" * 2001),
        ("report", ID, "--owner", "名" * 201),
        ("milestone", "add", ID, "--title", "长" * 201, "--due", "2025-06-30"),
        ("measure", "I3", "--year", "2024", "--value", "96.2", "--source", "长" * 2001),
    ],
)
def test_an_endless_text_is_a_document(ledger, argv):
    refused(ledger(*argv), "allowed")
    assert ledger("report", ID, *LEAD, "--note", "长" * 2000).code == 0


@pytest.mark.parametrize(
    "ids", [["T1.1,T1.3"], ["T1.1、T1.3"], ["T1.1，T1.3"], ["T1.1 T1.3"], ["T1.1,", "T1.3"]]
)
def test_ids_strung_together_are_taken_apart(ledger, ids):
    answer = ledger("confirm", *ids, *OFFICE, "--format", "json")
    assert [one["subject"] for one in answer.json["items"]] == ["T1.1", "T1.3"]
    refused(ledger("confirm", "、", *OFFICE), "ids")


def test_show_finds_the_task_of_a_milestone_and_offers_a_search(ledger):
    mark = item(ledger)["milestones"][0]["id"]
    assert item(ledger, mark)["id"] == ID
    refused(ledger("show", "质量"), "--search 质量")
    refused(ledger("show", "不存在的词语"), "There is no task")


def test_an_unknown_column_is_refused_with_those_there_are(ledger):
    refused(ledger("tasks", "--column", "99"), "1, 2, 3", "9")
    assert ledger("tasks", "--column", "专栏3").code == 0


def test_numbers_are_0_or_more(ledger):
    for argv in (("tasks", "--due-within", "-1"), ("tasks", "--limit", "-1"), ("log", "--limit", "-2")):
        refused(ledger(*argv), "0 or more")
    for command in ("tasks", "log", "overdue"):
        assert ledger(command, "--limit", "0", "--format", "json").json["items"] == []
    assert ledger("log", ID, "--limit", "0", "--format", "json").json["items"] == []


def test_the_signs_of_print_are_operators(ledger):
    assert (
        ledger("target", "I9", "--value", "90", "--document", "文1号", "--unit", "%", "--operator", "≥").code
        == 0
    )
    assert ledger("target", "I9", "--value", "91", "--document", "文1号", "--operator", "≤").code == 0
    assert item(ledger, "I9")["operator"] == "<="


def test_a_correction_keeps_the_day_of_the_figure(ledger):
    figure = ("measure", "I3", "--year", "2024", "--source", "年报")
    assert ledger(*figure, "--value", "96.2", "--on", "2025-02-01").code == 0
    assert ledger(*figure, "--value", "96.3").code == 0
    assert [(a["value"], a["on"]) for a in item(ledger, "I3")["actuals"]] == [("96.3", "2025-02-01")]
    assert ledger(*figure, "--value", "96.4", "--on", "2025-03-02").code == 1  # before the correction
    assert ledger(*figure, "--value", "96.4", "--on", "2025-03-03").code == 0
    assert item(ledger, "I3")["actuals"][0]["on"] == "2025-03-03"


def test_urge_takes_tasks_or_the_list(ledger):
    refused(ledger("urge", "--due", ID), "not both")


def test_an_extended_deadline_is_the_offices_and_the_first_one_the_plans(ledger):
    assert ledger("extend", ID, "--to", "2026-12-31", *OFFICE).code == 0
    text = " ".join(ledger("show", ID).out.split())
    assert "2026-12-31 (extended once by the office; originally 2025-12-31, attached goal)" in text, text
    assert item(ledger)["deadline_basis"] == "attached"

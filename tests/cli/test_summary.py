"""Pace, totals and places in summaries; the change of departments; lists by column; tasks by their titles."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

LEAD, OFFICE = ("--actor", "li@jxkj"), ("--actor", "wang@zlb")


@pytest.fixture
def ledger(qplan, loaded, tmp_path):
    """The loaded plan on Monday 2026-01-05, a few days after most deadlines."""
    shutil.copy(loaded, tmp_path / "ledger.db")
    qplan.at(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
    return qplan


def test_each_task_has_a_pace_and_summaries_count_them(ledger) -> None:
    items = ledger("tasks", "--format", "json").json["items"]
    page = ledger("summary", "--format", "json").json
    for group in page["items"]:
        led = [item for item in items if group["id"] in item["leads"]]
        assert group["pace"] == {code: sum(i["pace"] == code for i in led) for code in group["pace"]}
        assert sum(group["pace"].values()) == group["total"]
    assert page["totals"]["total"] == len(items) == 83
    assert page["totals"]["pace"] == {
        code: sum(i["pace"] == code for i in items) for code in page["totals"]["pace"]
    }


def test_totals_count_a_task_of_joint_leads_once(ledger) -> None:
    before = ledger("summary", "--format", "json").json
    assert ledger("assign", "T2.1.1", "--lead", "jxkj,fgj", "--yes", *OFFICE).code == 0
    page = ledger("summary", "--format", "json").json
    assert page["totals"]["total"] == before["totals"]["total"] == 83
    assert (
        sum(group["total"] for group in page["items"]) == sum(group["total"] for group in before["items"]) + 1
    )


def test_places_go_by_mean_progress_and_equal_ones_share_one(ledger) -> None:
    ledger("update", "T1.1", "--progress", "60", "--actor", "zhao@xzsp")
    ledger("update", "T6.2", "--progress", "30", "--actor", "qian@xcb")
    ranks = {group["id"]: group["rank"] for group in ledger("summary", "--format", "json").json["items"]}
    assert (ranks["xzsp"], ranks["xcb"]) == (1, 2)
    assert {rank for dept, rank in ranks.items() if dept not in ("xzsp", "xcb")} == {3}
    text = ledger("summary", "--lang", "zh").out
    assert "名次" in text and "合计" in text and "欠进度" in text and "（100.0%）" in text


def test_the_weekly_list_and_the_notice_count_paces(ledger, tmp_path) -> None:
    docx = pytest.importorskip("docx")
    page = ledger("weekly", "--format", "json").json
    assert page["totals"]["pace"]["behind"] + page["totals"]["pace"]["none"] == 83
    assert page["totals"]["shares"]["pace"]["done"] == "0.0"
    assert "序时进度" in ledger("weekly", "--lang", "zh").out
    assert ledger("weekly", "--out", tmp_path / "w.docx").code == 0
    text = "\n".join(paragraph.text for paragraph in docx.Document(tmp_path / "w.docx").paragraphs)
    assert f"欠进度{page['totals']['pace']['behind']}项" in text


def test_departments_have_their_change_against_a_week_ago(ledger) -> None:
    found = {one["id"]: one for one in ledger("depts", "--format", "json").json["items"]}
    assert found["scjg"]["overdue"] == found["scjg"]["overdue_change"] == found["scjg"]["leads"]
    ledger.at(datetime(2026, 1, 12, 1, 0, tzinfo=UTC))
    later = {one["id"]: one for one in ledger("depts", "--format", "json").json["items"]}
    assert (later["scjg"]["overdue"], later["scjg"]["overdue_change"]) == (found["scjg"]["overdue"], 0)


def test_what_is_overdue_in_a_column(ledger) -> None:
    page = ledger("overdue", "--column", "4", "--column", "专栏7", "--format", "json").json
    assert {item["id"].partition(".")[0] for item in page["items"]} == {"C4", "C7"}
    assert ledger("overdue", "--column", "99").code == 2


def test_a_task_is_shown_by_its_title(ledger) -> None:
    assert ledger("show", "强化信息技术创新", "--format", "json").json["item"]["id"] == "T1.2.1"
    assert ledger("show", "专栏4-2", "--format", "json").json["item"]["id"] == "C4.2"
    several = ledger("show", "质量")
    assert several.code == 2 and "mention it" in several.err

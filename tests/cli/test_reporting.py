"""``reporting``, the week's sheet, the notice and the score of a plan with a duty to report."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qplan.cli.values import parse_period
from qplan.errors import BadInput

ROOT = Path(__file__).parents[2]
LEAD = ("--actor", "li@jxkj")
DUTY = "reporting: {every: week, due: 5, late_days: 3}\n"


@pytest.fixture
def duty(qplan, tmp_path):
    """The bundled plan with a weekly duty due on Fridays, and a week of reports; today is Monday 2025-03-10."""
    plan = Path(shutil.copytree(ROOT / "data", tmp_path / "plan"))
    rules = plan / "rules.yaml"
    points = "  off_reported_late: 1\n  off_reported_empty: 2\n  off_not_reported: 3\n"
    text = re.sub(r"(?m)^(  off_unanswered: .+\n)", rf"\1{points}", rules.read_text(encoding="utf-8"))
    rules.write_text(text + DUTY, encoding="utf-8")
    qplan.at(datetime(2025, 3, 3, 1, 0, tzinfo=UTC))
    assert qplan("load", plan).code == 0
    for day, words in (
        (3, ("accept", "T1.2.1", "T2.1.1", "C1.2", "C1.3", "--yes")),
        (4, ("report", "T1.2.1", "--progress", "30")),
        (5, ("report", "T2.1.1", "--note", "正常推进")),
        (8, ("report", "C1.2", "--note", "完成平台验收2个")),
    ):
        qplan.at(datetime(2025, 3, day, 1, 0, tzinfo=UTC))
        assert qplan(*words, *LEAD).code == 0
    qplan.at(datetime(2025, 3, 10, 1, 0, tzinfo=UTC))
    return qplan


def test_each_department_has_what_it_owed_and_what_came(duty) -> None:
    page = duty("reporting", "--format", "json").json
    assert (page["kind"], page["period"], page["due"]) == ("reporting", "2025-W10", "2025-03-07")
    found = {one["dept"]: one for one in page["items"]}
    jxkj = found["jxkj"]
    assert (jxkj["in_time"], jxkj["late"], jxkj["empty"]) == (1, 1, 1)
    assert (
        jxkj["owed"] == jxkj["in_time"] + jxkj["late"] + jxkj["empty"] + jxkj["missing"] == len(jxkj["tasks"])
    )
    outcomes = {task["id"]: (task["outcome"], task["on"]) for task in jxkj["tasks"]}
    assert outcomes["T1.2.1"] == ("in_time", "2025-03-04") and outcomes["C1.2"] == ("late", "2025-03-08")
    assert outcomes["T2.1.1"][0] == "empty" and outcomes["C1.3"] == ("missing", None)
    assert found["scjg"]["missing"] == found["scjg"]["owed"] > 0


def test_its_words_and_its_criteria_are_shown(duty) -> None:
    text = duty("reporting", "--dept", "jxkj", "--lang", "zh").out
    for word in ("按时", "迟报", "内容空泛", "未报", "正常推进", "2025-03-07"):
        assert word in text
    assert "scjg" not in text


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "md", "html", "docx"])
def test_it_is_written_as_other_lists_are(duty, tmp_path, suffix) -> None:
    assert duty("reporting", "--out", tmp_path / f"reports.{suffix}").code == 0


def test_the_weekly_list_has_it_in_every_format(duty, tmp_path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    docx = pytest.importorskip("docx")
    page = duty("weekly", "--format", "json").json
    assert page["week"] == "2025-W10" and page["reporting"]["totals"]["in_time"] == 1
    for suffix in ("xlsx", "docx"):
        assert duty("weekly", "--lang", "zh", "--out", tmp_path / f"w.{suffix}").code == 0
    names = openpyxl.load_workbook(tmp_path / "w.xlsx").sheetnames
    assert any("2025-W10" in name for name in names) and any("未报" in name for name in names)
    text = "\n".join(paragraph.text for paragraph in docx.Document(tmp_path / "w.docx").paragraphs)
    assert "2025年第10周进展应于2025年3月7日前反馈" in text
    assert "迟报的有" in text and "内容空泛的有" in text and "区市场监管局33项" in text


def test_points_are_taken_off_where_the_rules_say_so(duty) -> None:
    rows = {one["dept"]: one for one in duty("score", "--format", "json").json["items"]}
    jxkj = rows["jxkj"]
    assert (jxkj["reported_late"], jxkj["reported_empty"]) == (1, 1) and jxkj["not_reported"] > 0
    assert float(jxkj["points"]) < 100 and "not reported at all" in duty("score").out


def test_a_plan_without_the_duty_names_what_to_add(qplan, ledger) -> None:
    answer = qplan("reporting")
    assert answer.code == 1 and "reporting: {every: week" in answer.err
    page = qplan("weekly", "--format", "json").json
    assert page["reporting"] is None


def test_no_period_before_the_plan_was_due(duty) -> None:
    answer = duty("reporting", "--period", "2020-W40")
    assert answer.code == 2 and "2021-01-01" in answer.err
    page = duty("reporting", "--as-of", "2021-01-01", "--format", "json").json
    assert (page["period"], page["to"]) == ("2020-W53", "2021-01-03"), "the week in which the plan begins"
    assert page["totals"]["pending"] == sum(page["totals"].values()) == 83


def test_a_period_of_another_length_is_refused(duty) -> None:
    for text in ("2025-11", "2025-Q1"):
        answer = duty("reporting", "--period", text)
        assert answer.code == 2 and "--period" in answer.err
    assert duty("reporting", "--period", "2025-W30").code == 2, "it has not begun"
    assert duty("reporting", "--period", "本周", "--format", "json").json["period"] == "2025-W11"


def test_a_cut_off_that_no_week_has_is_a_fault_of_the_rules(duty, tmp_path) -> None:
    rules = tmp_path / "plan" / "rules.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("due: 5, late", "due: 8, late"), encoding="utf-8"
    )
    answer = duty("check", tmp_path / "plan")
    assert answer.code == 2 and "due" in answer.err + answer.out


@pytest.mark.parametrize(
    ("text", "every", "period"),
    [
        ("2026-11", "month", "2026-11"), ("2026年11月", "month", "2026-11"), ("10月", "month", "2026-10"),
        ("上月", "month", "2026-10"), ("本月", "month", "2026-11"), ("2026-Q3", "quarter", "2026-Q3"),
        ("2026年三季度", "quarter", "2026-Q3"), ("第2季度", "quarter", "2026-Q2"), ("上季度", "quarter", "2026-Q3"),
        ("48", "week", "2026-W48"), ("上周", "week", "2026-W47"), ("2026-11-24", "week", "2026-W48"),
    ],
)  # fmt: skip
def test_periods_as_people_name_them(text, every, period) -> None:
    assert str(parse_period(text, "--period", every, date(2026, 11, 25))) == period


@pytest.mark.parametrize(
    ("text", "every"), [("2026-12", "month"), ("2026-W48", "month"), ("某月", "month"), ("2026-Q4", "week")]
)
def test_what_is_no_such_period_is_refused(text, every) -> None:
    with pytest.raises(BadInput):
        parse_period(text, "--period", every, date(2026, 11, 25))

"""Periods, cut-off days, and which reports have no content."""

from __future__ import annotations

from datetime import date

import pytest

from qplan.core.calendar import Clock, WorkCalendar
from qplan.core.reporting import MONTH, QUARTER, WEEK, Period, has_content, last_due
from qplan.core.rules import Empty, Reporting, Rules


def clock(today: str, **rules) -> Clock:
    return Clock(date.fromisoformat(today), Rules(**rules), WorkCalendar({"2026": {}}), date(2021, 1, 1))


@pytest.mark.parametrize(
    ("every", "day", "name", "first", "last"),
    [
        (WEEK, "2026-11-27", "2026-W48", "2026-11-23", "2026-11-29"),
        (WEEK, "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03"),
        (MONTH, "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
        (MONTH, "2024-02-01", "2024-02", "2024-02-01", "2024-02-29"),
        (QUARTER, "2026-10-01", "2026-Q4", "2026-10-01", "2026-12-31"),
        (QUARTER, "2026-03-31", "2026-Q1", "2026-01-01", "2026-03-31"),
    ],
)
def test_a_period_has_a_name_and_days(every, day, name, first, last) -> None:
    period = Period.of(every, date.fromisoformat(day))
    assert (str(period), period.first.isoformat(), period.last.isoformat()) == (name, first, last)
    assert Period.parse(name) == period
    assert period.before.last.isoformat() < first and period.before.every == every
    assert period.before.after == period.after.before == period


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-Q5", "2026-W60", "x"])
def test_what_names_no_period_is_an_error(text) -> None:
    with pytest.raises(ValueError):
        Period.parse(text)


@pytest.mark.parametrize(
    ("every", "due", "period", "day"),
    [
        (WEEK, 5, "2026-W48", "2026-11-27"), (WEEK, 0, "2026-W48", "2026-11-29"), (WEEK, 1, "2026-W48", "2026-11-23"),
        (MONTH, 28, "2026-11", "2026-11-28"), (MONTH, 31, "2026-02", "2026-02-28"), (MONTH, 0, "2026-11", "2026-11-30"),
        (QUARTER, 25, "2026-Q4", "2026-12-25"), (QUARTER, 0, "2026-Q4", "2026-12-31"),
    ],
)  # fmt: skip
def test_the_cut_off_is_a_day_of_the_period(every, due, period, day) -> None:
    assert Period.parse(period).cut_off(Reporting(every, due), clock("2026-12-31")).isoformat() == day


def test_a_cut_off_on_a_rest_day_moves_only_where_deadlines_do() -> None:
    november, rules = Period.parse("2026-11"), Reporting(MONTH, 28)  # a Saturday
    assert november.cut_off(rules, clock("2026-12-31")) == date(2026, 11, 28)
    moving = clock("2026-12-31", rest_day_deadline="next_working_day")
    assert november.cut_off(rules, moving) == date(2026, 11, 30)


def test_the_last_period_that_was_due_is_that_of_the_cut_off_day_itself() -> None:
    rules = Reporting(WEEK, 5)
    for day, name in (("2026-11-26", "2026-W47"), ("2026-11-27", "2026-W48"), ("2026-11-29", "2026-W48")):
        assert str(last_due(rules, clock(day))) == name


@pytest.mark.parametrize(
    ("content", "after"),
    [
        (True, {"progress": 45}), (False, {"progress": 40}), (True, {"progress": 40, "note": "完成验收3个"}),
        (True, {"status": "blocked", "difficulty": "无"}), (True, {"evidence": "文1号"}), (False, {"evidence": None}),
        (True, {"extension_to": "2026-06-30"}), (False, {"note": "正常推进"}), (False, {"note": "无", "next_step": "继续推进中"}),
        (False, {"note": "11月各项工作有序推进"}), (False, {"note": "2026-11-27按计划推进，无变化。"}), (True, {"note": "验收三家"}),
        (False, {"note": "已开会"}), (True, {"note": "已召开联席会议并明确用地选址方案"}), (False, {}),
    ],
)  # fmt: skip
def test_which_reports_have_content(content, after) -> None:
    assert has_content({"progress": 40}, after, Empty()) is content


def test_a_district_sets_its_own_criteria() -> None:
    long = {"note": "已召开联席会议并明确用地选址方案"}
    assert not has_content({}, long, Empty(needs_figure=True))
    assert has_content({}, {**long, "difficulty": "缺口2万元"}, Empty(needs_figure=True))
    assert has_content({}, {"note": "已开会"}, Empty(min_characters=3))
    assert not has_content({}, long, Empty(phrases=("已召开联席会议并明确用地",)))
    assert not has_content({}, {"note": "暂无进展"}, Empty(min_characters=1, phrases=("暂无", "暂无进展")))
    assert not has_content({}, {"note": "、。"}, Empty(min_characters=0))

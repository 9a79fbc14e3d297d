"""Deadlines in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.core.deadlines import (
    DECIMAL_DAY,
    DECIMAL_MONTH,
    IMMEDIATE,
    MONTH_NUMBER,
    NOT_UNDERSTOOD,
    ONGOING,
    REPEATS,
    from_number,
    parse_deadline,
)
from qplan.core.periods import last_day

SURE = {
    "2024年6月底前": "2024-06", "6月底": "2024-06", "9月份": "2024-09", "十二月底": "2024-12", "二〇二四年十月": "2024-10",
    "二季度": "2024-Q2", "第三季度": "2024-Q3", "2024年第二季度末": "2024-Q2", "四季度末": "2024-Q4", "二、三季度": "2024-Q3",
    "上半年": "2024-H1", "2025年下半年": "2025-H2", "年底前": "2024", "年内": "2024", "2024年底前完成": "2024",
    "2024/6/30": "2024-06-30", "2024.6.9": "2024-06-09", "2024-06-30": "2024-06-30", "20240630": "2024-06-30",
    "2024年6月30日前": "2024-06-30", "6月30日": "2024-06-30", "6.30": "2024-06-30", "１２月３１日前": "2024-12-31",
    "2024年1月9日": "2024-01-09", "1月31日前": "2024-01-31",
    "2024.10": "2024-10", "202406": "2024-06", "6月中旬": "2024-06-20", "明年3月": "2025-03", "24年6月底": "2024-06",
    "2024年1月—12月": "2024-12", "1-12月": "2024-12", "2024-2026年": "2026", "10月底前完成": "2024-10", "2025年": "2025",
    "长期坚持": ONGOING, "持续推进": ONGOING, "常态化推进": ONGOING, "立行立改": IMMEDIATE, "立即整改": IMMEDIATE,
    "2024.6-2024.9": "2024-09", "2024/6-2024/9": "2024-09", "2024.06—2024.09": "2024-09", "2024.6～9": "2024-09",
    "/": None, "": None, "—": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SURE.items())
def test_words_that_are_certain_are_read_without_a_doubt(text, value):
    meant = parse_deadline(text, 2024)
    assert (meant.value, meant.repeats, meant.steps, meant.doubt) == (value, None, (), "")


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("每月", "month"),
        ("每季度末", "quarter"),
        ("按季度", "quarter"),
        ("每半年", "half-year"),
        ("每年", "year"),
        ("每月持续推进", "month"),
        ("每年开展1次", "year"),
        ("每季度报送", "quarter"),
    ],
)
def test_a_repeated_duty_names_its_period(text, repeats):
    assert parse_deadline(text, 2024) == (None, repeats, (), "", "", None)


@pytest.mark.parametrize(
    ("text", "repeats", "day"),
    [("每月10日前", "month", 10), ("每月25日前", "month", 25), ("每季度末月25日前", "quarter", 25)],
)
def test_a_repeated_duty_is_due_on_the_day_of_its_last_month(text, repeats, day):
    assert parse_deadline(text, 2024) == (None, repeats, (), "", "", day)


@pytest.mark.parametrize(
    ("text", "value", "repeats", "part"),
    [
        ("2026年6月，持续跟踪", "2026-06", None, "follow-up"),
        ("全年", "2024", None, "end of the year"),
        ("2025年前", "2025", None, "the day before it begins"),
        ("已完成，长期坚持", ONGOING, None, "describes a state"),
        ("每月上旬", None, "month", "day within the period"),
        ("每季度10日前", None, "quarter", "day within the period"),
        ("每周", None, "month", "shortest period"),
        ("2024年2月30日", "2024-02", None, "no day of the calendar"),
        ("2024年1月32日", "2024-01", None, "no day of the calendar"),
        ("2024-12-32", "2024-12", None, "no day of the calendar"),
        ("2024-06-00", "2024-06", None, "no day of the calendar"),
        ("2024-13-05", "2024", None, "no day of the calendar"),
        ("2024-00-05", "2024", None, "no day of the calendar"),
        ("每月随便", None, "month", "were not understood"),
        ("春节前", None, None, "was not understood"),
        ("按上级要求", None, None, "was not understood"),
        ("2024年6月（暂定）", "2024-06", None, "were not understood"),
    ],
)
def test_what_is_not_certain_is_read_in_the_likeliest_way_and_doubted(text, value, repeats, part):
    meant = parse_deadline(text, 2024)
    assert (meant.value, meant.repeats) == (value, repeats)
    assert part in meant.doubt
    assert meant.about


def test_stages_in_one_text_are_steps_and_the_last_is_the_deadline():
    meant = parse_deadline("6月动工、12月投入使用", 2024)
    assert meant.value == "2024-12"
    assert meant.steps == (("动工", "2024-06"), ("投入使用", "2024-12"))
    assert "staged goals" in meant.doubt
    later = parse_deadline("2024年6月底前完成招标，2025年12月竣工", 2024)
    assert later.steps == (("完成招标", "2024-06"), ("竣工", "2025-12"))
    mixed = parse_deadline("一季度完成招标、6月30日竣工", 2024)
    assert mixed.steps == (("完成招标", "2024-Q1"), ("竣工", "2024-06-30"))


@pytest.mark.parametrize(
    ("text", "value", "steps"),
    [
        ("6月1日至6月30日", "2024-06-30", 0),
        ("3月1日至6月1日、9月1日", "2024-09-01", 3),
        ("3月1日、6月1日至9月1日", "2024-09-01", 3),
        ("3月、9月、6月", "2024-09", 3),
        ("3月、9月", "2024-09", 2),
    ],
)
def test_days_without_words_are_steps_unless_they_are_one_span(text, value, steps):
    meant = parse_deadline(text, 2024)
    assert (meant.value, len(meant.steps)) == (value, steps)


@pytest.mark.parametrize(
    ("number", "value", "doubted"),
    [
        (45473, "2024-06-30", False), (45473.5, "2024-06-30", False), (20240630, "2024-06-30", False),
        (202406, "2024-06", False), (2024, "2024", False), (2024.6, "2024-06", False),
        (2024.1, "2024-01", True), (6.3, "2024-06-03", True), (6.18, "2024-06-18", False), (12, "2024-12", True),
        (0, None, True), (3.14159, None, True), (1e300, None, True), (-7, None, True),
        (20000, "1954-10-03", False), (80000, "2119-01-11", False), (20000.5, "1954-10-03", False), (79999.5, "2119-01-10", False),
        (19999, None, True), (80001, None, True), (1, "2024-01", True), (13, None, True), (1.1, "2024-01-01", True),
        (12.3, "2024-12-03", True), (6.4, "2024-06-04", False), (2000.1, "2000-01", True), (2099.1, "2099-01", True),
        (80000.5, "2119-01-11", False), (20240601, "2024-06-01", False),
    ],
)  # fmt: skip
def test_numbers_are_serial_days_or_what_a_sheet_made_of_a_date(number, value, doubted):
    meant = from_number(number, 2024)
    assert (meant.value, bool(meant.doubt)) == (value, doubted)


@pytest.mark.parametrize(
    ("number", "doubt"),
    [(0.1, NOT_UNDERSTOOD), (1.2, DECIMAL_DAY), (12.1, DECIMAL_DAY), (13.1, NOT_UNDERSTOOD), (6.4, ""), (1999.1, NOT_UNDERSTOOD),
     (2000.1, DECIMAL_MONTH), (2100.1, NOT_UNDERSTOOD), (1, MONTH_NUMBER), (12, MONTH_NUMBER), (13, NOT_UNDERSTOOD)],
)  # fmt: skip
def test_what_is_not_certain_about_a_number_is_named(number, doubt):
    assert from_number(number, 2024).doubt == doubt


def test_each_form_ends_on_its_last_day():
    ends = {
        "2024-02": (2, 29),
        "2024-Q3": (9, 30),
        "2024-H1": (6, 30),
        "2024": (12, 31),
        "2024-05-06": (5, 6),
    }
    assert {form: last_day(form) for form in ends} == {form: date(2024, *day) for form, day in ends.items()}
    assert last_day(ONGOING) is last_day(IMMEDIATE) is None
    with pytest.raises(ValueError, match="soon"):
        last_day("soon")


@given(st.text(max_size=30) | st.text("0123456789年月日季度上下半底前每-./、，至", max_size=16))
def test_any_text_has_a_deadline_of_a_known_form_or_a_doubt(text):
    meant = parse_deadline(text, 2024)
    assert meant.repeats in (None, *REPEATS)
    if meant.value is not None:
        last_day(meant.value)
    for step in meant.steps:
        last_day(step.due)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_any_number_has_a_deadline_of_a_known_form_or_a_doubt(number):
    meant = from_number(number, 2024)
    assert meant.doubt or last_day(meant.value)

"""Figures: exact or refused; targets that are assigned; how far an indicator is reached."""

from __future__ import annotations

from datetime import date

import pytest

from core.cycle import OFFICE
from qplan.core import figures, indicators
from qplan.core.model import Actor, Actual, Indicator
from qplan.errors import BadInput, Refused

RATE = Indicator(
    "I3",
    "监督抽查合格率",
    core=1,
    unit="%",
    target="95",
    nature="expected",
    lead="scjg",
    deadline="2025-12-31",
)
AIR = Indicator(
    "I9", "空气优良天数比例", core=1, unit="%", target_status="to_be_assigned", nature="binding", lead="sthj",
    baseline="92", baseline_year=2020, deadline="2025-12-31",
)  # fmt: skip
OFFICER = Actor("甲", OFFICE)
ON = date(2025, 1, 20)


@pytest.mark.parametrize("text", ["96.2", "0", "-3.5", "318", "0.05", "123456789012345.123456", " 96.20 "])
def test_exact_figures_are_kept_as_typed(text) -> None:
    assert figures.parse_figure(text, "--value") == text.strip()


def test_figures_in_full_width_are_kept_in_plain_digits() -> None:
    assert figures.parse_figure("９６．２", "--value") == "96.2"


@pytest.mark.parametrize(
    "text, mend",
    [
        ("96,2", "after a point"),
        ("96.2%", "leave the unit out"),
        ("96.2％", "leave the unit out"),
        ("1,234,567", "without separators"),
        ("1_000", "without separators"),
        ("1 000", "without separators"),
        ("1e5", "without an exponent"),
        ("007", "no leading zeros"),
        (".5", "one digit before"),
        ("5.", "one after it"),
        ("１,２３４", "without separators"),
        ("nan", "write digits"),
        ("inf", "write digits"),
        ("", "write digits"),
        ("约96", "write digits"),
        ("1.1234567", "write digits"),
    ],
)
def test_sloppy_figures_are_refused_with_the_way_to_write_them(text, mend) -> None:
    with pytest.raises(BadInput, match=mend):
        figures.parse_figure(text, "--value")


def measure(
    indicator=RATE, held=None, year=2024, value="96.2", source="年度监督抽查", note=None, actor=OFFICER
):
    return figures.measured(indicator, held, year, value, source, ON, note, actor, OFFICE)


def test_the_first_figure_of_a_year_and_its_correction() -> None:
    first = measure()
    assert (first.kind, first.subject) == ("actual.measure", "I3/2024")
    assert first.after == {
        "indicator": "I3", "year": 2024, "value": "96.2", "source": "年度监督抽查", "measured_on": "2025-01-20",
    }  # fmt: skip
    held = Actual(**{**first.after, "id": first.subject})
    change = measure(held=held, value="96.1", note="复核更正")
    assert change.kind == "actual.correct"
    assert (change.before, change.after) == (
        {"value": "96.2", "note": None},
        {"value": "96.1", "note": "复核更正"},
    )
    with pytest.raises(Refused, match=r"96\.2 already"):
        measure(held=held)
    assert measure(held=held._replace(retired=1)).after == {"retired": 0}


@pytest.mark.parametrize(
    "more, error",
    [
        ({"source": " "}, BadInput),
        ({"year": 2026}, BadInput),
        ({"year": 1900}, BadInput),
        ({"value": "100.1"}, BadInput),
        ({"value": "-1"}, BadInput),
        ({"actor": Actor("丁", "slj")}, Refused),
    ],
)
def test_a_figure_has_a_source_a_year_and_a_reporter(more, error) -> None:
    with pytest.raises(error):
        measure(**more)


def test_growth_in_percent_may_exceed_a_hundred() -> None:
    growth = RATE._replace(name="产值年均增长率")
    assert measure(growth, value="120").after["value"] == "120"


def target(
    indicator=AIR,
    actuals=(),
    value="318",
    unit="天",
    operator=">=",
    document="绵环委〔2025〕3号",
    year=None,
    actor=OFFICER,
):
    return figures.assigned(indicator, actuals, value, unit, operator, document, year, actor, OFFICE)


def test_a_target_arrives_with_its_document_and_its_unit() -> None:
    after = target(year=2025).after
    assert after == {
        "target": "318", "unit": "天", "target_status": "set", "target_document": "绵环委〔2025〕3号",
        "baseline": None, "baseline_year": None,
    }  # fmt: skip
    assert "baseline" not in target(value="88", unit=None).after
    assert target(year=2024).after["deadline"] == "2024-12-31"


@pytest.mark.parametrize(
    "more, error",
    [
        ({"indicator": RATE}, Refused),
        ({"actor": Actor("乙", "sthj")}, Refused),
        ({"actuals": [Actual("I9/2023", "I9", 2023, "91")]}, Refused),
        ({"document": ""}, BadInput),
        ({"operator": "大于"}, BadInput),
        ({"value": "三百"}, BadInput),
        ({"unit": None}, BadInput),  # 318 is no share in %
        ({"year": 20250}, BadInput),
        ({"indicator": AIR._replace(unit=None), "unit": None}, BadInput),
    ],
)
def test_a_target_is_refused(more, error) -> None:
    with pytest.raises(error):
        target(**more)


def test_a_later_document_replaces_an_assigned_target() -> None:
    held = AIR._replace(target="318", unit="天", target_status="set", target_document="绵环委〔2025〕3号")
    assert target(held, value="320", document="绵环委〔2026〕2号").after == {
        "target": "320", "target_document": "绵环委〔2026〕2号",
    }  # fmt: skip
    with pytest.raises(Refused, match="already"):
        target(held)


@pytest.mark.parametrize(
    "operator, goal, value, attained, light",
    [
        (">=", "95", "96.2", "101.3", "green"),
        (">=", "95", "93.1", "98.0", "yellow"),
        ("<=", "40", "44", "90.0", "yellow"),
        ("<=", "40", "90", "0.0", "yellow"),  # never below nothing
        ("<=", "40", "36", "110.0", "green"),
        ("=", "100", "100", "met", "green"),
        ("=", "100", "99.9", "not_met", "yellow"),
        (">=", "0", "1", "met", "green"),
    ],
)
def test_attainment(operator, goal, value, attained, light) -> None:
    indicator = RATE._replace(operator=operator, target=goal)
    actual = Actual("I3/2024", "I3", 2024, value)
    assert indicators.attainment(indicator, actual) == attained
    assert indicators.light(indicator, actual, ON) == light


def test_a_binding_indicator_that_is_missed_is_red_and_one_without_target_waits() -> None:
    actual = Actual("I9/2024", "I9", 2024, "310")
    held = AIR._replace(target="318", target_status="set", unit="天")
    assert indicators.light(held, actual, ON) == "red"
    assert indicators.light(AIR, actual, ON) == "waiting" and indicators.attainment(AIR, actual) is None
    assert indicators.light(RATE, None, ON) == "grey"
    late = Actual("I3/2025", "I3", 2025, "90")
    assert indicators.light(RATE, late, date(2026, 1, 1)) == "red"
    assert indicators.light(RATE, late, date(2025, 12, 31)) == "yellow"


def test_an_older_figure_does_not_decide_the_year_of_the_target() -> None:
    before = Actual("I3/2024", "I3", 2024, "90")
    assert indicators.light(RATE, before, date(2026, 2, 1)) == "yellow"


def yearly(*values: str) -> list[Actual]:
    return [Actual(f"Q48/{year}", "Q48", year, value) for year, value in enumerate(values, 2023)]


@pytest.mark.parametrize(
    "operator, values, attained, light",
    [
        ("down", ("0.42", "0.36"), "met", "green"),
        ("down", ("0.42", "0.42"), "not_met", "yellow"),
        ("up", ("0.42", "0.36"), "not_met", "yellow"),
        ("up", ("9.5", "10"), "met", "green"),  # as numbers, not as texts
        ("up", ("80", "70", "75"), "met", "green"),  # against the year before only
        ("down", ("0.42",), None, "undecided"),
        ("down", (), None, "grey"),
        ("rank", ("3",), None, "undecided"),
    ],
)
def test_a_direction_compares_a_year_with_the_one_before(operator, values, attained, light) -> None:
    trend = RATE._replace(id="Q48", operator=operator, target=None)
    actuals = yearly(*values)
    latest = actuals[-1] if actuals else None
    before = indicators.compared_with(trend, actuals, latest)
    assert indicators.attainment(trend, latest, before) == attained
    assert indicators.light(trend, latest, ON, before) == light


def test_the_first_figure_of_a_direction_is_compared_with_the_baseline() -> None:
    trend = RATE._replace(operator="up", target=None, baseline="85", baseline_year=2020)
    (first,) = yearly("86")
    before = indicators.compared_with(trend, [first], first)
    assert before is not None and (before.year, before.value) == (2020, "85")
    assert indicators.light(trend, first, ON, before) == "green"


def test_a_direction_that_turned_in_the_last_year_is_missed_after_the_deadline() -> None:
    trend = RATE._replace(operator="down", target=None)
    actuals = yearly("0.42", "0.36", "0.40")
    before = indicators.compared_with(trend, actuals, actuals[-1])
    assert indicators.light(trend, actuals[-1], date(2026, 1, 1), before) == "red"


@pytest.mark.parametrize("place, light", [("3", "green"), ("2", "green"), ("4", "yellow")])
def test_a_rank_is_met_up_to_the_last_place_that_counts(place, light) -> None:
    rank = RATE._replace(operator="rank", target="3", unit="位")
    (actual,) = yearly(place)
    assert indicators.light(rank, actual, ON) == light
    assert indicators.attainment(rank, actual) == ("met" if light == "green" else "not_met")

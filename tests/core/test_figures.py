"""Figures: exact or refused; targets that are assigned; how far an indicator is reached."""

from __future__ import annotations

from datetime import date

import pytest

from core.cycle import OFFICE
from qplan.core import figures, indicators, periods
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
    indicator=RATE, held=None, period="2024", value="96.2", source="年度监督抽查", note=None, actor=OFFICER
):
    return figures.measured(indicator, held, period, value, source, ON, note, actor, OFFICE)


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
        ({"value": "100.1"}, BadInput),
        ({"value": "-1"}, BadInput),
        ({"actor": Actor("丁", "slj")}, Refused),
    ],
)
def test_a_figure_has_a_source_and_a_reporter(more, error) -> None:
    with pytest.raises(error):
        measure(**more)


@pytest.mark.parametrize("dept", [OFFICE, "scjg", "fgj"])
def test_the_lead_those_that_support_it_and_the_office_report_a_figure(dept: str) -> None:
    assert measure(RATE._replace(support="slj fgj"), actor=Actor("甲", dept)).after["value"] == "96.2"


def test_a_correction_keeps_the_day_on_which_the_figure_was_known_if_asked() -> None:
    held = Actual("I3/2024", "I3", 2024, "96.2", "年度监督抽查", "2024-12-31")

    def corrected(row: Actual, value: str, *keep: bool) -> dict:
        return figures.measured(
            RATE, row, "2024", value, "年度监督抽查", ON, None, OFFICER, OFFICE, *keep
        ).after

    assert corrected(held, "96.1", True) == {"value": "96.1"}
    assert corrected(held, "96.1") == {"value": "96.1", "measured_on": "2025-01-20"}
    again = {"value": "96.1", "measured_on": "2025-01-20", "retired": 0}
    assert corrected(held._replace(retired=1), "96.1", True) == again
    with pytest.raises(Refused, match="already"):
        corrected(held, "96.2")  # another day alone is no correction


@pytest.mark.parametrize("value", ["0", "100", "0.0"])
def test_a_share_lies_between_0_and_100_with_both_ends(value: str) -> None:
    assert measure(value=value).after["value"] == value
    assert measure(RATE._replace(unit="人"), value="120").after["value"] == "120"


@pytest.mark.parametrize(
    ("period", "month", "label"),
    [
        ("2024", "2024-01", "2024"), ("2024-H1", "2024-01", "2024 H1"), ("2024-H2", "2024-07", "2024 H2"),
        ("2024-Q1", "2024-01", "2024 Q1"), ("2024-Q2", "2024-04", "2024 Q2"), ("2024-Q3", "2024-07", "2024 Q3"),
        ("2024-Q4", "2024-10", "2024 Q4"), ("2024-09", "2024-09", "2024-09"),
    ],
)  # fmt: skip
def test_a_period_begins_with_a_month_and_has_a_label(period: str, month: str, label: str) -> None:
    assert (periods.first_month(period), periods.period_label(period)) == (month, label)


def test_figures_go_back_to_1949() -> None:
    assert periods.parse_period("1949", "--period", ON) == "1949"
    with pytest.raises(BadInput):
        periods.parse_period("1948", "--period", ON)


@pytest.mark.parametrize(
    "typed, period",
    [
        ("2024", "2024"), ("2024-06", "2024-06"), ("2024-6", "2024-06"), ("2024/6", "2024-06"), ("2024-q2", "2024-Q2"),
        ("2024-H1", "2024-H1"), ("2024年6月", "2024-06"), ("2024年二季度", "2024-Q2"), ("2024年上半年", "2024-H1"),
        ("2025-01", "2025-01"), ("1月", "2025-01"),
    ],
)  # fmt: skip
def test_a_period_is_a_year_or_a_part_of_it(typed, period) -> None:
    assert periods.parse_period(typed, "--period", ON) == period


@pytest.mark.parametrize(
    "typed", ["2025-02", "2025-Q2", "2026", "1900", "2024-13", "2024-Q5", "2024-06-30", "长期", ""]
)
def test_a_period_that_is_none_or_has_not_begun_is_refused(typed) -> None:
    with pytest.raises(BadInput, match="--period"):
        periods.parse_period(typed, "--period", ON)


def test_a_figure_of_a_month_is_one_beside_the_years() -> None:
    first = measure(period="2024-06")
    assert first.subject == "I3/2024-06"
    assert (first.after["year"], first.after["period"]) == (2024, "2024-06")


def figure(ident: str, period: str, value: str) -> Actual:
    part = period if len(period) > 4 else None
    return Actual(f"{ident}/{period}", ident, int(period[:4]), value, "年报", "2025-01-05", period=part)


def test_the_latest_figure_is_that_of_the_period_which_ends_last_and_the_years_own_after_its_parts() -> None:
    typed = ["2024", "2024-12", "2024-Q4", "2024-H2", "2024-06", "2024-Q2", "2023", "2024-11"]
    reported = {"I3": [figure("I3", period, "1") for period in typed]}
    found = indicators.figures_of(RATE, {}, reported).actuals
    assert [periods.period_of(one) for one in found] == [
        "2023", "2024-06", "2024-Q2", "2024-11", "2024-12", "2024-Q4", "2024-H2", "2024",
    ]  # fmt: skip


def test_a_month_does_not_decide_a_target_of_the_year() -> None:
    month = figure("I3", "2025-11", "90")
    assert indicators.light(RATE, month, date(2026, 2, 1)) == "yellow"
    assert indicators.light(RATE, figure("I3", "2025-Q4", "90"), date(2026, 2, 1)) == "red"


def test_a_direction_compares_a_month_with_the_same_month_of_an_earlier_year() -> None:
    trend = RATE._replace(operator="up", target=None, baseline="85", baseline_year=2020)
    months = [
        figure("I3", *one)
        for one in (("2023-06", "50"), ("2023", "99"), ("2024-05", "70"), ("2024-06", "60"))
    ]
    before = indicators.compared_with(trend, months, months[-1])
    assert before is not None and before.id == "I3/2023-06"
    assert indicators.compared_with(trend, months[:1], months[0]) is None  # the baseline is a whole year's


PARTS = {one: RATE._replace(id=one, unit="人", target=None) for one in ("Q1", "Q2", "Q3")}
SUM = RATE._replace(id="I1", unit="人", target="40", parts="Q1 Q2 Q3")


def added(*reported: tuple[str, str, str]) -> indicators.Figures:
    of: dict[str, list[Actual]] = {}
    for one in reported:
        of.setdefault(one[0], []).append(figure(*one))
    return indicators.figures_of(SUM, {**PARTS, "I1": SUM}, of)


def test_the_figures_of_parts_are_added_period_by_period_exactly() -> None:
    found = added(("Q1", "2024", "0.1"), ("Q2", "2024", "0.2"), ("Q3", "2024", "10"), ("Q1", "2023", "5"))
    (total,) = found.actuals
    assert (total.id, total.value, total.source) == ("I1/2024", "10.3", "sum of Q1 Q2 Q3")
    assert (total.year, total.period, total.measured_on) == (2024, None, "2025-01-05")
    (month,) = added(*[(one, "2024-06", "1") for one in PARTS]).actuals
    assert (month.year, month.period) == (2024, "2024-06")
    assert found.missing == ()  # an earlier period that lacks a part is no news


def test_a_part_that_is_missing_is_named_and_the_sum_before_it_stays() -> None:
    found = added(*[(one, "2023", "2") for one in PARTS], ("Q1", "2024-06", "9"), ("Q3", "2024-06", "9"))
    assert [one.value for one in found.actuals] == ["6"]
    assert (found.lacking, found.missing) == ("2024-06", ("Q2",))
    assert added(("Q1", "2024", "1")).actuals == []
    own = added(("I1", "2024", "7"), ("Q1", "2024", "9"))  # reported before the plan gave it parts
    assert ([one.value for one in own.actuals], own.lacking) == (["7"], None)


def test_a_sum_can_be_a_part_of_another() -> None:
    top = SUM._replace(id="I0", parts="I1 Q9")
    known = {**PARTS, "I1": SUM, "Q9": RATE._replace(id="Q9"), "I0": top}
    reported = {one: [figure(one, "2024", "1")] for one in ("Q1", "Q2", "Q3", "Q9")}
    assert [one.value for one in indicators.figures_of(top, known, reported).actuals] == ["4"]


def test_a_sum_is_not_reported_itself() -> None:
    with pytest.raises(Refused, match="Q1, Q2, Q3"):
        measure(SUM)


def test_a_place_is_a_whole_number() -> None:
    rank = RATE._replace(operator="rank", target="3", unit="%")
    assert measure(rank, value="2").after["value"] == "2"
    assert measure(rank, value="1").after["value"] == "1"
    for value in ("0", "2.5", "-1"):
        with pytest.raises(BadInput, match="a place"):
            measure(rank, value=value)


def test_the_place_to_reach_is_worded_as_a_place() -> None:
    rank = RATE._replace(operator="rank", target="5", unit="位", qualifier=None)
    assert indicators.target_text(rank) == "top 5位"
    assert indicators.target_text(rank._replace(target=None, qualifier="保持")) == "保持leading"


def test_an_english_unit_stands_apart_from_its_figure() -> None:
    sets = RATE._replace(target="120", unit="sets", qualifier=None)
    assert indicators.target_text(sets) == "≥120 sets"


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
    assert target(operator=None).after.get("operator", AIR.operator) == ">="
    assert target(operator="≤").after["operator"] == target(operator="＜＝").after["operator"] == "<="
    years = (1949, 2024, 2199)
    assert [target(year=year).after["deadline"] for year in years] == [f"{year}-12-31" for year in years]


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
        ({"year": 2200}, BadInput),  # no calendar of other programs holds its last day
        ({"year": 1948}, BadInput),
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
        (">=", "95", "95.0", "100.0", "green"),
        ("<=", "40", "40", "100.0", "green"),
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
    assert indicators.light(RATE._replace(target=None), actual, ON) == "waiting"
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
        ("up", ("0.42", "0.42"), "not_met", "yellow"),
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
    for lacking in (trend._replace(baseline=None), trend._replace(baseline_year=None)):
        assert indicators.compared_with(lacking, [first], first) is None
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

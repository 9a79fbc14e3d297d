"""Numbers, units and comparisons are read from English words."""

import pytest

from qplan.core.quantities import DOWN, UP, find_quantities


@pytest.mark.parametrize(
    ("text", "value", "unit", "operator"),
    [
        ("at least 95% of villages", "95", "%", ">="),
        ("no more than 1,200 hours", "1200", "hours", "<="),
        ("within 30 days", "30", "days", "<="),
        ("one in three women", "33.33", "%", None),
        ("9 out of every 10 tonnes", "90", "%", None),
        ("three quarters of the fleet", "75", "%", None),
        ("at least half of the seats", "50", "%", ">="),
        ("reduce the ratio to less than 70 per 100,000 live births", "70", "per 100,000 live births", "<="),
        ("reduce stunting by 4 percentage points", "4", "percentage points", ">="),
        ("invest US$340 million", "340", "US$ million", None),
        ("save £4.2m a year", "4.2", "£ million", None),
        ("migrate twelve applications", "12", "", None),
        ("fill twenty-five posts", "25", "", None),
        ("raise the rate from 78 percent to 90 percent", "90", "%", ">="),
        ("cut the time from 45 days to 20 days", "20", "days", "<="),
        ("consolidate centers from 410 to 280", "280", "", "<="),
        ("no resident lives more than 30 minutes away", "30", "minutes", "<="),
        ("losses never fall below 5%", "5", "%", ">="),
        ("hold payments at or below 1.5 percent", "1.5", "%", "<="),
        ("limit flights at 2,500", "2500", "", "<="),
        ("a score of 4.5 or better", "4.5", "", ">="),
        ("8 minutes or less", "8", "minutes", "<="),
        ("cover 18 lakh women", "18", "lakh", None),
        ("train 2,50,000 youth", "250000", "", None),
        ("loans of ₹750 crore", "750", "₹ crore", None),
        ("must not exceed 17.2 Mtoe", "17.2", "Mtoe", "<="),
        ("close tickets in 30 business days", "30", "business days", "<="),
        ("no more than 290 tonnes in the first period and 305 tonnes", "305", "tonnes", "<="),
        ("keep costs to 11 per cent", "11", "%", "<="),
        ("raise per capita supply to 135 litres", "135", "litres", ">="),
        ("a score of at least 72 out of 100", "72", "", ">="),
        ("exactly 65 sites", "65", "", "="),
        ("one million trees", "1", "million", None),
        ("nine cases out of ten", "90", "%", None),
        ("raise ₦45 billion", "45", "₦ billion", None),
        ("pay R45 million", "45", "R million", None),
        ("from 18.5% (2025) to 10%", "10", "%", "<="),
        ("from a 2024 baseline of 35% to 50%", "50", "%", ">="),
        ("answer within 5 days to 90% of requests", "90", "%", ">="),
        ("from 46% (2025) → 64%", "64", "%", ">="),
        ("within 5 minutes 12 seconds", "5.2", "minutes", "<="),
        ("fewer than 1 bed in 12", "8.33", "%", "<="),
        ("be nine-tenths at the next count", "90", "%", None),
        ("hold reserves at 17–20%", "17", "%", None),
        ("one external candidate in two on every list", "50", "%", None),
        ("ninety-five out of every hundred victims", "95", "%", None),
        ("£6 of every £10", "60", "%", None),
        ("9 of 10 children", "90", "%", None),
        ("nine services in ten on time", "90", "%", None),
        ("cut road deaths to nil", "0", "", "<="),
        ("injuries a third lower", "33.33", "%", None),
        ("hold a session at least twice a month", "2", "times", ">="),
        ("rise by not more than 2.5%", "2.5", "%", "<="),
        ("homes, half for rent", "50", "%", None),
        ("25p in every pound of spending", "25", "%", None),
        ("97 in every 100 bags", "97", "%", None),
        ("not be allowed to exceed 5%", "5", "%", "<="),
        ("no resident lives further than 2 km away", "2", "km", "<="),
        ("spending must not go beyond 35%", "35", "%", "<="),
        ("satisfaction must not slip below 78 per cent", "78", "%", ">="),
        ("build 1,640 circuit-km", "1640", "circuit-km", None),
        ("one nurse to 8 beds or 1:8,000", "8000", "", None),
        ("response times shall improve to 8 minutes", "8", "minutes", "<="),
    ],
)  # fmt: skip
def test_a_figure_has_its_value_unit_and_operator(text, value, unit, operator):
    last = list(find_quantities(text))[-1]
    assert (last.value, last.unit, last.operator) == (value, unit, operator)


@pytest.mark.parametrize(
    ("text", "value", "unit", "change"),
    [
        ("halve the deaths", "50", "%", DOWN),
        ("double the number of loans", "2", "times", UP),
        ("reduce vehicle mileage by 20%", "20", "%", DOWN),
        ("expand the area by 150,000 hectares", "150000", "hectares", UP),
        ("a 30% reduction in deaths", "30", "%", DOWN),
        ("consumption 18% below 2024 levels", "18", "%", DOWN),
        ("20,000 fewer victims", "20000", "", DOWN),
    ],
)
def test_a_change_has_its_direction(text, value, unit, change):
    first = next(find_quantities(text))
    assert (first.value, first.unit, first.change) == (value, unit, change)


def test_a_rate_may_stand_behind_what_is_counted():
    first = next(find_quantities("1.2 deputies per 1,000 residents"))
    assert (first.value, first.unit) == ("1.2", "per 1,000 residents")


def test_a_range_has_two_ends():
    (one,) = find_quantities("between 8 and 10 percent")
    assert (one.value, one.high, one.unit) == ("8", "10", "%")
    (one,) = find_quantities("two or three libraries")
    assert (one.value, one.high) == ("2", "3")


@pytest.mark.parametrize(
    "text",
    [
        "net zero",
        "a one-stop shop",
        "2024-2026",
        "2026–27",
        "from 2026 and 2027",
        "double-digit growth",
        "COVID-19",
    ],
)
def test_what_counts_nothing_is_no_figure(text):
    assert list(find_quantities(text)) == []

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
        ("fewer than 1 bed in 12", "8.33", "%", "<="),
        ("be nine-tenths at the next count", "90", "%", None),
        ("hold reserves at 17–20%", "17", "%", None),
        ("one external candidate in two on every list", "50", "%", None),
        ("ninety-five out of every hundred victims", "95", "%", None),
        ("£6 of every £10", "60", "%", None),
        ("9 of 10 children", "90", "%", None),
        ("nine services in ten on time", "90", "%", None),
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
        ("5/5 of the sites", "100", "%", None),
        ("two hundred homes", "200", "", None),
        ("cut the time from 45 days to 20", "20", "days", "<="),
        ("cut the time from 45 to 20 days", "20", "days", "<="),
        ("cut use from 2024 to 30%", "30", "%", "<="),
        ("raise the share from 2024 to 60%", "60", "%", ">="),
        ("hold it from 5% to 5%", "5", "%", ">="),
        ("at a ratio of 30 to 1", "30", "", None),
        ("9 out of 999 births", "0.9", "%", None),
        ("95 of 100 homes", "95", "%", None),
        ("12 of 40 homes", "12", "", None),
        ("open 5 days in 7", "5", "days", None),
        ("open 50 days in 99", "50", "days", None),
        ("improve roads; bridges shall be inspected by 12 engineers", "12", "", None),
        ("within 14 days, complaints within 5", "5", "days", "<="),
        ("within 14 days, complaints within 5 hours", "5", "hours", "<="),
        ("within 14 days, at least 5", "5", "", ">="),
        ("at least 14 days, at least 5", "5", "", ">="),
        ("5 minutes or better", "5", "minutes", "<="),
        ("5 minutes or longer", "5", "minutes", ">="),
        ("78% or better", "78", "%", ">="),
        ("0 accidents", "0", "", None),
        ("no ward has fewer than 5 nurses", "5", "", ">="),
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


def test_a_target_is_no_change():
    (one,) = find_quantities("raise the rate to 90%")
    assert (one.change, one.rounded) == (None, False)


def test_each_number_in_words_has_its_value():
    tens = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    for value, word in enumerate(tens, 2):
        found = find_quantities(f"{word} homes and {word}-three schools, {word} nine roads")
        assert [one.value for one in found] == [f"{value}0", f"{value}3", f"{value}9"]
    (none,) = find_quantities("cut road deaths to nil")
    assert (none.value, none.operator) == ("0", "<=")


def test_each_part_in_words_has_its_percent():
    parts = {
        "one half": "50", "two halves": "100", "a third": "33.33", "a quarter": "25", "three fourths": "75", "two fifths": "40", "one sixth": "16.67",
        "one eighth": "12.5", "one tenth": "10",
    }  # fmt: skip
    for words, percent in parts.items():
        (one,) = find_quantities(f"{words} of the villages")
        assert (one.value, one.unit) == (percent, "%")


def test_a_comparison_holds_for_figures_of_one_unit_joined_by_and():
    joined = {
        "no more than 290 tonnes in the first period and 305 tonnes": "<=", "no more than 290 tonnes; 305 tonnes": None,
        "at least 290 tonnes and 305 homes": None, "at least 290 and 305": None, "at least 90 tonnes and at most 95 tonnes": "<=",
    }  # fmt: skip
    for text, operator in joined.items():
        assert list(find_quantities(text))[-1].operator == operator


def test_a_time_of_two_units_is_one_figure():
    times = {
        "5 minutes 30 seconds": "5.5 minutes", "2 hours 30 minutes": "2.5 hours", "2 days and 12 hours": "2.5 days",
        "3 weeks, 2 days": "3.29 weeks", "2 years 6 months": "2.5 years",
    }  # fmt: skip
    for text, time in times.items():
        (one,) = find_quantities(f"within {text}")
        assert (f"{one.value} {one.unit}", one.operator) == (time, "<=")
    for text in ("290 tonnes and 305 days", "2 hours and 30 seconds", "5 working days and 3 hours"):
        assert " and ".join(f"{one.value} {one.unit}" for one in find_quantities(text)) == text


@pytest.mark.parametrize(
    ("text", "in_words"),
    [
        ("halve the deaths", True),
        ("twice a month", True),
        ("three quarters of the sites", True),
        ("95 of 100 homes", True),
        ("3/4 of the sites", False),
        ("75% of the sites", False),
    ],
)
def test_what_is_no_plain_figure_is_marked(text, in_words):
    (one,) = find_quantities(text)
    assert one.chinese is in_words


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("reach at least 95%", "at least", "at least 95%"),
        ("halve the deaths", "halve", "halve"),
        ("raise it to 78", "to", "to 78"),
        ("raise it to a score of 78", "to", "78"),
        ("keep at least a score of 78", "at least", "at least a score of 78"),
        ("done by 12 engineers", "", "12"),
        ("reduce costs by 5%", "by", "by 5%"),
        ("reduce costs by at least 5%", "by", "by at least 5%"),
        ("cut it from 45 days to 20 days", "to", "from 45 days to 20 days"),
        ("keep between 5 and 10 sites", "", "between 5 and 10"),
        ("one clinic, 1:8,000", "", "1:8,000"),
    ],
)
def test_a_figure_begins_with_the_word_that_bounds_it(text, word, marked):
    one = list(find_quantities(text))[-1]
    assert (one.word, text[one.word_start : one.end]) == (word, marked)


def test_about_makes_a_figure_a_round_one():
    """It stands at most 24 characters before the figure."""
    for text in ("about 50 homes", "build approximately 50 homes", f"about{' ' * 19}50 homes"):
        assert next(find_quantities(text)).rounded
    assert not next(find_quantities(f"about{' ' * 20}50 homes")).rounded


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        (f"at least{' ' * 56}5 homes", ">="),  # 64 characters with the word
        (f"at least{' ' * 57}5 homes", None),
        (f"cut {'x' * 155} to 5 homes", "<="),  # 160
        (f"cut {'x' * 156} to 5 homes", ">="),
    ],
)
def test_a_word_bounds_a_figure_so_far_away(text, operator):
    (one,) = find_quantities(text)
    assert one.operator == operator


def test_a_rate_may_stand_behind_what_is_counted():
    first = next(find_quantities("1.2 deputies per 1,000 residents"))
    assert (first.value, first.unit) == ("1.2", "per 1,000 residents")


def test_a_range_has_two_ends():
    (one,) = find_quantities("between 8 and 10 percent")
    assert (one.value, one.high, one.unit) == ("8", "10", "%")
    (one,) = find_quantities("two or three libraries")
    assert (one.value, one.high) == ("2", "3")
    (one,) = find_quantities("40 to 50 homes")
    assert (one.value, one.high) == ("40", "50")
    (one,) = find_quantities("a loss of 0–5%")
    assert (one.value, one.high, one.operator) == ("5", "0", "<=")


@pytest.mark.parametrize("text", ["$5–8 million", "$5–$8 million", "5–$8 million"])
def test_both_ends_of_a_range_have_one_currency(text):
    (one,) = find_quantities(text)
    assert (one.value, one.high, one.unit) == ("5", "8", "$ million")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("open 5 and 10 libraries", ["5", "10"]),
        ("5% or 10%", ["5", "10"]),
        ("5 – 5 homes", ["5", "5"]),
        ("9.5 km out of 10 sites", ["9.5", "10"]),
        ("20 in 30 days", ["20", "30"]),
        ("10 out of 10 homes", ["10", "10"]),
        ("10 of 10 homes", ["10", "10"]),
        ("9 out of 1000 births", ["9", "1000"]),
        ("30 of 60% done", ["30", "60"]),
        ("12 of 2026 plans", ["12", "2026"]),
        ("open 5 days in 5", ["5", "5"]),
        ("open 5 days in 7 days", ["5", "7"]),
        ("open 50 days in 100", ["50", "100"]),
        ("an average of 4 in 5 homes", ["4", "5"]),
    ],
)
def test_figures_that_make_neither_a_range_nor_a_share_are_two(text, values):
    assert [one.value for one in find_quantities(text)] == values
    assert all(one.high is None for one in find_quantities(text))


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
        "0/5 of the sites",
        "7/5 of the sites",
        "0 out of 5 homes",
        "zero in 10 homes",
    ],
)
def test_what_counts_nothing_is_no_figure(text):
    assert list(find_quantities(text)) == []

"""Sentences as English plans write them: what they promise, and what they only state."""

import pytest

from plan.document_truth import promises

PROMISING = [
    ("– Housing starts to account for 12 percent of output;", [(">=", "12", "%")]),
    ("Consumer price index growth of around 3 percent", [("<=", "3", "%")]),
    ("Hold increases in rents to about 2 percent.", [("<=", "2", "%")]),
    ("The target for growth of deposits is about 9 percent.", [(">=", "9", "%")]),
    ("The number of herds is to be no larger than 40,000.", [("<=", "40000", "")]),
    ("Income to go from 60 million yuan ($9 million) last year to more than 90 million yuan.", [(">=", "90", "million yuan")]),
    ("Output to rise from 50,000 rands (about $3,000) per farm to 80,000 rands.", [(">=", "80000", "rands")]),
    ("Sulphur, soot and lead emissions will drop by 6 percent, 6 percent and 9 percent, respectively.",
     [(">=", "6", "%"), (">=", "6", "%"), (">=", "9", "%")]),
    ("40% reduction in fleet emissions (scope 1 and 2 emissions), in line with a 1.5 degrees C future", [(">=", "40", "%")]),
    ("Generate 15% of our heat from local sources", [(">=", "15", "%")]),
    ("Deaths from asthma reduced by one third through earlier treatment", [(">=", "33.33", "%")]),
    ("A 20% reduction in the rate of raised cholesterol or contain the rate of raised cholesterol", [(">=", "20", "%")]),
    ("The school is to be ranked in the top 40 of the country, each class to be in the top 10% of its year",
     [("rank", "40", ""), ("<=", "10", "%")]),
    ("Provide an additional 14 000MW of power and lay at least 3 500 km of line", [(">=", "14000", "MW"), (">=", "3500", "km")]),
    ("Increase savings to 30% of income", [(">=", "30", "%")]),
    ("Make sure you don't wait longer than 9 minutes if you have an appointment", [("<=", "9", "minutes")]),
    ("Guests do not have to wait for more than 12 minutes and should be seen by an officer.", [("<=", "12", "minutes")]),
    ("Decrease the number of pupils attending less than 70% each week by 4%.", [(">=", "4", "%")]),
    ("Injuries among age groups 0-15, 16-25 and over 70s cut by six percent", [(">=", "6", "%")]),
    ("Iceland has a ratio of 0.48, we want to reduce that to 0.40.", [("<=", "0.40", "")]),
    ("At least 60% of adults should train every year by 2031 (35% in 2019).", [(">=", "60", "%")]),
    ("Unlock 5 billion EUR/year for rivers", [(">=", "5", "billion EUR")]),
    ("100% of outlets have a recycling point.", [("=", "100", "%")]),
    ("The trust has agreed to set up two new clinics in the valley.", [(">=", "2", "")]),
    ("The wards also hope to have a pay gap of 8% in 2031.", [("<=", "8", "%")]),
    ("Help 240 long-term unemployed people into work.", [(">=", "240", "")]),
    ("Repair 12 bridges; waste not to exceed 300 kg per home.", [(">=", "12", ""), ("<=", "300", "kg")]),
    ("Every home will be warm by 2031; at present 47% are.", []),
    ("The share of cases found at stages 1 and 2 will rise to two-thirds.", [(">=", "66.67", "%")]),
    ("Keep the number of children in care per 10,000 below 52", [("<=", "52", "")]),
    ("A grain output of over 60 million tons", [(">=", "60", "million tons")]),
    ("The council has set its growth target at 4 percent and new homes at over 2,000.", [(">=", "4", "%"), (">=", "2000", "")]),
    ("No client will wait longer than a month for a reply.", [("<=", "1", "month")]),
    ("Cut packaging by 20 percent and move to 100 percent recycled paper.", [(">=", "20", "%"), ("=", "100", "%")]),
    ("Cut emissions by 30% in order to limit warming to 1.5 ºC", [(">=", "30", "%")]),
    ("Raise the share of card holders to 45% of residents.", [(">=", "45", "%")]),
    ("There are 3 main objectives: A 20 % reduction in waste from 2020 levels;", [(">=", "20", "%")]),
    ("The board has set a target to cut the queue by 40,000, but is facing a hard winter.", [(">=", "40000", "")]),
    ("We will hire new staff, with the addition of more than 900 carers.", [(">=", "900", "")]),
    ("Achieve the 90-90-90 goals and train 80 nurses.", [(">=", "80", "")]),
    ("Bring 72 % of cases to court, better by 9 points than the current share of 63 %.", [(">=", "72", "%"), (">=", "9", "points")]),
    ("Waits over 12 hours will fall below 2 % of attendances (2024/25: 8.9 %).", [("<=", "2", "%")]),
    ("Lamps are to be renewed in 2 depots at a cost of EUR 82,000.", [(">=", "2", "")]),
    ("Work in rooms below -20 °C is limited to 90 minutes per shift.", [("<=", "90", "minutes")]),
    ("No fatal accidents and no occupational diseases.", [("=", "0", ""), ("=", "0", "")]),
    ("We propose to invest £2.2 billion, more than in the last five years.", [(">=", "2.2", "£ billion")]),
    ("Noise at workstations shall not exceed 80 dB(A).", [("<=", "80", "dB(A)")]),
    ("Dust will drop to 28 micrograms per cubic metre.", [("<=", "28", "micrograms per cubic metre")]),
    ("Keep the current share of 95 % of pupils and mend the roof of 14 High Street.", [(">=", "95", "%")]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "read"), PROMISING)
def test_a_sentence_of_a_plan_is_read_with_all_its_figures(read_text, sentence, read):
    assert [one[1:] for one in promises(read_text(f"1. Goals\n{sentence}\n"))] == read


STATING = [
    "The region's output (GDP) reached 80 billion yuan, growing 7 percent in 2021.",
    "Currently, 18 stations are open, with 6 under construction.",
    "In May, 91 per cent of callers waited less than three minutes against a target of 95 per cent.",
    "Fourteen clinics met the yearly goal of <=40%.",
    "Around 300 residents moved from temporary to permanent homes.",
    "A 12% fall in fires and a 9% fall in injuries demonstrate a service that works.",
    "One in six fires can be attributed to candles.",
    "This plan has 7 voluntary regional targets.",
    "The board estimates that its 'double win' could save 12 million dollars.",
    "Only half of patients receive the recommended care.",
    "2 million birds are at risk.",
    "We put £9.5m back into the budget, reversing the cuts.",
    "It estimates that the number of residents over 70 will reach 25 million by 2030.",
    "The plan issued by 12 departments is public.",
    "Among adults aged 60 or greater, falls are the leading cause of injury.",
    "We provide repairs to over 8,700 homes, all of which are sound.",
    "On average four people fall ill and 70 people are hurt every day.",
    "Target of reducing accidents from 0.6 to 0.2 has been met.",
    "The plan has eight aims, three of which are new.",
    "The survey also shows 61% of adults do not reach at least 40 minutes of walking a day.",
    "Statistics from 2019-2020 indicate that a fifth (21%) of pupils were late, a rise of 2%.",
    "These achievements comprise connecting over 90 million homes to the grid.",
    "Write to us (tel: 020 7946 0018).",
    "A total of 8,500 people out of a yearly target of 10,000 were reached.",
    "7,100 pupils reached with meals against a yearly target of 9,000.",
    "Eliminated the $40 car tax, saving residents $24 million.",
    "Grants went to towns with a population of over 5,000.",
    "For details please call 01234 567890.",
    "The office is closed Sept. 28 through Oct. 3.",
    "The new ward costs £3.2 million.",
    "The building works cost £3.2 million.",
    "Write to the board, Level 3, Main Hall, 14 Castle Road.",
    "See the hotline 12345 for details.",
    "Write to 3 Reservoir Lane, tel 01632 960 900, textphone 18001.",
    "Emergency number: 112; office: +353 1 555 0142, room 204.",
]


@pytest.mark.parametrize("sentence", STATING)
def test_a_sentence_that_states_what_is_or_was_promises_nothing(read_text, sentence):
    assert promises(read_text(f"1. Goals\n{sentence}\n")) == []


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The recycling rate will rise from 41.7 % in 2024/25 to 55 %.", "recycling rate"),
        ("Handovers are completed within 30 minutes in 95 % of cases.", "Handovers"),
        ("Near-miss reports: at least 600 in the year.", "Near-miss reports"),
        ("Serious spills: zero in every year of the plan.", "Serious spills"),
        ("The pay gap, which was 14.6 % in 2025, should be under 12 %.", "pay gap"),
        ("Build 800 new 5G masts.", "new 5G masts"),
        ("There will be not more than 58 cases of C. difficile.", "cases of C. difficile"),
        ("The sown area will stay above 40,000 mu, and total grain output above 180,000 tonnes.", "total grain output"),
    ],
)  # fmt: skip
def test_a_figure_is_named_by_what_it_measures(read_text, sentence, name):
    assert name in read_text(f"1. Goals\n{sentence}\n").targets[-1].promise.name


def test_a_list_of_numbers_with_dots_stands_below_headings_without(read_text):
    document = read_text("1 Roads\n1. Open 5 depots.\n2. Plant 60 trees.\n2 Water\n1. Lay 9 km of pipe.\n")
    assert [(one.clause, one.level, one.title) for one in document.headings()] == [
        ("1", 1, "Roads"), ("1-1", 2, "Open 5 depots"), ("1-2", 2, "Plant 60 trees"),
        ("2", 1, "Water"), ("2-1", 2, "Lay 9 km of pipe"),
    ]  # fmt: skip


def test_an_item_with_a_letter_may_begin_with_a_figure(read_text):
    document = read_text(
        "1. Goals\n(a) Open 6 depots.\n(b) 75 % of papers are to be open.\n(c) Plant 60 trees.\n"
    )
    assert [one[0] for one in promises(document)] == ["1(a)", "1(b)", "1(c)"]


def test_the_business_year_of_a_result_in_brackets_is_not_that_of_the_goal(read_text):
    document = read_text("Operating plan 2026–2027\n\n1. Goals\nStudents who stay: 93 % (2025/26: 91.2 %).\n")
    assert promises(document) == [("1", ">=", "93", "%")]


def test_what_follows_a_table_of_tabs_is_no_row_of_it(read_text):
    document = read_text(
        "1. Indicators\n\nIndicator\tBaseline\tTarget 2027\nDays to let a home\t41\t28\nSick days\t9.6\t8.5\n\n"
        "2. Finance\n\nThe town will make savings of £11.6 million and keep its reserves whole.\n"
    )
    assert [one.title for one in document.headings()] == ["Indicators", "Finance"]
    assert promises(document)[-1] == ("2", ">=", "11.6", "£ million")


def test_a_numbered_heading_is_no_title_of_a_document_that_has_one(read_text):
    document = read_text(
        "Homes and roads: what we will do\n\n1 Roads\n1.1 Transport Strategy to 2030\nOpen 5 stations.\n"
    )
    assert document.head.title == "Homes and roads: what we will do"

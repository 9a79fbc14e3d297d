"""Working days, weeks, deadlines and lights; today is always a parameter."""

from __future__ import annotations

import json
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.core import calendar
from qplan.core.calendar import Clock, Week, WorkCalendar
from qplan.core.model import STATUSES, PlanHead, Task
from qplan.core.rules import Rules

YEARS = calendar.arrangement(chinese_calendar.holidays, chinese_calendar.workdays, 2003, 2040)
KNOWN = WorkCalendar(YEARS)
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


def clock(today: str, **rules) -> Clock:
    return Clock(date.fromisoformat(today), Rules(**rules), KNOWN, date(2021, 8, 15))


def task(**fields) -> Task:
    return Task("T1", "task", "x", "y", **{"status": "active", "deadline": "2025-12-31", **fields})


def test_a_plan_without_working_days_counts_every_day():
    days = calendar.work_calendar(Rules(working_days="none"), json.dumps(YEARS))
    assert not days.counted and days.between(date(2026, 2, 14), date(2026, 2, 24)) == 10
    assert days.after(date(2026, 2, 14), 5) == date(2026, 2, 19)
    assert days.unknown(date(1999, 1, 1), date(2050, 1, 1)) == ()
    assert days.is_workday(date(2026, 2, 15)) and days.between(date(2026, 1, 2), date(2026, 1, 1)) == -1


def test_a_plan_that_follows_the_arrangement_has_what_its_ledger_keeps_of_it():
    kept = calendar.work_calendar(Rules(), json.dumps(YEARS))
    assert kept.is_workday(date(2026, 2, 14)) and kept.unknown(date(2026, 1, 1), date(2026, 12, 31)) == ()
    assert not calendar.work_calendar(Rules(), "").is_workday(date(2026, 2, 14))


@pytest.mark.parametrize(
    "rule, issued, starts",
    [
        ("issued", "2021-09-01", "2021-09-01"),
        ("issued", None, "2021-01-01"),
        ("begins", "2021-09-01", "2021-01-01"),
    ],
)
def test_the_schedule_starts_when_the_plan_was_issued_or_begins(rule: str, issued: str | None, starts: str):
    head = PlanHead("p", "t", issued=issued, begins="2021-01-01", rules=json.dumps({"schedule_starts": rule}))
    assert calendar.clock_of(head, date(2025, 1, 1)).starts == date.fromisoformat(starts)


def test_a_list_of_days_off_of_another_country_replaces_the_arrangement():
    days = calendar.work_calendar(
        Rules(working_days="listed", holidays=("2026-05-25", "2026-07-04")), json.dumps(YEARS)
    )
    assert not days.is_workday(date(2026, 5, 25)) and days.is_workday(date(2026, 10, 1))
    assert not days.is_workday(date(2026, 2, 14))  # worked in China only
    assert days.counted and days.unknown(date(2025, 12, 1), date(2026, 12, 1)) == (2025,)


class TestWorkingDays:
    @pytest.mark.parametrize(
        "day, works",
        [
            ("2026-02-14", True),  # a Saturday, made up for the Spring Festival
            ("2026-02-28", True),
            ("2026-02-16", False),  # a Monday
            ("2026-02-07", False),
            ("2025-10-01", False),
            ("2025-09-28", True),  # a Sunday
            ("2025-06-30", True),
        ],
    )
    def test_they_follow_the_arrangement(self, day: str, works: bool):
        assert KNOWN.is_workday(date.fromisoformat(day)) is works

    def test_they_are_those_of_the_library(self):
        """On every day that it knows; of the years that it does not know nothing is kept."""
        years = sorted({day.year for day in chinese_calendar.holidays})
        assert [*YEARS] == [*map(str, years)]
        days = (date(years[0], 1, 1) + timedelta(n) for n in range(366 * len(years)))
        for day in (day for day in days if day.year <= years[-1]):
            assert KNOWN.is_workday(day) == chinese_calendar.is_workday(day)

    @given(DAYS, st.integers(0, 400))
    def test_counting_is_the_sum_of_the_days(self, start: date, days: int):
        end = min(start + timedelta(days), date(2026, 12, 31))
        one_by_one = sum(KNOWN.is_workday(start + timedelta(n)) for n in range(1, (end - start).days + 1))
        assert KNOWN.between(start, end) == one_by_one
        assert KNOWN.between(end, start) == -one_by_one

    @given(DAYS, st.integers(1, 60))
    def test_after_and_between_agree(self, start: date, days: int):
        end = KNOWN.after(start, days)
        assert KNOWN.between(start, end) == days and KNOWN.is_workday(end)

    def test_an_unpublished_year_is_named_and_counted_plainly(self):
        assert "2027" not in YEARS
        assert KNOWN.unknown(date(2026, 12, 1), date(2027, 1, 31)) == (2027,)
        assert KNOWN.unknown(date(2025, 1, 1), date(2026, 1, 1)) == ()
        assert KNOWN.is_workday(date(2027, 1, 1))  # a Friday; the arrangement is not guessed

    def test_a_districts_own_days_go_first(self):
        own = WorkCalendar(YEARS, holidays=("2026-02-14",), workdays=("2026-02-07",))
        assert not own.is_workday(date(2026, 2, 14)) and own.is_workday(date(2026, 2, 7))

    def test_a_day_off_on_a_weekend_takes_no_working_day(self):
        own = WorkCalendar({}, holidays=("2026-02-07", "2026-02-08", "2026-02-09"))
        assert own.between(date(2026, 2, 6), date(2026, 2, 13)) == 4

    def test_an_arrangement_has_the_years_asked_for(self):
        assert [*calendar.arrangement(chinese_calendar.holidays, chinese_calendar.workdays, 2024, 2025)] == [
            "2024",
            "2025",
        ]

    def test_the_arrangement_survives_the_ledgers_text(self):
        assert WorkCalendar(json.loads(json.dumps(YEARS))).between(
            date(2026, 1, 1), date(2026, 12, 31)
        ) == KNOWN.between(date(2026, 1, 1), date(2026, 12, 31))


class TestWeeks:
    @pytest.mark.parametrize(
        "day, week",
        [
            ("2025-06-30", "2025-W27"),
            ("2024-12-30", "2025-W01"),
            ("2021-01-03", "2020-W53"),
            ("2026-12-31", "2026-W53"),
        ],
    )
    def test_the_week_of_a_day(self, day: str, week: str):
        when = date.fromisoformat(day)
        assert str(Week.of(when)) == week
        assert Week.of(when).first <= when <= Week.of(when).last

    @given(DAYS)
    def test_it_begins_on_monday_and_reads_back(self, day: date):
        week = Week.of(day)
        assert (week.first.isoweekday(), week.last.isoweekday()) == (1, 7)
        assert Week.parse(str(week)) == week

    def test_it_is_written_with_one_digit_too(self):
        assert Week.parse("2025-W1") == Week.parse("2025w01") == Week(2025, 1)

    @pytest.mark.parametrize(
        "text",
        [
            "2025-W54",
            "2025-W00",
            "2025",
            "W26",
            "2025-26",
            "25-W01",
            "2025-W1x",
            "2023-W53",
            "2025-W001",
            "20251-W01",
            "",
        ],
    )
    def test_what_is_no_week(self, text: str):
        with pytest.raises(ValueError):
            Week.parse(text)


class TestDeadlines:
    def test_the_day_itself_is_in_time(self):
        assert calendar.lateness("2025-06-30", clock("2025-06-30")) == (0, 0)
        assert calendar.lateness("2025-06-30", clock("2025-07-01")) == (1, 1)
        assert calendar.lateness("2025-09-30", clock("2025-10-09")) == (9, 1)
        assert calendar.lateness(None, clock("2025-10-09")) == (0, 0)

    def test_a_rest_day_moves_it_only_by_rule(self):
        fixed, moved = clock("2025-10-09"), clock("2025-10-09", rest_day_deadline="next_working_day")
        assert calendar.due_day("2025-10-01", fixed) == date(2025, 10, 1)
        assert calendar.due_day("2025-10-01", moved) == date(2025, 10, 9)
        assert calendar.due_day("2026-02-14", moved) == date(2026, 2, 14)

    @pytest.mark.parametrize(
        "text", ["2025-02-30", "2025-1-1", "20250101", "2025-W01-1", "2025-01-01T00:00", ""]
    )
    def test_what_is_no_day(self, text: str):
        with pytest.raises(ValueError):
            calendar.day(text)

    @pytest.mark.parametrize("first, last", [("1899-12-31", "1900-01-01"), ("2200-01-01", "2199-12-31")])
    def test_days_from_1900_to_2199_are_named(self, first: str, last: str):
        assert calendar.named_day(last) == date.fromisoformat(last)
        with pytest.raises(ValueError):
            calendar.named_day(first)

    def test_a_day_is_shifted_no_further_than_a_date_can_be(self):
        assert calendar.shifted(date.min, -1) == date.min == calendar.shifted(date(1, 1, 2), -1)
        assert calendar.shifted(date.max, 1) == date.max == calendar.shifted(date(9999, 12, 30), 1)


class TestLights:
    @pytest.mark.parametrize(
        "fields, today, light, reason",
        [
            ({"status": "terminated"}, "2026-01-05", "grey", "terminated"),
            ({"status": "closed", "submitted_on": "2025-12-31", "closed_on": "2026-02-01"}, "2026-03-01", "green", "closed"),
            ({"status": "closed", "submitted_on": "2026-01-01", "closed_on": "2026-01-02"}, "2026-03-01", "green", "closed_late"),
            ({"progress": 99}, "2026-01-01", "red", "overdue"),
            ({"status": "assigned"}, "2026-01-01", "red", "overdue"),
            ({"status": "assigned"}, "2024-01-01", "grey", "not_accepted"),
            ({"status": "assigned"}, "2025-12-02", "red", "not_accepted_due_soon"),
            ({"progress": 0}, "2024-06-01", "red", "behind"),
            ({"progress": 45}, "2024-06-01", "yellow", "behind"),
            ({"progress": 60}, "2024-06-01", "green", "on_schedule"),
            ({"progress": 100}, "2025-12-31", "blue", "due_soon"),
            ({"progress": 100, "deadline": None}, "2025-12-31", "grey", "no_deadline"),
            ({"kind": "group"}, "2026-01-01", "grey", "group"),
            ({"begins": "2025-06-02"}, "2025-06-01", "grey", "not_begun"),
            ({"begins": "2025-06-02"}, "2025-06-02", "green", "on_schedule"),
            ({"begins": "2025-06-02", "status": "submitted"}, "2025-06-01", "green", "submitted"),
        ],
    )  # fmt: skip
    def test_the_first_rule_that_holds_decides(self, fields: dict, today: str, light: str, reason: str):
        kind = fields.pop("kind", "task")
        found = calendar.light_of(task(**fields)._replace(kind=kind), clock(today))
        assert (found.code, found.reason) == (light, reason)

    def test_the_thresholds_to_the_point(self):
        half = Clock(date(2024, 12, 31), Rules(), KNOWN, date(2024, 1, 1))
        even = {"deadline": "2025-12-31"}
        assert calendar.deadline_status("2025-12-31", half).expected == 50
        lights = {n: calendar.light_of(task(progress=n, **even), half).code for n in (19, 20, 40, 41)}
        assert lights == {19: "red", 20: "yellow", 40: "yellow", 41: "green"}

    def test_a_schedule_runs_from_nothing_on_its_first_day_to_all_on_its_last(self):
        def expected(today: str, deadline: str = "2021-08-25") -> int:
            return calendar.deadline_status(deadline, clock(today)).expected

        days = ("2021-08-14", "2021-08-15", "2021-08-16", "2021-08-24", "2021-08-25", "2021-08-26")
        assert [expected(day) for day in days] == [0, 0, 10, 90, 100, 100]
        assert (expected("2021-08-15", "2021-08-16"), expected("2021-08-15", "2021-08-15")) == (0, 100)
        assert expected("2021-08-14", "2021-08-15") == 100  # no day lies between
        assert expected("2024-05-10", "2024-05-11") == 99  # 99.9 of a hundred, rounded down

    @pytest.mark.parametrize("done, light", [(41, "blue"), (40, "yellow"), (20, "yellow"), (19, "red")])
    def test_before_acceptance_the_same_thresholds_hold_once_it_is_due_soon(self, done: int, light: str):
        half = Clock(date(2025, 1, 31), Rules(short_task_days=30), KNOWN, date(2025, 1, 1))
        waiting = task(status="assigned", progress=done, deadline="2025-03-02")
        assert calendar.deadline_status("2025-03-02", half).expected == 50
        assert calendar.light_of(waiting, half)[:2] == (light, "not_accepted_due_soon")

    @pytest.mark.parametrize("percent, code", [(50, "red"), (30, "yellow")])
    def test_a_task_without_progress_is_as_far_behind_as_one_at_nothing(self, percent: int, code: str):
        today = Clock(date(2025, 1, 1) + timedelta(percent), Rules(), KNOWN, date(2025, 1, 1))
        for done in (None, 0):
            late = task(progress=done, deadline="2025-04-11")
            assert calendar.light_of(late, today) == (code, "behind", (0, percent, percent))
        some = calendar.light_of(task(progress=3, deadline="2025-04-11"), today)
        assert some.figures == (3, percent, percent - 3)

    @pytest.mark.parametrize("days, soon", [(60, True), (61, False)])
    def test_a_task_is_short_up_to_60_days_and_due_soon_in_5_working_days(self, days: int, soon: bool):
        """From the Monday that is today to the next one are seven days and five working days."""
        due = date(2025, 3, 10)
        today = Clock(date(2025, 3, 3), Rules(due_soon_days=6), KNOWN, due - timedelta(days))
        assert calendar.deadline_status(due.isoformat(), today).soon is soon
        assert calendar.deadline_status(due.isoformat(), today.on(due)).soon

    def test_a_missed_milestone_and_red_once(self):
        good = task(progress=60)
        assert calendar.light_of(good, clock("2024-06-01"), missed=2)[:2] == ("yellow", "milestone_missed")
        assert calendar.light_of(good, clock("2024-06-01"), was_red=True)[:2] == ("yellow", "was_red")
        assert calendar.light_of(good, clock("2024-06-01", milestone_missed="red"), missed=1).code == "red"

    def test_the_worst_member_lights_the_group(self):
        green, red = calendar.Light("green", ""), calendar.Light("red", "")
        assert calendar.worst([green, red, green]) == ("red", "members", (1, 3))
        assert calendar.worst([green, green]) == ("green", "members", (2, 2))

    def test_a_group_is_not_green_over_members_that_nobody_has_accepted(self):
        green, waiting = calendar.Light("green", ""), calendar.Light("grey", "not_accepted")
        assert calendar.worst([green, waiting]) == ("grey", "members_not_accepted", (1, 2))
        assert calendar.worst([waiting, calendar.Light("blue", "")]) == ("blue", "members", (1, 2))

    @pytest.mark.parametrize(
        "fields, late",
        [
            ({"status": "closed", "closed_on": "2025-12-31"}, False),
            ({"status": "closed", "closed_on": "2026-01-01"}, True),
            ({"status": "closed", "closed_on": "2026-02-01", "submitted_on": "2025-12-31"}, False),
            ({"status": "closed", "closed_on": "2026-02-01", "deadline": None}, None),
            ({"status": "submitted", "submitted_on": "2026-01-01"}, None),
        ],
    )
    def test_a_closed_task_is_late_by_the_day_on_which_its_completion_was_claimed(self, fields: dict, late):
        assert calendar.closed_late(task(**fields), clock("2026-03-01")) is late

    def test_a_report_is_expected_while_a_task_is_with_its_lead_and_has_begun(self):
        today = clock("2025-07-01")
        expected = {one for one in STATUSES if calendar.expects_report(task(status=one), today)}
        assert expected == {"assigned", "active", "blocked"}
        assert calendar.expects_report(task(begins="2025-07-01"), today)
        assert not calendar.expects_report(task(begins="2025-07-02"), today)
        assert not calendar.expects_report(task(status=None), today)

    def test_stale_is_more_than_the_days_allowed(self):
        one = task(last_update="2025-06-01")
        assert not calendar.is_stale(one, clock("2025-07-01"))
        assert calendar.is_stale(one, clock("2025-07-02"))
        assert not calendar.is_stale(one._replace(status="closed"), clock("2025-07-02"))
        assert calendar.is_stale(one, clock("2025-06-20"), 7)
        assert not calendar.is_stale(one, clock("2025-06-20"), 10**9)

    def test_without_a_report_it_counts_from_the_day_of_handing_over(self):
        one = task(status="assigned")
        assert not calendar.is_stale(one, clock("2025-07-01"), handed_on="2025-06-01")
        assert calendar.is_stale(one, clock("2025-07-02"), handed_on="2025-06-01")
        begun = one._replace(begins="2025-06-15")
        assert not calendar.is_stale(begun, clock("2025-07-15"), handed_on="2025-06-01")
        assert calendar.is_stale(begun, clock("2025-07-16"), handed_on="2025-06-01")

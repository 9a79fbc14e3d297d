"""Who has reported by the cut-off of a period, late, without content, or not at all."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor, TaskFilter
from qplan.core.reporting import Period
from qplan.errors import BadInput, Refused
from qplan.ledger import create
from qplan.service import actions, queries, reversal
from qplan.service.actions import WriteContext
from qplan.service.queries import TaskQuery
from qplan.service.reporting import reporting

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
#: Week 14 of 2024: Monday 04-01 to Sunday 04-07, due on Friday 04-05 at 17:00, late until Monday 04-08.
WEEK = Period.parse("2024-W14")
DUTY = {"every": "week", "due": 5, "time": "17:00", "late_days": 3}


def order(day: str, actor: Actor = LEAD, recorded: str = "") -> WriteContext:
    """Recorded at 09:00 in the plan's zone, or at a given moment in UTC."""
    moment = recorded or f"{day}T01:00:00Z"
    return WriteContext(actor, moment, date.fromisoformat(moment[:10]), date.fromisoformat(day))


@pytest.fixture
def make():
    opened = []

    def build(joint: str = "", duty: dict | None = DUTY):
        whole = plans.plan()
        tasks = tuple(t._replace(joint=joint, support="") if t.id == "T1.1" else t for t in whole.tasks)
        rules = json.dumps({} if duty is None else {"reporting": duty})
        ledger = create.in_memory(plans.RECORDED)
        plans.fill(ledger, whole._replace(head=whole.head._replace(rules=rules), tasks=tasks))
        actions.take(ledger, ["T1.1", "T1.2"], "accept", {"progress": 10}, order("2024-03-01"))
        opened.append(ledger)
        return ledger

    yield build
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(make):
    return make()


def report(ledger, day: str, actor: Actor = LEAD, recorded: str = "", ident: str = "T1.1", **given):
    return actions.take(ledger, [ident], "report", given or {"progress": 30}, order(day, actor, recorded))


def read(ledger, today: str = "2024-04-30", period: Period = WEEK, lead=None):
    snapshot = queries.open_snapshot(ledger, date.fromisoformat(today), past=True)
    return reporting(snapshot, period, TaskQuery(TaskFilter(lead=lead)))


def outcome(ledger, today: str = "2024-04-30", ident: str = "T1.1", dept: str = "scjg") -> str:
    (found,) = [one for one in read(ledger, today).departments if one.dept == dept]
    return next(task.outcome for task in found.tasks if task.item.task.id == ident)


@pytest.mark.parametrize(
    ("day", "recorded", "expected"),
    [
        ("2024-03-31", "", "missing"),
        ("2024-04-01", "", "missing"),  # it makes up, late, for week 13
        ("2024-04-02", "", "in_time"),
        ("2024-04-05", "2024-04-05T09:00:00Z", "in_time"),  # 17:00 itself
        ("2024-04-05", "2024-04-05T09:01:00Z", "late"),
        ("2024-04-08", "", "late"),
        ("2024-04-09", "", "missing"),
        (
            "2024-04-04",
            "2024-04-06T01:00:00Z",
            "late",
        ),  # a department's own report counts when it is recorded
        ("2024-04-04", "2024-04-20T01:00:00Z", "late"),
    ],
)
def test_the_cut_off_decides(ledger, day, recorded, expected) -> None:
    report(ledger, day, recorded=recorded)
    assert outcome(ledger) == expected


def test_what_the_office_enters_for_a_lead_counts_on_the_day_that_it_names(ledger) -> None:
    report(ledger, "2024-04-05", OFFICE, "2024-04-10T01:00:00Z")
    assert outcome(ledger) == "in_time"


def test_before_the_cut_off_has_passed_nothing_is_missing(ledger) -> None:
    assert outcome(ledger, "2024-04-05") == "pending"
    assert outcome(ledger, "2024-04-06") == "missing"


def test_a_report_without_content_is_neither_in_time_nor_missing(ledger) -> None:
    report(ledger, "2024-04-02", note="正常推进")
    assert outcome(ledger) == "empty"
    report(ledger, "2024-04-07", note="完成主体工程3处")
    assert outcome(ledger) == "late", "a later one with content goes before it"


def test_what_was_undone_was_not_reported(ledger) -> None:
    (receipt,) = report(ledger, "2024-04-02")
    reversal.undo(ledger, receipt.seq, order("2024-04-20", OFFICE), keep_day=True)
    assert outcome(ledger) == "missing"


def test_acts_of_the_office_and_mere_acceptance_are_no_reports(ledger) -> None:
    actions.take(ledger, ["T1.1"], "urge", {}, order("2024-04-02", OFFICE))
    actions.take(ledger, ["T1.3"], "accept", {}, order("2024-04-02"))
    assert outcome(ledger) == "missing" and outcome(ledger, ident="T1.3") == "missing"
    actions.take(ledger, ["T1.4"], "accept", {"note": "完成招标2个标段"}, order("2024-04-02"))
    assert outcome(ledger, ident="T1.4") == "in_time"


def test_what_was_submitted_before_owes_nothing_and_submitting_is_a_report(ledger) -> None:
    actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order("2024-03-15"))
    actions.take(ledger, ["T1.2"], "submit", {"evidence": "文2号"}, order("2024-04-03"))
    (dept,) = read(ledger, lead="scjg").departments
    assert [(task.item.task.id, task.outcome) for task in dept.tasks] == [
        ("T1.2", "in_time"), ("T1.3", "missing"), ("T1.4", "missing"),
    ]  # fmt: skip
    assert (dept.owed, dept.number("in_time"), dept.number("missing")) == (3, 1, 2)


def test_a_report_of_any_joint_lead_is_that_of_all_and_totals_count_it_once(make) -> None:
    ledger = make(joint="fgj")
    report(ledger, "2024-04-02", Actor("丙", "fgj"))
    assert outcome(ledger, dept="scjg") == outcome(ledger, dept="fgj") == "in_time"
    found = read(ledger)
    assert sum(one.number("in_time") for one in found.departments) == 2
    assert found.totals()["in_time"] == 1 and sum(found.totals().values()) == 5


def test_the_same_period_on_a_later_day_is_the_same(ledger) -> None:
    report(ledger, "2024-04-02")
    report(ledger, "2024-04-20", progress=80)
    assert [
        [(one.dept, task.item.task.id, task.outcome) for one in read(ledger, day).departments for task in one.tasks]
        for day in ("2024-04-09", "2024-06-30")
    ].count([("scjg", "T1.1", "in_time"), *[("scjg", f"T1.{n}", "missing") for n in (2, 3, 4)], ("fgj", "C1.1", "missing")]) == 2  # fmt: skip


def test_a_month_is_due_on_its_day(make) -> None:
    ledger = make(duty={"every": "month", "due": 28})
    report(ledger, "2024-04-29")
    april = Period.parse("2024-04")
    (dept,) = read(ledger, "2024-05-31", april, "scjg").departments
    assert [task.outcome for task in dept.tasks] == ["late", "missing", "missing", "missing"]


def test_a_plan_without_the_duty_is_refused(make) -> None:
    with pytest.raises(Refused):
        read(make(duty=None))


NEXT = Period.parse("2024-W15")


def outcomes(ledger, *periods: Period, today: str = "2024-04-30") -> list[str]:
    """What became of the report on T1.1 in each of several periods."""
    found = []
    for period in periods:
        (dept,) = read(ledger, today, period, "scjg").departments
        found.append(next(task.outcome for task in dept.tasks if task.item.task.id == "T1.1"))
    return found


def test_a_report_after_the_cut_off_counts_for_the_period_that_it_makes_up_and_no_other(ledger) -> None:
    report(ledger, "2024-04-03")
    report(ledger, "2024-04-08", progress=40)  # the Monday on which a report of week 14 would still come late
    assert outcomes(ledger, WEEK, NEXT) == ["in_time", "in_time"]
    report(ledger, "2024-04-15", progress=50)
    report(ledger, "2024-04-22", progress=60)
    week16, week17 = NEXT.after, NEXT.after.after
    assert outcomes(ledger, NEXT, week16, week17) == ["in_time", "in_time", "in_time"]


def test_one_late_report_does_not_serve_two_periods(ledger) -> None:
    report(ledger, "2024-04-08")
    assert outcomes(ledger, WEEK, NEXT) == ["late", "missing"]
    report(ledger, "2024-04-12", progress=40)
    assert outcomes(ledger, WEEK, NEXT) == ["late", "in_time"]


def test_whoever_is_a_period_behind_stays_so_until_one_more_report(ledger) -> None:
    for day, progress in (("2024-04-08", 40), ("2024-04-15", 50), ("2024-04-22", 60)):
        report(ledger, day, progress=progress)
    week16, week17 = NEXT.after, NEXT.after.after
    assert outcomes(ledger, WEEK, NEXT, week16, week17) == ["late", "late", "late", "missing"]
    report(ledger, "2024-04-25", progress=70)
    assert outcomes(ledger, week16, week17) == ["late", "in_time"]


def test_a_report_makes_nothing_up_where_none_was_owed_or_it_has_no_content(ledger) -> None:
    actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order("2024-03-28"))
    actions.take(ledger, ["T1.1"], "return", {"note": "补材料"}, order("2024-04-06", OFFICE))
    report(ledger, "2024-04-08")
    assert outcomes(ledger, NEXT) == ["in_time"]
    report(ledger, "2024-04-22", note="无")
    assert outcomes(ledger, NEXT.after, NEXT.after.after) == ["empty", "empty"]


@pytest.mark.parametrize(("period", "owed"), [("2021-W30", True), ("2021-W29", False)])
def test_a_period_is_owed_that_ends_on_the_first_day_of_the_plan_or_later(ledger, period, owed) -> None:
    if owed:
        assert read(ledger, period=Period.parse(period)).period == Period.parse(period)
        return
    with pytest.raises(BadInput, match="over before the plan begins"):
        read(ledger, period=Period.parse(period))


def test_the_last_period_that_was_due_is_read_and_before_any_the_present_one(ledger) -> None:
    """Week 30 of 2021 ends on the day on which the plan begins; it was due on a Friday before."""
    for today, period in (("2024-04-04", "2024-W13"), ("2024-04-05", "2024-W14"), ("2021-08-01", "2021-W30"), ("2021-08-05", "2021-W30"), ("2021-08-06", "2021-W31")):  # fmt: skip
        assert str(read(ledger, today, period=None).period) == period, today


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "pending"),
        ({"progress": 5}, "in_time"),
        ({"note": "无"}, "empty"),
        ({"evidence": "文1号"}, "in_time"),
    ],
)
def test_accepting_a_task_is_no_report_by_itself(make, given, expected) -> None:
    ledger = make()
    actions.take(ledger, ["T1.3"], "accept", given, order("2024-04-02"))
    assert outcome(ledger, "2024-04-05", "T1.3") == expected


def test_a_task_begun_or_submitted_after_the_cut_off_was_owed_and_one_before_it_was_not(make) -> None:
    """By the day of the cut-off itself: what is submitted on it is a report."""
    for day, expected in (("2024-03-29", None), ("2024-04-05", "in_time"), ("2024-04-09", "missing")):
        ledger = make()
        actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order(day))
        (found,) = [one for one in read(ledger).departments if one.dept == "scjg"]
        outcomes = {task.item.task.id: task.outcome for task in found.tasks}
        assert outcomes.get("T1.1") == expected, day


@pytest.mark.parametrize(
    ("lead", "depts"), [(None, ["scjg", "fgj"]), ("scjg", ["scjg"]), (("fgj", "zlb"), ["fgj"]), ("zlb", [])]
)
def test_departments_are_those_that_lead_a_task_and_are_asked_for(make, lead, depts) -> None:
    """A joint lead that nobody asks for is not listed with the task."""
    assert [one.dept for one in read(make("fgj"), lead=lead).departments] == depts


@pytest.mark.parametrize(("reopened", "expected"), [("2024-03-29", "missing"), ("2024-03-30", "in_time")])
def test_a_report_makes_up_for_the_period_before_if_one_was_owed_at_its_cut_off(
    make, reopened, expected
) -> None:
    """Friday 2024-03-29 was the cut-off of week 13, whose late reports came until the Monday."""
    ledger = make()
    actions.take(ledger, ["T1.1"], "submit", {"evidence": "文1号"}, order("2024-03-10"))
    actions.take(ledger, ["T1.1"], "approve", {}, order("2024-03-11", OFFICE))
    actions.take(ledger, ["T1.1"], "reopen", {"reason": "复查"}, order(reopened, OFFICE))
    report(ledger, "2024-04-01")
    assert outcome(ledger) == expected


def test_a_goal_that_was_reached_is_a_report_with_content(make) -> None:
    from qplan.service import milestones

    ledger = make()
    milestones.done(ledger, ["T1.1/m1"], None, order("2024-04-02"))
    assert outcome(ledger) == "in_time"


@pytest.mark.parametrize(("day", "expected"), [("2024-04-05", "in_time"), ("2024-04-06", "late")])
def test_without_a_time_of_the_day_the_cut_off_is_in_time_to_its_end(make, day, expected) -> None:
    """A department's own report was made when it was recorded, here in the last hour of the day."""
    ledger = make(duty={**DUTY, "time": None})
    report(ledger, day, recorded=f"{day}T15:30:00Z")
    assert outcome(ledger) == expected

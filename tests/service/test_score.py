"""The points of a year: which tasks count as what, what is taken off, how the mean is rounded, who comes first."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor
from qplan.ledger import create
from qplan.service import actions, queries, reversal
from qplan.service.actions import WriteContext
from qplan.service.score import Scored, last_day, score, takes_off_for_reports

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
DAY = "2025-06-30"
CLOSED = {"status": "closed", "progress": 100, "closed_on": "2025-06-20"}


@pytest.fixture
def make():
    """A ledger whose tasks of ``scjg`` have these fields, and none but them; with rules of one's own."""
    opened = []

    def build(*tasks, **rules):
        whole = plans.plan(len(tasks))
        leaves = [
            task._replace(**tasks[int(task.id.partition(".")[2]) - 1]) for task in whole.tasks if task.kind == "task"
        ]  # fmt: skip
        rules = {"stale_days": 10_000, **rules}
        ledger = create.in_memory(plans.RECORDED)
        plans.fill(
            ledger,
            whole._replace(
                head=whole.head._replace(rules=json.dumps(rules)),
                tasks=(whole.tasks[0], *leaves, whole.tasks[-1]),
            ),
        )
        opened.append(ledger)
        return ledger

    yield build
    for ledger in opened:
        ledger.close()


def scored(ledger, day: str = DAY, against: str = "deadline", dept: str = "scjg") -> Scored | None:
    today = date.fromisoformat(day)
    found = score(queries.open_snapshot(ledger, today), today.year, against)
    return next((one for one in found if one.dept == dept), None)


def take(ledger, action: str, day: str, actor: Actor = LEAD, recorded: str = "", **given) -> None:
    moment = recorded or f"{day}T01:00:00Z"
    context = WriteContext(actor, moment, date.fromisoformat(moment[:10]), date.fromisoformat(day))
    actions.take(ledger, ["T1.1"], action, given, context)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        (CLOSED | {"submitted_on": "2025-06-15"}, "closed_in_time"),
        (CLOSED | {"submitted_on": "2025-06-16"}, "closed_late"),
        (CLOSED | {"deadline": None, "term": "ongoing"}, "closed_in_time"),
        ({"status": "active", "deadline": DAY}, "open_in_time"),
        ({"status": "active"}, "overdue"),
        ({"status": "submitted", "submitted_on": "2025-06-15"}, "open_in_time"),
        ({"status": "submitted", "submitted_on": "2025-06-16"}, "overdue"),
        ({"status": "active", "submitted_on": "2025-06-15"}, "overdue"),
    ],
)
def test_the_deadline_itself_is_in_time_by_the_day_of_the_claim(make, fields, state) -> None:
    """How long the office takes to verify is not the lead's lateness."""
    found = scored(make({"deadline": "2025-06-15", "original_deadline": "2025-06-15", **fields}))
    counted = {
        name: getattr(found, name) for name in ("closed_in_time", "closed_late", "open_in_time", "overdue")
    }
    assert counted == dict.fromkeys(counted, 0) | {state: 1}


@pytest.mark.parametrize("fields", [CLOSED | {"submitted_on": "2025-06-16"}, {"status": "active"}])
def test_the_original_deadline_is_asked_for_by_itself(make, fields) -> None:
    ledger = make({"deadline": "2025-12-31", "original_deadline": "2025-06-15", **fields})
    assert scored(ledger).closed_late + scored(ledger).overdue == 0
    original = scored(ledger, against="original")
    assert original.closed_late + original.overdue == 1


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"status": "terminated"}, False),
        (CLOSED | {"closed_on": "2024-12-31"}, False),
        (CLOSED | {"closed_on": "2025-01-01"}, True),
        ({"begins": "2025-07-01"}, False),
        ({"begins": DAY}, True),
    ],
)
def test_a_year_counts_what_was_to_be_done_in_it(make, fields, counts) -> None:
    found = scored(make(fields))
    assert (found is not None) is counts and (not counts or found.tasks == 1)


@pytest.mark.parametrize(
    ("points", "weights", "mean"),
    [
        ((100, 40), (None, None), "70.0"),
        ((100, 40), ("3", None), "85.0"),
        ((100, 70), ("39", "1"), "99.3"),  # 99.25
        ((100, 40), ("999", "1"), "99.9"),  # 99.94
        ((100, 40), ("0", "0"), "0.0"),
    ],
)
def test_points_are_the_mean_by_weight_rounded_half_up(make, points, weights, mean) -> None:
    states = {
        100: CLOSED, 70: CLOSED | {"submitted_on": "2026-01-01"}, 40: {"status": "active", "deadline": "2025-01-01"},
    }  # fmt: skip
    tasks = [states[one] | {"weight": weight} for one, weight in zip(points, weights, strict=True)]
    assert scored(make(*tasks)).points == mean


@pytest.mark.parametrize(("taken_off", "points"), [(30, "85.0"), (100, "50.0"), (101, "50.0"), (500, "50.0")])
def test_what_is_taken_off_leaves_no_task_below_zero(make, taken_off, points) -> None:
    """The other task keeps its points; here the first has no report and the second is closed."""
    ledger = make({"status": "active"}, CLOSED, stale_days=30, scoring={"off_stale": taken_off})
    found = scored(ledger)
    assert (found.stale, found.points) == (1, points)


def test_the_best_comes_first_and_equal_ones_in_the_order_of_the_plan(make) -> None:
    """A department that the plan no longer has comes last of those with its points."""
    late = {"status": "active", "deadline": "2025-01-01"}
    ledger = make(late, late | {"lead": "gone"}, {"lead": "zlb"}, {"joint": "gone"})
    found = score(queries.open_snapshot(ledger, date.fromisoformat(DAY)), 2025)
    assert [(one.dept, one.title, one.points) for one in found] == [
        ("zlb", "领导小组办公室", "100.0"),
        ("fgj", "发展改革局", "100.0"),
        ("scjg", "市场监管局", "70.0"),
        ("gone", "gone", "70.0"),
    ]


def test_a_year_that_runs_is_assessed_today() -> None:
    assert last_day(2024, date(2025, 3, 1)) == date(2024, 12, 31)
    assert last_day(2025, date(2025, 3, 1)) == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("urged", "day", "unanswered"),
    [("2024-12-31", "2025-01-31", 0), ("2025-01-01", "2025-01-31", 1), ("2025-01-01", "2025-01-10", 0)],
)
def test_urges_of_the_year_count_once_their_day_has_passed(make, urged, day, unanswered) -> None:
    ledger = make({})
    take(ledger, "accept", "2024-12-01")
    take(ledger, "urge", urged, OFFICE, answer_by="2025-01-10")
    found = scored(ledger, day)
    assert (found.unanswered, found.points) == (unanswered, f"{100 - 10 * unanswered}.0")


def test_each_urge_has_its_own_answer(make) -> None:
    """One that was undone asks for none."""
    ledger = make({})
    take(ledger, "accept", "2025-01-02")
    take(ledger, "urge", "2025-01-03", OFFICE, answer_by="2025-01-04")
    undo(ledger, "2025-01-03", OFFICE)
    assert scored(ledger).unanswered == 0
    for urged, by in (
        ("2025-01-05", "2025-01-10"),
        ("2025-02-05", "2025-02-10"),
        ("2025-03-05", "2025-03-10"),
    ):
        take(ledger, "urge", urged, OFFICE, answer_by=by)
        if urged == "2025-02-05":
            take(ledger, "report", "2025-02-10", note="完成三处")
    assert scored(ledger).unanswered == 2
    undo(ledger, "2025-03-06", OFFICE)
    assert scored(ledger).unanswered == 1


def undo(ledger, day: str, actor: Actor = LEAD) -> None:
    """Undo the last entry of the task."""
    on = date.fromisoformat(day)
    last = max(event.seq for event in ledger.events("T1.1"))
    reversal.undo(ledger, last, WriteContext(actor, f"{day}T01:00:00Z", on, on))


def test_a_report_that_was_undone_answers_no_urge(make) -> None:
    """Until its undoing is undone."""
    ledger = make({})
    take(ledger, "accept", "2025-01-02")
    take(ledger, "urge", "2025-01-05", OFFICE, answer_by="2025-01-10")
    take(ledger, "report", "2025-01-06", note="完成三处")
    assert scored(ledger).unanswered == 0
    undo(ledger, "2025-01-07")
    assert scored(ledger).unanswered == 1
    undo(ledger, "2025-01-07")
    assert scored(ledger).unanswered == 0


def test_a_claim_that_was_undone_is_not_recorded_late(make) -> None:
    """The claim that stands is the one whose day counts."""
    ledger = make({})
    take(ledger, "accept", "2025-01-02")
    take(ledger, "submit", "2025-01-03", evidence="文1号")
    take(ledger, "return", "2025-01-04", OFFICE, note="未达标")
    take(ledger, "submit", "2025-01-05", evidence="文2号", recorded="2025-01-20T01:00:00Z")
    assert scored(ledger).recorded_late == 1
    undo(ledger, "2025-01-20")
    take(ledger, "submit", "2025-01-20", evidence="文2号")
    assert scored(ledger).recorded_late == 0


@pytest.mark.parametrize(
    ("on", "recorded", "most", "late", "state"),
    [
        ("2025-06-15", "2025-06-15T15:59:00Z", None, 0, "closed_in_time"),
        ("2025-06-15", "2025-06-15T16:00:00Z", None, 1, "closed_in_time"),  # midnight in the plan's zone
        ("2025-06-15", "2025-06-18T01:00:00Z", 3, 0, "closed_in_time"),
        ("2025-06-15", "2025-06-19T01:00:00Z", 3, 1, "closed_late"),
        ("2025-06-10", "2025-06-14T01:00:00Z", 3, 1, "closed_in_time"),
    ],
)
def test_a_claim_recorded_late_counts_from_that_day_where_the_rules_say_how_far_back_it_may_reach(
    make, on, recorded, most, late, state
) -> None:
    """Without such a rule it is only named."""
    ledger = make({"deadline": "2025-06-15", "original_deadline": "2025-06-15"})
    take(ledger, "accept", "2025-06-01")
    take(ledger, "submit", on, recorded=recorded, evidence="文1号")
    take(ledger, "approve", "2025-06-20", OFFICE)
    snapshot = queries.open_snapshot(ledger, date.fromisoformat(DAY))
    snapshot.clock.rules = snapshot.clock.rules._replace(backdate_days=most)
    found = next(one for one in score(snapshot, 2025) if one.dept == "scjg")
    assert found.recorded_late == late and getattr(found, state) == 1


@pytest.mark.parametrize(
    ("due", "day", "missed"),
    [
        (20, "2025-01-20", 0),
        (20, "2025-01-21", 1),
        (20, DAY, 6),
        (31, "2025-12-31", 11),
        (14, "2021-12-31", 4),
        (15, "2021-12-31", 5),  # the plan was issued on 2021-08-15
    ],
)
def test_reports_are_asked_for_from_the_issue_of_the_plan_and_within_the_year(make, due, day, missed) -> None:
    """Each month whose cut-off has passed takes off what the rules say."""
    ledger = make(
        {"status": "active"}, reporting={"every": "month", "due": due}, scoring={"off_not_reported": 1}
    )
    found = scored(ledger, day)
    assert (found.not_reported, found.points) == (missed, f"{100 - missed}.0")


@pytest.mark.parametrize(
    ("rules", "takes_off"),
    [
        ({"reporting": {"every": "week"}, "scoring": {"off_reported_late": 1}}, True),
        ({"reporting": {"every": "week"}}, False),
        ({"scoring": {"off_reported_late": 1}}, False),
    ],
)
def test_points_for_reports_need_the_duty_and_the_points(make, rules, takes_off) -> None:
    snapshot = queries.open_snapshot(make({}, **rules), date.fromisoformat(DAY))
    assert takes_off_for_reports(snapshot.clock.rules) is takes_off


def test_reports_are_not_counted_where_the_rules_take_nothing_off_for_them(make) -> None:
    found = scored(make({"status": "active"}, reporting={"every": "month", "due": 20}))
    assert (found.not_reported, found.points) == (0, "100.0")

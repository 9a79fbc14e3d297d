"""Lights, lateness and history through a ledger: what the options change, what is marked."""

from __future__ import annotations

import inspect
import json
from datetime import date

import pytest

from ledger import plans
from qplan.core import calendar
from qplan.core.calendar import Week
from qplan.core.model import Actor, TaskFilter
from qplan.ledger import create
from qplan.service import actions, queries, reversal, weekly
from qplan.service.actions import WriteContext
from qplan.service.overdue import overdue as overdue_tasks
from qplan.service.queries import TaskQuery
from qplan.service.score import score

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")


def order(day: str, actor: Actor = OFFICE) -> WriteContext:
    on = date.fromisoformat(day)
    return WriteContext(actor, f"{day}T01:00:00Z", on, on)


@pytest.fixture
def make():
    """A ledger of the small plan with rules of one's own, and with the deadlines of some tasks."""
    opened = []

    def build(deadlines=None, **rules):
        whole = plans.plan()
        head = whole.head._replace(rules=json.dumps(rules))
        tasks = [
            task._replace(deadline=day, original_deadline=day)
            if (day := (deadlines or {}).get(task.id))
            else task
            for task in whole.tasks
        ]
        ledger = create.in_memory(plans.RECORDED)
        plans.fill(ledger, whole._replace(head=head, tasks=tuple(tasks)))
        opened.append(ledger)
        return ledger

    yield build
    for ledger in opened:
        ledger.close()


def lights(ledger, day: str) -> dict[str, str]:
    snapshot = queries.open_snapshot(ledger, date.fromisoformat(day), past=True)
    return {item.task.id: item.light.code for item in queries.tasks(snapshot)}


def caught_up(ledger) -> None:
    """T1.2 was 40 points behind from April and has caught up on 2025-06-02."""
    actions.take(ledger, ["T1.2", "T1.3"], "accept", {"progress": 50}, order("2024-01-10", LEAD))
    actions.take(ledger, ["T1.3"], "report", {"progress": 95}, order("2024-02-01", LEAD))
    actions.take(ledger, ["T1.2"], "report", {"progress": 95}, order("2025-06-02", LEAD))


def test_a_task_that_was_red_stays_yellow_only_where_the_rules_say_so(make) -> None:
    plain, careful = make(), make(lights={"red_once_stays_yellow": True})
    for ledger in (plain, careful):
        caught_up(ledger)
        assert lights(ledger, "2025-06-01")["T1.2"] == "red"
    assert lights(plain, "2025-06-02")["T1.2"] == "green"
    shown = lights(careful, "2025-06-02")
    assert (shown["T1.2"], shown["T1.3"]) == ("yellow", "green")
    item = queries.task(queries.open_snapshot(careful, date(2025, 6, 2)), "T1.2").item
    assert item.light.reason == "was_red"
    listed = queries.tasks(queries.open_snapshot(careful, date(2025, 6, 2)), TaskQuery(lights=("yellow",)))
    assert [one.task.id for one in listed] == ["T1.2"]


def test_closing_ends_what_was_red(make) -> None:
    ledger = make(lights={"red_once_stays_yellow": True})
    caught_up(ledger)
    actions.take(ledger, ["T1.2"], "submit", {"evidence": "文1号"}, order("2025-06-03", LEAD))
    actions.take(ledger, ["T1.2"], "approve", {}, order("2025-06-04"))
    assert lights(ledger, "2025-06-04")["T1.2"] == "green"
    actions.take(ledger, ["T1.2"], "reopen", {"reason": "复查", "progress": 95}, order("2025-06-05"))
    assert lights(ledger, "2025-06-05")["T1.2"] == "green"


def test_the_stale_are_those_whose_last_report_is_older_than_allowed(make) -> None:
    """And a limit counts them, whatever the order."""
    ledger = make(stale_days=40)
    caught_up(ledger)
    actions.take(ledger, ["T1.2"], "submit", {"evidence": "文1号"}, order("2025-06-03", LEAD))
    actions.take(ledger, ["T1.2"], "approve", {}, order("2025-06-04"))
    snapshot = queries.open_snapshot(ledger, date(2025, 6, 10))
    leaves = [item.task for item in queries.tasks(snapshot)]
    assert {task.status for task in leaves} > {"closed", "active"}
    reported = {"T1.1": "2021-08-15", "T1.3": "2024-02-01", "T1.4": "2021-08-15", "C1.1": "2021-08-15"}
    for stale, days in ((queries.BY_RULES, 40), (0, 0), (7, 7), (495, 495), (496, 496), (10**9, 10**9)):
        expected = [
            task.id
            for task in leaves
            if task.id in reported and (date(2025, 6, 10) - date.fromisoformat(reported[task.id])).days > days
        ]
        for where in (TaskFilter(), TaskFilter(groups=True), TaskFilter(limit=2), TaskFilter(sort="update")):
            listed = [item.task.id for item in queries.tasks(snapshot, TaskQuery(where, stale=stale))]
            if where.sort == "update":
                assert sorted(listed) == sorted(expected)
            else:
                assert listed == expected[: where.limit], (stale, where)
    stale = [item for item in queries.tasks(snapshot) if item.stale]
    assert {item.task.id for item in stale} == set(reported)
    for code in {item.light.code for item in stale}:
        listed = queries.tasks(snapshot, TaskQuery(lights=(code,), stale=queries.BY_RULES))
        assert listed == [item for item in stale if item.light.code == code]


def test_years_without_a_calendar_are_named_beside_the_figure(make) -> None:
    from qplan.views import lists

    ledger = make()
    known = overdue_tasks(queries.open_snapshot(ledger, date(2026, 1, 5)))
    assert {line.unknown_years for line in known} == {(2026,)}  # the plan's calendar knows 2025 alone
    table = lists.overdue_table(queries.open_snapshot(ledger, date(2026, 1, 5)), known)
    place = [column.key for column in table.columns].index("calendar")
    assert table.columns[place - 1].key == "overdue_workdays"
    assert {row[place] for row in table.rows} == {"2026"}
    assert "calendar" not in [
        c.key for c in lists.overdue_table(queries.open_snapshot(ledger, date(2026, 1, 5)), []).columns
    ]


def test_years_without_a_calendar_run_from_the_deadline_of_the_task(make) -> None:
    """Not from the plan's end, which is later here."""
    ledger = make({"T1.2": "2024-06-30"})
    (late,) = overdue_tasks(queries.open_snapshot(ledger, date(2025, 3, 3)))
    assert (late.item.task.id, late.unknown_years) == ("T1.2", (2024,))


def test_overdue_against_the_original_deadline_lists_what_was_extended(make) -> None:
    """And against the deadline in force it does not; the day itself is in time for both."""
    ledger = make({"T1.2": "2025-03-31"})
    actions.take(ledger, ["T1.2"], "accept", {}, order("2025-01-10", LEAD))
    actions.take(ledger, ["T1.2"], "extend", {"to": "2025-09-30"}, order("2025-03-10"))

    def listed(day: str, against: str) -> list[str]:
        snapshot = queries.open_snapshot(ledger, date.fromisoformat(day))
        return [late.item.task.id for late in overdue_tasks(snapshot, TaskQuery(against=against))]

    found = {
        (day, way): listed(day, way)
        for day in ("2025-03-31", "2025-04-01", "2025-09-30", "2025-10-09")
        for way in ("deadline", "original")
    }
    assert {key for key, ids in found.items() if ids} == {
        ("2025-04-01", "original"),
        ("2025-09-30", "original"),
        ("2025-10-09", "deadline"),
        ("2025-10-09", "original"),
    }


def test_an_urge_is_answered_in_time_until_the_end_of_its_day(make) -> None:
    """For the yearly points; the next day it is too late."""

    def ignored(answered: str) -> int:
        ledger = make()
        actions.take(ledger, ["T1.2"], "accept", {}, order("2025-03-03", LEAD))
        actions.take(ledger, ["T1.2"], "urge", {"answer_by": "2025-04-10"}, order("2025-04-01"))
        actions.take(ledger, ["T1.2"], "report", {"note": "已整改"}, order(answered, LEAD))
        (lead,) = (
            one for one in score(queries.open_snapshot(ledger, date(2025, 12, 1)), 2025) if one.dept == "scjg"
        )
        return lead.unanswered

    assert [ignored(f"2025-04-{day:02}") for day in (9, 10, 11)] == [0, 0, 1]


def test_the_quarters_of_a_timeline_are_all_from_the_first_to_the_last(make) -> None:
    ledger = make({"T1.2": "2025-03-31"})
    with weekly.weekly(ledger, date(2025, 1, 8), Week(2025, 2)) as (_snapshot, listed):
        found = [(one.name, one.done, one.missed, one.ahead) for one in listed.timeline()]
    names = [name for name, *_counts in found]
    assert names[:3] == ["2022Q2", "2022Q3", "2022Q4"] and names[-3:] == ["2025Q2", "2025Q3", "2025Q4"]
    assert len(names) == 15 and ("2025Q1", 0, 0, 1) in found


def test_a_plan_that_counts_calendar_days_has_no_column_of_working_days_and_says_so(make) -> None:
    from qplan.views import items, lists

    snapshot = queries.open_snapshot(make(calendar="none"), date(2026, 1, 5))
    listed = overdue_tasks(snapshot)
    columns = [column.key for column in lists.overdue_table(snapshot, listed).columns]
    assert "overdue_days" in columns and not {"overdue_workdays", "calendar"} & set(columns)
    assert lists.calendar_notes(snapshot, listed) == [
        "This plan counts calendar days; it has no working days."
    ]
    assert items.task_item(snapshot, listed[0].item)["overdue_workdays"] is None
    assert listed[0].answer_by == "2026-01-10"  # five days, the last of them a Saturday


def test_extensions_are_told_one_by_one_and_without_those_undone(make) -> None:
    ledger = make()
    actions.take(ledger, ["T1.2"], "accept", {}, order("2025-01-10", LEAD))
    actions.take(ledger, ["T1.2"], "extend", {"to": "2026-03-31", "reason": "雨季"}, order("2025-12-01"))
    actions.take(
        ledger,
        ["T1.2"],
        "extend",
        {"to": "2026-06-30", "reason": "再延", "document": "文9号"},
        order("2026-04-02"),
    )
    history = queries.task(queries.open_snapshot(ledger, date(2026, 4, 2)), "T1.2").events
    assert [(m.before, m.after, m.late, m.reason, m.document) for m in queries.extensions(history)] == [
        ("2025-12-31", "2026-03-31", False, "雨季", None),
        ("2026-03-31", "2026-06-30", True, "再延", "文9号"),
    ]
    reversal.undo(ledger, None, order("2026-04-03"))
    history = queries.task(queries.open_snapshot(ledger, date(2026, 4, 3)), "T1.2").events
    assert [m.after for m in queries.extensions(history)] == ["2026-03-31"]


def test_only_the_deadline_in_force_is_urged_about(make) -> None:
    ledger = make()
    actions.take(ledger, ["T1.2"], "extend", {"to": "2026-06-30"}, order("2025-12-01"))
    listed = overdue_tasks(queries.open_snapshot(ledger, date(2026, 2, 2)), TaskQuery(against="original"))
    proposed = {line.item.task.id: line.level for line in listed}
    assert (proposed["T1.2"], proposed["T1.3"]) == (None, "reminder")


@pytest.mark.parametrize(("rest", "overdue"), [("fixed", True), ("next_working_day", False)])
def test_a_deadline_on_a_rest_day_moves_only_where_the_rules_say_so(make, rest, overdue) -> None:
    ledger = make(calendar={"rest_day_deadline": rest})
    actions.take(ledger, ["T1.2"], "extend", {"to": "2026-02-01"}, order("2025-12-01"))  # a Sunday
    for day, expected in ((date(2026, 2, 1), False), (date(2026, 2, 2), overdue), (date(2026, 2, 3), True)):
        listed = overdue_tasks(queries.open_snapshot(ledger, day))
        assert ("T1.2" in [late.item.task.id for late in listed]) is expected, day
        first = overdue_tasks(queries.open_snapshot(ledger, day), TaskQuery(TaskFilter(limit=1)))
        assert first == listed[:1]


def test_a_moved_deadline_begins_a_new_round_of_urging(make) -> None:
    ledger = make()
    actions.take(ledger, ["T1.2"], "urge", {}, order("2026-01-05"))
    actions.take(ledger, ["T1.2"], "extend", {"to": "2026-02-28"}, order("2026-01-06"))
    snapshot = queries.open_snapshot(ledger, date(2026, 3, 2))
    line = next(line for line in overdue_tasks(snapshot) if line.item.task.id == "T1.2")
    assert line.level == "reminder"
    other = next(line for line in overdue_tasks(snapshot) if line.item.task.id == "T1.3")
    assert other.level == "reminder" and other.item.late.days == 61


def stale(ledger, day: str) -> set[str]:
    snapshot = queries.open_snapshot(ledger, date.fromisoformat(day), past=True)
    return {item.task.id for item in queries.tasks(snapshot, TaskQuery(stale=queries.BY_RULES))}


def test_nothing_is_stale_on_the_day_of_loading(make, monkeypatch) -> None:
    """The plan began years before the ledger was made: nobody was asked to report then."""
    monkeypatch.setattr(plans, "RECORDED", "2025-01-15T01:00:00Z")
    ledger = make()
    assert stale(ledger, "2025-01-15") == stale(ledger, "2023-01-01") == stale(ledger, "2025-02-14") == set()
    assert stale(ledger, "2025-02-15") == {item.id for item in ledger.tasks()}


def test_a_task_that_was_handed_over_again_is_stale_from_there(make) -> None:
    ledger = make()
    actions.take(ledger, ["T1.2"], "assign", {"lead": "fgj"}, order("2025-05-01"))
    assert "T1.2" not in stale(ledger, "2025-05-31") and "T1.3" in stale(ledger, "2025-05-31")
    assert "T1.2" in stale(ledger, "2025-06-01")
    reversal.undo(ledger, None, order("2025-05-02"))
    assert "T1.2" in stale(ledger, "2025-05-31")


def test_each_fact_that_a_light_needs_is_handed_on(make, monkeypatch) -> None:
    """A parameter of ``light_of`` whose default stands for "not so" is given where it is so."""
    made, light_of = inspect.signature(calendar.light_of), calendar.light_of
    given: set[str] = set()

    def recorded(*args, **named):
        bound = made.bind(*args, **named).arguments
        given.update(name for name, value in bound.items() if value != made.parameters[name].default)
        return light_of(*args, **named)

    ledger = make(lights={"red_once_stays_yellow": True})
    caught_up(ledger)
    monkeypatch.setattr(calendar, "light_of", recorded)
    lights(ledger, "2025-06-02")
    assert given == set(made.parameters), (
        f"service/queries.py: assess_all and assess hand {set(made.parameters) - given} on to light_of; and this test"
        " needs a task of which it is so"
    )

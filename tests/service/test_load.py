"""A plan loaded, and loaded again: definitions change, what happened stays."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from ledger import plans
from qplan.core.model import Actor, Plan
from qplan.errors import BadInput, Refused
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.service import actions
from qplan.service.actions import WriteContext
from qplan.service.load import Loaded, load, with_calendar

OFFICE = Actor("张", "zlb")


def order(on: str = "2025-03-01", today: str = "2025-03-01", **more) -> WriteContext:
    return WriteContext(
        OFFICE, f"{today}T02:00:00Z", date.fromisoformat(today), date.fromisoformat(on), **more
    )


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "ledger.db")


def again(place: str, plan: Plan, **more) -> Loaded:
    return load(place, plan, order("2025-04-01", "2025-04-01")._replace(**more))


def assert_whole(place: str) -> None:
    with Ledger.open(place) as ledger:
        assert verify(ledger.connection).findings == []


def test_a_first_load_takes_effect_when_the_plan_began(place: str):
    loaded = load(place, plans.plan(), order())
    assert (loaded.created, loaded.seq) == (True, len(loaded.changes))
    with Ledger.open(place) as ledger:
        assert {e.effective_on for e in ledger.events()} == {plans.BEGINS}
        assert ledger.task("T1.1").status == "assigned"
    assert_whole(place)


def test_the_same_plan_again_changes_nothing(place: str):
    first = load(place, plans.plan(), order())
    assert again(place, plans.plan()) == Loaded(first.plan, [], False, 0)


def test_an_amended_plan_changes_definitions_and_nothing_else(place: str):
    load(place, plans.plan(), order())
    with Ledger.open(place, write=True) as ledger:
        actions.take(ledger, ["T1.1"], "accept", {"progress": 20}, order())
    loaded = again(place, plans.plan(t1="新标题"))
    (change,) = loaded.changes
    assert not loaded.created
    assert (change.kind, change.before, change.after) == (
        "task.amend",
        {"title": "任务 1"},
        {"title": "新标题"},
    )
    with Ledger.open(place) as ledger:
        row = ledger.task("T1.1")
        assert (row.title, row.status, row.progress) == ("新标题", "active", 20)
        assert ledger.at("2025-03-31").task("T1.1").title == "任务 1"
    assert_whole(place)


def test_what_left_the_plan_is_retired_and_comes_back(place: str):
    load(place, plans.plan(4), order())
    again(place, plans.plan(3))
    with Ledger.open(place) as ledger:
        assert ledger.task("T1.4").retired == 1
    again(place, plans.plan(4))
    with Ledger.open(place) as ledger:
        assert ledger.task("T1.4").retired == 0
    assert_whole(place)


def test_a_dry_run_writes_nothing(place: str):
    first = load(place, plans.plan(), order(dry_run=True))
    assert (first.created, first.seq) == (True, 0)
    assert not os.path.exists(place)
    load(place, plans.plan(), order())
    before = Path(place).read_bytes()
    assert again(place, plans.plan(2), dry_run=True).changes
    assert Path(place).read_bytes() == before


def test_another_plan_is_refused(place: str):
    load(place, plans.plan(), order())
    other = plans.plan()
    with pytest.raises(Refused, match="--ledger"):
        again(place, other._replace(head=other.head._replace(id="other")))


def test_a_late_load_goes_below_no_later_one(place: str):
    load(place, plans.plan(), order())
    again(place, plans.plan(t1="April"))
    with pytest.raises(Refused, match="2025-04-01"):
        load(place, plans.plan(t1="March"), order("2025-03-01", "2025-05-01"))
    with pytest.raises(BadInput, match="future"):
        load(place, plans.plan(t1="June"), order("2025-06-01", "2025-05-01"))


def test_writing_tells_how_far_it_is(place: str):
    steps: list[tuple[int, int]] = []
    loaded = load(place, plans.plan(), order(), lambda done, total: steps.append((done, total)))
    number = len(loaded.changes)
    assert steps[-1] == (number, number) and [done for done, _total in steps] == sorted(
        {d for d, _t in steps}
    )


def test_changes_of_order_are_counted_not_listed(place: str):
    from qplan.views import plan as views

    load(place, plans.plan(), order())
    given = plans.plan()
    first, second, *rest = given.tasks
    moved = (first, second._replace(title="新题目"), rest[0], rest[2], rest[1], *rest[3:])
    view = views.changes(again(place, given._replace(tasks=moved), dry_run=True), "2024-04-01", True)
    assert [row[2] for row in view.tables[0].rows] == [second.id]
    assert view.notes == ["And 1 changes of order or cross-references only."]
    assert len(view.payload()["items"]) == 2


def test_working_days_are_those_up_to_the_year_after_the_plan_or_after_today():
    whole = plans.plan()
    for ends, today, last in (("2023-12-31", "2024-03-01", "2025"), ("2023-12-31", "2022-03-01", "2024")):
        given = whole._replace(head=whole.head._replace(ends=ends))
        assert max(json.loads(with_calendar(given, {}, order(today, today)).head.calendar)) == last


@pytest.mark.parametrize(
    ("rules", "today", "years"),
    [
        ({}, "2024-03-01", ["2021", "2022", "2023", "2024", "2025", "2026"]),
        (
            {"calendar": {"holidays": ["2025-05-02"]}},
            "2024-03-01",
            ["2021", "2022", "2023", "2024", "2025", "2026"],
        ),
        ({"calendar": "none"}, "2024-03-01", ["1999"]),
        ({"calendar": ["2025-05-02"]}, "2024-03-01", ["1999"]),
    ],
)
def test_a_plan_has_the_published_working_days_of_its_years_unless_it_has_days_of_its_own(
    rules, today, years
):
    """And of the year after its last one; a year that is known already and not published is kept."""
    whole = plans.plan()
    known = {"1999": {"off": [], "work": []}}
    given = whole._replace(head=whole.head._replace(rules=json.dumps(rules), calendar=json.dumps(known)))
    found = json.loads(with_calendar(given, {}, order(today, today)).head.calendar)
    assert sorted(found) == years
    kept = json.loads(with_calendar(given, known, order(today, today)).head.calendar)
    assert sorted(kept) == sorted({*years, "1999"})

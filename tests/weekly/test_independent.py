"""Counts and trend, computed a second time in plain Python from the exported journal alone."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest

OPEN = {"assigned", "active", "blocked", "submitted"}


def tasks_on(entries: list[dict], day: date) -> dict[str, dict]:
    """The tasks as the entries effective by a day make them."""
    tasks: dict[str, dict] = {}
    for entry in entries:
        if entry["kind"].startswith("task.") and entry["effective_on"] <= day.isoformat():
            tasks.setdefault(entry["subject"], {}).update(json.loads(entry["body"])["after"])
    return {
        ident: task for ident, task in tasks.items() if task["kind"] != "group" and not task.get("retired")
    }


def is_overdue(task: dict, day: date) -> bool:
    return task["status"] in OPEN and bool(task.get("deadline")) and task["deadline"] < day.isoformat()


def counts_of(tasks: list[dict], day: date, starts: str) -> dict:
    """What a count says of tasks, by the rules that the bundled plan has."""
    late = [task for task in tasks if is_overdue(task, day)]
    silent = [
        task
        for task in tasks
        if task["status"] in OPEN
        and date.fromisoformat(task.get("last_update") or starts) < day - timedelta(30)
    ]
    return {
        "total": len(tasks),
        "status": dict(Counter(task["status"] for task in tasks)),
        "overdue": len(late),
        "stale": len(silent),
        "progress": sum(task.get("progress") or 0 for task in tasks) // len(tasks) if tasks else 0,
    }


@pytest.fixture
def entries(qplan) -> list[dict]:
    code, out, _err = qplan("export", "--journal")
    assert code == 0
    return [json.loads(line) for line in out.splitlines()[1:]]


@pytest.fixture
def starts(entries) -> str:
    """The day on which the plan was issued: until a first report, silence counts from it."""
    head = next(json.loads(entry["body"])["after"] for entry in entries if entry["kind"] == "plan.define")
    return head["issued"]


def answer(qplan, *words: str) -> dict:
    code, out, err = qplan(*words, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def same(counted: dict, expected: dict) -> None:
    assert {name: counted[name] for name in expected} == expected


@pytest.mark.parametrize("day", ["2025-03-31", "2025-06-30", "2025-12-31", "2026-02-16"])
def test_counts_are_those_of_the_journal(qplan, entries, starts, day):
    on = date.fromisoformat(day)
    tasks = tasks_on(entries, on)
    same(answer(qplan, "--as-of", day)["totals"], counts_of(list(tasks.values()), on, starts))
    for by, field in (("dept", "lead"), ("section", "section"), ("column", "column_no")):
        groups: dict[str | None, list[dict]] = {}
        for task in tasks.values():
            key = task.get(field)
            groups.setdefault(None if key is None else str(key), []).append(task)
        items = {one["id"]: one for one in answer(qplan, "summary", "--by", by, "--as-of", day)["items"]}
        assert items.keys() == groups.keys(), by
        for key, members in groups.items():
            same(items[key], counts_of(members, on, starts))


@pytest.mark.parametrize("week", ["2025-W20", "2025-W40", "2026-W06"])
def test_a_week_is_that_of_the_journal(qplan, entries, starts, week):
    found = answer(qplan, "weekly", "--week", week)
    last, first = date.fromisoformat(found["to"]), date.fromisoformat(found["from"])
    tasks, before = tasks_on(entries, last), tasks_on(entries, first - timedelta(1))
    same(found["totals"], counts_of(list(tasks.values()), last, starts))
    late = {ident for ident, task in tasks.items() if is_overdue(task, last)}
    was_late = {ident for ident, task in before.items() if is_overdue(task, first - timedelta(1))}
    assert {task["id"] for task in found["overdue"]} == late
    assert {task["id"] for task in found["newly_overdue"]} == late - was_late
    assert found["totals"]["overdue_change"] == len(late) - len(was_late)
    for status in ("blocked", "submitted"):
        expected = {ident for ident, task in tasks.items() if task["status"] == status}
        assert {task["id"] for task in found[status]} == expected
    assert {task["id"] for task in found["closed"]} == {
        ident
        for ident, task in tasks.items()
        if task["status"] == "closed" and found["from"] <= task["closed_on"] <= found["to"]
    }
    assert {task["id"] for task in found["due_within_7"]} == {
        ident
        for ident, task in tasks.items()
        if task["status"] in OPEN
        and task.get("deadline")
        and 0 <= (date.fromisoformat(task["deadline"]) - last).days <= 7
    }


@pytest.mark.parametrize("week", ["2025-W02", "2025-W26", "2026-W02"])
def test_the_progress_of_a_week_is_that_of_the_journal(qplan, entries, week):
    found = answer(qplan, "weekly", "--week", week)
    within = [entry for entry in entries if found["from"] <= entry["effective_on"] <= found["to"]]
    within = [entry for entry in within if entry["kind"].partition(".")[0] in ("task", "milestone")]
    undone = {json.loads(entry["body"]).get("info", {}).get("undoes") for entry in within}
    applies = [
        entry for entry in within if entry["seq"] not in undone and not entry["kind"].endswith(".undo")
    ]
    assert applies and {item["id"] for item in found["progress"]} == {
        entry["subject"].partition("/")[0] for entry in applies
    }
    assert {entry["seq"] for item in found["progress"] for entry in item["entries"]} == {
        entry["seq"] for entry in applies
    }
    eve = tasks_on(entries, date.fromisoformat(found["from"]) - timedelta(1))
    now = tasks_on(entries, date.fromisoformat(found["to"]))
    for item in found["progress"]:
        for field in ("status", "progress", "deadline", "lead"):
            was = item["before"].get(field, item[field])
            assert (was, item[field]) == (eve[item["id"]][field], now[item["id"]][field]), (item["id"], field)


@pytest.mark.parametrize("week", ["2025-W40", "2026-W06"])
@pytest.mark.parametrize("dept", [None, "zjj"])
def test_a_trend_is_that_of_the_journal(qplan, entries, week, dept):
    only = () if dept is None else ("--dept", dept)
    points = answer(qplan, "weekly", "--week", week, *only)["trend"]
    assert len(points) == 26 and points[-1]["week"] == week
    for point in points:
        on = date.fromisoformat(point["on"])
        assert point["week"] == "{}-W{:02}".format(*on.isocalendar())
        led = [task for task in tasks_on(entries, on).values() if dept in (None, task["lead"])]
        assert point["overdue"] == sum(is_overdue(task, on) for task in led), point
    if week == "2026-W06":
        assert any(point["overdue"] for point in points)

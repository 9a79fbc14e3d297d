"""The calendar file, read back with the library that others read it with."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

icalendar = pytest.importorskip("icalendar", reason="icalendar is in the office extra")


def events(path):
    whole = icalendar.Calendar.from_ical(path.read_bytes())
    assert whole["version"] == "2.0" and "prodid" in whole
    return {str(event["uid"]): event for event in whole.walk("VEVENT")}


@pytest.fixture
def on(qplan, tmp_path):
    def at(day, *more):
        path = tmp_path / f"{day}.ics"
        code, _out, err = qplan("calendar", "--as-of", day, "--out", path, *more)
        assert code == 0, err
        return events(path)

    return at


def test_every_deadline_and_milestone_is_a_day_of_its_own(on, qplan):
    found = on("2025-06-30")
    tasks = json.loads(qplan("tasks", "--as-of", "2025-06-30", "--format", "json")[1])["items"]
    goals = json.loads(qplan("milestones", "--as-of", "2025-06-30", "--format", "json")[1])["items"]
    days = {uid.partition("@")[0]: event.decoded("dtstart") for uid, event in found.items()}
    assert days == {
        **{task["id"]: date.fromisoformat(task["deadline"]) for task in tasks},
        **{goal["id"]: date.fromisoformat(goal["due"]) for goal in goals},
    }
    for event in found.values():
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(1)
        assert "dtstamp" in event and not event.errors


def test_an_extension_keeps_the_uid_and_raises_the_sequence(on):
    before, after = on("2026-01-08"), on("2026-01-09")
    assert set(before) == set(after)
    uid = next(uid for uid in before if uid.startswith("C7.3@"))
    assert (before[uid].decoded("dtstart"), after[uid].decoded("dtstart")) == (
        date(2025, 12, 31),
        date(2026, 2, 13),
    )
    assert int(after[uid]["sequence"]) > int(before[uid]["sequence"])
    assert all(int(after[u]["sequence"]) >= int(before[u]["sequence"]) for u in before)
    assert "2025-12-31" in str(after[uid]["description"])


def test_open_days_ring_and_finished_ones_do_not(on):
    found = on("2026-02-14")
    ringing = {uid for uid, event in found.items() if event.walk("VALARM")}
    closed = {uid for uid, event in found.items() if str(event["summary"]).startswith("【已完成】")}
    assert ringing and closed and not ringing & closed
    alarm = next(iter(found[next(iter(ringing))].walk("VALARM")))
    assert alarm["action"] == "DISPLAY" and alarm.decoded("trigger") == timedelta(days=-30, hours=9)
    terminated = [e for e in on("2025-12-12").values() if str(e["summary"]).startswith("【已终止】")]
    assert all(str(event["status"]) == "CANCELLED" for event in terminated)


def test_a_department_has_its_own(on, qplan):
    found = on("2025-06-30", "--dept", "swj")
    listed = json.loads(qplan("tasks", "--dept", "swj", "--as-of", "2025-06-30", "--format", "json")[1])[
        "items"
    ]
    assert {uid.partition("@")[0].partition("/")[0] for uid in found} == {task["id"] for task in listed}


def test_a_list_without_days_is_refused(qplan, tmp_path):
    code, _out, err = qplan("tasks", "--out", tmp_path / "t.ics")
    assert code == 2 and "qplan calendar" in err

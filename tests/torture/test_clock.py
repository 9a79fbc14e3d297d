"""Clocks that are wrong, and hosts in another zone: the journal's order and the plan's days hold."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger import plans
from qplan.cli import settings
from torture.harness import assert_whole, make
from torture.test_broken import ask, own_settings  # noqa: F401 - a fixture

#: 07:30 on the 30th of June in Shanghai; still the 29th in UTC, and in Honolulu.
MORNING = datetime(2025, 6, 29, 23, 30, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return make(tmp_path / "ledger.db", plans.plan())


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(settings, "now", lambda: moment)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Pacific/Honolulu", "Pacific/Kiritimati"])
def test_the_day_is_the_plans_wherever_the_host_is(place: Path, monkeypatch: pytest.MonkeyPatch, zone: str):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        at(monkeypatch, MORNING)
        assert ask(place, "update", "T1.1", "--status", "active")[0] == 0
        listed = json.loads(ask(place, "tasks", "--format", "json")[1])
        assert listed["as_of"] == "2025-06-30"
        last = json.loads(ask(place, "log", "T1.1", "--format", "json")[1])["items"][-1]
        assert (last["recorded_at"], last["effective_on"], last["late"]) == (
            "2025-06-29T23:30:00Z",
            "2025-06-30",
            False,
        )
        assert (
            json.loads(ask(place, "show", "T1.1", "--format", "json")[1])["item"]["last_update"]
            == "2025-06-30"
        )
        assert ask(place, "update", "T1.1", "-p", "9", "--on", "2025-07-01")[0] == 2
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


def test_late_is_counted_from_midnight_of_the_plan(place: Path, monkeypatch: pytest.MonkeyPatch):
    """The deadline, 2025-12-31, is over when it is midnight in the plan's zone: 16:00 in UTC."""
    for moment, late in (
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), 0),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), 1),
    ):
        at(monkeypatch, moment)
        item = json.loads(ask(place, "show", "T1.1", "--format", "json")[1])["item"]
        assert item["overdue_days"] == late


def test_a_clock_set_back_breaks_nothing(place: Path, monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, MORNING)
    assert ask(place, "update", "T1.1", "--status", "active", "--progress", "30")[0] == 0
    at(monkeypatch, MORNING.replace(year=2023))
    before = assert_whole(place)
    code, _out, err = ask(place, "update", "T1.1", "--progress", "40")
    assert code == 1 and "2025-06-30" in err  # an entry of that day stands: one of 2023 cannot come after it
    assert ask(place, "update", "T1.2", "--status", "active")[0] == 0
    assert assert_whole(place) == before + 1
    assert "set this machine's clock" in ask(place, "doctor")[1]
    at(monkeypatch, MORNING.replace(hour=0, day=30))
    assert ask(place, "update", "T1.1", "--progress", "40")[0] == 0
    seqs = [e["seq"] for e in json.loads(ask(place, "log", "--format", "json")[1])["items"]]
    assert seqs == sorted(seqs) and len(seqs) == assert_whole(place)


def test_the_same_ledger_and_day_give_the_same_bytes(place: Path, monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, MORNING)
    ask(place, "update", "T1.1", "--status", "active")
    asked = (
        ["tasks", "--as-of", "2025-06-30"],
        ["weekly", "--week", "2025-W25"],
        ["overdue", "--as-of", "2025-06-30"],
    )
    for words in asked:
        first = ask(place, *words, "--format", "json")
        at(monkeypatch, MORNING.replace(year=2026))
        assert ask(place, *words, "--format", "json") == first and first[0] == 0
        at(monkeypatch, MORNING)

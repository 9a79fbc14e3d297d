"""What doctor finds in and around a ledger, each state with the condition for it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ledger import plans
from ledger.test_triggers import tampered
from qplan.core.model import Actor
from qplan.ledger import schema
from qplan.ledger.store import Ledger
from qplan.service import maintenance
from qplan.service.actions import WriteContext
from qplan.service.load import load
from qplan.service.maintenance import NOTE, OK, WRONG, Environment

DAY = date(2025, 3, 3)


@pytest.fixture
def place(tmp_path: Path) -> str:
    path = tmp_path / "ledger.db"
    load(
        str(path),
        plans.plan(),
        WriteContext(Actor("张", "zlb"), "2025-03-01T02:00:00Z", date(2025, 3, 1), date(2025, 3, 1)),
    )
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def doctor(place, tmp_path):
    """The checks of one name as (state, what was found), with some of the surroundings changed."""
    home = tmp_path / "home"
    home.mkdir()

    def ask(name: str, at: str = place, **changed):
        around = Environment(
            today=DAY, now="2025-03-03T01:00:00Z", config=str(tmp_path / "config.toml"), encoding="utf-8",
            language="en", shell="/bin/bash", home=str(home),
        )  # fmt: skip
        found = maintenance.doctor(at, around._replace(**changed))
        return [(check.state, check.what) for check in found if check.name == name]

    return ask


def test_a_sound_ledger_has_nothing_to_note_but_completion(place, doctor, tmp_path) -> None:
    for name in (
        "ledger file",
        "ledger",
        "schema",
        "journal",
        "working days",
        "config file",
        "encoding",
        "language",
    ):
        assert [state for state, _what in doctor(name)] == [OK], name
    assert doctor("clock") == doctor("leftovers") == doctor("templates") == doctor("seen before") == []
    assert doctor("completion") == [(NOTE, "not installed for bash")]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604, 0o601])
def test_a_file_that_others_can_read_is_noted(place, doctor, tmp_path, mode) -> None:
    """The ledger's and, for the passwords in addresses, that of the settings."""
    config = tmp_path / "config.toml"
    config.write_text("")
    for path, name in ((Path(place), "ledger file"), (config, "config file")):
        path.chmod(mode)
        assert [state for state, _what in doctor(name)] == ([OK] if mode == 0o600 else [OK, NOTE]), name


@pytest.mark.parametrize(("user", "states"), [("li", [OK]), ("li:geheim", [OK, NOTE])])
def test_a_password_in_the_address_of_a_server_is_noted_and_not_shown(doctor, user, states) -> None:
    pytest.importorskip("psycopg", reason="psycopg is in the postgres extra")
    found = doctor("ledger file", at=f"postgresql://{user}@127.0.0.1:9/plan")
    assert [state for state, _what in found] == states and "geheim" not in str(found)


@pytest.mark.parametrize(("now", "noted"), [("2025-03-01T02:00:00Z", False), ("2025-03-01T01:59:59Z", True)])
def test_an_entry_recorded_later_than_now_is_noted(doctor, now, noted) -> None:
    assert [state for state, _what in doctor("clock", now=now)] == [NOTE] * noted


@pytest.mark.parametrize(
    ("changed", "name", "expected"),
    [
        ({"encoding": "GBK"}, "encoding", (OK, "GBK")),
        ({"encoding": "UTF-8"}, "encoding", (OK, "UTF-8")),
        ({"encoding": "ascii"}, "encoding", (WRONG, "ascii cannot show Chinese")),
        ({"encoding": ""}, "encoding", (WRONG, "? cannot show Chinese")),
        ({"shell": ""}, "completion", (NOTE, "not installed for ?")),
        ({"shell": "/bin/tcsh"}, "completion", (NOTE, "not installed for tcsh")),
        ({"language_fault": "no such"}, "language", (WRONG, "no such")),
        ({"language": "zh"}, "language", (OK, "zh")),
        ({"config_fault": "line 3"}, "config file", (WRONG, "line 3")),
        ({"templates": "/none"}, "templates", (WRONG, "there is no folder /none")),
        ({"today": date(2026, 3, 3)}, "working days", (OK, "known from 2021 to 2026")),
    ],
)
def test_what_surrounds_the_program_is_found_as_it_is(doctor, changed, name, expected) -> None:
    assert doctor(name, **changed) == [expected]


def test_completion_is_installed_where_typer_puts_it(doctor, tmp_path) -> None:
    script = tmp_path / "home" / ".bash_completions" / "qplan.sh"
    script.parent.mkdir()
    script.write_text("")
    assert doctor("completion") == [(OK, "bash")]
    assert doctor("completion", shell="/bin/zsh") == [(NOTE, "not installed for zsh")]


def test_working_days_of_a_year_that_is_not_published_are_named(doctor) -> None:
    """Of the years from the plan's first to its last or to this one."""
    ((state, what),) = doctor("working days", today=date(2031, 1, 1))
    assert state == NOTE and "2030" in what and "2031" in what and "2021" not in what


def test_leftovers_are_named_until_they_are_swept(place, doctor, tmp_path) -> None:
    kept = Path(f"{place}.0123.replaced")
    os.link(place, kept)
    ((state, what),) = doctor("leftovers")
    assert state == NOTE and str(kept) in what
    assert doctor("leftovers", sweep=True) == [(OK, f"removed: {kept}")] and not kept.exists()
    assert doctor("leftovers", sweep=True) == [(OK, "removed: 0")]
    Path(f"{place}.0123.replaced").write_text("another file of that name")
    assert doctor("leftovers") == []


@pytest.mark.parametrize(
    ("mode", "safe", "state"), [("wal", False, WRONG), ("wal", True, OK), ("delete", False, OK)]
)
def test_a_journal_mode_that_can_damage_the_file_is_wrong(doctor, monkeypatch, mode, safe, state) -> None:
    monkeypatch.setattr(schema, "journal_mode", lambda _connection: mode)
    monkeypatch.setattr(schema, "wal_is_safe", lambda: safe)
    assert [found for found, _what in doctor("journal mode")] == [state]


def test_no_ledger_is_no_fault_and_what_is_none_is(doctor, tmp_path) -> None:
    assert [state for state, _what in doctor("ledger", at=str(tmp_path / "none.db"))] == [NOTE]
    (tmp_path / "text.db").write_text("no ledger " * 1000)
    assert [state for state, _what in doctor("ledger", at=str(tmp_path / "text.db"))] == [WRONG]


def test_rows_are_exported_in_the_plan_s_order_retired_ones_included(place) -> None:
    load(
        place,
        plans.plan(3),
        WriteContext(Actor("张", "zlb"), "2025-03-02T02:00:00Z", date(2025, 3, 2), date(2025, 3, 2)),
    )
    with Ledger.open(place) as ledger:
        rows = maintenance.export_rows(ledger)
    assert [(one["id"], one["retired"]) for one in rows["task"]] == [
        ("T1", 0), ("T1.1", 0), ("T1.2", 0), ("T1.3", 0), ("T1.4", 1), ("C1.1", 0),
    ]  # fmt: skip
    assert [one["id"] for one in rows["department"]] == ["zlb", "scjg", "fgj"]


def test_a_ledger_that_does_not_verify_is_wrong_with_its_first_finding(place, doctor) -> None:
    with closing(sqlite3.connect(place)) as db:
        tampered(db, "UPDATE event SET actor = 'somebody' WHERE seq = 2", "event_no_update")
    ((state, what),) = doctor("journal")
    assert state == WRONG and "its content is not what was hashed" in what

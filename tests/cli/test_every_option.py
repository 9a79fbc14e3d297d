"""Every option of every command, with values that people and programs give by mistake.

The command table is the list of what is tried: a command or option that is new is tried without a line here,
unless it needs arguments, which :data:`WORDS` gives.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import Any

import pytest

from qplan.cli import settings
from qplan.cli.app import COMMANDS, app
from qplan.cli.lazy import LazyGroup, program
from qplan.cli.options import READ, WRITE
from qplan.cli.settings import SETTINGS
from torture.harness import LONG

#: Exit numbers of docs/reliability and ``qplan --help``.
DOCUMENTED = range(6)

#: What is typed by mistake for any value.
VALUES = {
    "empty": "",
    "blank": "\u3000",
    "wrong case": "sCjG",
    "huge number": "9" * 40,
    "huge text": "长" * 5000,
    "negative": "-1",
    "zero": "0",
    "full width": "１２％",
    "control": "a\x1b[2J\x07",
    "separator": "a\u2028b",
    "path": "../none/x",
    "folder": ".",
    "format": "{0}%s[/nope]",
    "quote": "';--\"",
    "day": "9999-12-31",
    "surrogate": "\udcff",
}

#: Command -> the words that it needs to do something; those before come first in its cycle.
WORDS: dict[str, tuple[str, ...]] = {
    "show": ("T1.1",),
    "update": ("T1.1", "--progress", "10"),
    "report": ("T1.1", "--progress", "10"),
    "accept": ("T1.1",),
    "dispute": ("C1.2", "--reason", "x"),
    "block": ("T1.1", "--difficulty", "x", "--needs", "y"),
    "resume": ("T1.1",),
    "submit": ("T1.1", "--evidence", "文1号"),
    "approve": ("T1.1", "--yes"),
    "return": ("T1.1", "--note", "x"),
    "extend": ("T1.1", "--to", "2027-01-31"),
    "assign": ("T1.1", "--owner", "x"),
    "confirm": ("T1.1",),
    "urge": ("T1.1",),
    "terminate": ("T1.1", "--document", "x"),
    "reopen": ("T1.1", "--reason", "x"),
    "milestone": ("done", "T1.1/m1"),
    "measure": ("I1", "--year", "2024", "--value", "1", "--source", "x"),
    "target": ("I10", "--value", "1", "--document", "x"),
    "notice": ("T1.1",),
    "forms": ("--out", "forms", "--dept", "wjj"),
    "weekly": ("--format", "json"),
    "collect": ("none.xlsx",),
    "seal": (),
    "backup": ("copy.db",),
    "restore": ("copy.db", "--yes"),
    "import": ("journal.jsonl", "--ledger", "new.db"),
    "move": ("--to", "moved.db"),
    "config": ("get", "lang"),
    "roles": ("--sql",),
    "plan from-table": ("none.csv", "--out", "plan"),
    "plan from-document": ("none.txt", "--out", "plan"),
    "plan coverage": ("--source", "none.txt"),
    "plan template": ("--out", "empty.xlsx"),
}  # fmt: skip


def options() -> list[tuple[str, str]]:
    """Every option that takes a value, with the command that it is tried with."""
    group = program(app)
    tried: set[object] = set()
    found: list[tuple[str, str]] = []

    def walk(group: Any, path: tuple[str, ...]) -> None:
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            if isinstance(command, LazyGroup):
                walk(command, (*path, name))
                continue
            kind = group.entries[name].kind
            for param in command.params:
                if param.param_type_name != "option" or param.is_flag or param.name == "help":
                    continue
                # an option that several commands share is one: it is tried with the first of each kind,
                # in a long run with each command
                same = (kind, *param.opts, param.metavar, param.help)
                if same in tried and not LONG:
                    continue
                tried.add(same)
                found.append((" ".join((*path, name)), max(param.opts, key=len)))

    walk(group, ())
    return found


OPTIONS = options()


def forget() -> None:
    """Let the program see a ledger for the first time, which a test has put back."""
    shutil.rmtree(settings.heads_folder(), ignore_errors=True)


@pytest.fixture
def world(qplan, loaded, tmp_path, monkeypatch):
    """The program in an empty folder with a ledger that is put back after each call."""
    ledger, folder = tmp_path / "ledger.db", tmp_path / "here"
    monkeypatch.setenv("QPLAN_CONFIG", str(tmp_path / "config.toml"))
    config = tmp_path / "config.toml"
    kept = loaded.read_bytes()

    def call(*words: str):
        if not ledger.exists() or ledger.read_bytes() != kept:
            shutil.copy(loaded, ledger)
            forget()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        config.write_text("")
        monkeypatch.chdir(folder)
        answer = qplan(*words)
        return answer, ledger.read_bytes() != kept, sorted(os.listdir(folder))

    return call


def check(words: tuple[str, ...], answer: Any, changed: bool, files: list[str]) -> str | None:
    """What is wrong with an answer; None for one that is as documented."""
    if answer.code not in DOCUMENTED:
        return f"exit {answer.code}"
    if "Traceback" in answer.err or "inside qplan" in answer.err:
        return answer.err
    if answer.code and not answer.err and not answer.out:
        return "fails without a word"
    if answer.code and (changed or files):
        return f"refused, but changed: {'ledger ' if changed else ''}{files}"
    entry = COMMANDS.get(words[0])
    if changed and entry is not None and entry.kind == READ:
        return "a reading command changed the ledger"
    return None


@pytest.mark.parametrize("command", sorted({command for command, _option in OPTIONS}))
def test_no_value_of_an_option_ends_in_a_traceback_or_half_a_change(world, command):
    faults = []
    for name, option in OPTIONS:
        if name != command:
            continue
        base = [*command.split(), *WORDS.get(command, ())]
        if option in base:
            place = base.index(option)
            del base[place : place + 2]
        for kind, value in VALUES.items():
            words = (*base, f"{option}={value}")
            if fault := check(words, *world(*words)):
                faults.append((option, kind, fault))
        words = (*base, option, "x", option, "y")
        if fault := check(words, *world(*words)):
            faults.append((option, "twice", fault))
    assert faults == []


def arguments() -> list[tuple[str, int]]:
    """Every argument of every command, by its place among them."""
    group = program(app)
    found: list[tuple[str, int]] = []

    def walk(group: Any, path: tuple[str, ...]) -> None:
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            if isinstance(command, LazyGroup):
                walk(command, (*path, name))
                continue
            named = [param for param in command.params if param.param_type_name == "argument"]
            found.extend((" ".join((*path, name)), place) for place in range(len(named)))

    walk(group, ())
    return found


def places(words: tuple[str, ...]) -> list[int]:
    """Where the arguments are among a command's words; options there have a value each, but for flags."""
    found, value = [], False
    for place, word in enumerate(words):
        if not value and not word.startswith("-"):
            found.append(place)
        value = not value and word.startswith("-") and word not in ("--yes", "--sql")
    return found


def test_each_command_is_given_the_words_that_it_needs(world):
    """Else its options are tried with a call that ends before it reads them."""
    for command in sorted({command for command, _option in OPTIONS}):
        answer, _changed, _files = world(*command.split(), *WORDS.get(command, ()))
        assert "is missing" not in answer.err, f"{command}: add a line to WORDS"


@pytest.mark.parametrize("command", sorted({command for command, _place in arguments()}))
def test_no_value_of_an_argument_ends_in_a_traceback_or_half_a_change(world, command):
    faults = []
    for _command, number in (one for one in arguments() if one[0] == command):
        given = WORDS.get(command, ())
        at = places(given)
        for kind, value in VALUES.items():
            words = list(given)
            if number < len(at):
                words[at[number]] = value
            else:
                words.append(value)
            for call in ((*command.split(), *words), (*command.split(), "--", *words)):
                if fault := check(call, *world(*call)):
                    faults.append((call[:4], kind, fault))
    assert faults == []


def commands(kind: str) -> list[str]:
    """The commands of a kind, those of groups left out."""
    return [
        name
        for name, entry in COMMANDS.items()
        if entry.kind == kind and name not in ("overview", "plan", "collect")
    ]


#: The task T1.1 is led by xzsp and supported by fgj.
ROLES = ("office", "lead@xzsp", "supporter@fgj", "another@tjj")


@pytest.mark.parametrize("actor", ROLES)
def test_every_write_twice_as_each_role_is_taken_or_refused(qplan, ledger, actor):
    faults = []
    for state in ((), ("accept", "T1.1"), ("submit", "T1.1", "--evidence", "文1号")):
        if state:
            assert qplan(*state, "--actor", "lead@xzsp").code == 0
        kept = ledger.read_bytes()
        for command in commands(WRITE):
            words = (command, *WORDS.get(command, ()), "--actor", actor, "--yes")
            words = tuple(dict.fromkeys(words))
            for time in ("first", "second"):
                before = ledger.read_bytes()
                answer = qplan(*words)
                if fault := check(words, answer, ledger.read_bytes() != before, []):
                    faults.append((words, time, state, fault))
            assert qplan("verify").code == 0, words
            ledger.write_bytes(kept)
            forget()
    assert faults == []


@pytest.mark.parametrize("day", ["2020-12-31", "2021-01-01", "2027-11-23", "2199-12-31"])
def test_every_read_of_a_day_before_the_plan_and_years_ahead_is_an_answer(qplan, ledger, day):
    before, faults = ledger.read_bytes(), []
    for command in commands(READ):
        for more in ((), ("--format", "json")):
            words = (command, *WORDS.get(command, ()), "--as-of", day, *more)
            words = tuple(dict.fromkeys(words))
            answer = qplan(*words)
            if fault := check(words, answer, ledger.read_bytes() != before, []):
                faults.append((words, fault))
            elif answer.code not in (0, 1, 2):
                faults.append((words, answer.code))
    assert faults == []


@pytest.mark.parametrize("year", [2020, 2027, 2199])
def test_every_read_on_a_machine_whose_clock_stands_elsewhere_is_an_answer(qplan, ledger, year):
    before, faults = ledger.read_bytes(), []
    qplan.at(datetime(year, 11, 23, 1, 30, tzinfo=UTC))
    for command in commands(READ):
        for more in ((), ("--format", "json"), ("--format", "html")):
            words = tuple(dict.fromkeys((command, *WORDS.get(command, ()), *more)))
            answer = qplan(*words)
            if fault := check(words, answer, ledger.read_bytes() != before, []):
                faults.append((words, fault))
            elif answer.code not in (0, 1, 2):
                faults.append((words, answer.code))
    assert faults == []
    assert qplan("verify").code == 0


@pytest.mark.parametrize("name", SETTINGS)
def test_no_value_of_a_setting_stops_the_commands_that_would_mend_it(
    world, qplan, tmp_path, monkeypatch, name
):
    faults = []
    for kind, value in VALUES.items():
        words = ("config", "set", name, value)
        if fault := check(words, *world(*words)):
            faults.append((name, kind, fault))
        for after in (
            ("--help",),
            ("--version",),
            ("config",),
            ("doctor",),
            ("config", "unset", name),
            ("tasks",),
        ):
            answer = qplan(*after)
            if answer.code not in DOCUMENTED or "Traceback" in answer.err or "inside qplan" in answer.err:
                faults.append((name, kind, after, answer.err))
            if after[0] in ("--help", "--version", "config") and answer.code not in (
                0,
                2 if "unset" in after else 0,
            ):
                faults.append((name, kind, after, answer))
    assert faults == []

"""The benchmarks report what they measured, and go on where a comparison cannot be measured."""

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
PRINTS, FAILS = [sys.executable, "-c", "print()"], [sys.executable, "-c", "raise SystemExit('no such day')"]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """``benchmarks/run.py``, which makes nothing."""
    pytest.importorskip("pty")
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(FOLDER))
    import run

    monkeypatch.setattr(run, "tidy", lambda: None)
    yield run
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(FOLDER)):
            del sys.modules[name]


def ran(
    bench: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    path: Path,
    words: list[str],
    *limits: tuple[str, float | None],
) -> tuple[int, list[dict]]:
    """The exit code and the results of comparing a command with ``print()``, a goal for each limit."""
    from goals import Goal
    from measuring import call

    goals = [
        Goal(1, "it", partial(call, words), "that", partial(call, PRINTS), most, of) for of, most in limits
    ]
    monkeypatch.setattr(bench, "MADE", {1: lambda large: iter(goals)})
    monkeypatch.setattr(sys, "argv", ["run.py", "--runs", "1", "--only", "1", "--json", str(path)])
    return bench.main(), json.loads(path.read_text("utf-8"))["goals"]


def test_a_line_for_each_goal_names_what_was_measured_and_whether_it_is_met(
    bench, monkeypatch, tmp_path, capsys
):
    limits = ("processor", 1000), ("MiB", 0.001), ("processor", None)
    code, goals = ran(bench, monkeypatch, tmp_path / "r.json", PRINTS, *limits)
    assert (code, [goal["verdict"] for goal in goals]) == (0, ["met", "NOT MET", "-"])
    assert goals[0]["measured"] == goals[0]["ratios"]["cpu"] > 0
    assert goals[1]["measured"] == goals[1]["ours"]["peak"] > 1
    printed = capsys.readouterr().out
    assert printed.count("NOT MET") == 1 and "1 of 2 goals are met" in printed


def test_a_comparison_that_fails_is_a_line_and_exit_1(bench, monkeypatch, tmp_path, capsys):
    code, [goal] = ran(bench, monkeypatch, tmp_path / "r.json", FAILS, ("processor", 1000))
    assert (code, goal["verdict"]) == (1, "ERROR")
    assert goal["why"].endswith("exit 1: no such day") and "no such day" in capsys.readouterr().out


def test_what_is_not_installed_is_skipped_with_a_notice(bench, monkeypatch, tmp_path, capsys):
    code, [goal] = ran(bench, monkeypatch, tmp_path / "r.json", ["no-such-program"], ("processor", 1000))
    assert (code, goal["verdict"], goal["measured"]) == (0, "skipped", None)
    assert capsys.readouterr().err == "skipped: no-such-program is not installed\n"


def test_a_terminal_is_one_and_has_its_width(bench):
    from measuring import on_terminal

    looks = "import os, sys; sys.exit(not (sys.stdout.isatty() and os.get_terminal_size().columns == 160))"
    assert on_terminal([sys.executable, "-c", looks]).cpu > 0
    with pytest.raises(RuntimeError, match="exit 1: it failed"):
        on_terminal([sys.executable, "-c", "raise SystemExit('it failed')"])


def test_a_synthetic_ledger_verifies_and_has_tasks_in_every_stage(bench, tmp_path):
    from datetime import date

    import synthetic

    synthetic.make_ledger(tmp_path / "small.db", 60, 1500, 1, date(2026, 3, 1))
    import inputs

    states = dict(
        inputs.ask(
            tmp_path / "small.db", "SELECT status, count(*) FROM task WHERE kind <> 'group' GROUP BY status"
        )
    )
    assert sum(states.values()) == 60 and {"active", "closed"} <= set(states)
    synthetic.command(tmp_path / "small.db", "verify")

"""The benchmarks judge what they measured, and go on where a comparison cannot be measured."""

import json
import sys
from collections.abc import Iterator
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


def goals(bench: ModuleType, monkeypatch: pytest.MonkeyPatch, **most: float | None) -> None:
    """A goal for each kind of comparison, in the order 1 prints, 2 fails, 3 is not installed."""
    from functools import partial

    from goals import CPU, MIB, Comparison, Goal, Limit
    from measuring import call

    prints = partial(call, PRINTS)
    limits = tuple(Limit({"cpu": CPU, "mib": MIB}[of], number) for of, number in most.items())

    def one(*words: str) -> Goal:
        return Goal("", lambda large: iter([Comparison("it", partial(call, words), "that", prints, limits)]))

    made = {1: one(*PRINTS), 2: one(*FAILS), 3: one("no-such-program")}
    monkeypatch.setattr(bench, "GOALS", made)


def ran(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, path: Path, *words: str
) -> tuple[int, list[dict]]:
    monkeypatch.setattr(sys, "argv", ["run.py", "--runs", "1", "--json", str(path), *words])
    return bench.main(), json.loads(path.read_text("utf-8"))["goals"]


def test_a_line_for_each_limit_says_what_was_measured_and_whether_it_is_met(
    bench, monkeypatch, tmp_path, capsys
):
    goals(bench, monkeypatch, cpu=1000, mib=0.001)
    code, [goal] = ran(bench, monkeypatch, tmp_path / "r.json", "--only", "1")
    assert (code, goal["verdict"]) == (0, "NOT MET")
    assert [(line["of"], line["verdict"]) for line in goal["lines"]] == [
        ("processor", "met"),
        ("MiB", "NOT MET"),
    ]
    assert goal["lines"][0]["measured"] == goal["lines"][0]["ratios"]["cpu"] > 0
    assert goal["lines"][1]["measured"] == goal["lines"][1]["ours"]["peak"] > 1
    assert capsys.readouterr().out.count("NOT MET") == 2


def test_a_comparison_that_fails_is_a_line_and_the_exit_code_tells(bench, monkeypatch, tmp_path, capsys):
    goals(bench, monkeypatch, cpu=1000)
    code, found = ran(bench, monkeypatch, tmp_path / "r.json", "--only", "2", "1")
    assert (code, [goal["verdict"] for goal in found]) == (1, ["ERROR", "met"])
    assert found[0]["lines"][0]["why"].endswith("exit 1: no such day")
    assert "no such day" in capsys.readouterr().out


def test_what_is_not_installed_is_skipped_with_a_notice(bench, monkeypatch, tmp_path, capsys):
    goals(bench, monkeypatch, cpu=1000)
    code, [goal] = ran(bench, monkeypatch, tmp_path / "r.json", "--only", "3")
    assert (code, goal["verdict"], goal["lines"][0]["measured"]) == (0, "skipped", None)
    assert capsys.readouterr().err == "skipped: no-such-program is not installed\n"


def test_what_has_no_limit_is_told_and_decides_nothing(bench, monkeypatch, tmp_path):
    goals(bench, monkeypatch, cpu=None, mib=100_000)
    _code, [goal] = ran(bench, monkeypatch, tmp_path / "r.json", "--only", "1")
    assert goal["verdict"] == "met"
    assert [line["verdict"] for line in goal["lines"]] == ["told", "met"]


def test_a_terminal_is_one_and_has_its_width(bench):
    from measuring import on_terminal

    looks = "import os, sys; sys.exit(not (sys.stdout.isatty() and os.get_terminal_size().columns == 160))"
    assert on_terminal([sys.executable, "-c", looks]).cpu > 0
    with pytest.raises(RuntimeError, match="exit 1: it said so"):
        on_terminal([sys.executable, "-c", "raise SystemExit('it said so')"])


def test_a_goal_is_met_in_part_where_some_of_it_was_skipped(bench):
    from goals import CPU, NOTHING, Comparison, Limit

    def line(verdict: str) -> object:
        limits = (Limit(CPU, 1.0),)
        return bench.Line(1, Comparison("it", NOTHING, "that", NOTHING, limits), limits[0], verdict)

    said = {
        ("met", "skipped"): "in part",
        ("met", "NOT MET", "skipped"): "NOT MET",
        ("NOT MET", "ERROR"): "ERROR",
    }
    assert {some: bench.verdict([line(one) for one in some]) for some in said} == said

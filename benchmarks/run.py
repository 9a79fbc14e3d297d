"""Every goal of docs/performance.md as a ratio, in one run: ``make bench``.

A and B of a ratio run in turn, A B A B …, each in a process of its own; the result is the median of
the ratios of the pairs, so that a machine that slows down slows both. A program that is not installed
is skipped with a notice.

    python benchmarks/run.py [--large] [--only GROUP …] [--runs 9] [--json FILE]

Exit: 0 everything was measured, whether it met its limit or not; 1 something could not be.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from goals import GROUPS, MADE, MIB, Goal
from inputs import FOLDER, say, tidy
from measuring import Measured, Missing, in_turn

MET, NOT_MET, NO_LIMIT, SKIPPED, ERROR = "met", "NOT MET", "-", "skipped", "ERROR"


class Result(NamedTuple):
    """A goal, whether it is met, and what was measured or why it was not."""

    goal: Goal
    verdict: str
    measured: Measured | None = None
    why: str = ""

    @property
    def figure(self) -> float | None:
        """What the limit applies to."""
        if self.measured is None:
            return None
        return self.measured.ours.peak if self.goal.of == MIB else self.measured.ratios.cpu

    def __str__(self) -> str:
        unit = "MiB" if self.goal.of == MIB else f"× {self.goal.against}"
        detail = self.why
        if self.measured is not None:
            ours, theirs = self.measured.ours, self.measured.theirs
            detail = (
                f"{ours.cpu * 1000:.0f} / {theirs.cpu * 1000:.0f} ms, {ours.peak:.0f} / {theirs.peak:.0f} MiB"
            )
        figure, most = (f"{n:.3g}" if n is not None else "-" for n in (self.figure, self.goal.most))
        return f"{self.goal.name:58} {figure:>6} {unit:25} limit {most:5} {self.verdict:8} {detail}"

    def document(self) -> dict[str, Any]:
        """The result as JSON."""
        goal = self.goal
        return {
            "group": goal.group, "name": goal.name, "against": goal.against, "of": goal.of, "measured": self.figure,
            "limit": goal.most, "verdict": self.verdict, "why": self.why,
            **({} if self.measured is None else self.measured.document()),
        }  # fmt: skip


def measure(goal: Goal, runs: int) -> Result:
    """Measure a goal, whatever happens."""
    try:
        measured = in_turn(goal.ours, goal.theirs, max(3, runs // 3) if goal.slow else runs)
    except Missing as missing:
        return Result(goal, SKIPPED, None, str(missing))
    except Exception as error:  # one that fails must not take the others with it
        return Result(goal, ERROR, None, f"{type(error).__name__}: {error}")
    result = Result(goal, NO_LIMIT, measured)
    if goal.most is None or result.figure is None:
        return result
    return result._replace(verdict=MET if result.figure <= goal.most else NOT_MET)


def run(goals: Iterable[Goal], runs: int) -> Iterator[Result]:
    """Measure goals one after another, and print each under the heading of its group."""
    group = 0
    for goal in goals:
        if goal.group != group:
            group = goal.group
            sys.stdout.write(f"\n{group}  {GROUPS[group]}\n")
        result = measure(goal, runs)
        sys.stdout.write(f"   {result}\n")
        sys.stdout.flush()
        yield result


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="with a million tasks (minutes to make, 3 GB)")
    parser.add_argument("--only", type=int, nargs="+", choices=GROUPS, default=list(GROUPS), metavar="GROUP")
    parser.add_argument("--runs", type=int, default=9, help="pairs of each comparison; slow ones a third")
    parser.add_argument("--json", type=Path, default=FOLDER / "result.json", help="the figures go there too")
    options = parser.parse_args()
    tidy()
    goals = (goal for group in options.only for goal in MADE[group](options.large))
    results = list(run(goals, options.runs))
    document = {
        "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version, "large": options.large,
        "goals": [result.document() for result in results],
    }  # fmt: skip
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    verdicts = [result.verdict for result in results]
    for why in dict.fromkeys(result.why for result in results if result.verdict == SKIPPED):
        say(f"skipped: {why}")
    limited = verdicts.count(MET) + verdicts.count(NOT_MET)
    sys.stdout.write(f"\n{verdicts.count(MET)} of {limited} goals are met\n")
    return int(ERROR in verdicts)


if __name__ == "__main__":
    sys.exit(main())

"""Every goal of docs/performance.md as a ratio, in one run: ``make bench``.

A and B of a ratio run in turn, A B A B …, each in a process of its own; what counts is the median
of the ratios of the pairs, so that a machine that slows down slows both. Peers that are not
installed are skipped with a notice. Ledgers are made once (``build/bench``) and used again on the
same day, as long as the program makes its tables as they are.

    python benchmarks/run.py [--large] [--only GOAL …] [--runs 9] [--json FILE]

``--large`` adds a million tasks, in our ledger and in Taskwarrior: some minutes, 5 GB of disk and
9 GB of memory to make. ``--only 6`` measures that goal alone.

At the end each goal has a verdict: met, NOT MET, in part (what was skipped might not be), ERROR.

Exit: 0 everything was measured, whether it met its limit or not; 1 something could not be.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from goals import CPU, GOALS, MEMORY, MIB, Comparison, Limit
from inputs import FOLDER, TODAY, say, tidy
from measuring import Measured, Missing, in_turn

MET, NOT_MET, TOLD, SKIPPED, ERROR = "met", "NOT MET", "told", "skipped", "ERROR"
#: What a goal is whose measured lines are met, and others were skipped.
IN_PART = "in part"


class Line(NamedTuple):
    """One line of the table."""

    goal: int
    comparison: Comparison
    limit: Limit
    verdict: str
    measured: Measured | None = None
    why: str = ""  #: it was skipped or failed

    @property
    def figure(self) -> float | None:
        return None if self.measured is None else figure(self.measured, self.limit.of)

    def __str__(self) -> str:
        said = self.why
        if self.measured is not None:
            (wall, cpu, peak), (its_wall, its_cpu, its_peak) = self.measured.ours, self.measured.theirs
            said = (
                f"cpu {cpu * 1000:.0f}/{its_cpu * 1000:.0f} ms, wall {wall * 1000:.0f}/{its_wall * 1000:.0f} ms"
                f" ({ratio(self.measured.ratios.wall)}), {peak:.0f}/{its_peak:.0f} MiB"
            )
        unit = "MiB" if self.limit.of == MIB else f"× {self.comparison.against}"
        name = self.comparison.name + (", memory" if self.limit.of != CPU else "")
        return (
            f"{self.goal}  {name:52} {ratio(self.figure):>7} {unit:32} limit {ratio(self.limit.most):6}"
            f" {self.verdict:8} {said}  {self.comparison.note}"
        ).rstrip()

    def document(self) -> dict[str, Any]:
        return {
            "name": self.comparison.name, "against": self.comparison.against, "of": self.limit.of,
            "measured": self.figure, "limit": self.limit.most, "verdict": self.verdict,
            "why": self.why, "note": self.comparison.note,
            **({} if self.measured is None else self.measured.document()),
        }  # fmt: skip


def figure(measured: Measured, of: str) -> float:
    return {CPU: measured.ratios.cpu, MEMORY: measured.ratios.peak, MIB: measured.ours.peak}[of]


def ratio(number: float | None) -> str:
    """``1.25``, and ``1/14.3`` for less than a half."""
    if number is None:
        return "-"
    return f"1/{1 / number:.3g}" if 0 < number < 0.5 else f"{number:.3g}" if number >= 10 else f"{number:.2f}"


def lines(goal: int, comparison: Comparison, runs: int) -> Iterator[Line]:
    """Measure a comparison: a line for each of its limits, whatever happens."""
    measured, said, why = None, "", ""
    try:
        measured = in_turn(comparison.ours, comparison.theirs, max(3, runs // 3) if comparison.slow else runs)
    except Missing as missing:
        said, why = SKIPPED, str(missing)
    except Exception as error:  # one that fails must not take the others with it
        said, why = ERROR, f"{type(error).__name__}: {error}"
    for limit in comparison.limits:
        if measured is not None:
            most, found = limit.most, figure(measured, limit.of)
            said = TOLD if most is None else MET if found <= most else NOT_MET
        yield Line(goal, comparison, limit, said, measured, why)


def verdict(found: list[Line]) -> str:
    """The verdict on a goal: the worst of its lines, those that have a limit."""
    judged = {line.verdict for line in found if line.limit.most is not None or line.verdict == ERROR}
    if judged == {MET, SKIPPED}:
        return IN_PART
    return next((one for one in (ERROR, NOT_MET, MET) if one in judged), SKIPPED)


def main() -> int:
    """The command line."""
    known = "\n".join(f"  {number}  {goal.says}" for number, goal in GOALS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\nThe goals:\n{known}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="with a million tasks")
    parser.add_argument(
        "--only", type=int, nargs="+", choices=GOALS, default=list(GOALS), metavar="GOAL",
        help="measure these goals alone, by their numbers: --only 6",
    )  # fmt: skip
    parser.add_argument("--runs", type=int, default=9, help="pairs of each comparison; slow ones a third")
    parser.add_argument("--json", type=Path, default=FOLDER / "result.json", help="the figures go there too")
    asked = parser.parse_args()
    tidy()
    found: dict[int, list[Line]] = {number: [] for number in asked.only}
    try:
        for number, lines_of in found.items():
            for comparison in GOALS[number].comparisons(asked.large):
                for line in lines(number, comparison, asked.runs):
                    lines_of.append(line)
                    sys.stdout.write(f"{line}\n")
                    sys.stdout.flush()
    finally:
        document = {
            "day": TODAY.isoformat(), "python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version,
            "large": asked.large,
            "goals": [
                {
                    "goal": number, "says": GOALS[number].says, "verdict": verdict(lines_of),
                    "lines": [line.document() for line in lines_of],
                }
                for number, lines_of in found.items()
            ],
        }  # fmt: skip
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n")
    for number, lines_of in found.items():
        met = sum(line.verdict == MET for line in lines_of)
        judged = sum(line.verdict in (MET, NOT_MET) for line in lines_of)
        sys.stdout.write(f"{number}  {verdict(lines_of):8} {met:2} of {judged:2}  {GOALS[number].says}\n")
    for why in dict.fromkeys(
        line.why for lines_of in found.values() for line in lines_of if line.verdict == SKIPPED
    ):
        say(f"skipped: {why}")
    return int(any(line.verdict == ERROR for lines_of in found.values() for line in lines_of))


if __name__ == "__main__":
    sys.exit(main())

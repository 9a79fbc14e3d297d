"""What documents say, written by hand beside them, and how much of it a reading gives.

A truth is a table, one fact a line: ``heading level clause title``, ``figure clause name operator value
unit year nature`` (the name is a part of the name that must be read, the year may stay open), ``promise
clause words`` for promises without a figure, ``either …`` for a figure that one person would
enter and another would not (neither missed nor false), ``lead``/``support clause bodies``, ``deadline clause day``,
``task clause id``.

``python tests/plan/document_truth.py [-v]`` prints the shares of every text.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from typing import NamedTuple

from qplan.plan.document.reading import Document, Target, read_document

TEXTS = Path(__file__).with_name("texts")


class Shares(NamedTuple):
    """Facts found, facts there are; what was missed and what was made up."""

    headings: tuple[int, int]
    figures: tuple[int, int]
    others: tuple[int, int]  #: bodies, days, ids, natures
    promises: int
    missed: list[str]
    false: list[str]


def read_truth(path: Path) -> list[list[str]]:
    """The facts of a truth file."""
    with path.open(encoding="utf-8") as file:
        return [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row]


def compare(document: Document, truth: list[list[str]]) -> Shares:
    """How much of the truth a reading gives, and what it gives beyond it."""
    missed: list[str] = []
    headings = [row for row in truth if row[0] == "heading"]
    read = {(str(one.level), one.clause, one.title) for one in document.headings()}
    found = [row for row in headings if (row[1], row[2], row[3]) in read]
    missed += ["\t".join(row) for row in headings if row not in found]
    figures = [row for row in truth if row[0] == "figure"]
    left = list(document.targets)
    met = 0
    for row in figures:
        match = next((one for one in left if states(one, row)), None)
        if match is None:
            missed.append("\t".join(row))
        else:
            left.remove(match)
            met += 1
    for row in (row for row in truth if row[0] == "either"):
        match = next((one for one in left if states(one, row)), None)
        if match is not None:
            left.remove(match)
    soft = [row for row in truth if row[0] == "promise"]
    false = [
        f"{one.clause}\t{one.promise.name}\t{one.promise.operator} {one.promise.value} {one.promise.unit}"
        for one in left
        if not any(row[1] == one.clause and row[2] in one.promise.name + one.promise.text for row in soft)
        or one.promise.value is not None
    ]
    others = [row for row in truth if row[0] in ("lead", "support", "deadline", "task")]
    right = [row for row in others if _other(document, row)]
    missed += ["\t".join(row) for row in others if row not in right]
    return Shares(
        (len(found), len(headings)),
        (met, len(figures)),
        (len(right), len(others)),
        len(document.targets),
        missed,
        false,
    )


def states(target: Target, row: list[str]) -> bool:
    """Whether a promise that was read is the figure of this row."""
    _kind, clause, name, operator, value, unit, *rest = [*row, "", ""]
    year, nature = rest[0], rest[1] if len(rest) > 1 else ""
    one = target.promise
    return (
        target.clause == clause
        and name in one.name
        and (one.operator, one.value or "", one.unit) == (operator, value, unit)
        and (not year or str(one.year) == year)
        and (not nature or (target.row is not None and target.row.nature == nature))
    )


def _other(document: Document, row: list[str]) -> bool:
    heading = next((one for one in document.headings() if one.clause == row[1]), None)
    if heading is None:
        return False
    if row[0] == "task":
        return heading.id == row[2]
    if row[0] == "deadline":
        return document.deadline(heading) == row[2]
    bodies = heading.duty.leads if row[0] == "lead" else heading.duty.supports
    wanted = [row[2]] if row[2].isascii() else row[2].split()
    return list(bodies) == wanted


def texts() -> list[Path]:
    """The texts that have a truth beside them."""
    return sorted(
        path for path in TEXTS.iterdir() if path.suffix != ".tsv" and path.with_suffix(".tsv").exists()
    )


def main() -> None:
    """Print the shares of every text, with ``-v`` what was missed and made up."""
    names = [Path(arg) for arg in sys.argv[1:] if not arg.startswith("-")]
    for path in names or texts():
        began = time.perf_counter()
        document = read_document(path)
        taken = time.perf_counter() - began
        truth = path.with_suffix(".tsv")
        shares = compare(document, read_truth(truth if truth.exists() else TEXTS / f"{path.stem}.tsv"))
        parts = [
            f"{name} {a}/{b}"
            for name, (a, b) in zip(("headings", "figures", "bodies, days, ids"), shares[:3], strict=True)
        ]
        print(
            f"{path.name}: {', '.join(parts)}, false {len(shares.false)} of {shares.promises}, {taken:.2f} s"
        )
        if "-v" in sys.argv:
            print(
                "\n".join(
                    [
                        *(f"  missed {one}" for one in shares.missed),
                        *(f"  false  {one}" for one in shares.false),
                    ]
                )
            )
            print("\n".join(f"  asked  {one.place} {one.what}" for one in document.questions))


if __name__ == "__main__":
    main()


def promises(document):
    """Clause, operator, value and unit of every promise, in the order of the text."""
    return [(t.clause, t.promise.operator, t.promise.value, t.promise.unit) for t in document.targets]

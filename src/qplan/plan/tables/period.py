"""Which year a table is about, and from when to when its plan runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from qplan.i18n import _
from qplan.plan.questions import Question
from qplan.plan.tables.grid import Grid, text_of

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_RANGE = re.compile(r"(?<!\d)(20\d\d)年?\s*[-—–~～至到]+\s*(20\d\d)(?!\d)")
_LATER = re.compile(r"(?<!\d)(20\d\d)(?=年|[-./]\d)")


class Period(NamedTuple):
    """``year`` is that of months without one; None for ``cell`` where the caller gave the year."""

    year: int
    begins: date
    ends: date
    questions: tuple[Question, ...] = ()


def find_period(
    grids: Sequence[Grid], name: str, today: date, year: int | None, begins: date | None, ends: date | None
) -> Period:
    """The period that the options, the titles, the file's name or the days in the cells give, in this order."""
    first, last, questions = _years(grids, name, today, year)
    start, end = begins or date(first, 1, 1), ends or date(last, 12, 31)
    if year is None and last > first:
        what = _("the table covers {first} to {last}; a month without a year is read as in {first}").format(
            first=first, last=last
        )
        questions.append(Question("", what, _("another year: --year YEAR")))
    return Period(year or first, start, max(start, end), tuple(questions))


def _years(
    grids: Sequence[Grid], name: str, today: date, year: int | None
) -> tuple[int, int, list[Question]]:
    if year is not None:
        return year, year, []
    for text in (*_titles(grids), name):
        found = _RANGE.search(text)
        if found and int(found[1]) <= int(found[2]) <= int(found[1]) + 20:
            return int(found[1]), int(found[2]), []
        single = _YEAR.search(text)
        if single:
            return int(single[1]), int(single[1]), []
    named = Counter(int(found) for text in _texts(grids) for found in _LATER.findall(text))
    if named:
        usual = min(named.items(), key=lambda one: (-one[1], one[0]))[0]
        what = _("no title names the year; {year} is the one that most deadlines name").format(year=usual)
    else:
        usual = today.year
        what = _("the table names no year; it is read as {year}, this year").format(year=usual)
    return usual, usual, [Question("", what, _("another year: --year YEAR"))]


def _titles(grids: Sequence[Grid]) -> Iterable[str]:
    """The lines above a table, which hold one text, and the names of the sheets."""
    for grid in grids:
        yield from grid.before
        for row in grid.rows[:6]:
            texts = [text_of(value) for value in row if value is not None]
            if len(texts) == 1:
                yield texts[0]
            elif len(texts) > 2:
                break
    yield from (grid.sheet for grid in grids)


def _texts(grids: Sequence[Grid]) -> Iterable[str]:
    for grid in grids:
        for row in grid.rows[:2000]:
            yield from (text_of(value) for value in row if value is not None)

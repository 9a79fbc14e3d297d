"""The duty to report: periods, their cut-off days, and which reports have no content.

A report of a period is made from its first day on; after the cut-off it is late, and some days later it
no longer counts for that period. A report counts for one period: for the last one, late, where the task had none
in time there, else for the one that it is made in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from qplan.core import calendar
from qplan.core.calendar import Clock, Week, shifted
from qplan.core.rules import Empty, Reporting

WEEK, MONTH, QUARTER = "week", "month", "quarter"

#: What became of a task's report in a period.
IN_TIME, LATE, EMPTY, MISSING, PENDING = "in_time", "late", "empty", "missing", "pending"
OUTCOMES = (IN_TIME, LATE, EMPTY, MISSING, PENDING)

#: Texts of a report that say what was done, what hinders and what comes next.
TEXTS = ("note", "difficulty", "needs", "next_step")


#: Days and periods, whose figures say nothing about the work.
_DATES = r"\d{4}-\d{1,2}-\d{1,2}|第?\d+\s*[年月日号周季]度?"
_CHINESE_FIGURE = "[一二三四五六七八九十百千万亿两]+[个项家次人户场份亩吨米处台套件公里]"


class Period(NamedTuple):
    """A week, a month or a quarter: ``2026-W48``, ``2026-11``, ``2026-Q4``."""

    every: str
    first: date
    last: date

    def __str__(self) -> str:
        if self.every == WEEK:
            return str(Week.of(self.first))
        if self.every == MONTH:
            return f"{self.first.year}-{self.first.month:02d}"
        return f"{self.first.year}-Q{(self.first.month + 2) // 3}"

    @classmethod
    def of(cls, every: str, when: date) -> Self:
        """Return the period that a day lies in."""
        if every == WEEK:
            week = Week.of(when)
            return cls(every, week.first, week.last)
        months = 1 if every == MONTH else 3
        first = date(when.year, (when.month - 1) // months * months + 1, 1)
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        return cls(every, first, shifted(date(year, month + 1, 1), -1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the period that ``2026-W48``, ``2026-11`` or ``2026-Q4`` names; ValueError for anything else."""
        if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
            return cls.of(QUARTER, date(int(found[1]), int(found[2]) * 3, 1))
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
            return cls.of(MONTH, date(int(found[1]), int(found[2]), 1))
        return cls.of(WEEK, Week.parse(text).first)

    @property
    def before(self) -> Period:
        """The period before it."""
        return type(self).of(self.every, shifted(self.first, -1))

    @property
    def after(self) -> Period:
        """The period after it."""
        return type(self).of(self.every, shifted(self.last, 1))

    def cut_off(self, rules: Reporting, clock: Clock) -> date:
        """Return the last day in time: the rules' day of the week, or of the (last) month, else the last day.

        A cut-off on a rest day moves as deadlines do (``rest_day_deadline``).
        """
        day = self.last
        if rules.due and self.every == WEEK:
            day = shifted(self.first, rules.due - 1)
        elif rules.due:
            day = min(self.last, self.last.replace(day=min(rules.due, self.last.day)))
        return calendar.due_day(day.isoformat(), clock)


def last_due(rules: Reporting, clock: Clock) -> Period:
    """Return the last period whose cut-off has passed before the clock's day, or falls on it."""
    period = Period.of(rules.every, clock.today)
    while period.cut_off(rules, clock) > clock.today:
        period = period.before
    return period


def has_content(before: Mapping[str, Any], after: Mapping[str, Any], rules: Empty) -> bool:
    """Whether a report has content, by what it changed and the rules for what has none.

    Whatever changes progress or status, names evidence, or asks for an extension has. A text has where it
    holds a figure, or is long enough without the phrases that mean nothing.
    """
    if "status" in after or after.get("evidence") or after.get("extension_to") or after.get("dispute"):
        return True
    if "progress" in after and after["progress"] != before.get("progress"):
        return True
    text = re.sub(_DATES, "", "".join(after[name] for name in TEXTS if after.get(name)))
    if any(character.isdigit() for character in text) or re.search(_CHINESE_FIGURE, text):
        return True
    for phrase in sorted(rules.phrases, key=len, reverse=True):
        text = text.replace(phrase, "")
    left = re.sub(r"[\W_]", "", text)
    return bool(left) and len(left) >= rules.min_characters and not rules.needs_figure

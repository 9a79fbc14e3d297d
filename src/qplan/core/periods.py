"""The period that a figure is of: a year, half-year, quarter or month, as ``2024``, ``2024-H1``, ``2024-Q2``, ``2024-06``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache

from qplan.core.calendar import day
from qplan.core.model import IMMEDIATE, ONGOING, Actual
from qplan.core.names import plain, shown
from qplan.errors import BadInput
from qplan.i18n import _

_FORM = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?")
_SHORT_MONTH = re.compile(r"([0-9]{4})[-/.]([1-9])")


def parse_period(text: str, name: str, on: date) -> str:
    """The period that somebody typed, such as ``2024-06``, ``2024-Q2``, ``2024年6月``; one without a year is of ``on``'s.

    Raises BadInput for a text that is none, and for a period that has not begun by ``on``.
    """
    typed = plain(text).upper()
    if short := _SHORT_MONTH.fullmatch(typed):
        typed = f"{short[1]}-0{short[2]}"
    elif re.search("[年月季]", typed):
        from qplan.core.deadlines import parse_deadline

        meant = parse_deadline(typed, on.year)
        typed = meant.value or "" if not meant.doubt else ""
    if not _FORM.fullmatch(typed):
        raise BadInput(
            _("{name}: “{text}” is no period; write 2024, 2024-H1, 2024-Q2 or 2024-06."),
            name=name,
            text=shown(text),
        )
    if typed < "1949" or first_month(typed) > on.isoformat():
        raise BadInput(
            _("{name} {text}: a figure is of a period that has begun by {on}."), name=name, text=typed, on=on
        )
    return typed


def first_month(period: str) -> str:
    """The month with which a period begins, as ``2024-04``."""
    found = _FORM.fullmatch(period)
    if found is None:
        raise ValueError(period)
    year, month, quarter, half = found.groups()
    if month:
        return period
    return f"{year}-{3 * int(quarter) - 2 if quarter else 6 * int(half) - 5 if half else 1:02}"


@cache  # most tasks of a plan are due on a few days
def last_day(form: str) -> date | None:
    """The last day of a period, or of a deadline as a plan writes it; None for ``ongoing`` and ``immediate``.

    Raises ValueError for a text that is none of the forms.
    """
    if form in (ONGOING, IMMEDIATE):
        return None
    found = _FORM.fullmatch(form)
    if found is None:
        return day(form)
    year, month, quarter, half = found.groups()
    last = 3 * int(quarter) if quarter else 6 * int(half) if half else int(month or 12)
    return date(int(year), last, monthrange(int(year), last)[1])


def period_of(actual: Actual) -> str:
    """The period of a figure; of a whole year its year."""
    return actual.period or str(actual.year)


def last_day_of(actual: Actual) -> str:
    """The last day of a figure's period."""
    return str(last_day(period_of(actual)))


def in_order(actual: Actual) -> tuple[str, int]:
    """A sort key: by the last day of the period; of two that end together, the longer one is the later.

    So a year's own figure comes after those of its months, and a later month never before an earlier one.
    """
    period = period_of(actual)
    return last_day_of(actual), -int(first_month(period).replace("-", ""))


def same_kind(one: str, other: str) -> bool:
    """Whether two periods are the same part of their years: June and June, a whole year and a whole year."""
    return one[4:] == other[4:]


def period_label(period: str) -> str:
    """The period in the language in use: 2024年6月, 2024年二季度, 2024年上半年; a year stays its number."""
    found = _FORM.fullmatch(period)
    year, month, quarter, half = found.groups() if found else (period, None, None, None)
    if month:
        return _("{year}-{month:02}").format(year=year, month=int(month))
    if quarter:
        names = (_("{year} Q1"), _("{year} Q2"), _("{year} Q3"), _("{year} Q4"))
        return names[int(quarter) - 1].format(year=year)
    if half:
        return (_("{year} H1"), _("{year} H2"))[int(half) - 1].format(year=year)
    return year

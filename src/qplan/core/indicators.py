"""How far an indicator is reached.

Higher-is-better: actual ÷ target; lower-is-better: 2 − actual ÷ target, never below 0; equality is
met or not. A target without a figure has a direction: ``up`` and ``down`` compare a figure with that of the
same period of an earlier year (a whole year's also with the baseline); ``rank`` is a place, met up to
the place that is the target. What is assessed is the figure of the period that ends last; a whole year's
is later than those of its parts.
A binding indicator (约束性) that is missed is red whatever the average; one whose target the city
still has to assign (待市下达), and a direction that has nothing to compare with, is neither met nor
missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from qplan.core.model import Actual, Indicator, ids
from qplan.core.names import written
from qplan.core.periods import in_order, last_day_of, period_of, same_kind
from qplan.i18n import N_p, _, pgettext

MET, NOT_MET = "met", "not_met"

#: Operators of a target that gives a direction instead of a figure.
UP, DOWN, RANK = "up", "down", "rank"
DIRECTIONS = (UP, DOWN, RANK)

#: Operator of a target -> how it is written.
OPERATORS = {
    ">=": N_p("operator", "≥"),
    "<=": N_p("operator", "≤"),
    "=": N_p("operator", "="),
    "up": N_p("operator", "↑"),
    "down": N_p("operator", "↓"),
    "rank": N_p("operator", "leading"),
}

#: Light of an indicator -> label.
LIGHTS: dict[str, str] = {
    "red": N_p("indicator", "missed"),
    "yellow": N_p("indicator", "behind"),
    "green": N_p("indicator", "met"),
    "grey": N_p("indicator", "no figure"),
    "waiting": N_p("indicator", "to be assigned"),
    "undecided": N_p("indicator", "nothing to compare with"),
}


def light_label(code: str) -> str:
    """The label of an indicator's light in the language in use."""
    return pgettext("indicator", LIGHTS[code])


def exact(text: str) -> Decimal:
    """An exact number from decimal text; ValueError when it is none."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite():
        raise ValueError(text)
    return value


class Figures(NamedTuple):
    """The figures of an indicator by their periods, and the parts that the latest sum lacks."""

    actuals: list[Actual]
    lacking: str | None = None  #: the latest period of which only some parts have a figure
    missing: tuple[str, ...] = ()  #: the parts that have none of it


def figures_of(
    indicator: Indicator, indicators: Mapping[str, Indicator], reported: Mapping[str, Sequence[Actual]]
) -> Figures:
    """The figures of an indicator: those reported and, of one with parts, the sums of theirs.

    A period has a sum where every part has a figure of it. A figure that was reported before the plan gave
    the indicator parts stays.
    """
    own = {period_of(one): one for one in reported.get(indicator.id, ())}
    if not indicator.parts:
        return Figures(sorted(own.values(), key=in_order))
    parts = [indicators[part] for part in ids(indicator.parts) if part in indicators]
    found: dict[str, dict[str, Actual]] = {}
    for part in parts:
        for one in figures_of(part, indicators, reported).actuals:
            found.setdefault(period_of(one), {})[part.id] = one
    sums = {
        period: _sum(indicator, period, list(of.values()))
        for period, of in found.items()
        if len(of) == len(parts)
    }
    actuals = sorted({**sums, **own}.values(), key=in_order)
    partial = [next(iter(of.values())) for period, of in found.items() if period not in sums]
    last = max(partial, key=in_order, default=None)
    if last is None or (actuals and in_order(actuals[-1]) >= in_order(last)):
        return Figures(actuals)
    lacking = period_of(last)
    return Figures(actuals, lacking, tuple(one.id for one in parts if one.id not in found[lacking]))


def _sum(indicator: Indicator, period: str, figures: Sequence[Actual]) -> Actual:
    total = sum((exact(one.value) for one in figures), Decimal(0))
    source = _("sum of {parts}").format(parts=" ".join(ids(indicator.parts)))
    known = max(one.measured_on or "" for one in figures) or None
    part = None if len(period) == 4 else period
    return Actual(
        f"{indicator.id}/{period}", indicator.id, int(period[:4]), f"{total:f}", source, known, period=part
    )


def compared_with(indicator: Indicator, actuals: Sequence[Actual], actual: Actual | None) -> Actual | None:
    """The figure that a figure is compared with: that of the same period of the last year that has one.

    The first figure of a whole year is compared with the baseline, that of a part of a year with nothing.
    """
    if actual is None:
        return None
    earlier = [
        one for one in actuals if one.year < actual.year and same_kind(period_of(one), period_of(actual))
    ]
    if earlier:
        return earlier[-1]
    if actual.period or indicator.baseline is None or indicator.baseline_year is None:
        return None
    return Actual("", indicator.id, indicator.baseline_year, indicator.baseline)


def meets(indicator: Indicator, actual: Actual, before: Actual | None = None) -> bool | None:
    """Whether a figure reaches the target; None where there is nothing to compare it with."""
    value = exact(actual.value)
    if indicator.operator in (UP, DOWN):
        if before is None:
            return None
        return value > exact(before.value) if indicator.operator == UP else value < exact(before.value)
    if indicator.target is None:
        return None
    target = exact(indicator.target)
    return {">=": value >= target, "<=": value <= target, "=": value == target, RANK: value <= target}[
        indicator.operator
    ]


def attainment(indicator: Indicator, actual: Actual | None, before: Actual | None = None) -> str | None:
    """Percent with one decimal (``"98.4"``), ``met``/``not_met``, or None where it cannot be determined."""
    if actual is None or indicator.target_status != "set":
        return None
    met = meets(indicator, actual, before)
    if met is None:
        return None
    if indicator.operator in ("=", *DIRECTIONS) or exact(indicator.target or "0") == 0:
        return MET if met else NOT_MET
    value, target = exact(actual.value), exact(indicator.target or "")
    share = value / target if indicator.operator == ">=" else max(Decimal(0), 2 - value / target)
    return str((share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


def light(indicator: Indicator, actual: Actual | None, today: date, before: Actual | None = None) -> str:
    """Green met; yellow not met yet; red missed: by the figure of its last year, or binding.

    After the deadline an older figure is no evidence for the target's own year: it stays
    yellow until that year's figure is in.
    """
    if indicator.target_status != "set" or (
        indicator.target is None and indicator.operator not in DIRECTIONS
    ):
        return "waiting"
    if actual is None:
        return "grey"
    met = meets(indicator, actual, before)
    if met is None:
        return "undecided"
    if met:
        return "green"
    deadline = indicator.deadline
    over = deadline is not None and today.isoformat() > deadline and last_day_of(actual) >= deadline
    return "red" if over or indicator.nature == "binding" else "yellow"


def target_text(row: Indicator) -> str:
    """What is to be reached: ≥10家（力争）, 逐年下降, 保持前列, 前5位, 待市下达."""
    if row.target_status != "set":
        return light_label("waiting")
    sign = pgettext("operator", OPERATORS[row.operator])
    if row.target is None:
        return f"{row.qualifier or ''}{sign}"
    limit = _(" ({})").format(row.qualifier) if row.qualifier else ""
    reached = written(row.target, row.unit)
    return (_("top {}").format(reached) if row.operator == "rank" else f"{sign}{reached}") + limit

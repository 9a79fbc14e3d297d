"""How far an indicator is reached.

Higher-is-better: actual ÷ target; lower-is-better: 2 − actual ÷ target, never below 0; equality is
met or not. A target without a figure has a direction: ``up`` and ``down`` compare the figure with the
one before it, else with the baseline; ``rank`` is a place, met up to the place that is the target.
A binding indicator (约束性) that is missed is red whatever the average; one whose target the city
still has to assign (待市下达), and a direction that has nothing to compare with, is neither met nor
missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from qplan.core.model import Actual, Indicator
from qplan.i18n import N_p, pgettext

MET, NOT_MET = "met", "not_met"

#: Operators of a target that gives a direction instead of a figure.
UP, DOWN, RANK = "up", "down", "rank"
DIRECTIONS = (UP, DOWN, RANK)

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


def compared_with(indicator: Indicator, actuals: Sequence[Actual], actual: Actual | None) -> Actual | None:
    """The figure that a year's figure is compared with: the last one before it, else the baseline."""
    earlier = [one for one in actuals if actual is None or one.year < actual.year]
    if earlier:
        return earlier[-1]
    if indicator.baseline is None or indicator.baseline_year is None:
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
    over = deadline is not None and today.isoformat() > deadline and actual.year >= int(deadline[:4])
    return "red" if over or indicator.nature == "binding" else "yellow"

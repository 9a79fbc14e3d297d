"""How far an indicator is reached.

Higher-is-better: actual ÷ target; lower-is-better: 2 − actual ÷ target, never below 0; equality is
met or not. A binding indicator (约束性) that is missed is red whatever the average; one whose target
the city still has to assign (待市下达) is neither met nor missed.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from qplan.core.model import Actual, Indicator

MET, NOT_MET = "met", "not_met"

#: Light of an indicator -> (English, Chinese) label.
LIGHTS: dict[str, tuple[str, str]] = {
    "red": ("missed", "未达标"),
    "yellow": ("behind", "待赶超"),
    "green": ("met", "达标"),
    "grey": ("no figure", "无数据"),
    "waiting": ("to be assigned", "待市下达"),
}


def exact(text: str) -> Decimal:
    """An exact number from decimal text; ValueError when it is none."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite():
        raise ValueError(text)
    return value


def meets(indicator: Indicator, actual: Actual) -> bool:
    """Whether a figure reaches the target; the target must be set."""
    value, target = exact(actual.value), exact(indicator.target or "")
    return {">=": value >= target, "<=": value <= target, "=": value == target}[indicator.operator]


def attainment(indicator: Indicator, actual: Actual | None) -> str | None:
    """Percent with one decimal (``"98.4"``), ``met``/``not_met``, or None where it cannot be determined."""
    if actual is None or indicator.target is None or indicator.target_status != "set":
        return None
    value, target = exact(actual.value), exact(indicator.target)
    if indicator.operator == "=" or target == 0:
        return MET if meets(indicator, actual) else NOT_MET
    share = value / target if indicator.operator == ">=" else max(Decimal(0), 2 - value / target)
    return str((share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


def light(indicator: Indicator, actual: Actual | None, today: date) -> str:
    """Green met; yellow not met yet; red missed: by the figure of its last year, or binding.

    After the deadline an older figure is no evidence for the target's own year: it stays
    yellow until that year's figure is in.
    """
    if indicator.target_status != "set" or indicator.target is None:
        return "waiting"
    if actual is None:
        return "grey"
    if meets(indicator, actual):
        return "green"
    deadline = indicator.deadline
    over = deadline is not None and today.isoformat() > deadline and actual.year >= int(deadline[:4])
    return "red" if over or indicator.nature == "binding" else "yellow"

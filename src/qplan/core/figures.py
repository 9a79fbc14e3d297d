"""Figures people report: actuals of years, quarters and months, and targets that are assigned later, exact to the digit.

A figure is decimal text: what was typed is what is kept. A correction is a new entry that amends
the period's figure; the former one stays in the journal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qplan.core.calendar import LAST_DAY
from qplan.core.indicators import RANK
from qplan.core.model import Actor, Actual, Change, Indicator, ids
from qplan.core.names import plain
from qplan.core.periods import period_label
from qplan.core.workflow import check_texts, lines_of
from qplan.errors import BadInput, Refused
from qplan.i18n import _, joined

_EXACT = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
OPERATORS = (">=", "<=", "=", RANK)
#: Other signs that people type for them.
SIGNS = {"≥": ">=", "≧": ">=", "⩾": ">=", "≤": "<=", "≦": "<=", "⩽": "<="}


def parse_figure(text: str, name: str, unit: str | None = None) -> str:
    """The exact number somebody typed, with its unit or without, as decimal text; BadInput with the way to write it otherwise."""
    typed = plain(text).removesuffix(plain(unit or "")).rstrip()
    if _EXACT.fullmatch(typed):
        return typed
    hint = _("write digits and at most one point, such as 96.2 (up to 6 decimals)")
    if re.fullmatch(r".*%", typed):
        hint = _("leave the unit out; the indicator has one")
    elif re.fullmatch(r"-?[0-9]+,[0-9]{1,2}", typed):
        hint = _("write the decimals after a point")
    elif "," in typed or "_" in typed or " " in typed:
        hint = _("write it without separators")
    elif re.fullmatch(r"-?[0-9.]+[eE][+-]?[0-9]+", typed):
        hint = _("write all its digits, without an exponent")
    elif re.fullmatch(r"-?0[0-9].*|-?\.[0-9]+|-?[0-9]+\.", typed):
        hint = _("begin with one digit before the point, end with one after it, and no leading zeros")
    raise BadInput(_("{name}: “{text}” is not an exact number; {mend}."), name=name, text=text, mend=hint)


def measured(
    indicator: Indicator, held: Actual | None, period: str, value: str, source: str, on: date,
    note: str | None, actor: Actor, office: str, keep_day: bool = False,
) -> Change:  # fmt: skip
    """The figure of a period (``2024``, ``2024-Q2``, ``2024-06``): its first report, or a correction of what is held.

    ``keep_day``: a correction leaves the day on which the figure was known where it was.
    """
    if actor.dept not in (office, indicator.lead, *ids(indicator.support)):
        raise Refused(
            _("Figures of {id} are reported by its lead, those that support it or the office; you act for {dept}."),
            id=indicator.id, dept=actor.acts_for,
        )  # fmt: skip
    if indicator.parts:
        raise Refused(
            _("The figures of {id} are added up from {parts}; report those."),
            id=indicator.id,
            parts=joined(ids(indicator.parts)),
        )
    value, source = parse_figure(value, "--value", indicator.unit), " ".join(source.split())
    if not source:
        raise BadInput(_("Say where the figure comes from: --source."))
    _check_value(indicator, indicator.operator, indicator.unit, value)
    after: dict[str, Any] = {"value": value, "source": source, "measured_on": on.isoformat()}
    if note is not None:
        after["note"] = lines_of(note)
    check_texts({"source": source, **after})
    subject = f"{indicator.id}/{period}"
    if held is None:
        when: dict[str, Any] = {"year": int(period[:4])}
        if "-" in period:
            when["period"] = period
        return Change("actual.measure", subject, {}, {"indicator": indicator.id, **when, **after})
    if keep_day and not held.retired:
        after["measured_on"] = held.measured_on
    after["retired"] = 0
    after = {name: wanted for name, wanted in after.items() if getattr(held, name) != wanted}
    if not set(after) - {"measured_on"}:
        raise Refused(
            _("{id} of {period} is {value} already (source: {source})."),
            id=indicator.id, period=period_label(period), value=held.value, source=held.source,
        )  # fmt: skip
    before = {name: getattr(held, name) for name in after}
    return Change("actual.correct", subject, before, after)


def assigned(
    indicator: Indicator, actuals: Sequence[Actual], value: str, unit: str | None, operator: str | None,
    document: str, year: int | None, actor: Actor, office: str,
) -> Change:  # fmt: skip
    """The target that a higher level assigned (市下达), with the number of its document.

    The plan's own targets are not changed here: they are in the plan file.
    """
    if actor.dept != office:
        raise Refused(_("Targets are entered by the office; you act for {dept}."), dept=actor.acts_for)
    if indicator.target_status == "set" and not indicator.target_document:
        raise Refused(
            _("The target of {id} stands in the plan ({clause}); amend the plan's file and load it."),
            id=indicator.id,
            clause=indicator.clause,
        )
    document = " ".join(document.split())
    if not document:
        raise BadInput(_("Name the document that assigns the target: --document."))
    check_texts({"document": document})
    value = parse_figure(value, "--value")
    operator = indicator.operator if operator is None else SIGNS.get(plain(operator), plain(operator))
    if operator not in OPERATORS:
        raise BadInput(_("--operator takes one of: {keys}."), keys='">=" "<=" "=" rank')
    unit = unit or indicator.unit
    if not unit:
        raise BadInput(_("{id} has no unit yet; give --unit."), id=indicator.id)
    _check_value(indicator, operator, unit, value)
    after: dict[str, Any] = {
        "target": value, "unit": unit, "operator": operator, "target_status": "set", "target_document": document,
    }  # fmt: skip
    if unit != indicator.unit:
        if actuals:
            raise Refused(
                _("{id} has figures in {old}; give the target in {old} too, or undo them first."),
                id=indicator.id,
                old=indicator.unit,
            )
        # a baseline in the former unit cannot be compared with a target in the new one
        after |= {"baseline": None, "baseline_year": None, "baseline_clause": None}
    if year is not None:
        if not 1949 <= year <= LAST_DAY.year:
            raise BadInput(_("--year {year} is not a year."), year=year)
        after["deadline"] = f"{year}-12-31"
    after = {name: wanted for name, wanted in after.items() if getattr(indicator, name) != wanted}
    if not after:
        raise Refused(_("The target of {id} says so already."), id=indicator.id)
    return Change("indicator.target", indicator.id, {name: getattr(indicator, name) for name in after}, after)


def _check_value(indicator: Indicator, operator: str, unit: str | None, value: str) -> None:
    """A place is a whole number from 1; a share of a whole lies between 0 and 100 %; growth may go anywhere."""
    if operator == RANK:
        if Decimal(value) != int(Decimal(value)) or Decimal(value) < 1:
            raise BadInput(
                _("--value {value}: “{indicator}” is a place: write 1 for the first, 3 for the third."),
                value=value,
                indicator=indicator.name,
            )
    elif unit in ("%", "％") and "增" not in indicator.name and not 0 <= Decimal(value) <= 100:
        raise BadInput(
            _("--value {value}: “{indicator}” is a share in %, from 0 to 100."),
            value=value,
            indicator=indicator.name,
        )

"""Figures in the ledger: actuals of indicators, and targets assigned after the plan."""

from __future__ import annotations

from collections.abc import Sequence

from qplan.core import figures
from qplan.core.model import Change, Indicator, PlanHead
from qplan.core.periods import parse_period
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.store import Ledger
from qplan.service.actions import WriteContext, versioned, write_changes
from qplan.service.receipts import Receipt


def measure(
    ledger: Ledger, indicator: str, period: str, value: str, source: str, note: str | None, context: WriteContext,
    keep_day: bool = False, option: str = "--period",
) -> list[Receipt]:  # fmt: skip
    """Report, or correct, the figure of a period as known on the context's day.

    With ``keep_day`` a correction keeps the day that the figure has. BadInput, which names the option, for a
    text that names no period which has begun.
    """
    period = parse_period(period, option, context.on)

    def decide(plan: PlanHead) -> Sequence[Change]:
        row = found(ledger, indicator)
        held = ledger.actual(f"{row.id}/{period}")
        change = figures.measured(
            row, held, period, value, source, context.on, note, context.actor, plan.office, keep_day
        )
        return [change if held is None else versioned(change, held)]

    def given() -> dict[str, list[str]]:
        row = found(ledger, indicator)
        return {f"{row.id}/{period}": [figures.parse_figure(value, "--value", row.unit)]}

    return write_changes(ledger, context, decide, given, actions=("measure", "correct"))


def target(
    ledger: Ledger, indicator: str, value: str, document: str, context: WriteContext,
    unit: str | None = None, operator: str | None = None, year: int | None = None,
) -> list[Receipt]:  # fmt: skip
    """Enter the target that a document assigns."""

    def decide(plan: PlanHead) -> Sequence[Change]:
        row = found(ledger, indicator)
        actuals = ledger.actuals(row.id)
        change = figures.assigned(
            row, actuals, value, unit, operator, document, year, context.actor, plan.office
        )
        return [versioned(change, row)]

    def given() -> dict[str, list[str]]:
        return {
            found(ledger, indicator).id: [figures.parse_figure(value, "--value"), " ".join(document.split())]
        }

    return write_changes(ledger, context, decide, given, actions=("target",))


def found(ledger: Ledger, text: str) -> Indicator:
    """The indicator or target with an id in any case."""
    row = ledger.indicator(text)
    if row is None or row.retired:
        raise BadInput(_("There is no indicator {id}; list them with: qplan indicators"), id=text)
    return row

"""Lists of indicators and targets: figures, targets in words, the years as a small chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qplan.core.model import ids
from qplan.core.names import written
from qplan.i18n import N_p, _, joined, noted, pgettext
from qplan.views import DECIMAL, ID, ColumnOf, Table, View, items, table_of
from qplan.views.lists import view_of

if TYPE_CHECKING:
    from qplan.service.queries import AssessedIndicator, Snapshot


def indicators(snapshot: Snapshot, listed: list[AssessedIndicator]) -> View:
    """Indicators and targets: target, baseline, latest figure with year and source, attainment."""
    return view_of(
        snapshot, "indicators", _("Indicators"), [indicator_table(snapshot, listed)],
        lambda: {"items": [items.indicator_item(m) for m in listed]},
    )  # fmt: skip


def indicator_table(
    snapshot: Snapshot, listed: list[AssessedIndicator], key: str = "indicators", title: str = ""
) -> Table:
    """A table of indicators."""
    columns: list[ColumnOf[AssessedIndicator]] = [
        ColumnOf("id", _("id"), lambda one: one.indicator.id, ID),
        ColumnOf("name", _("indicator"), lambda one: one.indicator.name),
        ColumnOf("nature", _("nature"), lambda one: nature_label(one.indicator.nature), rank=2),
        ColumnOf("baseline", _("baseline"), _baseline, rank=3),
        ColumnOf("target", _("target"), _target),
        ColumnOf("latest", _("latest figure"), latest_text, rank=1),
        ColumnOf("source", _("source"), lambda one: one.latest.source if one.latest else None, rank=5),
        ColumnOf("trend", _("trend"), _trend, rank=4),
        ColumnOf("attainment", _("attainment"), _attainment, DECIMAL, 2),
        ColumnOf("light", _("result"), _result),
        ColumnOf("lead", _("lead"), lambda one: snapshot.department_name(one.indicator.lead), rank=1),
        ColumnOf("tasks", _("on task"), lambda one: " ".join(ids(one.indicator.tasks)), rank=4),
        ColumnOf("clause", _("clause"), lambda one: one.indicator.clause, rank=4),
    ]
    return table_of(key, title, listed, columns, _("No indicators match; qplan indicators lists all."))


# The rules of indicators are imported where there are any: they need decimal, which costs a list of tasks 3 ms.


def _target(measured: AssessedIndicator) -> str:
    from qplan.core.indicators import target_text

    return target_text(measured.indicator)


def _result(measured: AssessedIndicator) -> str:
    from qplan.core.indicators import light_label

    return light_label(measured.light)


def _baseline(measured: AssessedIndicator) -> str | None:
    row = measured.indicator
    return noted(written(row.baseline, row.unit), row.baseline_year) if row.baseline else None


def _trend(measured: AssessedIndicator) -> str | None:
    """The figures of the same kind of period as the latest."""
    from qplan.core.periods import period_of, same_kind

    latest = measured.latest
    return sparkline(
        [a.value for a in measured.actuals if latest and same_kind(period_of(a), period_of(latest))]
    )


def _attainment(measured: AssessedIndicator) -> str | None:
    from qplan.core.indicators import MET, NOT_MET

    attained = measured.attainment
    return None if attained is None else {MET: _("met"), NOT_MET: _("not met")}.get(attained, f"{attained}%")


def latest_text(measured: AssessedIndicator) -> str | None:
    """The latest figure with its period, and which parts a later sum lacks: 312人 (2024), 2025: without Q4."""
    from qplan.core.periods import period_label, period_of

    latest, unit = measured.latest, measured.indicator.unit
    texts = [noted(written(latest.value, unit), period_label(period_of(latest)))] if latest else []
    if measured.lacking:
        texts.append(
            _("{period}: no figure of {parts}").format(
                period=period_label(measured.lacking), parts=joined(measured.missing)
            )
        )
    return "\n".join(texts) or None


def nature_label(code: str | None) -> str:
    """The word for the nature of an indicator."""
    return pgettext("nature", NATURES[code]) if code else ""


NATURES = {"expected": N_p("nature", "expected"), "binding": N_p("nature", "binding")}

#: Eighths of a block; GBK has them all.
BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: list[str]) -> str | None:
    """A little line of a few figures; nothing for fewer than two."""
    if len(values) < 2:
        return None
    from decimal import Decimal

    exact = [Decimal(value) for value in values]
    low, high = min(exact), max(exact)
    if low == high:
        return BLOCKS[3] * len(exact)
    return "".join(BLOCKS[int((value - low) * 7 / (high - low))] for value in exact)

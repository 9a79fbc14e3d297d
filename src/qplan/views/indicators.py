"""Lists of indicators and targets: figures, targets in words, the years as a small chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qplan.core.model import ids
from qplan.i18n import N_p, _, joined, noted, pgettext
from qplan.views import DECIMAL, ID, Column, Table, View, items
from qplan.views.lists import Row, view_of

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
    columns = [
        Column("id", _("id"), ID),
        Column("name", _("indicator")),
        Column("nature", _("nature"), rank=2),
        Column("baseline", _("baseline"), rank=3),
        Column("target", _("target")),
        Column("latest", _("latest figure"), rank=1),
        Column("source", _("source"), rank=5),
        Column("trend", _("trend"), rank=4),
        Column("attainment", _("attainment"), DECIMAL, rank=2),
        Column("light", _("result")),
        Column("lead", _("lead"), rank=1),
        Column("tasks", _("on task"), rank=4),
        Column("clause", _("clause"), rank=4),
    ]
    rows = [indicator_row(snapshot, m) for m in listed]
    return Table(key, title, columns, rows, _("No indicators match; qplan indicators lists all."))


def indicator_row(snapshot: Snapshot, measured: AssessedIndicator) -> Row:
    """An indicator as a row for people."""
    from qplan.core import indicators as rules
    from qplan.core.periods import period_of, same_kind

    row, latest = measured.indicator, measured.latest
    unit = row.unit or ""
    reached = {rules.MET: _("met"), rules.NOT_MET: _("not met")}
    attained = measured.attainment
    return (
        row.id,
        row.name,
        pgettext("nature", NATURES[row.nature]) if row.nature else "",
        noted(f"{row.baseline}{unit}", row.baseline_year) if row.baseline else None,
        rules.target_text(row),
        latest_text(measured),
        latest.source if latest else None,
        sparkline(
            [a.value for a in measured.actuals if latest and same_kind(period_of(a), period_of(latest))]
        ),
        None if attained is None else reached.get(attained, f"{attained}%"),
        rules.light_label(measured.light),
        snapshot.department_name(row.lead),
        " ".join(ids(row.tasks)),
        row.clause,
    )


def latest_text(measured: AssessedIndicator) -> str | None:
    """The latest figure with its period, and which parts a later sum lacks: 312人 (2024), 2025: without Q4."""
    from qplan.core.periods import period_label, period_of

    latest, unit = measured.latest, measured.indicator.unit or ""
    texts = [noted(f"{latest.value}{unit}", period_label(period_of(latest)))] if latest else []
    if measured.lacking:
        texts.append(
            _("{period}: no figure of {parts}").format(
                period=period_label(measured.lacking), parts=joined(measured.missing)
            )
        )
    return "\n".join(texts) or None


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

"""Figures and charts: what a page shows above its tables, and what a terminal draws.

A chart holds plain numbers and words. Every number of it is in the JSON of its view as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from qplan.core.calendar import LIGHTS, light_label
from qplan.core.indicators import MET, NOT_MET
from qplan.core.model import CLOSED, TERMINATED
from qplan.core.workflow import status_label
from qplan.i18n import _, joined
from qplan.service.counts import Count
from qplan.service.queries import AssessedIndicator
from qplan.service.trend import Point
from qplan.service.weekly import NEAR_DAYS, Quarter, Weekly
from qplan.views import items

#: How a chart is drawn: bars of shares side by side, a line over weeks, columns over quarters, bars
#: against a target of 100 percent.
BARS, LINE, COLUMNS, TARGET = "bars", "line", "columns", "target"


class Figure(NamedTuple):
    """A number that is read first, its label, and what explains it; ``tone`` is a light or empty."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


class Series(NamedTuple):
    """One colour of a chart: a value for each category, None where there is none."""

    label: str
    values: Sequence[int | Decimal | None]
    tone: str = ""


class Chart(NamedTuple):
    """A chart: ``text`` is a sentence on what it shows, for those who do not see it."""

    key: str
    kind: str
    title: str
    axis: str  #: what the categories are
    categories: Sequence[str]
    series: Sequence[Series]
    text: str
    plan: str = ""  #: title of its plan, on a page of several


class Page(NamedTuple):
    """What a page shows above its tables."""

    figures: Sequence[Figure]
    charts: Sequence[Chart]
    screen: bool = False  #: a terminal draws the charts too


def of_week(week: Weekly, soon_days: int) -> Page:
    """The figures and the four charts of a week."""
    total = week.total
    states = [
        Figure(
            status_label(code),
            str(n),
            f"{items.share(n, total.total)}%",
            "green" if code == CLOSED else "",
        )
        for code, n in total.by_state().items()
        if n or code != TERMINATED
    ]
    against = _("{share}%, {change} against last week").format(
        share=items.share(total.overdue, total.total), change=signed(total.change)
    )
    figures = [
        Figure(_("tasks"), str(total.total), _("mean progress {percent}%").format(percent=total.progress)),
        *states,
        Figure(_("overdue"), str(total.overdue), against, "red" if total.overdue else ""),
        Figure(_("due within {n} days").format(n=NEAR_DAYS), str(len(week.due_near))),
        Figure(_("due within {n} days").format(n=soon_days), str(len(week.due_soon)), "", "blue" if week.due_soon else ""),
        Figure(_("without a recent report"), str(total.stale)),
        Figure(_("closed this week"), str(len(week.closed))),
    ]  # fmt: skip
    points = week.trend()  # none where the week is of selected tasks
    charts = [
        lights(week.by_dept),
        *([trend(points)] if points else []),
        timeline(week.timeline()),
        targets(week.core),
    ]
    return Page(figures, [chart for chart in charts if chart.categories])


def of_counts(counts: Sequence[Count], points: Sequence[Point], heading: str) -> Page:
    """The lights of each group and the trend: what a terminal draws below the counts."""
    charts = [lights(counts, heading), trend(points)]
    return Page((), [chart for chart in charts if chart.categories], screen=True)


def signed(change: int) -> str:
    """A change with its sign; ``0`` for none."""
    return f"{change:+d}" if change else "0"


def lights(counts: Sequence[Count], heading: str = "") -> Chart:
    """How many tasks of each group show which light, the group with most red ones first."""
    shown = sorted(
        (c for c in counts if c.total and c.title), key=lambda c: (-c.by_light.get("red", 0), -c.total, c.key)
    )
    series = [
        Series(light_label(code), [c.by_light.get(code, 0) for c in shown], code) for code in LIGHTS
    ]  # fmt: skip
    sums = joined(f"{one.label} {sum(int(value or 0) for value in one.values)}" for one in series)
    return Chart(
        "lights", BARS, _("Tasks by light"), heading or _("department"),
        [c.title for c in shown], series, _("All together: {sums}.").format(sums=sums),
    )  # fmt: skip


def trend(points: Sequence[Point]) -> Chart:
    """How many tasks were overdue at the end of each week."""
    first, last = points[0], points[-1]
    highest = max(point.overdue for point in points)
    return Chart(
        "trend", LINE, _("Overdue over {n} weeks").format(n=len(points)), _("week"),
        [str(point.week) for point in points],
        [Series(_("overdue"), [point.overdue for point in points], "red")],
        _("{first}: {then} overdue; {last}: {now}; the highest: {highest}.").format(
            first=first.week, then=first.overdue, last=last.week, now=last.overdue, highest=highest
        ),
    )  # fmt: skip


def timeline(quarters: Sequence[Quarter]) -> Chart:
    """When deadlines and milestones fall, and what became of them."""
    series = [
        Series(_("done"), [q.done for q in quarters], "green"),
        Series(_("missed"), [q.missed for q in quarters], "red"),
        Series(_("ahead"), [q.ahead for q in quarters], "grey"),
    ]
    done, missed, ahead = (sum(getattr(q, name) for q in quarters) for name in ("done", "missed", "ahead"))
    return Chart(
        "timeline", COLUMNS, _("Deadlines and milestones by quarter"), _("quarter"),
        [q.name for q in quarters], series,
        _("{done} done, {missed} missed, {ahead} ahead.").format(done=done, missed=missed, ahead=ahead),
    )  # fmt: skip


def targets(measured: Sequence[AssessedIndicator]) -> Chart:
    """How far each core indicator has come to its target, beside where the baseline year stood."""
    names, base, now = [], [], []
    waiting = 0
    for one in measured:
        reached = _percent(one.attainment)
        start = _percent(items.baseline_attainment(one))
        if one.indicator.target is None:
            waiting += 1
        if reached is None and start is None:
            continue
        names.append(f"{one.indicator.id} {one.indicator.name}")
        base.append(start)
        now.append(reached)
    drawn = sum(value is not None for value in now)
    return Chart(
        "targets", TARGET, _("Core indicators against their targets (target = 100%)"), _("indicator"), names,
        [Series(_("baseline"), base, "grey"), Series(_("latest figure"), now, "blue")],
        _("{shown} of {all} core indicators are drawn; {drawn} have figures, {waiting} wait for a target.").format(
            shown=len(names), all=len(measured), drawn=drawn, waiting=waiting
        ),
    )  # fmt: skip


def _percent(attained: str | None) -> Decimal | None:
    if attained is None:
        return None
    return {MET: Decimal(100), NOT_MET: None}[attained] if attained in (MET, NOT_MET) else Decimal(attained)

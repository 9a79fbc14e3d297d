"""Who has reported: counts for each department, and what became of each report that was owed."""

from __future__ import annotations

from functools import partial
from typing import Any

from qplan.core.reporting import EMPTY, IN_TIME, LATE, MISSING, OUTCOMES, PENDING, QUARTER, WEEK
from qplan.i18n import N_p, _, joined, noted, pgettext
from qplan.service.queries import Snapshot
from qplan.service.reporting import DepartmentReport, Reported, TaskReport
from qplan.views import DATE, ID, INTEGER, ColumnOf, Table, View, lists, table_of

#: What became of a report -> label.
LABELS = {
    IN_TIME: N_p("report", "in time"),
    LATE: N_p("report", "late"),
    EMPTY: N_p("report", "without content"),
    MISSING: N_p("report", "not reported"),
    PENDING: N_p("report", "not due yet"),
}


def outcome_label(outcome: str) -> str:
    """The word for what became of a report."""
    return pgettext("report", LABELS[outcome])


def reporting(snapshot: Snapshot, found: Reported) -> View:
    """The reports of a period: a table of counts, and one of the reports that were not in order."""
    counts, faults = tables(snapshot, found)
    return lists.view_of(
        snapshot, "reporting", counts.title, [counts, faults],
        lambda: payload(found),
        lead=[summary_line(found)], notes=[criteria(found)],
    )  # fmt: skip


def tables(snapshot: Snapshot, found: Reported) -> list[Table]:
    """The counts of departments and the reports that were not in order."""
    title = _("Reports of {period}, due on {day}").format(period=found.period, day=_due(found))
    return [departments_table(snapshot, found, title), faults_table(snapshot, found)]


def _due(found: Reported) -> str:
    return f"{found.cut_off} {found.rules.time}" if found.rules.time else found.cut_off.isoformat()


def payload(found: Reported) -> dict[str, Any]:
    """The reports of a period as JSON: counts and tasks of each department."""
    return {
        "period": str(found.period),
        "from": found.period.first.isoformat(),
        "to": found.period.last.isoformat(),
        "due": found.cut_off.isoformat(),
        "totals": found.totals(),
        "items": [department_item(one) for one in found.departments],
    }


def department_item(one: DepartmentReport) -> dict[str, Any]:
    """A department's counts, and what became of each report that it owed."""
    return {
        "dept": one.dept,
        "owed": one.owed,
        **{outcome: one.number(outcome) for outcome in OUTCOMES},
        "tasks": [
            {
                "id": task.item.task.id,
                "title": task.item.task.title,
                "outcome": task.outcome,
                "on": task.on,
                "actor": task.event.actor if task.event else None,
                "seq": task.event.seq if task.event else None,
            }
            for task in one.tasks
        ],
    }


def summary_line(found: Reported) -> str:
    """How many reports were owed, and what became of them."""
    totals = found.totals()
    counts = joined(f"{outcome_label(one)} {number}" for one, number in totals.items() if number)
    if not counts:
        return _("No report was owed.")
    return _("{n} reports owed: {counts}").format(n=sum(totals.values()), counts=counts)


def departments_table(snapshot: Snapshot, found: Reported, title: str) -> Table:
    """A row of counts for each department."""
    outcomes = [one for one in OUTCOMES if one != PENDING or found.totals()[PENDING]]
    columns: list[ColumnOf[DepartmentReport]] = [
        ColumnOf("id", _("id"), lambda one: one.dept, ID, 1),
        ColumnOf("title", _("department"), lambda one: snapshot.department_name(one.dept)),
        ColumnOf("owed", _("reports owed"), lambda one: one.owed, INTEGER),
        *(ColumnOf(one, outcome_label(one), partial(_number, one), INTEGER) for one in outcomes),
    ]
    return table_of("reporting", title, found.departments, columns, _("No report was owed."))


def _number(outcome: str, one: DepartmentReport) -> int:
    return one.number(outcome)


def faults_table(snapshot: Snapshot, found: Reported) -> Table:
    """The reports that were late, without content or missing, each with what was written."""
    columns: list[ColumnOf[tuple[str, TaskReport]]] = [
        ColumnOf("dept", _("department"), lambda one: snapshot.department_name(one[0])),
        ColumnOf("id", _("id"), lambda one: one[1].item.task.id, ID),
        ColumnOf("title", _("task"), lambda one: one[1].item.task.title),
        ColumnOf("outcome", _("report"), lambda one: outcome_label(one[1].outcome)),
        ColumnOf("on", _("reported on"), lambda one: one[1].on, DATE, 1),
        ColumnOf("actor", _("by"), lambda one: one[1].event.actor if one[1].event else None, rank=3),
        ColumnOf("text", _("what was written"), lambda one: _text(one[1]), rank=2),
    ]
    faults = [
        (one.dept, task)
        for one in found.departments
        for task in one.tasks
        if task.outcome in (LATE, EMPTY, MISSING)
    ]
    title = noted(_("Late, without content, or not reported"), len(faults))
    return table_of("reporting_faults", title, faults, columns, _("None."))


def _text(task: TaskReport) -> str | None:
    from qplan.core.events import changes_in
    from qplan.core.reporting import TEXTS

    if task.event is None:
        return None
    after = changes_in(task.event)["after"]
    return joined([after[name] for name in TEXTS if after.get(name)], ";") or None


def criteria(found: Reported) -> str:
    """The rules by which reports are sorted, in a sentence."""
    rules = found.rules
    every = {WEEK: _("week"), QUARTER: _("quarter")}.get(rules.every, _("month"))
    text = _("A report is owed every {every}, by {day}; one up to {late} days after it is late. It has no content when it changes neither progress nor status, names no evidence, holds no figure, and its text without the usual phrases is shorter than {n} characters (rules.yaml, reporting).")  # fmt: skip
    if rules.empty.needs_figure:
        text = _("A report is owed every {every}, by {day}; one up to {late} days after it is late. It has no content when it changes neither progress nor status, names no evidence and holds no figure (rules.yaml, reporting).")  # fmt: skip
    return text.format(every=every, day=_due(found), late=rules.late_days, n=rules.empty.min_characters)

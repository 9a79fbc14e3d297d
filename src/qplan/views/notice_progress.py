"""What a notice (督办通报) states about the week's work: who reported what, and what waits for a decision.

Official documents are in the language of the plan and name departments in full.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from qplan.core.calendar import Week
from qplan.core.pace import PACES, pace_label
from qplan.core.periods import period_label
from qplan.core.reporting import EMPTY, IN_TIME, LATE, MISSING, WEEK, Period
from qplan.i18n import N_p, _
from qplan.service.changes import TaskChange
from qplan.service.queries import Snapshot
from qplan.service.reporting import Reported
from qplan.service.weekly import Weekly
from qplan.views import ID, TEXT, Table, changes, items
from qplan.views.document import GridColumn, grid, written_date

#: The columns of the annex.
COLUMNS: tuple[GridColumn[dict[str, Any]], ...] = (
    GridColumn(N_p("document", "id"), ID, 7, itemgetter("id")),
    GridColumn(N_p("document", "task"), TEXT, 18, itemgetter("title")),
    GridColumn(N_p("document", "lead"), TEXT, 12, itemgetter("lead")),
    GridColumn(N_p("document", "before"), TEXT, 12, itemgetter("before")),
    GridColumn(N_p("document", "now"), TEXT, 13, itemgetter("now")),
    GridColumn(N_p("document", "reports and steps"), TEXT, 34, itemgetter("entries")),
    GridColumn(N_p("document", "by"), TEXT, 22, itemgetter("by")),
)


def values(snapshot: Snapshot, week: Weekly, dept: str | None = None) -> dict[str, Any]:
    """The week's progress for a template: tasks that changed, counts of reports, departments without any.

    In a department's own notice the reports are those that it made itself.
    """
    found = week.progress
    reported = [one for one in found.tasks if _reporters(one) and (dept is None or dept in _reporters(one))]
    return {
        "progress": [_change(snapshot, one) for one in found.tasks],
        "reported": len(reported),
        "advanced": sum(_advanced(one) for one in reported),
        "reporting_departments": len({who for one in reported for who in _reporters(one)}),
        "pace": [
            {
                "label": pace_label(code),
                "count": week.total.by_pace.get(code, 0),
                "share": items.share(week.total.by_pace.get(code, 0), week.total.total),
            }
            for code in PACES
        ],
        "reporting": None if week.reporting is None else _reporting(snapshot, week.reporting),
        "silent_departments": [
            {"name": snapshot.department_name(one.dept), "tasks": len(one.tasks), "open": one.open}
            for one in found.silent
        ],
    }


def _reporting(snapshot: Snapshot, found: Reported) -> dict[str, Any]:
    """The last period that was due: the departments whose reports were all in time, and those with others."""

    def with_outcome(outcome: str) -> list[dict[str, Any]]:
        return [
            {"name": snapshot.department_name(one.dept), "number": one.number(outcome)}
            for one in found.departments
            if one.number(outcome)
        ]

    return {
        "period": _named(found.period),
        "due": written_date(found.cut_off.isoformat()),
        "in_time": [
            {"name": snapshot.department_name(one.dept), "number": one.owed}
            for one in found.departments
            if one.number(IN_TIME) == one.owed
        ],
        "late": with_outcome(LATE),
        "empty": with_outcome(EMPTY),
        "missing": with_outcome(MISSING),
    }


def _named(period: Period) -> str:
    """A period as a sentence names it."""
    if period.every != WEEK:
        return period_label(str(period))
    week = Week.of(period.first)
    return _("week {number} of {year}").format(number=week.number, year=week.year)


def _reporters(one: TaskChange) -> set[str]:
    """The departments that reported on a task: a lead, or for its part a supporting department."""
    return {dept for entry in one.reports for dept in entry.depts}


def _advanced(one: TaskChange) -> bool:
    """Whether a task's progress grew."""
    return (one.after.get("progress") or 0) > (one.before.get("progress") or 0)


def _change(snapshot: Snapshot, one: TaskChange) -> dict[str, Any]:
    row = one.item.task
    return {
        "id": row.id,
        "title": row.title,
        "lead": snapshot.leads(row),
        "before": changes.state_text(one, snapshot.department_name, before=True),
        "now": changes.state_text(one, snapshot.department_name),
        "entries": changes.entries_text(snapshot, one.entries),
        "by": changes.by_text(one.reports or one.entries, snapshot.department_name),
    }


def annex(snapshot: Snapshot, week: Weekly) -> Table:
    """The week's progress as an annex, a row for each task."""
    changed = [_change(snapshot, one) for one in week.progress.tasks]
    return grid("progress", N_p("document", "Progress of the week"), changed, 4, COLUMNS)

"""What a notice (督办通报) states about the week's work: who reported what, and what waits for a decision.

Official documents are Chinese in both languages and name departments in full.
"""

from __future__ import annotations

from typing import Any

from qplan.i18n import speaking
from qplan.service.changes import TaskChange
from qplan.service.queries import Snapshot
from qplan.service.weekly import Weekly
from qplan.views import ID, INTEGER, Column, Table, changes
from qplan.views.document import Grid

#: Widths of the annex in proportion, column by column.
WIDTHS = (4, 7, 18, 12, 16, 18, 32, 14)


def values(snapshot: Snapshot, week: Weekly) -> dict[str, Any]:
    """The week's progress for a template: tasks that changed, counts of reports, departments without any."""
    found = week.progress
    reported = [one for one in found.tasks if one.reports]
    with speaking("zh"):
        return {
            "progress": [_change(snapshot, one) for one in found.tasks],
            "reported": len(reported),
            "advanced": sum(_advanced(one) for one in reported),
            "reporting_departments": len({lead for one in reported for lead in one.item.task.leads}),
            "silent_departments": [
                {"name": snapshot.department_name(one.dept), "tasks": len(one.tasks), "open": one.open}
                for one in found.silent
            ],
        }


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


def annex(snapshot: Snapshot, week: Weekly) -> Grid:
    """The week's progress as an annex, a row for each task."""
    titles = ("序号", "编号", "任务", "牵头单位", "原来", "现在", "反馈和办理情况", "经办")
    kinds = (INTEGER, ID, *("text",) * 6)
    columns = [
        Column(f"c{n}", title, kind) for n, (title, kind) in enumerate(zip(titles, kinds, strict=True))
    ]
    with speaking("zh"):
        rows = [
            (number, *_change(snapshot, one).values()) for number, one in enumerate(week.progress.tasks, 1)
        ]
    return Grid(Table("progress", "本周进展情况表", columns, rows, "无。"), WIDTHS)

"""The tables of a week: lists of tasks and the counts of departments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core import calendar
from qplan.core.calendar import Clock
from qplan.core.model import CLOSED, Task
from qplan.core.reporting import WEEK
from qplan.i18n import _, noted
from qplan.service.counts import Count
from qplan.service.queries import AssessedTask, Snapshot
from qplan.service.weekly import Weekly
from qplan.views import CHANGE, DATE, INTEGER, PERCENT, ColumnOf, Table, changes, lists, reporting, table_of
from qplan.views.columns import task_columns


def counted_title(title: str, listed: Sequence[Any]) -> str:
    """A title with how many a list has."""
    return noted(title, len(listed))


def tasks(snapshot: Snapshot, key: str, title: str, listed: Sequence[AssessedTask]) -> Table:
    """A list of tasks, each with its light."""
    columns = task_columns(
        snapshot, id=0, title=0, lead=0, owner=3, deadline=0, status=1, progress=0, light=1, last_update=2
    )
    return table_of(key, counted_title(title, listed), listed, columns, _("None."))


def closed(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """What was closed, and whether in time."""

    def in_time(item: AssessedTask) -> str:
        return _("after its deadline") if calendar.closed_late(item.task, snapshot.clock) else _("in time")

    columns: list[ColumnOf[AssessedTask]] = [
        *task_columns(snapshot, id=0, title=0, lead=0, deadline=0, submitted_on=1, closed_on=0),
        ColumnOf("late", _("in time?"), in_time),
    ]
    return table_of("closed", counted_title(_("Closed this week"), listed), listed, columns, _("None."))


def departments(week: Weekly) -> Table:
    """The counts of each department, with the change of the overdue ones against the week before."""
    changed = {line.counted.key: line.change for line in week.by_dept}
    columns: list[ColumnOf[Count]] = [
        *lists.group_columns(_("department")),
        ColumnOf("closed", _("closed"), lambda one: one.by_status.get(CLOSED, 0), INTEGER),
        ColumnOf("overdue", _("overdue"), lambda one: one.overdue, INTEGER),
        ColumnOf("change", _("against last week"), lambda one: changed[one.key], CHANGE, 1),
        ColumnOf("due_soon", _("due soon"), lambda one: one.due_soon, INTEGER, 2),
        ColumnOf("stale", _("stale"), lambda one: one.stale, INTEGER, 2),
        *lists.light_columns(rank=3),
        ColumnOf("progress", _("mean progress"), lambda one: one.progress, PERCENT, 3),
    ]
    return table_of("by_dept", _("By department"), _counts(week), columns, _("None."))


def _counts(week: Weekly) -> list[Count]:
    return [line.counted for line in week.by_dept]


def pace(week: Weekly) -> Table:
    """How many tasks of each department are behind, on or ahead of the linear schedule, with shares; then the totals."""
    total = week.total._replace(key="", title=_("total"))
    columns = [*lists.group_columns(_("department")), *lists.pace_columns()]
    return table_of("pace", _("Pace against the schedule"), [*_counts(week), total], columns, _("None."))


def progress(snapshot: Snapshot, week: Weekly) -> list[Table]:
    """What happened in the week, who reported nothing in it, and how the last period that was due was reported on.

    A duty to report every week has the silent departments by itself.
    """
    found, duty = week.progress, week.reporting
    silent = []
    if duty is None or duty.rules.every != WEEK:
        title = counted_title(_("Nothing reported this week"), found.silent)
        silent.append(changes.silence_table(snapshot, found.silent, title=title))
    if duty is not None:
        silent += reporting.tables(snapshot, duty)
    return [
        changes.changes_table(
            snapshot, found.tasks, key="progress", title=counted_title(_("This week's progress"), found.tasks)
        ),
        *silent,
    ]


def coordination(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """Tasks that are blocked or need help, and of whom."""
    columns = task_columns(
        snapshot, id=0, title=0, lead=1, owner=3, status=2, difficulty=0, needs=0, next_step=2, last_update=3
    )
    title = counted_title(_("Blocked, or in need of coordination"), listed)
    return table_of("coordination", title, listed, columns, _("None."))


def extension_requests(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """Extensions that were asked for and not decided yet."""

    def in_time(item: AssessedTask) -> str:
        return _("asked late") if _asked_late(item.task, snapshot.clock) else _("in time")

    columns: list[ColumnOf[AssessedTask]] = [
        *task_columns(snapshot, id=0, title=0, lead=1, deadline=0),
        ColumnOf("extension_to", _("asked to"), lambda item: item.task.extension_to, DATE),
        ColumnOf("extension_on", _("asked on"), lambda item: item.task.extension_on, DATE, 2),
        ColumnOf("in_time", _("asked in time?"), in_time, rank=3),
        ColumnOf("reason", _("reason"), lambda item: item.task.extension_reason),
    ]
    title = counted_title(_("Extensions asked for"), listed)
    return table_of("extension_requests", title, listed, columns, _("None."))


def _asked_late(task: Task, clock: Clock) -> bool:
    """Whether an extension was asked for after the deadline."""
    if task.deadline is None or task.extension_on is None:
        return False
    return calendar.day(task.extension_on) > calendar.due_day(task.deadline, clock)

"""The tables of a week: lists of tasks and the counts of departments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core import calendar
from qplan.core.calendar import LIGHTS, Clock, light_label
from qplan.core.model import CLOSED, Task
from qplan.core.pace import PACES, pace_label
from qplan.core.reporting import WEEK
from qplan.i18n import _, noted
from qplan.service.queries import AssessedTask, Snapshot
from qplan.service.weekly import Weekly
from qplan.views import (
    CHANGE,
    DATE,
    ID,
    INTEGER,
    LIGHT,
    PERCENT,
    STATUS,
    Column,
    Table,
    changes,
    lists,
    reporting,
)


def counted_title(title: str, listed: Sequence[Any]) -> str:
    """A title with how many a list has."""
    return noted(title, len(listed))


def tasks(snapshot: Snapshot, key: str, title: str, listed: Sequence[AssessedTask]) -> Table:
    """A list of tasks, each with its light."""
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("task")),
        Column("lead", _("lead")),
        Column("owner", _("owner"), rank=3),
        Column("deadline", _("deadline"), DATE),
        Column("status", _("status"), STATUS, rank=1),
        Column("progress", _("progress"), PERCENT),
        Column("light", _("light"), LIGHT, rank=1),
        Column("last_update", _("last update"), DATE, rank=2),
    ]
    rows = [
        (
            task.id, task.title, snapshot.leads(task), task.owner,
            task.deadline, task.status, task.progress, light.code, task.last_update,
        )
        for task, light, *_rest in listed
    ]  # fmt: skip
    return Table(key, counted_title(title, listed), columns, rows, _("None."))


def closed(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """What was closed, and whether in time."""
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("task")),
        Column("lead", _("lead")),
        Column("deadline", _("deadline"), DATE),
        Column("submitted_on", _("submitted on"), DATE, rank=1),
        Column("closed_on", _("closed on"), DATE),
        Column("late", _("in time?")),
    ]
    rows = [
        (
            item.task.id, item.task.title, snapshot.leads(item.task), item.task.deadline,
            item.task.submitted_on, item.task.closed_on,
            _("after its deadline") if calendar.closed_late(item.task, snapshot.clock) else _("in time"),
        )
        for item in listed
    ]  # fmt: skip
    return Table("closed", counted_title(_("Closed this week"), listed), columns, rows, _("None."))


def departments(week: Weekly) -> Table:
    """The counts of each department, with the change of the overdue ones against the week before."""
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("department")),
        Column("total", _("tasks"), INTEGER),
        Column("closed", _("closed"), INTEGER),
        Column("overdue", _("overdue"), INTEGER),
        Column("change", _("against last week"), CHANGE, rank=1),
        Column("due_soon", _("due soon"), INTEGER, rank=2),
        Column("stale", _("stale"), INTEGER, rank=2),
        *(Column(f"light_{code}", light_label(code), INTEGER, rank=3) for code in LIGHTS),
        Column("progress", _("mean progress"), PERCENT, rank=3),
    ]
    rows = [
        (
            line.counted.key, line.counted.title, line.counted.total, line.counted.by_status.get(CLOSED, 0),
            line.counted.overdue, line.change, line.counted.due_soon,
            line.counted.stale, *(line.counted.by_light.get(code, 0) for code in LIGHTS), line.counted.progress,
        )
        for line in week.by_dept
    ]  # fmt: skip
    return Table("by_dept", _("By department"), columns, rows, _("None."))


def pace(week: Weekly) -> Table:
    """How many tasks of each department are behind, on or ahead of the linear schedule, with shares; then the totals."""
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("department")),
        Column("total", _("tasks"), INTEGER),
        *(Column(code, pace_label(code)) for code in PACES),
    ]
    total = week.total._replace(key="", title=_("total"))
    rows = [
        (one.key, one.title, one.total, *(lists.pace_text(one, code) for code in PACES))
        for one in (*(line.counted for line in week.by_dept), total)
    ]
    return Table("pace", _("Pace against the schedule"), columns, rows, _("None."))


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
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("task")),
        Column("lead", _("lead"), rank=1),
        Column("owner", _("owner"), rank=3),
        Column("status", _("status"), STATUS, rank=2),
        Column("difficulty", _("difficulty")),
        Column("needs", _("help needed")),
        Column("next_step", _("next step"), rank=2),
        Column("last_update", _("last update"), DATE, rank=3),
    ]
    rows = [
        (
            task.id, task.title, snapshot.leads(task), task.owner, task.status, task.difficulty, task.needs,
            task.next_step, task.last_update,
        )
        for task, *_derived in listed
    ]  # fmt: skip
    title = counted_title(_("Blocked, or in need of coordination"), listed)
    return Table("coordination", title, columns, rows, _("None."))


def extension_requests(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """Extensions that were asked for and not decided yet."""
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("task")),
        Column("lead", _("lead"), rank=1),
        Column("deadline", _("deadline"), DATE),
        Column("extension_to", _("asked to"), DATE),
        Column("extension_on", _("asked on"), DATE, rank=2),
        Column("in_time", _("asked in time?"), rank=3),
        Column("reason", _("reason")),
    ]
    rows = [
        (
            task.id, task.title, snapshot.leads(task), task.deadline, task.extension_to, task.extension_on,
            _("asked late") if _asked_late(task, snapshot.clock) else _("in time"), task.extension_reason,
        )
        for task, *_derived in listed
    ]  # fmt: skip
    title = counted_title(_("Extensions asked for"), listed)
    return Table("extension_requests", title, columns, rows, _("None."))


def _asked_late(task: Task, clock: Clock) -> bool:
    """Whether an extension was asked for after the deadline."""
    if task.deadline is None or task.extension_on is None:
        return False
    return calendar.day(task.extension_on) > calendar.due_day(task.deadline, clock)

"""The weekly list: its content, decided once for every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qplan.core import calendar
from qplan.core.calendar import Clock
from qplan.core.model import CLOSED, Task
from qplan.i18n import N_, _, counted, joined, noted
from qplan.service.counts import Count
from qplan.service.overdue import OverdueTask
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery
from qplan.service.weekly import NEAR_DAYS, Weekly
from qplan.views import (
    CHANGE,
    DATE,
    INTEGER,
    PERCENT,
    ColumnOf,
    Table,
    View,
    changes,
    indicators,
    items,
    lists,
    table_of,
    words,
)  # fmt: skip
from qplan.views.columns import task_columns

if TYPE_CHECKING:
    from qplan.views.agenda import Appointment
    from qplan.views.document import Document
    from qplan.views.page import Page


def weekly(
    snapshot: Snapshot,
    week: Weekly,
    query: TaskQuery = TaskQuery(),  # noqa: B008 - immutable
    templates: str | None = None,
    *,
    today: bool = False,
) -> View:
    """The week's list as a view: totals, lists, counts per department, red indicators, head.

    ``query`` is what it was narrowed to, ``templates`` the folder with the district's own
    wording of the notice; ``today`` makes it the present state of the plan
    (the dashboard) instead of a week's list.
    """
    head = snapshot.ledger.head()
    dept = query.where.lead if isinstance(query.where.lead, str) else None
    soon = snapshot.clock.rules.due_soon_days
    return lists.view_of(
        snapshot, "dashboard" if today else "weekly", _title(snapshot, week, query, today), _tables(snapshot, week),
        lambda: payload(snapshot, week, dept),
        lead=[totals_line(week)],
        notes=[
            *lists.calendar_notes(snapshot, week.overdue),
            _("As of {day}. Ledger {ledger}, entry {seq}, {hash}").format(
                day=snapshot.today, ledger=head.ledger, seq=head.seq, hash=head.hash
            ),
        ],
        page=lambda: _page(week, soon),
        document=lambda: _notice(snapshot, week, dept, templates),
        agenda=lambda: _agenda(snapshot, query),
        sheets=None if dept is None else lambda: _register(snapshot, query, dept),
    )  # fmt: skip


def _tables(snapshot: Snapshot, week: Weekly) -> list[Table]:
    """The tables of a week in their order: what is late, what happened, what waits, what comes, counts."""
    rules = snapshot.clock.rules
    new = [late.item for late in week.newly_overdue]
    return [
        lists.overdue_table(snapshot, week.overdue, title=_counted(_("Overdue"), week.overdue)),
        _tasks(snapshot, "newly_overdue", _("Newly overdue this week"), new),
        *_progress(snapshot, week),
        _coordination(snapshot, week.coordination),
        _extension_requests(snapshot, week.extension_requests),
        _tasks(snapshot, "unaccepted", _("Not accepted yet"), week.unaccepted),
        _tasks(snapshot, "submitted", _("Submitted, waiting to be verified"), week.submitted),
        _closed(snapshot, week.closed),
        _tasks(snapshot, "due_within_7", _("Due within {n} days").format(n=NEAR_DAYS), week.due_near),
        _tasks(snapshot, "due_soon", _("Due within {n} days").format(n=rules.due_soon_days), week.due_soon),
        _tasks(snapshot, "stale", _("No report for more than {n} days").format(n=rules.stale_days), week.stale),
        _departments(week),
        _pace(week),
        indicators.indicator_table(
            snapshot, week.indicators, key="indicators", title=_counted(_("Indicators that are red"), week.indicators)
        ),
        indicators.indicator_table(
            snapshot, week.core, key="core_indicators", title=_counted(_("Core indicators"), week.core)
        ),
    ]  # fmt: skip


def _counted(title: str, listed: Sequence[Any]) -> str:
    """A title with how many a list has."""
    return noted(title, len(listed))


def _tasks(snapshot: Snapshot, key: str, title: str, listed: Sequence[AssessedTask]) -> Table:
    """A list of tasks, each with its light."""
    columns = task_columns(
        snapshot, id=0, title=0, lead=0, owner=3, deadline=0, status=1, progress=0, light=1, last_update=2
    )
    return table_of(key, _counted(title, listed), listed, columns, _("None."))


def _closed(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """What was closed, and whether in time."""

    def in_time(item: AssessedTask) -> str:
        return _("after its deadline") if calendar.closed_late(item.task, snapshot.clock) else _("in time")

    columns: list[ColumnOf[AssessedTask]] = [
        *task_columns(snapshot, id=0, title=0, lead=0, deadline=0, submitted_on=1, closed_on=0),
        ColumnOf("late", _("in time?"), in_time),
    ]
    return table_of("closed", _counted(_("Closed this week"), listed), listed, columns, _("None."))


def _departments(week: Weekly) -> Table:
    """The counts of each department, with the change of the overdue ones against the week before."""
    columns: list[ColumnOf[Count]] = [
        *lists.group_columns(_("department")),
        ColumnOf("closed", _("closed"), lambda one: one.by_status.get(CLOSED, 0), INTEGER),
        ColumnOf("overdue", _("overdue"), lambda one: one.overdue, INTEGER),
        ColumnOf("change", _("against last week"), lambda one: one.change, CHANGE, 1),
        ColumnOf("due_soon", _("due soon"), lambda one: one.due_soon, INTEGER, 2),
        ColumnOf("stale", _("stale"), lambda one: one.stale, INTEGER, 2),
        *lists.light_columns(rank=3),
        ColumnOf("progress", _("mean progress"), lambda one: one.progress, PERCENT, 3),
    ]
    return table_of("by_dept", _("By department"), week.by_dept, columns, _("None."))


def _pace(week: Weekly) -> Table:
    """How many tasks of each department are behind, on or ahead of the linear schedule, with shares; then the totals."""
    total = week.total._replace(key="", title=_("total"))
    columns = [*lists.group_columns(_("department")), *lists.pace_columns()]
    return table_of("pace", _("Pace against the schedule"), [*week.by_dept, total], columns, _("None."))


def _progress(snapshot: Snapshot, week: Weekly) -> list[Table]:
    """What happened in the week, who reported nothing in it, and how the last period that was due was reported on.

    A duty to report every week has the silent departments by itself.
    """
    found, duty = week.progress, week.reporting
    title = _counted(_("Nothing reported this week"), found.silent)
    silent = [changes.silence_table(snapshot, found.silent, title=title)]
    if duty is not None:
        from qplan.core.reporting import WEEK
        from qplan.views import reporting

        silent = (silent if duty.rules.every != WEEK else []) + reporting.tables(snapshot, duty)
    return [
        changes.changes_table(
            snapshot, found.tasks, key="progress", title=_counted(_("This week's progress"), found.tasks)
        ),
        *silent,
    ]


def _coordination(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
    """Tasks that are blocked or need help, and of whom."""
    columns = task_columns(
        snapshot, id=0, title=0, lead=1, owner=3, status=2, difficulty=0, needs=0, next_step=2, last_update=3
    )
    title = _counted(_("Blocked, or in need of coordination"), listed)
    return table_of("coordination", title, listed, columns, _("None."))


def _extension_requests(snapshot: Snapshot, listed: Sequence[AssessedTask]) -> Table:
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
    title = _counted(_("Extensions asked for"), listed)
    return table_of("extension_requests", title, listed, columns, _("None."))


def _asked_late(task: Task, clock: Clock) -> bool:
    """Whether an extension was asked for after the deadline."""
    if task.deadline is None or task.extension_on is None:
        return False
    return calendar.day(task.extension_on) > calendar.due_day(task.deadline, clock)


# A table needs none of these: templates are YAML, charts exact decimals.


def _page(week: Weekly, soon_days: int) -> Page:
    from qplan.views import page

    return page.of_week(week, soon_days)


def _notice(snapshot: Snapshot, week: Weekly, dept: str | None, templates: str | None) -> Document:
    from qplan.views import notice

    return notice.weekly(snapshot, week, dept, templates)


def _register(snapshot: Snapshot, query: TaskQuery, dept: str) -> list[Table]:
    """All tasks of a department that it leads or supports, with what is known about them."""
    from qplan.service import queries

    where = query.where._replace(lead=None, lead_or_support=dept)
    listed = queries.tasks(snapshot, query._replace(where=where))
    caption = _("{plan}: tasks of {dept}").format(
        plan=snapshot.plan.title, dept=snapshot.department_name(dept)
    )
    return [lists.register_table(snapshot, listed, caption=caption)._replace(title=_("All tasks"))]


def _agenda(snapshot: Snapshot, query: TaskQuery) -> list[Appointment]:
    from qplan.views import agenda

    return agenda.appointments(snapshot, query)


def _title(snapshot: Snapshot, week: Weekly, query: TaskQuery, today: bool) -> str:
    plan = snapshot.plan.title
    if isinstance(query.where.lead, str):
        plan = _("{plan}, {dept}").format(plan=plan, dept=snapshot.department_name(query.where.lead))
    if query.narrowed:
        plan = _("{plan}, selected tasks").format(plan=plan)
    if today:
        return _("{plan}: state on {day}").format(plan=plan, day=snapshot.today)
    return _("{plan}: weekly list {week} ({first} to {last})").format(
        plan=plan, week=week.week, first=week.week.first, last=week.week.last
    )


def totals_line(week: Weekly) -> str:
    """The opening sentence: how many tasks, and how many of them in which state, with shares."""
    total = week.total

    def share(n: int) -> str:
        return str(items.share(n, total.total))

    states = [_(words.STATES[code]).format(n=n, share=share(n)) for code, n in total.by_state().items()]
    sentence = counted(
        N_("{total} task: {states}; {overdue} overdue ({share}%)."),
        N_("{total} tasks: {states}; {overdue} overdue ({share}%)."),
        total.total,
    )
    return sentence.format(
        total=total.total, states=joined(states), overdue=total.overdue, share=share(total.overdue)
    )


def payload(snapshot: Snapshot, week: Weekly, dept: str | None = None) -> dict[str, Any]:
    """The JSON body of the week."""
    from qplan.views import reporting

    def listed(members: list[AssessedTask]) -> list[dict[str, Any]]:
        return [items.task_item(snapshot, item) for item in members]

    def overdue(members: list[OverdueTask]) -> list[dict[str, Any]]:
        return [items.overdue_item(snapshot, late) for late in members]

    return {
        "week": str(week.week),
        "dept": dept,
        "from": week.week.first.isoformat(),
        "to": week.week.last.isoformat(),
        "totals": items.total_item(week.total),
        "overdue": overdue(week.overdue),
        "newly_overdue": overdue(week.newly_overdue),
        "due_within_7": listed(week.due_near),
        "due_soon": listed(week.due_soon),
        "due_soon_days": snapshot.clock.rules.due_soon_days,
        "stale": listed(week.stale),
        "progress": [changes.change_item(snapshot, one) for one in week.progress.tasks],
        "silent": [changes.silence_item(one) for one in week.progress.silent],
        "reporting": None if week.reporting is None else reporting.payload(week.reporting),
        "blocked": listed(week.blocked),
        "coordination": listed(week.coordination),
        "extension_requests": listed(week.extension_requests),
        "unaccepted": listed(week.unaccepted),
        "closed": listed(week.closed),
        "submitted": listed(week.submitted),
        "by_dept": [{**items.count_item(one), "overdue_change": one.change} for one in week.by_dept],
        "indicators": [items.indicator_item(m) for m in week.indicators],
        "core_indicators": [
            {**items.indicator_item(m), "baseline_attainment": items.baseline_attainment(m)}
            for m in week.core
        ],
        "trend": [items.point_item(point) for point in week.trend()],
        "timeline": [items.quarter_item(quarter) for quarter in week.timeline()],
    }

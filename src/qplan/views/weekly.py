"""The weekly list: its content, decided once for every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qplan.core import calendar
from qplan.core.calendar import LIGHTS, light_label
from qplan.core.model import CLOSED
from qplan.i18n import N_, _, counted
from qplan.service.overdue import OverdueTask
from qplan.service.queries import AssessedTask, Snapshot
from qplan.service.weekly import NEAR_DAYS, Weekly
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
    View,
    indicators,
    items,
    lists,
    words,
)

if TYPE_CHECKING:
    from qplan.views.agenda import Appointment
    from qplan.views.document import Document
    from qplan.views.page import Page


def weekly(
    snapshot: Snapshot,
    week: Weekly,
    dept: str | None = None,
    templates: str | None = None,
    *,
    today: bool = False,
) -> View:
    """The week's list as a view: totals, lists, counts per department, red indicators, head.

    ``dept`` names the department it was narrowed to, ``templates`` the folder with the district's own
    wording of the notice; ``today`` makes it the present state of the plan
    (the dashboard) instead of a week's list.
    """
    head = snapshot.ledger.head()
    new = [late.item for late in week.newly_overdue]
    soon = snapshot.clock.rules.due_soon_days
    return View(
        kind="dashboard" if today else "weekly",
        title=_title(snapshot, week, dept, today),
        tables=[
            lists.overdue_table(snapshot, week.overdue, title=_counted(_("Overdue"), week.overdue)),
            _tasks(snapshot, "newly_overdue", _("Newly overdue this week"), new),
            _tasks(snapshot, "due_within_7", _("Due within {n} days").format(n=NEAR_DAYS), week.due_near),
            _tasks(snapshot, "due_soon", _("Due within {n} days").format(n=soon), week.due_soon),
            _tasks(snapshot, "stale", _("No report for more than {n} days").format(n=snapshot.clock.rules.stale_days), week.stale),
            _tasks(snapshot, "submitted", _("Submitted, waiting to be verified"), week.submitted),
            _closed(snapshot, week.closed),
            _departments(week),
            indicators.indicator_table(
                snapshot, week.indicators, key="indicators", title=_counted(_("Indicators that are red"), week.indicators)
            ),
            indicators.indicator_table(snapshot, week.core, key="core_indicators", title=_counted(_("Core indicators"), week.core)),
        ],
        payload=lambda: payload(snapshot, week, dept),
        as_of=snapshot.today.isoformat(),
        head=head,
        lead=[totals_line(week)],
        notes=[
            *lists.calendar_notes(week.overdue),
            _("As of {day}. Ledger {ledger}, entry {seq}, {hash}").format(
                day=snapshot.today, ledger=head.ledger, seq=head.seq, hash=head.hash
            ),
        ],
        page=lambda: _page(week, soon),
        document=lambda: _notice(snapshot, week, dept, templates),
        agenda=lambda: _agenda(snapshot, dept),
        sheets=None if dept is None else lambda: _register(snapshot, dept),
    )  # fmt: skip


# A table needs none of these: templates are YAML, charts exact decimals.


def _page(week: Weekly, soon_days: int) -> Page:
    from qplan.views import page

    return page.of_week(week, soon_days)


def _notice(snapshot: Snapshot, week: Weekly, dept: str | None, templates: str | None) -> Document:
    from qplan.views import notice

    return notice.weekly(snapshot, week, dept, templates)


def _register(snapshot: Snapshot, dept: str) -> list[Table]:
    """All tasks of a department that it leads or supports, with what is known about them."""
    from qplan.core.model import TaskFilter
    from qplan.service import queries
    from qplan.views import register

    listed = queries.tasks(snapshot, queries.TaskQuery(TaskFilter(lead_or_support=dept)))
    caption = _("{plan}: tasks of {dept}").format(
        plan=snapshot.plan.title, dept=snapshot.department_name(dept)
    )
    return [register.table(snapshot, listed, caption=caption)._replace(title=_("All tasks"))]


def _agenda(snapshot: Snapshot, dept: str | None) -> list[Appointment]:
    from qplan.views import agenda

    return agenda.appointments(snapshot, dept)


def _title(snapshot: Snapshot, week: Weekly, dept: str | None, today: bool) -> str:
    plan = snapshot.plan.title
    if dept is not None:
        plan = _("{plan}, {dept}").format(plan=plan, dept=snapshot.department_name(dept))
    if today:
        return _("{plan}: state on {day}").format(plan=plan, day=snapshot.today)
    return _("{plan}: weekly list {week} ({first} to {last})").format(
        plan=plan, week=week.week, first=week.week.first, last=week.week.last
    )


def totals_line(week: Weekly) -> str:
    """The opening sentence: how many tasks, and how many of them in which state, with shares."""
    total = week.total

    def share(n: int) -> str:
        return f"{n} ({items.share(n, total.total)}%)"

    states = [_(words.STATES[code]).format(n=share(n)) for code, n in total.by_state().items()]
    sentence = counted(
        N_("{total} task: {states}; {overdue} overdue."),
        N_("{total} tasks: {states}; {overdue} overdue."),
        total.total,
    )
    return sentence.format(total=total.total, states=_(", ").join(states), overdue=share(total.overdue))


def _counted(title: str, listed: Sequence[Any]) -> str:
    return f"{title} ({len(listed)})"


def _tasks(snapshot: Snapshot, key: str, title: str, listed: Sequence[AssessedTask]) -> Table:
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
        for task, light, _late, _stale in listed
    ]  # fmt: skip
    return Table(key, _counted(title, listed), columns, rows, _("None."))


def _closed(snapshot: Snapshot, listed: list[AssessedTask]) -> Table:
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
    return Table("closed", _counted(_("Closed this week"), listed), columns, rows, _("None."))


def _departments(week: Weekly) -> Table:
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


def payload(snapshot: Snapshot, week: Weekly, dept: str | None = None) -> dict[str, Any]:
    """The JSON body of the week."""

    def listed(members: list[AssessedTask]) -> list[dict[str, Any]]:
        return [items.task_item(snapshot, item) for item in members]

    def overdue(members: list[OverdueTask]) -> list[dict[str, Any]]:
        return [items.overdue_item(snapshot, late) for late in members]

    return {
        "week": str(week.week),
        "dept": dept,
        "from": week.week.first.isoformat(),
        "to": week.week.last.isoformat(),
        "totals": items.total_item(week.total, week.change),
        "overdue": overdue(week.overdue),
        "newly_overdue": overdue(week.newly_overdue),
        "due_within_7": listed(week.due_near),
        "due_soon": listed(week.due_soon),
        "due_soon_days": snapshot.clock.rules.due_soon_days,
        "stale": listed(week.stale),
        "blocked": listed(week.blocked),
        "closed": listed(week.closed),
        "submitted": listed(week.submitted),
        "by_dept": [
            {**items.count_item(line.counted), "overdue_change": line.change} for line in week.by_dept
        ],
        "indicators": [items.indicator_item(m) for m in week.indicators],
        "core_indicators": [
            {**items.indicator_item(m), "baseline_attainment": items.baseline_attainment(m)}
            for m in week.core
        ],
        "trend": [items.point_item(point) for point in week.trend()],
        "timeline": [items.quarter_item(quarter) for quarter in week.timeline()],
    }

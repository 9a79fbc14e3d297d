"""The weekly list: its content, decided once for every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qplan.core import calendar
from qplan.core.calendar import LIGHTS
from qplan.core.model import Brief, LateBrief
from qplan.i18n import N_, _, counted, pick
from qplan.service.look import Assessed, Book, Seen
from qplan.service.report import Chased
from qplan.service.week import NEAR_DAYS, Weekly
from qplan.views import CHANGE, DATE, ID, INTEGER, LIGHT, PERCENT, STATUS, Column, Table, View, items, lists

if TYPE_CHECKING:
    from qplan.views.agenda import Appointment
    from qplan.views.document import Document
    from qplan.views.page import Page


def weekly(
    book: Book, week: Weekly, dept: str | None = None, templates: str | None = None, *, today: bool = False
) -> View:
    """The week's list as a view: totals, lists, counts per department, red indicators, head.

    ``dept`` names the department it was narrowed to, ``templates`` the folder with the district's own
    wording of the notice; ``today`` makes it the state of the plan as it
    stands (the dashboard) instead of a week's list.
    """
    head = book.ledger.head()
    listed = week.lists
    new = [(task, calendar.light_of(task, book.clock).code) for task, _found in listed.newly_overdue]
    soon = book.clock.rules.due_soon_days
    return View(
        kind="dashboard" if today else "weekly",
        title=_title(book, week, dept, today),
        tables=[
            lists.overdue_table(book, listed.overdue, title=_counted(_("Overdue"), listed.overdue)),
            _short(book, "newly_overdue", _("Newly overdue this week"), new),
            _seen(book, "due_within_7", _("Due within {n} days").format(n=NEAR_DAYS), listed.due_near),
            _seen(book, "due_soon", _("Due within {n} days").format(n=soon), listed.due_soon),
            _seen(book, "stale", _("No report for more than {n} days").format(n=book.clock.rules.stale_days), listed.stale),
            _seen(book, "submitted", _("Submitted, waiting to be verified"), listed.submitted),
            _closed(book, listed.closed),
            _departments(week),
            lists.indicator_table(
                book, week.indicators, key="indicators", title=_counted(_("Indicators that are red"), week.indicators)
            ),
            lists.indicator_table(book, week.core, key="core_indicators", title=_counted(_("Core indicators"), week.core)),
        ],
        payload=lambda: payload(book, week, dept),
        as_of=book.today.isoformat(),
        head=head,
        lead=[totals_line(week)],
        notes=[
            *lists.calendar_notes(listed.overdue),
            _("As of {day}. Ledger {ledger}, entry {seq}, {hash}").format(
                day=book.today, ledger=head.ledger, seq=head.seq, hash=head.hash
            ),
        ],
        page=lambda: _page(week, soon),
        document=lambda: _notice(book, week, dept, templates),
        agenda=lambda: _agenda(book, dept),
    )  # fmt: skip


# A table needs none of these: templates are YAML, charts exact decimals.


def _page(week: Weekly, soon_days: int) -> Page:
    from qplan.views import page

    return page.of_week(week, soon_days)


def _notice(book: Book, week: Weekly, dept: str | None, templates: str | None) -> Document:
    from qplan.views import notice

    return notice.weekly(book, week, dept, templates)


def _agenda(book: Book, dept: str | None) -> list[Appointment]:
    from qplan.views import agenda

    return agenda.of_book(book, dept)


def _title(book: Book, week: Weekly, dept: str | None, today: bool) -> str:
    plan = book.plan.title
    if dept is not None:
        plan = _("{plan}, {dept}").format(plan=plan, dept=book.department_name(dept))
    if today:
        return _("{plan}: state on {day}").format(plan=plan, day=book.today)
    return _("{plan}: weekly list {week} ({first} to {last})").format(
        plan=plan, week=week.week, first=week.week.first, last=week.week.last
    )


def totals_line(week: Weekly) -> str:
    """The opening sentence: how many, and in which state, with shares."""
    total = week.total

    def share(n: int) -> str:
        return f"{n} ({items.share(n, total.total)}%)"

    status = total.by_status
    told = counted(
        N_("{total} task: {closed} closed, {active} in progress, {waiting} not accepted, {submitted} to be verified, {terminated} terminated; {overdue} overdue."),
        N_("{total} tasks: {closed} closed, {active} in progress, {waiting} not accepted, {submitted} to be verified, {terminated} terminated; {overdue} overdue."),
        total.total,
    )  # fmt: skip
    return told.format(
        total=total.total,
        closed=share(status.get("closed", 0)),
        active=share(status.get("active", 0) + status.get("blocked", 0)),
        waiting=share(status.get("assigned", 0)),
        submitted=share(status.get("submitted", 0)),
        terminated=share(status.get("terminated", 0)),
        overdue=share(total.overdue),
    )


def _counted(title: str, listed: Sequence[Any]) -> str:
    return f"{title} ({len(listed)})"


def _seen(book: Book, key: str, title: str, listed: list[Seen[Brief]]) -> Table:
    return _short(book, key, title, [(item.task, item.light) for item in listed])


def _short(book: Book, key: str, title: str, listed: Sequence[tuple[Brief | LateBrief, str]]) -> Table:
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
            task.id, task.title, book.department_name(task.lead), task.owner,
            task.deadline, task.status, task.progress, light, task.last_update,
        )
        for task, light in listed
    ]  # fmt: skip
    return Table(key, _counted(title, listed), columns, rows, _("None."))


def _closed(book: Book, listed: list[Seen[Brief]]) -> Table:
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
            item.task.id, item.task.title, book.department_name(item.task.lead), item.task.deadline,
            item.task.submitted_on, item.task.closed_on,
            _("after its deadline") if calendar.closed_late(item.task, book.clock) else _("in time"),
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
        *(Column(f"light_{code}", pick(labels), INTEGER, rank=3) for code, labels in LIGHTS.items()),
        Column("progress", _("mean progress"), PERCENT, rank=3),
    ]
    rows = [
        (
            line.counted.key, line.counted.title, line.counted.total, line.counted.by_status.get("closed", 0),
            line.counted.overdue, line.change, line.counted.due_soon,
            line.counted.stale, *(line.counted.by_light.get(code, 0) for code in LIGHTS), line.counted.progress,
        )
        for line in week.by_dept
    ]  # fmt: skip
    return Table("by_dept", _("By department"), columns, rows, _("None."))


def payload(book: Book, week: Weekly, dept: str | None = None) -> dict[str, Any]:
    """The JSON body of the week."""

    def listed(members: list[Assessed]) -> list[dict[str, Any]]:
        return [items.task_item(book, item) for item in members]

    def chased(members: list[Chased]) -> list[dict[str, Any]]:
        return [items.chased_item(book, line) for line in members]

    whole = week.whole()
    return {
        "week": str(week.week),
        "dept": dept,
        "from": week.week.first.isoformat(),
        "to": week.week.last.isoformat(),
        "totals": items.total_item(week.total, week.change),
        "overdue": chased(whole.overdue),
        "newly_overdue": chased(whole.newly_overdue),
        "due_within_7": listed(whole.due_near),
        "due_soon": listed(whole.due_soon),
        "due_soon_days": book.clock.rules.due_soon_days,
        "stale": listed(whole.stale),
        "blocked": listed(week.blocked()),
        "closed": listed(whole.closed),
        "submitted": listed(whole.submitted),
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

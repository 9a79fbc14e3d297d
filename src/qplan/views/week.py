"""The weekly list: its content, decided once for every format."""

from __future__ import annotations

from typing import Any

from qplan.i18n import _
from qplan.service.look import Assessed, Book
from qplan.service.report import Chased, Weekly
from qplan.views import DATE, ID, INTEGER, PERCENT, STATUS, Column, Table, View, items, lists


def weekly(book: Book, week: Weekly) -> View:
    """The week's list as a view: totals, seven lists, counts per department, red indicators, head."""
    first, last = week.week.first, week.week.last
    head = book.ledger.head()
    return View(
        kind="weekly",
        title=_("{plan}: weekly list {week} ({first} to {last})").format(
            plan=book.plan.title, week=week.week, first=first, last=last
        ),
        tables=[
            lists.overdue_table(book, week.overdue, title=_counted(_("Overdue"), week.overdue)),
            _short(book, "newly_overdue", _("Newly overdue this week"), [c.item for c in week.newly_overdue]),
            _short(book, "due_soon", _("Due within {n} days").format(n=book.clock.rules.due_soon_days), week.due_soon),
            _short(book, "stale", _("No report for more than {n} days").format(n=book.clock.rules.stale_days), week.stale),
            _short(book, "submitted", _("Submitted, waiting to be verified"), week.submitted),
            _closed(book, week.closed),
            _departments(week),
            lists.indicator_table(
                book, week.indicators, key="indicators", title=_counted(_("Indicators that are red"), week.indicators)
            ),
        ],
        payload=lambda: payload(book, week),
        as_of=book.today.isoformat(),
        head=head,
        lead=[totals_line(week)],
        notes=[
            *lists.calendar_notes(week.overdue),
            _("As of {day}. Ledger {ledger}, entry {seq}, {hash}").format(
                day=book.today, ledger=head.ledger, seq=head.seq, hash=head.hash
            ),
        ],
    )  # fmt: skip


def totals_line(week: Weekly) -> str:
    """The opening sentence: how many, and in which state, with shares."""
    total = week.total

    def share(n: int) -> str:
        return f"{n} ({n * 1000 // total.total / 10:.1f}%)" if total.total else "0"

    status = total.by_status
    return _(
        "{total} tasks: {closed} closed, {active} in progress, {waiting} not accepted, {submitted} to be verified,"
        " {terminated} terminated; {overdue} overdue."
    ).format(
        total=total.total,
        closed=share(status.get("closed", 0)),
        active=share(status.get("active", 0) + status.get("blocked", 0)),
        waiting=share(status.get("assigned", 0)),
        submitted=share(status.get("submitted", 0)),
        terminated=share(status.get("terminated", 0)),
        overdue=share(total.overdue),
    )


def _counted(title: str, listed: list[Any]) -> str:
    return f"{title} ({len(listed)})"


def _short(book: Book, key: str, title: str, listed: list[Assessed]) -> Table:
    columns = [
        Column("id", _("id"), ID),
        Column("title", _("task")),
        Column("lead", _("lead")),
        Column("owner", _("owner"), rank=3),
        Column("deadline", _("deadline"), DATE),
        Column("status", _("status"), STATUS, rank=1),
        Column("progress", _("progress"), PERCENT),
        Column("last_update", _("last update"), DATE, rank=2),
    ]
    rows = [
        (
            item.task.id, item.task.title, book.department_name(item.task.lead), item.task.owner,
            item.task.deadline, item.task.status, item.task.progress, item.task.last_update,
        )
        for item in listed
    ]  # fmt: skip
    return Table(key, _counted(title, listed), columns, rows, _("None."))


def _closed(book: Book, listed: list[Assessed]) -> Table:
    from qplan.core.calendar import closed_late

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
            _("late") if closed_late(item.task, book.clock) else _("in time"),
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
        Column("change", _("against last week"), rank=1),
        Column("due_soon", _("due soon"), INTEGER, rank=2),
        Column("stale", _("stale"), INTEGER, rank=2),
        Column("progress", _("mean progress"), PERCENT, rank=3),
    ]
    rows = [
        (
            line.counted.key, line.counted.title, line.counted.total, line.counted.by_status.get("closed", 0),
            line.counted.overdue, f"{line.change:+d}" if line.change else "0", line.counted.due_soon,
            line.counted.stale, line.counted.progress,
        )
        for line in week.by_dept
    ]  # fmt: skip
    return Table("by_dept", _("By department"), columns, rows, _("None."))


def payload(book: Book, week: Weekly) -> dict[str, Any]:
    """The JSON body of the week."""

    def listed(members: list[Assessed]) -> list[dict[str, Any]]:
        return [items.task_item(book, item) for item in members]

    def chased(members: list[Chased]) -> list[dict[str, Any]]:
        return [items.chased_item(book, line) for line in members]

    return {
        "week": str(week.week),
        "from": week.week.first.isoformat(),
        "to": week.week.last.isoformat(),
        "totals": items.count_item(week.total),
        "overdue": chased(week.overdue),
        "newly_overdue": chased(week.newly_overdue),
        "due_soon": listed(week.due_soon),
        "stale": listed(week.stale),
        "closed": listed(week.closed),
        "submitted": listed(week.submitted),
        "by_dept": [
            {**items.count_item(line.counted), "overdue_change": line.change} for line in week.by_dept
        ],
        "indicators": [items.indicator_item(m) for m in week.indicators],
    }

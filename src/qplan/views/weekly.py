"""The weekly list: its content, decided once for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qplan.i18n import N_, _, counted, joined
from qplan.service.overdue import OverdueTask
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery
from qplan.service.weekly import NEAR_DAYS, Weekly
from qplan.views import Table, View, changes, indicators, items, lists, reporting, words
from qplan.views import weekly_tables as tables
from qplan.views.weekly_tables import counted_title

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
        lists.overdue_table(snapshot, week.overdue, title=counted_title(_("Overdue"), week.overdue)),
        tables.tasks(snapshot, "newly_overdue", _("Newly overdue this week"), new),
        *tables.progress(snapshot, week),
        tables.coordination(snapshot, week.coordination),
        tables.extension_requests(snapshot, week.extension_requests),
        tables.tasks(snapshot, "unaccepted", _("Not accepted yet"), week.unaccepted),
        tables.tasks(snapshot, "submitted", _("Submitted, waiting to be verified"), week.submitted),
        tables.closed(snapshot, week.closed),
        tables.tasks(snapshot, "due_within_7", _("Due within {n} days").format(n=NEAR_DAYS), week.due_near),
        tables.tasks(snapshot, "due_soon", _("Due within {n} days").format(n=rules.due_soon_days), week.due_soon),
        tables.tasks(snapshot, "stale", _("No report for more than {n} days").format(n=rules.stale_days), week.stale),
        tables.departments(week),
        tables.pace(week),
        indicators.indicator_table(
            snapshot, week.indicators, key="indicators", title=counted_title(_("Indicators that are red"), week.indicators)
        ),
        indicators.indicator_table(
            snapshot, week.core, key="core_indicators", title=counted_title(_("Core indicators"), week.core)
        ),
    ]  # fmt: skip


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
    from qplan.views import register

    where = query.where._replace(lead=None, lead_or_support=dept)
    listed = queries.tasks(snapshot, query._replace(where=where))
    caption = _("{plan}: tasks of {dept}").format(
        plan=snapshot.plan.title, dept=snapshot.department_name(dept)
    )
    return [register.table(snapshot, listed, caption=caption)._replace(title=_("All tasks"))]


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
        "progress": [changes.change_item(snapshot, one) for one in week.progress.tasks],
        "silent": [changes.silence_item(one) for one in week.progress.silent],
        "reporting": None if week.reporting is None else reporting.payload(week.reporting),
        "blocked": listed(week.blocked),
        "coordination": listed(week.coordination),
        "extension_requests": listed(week.extension_requests),
        "unaccepted": listed(week.unaccepted),
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

"""Deadlines and milestones as days of a calendar."""

from __future__ import annotations

from typing import NamedTuple

from qplan.core.model import CLOSED, TERMINATED
from qplan.i18n import N_, _, counted
from qplan.service import queries
from qplan.service.queries import AssessedTask, Snapshot, TaskQuery
from qplan.views import DATE, ID, ColumnOf, View, lists, table_of, words

#: Status of a finished task -> the state of its days; the days of an open task are open.
STATES = {CLOSED: "done", TERMINATED: "cancelled"}


class Appointment(NamedTuple):
    """An all-day event. Its uid never changes; its sequence grows with every change of the record."""

    uid: str
    sequence: int
    stamp: str  #: UTC, when the record changed last
    day: str
    title: str
    text: str
    state: str  #: ``open``, ``done`` or ``cancelled``
    category: str
    alarms: tuple[int, ...] = ()  #: days before it


def appointments(snapshot: Snapshot, query: TaskQuery = TaskQuery()) -> list[Appointment]:  # noqa: B008 - immutable
    """The deadlines and milestones of the tasks that a query selects."""
    assessed = queries.tasks(snapshot, query)
    ledger = snapshot.ledger.head().ledger

    def appointment(
        item: AssessedTask, ident: str, version: int, day: str, title: str, category: str, state: str
    ) -> Appointment:
        # its text has the status of the task, so it changes with the task
        version, state = max(version, item.task.version), STATES.get(item.task.status or "", state)
        event = snapshot.ledger.event(version)
        return Appointment(
            f"{ident}@{ledger}.qplan", version, event.recorded_at if event else "1970-01-01T00:00:00Z", day, _titled(state, title),
            _text(snapshot, item), state, category, _alarms(snapshot, state),
        )  # fmt: skip

    found = []
    for item in assessed:
        row = item.task
        if row.deadline:
            title = _("Due: {id} {title}").format(id=row.id, title=row.title)
            found.append(appointment(item, row.id, row.version, row.deadline, title, _("deadline"), "open"))
    owners = {item.task.id: item for item in assessed}
    for goal in snapshot.ledger.milestones():
        if goal.task in owners:
            title = _("Milestone: {title} ({task})").format(title=goal.title, task=goal.task)
            state = "done" if goal.done_on else "open"
            found.append(
                appointment(owners[goal.task], goal.id, goal.version, goal.due, title, _("milestone"), state)
            )
    return sorted(found, key=lambda one: (one.day, one.uid))


def _titled(state: str, title: str) -> str:
    words = {"done": _("[done]"), "cancelled": _("[terminated]")}
    return f"{words[state]} {title}" if state in words else title


def _alarms(snapshot: Snapshot, state: str) -> tuple[int, ...]:
    """Reminders: when it becomes due soon, a week before, a day before."""
    return tuple(sorted({snapshot.clock.rules.due_soon_days, 7, 1}, reverse=True)) if state == "open" else ()


def _text(snapshot: Snapshot, item: AssessedTask) -> str:
    row = item.task
    lines = [
        _("Lead: {dept}").format(dept=snapshot.leads(row)),
        _("Clause: {clause}").format(clause=row.clause),
        _("Status: {status}, {progress}%").format(status=words.status_text(row), progress=row.progress or 0),
    ]
    if row.extensions:
        lines.append(
            counted(
                N_("Originally due {first}, extended once."),
                N_("Originally due {first}, extended {n} times."),
                row.extensions,
            ).format(first=row.original_deadline, n=row.extensions)
        )
    return "\n".join(lines)


def view(snapshot: Snapshot, query: TaskQuery = TaskQuery()) -> View:  # noqa: B008 - immutable
    """The calendar as a list; the ``ics`` format writes its days."""
    days = appointments(snapshot, query)
    states = {"open": _("open"), "done": _("done"), "cancelled": _("terminated")}
    columns: list[ColumnOf[Appointment]] = [
        ColumnOf("day", _("date"), lambda one: one.day, DATE),
        ColumnOf("kind", _("kind"), lambda one: one.category),
        ColumnOf("title", _("event"), lambda one: one.title),
        ColumnOf("state", _("state"), lambda one: states[one.state], rank=1),
        ColumnOf("uid", _("uid"), lambda one: one.uid, ID, 3),
    ]
    dept = query.where.lead
    name = snapshot.department_name(dept) if isinstance(dept, str) else snapshot.plan.title
    return lists.view_of(
        snapshot, "calendar", _("{name}: deadlines and milestones").format(name=name),
        [table_of("calendar", "", days, columns, _("Nothing falls due."))],
        lambda: {
            "items": [
                {"uid": d.uid, "sequence": d.sequence, "date": d.day, "title": d.title, "state": d.state, "kind": d.category}
                for d in days
            ]
        },
        agenda=lambda: days,
    )  # fmt: skip

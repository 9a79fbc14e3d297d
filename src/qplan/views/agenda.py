"""Deadlines and milestones as days of a calendar."""

from __future__ import annotations

from typing import NamedTuple

from qplan.core.model import Event, TaskFilter
from qplan.i18n import N_, _, counted
from qplan.service import look
from qplan.service.look import Assessed, Book, Wanted
from qplan.views import DATE, ID, Column, Table, View, lists, words


class Appointment(NamedTuple):
    """A whole-day event. Its uid never changes; its sequence grows with every change of the record."""

    uid: str
    sequence: int
    stamp: str  #: UTC, when the record changed last
    day: str
    title: str
    text: str
    state: str  #: ``open``, ``done`` or ``cancelled``
    category: str
    alarms: tuple[int, ...] = ()  #: days before it


def of_book(book: Book, dept: str | None = None) -> list[Appointment]:
    """The deadlines and milestones of the tasks that a department leads, or of all."""
    assessed = look.tasks(book, Wanted(TaskFilter(lead=dept)))
    ledger = book.ledger.head().ledger
    found = [_deadline(book, item, ledger) for item in assessed if item.task.deadline]
    owners = {item.task.id: item for item in assessed}
    for milestone in book.ledger.milestones():
        owner = owners.get(milestone.task)
        if owner is None:
            continue
        closed = owner.task.status == "closed"
        state = (
            "cancelled"
            if owner.task.status == "terminated"
            else "done"
            if closed or milestone.done_on
            else "open"
        )
        found.append(
            Appointment(
                f"{milestone.id}@{ledger}.qplan",
                # its text tells how the task stands, so it changes with the task
                max(milestone.version, owner.task.version),
                _stamp(book, max(milestone.version, owner.task.version)),
                milestone.due,
                _titled(
                    state, _("Milestone: {title} ({task})").format(title=milestone.title, task=owner.task.id)
                ),
                _text(book, owner),
                state,
                _("milestone"),
                _alarms(book, state),
            )
        )
    return sorted(found, key=lambda one: (one.day, one.uid))


def _deadline(book: Book, item: Assessed, ledger: str) -> Appointment:
    row = item.task
    state = {"closed": "done", "terminated": "cancelled"}.get(row.status or "", "open")
    title = _titled(state, _("Due: {id} {title}").format(id=row.id, title=row.title))
    return Appointment(
        f"{row.id}@{ledger}.qplan", row.version, _stamp(book, row.version), row.deadline or "", title,
        _text(book, item), state, _("deadline"), _alarms(book, state),
    )  # fmt: skip


def _titled(state: str, title: str) -> str:
    words = {"done": _("[done]"), "cancelled": _("[terminated]")}
    return f"{words[state]} {title}" if state in words else title


def _alarms(book: Book, state: str) -> tuple[int, ...]:
    """Reminders: when it becomes due soon, a week before, a day before."""
    return tuple(sorted({book.clock.rules.due_soon_days, 7, 1}, reverse=True)) if state == "open" else ()


def _text(book: Book, item: Assessed) -> str:
    row = item.task
    lines = [
        _("Lead: {dept}").format(dept=book.department_name(row.lead)),
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


def _stamp(book: Book, version: int) -> str:
    event: Event | None = book.ledger.event(version)
    return event.recorded_at if event else "1970-01-01T00:00:00Z"


def view(book: Book, dept: str | None = None) -> View:
    """The calendar as a list; the ``ics`` format writes its days."""
    days = of_book(book, dept)
    columns = [
        Column("day", _("date"), DATE),
        Column("kind", _("kind")),
        Column("title", _("event")),
        Column("state", _("state"), rank=1),
        Column("uid", _("uid"), ID, rank=3),
    ]
    states = {"open": _("open"), "done": _("done"), "cancelled": _("terminated")}
    rows = [(d.day, d.category, d.title, states[d.state], d.uid) for d in days]
    name = book.department_name(dept) if dept else book.plan.title
    return lists.view_of(
        book, "calendar", _("{name}: deadlines and milestones").format(name=name),
        [Table("calendar", "", columns, rows, _("Nothing falls due."))],
        lambda: {
            "items": [
                {"uid": d.uid, "sequence": d.sequence, "date": d.day, "title": d.title, "state": d.state, "kind": d.category}
                for d in days
            ]
        },
        agenda=lambda: days,
    )  # fmt: skip

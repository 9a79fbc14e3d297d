"""Staged goals (阶段目标): added, done, moved, renamed, removed; the first date is never overwritten.

The office and the lead add goals and report them done; only the office moves, renames and removes them, and a
load of the plan leaves alone what it decided. One that is
past its date and not done is missed, and turns the light of its task (rules: ``milestone_missed``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from qplan.core.calendar import day, named_day
from qplan.core.model import GROUP, OPEN, Actor, Change, Milestone, PlanHead, Task
from qplan.core.workflow import LEAD, OFFICE, check_texts, lines_of, role_label, role_of, status_label
from qplan.errors import BadInput, Refused
from qplan.i18n import _, joined


def is_missed(milestone: Milestone, today: date) -> bool:
    """Whether a goal is past its date and not done."""
    return milestone.done_on is None and milestone.due < today.isoformat()


def added(
    task: Task, siblings: Sequence[Milestone], title: str, due: str, actor: Actor, plan: PlanHead
) -> Change:
    """A further goal of a task: confirmed when the office adds it, proposed when the lead does."""
    role = _may(task, actor, plan.office, (OFFICE, LEAD))
    title = " ".join(title.split())
    if not title:
        raise BadInput(_("Say what is to be reached: --title."))
    check_texts({"title": title})
    _check_due(task, due, plan.begins)
    if any(m.title == title and m.due == due and not m.retired for m in siblings):
        raise Refused(
            _("{id} has this milestone already ({title}, {due})."), id=task.id, title=title, due=due
        )
    number = 1 + sum(m.added for m in siblings)
    after: dict[str, Any] = {
        "task": task.id, "title": title, "due": due, "original_due": due,
        "basis": "confirmed" if role == OFFICE else "proposed",
        "added": 1, "position": 1 + max((m.position for m in siblings), default=0),
    }  # fmt: skip
    return Change("milestone.add", f"{task.id}/a{number}", {}, after)


def done(task: Task, milestone: Milestone, on: date, note: str | None, actor: Actor, office: str) -> Change:
    """A goal reached on a day; late when that day is after its date."""
    _may(task, actor, office, (OFFICE, LEAD))
    _check_open(milestone)
    after: dict[str, Any] = {"done_on": on.isoformat()}
    if note is not None:
        after["note"] = lines_of(note)
        check_texts({"note": after["note"]})
    info: dict[str, Any] = {"done_late": True} if on > day(milestone.due) else {}
    return _change("milestone.done", milestone, after, info)


def moved(
    task: Task, milestone: Milestone, to: str, reason: str | None, actor: Actor, plan: PlanHead
) -> Change:
    """Another date for a goal, with the reason; ``original_due`` stays."""
    _may(task, actor, plan.office, (OFFICE,))
    _check_open(milestone)
    if not reason:
        raise BadInput(_("Say why {id} moves: --reason."), id=milestone.id)
    info = _reason(reason)
    _check_due(task, to, plan.begins)
    if to == milestone.due:
        raise Refused(_("{id} is due on {due} already."), id=milestone.id, due=to)
    return _change("milestone.move", milestone, {"due": to}, info)


def renamed(
    task: Task, siblings: Sequence[Milestone], milestone: Milestone, title: str, reason: str | None,
    actor: Actor, office: str,
) -> Change:  # fmt: skip
    """Another title for a goal, which is the office's from then on."""
    _may(task, actor, office, (OFFICE,))
    _check_present(milestone)
    title = " ".join(title.split())
    check_texts({"title": title})
    if title == milestone.title:
        raise Refused(_("{id} is called so already."), id=milestone.id)
    if any(m.title == title and m.due == milestone.due and not m.retired for m in siblings):
        raise Refused(
            _("{id} has this milestone already ({title}, {due})."),
            id=task.id, title=title, due=milestone.due,
        )  # fmt: skip
    return _change("milestone.rename", milestone, {"title": title, "basis": "confirmed"}, _reason(reason))


def removed(task: Task, milestone: Milestone, reason: str | None, actor: Actor, office: str) -> Change:
    """A goal that is no longer asked for; the journal keeps it."""
    _may(task, actor, office, (OFFICE,))
    _check_open(milestone)
    if not reason:
        raise BadInput(_("Say why {id} is removed: --reason."), id=milestone.id)
    return _change("milestone.remove", milestone, {"retired": 1, "basis": "confirmed"}, _reason(reason))


def _reason(text: str | None) -> dict[str, Any]:
    """What an entry carries of a reason."""
    if text is None:
        return {}
    reason = " ".join(text.split())
    check_texts({"reason": reason})
    return {"reason": reason}


def _change(kind: str, milestone: Milestone, after: dict[str, Any], info: dict[str, Any]) -> Change:
    after = {name: value for name, value in after.items() if getattr(milestone, name) != value}
    return Change(kind, milestone.id, {name: getattr(milestone, name) for name in after}, after, info)


def _may(task: Task, actor: Actor, office: str, roles: tuple[str, ...]) -> str:
    if task.kind == GROUP:
        raise Refused(
            _("{id} is a heading; act on the tasks below it (qplan tasks --under {id})."), id=task.id
        )
    if task.retired or task.status not in OPEN:
        raise Refused(
            _("{id} is “{status}”: its milestones stay as they are."),
            id=task.id,
            status=_("left the plan") if task.retired else status_label(task.status),
        )
    role = role_of(actor, task, office)
    if role not in roles:
        raise Refused(
            _("Milestones of {id} are changed here by {allowed}; you act for {dept}, which is {role} there."),
            id=task.id, allowed=joined(map(role_label, roles)), dept=actor.acts_for, role=role_label(role),
        )  # fmt: skip
    return role


def _check_present(milestone: Milestone) -> None:
    if milestone.retired:
        raise Refused(_("{id} has left the plan; it takes no further steps."), id=milestone.id)


def _check_open(milestone: Milestone) -> None:
    _check_present(milestone)
    if milestone.done_on:
        raise Refused(_("{id} was done on {on} already."), id=milestone.id, on=milestone.done_on)


def _check_due(task: Task, due: str, begins: str) -> None:
    try:
        named_day(due)
    except ValueError:
        raise BadInput(_("“{text}” is not a date; write it as 2025-12-31."), text=due) from None
    if due < begins:
        raise BadInput(_("{due} is before the plan began ({begins})."), due=due, begins=begins)
    if task.deadline and due > task.deadline:
        raise BadInput(
            _("{due} is after the deadline of {id} ({deadline}); a staged goal comes before it."),
            due=due, id=task.id, deadline=task.deadline,
        )  # fmt: skip

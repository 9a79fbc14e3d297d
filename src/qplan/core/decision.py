"""Deciding on a requested action: the change that it makes, or the reason why it is refused."""

from typing import Any

from qplan.core.calendar import Clock
from qplan.core.effects import EFFECTS, implied
from qplan.core.model import GROUP, Actor, Change, Task
from qplan.core.workflow import (
    ANSWERS,
    BY_ACTION,
    LEAD,
    OFFICE,
    ActionRequest,
    Transition,
    action_label,
    check_texts,
    legal_actions,
    may_take,
    one_line,
    option,
    role_label,
    role_of,
    status_label,
    takers,
)
from qplan.errors import BadInput, Refused
from qplan.i18n import _, joined, sentences


def decide(task: Task, request: ActionRequest, clock: Clock, office: str) -> Change:
    """The change that a requested action makes, by the table; ``after`` is empty when it makes none.

    Raises Refused when the state, the role or the four-eyes rule forbids it (the sentence names the
    legal steps), BadInput when something required is not given or something given has no place.
    """
    if task.kind == GROUP:
        raise Refused(
            _("{id} is a heading; act on the tasks below it (qplan tasks --under {id})."), id=task.id
        )
    if task.retired:
        raise Refused(_("{id} has left the plan; it takes no further steps."), id=task.id)
    step = BY_ACTION[request.action]
    role = role_of(request.actor, task, office)
    _check_allowed(task, step, role, request.actor)
    given = implied(task, step, request.given)
    _check_given(task, step, given)
    request = request._replace(given=given)
    then = clock if clock.today == request.on else clock.on(request.on)
    after, info = EFFECTS[step.action](task, request, then)
    if step.to is not None:
        after["status"] = step.to
    on_behalf = role == OFFICE and LEAD in step.roles and task.lead is not None and office not in task.leads
    if step.action in ANSWERS and task.urge_level and not task.answered_on and not on_behalf:
        after["answered_on"] = request.on.isoformat()
    if given.get("note") and given["note"] not in (
        after.get("note"),
        after.get("result"),
        info.get("reason"),
    ):
        info["note"] = one_line(given["note"])
    if on_behalf:
        info["on_behalf_of"] = " ".join(task.leads)
    after = {name: value for name, value in after.items() if getattr(task, name) != value}
    before = {name: getattr(task, name) for name in after}
    return Change(f"task.{step.action}", task.id, before, after, info)


def _check_allowed(task: Task, step: Transition, role: str, actor: Actor) -> None:
    if task.status not in step.states:
        raise Refused(
            sentences(
                _("{id} is “{now}”: “{action}” is not open.").format(
                    id=task.id, now=status_label(task.status), action=action_label(step)
                ),
                legal_actions(task, role),
            )
        )
    if not may_take(step, task, role):
        reason = _("“{action}” on {id} is for {allowed}; you act for {dept}, which is {role} there.").format(
            action=action_label(step), id=task.id, allowed=joined(map(role_label, takers(step, task))),
            dept=actor.acts_for, role=role_label(role),
        )  # fmt: skip
        raise Refused(sentences(reason, legal_actions(task, role)))


def _check_given(task: Task, step: Transition, given: dict[str, Any]) -> None:
    check_texts(given)
    missing = [option(name) for name in step.requires if given.get(name) in (None, "")]
    if missing:
        raise BadInput(
            _("“{action}” on {id} needs {missing}."),
            action=action_label(step), id=task.id, missing=joined(missing),
        )  # fmt: skip
    known = (*step.requires, *step.accepts, "note")
    strange = [option(name) for name in given if name not in known]
    if strange:
        raise BadInput(
            _("“{action}” on {id} takes no {strange}; leave it out, or report it by itself."),
            action=action_label(step), id=task.id, strange=joined(strange),
        )  # fmt: skip

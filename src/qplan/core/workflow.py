"""The supervision cycle as one table: state x action x role -> state, and what a step requires.

立项 → 交办 → 签收 → 办理 → 反馈 → 复核 → 销号: commands, refusals, help and ``docs/workflow.md`` all come
from :data:`TRANSITIONS`. What a transition does to the record is in :mod:`qplan.core.effects`;
:func:`qplan.core.decision.decide` turns a requested action into a change, or refuses it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from qplan.core.model import (
    ACTIVE,
    ASSIGNED,
    AT_WORK,
    BLOCKED,
    CLOSED,
    GROUP,
    ONGOING,
    OPEN,
    SUBMITTED,
    TERMINATED,
    Actor,
    Task,
    ids,
)
from qplan.core.names import says_nothing
from qplan.errors import BadInput, Refused
from qplan.i18n import N_p, _, code_of, coded, joined, pgettext, sentences

#: The code and label that lists show in place of a status where a task has left the plan.
LEFT_PLAN = "left_plan"
LEFT_PLAN_LABEL = N_p("status", "left the plan")

#: Status -> label, in the order of :data:`qplan.core.model.STATUSES`.
STATUS: dict[str, str] = {
    ASSIGNED: N_p("status", "to accept"),
    ACTIVE: N_p("status", "active"),
    BLOCKED: N_p("status", "blocked"),
    SUBMITTED: N_p("status", "to verify"),
    CLOSED: N_p("status", "closed"),
    TERMINATED: N_p("status", "terminated"),
}

OFFICE, LEAD, VERIFIER, SUPPORT, OTHER = "office", "lead", "verifier", "support", "other"

#: Role -> label.
ROLES: dict[str, str] = {
    OFFICE: N_p("role", "office"),
    LEAD: N_p("role", "lead"),
    VERIFIER: N_p("role", "verifier"),
    SUPPORT: N_p("role", "support"),
    OTHER: N_p("role", "other"),
}


class Transition(NamedTuple):
    """A row of the table: who may do what in which states, where it leads, what it needs.

    Every step takes a note as well; where the record has no place for it, its event keeps it.
    """

    action: str
    label: str  #: what the action is called, translated by :func:`action_label`
    states: tuple[str, ...]
    roles: tuple[str, ...]
    to: str | None  #: the state it leads to; None keeps the state
    requires: tuple[str, ...] = ()  #: fields that must be given
    accepts: tuple[str, ...] = ()  #: fields that may be given as well
    command: str = ""  #: the command that takes it, where that is not the action's own name

    @property
    def verb(self) -> str:
        """The command that takes this step."""
        return self.command or self.action


DOING = (LEAD, OFFICE)
#: Who verifies a completion: the task's verifier where it has one, else the office (:func:`may_take`).
VERIFYING = (OFFICE, VERIFIER)
REPORT = ("progress", "difficulty", "needs", "next_step", "evidence", "owner", "contact", "leader")
HANDED = ("support", "leader", "owner", "contact", "reason")

#: The cycle. The office may take a department's step on its behalf (a report by telephone); the
#: journal names the office then, and who reported a completion can never verify it.
TRANSITIONS: tuple[Transition, ...] = (
    Transition("accept", N_p("action", "accept"), (ASSIGNED,), DOING, ACTIVE, (), REPORT),
    Transition("dispute", N_p("action", "dispute the assignment"), (ASSIGNED,), (LEAD,), None, ("reason",)),
    Transition("report", N_p("action", "report"), AT_WORK, DOING, None, (), REPORT),
    Transition("contribute", N_p("action", "report its part"), AT_WORK, (SUPPORT,), None, ("note",), (), "report"),
    Transition("block", N_p("action", "report a difficulty"), (ACTIVE,), DOING, BLOCKED, ("difficulty", "needs"), REPORT),
    Transition("resume", N_p("action", "resume"), (BLOCKED,), DOING, ACTIVE, (), REPORT),
    Transition("submit", N_p("action", "submit for closing"), AT_WORK, DOING, SUBMITTED, ("evidence",), REPORT),
    Transition("request", N_p("action", "ask for an extension"), AT_WORK, (LEAD,), None, ("to", "reason"), (), "extend"),
    Transition("approve", N_p("action", "verify and close"), (SUBMITTED,), VERIFYING, CLOSED),
    Transition("return", N_p("action", "return"), (SUBMITTED,), VERIFYING, ACTIVE, ("note",), ("progress",)),
    Transition("extend", N_p("action", "grant an extension"), OPEN, (OFFICE,), None, ("to",), ("reason", "document")),
    Transition("refuse", N_p("action", "refuse an extension"), OPEN, (OFFICE,), None, ("reason",), (), "extend"),
    Transition("assign", N_p("action", "assign"), OPEN, (OFFICE,), None, (), (*HANDED, "lead")),
    Transition("reassign", N_p("action", "hand to another lead"), (ACTIVE, BLOCKED, SUBMITTED), (OFFICE,), ASSIGNED, ("lead",), HANDED, "assign"),
    Transition("confirm", N_p("action", "confirm the assignment"), OPEN, (OFFICE,), None, (), ("document",)),
    Transition("urge", N_p("action", "urge"), OPEN, (OFFICE,), None, (), ("level", "answer_by")),
    Transition("terminate", N_p("action", "terminate"), OPEN, (OFFICE,), TERMINATED, ("document",), ("reason",)),
    Transition("reopen", N_p("action", "reopen"), (CLOSED, TERMINATED), (OFFICE,), ACTIVE, ("reason",), ("progress",)),
)  # fmt: skip

#: Steps by which the lead reports, and answers an urge: all that are the lead's.
ANSWERS = frozenset(step.action for step in TRANSITIONS if LEAD in step.roles)

BY_ACTION: dict[str, Transition] = {step.action: step for step in TRANSITIONS}

#: Command -> the steps it takes; which of them is meant, :func:`resolve_action` says.
VERBS: dict[str, tuple[Transition, ...]] = {
    step.verb: tuple(other for other in TRANSITIONS if other.verb == step.verb) for step in TRANSITIONS
}

#: (state, wished state) -> the action that ``update --status`` takes.
TO_STATUS: dict[tuple[str, str], str] = {
    (state, step.to): step.action for step in TRANSITIONS if step.to is not None for state in step.states
}


#: What people call a status -> the statuses that they may mean.
USUAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("进行中", "在办", "办理", "推进中", "in progress", "ongoing"), (ACTIVE,)),
    **dict.fromkeys(("未签收", "未接收", "new"), (ASSIGNED,)),
    **dict.fromkeys(("受阻中", "有困难"), (BLOCKED,)),
    **dict.fromkeys(("待审", "待复核", "申请销号", "已申请销号"), (SUBMITTED,)),
    **dict.fromkeys(("销号", "已办结销号"), (CLOSED,)),
    **dict.fromkeys(("终止",), (TERMINATED,)),
    **dict.fromkeys(
        ("已完成", "完成", "办结", "已办结", "done", "completed", "finished"), (SUBMITTED, CLOSED)
    ),
    **dict.fromkeys(("未完成", "未办结", "open"), OPEN),
}


def needs_coordination(task: Task) -> bool:
    """Whether the lead of an open task cannot go on alone: it is blocked, or the lead named what it needs."""
    return task.status == BLOCKED or (task.status in OPEN and not says_nothing(task.needs or ""))


def status_label(code: str | None) -> str:
    """The label of a status in the language in use."""
    return pgettext("status", STATUS.get(code, LEFT_PLAN_LABEL)) if code else ""


def shown_deadline(task: Task) -> str | None:
    """The day on which a task is due; the document's words where it has none."""
    return task.deadline or task.deadline_text or (_("ongoing") if task.term == ONGOING else None)


def shown_status(task: Task) -> str | None:
    """The code of what a list shows as a task's status; :data:`LEFT_PLAN` for one that has left the plan, none for a heading."""
    return LEFT_PLAN if task.retired else None if task.kind == GROUP else task.status


def role_label(role: str) -> str:
    """The label of a role in the language in use."""
    return pgettext("role", ROLES[role])


def action_label(transition: Transition) -> str:
    """The label of a transition's action in the language in use."""
    return pgettext("action", transition.label)


def parse_status(text: str) -> str:
    """The code of a status given by code or by label in either language."""
    code = code_of(STATUS, "status", text)
    if code:
        return code
    meant = USUAL.get(text.strip().casefold(), ())
    if len(meant) == 1:
        return meant[0]
    if text.strip().casefold() in ("逾期", "overdue"):
        raise BadInput(_("“{text}” is no status but follows from the deadline: --overdue."), text=text)
    known = joined(coded(code, status_label(code)) for code in meant or STATUS)
    sentence = (
        _("“{text}” may mean: {known}.") if meant else _("There is no status “{text}”; give one of: {known}.")
    )
    raise BadInput(sentence, text=text, known=known)


def role_of(actor: Actor, task: Task, office: str) -> str:
    """What an actor is to a task: office, lead (any of the joint ones), verifier, support or other."""
    if actor.dept == office:
        return OFFICE
    if actor.dept in task.leads:
        return LEAD
    if actor.dept == task.verifier:
        return VERIFIER
    return SUPPORT if actor.dept in ids(task.support) else OTHER


def open_transitions(task: Task, role: str) -> tuple[Transition, ...]:
    """The steps that a role may take on a task now."""
    return tuple(step for step in TRANSITIONS if task.status in step.states and may_take(step, task, role))


def may_take(step: Transition, task: Task, role: str) -> bool:
    """Whether a step is a role's to take on a task; the office leaves verifying to a verifier."""
    return role in step.roles and not (role == OFFICE and VERIFIER in step.roles and task.verifier)


def takers(step: Transition, task: Task) -> tuple[str, ...]:
    """The roles that may take a step on a task."""
    named = (role for role in step.roles if role != VERIFIER or task.verifier)
    return tuple(role for role in named if may_take(step, task, role))


def applicable_steps(
    task: Task, verb: str | None, status: str | None, given: Mapping[str, Any]
) -> tuple[Transition, ...]:
    """Return the steps that a command on a selection of tasks may mean for one of them, whoever asks; none
    where it is not about that task. Without a verb it is ``update``, to a status or as a report.
    """
    if verb is None and status not in (None, task.status):
        action = TO_STATUS.get((task.status or "", status or ""))
        return (BY_ACTION[action],) if action else ()
    verb = verb or "report"
    if verb == "confirm" and task.basis == "confirmed" and not task.dispute:
        return ()
    if verb in ("extend", "refuse") and "to" not in given and not task.extension_to:
        return ()
    steps = VERBS.get(verb) or (BY_ACTION[verb],)
    if verb == "report":
        steps = (*steps, BY_ACTION["accept"])
    return tuple(step for step in steps if task.status in step.states)


def meant_actions(verb: str | None, status: str | None = None) -> frozenset[str]:
    """Return the actions that a command may mean, whatever the task and whoever asks; without a verb it is ``update``."""
    verb = verb or "report"
    named = [step.action for step in VERBS.get(verb) or (BY_ACTION[verb],)]
    if verb == "report":
        named.append("accept")  # by the first report
    return frozenset(named) | {action for (_state, to), action in TO_STATUS.items() if to == status}


class ActionRequest(NamedTuple):
    """An action that somebody wants to take on a task, and the fields given with it."""

    action: str
    given: dict[str, Any]
    actor: Actor
    on: date  #: the day it takes effect
    #: what the rules need and no user gives: a digest, the day of the assignment, earlier progress
    facts: dict[str, Any] = {}  # noqa: RUF012 - never written to


def named_action(task: Task, status: str | None, role: str, given: dict[str, Any]) -> str:
    """The action that ``update`` means: a step to the wished status, or a report."""
    if status is None or status == task.status:
        return resolve_action("report", task, role, given if status is None else {})
    action = TO_STATUS.get((task.status or "", status))
    if action is None:
        raise Refused(
            sentences(
                _("{id} is “{now}” and cannot become “{wished}” in one step.").format(
                    id=task.id, now=status_label(task.status), wished=status_label(status)
                ),
                legal_actions(task, role),
            )
        )
    return action


def resolve_action(verb: str, task: Task, role: str, given: dict[str, Any]) -> str:
    """Which step a command means: it depends on who asks, and on what is given."""
    if verb == "report" and role == SUPPORT:
        return "contribute"
    if verb == "report" and task.status == ASSIGNED and any(value is not None for value in given.values()):
        return "accept"  # who reports on a task has accepted it: nobody signs twice
    if verb == "extend":
        return "extend" if role == OFFICE else "request"
    if verb == "assign":
        another = given.get("lead") is not None and task.lead not in ids(given["lead"])
        return "reassign" if another and task.status in BY_ACTION["reassign"].states else "assign"
    return verb


def legal_actions(task: Task, role: str) -> str:
    """A sentence that names the transitions open to a role."""
    steps = [step for step in open_transitions(task, role) if _has_object(step, task)]
    if not steps and role == SUPPORT and task.status == ASSIGNED:
        return _("Once its lead has accepted it, you can report your part.")
    if not steps:
        return _("As {role} you cannot change it now.").format(role=role_label(role))
    named = joined(
        coded(_typed(step), action_label(step)) + (f" → {status_label(step.to)}" if step.to else "")
        for step in steps
    )
    return _("Open to you as {role}: {steps}.").format(role=role_label(role), steps=named)


def _has_object(step: Transition, task: Task) -> bool:
    """Whether there is what a step acts on: a request to refuse, a proposal or dispute to confirm."""
    if step.action == "refuse":
        return task.extension_to is not None
    if step.action == "confirm":
        return task.basis != "confirmed" or bool(task.dispute) or task.deadline_basis == "proposed"
    return True


def _typed(step: Transition) -> str:
    """What people type to take a step."""
    return f"{step.verb} --refuse" if step.action == "refuse" else step.verb


#: field -> the option that gives it, where the names differ
OPTION = {"next_step": "--next", "answer_by": "--answer-by"}


def option(field: str) -> str:
    """The option that gives a field."""
    return OPTION.get(field, f"--{field}")


#: Texts of a report, and the remark on a goal or figure: their line breaks stay. Every other text is one line.
TEXTS = ("note", "difficulty", "needs", "next_step", "evidence")


def one_line(value: Any) -> Any:
    """Return a text without line breaks and without blanks around it; any other value as it is."""
    return " ".join(value.split()) if isinstance(value, str) else value


def lines_of(value: Any) -> Any:
    """Return a text whose lines have no blanks around them, without empty ones; any other value as it is."""
    return "\n".join(filter(None, map(one_line, value.splitlines()))) if isinstance(value, str) else value


class Part(NamedTuple):
    """What a supporting department reported, and when."""

    dept: str
    day: str
    text: str


def parts_of(support_note: str | None) -> list[Part]:
    """Return what a task's record has of its supporting departments; a line that begins with a blank goes on."""
    parts = (part.replace("\n ", "\n").split(" ", 2) for part in re.split(r"\n(?! )", support_note or ""))
    return [Part(*part) for part in parts if len(part) == len(Part._fields)]


#: The most characters of a text; what is longer is a document, which can be given as evidence.
LONGEST = 2000
#: Fields that hold a name or a number of a document -> the most characters of it.
SHORT = dict.fromkeys(("owner", "contact", "leader", "document", "level", "title", "unit"), 200)


#: Characters that steer a terminal or an editor: controls, line and paragraph separators, characters
#: that reorder text. Line breaks are left in :data:`TEXTS` alone.
FORBIDDEN = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"


def check_texts(given: dict[str, Any]) -> None:
    """Raise BadInput for empty and over-long texts and forbidden characters; no support is an answer."""
    empty = [option(name) for name, value in given.items() if name != "support" and value == ""]
    if empty:
        raise BadInput(
            _("{options}: the text is empty; write one, or leave it out."), options=" ".join(empty)
        )
    for name, value in given.items():
        if not isinstance(value, str):
            continue
        most = SHORT.get(name, LONGEST)
        if len(value) > most and name != "support":
            raise BadInput(
                _("{option} has {n} characters, {most} are allowed; give a long text as a document (--evidence FILE)."),
                option=option(name), n=len(value), most=most,
            )  # fmt: skip
        if not value.isprintable() and (found := re.search(FORBIDDEN, value)):
            raise BadInput(
                _("{option} holds the character U+{code:04X}, which is not for reading; leave it out."),
                option=option(name),
                code=ord(found[0]),
            )

"""The supervision cycle as one table: state x action x role -> state, and what a step requires.

立项 → 交办 → 签收 → 办理 → 反馈 → 复核 → 销号: commands, refusals, help and ``docs/workflow.md`` all come
from :data:`TABLE`. :func:`decide` turns a wished action into a change, or refuses it and names the
steps that are open.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from qplan.core.calendar import Clock, closed_late, day
from qplan.core.model import GROUP, Actor, Change, Task, ids
from qplan.errors import BadInput, Refused
from qplan.i18n import _, pick

ASSIGNED, ACTIVE, BLOCKED = "assigned", "active", "blocked"
SUBMITTED, CLOSED, TERMINATED = "submitted", "closed", "terminated"

#: Status -> (English, Chinese) label, in the order of the cycle.
STATUS: dict[str, tuple[str, str]] = {
    ASSIGNED: ("to accept", "待签收"),
    ACTIVE: ("active", "办理中"),
    BLOCKED: ("blocked", "受阻"),
    SUBMITTED: ("to verify", "待审核"),
    CLOSED: ("closed", "已销号"),
    TERMINATED: ("terminated", "已终止"),
}

OPEN = (ASSIGNED, ACTIVE, BLOCKED, SUBMITTED)
OFFICE, LEAD, SUPPORT, OTHER = "office", "lead", "support", "other"

#: Role -> (English, Chinese) label.
ROLES: dict[str, tuple[str, str]] = {
    OFFICE: ("office", "统筹办"),
    LEAD: ("lead", "牵头单位"),
    SUPPORT: ("support", "配合单位"),
    OTHER: ("other", "其他单位"),
}


class Step(NamedTuple):
    """A row of the table: who may do what in which states, where it leads, what it needs."""

    action: str
    label: tuple[str, str]
    states: tuple[str, ...]
    roles: tuple[str, ...]
    to: str | None  #: the state it leads to; None keeps the state
    requires: tuple[str, ...] = ()  #: fields that must be given
    accepts: tuple[str, ...] = ()  #: fields that may be given as well
    kind: str = ""  #: the verb of its event when it is not the action


REPORT = ("progress", "note", "difficulty", "needs", "next_step", "evidence", "owner", "contact", "leader")
NOTE = ("note",)

#: The cycle. The office may take a department's step on its behalf (a report by telephone); the
#: journal names the office then, and who reported a completion can never verify it.
TABLE: tuple[Step, ...] = (
    Step("accept", ("accept", "签收"), (ASSIGNED,), (LEAD, OFFICE), ACTIVE, (), REPORT),
    Step("report", ("report", "反馈"), (ACTIVE, BLOCKED), (LEAD, OFFICE), None, (), REPORT),
    Step("contribute", ("report its part", "配合反馈"), (ACTIVE, BLOCKED), (SUPPORT,), None, NOTE, ()),
    Step("block", ("block", "报告受阻"), (ACTIVE,), (LEAD, OFFICE), BLOCKED, ("difficulty", "needs"), REPORT),
    Step("resume", ("resume", "恢复办理"), (BLOCKED,), (LEAD, OFFICE), ACTIVE, (), REPORT),
    Step("submit", ("submit", "申请销号"), (ACTIVE, BLOCKED), (LEAD, OFFICE), SUBMITTED, ("evidence",), REPORT),
    Step("approve", ("approve", "审核销号"), (SUBMITTED,), (OFFICE,), CLOSED, (), ("result", *NOTE)),
    Step("return", ("return", "退回"), (SUBMITTED,), (OFFICE,), ACTIVE, ("result",), NOTE),
    Step("reopen", ("reopen", "重新启动"), (CLOSED, TERMINATED), (OFFICE,), ACTIVE, ("reason",), NOTE),
    Step("terminate", ("terminate", "终止"), OPEN, (OFFICE,), TERMINATED, ("document",), ("reason", *NOTE)),
    Step("request", ("ask for an extension", "申请延期"), (ACTIVE, BLOCKED), (LEAD,), None, ("to", "reason")),
    Step("extend", ("extend", "批准延期"), OPEN, (OFFICE,), None, ("to",), ("reason", "document")),
    Step("refuse", ("refuse an extension", "不予延期"), OPEN, (OFFICE,), None, ("reason",)),
    Step("dispute", ("dispute", "提出异议"), (ASSIGNED,), (LEAD,), None, ("reason",)),
    Step("assign", ("assign", "交办"), OPEN, (OFFICE,), None, (), ("lead", "support", "leader", "owner", "contact", "reason")),
    Step("confirm", ("confirm", "确认分工"), OPEN, (OFFICE,), None, (), ("document", *NOTE)),
    Step("urge", ("urge", "催办"), OPEN, (OFFICE,), None, ("level", "answer_by"), NOTE),
)  # fmt: skip

STEPS: dict[str, Step] = {step.action: step for step in TABLE}

#: (state, wished state) -> the action that ``update --status`` takes.
TO_STATUS: dict[tuple[str, str], str] = {
    (state, step.to): step.action for step in TABLE if step.to is not None for state in step.states
}


def status_label(code: str | None) -> str:
    """The label of a status in the language in use."""
    return pick(STATUS[code]) if code else ""


def parse_status(text: str) -> str:
    """The code of a status given by code or by label in either language."""
    wanted = text.strip().casefold()
    for code, labels in STATUS.items():
        if wanted in (code, *(label.casefold() for label in labels)):
            return code
    known = ", ".join(f"{code} {labels[1]}" for code, labels in STATUS.items())
    raise BadInput(_("There is no status “{text}”; give one of: {known}.").format(text=text, known=known))


def role_of(actor: Actor, task: Task, office: str) -> str:
    """What an actor is to a task: office, lead, support or other."""
    if actor.dept == office:
        return OFFICE
    if actor.dept == task.lead:
        return LEAD
    return SUPPORT if actor.dept in ids(task.support) else OTHER


def open_steps(task: Task, role: str) -> tuple[Step, ...]:
    """The steps that a role may take on a task now."""
    return tuple(step for step in TABLE if task.status in step.states and role in step.roles)


class Wish(NamedTuple):
    """An action that somebody wants to take on a task, and the fields given with it."""

    action: str
    given: dict[str, Any]
    actor: Actor
    on: date  #: the day it takes effect


def named_action(task: Task, status: str | None, role: str) -> str:
    """The action that ``update`` means: a step to the wished status, or a report."""
    if status is None or status == task.status:
        return "contribute" if role == SUPPORT else "report"
    action = TO_STATUS.get((task.status or "", status))
    if action is None:
        raise Refused(
            _("{id} is “{now}” and cannot become “{wished}” in one step.").format(
                id=task.id, now=status_label(task.status), wished=status_label(status)
            )
            + " " + _legal(task, role)
        )  # fmt: skip
    return action


def _legal(task: Task, role: str) -> str:
    """The sentence that names the legal steps."""
    steps = open_steps(task, role)
    if not steps:
        return _("As {role} you cannot change it now.").format(role=pick(ROLES[role]))
    named = ", ".join(
        f"{step.action} {step.label[1]}" + (f" → {status_label(step.to)}" if step.to else "")
        for step in steps
    )
    return _("Open to you as {role}: {steps}.").format(role=pick(ROLES[role]), steps=named)


#: field -> the option that gives it, for sentences
OPTION = {
    "next_step": "--next", "evidence": "--evidence", "difficulty": "--difficulty", "needs": "--needs",
    "result": "--note", "reason": "--reason", "document": "--document", "to": "--to",
    "level": "--level", "answer_by": "--answer-by", "note": "--note",
}  # fmt: skip


def decide(task: Task, wish: Wish, clock: Clock, office: str) -> Change:
    """The change that a wished action makes, by the table.

    Raises Refused when the state, the role or the four-eyes rule forbids it (the sentence names the
    legal steps), BadInput when something required is not given.
    """
    if task.kind == GROUP:
        raise Refused(
            _("{id} is a heading; act on the tasks below it (qplan tasks --under {id}).").format(id=task.id)
        )
    if task.retired:
        raise Refused(_("{id} has left the plan; it takes no further steps.").format(id=task.id))
    step = STEPS[wish.action]
    role = role_of(wish.actor, task, office)
    if task.status not in step.states:
        raise Refused(
            _("{id} is “{now}”: “{action}” is not open.").format(
                id=task.id, now=status_label(task.status), action=pick(step.label)
            )
            + " " + _legal(task, role)
        )  # fmt: skip
    if role not in step.roles:
        allowed = "、".join(pick(ROLES[r]) for r in step.roles)
        raise Refused(
            _("“{action}” on {id} is for {allowed}; you act for {dept}, which is {role} there.").format(
                action=pick(step.label), id=task.id, allowed=allowed, dept=wish.actor.dept, role=pick(ROLES[role])
            )
            + " " + _legal(task, role)
        )  # fmt: skip
    missing = [OPTION.get(name, f"--{name}") for name in step.requires if not wish.given.get(name)]
    if missing:
        raise BadInput(
            _("“{action}” on {id} needs {missing}.").format(
                action=pick(step.label), id=task.id, missing=" ".join(missing)
            )
        )
    after, info = EFFECTS.get(step.action, _report)(task, wish, clock)
    if step.to is not None:
        after["status"] = step.to
    if step.action in ANSWERS and task.urge_level and not task.answered_on:
        after["answered_on"] = wish.on.isoformat()
    after = {name: value for name, value in after.items() if getattr(task, name) != value}
    before = {name: getattr(task, name) for name in after}
    return Change(f"task.{step.kind or step.action}", task.id, before, after, info)


#: Steps by which the lead answers an urge.
ANSWERS = frozenset({"accept", "report", "block", "resume", "submit"})

Effect = tuple[dict[str, Any], dict[str, Any]]


def _report(task: Task, wish: Wish, clock: Clock) -> Effect:
    """Progress, difficulty and next step; the day of a report is never moved back."""
    after = {
        name: wish.given[name] for name in (*REPORT, "evidence_sha256") if wish.given.get(name) is not None
    }
    progress = after.get("progress")
    if progress is not None and not 0 <= progress <= 100:
        raise BadInput(_("Progress is a whole number from 0 to 100, not {value}.").format(value=progress))
    after["last_update"] = max(task.last_update or "", wish.on.isoformat())
    return after, {}


def _accept(task: Task, wish: Wish, clock: Clock) -> Effect:
    after, info = _report(task, wish, clock)
    return {**after, "accepted_on": wish.on.isoformat()}, info


def _resume(task: Task, wish: Wish, clock: Clock) -> Effect:
    """The difficulty is over: it stays in the journal and leaves the row."""
    after, info = _report(task, wish, clock)
    return {"difficulty": None, "needs": None, **after}, info


def _submit(task: Task, wish: Wish, clock: Clock) -> Effect:
    after, info = _report(task, wish, clock)
    return {
        **after,
        "submitted_on": wish.on.isoformat(),
        "submitted_by": str(wish.actor),
        "result": None,
    }, info


def _approve(task: Task, wish: Wish, clock: Clock) -> Effect:
    """Verified by somebody else than the reporter; a one-person office is named in the event."""
    info: dict[str, Any] = {}
    if task.submitted_by == str(wish.actor):
        if not clock.rules.one_person_office:
            raise Refused(
                _("{id} was submitted by {who}: who reports a completion cannot verify it; another person of the office must (--actor NAME@{dept}).").format(
                    id=task.id, who=wish.actor, dept=wish.actor.dept
                )
            )  # fmt: skip
        info["one_person_office"] = True
    after: dict[str, Any] = {
        "progress": 100,
        "result": wish.given.get("result") or wish.given.get("note"),
        "closed_on": wish.on.isoformat(),
        "closed_by": str(wish.actor),
    }
    closed = task._replace(status=CLOSED, closed_on=after["closed_on"])
    info["closed_late"] = bool(closed_late(closed, clock))
    return after, info


def _return(task: Task, wish: Wish, clock: Clock) -> Effect:
    return {
        "result": wish.given["result"],
        "returned_on": wish.on.isoformat(),
        "submitted_on": None,
        "submitted_by": None,
    }, {}


def _reopen(task: Task, wish: Wish, clock: Clock) -> Effect:
    gone = ("closed_on", "closed_by", "submitted_on", "submitted_by", "document")
    return {**dict.fromkeys(gone), "last_update": wish.on.isoformat()}, {"reason": wish.given["reason"]}


def _terminate(task: Task, wish: Wish, clock: Clock) -> Effect:
    info = {"reason": wish.given["reason"]} if wish.given.get("reason") else {}
    return {
        "document": wish.given["document"],
        "closed_on": wish.on.isoformat(),
        "closed_by": str(wish.actor),
    }, info


def _new_deadline(task: Task, wish: Wish) -> str:
    text = str(wish.given["to"])
    if task.deadline and text <= task.deadline:
        raise BadInput(
            _("The new deadline {new} is not after the present one, {old}.").format(
                new=text, old=task.deadline
            )
        )
    return text


def _request(task: Task, wish: Wish, clock: Clock) -> Effect:
    """Asked for before the deadline; a request after it is marked late."""
    late = task.deadline is not None and wish.on > day(task.deadline)
    after = {
        "extension_to": _new_deadline(task, wish),
        "extension_on": wish.on.isoformat(),
        "extension_reason": wish.given["reason"],
    }
    return after, {"late": True} if late else {}


def _extend(task: Task, wish: Wish, clock: Clock) -> Effect:
    """The office grants: the deadline moves, the original one stays where it was."""
    late = task.deadline is not None and day(task.extension_on or wish.on.isoformat()) > day(task.deadline)
    info = {name: wish.given[name] for name in ("reason", "document") if wish.given.get(name)}
    if late:
        info["late"] = True
    after = {"deadline": _new_deadline(task, wish), "extensions": task.extensions + 1, **_NO_REQUEST}
    return after, info


def _refuse(task: Task, wish: Wish, clock: Clock) -> Effect:
    if not task.extension_to:
        raise Refused(_("{id} has no request for an extension to refuse.").format(id=task.id))
    return dict(_NO_REQUEST), {"reason": wish.given["reason"], "asked": task.extension_to}


_NO_REQUEST: dict[str, Any] = {"extension_to": None, "extension_on": None, "extension_reason": None}


def _dispute(task: Task, wish: Wish, clock: Clock) -> Effect:
    """Within a few working days of the assignment (``dispute_workdays``)."""
    since = day(wish.given["assigned_on"]) if wish.given.get("assigned_on") else clock.starts
    allowed = clock.rules.dispute_workdays
    if clock.calendar.between(since, wish.on) > allowed:
        raise Refused(
            _(
                "{id} was assigned on {since}; an assignment can be disputed within {days} working days."
            ).format(id=task.id, since=since, days=allowed)
        )
    return {"dispute": wish.given["reason"], "disputed_on": wish.on.isoformat()}, {}


def _assign(task: Task, wish: Wish, clock: Clock) -> Effect:
    """The office's decision: from now on the assignment is its own, and a dispute is settled."""
    names = ("lead", "support", "leader", "owner", "contact")
    after = {name: wish.given[name] for name in names if wish.given.get(name) is not None}
    if not after:
        raise BadInput(_("Say what to assign: --lead, --support, --leader, --owner or --contact."))
    if "lead" in after or "support" in after:
        lead = after.get("lead", task.lead)
        support = after.get("support", task.support)
        if lead in ids(support):
            raise BadInput(_("{dept} cannot lead and support the same task.").format(dept=lead))
        after |= {"basis": "confirmed", "dispute": None, "disputed_on": None}
        if "lead" in after and after["lead"] != task.lead and task.status != ASSIGNED:
            after |= {"status": ASSIGNED, "accepted_on": None}
    return after, {"reason": wish.given["reason"]} if wish.given.get("reason") else {}


def _confirm(task: Task, wish: Wish, clock: Clock) -> Effect:
    if task.basis == "confirmed":
        raise Refused(_("The assignment of {id} is confirmed already.").format(id=task.id))
    info = {name: wish.given[name] for name in ("document", "note") if wish.given.get(name)}
    return {"basis": "confirmed", "dispute": None, "disputed_on": None}, info


def _urge(task: Task, wish: Wish, clock: Clock) -> Effect:
    after = {
        "urge_level": wish.given["level"],
        "urged_on": wish.on.isoformat(),
        "answer_by": wish.given["answer_by"],
        "answered_on": None,
    }
    return after, {"note": wish.given["note"]} if wish.given.get("note") else {}


def _contribute(task: Task, wish: Wish, clock: Clock) -> Effect:
    """A supporting department reports its own part; the lead's progress is not touched."""
    if any(wish.given.get(name) is not None for name in REPORT if name not in ("note", "evidence")):
        raise Refused(
            _("{dept} supports {id}: it reports its part with --note; progress is the lead's.").format(
                dept=wish.actor.dept, id=task.id
            )
        )
    return {"support_note": f"{wish.on.isoformat()} {wish.actor.dept}: {wish.given['note']}"}, {}


EFFECTS = {
    "accept": _accept, "report": _report, "contribute": _contribute, "block": _report, "resume": _resume,
    "submit": _submit, "approve": _approve, "return": _return, "reopen": _reopen, "terminate": _terminate,
    "request": _request, "extend": _extend, "refuse": _refuse, "dispute": _dispute, "assign": _assign,
    "confirm": _confirm, "urge": _urge,
}  # fmt: skip


def next_rung(task: Task, clock: Clock, days_late: int) -> str | None:
    """The level of urging to propose now: the ladder's next rung, never skipping one.

    A rung is due when the task is late enough for it and the level before is old enough.
    """
    ladder = clock.rules.urging
    place = clock.rules.rung(task.urge_level) + 1
    if place >= len(ladder):
        place = len(ladder) - 1
    rung = ladder[place]
    if days_late < rung.overdue_days:
        return None
    if task.urged_on and (clock.today - day(task.urged_on)).days < rung.after_days:
        return None
    return rung.level

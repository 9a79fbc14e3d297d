"""What each step of the workflow does to a task's record.

An effect is a function (task, request, clock on the day of the request) -> (fields after, what else the
event records). It may refuse: the four-eyes rule, the days in which a dispute is heard, the order of the levels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qplan.core.calendar import Clock, closed_late, day, due_day, named_day
from qplan.core.escalation import chosen_level, label_of_level
from qplan.core.model import CLOSED, Actor, Task, ids
from qplan.core.workflow import (
    ANSWERS,
    REPORT,
    TEXTS,
    TRANSITIONS,
    ActionRequest,
    Part,
    Transition,
    lines_of,
    one_line,
    parts_of,
)
from qplan.errors import BadInput, Refused
from qplan.i18n import _, joined

Fields = dict[str, Any]
Effect = tuple[Fields, Fields]

_NO_REQUEST: Fields = dict.fromkeys(("extension_to", "extension_on", "extension_reason"))
_NO_DISPUTE: Fields = dict.fromkeys(("dispute", "disputed_on"))
_NO_CLAIM: Fields = dict.fromkeys(("submitted_on", "submitted_by"))
_NO_DIFFICULTY: Fields = dict.fromkeys(("difficulty", "needs"))
_NO_URGE: Fields = dict.fromkeys(("urge_level", "urged_on", "answer_by", "answered_on"))


def implied(task: Task, step: Transition, given: Fields) -> Fields:
    """What need not be typed: a note serves as the reason, granting takes the day that was asked for."""
    kept = TEXTS if step.action == "contribute" or "note" in PUTS[step.action] else ()
    given = {
        name: (lines_of if name in kept else one_line)(value)
        for name, value in given.items()
        if value is not None
    }
    if "reason" in step.requires and "reason" not in given and given.get("note"):
        given["reason"] = given["note"]
    if step.action == "extend" and "to" not in given and task.extension_to:
        given["to"] = task.extension_to
    return given


def _report(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Progress, difficulty and next step; the day of a report is never moved back."""
    after = {name: request.given[name] for name in (*REPORT, "note") if request.given.get(name) is not None}
    if "evidence" in after:
        after["evidence_sha256"] = request.facts.get("evidence_sha256")
    _check_progress(after.get("progress"))
    after["last_update"] = max(task.last_update or "", request.on.isoformat())
    return after, {}


def _check_progress(value: Any) -> None:
    if value is not None and not 0 <= value <= 100:
        raise BadInput(_("Progress is a whole number from 0 to 100, not {value}."), value=value)


def _said_something(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    if not request.given:
        raise BadInput(
            _("Say what to report on {id}: --progress, --note, --difficulty, --next, --evidence or --owner."),
            id=task.id,
        )
    return _report(task, request, clock)


def _accept(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Taking a task over withdraws a dispute about it."""
    after, info = _report(task, request, clock)
    return {**after, **_NO_DISPUTE, "accepted_on": request.on.isoformat()}, info


def _resume(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """The difficulty is over: it stays in the journal and leaves the row."""
    after, info = _report(task, request, clock)
    return {**_NO_DIFFICULTY, **after}, info


def _submit(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Completion is claimed, with evidence; what hindered it is over."""
    after, info = _report(task, request, clock)
    claim = {"submitted_on": request.on.isoformat(), "submitted_by": str(request.actor), "result": None}
    return {**_NO_DIFFICULTY, **after, **claim}, info


def _approve(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Verified by somebody else than the reporter; a one-person office is named in the event."""
    info: Fields = (
        {"one_person_office": True}
        if check_verifier(task, request.actor, clock, request.facts.get("claimants", ()))
        else {}
    )
    after: Fields = {
        "progress": 100,
        "result": request.given.get("note"),
        "closed_on": request.on.isoformat(),
        "closed_by": str(request.actor),
        **_NO_REQUEST,
    }
    closed = task._replace(status=CLOSED, closed_on=after["closed_on"])
    info["closed_late"] = bool(closed_late(closed, clock))
    return after, info


def check_verifier(task: Task, actor: Actor, clock: Clock, claimants: Sequence[str]) -> bool:
    """Refuse that who submitted a completion verifies it; True where a one-person office may.

    A person is who they are under whichever department they act: ``li@scjg`` cannot verify as
    ``li@zlb`` what they submitted. ``claimants`` are those that the journal names
    (:func:`qplan.core.events.claimants`).
    """
    if not is_claimant(str(actor), task, claimants):
        return False
    if not clock.rules.one_person_office:
        text = _(
            "{id} was submitted by {who}: who reports a completion cannot verify it; another person of the office must (--actor NAME@{dept})."
        )
        if task.verifier is not None:
            text = _(
                "{id} was submitted by {who}: who reports a completion cannot verify it; another person of {dept} must (--actor NAME@{dept})."
            )
        raise Refused(text, id=task.id, who=task.submitted_by or actor, dept=actor.dept)
    return True


def is_claimant(actor: str, task: Task, claimants: Sequence[str]) -> bool:
    """Whether an actor claimed a task's completion, by its record or by the journal."""
    return _person(actor) in map(_person, (task.submitted_by, *claimants))


def _person(actor: str | None) -> str:
    return (actor or "").rpartition("@")[0].strip().casefold()


def _return(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Not accepted as complete: the note says why, the claim is withdrawn."""
    _check_progress(request.given.get("progress"))
    after = {"result": request.given["note"], "returned_on": request.on.isoformat(), **_NO_CLAIM}
    if "progress" in request.given:
        after["progress"] = request.given["progress"]
    return after, {}


def _reopen(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """A new round: what closing and urging had set is cleared, progress is what was last reported."""
    progress = request.given.get("progress", request.facts.get("progress"))
    _check_progress(progress)
    after: Fields = {
        **dict.fromkeys(("closed_on", "closed_by", "document", "result", "returned_on")),
        **_NO_CLAIM,
        **_NO_URGE,
        "last_update": max(task.last_update or "", request.on.isoformat()),
    }
    if task.accepted_on is None:
        after["accepted_on"] = request.on.isoformat()
    if progress is not None:
        after["progress"] = progress
    return after, {"reason": request.given["reason"]}


def _terminate(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Ended by the leading group, whose document is named."""
    info = {"reason": request.given["reason"]} if request.given.get("reason") else {}
    ended = {"closed_on": request.on.isoformat(), "closed_by": str(request.actor)}
    return {"document": request.given["document"], **ended, **_NO_REQUEST, **_NO_DISPUTE, **_NO_CLAIM}, info


def _new_deadline(task: Task, request: ActionRequest) -> str:
    text = str(request.given["to"])
    _check_day(text, "--to")
    if task.deadline and text <= task.deadline:
        raise BadInput(
            _("{id}: the new deadline {new} is not after the present one, {old}."),
            id=task.id, new=text, old=task.deadline,
        )  # fmt: skip
    if text <= request.on.isoformat():
        raise BadInput(
            _("{id}: the new deadline {new} has passed on {on} already."), id=task.id, new=text, on=request.on
        )
    return text


def _check_day(text: str, name: str) -> None:
    try:
        named_day(text)
    except ValueError:
        raise BadInput(
            _("{name}: “{text}” is not a date; write it as 2025-12-31."), name=name, text=text
        ) from None


def _request(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Asked for before the deadline; a request after it is marked late."""
    late = task.deadline is not None and request.on > due_day(task.deadline, clock)
    after = {
        "extension_to": _new_deadline(task, request),
        "extension_on": request.on.isoformat(),
        "extension_reason": request.given["reason"],
    }
    return after, {"late": True} if late else {}


def _extend(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """The office grants: the deadline moves, the original one stays where it was."""
    asked = day(task.extension_on) if task.extension_on else request.on
    info = {name: request.given[name] for name in ("reason", "document") if request.given.get(name)}
    if task.extension_reason and "reason" not in info:
        info["reason"] = task.extension_reason
    if task.extension_to:
        info["asked"] = task.extension_to
    if task.deadline is not None and asked > due_day(task.deadline, clock):
        info["late"] = True
    after = {"deadline": _new_deadline(task, request), "extensions": task.extensions + 1, **_NO_REQUEST}
    return after, info


def _refuse(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    if not task.extension_to:
        raise Refused(_("{id} has no request for an extension to refuse."), id=task.id)
    return dict(_NO_REQUEST), {"reason": request.given["reason"], "asked": task.extension_to}


def _dispute(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Within a few working days of the assignment (``dispute_workdays``), domain: 交办后3个工作日.

    A proposal that the office has not confirmed was never handed over: its days have not begun.
    """
    since = request.facts.get("assigned_on")
    allowed = clock.rules.dispute_workdays
    if since is not None and clock.calendar.between(day(since), request.on) > allowed:
        text = _("{id} was assigned on {since}; an assignment can be disputed within {days} working days.")
        if not clock.calendar.counted:
            text = _("{id} was assigned on {since}; an assignment can be disputed within {days} days.")
        raise Refused(text.format(id=task.id, since=since, days=allowed))
    return {"dispute": request.given["reason"], "disputed_on": request.on.isoformat()}, {}


def _assign(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """The office's decision: from now on the assignment is its own, and a dispute is settled."""
    names = ("support", "leader", "owner", "contact")
    after = {name: request.given[name] for name in names if request.given.get(name) is not None}
    if request.given.get("lead"):
        lead, *joint = ids(request.given["lead"])
        after |= {"lead": lead, "joint": " ".join(joint)}
    if not after:
        raise BadInput(_("Say what to assign: --lead, --support, --leader, --owner or --contact."))
    if "lead" in after or "support" in after:
        leads = ids(request.given.get("lead")) or task.leads
        support = ids(after.get("support", task.support))
        if both := [dept for dept in support if dept in leads]:
            if "support" in after:
                raise BadInput(
                    _("{dept} cannot lead and support the same task."), dept=_title(request, both[0])
                )
            after["support"] = " ".join(dept for dept in support if dept not in leads)
        after |= {"basis": "confirmed", **_NO_DISPUTE}
    return after, {"reason": request.given["reason"]} if request.given.get("reason") else {}


def _title(request: ActionRequest, dept: str) -> str:
    """What a sentence calls a department."""
    return str(request.facts.get("titles", {}).get(dept, dept))


def _reassign(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Another lead must accept anew; what the former one claimed or asked for is void."""
    if request.given["lead"] == " ".join(task.leads):
        raise Refused(_("{dept} leads {id} already."), dept=_title(request, task.lead or ""), id=task.id)
    after, info = _assign(task, request, clock)
    return {**after, "accepted_on": None, **_NO_CLAIM, **_NO_REQUEST, **_NO_URGE}, info


def _confirm(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """The proposed lead and deadline become the office's; a dispute is settled in its favour."""
    if task.basis == "confirmed" and not task.dispute and task.deadline_basis != "proposed":
        raise Refused(_("The assignment of {id} is confirmed already."), id=task.id)
    info = {"document": request.given["document"]} if request.given.get("document") else {}
    if task.dispute:
        info["upheld"] = task.dispute
    after: Fields = {"basis": "confirmed", **_NO_DISPUTE}
    if task.deadline_basis == "proposed":
        after["deadline_basis"] = "confirmed"
    return after, info


def _urge(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """Urge at the next level unless another is chosen; the entry records the levels that are skipped."""
    level, skipped = chosen_level(task, clock, request.given.get("level"))
    if skipped and not request.given.get("note"):
        raise BadInput(
            _("{id}: “{level}” skips {skipped}; say why with --note."),
            id=task.id, level=label_of_level(level), skipped=joined(map(label_of_level, skipped)),
        )  # fmt: skip
    answer_by = request.given.get("answer_by")
    if answer_by is None:
        answer_by = clock.calendar.after(request.on, level.answer_workdays).isoformat()
    _check_day(answer_by, "--answer-by")
    if answer_by < request.on.isoformat():
        raise BadInput(
            _("{id}: the answer is due on {answer}, before the urging of {on}."),
            id=task.id, answer=answer_by, on=request.on,
        )  # fmt: skip
    info: Fields = {"skipped": " ".join(r.level for r in skipped)} if skipped else {}
    if level.level == task.urge_level:
        info["level"] = level.level  # urged so again: the fields that changed do not show it
    after = {
        "urge_level": level.level,
        "urged_on": request.on.isoformat(),
        "answer_by": answer_by,
        "answered_on": None,
    }
    return after, info


def _contribute(task: Task, request: ActionRequest, clock: Clock) -> Effect:
    """A supporting department reports its own part, the last one then; the lead's row is not touched."""
    own = Part(request.actor.dept, request.on.isoformat(), request.given["note"])
    parts = [*(part for part in parts_of(task.support_note) if part.dept != own.dept), own]
    return {"support_note": "\n".join(" ".join(part).replace("\n", "\n ") for part in parts)}, {}


EFFECTS: dict[str, Callable[[Task, ActionRequest, Clock], Effect]] = {
    "accept": _accept, "dispute": _dispute, "report": _said_something, "contribute": _contribute,
    "block": _report, "resume": _resume, "submit": _submit, "request": _request, "approve": _approve,
    "return": _return, "extend": _extend, "refuse": _refuse, "assign": _assign, "reassign": _reassign,
    "confirm": _confirm, "urge": _urge, "terminate": _terminate, "reopen": _reopen,
}  # fmt: skip

_SAID = (*REPORT, "note", "evidence_sha256", "last_update")
_HANDED = ("lead", "joint", "support", "leader", "owner", "contact", "basis", *_NO_DISPUTE)
_ENDED = ("closed_on", "closed_by", "document")

#: What an effect may put on the record; the status and what answers an urge come with the step.
PUTS: dict[str, tuple[str, ...]] = {
    "accept": (*_SAID, *_NO_DISPUTE, "accepted_on"),
    "dispute": tuple(_NO_DISPUTE),
    "report": _SAID,
    "contribute": ("support_note",),
    "block": _SAID,
    "resume": _SAID,
    "submit": (*_SAID, *_NO_CLAIM, "result"),
    "request": tuple(_NO_REQUEST),
    "approve": ("progress", "result", "closed_on", "closed_by", *_NO_REQUEST),
    "return": ("progress", "result", "returned_on", *_NO_CLAIM),
    "extend": ("deadline", "extensions", *_NO_REQUEST),
    "refuse": tuple(_NO_REQUEST),
    "assign": _HANDED,
    "reassign": (*_HANDED, "accepted_on", *_NO_CLAIM, *_NO_REQUEST, *_NO_URGE),
    "confirm": ("basis", "deadline_basis", *_NO_DISPUTE),
    "urge": tuple(_NO_URGE),
    "terminate": (*_ENDED, *_NO_REQUEST, *_NO_DISPUTE, *_NO_CLAIM),
    "reopen": (*_ENDED, "progress", "result", "returned_on", "last_update", "accepted_on", *_NO_CLAIM, *_NO_URGE),
}  # fmt: skip


def _fields_of(transition: Transition) -> frozenset[str]:
    fields = {*PUTS.get(transition.action, ())}
    if transition.to is not None:
        fields.add("status")
    if transition.action in ANSWERS:
        fields.add("answered_on")
    return frozenset(fields)


#: Kind of an entry -> the fields that a transition may set. The database's gate and ``verify`` read it.
MAY_SET: dict[str, frozenset[str]] = {f"task.{one.action}": _fields_of(one) for one in TRANSITIONS}


def unexpected_fields(kind: str, after: Mapping[str, Any]) -> set[str]:
    """Return the fields that an entry sets although a transition of its kind does not set them."""
    return after.keys() - MAY_SET[kind] if kind in MAY_SET else set()


#: Action -> the fields that have a value after it, and with ``info.`` what its entry must carry.
REQUIRED: dict[str, tuple[str, ...]] = {
    "accept": ("accepted_on", "last_update"),
    "dispute": ("dispute", "disputed_on"),
    "report": ("last_update",),
    "contribute": ("support_note",),
    "block": ("difficulty", "needs", "last_update"),
    "resume": ("last_update",),
    "submit": ("evidence", "submitted_on", "submitted_by", "last_update"),
    "request": ("extension_to", "extension_on", "extension_reason"),
    "approve": ("closed_on", "closed_by", "info.closed_late"),
    "return": ("result", "returned_on"),
    "extend": ("deadline",),
    "refuse": ("info.reason",),
    "assign": (),
    "reassign": ("lead", "basis"),
    "confirm": ("basis",),
    "urge": ("urge_level", "urged_on", "answer_by"),
    "terminate": ("document", "closed_on", "closed_by"),
    "reopen": ("info.reason", "last_update"),
}

#: Action -> what its entry may carry beside the fields; ``on_behalf_of`` may go with every action of a lead.
INFO: dict[str, tuple[str, ...]] = {
    "dispute": ("note",),
    "contribute": ("note",),
    "request": ("late", "note"),
    "approve": ("closed_late", "one_person_office"),
    "extend": ("asked", "document", "late", "note", "reason"),
    "refuse": ("asked", "note", "reason"),
    "assign": ("note", "reason"),
    "reassign": ("note", "reason"),
    "confirm": ("document", "note", "upheld"),
    "urge": ("level", "note", "skipped"),
    "terminate": ("note", "reason"),
    "reopen": ("note", "reason"),
}

"""Whether the program would have written an entry: what it holds is taken as what was typed, and decided anew.

The program checks the workflow, the calendar and the history before it writes. Whoever writes to the
database without the program gets past that; ``verify`` finds such entries by the same functions, and
names their actors. No rule is written here a second time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from qplan.core import events, figures, milestones
from qplan.core.calendar import Clock, day
from qplan.core.decision import decide
from qplan.core.effects import check_verifier
from qplan.core.model import CLOSED, Actor, Change, Event, PlanHead, Task
from qplan.core.periods import parse_period
from qplan.core.workflow import BY_ACTION, VERIFIER, ActionRequest, parts_of, resolve_action
from qplan.errors import QplanError
from qplan.i18n import _, joined

#: Entries of a task's history that the rules read.
HISTORY = frozenset(
    f"task.{verb}"
    for verb in ("define", "assign", "reassign", "confirm", "submit", "return", "reopen", "undo")
)

#: Entries that a load of the plan writes; everything else is somebody's step.
LOADED = ("define", "amend", "retire")

#: Step -> what was typed -> the field or ``info.`` key of its entry that holds it, where the names differ.
PLACES: dict[str, dict[str, str]] = {
    "dispute": {"reason": "dispute"},
    "request": {"to": "extension_to", "reason": "extension_reason"},
    "approve": {"note": "result"},
    "return": {"note": "result"},
    "extend": {"to": "deadline"},
    "urge": {"level": "urge_level"},
}

#: Steps of which a field that stays as it was may have been given again: they would clear or choose it otherwise.
_KEPT = ("submit", "resume", "urge", "reopen")


class Situation(NamedTuple):
    """What a rule needs to know about an entry; records are as they were before it."""

    event: Event
    after: Mapping[str, Any]  #: the fields that the entry sets
    info: Mapping[str, Any]  #: what it carries beside them
    record: Any  #: the record that the entry changes; None where it is new
    owner: Any  #: the task of a staged goal, the indicator of a figure
    history: Sequence[Event]  #: the task's entries of :data:`HISTORY` before it
    plan: PlanHead
    clock: Clock  #: that of its day

    @property
    def actor(self) -> Actor:
        """Who wrote the entry."""
        name, _at, dept = self.event.actor.rpartition("@")
        return Actor(name, dept)

    def value(self, name: str) -> Any:
        """A field as it is after the entry."""
        return self.after.get(name, getattr(self.record, name, None))


@cache
def _places(action: str) -> dict[str, str]:
    """What may be typed for a step -> the field of its entry that holds it."""
    step, places = BY_ACTION[action], PLACES.get(action, {})
    return {name: places.get(name, name) for name in (*step.requires, *step.accepts, "note")}


def _typed(at: Situation, action: str) -> dict[str, Any]:
    """Return what a step's entry shows to have been given; a required field that stayed the same included."""
    step, places, after, info = BY_ACTION[action], _places(action), at.after, at.info
    given = {
        name: value
        for name, place in places.items()
        if (value := after.get(place, info.get(name))) is not None
    }
    for name in step.requires + step.accepts if action in _KEPT else step.requires:
        if name not in given and places[name] not in after:
            given[name] = getattr(at.record, places[name], None)
    if "evidence_sha256" in after:
        given["evidence"] = at.value("evidence")
    if action in _ADJUST:
        given = _ADJUST[action](at, given)
    return {name: value for name, value in given.items() if value is not None}


def _report(at: Situation, given: dict[str, Any]) -> dict[str, Any]:
    """A report of what the row said already changes its day only."""
    return given or {"progress": at.record.progress}


def _contribution(at: Situation, given: dict[str, Any]) -> dict[str, Any]:
    """The department's own part stands last."""
    parts = parts_of(at.value("support_note"))
    return {"note": parts[-1].text if parts else ""}


def _assignment(at: Situation, given: dict[str, Any]) -> dict[str, Any]:
    """The leads are one list; naming the present ones settles a dispute."""
    decided = {"lead", "joint", "basis", "dispute"} & at.after.keys()
    lead = f"{at.value('lead')} {at.value('joint')}".strip() if decided else None
    return {**given, "lead": lead, "support": at.after.get("support")}


_ADJUST: dict[str, Callable[[Situation, dict[str, Any]], dict[str, Any]]] = {
    "report": _report, "contribute": _contribution, "approve": lambda at, _given: {"note": at.value("result")},
    "assign": _assignment, "reassign": _assignment,
}  # fmt: skip


def _step(at: Situation) -> Change | None:
    """The change that the workflow makes of what the entry holds."""
    task: Task = at.record
    action = at.event.kind.partition(".")[2]
    if action not in BY_ACTION:
        return None
    given = _typed(at, action)
    facts: dict[str, Any] = {"evidence_sha256": at.value("evidence_sha256")}
    if action == "approve":
        facts["claimants"] = events.claimants(at.history)
    elif action == "dispute":
        facts["assigned_on"] = events.assigned_on(at.history, task.basis, at.plan.utc_offset)
    if BY_ACTION[action].verb == "assign":
        action = resolve_action("assign", task, VERIFIER, given)
    request = ActionRequest(action, given, at.actor, at.clock.today, facts)
    return decide(task, request, at.clock, at.plan.office)


def _goal(at: Situation) -> Change | None:
    verb, task, office, on = at.event.kind.partition(".")[2], at.owner, at.plan.office, at.clock.today
    reason = at.info.get("reason")
    if verb == "add":
        made = milestones.added(task, (), at.after["title"], at.after["due"], at.actor, at.plan)
        number = {"position": at.after.get("position")}
        return Change(made.kind, at.event.subject, {}, made.after | number)
    if verb == "done":
        return milestones.done(task, at.record, on, at.after.get("note"), at.actor, office)
    if verb == "move":
        return milestones.moved(task, at.record, at.value("due"), reason, at.actor, at.plan)
    if verb == "rename":
        return milestones.renamed(task, (), at.record, at.value("title"), reason, at.actor, office)
    if verb == "remove":
        return milestones.removed(task, at.record, reason, at.actor, office)
    return None


def _figure(at: Situation) -> Change | None:
    if at.event.kind not in ("actual.measure", "actual.correct"):
        return None
    on = at.clock.today
    period = parse_period(at.event.subject.rpartition("/")[2], "--period", on)
    kept = at.record is not None and at.value("measured_on") == at.record.measured_on
    return figures.measured(
        at.owner, at.record, period, at.value("value"), at.value("source"), on, at.after.get("note"),
        at.actor, at.plan.office, kept,
    )  # fmt: skip


def _target(at: Situation) -> Change | None:
    if at.event.kind != "indicator.target":
        return None
    return figures.assigned(
        at.record, (), at.value("target"), at.value("unit"), at.value("operator"), at.value("target_document"),
        int(at.after["deadline"][:4]) if "deadline" in at.after else None, at.actor, at.plan.office,
    )  # fmt: skip


_DECIDED: dict[str, Callable[[Situation], Change | None]] = {
    "task": _step, "milestone": _goal, "actual": _figure, "indicator": _target,
}  # fmt: skip


def irregularities(at: Situation) -> Iterator[str]:
    """Yield in which way an entry is not what the program would have written."""
    verb = at.event.kind.partition(".")[2]
    rule = _DECIDED.get(at.event.kind.partition(".")[0])
    if rule is None or verb in LOADED or verb == "undo" or at.event.kind == events.SENT:
        return
    try:
        change = rule(at)
    except QplanError as error:
        yield past_the_program(at.event, str(error))
        return
    except (TypeError, ValueError, AttributeError, LookupError):
        yield past_the_program(at.event, _("it lacks what such a step needs"))
        return
    if change is None:
        return
    change = events.composed(change)
    if change.kind != at.event.kind:
        from qplan.core.labels import event_label

        yield past_the_program(at.event, _("this is a step “{step}”").format(step=event_label(change.kind)))
    elif change.after != at.after or change.info != at.info:
        from qplan.core.labels import known_field

        wrong = {
            name
            for made, held in ((change.after, at.after), (change.info, at.info))
            for name in made.keys() | held.keys()
            if name not in made or name not in held or made[name] != held[name]
        }
        text = _("the program would have written other values: {fields}")
        yield past_the_program(at.event, text.format(fields=joined(map(known_field, sorted(wrong)))))


def undoing(at: Situation, undone: Event | None, since: Sequence[Event]) -> Iterator[str]:
    """Yield in which way an undoing does not revert what the journal holds.

    ``undone`` is the entry that it names, ``since`` those about the record between the two.
    """
    if undone is None or undone.subject != at.event.subject:
        yield past_the_program(at.event, _("it reverts an entry that is not there"))
        return
    inverse = events.inverse(undone)
    if inverse.kind != at.event.kind or inverse.after != at.after:
        yield past_the_program(
            at.event, _("it does not give back what was before no. {seq}").format(seq=undone.seq)
        )
    for later in events.drop_undone(since):
        same = later.kind.partition(".")[0] == undone.kind.partition(".")[0]
        if same and at.after.keys() & events.changes_in(later)["after"].keys():
            yield past_the_program(at.event, _("no. {seq} had set the same since").format(seq=later.seq))
            return
    if at.event.kind == "task.undo" and at.after.get("status") == CLOSED:
        try:
            claims = [one for one in at.history if one.seq != undone.seq]
            check_verifier(at.record._replace(**at.after), at.actor, at.clock, events.claimants(claims))
        except QplanError as error:
            yield past_the_program(at.event, str(error))


def past_the_program(event: Event, what: str) -> str:
    """A sentence that names who wrote an entry that the program would not have written."""
    return _("{actor} wrote past the program: {what}").format(actor=event.actor, what=what)


def reach(at: Situation) -> Iterator[str]:
    """Yield that an entry reaches back further than the rules allow; an undo takes its entry's day."""
    event, most = at.event, at.clock.rules.backdate_days
    if most is None or event.kind.partition(".")[2] in (*LOADED, "undo"):
        return
    days = (day(events.local_day(event.recorded_at, at.plan.utc_offset)) - at.clock.today).days
    if days > most:
        what = _("the entry reaches back {days} days; the rules allow {most}").format(days=days, most=most)
        yield past_the_program(event, what)

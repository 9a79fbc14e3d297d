"""Facts -> sentences and short words, in the language in use."""

from __future__ import annotations

from collections.abc import Callable

from qplan.core import workflow
from qplan.core.calendar import Clock, Light
from qplan.core.escalation import level_label, urge_state
from qplan.core.events import NEW
from qplan.core.labels import ENDED, FACTS, FIELD_LABELS, field_label
from qplan.core.model import (
    ACTIVE,
    ASSIGNED,
    BLOCKED,
    CLOSED,
    IMMEDIATE,
    ONGOING,
    OPEN,
    SUBMITTED,
    TERMINATED,
    Milestone,
    Task,
)
from qplan.core.names import written
from qplan.core.rules import Rules
from qplan.i18n import N_, N_p, _, joined, labelled, noted, pgettext

#: Reason code of a light -> the sentence; ``{0}``… are its figures.
REASONS = {
    "left_plan": N_("it has left the plan"),
    "group": N_("a heading without tasks"),
    "members": N_("the most urgent of its tasks: {0} of {1} show this light"),
    "terminated": N_("terminated"),
    "closed": N_("closed on time"),
    "closed_late": N_("closed, but after its deadline"),
    "no_deadline": N_("it has no deadline"),
    "not_begun": N_("not begun: its time begins on {0}"),
    "members_not_accepted": N_("nobody has accepted {0} of its {1} tasks"),
    "silent": N_("an ongoing duty without a report for {0} days"),
    "reporting": N_("an ongoing duty, reported on {0} days ago"),
    "overdue": N_("overdue by {0} days"),
    "overdue_submitted": N_("overdue by {0} days; submitted on {1}, it waits to be verified"),
    "submitted": N_("submitted on {0}; it waits to be verified"),
    "not_accepted": N_("not accepted yet"),
    "not_accepted_due_soon": N_("not accepted yet, and due within {0} days"),
    "behind": N_("at {0} %, where a linear schedule expects {1} %: {2} points behind"),
    "milestone_missed": N_("milestones missed: {0}"),
    "was_red": N_("it was red once; it stays yellow until it is closed"),
    "due_soon": N_("due within {0} days"),
    "on_schedule": N_("on schedule (expected by now: {0} %)"),
}


#: The same where the first figure is one day.
ONE_DAY = {
    "silent": N_("an ongoing duty without a report for {0} day"),
    "reporting": N_("an ongoing duty, reported on {0} day ago"),
    "overdue": N_("overdue by {0} day"),
    "overdue_submitted": N_("overdue by {0} day; submitted on {1}, it waits to be verified"),
    "due_soon": N_("due within {0} day"),
    "not_accepted_due_soon": N_("not accepted yet, and due within {0} day"),
}


#: Status -> how a sentence counts it, in the order of :data:`qplan.service.counts.STATES`.
STATES = {
    CLOSED: N_("{n} closed ({share}%)"),
    ASSIGNED: N_("{n} not accepted ({share}%)"),
    ACTIVE: N_("{n} in progress ({share}%)"),
    BLOCKED: N_("{n} blocked ({share}%)"),
    SUBMITTED: N_("{n} to be verified ({share}%)"),
    TERMINATED: N_("{n} terminated ({share}%)"),
}


def light_reason(light: Light) -> str:
    """Why a light is what it is."""
    one = ONE_DAY.get(light.reason, "") if light.figures[:1] == (1,) else ""
    return _(one or REASONS[light.reason]).format(*light.figures)


def status_text(row: Task) -> str:
    """The status in words, with the day it was reached where one is kept."""
    since = {"active": row.accepted_on, "submitted": row.submitted_on}.get(row.status or "", row.closed_on)
    label = workflow.status_label(row.status)
    if row.retired:
        return _("left the plan (it was “{status}”)").format(status=label)
    return _("{status} (since {day})").format(status=label, day=since) if since else label


def milestone_state(row: Milestone, missed: bool) -> str:
    """How a staged goal stands; ``missed`` is whether its day has passed."""
    return _("done") if row.done_on else _("missed") if missed else _("ahead")


def quantity(row: Task) -> str | None:
    """A task's quantity with its unit."""
    return None if row.quantity is None else written(row.quantity, row.unit)


def basis_label(code: str | None) -> str:
    """The word for where an assignment or a deadline comes from."""
    return pgettext("basis", BASIS[code]) if code else ""


def assignment_basis(row: Task) -> str:
    """The word for where the lead comes from and, where it differs, the supporters."""
    basis, of_support = basis_label(row.basis), basis_label(row.basis_of_support)
    return basis if basis == of_support else noted(basis, labelled(_("support"), of_support))


#: Basis -> label.
BASIS = {
    "plan": N_p("basis", "plan"),
    "attached": N_p("basis", "attached goal"),
    "proposed": N_p("basis", "proposed"),
    "confirmed": N_p("basis", "confirmed"),
    "ours": N_p("basis", "ours"),
}


def urged(row: Task, clock: Clock) -> str:
    """The last urge: level, date, and whether it was answered in time."""
    state = urge_state(row, clock)
    if row.urge_level is None:
        return ""
    level = level_label(clock.rules, row.urge_level)
    if row.answered_on:
        return _("{level} {on}, answered {answered}").format(
            level=level, on=row.urged_on, answered=row.answered_on
        )
    if state == "unanswered":
        return _("{level} {on}, no answer by {by}").format(level=level, on=row.urged_on, by=row.answer_by)
    return _("{level} {on}, answer by {by}").format(level=level, on=row.urged_on, by=row.answer_by)


def remarks(row: Task, clock: Clock, missed: int = 0) -> list[str]:
    """What the light alone does not show: an unanswered urge, a request, a dispute, missed milestones."""
    found = []
    if urge_state(row, clock) == "unanswered":
        found.append(
            _("“{level}” of {on} was to be answered by {by} and is not").format(
                level=level_label(clock.rules, row.urge_level), on=row.urged_on, by=row.answer_by
            )
        )
    if row.extension_to and row.status in OPEN:
        found.append(
            _("an extension to {to} was asked for on {on}").format(to=row.extension_to, on=row.extension_on)
        )
    if row.dispute:
        found.append(_("the assignment has been in dispute since {on}").format(on=row.disputed_on))
    if missed:
        found.append(_("milestones missed: {n}").format(n=missed))
    return found


#: Returns the name of a department by its id.
Names = Callable[[str], str]


def fact_text(name: str, value: object, names: Names) -> str:
    """A fact that an entry carries beside its fields; an empty text for one that is false."""
    label = pgettext("fact", FACTS[name])
    if name in ("level", "skipped"):
        value = joined(value_text("urge_level", level, names) for level in str(value).split())
    elif name == "on_behalf_of":
        return label.format(depts="、".join(map(names, str(value).split())))
    elif name == "channel":
        value = pgettext("robot", str(value))
    return label if value is True else "" if value is False else labelled(label, value)


#: State of a target -> label.
TARGETS = {"set": N_p("target", "set"), "to_be_assigned": N_p("target", "to be assigned")}


def value_text(name: str, value: object, names: Names) -> str:
    """A field's value as people read it."""
    if value is None or value == "":
        return "—"
    if name in ("lead", "joint", "support", "members", "verifier"):
        return "、".join(map(names, str(value).split()))
    if name == "support_note":
        return support_note(str(value), names)
    if name == "status":
        return workflow.status_label(str(value))
    if name == "progress":
        return f"{value}%"
    if name == "urge_level":
        return level_label(Rules(), str(value))  # as the default rules name it: an entry has no rules
    if name == "target_status":
        return pgettext("target", TARGETS[str(value)])
    if name == "term":
        return _(TERMS[str(value)])
    return basis_label(str(value)) if name.endswith("basis") else str(value)


#: Kind of time limit that is no day -> the words for it.
TERMS = {ONGOING: N_("ongoing"), IMMEDIATE: N_("at once")}


def support_note(text: str, names: Names) -> str:
    """What each supporting department reported, under its name."""
    return "\n".join(f"{names(part.dept)} {part.day} {part.text}" for part in workflow.parts_of(text))


#: Fields that only repeat the rest of an entry.
IMPLIED = frozenset({"last_update", "accepted_on", "version", "evidence_sha256"})
#: The same of an entry that makes a record: its id shows where it belongs.
IMPLIED_BY_ID = frozenset({"added", "position", "task", "indicator", "year", "period", "original_due"})


def in_order(fields: dict[str, object]) -> list[str]:
    """The fields of a change in the order in which people read them, status and progress first."""
    shown = [name for name in fields if name not in IMPLIED] or list(fields)
    return sorted(shown, key=lambda name: _PLACES.get(name, len(_PLACES)))


_PLACES = {name: number for number, name in enumerate(FIELD_LABELS)}


def change_words(
    kind: str, before: dict[str, object], after: dict[str, object], info: dict[str, object], names: Names
) -> list[str]:
    """``field: old → new`` for each field of an entry, then its facts.

    What was empty before is not spelled out, nor what a step of the workflow merely clears: the
    step's name says so.
    """
    entity, _dot, verb = kind.partition(".")
    shown = after
    if entity == "task" and verb in workflow.BY_ACTION:
        shown = {name: value for name, value in after.items() if value is not None}
    elif verb in NEW:
        shown = {name: value for name, value in after.items() if name not in IMPLIED_BY_ID}
    ended = TERMINATED in (before.get("status"), after.get("status"))
    parts = []
    for name in in_order(shown):
        if name == "retired":
            parts.append(_("has left the plan") if after[name] else _("is in the plan again"))
            continue
        old, new = value_text(name, before.get(name), names), value_text(name, after[name], names)
        label = pgettext("terminated task", ENDED[name]) if ended and name in ENDED else field_label(name)
        parts.append(labelled(label, new if old == "—" else f"{old} → {new}"))
    return [*parts, *filter(None, (fact_text(name, value, names) for name, value in info.items()))]

"""Escalation (催办) of overdue tasks: reminder, urge, supervision notice, interview.

A list proposes the next level from how late a task is, the level before and the days since; it never
skips one silently. A deadline that has moved begins a new round at the lowest level.
"""

from __future__ import annotations

from qplan import i18n
from qplan.core.calendar import Clock, day, due_day
from qplan.core.model import OPEN, Task
from qplan.core.rules import EscalationLevel, Rules
from qplan.errors import BadInput, Refused
from qplan.i18n import _, coded, joined


def urge_state(task: Task, clock: Clock) -> str | None:
    """The state of the last urge of an open task: waiting, unanswered, answered, or None without one.

    It is unanswered once the day by which an answer was due has passed without one.
    """
    if not task.urge_level or task.status not in OPEN:
        return None
    if task.answered_on:
        return "answered"
    late = task.answer_by is not None and clock.today > day(task.answer_by)
    return "unanswered" if late else "waiting"


def next_index(task: Task, clock: Clock) -> int:
    """The index of the level after the last urge of this round; the highest level repeats."""
    level = task.urge_level
    if level and task.urged_on and task.deadline and day(task.urged_on) <= due_day(task.deadline, clock):
        level = None  # an urge before the deadline was about another one, or about something else
    return min(clock.rules.level_index(level) + 1, len(clock.rules.urging) - 1)


def next_level(task: Task, clock: Clock, days_late: int) -> str | None:
    """The level to propose now: the next one, never skipping any.

    A level is due when the task is late enough for it and the level before is old enough. A task
    that waits for the office to verify it proposes none: there is nothing its lead could do.
    """
    if days_late < 1 or task.status == "submitted" or not clock.rules.urging:
        return None
    place = next_index(task, clock)
    proposed = clock.rules.urging[place]
    if days_late < proposed.overdue_days:
        return None
    if place and task.urged_on and (clock.today - day(task.urged_on)).days < proposed.after_days:
        return None
    return proposed.level


def is_waiting(task: Task, clock: Clock) -> bool:
    """Whether a task was urged and its next level is not due yet: it is urged again only at a level that is named."""
    late = (clock.today - due_day(task.deadline, clock)).days if task.deadline else 0
    return next_index(task, clock) > 0 and next_level(task, clock, late) is None


def chosen_level(
    task: Task, clock: Clock, wanted: str | None
) -> tuple[EscalationLevel, tuple[EscalationLevel, ...]]:
    """The level that ``urge`` means and the levels it skips; the next one when none is named.

    Without a name the next level must be due, or be the lowest. BadInput for a level that the
    rules do not have.
    """
    levels = clock.rules.urging
    if not levels:
        raise Refused(_("The rules of this plan have no urging ladder (rules.yaml: urging)."))
    place = next_index(task, clock)
    if wanted is None:
        if is_waiting(task, clock):
            raise Refused(
                _("{id} was urged on {on} ({level}) and “{next}” is not due yet; wait, choose with --level, or write the papers of that urge: qplan notice {id} --out DIR"),
                id=task.id, on=task.urged_on, level=level_label(clock.rules, task.urge_level),
                next=label_of_level(levels[place]),
            )  # fmt: skip
        return levels[place], ()
    text = wanted.strip().casefold()
    for number, one in enumerate(levels):
        if text in (one.level.casefold(), one.label.casefold()):
            return one, levels[place:number]
    known = joined(coded(one.level, label_of_level(one)) for one in levels)
    raise BadInput(_("There is no level “{text}”; give one of: {known}."), text=wanted, known=known)


def level_code(rules: Rules, text: str) -> str:
    """Return the code of the level that a code or label names; the text itself where there is none."""
    wanted = text.strip().casefold()
    known = (rung.level for rung in rules.urging if wanted in (rung.level.casefold(), rung.label.casefold()))
    return next(known, text)


def level_label(rules: Rules, level: str | None) -> str:
    """What a level is called: in Chinese as the district calls it, in English by its code."""
    place = rules.level_index(level)
    return label_of_level(rules.urging[place]) if place >= 0 else level or ""


def district_label(rules: Rules, level: str | None) -> str:
    """What the district calls a level, as its documents do, which are in the language of the plan."""
    place = rules.level_index(level)
    if place < 0:
        return level or ""
    label = rules.urging[place].label
    # the levels that qplan proposes have Chinese names: an English plan that sets none has their codes
    return label if i18n.language == "zh" or label.isascii() else rules.urging[place].level


def label_of_level(level: EscalationLevel) -> str:
    """The name of a level in the language in use."""
    return level.label if i18n.language == "zh" else level.level

"""The urging ladder (催办): reminder, urge, supervision notice, interview.

A list proposes the next rung from how late a task is, the rung before and the days since; it never
skips one silently. A deadline that has moved begins a new round at the lowest rung.
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


def next_place(task: Task, clock: Clock) -> int:
    """The place on the ladder after the last urge of this round; the top rung repeats."""
    level = task.urge_level
    if level and task.urged_on and task.deadline and day(task.urged_on) <= due_day(task.deadline, clock):
        level = None  # an urge before the deadline was about another one, or about something else
    return min(clock.rules.rung(level) + 1, len(clock.rules.urging) - 1)


def next_level(task: Task, clock: Clock, days_late: int) -> str | None:
    """The level of urging to propose now: the ladder's next rung, never skipping one.

    A rung is due when the task is late enough for it and the level before is old enough. A task
    that waits for the office to verify it proposes none: there is nothing its lead could do.
    """
    if days_late < 1 or task.status == "submitted" or not clock.rules.urging:
        return None
    place = next_place(task, clock)
    rung = clock.rules.urging[place]
    if days_late < rung.overdue_days:
        return None
    if place and task.urged_on and (clock.today - day(task.urged_on)).days < rung.after_days:
        return None
    return rung.level


def chosen_level(
    task: Task, clock: Clock, wanted: str | None
) -> tuple[EscalationLevel, tuple[EscalationLevel, ...]]:
    """The rung that ``urge`` means and the rungs it skips; the next one when none is named.

    Without a name the next rung must be due, or be the lowest. BadInput for a level that the
    ladder does not have.
    """
    ladder = clock.rules.urging
    if not ladder:
        raise Refused(_("The rules of this plan have no urging ladder (rules.yaml: urging)."))
    place = next_place(task, clock)
    if wanted is None:
        late = (clock.today - due_day(task.deadline, clock)).days if task.deadline else 0
        if place and next_level(task, clock, late) is None:
            raise Refused(
                _("{id} was urged on {on} ({level}) and “{next}” is not due yet; wait, or choose with --level.").format(
                    id=task.id, on=task.urged_on, level=level_label(clock.rules, task.urge_level), next=label_of_level(ladder[place])
                )
            )  # fmt: skip
        return ladder[place], ()
    text = wanted.strip().casefold()
    for number, rung in enumerate(ladder):
        if text in (rung.level.casefold(), rung.label.casefold()):
            return rung, ladder[place:number]
    known = joined(coded(rung.level, label_of_level(rung)) for rung in ladder)
    raise BadInput(_("There is no level “{text}”; give one of: {known}.").format(text=wanted, known=known))


def level_label(rules: Rules, level: str | None) -> str:
    """What a level is called: in Chinese as the district calls it, in English by its code."""
    place = rules.rung(level)
    return label_of_level(rules.urging[place]) if place >= 0 else level or ""


def label_of_level(rung: EscalationLevel) -> str:
    """The name of a rung in the language in use."""
    return rung.label if i18n.language == "zh" else rung.level

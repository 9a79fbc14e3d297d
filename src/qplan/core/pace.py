"""The pace of a task (序时进度): its progress against the linear schedule that the lights use too."""

from __future__ import annotations

from qplan.core.calendar import Clock, deadline_status, not_begun
from qplan.core.model import CLOSED, OPEN, WITH_LEAD, Task
from qplan.i18n import N_p, pgettext

BEHIND, ON, AHEAD, DONE, NONE = "behind", "on", "ahead", "done", "none"

#: Pace -> label.
PACES: dict[str, str] = {
    BEHIND: N_p("pace", "behind schedule"),
    ON: N_p("pace", "on schedule"),
    AHEAD: N_p("pace", "ahead of schedule"),
    DONE: N_p("pace", "done"),
    NONE: N_p("pace", "other"),
}


def pace_label(code: str) -> str:
    """The label of a pace in the language in use."""
    return pgettext("pace", PACES[code])


def pace_of(task: Task, clock: Clock) -> str:
    """Return the pace of a task on the clock's day.

    Open tasks are behind or ahead where they are as many points from the schedule as make a light yellow
    (``yellow_behind``), and behind once they are overdue while they are with their lead. Without a pace are headings and
    tasks that are terminated, not begun, or never due.
    """
    if task.status == CLOSED:
        return DONE
    if task.status not in OPEN or task.deadline is None or not_begun(task, clock):
        return NONE
    status = deadline_status(task.deadline, clock, task.begins)
    if status.late.days and task.status in WITH_LEAD:
        return BEHIND
    points = (task.progress or 0) - status.expected
    if points <= -clock.rules.yellow_behind:
        return BEHIND
    return AHEAD if points >= clock.rules.yellow_behind else ON

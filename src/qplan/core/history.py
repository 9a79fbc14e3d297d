"""What a task was on earlier days, from its journal."""

from __future__ import annotations

from collections.abc import Iterable

from qplan.core import events as journal
from qplan.core.calendar import RED, Clock, day, light_of, shifted
from qplan.core.model import OPEN, Event, Task


def was_red(events: Iterable[Event], clock: Clock) -> bool:
    """Whether a task showed red on a day before the clock's, since it was last (re)opened.

    Between two entries nothing changes but the day, and with the days red only becomes more likely:
    it is enough to look at the last day before each next entry. Judged by the rules of today.
    """
    ordered = sorted(events, key=lambda event: (event.effective_on, event.seq))
    state: journal.State = {}
    red = False
    for place, event in enumerate(ordered):
        journal.apply(state, event)
        row: Task = journal.record("task", event.subject, state["task", event.subject])
        if row.status not in OPEN:
            red = False
            continue
        until = day(ordered[place + 1].effective_on) if place + 1 < len(ordered) else clock.today
        last = shifted(min(until, clock.today), -1)
        if last >= day(event.effective_on):
            red = red or light_of(row, clock.on(last)).code == RED
    return red

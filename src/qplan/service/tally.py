"""The leaves of a plan counted by group: what is alike in all that counts is judged once."""

from collections import Counter
from datetime import timedelta

from qplan.core import calendar
from qplan.core.model import TASK, Task
from qplan.service.look import Book, Count


def exact(book: Book) -> bool:
    """Whether groups suffice: no rule asks for a task's own history or moves its deadline."""
    rules = book.clock.rules
    return not rules.red_once_stays_yellow and rules.rest_day_deadline == "fixed"


def silence(book: Book) -> tuple[str, str]:
    """The day that stands for the report of those who never reported, and that before which a report is stale."""
    clock = book.clock
    return clock.starts.isoformat(), (clock.today - timedelta(clock.rules.stale_days)).isoformat()


#: Status, light, whether it is overdue, due soon and stale, and how many tasks are so with which progress.
_Judged = tuple[str, str, bool, bool, int, int, int]


def counts(book: Book, lead: str | None) -> tuple[Count, list[Count]] | None:
    """What :func:`qplan.service.look.totals` and ``summary`` count, of one lead or of all.

    Tasks that agree in status, deadline and progress are judged once. None where somebody leads who
    is no department of the plan: such a lead stands where its first task does, which no group tells.
    """
    clock = book.clock
    together: list[_Judged] = []
    found: dict[str, list[_Judged]] = {ident: [] for ident in book.departments}
    known: dict[tuple[str | None, str | None, int | None, int], tuple[str, bool, bool]] = {}
    groups = Counter(book.ledger.counted(book.today.isoformat(), silence(book), lead))
    for (whose, status, due, progress, stale, missed), number in groups.items():
        if whose not in found:
            return None
        key = (status, due, progress, missed)
        if key not in known:
            task = Task("", TASK, "", "", status=status, deadline=due, progress=progress)
            late = status in calendar.OPEN and calendar.lateness(due, clock).days > 0
            known[key] = (
                calendar.light_of(task, clock, missed).code,
                late,
                calendar.due_soon(task, clock),
            )
        together.append((status or "", *known[key], stale, number, progress or 0))
        found[whose].append(together[-1])
    each = [_count(i, book.department_name(i), judged) for i, judged in found.items() if judged]
    return _count("", book.plan.title, together), each


def _count(key: str, title: str, judged: list[_Judged]) -> Count:
    by_status: Counter[str] = Counter()
    by_light: Counter[str] = Counter()
    total = overdue = soon = stale = progress = 0
    for status, light, is_late, is_soon, is_stale, number, each in judged:
        by_status[status] += number
        by_light[light] += number
        total += number
        overdue += number * is_late
        soon += number * is_soon
        stale += number * is_stale
        progress += number * each
    mean = progress // total if total else 0
    return Count(key, title, total, dict(by_status), dict(by_light), overdue, soon, stale, mean)

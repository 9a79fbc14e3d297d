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


class _Sum:
    """The counts of one lead."""

    def __init__(self) -> None:
        self.by_status: Counter[str] = Counter()
        self.by_light: Counter[str] = Counter()
        self.overdue = self.soon = self.stale = self.progress = 0

    def add(self, other: "_Sum") -> None:
        """Add another lead's counts."""
        self.by_status.update(other.by_status)
        self.by_light.update(other.by_light)
        self.overdue += other.overdue
        self.soon += other.soon
        self.stale += other.stale
        self.progress += other.progress

    def count(self, key: str, title: str) -> Count:
        """The counts as they are listed."""
        total = sum(self.by_status.values())
        mean = self.progress // total if total else 0
        return Count(
            key, title, total, dict(self.by_status), dict(self.by_light), self.overdue, self.soon, self.stale, mean
        )  # fmt: skip


def counts(book: Book, lead: str | None) -> tuple[Count, list[Count]] | None:
    """What :func:`qplan.service.look.totals` and ``summary`` count, of one lead or of all.

    Tasks that agree in status, deadline and progress are judged once. None where somebody leads who
    is no department of the plan: such a lead stands where its first task does, which no group tells.
    """
    clock = book.clock
    found = book.ledger.counted(book.today.isoformat(), silence(book), lead)
    sums = {ident: _Sum() for ident in book.departments}
    finished = {status: calendar.light_of(_one(status), clock).code for status in ("closed", "terminated")}
    for (status, whose), number in found.finished.items():
        if not number:
            continue
        if whose not in sums:
            return None
        whole = sums[whose]
        whole.by_status[status] += number
        whole.by_light[finished[status]] += number
        whole.progress += found.progress[status, whose]
    known: dict[tuple[str, str | None, int | None], tuple[str, str, bool, bool]] = {}
    for alike, number in found.open.items():
        if not number:
            continue
        status, whose, due, progress = alike
        if whose not in sums:
            return None
        judged = known.get((status, due, progress))
        if judged is None:
            task = _one(status, due, progress)
            judged = known[status, due, progress] = (
                calendar.light_of(task, clock).code,
                calendar.light_of(task, clock, missed=1).code,
                calendar.lateness(due, clock).days > 0,
                calendar.due_soon(task, clock),
            )
        light, light_missed, is_late, is_soon = judged
        missed = found.missed.get(alike, 0)
        whole = sums[whose]
        whole.by_status[status] += number
        whole.by_light[light] += number - missed
        if missed:
            whole.by_light[light_missed] += missed
        whole.overdue += number * is_late
        whole.soon += number * is_soon
        whole.stale += found.silent[alike]
        whole.progress += number * (progress or 0)
    together = _Sum()
    for whole in sums.values():
        together.add(whole)
    each = [whole.count(i, book.department_name(i)) for i, whole in sums.items() if whole.by_status]
    return together.count("", book.plan.title), each


def _one(status: str, due: str | None = None, progress: int | None = None) -> Task:
    """A task that stands for all that are like it."""
    return Task("", TASK, "", "", status=status, deadline=due, progress=progress)

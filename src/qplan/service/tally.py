"""The leaves of a plan counted by group: what is alike in all that counts is judged once."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from qplan.core import calendar
from qplan.core.calendar import Clock
from qplan.core.model import TASK, Counted
from qplan.service import count, look
from qplan.service.count import Count
from qplan.service.look import Book


def exact(book: Book) -> bool:
    """Whether groups suffice: no rule asks for a task's own history or moves its deadline."""
    rules = book.clock.rules
    return not rules.red_once_stays_yellow and rules.rest_day_deadline == "fixed"


class _Sum:
    """The counts of one lead."""

    def __init__(self) -> None:
        self.by_status: Counter[str] = Counter()
        self.by_light: Counter[str] = Counter()
        self.overdue = self.soon = self.stale = self.progress = 0

    def add(self, status: str, light: str, late: bool, soon: bool, number: int) -> None:
        """Add so many tasks that are alike."""
        self.by_status[status] += number
        self.by_light[light] += number
        self.overdue += number * late
        self.soon += number * soon

    def join(self, other: "_Sum") -> None:
        """Add another lead's counts."""
        self.by_status.update(other.by_status)
        self.by_light.update(other.by_light)
        self.overdue += other.overdue
        self.soon += other.soon
        self.stale += other.stale
        self.progress += other.progress

    def count(self, key: str, title: str) -> Count:
        """The counts as they are listed."""
        total = self.by_status.total()
        mean = self.progress // total if total else 0
        status, light = ({c: n for c, n in counts.items() if n} for counts in (self.by_status, self.by_light))
        return Count(key, title, total, status, light, self.overdue, self.soon, self.stale, mean)


def by_lead(book: Book) -> tuple[Count, list[Count]]:
    """All leaves counted, and those of each department: what :func:`qplan.service.count.by_dept` counts."""
    if exact(book):
        stale = book.ledger.silent(calendar.silence(book.clock))
        if each := counts(book, counted(book), stale):
            return each
    return count.by_dept(book, look.tasks(book))


def counted(book: Book, lead: str | None = None) -> Counted:
    """The leaves of one lead or of all, counted by what decides their lights on the book's day."""
    return book.ledger.counted(book.today.isoformat(), lead)


def counts(book: Book, found: Counted, stale: Mapping[str | None, int]) -> tuple[Count, list[Count]] | None:
    """The same of leaves that are :func:`counted`.

    ``stale`` has the number of stale tasks of each lead, which a week lists anyway. Tasks that agree
    in status, deadline and progress are judged once. None where somebody leads who is no department
    of the plan: such a lead stands where its first task does, which no group tells.
    """
    sums = {ident: _Sum() for ident in book.departments}
    stranger = _Sum()
    judged = _Judged(book.clock)
    alike: defaultdict[tuple[str | None, int], int] = defaultdict(int)
    done: defaultdict[str | None, int] = defaultdict(int)
    for status, whose, due, progress, number in found.open:
        alike[whose, judged[status, due, progress, 0]] += number
        done[whose] += number * (progress or 0)
    for status, whose, due, progress, _id in found.missed:
        alike[whose, judged[status, due, progress, 0]] -= 1
        alike[whose, judged[status, due, progress, 1]] += 1
    for status, whose, number, progress in found.finished:
        alike[whose, judged[status, None, None, 0]] += number
        done[whose] += progress
    hows = list(judged.hows)
    for (whose, how), number in alike.items():
        sums.get(whose or "", stranger).add(*hows[how], number)
    for whose, number in done.items():
        sums.get(whose or "", stranger).progress += number
    for whose, number in stale.items():
        sums.get(whose or "", stranger).stale += number
    if stranger.by_status.total():
        return None
    together = _Sum()
    for whole in sums.values():
        together.join(whole)
    each = [whole.count(ident, book.department_name(ident)) for ident, whole in sums.items()]
    return together.count("", book.plan.title), [one for one in each if one.total]


#: Status, light, whether it is overdue and whether it falls due soon.
_How = tuple[str, str, bool, bool]


class _Judged(dict[tuple[str, str | None, int | None, int], int]):
    """Status, deadline, progress, whether a milestone is missed -> the number of how such tasks stand."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.hows: dict[_How, int] = {}  #: few, and told apart by their numbers, which cost less to look up

    def __missing__(self, key: tuple[str, str | None, int | None, int]) -> int:
        status, due, progress, missed = key
        light, days_late, soon = look.alike(self.clock, TASK, status, due, progress, bool(missed))
        how = status, light, days_late > 0, soon
        found = self[key] = self.hows.setdefault(how, len(self.hows))
        return found

"""The journal as people ask for it: of one record, of some days, by department, person and kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from qplan.core.events import changes_in
from qplan.core.model import Event, ids
from qplan.core.names import folded, shown, spellings
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.store import FOREVER
from qplan.service.queries import Snapshot


class LogFilter(NamedTuple):
    """Which entries a log shows; an empty field selects all, several values any of them."""

    since: str | None = None  #: first effective day
    until: str | None = None  #: last effective day
    depts: Sequence[str] = ()  #: departments that made the entry, or for which the office made it
    actors: Sequence[str] = ()  #: persons, with or without their department: ``li``, ``li@scjg``
    kinds: frozenset[str] = frozenset()

    def selects(self, event: Event) -> bool:
        """Whether an entry is shown, its day apart."""
        return (
            (not self.kinds or event.kind in self.kinds)
            and (not self.actors or _is_by(event, self.actors))
            and (not self.depts or not set(self.depts).isdisjoint(_departments(event)))
        )


def _is_by(event: Event, actors: Iterable[str]) -> bool:
    names = {folded(event.actor), folded(event.actor.rpartition("@")[0])}
    return any(folded(actor) in names for actor in actors)


def _departments(event: Event) -> tuple[str, ...]:
    """The department that acted and those for which it did."""
    acting = event.actor.rpartition("@")[2]
    if '"on_behalf_of"' not in event.body:
        return (acting,)
    return (acting, *ids(changes_in(event).get("info", {}).get("on_behalf_of")))


def history(
    snapshot: Snapshot,
    text: str | None = None,
    last: int | None = None,
    where: LogFilter = LogFilter(),  # noqa: B008 - immutable
) -> list[Event]:
    """The journal, oldest first: all of it, or what happened to one record and to the records that belong to it.

    ``where`` selects from it; ``last`` keeps the last so many of what it selects.
    """
    if where == LogFilter() and text is None:
        return snapshot.ledger.events(last=last)
    events = [event for event in _of_days(snapshot, text, where) if where.selects(event)]
    return events if last is None else events[max(0, len(events) - last) :]


def _of_days(snapshot: Snapshot, text: str | None, where: LogFilter) -> list[Event]:
    """The entries of a record, or of all, that took effect on the days of a filter."""
    ledger = snapshot.ledger
    first, last = where.since or "", where.until or FOREVER
    if text is None and where.since:
        return ledger.events_between(first, last)
    subjects: Sequence[str | None] = [None] if text is None else _subjects(snapshot, text)
    events = (event for subject in subjects for event in ledger.events(subject))
    return sorted(event for event in events if first <= event.effective_on <= last)


def _subjects(snapshot: Snapshot, text: str) -> list[str]:
    """Return the ids of the record that a text names and of those that belong to it; BadInput for none."""
    ledger = snapshot.ledger
    if indicator := ledger.indicator(text):
        return [indicator.id, *(actual.id for actual in ledger.actuals(indicator.id))]
    for entity in ("milestone", "actual", "department"):
        if found := ledger.any(entity, text):
            return [found.id]
    if folded(text) == folded(snapshot.plan.id):
        return [snapshot.plan.id]
    named = [
        department.id
        for department in snapshot.departments.values()
        if folded(text) in map(folded, spellings(department))
    ]
    if len(named) == 1:
        return named
    of_indicator, slash, period = text.partition("/")
    if slash and (indicator := ledger.indicator(of_indicator)):
        raise BadInput(
            _("{id} has no figure of {period}; see: qplan show {id}"), id=indicator.id, period=shown(period)
        )
    row = ledger.task(text)
    return [row.id, *(milestone.id for milestone in ledger.milestones(row.id, retired=True))]

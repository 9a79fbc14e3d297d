"""What a command says of the entries that it wrote, or would write."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from qplan.core import events as journal_rules
from qplan.core.model import Change, Event
from qplan.ledger.store import Ledger

#: The departments' names, read once a command, and only where a change has a field of departments.
Names = Callable[[], dict[str, str]]


class Claim(NamedTuple):
    """The claim of completion that an approval verifies: the day it takes effect, and that of its recording."""

    effective_on: str
    recorded_on: str

    @property
    def days(self) -> int:
        """How many days after it took effect it was recorded."""
        return (date.fromisoformat(self.recorded_on) - date.fromisoformat(self.effective_on)).days


class Receipt(NamedTuple):
    """What one entry of the journal changed; ``seq`` 0 for a dry run."""

    seq: int
    kind: str
    subject: str
    title: str
    before: dict[str, Any]
    after: dict[str, Any]
    effective_on: str
    info: dict[str, Any] = {}  # noqa: RUF012 - never written to
    repeated: bool = False
    #: id -> name of the departments in its fields
    names: dict[str, str] = {}  # noqa: RUF012 - never written to
    reverts: Event | None = None  #: the entry that an undoing reverts
    claim: Claim | None = None  #: of an approval
    hash: str = ""  #: of the entry; empty for a dry run


def receipt(
    ledger: Ledger, event: Event, names: Names, title: str | None = None, *, repeated: bool = False
) -> Receipt:  # fmt: skip
    """Return the receipt of an entry; ``title`` is that of its subject, where it was read already."""
    body = journal_rules.changes_in(event)
    title = title or _title(ledger, event.subject)
    made = Receipt(
        event.seq, event.kind, event.subject, title, body["before"], body["after"], event.effective_on,
        body.get("info", {}), repeated, hash=event.hash,
    )  # fmt: skip
    return _completed(ledger, names, made, journal_rules.undoes(event))


def planned(ledger: Ledger, change: Change, on: str, names: Names) -> Receipt:
    """Return the receipt of a change that a dry run would write."""
    title = _title(ledger, change.subject) or str(change.after.get("title", ""))
    before = {name: value for name, value in change.before.items() if name != "version"}
    made = Receipt(0, change.kind, change.subject, title, before, change.after, on, change.info)
    return _completed(ledger, names, made, change.info.get("undoes"))


def _completed(ledger: Ledger, names: Names, made: Receipt, reverts: Any) -> Receipt:
    """Return a receipt with what the ledger has of its fields: names, the entry reverted, the claim verified.

    The departments' names are asked for only where a change has a field of departments.
    """
    fields = (made.before, made.after, made.info)
    return made._replace(
        names={} if all(map(_NAMES_DEPARTMENTS.isdisjoint, fields)) else names(),
        reverts=None if reverts is None else ledger.event(reverts),
        claim=_claim(ledger, made.kind, made.subject),
    )


#: Fields that hold departments.
_NAMES_DEPARTMENTS = frozenset({"lead", "joint", "support", "support_note", "on_behalf_of"})


def _claim(ledger: Ledger, kind: str, subject: str) -> Claim | None:
    """Return the claim that an approval verifies; None for any other entry."""
    if kind != "task.approve":
        return None
    found = [event for event in ledger.events(subject) if event.kind == "task.submit"]
    if not found:
        return None
    recorded_on = journal_rules.local_day(found[-1].recorded_at, ledger.plan().utc_offset)
    return Claim(found[-1].effective_on, recorded_on)


def _title(ledger: Ledger, subject: str) -> str:
    for entity in ("task", "milestone", "indicator"):
        # a yearly figure (I3/2024) has the name of its indicator
        found = ledger.title(entity, subject if entity != "indicator" else subject.partition("/")[0])
        if found is not None:
            return found
    return ""

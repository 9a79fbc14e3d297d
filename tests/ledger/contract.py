"""What the modules of the contract share: who acts, and steps on the small plan."""

from __future__ import annotations

from datetime import date

from golden import AGAIN
from qplan.core.model import Actor
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger
from qplan.ledger.verify import SCHEMA, verify
from qplan.service import actions
from qplan.service.actions import WriteContext

OFFICE = Actor("张", "zlb")
LEAD = Actor("李", "scjg")
ENTRY = Entry("李@scjg", "2024-03-01T02:00:00Z", "2024-03-01")


def order(actor: Actor = LEAD, on: str = "2024-03-01", **more) -> WriteContext:
    return WriteContext(actor, f"{on}T02:00:00Z", date(2026, 1, 1), date.fromisoformat(on), **more)


def accept(ledger: Ledger, *idents: str, on: str = "2024-03-01", **more):
    return actions.take(ledger, idents or ["T1.1"], "accept", {}, order(on=on, **more))


def report(ledger: Ledger, progress: int, on: str = "2024-04-01", **more):
    return actions.take(ledger, ["T1.1"], "report", {"progress": progress}, order(on=on, **more))


def assert_whole(ledger: Ledger) -> None:
    found = verify(ledger.connection)
    assert not any(one.check == SCHEMA for one in found.findings), (
        f"ledger/schema.sql, ledger/postgres/objects*.txt: {AGAIN}\n{found.findings}"
    )
    assert found.findings == []
    assert found.head == ledger.head()

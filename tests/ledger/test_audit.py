"""Entries that somebody wrote past the program, by the rules that need the calendar or the history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger import plans
from qplan.core.model import Actor, Change
from qplan.ledger import create
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger
from qplan.ledger.verify import PROGRAM, verify
from qplan.service import actions
from qplan.service.actions import WriteContext

OFFICE, CLERK, LEAD = Actor("王", "zlb"), Actor("张", "zlb"), Actor("李", "scjg")


@pytest.fixture
def ledger():
    with create.in_memory(plans.RECORDED) as made:
        with made.transaction():
            plans.fill(made)
        yield made


def act(ledger: Ledger, who: Actor, action: str, on: str, **given: Any) -> None:
    context = WriteContext(who, f"{on}T02:00:00Z", date(2026, 6, 1), date.fromisoformat(on))
    actions.take(ledger, ["T1.1"], action, given, context)


def past_the_program(
    ledger: Ledger, who: Actor, kind: str, on: str, after: dict[str, Any], **info: Any
) -> list[str]:
    """Append an entry as it is, and return what verify finds in the journal."""
    row = ledger.task("T1.1")
    before = {name: getattr(row, name) for name in after} | {"version": row.version}
    with ledger.transaction():
        ledger.append([Change(kind, "T1.1", before, after, info)], Entry(str(who), f"{on}T02:00:00Z", on))
    return [found.what for found in verify(ledger.connection).findings if found.check == PROGRAM]


def test_a_dispute_that_comes_too_late_is_named(ledger: Ledger):
    act(ledger, OFFICE, "confirm", "2024-03-28")  # a Thursday
    after = {"dispute": "职能不符", "disputed_on": "2024-04-03"}
    (what,) = past_the_program(ledger, LEAD, "task.dispute", "2024-04-03", after)
    assert "李@scjg" in what and "3 working days" in what


def test_an_approval_by_the_claimant_is_named(ledger: Ledger):
    act(ledger, LEAD, "accept", "2024-03-01")
    act(ledger, CLERK, "submit", "2024-03-02", evidence="文1号")
    after = {"status": "closed", "progress": 100, "closed_on": "2024-03-03", "closed_by": str(CLERK)}
    (what,) = past_the_program(ledger, CLERK, "task.approve", "2024-03-03", after, closed_late=False)
    assert "张@zlb wrote past" in what and "cannot verify it" in what


@pytest.mark.parametrize("claimed, found", [(False, 1), (True, 0)])
def test_a_mark_of_lateness_that_is_not_true_is_named(ledger: Ledger, claimed: bool, found: int):
    act(ledger, LEAD, "accept", "2024-03-01")
    act(ledger, LEAD, "submit", "2026-02-02", evidence="文1号")  # due on 2025-12-31
    after = {"status": "closed", "progress": 100, "closed_on": "2026-02-03", "closed_by": str(OFFICE)}
    assert (
        len(past_the_program(ledger, OFFICE, "task.approve", "2026-02-03", after, closed_late=claimed))
        == found
    )


@pytest.mark.parametrize("most, found", [(None, 0), (30, 0), (29, 1)])
def test_an_entry_that_reaches_back_too_far_is_named(ledger: Ledger, most: int | None, found: int):
    act(ledger, LEAD, "accept", "2024-03-01")
    (head,) = ledger.rows()["plan"].values()
    if most is not None:
        change = {"rules": f'{{"backdate_days":{most}}}'}
        before = {"rules": head.rules, "version": head.version}
        with ledger.transaction():
            ledger.append([Change("plan.amend", head.id, before, change)], plans.ENTRY)
    row = ledger.task("T1.1")
    entry = Entry(str(LEAD), "2024-05-01T02:00:00Z", "2024-04-01")
    with ledger.transaction():
        ledger.append(
            [
                Change(
                    "task.report",
                    "T1.1",
                    {"note": None, "last_update": "2024-03-01", "version": row.version},
                    {"note": "x", "last_update": "2024-04-01"},
                )
            ],
            entry,
        )
    named = [f.what for f in verify(ledger.connection).findings if f.check == PROGRAM]
    assert len(named) == found and all("30 days" in what and "李@scjg" in what for what in named)

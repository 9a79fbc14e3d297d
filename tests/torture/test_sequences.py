"""Any sequence of actions: replay equals rows, the chain verifies, act then undo restores."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger import plans
from qplan.core.model import Actor
from qplan.core.workflow import BY_ACTION
from qplan.errors import QplanError
from qplan.ledger import create
from qplan.ledger.sqlite import SqliteConnection
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.service import actions, reversal
from qplan.service.receipts import Receipt
from torture.harness import rounds

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ACTORS = st.sampled_from(
    [Actor("张", "zlb"), Actor("王", "zlb"), Actor("李", "scjg"), Actor("赵", "fgj"), Actor("x", "no")]
)
TASKS = st.sampled_from(["T1.1", "T1.2", "C1.1", "T1", "t1.1"])
DAYS = st.integers(0, 400).map(lambda n: date(2024, 1, 1) + timedelta(n))

GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "progress": st.integers(0, 100), "note": WORDS, "difficulty": WORDS, "needs": WORDS, "evidence": WORDS,
        "reason": WORDS, "result": WORDS, "document": WORDS, "owner": WORDS,
        "to": DAYS.map(lambda day: day.replace(year=day.year + 3, day=min(day.day, 28)).isoformat()),
        "lead": st.sampled_from(["scjg", "fgj"]), "support": st.sampled_from(["", "fgj", "scjg"]),
        "level": st.sampled_from(["reminder", "urge", "notice", "interview"]), "answer_by": DAYS.map(str),
    },
)  # fmt: skip

ACTION = st.tuples(st.just("act"), st.sampled_from(sorted(BY_ACTION)), TASKS, ACTORS, DAYS, GIVEN)
UNDO = st.tuples(st.just("undo"), st.one_of(st.none(), st.integers(1, 40)), ACTORS, DAYS)


@cache
def template() -> sqlite3.Connection:
    ledger = create.in_memory(plans.RECORDED)
    with ledger.transaction():
        plans.fill(ledger)
    return ledger.connection.raw


def fresh() -> Ledger:
    """A ledger with the small plan; running the migrations for each would take most of the time."""
    connection = SqliteConnection(":memory:", write=True, create=True)
    template().backup(connection.raw)
    return Ledger(connection)


def order(actor: Actor, on: date) -> actions.WriteContext:
    return actions.WriteContext(actor, f"{on}T02:00:00Z", date(2025, 12, 31), on)


def perform(ledger: Ledger, step: tuple[Any, ...]) -> list[Receipt]:
    """Take a step; one that a rule refuses leaves the ledger as it was."""
    head = ledger.head()
    try:
        if step[0] == "undo":
            return reversal.undo(ledger, step[1], order(*step[2:]))
        _act, action, task, actor, on, given = step
        return actions.take(ledger, [task], action, dict(given), order(actor, on))
    except QplanError:
        assert ledger.head() == head
        return []


@settings(max_examples=rounds(60, 2000), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(ACTION, ACTION, ACTION, UNDO), max_size=25))
def test_replay_equals_rows_and_the_chain_holds(steps: list[tuple[Any, ...]]):
    with fresh() as ledger:
        for step in steps:
            perform(ledger, step)
        verdict = verify(ledger.connection)
        assert verdict.findings == [] and verdict.head == ledger.head()
        # by number up to a day, and by day: the two ways to fold agree on what is effective by then
        for on in {e.effective_on for e in ledger.events()}:
            past = ledger.at(on)
            assert past.plan().id == "test-plan"
            if past is not ledger:
                past._rows.close()


#: A walk that gets somewhere: each step is one that the workflow opens.
WALK = st.lists(st.sampled_from(["accept", "report", "block", "resume", "submit", "approve", "return", "reopen", "extend", "urge", "assign"]), min_size=1, max_size=12)  # fmt: skip


@settings(max_examples=rounds(40, 1000), deadline=None, suppress_health_check=list(HealthCheck))
@given(WALK, st.integers(1, 12))
@example(["accept", "submit", "approve", "reopen"], 1)
def test_acting_then_undoing_restores(walk: list[str], back: int):
    everything = {
        "progress": 50, "note": "n", "difficulty": "d", "needs": "n", "evidence": "e", "reason": "r", "result": "r",
        "document": "d", "to": "2027-01-01", "lead": "scjg", "support": "fgj", "level": "reminder", "answer_by": "2024-12-01",
    }  # fmt: skip
    with fresh() as ledger:
        rows = [ledger.task("T1.1")]
        done: list[int] = []
        on = date(2024, 1, 1)
        for action in walk:
            on += timedelta(1)
            given = {
                k: v
                for k, v in everything.items()
                if k in (*BY_ACTION[action].requires, *BY_ACTION[action].accepts)
            }
            office = Actor("张" if action == "submit" else "王", "zlb")
            receipts = perform(ledger, ("act", action, "T1.1", office, on, given))
            if receipts:
                done.append(receipts[0].seq)
                rows.append(ledger.task("T1.1"))
        for seq in reversed(done[-back:]):
            on += timedelta(1)
            # taking a reopening back closes the task again: not by whom its completion was submitted
            reversal.undo(ledger, seq, order(Actor("李", "zlb"), on))
            done.pop()
        last = ledger.task("T1.1")
        assert last._replace(version=0) == rows[len(done)]._replace(version=0)
        assert verify(ledger.connection).findings == []

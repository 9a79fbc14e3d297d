"""Random commands on a ledger: it verifies after each, a refusal writes nothing, undoing restores."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.cycle import GIVEN
from ledger import plans
from qplan.core.model import Actor
from qplan.core.workflow import BY_ACTION
from qplan.errors import QplanError
from qplan.ledger import create
from qplan.ledger.verify import verify
from qplan.service import actions, measures, milestones, reversal
from qplan.service.actions import WriteContext

ACTORS = (Actor("甲", "zlb"), Actor("乙", "scjg"), Actor("丙", "fgj"), Actor("丁", "zlb"))
START = date(2025, 3, 3)
BESIDE = ("add", "done", "move", "measure")

MOVES = st.tuples(
    st.sampled_from([*sorted(BY_ACTION), *BESIDE]),
    st.sampled_from(ACTORS),
    st.integers(0, 25),  # days until it is recorded
    st.sampled_from([0, 0, 0, 5]),  # days by which the report is late
    st.booleans(),  # whether it is undone again
)


def perform(ledger, action: str, order: WriteContext):
    if action == "add":
        return milestones.add(ledger, "T1.1", f"目标 {order.today}", "2025-11-30", order)
    if action == "done":
        return milestones.done(ledger, ["T1.1/m1"], None, order)
    if action == "move":
        return milestones.move(ledger, ["T1.1/m2"], (order.on + timedelta(9)).isoformat(), "推迟", order)
    if action == "measure":
        return measures.measure(ledger, "I1", "2024", f"9{order.on.day % 10}.1", "抽查", None, order)
    given = {**GIVEN.get(action, {}), **({"lead": "fgj"} if action == "reassign" else {})}
    return actions.take(ledger, ["T1.1"], action, given, order)


def rows(ledger):
    """Every record without its version, which an undo counts on; what was made and undone is retired."""
    return {
        (entity, ident): record._replace(version=0)
        for entity, records in ledger.rows().items()
        for ident, record in records.items()
        if not getattr(record, "retired", 0)
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(MOVES, max_size=14))
def test_random_commands(moves) -> None:
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        today = START
        for action, actor, days, late, undone in moves:
            today += timedelta(days)
            order = WriteContext(actor, f"{today}T01:00:00Z", today, today - timedelta(late))
            before, head = rows(ledger), ledger.head()
            try:
                written = perform(ledger, action, order)
            except QplanError as error:
                assert str(error) and (rows(ledger), ledger.head()) == (before, head)
                continue
            assert written and written[-1].seq == ledger.head().seq
            if undone:
                reversal.undo(ledger, None, order)
                assert rows(ledger) == before
        verdict = verify(ledger.connection)
        assert verdict.findings == []

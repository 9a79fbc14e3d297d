"""Undoing: which entries are undone together, from which day on, and by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger import plans
from qplan.core.model import Actor
from qplan.errors import BadInput, Refused
from qplan.ledger import create
from qplan.service import actions, milestones, reversal
from qplan.service.actions import WriteContext

OFFICE, LEAD = Actor("甲", "zlb"), Actor("乙", "scjg")
DAY = date(2025, 3, 3)


def order(on: str = "2025-03-03", actor: Actor = LEAD) -> WriteContext:
    return WriteContext(actor, "2025-03-03T01:00:00Z", DAY, date.fromisoformat(on))


@pytest.fixture
def ledger():
    with create.in_memory(plans.RECORDED) as made:
        plans.fill(made)
        yield made


def accept(ledger, *ids: str, on: str = "2025-03-03", actor: Actor = LEAD):
    return actions.take(ledger, ids or ["T1.1"], "accept", {}, order(on, actor))


def test_what_is_left_of_a_command_is_undone_by_the_number_of_any_of_its_entries(ledger) -> None:
    entries = accept(ledger, "T1.1", "T1.2", "T1.3")
    assert [one.subject for one in reversal.undo(ledger, entries[0].seq, order(), only=True)] == ["T1.1"]
    assert [one.subject for one in reversal.undo(ledger, entries[2].seq, order())] == ["T1.3", "T1.2"]
    with pytest.raises(Refused, match="undone already"):
        reversal.undo(ledger, entries[1].seq, order())


def test_two_entries_of_a_record_are_undone_together_the_latest_first(ledger) -> None:
    accept(ledger)
    seqs = [actions.take(ledger, ["T1.1"], "report", {"progress": n}, order())[0].seq for n in (10, 20)]
    with pytest.raises(Refused, match=f"no. {seqs[1]}"):
        reversal.undo(ledger, seqs[0], order())
    undone = reversal.undo(ledger, seqs, order())
    assert [one.reverts.seq for one in undone] == seqs[::-1]
    assert (ledger.task("T1.1").progress, ledger.task("T1.1").version) == (0, undone[-1].seq)


@pytest.mark.parametrize(
    ("days", "refused"), [(("2025-02-01", "2025-02-01"), False), (("2025-02-01", "2025-02-02"), True)]
)
def test_entries_of_one_day_are_undone_from_that_day_on(ledger, days, refused) -> None:
    seqs = [accept(ledger, ident, on=day)[0].seq for ident, day in zip(("T1.1", "T1.2"), days, strict=True)]
    if refused:
        with pytest.raises(Refused, match="different days"):
            reversal.undo(ledger, seqs, order(), keep_day=True)
    else:
        assert {one.effective_on for one in reversal.undo(ledger, seqs, order(), keep_day=True)} == {days[0]}


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
def test_nothing_is_undone_before_it_took_effect(ledger, days, refused) -> None:
    (entry,) = accept(ledger, on="2025-02-10")
    on = (date(2025, 2, 10) - timedelta(days)).isoformat()
    if refused:
        with pytest.raises(Refused, match="nothing can undo it before"):
            reversal.undo(ledger, entry.seq, order(on))
    else:
        assert reversal.undo(ledger, entry.seq, order(on))


def test_a_department_undoes_what_it_wrote_on_tasks_that_it_has_part_in(ledger) -> None:
    accept(ledger)
    (goal,) = milestones.done(ledger, ["T1.1/m1"], None, order())
    (other,) = accept(ledger, "C1.1", actor=Actor("丙", "fgj"))
    with pytest.raises(Refused, match="is by 丙@fgj"):
        reversal.undo(ledger, other.seq, order())
    assert reversal.undo(ledger, goal.seq, order())
    (mine,) = actions.take(ledger, ["T1.1"], "report", {"progress": 5}, order())
    actions.take(
        ledger, ["T1.1"], "assign", {"lead": "fgj", "support": "", "reason": "r"}, order(actor=OFFICE)
    )
    with pytest.raises(Refused, match="part in"):
        reversal.undo(ledger, mine.seq, order())
    assert reversal.undo(ledger, mine.seq, order(actor=OFFICE))


def test_an_entry_that_is_not_there_and_one_of_a_load_are_not_undone(ledger) -> None:
    with pytest.raises(BadInput, match=r"no entry no\. 9999"):
        reversal.undo(ledger, 9999, order())
    for actor, said in ((LEAD, "no entry that it could undo"), (OFFICE, "is of a load")):
        with pytest.raises(Refused, match=said):
            reversal.undo(ledger, None, order(actor=actor))
    loaded = {event.kind: event.seq for event in ledger.events()}
    for kind in ("plan.define", "department.define"):
        with pytest.raises(Refused, match="load a corrected plan"):
            reversal.undo(ledger, loaded[kind], order(actor=OFFICE))
    with pytest.raises(Refused, match="a department only what it wrote itself"):
        reversal.undo(ledger, loaded["task.define"], order())

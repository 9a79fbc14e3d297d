"""The contract of every engine: what undoing does."""

from __future__ import annotations

import pytest

from ledger.contract import ENTRY, LEAD, OFFICE, accept, assert_whole, order, report
from qplan.core import events
from qplan.core.model import Actor, Change
from qplan.errors import BadInput, Refused
from qplan.ledger.store import Ledger
from qplan.service import actions, reversal


class TestUndo:
    def test_it_restores_and_is_itself_undoable(self, ledger: Ledger):
        before = ledger.task("T1.1")
        (accepted,) = accept(ledger)
        after = ledger.task("T1.1")
        (undone,) = reversal.undo(ledger, None, order(OFFICE))
        assert ledger.task("T1.1") == before._replace(version=undone.seq)
        assert undone.info == {"undoes": accepted.seq}
        (redone,) = reversal.undo(ledger, undone.seq, order(OFFICE))
        assert ledger.task("T1.1") == after._replace(version=redone.seq)
        assert_whole(ledger)

    def test_it_is_refused_when_a_later_entry_set_the_same_fields(self, ledger: Ledger):
        accept(ledger)
        (first,) = report(ledger, 30)
        (second,) = report(ledger, 60, on="2024-05-01")
        with pytest.raises(Refused, match=f"no. {second.seq}"):
            reversal.undo(ledger, first.seq, order(OFFICE, on="2024-06-01"))

    def test_a_later_entry_on_other_fields_does_not_hinder_it(self, ledger: Ledger):
        accept(ledger)
        (first,) = actions.take(ledger, ["T1.1"], "assign", {"owner": "王"}, order(OFFICE, on="2024-03-02"))
        report(ledger, 60, on="2024-05-01")
        reversal.undo(ledger, first.seq, order(OFFICE, on="2024-06-01"))
        row = ledger.task("T1.1")
        assert (row.owner, row.progress) == (None, 60)

    def test_one_step_after_the_other_can_be_taken_back(self, ledger: Ledger):
        """What was undone hinders no more: it and its undoing cancel each other."""
        before = ledger.task("T1.1")
        seqs = [accept(ledger)[0].seq, report(ledger, 30)[0].seq, report(ledger, 60, on="2024-05-01")[0].seq]
        for seq in reversed(seqs):
            reversal.undo(ledger, seq, order(OFFICE, on="2024-06-01"))
        assert ledger.task("T1.1")._replace(version=0) == before._replace(version=0)
        for seq in seqs:  # each was undone already, by an entry that stands
            with pytest.raises(Refused, match="was undone already"):
                reversal.undo(ledger, seq, order(OFFICE, on="2024-06-01"))
        assert_whole(ledger)

    def test_it_takes_effect_when_the_entry_did(self, ledger: Ledger):
        """Past days are right again, and the undoing is marked as recorded late."""
        accept(ledger)
        report(ledger, 30)
        (wrong,) = report(ledger, 60, on="2024-05-01")
        (undone,) = reversal.undo(ledger, None, order(OFFICE, on="2024-06-01"), keep_day=True)
        assert undone.effective_on == wrong.effective_on == "2024-05-01"
        assert events.is_late(ledger.event(undone.seq), "+08:00")
        with ledger.past("2024-05-15") as then:
            assert then.task("T1.1").progress == 30
        (redone,) = reversal.undo(ledger, undone.seq, order(OFFICE, on="2024-07-01"), keep_day=True)
        assert redone.effective_on == "2024-05-01"
        with ledger.past("2024-05-15") as then:
            assert then.task("T1.1").progress == 60
        assert_whole(ledger)

    def test_it_cannot_take_effect_before_the_entry(self, ledger: Ledger):
        (accepted,) = accept(ledger)
        with pytest.raises(Refused, match=f"No. {accepted.seq} took effect on 2024-03-01"):
            reversal.undo(ledger, accepted.seq, order(OFFICE, on="2024-02-01"))

    @pytest.mark.parametrize("undone_on", ["2024-05-01", "2024-08-01"])
    def test_what_was_undone_does_not_stand_in_the_way_of_a_late_report(self, ledger: Ledger, undone_on):
        accept(ledger)
        (wrong,) = report(ledger, 60, on="2024-05-01")
        with pytest.raises(Refused, match=f"undo no. {wrong.seq} first"):
            report(ledger, 40, on="2024-04-01")
        reversal.undo(ledger, wrong.seq, order(OFFICE, on=undone_on))
        report(ledger, 40, on="2024-04-01")
        with ledger.past("2024-04-15") as then:
            assert then.task("T1.1").progress == 40
        assert ledger.task("T1.1").progress == 40
        assert_whole(ledger)

    def test_a_status_that_was_undone_does_not_stand_in_the_way(self, ledger: Ledger):
        (accepted,) = accept(ledger, on="2024-05-01")
        reversal.undo(ledger, accepted.seq, order(OFFICE, on="2024-05-01"))
        accept(ledger, on="2024-04-01")
        assert_whole(ledger)

    def test_a_repeated_request_undoes_once(self, ledger: Ledger):
        accept(ledger)
        (wrong,) = report(ledger, 60)
        late = order(OFFICE, on="2024-06-01", request="once")
        (first,) = reversal.undo(ledger, wrong.seq, late, keep_day=True)
        (again,) = reversal.undo(ledger, wrong.seq, late, keep_day=True)
        assert again.repeated and again.seq == first.seq

    def test_undoing_a_definition_retires_it(self, ledger: Ledger):
        defined = ledger.events("C1.1")[0].seq
        reversal.undo(ledger, defined, order(OFFICE))
        assert ledger.task("C1.1").retired == 1
        assert "C1.1" not in [t.id for t in ledger.tasks()]
        assert_whole(ledger)

    def test_undoing_a_figure_retires_it(self, ledger: Ledger):
        after = {"indicator": "I1", "year": 2024, "value": "97.1"}
        with ledger.transaction():
            (event,) = ledger.append([Change("actual.measure", "I1/2024", {}, after)], ENTRY)
        reversal.undo(ledger, event.seq, order(OFFICE))
        assert ledger.actuals("I1") == []
        assert_whole(ledger)

    def test_the_plan_itself_is_amended_not_undone(self, ledger: Ledger):
        with pytest.raises(Refused, match="qplan load"):
            reversal.undo(ledger, 1, order(OFFICE))

    def test_a_department_takes_back_only_what_it_wrote(self, ledger: Ledger):
        """What the office or another department entered is not theirs to undo, nor is the plan."""
        (accepted,) = accept(ledger)
        stranger = Actor("何", "fgj")
        with pytest.raises(Refused, match="李@scjg"):
            reversal.undo(ledger, accepted.seq, order(stranger))
        (urged,) = actions.take(ledger, ["T1.1"], "urge", {}, order(OFFICE, on="2025-06-02"))
        with pytest.raises(Refused, match="张@zlb"):
            reversal.undo(ledger, urged.seq, order(LEAD, on="2025-06-02"))
        with pytest.raises(Refused, match="zlb"):
            reversal.undo(ledger, ledger.events("C1.1")[0].seq, order(LEAD))
        reversal.undo(ledger, accepted.seq, order(LEAD))
        assert ledger.task("T1.1").status == "assigned"

    def test_a_department_without_a_part_any_more_takes_nothing_back(self, ledger: Ledger):
        (accepted,) = accept(ledger)
        handed = {"lead": "fgj", "support": "jxkj"}
        actions.take(ledger, ["T1.1"], "assign", handed, order(OFFICE, on="2024-03-02"))
        with pytest.raises(Refused, match="part"):
            reversal.undo(ledger, accepted.seq, order(LEAD, on="2024-03-03"))

    def test_a_reporter_does_not_close_by_undoing(self, ledger: Ledger):
        """Taking back the undoing of a verification verifies again, so the same person may not."""
        accept(ledger)
        clerk, chief = Actor("王", "zlb"), OFFICE
        actions.take(ledger, ["T1.1"], "submit", {"evidence": "文〔2024〕1号"}, order(clerk))
        (closed,) = actions.take(ledger, ["T1.1"], "approve", {}, order(chief))
        (opened,) = reversal.undo(ledger, closed.seq, order(chief))
        for actor in (clerk, Actor("王", "scjg")):
            with pytest.raises(Refused):
                reversal.undo(ledger, opened.seq, order(actor))
        assert ledger.task("T1.1").status == "submitted"
        reversal.undo(ledger, opened.seq, order(chief))
        assert ledger.task("T1.1").status == "closed"

    def test_without_a_number_it_is_the_departments_own_last_entry(self, ledger: Ledger):
        lead = Actor("李", "scjg")
        with pytest.raises(Refused, match="no entry"):
            reversal.undo(ledger, None, order(lead))
        accept(ledger)
        (said,) = actions.take(ledger, ["T1.1"], "report", {"progress": 20}, order(lead))
        (more,) = actions.take(ledger, ["T1.1"], "report", {"difficulty": "缺人"}, order(lead))
        actions.take(ledger, ["T1.2"], "confirm", {}, order(OFFICE))
        reversal.undo(ledger, more.seq, order(OFFICE))
        (back,) = reversal.undo(ledger, None, order(lead))
        assert back.info == {"undoes": said.seq}

    def test_an_unknown_entry_is_bad_input(self, ledger: Ledger):
        with pytest.raises(BadInput, match="qplan log"):
            reversal.undo(ledger, 9999, order(OFFICE))


@pytest.mark.parametrize(
    ("action", "given"), [("return", {"note": "佐证不全"}), ("reassign", {"lead": "fgj"}), ("reopen", {})]
)
def test_whoever_claimed_verifies_nothing_by_undoing(ledger: Ledger, action: str, given: dict[str, str]):
    """A claim that was undone still counts; a return, a handing on and a reopening that was undone ends none."""
    clerk = Actor("赵", "zlb")

    def act(who: Actor, step: str, day: int, **said: str) -> int:
        context = order(who, on=f"2024-03-{day:02}")
        return actions.take(ledger, ["T1.1"], step, said, context)[0].seq

    accept(ledger)
    claim = act(clerk, "submit", 2, evidence="文1号")
    reversal.undo(ledger, claim, order(clerk, on="2024-03-03"))
    act(LEAD, "submit", 4, evidence="文1号")
    if action == "reopen":
        act(OFFICE, "approve", 5)
        opened = act(OFFICE, "reopen", 6, reason="复核")
        with pytest.raises(Refused, match="cannot verify it"):
            reversal.undo(ledger, opened, order(clerk, on="2024-03-07"))
        return
    ended = act(clerk, action, 5, **given)
    reversal.undo(ledger, ended, order(clerk, on="2024-03-06"))
    assert ledger.task("T1.1").status == "submitted"
    with pytest.raises(Refused, match="cannot verify it"):
        act(clerk, "approve", 7)
    act(OFFICE, "approve", 7)
    assert_whole(ledger)

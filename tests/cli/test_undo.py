"""One command is one batch, and one undo reverts it; undoing again goes one command further back."""

from __future__ import annotations

import pytest

LEAD, OFFICE = ("--actor", "li@scjg"), ("--actor", "wang@zlb")
IDS = ("T1.3", "C1.1", "T2.1.3", "C4.1")


@pytest.fixture
def ledger(qplan, ledger):
    """The bundled plan, and the program that works on it."""
    return qplan


def ok(answer):
    assert answer.code == 0, answer.err
    return answer


def status(qplan, ident):
    return qplan("show", ident, "--format", "json").json["item"]["status"]


def last(qplan):
    return qplan("log", "--limit", "1", "--format", "json").json["items"][0]["seq"]


def test_one_undo_reverts_all_that_one_command_wrote(ledger):
    ok(ledger("accept", *IDS, "--yes", *LEAD))
    answer = ok(ledger("undo", *OFFICE, "--format", "json"))
    assert {item["subject"] for item in answer.json["items"]} == set(IDS)
    assert {status(ledger, ident) for ident in IDS} == {"assigned"}
    assert ok(ledger("verify")).code == 0


def test_the_number_of_any_entry_means_its_command(ledger):
    ok(ledger("accept", *IDS, "--yes", *LEAD))
    ok(ledger("accept", "T1.1"))
    ok(ledger("undo", last(ledger) - 2))
    assert [status(ledger, ident) for ident in (*IDS, "T1.1")] == ["assigned"] * 4 + ["active"]


def test_only_reverts_one_entry(ledger):
    ok(ledger("accept", *IDS, "--yes", *LEAD))
    ok(ledger("undo", last(ledger), "--only"))
    assert sorted(status(ledger, ident) for ident in IDS) == ["active"] * 3 + ["assigned"]
    ok(ledger("undo"))  # what is left of the command
    assert {status(ledger, ident) for ident in IDS} == {"assigned"}
    assert ledger("undo", "--only").code == 2


def test_a_second_undo_goes_further_back(ledger):
    ok(ledger("accept", "T1.1"))
    ok(ledger("accept", "T1.3"))
    ok(ledger("undo"))
    ok(ledger("undo"))
    assert [status(ledger, ident) for ident in ("T1.1", "T1.3")] == ["assigned", "assigned"]
    answer = ledger("undo")  # the plan's load was before
    assert answer.code == 1 and "qplan load" in answer.err


def test_an_undoing_is_undone_by_its_number(ledger):
    ok(ledger("accept", *IDS, "--yes", *LEAD))
    ok(ledger("undo"))
    ok(ledger("undo", last(ledger)))
    assert {status(ledger, ident) for ident in IDS} == {"active"}


def test_several_numbers_are_reverted_together(ledger):
    ok(ledger("accept", "T1.1"))
    first = last(ledger)
    ok(ledger("report", "T1.1", "--progress", "30", "--note", "一"))
    second = last(ledger)
    ok(ledger("undo", first, second))
    item = ledger("show", "T1.1", "--format", "json").json["item"]
    assert (item["status"], item["progress"], item["note"]) == ("assigned", 0, None)
    assert ok(ledger("verify")).code == 0


def test_the_receipt_names_whose_entry_it_was(ledger):
    ok(ledger("accept", "T1.3", *LEAD))
    number = last(ledger)
    answer = ok(ledger("undo", *OFFICE))
    assert f"no. {number} (accept) by li@scjg" in answer.out
    ok(ledger("accept", "T1.3", *LEAD))
    assert "by li@scjg" in ok(ledger("undo", "--dry-run")).out


def test_undoing_a_file_of_reports_takes_one_undo(ledger, tmp_path):
    (tmp_path / "r.csv").write_text("id,status\nT1.3,active\nC1.1,active\n", encoding="utf-8")
    ok(ledger("update", "--from", tmp_path / "r.csv"))
    ok(ledger("undo"))
    assert {status(ledger, ident) for ident in ("T1.3", "C1.1")} == {"assigned"}


def test_a_department_reverts_its_own_command(ledger):
    ok(ledger("accept", "T1.3", "C1.1", *LEAD))
    ok(ledger("accept", "T1.1"))
    ok(ledger("undo", *LEAD))
    assert [status(ledger, ident) for ident in ("T1.3", "C1.1", "T1.1")] == ["assigned", "assigned", "active"]
    assert ledger("undo", *LEAD).code == 1


def test_a_request_id_cannot_look_like_a_commands_own(ledger):
    assert ledger("accept", "T1.1", "--request-id", "#5").code == 2


def test_a_repeated_undo_with_its_request_id_reverts_nothing_twice(ledger):
    ok(ledger("accept", "T1.1"))
    ok(ledger("accept", "T1.3"))
    ok(ledger("undo", "--request-id", "u1"))
    answer = ok(ledger("undo", "--request-id", "u1"))
    assert "already written" in answer.out
    assert status(ledger, "T1.1") == "active"


def test_an_entry_that_was_undone_is_not_blamed_on_its_undoing(ledger):
    ok(ledger("report", "T1.3", "--note", "a", *LEAD))
    seq = last(ledger)
    ok(ledger("undo", *LEAD))
    refused = ledger("undo", seq, *LEAD)
    assert refused.code == 1 and f"No. {seq} was undone already, by no. {last(ledger)}." in refused.err


def test_undo_without_a_number_leaves_a_load_alone_and_says_so(ledger):
    refused = ledger("undo", *OFFICE)
    assert refused.code == 1 and "is of a load" in refused.err

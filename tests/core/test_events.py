"""The canonical form, the chain, replay and inverse, without a database."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.core import events
from qplan.core.model import Change, Event

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.one_of(TEXT, st.integers(-(2**53), 2**53), st.booleans(), st.none())


def event(
    seq: int, kind: str, subject: str, before: dict, after: dict, on: str = "2024-01-01", **more
) -> Event:
    body = events.bodies_of([Change(kind, subject, before, after)], **more)[0]
    return Event(seq, f"{on}T08:00:00Z", on, "a@b", kind, subject, body, "0" * 64, "0" * 64)


def test_the_canonical_form_to_the_letter():
    assert events.canonical({"乙": 'a"\n\u2028', "b": None, "a": True, "c": 7}) == (
        '{"a":true,"b":null,"c":7,"乙":"a\\"\\n\u2028"}'
    )


@given(st.dictionaries(TEXT, VALUES))
def test_it_is_a_fixed_point(value: dict):
    import json

    text = events.canonical(value)
    assert events.canonical(json.loads(text)) == text


def test_a_body_leaves_out_what_is_not_there():
    change = Change("task.report", "T1", {"note": None, "version": 3}, {"note": "x"})
    assert events.bodies_of([change]) == ['{"after":{"note":"x"},"before":{"note":null}}']
    assert events.bodies_of([change._replace(info={"late": True})], "r") == [
        '{"after":{"note":"x"},"before":{"note":null},"info":{"late":true},"request":"r"}'
    ]
    assert events.bodies_of([Change("x.define", "X", {}, {"a": 1})], "r") == [
        '{"after":{"a":1},"before":{},"request":"r"}'
    ]
    assert events.bodies_of([]) == []


#: What parts one body from the next while many are encoded, as texts and names may have it.
PARTS = st.lists(st.sampled_from(['},"",{', '"', "\\", "},", ',"",', "{", "}", "", "质"])).map("".join)
FIELDS = st.dictionaries(PARTS, PARTS | VALUES, max_size=3)


@given(st.lists(st.tuples(FIELDS, FIELDS), max_size=8), st.sampled_from([1, 99, 100, 101, 250]))
def test_bodies_of_many_are_those_of_each(changes: list, number: int):
    import json

    found = [Change("x.y", "X", before, after) for before, after in changes] * number
    for many in (found, [change._replace(before={}) for change in found]):
        assert events.bodies_of(many) == [
            json.dumps(
                {"after": change.after, "before": {k: v for k, v in change.before.items() if k != "version"}},
                ensure_ascii=False, sort_keys=True, separators=(",", ":"),
            )
            for change in many
        ]  # fmt: skip


def test_the_hash_is_what_the_document_says():
    """Computed here from the words of docs/audit.md, byte for byte, and not by the function."""
    fields = ["l1", "7", "2024-01-01T00:00:00Z", "2024-01-01", "张@zlb", "task.report", "T1", "{}"]
    preimage = b"qplan/event/v1\x00" + bytes.fromhex("ab" * 32)
    for field in fields:
        data = field.encode("utf-8")
        preimage += str(len(data)).encode() + b":" + data + b","
    assert events.event_hash("ab" * 32, "l1", 7, *fields[2:]) == hashlib.sha256(preimage).hexdigest()
    assert events.genesis("l1") == hashlib.sha256(b"qplan/genesis/v1\x00l1").hexdigest()


@given(st.lists(TEXT, min_size=8, max_size=8), st.lists(TEXT, min_size=8, max_size=8))
def test_different_fields_never_have_one_preimage(a: list[str], b: list[str]):
    def preimage(fields: list[str]) -> bytes:
        return b"".join(map(events.netstring, fields))

    assert (preimage(a) == preimage(b)) == (a == b)


def test_replay_folds_by_number_what_is_effective_by_the_day():
    history = [
        event(1, "task.define", "T1", {}, {"title": "x"}, "2021-01-01"),
        event(2, "task.report", "T1", {"progress": None}, {"progress": 10}, "2024-02-01"),
        event(3, "task.report", "T1", {"progress": 10}, {"progress": 50}, "2024-06-01"),
        event(4, "task.assign", "T1", {"owner": None}, {"owner": "王"}, "2024-03-01"),
    ]
    assert events.replay(history)["task", "T1"] == {"title": "x", "progress": 50, "owner": "王", "version": 4}
    march = events.replay(history, "2024-03-31")["task", "T1"]
    assert march == {"title": "x", "progress": 10, "owner": "王", "version": 4}
    assert events.replay(history, "2024-03-01") == events.replay(history, "2024-03-31")
    assert events.replay(history, "2020-12-31") == {}


def test_the_inverse_of_the_inverse_is_the_change():
    done = event(3, "task.report", "T1", {"progress": 10, "note": None}, {"progress": 50, "note": "x"})
    back = events.inverse(done)
    assert (back.kind, back.before, back.after) == (
        "task.undo",
        {"progress": 50, "note": "x"},
        {"progress": 10, "note": None},
    )
    again = events.inverse(event(4, back.kind, "T1", back.before, back.after))
    assert (again.before, again.after) == (back.after, back.before)
    assert again.info == {"undoes": 4}


@pytest.mark.parametrize("kind", ["task.define", "actual.measure"])
def test_the_inverse_of_a_making_retires(kind: str):
    back = events.inverse(event(3, kind, "X", {}, {"title": "x"}))
    assert (back.kind.partition(".")[2], back.before, back.after) == (
        "retire",
        {"retired": 0},
        {"retired": 1},
    )


@pytest.mark.parametrize(
    "kind, recorded, on, late",
    [
        ("task.report", "2025-06-29T23:30:00Z", "2025-06-30", False),  # 07:30 on the 30th in the plan's zone
        ("task.report", "2025-06-29T23:30:00Z", "2025-06-29", True),
        ("task.report", "2025-06-29T15:59:59Z", "2025-06-29", False),
        ("task.report", "2025-06-29T16:00:00Z", "2025-06-29", True),
        ("task.define", "2025-06-29T16:00:00Z", "2021-01-01", False),
    ],
)
def test_what_counts_as_a_late_report(kind: str, recorded: str, on: str, late: bool):
    one = event(1, kind, "T1", {}, {}, on)._replace(recorded_at=recorded)
    assert events.is_late(one, "+08:00") is late


@pytest.mark.parametrize(
    "offset, day",
    [("+08:00", "2025-06-30"), ("+00:00", "2025-06-29"), ("-03:30", "2025-06-29"), ("+00:30", "2025-06-30")],
)
def test_the_day_in_a_zone(offset: str, day: str):
    assert events.local_day("2025-06-29T23:30:00Z", offset) == day


@pytest.mark.parametrize(
    "offset, time", [("+08:00", "30 07:30:05"), ("-03:30", "29 20:00:05"), ("+05:45", "30 05:15:05")]
)
def test_the_time_in_a_zone(offset: str, time: str):
    assert events.local_time("2025-06-29T23:30:05Z", offset) == f"2025-06-{time}"


def test_texts_are_composed_and_the_path_of_evidence_is_not() -> None:
    apart, together = "cafe\u0301", "caf\u00e9"
    change = events.composed(
        Change("task.report", "T1", {}, {"note": apart, "evidence": apart}, {"reason": apart})
    )
    assert change.after == {"note": together, "evidence": apart}
    assert change.info == {"reason": together}


@pytest.mark.parametrize(
    "text, inert",
    [("plain {}", "plain {}"), ("质", "质"), ("a\x7fb", "a\\u007fb"), ("质\u202e\x9b", "质\\u202e\\u009b"), ("\u2066", "\\u2066")],
)  # fmt: skip
def test_characters_that_steer_a_terminal_are_written_as_escapes(text: str, inert: str) -> None:
    assert events.inert(text) == inert


def test_the_fields_before_are_those_of_the_first_entry_that_does_not_apply() -> None:
    """Of entries after the day or the number asked for; a late report that applies replaces what it set."""
    history = [
        event(
            5,
            "task.report",
            "T1",
            {"progress": 10, "note": None},
            {"progress": 50, "note": "x"},
            "2024-06-02",
        ),
        event(6, "task.report", "T1", {"progress": 50}, {"progress": 60}, "2024-06-03"),
        event(7, "task.report", "T1", {"owner": "王"}, {"owner": "李"}, "2024-06-04"),
        event(8, "task.report", "T1", {"progress": 60}, {"progress": 20}, "2024-06-01"),
        event(9, "task.report", "T2", {"progress": 1}, {"progress": 2}, "2024-06-01"),
        event(10, "milestone.add", "T1/a1", {}, {"title": "x"}, "2024-06-02"),
        event(11, "milestone.move", "T1/a1", {"due": "2024-07-01"}, {"due": "2024-08-01"}, "2024-06-02"),
        event(12, "task.report", "T3", {"progress": 7}, {"progress": 8}, "2024-06-01"),
    ]
    rows = [(one.seq, one.effective_on, one.kind, one.subject, one.body) for one in history]
    before = events.fields_before(rows, "2024-06-01", 11)
    assert before["task"] == {"T1": {"progress": 20, "note": None, "owner": "王"}, "T3": {"progress": 7}}
    assert before["milestone"] == {"T1/a1": None}
    assert events.fields_before(rows[3:5], "2024-06-01", 9) == {"task": {}}


def undoing(seq: int, of: Event) -> Event:
    back = events.inverse(of)
    return event(seq, back.kind, of.subject, back.before, back.after)._replace(
        body=events.bodies_of([back])[0]
    )


def test_an_entry_and_its_undoing_cancel_each_other() -> None:
    one, two = (event(n, "task.report", "T1", {"progress": 0}, {"progress": n}) for n in (2, 3))
    back = undoing(4, two)
    assert events.undoes(back) == 3 and events.undoes(two) is None
    assert events.drop_undone([one, two, back]) == [one]
    assert events.drop_undone([one, two, back, undoing(5, back)]) == [one, two]
    assert events.drop_undone([one, back]) == [one, back]  # what it reverts is not among them


@pytest.mark.parametrize("number", [True, "3", None])
def test_what_names_no_entry_reverts_none(number: object) -> None:
    body = events.canonical({"after": {}, "before": {}, "info": {"undoes": number}})
    assert events.undoes(event(4, "task.undo", "T1", {}, {})._replace(body=body)) is None


def test_who_claimed_a_completion_is_known_until_the_claim_is_returned() -> None:
    claim = event(2, "task.submit", "T1", {}, {"status": "submitted"})
    other = event(3, "task.submit", "T1", {}, {"status": "submitted"})._replace(actor="c@d")
    assert events.claimants([claim, other]) == ["a@b", "c@d"]
    for kind in ("task.return", "task.reopen", "task.reassign"):
        ended = event(4, kind, "T1", {"status": "submitted"}, {"status": "active"})
        assert events.claimants([claim, ended]) == []
        assert events.claimants([claim, ended, undoing(5, ended)]) == ["a@b"]
    assert events.claimants([claim, undoing(5, claim)]) == ["a@b"]
    assert events.claimants([claim, event(4, "task.report", "T1", {}, {"status": "x"})]) == ["a@b"]


def test_a_task_is_assigned_on_the_day_of_the_last_decision_that_was_not_undone() -> None:
    made = event(1, "task.define", "T1", {}, {"lead": "a"}, "2023-12-31")
    first = event(2, "task.confirm", "T1", {"basis": "proposed"}, {"basis": "confirmed"}, "2024-02-01")
    second = event(3, "task.assign", "T1", {"lead": "a"}, {"lead": "b"}, "2024-03-01")
    owner = event(4, "task.assign", "T1", {"owner": None}, {"owner": "王"}, "2024-04-01")
    report = event(5, "task.report", "T1", {}, {"lead": "x"}, "2024-05-01")
    history = [made, first, second, owner, report]
    assert events.assigned_on(history, "confirmed", "+08:00") == "2024-03-01"
    undone = [*history, undoing(6, second)]
    assert events.assigned_on(undone, "confirmed", "+08:00") == "2024-02-01"
    assert events.handed_over_on(undone, "+08:00") == "2024-02-01"
    assert events.assigned_on([made], "plan", "+17:00") == "2024-01-01"  # the day on which it was loaded
    assert events.assigned_on([made], "proposed", "+08:00") is None
    assert events.handed_over_on([made], "+08:00") == "2023-12-31"
    assert events.handed_over_on([], "+08:00") is None
    assert events.assigned_on([made, first], "proposed", "+08:00") == "2024-02-01"

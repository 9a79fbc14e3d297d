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


def test_texts_are_composed_and_the_path_of_evidence_is_not() -> None:
    apart, together = "cafe\u0301", "caf\u00e9"
    change = events.composed(
        Change("task.report", "T1", {}, {"note": apart, "evidence": apart}, {"reason": apart})
    )
    assert change.after == {"note": together, "evidence": apart}
    assert change.info == {"reason": together}

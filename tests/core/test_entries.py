"""What of an entry is not of its type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qplan.core.entries import is_head, misfits
from qplan.core.model import RECORDS, Event
from qplan.core.own import OwnColumn, columns_text
from qplan.core.rules import Rules

UNDO = Event(9, "2025-06-30T01:02:03Z", "2025-06-30", "甲@zlb", "task.undo", "T1.1", "{}", "", "")


def wrong(after: dict[str, Any], kind: str = "task.amend", subject: str = "T1.1") -> list[str]:
    """What of an entry with these values does not fit."""
    return list(misfits(UNDO._replace(kind=kind, subject=subject), {"before": {}, "after": after}))


@pytest.mark.parametrize(
    ("number", "fits"),
    [(1, True), (8, True), (0, False), (9, False), (-1, False), (True, False), ("8", False)],
)
def test_an_undoing_names_an_entry_before_it(number, fits):
    body = {"before": {}, "after": {}, "info": {"undoes": number}}
    assert (list(misfits(UNDO, body)) == []) is fits


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"kind": "task.x"}, "“task.x” is no kind"), ({"kind": "x.undo"}, "no kind"), ({"kind": "plan.report"}, "no kind"),
        ({"subject": "T1/m1/x"}, "is no id"), ({"subject": ""}, "is no id"), ({"subject": "T" * 65}, "is no id"),
        ({"recorded_at": "2025-06-30"}, "no moment"), ({"recorded_at": "2025-06-30T25:00:00Z"}, "no moment"),
        ({"recorded_at": "1899-06-30T01:02:03Z"}, "no moment"), ({"effective_on": "2025-02-30"}, "no day"),
        ({"effective_on": "2200-01-01"}, "no day"), ({"actor": "甲"}, "no actor"), ({"actor": "@zlb"}, "no actor"),
        ({"actor": "x" * 197 + "@zlb"}, "no actor"), ({"actor": "a\nb@zlb"}, "no actor"), ({"actor": "甲@z b"}, "no actor"),
    ],
)  # fmt: skip
def test_what_of_an_entry_itself_does_not_fit_is_named(fields, what):
    (sentence,) = misfits(UNDO._replace(**fields), {"before": {}, "after": {}})
    assert what in sentence


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "task.report"}, {"kind": "plan.define", "subject": "T" * 64}, {"subject": "T1/m1"}, {"effective_on": "1900-01-01"},
        {"actor": "x" * 196 + "@zlb"}, {"actor": "a@b@zlb"}, {"kind": "actual.measure", "subject": "I1/2024"},
    ],
)  # fmt: skip
def test_an_entry_at_the_edge_of_what_fits(fields):
    event = UNDO._replace(**fields)
    entity = event.kind.partition(".")[0]
    needed = set(RECORDS[entity]._fields[1:]) - set(RECORDS[entity]._field_defaults)
    made = {"title": "x", "indicator": "I1", "year": 2024, "value": "1"}
    after = {name: made[name] for name in needed} if event.kind.endswith((".define", ".measure")) else {}
    assert list(misfits(event, {"before": {}, "after": after})) == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"more": 1}, "its body holds “more”"), ({"request": ""}, "no request id"), ({"request": "x" * 201}, "no request id"),
        ({"info": []}, "carries as info"), ({"info": {"late": "yes"}}, "carries as late"), ({"info": {"reason": True}}, "carries as reason"),
        ({"info": {"x": "y"}}, "carries as x"), ({"info": {"note": "\ud800"}}, "carries as note"),
    ],
)  # fmt: skip
def test_what_an_entry_carries_beside_its_fields_is_known(body, what):
    (sentence,) = misfits(UNDO, {"before": {}, "after": {}, **body})
    assert what in sentence


def test_an_entry_may_carry_facts_and_a_request():
    info = {"late": True, "reason": "一\n二", "undoes": 3}
    for request in ("x", "x" * 200):
        assert list(misfits(UNDO, {"before": {}, "after": {}, "info": info, "request": request})) == []


@pytest.mark.parametrize(
    ("kind", "after", "fits"),
    [
        ("task.amend", {"progress": 0}, True), ("task.amend", {"progress": 100}, True), ("task.amend", {"progress": -1}, False),
        ("task.amend", {"progress": 101}, False), ("task.amend", {"progress": True}, False), ("task.amend", {"progress": None}, True),
        ("task.amend", {"position": 10**9}, True), ("task.amend", {"position": 10**9 + 1}, False), ("task.amend", {"position": -(10**9)}, True),
        ("task.amend", {"position": -(10**9) - 1}, False), ("task.amend", {"position": None}, False), ("task.amend", {"position": "1"}, False),
        ("task.amend", {"deadline": "2025-12-31"}, True), ("task.amend", {"deadline": "soon"}, False), ("task.amend", {"deadline": []}, False), ("task.amend", {"closed_on": 3}, False),
        ("task.amend", {"closed_on": "2025-12-31"}, True), ("task.amend", {"closed_on": "2025-12-32"}, False),
        ("task.amend", {"lead": "scjg"}, True), ("task.amend", {"lead": "a b"}, False), ("task.amend", {"lead": ""}, False),
        ("task.amend", {"support": ""}, True), ("task.amend", {"support": "a b"}, True), ("task.amend", {"support": "a  b"}, False),
        ("task.amend", {"support": 1}, False), ("task.amend", {"quantity": "-1.50"}, True), ("task.amend", {"quantity": "01"}, False),
        ("task.amend", {"quantity": "9" * 30}, True), ("task.amend", {"quantity": "9" * 31}, False), ("task.amend", {"quantity": 1}, False),
        ("task.amend", {"title": "一\n二"}, True), ("task.amend", {"title": "a\ud800"}, False), ("task.amend", {"title": None}, False),
        ("task.amend", {"fields": '{"a": "1"}'}, True), ("task.amend", {"fields": '{"a": 1}'}, False), ("task.amend", {"fields": "[]"}, False),
        ("task.amend", {"unknown": "x"}, True), ("task.amend", {"unknown": 1.5}, False), ("task.amend", {"unknown": None}, True),
        ("plan.amend", {"utc_offset": "+14:59"}, True), ("plan.amend", {"utc_offset": "+15:00"}, False), ("plan.amend", {"utc_offset": "08:00"}, False),
        ("plan.amend", {"fields": columns_text([OwnColumn("a", "甲")])}, True), ("plan.amend", {"fields": '[["a b", "x"]]'}, False),
        ("plan.amend", {"fields": '[["a", 1]]'}, False), ("plan.amend", {"fields": "x"}, False),
        ("plan.amend", {"calendar": '{"2026": {"off": ["0101"]}}'}, True), ("plan.amend", {"calendar": '{"26": {}}'}, False),
        ("plan.amend", {"calendar": '{"2026": {"off": ["101"]}}'}, False), ("plan.amend", {"calendar": '{"2026": {"off": ["abcd"]}}'}, False),
        ("plan.amend", {"calendar": '{"20x6": {}}'}, False),
    ],
)  # fmt: skip
def test_a_value_is_of_the_type_of_its_field(kind, after, fits):
    assert (wrong(after, kind) == []) is fits


def test_what_makes_a_record_gives_the_fields_that_have_no_default():
    assert wrong({"title": "t", "clause": "c", "kind": "task"}, "task.define") == []
    assert wrong({"title": "t", "kind": "task"}, "task.define") == ["clause cannot be “null”"]
    assert wrong({"title": "t", "clause": "c"}, "task.define") == ["kind cannot be “null”"]
    assert wrong({"title": "t"}, "task.amend") == []


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ({}, True), ({"stale_days": 0}, True), ({"stale_days": 10**9}, True), ({"stale_days": -1}, False), ({"stale_days": 10**9 + 1}, False),
        ({"stale_days": "30"}, False), ({"backdate_days": 0}, True), ({"backdate_days": "3"}, False), ({"backdate_days": -1}, False),
        ({"scoring": {"overdue": -1}}, False), ({"one_person_office": 1}, False), ({"lights": {"red_behind": 5}}, True),
        ({"urging": [{"level": "a", "label": "甲", "overdue_days": 1, "after_days": -1, "answer_workdays": 1}]}, False),
        ({"urging": [{"level": "a"}]}, False), ({"reporting": {"every": "month"}}, True), ([], False),
    ],
)  # fmt: skip
def test_rules_are_numbers_and_words_of_their_types(rules, fits):
    assert (wrong({"rules": json.dumps(rules)}, "plan.amend") == []) is fits
    assert Rules.parse("") == Rules()


def test_a_long_value_is_cut_and_shown_without_what_steers_a_terminal():
    (sentence,) = wrong({"lead": "\x1b" + "x" * 80})
    assert sentence.endswith("“\\u001b" + "x" * 59 + "”")


@pytest.mark.parametrize(
    ("ledger", "created", "fits"),
    [("l-1", "2025-06-30T01:02:03Z", True), ("l 1", "2025-06-30T01:02:03Z", False), ("l-1", "2025-06-30", False), ("l-1", None, False)],
)  # fmt: skip
def test_a_ledger_has_an_id_and_a_moment(ledger, created, fits):
    assert is_head(ledger, created) is fits

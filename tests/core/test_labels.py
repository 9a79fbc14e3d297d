"""Everything that a history, a receipt or a refusal can name has its words in both languages."""

from __future__ import annotations

import pytest

from qplan import i18n
from qplan.core import effects, workflow
from qplan.core.events import NEW
from qplan.core.labels import (
    ENTITIES,
    FACTS,
    FIELD_LABELS,
    VERBS,
    event_label,
    field_names,
    kinds_named,
    known_field,
)
from qplan.core.model import RECORDS
from qplan.errors import BadInput

HERE = "add it to core/labels.py"


def test_each_field_of_a_record_has_a_label():
    fields = {name for record in RECORDS.values() for name in record._fields}  # type: ignore[attr-defined]
    assert fields - {"id", "version"} - FIELD_LABELS.keys() == set(), f"{HERE}: FIELD_LABELS"


def test_each_kind_of_entry_has_a_label():
    assert RECORDS.keys() == ENTITIES.keys(), f"{HERE}: ENTITIES"
    assert {*NEW, "amend", "retire", "undo"} - VERBS.keys() == set(), f"{HERE}: VERBS"
    for entity in RECORDS:
        for verb in ("define", "amend", "retire", "undo"):
            assert event_label(f"{entity}.{verb}")
    for transition in workflow.TRANSITIONS:
        assert event_label(f"task.{transition.action}")


def test_each_fact_beside_the_fields_has_a_label():
    facts = {name for names in effects.INFO.values() for name in names}
    assert facts - FACTS.keys() == set(), f"{HERE}: FACTS"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("task.report", {"task.report"}), (" REPORT ", {"task.report"}), ("反馈进展", {"task.report"}), ("催办", {"task.urge"}),
        ("milestone.done", {"milestone.done"}), ("verify and close", {"task.approve"}), ("milestone: done", {"milestone.done"}),
        ("done", {f"{entity}.done" for entity in ENTITIES}), ("figure", {f"actual.{verb}" for verb in VERBS}),
    ],
)  # fmt: skip
def test_a_kind_of_entry_is_named_by_code_or_label_in_either_language(text: str, kinds: set[str]) -> None:
    i18n.use("en")
    assert kinds_named(text) == kinds


def test_the_entries_of_a_record_are_named_by_it() -> None:
    assert kinds_named("task") == kinds_named("任务")
    assert kinds_named("task") == {f"task.{name}" for name in (*VERBS, *workflow.BY_ACTION)}


def test_an_unknown_kind_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(BadInput, match="; or a record such as milestone"):
        kinds_named("nonsense")


def test_an_undoing_is_called_by_what_it_undoes() -> None:
    assert (event_label("task.undo"), event_label("task.amend")) == (
        "undone (task)",
        "task: amended by the plan",
    )


def test_fields_are_named_once_and_unknown_ones_as_they_are() -> None:
    assert field_names(["due", "deadline", "due"]) == "due, deadline"
    assert (known_field("due"), known_field("dux")) == ("due", "dux")

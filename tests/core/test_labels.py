"""Everything that a history, a receipt or a refusal can name has its words in both languages."""

from __future__ import annotations

from qplan.core import effects, workflow
from qplan.core.events import NEW
from qplan.core.labels import ENTITIES, FACTS, FIELD_LABELS, VERBS, event_label
from qplan.core.model import RECORDS

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

"""An entity of ``RECORDS`` is known wherever one is named; a message names the file that lacks it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger import plans
from qplan.core import audit
from qplan.core.model import RECORDS, Change
from qplan.core.workflow import OFFICE
from qplan.ledger import create
from qplan.ledger.postgres import rights
from qplan.ledger.tables import RECORD_TABLES
from qplan.service import log, queries, receipts

#: A load of the plan alone writes these.
LOADED_ONLY = {"plan", "department"}
#: Entities that belong to another record: entity -> the field that names it.
OWNED = {
    entity: name
    for entity, record in RECORDS.items()
    for name in record._fields  # type: ignore[attr-defined]
    if name in RECORDS
}


@pytest.fixture
def snapshot():
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        ledger.append(plans.MADE, plans.ENTRY)
        plans.check_rows(ledger)
        yield queries.open_snapshot(ledger, date(2024, 3, 20))


def row_of(snapshot: queries.Snapshot, entity: str) -> Any:
    """A row of an entity."""
    ((ident,),) = snapshot.ledger.connection.rows(f"SELECT id FROM {entity} LIMIT 1")
    return snapshot.ledger.any(entity, ident)


def test_each_entity_has_a_table():
    assert set(RECORD_TABLES) == set(RECORDS), "core/model.py: RECORDS"


def test_verify_decides_each_entry_anew():
    without = set(RECORDS) - LOADED_ONLY - set(audit._DECIDED)
    assert not without, f"core/audit.py: _DECIDED has no function for the entries of {without}"


def test_verify_finds_the_record_that_another_belongs_to():
    assert set(OWNED.values()) == {"task", "indicator"}, (
        "ledger/verify.py: _owner looks for a task or an indicator; add the new one there and here"
    )


def test_the_gate_knows_whose_each_entry_is():
    written: dict[str, set[str]] = {}
    for one in rights.writable():
        written.setdefault(one.kind.partition(".")[0], set()).update(one.roles)
    assert set(written) == {"task", "milestone", "indicator", "actual"}, (
        "ledger/postgres/gate.sql: check_entry looks up the task or indicator of an entry, and checks the id of a new"
        " record; make sure that it does for the new entity, then add it here"
    )
    assert set(written) <= set(rights.GUARDS), "ledger/postgres/rights.py: GUARDS lacks an entity"
    assert {entity for entity, roles in written.items() if roles != {OFFICE}} == {"task", "milestone", "actual"}, (
        "service/reversal.py: _its_own, and check_undo of ledger/postgres/gate.sql, say what of its own a department may"
        " undo; make sure that both do for the new entity, then add it here"
    )  # fmt: skip


@pytest.mark.parametrize("entity", RECORDS)
def test_the_log_finds_what_happened_to_a_record(snapshot, entity: str):
    row = row_of(snapshot, entity)
    named = [row.id] if entity not in OWNED else [row.id, getattr(row, OWNED[entity])]
    for ident in named:
        try:
            found = {event.subject for event in log.history(snapshot, ident)}
        except Exception as error:
            raise AssertionError(f"service/log.py: _subjects does not find {entity} {ident}") from error
        assert row.id in found, (
            f"service/log.py: _subjects leaves {entity} {row.id} out of the log of {ident}"
        )


@pytest.mark.parametrize("entity", [entity for entity, owner in OWNED.items() if owner == "task"])
def test_the_page_of_a_task_has_the_history_of_what_belongs_to_it(snapshot, entity: str):
    row = row_of(snapshot, entity)
    shown = {event.subject for event in queries.task(snapshot, row.task).events}
    assert row.id in shown, f"service/queries.py: task leaves the entries of {entity} {row.id} out"


@pytest.mark.parametrize("entity", sorted(set(RECORDS) - LOADED_ONLY))
def test_a_receipt_says_what_a_record_is_called(snapshot, entity: str):
    change = Change(f"{entity}.amend", row_of(snapshot, entity).id, {}, {})
    made = receipts.planned(snapshot.ledger, change, "2024-03-20", dict)
    assert made.title, f"service/receipts.py: _title finds no title of {entity} {change.subject}"

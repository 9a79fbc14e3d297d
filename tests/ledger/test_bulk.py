"""A load of any size is written in batches, and indexed at the end."""

from __future__ import annotations

from datetime import date

import pytest

from ledger import plans
from qplan.core.model import Actor
from qplan.errors import NotVerified, Refused
from qplan.ledger import create, journal
from qplan.ledger.journal import Entry
from qplan.ledger.verify import verify
from qplan.service import actions

ENTRY = Entry("测试@zlb", plans.RECORDED, plans.BEGINS, "load-1")


def catalogue(ledger):
    return ledger.connection.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


def test_indexes_and_triggers_made_afterwards_are_the_same(tmp_path):
    place = str(tmp_path / "ledger.db")
    with create.new_ledger(place, plans.RECORDED) as ledger:
        before = catalogue(ledger)
        with ledger.bulk_load():
            there = {name for _type, name, _sql in catalogue(ledger)}
            assert there.isdisjoint({"task_lead", "event_sequence", "task_no_replace"})
            assert {"event_no_update", "event_no_delete", "task_no_delete"} <= there
            plans.fill(ledger)
        assert catalogue(ledger) == before
        assert not verify(ledger.connection).findings


#: What the triggers refuse at every insert, and what the end of a bulk refuses.
FAULTS = {
    "a gap": "INSERT INTO event SELECT seq + 2, recorded_at, effective_on, actor, kind, subject, body, hash, hash FROM event",
    "another chain": "UPDATE ledger SET genesis = 'other'",
    "an entry twice": "INSERT INTO event SELECT * FROM event",
    "a row twice": "INSERT INTO task SELECT * FROM task",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_what_was_filled_makes_no_ledger(tmp_path, fault):
    place = tmp_path / "ledger.db"
    with pytest.raises((NotVerified, Refused)), create.new_ledger(str(place), plans.RECORDED) as ledger:
        ledger.connection.run("DROP TRIGGER ledger_no_update")
        with ledger.bulk_load():
            plans.fill(ledger)
            ledger.connection.run(f"{FAULTS[fault]} LIMIT 1" if "SELECT" in FAULTS[fault] else FAULTS[fault])
    assert list(tmp_path.iterdir()) == []


def test_batches_are_one_chain_and_one_request(empty, monkeypatch):
    monkeypatch.setattr(journal, "BATCH", 3)
    changes = plans.definitions(plans.plan(20))
    with empty.transaction():
        batches = list(empty.appended(changes, ENTRY))
    assert max(map(len, batches)) == 3
    assert [event.seq for batch in batches for event in batch] == list(range(1, len(changes) + 1))
    assert len(empty.request("load-1")) == len(changes)
    assert not verify(empty.connection).findings


def test_a_load_runs_few_statements_however_many_tasks(tmp_path):
    """One statement a batch, not one a task: what a load costs is the rows, not the talking."""

    def statements_of(tasks):
        seen = []
        with create.new_ledger(str(tmp_path / f"{tasks}.db"), plans.RECORDED) as ledger:
            ledger.connection.raw.set_trace_callback(seen.append)
            before = len(seen)
            list(ledger.appended(plans.definitions(plans.plan(tasks)), ENTRY))
            ledger.connection.raw.set_trace_callback(None)
        return sum(not line.startswith(("INSERT", "--")) for line in seen[before:])

    assert statements_of(400) == statements_of(20)


def test_a_file_of_updates_asks_few_questions_however_many_lines():
    """A question a hundred tasks, not one a task: what an update costs is deciding and writing it."""

    order = actions.WriteContext(Actor("测试", "zlb"), plans.RECORDED, date(2024, 3, 1), date(2024, 3, 1))

    def questions_of(lines):
        seen = []
        with create.in_memory(plans.RECORDED) as ledger:
            plans.fill(ledger, plans.plan(90))
            leaves = [task.id for task in ledger.tasks()][:lines]
            assert len(leaves) == lines
            wanted = [
                actions.ReportLine(number, ident, "active", {}, None)
                for number, ident in enumerate(leaves, 2)
            ]
            ledger.connection.raw.set_trace_callback(seen.append)
            written = actions.take_each(ledger, "f", wanted, order)
            assert [one.subject for one in written] == leaves
        return sum(one.startswith("SELECT") for one in seen)

    assert questions_of(80) == questions_of(20)

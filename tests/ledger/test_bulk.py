"""A load of any size is written in batches, and indexed at the end."""

from __future__ import annotations

from ledger import plans
from qplan.ledger import journal, schema
from qplan.ledger.journal import Entry
from qplan.ledger.verify import verify

ENTRY = Entry("测试@zlb", plans.RECORDED, plans.BEGINS, "load-1")


def catalogue(ledger):
    return ledger.connection.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


def test_indexes_made_afterwards_are_the_same(tmp_path):
    place = str(tmp_path / "ledger.db")
    with schema.new_ledger(place, plans.RECORDED) as ledger:
        before = catalogue(ledger)
        with ledger.indexes_afterwards():
            assert "task_lead" not in {name for _type, name, _sql in catalogue(ledger)}
            plans.fill(ledger)
        assert catalogue(ledger) == before
        assert not verify(ledger.connection).findings


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
        with schema.new_ledger(str(tmp_path / f"{tasks}.db"), plans.RECORDED) as ledger:
            ledger.connection.raw.set_trace_callback(seen.append)
            before = len(seen)
            list(ledger.appended(plans.definitions(plans.plan(tasks)), ENTRY))
            ledger.connection.raw.set_trace_callback(None)
        return sum(not line.startswith(("INSERT", "--")) for line in seen[before:])

    assert statements_of(400) == statements_of(20)

"""Every hot statement finds its rows by an index, with and without the statistics of a large ledger."""

from __future__ import annotations

import pytest

from ledger import plans
from qplan.cli import completion as complete
from qplan.core.calendar import ANSWERABLE, OPEN
from qplan.core.model import GROUP, TaskFilter
from qplan.core.workflow import STATUS
from qplan.ledger import create, statements
from qplan.ledger.store import _conditions

#: Table, index -> sqlite_stat1 of a ledger of a million tasks (2.3 million entries in its journal).
STATISTICS = (
    ("task", "sqlite_autoindex_task_1", "1020000 1"),
    ("task", "task_position", "1020000 1"),
    ("task", "task_parent", "1020000 50 1"),
    ("task", "task_lead", "1000000 36000 1"),
    ("task", "task_open", "960000 700 1"),
    ("task", "task_open_lead", "960000 34000 25 1"),
    ("task", "task_closed", "20000 30"),
    ("task", "task_counted", "1000000 166667 6000 300 4"),
    ("task", "task_silent", "960000 1500"),
    ("task", "task_folded", "1020000 1"),
    ("event", "event_subject", "2300000 2 1"),
    ("event", "event_turn", "700000 50000 1 1"),
    ("event", "event_effective_on", "2300000 3200 1"),
    ("task_before", "task_before", "300000 1 1"),
    ("milestone", "sqlite_autoindex_milestone_1", "200000 1"),
    ("milestone", "milestone_task", "200000 1 1"),
    ("milestone", "milestone_due", "100000 140 2"),
)


@pytest.fixture(scope="module", params=["no statistics", "statistics"])
def db(request):
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        raw = ledger.connection.raw
        if request.param == "statistics":
            raw.execute("ANALYZE")
            raw.execute("DELETE FROM sqlite_stat1")
            raw.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", STATISTICS)
            raw.execute("ANALYZE sqlite_schema")
        yield raw


def plan(db, statement, **values):
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def listing(**wanted):
    where = TaskFilter(**wanted)
    names, values = _conditions(where)
    return statements.tasks(names, where.sort, where.limit is not None), values


SCOPE = {"until": "9999-12-31", "seq": 2**62}
HOT = {
    "tasks of a department": (*listing(lead="scjg", limit=50), "task_lead (lead=?)"),
    "tasks of a department in a state": (*listing(lead="scjg", status="active"), "task_lead (lead=?)"),
    "what is overdue": (*listing(open=True, due_before="2025-01-01", sort="deadline", limit=50), "task_open (deadline<?)"),
    "what is overdue of a department": (
        *listing(open=True, due_before="2025-01-01", lead="scjg", sort="deadline"), "task_open_lead (lead=? AND deadline<?)",
    ),
    "what falls due": (*listing(open=True, due_from="2025-01-01", due_before="2025-02-01"), "(deadline>? AND deadline<?)"),
    "who is silent": (
        *listing(open=True, silent=("2024-01-01", "2025-01-01"), sort=None), "INDEX task_silent (<expr><?)",
    ),
    "what waits to be verified": (*listing(status="submitted"), "USING INDEX task_"),
    "open tasks counted": (
        statements.counted(statements.OPEN_COUNTED, lead=False), {}, "INDEX task_counted (status=?)",
    ),
    "open tasks counted of a department": (
        statements.counted(statements.OPEN_COUNTED, lead=True),
        {"lead": "scjg"}, "INDEX task_counted (status=? AND lead=?)",
    ),
    "finished tasks counted": (
        statements.counted(statements.FINISHED_COUNTED, lead=False), {}, "INDEX task_counted (status=?)",
    ),
    "tasks at work that missed a milestone": (
        statements.counted(statements.MISSED_AT_WORK, lead=False), {"before": "2025-01-01"},
        "sqlite_autoindex_task_1 (id=?)",
    ),
    "first tasks of the plan": (*listing(limit=50), "task_position"),
    "below a heading": (*listing(under="T1"), "sqlite_autoindex_task_1 (id=?)"),
    "one task": (statements.by_id("task"), {"id": "T1.1"}, "sqlite_autoindex_task_1 (id=?)"),
    "tasks by their ids": (
        statements.by_ids("task"), dict.fromkeys(statements.IDS, "T1.1"), "sqlite_autoindex_task_1 (id=?)",
    ),
    "one task in any case": (statements.by_folded_id("task"), {"id": "t1.1"}, "task_folded (<expr>=?)"),
    "one milestone": (statements.by_id("milestone"), {"id": "T1.1/m1"}, "(id=?)"),
    "milestones of a task": (statements.MISSED_OF, {"task": "T1", "before": "2025-01-01"}, "milestone_task (task=? AND due<?)"),
    "the silent counted": (
        statements.SILENT, {"begun": "2024-01-01", "silent": "2025-01-01"},
        "INDEX task_silent (<expr><?)",
    ),
    "milestones missed": (statements.MISSED, {"before": "2025-01-01"}, "milestone_"),
    "history of a record": (statements.EVENTS_OF, {"subject": "T1", **SCOPE}, "event_subject (subject=? AND seq<?)"),
    "what a record has later": (statements.EVENTS_OF_LATER, {"subject": "T1", "on": "2025-01-01"}, "event_subject (subject=?)"),
    "the head": (statements.HEAD, {}, "SCAN event"),
    "where it stood on a day": (statements.HEAD_UNTIL, SCOPE, "event_effective_on (effective_on=? AND seq<?)"),
    "whether anything lies beyond": (statements.BEYOND, SCOPE, "event_effective_on"),
    "the first entry beyond": (statements.FIRST_BEYOND, SCOPE, "event_effective_on"),
    "the last entries": (statements.EVENTS_LAST, {"limit": 20, **SCOPE}, "event"),
    "the turns of a kind from an entry": (
        statements.TURNS_SINCE, {"kind": "task.approve", "first": 5}, "event_turn (kind=? AND seq>?)",
    ),
    "the kinds of turns": (statements.KINDS, {}, "COVERING INDEX event_turn (kind>?)"),
    "a request": (statements.REQUEST, {"id": "k"}, "(id=?)"),
    "a change": (
        statements.update("task", ("status",)), {"status": "active", "version": 2, "id": "T1.1", "read_version": 1},
        "sqlite_autoindex_task_1 (id=?)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOT)
def test_a_hot_statement_uses_its_index(db, name):
    statement, values, wanted = HOT[name]
    steps = plan(db, statement, **values)
    assert any(wanted in step for step in steps), steps
    scans = [step for step in steps if step.startswith("SCAN task") and "USING" not in step]
    assert not scans, steps


@pytest.mark.parametrize(
    "name",
    [
        "tasks of a department",
        "what is overdue",
        "first tasks of the plan",
        "what is overdue of a department",
    ],
)
def test_the_index_gives_the_order_too(db, name):
    """A sort would read all rows before the first of fifty."""
    statement, values, _wanted = HOT[name]
    assert not any("TEMP B-TREE" in step for step in plan(db, statement, **values))


@pytest.mark.parametrize("sort", ["deadline", "status", "progress", "update"])
def test_what_no_index_orders_is_read_from_end_to_end(db, sort):
    """By an index on something else it would be read in the order of that, four times slower."""
    statement, values = listing(sort=sort, limit=50)
    assert plan(db, statement, **values) == ["SCAN task", "USE TEMP B-TREE FOR ORDER BY"]


def test_the_ids_that_tab_completes_are_a_range_of_the_key(db):
    text = "SELECT id, title FROM task WHERE id >= ? AND id < ? AND retired = 0 ORDER BY id LIMIT ?"
    steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {text}", ("T1", "T1\U0010ffff", 9))]
    import inspect

    assert text in " ".join(inspect.getsource(complete).split())
    assert any("sqlite_autoindex_task_1 (id>? AND id<?)" in step for step in steps), steps


@pytest.mark.parametrize(
    ("condition", "field", "meant"),
    [
        (statements.OPEN, "status", {*OPEN}),
        (statements.ANSWERABLE, "kind", {*ANSWERABLE}),
        (statements.LEAF, "kind", {*ANSWERABLE}),
    ],
)
def test_what_indexes_take_in_is_what_the_rules_mean(db, condition, field, meant):
    """Written out in SQL for the partial indexes, for all that the table lets stand there."""
    every = {"status": [*STATUS, None], "kind": [*ANSWERABLE, GROUP]}[field]
    found = {
        value
        for value in every
        for (one,) in db.execute(f"SELECT {condition} FROM (SELECT ? AS {field}, 0 AS retired)", (value,))
        if one
    }
    assert found == meant


def test_no_index_makes_a_set_for_every_row(db):
    """SQLite compiles ``IN (…)`` in the condition of an index so: it doubled the cost of four of them."""
    for (ddl,) in db.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"):
        assert " IN (" not in ddl

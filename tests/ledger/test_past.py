"""A past day is what replaying the journal up to it makes, however it is arrived at."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from ledger import plans
from qplan.core.events import REPORT
from qplan.core.model import RECORDS, Brief, Change, TaskFilter
from qplan.ledger import founding, past, statements
from qplan.ledger.journal import Entry
from qplan.ledger.store import ALL, FOREVER, Ledger, _conditions
from qplan.ledger.verify import HISTORY, verify

FIRST = date(2024, 1, 1)
FIELDS = {
    "task": {
        "title": "abc",
        "note": "xyz",
        "deadline": ("2025-01-31", "2025-06-30", None),
        "retired": (0, 1),
    },
    "milestone": {"title": "abc", "done_on": ("2024-02-03", None)},
    "indicator": {"target": ("97", "98.5", None), "retired": (0, 1)},
    "department": {"name": "甲乙丙"},
    "actual": {"value": ("96", "97"), "note": "ab"},
}
#: What a report may say.
SAID = {
    "note": "uvw",
    "progress": (10, 20, 30),
    "last_update": ("2024-01-05", "2024-01-09"),
    "difficulty": ("难", None),
}


def on(day: int) -> str:
    return (FIRST + timedelta(day)).isoformat()


def live(ledger: Ledger, rng: random.Random, steps: int) -> None:
    """A history in any order of days, undisciplined as no command would write it."""
    for number in range(steps):
        entry = Entry("试@zlb", f"2025-01-01T00:00:{number:02d}Z", on(rng.randrange(12)))
        rows = ledger.rows()
        if rng.random() < 0.2:
            ident = f"T1.{number + 50}"
            after = plans.definitions(plans.plan())[5].after | {"title": ident, "position": number + 50}
            ledger.append([Change("task.define", ident, {}, dict(after))], entry)
            continue
        if rng.random() < 0.15:
            ident = f"I1/{2000 + number}"
            ledger.append(
                [
                    Change(
                        "actual.measure", ident, {}, {"indicator": "I1", "year": 2000 + number, "value": "9"}
                    )
                ],
                entry,
            )
            continue
        reports = rng.random() < 0.5
        entity = "task" if reports else rng.choice([name for name in FIELDS if rows[name]])
        fields = SAID if reports else FIELDS[entity]
        record = rng.choice(sorted(rows[entity].values())[:8])
        names = rng.sample(sorted(fields), min(rng.randint(1, 2), len(fields)))
        after = {name: rng.choice(fields[name]) for name in names}
        before = {name: getattr(record, name) for name in names}
        kind = REPORT if reports else f"{entity}.amend"
        ledger.append([Change(kind, record[0], before | {"version": record.version}, after)], entry)


def rows_of(connection):
    return {entity: sorted(connection.rows(statements.select(entity))) for entity in RECORDS}


def counts_of(ledger: Ledger) -> list[Counter[object]]:
    found = ledger.counted("2025-06-01")
    sums = []
    for rows, alike in zip(found, (4, 4, 2), strict=True):
        counted: Counter[object] = Counter()
        for sign, row in rows:
            for place, number in enumerate(row[alike:]):
                counted[row[:alike], place] += sign * number
        sums.append(Counter({key: number for key, number in counted.items() if number}))
    return sums


@pytest.mark.parametrize("few", [0, 4, 2000], ids=["by row", "by row and then all", "all"])
@pytest.mark.parametrize("seed", range(12))
def test_taking_back_gives_what_replaying_gives(tmp_path, monkeypatch, seed, few):
    """Whatever is looked up when, rows and counts are those of replay."""
    monkeypatch.setattr(past, "FEW", few)
    place = str(tmp_path / "ledger.db")
    rng = random.Random(seed)
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        live(ledger, rng, 30)
        last = ledger.head().seq
    with Ledger.open(place) as ledger:
        for day, seq in [
            *((on(n), ALL) for n in range(12)),
            *((FOREVER, n) for n in range(last - 12, last)),
            (on(5), last - 9),
        ]:
            try:
                replayed = past.replayed(ledger.connection, day, seq)
            except TypeError:  # a change of a record whose making counts later: no command writes that
                continue
            counts = counts_of(Ledger(replayed))
            for whole in (False, True):
                rows, sums, _turned = past.rolled_back(ledger.connection, day, seq, whole)
                assert rows_of(rows) == rows_of(replayed), (day, seq, whole)
                with Ledger(rows, sums=sums) as then:
                    assert counts_of(then) == counts, (day, seq, whole)


def test_a_past_day_reads_only_what_happened_since(tmp_path):
    """The cost is that of the tail: nothing reads the journal from its beginning."""
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(60))
        row = ledger.task("T1.1")
        ledger.append([Change("task.amend", "T1.1", {"title": row.title, "version": row.version}, {"title": "x"})],
                      Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))  # fmt: skip
    with Ledger.open(place) as ledger, ledger.at(on(2)) as then:
        assert then.task("T1.1") == row
        for statement in (statements.EVENTS_SINCE, statements.TURNS_SINCE):
            plan = then._rows.rows("EXPLAIN QUERY PLAN " + statement, first=5)
            assert "rowid>?" in plan[0][3] or "event_turn (seq>?)" in plan[0][3]


def steps(then: Ledger, wanted: TaskFilter) -> list[str]:
    names, values = _conditions(wanted)
    statement = statements.tasks(names, wanted.sort, wanted.limit is not None, Brief._fields)
    return [row[3] for row in then._rows.rows(f"EXPLAIN QUERY PLAN {statement}", **values)]


@pytest.mark.parametrize("whole", [False, True])
def test_a_list_of_a_past_day_is_found_by_the_indexes(tmp_path, monkeypatch, whole):
    """SQLite takes the view apart: no row is made that the list does not ask for."""
    monkeypatch.setattr(past, "FEW", 0)
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        change = Change(
            "task.amend", "T1.1", {"status": row.status, "version": row.version}, {"status": "active"}
        )
        ledger.append([change], Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))
    with Ledger.open(place) as ledger, ledger.at(on(2), whole=whole) as then:
        for wanted, index in [
            (TaskFilter(open=True, due_before="2025-01-01", sort="deadline", limit=50), "task_open (deadline<?)"),
            (TaskFilter(lead="scjg", limit=50), "task_lead (lead=?)"),
            # of open tasks alone; when they reported, a past day looks up unless most tasks are asked for
            (TaskFilter(open=True, silent=("2024-01-01", "2024-06-01"), sort=None), "task_silent" + " (<expr><?)" * whole),
        ]:  # fmt: skip
            found = steps(then, wanted)
            assert any(f"t USING INDEX {index}" in step for step in found), found
            assert not any("CO-ROUTINE" in step or "MATERIALIZE" in step for step in found), found


def test_a_report_that_changes_more_is_a_fault_of_the_journal():
    """Past days rely on it; no command writes one."""
    with founding.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        before = {"note": row.note, "status": row.status, "version": row.version}
        change = Change(REPORT, row.id, before, {"note": "n", "status": "closed"})
        (event,) = ledger.append([change], Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))
        found = verify(ledger.connection).findings
        assert [(f.check, f.seq, f.what) for f in found] == [(HISTORY, event.seq, "a report changes status")]


def test_what_is_written_meanwhile_does_not_count(tmp_path):
    place = str(tmp_path / "ledger.db")
    entry = Entry("试@zlb", "2025-01-01T00:00:00Z", on(3))
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        ledger.append(
            [Change("task.amend", "T1.1", {"title": row.title, "version": row.version}, {"title": "x"})],
            entry,
        )
    with Ledger.open(place) as ledger:
        seq = ledger.head().seq
        held = past.replayed(ledger.connection, FOREVER, seq)
        meanwhile = past.rolled_back(ledger.connection, FOREVER, seq).rows
        assert rows_of(held) == rows_of(meanwhile)

"""A past day is what replaying the journal up to it makes, however it is arrived at."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from ledger import plans
from qplan.core.model import RECORDS, Change
from qplan.ledger import past, schema, statements
from qplan.ledger.journal import Entry
from qplan.ledger.store import ALL, FOREVER, Ledger

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
        entity = rng.choice([name for name in FIELDS if rows[name]])
        record = rng.choice(sorted(rows[entity].values()))
        names = rng.sample(sorted(FIELDS[entity]), min(rng.randint(1, 2), len(FIELDS[entity])))
        after = {name: rng.choice(FIELDS[entity][name]) for name in names}
        before = {name: getattr(record, name) for name in names}
        ledger.append(
            [Change(f"{entity}.amend", record[0], before | {"version": record.version}, after)], entry
        )


def rows_of(connection):
    return {entity: sorted(connection.rows(statements.select(entity))) for entity in RECORDS}


@pytest.mark.parametrize("seed", range(12))
def test_taking_back_gives_what_replaying_gives(tmp_path, seed):
    place = str(tmp_path / "ledger.db")
    rng = random.Random(seed)
    with schema.new_ledger(place, plans.RECORDED) as ledger:
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
                replayed = rows_of(past.replayed(ledger.connection, day, seq))
            except TypeError:  # a change of a record whose making counts later: no command writes that
                continue
            assert rows_of(past.rolled_back(ledger.connection, day, seq)) == replayed, (day, seq)


def test_a_past_day_reads_only_what_happened_since(tmp_path):
    """The cost is that of the tail: nothing reads the journal from its beginning."""
    place = str(tmp_path / "ledger.db")
    with schema.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(60))
        row = ledger.task("T1.1")
        ledger.append([Change("task.amend", "T1.1", {"title": row.title, "version": row.version}, {"title": "x"})],
                      Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))  # fmt: skip
    with Ledger.open(place) as ledger, ledger.at(on(2)) as then:
        assert then.task("T1.1") == row
        plan = then._rows.rows("EXPLAIN QUERY PLAN " + statements.EVENTS_SINCE, first=5)
        assert "rowid>?" in plan[0][3]


def test_what_is_written_meanwhile_does_not_count(tmp_path):
    place = str(tmp_path / "ledger.db")
    entry = Entry("试@zlb", "2025-01-01T00:00:00Z", on(3))
    with schema.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        ledger.append(
            [Change("task.amend", "T1.1", {"title": row.title, "version": row.version}, {"title": "x"})],
            entry,
        )
    with Ledger.open(place) as ledger:
        seq = ledger.head().seq
        held = past.replayed(ledger.connection, FOREVER, seq)
        meanwhile = past.rolled_back(ledger.connection, FOREVER, seq)
        assert rows_of(held) == rows_of(meanwhile)

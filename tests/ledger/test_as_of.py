"""A past day holds what replaying the journal up to it makes."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest

from core.cycle import GIVEN
from ledger import plans
from qplan.core import events, workflow
from qplan.core.events import REPORT
from qplan.core.model import RECORDS, Actor, Change, TaskFilter
from qplan.errors import QplanError
from qplan.ledger import create, statements
from qplan.ledger.journal import Entry
from qplan.ledger.sqlite import SqliteConnection
from qplan.ledger.store import ALL, FOREVER, Ledger
from qplan.ledger.verify import HISTORY, PROGRAM, verify
from qplan.service import actions, reversal

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


PEOPLE = [Actor("张", "zlb"), Actor("王", "zlb"), Actor("李", "scjg"), Actor("赵", "fgj")]


def work(ledger: Ledger, rng: random.Random, steps: int) -> None:
    """A history of real steps, many of them late, and what undoes them; what the rules refuse is left out."""
    last = 0
    while steps:
        last = min(11, last + (rng.random() < 0.3))
        day = FIRST + timedelta(rng.choice((last, last, rng.randint(0, last))))
        order = actions.WriteContext(rng.choice(PEOPLE), "2025-01-01T00:00:00Z", date(2025, 12, 31), day)
        row = rng.choice(ledger.tasks())
        open_now = [step.action for role in workflow.ROLES for step in workflow.open_transitions(row, role)]
        action = rng.choice(open_now)
        given = dict(GIVEN.get(action, {}))
        if action in ("request", "extend"):
            given["to"] = f"2026-{rng.randint(1, 12):02d}-28"
        elif action in ("assign", "reassign"):
            given["lead"] = rng.choice(("scjg", "fgj", "zlb"))
        elif action in ("accept", "report", "block", "submit"):
            given |= {"progress": rng.randrange(100), "note": rng.choice("xyz")}
        try:
            if rng.random() < 0.12:
                number = rng.randint(max(1, ledger.head().seq - 9), ledger.head().seq)
                reversal.undo(ledger, number, order, keep_day=rng.random() < 0.5)
            else:
                actions.take(ledger, [row.id], action, given, order)
        except QplanError:
            continue
        steps -= 1


def lived(tmp_path, seed: int) -> tuple[str, int]:
    """A ledger that anything, or what the workflow allows, has happened to; how many entries it has."""
    place = str(tmp_path / "ledger.db")
    rng = random.Random(seed)
    with create.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(6))
        if seed % 2:
            live(ledger, rng, 30)
    if not seed % 2:
        with Ledger.open(place, write=True) as ledger:
            work(ledger, rng, 60)
    with Ledger.open(place) as ledger:
        return place, ledger.head().seq


def replayed(ledger: Ledger, day: str, seq: int) -> Ledger:
    """A ledger in memory with the rows that replaying the journal makes; it has no journal."""
    entries = (entry for entry in ledger.events() if entry.effective_on <= day and entry.seq <= seq)
    state = events.replay(entries)
    memory = SqliteConnection(":memory:", write=True, create=True)
    for entity in RECORDS:
        memory.run(f"CREATE TABLE {entity} ({statements.columns(entity)})")
        memory.many(
            statements.insert(entity),
            [events.record(kind, ident, fields) for (kind, ident), fields in state.items() if kind == entity],
        )
    return Ledger(memory)


def past_days(place: str, last: int) -> Iterator[tuple[str, int, Ledger, Ledger]]:
    """Days and entries, and the ledger as of them: as it is read, and as replaying makes it."""
    with Ledger.open(place) as ledger:
        for day, seq in [
            *((on(n), ALL) for n in range(12)),
            *((FOREVER, n) for n in range(last - 12, last)),
            *((on(n), last - n) for n in range(3, 12)),
        ]:
            try:
                expected = replayed(ledger, day, seq)
            except TypeError:  # a change of a record that is made on a later day: no command writes that
                continue
            then = ledger.at(day, seq)
            with expected:
                yield day, seq, then, expected
            if then is not ledger:
                then.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_past_day_holds_the_rows_that_replaying_makes(tmp_path, seed):
    for day, seq, then, expected in past_days(*lived(tmp_path, seed)):
        assert then.rows() == expected.rows(), (day, seq)


@pytest.mark.parametrize("seed", range(6))
def test_a_day_before_a_past_day_is_the_same_as_that_day_by_itself(tmp_path, seed):
    place, last = lived(tmp_path, seed)
    with Ledger.open(place) as ledger:
        for late, seq in ((10, ALL), (7, ALL), (7, last - 5)):
            with ledger.past(on(late), seq) as later:
                held = later.rows()
                for early in range(late + 1):
                    with ledger.past(on(early), seq) as alone:
                        expected = alone.rows()
                    with later.past(on(early), seq) as earlier:
                        assert earlier.rows() == expected, (late, seq, early)
                    assert later.rows() == held


#: Lists that filter and sort on every field that lists filter and sort on.
LISTS = [
    TaskFilter(lead="scjg", limit=3),
    TaskFilter(lead="zlb", sort="lead"),
    TaskFilter(lead_or_support="fgj", sort="deadline"),
    TaskFilter(open=True, due_before="2026-06-01", sort="deadline"),
    TaskFilter(open=True, due_before="2026-06-01", sort="deadline", limit=2),
    TaskFilter(open=True, due_from="2026-01-01", lead="fgj", sort="status"),
    *(TaskFilter(status=status) for status in workflow.STATUS),
    TaskFilter(unconfirmed=True, open=True),
    TaskFilter(under="T1", sort="progress"),
    TaskFilter(column=1),
    TaskFilter(search="x"),
    TaskFilter(groups=True, retired=True, sort="update"),
    TaskFilter(groups=True, sort="status", limit=4),
]


@pytest.mark.parametrize("seed", range(0, 18, 3))
def test_every_list_of_a_past_day_is_that_of_the_replay(tmp_path, seed):
    for day, seq, then, expected in past_days(*lived(tmp_path, seed)):
        for wanted in LISTS:
            assert then.tasks(wanted) == expected.tasks(wanted), (day, seq, wanted)
        for tasks in (None, ["T1.1", "T1.2"]):
            assert then.missed("2025-01-01", tasks) == expected.missed("2025-01-01", tasks)
        assert then.milestones() == expected.milestones()
        assert then.indicators() == expected.indicators()
        assert then.actuals() == expected.actuals()


def test_a_late_report_counts_from_the_day_it_took_effect(tmp_path):
    """What was recorded between that day and the report, and takes effect later, does not hide it."""
    place = str(tmp_path / "ledger.db")
    with create.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        for day, after in [
            (1, {"note": "first", "progress": 10}),
            (5, {"progress": 50}),
            (2, {"note": "late"}),
            (6, {"note": "too late", "difficulty": "d"}),
        ]:
            row = ledger.task("T1.1")
            before = {name: getattr(row, name) for name in after} | {"version": row.version}
            ledger.append(
                [Change(REPORT, row.id, before, after)], Entry("试@zlb", "2025-01-01T00:00:00Z", on(day))
            )
    with Ledger.open(place) as ledger:
        for text, day in (("first", 1), ("late", 2), ("late", 5), ("too late", 6)):
            with ledger.at(on(day)) as then:
                found = then.tasks(TaskFilter(search=text))
                assert [row.id for row in found] == ["T1.1"], (text, day)
                assert not then.tasks(TaskFilter(search="first" if text != "first" else "late"))
                assert then.rows() == replayed(ledger, on(day), ALL).rows()


@pytest.mark.parametrize(
    ("action", "after", "what"),
    [
        ("report", {"note": "n", "status": "active"}, "a step “report” changes status"),
        ("approve", {"status": "closed", "lead": "fgj"}, "a step “verify and close” changes lead"),
    ],
)
def test_a_step_that_changes_more_is_a_fault_of_the_journal(action, after, what):
    """Past days rely on it; no command writes one."""
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        before = {name: getattr(row, name) for name in after} | {"version": row.version}
        change = Change(f"task.{action}", row.id, before, after, {"closed_late": False})
        (event,) = ledger.append([change], Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))
        found = verify(ledger.connection).damage
        assert [(f.check, f.seq, f.what) for f in found] == [(HISTORY, event.seq, what)]


def test_a_late_step_that_sets_the_status_under_a_later_one_is_a_fault_of_the_journal():
    """Past days rely on it; no command writes one."""
    with create.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        for action, status, day in (
            ("accept", "active", 4),
            ("block", "blocked", 4),
            ("resume", "active", 3),
        ):
            row = ledger.task("T1.1")
            change = Change(
                f"task.{action}", row.id, {"status": row.status, "version": row.version}, {"status": status}
            )
            (event,) = ledger.append([change], Entry("试@zlb", "2025-01-05T00:00:00Z", on(day)))
        found = verify(ledger.connection).findings
        what = f"试@zlb wrote past the program: it sets status from {on(3)} on, which no. {event.seq - 2} has set from {on(4)} on"
        assert (PROGRAM, event.seq, what) in [(f.check, f.seq, f.what) for f in found]


def test_a_past_day_leaves_out_what_was_written_after_the_ledger_was_read(tmp_path):
    place, _last = lived(tmp_path, 0)
    with closing(sqlite3.connect(place)) as file:
        file.execute("PRAGMA journal_mode = WAL")  # where readers and a writer work at a time
    with Ledger.open(place) as reader, Ledger.open(place, write=True) as writer:
        with reader.past(on(5)) as then:
            expected = then.rows()
        live(writer, random.Random(1), 20)
        with reader.past(on(5)) as then:
            assert then.rows() == expected


def test_a_past_day_of_a_ledger_in_memory_is_that_of_the_file(tmp_path):
    place, _last = lived(tmp_path, 1)
    with Ledger.open(place) as ledger, closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        ledger._source.raw.backup(memory)
        copied = Ledger(SqliteConnection.over(memory, ":memory:"))
        for day in range(12):
            with ledger.past(on(day)) as then, copied.past(on(day)) as same:
                assert then.rows() == same.rows()

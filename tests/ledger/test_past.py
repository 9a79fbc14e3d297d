"""A past day is what replaying the journal up to it makes, however it is arrived at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest

from ledger import plans
from qplan.core import workflow
from qplan.core.events import REPORT
from qplan.core.model import RECORDS, Actor, Brief, Change, LateBrief, Listed, TaskFilter
from qplan.errors import QplanError
from qplan.ledger import founding, journal, past, statements
from qplan.ledger.journal import Entry
from qplan.ledger.store import ALL, FOREVER, Ledger, _conditions
from qplan.ledger.verify import HISTORY, ROWS, verify
from qplan.service import act

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


def test_what_is_kept_is_what_replaying_gives(tmp_path):
    """Whatever happens: a trigger keeps it, no command."""
    for seed in range(6):
        (tmp_path / str(seed)).mkdir()
        place, _last = lived(tmp_path / str(seed), seed)
        with Ledger.open(place) as ledger:
            assert ledger.connection.rows(statements.BEFORE)
            assert [found for found in verify(ledger.connection).findings if found.check == ROWS] == []


def rows_of(connection):
    return {entity: sorted(connection.rows(statements.select(entity))) for entity in RECORDS}


def counts_of(ledger: Ledger) -> list[Counter[object]]:
    sums = [ledger.silent(("2024-01-01", "2024-01-07"))]
    for lead in (None, "scjg"):
        found = ledger.counted("2025-06-01", lead)
        sums.append(Counter(found.missed))
        for rows, alike in ((found.open, 4), (found.finished, 2)):
            counted: Counter[object] = Counter()
            for row in rows:
                for place, number in enumerate(row[alike:]):
                    counted[row[:alike], place] += number
            sums.append(Counter({key: number for key, number in counted.items() if number}))
    return sums


#: What each step is given; the lead and the deadline are drawn.
GIVEN = {
    "dispute": {"reason": "职能不符"},
    "contribute": {"note": "本单位部分"},
    "block": {"difficulty": "缺场地", "needs": "协调"},
    "submit": {"evidence": "文〔2024〕1号"},
    "request": {"reason": "延后"},
    "return": {"note": "佐证不全"},
    "refuse": {"reason": "理由不足"},
    "terminate": {"document": "文〔2024〕2号"},
    "reopen": {"reason": "复查"},
}
PEOPLE = [Actor("张", "zlb"), Actor("王", "zlb"), Actor("李", "scjg"), Actor("赵", "fgj")]


def work(ledger: Ledger, rng: random.Random, steps: int) -> None:
    """A history of real steps, many of them late, and what undoes them; what the rules refuse is left out."""
    last = 0
    while steps:
        last = min(11, last + (rng.random() < 0.3))
        day = FIRST + timedelta(rng.choice((last, last, rng.randint(0, last))))
        order = act.Order(rng.choice(PEOPLE), "2025-01-01T00:00:00Z", date(2025, 12, 31), day)
        row = rng.choice(ledger.tasks())
        open_now = [step.action for role in workflow.ROLES for step in workflow.open_steps(row, role)]
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
                act.undo(ledger, rng.randint(max(1, ledger.head().seq - 9), ledger.head().seq), order)
            else:
                act.act(ledger, [row.id], action, given, order)
        except QplanError:
            continue
        steps -= 1


def lived(tmp_path, seed: int) -> tuple[str, int]:
    """A ledger that anything, or what the workflow allows, has happened to; how many entries it has."""
    place = str(tmp_path / "ledger.db")
    rng = random.Random(seed)
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(6))
        if seed % 2:
            live(ledger, rng, 30)
    if not seed % 2:
        with Ledger.open(place, write=True) as ledger:
            work(ledger, rng, 60)
    with Ledger.open(place) as ledger:
        return place, ledger.head().seq


def past_days(place: str, last: int) -> Iterator[tuple[str, int, Ledger, Ledger]]:
    """Days and numbers, and the ledger as it is and as replaying makes it."""
    with Ledger.open(place) as ledger:
        for day, seq in [
            *((on(n), ALL) for n in range(12)),
            *((FOREVER, n) for n in range(last - 12, last)),
            *((on(n), last - n) for n in range(3, 12)),
        ]:
            try:
                replayed = past.replayed(ledger.connection, day, seq)
            except TypeError:  # a change of a record whose making counts later: no command writes that
                continue
            with Ledger(replayed) as then:
                yield day, seq, ledger, then


@pytest.mark.parametrize("seed", range(12))
def test_taking_all_back_gives_what_replaying_gives(tmp_path, seed):
    for day, seq, ledger, replayed in past_days(*lived(tmp_path, seed)):
        counts, rows = counts_of(replayed), replayed.rows()
        for whole in (False, True):
            with Ledger(ledger.connection, rows=past.rolled_back(ledger.connection, day, seq, whole)) as then:
                assert counts_of(then) == counts, (day, seq, whole)
                assert then.rows() == rows, (day, seq, whole)


#: Lists that go by all that lists go by.
LISTS = [
    TaskFilter(lead="scjg", limit=3),
    TaskFilter(lead="zlb", sort="lead"),
    TaskFilter(lead_or_support="fgj", sort="deadline"),
    TaskFilter(open=True, due_before="2026-06-01", sort="deadline"),
    TaskFilter(open=True, due_before="2026-06-01", sort="deadline", limit=2),
    TaskFilter(open=True, due_from="2026-01-01", lead="fgj", sort="status"),
    TaskFilter(open=True, silent=("2024-01-01", "2024-01-07")),
    *(TaskFilter(status=status) for status in workflow.STATUS),
    TaskFilter(closed_from=on(2), closed_to=on(9)),
    TaskFilter(unconfirmed=True, open=True),
    TaskFilter(under="T1", sort="progress"),
    TaskFilter(column=1),
    TaskFilter(search="x"),
    TaskFilter(groups=True, retired=True, sort="update"),
    TaskFilter(groups=True, sort="status", limit=4),
]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(18))
def test_every_question_is_answered_as_by_replaying(tmp_path, seed, whole):
    """Whatever is asked in whatever order, and whatever was not taken back for it."""
    rng = random.Random(seed)
    questions = [
        *((name, wanted) for wanted in LISTS for name in ("tasks", "listed", "brief", "late_brief", "leads")),
        *(("any", entity, ident) for entity, ident in [("task", "T1.2"), ("task", "t1.3"), ("milestone", "T1.1/m1")]),
        *((name,) for name in ("departments", "milestones", "indicators", "actuals", "dated", "plan")),
        ("missed", "2025-01-01"), ("missed", "2025-01-01", ["T1.1", "T1.2"]),
    ]  # fmt: skip
    for day, seq, ledger, replayed in past_days(*lived(tmp_path, seed)):
        with Ledger(ledger.connection, rows=past.rolled_back(ledger.connection, day, seq, whole)) as then:
            for name, *given in rng.sample(questions, 6):
                found, wanted = (getattr(one, name)(*given) for one in (then, replayed))
                if name == "dated":
                    found, wanted = sorted(found), sorted(wanted)
                assert found == wanted, (day, seq, name, given)


@pytest.mark.parametrize("seed", range(0, 12, 2))
def test_what_was_listed_then_is_what_still_is_and_what_changed(tmp_path, seed):
    for day, seq, ledger, replayed in past_days(*lived(tmp_path, seed)):
        with Ledger(ledger.connection, rows=past.rolled_back(ledger.connection, day, seq)) as then:
            for wanted in LISTS[:5]:
                wanted = wanted._replace(limit=None)
                told = then.leads_then(wanted)
                if told is None:
                    assert replayed.rows() == ledger.rows()
                    continue
                changed, were = told
                stood = {ident: lead for ident, lead in ledger.leads(wanted).items() if ident not in changed}
                assert stood | were == replayed.leads(wanted)
            if then.leads_then(LISTS[0]) is not None:
                # by what is looked up any task may answer otherwise: all of them are asked for
                assert then.leads_then(LISTS[5]) is None
                assert then.leads(LISTS[5]) == replayed.leads(LISTS[5])


def test_a_past_day_reads_only_what_happened_since(tmp_path):
    """The cost is that of the tail: nothing reads the journal from its beginning."""
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(60))
        row, last = ledger.task("T1.1"), ledger.head().seq
        ledger.append([Change("task.amend", "T1.1", {"title": row.title, "version": row.version}, {"title": "x"})],
                      Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))  # fmt: skip
    asked = []
    with Ledger.open(place) as ledger, ledger.at(on(2)) as then:
        then._rows.connection.raw.set_trace_callback(asked.append)
        assert then.task("T1.1") == row
        read = [one for one in asked if "FROM event" in one]
        assert read and all(f"seq >= {last + 1}" in one or "subject =" in one for one in read), read


def steps(then: Ledger, wanted: TaskFilter, record=Brief) -> list[str]:
    names, values = _conditions(wanted)
    statement = statements.tasks(names, wanted.sort, wanted.limit is not None, record._fields)
    return [row[3] for row in then._rows.connection.rows(f"EXPLAIN QUERY PLAN {statement}", **values)]


#: Lists, the index that finds them, and what may have changed since without being taken back.
FOUND = [
    (TaskFilter(open=True, due_before="2025-01-01", sort="deadline", limit=50), "task_open (deadline<?)"),
    (
        TaskFilter(open=True, due_before="2025-01-01", lead="fgj", sort="deadline"),
        "task_open_lead (lead=? AND deadline<?)",
    ),
    (TaskFilter(lead="scjg", limit=50), "task_lead (lead=?)"),
]
SILENT = TaskFilter(open=True, silent=("2024-01-01", "2024-06-01"), sort=None), "task_silent (<expr><?)"  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "wanted", "index"),
    [*((whole, *one) for whole in (False, True) for one in FOUND), (True, *SILENT)],
)
def test_a_list_of_a_past_day_is_found_by_the_indexes(tmp_path, whole, wanted, index):
    """SQLite takes the view apart: no row is made that the list does not ask for."""
    place = str(tmp_path / "ledger.db")
    entry = Entry("试@zlb", "2025-01-01T00:00:00Z", on(3))
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        for after in ({"status": "closed"}, {"lead": "fgj"}, {"deadline": "2026-01-01"}):
            before = {name: getattr(row, name) for name in after}
            ledger.append([Change("task.amend", row.id, before | {"version": row.version}, after)], entry)
            row = ledger.task("T1.1")
    with Ledger.open(place) as ledger, ledger.at(on(2), whole=whole) as then:
        then.brief(wanted)
        for record in (Listed, Brief, LateBrief):
            found = steps(then, wanted, record)
            assert any(f"SEARCH t USING INDEX {index}" in step for step in found), found
            # as it does where what orders the list is not among what it shows
            assert not any("CO-ROUTINE" in step or "MATERIALIZE" in step for step in found), found


@pytest.mark.parametrize(
    ("wanted", "kinds", "moves"),
    [
        (TaskFilter(lead="scjg", limit=50), set(), set()),
        (
            TaskFilter(open=True, due_before="2025-01-01", sort="deadline"),
            {"task.extend"},
            {"task.approve"},
        ),
        (TaskFilter(status="blocked"), set(), set()),
        (TaskFilter(status="closed"), set(), {"task.approve"}),
        (TaskFilter(status="blocked", open=True), set(), set()),
        (TaskFilter(search="n"), set(), set()),
        (TaskFilter(sort="progress", lead="scjg"), set(), set()),
        (TaskFilter(open=True, silent=("2024-01-01", "2024-02-01"), sort="update"), set(), {"task.approve"}),
    ],
)
def test_only_what_a_question_goes_by_is_taken_back(tmp_path, monkeypatch, wanted, kinds, moves):
    """Of what opens or ends a task only whom it concerns; what the others changed is right where it is shown."""
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        entry = Entry("试@zlb", "2025-01-01T00:00:00Z", on(3))
        for action, after in [
            ("accept", {"status": "active"}), ("block", {"status": "blocked"}), ("extend", {"deadline": "2026-12-31"}),
            ("submit", {"status": "submitted"}), ("report", {"note": "n"}), ("approve", {"status": "closed"}),
        ]:  # fmt: skip
            row = ledger.task("T1.1")
            before = {name: getattr(row, name) for name in after} | {"version": row.version}
            ledger.append([Change(f"task.{action}", row.id, before, after)], entry)
    asked: dict[str, set[str]] = {"turns": set(), "turned": set()}

    def watched(real, kept, one, wanted, first):
        kept.update(wanted)
        return real(one, wanted, first)

    for name, kept in asked.items():
        monkeypatch.setattr(journal, name, partial(watched, getattr(journal, name), kept))
    with Ledger.open(place) as ledger, ledger.at(on(2)) as then:
        found = then.tasks(wanted)
        assert {kind for kind in asked["turns"] if kind.startswith("task.")} == kinds | {"task.define"}
        assert asked["turned"] == moves
        assert found == Ledger(past.replayed(ledger.connection, on(2), ALL)).tasks(wanted)


def test_a_late_report_counts_where_what_reports_set_is_looked_up(tmp_path):
    """Of what a day has found, nothing goes under by what was written between it and a late report."""
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
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
                assert found == Ledger(past.replayed(ledger.connection, on(day), ALL)).tasks(
                    TaskFilter(search=text)
                )


def test_what_reports_set_is_found_by_its_task(tmp_path):
    """And only for the rows that the rest of the question leaves."""
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        before = {"note": row.note, "version": row.version}
        ledger.append(
            [Change(REPORT, row.id, before, {"note": "n"})], Entry("试@zlb", "2025-01-01T00:00:00Z", on(3))
        )
    with Ledger.open(place) as ledger, ledger.at(on(2)) as then:
        wanted = TaskFilter(lead="scjg", sort="update", limit=50)
        then.brief(wanted)
        found = steps(then, wanted)
        assert any("SEARCH t USING INDEX task_lead (lead=?)" in step for step in found), found
        assert any(
            "SEARCH main.task_before USING PRIMARY KEY (task=? AND seq>?)" in step for step in found
        ), found
        wanted = TaskFilter(lead="scjg", search="n", limit=50)
        then.brief(wanted)
        found = steps(then, wanted)
        assert any(
            "SEARCH main.event USING INDEX event_subject (subject=? AND seq>?)" in step for step in found
        ), found


@pytest.mark.parametrize(
    ("wanted", "by_row"),
    [
        (TaskFilter(lead="scjg"), False),
        (TaskFilter(sort="progress"), False),
        (TaskFilter(open=True, silent=("2024-01-01", "2024-06-01")), False),
        (TaskFilter(lead="scjg", limit=50), True),
        (TaskFilter(open=True, due_before="2026-06-01", sort="deadline"), True),
    ],
)
def test_a_long_list_is_told_by_its_query(tmp_path, wanted, by_row):
    """Not row by row from the journal, as few rows are, and those of open tasks, which an index finds."""
    place = str(tmp_path / "ledger.db")
    with founding.new_ledger(place, plans.RECORDED) as ledger:
        plans.fill(ledger)
        change = plans.report(ledger, progress=40, owner="甲", last_update=on(3))
        ledger.append([change], Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))
    with Ledger.open(place) as ledger, ledger.at(on(2)) as then:
        asked: list[str] = []
        then._rows.connection.raw.set_trace_callback(asked.append)
        found = then.brief(wanted)
        assert any("FROM event WHERE subject" in one for one in asked) == by_row
        assert found == Ledger(past.replayed(ledger.connection, on(2), ALL)).brief(wanted)
        assert "T1.1" in {row.id for row in found}


@pytest.mark.parametrize(
    ("action", "after", "what"),
    [
        ("report", {"note": "n", "status": "active"}, "a step “report” changes status"),
        ("accept", {"status": "closed"}, "a step “accept” changes open"),
        ("approve", {"status": "closed", "lead": "fgj"}, "a step “verify and close” changes lead"),
    ],
)
def test_a_step_that_changes_more_is_a_fault_of_the_journal(action, after, what):
    """Past days rely on it; no command writes one."""
    with founding.in_memory(plans.RECORDED) as ledger:
        plans.fill(ledger)
        row = ledger.task("T1.1")
        before = {name: getattr(row, name) for name in after} | {"version": row.version}
        change = Change(f"task.{action}", row.id, before, after)
        (event,) = ledger.append([change], Entry("试@zlb", "2025-01-01T00:00:00Z", on(3)))
        found = verify(ledger.connection).findings
        assert [(f.check, f.seq, f.what) for f in found] == [(HISTORY, event.seq, what)]


def test_a_late_step_that_sets_the_status_under_a_later_one_is_a_fault_of_the_journal():
    """Past days rely on it; no command writes one."""
    with founding.in_memory(plans.RECORDED) as ledger:
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
        what = f"it sets the status from {on(3)} on, which an entry has set from {on(4)} on"
        assert [(f.check, f.seq, f.what) for f in found] == [(HISTORY, event.seq, what)]


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
        meanwhile = past.rolled_back(ledger.connection, FOREVER, seq)
        assert rows_of(held) == rows_of(meanwhile)

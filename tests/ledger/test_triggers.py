"""A person with a bare SQLite shell: what the triggers refuse, and what verify shows of the rest."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger import plans
from qplan.core.workflow import STATUS
from qplan.errors import QplanError
from qplan.ledger import create
from qplan.ledger.store import Ledger
from qplan.ledger.tables import RECORD_TABLES
from qplan.ledger.verify import verify


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with create.new_ledger(str(path), plans.RECORDED) as ledger:
        plans.fill(ledger, request="first")
        ledger.append([plans.report(ledger, progress=40)], plans.ENTRY)
        ledger.append(plans.MADE, plans.ENTRY)
        plans.check_rows(ledger)
    return path


@pytest.fixture
def bare(place: Path):
    db = sqlite3.connect(place)
    yield db
    db.close()


COLUMNS = "seq, recorded_at, effective_on, actor, kind, subject, body, prev, hash"

FORBIDDEN = {
    "change an entry": "UPDATE event SET actor = 'x' WHERE seq = 3",
    "change or replace an entry": "UPDATE OR REPLACE event SET seq = 2 WHERE seq = 3",
    "delete an entry": "DELETE FROM event WHERE seq = 3",
    "delete the last entry": "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
    "delete all": "DELETE FROM event",
    "insert with a gap": f"INSERT INTO event SELECT seq + 2, {COLUMNS[5:]} FROM event ORDER BY seq DESC LIMIT 1",
    "insert without number": f"INSERT INTO event ({COLUMNS[5:]}) SELECT {COLUMNS[5:]} FROM event WHERE seq = 3",
    "insert off the chain": f"INSERT INTO event SELECT (SELECT max(seq) + 1 FROM event), {COLUMNS[5:]} FROM event WHERE seq = 3",
    "replace an entry": f"INSERT OR REPLACE INTO event SELECT {COLUMNS.replace('actor', 'upper(actor)')} FROM event WHERE seq = 3",
    "replace the last entry": f"REPLACE INTO event SELECT {COLUMNS} FROM event ORDER BY seq DESC LIMIT 1",
    "ignore and insert": f"INSERT OR IGNORE INTO event SELECT {COLUMNS} FROM event WHERE seq = 3",
    "a second identity": "INSERT INTO ledger VALUES ('x', 'y', 'z')",
    "another identity": "UPDATE ledger SET id = 'x'",
    "replace the identity": "REPLACE INTO ledger SELECT * FROM ledger",
    "change a request": "UPDATE request SET first_seq = 2",
    "replace a request": "REPLACE INTO request VALUES ('first', 1, 1)",
    **{f"delete {table}": f"DELETE FROM {table}" for table in (*RECORD_TABLES, "ledger", "request")},
    **{f"replace {table}": f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1" for table in RECORD_TABLES},
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_it_is_refused(bare: sqlite3.Connection, statement: str):
    before = list(bare.iterdump())
    with pytest.raises(sqlite3.IntegrityError):
        bare.execute(statement)
    bare.rollback()
    assert list(bare.iterdump()) == before


def found(place: Path) -> list[tuple[str, int | None]]:
    with Ledger.open(str(place)) as ledger:
        return [(f.check, f.seq) for f in verify(ledger.connection).findings]


#: What the owner of the file can do all the same, and where verify shows it.
BY_HAND = {
    "a row": ("UPDATE task SET progress = 99 WHERE id = 'T1.1'", ("rows", None)),
    "a new row": ("INSERT INTO department (id, name, aliases, role, position, retired, version) VALUES ('x', 'x', '', 'area', 9, 0, 1)", ("rows", None)),
    "a trigger": ("DROP TRIGGER event_no_delete", ("schema", None)),
    "an index": ("DROP INDEX task_open", ("schema", None)),
    "a table more": ("CREATE TABLE more (x)", ("schema", None)),
    "a trigger more": ("CREATE TRIGGER more AFTER INSERT ON event BEGIN UPDATE task SET progress = 1; END", ("schema", None)),
    "a request": ("INSERT INTO request VALUES ('second', 3, 4)", ("requests", 3)),
}  # fmt: skip


@pytest.mark.parametrize("done", list(BY_HAND))
def test_verify_shows_it(place: Path, bare: sqlite3.Connection, done: str):
    statement, where = BY_HAND[done]
    assert found(place) == []
    bare.execute(statement)
    bare.commit()
    assert found(place) == [where]


def tampered(bare: sqlite3.Connection, statement: str, trigger: str) -> None:
    """Take a trigger away, do it, and put the trigger back as it was."""
    (ddl,) = bare.execute("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()
    bare.executescript(f"DROP TRIGGER {trigger}; {statement}; {ddl};")


@pytest.mark.parametrize(
    "column, value",
    [
        ("actor", "'somebody'"), ("recorded_at", "'2020-01-01T00:00:00Z'"), ("effective_on", "'2020-01-01'"),
        ("kind", "'task.amend'"), ("subject", "'T1.9'"), ("body", "replace(body, 'T1', 'T2')"),
        ("hash", "lower(hex(randomblob(32)))"), ("prev", "lower(hex(randomblob(32)))"),
    ],
)  # fmt: skip
def test_no_column_of_an_entry_can_be_changed_unseen(place: Path, bare, column: str, value: str):
    tampered(bare, f"UPDATE event SET {column} = {value} WHERE seq = 6", "event_no_update")
    with Ledger.open(str(place)) as ledger:
        verdict = verify(ledger.connection)
    assert verdict.first_bad == 6
    assert ("chain", 6) in [(f.check, f.seq) for f in verdict.findings]


def test_an_entry_taken_out_shows_at_the_gap(place: Path, bare):
    tampered(bare, "DELETE FROM event WHERE seq = 6", "event_no_delete")
    assert ("chain", 7) in found(place)


def test_a_cut_tail_shows_where_rows_still_have_it(place: Path, bare):
    last = bare.execute("SELECT max(seq) FROM event").fetchone()[0]
    tampered(bare, f"DELETE FROM event WHERE seq = {last}", "event_no_delete")
    assert found(place) == [("rows", None)]


def test_an_entry_that_lies_about_what_was_before_shows(place: Path):
    from qplan.core.model import Change

    with Ledger.open(str(place), write=True) as ledger, ledger.transaction():
        row = ledger.task("T1.1")
        lie = Change("task.report", "T1.1", {"note": "never said", "version": row.version}, {"note": "x"})
        (event,) = ledger.append([lie], plans.ENTRY)
    assert found(place) == [("history", event.seq)]


def test_rows_and_journal_of_another_ledger_show(place: Path, tmp_path: Path):
    """A journal spliced in from another ledger hangs on another identity."""
    other = tmp_path / "other.db"
    with create.new_ledger(str(other), plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(2))
    db = sqlite3.connect(other)
    tampered(db, "UPDATE ledger SET id = 'feed'", "ledger_no_update")
    db.close()
    checks = found(other)
    assert ("chain", 0) in checks and ("chain", 1) in checks


def into_the_catalogue(bare: sqlite3.Connection, kind: str, name: str, table: str, ddl: str) -> None:
    """Write an object straight into SQLite's catalogue, as whoever owns the file can."""
    bare.execute("PRAGMA writable_schema = ON")
    bare.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, 0, ?)", (kind, name, table, ddl))
    bare.commit()
    bare.execute("PRAGMA writable_schema = RESET")


SWALLOWING = {
    "the entry": "BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END",
    "the row": "BEFORE UPDATE ON task BEGIN SELECT RAISE(IGNORE); END",
    "a field": "AFTER UPDATE OF note ON task BEGIN UPDATE task SET note = OLD.note WHERE id = NEW.id; END",
    "the request": "BEFORE INSERT ON request BEGIN SELECT RAISE(IGNORE); END",
    "the row after the request": "AFTER INSERT ON request BEGIN UPDATE task SET note = 'x' WHERE id = 'T1.1'; END",
    "another entry": "AFTER INSERT ON event WHEN NEW.kind = 'task.report' BEGIN UPDATE task SET note = 'x', version = NEW.seq WHERE id = NEW.subject; END",
}


@pytest.mark.parametrize("name", ["sqlite_stat9", "sqlite_autoindex_task_9", "more"])
@pytest.mark.parametrize("what", SWALLOWING)
def test_a_trigger_in_the_catalogue_swallows_nothing_unseen(place: Path, bare, name: str, what: str):
    table = next(table for table in ("task", "request", "event") if f" ON {table} " in SWALLOWING[what])
    into_the_catalogue(bare, "trigger", name, table, f"CREATE TRIGGER {name} {SWALLOWING[what]}")
    bare.close()
    before = [(check, seq) for check, seq in found(place) if check != "schema"]
    with Ledger.open(str(place)) as ledger:
        faults = [f.what for f in verify(ledger.connection).findings]
        head = ledger.head()
    assert any(name in fault for fault in faults)
    with pytest.raises(QplanError), Ledger.open(str(place), write=True) as ledger, ledger.transaction():
        ledger.append([plans.report(ledger, note="heard")], plans.ENTRY._replace(request="k"))
    with Ledger.open(str(place)) as ledger:
        assert ledger.head() == head
    assert [(check, seq) for check, seq in found(place) if check != "schema"] == before


def test_a_view_or_table_with_a_reserved_name_shows(place: Path, bare):
    into_the_catalogue(bare, "view", "sqlite_stat7", "sqlite_stat7", "CREATE VIEW sqlite_stat7 AS SELECT 1")
    bare.close()
    assert found(place) == [("schema", None)]


def test_statistics_of_the_program_are_no_fault(place: Path, bare):
    bare.execute("ANALYZE")
    bare.commit()
    assert found(place) == []


def test_a_date_of_the_ledger_that_is_not_its_first_entrys_shows(place: Path, bare):
    tampered(bare, "UPDATE ledger SET created_at = '2020-01-01T00:00:00Z'", "ledger_no_update")
    assert found(place) == [("chain", 1)]


def test_a_second_identity_shows(place: Path, bare):
    tampered(bare, "INSERT INTO ledger VALUES ('x', 'y', 'z')", "ledger_one")
    assert ("chain", 0) in found(place)


@pytest.mark.parametrize(
    ("column", "codes"),
    {
        "kind": ("task", "column_item", "safeguard", "group"),
        "status": (*STATUS, None),
        "basis": ("plan", "proposed", "confirmed", None),
        "deadline_basis": ("plan", "proposed", None),
    }.items(),
)
def test_a_column_of_codes_takes_these_and_no_other(bare, column, codes):
    for code in codes:
        bare.execute(f"UPDATE task SET {column} = ?", (code,))
    for wrong in ("", "Plan", "plan ", "other"):
        with pytest.raises(sqlite3.IntegrityError, match=f"task_{column}"):
            bare.execute(f"UPDATE task SET {column} = ?", (wrong,))


class Driver:
    """The driver's connection, which reports an error of the disk at a COMMIT: before it, or after it is done."""

    def __init__(self, db: sqlite3.Connection, written: bool) -> None:
        self.db, self.written = db, written

    def __getattr__(self, name: str):
        return getattr(self.db, name)

    def execute(self, statement: str, *values):
        if statement != "COMMIT":
            return self.db.execute(statement, *values)
        if self.written:
            self.db.execute("COMMIT")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_DIR_FSYNC" if self.written else "SQLITE_IOERR_FSYNC"
        raise error


@pytest.mark.parametrize("written", [True, False])
def test_an_error_of_the_disk_says_whether_the_entry_is_there(place: Path, written: bool):
    with Ledger.open(str(place), write=True) as ledger:
        before = ledger.head().seq
        ledger.connection._db = Driver(ledger.connection.raw, written)  # type: ignore[attr-defined]
        with pytest.raises(QplanError) as caught, ledger.transaction():
            ledger.append([plans.report(ledger, note="heard")], plans.ENTRY)
    assert ("do not repeat it" in str(caught.value)) is written
    assert ("nothing of this command was written" in str(caught.value)) is not written
    with Ledger.open(str(place)) as ledger:
        assert ledger.head().seq == before + written

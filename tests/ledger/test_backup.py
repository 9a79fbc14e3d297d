"""Backup, restore and upgrade: at no moment is there less than before."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from ledger import plans
from ledger.test_triggers import tampered
from qplan.core.model import Head
from qplan.errors import BadInput, ChangedMeanwhile, NoLedger, NotVerified, QplanError, Refused
from qplan.ledger import backup, create, schema, structure
from qplan.ledger import connection as connections
from qplan.ledger.connection import SCHEMA_VERSION
from qplan.ledger.seal import Seal
from qplan.ledger.sqlite import driver_errors
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

NOW = "2025-06-30T01:02:03Z"
LATER = "2025-06-30T01:02:04Z"


def make(path: Path, **titles: str) -> Path:
    with create.new_ledger(str(path), plans.RECORDED) as ledger:
        plans.fill(ledger, plans.plan(**titles))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return make(tmp_path / "ledger.db")


def measure(place: Path, year: int) -> None:
    with Ledger.open(str(place), write=True) as ledger, ledger.transaction():
        figure = plans.FIGURE._replace(subject=f"I1/{year}", after={**plans.FIGURE.after, "year": year})
        ledger.append([figure], plans.ENTRY)


def head(place: Path) -> Head:
    with Ledger.open(str(place)) as ledger:
        assert verify(ledger.connection).findings == []
        return ledger.head()


def forget(place: Path) -> None:
    """The ledger damaged: an entry changed by hand."""
    db = sqlite3.connect(place)
    tampered(db, "UPDATE event SET actor = 'x' WHERE seq = 2", "event_no_update")
    db.close()


class TestBackup:
    def test_it_is_the_ledger(self, place: Path, tmp_path: Path):
        done, where = backup.backup(str(place), str(tmp_path / "copy.db"), NOW)
        assert done == head(where) == head(place)
        assert stat.S_IMODE(where.stat().st_mode) == 0o600

    def test_a_folder_gets_a_dated_name(self, place: Path, tmp_path: Path):
        folder = tmp_path / "backups"
        folder.mkdir()
        backup.backup(str(place), str(folder), NOW)
        assert os.listdir(folder) == ["ledger-20250630T010203Z-13.db"]

    def test_a_newer_one_takes_the_place_of_an_older(self, place: Path, tmp_path: Path):
        target = tmp_path / "copy.db"
        backup.backup(str(place), str(target), NOW)
        measure(place, 2024)
        backup.backup(str(place), str(target), NOW)
        assert head(target) == head(place)

    def test_a_failed_one_leaves_the_old(self, place: Path, tmp_path: Path):
        target = tmp_path / "copy.db"
        backup.backup(str(place), str(target), NOW)
        before = target.read_bytes()
        forget(place)
        with pytest.raises(NotVerified, match="was not made"):
            backup.backup(str(place), str(target), NOW)
        assert target.read_bytes() == before
        assert sorted(os.listdir(tmp_path)) == ["copy.db", "ledger.db"]

    @pytest.mark.parametrize("what", ["text", "empty", "another ledger", "a later state"])
    def test_it_overwrites_nothing_but_its_own(self, place: Path, tmp_path: Path, what: str):
        target = tmp_path / "target"
        if what == "another ledger":
            make(target)
        elif what == "a later state":
            backup.backup(str(place), str(target), NOW)
            measure(target, 2024)
        else:
            target.write_text("" if what == "empty" else "a thesis")
        before = target.read_bytes()
        with pytest.raises(Refused, match="--force"):
            backup.backup(str(place), str(target), NOW)
        assert target.read_bytes() == before
        backup.backup(str(place), str(target), NOW, force=True)
        assert head(target) == head(place)

    def test_never_onto_the_ledger_itself(self, place: Path, tmp_path: Path):
        (tmp_path / "alias").symlink_to(place)
        for name in ("ledger.db", "alias"):
            with pytest.raises(BadInput, match="itself"):
                backup.backup(str(place), str(tmp_path / name), NOW, force=True)
        head(place)

    def test_a_full_disk_leaves_nothing_behind(self, place: Path, tmp_path: Path, monkeypatch):
        def full(*_args: object) -> None:
            with driver_errors("x"):
                raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(backup, "_copy", full)
        with pytest.raises(QplanError, match="disk is full"):
            backup.backup(str(place), str(tmp_path / "copy.db"), NOW)
        assert os.listdir(tmp_path) == ["ledger.db"]

    def test_a_server_is_told_its_own_means(self):
        with pytest.raises(Refused, match="pg_dump") as caught:
            backup.backup("postgresql://me:secret@host/db", "x", NOW)
        assert "secret" not in str(caught.value)


class TestRestore:
    @pytest.fixture
    def saved(self, place: Path, tmp_path: Path) -> Path:
        return backup.backup(str(place), str(tmp_path / "copy.db"), NOW)[1]

    def test_it_takes_the_place_and_keeps_what_was_there(self, place: Path, saved: Path):
        measure(place, 2024)
        was = head(place)
        done = backup.restore(str(place), str(saved), NOW)
        assert head(place) == done.head == head(saved)
        assert done.replaced == was == head(Path(done.aside))
        measure(place, 2025)
        assert head(saved) == done.head

    def test_into_an_empty_place(self, saved: Path, tmp_path: Path):
        (tmp_path / "new").mkdir()
        done = backup.restore(str(tmp_path / "new" / "l.db"), str(saved), NOW)
        assert (done.replaced, done.aside) == (None, None)
        assert head(tmp_path / "new" / "l.db") == done.head

    @pytest.mark.parametrize("damage", ["garbage", "empty", "cut", "flipped header"])
    def test_over_a_ruin(self, place: Path, saved: Path, damage: str):
        data = place.read_bytes()
        ruined = {
            "garbage": b"x" * 5000,
            "empty": b"",
            "cut": data[:5000],
            "flipped header": b"X" + data[1:],
        }[damage]
        place.write_bytes(ruined)
        Path(f"{place}-journal").write_bytes(b"stale")
        done = backup.restore(str(place), str(saved), NOW)
        assert head(place) == done.head
        assert Path(done.aside).read_bytes() == ruined

    def test_one_that_does_not_verify_is_refused(self, place: Path, saved: Path):
        forget(saved)
        measure(place, 2024)
        was = head(place)
        with pytest.raises(NotVerified, match="not restored"):
            backup.restore(str(place), str(saved), NOW, force=True)
        assert head(place) == was

    def test_one_behind_a_seal_is_refused_unless_forced(self, place: Path, saved: Path):
        measure(place, 2024)
        sealed = Seal(head(place), NOW)
        with pytest.raises(Refused, match="entries are gone"):
            backup.restore(str(place), str(saved), NOW, sealed)
        assert head(place) == sealed.head
        backup.restore(str(place), str(saved), NOW, Seal(head(saved), NOW))
        backup.restore(str(place), str(saved), LATER, sealed, force=True)
        assert head(place) == head(saved)

    def test_one_of_another_ledger_is_refused_unless_forced(self, place: Path, tmp_path: Path):
        other = make(tmp_path / "other.db")
        with pytest.raises(Refused, match="another ledger"):
            backup.restore(str(place), str(other), NOW)
        backup.restore(str(place), str(other), NOW, force=True)
        assert head(place) == head(other)

    def test_what_is_no_backup(self, place: Path, tmp_path: Path):
        (tmp_path / "x").write_text("x")
        for name in ("nowhere", "x", "ledger.db", "."):
            with pytest.raises(BadInput):
                backup.restore(str(place), str(tmp_path / name), NOW)
        head(place)

    def test_a_writer_that_waits_is_told_and_loses_nothing(self, place: Path, saved: Path):
        """It waits for the lock of the file that is being replaced; what it wrote would be lost."""
        waiting = Ledger.open(str(place), write=True)
        was = waiting.head()
        backup.restore(str(place), str(saved), NOW)
        with pytest.raises(ChangedMeanwhile, match="replaced meanwhile"), waiting.transaction():
            waiting.append([plans.FIGURE], plans.ENTRY)
        waiting.close()
        assert head(place) == was

    def test_it_waits_for_a_writer(self, place: Path, saved: Path):
        writing = Ledger.open(str(place), write=True)
        with writing.transaction():
            writing.append([plans.FIGURE], plans.ENTRY)
            done: list[backup.Restored] = []
            thread = threading.Thread(target=lambda: done.append(backup.restore(str(place), str(saved), NOW)))
            thread.start()
            thread.join(0.5)
            assert thread.is_alive()
        thread.join(20)
        writing.close()
        assert head(Path(done[0].aside)).seq == done[0].head.seq + 1


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next:04}"
down_revision = "{now:04}"


def upgrade() -> None:
    with op.batch_alter_table("department", recreate="always") as batch:
        batch.add_column(sa.Column("telephone", sa.Text()))
    {more}
"""


class TestUpgrade:
    """A schema to come is invented here, to walk the path; the one before is upgraded in test_migrations."""

    @pytest.fixture
    def next_schema(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        folder = tmp_path / "versions"
        folder.mkdir()

        def make(more: str = "") -> None:
            (folder / "next.py").write_text(
                NEXT.format(more=more, now=SCHEMA_VERSION, next=SCHEMA_VERSION + 1)
            )
            monkeypatch.setattr(schema, "VERSIONS", (*schema.VERSIONS, folder))
            for module in (schema, connections, backup, structure):
                monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
            monkeypatch.setattr(schema, "SCHEMA_SQL", tmp_path / "schema.sql")
            with contextlib.suppress(Exception):  # a faulty step makes no schema
                schema.SCHEMA_SQL.write_text(schema.schema_sql(), "utf-8")

        return make

    def test_an_older_ledger_is_refused_with_the_remedy(self, place: Path, next_schema):
        next_schema()
        with pytest.raises(NoLedger, match="doctor --upgrade"):
            Ledger.open(str(place))

    def test_it_moves_the_schema_and_nothing_else(self, place: Path, next_schema):
        was = head(place)
        next_schema()
        done = backup.upgrade(str(place), NOW)
        assert done.version == SCHEMA_VERSION
        assert head(place) == was
        db = sqlite3.connect(place, isolation_level=None)
        assert "telephone" in [row[1] for row in db.execute("PRAGMA table_info(department)")]
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION + 1,)
        with pytest.raises(sqlite3.IntegrityError):  # the batch move dropped this trigger
            db.execute("DELETE FROM department")
        assert sqlite3.connect(done.copy).execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        measure(place, 2024)

    def test_a_second_time_there_is_nothing_to_do(self, place: Path, next_schema):
        next_schema()
        backup.upgrade(str(place), NOW)
        assert backup.upgrade(str(place), LATER) is None

    @pytest.mark.parametrize(
        "fault",
        ["raise RuntimeError('broken')", "op.execute('INSERT INTO nowhere VALUES (1)')",
         "op.execute(\"UPDATE task SET progress = 77 WHERE id = 'T1.1'\")"],
    )  # fmt: skip
    def test_a_failing_one_leaves_the_ledger_as_it_was(
        self, place: Path, next_schema, fault: str, monkeypatch
    ):
        was = place.read_bytes()
        next_schema(fault)
        with pytest.raises(QplanError, match="nothing was changed"):
            backup.upgrade(str(place), NOW)
        monkeypatch.undo()  # the present schema again
        assert place.read_bytes() == was
        head(place)
        (copy,) = place.parent.glob(f"*.schema-{SCHEMA_VERSION}")
        assert head(copy) == head(place)

    def test_a_newer_ledger_is_refused(self, place: Path):
        db = sqlite3.connect(place)
        db.execute("PRAGMA user_version = 99")
        db.close()
        for touch in (lambda: Ledger.open(str(place)), lambda: backup.upgrade(str(place), NOW)):
            with pytest.raises(NoLedger, match="newer"):
                touch()

    def test_what_is_no_ledger_is_left_alone(self, tmp_path: Path):
        sqlite3.connect(tmp_path / "foreign.db").execute("CREATE TABLE x (y)")
        (tmp_path / "text").write_text("x" * 5000)
        for name in ("foreign.db", "text", "nowhere"):
            with pytest.raises(NoLedger):
                backup.upgrade(str(tmp_path / name), NOW)
        assert sorted(os.listdir(tmp_path)) == ["foreign.db", "text"]


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX only")
@pytest.mark.parametrize("number, refused", [(errno.EIO, True), (errno.EINVAL, False)])
def test_a_folder_that_cannot_be_synced_is_no_ledger_that_was_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, refused: bool
):
    sync = os.fsync

    def failing(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        sync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    if refused:
        with pytest.raises(QplanError, match="do not repeat"):
            make(tmp_path / "new.db")
    else:
        make(tmp_path / "new.db")
    assert head(tmp_path / "new.db").seq > 0

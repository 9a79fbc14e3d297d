"""Making a ledger and bringing its schema up to date, by the migrations."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qplan import files
from qplan.core.events import genesis
from qplan.core.model import RECORDS, Event
from qplan.errors import ChangedMeanwhile, NoLedger, NotVerified, QplanError, system_words
from qplan.i18n import _
from qplan.ledger import statements
from qplan.ledger.connection import APPLICATION_ID, SCHEMA_VERSION, Connection, is_server
from qplan.ledger.sqlite import SqliteConnection, driver_errors

MIGRATIONS = Path(__file__).parent / "migrations"

#: Where the steps from schema to schema are.
VERSIONS: tuple[Path, ...] = (MIGRATIONS / "versions",)

#: All that the migrations make of an empty file, as text: a new ledger needs neither Alembic nor
#: SQLModel, whose import takes longer than filling a small ledger. Written by :func:`schema_sql`.
SCHEMA_SQL = MIGRATIONS / "schema.sql"

#: What ends a statement in that text.
_END = ";\n\n"

#: SQLite releases in which writers beside a checkpoint no longer corrupt a WAL ledger.
WAL_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether the linked SQLite has the WAL-reset fix: from 3.51.3, or later in its own series."""
    if version >= WAL_FIXED[0]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_FIXED[1:])


@contextmanager
def bulk_load(connection: Connection) -> Iterator[None]:
    """Fill the tables of a new ledger first; its indexes are made, and its journal is checked, at the end.

    An index that grows row by row costs several times what making it from sorted rows does, and a
    trigger that asks for the entry before, at every entry, as much as writing it. Nobody else can
    open the ledger before it is whole, so the triggers of inserts come back with the indexes, and
    what they hold is asked for once: the keys see to it that nothing is there twice, a query that the
    journal has no gap.
    """
    made = []
    if isinstance(connection, SqliteConnection):
        made = connection.rows(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            " AND (type = 'index' OR type = 'trigger' AND sql LIKE '%BEFORE INSERT%')"
        )
    for kind, name, _ddl in made:
        connection.run(f"DROP {kind} {name}")
    yield
    for _kind, _name, ddl in made:
        connection.run(ddl)
    if made and (gap := connection.rows(statements.GAP)):
        raise NotVerified(_("no. {seq} does not continue the journal"), seq=gap[0][0])


@contextmanager
def draft_beside(path: Path) -> Iterator[Path]:
    """An empty file of the user's own beside a place; it is gone when the block ends."""
    if not path.parent.is_dir():
        raise NoLedger(
            _("There is no folder {path}; make it first, or name another place."), path=path.parent
        )
    with files.draft_of(path) as draft:
        yield draft


def blank(created_at: str, ident: str | None = None) -> SqliteConnection:
    """A new ledger in memory: the same schema and triggers, gone when it is closed."""
    connection = SqliteConnection(":memory:", write=True, create=True)
    _fill_schema(connection.raw, created_at, ident)
    return connection


def publish(draft: Path, path: Path) -> None:
    """Give a finished draft its place; ChangedMeanwhile when somebody else made a ledger there."""
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise ChangedMeanwhile(
            _("A ledger was made at {path} by somebody else meanwhile; look at it first: qplan tasks"),
            path=path,
        ) from error
    except OSError:  # a file system without hard links
        if path.exists():
            raise
        draft.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut, where the system can.

    Raises QplanError where the disk reports an error: the new file is in its place all the same.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that syncs no folders
            raise QplanError(
                _("The file is in its place in {path}, but the disk reported an error for that folder ({error}): do not repeat the command; check the disk."),
                path=folder, error=system_words(error),
            ) from error  # fmt: skip
    finally:
        os.close(handle)


def create(path: str, created_at: str, ident: str | None) -> None:
    """Make an empty ledger of a file."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        with driver_errors(path):
            if wal_is_safe():
                db.execute("PRAGMA journal_mode = WAL")
            _fill_schema(db, created_at, ident)
    finally:
        db.close()


def _fill_schema(db: sqlite3.Connection, created_at: str, ident: str | None) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA_SQL.read_text("utf-8").split(_END):
        db.execute(statement)
    db.execute(statements.LEDGER_NEW, identity(created_at, ident))
    db.execute("COMMIT")


def schema_sql() -> str:
    """The text of :data:`SCHEMA_SQL`, from the migrations; a test holds the two together."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with migrating(db) as connection:
            migrate(connection)
        made = [
            sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        ]
        ((version,),) = db.execute("SELECT version_num FROM alembic_version")
        made.append(f"INSERT INTO alembic_version VALUES ('{version}')")
        for mark in ("application_id", "user_version"):
            made += [f"PRAGMA {mark} = {value}" for (value,) in db.execute(f"PRAGMA {mark}")]
    finally:
        db.close()
    lines = (line.rstrip() for sql in made for line in f"{sql}{_END}".splitlines())
    return "\n".join(lines) + "\n"


def identity(created_at: str, ident: str | None) -> dict[str, str]:
    """The one row that says which ledger it is."""
    ident = ident or os.urandom(8).hex()
    return {"id": ident, "genesis": genesis(ident), "created_at": created_at}


@contextmanager
def migrating(db: sqlite3.Connection) -> Iterator[Any]:
    """A SQLAlchemy connection over the driver's, in one transaction that holds DDL too."""
    with sqlalchemy_over(db, "sqlite://") as connection, connection.begin():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def sqlalchemy_over(driver: Any, dialect: str) -> Iterator[Any]:
    """SQLAlchemy's connection over an open one of the driver's, for Alembic and the tables' metadata."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine(dialect, creator=lambda: driver, poolclass=StaticPool, pool_reset_on_return=None)
    with engine.connect() as connection:
        yield connection


def migrate(connection: Any) -> None:
    """Run the migrations, then mark the file and create its triggers anew (batch moves drop them)."""
    from qplan.ledger.tables import TRIGGERS

    upgrade(connection)
    for name, ddl in TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(ddl)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def upgrade(connection: Any) -> None:
    """Run the migrations that a database lacks, inside the caller's transaction, on any engine."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    folders = os.pathsep.join(map(str, VERSIONS))
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


#: Table -> the columns that the program reads and writes: those of its records.
COLUMNS: dict[str, tuple[str, ...]] = {
    "ledger": ("id", "genesis", "created_at"),
    "event": Event._fields,
    "request": ("id", "first_seq", "last_seq"),
    "signature": ("seq", "first_seq", "signature"),
    **{entity: record._fields for entity, record in RECORDS.items()},  # type: ignore[attr-defined]
}

_SQLITE_COLUMNS = "SELECT name FROM pragma_table_info(:name)"
_SERVER_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'qplan' AND table_name = :name"
)


def column_differences(connection: Connection) -> list[str]:
    """Return what differs between a ledger's columns and the program's tables, each as ``table.column``."""
    asked = _SERVER_COLUMNS if is_server(connection.place) else _SQLITE_COLUMNS
    return [
        f"{table}.{name}"
        for table, columns in COLUMNS.items()
        for name in sorted(set(columns) ^ {name for (name,) in connection.rows(asked, name=table)})
    ]


def journal_mode(connection: Connection) -> str:
    """Return the journal mode of a SQLite ledger."""
    return str(connection.rows("PRAGMA journal_mode")[0][0])


def quick_check(connection: Connection) -> str | None:
    """Return the first fault that SQLite's quick check finds in a file; None when there is none."""
    found = str(connection.rows("PRAGMA quick_check(1)")[0][0])
    return None if found == "ok" else found

"""The SQLite engine: a ledger in a file, or in memory, by the standard library's driver.

Each setting prevents a fault that was reproduced: see ``docs/architecture.md``.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from qplan.errors import ChangedMeanwhile, NoLedger, NotVerified, QplanError, Refused
from qplan.i18n import N_, _
from qplan.ledger.connection import (
    APPLICATION_ID,
    BUSY_TIMEOUT,
    PARAMETER,
    Connection,
    Known,
    check_version,
    shown,
    translated,
)

#: The driver decodes names and messages too: in a damaged file these raise an error of their own.
DRIVER_ERRORS = (sqlite3.Error, UnicodeDecodeError)

#: How the names of the errors begin that mean: somebody else is at work in the file.
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")

#: The name by which statements call an attached ledger (:meth:`SqliteConnection.attached`).
ATTACHED = "attached"


#: Seconds between two tries for the write lock: at first, at least, and how much faster with each second of waiting.
FIRST_PAUSE, LAST_PAUSE, PRESSING = 0.012, 0.0005, 6


class driver_errors:
    """A context in which an error of the driver becomes an error of ours about the ledger at ``place``."""

    __slots__ = ("place",)

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DRIVER_ERRORS):
            raise translated(KNOWN, _errorname(error), str(error), self.place) from error


class SqliteConnection(Connection):
    """A SQLite ledger, for reading (``write=False``) or for one command's writes."""

    errors = driver_errors

    def __init__(self, path: str, *, write: bool = False, create: bool = False) -> None:
        self.place = path
        self._file = _identity(path)
        self._db = _open(path, "rwc" if create else "rw" if write else "ro")
        self._snapshot = not (write or create or path == ":memory:")
        try:
            self._prepare(write or create, create)
        except BaseException:
            self._db.close()
            raise

    @classmethod
    def over(cls, db: sqlite3.Connection, place: str) -> SqliteConnection:
        """A connection over one of the driver's that is open already, as it is."""
        connection = cls.__new__(cls)
        connection.place, connection._file, connection._db = place, None, db
        connection._snapshot = False
        return connection

    def _prepare(self, write: bool, create: bool) -> None:
        db = self._db
        with driver_errors(self.place):
            db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
            if not create:
                _check_identity(db, self.place)
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA cell_size_check = ON")
            if write:
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("PRAGMA recursive_triggers = ON")
                wal = db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
                db.execute(f"PRAGMA synchronous = {'FULL' if wal else 'EXTRA'}")
            elif self._snapshot:
                # one snapshot for the whole command: a report never sees half a load
                db.execute("BEGIN")

    @property
    def address(self) -> str:
        """The file at the end of all links."""
        return os.path.realpath(self.place)

    def each(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one."""
        with driver_errors(self.place):
            # not the cursor itself: whoever stops early would close it after its connection
            yield from iter(self._db.execute(statement, values).fetchone, None)

    def many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        """Run one write for many rows; the number of rows touched.

        The values of a row are in the order of the statement's parameters.
        """
        with driver_errors(self.place):
            # positions are cheaper than names: the driver would look up fifty names for every row
            return int(self._db.executemany(re.sub(PARAMETER, "?", statement), rows).rowcount)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT: the lock comes first, so what is read can be written.

        An error inside rolls back and goes on outwards; nothing is caught and continued.
        """
        with driver_errors(self.place):
            self._begin()
            try:
                self._check_place()
                yield
                self._commit()
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _begin(self) -> None:
        """Take the write lock, waiting :data:`BUSY_TIMEOUT` at most.

        SQLite's own wait asks less and less often, so that whoever comes later goes first: one of 16
        writers waited 27 s. Here whoever has waited longer asks more often.
        """
        try:
            self._db.execute("PRAGMA busy_timeout = 0")
            since = time.monotonic()
            while True:
                try:
                    self._db.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    waited = time.monotonic() - since
                    if not _is_busy(error) or waited > BUSY_TIMEOUT / 1000:
                        raise
                time.sleep(max(FIRST_PAUSE / (1 + PRESSING * waited), LAST_PAUSE))
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")

    def _commit(self) -> None:
        """Commit; raises QplanError where the disk reports an error although the entries are there."""
        try:
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # the journal is removed before its folder is synced: what fails then is written all the same
            if not self._db.in_transaction and _errorname(error).startswith("SQLITE_IOERR"):
                raise QplanError(
                    _("The command was written to {place}, but the disk reported an error afterwards ({error}): do not repeat it; see qplan log, and check the disk."),
                    place=self.place, error=error,
                ) from error  # fmt: skip
            raise

    @contextmanager
    def attached(self, path: str) -> Iterator[None]:
        """A context in which this connection also reads the ledger at a path, as it is at one moment.

        Its tables are named with :data:`ATTACHED` where this connection has such tables itself.
        """
        with driver_errors(path):
            self._db.execute(f"ATTACH DATABASE :address AS {ATTACHED}", {"address": _address(path, "ro")})
            self._db.execute("BEGIN")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._db.execute(f"DETACH DATABASE {ATTACHED}")

    def _check_place(self) -> None:
        """Refuse to write into a file that was moved aside while this command waited its turn."""
        if self._file is not None and _identity(self.place) != self._file:
            raise ChangedMeanwhile(
                _("{place} was replaced meanwhile (qplan restore?); run the command again."), place=self.place
            )

    def detach(self) -> None:
        """Copy the file into a private database and close it: a reader holds a lock for which writers wait.

        A file that cannot be copied is read where it is.
        """
        copy = sqlite3.connect(
            "", isolation_level=None
        )  # in memory, and in a file without a name when it is large
        try:
            self._db.backup(copy)
            copy.execute("PRAGMA trusted_schema = OFF")
            copy.execute("PRAGMA cell_size_check = ON")
        except DRIVER_ERRORS:
            copy.close()
            return
        self._db.close()
        self._db, self._snapshot = copy, False


def _errorname(error: Exception) -> str:
    return str(getattr(error, "sqlite_errorname", "") or "")


def _is_busy(error: Exception) -> bool:
    return _errorname(error).startswith(BUSY)


def _identity(path: str) -> tuple[int, int] | None:
    """Which file a name stands for; None in memory and where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open(path: str, mode: str) -> sqlite3.Connection:
    if path == ":memory:":
        return sqlite3.connect(path, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT / 1000)
    if mode != "rwc" and not os.path.exists(path):
        raise NoLedger(
            _("There is no ledger at {path}; make one with: qplan load (another place: --ledger PATH or QPLAN_LEDGER).").format(path=shown(path))
        )  # fmt: skip
    if os.path.isdir(path):
        raise NoLedger(_("{path} is a folder, not a ledger; name a file in it."), path=path)
    with driver_errors(path):
        return sqlite3.connect(
            _address(path, mode), uri=True, isolation_level=None, timeout=BUSY_TIMEOUT / 1000
        )


def _address(path: str, mode: str) -> str:
    """Return the URI by which SQLite opens a file; relative paths are those of the working folder."""
    place = os.path.abspath(path)
    for special in "%?#":  # what the address of a file reads as more than a name
        place = place.replace(special, f"%{ord(special):02X}")
    return f"file:{place}?mode={mode}"


def _check_identity(db: sqlite3.Connection, path: str) -> None:
    """Refuse what is not a ledger of this program, or one of a newer program."""
    try:
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError as error:
        # after a crash a read-only open cannot roll the journal back: open once for writing
        if "readonly" not in str(error) and error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            raise
        with sqlite3.connect(path) as recovering:
            recovering.execute("SELECT count(*) FROM sqlite_master").fetchone()
        recovering.close()
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        if not os.path.isfile(path):
            raise NoLedger(_("{path} is no file; name a file with --ledger."), path=path)
        if os.path.getsize(path) == 0:
            raise NoLedger(_("{path} is empty; it is no ledger. Remove it and run: qplan load"), path=path)
        raise NoLedger(
            _("{path} is a database, but no qplan ledger; name another file with --ledger."), path=path
        )
    check_version(version, path)


#: What is said of the driver's errors.
KNOWN = (
    Known(ChangedMeanwhile, N_("{place} is in use by another program; try again in a moment."), BUSY),
    Known(NoLedger, N_("{place} is not a ledger; name another file with --ledger."), ("SQLITE_NOTADB",), "not a database"),
    Known(QplanError, N_("The disk is full: nothing of this command was written. Make room and repeat it."), ("SQLITE_FULL",), "is full"),
    Known(Refused, N_("{place} cannot be written: check the permissions of the file and its folder."), ("SQLITE_READONLY",), "readonly"),
    Known(NoLedger, N_("{place} cannot be opened: check the path and the permissions of its folder."), ("SQLITE_CANTOPEN",)),
    Known(
        NotVerified, N_("{place} is damaged ({error}); run qplan verify, and restore the last backup: qplan restore"),
        ("SQLITE_CORRUPT",), "malformed|Could not decode|can't decode|no such table",
    ),
    Known(QplanError, N_("The disk failed while {place} was in use ({error}); nothing of this command was written."), ("SQLITE_IOERR",)),
    Known(Refused, N_("The ledger refuses this: {error}"), ("SQLITE_CONSTRAINT",)),
)  # fmt: skip

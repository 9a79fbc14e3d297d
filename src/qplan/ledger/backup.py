"""Whole ledgers: backed up, restored, brought up to the present schema.

What is new is made beside its place, synced, verified and renamed: at no moment is there less than
before. What is replaced is kept.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from qplan import files
from qplan.core.model import Head
from qplan.errors import BadInput, NoLedger, NotVerified, QplanError, Refused
from qplan.i18n import _
from qplan.ledger import journal, schema, seal
from qplan.ledger.connection import (
    APPLICATION_ID,
    BUSY_TIMEOUT,
    SCHEMA_VERSION,
    Connection,
    is_server,
    path_of,
    shown,
)
from qplan.ledger.schema import draft_beside, sync_folder
from qplan.ledger.seal import Seal
from qplan.ledger.sqlite import SqliteConnection, driver_errors
from qplan.ledger.verify import SCHEMA, verify


class Restored(NamedTuple):
    """A ledger restored: its head, and the one it replaced, which is kept aside."""

    head: Head
    replaced: Head | None  #: None when there was none, or none that could be read
    aside: str | None


class Upgraded(NamedTuple):
    """A ledger brought up to date: the schema it had, and the copy made before (None on a server)."""

    version: int
    copy: str | None


def file_of(place: str) -> Path:
    """The file of a ledger, at the end of all links; Refused where it is on a server, NoLedger for a folder."""
    if is_server(place):
        raise Refused(
            _("{place}: a ledger on a server is copied with the server's own means (pg_dump), or as a journal: qplan export --journal"),
            place=shown(place),
        )  # fmt: skip
    file = files.target_of(path_of(place))
    if file.is_dir():
        raise NoLedger(_("{path} is a folder, not a ledger; name a file in it."), path=shown(place))
    return file


def stamp(now: str) -> str:
    """A moment (``2025-06-30T01:02:03Z``) as part of a file name."""
    return now.replace("-", "").replace(":", "")


def backup(place: str, target: str, now: str, force: bool = False) -> tuple[Head, Path]:
    """Copy a ledger, verified; the copy's head and where it is (a folder gets a dated name).

    Readers and writers go on meanwhile. Refused when the target is the ledger itself or, unless
    forced, a file that is no earlier backup of this ledger.
    """
    path, named = file_of(place), Path(target)
    if target.endswith(("/", os.sep)) and not named.is_dir():
        raise BadInput(_("There is no folder {path}."), path=target)
    source = SqliteConnection(str(path))
    try:
        head = journal.head(source)
        if named.is_dir():
            named = named / f"{path.stem}-{stamp(now)}-{head.seq}{path.suffix or '.db'}"
        wanted = files.target_of(named)
        if wanted.exists():
            _check_target(source, path, wanted, force)
        with draft_beside(wanted) as draft:
            _copy(source.raw, draft)
            source.close()  # verifying takes long, and writers would wait
            head = _verified(
                str(draft), _("The backup was not made: the ledger does not verify (qplan verify).")
            )
            files.replace(draft, wanted)
            sync_folder(wanted.parent)
    finally:
        source.close()
    return head, named


def _check_target(source: SqliteConnection, path: Path, target: Path, force: bool) -> None:
    if target.samefile(path):
        raise BadInput(_("{path} is the ledger itself; name another file."), path=target)
    if force:
        return
    try:
        old = SqliteConnection(str(target))
        try:
            seal_of_old = Seal(journal.head(old), "")
        finally:
            old.close()
        foreign = bool(seal.check(source, seal_of_old))
    except QplanError:
        foreign = True
    if foreign:
        raise Refused(
            _("{path} is no earlier backup of this ledger; it is not overwritten (another name, or --force)."),
            path=target,
        )  # fmt: skip


def _copy(source: sqlite3.Connection, draft: Path) -> None:
    """Copy page by page into one self-contained file, and make it survive a power cut."""
    with driver_errors(str(draft.parent)):
        copy = sqlite3.connect(draft, isolation_level=None)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _verified(path: str, refusal: str) -> Head:
    connection = SqliteConnection(path)
    try:
        verdict = verify(connection)
    finally:
        connection.close()
    if verdict.damage or verdict.head is None:
        first = verdict.damage[0]
        raise NotVerified(f"{refusal} [{first.check} {first.seq or ''}: {first.what}]")
    return verdict.head


def check_backup(place: str, source: str) -> SqliteConnection:
    """Open a backup, which is another file than the ledger; raises BadInput or NoLedger where it is none."""
    path = Path(source)
    if not path.is_file():
        raise BadInput(_("There is no backup at {path}."), path=source)
    ledger = file_of(place)
    if ledger.exists() and path.samefile(ledger):
        raise BadInput(_("{path} is the ledger itself; name a backup."), path=source)
    try:
        return SqliteConnection(source)
    except NoLedger as error:
        raise NoLedger(_("{path} is no backup of a ledger; name another file."), path=source) from error


def restore(place: str, source: str, now: str, sealed: Seal | None = None, force: bool = False) -> Restored:
    """Put a backup in the ledger's place; the ledger that was there is kept beside it.

    NotVerified when the backup does not verify. Refused when it is behind the seal, or of another
    ledger than the one in place, unless forced.
    """
    path = file_of(place)
    taken = check_backup(place, source)
    try:
        if sealed is not None and not force and (faults := seal.check(taken, sealed)):
            raise Refused(
                _("{path} is not restored: {what} (--force restores it all the same)."),
                path=source,
                what=faults[0].what,
            )
        present = _head_of(path)
        if present is not None and present.ledger != journal.head(taken).ledger and not force:
            raise Refused(
                _("{path} is a backup of another ledger ({theirs}, here {ours}); --force restores it all the same."),
                path=source, theirs=journal.head(taken).ledger, ours=present.ledger,
            )  # fmt: skip
        with draft_beside(path) as draft:
            _copy(taken.raw, draft)
            head = _verified(str(draft), _("{path} does not verify; it is not restored.").format(path=source))
            if schema.wal_is_safe():
                with _raw(draft) as db:
                    db.execute("PRAGMA journal_mode = WAL")
            aside = _set_aside_and_place(draft, path, now)
    finally:
        taken.close()
    return Restored(head, present, None if aside is None else str(aside))


def _head_of(path: Path) -> Head | None:
    """The head of the ledger in place; None when there is none that can be read."""
    if not path.exists():
        return None
    with suppress(QplanError, IndexError):
        connection = SqliteConnection(str(path))
        try:
            return journal.head(connection)
        finally:
            connection.close()
    return None


def _set_aside_and_place(draft: Path, path: Path, now: str) -> Path | None:
    """Put a draft in the place of a ledger that is kept under another name.

    A writer that waits meanwhile finds its file replaced and writes nothing (see
    ``SqliteConnection.transaction``); one that works is waited for.
    """
    if not path.exists():
        os.replace(draft, path)
        sync_folder(path.parent)
        return None
    aside = path.with_name(f"{path.name}.{stamp(now)}.replaced")
    if aside.exists():
        raise Refused(_("{path} is there already; try again in a second."), path=aside)
    with _locked(path):
        for suffix in files.BESIDE:  # a journal left behind would be played back into the new file
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + suffix))
        try:
            os.link(path, aside)
        except OSError:  # a file system without hard links
            shutil.copyfile(path, aside)
        files.keep_rights(draft, aside)
        os.replace(draft, path)
        sync_folder(path.parent)
    return aside


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Nobody writes to a ledger meanwhile, where it is still sound enough to be locked."""
    with _raw(path) as db:
        try:
            # A write-ahead log is found by the file's name, so it is emptied and left before a rename.
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                with driver_errors(str(path)):
                    raise
        if os.name == "nt":  # an open file cannot be renamed there
            db.close()
        yield


@contextmanager
def _raw(path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT / 1000)
    try:
        yield db
    finally:
        db.close()


def upgrade(place: str, now: str) -> Upgraded | None:
    """Bring an older ledger to the present schema: all of it, or nothing; None when it is there.

    A copy is made first. Triggers are created anew and everything is verified before the commit.
    """
    if is_server(place):
        from qplan.ledger.postgres import schema as server_schema

        version_before = server_schema.upgrade(place, _check_upgraded)
        return None if version_before is None else Upgraded(version_before, None)
    path = file_of(place)
    if not path.is_file():
        raise NoLedger(_("There is no ledger at {path}."), path=path)
    with _raw(path) as db:
        with driver_errors(str(path)):
            application = db.execute("PRAGMA application_id").fetchone()[0]
            version = db.execute("PRAGMA user_version").fetchone()[0]
        if application != APPLICATION_ID:
            raise NoLedger(_("{path} is not a ledger; name another file with --ledger."), path=path)
        if version >= SCHEMA_VERSION:
            SqliteConnection(str(path)).close()  # refuses a newer one
            return None
        kept = path.with_name(f"{path.name}.{stamp(now)}.schema-{version}")
        with draft_beside(kept) as draft:
            _copy(db, draft)
            os.replace(draft, kept)
        try:
            with schema.migrating(db) as connection:
                schema.migrate(connection)
                _check_upgraded(SqliteConnection.over(db, str(path)))
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise QplanError(
                _("The upgrade failed and nothing was changed ({reason}). The ledger is as it was; a copy of it is {copy}."),
                reason=reason, copy=kept,
            ) from error  # fmt: skip
    return Upgraded(version, str(kept))


def _check_upgraded(connection: Connection) -> None:
    """Inside the transaction of an upgrade: what it made must verify."""
    findings = verify(connection).damage
    if is_server(connection.place):  # the departments' rights are made anew afterwards, by roles --apply
        findings = [found for found in findings if found.check != SCHEMA]
    if findings:
        first = findings[0]
        raise NotVerified(f"{first.check}: {first.what}")

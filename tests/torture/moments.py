"""A call of the program that kills itself at the n-th moment at which it changes a file or a ledger.

The call runs in a forked process. A moment is the point just before a file is opened for writing, synced,
renamed, linked or removed, before a folder is made, and before a statement that writes to a ledger; the last
one is the end of the call. The program knows nothing about it: Python reports files, SQLite its statements,
and psycopg's cursors are wrapped.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from qplan.cli.run import run

#: What Python reports of files (see “Audit events table” in its documentation).
_FILES = {"os.rename", "os.link", "os.symlink", "os.remove", "os.truncate", "os.mkdir", "os.rmdir"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_STATEMENTS = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "CREATE", "LOCK", "PRAGMA JOURNAL_MODE =")


class Outcome(NamedTuple):
    """How a call ended: its exit number (None when it was killed), its output, and its moments."""

    code: int | None
    output: str
    moments: list[str]


def call(words: tuple[str, ...], folder: Path, kill_at: int | None = None) -> Outcome:
    """Run the program in a folder, killed at a moment where one is given, counted from 0."""
    record, output = folder.parent / "moments", folder.parent / "output"
    record.write_bytes(b"")
    child = os.fork()
    if child == 0:
        _run(words, folder, record, output, kill_at)
    _pid, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status)
    if killed:
        assert os.WTERMSIG(status) == signal.SIGKILL
    return Outcome(
        None if killed else os.waitstatus_to_exitcode(status),
        output.read_text("utf-8", "replace"),
        record.read_text("utf-8", "replace").splitlines(),
    )


def _run(words: tuple[str, ...], folder: Path, record: Path, output: Path, kill_at: int | None) -> NoReturn:
    """Run the program in this process, which ends with it."""
    code = 99
    try:
        log = os.open(record, os.O_WRONLY | os.O_APPEND)
        os.chdir(folder)
        out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        sys.stdin = open(os.devnull)  # noqa: SIM115 - for the rest of the process
        sys.stdout = open(out, "w", encoding="utf-8")  # noqa: SIM115
        sys.stderr = open(os.dup(out), "w", encoding="utf-8")  # noqa: SIM115
        count = 0

        def moment(name: str) -> None:
            nonlocal count
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1
            os.write(log, f"{name!r}\n".encode("utf-8", "replace"))

        watch(moment, str(folder))
        code = run(list(words))
        sys.stdout.flush()
        sys.stderr.flush()
        moment("end")
    except BaseException:
        import traceback

        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
    finally:
        os._exit(code)


def watch(moment: Any, within: str) -> None:
    """Call ``moment`` at each moment of this process from now on; files outside a folder do not count."""

    def statement(text: Any) -> None:
        words = text if isinstance(text, str) else getattr(text, "decode", lambda: str(text))()
        if words.lstrip().upper().startswith(_STATEMENTS):
            moment(words.lstrip()[:60])

    def audit(event: str, found: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = found
            writes = set(mode) & set("wax+") if mode else flags & _WRITING
            if writes and not isinstance(path, int) and _concerned(path, within):
                moment(f"open {path}")
        elif event in _FILES and _concerned(found[0], within):
            moment(f"{event} {found[:2]}")

    connect, sync = sqlite3.connect, os.fsync

    def traced(*args: Any, **more: Any) -> Any:
        connection = connect(*args, **more)
        connection.set_trace_callback(statement)
        return connection

    def fsync(handle: int) -> None:
        moment("fsync")
        sync(handle)

    sqlite3.connect, os.fsync = traced, fsync  # type: ignore[assignment]
    try:
        import psycopg
    except ImportError:
        pass
    else:
        _wrap(psycopg.Cursor, "execute", statement)
        _wrap(psycopg.Cursor, "executemany", statement)
    sys.addaudithook(audit)


def _concerned(path: Any, folder: str) -> bool:
    return os.path.abspath(os.fsdecode(path)).startswith(folder + os.sep)


def points(moments: list[str]) -> list[int]:
    """The moments at which a call is worth being killed: of many alike in a row the first and the last."""
    kinds = [moment.strip("'\"").split()[0] for moment in moments]
    last = len(kinds) - 1
    return [
        n for n, kind in enumerate(kinds) if n in (0, last) or kinds[n - 1] != kind or kinds[n + 1] != kind
    ]


def _wrap(owner: Any, name: str, statement: Any) -> None:
    was = getattr(owner, name)

    def wrapped(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        statement(query)
        return was(self, query, *args, **more)

    setattr(owner, name, wrapped)

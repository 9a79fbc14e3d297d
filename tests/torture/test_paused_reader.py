"""A reader who stops reading (a pager, a slow pipe) keeps nobody from writing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from attempts import attempt
from ledger import plans, server
from torture.harness import ENVIRONMENT, assert_whole, make, qplan, rounds

#: More than any pipe holds.
TASKS = 1500


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("long") / "ledger.db", plans.plan(TASKS))


@pytest.mark.parametrize(
    "words",
    [
        ("log",),
        ("tasks", "--format", "json"),
        ("overdue", "--format", "csv", "--as-of", "2026-06-30"),
        ("weekly", "--week", "2026-W02", "--format", "html"),
        ("export", "--journal"),
        ("log", "--out", "/dev/stdout"),
    ],
    ids=" ".join,
)
def test_a_paused_reader_keeps_nobody_from_writing(long: Path, words: tuple[str, ...]):
    before = assert_whole(long)
    paused = subprocess.Popen(
        [sys.executable, "-m", "qplan", *words],
        env={**ENVIRONMENT, "QPLAN_LEDGER": str(long)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert paused.stdout is not None
    try:
        first = paused.stdout.read(1)  # it has begun to answer; nobody reads on
        task = f"T1.{before % TASKS + 1}"
        done = qplan(long, "accept", task, timeout=20)
        assert done.returncode == 0, done.stderr
        assert assert_whole(long) == before + 1
        whole, err = paused.communicate(timeout=60)
        assert paused.returncode == 0, err
        assert len(first + whole) > 1 << 16  # the pipe was full all the while
    finally:
        paused.kill()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_an_answer_that_finds_no_room_says_so(long: Path):
    for words in (("log",), ("log", "--out", "/dev/full")):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "qplan", *words], stdout=full, stderr=subprocess.PIPE, text=True,
                env={**ENVIRONMENT, "QPLAN_LEDGER": str(long)}, check=False,
            )  # fmt: skip
        assert done.returncode == 1
        assert "no room left" in done.stderr and "Errno" not in done.stderr


#: Verifies, seals or looks over a ledger and stops itself while the journal is read, as Ctrl-Z would.
SUSPENDED = """
import os, signal, sys
from qplan.cli.run import run
from qplan.ledger.verify import Replay
take = Replay.take
def stop(self, event):
    Replay.take = take
    if event.seq == 1:
        print("suspended", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
    return take(self, event)
Replay.take = stop
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGSTOP")
@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize(
    "words", ["verify", "seal", "doctor", "backup {folder}/copy.db", "move --to {folder}/moved.db"]
)
def test_a_suspended_verification_keeps_nobody_from_writing(
    long: Path, tmp_path: Path, mode: str, words: str
):
    place = tmp_path / "ledger.db"
    shutil.copy(long, place)
    with sqlite3.connect(place) as db:
        db.execute(f"PRAGMA journal_mode = {mode}")
    db.close()
    before = assert_whole(place)
    command = [
        sys.executable,
        "-c",
        SUSPENDED,
        *words.format(folder=tmp_path).split(),
        "--ledger",
        str(place),
    ]
    suspended = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert suspended.stdout is not None
    try:
        assert suspended.stdout.readline() == b"suspended\n"
        for number in range(1, 4):
            done = qplan(place, "accept", f"T1.{number}", timeout=10)
            attempt()
            assert done.returncode == 0, done.stderr
        assert qplan(place, "tasks", timeout=10).returncode == 0
        assert assert_whole(place) == before + 3
        suspended.send_signal(signal.SIGCONT)
        out, err = suspended.communicate(timeout=60)
        # a move that others wrote past says so
        assert suspended.returncode == (3 if words.startswith("move") else 0) or b"WRONG" in out, (out, err)
        assert assert_whole(place) == before + 3
    finally:
        suspended.send_signal(signal.SIGCONT)
        suspended.kill()
        suspended.wait()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGSTOP")
def test_verify_suspended_at_any_moment_keeps_nobody_from_writing(long: Path, tmp_path: Path):
    """But for the moment in which the file is copied, a few milliseconds: those are counted."""
    place = tmp_path / "ledger.db"
    shutil.copy(long, place)
    chance, waited, times = random.Random(5), 0, rounds(6, 60)
    for number in range(1, times + 1):
        command = [sys.executable, "-m", "qplan", "verify", "--ledger", str(place)]
        suspended = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE)
        try:
            time.sleep(chance.random() * 1.2)
            suspended.send_signal(signal.SIGSTOP)
            attempt()
            try:
                # other tests of this ledger have accepted the first ones
                assert qplan(place, "accept", f"T1.{number + 200}", timeout=5).returncode == 0
            except subprocess.TimeoutExpired:
                waited += 1
        finally:
            suspended.send_signal(signal.SIGCONT)
            suspended.communicate(timeout=60)
        assert suspended.returncode == 0
    print(f"waited {waited} of {times} times", file=sys.stderr)
    assert waited <= times // 6


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    database = server.Database()
    yield make(database.url(), plans.plan(TASKS))
    database.drop()


@pytest.mark.skipif(os.name != "posix", reason="needs SIGSTOP")
@pytest.mark.parametrize(
    "words", ["verify", "seal", "doctor", "log", "tasks --format json", "export --journal", "a transaction"]
)
def test_a_reader_of_a_server_who_stops_keeps_nobody_from_writing(remote: str, words: str):
    """Suspended while it verifies, a pager that nobody reads, and a session that is idle in a transaction."""
    before = assert_whole(remote)
    if words == "a transaction":
        idle = "import psycopg, sys, time; c = psycopg.connect(sys.argv[1]); c.execute('SELECT count(*) FROM qplan.event, qplan.task, qplan.ledger'); print('suspended', flush=True); time.sleep(300)"
        command = [sys.executable, "-c", idle, remote]
    else:
        command = [sys.executable, "-c", SUSPENDED, *words.split(), "--ledger", remote]
    stopped = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert stopped.stdout is not None
    try:
        assert stopped.stdout.read(1)  # it has stopped, or has begun to answer and nobody reads on
        since = time.monotonic()
        for number in range(1, 4):
            done = qplan(remote, "accept", f"T1.{before % 1000 + number}", timeout=10)
            attempt()
            assert done.returncode == 0, done.stderr
        assert qplan(remote, "tasks", "--limit", 3, timeout=10).returncode == 0
        assert time.monotonic() - since < 20
        assert assert_whole(remote) == before + 3
        if words != "a transaction":
            stopped.send_signal(signal.SIGCONT)
            _out, err = stopped.communicate(timeout=60)
            assert stopped.returncode in (0, 1) and b"Traceback" not in err, err
    finally:
        stopped.send_signal(signal.SIGCONT)
        stopped.kill()
        stopped.wait()

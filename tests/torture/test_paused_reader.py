"""A reader who stops reading (a pager, a slow pipe) keeps nobody from writing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger import plans
from qplan.cli import outbox
from torture.harness import ENVIRONMENT, assert_whole, make, qplan

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


def test_a_long_answer_waits_in_a_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outbox, "LARGE", 100)
    got: list[object] = []
    outbox.put((f"第 {n} 行\r\n" for n in range(5000)), lambda pieces: got.append("".join(pieces)))
    outbox.put((b"%d\n" % n for n in range(5000)), lambda pieces: got.append(b"".join(pieces)))
    assert got == []
    outbox.flush()
    assert got == [
        "".join(f"第 {n} 行\r\n" for n in range(5000)), b"".join(b"%d\n" % n for n in range(5000)),
    ]  # fmt: skip


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

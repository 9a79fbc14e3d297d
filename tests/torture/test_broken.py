"""Files that are not what they were, disks that are full, folders that cannot be written."""

from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attempts import attempt
from ledger import plans
from qplan.cli.run import run
from qplan.ledger.store import Ledger
from torture.harness import assert_whole, make, qplan, rounds

#: Commands that read, and what each may say of a file that is not sound: never a traceback.
READS = (["tasks"], ["show", "T1.1"], ["overdue"], ["log"], ["weekly"], ["doctor"])


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QPLAN_CONFIG", "")
    monkeypatch.setenv("QPLAN_LANG", "en")


def ask(place: Path, *words: str) -> tuple[int, str, str]:
    """Run the program in this process; anything that is not its own answer goes through."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*words, "--ledger", str(place)])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of several pages with something in every table."""
    path = make(tmp_path_factory.mktemp("sound") / "ledger.db", plans.plan(60))
    done = qplan(path, "update", *(f"T1.{n}" for n in range(1, 40)), "--status", "active", "--yes")
    assert done.returncode == 0, done.stderr
    assert (
        qplan(path, "update", "T1.1", "--progress", 40, "--note", "进展", "--request-id", "r").returncode == 0
    )
    return path


@pytest.fixture(scope="module")
def said(sound: Path) -> str:
    return ask(sound, "export")[1]


class TestWhatIsNoLedger:
    @pytest.mark.parametrize(
        "content", [b"", b"x", b"not a database" * 400, b"SQLite format 3\0" + b"\0" * 4080]
    )
    def test_it_is_a_sentence(self, tmp_path: Path, content: bytes):
        place = tmp_path / "ledger.db"
        place.write_bytes(content)
        for words in (
            *READS,
            ["verify"],
            ["update", "T1", "-p", "1"],
            ["backup", str(tmp_path / "b")],
            ["seal"],
        ):
            code, out, err = ask(place, *words)
            assert code in ((0, 1) if words == ["doctor"] else (2, 3)), (words, err)
            assert "inside qplan" not in err and (out or err).strip()
        assert place.read_bytes() == content
        assert os.listdir(tmp_path) == ["ledger.db"]

    def test_missing_foreign_and_a_folder(self, tmp_path: Path):
        foreign = tmp_path / "foreign.db"
        db = sqlite3.connect(foreign)
        db.execute("CREATE TABLE task (id)")
        db.close()
        for place, word in (
            (tmp_path / "no.db", "no ledger"),
            (foreign, "no qplan ledger"),
            (tmp_path, "folder"),
        ):
            code, _out, err = ask(place, "tasks")
            assert code == 2 and word in err
        assert os.listdir(tmp_path) == ["foreign.db"]


def test_a_truncated_file_is_never_taken_for_whole(sound: Path, said: str, tmp_path: Path):
    data = sound.read_bytes()
    place = tmp_path / "ledger.db"
    for length in range(1, len(data), len(data) // rounds(25, 200)):
        place.write_bytes(data[:length])
        attempt()
        code, _out, err = ask(place, "verify")
        assert code in (2, 3), length
        assert "inside qplan" not in err, err
        for words in READS:
            ask(place, *words)


def test_flipped_bits_are_told_or_harmless(
    sound: Path, said: str, tmp_path: Path, record_property: Callable[[str, object], None]
):
    """After verify said yes, the rows are the rows. No flip is answered with a traceback."""
    data = sound.read_bytes()
    place = tmp_path / "ledger.db"
    chance = random.Random(17)
    found = harmless = 0
    for _round in range(rounds(60, 400)):
        bit = chance.randrange(len(data) * 8)
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        place.write_bytes(spoilt)
        attempt()
        code, _out, err = ask(place, "verify")
        assert code in (0, 2, 3), (bit, code, err)
        answers = [ask(place, *words) for words in READS]
        assert not any("inside qplan" in err for _code, _out, err in answers), (bit, answers)
        if code == 0:
            harmless += 1
            after = ask(place, "export")
            assert after[0] != 0 or after[1] == said, bit
        else:
            found += 1
        for beside in tmp_path.glob("ledger.db-*"):
            beside.unlink()
    assert found > harmless / 4, (found, harmless)
    record_property("flips", f"{found} {harmless}")


class TestAFullDisk:
    def acknowledged_or_not(self, place: Path) -> int:
        """Update until it fails; how many were acknowledged. A failure is a sentence, and changes nothing."""
        before = assert_whole(place)
        done = 0
        for n in range(400):
            answer = qplan(place, "update", "T1.1", "--note", f"{n} " + "x" * 1900)
            attempt()
            if answer.returncode != 0:
                assert answer.returncode == 1
                assert "disk" in answer.stderr.lower(), answer.stderr
                break
            done += 1
        else:
            pytest.fail("the disk never filled")
        assert assert_whole(place) == before + done
        return done

    def test_a_small_file_system(self, sound: Path, tmp_path: Path):
        mounted = ["mount", "-t", "tmpfs", "-o", "size=320k", "tmpfs", str(tmp_path)]
        if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mounted, capture_output=True).returncode:
            pytest.skip("a small file system cannot be mounted here")
        try:
            place = tmp_path / "ledger.db"
            shutil.copy(sound, place)
            self.acknowledged_or_not(place)
            failed = qplan(place, "backup", tmp_path / "copy.db")
            assert failed.returncode == 1 and "disk is full" in failed.stderr.lower(), failed.stderr
            assert sorted(os.listdir(tmp_path)) == ["ledger.db"]
            other = qplan(tmp_path / "new.db", "load")
            assert other.returncode == 1, other.stderr
            assert sorted(os.listdir(tmp_path)) == ["ledger.db"]
        finally:
            subprocess.run(["umount", str(tmp_path)], check=True)

    def test_a_limit_on_the_size_of_files(self, sound: Path, tmp_path: Path):
        """Where nothing can be mounted: the system refuses to let the file grow."""
        place = tmp_path / "ledger.db"
        shutil.copy(sound, place)
        limit = place.stat().st_size + 20_000
        before, done = assert_whole(place), 0
        while True:
            answer = qplan(
                place, "update", "T1.1", "--note", f"{done} " + "x" * 1900,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
            )  # fmt: skip
            attempt()
            if answer.returncode != 0:
                break
            done += 1
        assert answer.returncode == 1 and "disk" in answer.stderr.lower(), answer.stderr
        assert assert_whole(place) == before + done
        assert qplan(place, "update", "T1.1", "--note", "room again").returncode == 0


def _bound() -> None:
    """Drop CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH from what the next program may have."""
    import ctypes

    libc = ctypes.CDLL(None)
    for capability in (1, 2):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


class TestWhatCannotBeWritten:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Iterator[Path]:
        yield tmp_path
        tmp_path.chmod(0o755)

    def as_somebody(self, place: Path, *words: str) -> subprocess.CompletedProcess[str]:
        """Run as a user whom permissions bind; root is bound once it gave up its right to pass by them."""
        return qplan(place, *words, preexec_fn=_bound if os.geteuid() == 0 else None)

    def test_a_read_only_file_is_read_and_not_written(self, folder: Path, sound: Path):
        place = folder / "ledger.db"
        shutil.copy(sound, place)
        place.chmod(0o444)
        folder.chmod(0o555)
        before = place.read_bytes()
        assert self.as_somebody(place, "tasks").returncode == 0
        assert self.as_somebody(place, "verify").returncode == 0
        for words in (["update", "T1.1", "-p", "50"], ["undo"]):
            refused = self.as_somebody(place, *words)
            assert refused.returncode == 1 and "cannot be written" in refused.stderr, (words, refused)
        wrong = self.as_somebody(place, "doctor")
        assert wrong.returncode == 1 and "WRONG" in wrong.stdout
        assert place.read_bytes() == before

    def test_a_folder_where_nothing_can_be_made(self, folder: Path):
        folder.chmod(0o555)
        for words in (["load"], ["import", __file__]):
            refused = self.as_somebody(folder / "ledger.db", *words)
            assert refused.returncode in (1, 2) and refused.stderr.strip(), words
        assert os.listdir(folder) == []

    def test_a_file_of_somebody_else(self, folder: Path, sound: Path):
        place = folder / "ledger.db"
        shutil.copy(sound, place)
        place.chmod(0o000)
        refused = self.as_somebody(place, "tasks")
        assert refused.returncode in (1, 2) and "permissions" in refused.stderr


def test_after_a_crash_a_reader_recovers(sound: Path, tmp_path: Path):
    """A hot journal beside the file: a read-only open cannot roll it back, yet the reader must see the truth."""
    place = tmp_path / "ledger.db"
    shutil.copy(sound, place)
    crash = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE task SET note = hex(randomblob(500))")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", crash, str(place)], check=False)
    assert Path(f"{place}-journal").exists()
    assert place.read_bytes() != sound.read_bytes()
    assert ask(place, "tasks")[0] == 0
    assert_whole(place)
    with Ledger.open(str(place)) as ledger:
        assert ledger.task("T1.1").note == "进展"

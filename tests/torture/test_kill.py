"""Killed without warning, interrupted, read by nobody: what was acknowledged is there, and is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attempts import attempt
from ledger import plans
from qplan.ledger.store import Ledger
from torture.harness import ENVIRONMENT, assert_whole, make, rounds, start
from torture.test_concurrency import WRITER, active

#: Makes a first load, or a second one that changes every title, of a plan large enough to be hit.
LOADER = """
import sys
from datetime import date
from ledger import plans
from qplan.core.model import Actor
from qplan.service import actions, load
place, word = sys.argv[1:]
order = actions.WriteContext(Actor("loader", "zlb"), "2024-03-01T02:00:00Z", date(2024, 3, 1), date(2024, 3, 1))
plan = plans.plan(3000, **{f"t{i}": f"{word} {i}" for i in range(1, 3001)})
print("begin", flush=True)
load.load(place, plan, order)
print("done", flush=True)
"""


def finished(worker: subprocess.Popen[str], after: float, how: signal.Signals = signal.SIGKILL) -> str:
    time.sleep(after)
    worker.send_signal(how)
    return worker.communicate()[0]


#: Rounds on one ledger: each verifies its whole journal, so that a longer one takes ever more time and shows no more.
ROUNDS = 10


def test_every_acknowledged_update_is_there(tmp_path: Path):
    chance, acknowledged = random.Random(7), 0
    for number in range(rounds(8, 100)):
        if number % ROUNDS == 0:
            place = active(tmp_path / f"{number}.db", 8)
        workers = [start(WRITER, place, me, 10_000) for me in range(2)]
        first = [worker.stdout.readline() for worker in workers if worker.stdout]
        said = [line + finished(w, chance.random() * 0.3) for line, w in zip(first, workers, strict=True)]
        attempt(len(workers))
        assert_whole(place)
        with Ledger.open(str(place)) as ledger:
            notes = {str(e.seq): e.body for e in ledger.events()}
        for line in "".join(text[: text.rfind("\n") + 1] for text in said).splitlines():
            seq, note, _waited = line.split(" ")
            assert f'"note":"{note}"' in notes[seq]
            acknowledged += 1
    assert acknowledged


def test_a_killed_load_is_all_or_nothing(tmp_path: Path):
    chance, went = random.Random(11), set()
    for number in range(rounds(8, 100)):
        if number % ROUNDS == 0:
            place, word = tmp_path / f"{number}.db", "A"
        before = _titles(place)
        worker = start(LOADER, place, word)
        assert worker.stdout is not None and worker.stdout.readline() == "begin\n"
        said = finished(worker, chance.random() * 1.2)
        attempt()
        after = _titles(place)
        assert after in (before, word)
        if said == "done\n":
            assert after == word
        went.add("kept" if after == before else "loaded")
        if after is not None:
            assert_whole(place)
            word = "B" if after == "A" else "A"
    assert "loaded" in went or _titles(place) is None


def _titles(place: Path) -> str | None:
    """The one word that all titles begin with; None while there is no ledger."""
    if not place.exists():
        return None
    with Ledger.open(str(place)) as ledger:
        words = {t.title[0] for t in ledger.tasks() if t.id.startswith("T1.")}
    assert len(words) == 1
    return words.pop()


def test_ctrl_c_leaves_before_or_after(tmp_path: Path):
    place = make(tmp_path / "ledger.db")
    chance = random.Random(13)
    codes = []
    for n in range(rounds(8, 60)):
        before = assert_whole(place)
        action = ("active", "blocked")[0] if n == 0 else None
        words = ["--status", action] if action else ["--note", f"n{n}"]
        command = [sys.executable, "-m", "qplan", "update", "T1.1", *words]
        worker = subprocess.Popen(
            command, env={**ENVIRONMENT, "QPLAN_LEDGER": str(place)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )  # fmt: skip
        if n:
            time.sleep(chance.random() * 0.25)
            worker.send_signal(signal.SIGINT)
        _out, err = worker.communicate()
        codes.append(worker.returncode)
        attempt()
        written = assert_whole(place) - before
        assert written == 1 if worker.returncode == 0 else written in (0, 1)
        # before the program itself runs, Python's own start-up may be hit: nothing of ours is to blame
        assert worker.returncode in (0, 130, -signal.SIGINT) or "site.py" in err or "<frozen" in err, err
    assert codes[0] == 0


@pytest.mark.parametrize(
    "command", ["tasks", "log", "tasks --format json", "export --journal", "export", "--help"]
)
def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path, command: str):
    place = make(tmp_path / "ledger.db", plans.plan(3000))
    line = f"set -o pipefail; {sys.executable} -m qplan {command} | head -1"
    done = subprocess.run(
        ["bash", "-c", line], env={**ENVIRONMENT, "QPLAN_LEDGER": str(place)}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_a_closed_stream_is_a_sentence_at_most(tmp_path: Path):
    place = make(tmp_path / "ledger.db")
    for stream in (">&-", "2>&-", ">&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m qplan tasks {stream}"],
            env={**ENVIRONMENT, "QPLAN_LEDGER": str(place)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr and done.returncode in (0, 1), (stream, done)


def test_a_full_output_is_told(tmp_path: Path):
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    place = make(tmp_path / "ledger.db")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qplan", "tasks"], env={**ENVIRONMENT, "QPLAN_LEDGER": str(place)},
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "no room left" in done.stderr and "Traceback" not in done.stderr


def test_an_entry_that_was_taken_is_no_failure_of_a_full_output(tmp_path: Path):
    """Whoever sees a failure repeats the command, and the entry would be there twice."""
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    place = make(tmp_path / "ledger.db")
    with Ledger.open(str(place)) as ledger:
        before = ledger.head().seq
    for words in (("T1.1", "--note", "完成主体工程"), ("T1.1", "--note", "x" * 3000)):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "qplan", "update", *words],
                env={**ENVIRONMENT, "QPLAN_LEDGER": str(place), "QPLAN_LANG": "en"},
                stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        with Ledger.open(str(place)) as ledger:
            written = ledger.head().seq - before
        taken = len(words[2]) < 2000
        assert (done.returncode == 0) is taken and written == 1, done
        assert ("has taken the command" in done.stderr) is taken

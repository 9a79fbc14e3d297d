"""Many processes on one file: nothing lost, nobody refused for a lock, no half of anything seen."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attempts import attempt
from ledger import plans, server
from qplan.core.events import changes_in
from qplan.ledger.store import Ledger
from torture.harness import LONG, assert_whole, make, qplan, rounds, start

PROCESSES = 16
#: Seconds that no writer waits longer, opening the ledger and its own work included: what long rounds hold. Short ones,
#: which run beside other tests, hold the same in turns, the time in which the ledger takes one entry: 5 s at 80 a second.
LONGEST_WAIT, LONGEST_TURNS = 5, 400

WRITER = """
import os, sys, time
from datetime import date
from qplan.core.model import Actor
from qplan.ledger.store import Ledger
from qplan.service import actions
place, me, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
order = actions.WriteContext(Actor(f"w{me}", "zlb"), "2024-03-01T02:00:00Z", date(2024, 3, 1), date(2024, 3, 1))
with Ledger.open(place):
    pass  # the driver is imported before a wait is measured
for n in range(times):
    since = time.monotonic()
    with Ledger.open(place, write=True) as ledger:
        # half of them all on one task, half each on its own
        task = "T1.1" if n % 2 else f"T1.{me + 2}"
        note = f"{me}/{n}/{os.getpid()}"
        (done,) = actions.take(ledger, [task], "report", {"note": note}, order)
    print(done.seq, note, time.monotonic() - since, flush=True)
"""

LOADER = """
import sys
from datetime import date
from ledger import plans
from qplan.core.model import Actor
from qplan.service import actions, load
place, times = sys.argv[1], int(sys.argv[2])
order = actions.WriteContext(Actor("loader", "zlb"), "2024-03-01T02:00:00Z", date(2024, 3, 1), date(2024, 3, 1))
for n in range(times):
    word = "AB"[n % 2]
    load.load(place, plans.plan(40, **{f"t{i}": f"{word} {i}" for i in range(1, 41)}), order)
print("done")
"""


def active(place: Path | str, number: int) -> Path | str:
    """Return a new ledger with so many tasks that are worked on since the day of the writers' entries."""
    make(place, plans.plan(number))
    tasks = " ".join(f"T1.{n}" for n in range(1, number + 1))
    done = qplan(place, *f"update {tasks} --status active --on 2024-03-01 --yes".split())
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    database = server.Database() if request.param == "server" else None
    path = active(tmp_path / "ledger.db" if database is None else database.url(), PROCESSES + 2)
    yield path
    if database is not None:
        database.drop()


def test_sixteen_processes_lose_nothing(place: Path | str, record_property: Callable[[str, object], None]):
    before = assert_whole(place)
    each = rounds(15, 250)
    since = time.monotonic()
    workers = [start(WRITER, place, me, each) for me in range(PROCESSES)]
    said = [worker.communicate()[0].split("\n")[:-1] for worker in workers]
    turn = (time.monotonic() - since) / (each * PROCESSES)
    assert [worker.returncode for worker in workers] == [0] * PROCESSES
    lines = [line.split(" ") for line in itertools.chain(*said)]
    acknowledged = {seq: note for seq, note, _waited in lines}
    # fair: SQLite's own wait let one of them wait 27 s, which was more than 3,000 turns
    longest = max(float(waited) for _seq, _note, waited in lines)
    record_property("waits", f"{longest:.1f} {longest / turn:.0f}")
    assert longest < LONGEST_WAIT or (not LONG and longest < LONGEST_TURNS * turn)
    assert len(acknowledged) == each * PROCESSES
    attempt(len(acknowledged))
    assert assert_whole(place) == before + each * PROCESSES
    with Ledger.open(str(place)) as ledger:
        for event in ledger.events()[before:]:
            assert acknowledged[str(event.seq)] == changes_in(event)["after"]["note"]


def test_a_reader_sees_before_or_after_a_load_and_nothing_between(tmp_path: Path):
    place = make(tmp_path / "ledger.db", plans.plan(40, **{f"t{i}": f"B {i}" for i in range(1, 41)}))
    seen: set[str] = set()
    for _again in range(10):  # a busy machine may let all loads of one pass between two reads
        loader = start(LOADER, place, rounds(10, 100))
        while loader.poll() is None:
            with Ledger.open(str(place)) as ledger:
                first = {t.title[0] for t in ledger.tasks() if t.id.startswith("T1.")}
                again = {t.title[0] for t in ledger.tasks() if t.id.startswith("T1.")}
            assert len(first) == 1 and first == again
            seen |= first
        assert loader.communicate()[0] == "done\n"
        if seen == {"A", "B"}:
            break
    assert seen == {"A", "B"}
    assert_whole(place)


def test_two_first_loads_make_one_ledger(tmp_path: Path):
    place = tmp_path / "ledger.db"
    workers = [start(LOADER, place, 1, stderr=-3) for _n in range(4)]
    codes = [(worker.communicate(), worker.returncode)[1] for worker in workers]
    assert 0 in codes
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.db"]
    assert_whole(place)


def test_a_stale_writer_gets_exit_4_and_a_sentence(place: Path | str):
    with Ledger.open(str(place)) as ledger:
        seen = ledger.task("T1.1").version
    assert qplan(place, "update", "T1.1", "--progress", 10, "--if-version", seen).returncode == 0
    late = qplan(place, "update", "T1.1", "--progress", 20, "--if-version", seen)
    assert late.returncode == 4
    assert "changed meanwhile" in late.stderr and "qplan show T1.1" in late.stderr
    with Ledger.open(str(place)) as ledger:
        assert ledger.task("T1.1").progress == 10


def test_a_retried_command_writes_once_however_many_retry(place: Path | str):
    before = assert_whole(place)
    command = ("update", "T1.1", "--progress", 10, "--request-id", "r-1")
    answers = [qplan(place, *command) for _n in range(3)]
    assert [a.returncode for a in answers] == [0, 0, 0]
    assert assert_whole(place) == before + 1

"""Many clients at once, clients that die, a server that restarts: nothing forks, nothing is lost, nothing doubles.

An ordinary run is short; ``QPLAN_TORTURE=long`` runs 16 clients with 4,000 updates.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from attempts import attempt
from ledger import plans, server
from qplan.core.model import Change
from qplan.ledger import create
from qplan.ledger.postgres import rights
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

LONG = os.environ.get("QPLAN_TORTURE") == "long"
CLIENTS, EACH = (16, 250) if LONG else (6, 15)


class Client:
    """A client process."""

    def __init__(self, url: str, name: str, updates: int, first: int = 0) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("client.py")), url, name, str(updates), str(first)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def until_open(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "open\n", self.process.communicate()

    def result(self) -> tuple[int, dict[str, int], str]:
        """How it ended, the entry acknowledged for each request, what it said."""
        # the same reader that saw “open”: it may have read further already
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        out, said = self.process.stdout.read(), self.process.stderr.read()
        self.process.wait(timeout=300)
        assert "Traceback" not in said, said
        lines = (line.split() for line in out.splitlines() if line != "open")
        return self.process.returncode, {words[1]: int(words[0]) for words in lines if len(words) > 1}, said


def start(database: server.Database, url: str | None = None) -> None:
    with create.new_ledger(database.url(), plans.RECORDED) as ledger:
        plans.fill(ledger)
    with Ledger.open(database.url(), write=True) as ledger:
        with ledger.transaction():
            rows = [ledger.task(f"T1.{n}") for n in range(1, 5)]
            ledger.append(
                [
                    Change(
                        "task.accept",
                        r.id,
                        {"status": r.status, "accepted_on": None, "last_update": None, "version": r.version},
                        {
                            "status": "active",
                            "accepted_on": plans.ENTRY.effective_on,
                            "last_update": plans.ENTRY.effective_on,
                        },
                    )
                    for r in rows
                ],
                plans.ENTRY,
            )
        rights.apply(ledger.connection, database.name)


@pytest.fixture
def database():
    made = server.Database()
    start(made)
    yield made
    made.drop()


def check(database: server.Database, acknowledged: dict[str, int]) -> list[str]:
    """The chain holds, and every acknowledged update is in it once, at the number that was told."""
    with Ledger.open(database.url()) as ledger:
        assert verify(ledger.connection).findings == []
        entries = ledger.events()
        requests = {e.seq: e.body.partition('"request":"')[2].rstrip('"}') for e in entries}
        assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    written = [request for request in requests.values() if request]
    assert max(Counter(written).values()) == 1
    assert all(requests[seq] == request for request, seq in acknowledged.items())
    return written


def test_many_clients_at_once(database: server.Database):
    lead = database.admit(f"{database.name}_dept_scjg")
    office = database.admit(f"{database.name}_office")
    places = [database.url(), lead, office]
    clients = [Client(places[n % 3], f"c{n}", EACH) for n in range(CLIENTS)]
    acknowledged: dict[str, int] = {}
    for client in clients:
        code, said, error = client.result()
        assert (code, error) == (0, "")
        acknowledged |= said
    assert len(check(database, acknowledged)) == len(acknowledged) == CLIENTS * EACH
    attempt(len(acknowledged))


def test_clients_that_are_killed_lose_nothing_that_was_acknowledged(database: server.Database):
    chance = random.Random(7)
    lead = database.admit(f"{database.name}_dept_scjg")
    clients = [Client((lead, database.url())[n % 2], f"k{n}", 10_000) for n in range(4)]
    for client in clients:
        client.until_open()
    for client in clients:
        attempt()
        time.sleep(chance.uniform(0.1, 0.4))
        client.process.send_signal(signal.SIGKILL)
    acknowledged: dict[str, int] = {}
    for client in clients:
        code, said, _error = client.result()
        assert code == -signal.SIGKILL
        acknowledged |= said
    assert acknowledged
    written = check(database, acknowledged)
    assert len(acknowledged) <= len(written) <= len(acknowledged) + len(clients)
    # and whoever comes next is not held up by the dead
    code, said, error = Client(database.url(), "next", 3).result()
    assert (code, len(said), error) == (0, 3, "")


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_is_a_sentence_and_a_retry_writes_nothing_twice(mode: str):
    programs = server.programs()
    if programs is None:
        server.missing("no PostgreSQL server of our own to restart: install postgresql")
        raise AssertionError
    own = server.Server(programs)
    try:
        database = server.Database(own)
        start(database)
        client = Client(database.url(), "r", 100_000)
        client.until_open()
        time.sleep(0.5)
        own.stop(mode)
        code, acknowledged, said = client.result()
        assert code == 1 and "request id" in said and len(said.splitlines()) == 1
        own.start()
        last = len(acknowledged)  # the one whose answer was lost, once more, and two further ones
        code, more, said = Client(database.url(), "r", last + 3, last).result()
        assert (code, len(more), said) == (0, 3, "")
        database.admin.close()
        assert len(check(database, acknowledged | more)) == last + 3
    finally:
        own.remove()


#: Ends its own session on the server, then writes many rows: whatever the driver has to say of it is no answer of ours.
ENDED = """
import sys, psycopg
from qplan.errors import QplanError
from qplan.ledger.store import Ledger

url = sys.argv[1]
with Ledger.open(url, write=True) as ledger:
    connection = ledger.connection
    number = connection.rows("SELECT pg_backend_pid()")[0][0]

    def rows():
        yield ("a", 1, 1)
        with psycopg.connect(url) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [number])
        yield from ((f"b{n}", n, n) for n in range(2, 50_000))

    try:
        connection.many("INSERT INTO request (id, first_seq, last_seq) VALUES (:id, :first_seq, :last_seq)", rows())
    except QplanError as error:
        print(type(error).__name__)
"""


def test_a_session_that_ends_inside_a_batch_is_one_error_and_nothing_of_the_drivers(
    database: server.Database,
):
    done = subprocess.run(
        [sys.executable, "-c", ENDED, database.url()],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("QplanError\n", "")

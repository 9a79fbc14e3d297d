"""The same commands on a file and on a PostgreSQL server, and psql with the same statement.

    python benchmarks/bench_postgres.py [--tasks 2000] [--events 10000] [--runs 7] [--json FILE]

The server is the one that ``QPLAN_TEST_PG_URL`` names, else Debian's in a temporary folder with its
default durability (fsync on). Whole processes are timed, start-up included, as people wait for them;
then the statements alone, in one process, as a service would run them. Medians; the ratios are to the
file, and to psql. The figures hold for the machine they were taken on.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from ledger import server  # noqa: E402
from qplan.core.model import Actor, TaskFilter  # noqa: E402
from qplan.ledger import statements, transfer  # noqa: E402
from qplan.ledger.store import Ledger  # noqa: E402
from qplan.service import actions  # noqa: E402
from qplan.service.actions import WriteContext  # noqa: E402

ENVIRON = {
    **os.environ,
    "PYTHONPATH": str(ROOT / "src"),
    "QPLAN_CONFIG": "",
    "QPLAN_LANG": "en",
    "QPLAN_ACTOR": "bench",
}


def median(run: Callable[[], Any], runs: int) -> float:
    """The median of some runs in milliseconds, after one that does not count."""
    run()
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def process(command: list[str], place: str) -> Callable[[], Any]:
    environ = {**ENVIRON, "QPLAN_LEDGER": place}
    return lambda: subprocess.run(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True
    )


def literal(statement: str, values: dict[str, Any]) -> str:
    """A statement with its values written in, for psql."""
    for name, value in sorted(values.items(), key=lambda item: -len(item[0])):
        statement = statement.replace(f":{name}", str(value) if isinstance(value, int) else f"'{value}'")
    return f"SET search_path = qplan; {statement}"


def one_of(place: str, wanted: TaskFilter) -> tuple[str, str]:
    """An open task and one that is done, by the filter's order."""
    with Ledger.open(place) as ledger:
        return ledger.tasks(wanted)[0].id, ledger.plan().office


def compare(file: str, url: str, runs: int) -> dict[str, dict[str, float]]:
    today = date.today().isoformat()  # the bench stands where the command line stands
    late = TaskFilter(open=True, due_before=today, sort="deadline")
    task, _office = one_of(file, TaskFilter(status="active", limit=1))
    queries = {
        "overdue": statements.tasks(late),
        "show one": (statements.by_id("task"), {"id": task}),
        "log": (statements.EVENTS_LAST, {"seq": 2**31 - 1, "until": "9999-12-31", "limit": 20}),
    }
    commands = {
        "overdue": ["overdue", "--format", "csv"],
        "show one": ["show", task],
        "log": ["log", "--format", "csv"],
        "weekly": ["weekly", "--format", "csv"],
        "verify": ["verify"],
        "update": ["update", task, "--note", "measured"],
    }
    found: dict[str, dict[str, float]] = {}
    count = 0
    for name, words in commands.items():
        command = [sys.executable, "-m", "qplan", *words]
        row = {}
        for engine, place in (("file", file), ("server", url)):

            def call(place: str = place, command: list[str] = command, name: str = name) -> None:
                nonlocal count
                count += 1  # a report that says nothing new is refused
                extra = [f"measured {count}"] if name == "update" else []
                process([*command[:-1], *extra] if extra else command, place)()

            row[engine] = median(call, runs)
        if name in queries and shutil.which("psql"):
            row["psql"] = median(process(["psql", "-qXAt", url, "-c", literal(*queries[name])], url), runs)
        found[f"process: {name}"] = row
    with Ledger.open(file, write=True) as on_file, Ledger.open(url, write=True) as on_server:
        for name, (statement, given) in queries.items():
            found[f"statement: {name}"] = {
                engine: median(partial(one.connection.rows, statement, **given), runs * 5)
                for engine, one in (("file", on_file), ("server", on_server))
            }

        def write(one: Ledger) -> None:
            nonlocal count
            count += 1
            day = date.today()
            order = WriteContext(Actor("bench", one.plan().office), "2026-01-01T00:00:00Z", day, day)
            actions.take(one, [task], "report", {"note": f"measured {count}"}, order)

        found["transaction: update"] = {
            engine: median(partial(write, one), runs * 5)
            for engine, one in (("file", on_file), ("server", on_server))
        }
    return found


def show(found: dict[str, dict[str, float]]) -> None:
    print(f"{'':22}{'file ms':>9}{'server ms':>11}{'server/file':>13}{'psql ms':>9}{'server/psql':>13}")
    for name, row in found.items():
        psql = row.get("psql")
        print(
            f"{name:22}{row['file']:9.2f}{row['server']:11.2f}{row['server'] / row['file']:13.2f}"
            + (f"{psql:9.2f}{row['server'] / psql:13.2f}" if psql else "")
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    server.SETTINGS = tuple(setting for setting in server.SETTINGS if not setting.startswith("fsync"))
    try:
        database = server.Database()
    except pytest.skip.Exception as missing:
        sys.stderr.write(f"{missing}: skipped\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "bench.db")
        made = [sys.executable, str(ROOT / "benchmarks" / "synthetic.py"), "ledger"]
        sizes = ["--tasks", str(asked.tasks), "--events", str(asked.events), file]
        subprocess.run([*made, *sizes], env=ENVIRON, check=True, stdout=subprocess.DEVNULL)
        try:
            begun = time.perf_counter()
            head = transfer.move(file, database.url())
            moved = time.perf_counter() - begun
            database.admin.execute("SELECT 1")
            found = compare(file, database.url(), asked.runs)
        finally:
            database.drop()
    print(f"{asked.tasks} tasks, {head.seq} entries; moved to the server in {moved:.1f} s")
    show(found)
    if asked.json:
        told = {"tasks": asked.tasks, "events": head.seq, "move_s": round(moved, 2), "ms": found}
        Path(asked.json).write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()

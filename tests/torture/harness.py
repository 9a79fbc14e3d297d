"""What the rough tests share: the program in processes of its own, and how long to go on.

``QPLAN_TORTURE=long`` runs the rounds whose figures stand in docs/reliability.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeVar

from ledger import plans
from qplan.core.model import Plan
from qplan.ledger import create
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

Place = TypeVar("Place", Path, str)

LONG = os.environ.get("QPLAN_TORTURE") == "long"
SOURCE = Path(__file__).parents[2] / "src"
TESTS = Path(__file__).parents[1]

# Not measured by coverage, whose own data would meet the same full disks, limits and kills as the ledger.
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("QPLAN_", "COVERAGE_"))},
    "PYTHONPATH": os.pathsep.join((str(SOURCE), str(TESTS))),
    "QPLAN_CONFIG": "",
    "QPLAN_LANG": "en",
    "QPLAN_ACTOR": "tester",
    "PYTHONUTF8": "1",
    "NO_COLOR": "1",
}


def rounds(short: int, long: int) -> int:
    """How often: a few times in an ordinary run, as often as the promise says in a long one."""
    return long if LONG else short


def qplan(place: Path | str, *words: Any, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the program; its streams and exit code."""
    command = [sys.executable, "-m", "qplan", *map(str, words)]
    env = {**ENVIRONMENT, "QPLAN_LEDGER": str(place)}
    done = subprocess.run(
        command,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        **more,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def start(script: str, *words: Any, **more: Any) -> subprocess.Popen[str]:
    """Start a worker: a script of this folder's tests, given its words."""
    command = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, encoding="utf-8", **more
    )


def make(place: Place, whole: Plan | None = None) -> Place:
    """A ledger with the small plan."""
    with create.new_ledger(str(place), plans.RECORDED) as ledger:
        plans.fill(ledger, whole)
    return place


def assert_whole(place: Path | str) -> int:
    """The ledger verifies; how many entries it has."""
    with Ledger.open(str(place)) as ledger:
        verdict = verify(ledger.connection)
    assert verdict.findings == []
    return verdict.events

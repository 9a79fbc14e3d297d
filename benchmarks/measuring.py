"""What a process costs, and what two processes cost beside each other."""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
#: Lines and columns of the terminal that tables are drawn on.
SCREEN = (50, 160)
#: What would change what is measured: without compiled modules every start compiles them anew.
DISTURBING = ("PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES", "NO_COLOR")


class Missing(Exception):
    """What a comparison needs is not here: it is skipped."""


class Run(NamedTuple):
    """What one process cost.

    The kernel counts the memory of the process that starts another as the other's until that one
    has loaded its own program: a peak below this program's (some 25 MiB) does not show.
    """

    wall: float  #: seconds
    cpu: float  #: seconds of user and system time
    peak: float  #: MiB of resident memory


Call = Callable[[], Run]


class Measured(NamedTuple):
    """Two calls run in turn: the medians of the pairs' ratios, and of each side."""

    ratios: Run
    ours: Run
    theirs: Run
    pairs: int

    def document(self) -> dict[str, Any]:
        return {"pairs": self.pairs, **{name: getattr(self, name)._asdict() for name in self._fields[:3]}}


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """The variables of a measured process: nobody's own settings of the program."""
    kept = {n: v for n, v in os.environ.items() if n not in DISTURBING and not n.startswith("QPLAN_")}
    kept["XDG_STATE_HOME"] = os.path.join(tempfile.gettempdir(), f"qplan-state-{os.getpid()}")
    return {**kept, "QPLAN_CONFIG": "", "QPLAN_LANG": "en", "QPLAN_ACTOR": "bench", **(more or {})}


def call(
    words: Sequence[str], more: dict[str, str] | None = None, stdin: str = "", wanted: tuple[int, ...] = (0,)
) -> Run:
    """Run a command once, its output thrown away.

    Raises Missing without the program, RuntimeError for an exit code that is not wanted.
    """
    begun = time.perf_counter()
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=environment(more), cwd=ROOT,
        )  # fmt: skip
    except FileNotFoundError:
        raise Missing(f"{words[0]} is not installed") from None
    with process:
        assert process.stdin is not None and process.stderr is not None
        with suppress(BrokenPipeError):  # one that ends at once is told by its exit code
            process.stdin.write(stdin.encode())
            process.stdin.close()
        return _ended(process, begun, process.stderr.read(), wanted)


def on_terminal(words: Sequence[str]) -> Run:
    """The same on a terminal that shows colours, whose screen is read and thrown away."""
    screen, device = pty.openpty()
    termios.tcsetwinsize(device, SCREEN)
    begun = time.perf_counter()
    with subprocess.Popen(
        words, stdin=device, stdout=device, stderr=device, env=environment({"TERM": "xterm-256color", "QPLAN_PAGER": ""}),
        cwd=ROOT, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(device)
        said = b""
        try:
            while read := os.read(screen, 65536):
                said = (said + read)[-65536:]
        except OSError:  # how a terminal ends when nobody writes on it any more
            pass
        os.close(screen)
        return _ended(process, begun, said, (0,))


def _ended(process: subprocess.Popen[bytes], begun: float, said: bytes, wanted: tuple[int, ...]) -> Run:
    _pid, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in wanted:
        last = (said.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
        raise RuntimeError(f"{process.args!r}: exit {process.returncode}: {last}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(ours: Call, theirs: Call, pairs: int) -> Measured:
    """A B A B …, after one of each that fills the caches."""
    ours(), theirs()
    taken = [(ours(), theirs()) for _ in range(pairs)]
    ratios = _medians([Run(a.wall / b.wall, a.cpu / b.cpu, a.peak / b.peak) for a, b in taken])
    return Measured(ratios, _medians([a for a, _b in taken]), _medians([b for _a, b in taken]), pairs)


def _medians(runs: list[Run]) -> Run:
    return Run(*map(statistics.median, zip(*runs, strict=True)))

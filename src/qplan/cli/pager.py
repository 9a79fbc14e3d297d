"""A pager for what is longer than the terminal, chosen and started as git does it.

``QPLAN_PAGER`` comes before ``PAGER``, then ``less`` with the options ``FRX``, unless ``LESS`` has others;
an empty one and ``cat`` are none. A pager that is not installed is none either.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from qplan.cli.output import to_stdout

#: What less does unless LESS says so: end by itself on one screen, show colours, leave the text there.
LESS = "FRX"
#: Characters for which a shell runs the command.
_SHELL = frozenset("|&;<>()$`\\\"' \t\n*?[#~=%")
#: What a shell returns for a command that it could not run.
_NOT_RUN = (126, 127)


def command(environ: Mapping[str, str]) -> str:
    """Return the pager's command; an empty text for none."""
    chosen = environ.get("QPLAN_PAGER", environ.get("PAGER"))
    if chosen is None:
        chosen = "" if environ.get("TERM") == "dumb" else "less"
    return "" if chosen.strip() == "cat" else chosen.strip()


def page(pieces: Iterator[str]) -> None:
    """Write the pieces of an answer to the terminal, through the pager where they are longer than it."""
    read: list[str] = []
    lines, height = 0, _height()
    for piece in pieces:
        read.append(piece)
        lines += piece.count("\n")
        if lines >= height:
            break
    pager = command(os.environ) if lines >= height else ""
    if pager:
        read.extend(pieces)
        if _run(pager, read):
            return
    to_stdout(iter(read))
    to_stdout(pieces)


def _height() -> float:
    """Return how many lines the terminal has; the variable ``LINES`` comes first. What is no terminal of the
    system, where a pager could show something, has no end.
    """
    try:
        lines = os.get_terminal_size(sys.stdout.fileno()).lines
        return int(os.environ.get("LINES") or 0) or lines or 24
    except (ValueError, OSError):
        return math.inf


def _run(pager: str, pieces: Iterable[str]) -> bool:
    """Let the pager show an answer until it is closed; return whether it could be started.

    A pager that is closed early is no error. Until it ends, an interrupt is meant for it.
    """
    import signal
    import subprocess

    words: Any = ["sh", "-c", pager] if os.name != "nt" and _SHELL & set(pager) else pager.split()
    sys.stdout.flush()
    kept = signal.signal(signal.SIGINT, lambda *_: None)  # one that is ignored would be so for the pager too
    try:
        process = subprocess.Popen(  # noqa: S603 - the user names it
            words, stdin=subprocess.PIPE, env={"LESS": LESS, "LV": "-c", **os.environ}
        )
    except OSError:
        signal.signal(signal.SIGINT, kept)
        return False
    encoding = sys.stdout.encoding or "utf-8"
    try:
        with suppress(BrokenPipeError), process.stdin as pipe:  # type: ignore[union-attr]
            pipe.writelines(piece.encode(encoding, "replace") for piece in pieces)
        return process.wait() not in _NOT_RUN
    finally:
        signal.signal(signal.SIGINT, kept)

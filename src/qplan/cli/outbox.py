"""The answer of a command, kept until its ledger is closed.

While a ledger is open for reading nobody can write to it, and a reader at the other end of a pipe may
pause for hours (``qplan log | less``). So a command makes its whole answer first and closes the
ledger; only then does :func:`flush` write the answer, in the order in which it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Sink = Callable[[Iterator[Any]], None]
_waiting: list[tuple[Iterable[Any], Sink]] = []
_written: list[bool] = []


def put(pieces: Iterable[Any], sink: Sink) -> None:
    """Make an answer now, whole or not at all; ``sink`` gets its pieces at :func:`flush`."""
    _waiting.append((list(pieces), sink))


def flush() -> None:
    """Write the answers that wait."""
    while _waiting:
        pieces, sink = _waiting.pop(0)
        sink(iter(pieces))


def mark_written() -> None:
    """Record that the ledger has taken what the command wrote: an answer for which the disk has no space is then no failure."""
    _written.append(True)


def has_written() -> bool:
    """Whether the ledger has taken what the command wrote."""
    return bool(_written)


def clear() -> None:
    """Drop the answers that wait."""
    _waiting.clear()
    _written.clear()

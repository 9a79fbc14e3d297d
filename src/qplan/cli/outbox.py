"""The answer of a command, kept until its ledger is closed.

While a ledger is open for reading nobody can write to it, and a reader at the other end of a pipe may
pause for hours (``qplan log | less``). So a command makes its whole answer first and closes the
ledger; only then does :func:`flush` write the answer, in the order in which it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

#: Characters (or bytes) of one answer kept in memory; a longer one waits in a temporary file.
LARGE = 1 << 25

Sink = Callable[[Iterator[Any]], None]
_waiting: list[tuple[Iterable[Any], Sink]] = []
_written: list[bool] = []


def put(pieces: Iterable[Any], sink: Sink) -> None:
    """Make an answer now, whole or not at all; ``sink`` gets its pieces at :func:`flush`."""
    kept: list[Any] = []
    size = 0
    source = iter(pieces)
    while some := list(islice(source, 1000)):
        kept += some
        size += sum(map(len, some))
        if size > LARGE:
            _waiting.append((_aside(kept, source), sink))
            return
    _waiting.append((kept, sink))


def _aside(kept: list[Any], rest: Iterator[Any]) -> Iterator[Any]:
    """Return the pieces from a temporary file, in pieces of another size."""
    from tempfile import TemporaryFile

    file: Any
    if isinstance(kept[0], str):
        file = TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="")  # noqa: SIM115
    else:
        file = TemporaryFile()  # noqa: SIM115
    file.writelines(kept)
    kept.clear()
    file.writelines(rest)
    file.seek(0)
    return _read(file)


def _read(file: Any) -> Iterator[Any]:
    with file:
        while piece := file.read(1 << 16):
            yield piece


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

"""A progress bar of long work."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qplan.cli.session import Session

#: Bytes to read from which on it is shown.
LONG = 2_000_000

Step = Callable[[int, int], None]


@contextmanager
def progress(session: Session) -> Iterator[Callable[..., Step | None]]:
    """A progress bar on stderr for long work; nothing where nobody sees it."""
    if session.quiet or not sys.stderr.isatty():
        yield lambda _title, _long=LONG: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True, no_color=session.no_color or None), transient=True)

    def begin(title: str, long: int = LONG) -> Step:
        task = None

        def step(done: int, total: int) -> None:
            nonlocal task
            if total < long and task is None:
                return
            if task is None:
                bar.start()
                task = bar.add_task(title, total=total)
            bar.update(task, completed=done, total=total)

        return step

    try:
        yield begin
    finally:
        bar.stop()

"""The tours of the READMEs, played: each ``$ qplan …`` of a console block and what it prints.

They are played in a folder that holds ``examples``; a block that begins by making a plan of a file
(``$ qplan plan …``) is played in an empty folder of its own, with a new ledger.

``python tools/tours.py PAGE`` prints the page as the program answers it now; ``make generate`` writes it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = {"README.md": "en", "README.zh-CN.md": "zh"}
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
#: The id of the ledger that the pages work on.
LEDGER = "5f1c0a77de0b9a42"
#: Lines of one answer that a page shows.
SHOWN = 24


class Screen(io.StringIO):
    """A terminal of 100 columns without colour."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Tables are drawn as on a screen."""
        return True


def played(page: str) -> str:
    """The page with every console block as the program answers it now."""
    from qplan.cli import settings
    from qplan.ledger import schema

    text = (ROOT / page).read_text(encoding="utf-8")

    def fixed(created_at: str, ident: str | None) -> dict[str, str]:
        """The identity of every ledger of the pages: the hashes of receipts follow from it."""
        return identity(created_at, LEDGER)

    former, clock, identity = dict(os.environ), settings.now, schema.identity
    os.environ.update(
        QPLAN_LANG=PAGES[page], QPLAN_ACTOR="office", QPLAN_CONFIG="", COLUMNS="100", NO_COLOR="1"
    )
    settings.now = lambda: NOW
    schema.identity = fixed
    try:
        with _playground(), tempfile.TemporaryDirectory() as state:
            os.environ["XDG_STATE_HOME"] = state
            return BLOCK.sub(lambda found: f"```console\n{_block(found[1])}```", text)
    finally:
        settings.now = clock
        schema.identity = identity
        os.environ.clear()
        os.environ.update(former)


@contextlib.contextmanager
def _playground() -> Iterator[None]:
    """A folder with the examples in which commands run, and a place for their ledger."""
    former = {"QPLAN_LEDGER": os.environ.get("QPLAN_LEDGER", "")}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(ROOT / "examples", "examples")
        os.environ["QPLAN_LEDGER"] = f"{folder}/ledger.db"
        try:
            yield
        finally:
            os.environ.update(former)


def _block(text: str) -> str:
    commands = [line for line in text.splitlines() if line.startswith("$ qplan")]
    if not commands:
        return text
    makes_a_plan = commands[0].startswith("$ qplan plan ")
    with _playground() if makes_a_plan else contextlib.nullcontext():
        return "\n".join(f"{command}\n{_answer(command)}" for command in commands)


def _answer(command: str) -> str:
    from qplan.cli.run import run

    screen = Screen()
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        run(shlex.split(command)[2:])
    # the place and identity of the ledger differ from run to run
    text = re.sub(r"/\S*/ledger\.db", "ledger.db", screen.getvalue())
    text = re.sub(r"\b[0-9a-f]{64}\b", "…", re.sub(r"\b[0-9a-f]{16}\b", "…", text))
    lines = [line.rstrip() for line in text.rstrip().splitlines()]
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], "…"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(played(sys.argv[1]))

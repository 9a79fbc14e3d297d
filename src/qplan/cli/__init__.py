"""The command line: parse, call, view, write. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import gc
import os
import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command; the number is the exit code of the process (the console script)."""
    # A command lives for a moment and makes no rubbish worth a search; importing and reading long
    # lists is markedly faster without one.
    gc.disable()
    try:
        if "_QPLAN_COMPLETE" in os.environ:
            from qplan.cli.complete import answer

            if answer(os.environ):
                return 0
        from qplan.cli.run import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return 130

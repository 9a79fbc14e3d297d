"""The command line: parse, call, view, write. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import gc
import os
import sys


def program() -> int:
    """The console script: run one command, and end the process as soon as its answer is out.

    Every file and ledger is closed by then. To take the interpreter down module by module would be
    a seventh of a daily command; it is done where somebody watches (a profiler, a debugger, ``-i``).
    """
    code = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        code = code or 1
    if sys.gettrace() is None and sys.getprofile() is None and not sys.flags.inspect:
        os._exit(code)
    return code


def main(argv: list[str] | None = None) -> int:
    """Run one command; the number is the exit code of the process."""
    # A command lives for a moment and makes no rubbish worth a search; importing and reading long
    # lists is markedly faster without one.
    gc.disable()
    try:
        if "_QPLAN_COMPLETE" in os.environ:
            from qplan.cli.run import complete

            return complete()
        from qplan.cli.run import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return 130

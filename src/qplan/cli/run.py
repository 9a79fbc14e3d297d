"""One call of the program from its words to its exit number, and the one boundary for errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from qplan import i18n
from qplan.cli import direct, outbox, route, settings, table
from qplan.errors import BadFile, QplanError, system_words
from qplan.i18n import _


def run(argv: Sequence[str], commands: Mapping[str, table.Entry] | None = None) -> int:
    """Run the command that the words name; every error becomes one sentence and a number."""
    debug = "--debug" in argv or bool(os.environ.get("QPLAN_DEBUG"))
    _lenient_streams()
    outbox.clear()
    try:
        try:
            code = _run(argv, table.COMMANDS if commands is None else commands)
        finally:
            # every ledger is closed by now, so that whoever reads slowly keeps nobody from writing
            outbox.flush()
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        if debug:
            raise
        sys.stderr.write("\n")
        return 130
    except BrokenPipeError:
        # Whoever read us (head, less) has had enough: no error. Nothing must be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if debug:
            import traceback

            traceback.print_exception(error)
        sentence, code = told(error)
        _complain(sentence, "--no-color" not in argv)
        return code


def _run(argv: Sequence[str], commands: Mapping[str, table.Entry]) -> int:
    lang = route.given(argv, "--lang")
    # The config file may be the problem: its errors are told in the language known so far.
    i18n.use(settings.language_of(lang, os.environ, {}))
    config = settings.read_config(os.environ)
    i18n.use(settings.language_of(lang, os.environ, config))
    if "_QPLAN_COMPLETE" in os.environ:
        from qplan.cli.app import complete

        return complete(commands)
    name, args = route.route(argv, commands)
    code = None if name is None else direct.execute(name, args, commands[name], config)
    if code is None:
        from qplan.cli.app import execute

        code = execute(name, args, commands, config)
    return code


def told(error: BaseException) -> tuple[str, int]:
    """The sentence for an error, and the exit number."""
    if isinstance(error, BadFile):
        faults = sum(not problem.remark for problem in error.problems)
        told = _("{number} problem(s); nothing was written.") if error.writes else _("{number} problem(s).")
        total = told.format(number=faults)
        return "\n".join([*map(str, error.problems), total]), error.exit
    if isinstance(error, QplanError):
        return str(error), error.exit
    if isinstance(error, UnicodeEncodeError):
        # the streams replace what they cannot show: only bytes given as text end here
        return _("What you gave holds bytes that are not text; give it in UTF-8."), 2
    # Told apart by module, so that no driver is imported only to be compared with.
    if type(error).__module__.split(".")[0] in ("sqlite3", "sqlalchemy", "psycopg"):
        return _database(str(error).splitlines()[0] if str(error) else type(error).__name__), 1
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{system_words(error)}", 1
    return (
        _(
            "Something went wrong inside qplan ({kind}: {what}). "
            "Please run it again with --debug and report what it prints."
        ).format(kind=type(error).__name__, what=error),
        1,
    )


def _database(what: str) -> str:
    if "locked" in what or "busy" in what:
        return _("The ledger is busy: somebody else is writing. Try again in a moment.")
    if "full" in what:
        return _("The disk is full; nothing was written.")
    if "readonly" in what:
        return _("The ledger may not be written here: check the rights on the file and its folder.")
    if "malformed" in what or "not a database" in what or "decode" in what:
        return _("The ledger is damaged ({what}). Run “qplan verify”, then restore a backup.").format(
            what=what
        )
    return _("The ledger cannot be used: {what}.").format(what=what)


def _complain(sentence: str, color: bool) -> None:
    from qplan.cli.output import color_wanted
    from qplan.render.cells import clean

    text = clean(sentence)
    if color and color_wanted(sys.stderr):
        text = f"\x1b[31m{text}\x1b[0m"
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        return  # nobody listens


def _lenient_streams() -> None:
    # Who closes a stream (a service, ``>&-``) wants nothing from it.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
    # A console that cannot show a character shows a question mark, and never a traceback.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")

"""One call of the program from its words to its exit number, and the one place that catches errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

import qplan
from qplan import i18n
from qplan.cli import completion, outbox, settings, usage
from qplan.cli.app import app
from qplan.cli.lazy import program
from qplan.errors import BadFile, BadInput, QplanError, system_words
from qplan.i18n import _

#: The exit number of a command that was interrupted.
INTERRUPTED = 130


def run(argv: Sequence[str]) -> int:
    """Run the command that the words name; every error becomes one sentence and a number."""
    debug = "--debug" in argv or bool(os.environ.get("QPLAN_DEBUG"))
    _prepare_streams()
    outbox.clear()
    qplan.state_folder = settings.own_folder("state")
    code, failure = 0, None
    try:
        code = _run(argv)
    except KeyboardInterrupt:
        if debug:
            raise
        code = INTERRUPTED
    except BrokenPipeError as error:
        _nobody_reads(error)
    except Exception as error:
        failure, code = error, explained(error)[1]
    try:
        # every ledger is closed by now, so that whoever reads slowly keeps nobody from writing
        outbox.flush()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError as error:
        _nobody_reads(error)
    except Exception as error:
        if failure is None and code == 0 and outbox.has_written():  # a repeated command would write it twice
            text = _(
                "The ledger has taken the command; only its answer could not be written: {error}. See: qplan log"
            )
            failure = QplanError(text, error=explained(error)[0])
        else:
            failure, code = failure or error, code or explained(error)[1]
    if failure is not None:
        _report(failure, debug, "--no-color" not in argv)
    elif code == INTERRUPTED:
        sys.stderr.write("\n")
    return code


def _nobody_reads(error: BrokenPipeError) -> None:
    """Let the rest of the output go nowhere: who read it (head, less) has had enough.

    That is no error, and the command's own number is what the process returns.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: Exception, debug: bool, color: bool) -> None:
    if debug:
        import traceback

        traceback.print_exception(error)
    _complain(explained(error)[0], color)


def _run(argv: Sequence[str]) -> int:
    language = option_value(argv, "--lang")
    # The config file may be the problem: its errors are reported in the language known so far.
    i18n.use(i18n.preferred(os.environ))
    if language is not None:
        i18n.use(settings.language_of(language, {}))
    config = settings.sound_config()
    try:
        i18n.use(settings.language_of(language, config))
    except BadInput as error:
        config.fault = config.fault or error
    return execute(argv, config)


def execute(argv: Sequence[str], config: Mapping[str, str]) -> int:
    """Let Typer run the command; its usage errors become BadInput."""
    try:
        result: Any = program(app)(list(argv), prog_name="qplan", standalone_mode=False, obj=config)
    except (typer.Abort, EOFError):
        raise QplanError(_("Nothing was changed.")) from None
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        raise BadInput(usage.sentence(error)) from error
    if result == INTERRUPTED:  # what Typer makes of a KeyboardInterrupt
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def complete() -> int:
    """Write the completions that the shell asks for; an error writes nothing into a half-typed line."""
    try:
        config = settings.read_config()
        language = option_value(completion.words_typed(os.environ), "--lang")
        i18n.use(settings.language_of(language, config))
        completion.prepare(os.environ)
        program(app)([], prog_name="qplan", obj=config)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except Exception:
        if os.environ.get("QPLAN_DEBUG"):
            raise
    return 0


def option_value(argv: Sequence[str], option: str) -> str | None:
    """Return the value that an option has anywhere on the command line; the last one applies."""
    value = None
    for place, word in enumerate(argv):
        if word == "--":
            break
        if word == option and place + 1 < len(argv):
            value = argv[place + 1]
        elif word.startswith(f"{option}="):
            value = word[len(option) + 1 :]
    return value


def explained(error: BaseException) -> tuple[str, int]:
    """Return the sentence for an error, and the exit number."""
    if isinstance(error, BadFile):
        faults = sum(not problem.warning for problem in error.problems)
        counted = (
            _("{number} problem(s); nothing was written.") if error.writes else _("{number} problem(s).")
        )
        total = counted.format(number=faults)
        return "\n".join([*map(str, error.problems), total]), error.exit
    if isinstance(error, QplanError):
        return str(error), error.exit
    if isinstance(error, UnicodeEncodeError):
        # the streams replace what they cannot show: only bytes given as text end here
        return _("What you gave holds bytes that are not text; give it in UTF-8."), 2
    if isinstance(error, OSError) and error.strerror:
        if not error.filename and not _has_working_folder():
            return _("The folder that you are in is not there any more; change to another one."), 1
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{system_words(error)}", 1
    return (
        _(
            "Something went wrong inside qplan ({kind}: {what}). "
            "Please run it again with --debug and report what it prints."
        ).format(kind=type(error).__name__, what=error),
        1,
    )


def _has_working_folder() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


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


def _prepare_streams() -> None:
    # Who closes a stream (a service, ``>&-``) wants nothing from it.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
    # A console that cannot show a character shows a question mark, and never a traceback.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")

"""Where answers go: data to stdout or a file, notices and questions to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from qplan.cli import outbox
from qplan.cli.session import Session
from qplan.errors import BadInput, QplanError, of_file
from qplan.i18n import _
from qplan.render import FORMATS, Options, check_format, chunks, format_of
from qplan.views import View


def emit(view: View, session: Session) -> None:
    """Write a view: ``--format``, else the suffix of ``--out``, else a table.

    A terminal gets a table fitted to it, a pipe or a file an aligned one with nothing cut.
    """
    if session.gathered is not None:
        session.gathered.add(None, view, lambda _where, one: emit(one, session._replace(gathered=None)))
        return
    format = chosen_format(session)
    if session.out and session.out != "-":
        encoding = "utf-8-sig" if FORMATS[format].mark else "utf-8"
        save(chunks(view, format, Options()), session.out, session, encoding)
        say(_("Written: {path}"), session, path=session.out)
        return
    out = sys.stdout
    options = Options(
        terminal=out.isatty(),
        width=width() if out.isatty() else 0,
        color=not session.no_color and color_wanted(out),
        ascii=not speaks_unicode(out),
        draw=can_draw(out),
    )
    pieces = chunks(view, format, options)
    if format == "html" and not options.terminal and hasattr(out, "buffer"):
        pieces = _encoded(pieces, "utf-8")  # as the page itself says, whatever the console speaks
    first = next(pieces, "")
    if isinstance(first, bytes) and (options.terminal or not hasattr(out, "buffer")):
        raise BadInput(_("{format} is not for a screen; give --out FILE."), format=format)
    sink = _delimited_to_stdout if format in ("csv", "tsv") else to_stdout
    if options.terminal and not session.no_pager:
        from qplan.cli.pager import page as sink
    outbox.put(chain((first,), pieces), sink)


def _delimited_to_stdout(pieces: Iterator[Any]) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(newline="")  # Windows would write CR CR LF
    to_stdout(pieces)


def to_stdout(pieces: Iterator[Any]) -> None:
    """Write pieces of an answer, text or bytes, after what was written before."""
    out: Any = sys.stdout
    for first in pieces:
        if isinstance(first, bytes):
            out.flush()
            out = out.buffer
        out.write(first)
        out.writelines(pieces)


def _to_stderr(pieces: Iterator[Any]) -> None:
    sys.stdout.flush()
    with suppress(BrokenPipeError):  # nobody reads the notices; the answer on stdout has other readers
        sys.stderr.writelines(pieces)


def chosen_format(session: Session) -> str:
    """The format that the options ask for."""
    if session.format:
        return check_format(session.format)
    if session.out and session.out != "-" and not _is_device(session.out):
        found = format_of(session.out)
        if found is None:
            known = " ".join(suffix for known in FORMATS.values() for suffix in known.suffixes)
            raise BadInput(
                _("The name {path} does not tell the format; end it with one of {known}, or give --format."),
                path=session.out,
                known=known,
            )
        return found
    return "table"


def _is_device(path: str) -> bool:
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def save(pieces: Iterator[Any], path: str, session: Session, encoding: str = "utf-8") -> None:
    """Write an answer to a file, whole or not at all; BadInput for a file that must not be written over."""
    from qplan import files  # here: most answers go to the screen
    from qplan.cli import protection

    path = os.path.expanduser(path)
    if _is_device(path):
        outbox.put(_encoded(pieces, encoding), partial(_to_device, path))
        return
    protection.check_output(path, session)
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise BadInput(_("{path} is a folder; name a file."), path=path)
    if not os.path.isdir(folder):
        raise BadInput(_("There is no folder {path}."), path=folder)
    try:
        files.write(path, _encoded(pieces, encoding))
    except OSError as error:
        raise of_file(error, path) from error


def _to_device(path: str, pieces: Iterator[bytes]) -> None:
    try:
        with open(path, "wb") as device:
            device.writelines(pieces)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise of_file(error, path) from error


def _encoded(pieces: Iterator[Any], encoding: str) -> Iterator[bytes]:
    for piece in pieces:
        yield piece if isinstance(piece, bytes) else piece.encode(encoding, "replace")
        encoding = "utf-8"  # the mark stands once, at the beginning


def say(text: str, session: Session, **values: object) -> None:
    """A notice with its values, on stderr; ``--quiet`` silences it."""
    if not session.quiet:
        from qplan.render.cells import clean

        outbox.put((f"{clean(text.format(**values) if values else text)}\n",), _to_stderr)


def print_line(text: str, **values: object) -> None:
    """A line of data with its values, on stdout, with what could steer a terminal taken out."""
    from qplan.render.cells import clean

    outbox.put((f"{clean(text.format(**values) if values else text)}\n",), to_stdout)


def confirm(question: str, session: Session, **values: object) -> None:
    """Go on only if the answer to a question with its values is yes.

    ``--yes`` answers beforehand; without a terminal to ask on this refuses, exit 2.
    """
    if session.yes:
        return
    question = question.format(**values) if values else question
    if not asks():
        raise BadInput(_("{question} There is no terminal to ask on: add --yes to go on."), question=question)
    answers = _("[y/N]")
    if ask(f"{question} {answers}").lower() not in ("y", "yes", "是"):
        raise QplanError(_("Nothing was changed."))


def asks() -> bool:
    """Whether there is a terminal to ask on."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Return the line that is typed as the answer to a question, without blanks around it; EOFError at the end."""
    outbox.flush()
    sys.stdout.flush()
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise EOFError
    return line.strip()


def width() -> int:
    """Columns of the terminal; the variable ``COLUMNS`` comes first."""
    return max(20, shutil.get_terminal_size().columns)


def color_wanted(stream: Any) -> bool:
    """Whether a stream is a terminal that shows colour and nobody asked for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    return os.name != "nt" or _windows_shows_color()


def can_draw(stream: Any) -> bool:
    """Whether line-drawing characters come out, and one cell wide.

    The old Windows console draws them two cells wide where the code page is Chinese.
    """
    return speaks_unicode(stream) and (os.name != "nt" or bool(os.environ.get("WT_SESSION")))


def speaks_unicode(stream: Any) -> bool:
    """Whether every character can be written to a stream."""
    return (getattr(stream, "encoding", None) or "").lower().startswith("utf")


def _windows_shows_color() -> bool:
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - it exists on Windows alone
    ok = False
    for number in (-11, -12):
        handle, mode = kernel.GetStdHandle(number), ctypes.c_ulong()
        if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            ok = bool(kernel.SetConsoleMode(handle, mode.value | 4)) or ok
    return ok

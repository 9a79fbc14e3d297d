"""Commands that change the ledger."""

from typing import Annotated, Any

from qplan.cli.options import Argument, Option
from qplan.cli.output import confirm, emit, print_line, say
from qplan.cli.session import writing
from qplan.cli.settings import Context, parse_number
from qplan.core.workflow import parse_status
from qplan.errors import BadInput
from qplan.i18n import _

#: More tasks than this are not changed without being asked.
MANY = 3

Ids = Annotated[list[str], Argument(metavar="ID...", help=_("One or several tasks."))]
Note = Annotated[str | None, Option("--note", "-m", metavar="TEXT", help=_("Progress in words."))]
Version = Annotated[
    str | None,
    Option(
        "--if-version", "--version", metavar="N", help=_("Only if it is still at the version you looked at.")
    ),
]
Request = Annotated[
    str | None,
    Option("--request-id", metavar="KEY", help=_("A retry with the same key writes nothing twice.")),
]


def update(
    ctx: Context,
    ids: Annotated[list[str] | None, Argument(metavar="ID...", help=_("One or several tasks."))] = None,
    status: Annotated[
        str | None, Option("--status", "-s", metavar="STATUS", help=_("New status: code or label."))
    ] = None,
    progress: Annotated[
        str | None, Option("--progress", "-p", metavar="0-100", help=_("Percent done."))
    ] = None,
    note: Note = None,
    difficulty: Annotated[str | None, Option(metavar="TEXT", help=_("What hinders the work."))] = None,
    needs: Annotated[str | None, Option(metavar="TEXT", help=_("What help is needed."))] = None,
    next_: Annotated[str | None, Option("--next", metavar="TEXT", help=_("The next step."))] = None,
    evidence: Annotated[
        list[str] | None,
        Option(
            metavar="FILE|URL|NO",
            help=_("Evidence: a file, an address or a document number; may be given several times."),
        ),
    ] = None,
    owner: Annotated[str | None, Option(metavar="NAME", help=_("The responsible person."))] = None,
    from_: Annotated[
        str | None,
        Option(
            "--from",
            metavar="FILE|-",
            help=_("Many at once, all or nothing: CSV with a header line, or a JSON object a line."),
        ),
    ] = None,
    if_version: Version = None,
    request_id: Request = None,
) -> None:
    """Report on tasks and move them through the cycle."""
    given = {
        "progress": None if progress is None else parse_progress(progress),
        "note": note, "difficulty": difficulty, "needs": needs, "next_step": next_, "owner": owner,
        "evidence": several(evidence) if evidence else None,
    }  # fmt: skip
    if from_ is not None:
        if ids or status or if_version or any(value is not None for value in given.values()):
            raise BadInput(_("--from takes everything from the file: give no ids and no fields beside it."))
        from_file(ctx, from_, request_id)
        return
    if not ids:
        raise BadInput(_("Which tasks? Give their ids, or --from FILE."))
    if status is None and all(value is None for value in given.values()):
        raise BadInput(
            _(
                "Nothing to update: give --status, --progress, --note, --difficulty, --next, --evidence or --owner."
            )
        )
    perform(ctx, ids, None, given, if_version, request_id, None if status is None else parse_status(status))


def perform(
    ctx: Context, ids: list[str], action: str | None, given: dict[str, Any],
    if_version: str | None = None, request: str | None = None, status: str | None = None,
) -> None:  # fmt: skip
    """Take one action on tasks: ask where there are many, write, and say what changed."""
    from qplan.service import actions

    ids = split_ids(ids)
    if not ids:
        raise BadInput(_("Which tasks? Give their ids."))
    number = len({ident.lower() for ident in ids})
    if number > MANY and not ctx.dry_run:
        confirm(_("This changes {n} tasks.").format(n=number), ctx)
    with writing(ctx) as (ledger, order):
        careful = with_care(order, if_version, request)
        written = actions.take(ledger, ids, action, with_departments(ledger, given), careful, status)
        receipts(ctx, written, careful.on.isoformat(), ledger)


def from_file(ctx: Context, path: str, request: str | None) -> None:
    """Take what a file says of many tasks as one command."""
    import sys

    from qplan.service import actions, report_files

    if path == "-":
        name, data = _("standard input"), sys.stdin.buffer.read()
    else:
        with open(path, "rb") as file:
            name, data = path, file.read()
    lines, faults = report_files.read(name, data)
    if len(lines) > MANY and not ctx.dry_run and not faults:
        confirm(_("This changes {n} tasks.").format(n=len(lines)), ctx)
    with writing(ctx) as (ledger, order):
        written = actions.take_each(ledger, name, lines, order._replace(request=request), faults)
        receipts(ctx, written, order.on.isoformat(), ledger)


def undo(
    ctx: Context,
    seq: Annotated[
        str | None,
        Argument(
            metavar="[SEQ]",
            help=_("The entry's number; by default the last one, for a department its own last one."),
        ),
    ] = None,
    request_id: Request = None,
) -> None:
    """Take an entry of the journal back by appending its inverse, which can be undone in turn."""
    from qplan.service import actions

    number = None if seq is None else parse_number(seq, _("The entry's number"))
    with writing(ctx) as (ledger, order):
        written = actions.undo(ledger, number, order._replace(request=request_id))
        receipts(ctx, written, order.on.isoformat(), ledger)


def with_care(order: Any, if_version: str | None, request: str | None) -> Any:
    """The order, bound to the version that was looked at and to the key of a retried command."""
    expected = None if if_version is None else parse_number(if_version, "--if-version")
    return order._replace(expected=expected, request=request)


def with_departments(ledger: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The fields given, departments by their ids; ``--support`` takes several, an empty one none."""
    from qplan.core.names import find_department

    found = dict(given)
    if given.get("lead"):
        found["lead"] = find_department(given["lead"], ledger.departments()).id
    if given.get("support") is not None:
        departments = ledger.departments()
        texts = [text for one in given["support"] for text in _parts(one)]
        found["support"] = " ".join(dict.fromkeys(find_department(text, departments).id for text in texts))
    return found


def several(texts: list[str]) -> str:
    """Several pieces of evidence as the one text that is kept: one a line."""
    if not all(text.strip() for text in texts):
        raise BadInput(
            _("{options}: the text is empty; write one, or leave it out.").format(options="--evidence")
        )
    return "\n".join(texts)


def split_ids(texts: list[str]) -> list[str]:
    """Ids as people string them together: ``T1,T2``, ``T1、T2``, ``"T1 T2"``."""
    return [one for text in texts for one in _parts(text)]


def _parts(text: str) -> list[str]:
    for separator in "、，,；;":
        text = text.replace(separator, " ")
    return text.split()


def receipts(ctx: Context, written: list[Any], on: str, ledger: Any) -> None:
    """Say what a write changed: a line each on a screen, or in the format asked for."""
    from qplan.views import detail

    for text in dict.fromkeys(r.after["evidence"] for r in written if r.after.get("evidence")):
        from qplan.service.actions import unread

        for path in unread(text):
            say(
                _("Evidence “{path}” is no file that can be read here: only its name is kept.").format(
                    path=path
                ),
                ctx,
            )
    if ctx.format:
        emit(detail.receipts(on, written, ledger.head()), ctx)
        return
    if written:
        print_line("\n".join(map(detail.receipt_line, written)))
    else:
        say(_("Nothing changed."), ctx)


def parse_progress(text: str) -> int:
    """Percent as people type it: ``40`` or ``40%``."""
    from qplan.core.names import plain

    digits = plain(text).rstrip("%")
    if not (digits.isascii() and digits.isdigit()) or int(digits) > 100:
        raise BadInput(_("Progress is a whole number from 0 to 100, not {value}.").format(value=text))
    return int(digits)

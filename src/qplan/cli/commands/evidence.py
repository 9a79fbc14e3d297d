"""The command that lists evidence, checks it and copies it out."""

import os
from pathlib import Path
from typing import Annotated

from qplan import files
from qplan.cli import folder
from qplan.cli.commands.update import Ids
from qplan.cli.evidence import store_of
from qplan.cli.options import option
from qplan.cli.output import emit, say
from qplan.cli.selection import Selection, query_of, with_filters
from qplan.cli.session import Context, Session, reading
from qplan.cli.values import split_ids
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.service import evidence as service
from qplan.service import queries
from qplan.service.evidence import Piece


@with_filters()
def evidence(
    ctx: Context,
    selection: Selection,
    ids: Ids = None,
    out: Annotated[
        str | None,
        option("Write the list to a file, or copy the evidence into a folder.", "FILE|DIR", "--out", "-o"),
    ] = None,
) -> None:
    """List the evidence of tasks and whether it is still as it was given; with --out DIR copy it out."""
    named = split_ids(ids or [])
    if named and selection.given:
        raise BadInput(_("Give the ids of tasks or filters such as --dept, not both."))
    with reading(ctx.obj) as snapshot:
        if named:
            tasks = [snapshot.ledger.task(text) for text in dict.fromkeys(named)]
        else:
            tasks = [item.task for item in queries.tasks(snapshot, query_of(snapshot, selection))]
        with snapshot.ledger.connection.paused():
            pieces = [piece for task in tasks for piece in service.pieces_of(task, store_of(ctx.obj))]
        into = folder.folder_of(out, ctx.obj)
        if into is None:
            from qplan.views import evidence as views

            emit(views.view(snapshot, pieces), ctx.obj._replace(out=out))
            return
    _copy_out(pieces, into, ctx.obj)


def _copy_out(pieces: list[Piece], into: str, session: Session) -> None:
    """Copy what can be read into a folder, each file by its task and name; Refused where another file is in the way."""
    place = Path(folder.checked_folder(into, session))
    found: dict[Path, bytes] = {}
    for piece in pieces:
        if piece.path is None:
            if piece.digest is not None:
                say(_("{id}: {name} is missing; it was not copied."), session, id=piece.task, name=piece.text)
            continue
        with service.opened(Path(piece.path)) as file:
            data = file.read()
        name = files.file_name(f"{piece.task} {os.path.basename(piece.text)}")
        path = place / name
        if found.get(path, data) != data:
            path = place / files.file_name(
                f"{piece.task} {str(piece.digest)[:8]} {os.path.basename(piece.text)}"
            )
        found[path] = data
    if found:
        refusal = _("{path} is there already and holds something else; name another folder.")
        folder.write_once(place, found, session, refusal)
    else:
        say(_("No evidence was given."), session)

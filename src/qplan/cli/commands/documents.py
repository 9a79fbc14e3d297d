"""Commands that make documents: a notice, a calendar, a web page."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from qplan.cli import completion
from qplan.cli.options import Dept
from qplan.cli.output import emit
from qplan.cli.session import Context, day_of, department, reading
from qplan.core.model import GROUP, TaskFilter
from qplan.errors import BadInput, QplanError
from qplan.i18n import N_, _
from qplan.service import queries
from qplan.service import weekly as weeks

PAGE = "dashboard.html"


def notice(
    ctx: Context,
    ident: Annotated[
        str, typer.Argument(metavar="ID", autocompletion=completion.tasks, help=N_("A task or column item."))
    ],
) -> None:
    """Draft the supervision notice (督办通知单) of a task; with --out FILE.docx as a Word document."""
    from qplan.views import notice as views

    with reading(ctx.obj) as snapshot:
        detail = queries.task(snapshot, ident)
        if detail.item.task.kind == GROUP:
            raise BadInput(
                _("{id} is a heading; a notice is about one task below it.").format(id=detail.item.task.id)
            )
        emit(views.order(snapshot, detail, ctx.obj.templates), ctx.obj)


def calendar(ctx: Context, dept: Dept = None) -> None:
    """Deadlines and milestones; with --out FILE.ics as a calendar that other programs subscribe to."""
    from qplan.views import agenda

    with reading(ctx.obj) as snapshot:
        emit(agenda.view(snapshot, department(snapshot.departments.values(), dept)), ctx.obj)


def dashboard(
    ctx: Context,
    dept: Dept = None,
    show: Annotated[bool, typer.Option("--open", help=N_("Show it in the web browser."))] = False,
) -> None:
    """Write the plan as it stands today as one web page that needs no network."""
    from qplan.core.calendar import Week
    from qplan.ledger.store import Ledger
    from qplan.views import weekly as views

    with Ledger.open(ctx.obj.ledger) as ledger:
        day = day_of(ctx.obj, ledger.plan())
        chosen = department(ledger.departments(), dept)
        if ctx.obj.format is None and ctx.obj.out is None and (show or sys.stdout.isatty()):
            ctx.obj = ctx.obj._replace(out=PAGE)
        named = ctx.obj.format or (ctx.obj.out and ctx.obj.out != "-")
        only = TaskFilter(lead=chosen)
        with weeks.weekly(ledger, day, Week.of(day), only, ctx.obj.at_seq) as (snapshot, content):
            view = views.weekly(snapshot, content, chosen, ctx.obj.templates, today=True)
            emit(view, ctx.obj if named else ctx.obj._replace(format="html"))
    if show:
        _open(ctx.obj.out)


def _open(path: str | None) -> None:
    import webbrowser
    from pathlib import Path

    if path is None or path == "-":
        raise BadInput(_("--open shows a file; give --out FILE.html."))
    if not webbrowser.open(Path(os.path.expanduser(path)).resolve().as_uri()):
        raise QplanError(_("No web browser was found; open {path} yourself.").format(path=path))

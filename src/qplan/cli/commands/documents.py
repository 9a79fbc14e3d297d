"""Commands for what people pass on: a notice, a calendar, a page."""

from __future__ import annotations

import os
import sys
from typing import Annotated

from qplan.cli.commands.queries import Dept
from qplan.cli.commands.weekly import day_of, department_of
from qplan.cli.options import Argument, Option
from qplan.cli.output import emit
from qplan.cli.session import department, reading
from qplan.cli.settings import Context
from qplan.core.model import GROUP, TaskFilter
from qplan.errors import BadInput, QplanError
from qplan.i18n import _
from qplan.service import queries
from qplan.service import weekly as weeks

PAGE = "dashboard.html"


def notice(
    ctx: Context, ident: Annotated[str, Argument(metavar="ID", help=_("A task or column item."))]
) -> None:
    """Draft the supervision notice (督办通知单) of a task; with --out FILE.docx as a Word document."""
    from qplan.views import notice as views

    with reading(ctx) as book:
        detail = queries.task(book, ident)
        if detail.item.task.kind == GROUP:
            raise BadInput(
                _("{id} is a heading; a notice is about one task below it.").format(id=detail.item.task.id)
            )
        emit(views.order(book, detail, ctx.templates), ctx)


def calendar(ctx: Context, dept: Dept = None) -> None:
    """Deadlines and milestones; with --out FILE.ics as a calendar that other programs subscribe to."""
    from qplan.views import agenda

    with reading(ctx) as book:
        emit(agenda.view(book, department(book, dept)), ctx)


def dashboard(
    ctx: Context,
    dept: Dept = None,
    show: Annotated[bool, Option("--open", help=_("Show it in the web browser."))] = False,
) -> None:
    """Write the plan as it stands today as one web page that needs no network."""
    from qplan.core.calendar import Week
    from qplan.ledger.store import Ledger
    from qplan.views import weekly as views

    with Ledger.open(ctx.ledger) as ledger:
        day = day_of(ctx, ledger)
        chosen = department_of(ledger, dept)
        if ctx.format is None and ctx.out is None and (show or sys.stdout.isatty()):
            ctx = ctx._replace(out=PAGE)
        named = ctx.format or (ctx.out and ctx.out != "-")
        only = TaskFilter(lead=chosen)
        with weeks.weekly(ledger, day, Week.of(day), only, ctx.at_seq) as (book, content):
            view = views.weekly(book, content, chosen, ctx.templates, today=True)
            emit(view, ctx if named else ctx._replace(format="html"))
    if show:
        _open(ctx.out)


def _open(path: str | None) -> None:
    import webbrowser
    from pathlib import Path

    if path is None or path == "-":
        raise BadInput(_("--open shows a file; give --out FILE.html."))
    if not webbrowser.open(Path(os.path.expanduser(path)).resolve().as_uri()):
        raise QplanError(_("No web browser was found; open {path} yourself.").format(path=path))

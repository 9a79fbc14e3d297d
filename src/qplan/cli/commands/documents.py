"""Commands that make documents: a notice, a calendar, a web page."""

import os
import sys
from typing import Annotated

from qplan.cli.commands.update import Ids
from qplan.cli.options import Send, flag, option
from qplan.cli.output import emit, say
from qplan.cli.selection import OF_WHOM, Selection, query_of, query_on, with_filters
from qplan.cli.session import Context, acting, day_of, opened, reading
from qplan.cli.values import split_ids
from qplan.core.model import GROUP
from qplan.errors import BadInput, QplanError
from qplan.i18n import _, joined
from qplan.service import queries
from qplan.service import weekly as weeks
from qplan.service.overdue import with_escalation
from qplan.service.queries import AssessedTask, Snapshot

PAGE = "dashboard.html"


@with_filters()
def notice(
    ctx: Context,
    selection: Selection,
    ids: Ids = None,
    out: Annotated[
        str | None,
        option(
            "Write a file, or into a folder a paper, a text and a mail for each department.",
            "FILE|DIR",
            "--out",
            "-o",
        ),
    ] = None,
    send: Send = None,
) -> None:
    """Draft the supervision notice (督办通知单) of tasks, a paper for each lead; with --out FILE.docx as a Word document.

    The level and the day for the answer are those of the urge that waits for one.
    """
    from qplan.cli import folder, letters
    from qplan.service import webhooks
    from qplan.views import letters as views
    from qplan.views import notice as order

    robot = letters.robot_of(send, ctx.obj)
    if robot is not None and (ctx.obj.as_of or ctx.obj.at_seq):
        raise BadInput(_("--send goes with the present: leave --as-of and --at-seq out."))
    with reading(ctx.obj) as snapshot:
        items = _noticed(snapshot, ids, selection)
        if not items:
            say(_("The filters select no task that this can be done to."), ctx.obj)
            return
        into = folder.folder_of(out, ctx.obj)
        if robot is not None:
            webhooks.check_sender(acting(ctx.obj, snapshot.ledger, snapshot.plan.office), snapshot.plan)
        elif into is None and len(items) == 1 and ids:
            detail = queries.task(snapshot, items[0].task.id)
            emit(order.order(snapshot, detail, ctx.obj.templates), ctx.obj._replace(out=out))
            return
        lines = [with_escalation(snapshot, item) for item in items]
        made = views.letters(snapshot, lines, ctx.obj.templates)
        if into is None and (out is not None or robot is None):
            emit(views.together(snapshot, made), ctx.obj._replace(out=out))
    if into is not None:
        letters.write(made, into, ctx.obj)
    if robot is not None:
        letters.send(made, robot, ctx.obj)


def _noticed(snapshot: Snapshot, ids: list[str] | None, selection: Selection) -> list[AssessedTask]:
    """The tasks that a notice is about: those named, or the open ones that filters select."""
    named = list(dict.fromkeys(split_ids(ids or [])))
    if bool(named) is selection.given:
        raise BadInput(_("Which tasks? Give either their ids, or filters such as --dept or --overdue."))
    if selection.given:
        wanted = query_of(snapshot, selection, sort="deadline")
        return queries.tasks(snapshot, wanted._replace(where=wanted.where._replace(open=True)))
    items = [queries.task(snapshot, ident).item for ident in named]
    for item in items:
        if item.task.kind == GROUP:
            raise BadInput(_("{id} is a heading; a notice is about one task below it."), id=item.task.id)
    if without := [item.task.id for item in items if not item.task.leads]:
        raise BadInput(_("{ids}: no department leads this; assign one first."), ids=joined(without))
    return items


@with_filters(*OF_WHOM)
def calendar(ctx: Context, selection: Selection) -> None:
    """Deadlines and milestones; with --out FILE.ics as a calendar that other programs subscribe to."""
    from qplan.views import agenda

    with reading(ctx.obj) as snapshot:
        emit(agenda.view(snapshot, query_of(snapshot, selection)), ctx.obj)


@with_filters(*OF_WHOM)
def dashboard(
    ctx: Context,
    selection: Selection,
    show: Annotated[bool, flag("Show it in the web browser.", "--open")] = False,
) -> None:
    """Write the plan as it stands today as one web page that needs no network."""
    from qplan.cli import folder
    from qplan.core.calendar import Week
    from qplan.views import weekly as views

    with opened(ctx.obj) as ledger:
        day = day_of(ctx.obj, ledger.plan())
        query = query_on(ledger, day, selection)
        if ctx.obj.format is None and ctx.obj.out is None and (show or sys.stdout.isatty()):
            folder.check_own(PAGE, ledger.head().ledger)
            ctx.obj = ctx.obj._replace(out=PAGE)
        named = ctx.obj.format or (ctx.obj.out and ctx.obj.out != "-")
        with weeks.weekly(ledger, day, Week.of(day), query, ctx.obj.at_seq) as (snapshot, content):
            view = views.weekly(snapshot, content, query, ctx.obj.templates, today=True)
            emit(view, ctx.obj if named else ctx.obj._replace(format="html"))
    if show:
        _open(ctx.obj.out)


def _open(path: str | None) -> None:
    import webbrowser
    from pathlib import Path

    if path is None or path == "-":
        raise BadInput(_("--open shows a file; give --out FILE.html."))
    if not webbrowser.open(Path(os.path.expanduser(path)).resolve().as_uri()):
        raise QplanError(_("No web browser was found; open {path} yourself."), path=path)

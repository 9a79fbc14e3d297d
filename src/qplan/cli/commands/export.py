"""Commands that write a ledger's content out, and that make a ledger of it."""

from typing import Annotated

from qplan.cli import outbox
from qplan.cli.options import Columns, NamedView, Sort, argument, flag, option
from qplan.cli.output import chosen_format, emit, print_line, save, say, to_stdout
from qplan.cli.selection import Selection, query_of, with_filters
from qplan.cli.session import Context, Session, keep_head, opened, reading
from qplan.cli.settings import make_own_folder
from qplan.cli.values import parse_choice
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.connection import shown
from qplan.render import format_of


@with_filters()
def export(
    ctx: Context,
    selection: Selection,
    journal: Annotated[
        bool, flag("The journal as JSON lines, for an auditor or qplan import.", "--journal")
    ] = False,
    table: Annotated[
        str | None,
        option("Only plan, departments, tasks, milestones, indicators or actuals.", "NAME"),
    ] = None,
    sort: Sort = "plan",
    columns: Columns = None,
    view: NamedView = None,
) -> None:
    """Write the work register as a workbook, the rows as they are stored, or the journal."""
    from qplan.ledger import transfer
    from qplan.service import maintenance
    from qplan.views import maintenance as views

    names = list(views.EXPORTS.values())
    if table is not None:
        table = parse_choice(table, "--table", names)
    if journal:
        if ctx.obj.gathered is not None:
            raise BadInput(_("--journal writes the journal of one ledger; give --ledger once."))
        if (
            ctx.obj.as_of is not None
            or ctx.obj.at_seq is not None
            or table is not None
            or columns is not None
            or selection.given
        ):
            raise BadInput(
                _("--journal writes the journal whole: leave out --as-of, --at-seq, --table and filters.")
            )
        if (ctx.obj.format or format_of(ctx.obj.out or "") or "json") != "json":
            raise BadInput(
                _("The journal is written as JSON lines; end the name with .jsonl and leave --format out.")
            )
        with opened(ctx.obj) as ledger:
            lines = transfer.lines(ledger.connection)
            if ctx.obj.out and ctx.obj.out != "-":
                save(lines, ctx.obj.out, ctx.obj)
                say(_("Written: {path}"), ctx.obj, path=ctx.obj.out)
            else:
                # in UTF-8 whatever the console speaks: its bytes are what an auditor checks
                outbox.put((line.encode() for line in lines), to_stdout)
        return
    if columns is not None or selection.given or (table is None and chosen_format(ctx.obj) == "xlsx"):
        _register(ctx.obj, selection, sort, columns, table)
        return
    with reading(ctx.obj) as snapshot:
        asked = ctx.obj if ctx.obj.format or ctx.obj.out else ctx.obj._replace(format="json")
        chosen = [table] if table else names
        rows = maintenance.export_rows(snapshot.ledger)
        emit(views.export(rows, chosen, snapshot.today.isoformat(), snapshot.ledger.head()), asked)


def _register(
    session: Session, selection: Selection, sort: str, columns: str | None, table: str | None
) -> None:
    """Write the work register, or what the filters select of it; BadInput where a table of rows is asked for as well."""
    from qplan.core.own import columns_of
    from qplan.ledger.statements import TASK_ORDER
    from qplan.service import queries
    from qplan.views.columns import chosen
    from qplan.views.lists import register

    if table not in (None, "tasks"):
        raise BadInput(_("--columns and filters are those of tasks: leave out --table."))
    order = parse_choice(sort, "--sort", TASK_ORDER)
    with reading(session) as snapshot:
        keys = chosen(columns, own=columns_of(snapshot.plan))
        listed = queries.tasks(snapshot, query_of(snapshot, selection, sort=order))
        emit(register(snapshot, listed, keys), session)


def import_(
    ctx: Context,
    path: Annotated[str, argument("A journal from qplan export --journal.", "FILE")],
) -> None:
    """Make a new ledger from an exported journal: the same entries, the same hashes."""
    from qplan.ledger import transfer
    from qplan.views.maintenance import head_line

    make_own_folder(ctx.obj.ledger)
    head = transfer.read_in(transfer.file_lines(path), path, ctx.obj.ledger)
    keep_head(ctx.obj.ledger)
    print_line(_("New ledger: {path}"), path=shown(ctx.obj.ledger))
    print_line(head_line(head))

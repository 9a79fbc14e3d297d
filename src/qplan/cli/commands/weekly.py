"""Commands that report: what is overdue, and the week."""

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Annotated

from qplan.cli.commands.queries import Dept
from qplan.cli.options import Option
from qplan.cli.output import emit
from qplan.cli.session import department, reading
from qplan.cli.settings import Context, parse_number, today
from qplan.core.model import TaskFilter
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.service import overdue as overdue_tasks
from qplan.service import weekly as weeks

if TYPE_CHECKING:
    from qplan.ledger.store import Ledger
    from qplan.views import View


def overdue(
    ctx: Context,
    dept: Dept = None,
    by: Annotated[str | None, Option(metavar="dept", help=_("A table per department."))] = None,
    against: Annotated[
        str,
        Option(metavar="deadline|original", help=_("Count against the deadline in force, or the first one.")),
    ] = "deadline",
    limit: Annotated[str | None, Option("--limit", "-n", metavar="N", help=_("At most so many."))] = None,
    exit_code: Annotated[
        bool, Option("--exit-code", help=_("Exit with 5 when something is overdue."))
    ] = False,
) -> int:
    """List what is overdue, the longest first, with the next level of urging."""
    from qplan.views import lists

    if by not in (None, "dept"):
        raise BadInput(_("--by takes one of: {keys}.").format(keys="dept"))
    if against not in ("deadline", "original"):
        raise BadInput(_("--against takes one of: {keys}.").format(keys="deadline, original"))
    with reading(ctx) as book:
        most = None if limit is None else parse_number(limit, "--limit")
        where = TaskFilter(lead=department(book, dept), limit=most)
        listed = overdue_tasks.overdue(book, where, against)
        emit(lists.overdue(book, listed, by == "dept", limit=most), ctx)
    return 5 if exit_code and listed else 0


def weekly(
    ctx: Context,
    week: Annotated[
        str | None,
        Option("--week", "-w", metavar="2025-W26", help=_("ISO week; the last complete one by default.")),
    ] = None,
    dept: Dept = None,
    per_dept: Annotated[
        str | None,
        Option("--per-dept", metavar="DIR", help=_("Write a list for each department into this folder.")),
    ] = None,
    out: Annotated[
        str | None,
        Option(
            "--out",
            "-o",
            metavar="FILE|DIR",
            help=_("Write a file, or into a folder: docx, xlsx, html, json and ics."),
        ),
    ] = None,
) -> None:
    """Compile the weekly list: overdue, new, due soon, stale, submitted, closed, by department."""
    from qplan.core.calendar import Week
    from qplan.core.names import plain
    from qplan.ledger.store import Ledger
    from qplan.views import weekly as views

    with Ledger.open(ctx.ledger) as ledger, ExitStack() as opened:
        day = day_of(ctx, ledger)
        try:
            wanted = Week.parse(plain(week)) if week else weeks.last_complete_week(day)
        except ValueError:
            raise BadInput(
                _("--week: “{text}” is no ISO week; write it as 2025-W26.").format(text=week)
            ) from None
        if wanted.first > day:
            raise BadInput(
                _("--week: {week} begins on {first}; on {day} it has no list yet.").format(
                    week=wanted, first=wanted.first, day=day
                )
            )

        def listed(only: str | None) -> "tuple[View, list[str]]":
            book, content = opened.enter_context(
                weeks.weekly(ledger, day, wanted, TaskFilter(lead=only), ctx.at_seq)
            )
            leads = [line.counted.key for line in content.by_dept if line.counted.key]
            return views.weekly(book, content, only, ctx.templates), leads

        chosen = department_of(ledger, dept)
        view, leads = listed(chosen)
        if out is None and per_dept is None:
            emit(view, ctx._replace(out=out))
            return
        from qplan.cli import folder

        into = folder.meant(out, ctx)
        if into is None and per_dept is None:
            emit(view, ctx._replace(out=out))
            return
        name = f"weekly-{wanted}"
        lists = [] if into is None else [(into, f"{name}-{chosen}" if chosen else name, view)]
        if per_dept is not None:
            lists += [(per_dept, f"{name}-{lead}", listed(lead)[0]) for lead in leads]
        folder.write(lists, ctx)
        if into is None and out is not None:
            emit(view, ctx._replace(out=out))


def day_of(ctx: Context, ledger: "Ledger") -> date:
    """The day that a call reads the ledger on: ``--as-of``, or today in the plan's zone."""
    return date.fromisoformat(ctx.as_of) if ctx.as_of else today(ledger.plan().utc_offset, ctx.now)


def department_of(ledger: "Ledger", text: str | None) -> str | None:
    """The id of a department, looked up in a ledger that is not opened on a day yet."""
    from qplan.core.names import find_department

    return None if text is None else find_department(text, ledger.departments()).id

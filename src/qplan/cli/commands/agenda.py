"""Commands that look at work: one's own department, milestones, the year's points."""

from __future__ import annotations

from typing import Annotated

from qplan.cli.commands.queries import Dept
from qplan.cli.options import Option
from qplan.cli.output import emit
from qplan.cli.session import acting, department, reading
from qplan.cli.settings import Context, parse_number, today
from qplan.errors import BadInput
from qplan.i18n import _


def mine(ctx: Context, dept: Dept = None) -> None:
    """What waits for the actor's own department: returned, urged, overdue, due soon, to accept."""
    from qplan.service import mine as service
    from qplan.views import work

    with reading(ctx) as book:
        chosen = department(book, dept) or acting(ctx, book.ledger, book.plan.office).dept
        emit(work.mine(book, service.mine(book, chosen)), ctx)


def milestones(
    ctx: Context,
    dept: Dept = None,
    due_within: Annotated[
        str | None, Option("--due-within", metavar="DAYS", help=_("Not done and due within so many days."))
    ] = None,
    missed: Annotated[bool, Option("--missed", help=_("Past their date and not done."))] = False,
) -> None:
    """List the staged goals of tasks by their dates."""
    from qplan.service import milestones as service
    from qplan.views import work

    with reading(ctx) as book:
        days = None if due_within is None else parse_number(due_within, "--due-within")
        emit(work.milestones(book, service.listed(book, department(book, dept), days, missed)), ctx)


def score(
    ctx: Context,
    year: Annotated[
        str | None, Option(metavar="YEAR", help=_("The year to assess; by default the one that runs."))
    ] = None,
    against: Annotated[
        str,
        Option(metavar="deadline|original", help=_("Count against the deadline in force, or the first one.")),
    ] = "deadline",
) -> None:
    """Assess a year: points per department by the rules of rules.yaml."""
    from datetime import date

    from qplan.ledger.store import Ledger
    from qplan.service import queries
    from qplan.service import score as service
    from qplan.views import work

    if against not in ("deadline", "original"):
        raise BadInput(_("--against takes one of: {keys}.").format(keys="deadline, original"))
    with Ledger.open(ctx.ledger) as ledger:
        plan = ledger.plan()
        day = date.fromisoformat(ctx.as_of) if ctx.as_of else today(plan.utc_offset, ctx.now)
        number = day.year if year is None else parse_number(year, "--year")
        if not int(plan.begins[:4]) <= number <= day.year:
            raise BadInput(
                _("--year {year}: the plan began in {begins}, and {day} is the last day known.").format(
                    year=number, begins=plan.begins[:4], day=day
                )
            )
        with queries.snapshot(ledger, service.last_day(number, day), past=True, seq=ctx.at_seq) as book:
            emit(work.score(book, service.score(book, number, against), number, against), ctx)

"""Commands that look at work: one's own department, milestones, the year's points."""

from typing import Annotated

from qplan.cli.options import Against, Dept, flag, option
from qplan.cli.output import emit
from qplan.cli.selection import OF_WHOM, Selection, query_of, with_filters
from qplan.cli.session import Context, acting, day_of, department, opened, reading
from qplan.cli.values import parse_choice, parse_number
from qplan.errors import BadInput
from qplan.i18n import _


def mine(ctx: Context, dept: Dept = None) -> None:
    """What waits for the actor's own department: returned, urged, overdue, due soon, to accept."""
    from qplan.service import mine as service
    from qplan.views import work

    with reading(ctx.obj) as snapshot:
        named = department(snapshot.departments.values(), dept)
        chosen = named or acting(ctx.obj, snapshot.ledger, snapshot.plan.office).dept
        emit(work.mine(snapshot, service.mine(snapshot, chosen)), ctx.obj)


@with_filters(*OF_WHOM)
def milestones(
    ctx: Context,
    selection: Selection,
    due_within: Annotated[
        str | None,
        option("Not done and due within so many days.", "DAYS"),
    ] = None,
    missed: Annotated[bool, flag("Past their date and not done.", "--missed")] = False,
) -> None:
    """List the staged goals of tasks by their dates."""
    from qplan.service import milestones as service
    from qplan.views import work

    with reading(ctx.obj) as snapshot:
        days = None if due_within is None else parse_number(due_within, "--due-within")
        goals = service.listed(snapshot, query_of(snapshot, selection), days, missed)
        emit(work.milestones(snapshot, goals), ctx.obj)


def score(
    ctx: Context,
    year: Annotated[str | None, option("The year to assess; by default the one that runs.", "YEAR")] = None,
    against: Against = "deadline",
) -> None:
    """Assess a year: points per department by the rules of rules.yaml."""
    from qplan.service import queries
    from qplan.service import score as service
    from qplan.views import work

    against = parse_choice(against, "--against", ("deadline", "original"))
    with opened(ctx.obj) as ledger:
        plan = ledger.plan()
        day = day_of(ctx.obj, plan)
        number = day.year if year is None else parse_number(year, "--year")
        if not int(plan.begins[:4]) <= number <= day.year:
            raise BadInput(
                _("--year {year}: the plan began in {begins}, and {day} is the last day known."),
                year=number,
                begins=plan.begins[:4],
                day=day,
            )
        with queries.snapshot(
            ledger, service.last_day(number, day), past=True, seq=ctx.obj.at_seq
        ) as snapshot:
            emit(work.score(snapshot, service.score(snapshot, number, against), number, against), ctx.obj)

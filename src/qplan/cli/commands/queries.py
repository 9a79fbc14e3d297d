"""Commands that read: the plan on one screen, tasks, one record, departments, counts, the journal."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

import typer

from qplan.cli import completion
from qplan.cli.options import Columns, Dept, NamedView
from qplan.cli.output import emit
from qplan.cli.session import Context, department, reading
from qplan.cli.values import parse_choice, parse_date, parse_number
from qplan.core import own
from qplan.core.model import TaskFilter
from qplan.core.names import find_department, plain, shown
from qplan.errors import BadInput
from qplan.i18n import N_, _, code_of, coded, joined
from qplan.service import counts, queries
from qplan.service.queries import Snapshot, TaskQuery

V = TypeVar("V")


def overview(ctx: Context) -> None:
    """The state of the plan on one screen."""
    from qplan.views import detail

    with reading(ctx.obj) as snapshot:
        items = queries.tasks(snapshot)
        emit(detail.home(snapshot, items, *counts.by_department(snapshot, items)), ctx.obj)


def tasks(
    ctx: Context,
    dept: Annotated[
        list[str] | None,
        typer.Option(
            "--dept",
            "-d",
            metavar="[DEPT]",
            help=N_("Department: id, name, alias or part."),
            autocompletion=completion.departments,
        ),
    ] = None,
    support: Annotated[
        bool, typer.Option("--support", help=N_("With --dept: also the tasks it supports."))
    ] = False,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="STATUS", autocompletion=completion.statuses, help=N_("Status: code or label.")),
    ] = None,
    light: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LIGHT",
            autocompletion=completion.lights,
            help=N_("Light: red, yellow, blue, green, grey."),
        ),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="N", help=N_("Items of a feature column."))
    ] = None,
    under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", autocompletion=completion.tasks, help=N_("Everything below a task or column.")
        ),
    ] = None,
    due_before: Annotated[
        str | None, typer.Option(metavar="DATE", help=N_("Deadline before that day."))
    ] = None,
    due_within: Annotated[
        str | None, typer.Option(metavar="DAYS", help=N_("Due within so many days."))
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=N_("Only what is overdue."))] = False,
    stale: Annotated[
        str | None,
        typer.Option(metavar="[DAYS]", help=N_("No report for longer than the rules (or DAYS) allow.")),
    ] = None,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help=N_("Assignment not confirmed yet."))
    ] = False,
    search: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help=N_("Words in titles, clauses, people, notes, difficulties.")),
    ] = None,
    leader: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("Whose leader in charge is so named."))
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("Whose responsible person is so named."))
    ] = None,
    own_where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help=N_(
                "A condition on a column of the plan's own, as “investment>=1000”; all that are given hold."
            ),
        ),
    ] = None,
    sort: Annotated[
        str, typer.Option(metavar="KEY", help=N_("plan, deadline, lead, status, progress or update."))
    ] = "plan",
    limit: Annotated[
        str | None, typer.Option("--limit", "-n", metavar="N", help=N_("At most so many."))
    ] = None,
    tree: Annotated[bool, typer.Option("--tree", help=N_("With headings, indented."))] = False,
    all_: Annotated[
        bool, typer.Option("--all", "-a", help=N_("Headings too, and tasks that left the plan."))
    ] = False,
    columns: Columns = None,
    view: NamedView = None,
) -> None:
    """List tasks: those that somebody answers for, unless asked otherwise.

    A filter that is given twice selects what has either value.
    """
    from qplan.core.workflow import parse_status
    from qplan.ledger.statements import TASK_ORDER
    from qplan.views import lists
    from qplan.views.columns import chosen

    sort = parse_choice(sort, "--sort", TASK_ORDER)
    if support and not dept:
        raise BadInput(_("--support goes with --dept: whose tasks?"))
    with reading(ctx.obj) as snapshot:
        leads = departments_named(snapshot, [text for text in dept or () if text])
        declared = own.columns_of(snapshot.plan)
        keys = chosen(columns, own=declared)
        due_from, before = _due(snapshot, due_before, due_within)
        where = TaskFilter(
            lead=None if support else leads,
            lead_or_support=leads if support else None,
            status=any_of(map(parse_status, status or ())),
            column=any_of(_column(snapshot, text) for text in column or ()),
            under=any_of(snapshot.ledger.task(text).id for text in under or ()),
            due_before=before,
            due_from=due_from,
            open=due_within is not None,
            unconfirmed=unconfirmed,
            search=search,
            groups=tree or all_,
            retired=all_,
            sort=sort,
            limit=None if limit is None else parse_number(limit, "--limit"),
        )
        days = None if stale is None else parse_number(stale, "--stale") if stale else queries.BY_RULES
        conditions = tuple(own.parse_condition(text, declared) for text in own_where or ())
        wanted = TaskQuery(where, tuple(map(_light, light or ())), overdue, days, leader, owner, conditions)
        listed = queries.tasks(snapshot, wanted)
        total = queries.total(snapshot, wanted, listed)
        by_lead = dept is not None and "" in dept
        emit(lists.tasks(snapshot, listed, total, tree=tree, by_lead=by_lead, keys=keys), ctx.obj)


def any_of(values: Iterable[V]) -> tuple[V, ...] | V | None:
    """Return the value of a filter: the only one, or several of which any is meant; None for none."""
    several = tuple(dict.fromkeys(values))
    return several if len(several) > 1 else several[0] if several else None


def departments_named(snapshot: Snapshot, texts: Iterable[str]) -> tuple[str, ...] | str | None:
    """Return the ids of the departments that a filter names, as :func:`any_of` does."""
    return any_of(find_department(text, snapshot.departments.values()).id for text in texts)


def _due(snapshot: Snapshot, before: str | None, within: str | None) -> tuple[str | None, str | None]:
    """The days that deadlines lie between: from, before."""
    from qplan.core.calendar import shifted

    text = parse_date(before, "--due-before") if before else None
    if within is None:
        return None, text
    end = shifted(snapshot.today, parse_number(within, "--due-within") + 1).isoformat()
    return snapshot.today.isoformat(), min(text, end) if text else end


def _light(text: str) -> str:
    from qplan.core.calendar import LIGHTS, light_label

    word = plain(text)
    code = code_of(LIGHTS, "light", word) or code_of(LIGHTS, "light", f"{word}灯")
    if code:
        return code
    known = joined(coded(code, light_label(code)) for code in LIGHTS)
    raise BadInput(_("There is no light “{text}”; give one of: {known}.").format(text=text, known=known))


def _column(snapshot: Snapshot, text: str) -> int:
    number = parse_number(plain(text).upper().removeprefix("专栏").removeprefix("C"), "--column")
    known = {row.column_no for row in snapshot.ledger.tasks(TaskFilter(groups=True, retired=True))} - {None}
    if number not in known:
        raise BadInput(
            _("--column: there is no column {text}; there are: {known}.").format(
                text=shown(text), known=", ".join(map(str, sorted(filter(None, known)))) or "—"
            )
        )
    return number


def show(
    ctx: Context,
    ident: Annotated[
        str,
        typer.Argument(
            metavar="ID", autocompletion=completion.tasks, help=N_("A task, column, or indicator.")
        ),
    ],
) -> None:
    """Show one task or indicator whole."""
    from qplan.views import detail

    with reading(ctx.obj) as snapshot:
        if snapshot.ledger.indicator(ident):
            measured = queries.indicator(snapshot, ident)
            emit(detail.indicator(snapshot, measured, queries.indicator_events(snapshot, measured)), ctx.obj)
        else:
            emit(detail.task(snapshot, queries.task(snapshot, _task(snapshot, ident))), ctx.obj)


def _task(snapshot: Snapshot, text: str) -> str:
    """The task that a text names: its id, or that of one of its milestones; a word is to be searched."""
    if "/" in plain(text) and (milestone := snapshot.ledger.milestone(text)):
        return milestone.task
    try:
        return snapshot.ledger.task(text).id
    except BadInput:
        found = 0 if text.isascii() else snapshot.ledger.count(TaskFilter(search=text.strip(), groups=True))
        if not found:
            raise
    raise BadInput(
        _("“{text}” is no id; {n} tasks mention it: qplan tasks --all --search {text}").format(
            text=shown(text.strip()), n=found
        )
    )


def depts(ctx: Context) -> None:
    """List the departments, their ids and other names."""
    from qplan.views import lists

    with reading(ctx.obj) as snapshot:
        emit(lists.departments(snapshot, counts.summary(snapshot, "dept", queries.tasks(snapshot))), ctx.obj)


def summary(
    ctx: Context,
    by: Annotated[str, typer.Option(metavar="dept|section|column", help=N_("What to count by."))] = "dept",
) -> None:
    """Count tasks by department, section or column."""
    from qplan.views import lists

    by = parse_choice(by, "--by", counts.SUMMARIES)
    with reading(ctx.obj) as snapshot:
        emit(
            lists.summary(snapshot, counts.summary(snapshot, by, counts.counted_tasks(snapshot)), by), ctx.obj
        )


def indicators(
    ctx: Context,
    core: Annotated[bool, typer.Option("--core", help=N_("Only the core indicators."))] = False,
    dept: Dept = None,
    year: Annotated[
        str | None, typer.Option(metavar="YEAR", help=N_("Judge by the figures of that year."))
    ] = None,
) -> None:
    """List indicators and quantified targets with their figures."""
    from qplan.views import indicators as indicator_lists

    with reading(ctx.obj) as snapshot:
        number = None if year is None else parse_number(year, "--year")
        emit(
            indicator_lists.indicators(
                snapshot,
                queries.indicators(snapshot, department(snapshot.departments.values(), dept), core, number),
            ),
            ctx.obj,
        )


def log(
    ctx: Context,
    ident: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", autocompletion=completion.tasks, help=N_("Only what happened to it.")),
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", "-n", metavar="N", help=N_("The last so many."))
    ] = None,
) -> None:
    """Show the journal: who did what, when, before and after."""
    from qplan.views import lists

    with reading(ctx.obj) as snapshot:
        last = None if limit is None else parse_number(limit, "--limit")
        emit(lists.log(snapshot, queries.history(snapshot, ident, last)), ctx.obj)

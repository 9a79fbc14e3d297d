"""Commands that read: the plan on one screen, tasks, one record, departments, counts, the journal."""

from typing import TYPE_CHECKING, Annotated

from qplan.cli import completion
from qplan.cli.options import (
    Columns,
    Dept,
    Depts,
    Limit,
    NamedView,
    Sort,
    argument,
    dept_option,
    flag,
    option,
)
from qplan.cli.output import emit
from qplan.cli.selection import PANEL, Selection, query_of, with_filters
from qplan.cli.session import Context, Session, department, reading
from qplan.cli.values import parse_choice, parse_number
from qplan.core import own
from qplan.core.model import Task, TaskFilter
from qplan.core.names import find_department, folded, plain, shown
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.service import queries
from qplan.service.queries import Snapshot

if TYPE_CHECKING:
    from qplan.service.evidence import Piece

#: ``--dept``, which groups the list by lead where its value is left out.
DeptOrGroups = Annotated[
    list[str] | None,
    dept_option(metavar="[DEPT]", rich_help_panel=PANEL),
]


def overview(ctx: Context) -> None:
    """The state of the plan on one screen."""
    from qplan.service import counts
    from qplan.views import detail

    with reading(ctx.obj) as snapshot:
        items = queries.tasks(snapshot)
        emit(detail.home(snapshot, items, *counts.by_department(snapshot, items)), ctx.obj)


@with_filters(dept=DeptOrGroups)
def tasks(
    ctx: Context,
    selection: Selection,
    sort: Sort = "plan",
    limit: Limit = None,
    tree: Annotated[bool, flag("With headings, indented.", "--tree")] = False,
    all_: Annotated[bool, flag("Headings too, and tasks that left the plan.", "--all", "-a")] = False,
    columns: Columns = None,
    view: NamedView = None,
) -> None:
    """List tasks: those that somebody answers for, unless asked otherwise.

    A filter that is given twice selects what has either value.
    """
    from qplan.ledger.statements import TASK_ORDER
    from qplan.views import lists
    from qplan.views.columns import chosen

    sort = parse_choice(sort, "--sort", TASK_ORDER)
    with reading(ctx.obj) as snapshot:
        most = None if limit is None else parse_number(limit, "--limit")
        wanted = query_of(snapshot, selection, groups=tree or all_, retired=all_, sort=sort, limit=most)
        keys = chosen(columns, own=own.columns_of(snapshot.plan))
        listed = queries.tasks(snapshot, wanted)
        total = queries.total(snapshot, wanted, listed)
        by_lead = selection.dept is not None and "" in selection.dept
        point = lists.point_of(wanted)
        page = lists.tasks(snapshot, listed, total, tree=tree, by_lead=by_lead, keys=keys, point=point)
        emit(page, ctx.obj)


def show(
    ctx: Context,
    ident: Annotated[
        str,
        argument("A task, column, or indicator.", "ID", autocompletion=completion.tasks),
    ],
) -> None:
    """Show one task or indicator whole."""
    from qplan.views import detail

    with reading(ctx.obj) as snapshot:
        if snapshot.ledger.indicator(ident):
            measured = queries.indicator(snapshot, ident)
            emit(detail.indicator(snapshot, measured, queries.indicator_events(snapshot, measured)), ctx.obj)
        else:
            found = queries.task(snapshot, _task(snapshot, ident))
            with snapshot.ledger.connection.paused():
                pieces = _evidence(ctx.obj, found.item.task)
            emit(detail.task(snapshot, found, pieces), ctx.obj)


def _evidence(session: Session, task: Task) -> list["Piece"]:
    """The evidence of a task as it is found now; files are read only where some were given."""
    if task.evidence_sha256 is None:
        return []
    from qplan.cli.evidence import store_of
    from qplan.service.evidence import pieces_of

    return pieces_of(task, store_of(session))


def _task(snapshot: Snapshot, text: str) -> str:
    """The task that a text names: its id, or that of one of its milestones; a word is to be searched."""
    if "/" in plain(text) and (milestone := snapshot.ledger.milestone(text)):
        return milestone.task
    try:
        return snapshot.ledger.task(text).id
    except BadInput:
        if ident := _titled(snapshot, text):
            return ident
        found = 0 if text.isascii() else snapshot.ledger.count(TaskFilter(search=text.strip(), groups=True))
        if not found:
            raise
    raise BadInput(
        _("“{text}” is no id; {n} tasks mention it: qplan tasks --all --search {text}"),
        text=shown(text.strip()),
        n=found,
    )


def _titled(snapshot: Snapshot, text: str) -> str | None:
    """The only task or heading whose title a text is; None where there is none or several."""
    every = snapshot.ledger.tasks(TaskFilter(groups=True))
    found = [row.id for row in every if folded(row.title) == folded(text)]
    return found[0] if len(found) == 1 else None


def depts(ctx: Context) -> None:
    """List the departments, their ids and other names."""
    from qplan.service import counts
    from qplan.views import lists

    with reading(ctx.obj) as snapshot:
        listed = counts.summary(snapshot, "dept", queries.tasks(snapshot))
        emit(lists.departments(snapshot, listed, counts.overdue_a_week_ago(snapshot)), ctx.obj)


@with_filters()
def summary(
    ctx: Context,
    selection: Selection,
    by: Annotated[str, option("What to count by.", "dept|section|column")] = "dept",
) -> None:
    """Count tasks by department, section or column."""
    from qplan.service import counts
    from qplan.views import lists

    by = parse_choice(by, "--by", counts.SUMMARIES)
    with reading(ctx.obj) as snapshot:
        wanted = query_of(snapshot, selection) if selection.given else None
        items = counts.counted_tasks(snapshot, wanted)
        total = counts.count(snapshot, "", snapshot.plan.title, items)
        emit(lists.summary(snapshot, counts.summary(snapshot, by, items), total, by), ctx.obj)


def indicators(
    ctx: Context,
    core: Annotated[bool, flag("Only the core indicators.", "--core")] = False,
    dept: Dept = None,
    year: Annotated[str | None, option("Use the figures of that year.", "YEAR")] = None,
) -> None:
    """List indicators and quantified targets with their figures."""
    from qplan.views import indicators as indicator_lists

    with reading(ctx.obj) as snapshot:
        number = None if year is None else parse_number(year, "--year")
        lead = department(snapshot.departments.values(), dept)
        listed = queries.indicators(snapshot, lead, core, number)
        emit(indicator_lists.indicators(snapshot, listed), ctx.obj)


def log(
    ctx: Context,
    ident: Annotated[
        str | None,
        argument("Only what happened to it.", "[ID]", autocompletion=completion.tasks),
    ] = None,
    limit: Annotated[str | None, option("The last so many.", "N", "--limit", "-n")] = None,
    since: Annotated[
        str | None,
        option("Effective on that day or later: yesterday, last-week …", "DAY|WEEK"),
    ] = None,
    until: Annotated[str | None, option("Effective on that day or earlier.", "DAY|WEEK")] = None,
    dept: Depts = None,
    actor: Annotated[
        list[str] | None,
        option("Entries of that person.", "NAME[@DEPT]"),
    ] = None,
    kind: Annotated[
        list[str] | None,
        option(
            "Entries of that kind: report, urge, task.undo, milestone …",
            "KIND",
            autocompletion=completion.kinds,
        ),
    ] = None,
) -> None:
    """Show the journal: who did what, when, before and after.

    Entries of a department are those that it made, and those that the office made for it. A filter that is given
    twice selects either.
    """
    from qplan.cli.values import parse_since, parse_until
    from qplan.core.labels import kinds_named
    from qplan.service import log as journal
    from qplan.views import changes

    with reading(ctx.obj) as snapshot:
        last = None if limit is None else parse_number(limit, "--limit")
        where = journal.LogFilter(
            since=None if since is None else parse_since(since, "--since", snapshot.today),
            until=None if until is None else parse_until(until, "--until", snapshot.today),
            depts=[find_department(text, snapshot.departments.values()).id for text in dept or ()],
            actors=[_actor(snapshot, text) for text in actor or ()],
            kinds=frozenset().union(*map(kinds_named, kind or ())),
        )
        emit(changes.log(snapshot, journal.history(snapshot, ident, last, where)), ctx.obj)


def _actor(snapshot: Snapshot, text: str) -> str:
    """A person, whose department may be given by any of its names, as the journal writes it."""
    name, at, dept = text.replace("＠", "@").rpartition("@")
    return f"{name.strip()}@{find_department(dept, snapshot.departments.values()).id}" if at else text.strip()

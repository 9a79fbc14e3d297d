"""Commands that chase and stage: urging, milestones, figures and targets."""

from __future__ import annotations

from typing import Annotated

from qplan.cli.commands.queries import Dept
from qplan.cli.commands.update import MANY, Request, Version, perform, receipts, split_ids, with_care
from qplan.cli.options import Argument, Option
from qplan.cli.output import confirm, say
from qplan.cli.session import reading, writing
from qplan.cli.settings import Context, parse_date, parse_number
from qplan.errors import BadInput
from qplan.i18n import _, joined

Note = Annotated[str | None, Option("--note", "-m", metavar="TEXT", help=_("In words; the event keeps it."))]


def urge(
    ctx: Context,
    ids: Annotated[list[str] | None, Argument(metavar="[ID...]", help=_("One or several tasks."))] = None,
    due: Annotated[bool, Option("--due", help=_("All that the overdue list proposes to urge now."))] = False,
    dept: Dept = None,
    level: Annotated[
        str | None, Option(metavar="LEVEL", help=_("Another level than the next one of the ladder."))
    ] = None,
    answer_by: Annotated[
        str | None, Option("--answer-by", metavar="DATE", help=_("The day by which an answer is due."))
    ] = None,
    note: Note = None,
    if_version: Version = None,
    request_id: Request = None,
) -> None:
    """Urge the lead departments of tasks, one rung of the ladder at a time."""
    if due and ids:
        raise BadInput(_("Name the tasks to urge or give --due, not both."))
    if not due and not ids:
        raise BadInput(_("Name the tasks to urge, or give --due for all that are proposed."))
    if dept is not None and not due:
        raise BadInput(_("--dept goes with --due: whose tasks?"))
    given = {
        "level": level, "note": note,
        "answer_by": None if answer_by is None else parse_date(answer_by, "--answer-by"),
    }  # fmt: skip
    if ids:
        perform(ctx, ids, "urge", given, if_version, request_id)
        return
    if level is not None:
        raise BadInput(_("--due takes the level that is proposed for each task; leave --level out."))
    proposed = _proposed(ctx, dept)
    if not proposed:
        say(_("Nothing is to be urged now."), ctx)
        return
    if len(proposed) > MANY and not ctx.dry_run:
        confirm(_("This urges {n} tasks: {ids}.").format(n=len(proposed), ids=joined(proposed)), ctx)
    perform(ctx._replace(yes=True), proposed, "urge", given, if_version, request_id)


def _proposed(ctx: Context, dept: str | None) -> list[str]:
    """The tasks for which the list of the day proposes a level."""
    from qplan.cli.session import department
    from qplan.core.model import TaskFilter
    from qplan.service import overdue

    with reading(ctx._replace(as_of=ctx.on)) as book:
        where = TaskFilter(lead=department(book, dept))
        return [late.item.task.id for late in overdue.overdue(book, where) if late.level is not None]


def milestone(
    ctx: Context,
    action: Annotated[str, Argument(metavar="add|done|move", help=_("What to do."))],
    ids: Annotated[
        list[str],
        Argument(metavar="ID...", help=_("add: the task; done, move: milestones, such as T2.1.3/m1.")),
    ],
    title: Annotated[str | None, Option(metavar="TEXT", help=_("add: what is to be reached."))] = None,
    due: Annotated[str | None, Option(metavar="DATE", help=_("add: by which day."))] = None,
    to: Annotated[str | None, Option(metavar="DATE", help=_("move: the new day."))] = None,
    reason: Annotated[str | None, Option(metavar="TEXT", help=_("move: why."))] = None,
    note: Note = None,
    request_id: Request = None,
) -> None:
    """Add a staged goal to a task, report goals done, or move their dates."""
    from qplan.service import milestones

    ids = split_ids(ids)
    given = {"title": title, "due": due, "to": to, "reason": reason, "note": note}
    needs = {"add": ("title", "due"), "done": (), "move": ("to",)}
    takes = {"add": (), "done": ("note",), "move": ("reason", "note")}
    if action not in needs:
        raise BadInput(_("qplan milestone takes add, done or move, not “{text}”.").format(text=action))
    missing = [f"--{name}" for name in needs[action] if not given[name]]
    if missing:
        raise BadInput(
            _("qplan milestone {action} needs {missing}.").format(action=action, missing=joined(missing))
        )
    strange = [f"--{n}" for n, text in given.items() if text and n not in (*needs[action], *takes[action])]
    if strange:
        raise BadInput(
            _("qplan milestone {action} takes no {strange}.").format(action=action, strange=joined(strange))
        )
    if action == "add" and len(ids) > 1:
        raise BadInput(_("qplan milestone add takes one task."))
    if len(set(ids)) > MANY and not ctx.dry_run:
        confirm(_("This changes {n} milestones.").format(n=len(set(ids))), ctx)
    with writing(ctx) as (ledger, order):
        careful = with_care(order, None, request_id)
        if action == "add":
            written = milestones.add(ledger, ids[0], title or "", parse_date(due or "", "--due"), careful)
        elif action == "done":
            written = milestones.done(ledger, ids, note, careful)
        else:
            written = milestones.move(ledger, ids, parse_date(to or "", "--to"), reason or note, careful)
        receipts(ctx, written, careful.on.isoformat(), ledger)


def measure(
    ctx: Context,
    indicator: Annotated[str, Argument(metavar="INDICATOR", help=_("An indicator or target: I3, Q12."))],
    year: Annotated[str, Option(metavar="YEAR", help=_("The year that the figure is of."))],
    value: Annotated[str, Option(metavar="NUMBER", help=_("The exact figure, without its unit."))],
    source: Annotated[str, Option(metavar="TEXT", help=_("Where the figure comes from."))],
    note: Note = None,
    request_id: Request = None,
) -> None:
    """Report the figure of a year, or correct it; --on is the day on which it was known."""
    from qplan.service import measures

    with writing(ctx) as (ledger, order):
        careful = with_care(order, None, request_id)
        number = parse_number(year, "--year")
        written = measures.measure(
            ledger, indicator, number, value, source, note, careful, keep_day=ctx.on is None
        )
        receipts(ctx, written, careful.on.isoformat(), ledger)


def target(
    ctx: Context,
    indicator: Annotated[str, Argument(metavar="INDICATOR", help=_("An indicator or target: I9, Q12."))],
    value: Annotated[str, Option(metavar="NUMBER", help=_("The exact figure, without its unit."))],
    document: Annotated[str, Option(metavar="NO", help=_("The document that assigns it."))],
    unit: Annotated[str | None, Option(metavar="UNIT", help=_("Its unit, where it is another."))] = None,
    operator: Annotated[str | None, Option(metavar="OP", help=_("Direction: >=, <= or =."))] = None,
    year: Annotated[
        str | None, Option(metavar="YEAR", help=_("By the end of which year; the plan's otherwise."))
    ] = None,
    request_id: Request = None,
) -> None:
    """Enter a target that a higher level has assigned, with its document."""
    from qplan.service import measures

    with writing(ctx) as (ledger, order):
        careful = with_care(order, None, request_id)
        number = None if year is None else parse_number(year, "--year")
        written = measures.target(ledger, indicator, value, document, careful, unit, operator, number)
        receipts(ctx, written, careful.on.isoformat(), ledger)

"""Commands for escalation, milestones, figures and targets."""

from typing import Annotated

from qplan.cli import completion, letters
from qplan.cli.commands.update import Ids, Note, Request, Version, perform, receipts
from qplan.cli.options import Send, argument, flag, option
from qplan.cli.output import confirm, say
from qplan.cli.selection import (
    MANY,
    NONE,
    Selection,
    ask_about,
    preview,
    query_of,
    with_filters,
    written_by,
)
from qplan.cli.session import Context, Session, reading, writing
from qplan.cli.values import parse_choice, parse_date, parse_number, split_ids
from qplan.errors import BadInput
from qplan.i18n import _, joined

Figure = Annotated[str, option("The exact figure, without its unit.", "NUMBER")]


@with_filters()
def urge(
    ctx: Context,
    selection: Selection,
    ids: Ids = None,
    due: Annotated[bool, flag("All that the overdue list proposes to urge now.", "--due")] = False,
    level: Annotated[
        str | None,
        option("Another level than the next one of the ladder.", "LEVEL", autocompletion=completion.levels),
    ] = None,
    answer_by: Annotated[str | None, option("The day by which an answer is due.", "DATE")] = None,
    note: Note = None,
    out: Annotated[
        str | None,
        option(
            "Write a paper, a text to paste and a mail for each department into this folder.",
            "DIR",
            "--out",
            "-o",
        ),
    ] = None,
    send: Send = None,
    if_version: Version = None,
    request_id: Request = None,
) -> None:
    """Urge the lead departments of tasks, one rung of the ladder at a time."""
    if due and ids:
        raise BadInput(_("Name the tasks to urge or give --due, not both."))
    if not due and not ids and not selection.given:
        raise BadInput(
            _("Name the tasks to urge, or give --due for all that are proposed, or filters such as --dept.")
        )
    given = {
        "level": level, "note": note,
        "answer_by": None if answer_by is None else parse_date(answer_by, "--answer-by"),
    }  # fmt: skip
    if due and level is not None:
        raise BadInput(_("--due takes the level that is proposed for each task; leave --level out."))
    if out is not None:
        letters.check(out, ctx.obj)
    robot = letters.robot_of(send, ctx.obj)
    session = ctx.obj
    if due:
        ids = written_by(session, request_id) or _proposed(session, selection)
        selection, session = NONE, session._replace(yes=True)
        if not ids:
            say(_("Nothing is to be urged now."), session)
            if out is not None:
                say(_("Papers of what was urged: qplan notice --overdue --out {out}"), session, out=out)
            return
    written = perform(session, ids, "urge", given, if_version, request_id, selection=selection)
    if (out is not None or robot) and written and not session.dry_run:
        letters.after_urging(written, out, robot, session)


def _proposed(session: Session, selection: Selection) -> list[str]:
    """The tasks of a selection for which the list of the day proposes a level; many are asked about."""
    from qplan.service import overdue

    with reading(session._replace(as_of=session.on)) as snapshot:
        listed = overdue.overdue(snapshot, query_of(snapshot, selection))
        ids = [late.item.task.id for late in listed if late.proposed]
        lines = preview(session, snapshot, ids)
    ask_about(session, ids, lines)
    return ids


def milestone(
    ctx: Context,
    action: Annotated[
        str,
        argument("What to do.", "add|done|move|rename|remove", autocompletion=completion.milestone_actions),
    ],
    ids: Annotated[
        list[str],
        argument(
            "add: the task; else milestones, such as T2.1.3/m1.",
            "ID...",
            autocompletion=completion.milestones,
        ),
    ],
    title: Annotated[str | None, option("add, rename: what is to be reached.", "TEXT")] = None,
    due: Annotated[str | None, option("add: by which day.", "DATE")] = None,
    to: Annotated[str | None, option("move: the new day.", "DATE")] = None,
    reason: Annotated[str | None, option("move, rename, remove: why.", "TEXT")] = None,
    note: Note = None,
    request_id: Request = None,
) -> None:
    """Add a staged goal to a task, report goals done, move their dates, rename or remove them."""
    from qplan.service import milestones

    ids = split_ids(ids)
    action = _milestone_action(action, ids, title=title, due=due, to=to, reason=reason, note=note)
    if len(set(ids)) > MANY and not ctx.obj.dry_run:
        confirm(_("This changes {n} milestones."), ctx.obj, n=len(set(ids)))
    with writing(ctx.obj, request_id) as (ledger, context):
        if action == "add":
            written = milestones.add(ledger, ids[0], title or "", parse_date(due or "", "--due"), context)
        elif action == "done":
            written = milestones.done(ledger, ids, note, context)
        elif action == "rename":
            written = milestones.rename(ledger, ids[0], title or "", reason, context)
        elif action == "remove":
            written = milestones.remove(ledger, ids, reason, context)
        else:
            written = milestones.move(ledger, ids, parse_date(to or "", "--to"), reason or note, context)
        receipts(ctx.obj, written, context.on.isoformat(), ledger)


def _milestone_action(action: str, ids: list[str], **given: str | None) -> str:
    """Return what is to be done to milestones; BadInput where an option is missing, or is one of another action."""
    needs = {
        "add": ("title", "due"),
        "done": (),
        "move": ("to",),
        "rename": ("title",),
        "remove": ("reason",),
    }
    takes = {"done": ("note",), "move": ("reason", "note"), "rename": ("reason",)}
    action = parse_choice(action, "qplan milestone", needs)
    missing = [f"--{name}" for name in needs[action] if not given[name]]
    if missing:
        raise BadInput(_("qplan milestone {action} needs {missing}."), action=action, missing=joined(missing))
    strange = [
        f"--{n}" for n, text in given.items() if text and n not in (*needs[action], *takes.get(action, ()))
    ]
    if strange:
        raise BadInput(
            _("qplan milestone {action} takes no {strange}."), action=action, strange=joined(strange)
        )
    if action == "add" and len(ids) > 1:
        raise BadInput(_("qplan milestone add takes one task."))
    if action == "rename" and len(ids) > 1:
        raise BadInput(_("qplan milestone rename takes one milestone."))
    return action


def measure(
    ctx: Context,
    indicator: Annotated[
        str, argument("An indicator or target: I3, Q12.", "INDICATOR", autocompletion=completion.indicators)
    ],
    value: Figure,
    source: Annotated[str, option("Where the figure comes from.", "TEXT")],
    year: Annotated[str | None, option("The year that the figure is of.", "YEAR")] = None,
    period: Annotated[
        str | None,
        option("The half-year, quarter or month that it is of: 2024-H1, 2024-Q2, 2024-06.", "PERIOD"),
    ] = None,
    note: Note = None,
    request_id: Request = None,
) -> None:
    """Report the figure of a year, quarter or month, or correct it; --on is the day on which it was known."""
    from qplan.service import measures

    if (year is None) == (period is None):
        raise BadInput(_("Which period is the figure of? Give --year 2024 or --period 2024-06, one of them."))
    if year is not None:
        parse_number(year, "--year")
    with writing(ctx.obj, request_id) as (ledger, context):
        written = measures.measure(
            ledger, indicator, year or period or "", value, source, note, context,
            keep_day=ctx.obj.on is None, option="--period" if year is None else "--year",
        )  # fmt: skip
        receipts(ctx.obj, written, context.on.isoformat(), ledger)


def target(
    ctx: Context,
    indicator: Annotated[
        str, argument("An indicator or target: I9, Q12.", "INDICATOR", autocompletion=completion.indicators)
    ],
    value: Figure,
    document: Annotated[str, option("The document that assigns it.", "NO")],
    unit: Annotated[str | None, option("Its unit, where it is another.", "UNIT")] = None,
    operator: Annotated[str | None, option("Direction: >=, <= or =.", "OP")] = None,
    year: Annotated[str | None, option("By the end of which year; the plan's otherwise.", "YEAR")] = None,
    request_id: Request = None,
) -> None:
    """Enter a target that a higher level has assigned, with its document."""
    from qplan.service import measures

    with writing(ctx.obj, request_id) as (ledger, context):
        number = None if year is None else parse_number(year, "--year")
        written = measures.target(ledger, indicator, value, document, context, unit, operator, number)
        receipts(ctx.obj, written, context.on.isoformat(), ledger)

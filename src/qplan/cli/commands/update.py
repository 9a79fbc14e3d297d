"""Commands that change the ledger."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from qplan.cli import completion
from qplan.cli.options import argument, flag, option
from qplan.cli.output import confirm, emit, print_line, say
from qplan.cli.selection import MANY, NONE, Selection, tasks_named, with_filters
from qplan.cli.session import Context, Session, opened, writing
from qplan.cli.values import parse_date, parse_evidence, parse_number, split_ids, split_list
from qplan.core import workflow
from qplan.core.model import CLOSED
from qplan.core.percents import parse_percent
from qplan.core.workflow import VERBS, parse_status
from qplan.errors import BadInput, UnknownTask
from qplan.i18n import _, joined

if TYPE_CHECKING:
    from qplan.service.receipts import Receipt

Ids = Annotated[
    list[str] | None,
    argument("One or several tasks.", "[ID...]", autocompletion=completion.tasks),
]
NoCopy = Annotated[bool, flag("Keep no copy of the evidence beside the ledger.", "--no-copy")]
Version = Annotated[
    str | None,
    option("Only if it is still at the version you looked at.", "N", "--if-version", "--version"),
]
Request = Annotated[
    str | None,
    option("A retry with the same key writes nothing twice.", "KEY", "--request-id"),
]

#: The options that give a field of a task.
Progress = Annotated[str | None, option("Percent done.", "0-100", "--progress", "-p")]
Note = Annotated[str | None, option("In words; the event keeps it.", "TEXT", "--note", "-m")]
Difficulty = Annotated[str | None, option("What hinders the work.", "TEXT")]
Needs = Annotated[str | None, option("What help is needed.", "TEXT")]
NextStep = Annotated[str | None, option("The next step.", "TEXT", "--next")]
Evidence = Annotated[
    list[str] | None,
    option("Evidence: a file, an address or a document number; may be given several times.", "FILE|URL|NO", "--evidence", "-e"),
]  # fmt: skip
Owner = Annotated[str | None, option("The responsible person.", "NAME")]

#: Field -> the option that gives it.
FIELD_OPTIONS: dict[str, Any] = {
    "progress": Progress, "note": Note, "difficulty": Difficulty, "needs": Needs, "next_step": NextStep,
    "evidence": Evidence, "owner": Owner,
    "contact": Annotated[str | None, option("How to reach them.", "TEXT")],
    "leader": Annotated[str | None, option("The leader in charge.", "NAME")],
    "lead": Annotated[list[str] | None, option("The lead department; several lead jointly (a,b).", "DEPT", autocompletion=completion.departments)],
    "support": Annotated[list[str] | None, option("A supporting department; may be given several times.", "DEPT", autocompletion=completion.departments)],
    "reason": Annotated[str | None, option("The reason.", "TEXT", "--reason", "-r")],
    "document": Annotated[str | None, option("The number of the approving document.", "NO")],
    "to": Annotated[
        str | None, option("The new deadline; without it the office grants the day that was asked for.", "DATE")
    ],
}  # fmt: skip
#: Field -> how its text is read, where it is not taken as it is.
READERS: dict[str, Callable[[Any], Any]] = {
    "progress": parse_percent, "evidence": parse_evidence, "to": partial(parse_date, name="--to"),
}  # fmt: skip


@with_filters()
def update(
    ctx: Context,
    selection: Selection,
    ids: Ids = None,
    status: Annotated[
        str | None,
        option("New status: code or label.", "STATUS", "--status", "-s", autocompletion=completion.statuses),
    ] = None,
    progress: Progress = None,
    note: Annotated[str | None, option("Progress in words.", "TEXT", "--note", "-m")] = None,
    difficulty: Difficulty = None,
    needs: Needs = None,
    next_: NextStep = None,
    evidence: Evidence = None,
    no_copy: NoCopy = False,
    owner: Owner = None,
    from_: Annotated[
        str | None,
        option(
            "Many at once, all or nothing: a workbook, CSV or TSV with headings, or a JSON object a line.",
            "FILE|-",
            "--from",
        ),
    ] = None,
    if_version: Version = None,
    request_id: Request = None,
) -> None:
    """Report on tasks and move them through the cycle."""
    ctx.obj = ctx.obj._replace(copy_evidence=not no_copy)
    given = {
        "progress": None if progress is None else parse_percent(progress),
        "note": note, "difficulty": difficulty, "needs": needs, "next_step": next_, "owner": owner,
        "evidence": parse_evidence(evidence) if evidence else None,
    }  # fmt: skip
    if from_ is not None:
        besides = status or if_version or any(value is not None for value in given.values())
        if ids or besides or selection.given:
            raise BadInput(_("--from takes everything from the file: give no ids and no fields beside it."))
        from_file(ctx.obj, from_, request_id)
        return
    if not ids and not selection.given:
        raise BadInput(_("Which tasks? Give their ids, filters such as --dept, or --from FILE."))
    if status is None and all(value is None for value in given.values()):
        raise BadInput(
            _(
                "Nothing to update: give --status, --progress, --note, --difficulty, --next, --evidence or --owner."
            )
        )
    wanted = None if status is None else parse_status(status)
    perform(ctx.obj, ids, None, given, if_version, request_id, wanted, selection)


def perform(
    session: Session, ids: Sequence[str] | None, action: str | None, given: dict[str, Any],
    if_version: str | None = None, request: str | None = None, status: str | None = None,
    selection: Selection = NONE,
) -> list["Receipt"]:  # fmt: skip
    """Take one action on tasks: ask where there are many, write, say what changed, and return it."""
    try:
        return _performed(session, ids or (), action, given, if_version, request, status, selection)
    except UnknownTask as error:
        if len(ids or ()) < 2 or (error.text.isascii() and any(map(str.isdigit, error.text))):
            raise
        hint = _("A text is given with {option}: qplan {verb} {id} {option} “{text}”")
        verb, (ident, *texts) = action or "update", ids or ()
        field = next(
            (name for step in VERBS.get(verb, ()) for name in step.requires if name not in ("to", "lead")),
            "note",
        )
        said = hint.format(verb=verb, id=ident, option=workflow.option(field), text=" ".join(texts))
        raise BadInput(f"{error}\n{said}") from error


def _performed(
    session: Session, ids: Sequence[str], action: str | None, given: dict[str, Any],
    if_version: str | None, request: str | None, status: str | None, selection: Selection,
) -> list["Receipt"]:  # fmt: skip
    from qplan.service import actions

    ids = tasks_named(session, ids, selection, action, given, status, request)
    if not ids:
        say(_("The filters select no task that this can be done to."), session)
        return []
    with writing(session, request, if_version) as (ledger, context):
        found = with_departments(ledger, given)
        if found.get("support") is not None and not session.dry_run:
            kept = {*found["support"].split(), found.get("lead")}
            _confirm_fewer(session, ledger, ids, kept)
        if action == "extend" and "to" not in given and not session.dry_run:
            _confirm_asked(session, ledger, ids, context.actor.dept)
        closing = ids if CLOSED in (status, {"approve": CLOSED}.get(action or "")) else ()
        take = partial(actions.take, ledger, ids, action, found, status=status)
        return _written(session, ledger, context, closing, take)


def _written(
    session: Session, ledger: Any, context: Any, closing: Sequence[str], take: Callable[..., list["Receipt"]]
) -> list["Receipt"]:
    """Write what ``take`` does in a context, after a question where it closes tasks; show the receipts."""
    if closing and not session.dry_run:
        from qplan.cli.evidence import confirm_approval

        take(context=context._replace(dry_run=True))  # refused without a question
        confirm_approval(session, ledger, closing)
    written = take(context=context)
    receipts(session, written, context.on.isoformat(), ledger)
    return written


def _confirm_fewer(session: Session, ledger: Any, texts: list[str], kept: set[str | None]) -> None:
    """Ask before supporting departments of tasks are replaced: ``--support`` names all of them."""
    titles = _titles(ledger)
    for text in texts:
        task = ledger.task(text)
        lost = [titles.get(dept, dept) for dept in task.support.split() if dept not in kept]
        if lost:
            question = _("{id}: {depts} would no longer support it; --support names all that do.")
            confirm(question, session, id=task.id, depts=joined(lost))


def _confirm_asked(session: Session, ledger: Any, texts: list[str], dept: str) -> None:
    """Ask before the office grants the days that were asked for without naming them."""
    if dept != ledger.plan().office:
        return
    titles = _titles(ledger)
    for text in texts:
        task = ledger.task(text)
        if task.extension_to:
            question = _(
                "{id}: {lead} asks for {to} instead of {deadline} ({reason}); --to gives another day. Grant it?"
            )
            lead = joined(titles.get(one, one) for one in task.leads)
            confirm(
                question, session, id=task.id, lead=lead, to=task.extension_to, deadline=task.deadline or "—",
                reason=task.extension_reason,
            )  # fmt: skip


def _titles(ledger: Any) -> dict[str, str]:
    return {dept.id: dept.title for dept in ledger.departments()}


def from_file(session: Session, path: str, request: str | None) -> None:
    """Take what a file says of many tasks as one command."""
    import sys

    from qplan.plan.tables.grid import MOST_BYTES
    from qplan.service import actions, report_files

    if path == "-":
        name, data = _("standard input"), sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with open(path, "rb") as file:
            name, data = path, file.read(MOST_BYTES + 1)
    lines, faults = report_files.read(name, data, _own_headings(session))
    if len(lines) > MANY and not session.dry_run and not faults:
        confirm(_("This changes {n} tasks."), session, n=len(lines))
    with writing(session, request) as (ledger, context):
        closing = [line.id for line in lines if line.status == CLOSED]
        take = partial(actions.take_each, ledger, name, lines, faults=faults)
        _written(session, ledger, context, closing, take)


def _own_headings(session: Session) -> list[str]:
    """The headings of the plan's own columns, as lists show them."""
    from qplan.core.own import columns_of

    with opened(session) as ledger:
        return [name for one in columns_of(ledger.plan()) for name in (one.id, one.title, one.heading)]


def undo(
    ctx: Context,
    seqs: Annotated[
        list[str] | None,
        argument(
            "Numbers of entries; by default the last command that applies, for a department its own last one.",
            "[SEQ...]",
        ),
    ] = None,
    only: Annotated[bool, flag("Only these entries, not all that the same command wrote.", "--only")] = False,
    request_id: Request = None,
) -> None:
    """Take a command back by appending the inverses of its entries, which can be undone in turn."""
    from qplan.service import reversal

    numbers = [parse_number(text, _("The entry's number")) for text in split_ids(seqs or [])]
    if only and not numbers:
        raise BadInput(_("--only goes with the numbers of entries."))
    with writing(ctx.obj, request_id) as (ledger, context):
        written = reversal.undo(ledger, numbers or None, context, only=only, keep_day=ctx.obj.on is None)
        receipts(ctx.obj, written, context.on.isoformat(), ledger)
        if written and written[0].effective_on < context.on.isoformat():
            day = written[0].effective_on
            say(_("It takes effect from {day} on, like the entry that it undoes."), ctx.obj, day=day)


def with_departments(ledger: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The fields given, departments by their ids: ``--lead a,b`` leads jointly, an empty ``--support`` is none."""
    found = dict(given)
    for name in ("lead", "support"):
        if given.get(name) is not None:
            departments = ledger.departments()
            named = [ident for text in given[name] for ident in _departments(text, departments)]
            found[name] = " ".join(dict.fromkeys(named))
    return found


def _departments(text: str, departments: list[Any]) -> list[str]:
    """The ids of the departments that a text means: of one, whose name may hold a blank, or of several."""
    from qplan.core.names import find_department

    try:
        return [find_department(text, departments).id] if text.strip() else []
    except BadInput:
        parts = split_list(text)
        if len(parts) < 2:
            raise
        return [find_department(part, departments).id for part in parts]


def remarks(receipt: Any, ledger: Any) -> list[str]:
    """Return what a receipt should point out: progress that falls, and a closing with something left undone."""
    was, now = receipt.before.get("progress"), receipt.after.get("progress")
    found = []
    if was is not None and now is not None and now < was and receipt.reverts is None:
        text = _("{id}: progress falls from {was}% to {now}%.")
        found.append(text.format(id=receipt.subject, was=was, now=now))
    if receipt.kind == "task.approve":
        if was is not None and was < 100:
            found.append(
                _("{id} was reported at {was}% when it was closed.").format(id=receipt.subject, was=was)
            )
        undone = [goal.id for goal in ledger.milestones(receipt.subject) if goal.done_on is None]
        if undone:
            found.append(
                _("{id} is closed with milestones not done: {goals}.").format(
                    id=receipt.subject, goals=joined(undone)
                )
            )
    return found


def receipts(session: Session, written: list[Any], on: str, ledger: Any) -> None:
    """Say what a write changed: a line each on a screen, or in the format asked for."""
    from qplan.render.cells import line
    from qplan.views import receipts as views

    if any(receipt.after.get("evidence") for receipt in written):
        from qplan.cli import evidence

        evidence.keep(session, written)
    for receipt in written:
        for text in remarks(receipt, ledger):
            say(text, session)
    if session.format:
        emit(views.receipts(on, written, ledger.head()), session)
        return
    if written:
        print_line("\n".join(line(views.receipt_line(receipt)) for receipt in written))
    else:
        say(_("Nothing changed."), session)

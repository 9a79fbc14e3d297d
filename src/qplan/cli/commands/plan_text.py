"""Commands about a plan's own text: a draft of the plan from it, and the plan beside it."""

import os
from pathlib import Path
from typing import Annotated, Any

from qplan.cli.options import DryRun, argument, option
from qplan.cli.output import confirm, emit, print_line, say
from qplan.cli.protection import check_not_read
from qplan.cli.session import Context, Session, opened, today
from qplan.core.model import Head, Plan
from qplan.errors import BadInput, of_file
from qplan.i18n import _


def from_document(
    ctx: Context,
    file: Annotated[str, argument("The plan's text: .docx, .txt, .md or .html.", "FILE")],
    out: Annotated[str | None, option("The folder for the draft of the plan.", "DIR", "--out", "-o")] = None,
    office: Annotated[
        str | None,
        option("Who keeps the ledger, where the text does not say so.", "NAME"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Draft a plan from its own text: tasks, indicators, every promise; what is uncertain is asked."""
    from qplan.plan.document.draft import draft_plan
    from qplan.plan.document.reading import read_document
    from qplan.views import plan_text as views

    document = read_document(Path(file))
    draft = draft_plan(document, office)
    view = views.read_text(document, draft.questions, today(ctx.obj).isoformat())
    if out is not None and not dry_run:
        write_draft(Path(out), document, draft, ctx.obj)
        print_line(view.title)
        if document.unread:
            say(document.unread, ctx.obj)
        say(_("Written: {path}"), ctx.obj, path=out)
        say(
            _("Next: read {path}, then qplan check {folder} and qplan load {folder}"),
            ctx.obj, path=os.path.join(out, QUESTIONS), folder=out,
        )  # fmt: skip
    if out is None or dry_run or ctx.obj.format:
        emit(view, ctx.obj)


#: The page of questions in the folder of a draft.
QUESTIONS = "questions.md"


def write_draft(folder: Path, document: Any, draft: Any, session: Session) -> None:
    """Write a plan's files and its questions into a folder: all of them, or none."""
    from qplan.plan.questions import text_page
    from qplan.plan.source import PLAN_FILE
    from qplan.plan.writer import write_plan

    if folder.exists() and not folder.is_dir():
        raise BadInput(_("{path} is not a folder."), path=folder)
    check_not_read(folder / QUESTIONS, document.path)
    if (folder / PLAN_FILE).exists():
        confirm(_("{path} holds a plan, which will be replaced."), session, path=folder)
    comment = _("Drafted from {file}; what was uncertain is in {page}.").format(
        file=document.path.name, page=QUESTIONS
    )
    page = text_page(document.head.title, document.path.name, draft.questions)
    try:
        write_plan(folder, draft.plan, comment, {QUESTIONS: page})
    except OSError as error:
        raise of_file(error, str(folder)) from error


def coverage(
    ctx: Context,
    path: Annotated[
        str | None,
        argument("The plan's folder; the plan of the ledger by default.", "[DIR]"),
    ] = None,
    source: Annotated[
        str | None,
        option("The plan's own text; the one that the plan names by default.", "FILE"),
    ] = None,
) -> None:
    """Set a plan beside its own text: what carries each heading and promise, what differs, what is missing."""
    from qplan.plan.coverage import cover
    from qplan.plan.document.reading import read_document
    from qplan.views import plan_text as views

    plan, text, head = compared(path, ctx.obj)
    if source is None and text is None:
        raise BadInput(_("The plan names no text of its own; give --source FILE."))
    page = Path(source) if source is not None else text or Path()
    check_not_read(ctx.obj.out, page)
    document = read_document(page)
    emit(views.coverage(document, cover(document, plan), today(ctx.obj).isoformat(), head), ctx.obj)


def compared(path: str | None, session: Session) -> tuple[Plan, Path | None, Head | None]:
    """The plan of a folder or, where none is named, of the ledger; the text that it names; the ledger's head."""
    from qplan.cli.commands import plan as files
    from qplan.ledger.engines import exists
    from qplan.plan import checks
    from qplan.plan.source import read_plan

    if path is None and exists(session.ledger):
        from qplan.service.load import plan_of

        with opened(session) as ledger:
            plan, head = plan_of(ledger)
        return plan, None, head
    read = read_plan(files.place(path))
    problems = [one for one in checks.check(read) if not one.warning]
    if problems or read.plan is None:
        from qplan.errors import BadFile

        raise BadFile(problems, writes=False)
    return read.plan, read.text, None

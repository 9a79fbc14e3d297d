"""Commands about forms: write one for each department, read what was filled in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from qplan.cli import evidence, outbox
from qplan.cli.options import argument, dept_option, option
from qplan.cli.output import confirm, emit, save, say
from qplan.cli.session import Context, Session, department, opened, reading, write_context, writer
from qplan.cli.values import parse_date
from qplan.errors import BadInput
from qplan.files import file_name
from qplan.i18n import N_, N_p, _, both_languages, pgettext
from qplan.service.collection import CONFLICT, FAULTY, TAKEN, FormFile, Outcome

#: More rows than this are not taken without being asked.
MANY = 3
#: Suffixes of files that may be forms, as they come back from other programs too.
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".et")


#: The folder for copies to be sent back, beside the forms.
RETURNED = N_p("form", "returned")


def forms(
    ctx: Context,
    out: Annotated[str, option("The folder for the forms.", "DIR", "--out", "-o")],
    dept: Annotated[
        list[str] | None, dept_option(help=N_("Only for this department; may be repeated."))
    ] = None,
    due: Annotated[str | None, option("The day by which the forms are to be sent in.", "DATE")] = None,
) -> None:
    """Write a workbook for each department to fill in: its tasks, milestones and indicators."""
    from qplan.cli.folder import write_once
    from qplan.extras import need

    need("openpyxl")
    from qplan.render import form_sheets
    from qplan.service import forms as service

    day = parse_date(due, "--due") if due is not None else None
    folder = Path(os.path.expanduser(out))
    if folder.exists() and not folder.is_dir():
        raise BadInput(_("{path} is not a folder."), path=out)
    with reading(ctx.obj) as snapshot:
        named = [found for text in dept or () if (found := department(snapshot.departments.values(), text))]
        made = service.forms(snapshot, day, named)
    if not made:
        say(_("There is nothing to report on: no form was written."), ctx.obj)
        return
    files = {
        folder / f"{file_name(form_sheets.file_title(form))}.xlsx": form_sheets.write(form) for form in made
    }
    refusal = _("{path} is there already and may be filled in: name another folder, or move it away.")
    write_once(folder, files, ctx.obj, refusal)


def collect(
    ctx: Context,
    paths: Annotated[list[str], argument("Filled-in forms, or folders of them.", "PATH...")],
) -> int:
    """Take what filled-in forms say: all of a form or nothing of it, and nothing twice."""
    from qplan.service import collection

    files = collection.read_forms(_files(paths, ctx.obj), ctx.obj.evidence_folders)
    if not ctx.obj.dry_run:
        planned = _collect(ctx.obj._replace(dry_run=True), files)
        rows = sum(outcome.rows for outcome in planned if outcome.state == TAKEN)
        if rows > MANY:
            confirm(_("This takes {n} rows of the forms."), ctx.obj, n=rows)
    outcomes = _collect(ctx.obj, files)
    _emit(ctx.obj, outcomes)
    evidence.keep(ctx.obj, [receipt for outcome in outcomes for receipt in outcome.receipts])
    if not ctx.obj.dry_run:
        for outcome in outcomes:
            _send_back(outcome, ctx.obj)
    states = {outcome.state for outcome in outcomes}
    return 2 if FAULTY in states else 4 if CONFLICT in states else 0


def _files(paths: list[str], session: Session) -> list[Path]:
    """The files named and the workbooks of the folders named, each once; BadInput where there are none.

    Whatever else came back in a folder is named, for it may be a report.
    """
    found: dict[Path, Path] = {}
    for text in paths:
        path = Path(os.path.expanduser(text))
        if path.is_dir():
            for one in sorted(path.iterdir()):
                if one.name.startswith(("~$", ".")) or one.name in both_languages("form", RETURNED):
                    continue
                if one.suffix.lower() in SUFFIXES and one.is_file():
                    found[one.resolve()] = one
                else:
                    say(_unread(one), session, path=one)
        elif path.exists():
            found[path.resolve()] = path
        else:
            raise BadInput(_("{path}: there is no such file or folder"), path=text)
    if not found:
        raise BadInput(_("There are no workbooks in {path}."), path=", ".join(paths))
    return list(found.values())


def _unread(path: Path) -> str:
    """What to do with something in a folder of forms that is no workbook."""
    if path.is_dir():
        return _("{path} is a folder and was not read; name it too if there are forms in it.")
    if path.suffix.lower() in (".zip", ".rar", ".7z", ".gz", ".tar"):
        return _("{path} is an archive and was not read; unpack it and collect the forms in it.")
    return _("{path} is no workbook and was not read; if it is a report, have it sent as the form (.xlsx).")


def _collect(session: Session, files: list[FormFile]) -> list[Outcome]:
    from qplan.service import collection

    with opened(session, write=not session.dry_run) as ledger:
        plan = ledger.plan()
        actor = writer(session, ledger, plan.office)
        outcomes = collection.collect(ledger, files, write_context(session, actor, plan))
    if not session.dry_run:
        outbox.mark_written()
    return outcomes


def _emit(session: Session, outcomes: list[Outcome]) -> None:
    from qplan.service import forms as service
    from qplan.views import forms as views

    with reading(session) as snapshot:
        asked = service.departments_asked(snapshot)
        emit(views.collected(snapshot, outcomes, asked, dry_run=session.dry_run), session)


def _send_back(outcome: Outcome, session: Session) -> None:
    """Write a copy of a form with its faults as comments into a folder beside it."""
    from qplan.render.form_sheets import marked
    from qplan.views.forms import comment

    cells = [(fault.cell, comment(fault)) for fault in outcome.faults if fault.cell]
    if not cells:
        return
    data = marked(outcome.path.read_bytes(), cells)
    if data is None:
        say(_("{path}: comments can be written into .xlsx files only."), session, path=outcome.path)
        return
    folder = outcome.path.parent / pgettext("form", RETURNED)
    folder.mkdir(exist_ok=True)
    path = folder / f"{outcome.path.stem}.xlsx"
    save(iter([data]), str(path), session)
    say(_("To be sent back, with comments: {path}"), session, path=path)

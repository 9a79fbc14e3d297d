"""Commands that keep a ledger: verify, seal, backup, restore, export, import, doctor, config."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import Annotated

from qplan.cli import outbox, settings
from qplan.cli.options import Argument, Option
from qplan.cli.output import confirm, emit, print_line, save, say, to_stdout
from qplan.cli.session import reading, stamp
from qplan.cli.settings import Context, make_own_folder, today
from qplan.errors import BadInput
from qplan.i18n import _, joined
from qplan.ledger.connection import shown
from qplan.ledger.store import Ledger

Force = Annotated[bool, Option("--force", help=_("Do it although it loses something; see the refusal."))]
SealFile = Annotated[
    str | None, Option("--seal", metavar="FILE", help=_("Hold it against a seal that was kept elsewhere."))
]


def verify(
    ctx: Context,
    seal: SealFile = None,
    allowed_signers: Annotated[
        str | None, Option(metavar="FILE", help=_("Whose signatures count (OpenSSH allowed signers)."))
    ] = None,
) -> int:
    """Check that journal, chain and rows agree; exit 3 when they do not."""
    from qplan.cli.commands.plan import progress
    from qplan.service import maintenance
    from qplan.views import keep as views

    if allowed_signers is not None and seal is None:
        raise BadInput(_("--allowed-signers goes with --seal: whose signature on what?"))
    with Ledger.open(ctx.ledger) as ledger, progress(ctx) as step:
        held = maintenance.verify_ledger(ledger, seal, allowed_signers, step(_("Verifying")))
    if ctx.format or held.result.findings:
        emit(views.verdict(held, _day(ctx).isoformat()), ctx)
    else:
        for line in (views.sentence(held), *views.notes(held)):
            print_line(line)
    return 3 if held.result.findings else 0


def seal(
    ctx: Context,
    path: Annotated[
        str | None, Argument(metavar="[FILE]", help=_("Where to write it; the screen by default."))
    ] = None,
    key: Annotated[
        str | None, Option(metavar="FILE", help=_("Sign it with this SSH key, into FILE.sig."))
    ] = None,
) -> None:
    """Write the head of the journal as a small file, to be kept where nobody can change it."""
    from qplan.service import maintenance
    from qplan.views import keep as views

    with Ledger.open(ctx.ledger) as ledger:
        made, files = maintenance.seal_ledger(ledger, stamp(ctx), path, key)
    if ctx.format:
        emit(views.seal(made, files, _day(ctx).isoformat()), ctx)
    else:
        outbox.put((made.text(),), to_stdout)
    for file in files:
        say(_("Written: {path}").format(path=file), ctx)


def backup(
    ctx: Context,
    path: Annotated[str, Argument(metavar="PATH", help=_("A file, or a folder for a dated one."))],
    force: Force = False,
) -> None:
    """Copy the ledger, verified, while others go on working."""
    from qplan.ledger import backup
    from qplan.views.keep import head_line

    head, where = backup.backup(ctx.ledger, path, stamp(ctx), force)
    print_line(_("Backed up to {path}.").format(path=where))
    print_line(head_line(head))


def restore(
    ctx: Context,
    path: Annotated[str, Argument(metavar="PATH", help=_("A backup."))],
    seal: SealFile = None,
    force: Force = False,
) -> None:
    """Put a backup in the ledger's place; what was there is kept beside it."""
    from qplan.ledger import backup
    from qplan.ledger import seal as seals
    from qplan.views.keep import head_line

    if os.path.exists(backup.file_of(ctx.ledger)):
        confirm(_("{path} takes the place of {ledger}.").format(path=path, ledger=ctx.ledger), ctx)
    sealed = None if seal is None else seals.read(seal)
    make_own_folder(ctx.ledger)
    done = backup.restore(ctx.ledger, path, stamp(ctx), sealed, force)
    print_line(_("Restored to {path}.").format(path=ctx.ledger))
    print_line(head_line(done.head))
    if done.aside:
        say(_("The ledger that was there is kept as {path}").format(path=done.aside), ctx)
        if done.replaced is not None and done.replaced.seq > done.head.seq:
            lost = _("Entries no. {first} to {last} are only there.")
            say(lost.format(first=done.head.seq + 1, last=done.replaced.seq), ctx)


def export(
    ctx: Context,
    journal: Annotated[
        bool, Option("--journal", help=_("The journal as JSON lines, for an auditor or qplan import."))
    ] = False,
    table: Annotated[
        str | None,
        Option(metavar="NAME", help=_("Only plan, departments, tasks, milestones, indicators or actuals.")),
    ] = None,
) -> None:
    """Write the ledger's rows as they are stored, or its journal."""
    from qplan.ledger import transfer
    from qplan.service import maintenance
    from qplan.views import keep as views

    names = list(views.EXPORTS.values())
    if table is not None and table not in names:
        raise BadInput(_("--table takes one of: {keys}.").format(keys=joined(names)))
    if journal:
        if ctx.as_of is not None or ctx.at_seq is not None or table is not None:
            raise BadInput(_("--journal writes the journal whole: leave out --as-of, --at-seq and --table."))
        with Ledger.open(ctx.ledger) as ledger:
            lines = transfer.lines(ledger.connection)
            if ctx.out and ctx.out != "-":
                save(lines, ctx.out)
                say(_("Written: {path}").format(path=ctx.out), ctx)
            else:
                # in UTF-8 whatever the console speaks: its bytes are what an auditor checks
                outbox.put((line.encode() for line in lines), to_stdout)
        return
    with reading(ctx) as book:
        asked = ctx if ctx.format or ctx.out else ctx._replace(format="json")
        chosen = [table] if table else names
        rows = maintenance.export_rows(book.ledger)
        emit(views.export(rows, chosen, book.today.isoformat(), book.ledger.head()), asked)


def import_(
    ctx: Context,
    path: Annotated[str, Argument(metavar="FILE", help=_("A journal from qplan export --journal."))],
) -> None:
    """Make a new ledger from an exported journal: the same entries, the same hashes."""
    from qplan.ledger import transfer
    from qplan.views.keep import head_line

    make_own_folder(ctx.ledger)
    head = transfer.read_in(transfer.file_lines(path), path, ctx.ledger)
    print_line(_("New ledger: {path}").format(path=shown(ctx.ledger)))
    print_line(head_line(head))


def doctor(
    ctx: Context,
    upgrade: Annotated[
        bool, Option("--upgrade", help=_("Bring an older ledger up to date, after a copy."))
    ] = False,
) -> int:
    """Look at the ledger and what is around it, and say how to mend what is wrong; exit 1 then."""
    from qplan.service import maintenance
    from qplan.views import keep as views

    if upgrade:
        from qplan.ledger import backup

        done = backup.upgrade(ctx.ledger, stamp(ctx))
        if done is None:
            say(_("The ledger is up to date."), ctx)
        elif done.copy is None:
            say(
                _(
                    "The ledger was brought up to date from schema {version}; now run qplan roles --apply again, if it has roles."
                ).format(version=done.version),
                ctx,
            )
        else:
            say(
                _(
                    "The ledger was brought up to date from schema {version}; a copy of it as it was is {copy}"
                ).format(version=done.version, copy=done.copy),
                ctx,
            )
    around = maintenance.Environment(
        today=_day(ctx),
        now=stamp(ctx),
        config=settings.config_file(os.environ),
        encoding=getattr(sys.stdout, "encoding", None) or "",
        language=ctx.lang,
        shell=os.environ.get("SHELL", ""),
        home=os.path.expanduser("~"),
    )
    found = maintenance.doctor(ctx.ledger, around)
    emit(views.doctor(found, around.today.isoformat()), ctx)
    return 1 if any(check.state == maintenance.WRONG for check in found) else 0


def _day(ctx: Context) -> date:
    """Today in the plan's zone; in UTC+8 where no plan can be read."""
    try:
        with Ledger.open(ctx.ledger) as ledger:
            return today(ledger.plan().utc_offset, ctx.now)
    except Exception:  # a ledger that cannot be read has no zone, which is not what is asked here
        return today("+08:00", ctx.now)

"""Commands that maintain a ledger: verify, seal, backup, restore, doctor."""

import os
import sys
from typing import Annotated

from qplan.cli import evidence, outbox, settings
from qplan.cli.evidence import store_of
from qplan.cli.options import argument, flag, option
from qplan.cli.output import confirm, emit, print_line, say, to_stdout
from qplan.cli.protection import check_apart
from qplan.cli.session import (
    Context,
    Session,
    keep_head,
    opened,
    timestamp,
    today_or_default,
    write_context,
    writer,
)
from qplan.cli.settings import make_own_folder
from qplan.core.model import Head
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.store import Ledger
from qplan.ledger.verify import SEEN, Finding

Force = Annotated[bool, flag("Do it although it loses something; see the refusal.", "--force")]
SealFile = Annotated[
    str | None,
    option("Hold it against a seal that was kept elsewhere.", "FILE", "--seal"),
]


def verify(
    ctx: Context,
    seal: SealFile = None,
    allowed_signers: Annotated[
        str | None, option("Whose signatures count (OpenSSH allowed signers).", "FILE")
    ] = None,
    receipt: Annotated[
        list[str] | None,
        option("Check that an entry still stands as its receipt says.", "NO:HASH"),
    ] = None,
    accept_head: Annotated[
        bool,
        flag(
            "After a restore: accept a journal that is not the one this machine saw last; it is recorded.",
            "--accept-head",
        ),
    ] = False,
) -> int:
    """Check that journal, chain and rows agree; exit 3 when they do not."""
    from qplan.cli.progress import progress
    from qplan.ledger import heads
    from qplan.service import maintenance
    from qplan.views import maintenance as views

    allowed = allowed_signers or ctx.obj.allowed_signers
    given = []
    if receipt:
        from qplan.ledger import receipts

        given = list(map(receipts.parse, receipt))
    with Ledger.open(ctx.obj.ledger) as ledger, progress(ctx.obj) as step:
        named = allowed if allowed_signers or (seal and maintenance.is_signed(seal)) else None
        held = maintenance.verify_ledger(ledger, seal, named, step(_("Verifying")), given)
        held = maintenance.with_signatures(held, ledger, allowed, step(_("Checking signatures"), 100))
        held = maintenance.with_evidence(held, ledger, store_of(ctx.obj))
        last = heads.seen(ledger, settings.heads_folder())
        moved = None if last is None else heads.fault_of(ledger, last, ctx.obj.ledger)
    if moved is None and not held.result.damage:
        keep_head(ctx.obj.ledger)
    if accept_head and not held.result.damage:
        _accept_head(ctx.obj, last if moved else None)
    elif last is not None and moved is not None:
        held = maintenance.with_finding(held, Finding(SEEN, min(last.seq, ledger.head().seq + 1), moved))
    if ctx.obj.format or held.result.findings:
        emit(views.verdict(held, today_or_default(ctx.obj).isoformat()), ctx.obj)
    else:
        for line in (views.sentence(held), *views.notes(held)):
            print_line(line)
    return 3 if held.result.findings else 0


def _accept_head(session: Session, last: Head | None) -> None:
    """Accept a journal that does not continue the head seen last, and record that; None where there is nothing to accept."""
    if last is None:
        say(_("There is nothing to accept: the journal continues what this machine has seen."), session)
        return
    from qplan.cli import signing
    from qplan.service import maintenance

    with Ledger.open(session.ledger, write=True) as ledger:
        plan = ledger.plan()
        recorded = not ledger.connection.guarded  # a department writes its own reports only
        if recorded:
            context = write_context(session, writer(session, ledger, plan.office), plan)
            maintenance.accept_head(ledger, last, context)
            outbox.mark_written()
            if session.sign:
                signing.sign(session, ledger, ledger.written)
        seq = ledger.head().seq
    keep_head(session.ledger)
    text = _("Accepted and recorded as no. {seq}; this machine had seen no. {last}.")
    if not recorded:
        text = _(
            "Accepted on this machine up to no. {seq}; it had seen no. {last}. Your role cannot record it."
        )
    say(text, session, seq=seq, last=last.seq)


def seal(
    ctx: Context,
    path: Annotated[str | None, argument("Where to write it; the screen by default.", "[FILE]")] = None,
    key: Annotated[str | None, option("Sign it with this SSH key, into FILE.sig.", "FILE")] = None,
) -> None:
    """Write the head of the journal as a small file, to be kept where nobody can change it."""
    from qplan.service import seals
    from qplan.views import maintenance as views

    if path is not None:
        check_apart(path, ctx.obj)
        if key is None and ctx.obj.sign:
            from qplan.cli import signing

            key = signing.key_of(ctx.obj)
    with opened(ctx.obj) as ledger:
        made, files = seals.seal_ledger(ledger, timestamp(ctx.obj), path, key)
    if ctx.obj.format:
        emit(views.seal(made, files, today_or_default(ctx.obj).isoformat()), ctx.obj)
    else:
        outbox.put((made.text(),), to_stdout)
    for file in files:
        say(_("Written: {path}"), ctx.obj, path=file)


def backup(
    ctx: Context,
    path: Annotated[str, argument("A file, or a folder for a dated one.", "PATH")],
    force: Force = False,
) -> None:
    """Copy the ledger, verified, while others go on working; the copies of evidence go into a folder beside it."""
    from qplan.ledger import backup
    from qplan.views.maintenance import head_line

    check_apart(path, ctx.obj)
    backup.file_of(ctx.obj.ledger)
    with opened(ctx.obj):
        pass  # a ledger that is not the one seen here is not copied over a backup of that
    head, where = backup.backup(ctx.obj.ledger, path, timestamp(ctx.obj), force)
    print_line(_("Backed up to {path}."), path=where)
    print_line(head_line(head))
    evidence.copy_all(store_of(ctx.obj), evidence.beside(where, head), ctx.obj)


def restore(
    ctx: Context,
    path: Annotated[str, argument("A backup.", "PATH")],
    seal: SealFile = None,
    force: Force = False,
) -> None:
    """Put a backup in the ledger's place, with its copies of evidence; what was there is kept beside it."""
    from qplan.ledger import backup
    from qplan.ledger import seal as seals
    from qplan.views.maintenance import head_line

    if os.path.exists(backup.file_of(ctx.obj.ledger)):
        backup.check_backup(ctx.obj.ledger, path).close()  # refused without a question
        confirm(_("{path} takes the place of {ledger}."), ctx.obj, path=path, ledger=ctx.obj.ledger)
    sealed = None if seal is None else seals.read(seal)
    make_own_folder(ctx.obj.ledger)
    done = backup.restore(ctx.obj.ledger, path, timestamp(ctx.obj), sealed, force)
    keep_head(ctx.obj.ledger)
    print_line(_("Restored to {path}."), path=ctx.obj.ledger)
    print_line(head_line(done.head))
    if done.aside:
        say(_("The ledger that was there is kept as {path}"), ctx.obj, path=done.aside)
        if done.replaced is not None and done.replaced.seq > done.head.seq:
            lost = _("Entries no. {first} to {last} are only there.")
            say(lost, ctx.obj, first=done.head.seq + 1, last=done.replaced.seq)
    evidence.copy_all(evidence.beside(path, done.head), store_of(ctx.obj), ctx.obj)


def doctor(
    ctx: Context,
    upgrade: Annotated[bool, flag("Bring an older ledger up to date, after a copy.", "--upgrade")] = False,
    sweep: Annotated[
        str | None,
        option("Remove what killed commands left; in this folder too, and below it.", "[DIR]"),
    ] = None,
) -> int:
    """Look at the ledger and what is around it, and say how to mend what is wrong; exit 1 then."""
    from qplan.service import maintenance
    from qplan.views import maintenance as views

    if sweep and not os.path.isdir(sweep):
        raise BadInput(_("There is no folder {path}."), path=sweep)
    if upgrade:
        from qplan.ledger import backup

        done = backup.upgrade(ctx.obj.ledger, timestamp(ctx.obj))
        said = _("The ledger is up to date.")
        if done is not None:
            said = _(
                "The ledger was brought up to date from schema {version}; a copy of it as it was is {copy}"
            )
            if done.copy is None:
                said = _(
                    "The ledger was brought up to date from schema {version}; now run qplan roles --apply again, if it has roles."
                )
            said = said.format(version=done.version, copy=done.copy)
        say(said, ctx.obj)
    around = maintenance.Environment(
        today=today_or_default(ctx.obj),
        now=timestamp(ctx.obj),
        config=settings.config_file(),
        encoding=getattr(sys.stdout, "encoding", None) or "",
        language=ctx.obj.language,
        language_fault=settings.language_fault(),
        shell=os.environ.get("SHELL", ""),
        home=os.path.expanduser("~"),
        config_fault=str(settings.sound_config().fault or ""),
        templates=ctx.obj.templates,
        heads=settings.heads_folder(),
        folders=(
            os.getcwd(),
            os.path.dirname(settings.config_file()),
            ctx.obj.evidence_store,
            sweep,
            settings.heads_folder(),
        ),
        sweep=sweep is not None,
    )
    found = maintenance.doctor(ctx.obj.ledger, around)
    emit(views.doctor(found, around.today.isoformat()), ctx.obj)
    return 1 if any(check.state == maintenance.WRONG for check in found) else 0

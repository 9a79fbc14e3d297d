"""Evidence on the command line: where copies are kept, what is said of them, what is asked before an approval."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qplan import files
from qplan.cli.output import confirm, print_line, say
from qplan.cli.session import Session
from qplan.errors import QplanError, system_words
from qplan.i18n import _, joined
from qplan.ledger.connection import is_server, path_of

if TYPE_CHECKING:
    from qplan.core.model import Head
    from qplan.ledger.store import Ledger
    from qplan.service.receipts import Receipt


def store_of(session: Session) -> Path | None:
    """Return the folder of the copies: the one configured, else beside the ledger; None for a server without one."""
    if session.evidence_store:
        return Path(session.evidence_store)
    return None if is_server(session.ledger) else Path(f"{files.target_of(path_of(session.ledger))}.evidence")


def keep(session: Session, written: Iterable[Receipt]) -> None:
    """Keep copies of the files that were given as evidence, and say which could not be kept."""
    from qplan.service import evidence as service

    given = {
        (r.after["evidence"], r.after.get("evidence_sha256")): r.seq
        for r in written
        if r.after.get("evidence")
    }
    store = store_of(session)
    for (text, digests), seq in given.items():
        for path in service.unread(text, digests):
            said = _("Evidence “{path}” is no file that can be read here: only its name is kept.")
            say(said, session, path=path)
        if not seq or digests is None or not session.copy_evidence:
            continue
        if store is None:
            say(
                _(
                    "No copy of the evidence is kept: set evidence_store in the config file to a folder for copies."
                ),
                session,
            )
            continue
        try:
            failed = service.keep(text, digests, store, _mode(session))
        except OSError as error:
            said = _("No copy of the evidence is kept: {path}: {error}.")
            say(said, session, path=store, error=system_words(error))
            continue
        for path in failed:
            say(_("No copy of {path} is kept: it changed while it was read."), session, path=path)


def beside(backup: str | Path, head: Head) -> Path:
    """Return the folder beside a backup that has the copies of evidence of its ledger, for all its backups."""
    return Path(backup).absolute().parent / f"{head.ledger}.evidence"


def copy_all(source: Path | None, target: Path | None, session: Session) -> None:
    """Copy the copies of evidence of a ledger along with it, and say where they are; QplanError where they cannot be."""
    from qplan.service import evidence as service

    if source is None or target is None or not source.is_dir():
        return
    try:
        number, failed = service.copy_store(source, target)
    except OSError as error:
        said = _("The ledger is copied, the evidence is not: {path}: {error}.")
        raise QplanError(said, path=target, error=system_words(error)) from error
    for path in failed:
        say(_("{path} is not the copy that it is named by; it was not copied."), session, path=path)
    print_line(_("Evidence: {n} copies in {path}."), n=number, path=target)


def _mode(session: Session) -> int:
    """The mode of the copies: who may read the ledger may read them."""
    if is_server(session.ledger):
        return 0o600
    return (os.stat(path_of(session.ledger)).st_mode & 0o666) | 0o600


def confirm_approval(session: Session, ledger: Ledger, texts: Sequence[str]) -> None:
    """Ask before tasks are closed with something left undone, or with evidence that nobody can look at any more."""
    from qplan.core.model import SUBMITTED
    from qplan.service.evidence import LOST, pieces_of
    from qplan.views.evidence import state_label

    store, found = store_of(session), []
    for text in texts:
        task = ledger.task(text)
        if task.status != SUBMITTED:
            continue  # refused by the rules, with their sentence
        lost = [
            f"{one.text} ({state_label(one.state)})" for one in pieces_of(task, store) if one.state in LOST
        ]
        if lost:
            found.append(
                _("{id}: evidence is not as it was given: {pieces}").format(id=task.id, pieces=joined(lost))
            )
        undone = [goal.id for goal in ledger.milestones(task.id) if goal.done_on is None]
        if undone:
            found.append(_("{id}: milestones not done: {goals}").format(id=task.id, goals=joined(undone)))
        if not task.progress:
            found.append(_("{id}: its progress is 0 %").format(id=task.id))
    if found:
        confirm(_("{reasons}. Close all the same?"), session, reasons=joined(found, ";"))

"""Letters to departments: a paper, a text to paste and a mail for each, written into a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qplan import files
from qplan.cli import outbox
from qplan.cli.session import Session, reading
from qplan.errors import QplanError
from qplan.i18n import _, joined

if TYPE_CHECKING:
    from qplan.service.actions import Receipt
    from qplan.views.letters import Letter


def check(out: str, session: Session) -> None:
    """Raise BadInput or QplanError where no letters could be written: before the ledger is written to."""
    from qplan.cli import folder
    from qplan.extras import need
    from qplan.plan import wording

    folder.checked_folder(out, session)
    need("docx")
    need("jinja2")
    wording.read("message", session.templates)


def write(letters: Sequence[Letter], out: str, session: Session) -> None:
    """Write the files of all letters or of none; Refused where one would replace what qplan did not write."""
    from qplan.cli import folder
    from qplan.render import mail

    place = folder.checked_folder(out, session)
    sheets = []
    for letter in letters:
        base = os.path.join(place, files.file_name(letter.file_title))
        paper = folder.rendered(letter.view, "docx")
        sheets += [
            folder.Sheet(f"{base}.docx", paper, letter.view),
            folder.Sheet(f"{base}.txt", f"{letter.text}\n".encode(), letter.view),
            folder.Sheet(f"{base}.eml", mail.write(letter, paper), letter.view),
        ]
    folder.write_sheets(sheets, session)


def of_urging(written: Sequence[Receipt], session: Session) -> list[Letter]:
    """Return the letters about what a command urged, with the levels and days that its receipts have."""
    from qplan.service import overdue, queries
    from qplan.views import letters as views

    with reading(session._replace(as_of=session.on)) as snapshot:
        lines = []
        for receipt in written:
            item = queries.task(snapshot, receipt.subject).item
            recorded = {name: value for name, value in receipt.after.items() if name in _URGE}
            item = item._replace(task=item.task._replace(**recorded))
            lines.append(overdue.with_escalation(snapshot, item))
        return views.letters(snapshot, lines, session.templates)


_URGE = ("urge_level", "urged_on", "answer_by", "answered_on")


def after_urging(written: Sequence[Receipt], out: str, session: Session) -> None:
    """Write the letters about what was urged; QplanError says that the urge is recorded although they failed."""
    try:
        write(of_urging(written, session), out, session)
    except (QplanError, OSError) as error:
        outbox.flush()  # what was recorded
        raise not_followed(error, written, f"--out {out}") from error


def not_followed(error: Exception, written: Sequence[Receipt], options: str) -> QplanError:
    """Return the error that says what was recorded, what failed after it, and the command that does it again."""
    from qplan.cli.run import explained

    ids = " ".join(receipt.subject for receipt in written)
    return QplanError(
        _("The urge is recorded (no. {numbers}), but its letters were not written: {error}\nOnce that is mended: qplan notice {ids} {options}").format(
            numbers=joined(str(receipt.seq) for receipt in written), error=explained(error)[0], ids=ids, options=options
        )
    )  # fmt: skip

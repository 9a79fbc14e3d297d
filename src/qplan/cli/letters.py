"""Letters to departments: a paper, a text to paste and a mail for each, written into a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qplan import files
from qplan.cli import outbox
from qplan.cli.output import say
from qplan.cli.session import Session, reading, writing
from qplan.errors import QplanError
from qplan.i18n import _, joined

if TYPE_CHECKING:
    from qplan.service.receipts import Receipt
    from qplan.service.webhooks import NotTaken, Robot
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


def robot_of(wanted: str | None, session: Session) -> Robot | None:
    """Return the robot that ``--send`` means; None where it is not given. BadInput where none is configured."""
    if wanted is None:
        return None
    from qplan.extras import need
    from qplan.service import webhooks

    need("jinja2")
    return webhooks.robot_of(session.send, wanted.strip().lower() or None)


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


def after_urging(written: Sequence[Receipt], out: str | None, robot: Robot | None, session: Session) -> None:
    """Write and send the letters about what was urged; QplanError says that the urge is recorded where that fails.

    What an earlier run of the same request wrote is not sent again.
    """
    outbox.flush()  # what was recorded
    options = [f"--out {out}"] if out is not None else []
    ids = [receipt.subject for receipt in written]
    try:
        made = of_urging(written, session)
        if out is not None:
            write(made, out, session)
    except (QplanError, OSError) as error:
        options += [f"--send {robot.kind}"] if robot else []
        raise _recorded_only(written, error, ids, " ".join(options)) from error
    if robot and any(receipt.repeated for receipt in written):
        say(
            _(
                "Nothing was sent: this request was carried out before. To send it again: qplan notice {ids} --send"
            ),
            session,
            ids=" ".join(ids),
        )
    elif robot:
        send(made, robot, session)


def _recorded_only(
    written: Sequence[Receipt], error: Exception, ids: Sequence[str], options: str
) -> QplanError:
    from qplan.cli.run import explained

    return QplanError(
        _("The urge is recorded (no. {numbers}), but its letters were not written: {error}\nOnce that is mended: qplan notice {ids} {options}"),
        numbers=joined(str(receipt.seq) for receipt in written), error=explained(error)[0], ids=" ".join(ids), options=options,
    )  # fmt: skip


def send(letters: Sequence[Letter], robot: Robot, session: Session) -> None:
    """Send the text of each letter and enter it in the journal; QplanError names what was not sent, and why."""
    from qplan.service import webhooks

    for number, letter in enumerate(letters):
        try:
            parts = webhooks.send(robot, letter.text)
        except webhooks.NotTaken as error:
            raise _not_sent(letters[number:], error, robot) from error
        try:
            with writing(session._replace(on=None)) as (ledger, context):
                (first, *_more) = webhooks.record(ledger, letter.ids, robot, parts, context)
        except (QplanError, OSError) as error:
            raise _sent_only(letter, error) from error
        said = _("Sent by {robot}: {name} (messages: {n}, no. {seq})")
        say(said, session, robot=webhooks.label(robot), name=letter.name, n=parts, seq=first.seq)
        outbox.flush()


def _not_sent(letters: Sequence[Letter], error: NotTaken, robot: Robot) -> QplanError:
    """The error about letters that were not sent: the first failed, the others were not tried."""
    named = joined(letter.name for letter in letters)
    lines = [_("Not sent: {names}. {why}").format(names=named, why=error)]
    if error.delivered:
        lines.append(
            _("Of {name}, {n} of {parts} messages were delivered.").format(
                name=letters[0].name, n=error.delivered, parts=error.parts
            )
        )
    ids = dict.fromkeys(ident for letter in letters for ident in letter.ids)
    lines.append(
        _("Once that is mended: qplan notice {ids} {options}").format(
            ids=" ".join(ids), options=f"--send {robot.kind}"
        )
    )
    return QplanError("\n".join(lines))


def _sent_only(letter: Letter, error: Exception) -> QplanError:
    from qplan.cli.run import explained

    said = _("The message to {name} was sent, but the journal does not have it: {error}")
    return QplanError(said, name=letter.name, error=explained(error)[0])

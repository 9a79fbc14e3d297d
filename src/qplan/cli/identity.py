"""Who acts, asked of a user who writes for the first time and has set no actor."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qplan.cli import settings
from qplan.cli.config_file import write_setting
from qplan.cli.output import ask, asks, say
from qplan.cli.session import Session
from qplan.core.model import Actor, Department
from qplan.core.names import find_department
from qplan.errors import BadInput, QplanError
from qplan.i18n import _


def identified(session: Session, departments: Sequence[Department]) -> Session:
    """Return the session of a command that writes, with an actor that somebody has set.

    Who has set none is asked on a terminal, and the answer is kept in the config file; a dry run does
    not keep it. Raises BadInput elsewhere and with ``--yes``, QplanError where nothing is answered.
    """
    if session.actor_set:
        return session
    if session.yes or not asks():
        raise BadInput(
            _(
                "Nobody has said who acts. Set it once: qplan config set actor NAME@DEPT (NAME alone acts for the office);"
                " or give --actor or QPLAN_ACTOR."
            )
        )
    actor = _asked(session, departments)
    path = settings.config_file()
    if path and not session.dry_run:
        write_setting(path, "actor", str(actor) if actor.dept else actor.name)
        say(_("Kept in {path}; to change it: qplan config set actor NAME@DEPT"), session, path=path)
    return session._replace(actor=actor, actor_set=True)


def _asked(session: Session, departments: Sequence[Department]) -> Actor:
    """The actor that is typed, with the id of a department of the plan; it is asked for until it is one."""
    while True:
        text = ask(_("Who acts? NAME@DEPT, such as li@scjg; NAME alone acts for the office:"))
        if not text:
            raise QplanError(_("Nothing was changed."))
        try:
            actor = settings.actor_named(text, {})
            dept = find_department(actor.dept, departments).id if actor.dept else ""
        except BadInput as error:
            sys.stderr.write(f"{error}\n")
            continue
        return actor._replace(dept=dept)

"""Commands for a ledger on a PostgreSQL server: its roles, and the move there and back."""

from __future__ import annotations

import re
from typing import Annotated

from qplan.cli import outbox, settings
from qplan.cli.options import flag, option
from qplan.cli.output import confirm, print_line, say, to_stdout
from qplan.cli.protection import check_apart
from qplan.cli.session import Context, keep_head, opened
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.ledger.connection import is_server, path_of, shown


def roles(
    ctx: Context,
    sql: Annotated[bool, flag("Print the statements; psql or an administrator runs them.", "--sql")] = False,
    apply: Annotated[bool, flag("Run them on the ledger's server.", "--apply")] = False,
    prefix: Annotated[
        str,
        option("What the roles' names begin with, one for each ledger of a server.", "NAME"),
    ] = "qplan",
) -> None:
    """Give the office, each department and an auditor their own rights in the database."""
    from qplan.ledger.postgres import rights

    if sql == apply:
        raise BadInput(_("Give --sql to print the statements, or --apply to run them."))
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", prefix):
        raise BadInput(
            _("--prefix {text}: lower-case letters, digits and _, a letter first, 31 at most."), text=prefix
        )
    with opened(ctx.obj, write=apply) as ledger:
        text = rights.for_ledger(ledger.connection, prefix)
        if sql:
            outbox.put((f"{text}\n",), to_stdout)
            return
        confirm(_("Roles and rights are set on {place}."), ctx.obj, place=shown(ctx.obj.ledger))
        rights.apply(ledger.connection, prefix)
        for role in rights.role_names(ledger.connection, prefix):
            print_line(role)
    say(_("Each can log in once it has a password; in psql: \\password ROLE"), ctx.obj)


def move(
    ctx: Context,
    to: Annotated[str, option("Where the ledger goes; nothing may be there.", "PATH|URL")],
) -> None:
    """Make the same ledger at another place, journal and all, verified: SQLite to PostgreSQL, and back."""
    from qplan.cli.progress import progress
    from qplan.ledger import transfer
    from qplan.views.maintenance import head_line

    to = settings.ledger_place(to, {})
    if not is_server(to):
        check_apart(path_of(to), ctx.obj)
    with opened(ctx.obj):
        pass  # what this machine has seen of it must be there
    with progress(ctx.obj) as step:
        head = transfer.move(ctx.obj.ledger, to, step(_("Verifying")))
    keep_head(to)
    print_line(_("New ledger: {path}"), path=shown(to))
    print_line(head_line(head))
    say(
        _(
            "The ledger at {place} is still there; from now on write to the new one only (--ledger, QPLAN_LEDGER)."
        ),
        ctx.obj,
        place=shown(ctx.obj.ledger),
    )

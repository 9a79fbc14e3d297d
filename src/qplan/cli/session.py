"""From a call's context to an open ledger on a day, and to the order that a write carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from qplan.cli.settings import Context, today
from qplan.core.model import Actor, Department
from qplan.core.names import find_department
from qplan.errors import Refused
from qplan.i18n import _
from qplan.ledger.store import Ledger
from qplan.service import queries
from qplan.service.queries import Snapshot


@contextmanager
def reading(ctx: Context) -> Iterator[Snapshot]:
    """The ledger of a call, open for reading, on the day that the call asks for."""
    with Ledger.open(ctx.ledger) as ledger:
        now = today(ledger.plan().utc_offset, ctx.now)
        asked = date.fromisoformat(ctx.as_of) if ctx.as_of else now
        with queries.snapshot(ledger, asked, past=ctx.as_of is not None, seq=ctx.at_seq) as book:
            yield book


@contextmanager
def writing(ctx: Context) -> Iterator[tuple[Ledger, Any]]:
    """The ledger of a call, open for writing, and the call's order; a dry run opens it for reading."""
    from qplan.service.actions import WriteContext

    with Ledger.open(ctx.ledger, write=not ctx.dry_run) as ledger:
        plan = ledger.plan()
        day = today(plan.utc_offset, ctx.now)
        on = date.fromisoformat(ctx.on) if ctx.on else day
        actor = acting(ctx, ledger, plan.office)
        yield ledger, WriteContext(actor, stamp(ctx), day, on, ctx.dry_run)


def acting(ctx: Context, ledger: Ledger, office: str) -> Actor:
    """Who acts on a ledger: whom its database knows the session as, else whom the call names.

    Refused when the call names another department than that of the session's own role.
    """
    named = named_actor(ctx.actor, office, ledger.departments() if ctx.actor.dept else [])
    own = ledger.own_actor()
    if own is None:
        return named
    if ctx.actor.dept and named.dept != own.dept:
        raise Refused(
            _("The database knows you as {own}; you cannot act for {dept} (--actor, QPLAN_ACTOR).").format(
                own=own, dept=named.dept
            )
        )
    return own


def named_actor(actor: Actor, office: str, departments: list[Department]) -> Actor:
    """The actor with the id of a department: the one named, or the plan's office."""
    return actor._replace(dept=find_department(actor.dept, departments).id if actor.dept else office)


def stamp(ctx: Context) -> str:
    """The moment of a call as the journal records it."""
    return ctx.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def department(book: Snapshot, text: str | None) -> str | None:
    """The id of a department given by id, name, alias, initials or part."""
    return None if text is None else find_department(text, list(book.departments.values())).id

"""Commands that report: what is overdue, and the week."""

import os
from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Annotated

from qplan.cli.options import Against, Columns, Limit, NamedView, flag, option
from qplan.cli.output import emit, say
from qplan.cli.selection import OF_WHOM, Selection, query_of, query_on, with_filters
from qplan.cli.session import Context, Session, day_of, opened, reading, timestamp
from qplan.cli.values import parse_choice, parse_number, parse_period, parse_since, parse_until, parse_week
from qplan.core.calendar import Week
from qplan.errors import BadInput, NotVerified, QplanError, system_words
from qplan.i18n import _
from qplan.service import overdue as overdue_tasks

if TYPE_CHECKING:
    from qplan.ledger.store import Ledger
    from qplan.service.queries import TaskQuery
    from qplan.views import View


@with_filters(*OF_WHOM)
def overdue(
    ctx: Context,
    selection: Selection,
    by: Annotated[str | None, option("A table per department.", "dept")] = None,
    against: Against = "deadline",
    limit: Limit = None,
    exit_code: Annotated[bool, flag("Exit with 5 when something is overdue.", "--exit-code")] = False,
    columns: Columns = None,
    view: NamedView = None,
) -> int:
    """List what is overdue, the longest first, with the next level of urging."""
    from qplan.core.own import columns_of
    from qplan.views import lists
    from qplan.views.columns import chosen

    if by is not None:
        by = parse_choice(by, "--by", ("dept",))
    against = parse_choice(against, "--against", ("deadline", "original"))
    with reading(ctx.obj) as snapshot:
        most = None if limit is None else parse_number(limit, "--limit")
        keys = chosen(columns, lists.OVERDUE_KNOWN, columns_of(snapshot.plan))
        wanted = query_of(snapshot, selection, limit=most)._replace(against=against)
        listed = overdue_tasks.overdue(snapshot, wanted)
        total = overdue_tasks.total(snapshot, wanted, listed)
        emit(lists.overdue(snapshot, listed, total, by_dept=by == "dept", keys=keys), ctx.obj)
    return 5 if exit_code and total else 0


@with_filters(*OF_WHOM)
def weekly(
    ctx: Context,
    selection: Selection,
    week: Annotated[
        str | None,
        option(
            "2026-W48, 48, this, last or a day in it; the last complete one by default.",
            "WEEK",
            "--week",
            "-w",
        ),
    ] = None,
    per_dept: Annotated[
        str | None,
        option(
            "A list for each department, in a folder of its full name; in that of --out or in this one.",
            "[DIR]",
        ),
    ] = None,
    out: Annotated[
        str | None,
        option("Write a file, or into a folder: docx, xlsx, html, json and ics.", "FILE|DIR", "--out", "-o"),
    ] = None,
) -> None:
    """Compile the weekly list: overdue, new, due soon, stale, submitted, closed, by department."""
    from qplan.service import weekly as weeks
    from qplan.views import weekly as views

    with opened(ctx.obj) as ledger, ExitStack() as snapshots:
        day = day_of(ctx.obj, ledger.plan())
        wanted = _week(week, day)

        def listed(query: "TaskQuery") -> "tuple[View, list[str]]":
            snapshot, content = snapshots.enter_context(
                weeks.weekly(ledger, day, wanted, query, ctx.obj.at_seq)
            )
            leads = [line.key for line in content.by_dept if line.key]
            return views.weekly(snapshot, content, query, ctx.obj.templates), leads

        query = query_on(ledger, day, selection)
        view, leads = listed(query)
        if out is None and per_dept is None:
            emit(view, ctx.obj._replace(out=None))
            _seal(ctx.obj, ledger)
            return
        from qplan.cli import folder  # its file formats are not needed for a screen

        into = folder.folder_of(out, ctx.obj)
        above = per_dept or into
        if per_dept is not None and above is None:
            raise BadInput(_("--per-dept needs a folder: give one to it or to --out."))
        if into is None and (per_dept is None or out is not None):
            emit(view, ctx.obj._replace(out=out))
        name = f"weekly-{wanted}" + ("-selection" if query.narrowed else "")
        lead = query.where.lead
        lists = [] if into is None else [(into, f"{name}-{lead}" if isinstance(lead, str) else name, view)]
        if per_dept is not None:
            folders = _folders(ledger, above or "", leads)
            lists += [(at, f"{name}-{lead}", listed(query.led_by(lead))[0]) for lead, at in folders.items()]
        folder.write(lists, ctx.obj)
        _seal(ctx.obj, ledger)


def _folders(ledger: "Ledger", above: str, leads: list[str]) -> dict[str, str]:
    """The folder of each of some departments, named by it."""
    from qplan.files import file_name

    named = {one.id: file_name(one.title) for one in ledger.departments()}
    return {lead: os.path.join(above, named.get(lead) or lead) for lead in leads}


def _seal(session: Session, ledger: "Ledger") -> None:
    """Put a seal where the config file says (``seal_to``); what hinders that is a warning, whatever else is silenced.

    Raises NotVerified for a ledger that does not verify, or does not agree with a seal that is there.
    """
    if session.seal_to is None:
        return
    from qplan.cli import signing
    from qplan.service import seals

    try:
        key = signing.key_of(session) if session.sign else None
        path = seals.deliver(seals.made_of(ledger, timestamp(session)), session.seal_to, key)
    except NotVerified:
        raise
    except (QplanError, OSError) as error:
        why = error if isinstance(error, QplanError) else system_words(error)
        text = _("The week's list is made, but no seal was kept (seal_to in the config file): {error}.")
        say(text, session._replace(quiet=False), error=str(why).rstrip("."))
    else:
        if path is not None:
            say(_("Sealed: {path}"), session, path=path)


@with_filters(*OF_WHOM)
def changes(
    ctx: Context,
    selection: Selection,
    since: Annotated[
        str | None,
        option(
            "From that day on: 2026-11-23, yesterday, last-week …; by default Monday of the week before.",
            "DAY|WEEK",
        ),
    ] = None,
    until: Annotated[
        str | None,
        option("Up to that day, included; by default today.", "DAY|WEEK"),
    ] = None,
) -> None:
    """Show what changed: each task as it was and as it is, what was reported, by whom, and who was silent.

    An entry belongs to the day on which it took effect; what was undone is left out.
    """
    from qplan.service import changes as service
    from qplan.service import queries
    from qplan.service.weekly import last_complete_week
    from qplan.views import changes as views

    with opened(ctx.obj) as ledger:
        day = day_of(ctx.obj, ledger.plan())
        last = min(day, date.fromisoformat(parse_until(until, "--until", day))) if until else day
        monday = last_complete_week(last).first.isoformat()
        first = date.fromisoformat(parse_since(since, "--since", day) if since else monday)
        if first > last:
            raise BadInput(
                _("--since: {first} is after {last}, the last day that is shown."), first=first, last=last
            )
        with queries.snapshot(ledger, last, past=True, seq=ctx.obj.at_seq) as snapshot:
            query = query_of(snapshot, selection)
            leads = query.where.lead
            found = service.changes(snapshot, first, queries.tasks(snapshot, query), leads)
            emit(views.changes(snapshot, found, leads), ctx.obj)


@with_filters(*OF_WHOM)
def reporting(
    ctx: Context,
    selection: Selection,
    period: Annotated[
        str | None,
        option(
            "2026-W48, 2026-11, 2026-Q4, this or last; by default the last one whose cut-off has come.",
            "PERIOD",
        ),
    ] = None,
) -> None:
    """Show who has reported in a period: in time, late, without content, not at all.

    The rules of the plan give the duty (`reporting` in rules.yaml): how often, by which day, what has no content.
    """
    from qplan.service import reporting as service
    from qplan.views import reporting as views

    with reading(ctx.obj) as snapshot:
        duty = service.duty(snapshot)
        wanted = None if period is None else parse_period(period, "--period", duty.every, snapshot.today)
        found = service.reporting(snapshot, wanted, query_of(snapshot, selection))
        emit(views.reporting(snapshot, found), ctx.obj)


def _week(text: str | None, day: date) -> Week:
    """Return the week that is asked for, by default the last complete one; BadInput where it has no list yet."""
    from qplan.service.weekly import last_complete_week

    week = parse_week(text, "--week", day) if text else last_complete_week(day)
    if week.first > day:
        raise BadInput(
            _("--week: {week} begins on {first}; on {day} it has no list yet."),
            week=week,
            first=week.first,
            day=day,
        )
    return week

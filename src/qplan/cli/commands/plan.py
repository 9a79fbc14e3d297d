"""Commands about plan files: load one into the ledger, check one."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

from qplan.cli import outbox, plan_places
from qplan.cli.identity import identified
from qplan.cli.options import argument, flag
from qplan.cli.output import confirm, emit, print_line, say
from qplan.cli.progress import progress
from qplan.cli.session import Context, Session, keep_head, named_actor, opened, today, write_context
from qplan.cli.settings import make_own_folder
from qplan.core.model import Head, Plan
from qplan.errors import BadFile, BadInput, Problem
from qplan.i18n import N_, _, counted, joined, noted, sentences

Where = Annotated[
    str | None,
    argument("A plan_tasks.yaml or the folder it is in; the bundled plan by default.", "[PATH]"),
]
LoadFrom = Annotated[
    str | None,
    argument(
        "A plan_tasks.yaml or the folder it is in; by default where the ledger's plan was loaded from, else the bundled plan.",
        "[PATH]",
    ),
]

#: Entries to write from which on a progress bar is shown.
MANY = 8_000


def load(
    ctx: Context,
    path: LoadFrom = None,
    replace: Annotated[
        bool,
        flag("Let this plan replace the one that the ledger holds, of another id.", "--replace"),
    ] = False,
) -> None:
    """Load a plan: all of it, or nothing. Statuses, reports and decisions stay as they are."""
    from qplan.ledger.connection import shown
    from qplan.ledger.engines import exists
    from qplan.service import load as service
    from qplan.views import plan as views

    held = _head(ctx.obj)
    known = _loaded_from(held) if path is None else None
    if ctx.obj.sign and not ctx.obj.dry_run:
        from qplan.cli import signing

        signing.check(ctx.obj)
    with progress(ctx.obj) as step:
        plan, remarks = read(path or known, step(_("Reading the plan")))
        session = identified(ctx.obj, plan.departments)
        actor = named_actor(session.actor, plan.head.office, list(plan.departments))
        context = write_context(ctx.obj, actor, plan.head)._replace(dry_run=True)
        if not ctx.obj.dry_run and exists(ctx.obj.ledger):
            planned = service.load(ctx.obj.ledger, plan, context, replace=replace)
            if path is None and known is None:
                _confirm_bundled(ctx.obj, planned.changes)
            if planned.replacement.asks:
                confirm(sentences(*views.replacement(planned.replacement)), ctx.obj)
        if not ctx.obj.dry_run:
            make_own_folder(ctx.obj.ledger)
        context = context._replace(dry_run=ctx.obj.dry_run)
        writing = step(_("Writing the ledger"), MANY)
        loaded = service.load(ctx.obj.ledger, plan, context, writing, replace=replace)
    if not ctx.obj.dry_run:
        keep_head(ctx.obj.ledger)
        outbox.mark_written()
        _sign(ctx.obj, loaded)
    if known is not None:
        say(_("The plan was read from {path}"), ctx.obj, path=known)
    if path is not None and not ctx.obj.dry_run and (head := _head(ctx.obj)):
        plan_places.remember(head.ledger, path)
    if ctx.obj.format or ctx.obj.dry_run:
        emit(views.changes(loaded, context.today.isoformat(), ctx.obj.dry_run, _head(ctx.obj)), ctx.obj)
    else:
        print_line(views.summary(loaded, False))
        print_line(views.contents(loaded))
    if loaded.created and not ctx.obj.dry_run:
        say(_("New ledger: {path}"), ctx.obj, path=shown(ctx.obj.ledger))
    if remarks:
        say(_("Remarks on the plan: {n}; read them with: qplan check"), ctx.obj, n=len(remarks))


def _sign(session: Session, loaded: Any) -> None:
    """Sign the entries of a load, where the config file says so."""
    if not session.sign or not loaded.seq:
        return
    from qplan.cli import signing
    from qplan.ledger.store import Ledger

    with Ledger.open(session.ledger, write=True) as ledger:
        first, last = (ledger.event(seq) for seq in (loaded.seq - len(loaded.changes) + 1, loaded.seq))
        if first is not None and last is not None:
            signing.sign(session, ledger, [(first, last)])


def _loaded_from(head: Head | None) -> str | None:
    """Return where the plan of the ledger was loaded from on this machine; None where that is not known.

    Raises BadInput where nothing is there any more.
    """
    known = plan_places.place_of(head.ledger) if head else None
    if known is not None and not os.path.exists(known):
        raise BadInput(
            _("The plan of this ledger was loaded from {path}, where nothing is now; name its folder: qplan load PATH"),
            path=known,
        )  # fmt: skip
    return known


def _confirm_bundled(session: Session, changes: Iterable[Any]) -> None:
    """Ask before the bundled plan, which nobody named, changes a ledger that may be of an edited one.

    The calendar of working days, which any load brings up to date, is no such change.
    """
    changed = [change.subject for change in changes if set(change.after) != {"calendar"}]
    if changed:
        ids = joined(changed[:10]) + ("…" if len(changed) > 10 else "")
        text = _(
            "No plan is named: the bundled one would change {n} records of this ledger ({ids}). Name the plan's folder to load that."
        )
        confirm(text, session, n=len(changed), ids=ids)


def _head(session: Session) -> Head | None:
    """Where the journal stands; None where a dry run has found no ledger."""
    from qplan.ledger.engines import exists

    if not exists(session.ledger):
        return None
    with opened(session) as ledger:
        return ledger.head()


def check(ctx: Context, path: Where = None) -> int:
    """Check a plan's files and say everything at once; exit 2 when something hinders a load."""
    from qplan.plan import checks
    from qplan.plan.source import read_plan
    from qplan.views import plan as views

    with progress(ctx.obj) as step:
        found = checks.check(read_plan(place(path), step(_("Reading the plan"))), against_text=True)
    hindering = sum(not problem.warning for problem in found)
    remarks = len(found) - hindering
    title = joined((
        counted(N_("{n} problem"), N_("{n} problems"), hindering).format(n=hindering),
        counted(N_("{n} remark"), N_("{n} remarks"), remarks).format(n=remarks),
    ))  # fmt: skip
    if ctx.obj.format:
        emit(views.problems(title, found, today(ctx.obj).isoformat()), ctx.obj)
    else:
        for problem in found:
            print_line(noted(problem, _("warning") if problem.warning else _("problem")))
        say(title, ctx.obj)
    return 2 if hindering else 0


def place(path: str | None) -> Path:
    """The plan that is meant: the one named, or the bundled one."""
    from qplan.plan import bundled

    return bundled.folder() if path is None else Path(path)


def read(path: str | None, step: Callable[[int, int], None] | None = None) -> tuple[Plan, list[Problem]]:
    """A plan that can be loaded, and the remarks on it; BadFile with every problem otherwise."""
    from qplan.plan import checks
    from qplan.plan.source import read_plan

    source = read_plan(place(path), step)
    found = checks.check(source)
    hindering = [problem for problem in found if not problem.warning]
    if hindering or source.plan is None:
        raise BadFile(hindering)
    return source.plan, found

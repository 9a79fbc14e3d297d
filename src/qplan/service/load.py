"""Bringing a plan into a ledger: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from qplan.core.calendar import arrangement
from qplan.core.events import canonical
from qplan.core.model import RECORDS, Change, Head, Plan, PlanHead, in_force
from qplan.core.rules import CHINA, Rules
from qplan.errors import Refused
from qplan.i18n import _
from qplan.ledger import create
from qplan.ledger.engines import exists
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger
from qplan.plan.diff import diff
from qplan.service.actions import WriteContext, check_days, check_no_later_conflict, versioned
from qplan.service.replacement import Replacement, replacement


class Loaded(NamedTuple):
    """What a load did, or would do: ``seq`` is 0 for a dry run or when nothing changed."""

    plan: Plan
    changes: list[Change]
    created: bool
    seq: int
    replacement: Replacement = Replacement()


#: Called with what is done and how much there is.
Progress = Callable[[int, int], None]


def load(
    place: str, plan: Plan, context: WriteContext, progress: Progress | None = None, *, replace: bool = False
) -> Loaded:
    """Make the ledger's definitions those of the plan; statuses, reports and decisions stay.

    The first load makes the ledger and takes effect when the plan began; a later one takes effect on
    the context's day. Refused when the ledger holds another plan, unless the plan is to replace that one and
    begins or was issued later: then it is in force from that day, and past days have the plan of their own.
    """
    if not exists(place):
        plan = with_calendar(plan, {}, context)
        changes = diff({entity: {} for entity in RECORDS}, plan)
        if context.dry_run:
            return Loaded(plan, changes, True, 0)
        entry = Entry(str(context.actor), context.recorded_at, plan.head.begins, context.request)
        with create.new_ledger(place, context.recorded_at) as ledger, ledger.bulk_load():
            last = _write(ledger, changes, entry, progress)
        return Loaded(plan, changes, True, last)
    with Ledger.open(place, write=True) as ledger, ledger.transaction():
        held = ledger.rows()
        head = in_force(held["plan"].values())
        if head is not None:
            _check_replacement(held["plan"], head, plan.head, replace)
            plan = with_calendar(plan, _years(head.calendar), context)
        changes = diff(held, plan)
        replaced = replacement(held, plan, changes, context.today)
        if context.dry_run or not changes:
            return Loaded(plan, changes, False, 0, replaced)
        check_days(ledger.plan(), context)
        for change in changes if context.on < context.today else ():
            check_no_later_conflict(ledger, change, context.on.isoformat())
        entry = Entry(str(context.actor), context.recorded_at, context.on.isoformat(), context.request)
        bound = [
            versioned(change, held[change.entity][change.subject]) if change.before else change
            for change in changes
        ]
        last = _write(ledger, bound, entry, progress)
    return Loaded(plan, changes, False, last, replaced)


def plan_of(ledger: Ledger) -> tuple[Plan, Head]:
    """The plan that a ledger holds, without what has left it, and where its journal ends."""
    records = {
        entity: tuple(one for one in rows.values() if not getattr(one, "retired", 0))
        for entity, rows in ledger.rows().items()
    }
    tasks, indicators = (
        tuple(sorted(records[entity], key=lambda one: one.position)) for entity in ("task", "indicator")
    )
    plan = Plan(ledger.plan(), records["department"], tasks, records["milestone"], indicators)
    return plan, ledger.head()


def _check_replacement(held: Mapping[str, PlanHead], head: PlanHead, given: PlanHead, replace: bool) -> None:
    """Raise Refused unless a plan is the one in force in a ledger, or is to replace it and can."""
    names = {"held": head.title, "held_id": head.id, "given": given.title, "given_id": given.id}
    if given.id == head.id:
        others = [one for one in held.values() if one.id != head.id]
        if in_force([*others, given]) == given:
            return
        raise Refused(_("“{given}” would begin before a plan that it replaced."), **names)
    if given.id in held:
        raise Refused(
            _("“{given}” ({given_id}) was replaced in this ledger by “{held}” ({held_id})."), **names
        )
    if not replace:
        raise Refused(
            _("This ledger holds the plan “{held}” ({held_id}), not “{given}” ({given_id}); if it replaces that one: qplan load --replace, else give it a ledger of its own (--ledger).").format(**names)
        )  # fmt: skip
    if in_force([head, given]) != given:
        raise Refused(
            _("“{given}” replaces “{held}” only if it begins later, or in the same period was issued later.").format(**names)
        )  # fmt: skip


def _write(ledger: Ledger, changes: list[Change], entry: Entry, progress: Progress | None) -> int:
    """Append the changes; the number of the last entry."""
    done = last = 0
    for batch in ledger.appended(changes, entry):
        done, last = done + len(batch), batch[-1].seq
        if progress is not None:
            progress(done, len(changes))
    return last


def with_calendar(plan: Plan, known: dict[str, dict[str, list[str]]], context: WriteContext) -> Plan:
    """The plan with the working-day arrangement of its years, as the State Council published it.

    A year that the ledger knows and the library does not is kept. A plan with days off of its own needs none.
    """
    if Rules.parse(plan.head.rules).working_days != CHINA:
        return plan
    from chinese_calendar import holidays, workdays

    first, last = int(plan.head.begins[:4]), max(int(plan.head.ends[:4]), context.today.year) + 1
    years = {**known, **arrangement(holidays, workdays, first, last)}
    return plan._replace(head=plan.head._replace(calendar=canonical(years)))


def _years(text: str) -> dict[str, dict[str, list[str]]]:
    import json

    years: dict[str, dict[str, list[str]]] = json.loads(text)
    return years

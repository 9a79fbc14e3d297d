"""Undoing: the entries that take the effect of earlier ones away again."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from qplan.core import events as journal_rules
from qplan.core import workflow
from qplan.core.calendar import clock_of
from qplan.core.events import ACCEPTED, LASTING, SENT
from qplan.core.model import CLOSED, RECORDS, Actor, Change, Event, PlanHead
from qplan.errors import BadInput, Refused
from qplan.i18n import _, joined
from qplan.ledger.store import Ledger
from qplan.service.actions import WriteContext, versioned, write_changes
from qplan.service.receipts import Receipt


def undo(
    ledger: Ledger, seqs: int | Sequence[int] | None, context: WriteContext, *,
    only: bool = False, keep_day: bool = False,
) -> list[Receipt]:  # fmt: skip
    """Append the inverses of entries, the latest first: by default of the last command that applies.

    An entry stands for the whole command that wrote it unless ``only``. Without a number what is reverted
    already and undoings are passed over, so that a second undoing goes one command further back. With
    ``keep_day`` they take effect when the entries did, so that past days are right again. The office
    reverts any entry, a department only its own, as on a server. Refused when a later entry touched the
    same fields, which is named, and when a reporter would so close their own task.
    """
    named = [] if seqs is None else [seqs] if isinstance(seqs, int) else list(seqs)

    def reverted(plan: PlanHead) -> list[Event]:
        numbers = named or [_last_of(ledger, context.actor, plan)]
        every = {seq for number in numbers for seq in ([number] if only else _command_of(ledger, number))}
        return [_revertible(ledger, number) for number in sorted(every, reverse=True)]

    def decide(plan: PlanHead) -> list[Change]:
        events = reverted(plan)
        numbers = {event.seq for event in events}
        changes: list[Change] = []
        records: dict[tuple[str, str], Any] = {}
        next_seq = ledger.head().seq + 1
        for place, event in enumerate(events):
            if not keep_day:
                _check_not_before(event, context.on)
            key = _entity(event), event.subject
            record = records.get(key) or ledger.any(*key)
            if context.actor.dept != plan.office:
                _its_own(ledger, event, record, context.actor)
            change = _inverse(ledger, event, record, numbers, context, plan)
            changes.append(change)
            records[key] = record._replace(**change.after, version=next_seq + place)
        return changes

    def given() -> dict[str, list[Any]]:
        if not named:
            return {one.subject: [] for one in ledger.events()}
        found = [
            event for number in named for seq in _command_of(ledger, number) if (event := ledger.event(seq))
        ]
        return {event.subject: [event.seq] for event in sorted(found, reverse=True)}

    def its_day() -> date:
        days = sorted({event.effective_on for event in reverted(ledger.plan())})
        if len(days) > 1:
            raise Refused(
                _("The entries took effect on different days ({days}); undo them one by one, or give --on."),
                days=joined(days),
            )  # fmt: skip
        return date.fromisoformat(days[0])

    effective = its_day if keep_day else None
    return write_changes(ledger, context, decide, given, actions=("undo",), takes_effect=effective)


def _check_not_before(event: Event, on: date) -> None:
    if on.isoformat() < event.effective_on:
        raise Refused(
            _("No. {seq} took effect on {day}, and nothing can undo it before; leave --on out to undo it from its own day on."),
            seq=event.seq, day=event.effective_on,
        )  # fmt: skip


def _command_of(ledger: Ledger, seq: int) -> list[int]:
    """Return the numbers of the entries of one command that apply, and that of the entry itself."""
    event = ledger.event(seq)
    request = None if event is None else journal_rules.changes_in(event).get("request")
    written = ledger.request(request) if request else []
    return [seq, *(one.seq for one in written if one.seq != seq and not _is_reverted(ledger, one))]


def _is_reverted(ledger: Ledger, event: Event) -> bool:
    later = journal_rules.drop_undone(ledger.events_recorded_after(event.subject, event.seq))
    return any(journal_rules.undoes(one) == event.seq for one in later)


def _revertible(ledger: Ledger, seq: int) -> Event:
    """Return an entry by its number; BadInput for none, Refused for one that only a load can change."""
    event = ledger.event(seq)
    if event is None:
        raise BadInput(_("There is no entry no. {seq}; list them with: qplan log"), seq=seq)
    if event.kind == SENT:
        raise Refused(_("No. {seq} records a message that was sent; it cannot be undone."), seq=seq)
    if event.kind == ACCEPTED:
        raise Refused(_("No. {seq} records that a journal was accepted; it cannot be undone."), seq=seq)
    entity = _entity(event)
    if entity in ("plan", "department") or "retired" not in RECORDS[entity]._fields:  # type: ignore[attr-defined]
        raise _only_by_load(event)
    return event


def _entity(event: Event) -> str:
    return event.kind.partition(".")[0]


def _only_by_load(event: Event) -> Refused:
    from qplan.core.labels import event_label

    return Refused(
        _("No. {seq} ({kind}) cannot be undone; load a corrected plan instead: qplan load"),
        seq=event.seq,
        kind=event_label(event.kind),
    )


def _inverse(
    ledger: Ledger, event: Event, record: Any, reverted: Collection[int], context: WriteContext, plan: PlanHead
) -> Change:  # fmt: skip
    """Return the change that reverts an entry; Refused where an entry that stays set the same fields later."""
    change = journal_rules.inverse(event)
    for later in journal_rules.drop_undone(ledger.events_recorded_after(event.subject, event.seq)):
        shared = sorted(set(change.after) & set(journal_rules.changes_in(later)["after"]))
        if journal_rules.undoes(later) == event.seq:
            raise Refused(_("No. {seq} was undone already, by no. {later}."), seq=event.seq, later=later.seq)
        if shared and later.seq not in reverted and _entity(later) == _entity(event):
            from qplan.core.labels import event_label, field_names

            raise Refused(
                _("No. {seq} cannot be undone: no. {later} ({kind}) set {fields} after it; undo that first."),
                seq=event.seq, later=later.seq, kind=event_label(later.kind), fields=field_names(shared),
            )  # fmt: skip
    if change.after.get("status") == CLOSED:
        from qplan.core.effects import check_verifier

        claims = [one for one in ledger.events(record.id) if one.seq != event.seq]
        claimants = journal_rules.claimants(claims)
        clock = clock_of(plan, context.today)
        check_verifier(record._replace(**change.after), context.actor, clock, claimants)
    change = change._replace(before={name: getattr(record, name) for name in change.after})
    return versioned(change, record)


def _last_of(ledger: Ledger, actor: Actor, plan: PlanHead) -> int:
    """Return the entry that undoing without a number means: the last one that its department can revert
    and that nobody has reverted; Refused where there is none, or where a load was last.
    """
    from qplan.core.labels import event_label

    office = actor.dept == plan.office
    for event in ledger.events_by("" if office else actor.dept):
        loaded = event.kind.rpartition(".")[2] in ("define", "amend", "retire")
        if event.kind in LASTING or journal_rules.undoes(event) is not None or (loaded and not office):
            continue
        if loaded:
            raise Refused(
                _("No. {seq} ({kind}), the last that is not undone, is of a load; load a corrected plan instead: qplan load"),
                seq=event.seq, kind=event_label(event.kind),
            )  # fmt: skip
        if not _is_reverted(ledger, event):
            return event.seq
    raise Refused(_("{dept} has no entry that it could undo."), dept=actor.acts_for)


def _its_own(ledger: Ledger, event: Event, record: Any, actor: Actor) -> None:
    """Refuse a department what another one wrote, and its own entries where it has no part any more."""
    dept = event.actor.rpartition("@")[2]
    entity, _dot, verb = event.kind.partition(".")
    if dept == actor.dept and verb not in ("define", "amend", "retire"):
        task = {"task": event.subject, "milestone": getattr(record, "task", None)}.get(entity)
        if entity == "actual" or (task and workflow.role_of(actor, ledger.task(task), "") != workflow.OTHER):
            return
    raise Refused(
        _("No. {seq} is by {who}: the office can undo it, a department only what it wrote itself on tasks that it has part in (qplan undo NUMBER)."),
        seq=event.seq, who=event.actor,
    )  # fmt: skip

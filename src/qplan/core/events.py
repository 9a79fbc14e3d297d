"""The journal: canonical form, hash chain, replay, inverse.

An event says: the fields of one record were ``before`` and are ``after``. Applying all events in
the order of ``seq`` gives the ledger's rows; applying those effective by a day gives that day;
swapping before and after gives the inverse, which is what undoing appends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

from qplan.core.model import RECORDS, Change, Event

#: Bytes that begin every hashed text, so that no other text can be mistaken for an event.
PREFIX = b"qplan/event/v1\0"
GENESIS = b"qplan/genesis/v1\0"

#: Verbs of events that make a record; every other event changes one.
NEW = ("define", "add", "measure")
#: How the kinds of such events end.
MAKING = tuple(f".{verb}" for verb in NEW)

#: The kind of a task's reports, most of a journal; what they may change is :data:`qplan.core.effects.MAY_SET`.
REPORT = "task.report"

#: The kind of an entry that a message about a task was sent: it changes no field.
SENT = "task.send"

#: The kind of an entry that a journal was accepted in place of another one that a machine had seen, after a restore.
ACCEPTED = "plan.accept_head"

#: Kinds of entries that change no field and record what happened outside the ledger: there is nothing to revert.
LASTING = (SENT, ACCEPTED)

#: (entity, id) -> the record's fields that are not the record's defaults
State = dict[tuple[str, str], dict[str, Any]]
#: id -> the fields that a changed record had, of those that changed; None: it was not made yet. Not to be written to.
FieldsBefore = dict[str, dict[str, Any] | None]


def genesis(ledger: str) -> str:
    """What stands as ``prev`` in the first event: it binds the chain to its ledger."""
    from hashlib import sha256

    return sha256(GENESIS + ledger.encode()).hexdigest()


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Mapping[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, text as it is; values are text, int, bool, null."""
    return _ENCODER.encode(value)


#: Characters that JSON lets through and a terminal or an editor obeys: C1 controls, hidden and
#: reordering ones, and the line ends of Unicode.
_STEERING = "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"


def inert(text: str) -> str:
    """JSON that means the same and steers nothing: such characters are written as their escapes."""
    if text.isascii() and "\x7f" not in text:
        return text
    import re

    return re.sub(_STEERING, lambda found: f"\\u{ord(found[0]):04x}", text)


def composed(change: Change) -> Change:
    """The change with its texts in Unicode's composed form (NFC), so that equal texts are equal bytes.

    Evidence stays as given: it may be the path of a file, which is found by its very bytes.
    """
    kind, subject, before, after, info = change
    return Change(kind, subject, before, _nfc(after), _nfc(info))


def _nfc(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: normalize("NFC", value) if isinstance(value, str) and name != "evidence" else value
        for name, value in fields.items()
    }


#: So many texts are encoded at a time: the encoder is made anew for each call.
_TOGETHER = 100
#: What parts maps in a list that are separated by empty texts: no text holds it, for its quotes would
#: be escaped, and nothing else does, for there are no other lists in a body.
_PART = '},"",{'


def bodies_of(changes: Sequence[Change], request: str | None = None) -> list[str]:
    """The bodies of the events that changes become, in canonical form; what there is none of is left out.

    The ``version`` that a change was decided on (in ``before``) is not part of history.
    """
    if request is None and not any(change.before or change.info for change in changes):
        # definitions, of which a load has thousands
        return [f'{{"after":{after},"before":{{}}}}' for after in _each([change.after for change in changes])]
    return _each([_body(change, request) for change in changes])


def _body(change: Change, request: str | None) -> dict[str, Any]:
    before = {name: value for name, value in change.before.items() if name != "version"}
    body: dict[str, Any] = {"after": change.after, "before": before}
    if change.info:
        body["info"] = change.info
    if request is not None:
        body["request"] = request
    return body


def _each(values: Sequence[dict[str, Any]]) -> list[str]:
    """The canonical form of each."""
    texts: list[str] = []
    for at in range(0, len(values), _TOGETHER):
        parted = [part for value in values[at : at + _TOGETHER] for part in ("", value)]
        texts += [f"{{{text}}}" for text in _ENCODER.encode(parted)[5:-2].split(_PART)]
    return texts


def netstring(text: str) -> bytes:
    """``<length in bytes>:<bytes>,``: where a field ends is never a matter of its content."""
    data = text.encode()
    return b"%d:%b," % (len(data), data)


def event_hash(
    prev: str, ledger: str, seq: int, recorded_at: str, effective_on: str,
    actor: str, kind: str, subject: str, body: str,
) -> str:  # fmt: skip
    """SHA-256 over the prefix, the 32 bytes of ``prev`` and the event's fields as netstrings."""
    number = str(seq)
    name, text = subject.encode(), body.encode()
    digest: str = _sha256()(
        b"%b%b%b%d:%b,%b%b%d:%b,%d:%b," % (
            PREFIX, bytes.fromhex(prev), _netstrings(ledger), len(number), number.encode(), _netstrings(recorded_at),
            _netstrings(effective_on, actor, kind), len(name), name, len(text), text,
        )
    ).hexdigest()  # fmt: skip
    return digest


@lru_cache(maxsize=256)
def _netstrings(*texts: str) -> bytes:
    """What thousands of events in a row have in common, made once."""
    return b"".join(map(netstring, texts))


@cache
def _sha256() -> Any:
    """OpenSSL's, imported where something is hashed only."""
    from hashlib import sha256

    return sha256


def changes_in(event: Event) -> dict[str, Any]:
    """The parsed body of an event: ``before``, ``after`` and what else it carries."""
    body: dict[str, Any] = json.loads(event.body)
    return body


def apply(state: State, event: Event) -> None:
    """Put one event's ``after`` on the state, and the event's number as the record's version."""
    fields = state.setdefault((event.kind.partition(".")[0], event.subject), {})
    fields.update(json.loads(event.body)["after"])
    fields["version"] = event.seq


def replay(events: Iterable[Event], until: str | None = None) -> State:
    """The state after the events, in their order; ``until`` leaves out those effective later.

    What was reported late about a day up to ``until`` is in; what happened after is not.
    """
    state: State = {}
    for event in events:
        if until is None or event.effective_on <= until:
            apply(state, event)
    return state


#: What a past value is read from: the object that follows this in a body. It cannot be part of a
#: text, in which quotes are escaped, and no field has this name.
_BEFORE = ',"before":'
_DECODE = json.JSONDecoder().raw_decode


def fields_before(entries: Iterable[tuple[Any, ...]], until: str, seq: int) -> dict[str, FieldsBefore]:
    """Return, by entity, the fields of changed records as they were on the day ``until`` up to entry ``seq``.

    An entry is (number, effective day, kind, subject, body); they come in order, from the first that
    does not apply on that day. The ``before`` of the first such entry of a record holds its values; the
    ``after`` of a late report that applies, and was written later, replaces them.
    """
    found: dict[str, FieldsBefore] = {}
    kinds: dict[str, tuple[FieldsBefore, bool]] = {}
    alike: dict[str, dict[str, Any]] = {}  # most entries of a kind found the same, which is read once
    for number, on, kind, subject, body in entries:
        known = kinds.get(kind)
        if known is None:
            entity, _dot, verb = kind.partition(".")
            known = kinds[kind] = found.setdefault(entity, {}), verb in NEW
        fields, makes = known
        if on > until or number > seq:
            if makes:
                fields[subject] = None
                continue
            text = body[body.index(_BEFORE) + len(_BEFORE) :]
            before = alike.get(text)
            if before is None:
                before = alike[text] = _DECODE(text)[0]
            was = fields.setdefault(subject, before)
            if was is not before and was is not None:
                fields[subject] = before | was
        elif (was := fields.get(subject)) is not None:
            fields[subject] = was | json.loads(body)["after"]
    return found


def record(entity: str, subject: str, fields: Mapping[str, Any]) -> Any:
    """The record of one entity from its fields in a state."""
    return RECORDS[entity](**{"id": subject, **fields})


def inverse(event: Event) -> Change:
    """The change that takes an event back: the fields it touched get their former values.

    Undoing what made a record retires it (nothing is ever deleted); undoing an undo does the
    undone thing again.
    """
    entity, _, verb = event.kind.partition(".")
    body = changes_in(event)
    if verb in NEW:
        return Change(
            f"{entity}.retire", event.subject, {"retired": 0}, {"retired": 1}, {"undoes": event.seq}
        )
    defaults = RECORDS[entity]._field_defaults  # type: ignore[attr-defined]
    before = {name: body["before"].get(name, defaults.get(name)) for name in body["after"]}
    return Change(f"{entity}.undo", event.subject, dict(body["after"]), before, {"undoes": event.seq})


def undoes(event: Event) -> int | None:
    """Return the number of the entry that an event reverts; None for all but an undo.

    Only an undo reverts anything, whatever another entry claims in its ``info``.
    """
    if event.kind.rpartition(".")[2] not in ("undo", "retire"):
        return None
    number = changes_in(event).get("info", {}).get("undoes")
    return number if type(number) is int else None


def drop_undone(later: Sequence[Event]) -> list[Event]:
    """Return those of the events after one that apply: an event and its undoing cancel each other."""
    gone: set[int] = set()
    numbers = {event.seq for event in later}
    for event in reversed(later):
        undone = undoes(event)
        if event.seq not in gone and undone in numbers:
            gone |= {event.seq, undone}
    return [event for event in later if event.seq not in gone]


def claimants(history: Sequence[Event]) -> list[str]:
    """Return the actors who claimed a task's completion since it was last returned, reopened or reassigned.

    ``history`` holds the task's events in order. None of them may verify the claim. What was itself undone
    ends no claim, and a claim that was undone counts: neither is a way to verify one's own work.
    """
    found: list[str] = []
    undone = set(map(undoes, history))
    for event in history:
        if event.kind in ("task.return", "task.reopen", "task.reassign") and event.seq not in undone:
            found.clear()
        elif event.kind == "task.submit":
            found.append(event.actor)
    return found


def assigned_on(history: Sequence[Event], basis: str | None, utc_offset: str) -> str | None:
    """Return the day on which the office handed a task to its present lead; None for a mere proposal.

    ``history`` holds the task's events in order, ``basis`` is that of its present assignment.
    """
    decided = _decided_on(history)
    return decided if decided or basis == "proposed" else _first_recorded_on(history, utc_offset)


def handed_over_on(history: Sequence[Event], utc_offset: str) -> str | None:
    """Return the day from which a lead is expected to report: the office's last decision on the assignment,
    else the day on which the task was loaded. ``history`` holds at least the first event and those of
    :data:`ASSIGNMENTS`.
    """
    return _decided_on(history) or _first_recorded_on(history, utc_offset)


#: Kinds of events by which the office decides who leads a task, and what undoes them.
ASSIGNMENTS = ("task.assign", "task.reassign", "task.confirm", "task.undo")


def _decided_on(history: Sequence[Event]) -> str | None:
    """The day of the last decision on an assignment that was not undone."""
    undone = set(map(undoes, history))
    for event in reversed(history):
        if event.kind not in ASSIGNMENTS or event.seq in undone or undoes(event) is not None:
            continue
        if {"lead", "basis"} & set(changes_in(event)["after"]):
            return event.effective_on
    return None


def _first_recorded_on(history: Sequence[Event], utc_offset: str) -> str | None:
    return local_day(history[0].recorded_at, utc_offset) if history else None


def is_late(event: Event, utc_offset: str) -> bool:
    """Whether an event was recorded on a later day than the one it took effect on.

    Definitions come from the plan, which is older than any ledger of it: they are never late.
    """
    if event.kind.rpartition(".")[2] in ("define", "amend", "retire") and undoes(event) is None:
        return False
    return event.effective_on < local_day(event.recorded_at, utc_offset)


def local_day(recorded_at: str, utc_offset: str) -> str:
    """The day in the plan's zone of a UTC instant (``2025-06-29T23:30:00Z``, ``+08:00``)."""
    return local_time(recorded_at, utc_offset)[:10]


def local_time(recorded_at: str, utc_offset: str) -> str:
    """Date and time in the plan's zone of a UTC instant, to the second: ``2025-06-30 07:30:00``."""
    from datetime import datetime, timedelta

    hours, minutes = int(utc_offset[:3]), int(utc_offset[0] + utc_offset[4:])
    when = datetime.fromisoformat(recorded_at[:19]) + timedelta(hours=hours, minutes=minutes)
    return when.isoformat(" ")

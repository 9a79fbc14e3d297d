"""Ledger x plan -> changes: what a load would do.

The plan's files own what the plan says; the ledger owns what happened. A load defines what is new,
amends the definition of what differs, and retires what left the files; nothing is deleted. It never
touches a status, a report, or a field that an action has taken over (:func:`_kept`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from qplan.core.model import DEFINED, GROUP, RECORDS, Change, Plan

#: Entities that a plan file defines, in the order in which a load must write them.
ENTITIES = ("plan", "department", "task", "milestone", "indicator")


def diff(held: Mapping[str, Mapping[str, Any]], plan: Plan) -> list[Change]:
    """The changes that make the ledger's definitions those of the plan, in loading order.

    ``held`` maps entity -> id -> record, as the ledger stands. The kinds are ``define`` (``after``
    holds what differs from the record's defaults), ``amend`` (the changed fields, before and
    after; a record that returns comes back with ``retired`` 0) and ``retire``. Another plan's head
    is defined beside the one held: the caller refuses that.
    """
    changes: list[Change] = []
    for entity in ENTITIES:
        changes.extend(_entity(entity, held.get(entity, {}), plan))
    return changes


def _entity(entity: str, rows: Mapping[str, Any], plan: Plan) -> Iterator[Change]:
    record: Any = RECORDS[entity]
    names = DEFINED[entity]
    definition = itemgetter(*map(record._fields.index, names))
    # in the order of the canonical form: what is sorted is sorted again in no time
    placeless = sorted(name for name in names if name != "position")
    content = itemgetter(*map(record._fields.index, placeless))
    usual = [record._field_defaults.get(name, _NEVER) for name in placeless]
    define = f"{entity}.define"
    records = plan.records(entity)
    for new, place in zip(records, places(rows, records), strict=True):
        id_ = new[0]
        row = rows.get(id_)
        if row is None:
            said = zip(placeless, content(new), usual, strict=True)
            after = {name: value for name, value, default in said if value != default}
            if place:
                after["position"] = place
            if entity == "task" and new.kind != GROUP:
                after["status"], after["progress"] = "assigned", 0
            yield Change(define, id_, {}, after)
            continue
        if place is not None:
            new = new._replace(position=place)  # noqa: PLW2901
        if definition(row) != definition(new):
            change = _amended(entity, row, new, names)
            if change is not None:
                yield change
    if entity != "plan" and rows:
        given = {new[0] for new in records}
        for id_, row in rows.items():
            if id_ not in given and not row.retired and not getattr(row, "added", 0):
                yield Change(f"{entity}.retire", id_, {"retired": 0}, {"retired": 1})


#: How far apart the positions of a first load are: room for what later loads put in between.
STEP = 100


def places(rows: Mapping[str, Any], records: Sequence[Any]) -> Sequence[int | None]:
    """Positions for the records that amend as few rows as an order can; None where they have none.

    Rows that already are in the plan's order keep their places, as many of them as possible; what
    is new or was moved gets a place between its neighbours. Without room everything is numbered anew.
    """
    if not records or "position" not in records[0]._fields:
        return [None] * len(records)
    held = [row.position if (row := rows.get(record[0])) is not None else None for record in records]
    return _between(held) or range(STEP, STEP * len(records) + 1, STEP)


def _between(held: list[int | None]) -> list[int] | None:
    """Increasing places that keep the longest increasing run of those held; None where no room is left."""
    kept = _longest_increasing(held)
    if not kept:
        return None
    places: list[int] = []
    last = -1
    for start, end in zip([-1, *kept], [*kept, len(held)], strict=True):
        new = end - start - 1
        ceiling = held[end] if end < len(held) else last + STEP * (new + 1)
        assert ceiling is not None
        if ceiling - last <= new:
            return None
        places += [last + (ceiling - last) * n // (new + 1) for n in range(1, new + 1)]
        if end < len(held):
            places.append(ceiling)
            last = ceiling
    return places


def _longest_increasing(held: list[int | None]) -> list[int]:
    """The indexes of a longest increasing run of the numbers there are."""
    if all(a is not None and b is not None and a < b for a, b in pairwise(held)):
        return [] if held[0] is None else list(range(len(held)))
    ends: list[int] = []  #: the smallest number that a run of each length ends with
    at: list[int] = []  #: where it stands
    before: dict[int, int | None] = {}
    for index, number in enumerate(held):
        if number is None:
            continue
        length = bisect_left(ends, number)
        before[index] = at[length - 1] if length else None
        ends[length : length + 1] = [number]
        at[length : length + 1] = [index]
    run: list[int] = []
    step = at[-1] if at else None
    while step is not None:
        run.append(step)
        step = before[step]
    return run[::-1]


#: The default of a field that has none.
_NEVER = object()


def _amended(entity: str, row: Any, new: Any, names: tuple[str, ...]) -> Change | None:
    kept = _kept(entity, row, new)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name in names:
        old, now = getattr(row, name), getattr(new, name)
        if old != now and name not in kept:
            before[name], after[name] = old, now
    if entity == "task" and row.status is None and new.kind != GROUP and after:
        # A heading that became a task somebody answers for: it begins its life here.
        before["status"], after["status"] = None, "assigned"
        before["progress"], after["progress"] = row.progress, 0
    return Change(f"{entity}.amend", row[0], before, after) if after else None


#: What the office confirms of a deadline.
DEADLINE = ("deadline", "original_deadline", "deadline_text", "deadline_basis", "term")
#: What an assigned target in another unit leaves behind.
BASELINE = ("baseline", "baseline_year", "baseline_clause")


def _kept(entity: str, row: Any, new: Any) -> tuple[str, ...]:
    """The fields of a definition that actions have taken over in this row."""
    if entity == "task":
        confirmed = ("lead", "joint", "support", "basis") if row.basis == "confirmed" else ()
        if row.deadline_basis == "confirmed":
            return (*confirmed, *DEADLINE)
        return (*confirmed, "deadline") if row.extensions > 0 else confirmed
    if entity == "milestone":
        decided = ("title", "basis", "retired") if row.basis == "confirmed" else ()
        return (*decided, "due") if row.due != row.original_due else decided
    if entity == "indicator" and row.target_document:
        assigned = ("target", "unit", "operator", "target_status", "deadline")
        return (*assigned, *BASELINE) if row.unit != new.unit else assigned
    return ()

"""Ledger x plan -> changes: what a load would do.

The plan's files own what the plan says; the ledger owns what happened. A load defines what is new,
amends the definition of what differs, and retires what left the files; nothing is deleted. It never
touches a status, a report, or a field that an action has taken over (:func:`_kept`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    defaults: dict[str, object] = record._field_defaults
    given = set()
    for new in plan.records(entity):
        id_ = new[0]
        given.add(id_)
        row = rows.get(id_)
        if row is None:
            yield Change(f"{entity}.define", id_, {}, _defined(entity, new, names, defaults))
        elif definition(row) != definition(new):
            change = _amended(entity, row, new, names)
            if change is not None:
                yield change
    if entity != "plan":
        for id_, row in rows.items():
            if id_ not in given and not row.retired and not getattr(row, "added", 0):
                yield Change(f"{entity}.retire", id_, {"retired": 0}, {"retired": 1})


def _defined(entity: str, new: Any, names: tuple[str, ...], defaults: dict[str, object]) -> dict[str, object]:
    after = {
        name: value
        for name in names
        if (value := getattr(new, name)) != defaults.get(name, _NEVER) or name not in defaults
    }
    if entity == "task" and new.kind != GROUP:
        after["status"], after["progress"] = "assigned", 0
    return after


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


#: What an assigned target in another unit leaves behind.
BASELINE = ("baseline", "baseline_year", "baseline_clause")


def _kept(entity: str, row: Any, new: Any) -> tuple[str, ...]:
    """The fields of a definition that actions have taken over in this row."""
    if entity == "task":
        confirmed = ("lead", "support", "basis") if row.basis == "confirmed" else ()
        return (*confirmed, "deadline") if row.extensions > 0 else confirmed
    if entity == "milestone":
        return ("due",) if row.due != row.original_due else ()
    if entity == "indicator" and row.target_document:
        assigned = ("target", "unit", "operator", "target_status", "deadline")
        return (*assigned, *BASELINE) if row.unit != new.unit else assigned
    return ()

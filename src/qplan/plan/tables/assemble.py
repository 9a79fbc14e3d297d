"""A table as read -> a plan as the dictionary that plan files hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from qplan.core.periods import last_day
from qplan.plan.tables.departments import Department, initials
from qplan.plan.tables.grid import Value
from qplan.plan.tables.reader import TablePlan
from qplan.plan.tables.rows import TableRow

_GROUP_NUMBER = re.compile(r"^[(（]?([一二三四五六七八九十]+|\d+|[IVX]+)[)）、.．\s]")
#: A deadline written in figures alone has no words to keep.
_DIGITS = re.compile(r"[\d./:\s-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


def to_plan(table: TablePlan, ids: Sequence[str] | None = None) -> dict[str, Any]:
    """The plan that a table means; ``ids`` are those of its rows where they are settled already."""
    ids = ids or task_ids(table.rows)
    return {
        "plan": {
            "id": _plan_id(table),
            "title": _line(table.title),
            "language": "en" if table.title.isascii() else None,
            "begins": table.period.begins.isoformat(),
            "ends": table.period.ends.isoformat(),
            "office": next(one.id for one in table.registry.departments if one.role == "office"),
        },
        "defaults": {
            "assignment_basis": table.basis,
            "deadline_basis": table.basis,
            "milestone_basis": table.basis,
        },
        "departments": [department_entry(one) for one in table.registry.departments],
        "fields": [{key: value for key, value in field._asdict().items() if value} for field in table.fields],
        "tasks": _tree(table, ids),
    }


def task_ids(
    rows: Sequence[TableRow], taken: Mapping[int, str] | None = None, reserved: Iterable[str] = ()
) -> list[str]:
    """An id for each row: T12 from its number, T2.3 where numbers begin anew in each group, else counted.

    ``taken`` holds the ids of rows (by their place) that have one already; no other row gets one of them, nor
    one of the ``reserved`` ids, which belonged to tasks that are gone.
    """
    taken = taken or {}
    wanted = _wanted([row for place, row in enumerate(rows) if place not in taken])
    used = {ident.casefold() for ident in (*taken.values(), *reserved)}
    found: list[str] = []
    count = 0
    for place in range(len(rows)):
        if place in taken:
            found.append(taken[place])
            continue
        ident = wanted.pop(0)
        while ident.casefold() in used:
            count += 1
            ident = f"T{count}"
        used.add(ident.casefold())
        found.append(ident)
    return found


def _wanted(rows: Sequence[TableRow]) -> list[str]:
    numbers = [row.no for row in rows]
    counted = all(isinstance(number, int) for number in numbers)
    if counted and len(set(numbers)) == len(numbers):
        return [f"T{number}" for number in numbers]
    groups = list(dict.fromkeys(row.groups[:1] for row in rows))
    paired = [(groups.index(row.groups[:1]) + 1, row.no) for row in rows]
    if counted and len(groups) > 1 and len(set(paired)) == len(paired):
        return [f"T{group}.{number}" for group, number in paired]
    return [f"T{place}" for place in range(1, len(rows) + 1)]


def _plan_id(table: TablePlan) -> str:
    letters = initials(re.sub(r"[\d年（）()“”—\-\s]", "", table.title))[:12]
    return f"{letters if re.match('[a-z]', letters) else 'plan'}-{table.period.year}"


def department_entry(one: Department) -> dict[str, Any]:
    """What a plan file holds of a department."""
    return {
        "id": one.id,
        "name": _line(one.name),
        "aliases": list(one.aliases),
        "initials": one.initials or None,
        "role": one.role,
    }


def _tree(table: TablePlan, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The tasks under their groups, groups in the order in which they first appear."""
    top: list[dict[str, Any]] = []
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for row, ident in zip(table.rows, ids, strict=True):
        _children(top, groups, row.groups).append(_task(table, row, ident))
    return top


def _children(
    top: list[dict[str, Any]], groups: dict[tuple[str, ...], dict[str, Any]], path: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The list in which the tasks of a group stand; the group is made where it is new."""
    children = top
    for depth in range(1, len(path) + 1):
        name = path[:depth]
        if name not in groups:
            above = groups[name[:-1]]["id"] + "." if depth > 1 else "G"
            number = 1 + sum(known[:-1] == name[:-1] for known in groups if len(known) == depth)
            title = _line(name[-1])
            clause = _GROUP_NUMBER.match(title)
            groups[name] = {
                "id": f"{above}{number}",
                "title": title,
                "clause": clause[1] if clause else str(number),
                "tasks": [],
            }
            children.append(groups[name])
        children = groups[name]["tasks"]
    return children


def _task(table: TablePlan, row: TableRow, ident: str) -> dict[str, Any]:
    leads = table.ids(row.leads)
    deadline = row.deadline
    due = deadline.value or (table.period.ends.isoformat() if deadline.repeats else None)
    fields = {field.title: field.id for field in table.fields}
    task = {
        "id": ident,
        "title": _line(row.title),
        "clause": _line(str(row.no)) if row.no is not None else ident.removeprefix("T"),
        "summary": _lines(row.content),
        "lead": leads[0] if len(leads) == 1 else leads,
        "support": [one for one in table.ids(row.support) if one not in leads],
        "deadline": due,
        "deadline_text": None if _DIGITS.fullmatch(row.deadline_text) else _line(row.deadline_text),
        "repeats": deadline.repeats,
        "due_day": deadline.due_day,
        "each": {table.ids([name])[0]: figure for name, figure in row.shares.figures},
        "unit": row.shares.unit,
        "leader": _line(row.leader),
        "owner": _line(row.owner),
        "contact": _line(row.contact),
        "verifier": next(iter(table.ids([row.verifier])), None) if row.verifier else None,
        "note": _lines(row.remark),
        "milestones": list(_milestones(row, due)),
        **{fields[title]: _own(value) for title, value in row.own.items()},
    }
    return {key: value for key, value in task.items() if value not in (None, "", [], {})}


def _milestones(row: TableRow, deadline: str | None) -> Iterator[dict[str, Any]]:
    """The staged goals of a row's deadline and of its columns for periods, by their days, none after the deadline."""
    last = last_day(deadline) if deadline else None
    named = [(step.title, last_day(step.due)) for step in (*row.deadline.steps, *row.stages)]
    dated = sorted(((title, due) for title, due in named if due is not None), key=lambda one: one[1])
    for number, (title, due) in enumerate(dated, 1):
        yield {"id": f"m{number}", "title": _line(title), "due": min(due, last or due).isoformat()}


def _own(value: Value) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    return _lines(value) if isinstance(value, str) else value


def _line(text: str) -> str:
    """A text that stands on one line of a plan file."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _lines(text: str) -> str:
    return "\n".join(filter(None, (_line(line) for line in text.splitlines())))

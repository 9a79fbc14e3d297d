"""A corrected table read again: its rows keep the ids that the plan gave them, and the differences are listed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qplan.core.own import OwnColumn
from qplan.errors import BadFile
from qplan.extras import need
from qplan.plan.source import read_plan
from qplan.plan.tables.departments import Department
from qplan.plan.tables.reader import Known
from qplan.plan.tables.rows import TableRow

#: At what likeness (of 100) a changed title is taken for that of the same task.
_ALIKE = 70
#: Keys of a task that a table of duties fills in, in a plan whose tasks and titles come from elsewhere.
_DUTIES = (
    "lead", "support", "deadline", "deadline_text", "repeats", "due_day", "leader", "owner", "contact", "verifier",
)  # fmt: skip
#: All that a table gives; the others in the YAML are kept.
_OF_TABLE = (
    *_DUTIES, "title", "clause", "summary", "assignment_basis", "deadline_basis", "note", "milestones", "tasks",
)  # fmt: skip


class Difference(NamedTuple):
    """What is new, gone or changed: ``what`` is added, removed or changed; of the last the key and both values."""

    what: str
    id: str
    title: str
    key: str = ""
    before: Any = None
    after: Any = None


def read_folder(folder: Path) -> dict[str, Any]:
    """The dictionary of a plan's files as they are written, its departments included.

    Raises BadFile where they do not make a plan (every problem is in it), OSError where there is none.
    """
    source = read_plan(folder)
    problems = [one for one in source.problems if not one.warning]
    if problems or source.top is None:
        raise BadFile(problems)
    return source.top.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def known_of(plan: dict[str, Any]) -> Known:
    """The departments and own fields that a plan has, for reading its table again."""
    departments = tuple(
        Department(
            one["id"],
            one["name"],
            tuple(one.get("aliases", ())),
            one.get("initials", ""),
            one.get("role", "department"),
        )
        for one in plan["departments"]
    )
    fields = tuple(
        OwnColumn(one["id"], one["title"], one.get("type", "text"), one.get("unit", ""))
        for one in plan.get("fields", ())
    )
    return Known(departments, fields)


def same_rows(rows: Sequence[TableRow], plan: dict[str, Any]) -> dict[int, str]:
    """Place of a row -> id of the task that it was: the same title, else number and a title alike, else alike."""
    old = {task["id"]: task for task in leaves(plan["tasks"])}
    found: dict[int, str] = {}
    for place, row in enumerate(rows):
        same = [
            ident for ident, task in old.items() if task["title"] == row.title and ident not in found.values()
        ]
        numbered = [ident for ident in same if old[ident].get("clause") == str(row.no)]
        if same:
            found[place] = (numbered or same)[0]
    need("rapidfuzz")
    from rapidfuzz import fuzz

    left = [ident for ident in old if ident not in found.values()]
    pairs = [
        (
            fuzz.ratio(row.title, old[ident]["title"]) + 25 * (old[ident].get("clause") == str(row.no)),
            place,
            ident,
        )
        for place, row in enumerate(rows)
        if place not in found
        for ident in left
    ]
    for likeness, place, ident in sorted(pairs, key=lambda one: -one[0]):
        if likeness >= _ALIKE and place not in found and ident not in found.values():
            found[place] = ident
    return found


def has_own_outline(plan: dict[str, Any]) -> bool:
    """Whether a plan was not made of a table alone: it has indicators, or groups that no table numbers so."""
    groups = (task["id"] for task in plan["tasks"] if task.get("tasks"))
    return bool(plan.get("indicators")) or any(not ident.startswith("G") for ident in groups)


def rows_of_outline(rows: Sequence[TableRow], plan: dict[str, Any]) -> dict[int, str]:
    """Place of a row -> id of the task that it assigns: by the task's id or clause as its number, else by title."""
    numbers = {
        _number(number): task["id"]
        for task in _assignable(plan)
        for number in (task.get("clause"), task["id"])
        if number and not str(number).isdigit()
    }
    found: dict[int, str] = {}
    for place, row in enumerate(rows):
        ident = numbers.get(_number(row.no))
        if ident is not None and ident not in found.values():
            found[place] = ident
    left = [place for place in range(len(rows)) if place not in found]
    open_tasks = [task for task in _assignable(plan) if task["id"] not in found.values()]
    by_title = same_rows([rows[place] for place in left], {"tasks": open_tasks})
    return found | {left[place]: ident for place, ident in by_title.items()}


def _assignable(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [*leaves(plan["tasks"]), *leaves(plan.get("safeguards", ()))]


def _number(number: object) -> str:
    """A number as it compares: 二（一）1、 is 二(一)1."""
    return unicodedata.normalize("NFKC", str(number)).strip(" .、").casefold()


def fill_in(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The older plan, whose tasks get the duties and deadlines that the tasks of the same ids in the new one have."""
    own = {field["id"] for field in new.get("fields", ())}
    bases = new.get("defaults", {})
    given = {task["id"]: task for task in leaves(new["tasks"])}

    def task(one: dict[str, Any]) -> dict[str, Any]:
        if one.get("tasks"):
            return {**one, "tasks": [task(below) for below in one["tasks"]]}
        row = given.get(one["id"], {})
        filled = {key: row[key] for key in (*_DUTIES, *own) if key in row}
        if "lead" in filled:
            filled = {"support": [], "assignment_basis": bases.get("assignment_basis"), **filled}
        if "deadline" in filled:
            filled = {"deadline_text": None, "deadline_basis": bases.get("deadline_basis"), **filled}
        lead = filled.get("lead", one.get("lead"))
        if isinstance(lead, list) and len(lead) == 1:
            lead = lead[0]
        return {**one, **filled, "lead": lead}

    fields = {field["id"]: field for field in (*new.get("fields", ()), *old.get("fields", ()))}
    safeguards = {"safeguards": [task(one) for one in old["safeguards"]]} if "safeguards" in old else {}
    return {
        **old,
        **safeguards,
        "departments": _departments(new, old),
        "fields": list(fields.values()),
        "tasks": [task(one) for one in old["tasks"]],
    }


def named_files(plan: dict[str, Any]) -> list[str]:
    """The other files of its folder that a plan names and whose content it does not hold."""
    parts = [plan.get("indicators"), plan.get("rules"), plan.get("source"), *(plan.get("columns") or ())]
    return [one for one in parts if isinstance(one, str)]


def merge(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """The plan of the table with what only the old YAML says: keys and departments that no table gives."""
    before = {task["id"]: task for task in leaves(old["tasks"])}
    own = {field["id"] for field in new.get("fields", ())}

    def task(given: dict[str, Any]) -> dict[str, Any]:
        if "tasks" in given:
            return {**given, "tasks": [task(one) for one in given["tasks"]]}
        kept = before.get(given["id"], {})
        return {
            **given,
            **{key: value for key, value in kept.items() if key not in (*_OF_TABLE, *own, *given)},
        }

    rest = {key: value for key, value in old.items() if key not in (*new, "format")}
    head = {
        **new["plan"],
        **{key: value for key, value in old["plan"].items() if key not in ("begins", "ends")},
    }
    return {
        **new,
        **rest,
        "plan": head,
        "departments": _departments(new, old),
        "tasks": [task(one) for one in new["tasks"]],
    }


def _departments(new: dict[str, Any], old: dict[str, Any]) -> list[dict[str, Any]]:
    listed = {one["id"]: one for one in old["departments"]}
    return [
        {**one, **listed.get(one["id"], {}), "aliases": _aliases(one, listed)} for one in new["departments"]
    ]


def _aliases(one: dict[str, Any], listed: dict[str, dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys([*listed.get(one["id"], {}).get("aliases", ()), *one.get("aliases", ())]))


def differences(new: dict[str, Any], old: dict[str, Any]) -> list[Difference]:
    """Every task that is new, gone or changed, key by key, in the order of the new plan."""
    before = {task["id"]: task for task in _assignable(old)}
    after = {task["id"]: task for task in _assignable(new)}
    found: list[Difference] = []
    for ident, task in after.items():
        if ident not in before:
            found.append(Difference("added", ident, task["title"]))
        else:
            found += _changes(ident, task, before[ident])
    found += [
        Difference("removed", ident, task["title"]) for ident, task in before.items() if ident not in after
    ]
    return found


def _changes(ident: str, after: dict[str, Any], before: dict[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        one, other = _plain(before.get(key)), _plain(after.get(key))
        if one != other:
            yield Difference("changed", ident, after["title"], key, one, other)


def _plain(value: Any) -> Any:
    """A value as YAML's text gives it back, so that both sides compare; what is empty is None."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if _plain(one) is not None}
    if isinstance(value, list):
        parts = [_plain(one) for one in value]
        return parts[0] if len(parts) == 1 else parts or None
    return None if value in (None, "") else str(value).strip()


def leaves(tasks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The tasks without subtasks, in the plan's order."""
    for task in tasks:
        if task.get("tasks"):
            yield from leaves(task["tasks"])
        else:
            yield task

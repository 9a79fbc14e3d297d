"""Raw maps -> the records of a plan.

Here departments are understood, references get the spelling of the id they mean, places in the
reading order are numbered, and the section of each task is worked out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from qplan.core.model import (
    COLUMN_ITEM,
    GROUP,
    SAFEGUARD,
    TASK,
    Department,
    Indicator,
    Milestone,
    PlanHead,
    Task,
)
from qplan.core.names import find_department, shown
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.plan import format as fmt
from qplan.plan.files import Problems
from qplan.plan.forms import Raw
from qplan.plan.scalars import Said

#: What a task's record has after its definition: nothing has happened yet.
_AFRESH = tuple(Task._field_defaults[name] for name in Task._fields[Task._fields.index("retired") :])

#: So many different texts are searched for as parts of departments' names.
_SEARCHES = 1000


class Places:
    """Where the records stand: record id -> file, line, column (from 1).

    A department's key is ``department:ID``; a reference that leads nowhere has ``ID REF``. One
    number a record is kept, so that a hundred thousand cost little.
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        self._at: dict[str, int] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._at

    def __len__(self) -> int:
        return len(self._at)

    def add(self, key: str, file: int, at: int) -> None:
        """Note a place, as :func:`qplan.plan.scalars.place` packs it."""
        self._at[key] = file << 48 | at

    def __getitem__(self, key: str) -> tuple[str, int, int]:
        at = self._at[key]
        return self.files[at >> 48], (at >> 16 & 0xFFFFFFFF) + 1, (at & 0xFFFF) + 1

    def get(self, *keys: str) -> tuple[str, int, int]:
        """The place of the first key that has one; the top of the first file where none has."""
        for key in keys:
            if key in self._at:
                return self[key]
        return (self.files[0] if self.files else "", 1, 1)


class Builder:
    """Makes records of raw maps; ``file`` numbers, as of :attr:`Places.files`, come with each."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.places = Places()
        self.departments: list[Department] = []
        self.tasks: list[Task] = []
        self.milestones: list[Milestone] = []
        self.indicators: list[Indicator] = []
        self._ids: dict[str, str] = {}  # without case -> as written
        self._meant: dict[str, str | BadInput] = {}  # text -> department id
        #: they could not be read: that is told once, not for each that is named
        self.no_departments = False
        self._searches = 0
        self._columns: dict[str, list[tuple[int, Raw]]] = {}  # parent -> columns

    # -- telling and understanding

    def say(self, file: int, at: int, what: str, mend: str = "") -> None:
        """Tell a problem at a place."""
        self.problems.add(self.places.files[file], (at >> 16) + 1, (at & 0xFFFF) + 1, what, mend)

    def _new_id(self, id_: str, file: int, at: int) -> None:
        key = id_.casefold()
        if key in self._ids:
            first = ":".join(map(str, self.places[self._ids[key]]))
            self.say(
                file,
                at,
                _("the id {} is taken").format(id_),
                _("choose another; it stands at {}").format(first),
            )
            return
        self._ids[key] = id_
        self.places.add(id_, file, at)

    def _refs(self, owner: str, said: Iterable[Said] | None, file: int) -> str:
        if not said:
            return ""
        return " ".join([self._ref(owner, one, file) for one in said])

    def _ref(self, owner: str, said: Said, file: int) -> str:
        id_ = self._ids.get(said.text.casefold())
        if id_ is None:
            self.places.add(f"{owner} {said.text}", file, said.place)
            return said.text
        return id_

    def _dept(self, said: Said | None, file: int) -> str | None:
        if said is None:
            return None
        text = said.text
        meant = self._meant.get(text)
        if meant is None:
            meant = self._search(text)
            if self._searches <= _SEARCHES:
                self._meant[text] = meant
        if isinstance(meant, str):
            return meant
        if not self.no_departments:
            self.say(file, said.place, str(meant))
        return "?"  # the plan is refused; the mark keeps checks from calling the field empty

    def _search(self, text: str) -> str | BadInput:
        """The department that a text means. Ids are in the cache from the start, parts are searched."""
        self._searches += 1
        if self._searches > _SEARCHES:  # each looks at every name of every department
            return BadInput(
                _("“{}” is no id of a department; write ids in a plan of this size").format(shown(text))
            )
        try:
            return find_department(text, self.departments).id
        except BadInput as error:
            return error

    def _depts(self, said: Iterable[Said] | None, file: int) -> str:
        if not said:
            return ""
        return " ".join([self._dept(one, file) or "" for one in said])

    # -- records

    def add_departments(self, raws: Iterable[Raw], file: int) -> None:
        """Take in the departments; they come first, everything else names them."""
        taken: dict[str, str] = {}
        for id_, name, aliases, initials, role, note, at in raws:
            if id_ is None:
                continue
            key = f"department:{id_}"
            if id_.casefold() in taken:
                first = ":".join(map(str, self.places[taken[id_.casefold()]]))
                mend = _("choose another; it stands at {}").format(first)
                self.say(file, at, _("the id {} is taken").format(id_), mend)
                continue
            taken[id_.casefold()] = key
            self._meant[id_] = id_
            self.places.add(key, file, at)
            self.departments.append(
                Department(
                    id_, name or "", " ".join(aliases or ()), initials, role or "department", note,
                    len(self.departments) + 1,
                )
            )  # fmt: skip

    def head(self, raw: Raw, rules: str, file: int) -> PlanHead:
        """The plan's head."""
        id_, title, issuer, issued, begins, ends, utc_offset, region, office, at = raw
        self.places.add("plan:", file, at)
        return PlanHead(
            id_ or "", title or "", issuer, region, issued, begins or "", ends or "", utc_offset or "+08:00",
            self._dept(office, file) or "", rules,
        )  # fmt: skip

    def add_tasks(
        self,
        tasks: list[Raw],
        columns: list[tuple[int, Raw]],
        safeguards: list[Raw],
        indicators: list[tuple[int, Raw]],
    ) -> None:
        """Make the task rows in reading order: a column follows the subtree of the task it names.

        All ids are noted first, so that a reference may point forward. Tasks and safeguards stand
        in file 0, the plan itself.
        """
        for raw in _subtree(tasks):
            if raw[0] is not None:
                self._new_id(raw[0], 0, raw[-1])
        for file, raw in columns:
            for part in (raw, *(raw[7] or ())):
                if part[0] is not None:
                    self._new_id(part[0], file, part[-1])
        for file, raw in [*((0, raw) for raw in safeguards), *indicators]:
            if raw[0] is not None:
                self._new_id(raw[0], file, raw[-1])
        for file, raw in columns:
            parent = raw[4]
            known = self._ids.get(parent.text.casefold()) if parent is not None else None
            self._columns.setdefault(known or "", []).append((file, raw))
        for raw in tasks:
            self._task(raw, None, raw[3], TASK, None, 0)
        rest, self._columns = self._columns, {}  # those whose parent is missing, or no task of the tree
        for file, raw in [pair for pairs in rest.values() for pair in pairs]:
            self._column(file, raw, None)
        for raw in safeguards:
            self._task(raw, None, _before_bracket(raw[3] or ""), SAFEGUARD, None, 0)

    def _task(
        self, raw: Raw, parent: str | None, section: str | None, kind: str, column: int | None, file: int
    ) -> None:
        id_, title, title_basis, clause, summary, lead, support, basis = raw[:8]
        deadline, deadline_basis, note, see, milestones = raw[8:13]
        children = raw[13] if len(raw) == 15 else None
        key = id_ or ""
        dept = self._dept(lead, file) if lead is not None else None
        definition = (
            key, GROUP if children else kind, title or "", clause or "", title_basis or "plan", summary, section,
            column, parent, len(self.tasks) + 1, self._refs(key, see, file) if see else "", note, dept,
            self._depts(support, file) if support else "",
            basis or ("proposed" if dept is not None else None),
            deadline, deadline, deadline_basis or ("proposed" if deadline is not None else None),
        )  # fmt: skip
        self.tasks.append(Task._make(definition + _AFRESH))  # fifty fields by default cost twice as much
        if milestones:
            self._milestones(key, milestones, file)
        if children:
            for child in children:
                self._task(child, key, section, kind, None, file)
        for number, one in self._columns.pop(key, ()) if self._columns else ():
            self._column(number, one, section)

    def _milestones(self, task: str, raws: Iterable[Raw], file: int) -> None:
        for number, (id_, title, due, basis, at) in enumerate(raws, 1):
            if id_ is None:
                continue
            key = f"{task}/{id_}"
            if key.casefold() in self._ids:
                self.say(file, at, _("the id {} is taken").format(key), _("choose another"))
                continue
            self._ids[key.casefold()] = key
            self.places.add(key, file, at)
            self.milestones.append(
                Milestone(key, task, title or "", due or "", due or "", basis or "proposed", position=number)
            )

    def _column(self, file: int, raw: Raw, section: str | None) -> None:
        id_, number, title, clause, parent, summary, note, items, _at = raw
        key = id_ or ""
        self.tasks.append(
            Task(
                key, GROUP, title or "", clause or "", "plan", summary, section, number,
                None if parent is None else self._ref(key, parent, file), len(self.tasks) + 1, "", note,
            )
        )  # fmt: skip
        for item in items or ():
            self._task(item, key, section, COLUMN_ITEM, number, file)

    def add_indicators(self, raws: Iterable[Raw], core: int, file: int) -> None:
        """Take in indicators, after the tasks that they name."""
        for raw in raws:
            id_, name, dimension, unit, operator, target, target_status, nature, lead, support = raw[:10]
            clauses, tasks, deadline, baseline, year, baseline_clause, note, conflicts, _at = raw[10:]
            key = id_ or ""
            self.indicators.append(
                Indicator(
                    key, name or "", core, dimension, unit, operator or ">=", target, target_status or "set", None,
                    baseline, year, baseline_clause, nature, self._dept(lead, file), self._depts(support, file),
                    self._refs(key, tasks, file), "、".join(clauses or ()), deadline, note,
                    self._refs(key, conflicts, file), len(self.indicators) + 1,
                )
            )  # fmt: skip


def _subtree(raws: Iterable[Raw]) -> Iterator[Raw]:
    for raw in raws:
        yield raw
        if raw[13]:
            yield from _subtree(raw[13])


def _before_bracket(clause: str) -> str:
    """四(二) -> 四: what stands before the clause's last bracket."""
    at = max(clause.rfind("("), clause.rfind("（"))
    return clause[:at] if at > 0 else clause


def rules_text(raw: Raw | None) -> str:
    """The rules as canonical JSON: the keys that were given, sorted, without blanks."""
    given = {} if raw is None else _plain(raw, "rules_file")
    given.pop("format", None)
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(raw: Raw, form: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field, value in zip(fmt.OBJECTS[form], raw, strict=False):
        if value is None:
            continue
        if field.kind == "object":
            value = _plain(value, field.of)  # noqa: PLW2901
        elif field.kind == "objects":
            value = [_plain(one, field.of) for one in value]  # noqa: PLW2901
        found[field.name] = value
    return found


def unknown_format(raw: Raw) -> str | None:
    """The number of a format that this program does not read."""
    return None if raw[0] in (None, fmt.FORMAT) else shown(str(raw[0]))

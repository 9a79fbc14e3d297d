"""Models of a plan's files -> the records of a plan.

Department names are resolved, references get the spelling of the id they mean, tasks are numbered in reading order,
and the section of each is worked out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar

from qplan.core import own
from qplan.core.entries import is_day
from qplan.core.model import (
    COLUMN_ITEM,
    DEFINED,
    GROUP,
    IMMEDIATE,
    ONGOING,
    RECORDS,
    SAFEGUARD,
    TASK,
    Department,
    Indicator,
    Milestone,
    PlanHead,
    Task,
)
from qplan.core.names import find_department, shown
from qplan.core.periods import last_day
from qplan.core.rules import Rules
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.plan import models
from qplan.plan.expansion import Frame, children, expand, subtree
from qplan.plan.files import Problems
from qplan.plan.rules_models import RulesFile
from qplan.plan.shapes import Map, shapes
from qplan.plan.values import DECIMAL, Place, Text

#: So many different texts are searched for as parts of departments' names.
_SEARCHES = 1000
#: Stands for a department that could not be resolved: the plan is refused, and checks do not call the field empty.
UNRESOLVED = "?"
#: Keys of tasks and columns, which no column of a plan's own may be called.
RESERVED = frozenset({*shapes(models.Task), *shapes(models.Column)})

AnyRecord = TypeVar("AnyRecord", PlanHead, Department, Task, Indicator)


class Records:
    """Collects the records of a plan, the places of them, and the problems found on the way."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.defaults = models.Defaults.model_validate({})
        self.places: dict[str, Place] = {}
        self.departments: list[Department] = []
        self.columns: dict[str, own.OwnColumn] = {}  # the plan's own, by id
        self.starts: str | None = None  # the first day on which a task of the plan can be worked on
        self.ends: str | None = None
        self.language = "zh"
        self.immediate_days = Rules().immediate_days
        self.tasks: list[Task] = []
        self.milestones: list[Milestone] = []
        self.indicators: list[Indicator] = []
        self.no_departments = False  #: they could not be read: reported once, not for each that is named
        self._ids: dict[str, str] = {}  # without case -> as written
        self._resolved: dict[str, str | BadInput] = {}  # text -> department id
        self._searches = 0
        self._columns: dict[str, list[models.Column]] = {}  # parent -> columns

    # -- ids, references, departments

    def _new_id(self, id_: str | None, at: Map) -> bool:
        """Note the id of a record; False, with a problem, where another has it."""
        if id_ is None:
            return False
        known = self._ids.setdefault(id_.casefold(), id_)
        if known in self.places:
            self._taken(id_, known, at)
            return False
        self.places[id_] = at.place
        return True

    def _taken(self, id_: str, first: str, at: Map) -> None:
        hint = _("choose another; it stands at {}").format(":".join(map(str, self.places[first])))
        self.problems.add(*at.place, _("the id {} is taken").format(id_), hint)

    def _references(self, owner: str, texts: Iterable[Text] | None) -> str:
        return " ".join([self._reference(owner, text) for text in texts or ()])

    def _reference(self, owner: str, text: Text) -> str:
        """The id that is meant, as it is spelled where it is defined."""
        id_ = self._ids.get(text.casefold())
        if id_ is None:
            self.places[f"{owner} {text}"] = text.place
            return str(text)
        return id_

    def _department(self, text: Text | None) -> str | None:
        if text is None:
            return None
        found = self._resolved.get(text)
        if found is None:
            found = self._search(str(text))
            if self._searches <= _SEARCHES:
                self._resolved[str(text)] = found
        if isinstance(found, str):
            return found
        if not self.no_departments:
            self.problems.add(*text.place, str(found))
        return UNRESOLVED

    def _search(self, text: str) -> str | BadInput:
        """The department that a text means. Ids are known from the start; names and parts are searched."""
        self._searches += 1
        if self._searches > _SEARCHES:  # each search reads every name of every department
            return BadInput(
                _("“{}” is no id of a department; write ids in a plan of this size").format(shown(text))
            )
        try:
            return find_department(text, self.departments).id
        except BadInput as error:
            parts = [part.strip() for part in re.split("[、，,；;]", text) if part.strip()]
            if len(parts) < 2:
                return error
            what = _("“{}” names several departments; where several may stand, write a list: [{}]")
            return BadInput(what.format(shown(text), shown(", ".join(parts))))

    def _departments(self, texts: Iterable[Text] | None) -> str:
        return " ".join([self._department(text) or "" for text in texts or ()])

    # -- records

    def add_departments(self, given: Iterable[models.Department]) -> None:
        """Add the departments; they come first, everything else names them."""
        known: dict[str, str] = {}
        for one in given:
            if one.id is None:
                continue
            key = f"department:{one.id}"
            first = known.setdefault(one.id.casefold(), key)
            if first in self.places:
                self._taken(one.id, first, one)
                continue
            self._resolved[one.id] = one.id
            self.places[key] = one.place
            self.departments.append(
                _record(
                    Department,
                    one,
                    aliases=" ".join(one.aliases or ()),
                    members="",
                    remark=one.note,
                    position=len(self.departments) + 1,
                )
            )
        members = {one.id: self._departments(one.members) for one in given if one.members and one.id}
        self.departments = [one._replace(members=members.get(one.id, "")) for one in self.departments]

    def add_columns(self, given: Iterable[models.OwnColumn]) -> None:
        """Add the plan's own columns, before the tasks that give them."""
        for one in given:
            if one.id is None:
                continue
            if one.id in RESERVED or one.id in self.columns:
                what = _("the column {} has the name of a key, or of another column").format(one.id)
                self.problems.add(*one.place, what, _("choose another id"))
                continue
            self.columns[one.id] = own.OwnColumn(one.id, one.title or "", one.type, one.unit)

    def set_period(self, given: models.Head | None) -> None:
        """Note the plan's days and language, before the tasks whose deadlines and titles depend on them."""
        self.language = given.language if given is not None else self.language
        if given is not None and given.begins:
            self.starts = max(given.begins, given.issued or "")
            self.ends = given.ends

    def head(self, given: models.Head, rules: str) -> PlanHead:
        """The plan's head."""
        self.places["plan:"] = given.place
        return _record(
            PlanHead,
            given,
            office=self._department(given.office) or "",
            rules=rules,
            fields=own.columns_text(self.columns.values()),
        )

    def rules(self, given: RulesFile) -> str:
        """The rules as canonical JSON: the keys that were given, sorted, without blanks."""
        self.places["rules:"] = given.place
        for level in given.urging or ():
            self.places[f"level:{level.level}"] = level.place
        keys = given.model_dump(exclude_unset=True, exclude={"format"})
        self.immediate_days = given.immediate_days
        return json.dumps(keys, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def add_tasks(
        self,
        tasks: Sequence[models.Leaf],
        columns: Sequence[models.Column],
        safeguards: Sequence[models.Leaf],
        indicators: Sequence[models.Indicator],
    ) -> None:
        """Add the tasks in reading order: a column follows the subtree of the task that it names as parent.

        Tasks that stand for several are expanded, and all ids are noted, first, so that a reference may point
        forward.
        """
        frame = Frame(
            self.starts,
            self.ends,
            {one.id: one for one in self.departments},
            self._department,
            frozenset(one.id for one in self.columns.values() if one.type != own.NUMBER),
            self.language,
            self.problems,
        )
        tasks = [expand(one, frame) for one in tasks]
        safeguards = [expand(one, frame) for one in safeguards]
        columns = [
            one.model_copy(update={"items": [expand(item, frame) for item in one.items or ()]})
            for one in columns
        ]
        every: list[models.Leaf | models.Column | models.Indicator] = [*subtree(tasks)]
        for column in columns:
            every += [column, *subtree(column.items or ())]
        for given in (*every, *subtree(safeguards), *indicators):
            self._new_id(given.id, given)
        for column in columns:
            parent = self._ids.get(column.parent.casefold()) if column.parent is not None else None
            self._columns.setdefault(parent or "", []).append(column)
        for task in tasks:
            self._task(task, TASK, section=task.clause)
        rest, self._columns = self._columns, {}  # those whose parent is missing, or no task of the tree
        for column in [one for columns in rest.values() for one in columns]:
            self._column(column, None)
        for safeguard in safeguards:
            self._task(safeguard, SAFEGUARD, section=_before_bracket(safeguard.clause or ""))

    def _task(
        self,
        given: models.Leaf,
        kind: str,
        section: str | None,
        parent: str | None = None,
        column: int | None = None,
    ) -> None:
        """Add a task, the columns that belong to it and its subtree."""
        id_ = given.id or ""
        below = children(given)
        self.tasks.append(
            _record(
                Task,
                given,
                kind=GROUP if below else kind,
                section=section,
                column_no=None if below else column,
                parent=parent,
                position=len(self.tasks) + 1,
                see=self._references(id_, given.see),
                remark=given.note,
                verifier=self._department(given.verifier),
                plan_leader=given.leader,
                plan_owner=given.owner,
                plan_contact=given.contact,
                fields=self._own_values(given),
                **self._assignment(given),
                **self._deadline(given),
            )
        )
        self._add_milestones(id_, given.milestones or ())
        for child in below:
            self._task(child, kind, section, parent=id_, column=column)
        for one in self._columns.pop(id_, ()):
            self._column(one, section)

    def _assignment(self, given: models.Leaf) -> dict[str, Any]:
        """Who leads a task, who supports it, and whose decision that is."""
        leads = self._departments(given.lead).split()
        lead = leads[0] if leads else None
        twice = {one for one in leads if leads.count(one) > 1} - {UNRESOLVED}
        if twice:
            what = _("{} names the lead {} twice").format(given.id, " ".join(sorted(twice)))
            self.problems.add(*given.place, what, _("name each once"))
        return {
            "lead": lead,
            "joint": " ".join(leads[1:]),
            "support": self._departments(given.support),
            "basis": given.assignment_basis or (self.defaults.assignment_basis if lead is not None else None),
        }

    def _deadline(self, given: models.Leaf) -> dict[str, Any]:
        """The day on which a task is due, its term, and the words of the document."""
        form = given.deadline
        due: date | None = None
        if form == IMMEDIATE:
            due = date.fromisoformat(self.starts) + timedelta(self.immediate_days) if self.starts else None
        elif form is not None:
            due = last_day(form)
        day = due.isoformat() if due else None
        return {
            "deadline": day,
            "original_deadline": day,
            "deadline_basis": given.deadline_basis
            or (self.defaults.deadline_basis if form is not None else None),
            "deadline_text": given.deadline_text,
            "term": form if form in (ONGOING, IMMEDIATE) else None,
        }

    def _own_values(self, given: models.Leaf) -> str:
        """The values of the plan's own columns that a task gives."""
        values: dict[str, str] = {}
        key: Text
        for key, text in given.own.items():
            column = self.columns.get(key)
            if column is None:
                what, hint = self.problems.unknown_key(key, [*shapes(type(given)), *self.columns])
                self.problems.add(*key.place, what, hint)
            elif text is not None and self._fits(column, text):
                values[column.id] = str(text)
        return own.values_text(values)

    def _fits(self, column: own.OwnColumn, text: Text) -> bool:
        """Whether a text is a value of a column; a problem is reported where it is not."""
        if column.type == own.NUMBER and not DECIMAL.match(text):
            hint = _("write digits, with a `.` for decimals, no unit")
            what = _("`{}`: “{}” is no number").format(column.id, shown(text))
        elif column.type == own.DATE and not is_day(text):
            hint = _("write an existing day as 2025-12-31")
            what = _("`{}`: “{}” is no date").format(column.id, shown(text))
        else:
            return True
        self.problems.add(*text.place, what, hint)
        return False

    def _add_milestones(self, task: str, given: Iterable[models.Milestone]) -> None:
        for number, one in enumerate(given, 1):
            id_ = f"{task}/{one.id}"
            if one.id is not None and self._new_id(id_, one):
                due = one.due or ""
                self.milestones.append(
                    Milestone(
                        id_,
                        task,
                        one.title or "",
                        due,
                        due,
                        one.basis or self.defaults.milestone_basis,
                        position=number,
                    )
                )

    def _column(self, given: models.Column, section: str | None) -> None:
        id_ = given.id or ""
        self.tasks.append(
            _record(
                Task,
                given,
                kind=GROUP,
                section=section,
                column_no=given.number,
                parent=None if given.parent is None else self._reference(id_, given.parent),
                position=len(self.tasks) + 1,
                remark=given.note,
            )
        )
        for item in given.items or ():
            self._task(item, COLUMN_ITEM, section, parent=id_, column=given.number)

    def add_indicators(self, given: Iterable[models.Indicator], core: int) -> None:
        """Add indicators, after the tasks that they name."""
        for one in given:
            id_ = one.id or ""
            self.indicators.append(
                _record(
                    Indicator,
                    one,
                    core=core,
                    lead=self._department(one.lead),
                    support=self._departments(one.support),
                    tasks=self._references(id_, one.tasks),
                    clause="、".join(one.clauses or ()),
                    deadline=one.deadline or self.defaults.indicator_deadline,
                    deadline_basis="proposed"
                    if self.defaults.indicator_deadline and not one.deadline
                    else None,
                    remark=one.note,
                    conflicts=self._references(id_, one.conflicts_with),
                    position=len(self.indicators) + 1,
                    parts=self._references(id_, one.parts),
                )
            )


@cache
def _same_names(record: type, model: type[Map]) -> tuple[str, ...]:
    """The fields of a record that a plan defines by keys of the same names."""
    entity = next(name for name, one in RECORDS.items() if one is record)
    return tuple(name for name in DEFINED[entity] if name in shapes(model))


def _record(kind: type[AnyRecord], given: Map, /, **values: Any) -> AnyRecord:
    """A record: these values, and those that the map gives for fields of the same names.

    Of a key without a value the field has its default, or an empty text.
    """
    record: Any = kind
    for name in _same_names(record, type(given)):
        if name not in values:
            value = getattr(given, name)
            values[name] = record._field_defaults.get(name, "") if value is None else value
    return kind(**values)


def _before_bracket(clause: str) -> str:
    """四(二) -> 四: the part of a clause before its last bracket."""
    at = max(clause.rfind("("), clause.rfind("（"))
    return clause[:at] if at > 0 else clause

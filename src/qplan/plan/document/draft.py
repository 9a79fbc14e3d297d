"""A document -> the dictionary of a plan: what the text gives, and nothing else.

Departments are the bodies that the text names, deadlines the days that it names; a task without them
stays open. What had to be chosen is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from qplan.core.deadlines import parse_deadline
from qplan.core.indicators import DIRECTIONS
from qplan.i18n import _, joined
from qplan.plan.document.outline import Heading
from qplan.plan.document.reading import Document, Target
from qplan.plan.document.roles import GOALS, SAFEGUARDS, TASKS
from qplan.plan.questions import Question, in_order
from qplan.plan.tables.assemble import department_entry
from qplan.plan.tables.departments import Registry, initials, propose


class Draft(NamedTuple):
    """A plan as the dictionary that the plan's writer takes, and the questions it leaves open."""

    plan: dict[str, Any]
    questions: list[Question]


def draft_plan(document: Document, office: str | None = None) -> Draft:
    """The plan that a document describes.

    Args:
        document: what was read.
        office: the department that keeps the ledger, where the text does not name it.
    """
    return _Drafting(document, office).draft()


class _Drafting:
    def __init__(self, document: Document, office: str | None) -> None:
        self.document = document
        self.questions: list[Question] = list(document.questions)
        names = [
            (name, heading.line)
            for heading in document.headings()
            for name in (*heading.duty.leads, *heading.duty.supports)
        ]
        office = office or document.head.issuer
        self.registry: Registry = propose(names, office=office)
        self.questions += self.registry.questions

    def ask(self, line: int, what: str, hint: str) -> None:
        """Note a question."""
        self.questions.append(Question(line, what, hint))

    def draft(self) -> Draft:
        """The dictionary of the plan and the questions."""
        root = self.document.root
        tasks = [self.task(one) for one in _tops(root, "T")]
        columns = [self.column(one) for one in root.walk() if one.kind == "box" and one.id]
        safeguards = [self.leaf(one) for one in _tops(root, "S")]
        core, targets = self.targets()
        plan: dict[str, Any] = {
            "plan": self.head(core + targets),
            "departments": [department_entry(one) for one in self.registry.departments],
            "indicators": {"indicators": core, "targets": targets},
            "columns": columns,
            "tasks": tasks,
            "safeguards": safeguards,
        }
        self.ask_for_the_rest()
        return Draft(plan, in_order(self.questions))

    # -- the head

    def head(self, targets: list[dict[str, Any]]) -> dict[str, Any]:
        """The plan's head; its period holds every day that the text names."""
        head = self.document.head
        days = [day for one in self.document.headings() if (day := self.document.deadline(one))]
        days += [str(one["deadline"]) for one in targets if one.get("deadline")]
        ends = head.ends or max((int(day[:4]) for day in days), default=None)
        begins = head.begins or (int(head.issued[:4]) if head.issued else ends)
        first = min([f"{begins or ends or 2000}-01-01", *days])
        last = max([f"{ends or begins or 2099}-12-31", *days])
        if head.begins is None or head.ends is None:
            what = _("the period of the plan is read as {begins} to {ends}")
            self.ask(0, what.format(begins=first[:4], ends=last[:4]), _("correct `begins` and `ends`"))
        office = next((one.id for one in self.registry.departments if one.role == "office"), "")
        id_ = re.sub(r"[^a-z0-9]", "", initials(head.title) or head.title.lower())[:20]
        return {
            "id": f"{id_ if id_[:1].isalpha() else 'plan'}-{last[:4]}",
            "title": head.title,
            "language": "en" if head.title.isascii() else None,
            "issuer": head.issuer,
            "issued": head.issued,
            "begins": first,
            "ends": last,
            "region": head.region,
            "office": office,
        }

    # -- tasks

    def task(self, heading: Heading) -> dict[str, Any]:
        """A task with those below it."""
        inner = [one for one in heading.children if one.id and one.kind != "box"]
        if not inner:
            return self.leaf(heading)
        return {
            "id": heading.id,
            "title": _title(heading),
            "clause": heading.clause,
            "tasks": [self.task(one) for one in inner],
        }

    def column(self, heading: Heading) -> dict[str, Any]:
        """A column with its items; one without items has itself as its only item."""
        items = [self.leaf(one) for one in heading.children if one.id]
        parent = next((one.id for one in heading.ancestors() if one is not heading and one.id), None)
        if not items:
            items = [self.leaf(heading) | {"id": f"{heading.id}.1"}]
        return {
            "id": heading.id,
            "number": int((heading.id or "C0")[1:]),
            "title": _title(heading),
            "clause": heading.clause,
            "parent": parent,
            "items": items,
        }

    def leaf(self, heading: Heading) -> dict[str, Any]:
        """A task that somebody answers for."""
        leads, support = self.assignment(heading)
        day = self.document.deadline(heading)
        words = self.document.deadline_words(heading)
        due = day or (parse_deadline(words, self.document.head.year).value if words else None)
        return {
            "id": heading.id,
            "title": _title(heading),
            "clause": heading.clause,
            "lead": leads[0] if len(leads) == 1 else leads,
            "support": support,
            "assignment_basis": "plan" if leads else None,
            "leader": self.person(heading, "leader"),
            "owner": self.person(heading, "owner"),
            "deadline": due,
            "deadline_text": words or None,
            "deadline_basis": "plan" if due else None,
            "milestones": list(_milestones(self.document, heading, day)),
        }

    def person(self, heading: Heading, kind: str) -> str | None:
        """Who the text names as leader or owner: of the task, else of the nearest heading above it."""
        named = (getattr(one.duty, kind) for one in heading.ancestors())
        return next(filter(None, named), None)

    def assignment(self, heading: Heading) -> tuple[list[str], list[str]]:
        """The leads and the supporting departments: a task's own, else those of the heading above it."""
        holder = _holder(heading) or heading
        duty = holder.duty
        leads, supports = (
            [self.registry.meant[name].id for name in names] for names in (duty.leads, duty.supports)
        )
        if holder is not heading:
            what = _("{} names no body; those of {} are entered").format(heading.clause, holder.clause)
            self.ask(heading.line, what, _("check the lead"))
        elif len(leads) > 1:
            what = _("{} names several leads: {}; all are entered as joint leads").format(
                heading.clause, joined(duty.leads)
            )
            self.ask(heading.line, what, _("check who leads"))
        leads = [*dict.fromkeys(leads)]
        return leads, [one for one in dict.fromkeys(supports) if one not in leads]

    # -- figures

    def targets(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Core indicators, and the other promises; a figure that stands twice is entered once."""
        core: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        known: dict[tuple[str, str | None, str], dict[str, Any]] = {}
        rows_first = sorted(self.document.targets, key=lambda one: one.row is None)
        for target in rows_first:
            one = target.promise
            key = (re.sub(r"\W", "", one.name), one.value, one.unit)
            entry = known.get(key)
            if entry is not None:
                _merge(entry, target)
                continue
            entry = _indicator(target)
            duty = target.heading.duty
            if duty.leads and not entry["tasks"]:  # a goal that somebody answers for: 增长6%(甲局牵头)
                entry["lead"], *entry["support"] = (
                    self.registry.meant[name].id for name in (*duty.leads, *duty.supports)
                )
            known[key] = entry
            kind = core if target.row is not None else others
            entry["id"] = f"{'I' if target.row is not None else 'Q'}{len(kind) + 1}"
            kind.append(entry)
        self._contradictions([*core, *others])
        return core, others

    def _contradictions(self, entries: list[dict[str, Any]]) -> None:
        """Ask about figures of one name that differ."""
        first: dict[tuple[str, str, str | None], dict[str, Any]] = {}
        for entry in entries:
            if entry.get("target") is None:
                continue
            key = (re.sub(r"\W", "", entry["name"]), entry.get("unit") or "", entry["deadline"])
            other = first.setdefault(key, entry)
            if other["target"] != entry["target"]:
                what = _("{0} is {1} in {2} and {3} in {4}").format(
                    entry["name"],
                    other["target"],
                    joined(other["clauses"]),
                    entry["target"],
                    joined(entry["clauses"]),
                )
                self.ask(0, what, _("ask which one holds"))

    def ask_for_the_rest(self) -> None:
        """One question each for all tasks without a lead and without a day."""
        leaves = [
            one
            for one in self.document.tasks()
            if one.kind != "box" and not any(below.id and below.kind != "box" for below in one.children)
        ]
        nobody = sum(_holder(one) is None for one in leaves)
        if nobody:
            what = _("{n} of {all} tasks name no body").format(n=nobody, all=len(leaves))
            self.ask(0, what, _("fill in `lead`, or read the table of duties: qplan plan from-table"))
        never = sum(
            self.document.deadline(one) is None and not self.document.deadline_words(one) for one in leaves
        )
        if never:
            what = _("{n} of {all} tasks name no day").format(n=never, all=len(leaves))
            self.ask(0, what, _("fill in `deadline`; a task without one is never late"))


def _tops(root: Heading, letter: str) -> list[Heading]:
    """The headings with an id of this letter (T, S) that no other such heading holds."""
    found = [one for one in root.walk() if (one.id or "").startswith(letter)]
    return [
        one
        for one in found
        if not any((up.id or "").startswith(letter) for up in one.ancestors() if up is not one)
    ]


def _holder(heading: Heading) -> Heading | None:
    """The nearest heading, from this one up, that names a lead."""
    return next((one for one in heading.ancestors() if one.duty.leads), None)


def _title(heading: Heading) -> str:
    return heading.title or heading.clause


def _milestones(document: Document, heading: Heading, deadline: str | None) -> Iterator[dict[str, Any]]:
    """The days before the deadline, with what the text wants done by them."""
    stages: dict[str, str] = {}
    for due in heading.duty.days:
        if deadline is not None and due.day < deadline and len(due.what) >= 2:
            stages[due.day] = joined(filter(None, (stages.get(due.day), due.what)), ";")
    for number, (day, what) in enumerate(sorted(stages.items()), 1):
        yield {"id": f"m{number}", "title": what[:120], "due": day, "basis": "plan"}


def _indicator(target: Target) -> dict[str, Any]:
    one, row = target.promise, target.row
    holder = next((each for each in target.heading.ancestors() if each.id), target.heading)
    serves = holder.id if target.heading.role in (TASKS, SAFEGUARDS) else None
    return {
        "id": "",
        "name": one.name or target.heading.title or one.text[:40],
        "dimension": row.dimension if row else None,
        "unit": one.unit or None,
        "operator": one.operator or ">=",
        "target": one.value,
        "target_status": "set" if one.value is not None or one.operator in DIRECTIONS else "to_be_assigned",
        "qualifier": one.qualifier,
        "nature": row.nature if row else None,
        "clauses": [target.clause] if target.clause else [],
        "tasks": [_leaf_of(serves, holder)] if serves else [],
        "deadline": f"{one.year}-12-31" if one.year else None,
        "baseline": row.baseline if row else None,
        "baseline_year": row.baseline_year if row else None,
        "note": _note(target),
    }


def _leaf_of(serves: str, heading: Heading) -> str:
    """The id of the heading as the plan has it: a column without items has one item."""
    return f"{serves}.1" if heading.kind == "box" and not any(one.id for one in heading.children) else serves


def _note(target: Target) -> str | None:
    """The words of the plan, where the figure alone says less."""
    one = target.promise
    return one.text[:200] or None if one.value is None or one.high is not None or one.qualifier else None


def _merge(entry: dict[str, Any], target: Target) -> None:
    """Cite one more clause, and take what the first mention left open."""
    if target.clause not in entry["clauses"]:
        entry["clauses"].append(target.clause)
    heading = target.heading
    if heading.id and heading.role != GOALS and heading.id not in entry["tasks"]:
        entry["tasks"].append(_leaf_of(heading.id, heading))
    if entry["deadline"] is None and target.promise.year:
        entry["deadline"] = f"{target.promise.year}-12-31"

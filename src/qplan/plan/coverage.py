"""A plan beside its own text: which task or target carries each heading and each promise, and what differs.

A heading is carried by the task that cites its clause, a figure by the target that cites its clause (or
that of a heading above) and has its name. What nothing carries, what differs and what cites a clause that
is not there are warnings; none of them hinders a load.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from qplan.core.indicators import DIRECTIONS
from qplan.core.model import Indicator, Milestone, Plan, Task, ids
from qplan.core.names import shown, written
from qplan.core.quantities import find_quantities, half_width
from qplan.errors import Problem
from qplan.i18n import _, labelled
from qplan.plan.document.outline import Heading
from qplan.plan.document.promises import Promise
from qplan.plan.document.reading import Document, Target

HEADING, PROMISE = "heading", "promise"
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年(?!以来))")
_QUOTED = re.compile("“([^”]{4,})”")
#: Names as alike as this are names of one thing.
_ALIKE = 0.6
#: A heading whose clause nobody cites is still carried by a task whose title is as alike as this.
_SAME_TITLE = 0.85


class Difference(NamedTuple):
    """One thing that the text and the plan say differently."""

    what: str  #: title, clause, value, unit, operator, year
    text: str
    plan: str

    def __str__(self) -> str:
        names = {
            "title": _("title"), "clause": _("clause"), "value": _("value"), "unit": _("unit"),
            "operator": _("direction"), "year": _("year"),
        }  # fmt: skip
        said = _("the text has {text}, the plan {plan}").format(text=self.text or "—", plan=self.plan or "—")
        return labelled(names[self.what], said)


class Item(NamedTuple):
    """A heading or a promise of the text, and what carries it."""

    kind: str
    line: int
    clause: str
    text: str
    carried_by: tuple[str, ...] = ()
    differs: tuple[Difference, ...] = ()


class Stray(NamedTuple):
    """A record of the plan that cites what the text does not have."""

    id: str
    clause: str
    what: str


class Coverage(NamedTuple):
    """The text item by item, and the records that cite what is not there."""

    items: list[Item]
    strays: list[Stray]


def cover(document: Document, plan: Plan) -> Coverage:
    """Set a plan beside the text that it was made from."""
    return _Covering(document, plan).coverage()


class _Covering:
    def __init__(self, document: Document, plan: Plan) -> None:
        self.document = document
        self.plan = plan
        self.tasks: dict[str, list[Task]] = defaultdict(list)
        for task in plan.tasks:
            self.tasks[plain_clause(task.clause)].append(task)
        self.cited: dict[str, list[Indicator]] = defaultdict(list)
        for one in plan.indicators:
            for clause in _clauses(one) or [""]:
                self.cited[plain_clause(clause)].append(one)
        self.met: set[tuple[str, str]] = set()  # indicator, clause that it cites and where its figure stands

    def coverage(self) -> Coverage:
        headings = [self.heading(one) for one in self.document.headings() if one.id is not None]
        carriers = {item.clause: item.carried_by for item in headings}
        promises = [self.promise(target, carriers) for target in self.document.targets]
        items = sorted([*headings, *promises], key=lambda item: item.line)
        return Coverage(items, list(self.strays()))

    # -- headings

    def heading(self, heading: Heading) -> Item:
        """The task that carries a heading: by its clause, else by its title."""
        item = Item(HEADING, heading.line, heading.clause, heading.title)
        tasks = self.tasks.get(plain_clause(heading.clause), [])
        alike = [task for task in tasks if task.title_basis != "plan" or _same_title(heading, task.title)]
        if alike:
            return item._replace(carried_by=tuple(task.id for task in alike))
        if tasks:
            differs = Difference("title", heading.title, tasks[0].title)
            return item._replace(carried_by=(tasks[0].id,), differs=(differs,))
        found = self._by_title(heading)
        if found is None:
            return item
        return item._replace(
            carried_by=(found.id,), differs=(Difference("clause", heading.clause, found.clause),)
        )

    def _by_title(self, heading: Heading) -> Task | None:
        wanted = plain_text(heading.title)
        for task in self.plan.tasks:
            if plain_text(task.title) == wanted:
                return task
        if len(self.plan.tasks) > 2_000:
            return None
        ratios = [_likeness(wanted, plain_text(task.title)) for task in self.plan.tasks]
        best = max(ratios, default=0.0)
        return self.plan.tasks[ratios.index(best)] if best >= _SAME_TITLE else None

    # -- promises

    def promise(self, target: Target, carriers: dict[str, tuple[str, ...]]) -> Item:
        """The target that carries a promise; one without a figure may also be carried by its task."""
        one = target.promise
        figure = f" {one.operator} {written(one.value, one.unit)}" if one.value is not None else ""
        item = Item(PROMISE, one.line, target.clause, f"{one.name or target.heading.title}{figure}")
        near = [pair for pair in self._near(target) if one.value is not None or pair[1].target is None]
        found = self._best(target, [indicator for _clause, indicator in near])
        if found is not None:
            self.met.update((found.id, clause) for clause, indicator in near if indicator is found)
            return item._replace(carried_by=(found.id,), differs=tuple(_differences(target, found)))
        found = self._best(target, [each for each in self.plan.indicators if _same_figure(each, one)])
        if found is not None:
            differs = Difference("clause", target.clause, found.clause)
            return item._replace(carried_by=(found.id,), differs=(differs, *_differences(target, found)))
        if (one.value is None and target.row is None) or self._noted(target):
            return item._replace(carried_by=carriers.get(target.clause, ()))
        return item

    def _noted(self, target: Target) -> bool:
        """Whether the note of a task or target of its clause quotes the figure: that says why it is no target."""
        figure = f"{target.promise.value}{target.promise.unit}"
        clause = plain_clause(target.clause)
        notes = [one.remark or "" for one in (*self.tasks.get(clause, ()), *self.cited.get(clause, ()))]
        return any(figure in quoted for note in notes for quoted in _QUOTED.findall(note))

    def _near(self, target: Target) -> Iterator[tuple[str, Indicator]]:
        """The indicators that cite the promise's clause or one above it, the nearest first."""
        clauses = [target.clause] if target.row else []
        clauses += [heading.clause for heading in target.heading.ancestors()]
        for clause in dict.fromkeys(map(plain_clause, clauses or [""])):
            for indicator in self.cited.get(clause, ()):
                yield clause, indicator

    @staticmethod
    def _best(target: Target, indicators: Iterable[Indicator]) -> Indicator | None:
        """The indicator with the promise's figure and a name like its own, else with its name alone."""
        one = target.promise
        name = plain_text(one.name or target.heading.title)
        best, score = None, 0.0
        for indicator in indicators:
            alike, same = _likeness(name, plain_text(indicator.name)), _same_figure(indicator, one)
            if alike >= (0.3 if same else _ALIKE) and alike + same > score:
                best, score = indicator, alike + same
        return best

    # -- what cites what is not there

    def strays(self) -> Iterator[Stray]:
        """Records that cite a clause that the text does not have, or one without their figure."""
        clauses = {plain_clause(heading.clause): heading for heading in self.document.headings()}
        rows = {plain_clause(target.clause) for target in self.document.targets}
        missing = _("{id} cites {clause}, which the text does not have")
        for task in self.plan.tasks:
            heading = clauses.get(plain_clause(task.clause))
            if heading is None:
                yield _stray(task, task.clause, missing)
            elif not _dates(heading, task):
                what = _("the deadline of {id} is the plan's, and {clause} does not name {year}")
                yield _stray(task, task.clause, what, year=(task.deadline or "")[:4])
        for one in self.plan.indicators:
            for clause in _clauses(one):
                plain = plain_clause(clause)
                if plain not in clauses and plain not in rows:
                    yield _stray(one, clause, missing)
                elif (
                    one.target is not None
                    and (one.id, plain) not in self.met
                    and not _quotes(one, clauses.get(plain))
                ):
                    yield _stray(one, clause, _("{id} cites {clause}, where its figure does not stand"))
            if one.baseline_clause is not None:
                heading = clauses.get(plain_clause(one.baseline_clause))
                if heading is None:
                    yield _stray(one, one.baseline_clause, missing)
                elif (one.baseline, one.unit or "") not in _figures(heading):
                    what = _("the baseline of {id} does not stand in {clause}")
                    yield _stray(one, one.baseline_clause, what)
        yield from self._goals(clauses)

    def _goals(self, clauses: dict[str, Heading]) -> Iterator[Stray]:
        """Staged goals that are the plan's, with a figure that neither their clause nor a target of their task has."""
        what = _("{id} is the plan's, and {figure} stands neither in {clause} nor in a target of {task}")
        tasks = {task.id: task for task in self.plan.tasks}
        targets: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for one in self.plan.indicators:
            for task_id in ids(one.tasks):
                targets[task_id].add((one.target or "", one.unit or ""))
        for goal in self.plan.milestones:
            task = tasks.get(goal.task)
            heading = clauses.get(plain_clause(task.clause)) if task is not None else None
            if goal.basis != "plan" or task is None or heading is None:
                continue
            known = targets[task.id] | _figures(heading)
            for found in find_quantities(half_width(goal.title)):
                word = found.chinese and found.value == "1"  # 一次, 一批
                if not word and (found.value, found.unit) not in known:
                    figure = shown(f"{found.value}{found.unit}")
                    yield _stray(goal, task.clause, what, figure=figure, task=task.id)


def _same_figure(indicator: Indicator, one: Promise) -> bool:
    return one.value is not None and indicator.target == one.value and (indicator.unit or "") == one.unit


def _stray(one: Task | Indicator | Milestone, clause: str, what: str, **words: str) -> Stray:
    return Stray(one.id, clause, what.format(id=one.id, clause=shown(clause), **words))


def _figures(heading: Heading) -> set[tuple[str, str]]:
    """The figures of a heading's text with their units."""
    texts = [line.text for below in heading.walk() for line in below.paragraphs]
    return {(one.value, one.unit) for text in (heading.title, *texts) for one in find_quantities(text)}


def _dates(heading: Heading, task: Task) -> bool:
    """Whether a heading's text can set the deadline that the plan is said to set: it names that year, or none."""
    if task.deadline_basis != "plan" or task.deadline is None:
        return True
    text = heading.title + "".join(line.text for below in heading.walk() for line in below.paragraphs)
    years = _YEAR.findall(text)
    return not years or task.deadline[:4] in years or bool(task.deadline_text and task.deadline_text in text)


def _quotes(one: Indicator, heading: Heading | None) -> bool:
    """Whether an indicator's note quotes the words of the clause that it takes for its figure."""
    if heading is None:
        return False
    text = "".join(plain_text(line.text) for line in heading.paragraphs)
    return any(plain_text(quoted) in text for quoted in _QUOTED.findall(one.remark or ""))


def _differences(target: Target, indicator: Indicator) -> Iterator[Difference]:
    one = target.promise
    figure = indicator.target if indicator.target_status == "set" else None
    if one.value != figure:
        yield Difference(
            "value", written(one.value or "", one.unit), written(figure or "", indicator.unit or "")
        )
    elif one.value is not None and one.unit != (indicator.unit or ""):
        yield Difference("unit", one.unit, indicator.unit or "")
    stated = one.value is not None or one.operator in DIRECTIONS
    if stated and one.operator is not None and one.operator != indicator.operator:
        yield Difference("operator", one.operator, indicator.operator)
    if one.year is not None and indicator.deadline and not indicator.deadline.startswith(str(one.year)):
        yield Difference("year", str(one.year), indicator.deadline[:4])


def _clauses(one: Indicator) -> list[str]:
    return [clause for clause in one.clause.split("、") if clause]


def plain_clause(clause: str) -> str:
    """A clause without what writers vary: width, blanks, 、 and 第."""
    return re.sub(r"[\s、.。]+$|[\s、]", "", unicodedata.normalize("NFKC", clause))


def plain_text(text: str) -> str:
    """A title or name without blanks, marks and width."""
    return re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", text)).casefold()


def _same_title(heading: Heading, title: str) -> bool:
    """Whether a task's title is the heading's: the same words, or the beginning of the same sentence."""
    text, plan = plain_text(heading.title), plain_text(title)
    if text == plan:
        return True
    whole = plain_text(heading.paragraphs[0].text) if heading.paragraphs else text
    return len(plan) >= 4 and (
        whole.startswith(plan) or (plan.startswith(text) and whole.startswith(plan[: len(whole)]))
    )


def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one in other or other in one:
        return max(0.75, min(len(one), len(other)) / max(len(one), len(other)))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def warnings(coverage: Coverage, document: Document) -> list[Problem]:
    """What is not carried, what differs and what strays, as warnings at lines of the text."""
    file = str(document.path)
    found = []
    for item in coverage.items:
        if not item.carried_by:
            what = (
                _("no task carries “{}” ({})") if item.kind == HEADING else _("no target carries “{}” ({})")
            )
            hint = _("add it to the plan, or say in its note why it is left out")
            found.append(Problem(file, item.line, 1, what.format(shown(item.text), item.clause), hint, True))
        for one in item.differs:
            what = labelled(f"{item.carried_by[0]} “{shown(item.text)}” ({item.clause})", str(one))
            found.append(
                Problem(file, item.line, 1, what, _("correct the plan, or note why it differs"), True)
            )
    found += [
        Problem(file, 1, 1, stray.what, _("correct the clause, the figure or its basis"), True)
        for stray in coverage.strays
    ]
    return found

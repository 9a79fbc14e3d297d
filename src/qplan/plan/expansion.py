"""Tasks that stand for several, made into headings with subtasks; and what subtasks take from their heading.

A task that repeats has a subtask for each period, one with ``each`` a subtask for each of its bodies. A subtask
that says nothing about its lead, its deadline, its verifier or its persons has those of its heading.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from qplan.core.model import IMMEDIATE, ONGOING, Department, ids
from qplan.core.names import shown
from qplan.core.periods import last_day
from qplan.i18n import _
from qplan.plan.files import Problems
from qplan.plan.models import Leaf, Milestone, Task
from qplan.plan.values import Text

#: The longest id, and the most periods of one task.
LONGEST_ID = 32
MOST_PERIODS = 600
#: How many months a period has.
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}

#: What a task takes from its heading where it gives none of the first key: all of these keys.
INHERITED = (
    ("lead", "assignment_basis"),
    ("support", "support_basis"),
    ("verifier",),
    ("leader",),
    ("deadline", "deadline_text", "deadline_basis"),
    ("begins",),
    ("weight",),
    ("owner",),
    ("contact",),
)
#: Persons of the lead: they go with it.
OF_THE_LEAD = (("owner",), ("contact",))


class Period(NamedTuple):
    """A period of a repeated task: ``2023-Q1``, what the plan calls it, its first and last day."""

    name: str
    title: str
    begins: date
    ends: date


class Frame(NamedTuple):
    """What expanding a plan's tasks needs to know of the plan."""

    begins: str | None  #: the first day on which anything can be due: the issue, else the plan's beginning
    ends: str | None
    departments: Mapping[str, Department]
    department: Callable[[Text], str | None]  #: the id of a department that a text means
    inherited_fields: frozenset[str]  #: the plan's own columns that are not added up
    language: str  #: of the plan: ``zh`` or ``en``
    problems: Problems


def expand(task: Leaf, frame: Frame) -> Leaf:
    """The task with the subtasks that it stands for, each with what it takes from its heading."""
    if isinstance(task, Task) and task.tasks:
        _check_heading(task, frame)
        groups = [keys for keys in INHERITED if getattr(task, keys[0]) is not None]
        own = {key: value for key, value in task.own.items() if str(key) in frame.inherited_fields}
        heirs = [_heir(task, child, groups, own) for child in task.tasks]
        return task.model_copy(update={"tasks": [expand(heir, frame) for heir in heirs]})
    if task.each is not None:
        return _for_each(task, frame)
    if task.repeats:
        return _repeated(task, frame)
    if task.due_day:
        what = _("{} has a `due_day` and does not repeat").format(task.id)
        frame.problems.add(*task.place, what, _("give `repeats` too, or the whole day as `deadline`"))
    return _with_goals(task, frame)


def _check_heading(task: Task, frame: Frame) -> None:
    """Report what a heading cannot have."""
    for key, what in (
        ("each", task.each),
        ("repeats", task.repeats),
        ("due_day", task.due_day),
        ("quantity", task.quantity and not task.each),
    ):
        if what:
            frame.problems.add(
                *task.place,
                _("{id} has subtasks of its own and `{key}` too").format(id=task.id, key=key),
                _("give `{key}` to the subtasks").format(key=key),
            )


def _heir(heading: Leaf, task: Leaf, groups: Iterable[tuple[str, ...]], own: Mapping[Any, Any]) -> Leaf:
    """A task with what it takes from its heading, which gives the first key of these groups, and columns of the plan's own."""
    update: dict[str, Any] = {}
    for keys in groups:
        if getattr(task, keys[0]) is None and not (keys in OF_THE_LEAD and task.lead is not None):
            update |= {name: getattr(heading, name) for name in keys if getattr(task, name) is None}
    if own:
        update["own"] = {**own, **task.own}
    return task.model_copy(update=update) if update else task


def _heading(task: Leaf, children: list[Leaf]) -> Task:
    """The task as the heading of subtasks that were made of it."""
    values = {name: getattr(task, name) for name in type(task).model_fields}
    rest = {"tasks": children, "each": None}
    return Task.model_construct(**{**values, **rest})


def _titled(title: str, addition: str, frame: Frame) -> str:
    """A title with what distinguishes it from the others of its heading."""
    return f"{title}（{addition}）" if frame.language == "zh" else f"{title} ({addition})"


def _subtask(task: Leaf, name: str, title: str, frame: Frame, **values: Any) -> Leaf:
    ident = f"{task.id}.{name}"
    if len(ident) > LONGEST_ID:
        what = _("the id {} of a subtask would be longer than {} characters").format(shown(ident), LONGEST_ID)
        frame.problems.add(*task.place, what, _("give the task a shorter id"))
    own = {key: value for key, value in task.own.items() if str(key) in frame.inherited_fields}
    kept = {"see": None, "note": None, "no": None, "each": None, "own": own}
    return task.model_copy(update={**kept, "id": ident, "title": _titled(task.title, title, frame), **values})


# -- bodies


def _for_each(task: Leaf, frame: Frame) -> Leaf:
    """A heading with a subtask for each body, which leads it; the lead of the heading supports it."""
    children = []
    support = [*(task.lead or ()), *(task.support or ())]
    for name, quantity in _bodies(task, frame):
        body = str(name)
        others = [one for one in support if frame.department(one) != body]
        values = {"lead": [name], "support": others, "quantity": quantity, "owner": None, "contact": None}
        child = _subtask(task, body, frame.departments[body].name, frame, **values)
        children.append(expand(child, frame))
    if not children:
        frame.problems.add(
            *task.place, _("`each` of {} names no department").format(task.id), _("name one, or leave it out")
        )
        return task.model_copy(update={"each": None})
    return _heading(task.model_copy(update={"repeats": None, "milestones": None}), children)


def _bodies(task: Leaf, frame: Frame) -> Iterator[tuple[Text, str | None]]:
    """The departments that ``each`` names, a group's members in its place, and the quantity of each."""
    seen: set[str] = set()
    for text, quantity in (task.each or {}).items():
        ident = frame.department(text)
        if ident is None or ident not in frame.departments:
            continue
        members = _members(ident, frame.departments, frozenset())
        if quantity is not None and members != [ident]:
            what = _("{} is a group and has no quantity of its own").format(ident)
            frame.problems.add(*task.place, what, _("give each of its members one"))
        for body in members:
            if body in seen:
                what = _("`each` of {} names {} twice").format(task.id, body)
                frame.problems.add(*task.place, what, _("name each department once"))
                continue
            seen.add(body)
            name = Text(body)
            name.mark = text.mark
            yield name, quantity


def _members(ident: str, departments: Mapping[str, Department], above: frozenset[str]) -> list[str]:
    """The departments of a group, those of groups within it included; the department itself where it is none."""
    own = ids(departments[ident].members) if ident in departments else ()
    if not own or ident in above:
        return [ident]
    found: dict[str, None] = {}
    for one in own:
        found.update(dict.fromkeys(_members(one, departments, above | {ident})))
    return list(found)


# -- periods


def _repeated(task: Leaf, frame: Frame) -> Leaf:
    """A heading with a subtask for each period, due on its last day."""
    if task.deadline == IMMEDIATE:
        what = _("{} repeats and is to be done at once").format(task.id)
        frame.problems.add(*task.place, what, _("leave out `repeats`, or correct `deadline`"))
        return task.model_copy(update={"repeats": None})
    children = []
    for period in _periods(task, frame):
        due = _due(task, period)
        if due < period.begins:  # the first period begins after that day
            continue
        values = {
            "begins": period.begins.isoformat(),
            "deadline": due.isoformat(),
            "repeats": None,
            "due_day": None,
            "milestones": None,
        }
        children.append(_subtask(task, period.name, period.title, frame, **values))
    if not children:
        return task.model_copy(update={"repeats": None})
    return _heading(task, children)


def _due(task: Leaf, period: Period) -> date:
    """The day on which the task of a period is due: its last, or the given day of its last month."""
    return period.ends.replace(day=min(task.due_day or 31, period.ends.day))


def _periods(task: Leaf, frame: Frame) -> list[Period]:
    """The periods of a task, none where its days are not known, out of order, or too many."""
    last = last_day(task.deadline) if task.deadline not in (None, ONGOING) else None
    begins, ends = task.begins or frame.begins, last.isoformat() if last else frame.ends
    if not begins or not ends:
        return []  # reported as missing
    first, end, months = date.fromisoformat(begins), date.fromisoformat(ends), MONTHS[task.repeats or "year"]
    number = first.year * 12 + (first.month - 1) // months * months
    stop = end.year * 12 + end.month - 1
    if end < first or (stop - number) // months >= MOST_PERIODS:
        what = _("{} repeats from {} to {}: no period, or too many").format(task.id, begins, ends)
        frame.problems.add(*task.place, what, _("correct `begins` or `deadline`"))
        return []
    return [_period(at, months, first, end, frame) for at in range(number, stop + 1, months)]


def _period(number: int, months: int, first: date, end: date, frame: Frame) -> Period:
    """The period that begins with a month (counted from the year 0), within the first and last day."""
    year, month = divmod(number, 12)
    name, title = {
        1: (f"{year}-{month + 1:02}", f"{year}年{month + 1}月"),
        3: (f"{year}-Q{month // 3 + 1}", f"{year}年{'一二三四'[month // 3]}季度"),
        6: (f"{year}-H{month // 6 + 1}", f"{year}年{'上下'[month // 6]}半年"),
        12: (str(year), f"{year}年"),
    }[months]
    title = title if frame.language == "zh" else name
    return Period(name, title, max(first, date(year, month + 1, 1)), min(end, last_day(name) or end))


# -- staged goals


def _with_goals(task: Leaf, frame: Frame) -> Leaf:
    """The task with a staged goal for each period of those that repeat, all in the order of their days."""
    given = task.milestones or ()
    if not any(one.repeats for one in given):
        return task
    goals = [goal for one in given for goal in _goals(one, task, frame)]
    return task.model_copy(update={"milestones": sorted(goals, key=lambda goal: goal.due or "")})


def _goals(given: Milestone, task: Leaf, frame: Frame) -> Iterator[Milestone]:
    """The staged goal, or one for each period from its first day to the deadline of the task."""
    last = last_day(task.deadline) if task.deadline not in (None, ONGOING, IMMEDIATE) else None
    end = last.isoformat() if last else frame.ends
    if not given.repeats or not given.due or not end:
        yield given
        return
    first, months = date.fromisoformat(given.due), MONTHS[given.repeats]
    start, stop = first.year * 12 + first.month - 1, int(end[:4]) * 12 + int(end[5:7]) - 1
    if (stop - start) // months >= MOST_PERIODS:
        what = _("{} repeats from {} to {}: no period, or too many").format(given.id, given.due, end)
        frame.problems.add(*task.place, what, _("correct `due` or `deadline`"))
        return
    for number in range(start, max(stop, start) + 1, months):
        year, month = divmod(number, 12)
        due = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1])).isoformat()
        if due <= end or number == start:  # a first one that is too late is reported as any other
            period = _period(number // months * months, months, first, first, frame)
            title = _titled(given.title, period.title, frame)
            yield given.model_copy(update={"id": f"{given.id}.{period.name}", "title": title, "due": due})


def subtree(tasks: Iterable[Leaf]) -> Iterator[Leaf]:
    """Yield tasks and everything below them, each before what is below it."""
    for task in tasks:
        yield task
        yield from subtree(children(task))


def children(task: Leaf) -> list[Leaf]:
    """Return the subtasks of a task."""
    return list(task.tasks or ()) if isinstance(task, Task) else []

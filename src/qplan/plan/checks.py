"""What a whole plan must satisfy: a visible list of functions, none of which raises.

Each takes what was read and gives problems; a remark informs and hinders nothing. A new check is a
function and a line in :data:`CHECKS`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from qplan.core.indicators import DIRECTIONS
from qplan.core.model import GROUP, OFFICE, ONGOING, Indicator, Plan, Task, ids
from qplan.core.names import nearest, shown, written
from qplan.errors import BadInput, Problem
from qplan.i18n import _, joined
from qplan.plan.files import Problems
from qplan.plan.source import Source

#: So many dangling references are offered the nearest ids.
_OFFERS = 20

#: How many years after the plan's end a task can be due.
LATER_YEARS = 10

Check = Callable[[Plan, Source], Iterable[Problem]]


def dangling(plan: Plan, source: Source) -> Iterator[Problem]:
    """Every reference leads to a record of the plan; a record may be in a file that could not be read.

    What a column belongs to is in the plan's own file, which was read.
    """
    whole = source.plan is not None
    tasks = {task.id for task in plan.tasks}
    indicators = {one.id for one in plan.indicators}
    anything = tasks | indicators
    offered: list[str] = []  # looking for the nearest of 100,000 ids takes its time

    def lost(owner: str, refs: Iterable[str], known: set[str], what: str) -> Iterator[Problem]:
        for ref in refs:
            if ref not in known:
                near = nearest(ref, known) if len(offered) < _OFFERS else []
                offered.append(ref)
                hint = _("did you mean {}?").format(joined(near)) if near else _("check the id")
                yield source.problem((f"{owner} {ref}", owner), what.format(owner, shown(ref)), hint)

    for task in plan.tasks:
        if task.parent is not None and task.parent not in tasks:
            yield from lost(
                task.id, [task.parent], tasks, _("{0} belongs to {1}, which is no task of the plan")
            )
        if task.see and whole:
            yield from lost(
                task.id, ids(task.see), anything, _("{0} refers to {1}, which is not in the plan")
            )
    for one in plan.indicators if whole else ():
        yield from lost(one.id, ids(one.tasks), tasks, _("{0} names the task {1}, which is not in the plan"))
        yield from lost(
            one.id,
            ids(one.conflicts),
            indicators,
            _("{0} conflicts with {1}, which is no indicator of the plan"),
        )
        yield from lost(
            one.id, ids(one.parts), indicators, _("{0} is the sum of {1}, which is no indicator of the plan")
        )


def office(plan: Plan, source: Source) -> Iterator[Problem]:
    """The department that keeps the ledger has the role ``office``."""
    for department in plan.departments:
        if department.id == plan.head.office and department.role != OFFICE:
            yield source.problem(
                (f"department:{department.id}",),
                _("{} keeps the ledger and has the role {}").format(department.id, department.role),
                _("give it `role: office`"),
                True,
            )


def cycles(plan: Plan, source: Source) -> Iterator[Problem]:
    """No task lies within itself."""
    above = {task.parent for task in plan.tasks}  # only what others belong to can be in a cycle
    parent = {task.id: task.parent for task in plan.tasks if task.id and task.id in above}
    sound: set[str] = set()
    for start in parent:
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in sound and here in parent:
            if here in path:
                round_ = " → ".join([*list(path)[list(path).index(here) :], here])
                yield source.problem((here,), _("a cycle: {}").format(round_), _("correct `parent`"))
                break
            path[here] = None
            here = parent[here]
        sound.update(path)


def period(plan: Plan, source: Source) -> Iterator[Problem]:
    """The plan's period runs forward, and every deadline is within it."""
    begins, ends = plan.head.begins, plan.head.ends
    if not begins or not ends:
        return
    if ends < begins:
        yield source.problem(("plan:",), _("the plan ends before it begins"), _("correct `begins` or `ends`"))
        return
    latest = f"{int(ends[:4]) + LATER_YEARS:04}{ends[4:]}"
    every: tuple[Task | Indicator, ...] = (*plan.tasks, *plan.indicators)
    of_headings = {task.id: task.deadline for task in plan.tasks if task.kind == GROUP}
    for one in every:
        if one.deadline is None or begins <= one.deadline <= ends:
            continue
        if isinstance(one, Task) and one.deadline == of_headings.get(one.parent or ""):
            continue  # inherited, and reported there
        if ends < one.deadline <= latest:
            what = _("the deadline of {}, {}, is after the plan's end").format(one.id, one.deadline)
            yield source.problem((one.id,), what, _("correct it if it is not meant so"), True)
            continue
        what = _("the deadline of {}, {}, is outside the plan's period").format(one.id, one.deadline)
        yield source.problem((one.id,), what, _("it must lie from {} to {}").format(begins, ends))


def milestones(plan: Plan, source: Source) -> Iterator[Problem]:
    """A staged goal is due within the plan and not after its task."""
    deadlines = {task.id: task.deadline for task in plan.tasks}
    begins = plan.head.begins or ""
    for one in plan.milestones:
        due, last = one.due, deadlines.get(one.task)
        if due and last is not None and due > last:
            what = _("{} is due {}, after its task's deadline").format(one.id, due)
            yield source.problem((one.id,), what, _("it must be due by {}").format(last))
        if due and due < begins:
            what = _("{} is due {}, before the plan begins").format(one.id, due)
            yield source.problem((one.id,), what, _("it must be due from {}").format(begins))


def answered(plan: Plan, source: Source) -> Iterator[Problem]:
    """A leaf should have a department that answers for it, no group, and a deadline; a draft may have neither yet."""
    groups = {one.id for one in plan.departments if one.members}
    for task in plan.tasks:
        if task.kind == GROUP:
            continue
        if task.lead is None:
            what = _("nobody answers for {}").format(task.id)
            yield source.problem((task.id,), what, _("add `lead`"), True)
        leads, supporters = task.leads, ids(task.support)
        for lead in leads:
            if lead != "?" and lead in supporters:
                what = _("{} both leads and supports {}").format(lead, task.id)
                yield source.problem((task.id,), what, _("take it out of `support`"), True)
        for named in (*leads, *supporters):
            if named in groups:
                what = _("{} is given to the group {} as one body: none of its members has it in its lists")
                hint = _("write `each: [{0}]` for a task of each; name members that support").format(named)
                yield source.problem((task.id,), what.format(task.id, named), hint, True)
        if task.deadline is None and task.term != ONGOING:
            what = _("{} has no deadline and is never late").format(task.id)
            yield source.problem((task.id,), what, _("add `deadline`"), True)


def attached(plan: Plan, source: Source) -> Iterator[Problem]:
    """A deadline that an attached goal gives has one: a target, or a milestone of the plan's own, due that day."""
    goals = {(ids(one.tasks)[0], one.deadline) for one in plan.indicators if one.tasks}
    goals |= {(one.task, one.due) for one in plan.milestones if one.basis == "plan"}
    for task in plan.tasks:
        if task.deadline_basis == "attached" and (task.id, task.deadline) not in goals:
            what = _("{0} takes its deadline from an attached goal, and none is due on {1}").format(
                task.id, task.deadline
            )
            moved = sorted(day for ident, day in goals if ident == task.id and day)
            if moved:
                what += _("; its goals are due on {days}").format(days=joined(moved))
            yield source.problem((task.id,), what, _("attach one, or correct `deadline_basis`"), True)


def verifiers(plan: Plan, source: Source) -> Iterator[Problem]:
    """Who verifies a task has no other part in it."""
    for task in plan.tasks:
        if task.verifier not in (None, "?") and task.verifier in (*task.leads, *ids(task.support)):
            what = _("{} verifies {} and has a part in it").format(task.verifier, task.id)
            yield source.problem(
                (task.id,), what, _("name another verifier, or take it out of `lead` and `support`")
            )


def schedules(plan: Plan, source: Source) -> Iterator[Problem]:
    """A task's own schedule begins before it ends; a heading has no staged goals."""
    tasks = {task.id: task for task in plan.tasks}
    for task in plan.tasks:
        if task.begins and task.deadline and task.begins > task.deadline:
            what = _("{} begins on {}, after its deadline {}").format(task.id, task.begins, task.deadline)
            yield source.problem((task.id,), what, _("correct `begins` or `deadline`"))
    for one in plan.milestones:
        if one.task in tasks and tasks[one.task].kind == GROUP:
            what = _("{} is a staged goal of a heading and shows in no light").format(one.id)
            yield source.problem((one.id,), what, _("give it to the task that reaches it"), True)


def quantities(plan: Plan, source: Source) -> Iterator[Problem]:
    """The tasks of a heading are rolled up by quantity where all of them have one, in one unit."""
    below: dict[str, list[Task]] = defaultdict(list)
    for task in plan.tasks:
        if task.parent is not None:
            below[task.parent].append(task)
    for parent, tasks in below.items():
        given = [task for task in tasks if task.quantity is not None]
        for task in tasks if given else ():
            if task.quantity is None:
                what = _("{} has no quantity, others of {} have one").format(task.id, parent)
                yield source.problem((task.id,), what, _("add `quantity`, or take it out of the others"))
        if len({task.unit for task in given}) > 1:
            what = _("the tasks of {} have quantities of different units").format(parent)
            yield source.problem((parent,), what, _("give all of them one `unit`"))


def same_titles(plan: Plan, source: Source) -> Iterator[Problem]:
    """Two tasks under one heading with the same title are easily taken for one another."""
    if len({task.title for task in plan.tasks}) == len(plan.tasks):
        return
    seen: dict[tuple[str | None, str], str] = {}
    for task in plan.tasks:
        first = seen.setdefault((task.parent, task.title), task.id)
        if first != task.id and task.title:
            what = _("{} and {} have the same title, “{}”").format(first, task.id, shown(task.title))
            yield source.problem((task.id,), what, "", True)


def same_names(plan: Plan, source: Source) -> Iterator[Problem]:
    """A name or alias that two departments share finds neither of them."""
    owners: dict[str, list[str]] = defaultdict(list)
    for department in plan.departments:
        for name in {department.name.casefold(), *department.aliases.casefold().split()}:
            owners[name].append(department.id)
    for name, shared in owners.items():
        if name and len(shared) > 1:
            what = _("“{}” is a name of {}").format(shown(name), joined(shared))
            yield source.problem((f"department:{shared[1]}",), what, _("keep it for one of them"), True)


def targets(plan: Plan, source: Source) -> Iterator[Problem]:
    """A set target has a figure, one to be assigned has none; an indicator serves a task."""
    for one in plan.indicators:
        if one.target_status == "set" and one.target is None and one.operator not in DIRECTIONS:
            hint = _("add `target`, or `target_status: to_be_assigned`")
            yield source.problem((one.id,), _("{} has no target").format(one.id), hint)
        elif one.target_status != "set" and one.target is not None:
            what = _("{} has a target that is still to be assigned").format(one.id)
            yield source.problem((one.id,), what, _("delete `target`, or `target_status`"))
        if not one.tasks:
            yield source.problem((one.id,), _("{} belongs to no task").format(one.id), _("add `tasks`"), True)


def sums(plan: Plan, source: Source) -> Iterator[Problem]:
    """An indicator is the sum of others of its unit, and of none that is the sum of it."""
    known = {one.id: one for one in plan.indicators}
    below: dict[str, set[str]] = {}

    def within(ident: str) -> set[str]:
        """All indicators that an indicator is added up from."""
        if ident not in below:
            below[ident] = set()  # an id met again on the way is not followed twice
            parts = [part for part in ids(known[ident].parts) if part in known]
            below[ident] = {*parts, *(one for part in parts for one in within(part))}
        return below[ident]

    for one in plan.indicators:
        if one.parts and one.id in within(one.id):
            what = _("{} is the sum of indicators that it is a part of").format(one.id)
            yield source.problem((one.id,), what, _("correct `parts`"))
        for part in ids(one.parts):
            if part in known and known[part].unit != one.unit:
                what = _("{} is added up from {}, which is counted in another unit").format(one.id, part)
                yield source.problem((one.id,), what, _("give both the same `unit`"))


def contradictions(plan: Plan, source: Source) -> Iterator[Problem]:
    """Where the plan contradicts itself, both figures are kept, and a remark says so."""
    known = {one.id: one for one in plan.indicators}
    reported = set()
    for one in plan.indicators:
        for ref in ids(one.conflicts):
            other = known.get(ref)
            pair = frozenset((one.id, ref))
            if other is None or pair in reported:
                continue
            reported.add(pair)
            yield source.problem(
                (one.id,),
                _("the plan contradicts itself: {} against {}").format(_figure(one), _figure(other)),
                _("both are kept; ask who decides"),
                True,
            )


def _figure(one: Indicator) -> str:
    figure = f"{one.operator} {written(one.target or '?', one.unit)}"
    return _("{} {} {} ({})").format(one.id, shown(one.name), figure, one.clause)


def proposals(plan: Plan, source: Source) -> Iterator[Problem]:
    """How much of the plan is proposed by us and waits for the office: one line."""
    leaves: list[Task] = [task for task in plan.tasks if task.kind != GROUP]
    proposed = sum(task.basis == "proposed" for task in leaves)
    days = sum(task.deadline_basis == "proposed" for task in leaves)
    if proposed or days:
        what = _("of {} tasks, {} assignments and {} deadlines are proposed, not the plan's").format(
            len(leaves), proposed, days
        )
        yield source.problem(("plan:",), what, _("the office confirms them: qplan confirm"), True)


def escalation_levels(plan: Plan, source: Source) -> Iterator[Problem]:
    """The levels of escalation rise: they differ, and each is for a longer delay than the one before."""
    given: list[dict[str, Any]] = json.loads(plan.head.rules).get("urging", [])
    levels: set[str] = set()
    before = -1
    for one in given:
        level, late = one.get("level", "?"), one.get("overdue_days")
        place = (f"level:{level}", "rules:", "plan:")
        if level in levels:
            yield source.problem(
                place, _("the urging level {} is given twice").format(level), _("delete one")
            )
        levels.add(level)
        if late is not None:
            if late <= before:
                what = _("the urging level {} comes no later than the one before it").format(level)
                yield source.problem(place, what, _("raise its `overdue_days` above {}").format(before))
            before = max(before, late)


def reporting_duty(plan: Plan, source: Source) -> Iterator[Problem]:
    """The cut-off of the duty to report is a day of its period."""
    given: dict[str, Any] = json.loads(plan.head.rules).get("reporting") or {}
    most = 7 if given.get("every") == "week" else 31
    if given.get("due", 0) > most:
        what = _("reporting: `due` is {}, and a {} has no such day").format(given["due"], given["every"])
        yield source.problem(("rules:", "plan:"), what, _("give 1 to {}, or 0 for the last day").format(most))


#: Every check, in the order in which it runs.
CHECKS: tuple[Check, ...] = (
    dangling,
    cycles,
    period,
    milestones,
    answered,
    attached,
    verifiers,
    schedules,
    quantities,
    targets,
    sums,
    escalation_levels,
    reporting_duty,
    office,
    same_names,
    same_titles,
    contradictions,
    proposals,
)


def own_text(plan: Plan, source: Source) -> Iterator[Problem]:
    """What the plan's own text promises and the plan does not carry, where the plan names that text."""
    from qplan.plan.coverage import cover, warnings
    from qplan.plan.document.reading import read_document

    if source.text is None:
        return
    try:
        document = read_document(source.text)
    except BadInput as error:
        yield source.problem(("plan:",), str(error), _("correct `source`"), True)
        return
    yield from warnings(cover(document, plan), document)


#: Checks that look at the plan as a whole: where a file could not be read they would find its gaps.
WHOLE: tuple[Check, ...] = (proposals, own_text)


def check(source: Source, *, against_text: bool = False) -> list[Problem]:
    """Every problem of a plan that was read: the reader's, then what the checks find; remarks last.

    With ``against_text`` the plan is also compared with its own text, where it names it. Never more than
    a few hundred; the number of the rest closes the list.
    """
    plan = source.plan or source.part
    if plan is None:
        return list(source.problems)
    found = Problems()
    remarks = Problems()
    for run in (*CHECKS, own_text) if against_text else CHECKS:
        if source.plan is None and run in WHOLE:
            continue
        for problem in run(plan, source):
            (remarks if problem.warning else found).add(*problem[:6])
    files = source.files
    rest = remarks.sorted(files)
    return [*source.problems, *found.sorted(files), *(one._replace(warning=True) for one in rest)]

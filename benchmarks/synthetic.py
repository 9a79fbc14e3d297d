"""A made-up plan of any size with a made-up history: for measuring, and for nothing else.

Everything comes from a seed and from the day that the history ends on, so that two runs measure the
same ledger. The departments and rules are those of the bundled plan; titles are numbered; no person
is named. The ledger is written by the program's own journal, from changes that its own workflow
decided on, so that it verifies like any other.

    python benchmarks/synthetic.py ledger --tasks 100000 --events 500000 big.db
    python benchmarks/synthetic.py yaml --tasks 100000 big.yaml
    python benchmarks/synthetic.py taskwarrior --tasks 100000 [--lived] big.json
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from qplan.core.calendar import Clock
from qplan.core.decision import decide
from qplan.core.model import GROUP, TASK, Actor, Change, Milestone, Plan, Task
from qplan.core.workflow import ActionRequest
from qplan.ledger import create
from qplan.ledger.journal import Entry
from qplan.ledger.store import Ledger
from qplan.plan import bundled
from qplan.plan.diff import diff
from qplan.plan.source import read_plan
from qplan.service.actions import WriteContext
from qplan.service.load import with_calendar
from qplan.service.queries import clock_of

#: The days from the plan's first to the one that the history ends on.
LIVED = 730
#: Leaves under one heading.
GROUPED = 50
#: Of the open tasks, so many in a hundred are overdue.
OVERDUE = 5
#: Final status -> so many in a hundred tasks of a plan that has run for a while.
FATES = {"assigned": 1, "active": 60, "blocked": 2, "submitted": 2, "closed": 33, "terminated": 2}
VERBS = ("完善", "推进", "建立", "开展", "落实", "优化", "健全", "培育")
THINGS = (
    "质量追溯体系",
    "品牌培育工程",
    "标准化试点",
    "计量服务平台",
    "认证帮扶行动",
    "检验检测能力",
    "质量基础设施",
    "风险监测机制",
)


#: Final status -> the steps that it takes at least.
NEEDS = {"assigned": 0, "active": 1, "blocked": 2, "submitted": 2, "closed": 3, "terminated": 2}


class Leaf(NamedTuple):
    """What is decided about a task beforehand: how it ends, and by when it is due."""

    fate: str
    deadline: date


def plan(tasks: int, events: int, seed: int, today: date) -> Plan:
    """A plan of so many leaves under headings, two years into its period of four."""
    model = read_plan(bundled.folder()).plan
    assert model is not None
    rng = random.Random(seed)
    begins, ends = today - timedelta(LIVED), today + timedelta(730)
    head = model.head._replace(
        id=f"synthetic-{tasks}", title="合成计划（仅供测量）", issued=begins.isoformat(),
        begins=begins.isoformat(), ends=ends.isoformat(),
    )  # fmt: skip
    leads = [d.id for d in model.departments if d.id != head.office]
    weights = [1 / (place + 3) for place in range(len(leads))]
    rows: list[Task] = []
    milestones: list[Milestone] = []
    group = None
    for number, leaf in enumerate(leaves(tasks, events, seed, today)):
        if number % GROUPED == 0:
            group = f"T{number // GROUPED + 1}"
            clause = f"三({number // GROUPED + 1})"
            rows.append(
                Task(
                    group,
                    GROUP,
                    f"专项任务{number // GROUPED + 1}",
                    clause,
                    section=clause,
                    position=len(rows) + 1,
                )
            )
        ident = f"{group}.{number % GROUPED + 1}"
        lead, *support = dict.fromkeys(rng.choices(leads, weights, k=rng.randint(1, 3)))
        due = leaf.deadline.isoformat()
        rows.append(
            Task(
                ident, TASK, f"{rng.choice(VERBS)}{rng.choice(THINGS)}（第{number + 1}项）", f"{clause}{number % GROUPED + 1}",
                section=clause, parent=group, position=len(rows) + 1, lead=lead, support=" ".join(support),
                basis="proposed", deadline=due, original_deadline=due, deadline_basis="proposed",
            )
        )  # fmt: skip
        if number % 5 == 0:
            goal = max(begins, leaf.deadline - timedelta(rng.randint(0, 100))).isoformat()
            milestones.append(Milestone(f"{ident}/m1", ident, "完成阶段评估", goal, goal, position=1))
    return Plan(head, model.departments, tuple(rows), tuple(milestones), ())


def leaves(tasks: int, events: int, seed: int, today: date) -> Iterator[Leaf]:
    """The fates and deadlines of the leaves; where there are few events, few tasks are begun.

    Most deadlines are ends of months, as in the plans that offices write.
    """
    rng = random.Random(seed + 1)
    mean = sum(NEEDS[fate] * share for fate, share in FATES.items()) / sum(FATES.values())
    begun = min(1.0, events / (mean * tasks))
    for drawn in rng.choices(list(FATES), list(FATES.values()), k=tasks):
        fate = drawn if rng.random() < begun else "assigned"
        if fate in ("closed", "terminated"):
            days = rng.randint(-600, 300)
        elif rng.randrange(100) < OVERDUE:
            days = -min(700, 32 + int(rng.expovariate(1 / 60)))
        else:
            days = rng.randint(0, 690)
        due = today + timedelta(days)
        if rng.randrange(10) < 8:
            due = (due.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        yield Leaf(fate, due)


class Doing(NamedTuple):
    """A step of the history: on which day who does what to which task."""

    day: int  #: counted from the plan's first
    dept: str
    action: str
    place: int  #: the task's place in the plan
    progress: int


def history(whole: Plan, events: int, seed: int, today: date) -> list[Doing]:
    """About so many steps, by day: all that the fates need, then reports."""
    rng = random.Random(seed + 2)
    span = (today - date.fromisoformat(whole.head.begins)).days
    places = [place for place, row in enumerate(whole.tasks) if row.kind != GROUP]
    decided = [leaf.fate for leaf in leaves(len(places), events, seed, today)]
    reports = max(0, events - sum(NEEDS[fate] for fate in decided))
    started = sum(fate != "assigned" for fate in decided)
    steps: list[Doing] = []
    for place, fate in zip(places, decided, strict=True):
        if fate == "assigned":
            continue
        lead = whole.tasks[place].lead or whole.head.office
        told = _rounded(rng, reports / started)
        last = {"active": "report", "blocked": "block"}.get(
            fate, "submit" if fate != "terminated" else "terminate"
        )
        # Of what is at work, 97 in a hundred have reported within the month, on any of its days.
        recent = fate in ("active", "blocked", "submitted") and rng.randrange(100) < 97
        latest = span - 1 - (rng.randint(0, 28) if recent else rng.randint(40, span - 60))
        days = [*sorted(rng.choices(range(1, latest), k=told + 1)), latest]
        steps.append(Doing(days[0], lead, "accept", place, 0))
        for number, day in enumerate(days[1:] if last == "report" else days[1:-1], 1):
            steps.append(Doing(day, lead, "report", place, min(95, number * 90 // (told + 1))))
        if last == "terminate":
            steps.append(Doing(days[-1] + 1, whole.head.office, last, place, 0))
        elif last != "report":
            steps.append(Doing(days[-1] + 1, lead, last, place, 95))
        if fate == "closed":
            steps.append(Doing(days[-1] + rng.randint(2, 9), whole.head.office, "approve", place, 100))
    steps.sort()
    return steps


def _rounded(rng: random.Random, mean: float) -> int:
    """A whole number with that mean."""
    return int(mean) + (rng.random() < mean - int(mean))


#: Action -> what is given with it.
GIVEN: dict[str, dict[str, Any]] = {
    "accept": {"note": "已签收"},
    "report": {"note": "按计划推进，本月完成现场检查和台账更新"},
    "block": {"difficulty": "经费尚未落实", "needs": "请财政协调"},
    "submit": {"evidence": "佐证材料第1号"},
    "approve": {"note": "材料齐全，同意销号"},
    "terminate": {"document": "合成文件〔1〕号"},
}


def write(ledger: Ledger, whole: Plan, events: int, seed: int, today: date) -> int:
    """Define the plan and live through its history, inside a transaction; how many events."""
    head = whole.head
    order = WriteContext(Actor("synthetic", head.office), f"{head.begins}T01:00:00Z", today, today)
    whole = with_calendar(whole, {}, order)
    ledger.append(diff({}, whole), Entry(str(order.actor), order.recorded_at, head.begins))
    clock = clock_of(whole.head, today)
    # Only what the history touches is held; a row's version is read from the ledger as any command does.
    rows: dict[int, Task] = {}
    for (number, dept), steps in groupby(history(whole, events, seed, today), key=lambda step: step[:2]):
        day = date.fromisoformat(head.begins) + timedelta(number)
        actor = Actor("verifier" if dept == head.office else "reporter", dept)
        entry = Entry(str(actor), f"{day.isoformat()}T02:00:00Z", day.isoformat())
        for _action, alike in groupby(steps, key=lambda step: step.action):
            _live(ledger, whole, rows, list(alike), actor, day, clock, entry)
    return ledger.head().seq


def _live(
    ledger: Ledger, whole: Plan, rows: dict[int, Task], steps: list[Doing], actor: Actor, day: date,
    clock: Clock, entry: Entry,
) -> None:  # fmt: skip
    changes: list[tuple[int, Change]] = []
    for step in {step.place: step for step in steps}.values():
        row = rows.get(step.place) or ledger.task(whole.tasks[step.place].id)
        rows[step.place] = row
        given = dict(GIVEN[step.action])
        if step.action in ("report", "submit") and step.progress > (row.progress or 0):
            given["progress"] = step.progress
        change = decide(row, ActionRequest(step.action, given, actor, day), clock, whole.head.office)
        if change.after:
            changes.append((step.place, change._replace(before={**change.before, "version": row.version})))
    written = ledger.append([change for _place, change in changes], entry)
    for (place, change), event in zip(changes, written, strict=True):
        fields: dict[str, Any] = {**change.after, "version": event.seq}
        rows[place] = rows[place]._replace(**fields)


def make_ledger(path: Path, tasks: int, events: int, seed: int, today: date) -> int:
    """A new ledger file; how many entries its journal has."""
    gc.disable()
    whole = plan(tasks, events, seed, today)
    with create.new_ledger(str(path), f"{whole.head.begins}T00:00:00Z", f"{seed:016x}") as ledger:
        return write(ledger, whole, events, seed, today)


def yaml_text(whole: Plan) -> Iterator[str]:
    """The plan as one YAML file, piece by piece."""
    head = whole.head
    yield "format: 1\nplan:\n"
    for name in ("id", "title", "issued", "begins", "ends", "office"):
        yield f"  {name}: {getattr(head, name)}\n"
    yield "departments:\n"
    for d in whole.departments:
        yield f"  - {{id: {d.id}, name: {d.name}, role: {d.role}, aliases: [{', '.join(d.aliases.split())}]}}\n"
    goals = {goal.task: goal for goal in whole.milestones}
    yield "tasks:\n"
    for row in whole.tasks:
        if row.kind == GROUP:
            yield f"  - id: {row.id}\n    title: {row.title}\n    clause: {row.clause}\n    tasks:\n"
            continue
        yield (
            f"      - id: {row.id}\n        title: {row.title}\n        clause: {row.clause}\n"
            f"        lead: {row.lead}\n        support: [{', '.join(row.support.split())}]\n"
            f"        assignment_basis: {row.basis}\n        deadline: {row.deadline}\n        deadline_basis: {row.deadline_basis}\n"
        )
        if row.id in goals:
            goal = goals[row.id]
            yield f"        milestones:\n          - {{id: m1, title: {goal.title}, due: {goal.due}, basis: proposed}}\n"


#: What Taskwarrior is told (in its rc file) of the fields that it does not know.
ATTRIBUTES = ("number", "clause", "basis", "duebasis")
#: Final status -> what Taskwarrior calls it.
ENDED = {"closed": "completed", "terminated": "deleted"}


def taskwarrior_text(whole: Plan, seed: int, fates: Iterable[str] = ()) -> Iterator[str]:
    """The same tasks as Taskwarrior imports them, one a line, with all that the YAML says of each.

    Supporting departments are tags, a milestone is an annotation, what Taskwarrior has no name for
    is an attribute of :data:`ATTRIBUTES`. With the leaves' ``fates`` the finished ones are completed
    or deleted, which Taskwarrior keeps in a file of their own that its lists do not read.
    """
    rng = random.Random(seed + 3)
    entry = whole.head.begins.replace("-", "") + "T000000Z"
    goals = {goal.task: goal for goal in whole.milestones}
    decided = iter(fates)
    for row in whole.tasks:
        if row.kind != GROUP and row.deadline:
            uuid = f"{rng.getrandbits(128):032x}"
            task: dict[str, Any] = {
                "uuid": f"{uuid[:8]}-{uuid[8:12]}-4{uuid[13:16]}-8{uuid[17:20]}-{uuid[20:]}",
                "description": row.title, "project": row.lead, "status": "pending", "entry": entry,
                "due": row.deadline.replace("-", "") + "T000000Z",
                "number": row.id, "clause": row.clause, "basis": row.basis, "duebasis": row.deadline_basis,
            }  # fmt: skip
            if ended := ENDED.get(next(decided, "")):
                task |= {"status": ended, "end": task["due"]}
            if row.support:
                task["tags"] = row.support.split()
            if row.id in goals:
                goal = goals[row.id]
                said = f"{goal.title} {goal.due} {goal.basis}"
                task["annotations"] = [{"entry": entry, "description": said}]
            yield json.dumps(task, ensure_ascii=False) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("ledger", "yaml", "taskwarrior"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=500_000, help="steps of the history")
    parser.add_argument(
        "--lived", action="store_true", help="taskwarrior: as the history left them, not as planned"
    )
    parser.add_argument("--seed", type=int, default=20210801)
    parser.add_argument(
        "--today", type=date.fromisoformat, default=date.today(), help="the history ends here"
    )
    asked = parser.parse_args()
    if asked.what == "ledger":
        total = make_ledger(asked.path, asked.tasks, asked.events, asked.seed, asked.today)
        sys.stdout.write(f"{asked.path}: {asked.tasks} tasks, {total} entries\n")
        return
    gc.disable()
    whole = plan(asked.tasks, asked.events, asked.seed, asked.today)
    lived = leaves(asked.tasks, asked.events, asked.seed, asked.today) if asked.lived else ()
    fates = (leaf.fate for leaf in lived)
    with asked.path.open("w", encoding="utf-8") as file:
        text = yaml_text(whole) if asked.what == "yaml" else taskwarrior_text(whole, asked.seed, fates)
        file.writelines(text)


if __name__ == "__main__":
    main()

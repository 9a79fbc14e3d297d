"""A made-up plan of any size with a made-up history: for measuring, and for nothing else.

Everything comes from a seed and from the day that the history ends on, so that two runs measure the
same ledger. The departments are those of the bundled plan; titles are numbered; no person is named.
The ledger is made by the program's own commands, so that it verifies like any other.

    python benchmarks/synthetic.py ledger --tasks 1000 --reports 19500 big.db
    python benchmarks/synthetic.py yaml --tasks 100000 big.yaml
    python benchmarks/synthetic.py taskwarrior --tasks 100000 big.json
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import yaml

DEPARTMENTS = Path(__file__).parent.parent / "data" / "departments.yaml"
OFFICE = "zlb"
#: Weeks from the plan's first day to the one that the history ends on.
WEEKS = 104
#: Tasks below one heading.
GROUPED = 50
VERBS = ("完善", "推进", "建立", "开展", "落实", "优化", "健全", "培育")
THINGS = ("质量追溯体系", "品牌培育工程", "标准化试点", "计量服务平台", "认证帮扶行动", "风险监测机制")


class Leaf(NamedTuple):
    """A task of the plan."""

    id: str
    clause: str
    title: str
    lead: str
    support: list[str]
    deadline: date
    milestone: date | None


def leaves(tasks: int, seed: int, today: date) -> Iterator[Leaf]:
    """The tasks in the plan's order; leads in Zipf-like shares, deadlines at ends of months."""
    rng = random.Random(seed)
    leads = [d["id"] for d in departments() if d["id"] != OFFICE]
    weights = [1 / (place + 3) for place in range(len(leads))]
    for number in range(tasks):
        group, place = divmod(number, GROUPED)
        lead, *support = dict.fromkeys(rng.choices(leads, weights, k=rng.randint(1, 3)))
        due = month_end(today + timedelta(rng.randint(-600, 690)))
        title = f"{rng.choice(VERBS)}{rng.choice(THINGS)}（第{number + 1}项）"
        goal = due - timedelta(rng.randint(1, 100)) if number % 5 == 0 else None
        yield Leaf(
            f"T{group + 1}.{place + 1}", f"三({group + 1}){place + 1}", title, lead, support, due, goal
        )


def departments() -> list[dict[str, str]]:
    """The departments of the bundled plan."""
    made: list[dict[str, str]] = yaml.safe_load(DEPARTMENTS.read_text(encoding="utf-8"))["departments"]
    return made


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def yaml_text(tasks: int, seed: int, today: date) -> Iterator[str]:
    """The plan as one YAML file, piece by piece."""
    begins = today - timedelta(7 * WEEKS)
    yield f"format: 1\nplan:\n  id: synthetic-{tasks}\n  title: 合成计划（仅供测量）\n  issued: {begins}\n"
    yield f"  begins: {begins}\n  ends: {today + timedelta(730)}\n  office: {OFFICE}\ndepartments:\n"
    for one in departments():
        yield f"  - {{id: {one['id']}, name: {one['name']}, role: {one['role']}}}\n"
    yield "tasks:\n"
    for number, leaf in enumerate(leaves(tasks, seed, today)):
        if number % GROUPED == 0:
            group = number // GROUPED + 1
            yield f"  - id: T{group}\n    title: 专项任务{group}\n    clause: 三({group})\n    tasks:\n"
        yield (
            f"      - id: {leaf.id}\n        title: {leaf.title}\n        clause: {leaf.clause}\n"
            f"        lead: {leaf.lead}\n        support: [{', '.join(leaf.support)}]\n"
            f"        assignment_basis: proposed\n        deadline: {leaf.deadline}\n        deadline_basis: proposed\n"
        )
        if leaf.milestone:
            yield f"        milestones:\n          - {{id: m1, title: 完成阶段评估, due: {leaf.milestone}, basis: proposed}}\n"


#: The fields of Taskwarrior's tasks that it does not know by itself; its rc file must name them.
ATTRIBUTES = ("number", "clause", "basis", "duebasis")


def taskwarrior_text(tasks: int, seed: int, today: date) -> Iterator[str]:
    """The same tasks as Taskwarrior imports them, one a line, with all that the YAML gives of each."""
    rng = random.Random(seed + 1)
    for leaf in leaves(tasks, seed, today):
        uuid = f"{rng.getrandbits(128):032x}"
        task: dict[str, object] = {
            "uuid": f"{uuid[:8]}-{uuid[8:12]}-4{uuid[13:16]}-8{uuid[17:20]}-{uuid[20:]}", "status": "pending",
            "description": leaf.title, "project": leaf.lead, "tags": leaf.support, "entry": "20240101T000000Z",
            "due": f"{leaf.deadline:%Y%m%d}T000000Z", "number": leaf.id, "clause": leaf.clause, "basis": "proposed",
            "duebasis": "proposed",
        }  # fmt: skip
        if leaf.milestone:
            goal = f"完成阶段评估 {leaf.milestone} proposed"
            task["annotations"] = [{"entry": "20240101T000000Z", "description": goal}]
        yield json.dumps(task, ensure_ascii=False) + "\n"


def make_ledger(path: Path, tasks: int, reports: int, seed: int, today: date) -> None:
    """A ledger with a history of about so many reports, week by week.

    After each quarter most of the tasks that are due by then are submitted and closed.
    """
    rng = random.Random(seed + 2)
    with tempfile.TemporaryDirectory() as folder:
        plan, rows = Path(folder) / "plan.yaml", Path(folder) / "rows.csv"
        plan.write_text("".join(yaml_text(tasks, seed, today)), encoding="utf-8")
        command(path, "load", str(plan))
        progress = {leaf.id: 0 for leaf in leaves(tasks, seed, today)}
        due = {leaf.id: leaf.deadline for leaf in leaves(tasks, seed, today)}
        begun: list[str] = []
        for week in range(WEEKS):
            day = today - timedelta(7 * (WEEKS - week) - 4)
            chosen = rng.sample(sorted(progress), min(len(progress), reports // WEEKS))
            for ident in chosen:
                progress[ident] = min(95, progress[ident] + rng.randint(1, 4))
            lines = [f"{ident},active,{progress[ident]},第{week + 1}周推进情况\n" for ident in chosen]
            rows.write_text("id,status,progress,note\n" + "".join(lines), encoding="utf-8")
            command(path, "update", "--from", str(rows), "--on", str(day))
            begun = list(dict.fromkeys([*begun, *chosen]))
            ended = [i for i in begun if due[i] <= day and i in progress and rng.random() < 0.8]
            if week % 13 == 12 and ended:
                later = ("--on", str(day + timedelta(1)))
                command(path, "submit", *ended[:500], "--evidence", "佐证材料第1号", *later)
                command(path, "approve", *ended[:500], *later, actor="verifier")
                for ident in ended[:500]:
                    del progress[ident]


def command(path: Path, *words: str, actor: str = "reporter") -> None:
    """Run a command on the ledger in this process; it must succeed."""
    from qplan.cli import main as qplan

    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        code = qplan([*words, "--ledger", str(path), "--actor", f"{actor}@{OFFICE}", "--yes", "--quiet"])
    if code:
        raise SystemExit(f"qplan {words[0]}: exit {code}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("ledger", "yaml", "taskwarrior"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--reports", type=int, default=19_500, help="of the history")
    parser.add_argument("--seed", type=int, default=20210801)
    parser.add_argument(
        "--today", type=date.fromisoformat, default=date.today(), help="the history ends here"
    )
    given = parser.parse_args()
    if given.what == "ledger":
        os.environ["QPLAN_CONFIG"] = ""
        make_ledger(given.path, given.tasks, given.reports, given.seed, given.today)
        return
    write = yaml_text if given.what == "yaml" else taskwarrior_text
    with given.path.open("w", encoding="utf-8") as file:
        file.writelines(write(given.tasks, given.seed, given.today))


if __name__ == "__main__":
    main()

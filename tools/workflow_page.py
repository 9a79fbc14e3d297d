"""docs/workflow.md and its Chinese page, from the transition table. ``make generate`` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from qplan.core.workflow import ROLES, STATUS, TRANSITIONS, Transition, option
from qplan.i18n import chinese

DOCS = Path(__file__).parent.parent / "docs"

NOTE = "<!-- Generated from src/qplan/core/workflow.py by make generate; do not edit. -->"


class Words(NamedTuple):
    """The texts of a page in one language: its head, its headings, those of its tables, and its rules."""

    head: str
    headings: tuple[str, str, str, str, str]
    states: str
    steps: str
    rules: str


ENGLISH = Words(
    head=f"""\
# The supervision cycle

{NOTE}

Every command that moves a task, every refusal and this page come from one table. A step that the
table does not open is refused, and the refusal names the steps that are open. Overdue, due soon,
stale and every light are derived from dates and are not states.
""",
    headings=("States", "Diagram", "Steps", "Who may do what, in which state", "Rules beside the table"),
    states="| code | 状态 | in English |",
    steps="| step | command | from | by | to | needs | may take |",
    rules="""\
- The office may take a lead's step on its behalf (a report by telephone); the event then names for whom.
- Who submitted a completion never verifies it, under whichever department they act. A one-person
  office may set `one_person_office: true` in `rules.yaml`; each such closing is marked in its event.
- An assignment can be disputed within `dispute_workdays` working days after the office assigned or
  confirmed it. Assigning, confirming or accepting settles the dispute.
- `extend` by the lead asks, by the office grants at once (the day that was asked for, unless `--to`
  gives another); `extend --refuse` refuses. The original deadline never changes. A request made after
  the deadline is marked late.
- `urge` takes the next level of those in `rules.yaml`. `--level` chooses another; one that skips
  a level needs a `--note` with the reason, and the event names what was skipped. A deadline that has
  moved begins a new round.
- Reopening begins a new round: closing, claim and urging are cleared from the row (the journal keeps
  them) and progress is what was last reported before the closing.
- Every step takes `--note`, `--on`, `--dry-run`, `--if-version` and `--request-id`.
""",
)

CHINESE = Words(
    head=f"""\
# 办理流程

{NOTE}

改变任务状态的每条命令、每次不予办理的提示和本页，都出自同一张流程表。表中没有列出的步骤一律不予办理，提示中同时列出
当前可以办理的步骤。逾期、临近到期、长期未反馈和各种亮灯由日期推算，不是状态。（[English](workflow.md)）
""",
    headings=("状态", "流程图", "步骤", "各状态下谁能办理什么", "流程表之外的规则"),
    states="| 代码 | 状态 |",
    steps="| 步骤 | 命令 | 适用状态 | 由谁办理 | 转入状态 | 必填 | 选填 |",
    rules="""\
- 统筹办可以代牵头单位办理（如电话反馈），登记中写明“代某单位填报”。
- 申请销号的人不得审核销号，无论以哪个单位的名义。只有一人的办公室可在 `rules.yaml` 中设 `one_person_office: true`，
  每次自行审核的销号都在登记中注明。
- 对分工有异议的，须在交办或确认分工后 `dispute_workdays` 个工作日内提出。重新交办、确认分工或者签收，异议即告处理。
- `extend` 由牵头单位使用为申请延期，由统筹办使用为批准延期（不写 `--to` 即按所申请的日期）；`extend --refuse` 为不予延期。
  原定时限始终保留。到期后才提出的申请标明为逾期申请。
- `urge` 按 `rules.yaml` 中的下一级催办。`--level` 可另选级别；越级的须用 `--note` 说明原因，登记中注明越过了哪一级。
  时限变动后重新从最低一级起。
- 重新启动即开始新一轮：销号、申请销号和催办情况从台账中清除（日志仍予保留），进度恢复为销号前最后一次反馈的数值。
- 每个步骤均可使用 `--note`、`--on`、`--dry-run`、`--if-version` 和 `--request-id`。
""",
)

#: Page -> its words.
PAGES = {DOCS / "workflow.md": ENGLISH, DOCS / "workflow.zh-CN.md": CHINESE}


def page(words: Words) -> str:
    """The whole page."""
    parts = (states(words), diagram(), steps(words), matrix(words), [words.rules])
    lines = [words.head]
    for heading, part in zip(words.headings, parts, strict=True):
        lines += [f"## {heading}\n", *part, ""]
    return "\n".join(lines[:-1])


def _status(code: str) -> str:
    return chinese("status", STATUS[code])


def _role(role: str) -> str:
    return chinese("role", ROLES[role])


def _action(step: Transition) -> str:
    return chinese("action", step.label)


def states(words: Words) -> list[str]:
    """The states with their labels."""
    head = [words.states, "|---" * (words.states.count("|") - 1) + "|"]
    if words is CHINESE:
        return [*head, *(f"| `{code}` | {_status(code)} |" for code in STATUS)]
    return [*head, *(f"| `{code}` | {_status(code)} | {label} |" for code, label in STATUS.items())]


def diagram() -> list[str]:
    """The states and the steps between them, as Mermaid."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {code}: {_status(code)}" for code in STATUS]
    lines.append("    [*] --> assigned")
    lines += [
        f"    {state} --> {step.to}: {step.action} {_action(step)}"
        for step in TRANSITIONS
        if step.to is not None
        for state in step.states
    ]
    return [*lines, "    closed --> [*]", "    terminated --> [*]", "```"]


def steps(words: Words) -> list[str]:
    """A row for each step: command, states, roles, where it leads, what it takes."""
    head = [words.steps, "|---|---|---|---|---|---|---|"]
    return [*head, *(_row(step, words) for step in TRANSITIONS)]


def _row(step: Transition, words: Words) -> str:
    cells = (
        _action(step) if words is CHINESE else f"{_action(step)} {step.label}",
        f"`{step.verb}{' --refuse' if step.action == 'refuse' else ''}`",
        "、".join(map(_status, step.states)),
        "、".join(map(_role, step.roles)),
        _status(step.to) if step.to else "—",
        " ".join(f"`{option(name)}`" for name in step.requires) or "—",
        " ".join(f"`{option(name)}`" for name in step.accepts) or "—",
    )
    return f"| {' | '.join(cells)} |"


def matrix(words: Words) -> list[str]:
    """State x role: the steps that are open."""
    roles = [role for role in ROLES if any(role in step.roles for step in TRANSITIONS)]
    titles = [_role(role) if words is CHINESE else f"{_role(role)} {ROLES[role]}" for role in roles]
    lines = ["| | " + " | ".join(titles) + " |", "|---" * (len(roles) + 1) + "|"]
    for code in STATUS:
        cells = [
            _named([s for s in TRANSITIONS if code in s.states and role in s.roles], words) for role in roles
        ]
        lines.append(f"| {_status(code)} `{code}` | " + " | ".join(cell or "—" for cell in cells) + " |")
    return lines


def _named(open_steps: list[Transition], words: Words) -> str:
    if words is CHINESE:
        return "、".join(map(_action, open_steps))
    return " ".join(step.action for step in open_steps)

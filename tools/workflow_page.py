"""docs/workflow.md, from the transition table. ``make generate`` writes it."""

from __future__ import annotations

from pathlib import Path

from qplan.core.workflow import ROLES, STATUS, TRANSITIONS, Transition, option
from qplan.i18n import chinese

PAGE = Path(__file__).parent.parent / "docs" / "workflow.md"

HEAD = """\
# The supervision cycle

<!-- Generated from src/qplan/core/workflow.py by make generate; do not edit. -->

Every command that moves a task, every refusal and this page come from one table. A step that the
table does not open is refused, and the refusal names the steps that are open. Overdue, due soon,
stale and every light are derived from dates and are not states.
"""

TAIL = """\
- The office may take a lead's step on its behalf (a report by telephone); the event then says for whom.
- Who submitted a completion never verifies it, under whichever department they act. A one-person
  office may set `one_person_office: true` in `rules.yaml`; each such closing says so in its event.
- An assignment can be disputed within `dispute_workdays` working days after the office assigned or
  confirmed it. Assigning, confirming or accepting settles the dispute.
- `extend` by the lead asks, by the office grants at once (the day that was asked for, unless `--to`
  says another); `extend --refuse` refuses. The original deadline never changes. A request made after
  the deadline is marked late.
- `urge` takes the next level of those in `rules.yaml`. `--level` chooses another; one that skips
  a level needs a `--note` that says why, and the event names what was skipped. A deadline that has
  moved begins a new round.
- Reopening begins a new round: closing, claim and urging are cleared from the row (the journal keeps
  them) and progress is what was last reported before the closing.
- Every step takes `--note`, `--on`, `--dry-run`, `--if-version` and `--request-id`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, "## States\n", *states(), "", "## Diagram\n", *diagram(), "", "## Steps\n", *steps(),
                      "", "## Who may do what, in which state\n", *matrix(), "", "## Rules beside the table\n", TAIL])  # fmt: skip


def _status(code: str) -> str:
    return chinese("status", STATUS[code])


def _role(role: str) -> str:
    return chinese("role", ROLES[role])


def _action(step: Transition) -> str:
    return chinese("action", step.label)


def states() -> list[str]:
    """The states with their labels."""
    rows = [f"| `{code}` | {_status(code)} | {label} |" for code, label in STATUS.items()]
    return ["| code | 状态 | in English |", "|---|---|---|", *rows]


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


def steps() -> list[str]:
    """A row for each step: command, states, roles, where it leads, what it takes."""
    head = ["| step | command | from | by | to | needs | may take |", "|---|---|---|---|---|---|---|"]
    return [*head, *map(_row, TRANSITIONS)]


def _row(step: Transition) -> str:
    cells = (
        f"{_action(step)} {step.label}",
        f"`{step.verb}{' --refuse' if step.action == 'refuse' else ''}`",
        "、".join(map(_status, step.states)),
        "、".join(map(_role, step.roles)),
        _status(step.to) if step.to else "—",
        " ".join(f"`{option(name)}`" for name in step.requires) or "—",
        " ".join(f"`{option(name)}`" for name in step.accepts) or "—",
    )
    return f"| {' | '.join(cells)} |"


def matrix() -> list[str]:
    """State x role: the steps that are open."""
    roles = [role for role in ROLES if any(role in step.roles for step in TRANSITIONS)]
    lines = [
        "| | " + " | ".join(f"{_role(role)} {ROLES[role]}" for role in roles) + " |",
        "|---" * (len(roles) + 1) + "|",
    ]
    for code in STATUS:
        cells = [
            " ".join(s.action for s in TRANSITIONS if code in s.states and role in s.roles) for role in roles
        ]
        lines.append(f"| {_status(code)} `{code}` | " + " | ".join(cell or "—" for cell in cells) + " |")
    return lines

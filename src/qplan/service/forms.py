"""The content of forms: what a department is asked to report on, with what it said last time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from qplan.core.calendar import light_label
from qplan.core.indicators import target_text
from qplan.core.model import AT_WORK, OPEN, WITH_LEAD, Actor, Department, Head, Task, TaskFilter, ids
from qplan.core.names import written
from qplan.core.own import columns_of, values_of
from qplan.core.periods import period_of
from qplan.core.workflow import LEAD, SUPPORT, parts_of, role_label, role_of, shown_deadline, status_label
from qplan.i18n import _, joined, labelled
from qplan.service import queries
from qplan.service.form_layout import INDICATOR, MILESTONE, TASK, Mark
from qplan.service.queries import AssessedTask, Snapshot

#: Columns that a supporting department fills in: its own part in words.
SUPPORT_FILLS = frozenset({"note"})


class FormRow(NamedTuple):
    """A row: its mark, the values of its locked columns by key, and the columns that may be filled in."""

    mark: Mark
    values: dict[str, Any]
    fills: frozenset[str]
    light: str | None = None


class Form(NamedTuple):
    """A form for one department; ``sheets`` has those kinds of records of which there are any."""

    dept: Department
    plan: str
    office: str
    as_of: str
    due: str | None
    head: Head
    sheets: dict[str, list[FormRow]]


ALL_FILLS = frozenset({"status", "progress", "note", "difficulty", "needs", "next_step", "evidence"})


def forms(snapshot: Snapshot, due: str | None, depts: Sequence[str] = ()) -> list[Form]:
    """A form for each department (or those named) that leads or supports an open task, in the plan's order."""
    made = [
        _form(snapshot, dept, due) for dept in snapshot.departments.values() if not depts or dept.id in depts
    ]
    return [form for form in made if form.sheets]


def _form(snapshot: Snapshot, dept: Department, due: str | None) -> Form:
    listed = queries.tasks(snapshot, queries.TaskQuery(TaskFilter(lead_or_support=dept.id, open=True)))
    head = snapshot.ledger.head()
    base = Mark(head.ledger, head.seq, dept.id)
    sheets = {
        TASK: [_task_row(snapshot, dept, item, base, number) for number, item in enumerate(listed, 1)],
        MILESTONE: _milestone_rows(snapshot, dept, listed, base),
        INDICATOR: _indicator_rows(snapshot, dept, base),
    }
    return Form(
        dept, snapshot.plan.title, snapshot.department_name(snapshot.plan.office), snapshot.today.isoformat(), due, head,
        {kind: rows for kind, rows in sheets.items() if rows},
    )  # fmt: skip


def _task_row(snapshot: Snapshot, dept: Department, item: AssessedTask, base: Mark, number: int) -> FormRow:
    task = item.task
    role = role_of(Actor("", dept.id), task, "")
    fills = frozenset[str]()
    if role == LEAD and task.status in WITH_LEAD:
        fills = ALL_FILLS
    elif role == SUPPORT and task.status in AT_WORK:
        fills = SUPPORT_FILLS
    values = {
        "no": number, "id": task.id, "title": task.title, "about": _particulars(snapshot, task, dept.id),
        "role": role_label(role), "deadline": shown_deadline(task),
        "now": status_label(task.status), "light": light_label(item.light.code),
        "last": _last_report(item, role, dept.id),
    }  # fmt: skip
    return FormRow(base._replace(kind=TASK, id=task.id, version=task.version), values, fills, item.light.code)


def _particulars(snapshot: Snapshot, task: Task, dept: str) -> str:
    """What the plan gives beside title and deadline: quantity, other leads, verifier, weight, columns of its own."""
    others = [snapshot.department_name(one) for one in task.leads if one != dept and len(task.leads) > 1]
    own = values_of(task)
    parts = [
        (_("quantity"), written(task.quantity, task.unit) if task.quantity is not None else None),
        (_("joint leads"), joined(others)),
        (_("verifier"), snapshot.department_name(task.verifier) if task.verifier else None),
        (_("weight"), task.weight),
        (_("deadline in words"), task.deadline_text if task.deadline else None),
        *((one.heading, own.get(one.id)) for one in columns_of(snapshot.plan)),
    ]
    return "\n".join(labelled(label, text) for label, text in parts if text)


def _last_report(item: AssessedTask, role: str, dept: str) -> str:
    """What was said last time, by the lead or by this supporting department."""
    task = item.task
    if role == SUPPORT:
        return "\n".join(
            f"{part.day} {part.text}" for part in parts_of(task.support_note) if part.dept == dept
        )
    if task.last_update is None and not task.note:
        return ""
    parts = [
        labelled(_("progress"), f"{task.progress}%") if task.progress is not None else "",
        task.note or "",
        labelled(_("difficulty"), task.difficulty) if task.difficulty else "",
        labelled(_("help needed"), task.needs) if task.needs else "",
        labelled(_("next step"), task.next_step) if task.next_step else "",
        labelled(_("last update"), task.last_update) if task.last_update else "",
    ]
    return "\n".join(filter(None, parts))


def _milestone_rows(
    snapshot: Snapshot, dept: Department, listed: Sequence[AssessedTask], base: Mark
) -> list[FormRow]:
    led = {
        item.task.id: item.task
        for item in listed
        if item.task.status in OPEN and role_of(Actor("", dept.id), item.task, "") == LEAD
    }
    goals = [goal for goal in snapshot.ledger.milestones() if goal.task in led and goal.done_on is None]
    return [
        FormRow(
            base._replace(kind=MILESTONE, id=goal.id, version=goal.version),
            {"no": number, "id": goal.id, "task": led[goal.task].title, "title": goal.title, "due": goal.due},
            frozenset({"done_on", "note"}),
        )
        for number, goal in enumerate(goals, 1)
    ]


def _indicator_rows(snapshot: Snapshot, dept: Department, base: Mark) -> list[FormRow]:
    rows: list[FormRow] = []
    for measured in queries.indicators(snapshot):
        row, last = measured.indicator, measured.actuals[-1] if measured.actuals else None
        if row.lead != dept.id or row.retired or row.parts:
            continue
        values = {
            "no": len(rows) + 1, "id": row.id, "title": row.name, "unit": row.unit,
            "target": target_text(row),
            "last": f"{period_of(last)}: {last.value}" if last else None,
        }  # fmt: skip
        fills = frozenset({"year", "value", "source"})
        rows.append(FormRow(base._replace(kind=INDICATOR, id=row.id, version=row.version), values, fills))
    return rows


def departments_asked(snapshot: Snapshot) -> list[Department]:
    """The departments that get a form: they lead or support an open task, or lead an indicator."""
    asked = {measured.indicator.lead for measured in queries.indicators(snapshot)}
    for task in snapshot.ledger.tasks(TaskFilter(open=True)):
        asked.update((*task.leads, *ids(task.support)))
    return [dept for dept in snapshot.departments.values() if dept.id in asked]

"""What was read from a table of tasks, and what that changes in an older plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from qplan.core.deadlines import Deadline
from qplan.core.periods import last_day
from qplan.i18n import N_, _, counted, joined, labelled
from qplan.plan.questions import Question
from qplan.plan.tables.reader import TablePlan
from qplan.plan.tables.rows import TableRow
from qplan.plan.tables.update import Difference
from qplan.service.plan_tables import Converted
from qplan.views import DATE, ID, ColumnOf, Table, View, table_of

#: So many differences are listed after an update.
_SHOWN = 20
WHAT = {"added": N_("added"), "removed": N_("removed"), "changed": N_("changed")}


def plan_table(converted: Converted, day: str) -> View:
    """The rows, the questions and the differences; its JSON is the rows as read."""
    table = converted.table
    columns: list[ColumnOf[tuple[str, TableRow]]] = [
        ColumnOf("id", _("id"), lambda one: one[0], ID),
        ColumnOf("title", _("task"), lambda one: one[1].title),
        ColumnOf("lead", _("lead"), lambda one: joined(table.names(one[1].leads))),
        ColumnOf("support", _("support"), lambda one: joined(table.names(one[1].support)), rank=2),
        ColumnOf("deadline", _("deadline"), lambda one: shown_deadline(one[1].deadline), DATE),
        ColumnOf("deadline_text", _("in words"), lambda one: one[1].deadline_text, rank=1),
    ]
    rows = list(zip(converted.ids, table.rows, strict=True))
    tables = [table_of("rows", _("Tasks"), rows, columns)]
    if converted.differences is not None:
        tables.append(_differences(converted))
    tables.append(_questions(converted))
    return View("plan_table", summary(converted), tables, lambda: payload(converted), day, None)


def summary(converted: Converted) -> str:
    """One sentence: how many tasks and departments were read, how much is asked."""
    table = converted.table
    text = _("{title}: {rows} tasks, {departments} departments, {questions} questions").format(
        title=table.title,
        rows=len(table.rows),
        departments=len(table.registry.departments),
        questions=len(table.questions),
    )
    if converted.differences is None:
        return text
    n = len(converted.differences)
    return (
        text
        + _("; ")
        + counted(N_("{n} difference from the plan"), N_("{n} differences from the plan"), n).format(n=n)
    )


def changes(converted: Converted) -> list[str]:
    """The first differences from the older plan, a line each, and how many more there are."""
    lines = [
        f"  {_(WHAT[one.what])} {one.id} {_change(one) or one.title}"
        for one in (converted.differences or ())[:_SHOWN]
    ]
    more = len(converted.differences or ()) - _SHOWN
    return [*lines, _("  and {n} more; all of them: --dry-run").format(n=more)] if more > 0 else lines


def _questions(converted: Converted) -> Table:
    columns: list[ColumnOf[Question]] = [
        ColumnOf("cell", _("cell"), lambda one: one.place),
        ColumnOf("what", _("what is uncertain"), lambda one: one.what),
        ColumnOf("hint", _("how to set it right"), lambda one: one.hint, rank=1),
    ]
    return table_of(
        "questions", _("Questions"), converted.table.questions, columns, _("Nothing was uncertain.")
    )


def _differences(converted: Converted) -> Table:
    columns: list[ColumnOf[Difference]] = [
        ColumnOf("what", _("what"), lambda one: _(WHAT[one.what])),
        ColumnOf("id", _("id"), lambda one: one.id, ID),
        ColumnOf("title", _("task"), lambda one: one.title),
        ColumnOf("change", _("change"), _change),
    ]
    empty = _("The table says what the plan says.")
    return table_of("differences", _("Differences"), converted.differences or (), columns, empty)


def _change(one: Difference) -> str:
    return labelled(one.key, f"{_short(one.before)} → {_short(one.after)}") if one.key else ""


def _short(value: Any) -> str:
    if isinstance(value, list):
        return joined(_short(one) for one in value)
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values())
    return "" if value is None else " ".join(str(value).split())


def shown_deadline(deadline: Deadline) -> str | None:
    """The day of a deadline, or ``ongoing``, ``immediate``, ``repeats:month``; None where there is none."""
    if deadline.repeats:
        return f"repeats:{deadline.repeats}"
    day = last_day(deadline.value) if deadline.value else None
    return day.isoformat() if day else deadline.value


def payload(converted: Converted) -> dict[str, Any]:
    """The JSON of a table as read."""
    table = converted.table
    return {
        "title": table.title,
        "begins": table.period.begins.isoformat(),
        "ends": table.period.ends.isoformat(),
        "items": [_item(table, ident, row) for ident, row in zip(converted.ids, table.rows, strict=True)],
        "questions": [{"cell": one.place, "what": one.what, "hint": one.hint} for one in table.questions],
        "departments": [
            {**one._asdict(), "aliases": list(one.aliases)} for one in table.registry.departments
        ],
        "fields": [field._asdict() for field in table.fields],
        "left_out": [{"cell": cell, "text": text} for cell, text in table.left_out],
        "differences": None
        if converted.differences is None
        else [one._asdict() for one in converted.differences],
        "files": list(converted.files),
    }


def _item(table: TablePlan, ident: str, row: TableRow) -> dict[str, Any]:
    return {
        "id": ident,
        "sheet": row.sheet or None,
        "row": row.row,
        "no": row.no,
        "group": row.groups[-1] if row.groups else None,
        "groups": list(row.groups),
        "title": row.title,
        "summary": row.content or None,
        "leads": table.names(row.leads),
        "support": table.names(row.support),
        "deadline": shown_deadline(row.deadline),
        "deadline_text": row.deadline_text or None,
        "period": row.deadline.value,
        "repeats": row.deadline.repeats,
        "milestones": [
            {"title": step.title, "due": _day(step.due)} for step in (*row.deadline.steps, *row.stages)
        ],
        "each": {table.names([name])[0]: figure for name, figure in row.shares.figures},
        "unit": row.shares.unit or None,
        "leader": row.leader or None,
        "owner": row.owner or None,
        "contact": row.contact or None,
        "verifier": row.verifier or None,
        "note": row.remark or None,
        "fields": {
            title: value.isoformat() if isinstance(value, date) else value for title, value in row.own.items()
        },
    }


def _day(form: str) -> str:
    day = last_day(form)
    return form if day is None else day.isoformat()

"""A file with a table of tasks -> the folder of a plan, or a plan's folder brought up to a corrected table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from qplan.errors import BadFile, BadInput
from qplan.i18n import N_, _, joined, noted
from qplan.plan import checks
from qplan.plan.questions import Question, table_page
from qplan.plan.source import PLAN_FILE, read_plan
from qplan.plan.tables import update as updates
from qplan.plan.tables.assemble import task_ids, to_plan
from qplan.plan.tables.reader import Options, TablePlan, read_table
from qplan.plan.tables.update import Difference
from qplan.plan.writer import write_plan

#: The page of questions in a plan's folder.
QUESTIONS = "questions.md"
#: The page beside it where a table fills in a plan that has questions of its own.
TABLE_QUESTIONS = "table-questions.md"


class Converted(NamedTuple):
    """A table as read, the ids of its rows, the plan that it makes, and what that changes in an older one."""

    table: TablePlan
    ids: tuple[str, ...]
    plan: dict[str, Any]
    differences: tuple[Difference, ...] | None  #: None where no older plan was given
    files: tuple[str, ...] = ()
    page: str = QUESTIONS


def convert(path: Path, options: Options, today: date, update: Path | None = None) -> Converted:
    """Read a table and make its plan; ``update`` is the folder of an older plan whose ids are kept.

    Nothing is written. Raises BadInput for a file or option that does not fit, BadFile where the older
    plan has problems.
    """
    old = None if update is None else updates.read_folder(update)
    known = None if old is None else updates.known_of(old)
    table = read_table(path, options, today, known)
    if old is not None and updates.has_own_outline(old):
        return _filled_in(table, old)
    taken = None if old is None else updates.same_rows(table.rows, old)
    ids = task_ids(
        table.rows, taken, () if old is None else [task["id"] for task in updates.leaves(old["tasks"])]
    )
    plan = to_plan(table, ids)
    differences = None
    if old is not None:
        plan = updates.merge(plan, old)
        differences = tuple(updates.differences(plan, old))
    return Converted(table, tuple(ids), plan, differences)


def _filled_in(table: TablePlan, old: dict[str, Any]) -> Converted:
    """The older plan with the duties of the table; a row that fits none of its tasks becomes a question."""
    taken = updates.rows_of_outline(table.rows, old)
    ids = task_ids(table.rows, taken, [task["id"] for task in updates.leaves(old["tasks"])])
    plan = updates.fill_in(old, to_plan(table, ids))
    unknown = tuple(
        Question(
            row.cells["title"],
            _("no task of the plan has this number or title; the row is left out"),
            _("write the task's id, clause or title as in the plan, or add the task to the plan"),
        )
        for place, row in enumerate(table.rows)
        if place not in taken
    )
    table = table._replace(questions=(*unknown, *table.questions))
    known = tuple(ident if place in taken else "" for place, ident in enumerate(ids))
    differences = tuple(updates.differences(plan, old))
    return Converted(table, known, plan, differences, page=TABLE_QUESTIONS)


def check_folder(folder: Path) -> None:
    """BadInput where a new plan would replace one that is there."""
    if (folder / PLAN_FILE).exists():
        raise BadInput(
            _("{path} holds a plan already; update it with --update {path}, or choose another folder"),
            path=folder,
        )
    if folder.exists() and not folder.is_dir():
        raise BadInput(_("{path} is not a folder."), path=folder)


def write(converted: Converted, folder: Path) -> Converted:
    """Write the plan and its questions into a folder: every file is made and checked before one is replaced.

    Raises BadFile where the plan would not load, OSError where the folder cannot be written.
    """

    def check(made: Path) -> None:
        for kept in updates.named_files(converted.plan):
            if (folder / kept).is_file() and not (made / kept).exists():
                (made / kept).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / kept, made / kept)
        source = read_plan(made)
        problems = [one for one in checks.check(source) if not one.warning]
        if problems:
            raise BadFile([one._replace(file=str(folder / Path(one.file).name)) for one in problems])

    table = converted.table
    pages = {converted.page: table_page(table.title, table.questions, facts(table))}
    comment = _("Read from {file}").format(file=table.source)
    return converted._replace(
        files=tuple(map(str, write_plan(folder, converted.plan, comment, pages, check)))
    )


def facts(table: TablePlan) -> Sequence[str]:
    """What was read, in a few lines: rows, period, columns, what was left out."""
    lines = [
        _("{rows} tasks and {departments} departments read from {file}").format(
            rows=len(table.rows), departments=len(table.registry.departments), file=table.source
        ),
        _("plan's period: {begins} to {ends}").format(begins=table.period.begins, ends=table.period.ends),
    ]
    for layout in table.layouts:
        columns = joined(f"{use.heading} = {field_label(use.field, use.stage)}" for use in layout.uses)
        lines.append(
            _("columns of {sheet}: {columns}").format(
                sheet=layout.grid.sheet or table.source, columns=columns
            )
        )
    if table.left_out:
        named = joined(noted(text, cell) for cell, text in table.left_out)
        lines.append(_("left out as totals and notes: {lines}").format(lines=named))
    return lines


def field_label(field: str, stage: str = "") -> str:
    """What a column is read as, in the language in use."""
    if field == "stage":
        return _("staged goal {period}").format(period=stage)
    return _(COLUMN_LABELS[field]) if field in COLUMN_LABELS else _("own field")


#: Field of a column -> its label.
COLUMN_LABELS = {
    "no": N_("number"),
    "group": N_("group"),
    "group2": N_("group"),
    "title": N_("title"),
    "content": N_("content"),
    "lead": N_("lead"),
    "support": N_("support"),
    "leader": N_("leader"),
    "owner": N_("responsible person"),
    "contact": N_("contact"),
    "deadline": N_("deadline"),
    "verifier": N_("verified by"),
    "remark": N_("remark"),
    "skip": N_("left out"),
}

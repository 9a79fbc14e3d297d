"""What goes to a department about its tasks: one paper, a text to paste into a chat, the subject of a mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from qplan.core.escalation import district_label, urge_state
from qplan.i18n import N_p, pgettext, speaking
from qplan.plan import wording
from qplan.service.overdue import OverdueTask
from qplan.service.queries import Snapshot
from qplan.views import DATE, INTEGER, TEXT, Table, View, items, lists, notice
from qplan.views.document import PAGE, Document, GridColumn, Paragraph, compose, grid, written_date


class Letter(NamedTuple):
    """What goes to one department."""

    dept: str
    name: str  #: the department's full name
    title: str
    subject: str  #: of a mail
    number: int  #: the last entry of the journal about its tasks
    ids: tuple[str, ...]
    view: View  #: the paper
    text: str  #: short enough for a chat
    contact: str | None

    @property
    def file_title(self) -> str:
        """The name of its files, without a suffix."""
        return f"{self.name}-{self.title}-{self.view.as_of}-{self.number}"


def letters(snapshot: Snapshot, lines: Sequence[OverdueTask], templates: str | None = None) -> list[Letter]:
    """Return a letter for each lead department of some tasks, in the order of the departments."""
    leads = {lead for line in lines for lead in line.item.task.leads}
    with speaking(snapshot.plan.language):
        return [
            _letter(snapshot, dept, [line for line in lines if dept in line.item.task.leads], templates)
            for dept in snapshot.departments
            if dept in leads
        ]


def _letter(snapshot: Snapshot, dept: str, lines: Sequence[OverdueTask], templates: str | None) -> Letter:
    language = snapshot.plan.language
    title, action = notice.paper_of(snapshot, lines)
    values = {
        **notice.common_values(snapshot),
        "to": snapshot.department_name(dept),
        "title": title,
        "action": action,
        "late": sum(line.item.overdue for line in lines),
        "tasks": [task_values(snapshot, line) for line in lines],
        "answer_by": _common_day(snapshot, lines),
    }
    if len(lines) == 1:
        document = notice.order_document(snapshot, lines[0], values["to"], templates)
    else:
        document = compose(
            wording.read("letter", templates, language), values, {"tasks": task_grid(snapshot, lines)}
        )
    message = compose(wording.read("message", templates, language), values, {})
    subject = pgettext("document", "{title}: {name} ({n} tasks)").format(
        title=title, name=values["to"], n=len(lines)
    )
    view = lists.view_of(
        snapshot, "notice", f"{title} {values['to']}", [task_grid(snapshot, lines)],
        lambda: item(snapshot, dept, lines, document), lead=document.lines(), document=lambda: document,
    )  # fmt: skip
    found = snapshot.departments[dept]
    tasks = [line.item.task for line in lines]
    return Letter(
        dept, values["to"], title, subject, max(task.version for task in tasks), tuple(task.id for task in tasks), view,
        "\n".join(message.lines()), found.contact,
    )  # fmt: skip


def item(snapshot: Snapshot, dept: str, lines: Sequence[OverdueTask], document: Document) -> dict[str, Any]:
    """A letter as JSON: whose it is, its tasks with the day for each answer, its text."""
    return {
        "dept": dept,
        "name": snapshot.department_name(dept),
        "title": document.title,
        "tasks": [
            {**items.overdue_item(snapshot, line), "answer_by_proposed": notice.answer_day(snapshot, line)}
            for line in lines
        ],
        "text": document.lines(),
    }


def task_values(snapshot: Snapshot, line: OverdueTask) -> dict[str, Any]:
    """The fields of a task in a template: those of a notice, its level and the day for the answer."""
    return {
        **notice.overdue_values(snapshot, line),
        "step": district_label(snapshot.clock.rules, _level(snapshot, line)),
        "reply_by": written_date(notice.answer_day(snapshot, line)),
    }


def _level(snapshot: Snapshot, line: OverdueTask) -> str | None:
    """The level of an urge that waits for its answer; a supervision notice of itself has none."""
    task = line.item.task
    return task.urge_level if urge_state(task, snapshot.clock) == "waiting" else None


def _common_day(snapshot: Snapshot, lines: Sequence[OverdueTask]) -> str | None:
    """The day by which all answers are due; None where the tasks have different ones."""
    days = {notice.answer_day(snapshot, line) for line in lines}
    return written_date(days.pop()) if len(days) == 1 else None


def task_grid(snapshot: Snapshot, lines: Sequence[OverdueTask]) -> Table:
    """The tasks of a letter as a table."""
    rules = snapshot.clock.rules
    columns: list[GridColumn[OverdueTask]] = [
        GridColumn(N_p("document", "task"), TEXT, 27, lambda line: f"{line.item.task.id} {line.item.task.title}"),
        GridColumn(N_p("document", "deadline"), DATE, 14, lambda line: line.item.task.deadline),
        GridColumn(N_p("document", "days late"), INTEGER, 6, lambda line: line.item.late.days or None),
        GridColumn(N_p("document", "progress"), TEXT, 25, lambda line: notice.progress_text(line.item)),
        GridColumn(N_p("document", "level"), TEXT, 10, lambda line: district_label(rules, _level(snapshot, line))),
        GridColumn(N_p("document", "reply by"), DATE, 14, lambda line: notice.answer_day(snapshot, line)),
    ]  # fmt: skip
    return grid("tasks", N_p("document", "The tasks"), lines, 5, columns)


def together(snapshot: Snapshot, made: Sequence[Letter]) -> View:
    """Return the letters as one view: a paper after the other, each on a page of its own."""
    documents = [letter.view.document() for letter in made if letter.view.document is not None]
    blocks: list[Any] = []
    for document in documents:
        blocks += [Paragraph(PAGE, ""), *document.blocks] if blocks else document.blocks
    title = " / ".join(dict.fromkeys(document.title for document in documents))
    tables = [
        table._replace(key=letter.dept, title=letter.name) for letter in made for table in letter.view.tables
    ]
    return lists.view_of(
        snapshot, "notices", title, tables, lambda: {"items": [letter.view.payload() for letter in made]},
        document=lambda: Document(title, blocks),
        lead=[line for letter in made for line in (*letter.view.lead, "")],
    )  # fmt: skip

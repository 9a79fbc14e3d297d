"""What waits for a department, staged goals, and the points of a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core import workflow
from qplan.core.labels import field_label
from qplan.core.model import Actor
from qplan.i18n import N_, _, joined, labelled, noted
from qplan.service.milestones import Staged
from qplan.service.mine import LISTS, OWN, Mine
from qplan.service.queries import AssessedTask, Snapshot
from qplan.service.score import Scored, takes_off_for_reports
from qplan.views import DATE, DECIMAL, ID, INTEGER, ColumnOf, Table, View, items, lists, table_of, words
from qplan.views.columns import task_columns

#: List of :class:`Mine` -> (its title, the steps to propose, the likeliest first).
TITLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "to_verify": (N_("To be verified"), ("approve", "return")),
    "requests": (N_("Extensions asked for"), ("extend", "refuse")),
    "disputes": (N_("Assignments in dispute"), ("assign", "confirm")),
    "unanswered": (N_("Urged, and no answer came"), ("urge",)),
    "coordination": (N_("Blocked, or in need of coordination"), ("resume",)),
    "answered": (N_("Urged, and answered in the last days"), ()),
    "overdue": (N_("Overdue"), ("report", "submit")),
    "returned": (N_("Returned to you"), ("submit",)),
    "urged": (N_("Urged, to be answered"), ("report",)),
    "disputed": (N_("Disputed by you, waiting for the office"), ()),
    "to_accept": (N_("To be accepted"), ("accept", "dispute")),
    "due_soon": (N_("Due soon"), ("report", "submit")),
    "stale": (N_("Long without a report"), ("report",)),
    "waiting": (N_("Waiting for the office"), ()),
}

#: Step -> the command that takes it.
COMMANDS = {
    "approve": N_("qplan approve ID"), "return": N_("qplan return ID --note …"),
    "extend": N_("qplan extend ID [--to DATE]"), "refuse": N_("qplan extend ID --refuse --reason …"),
    "assign": N_("qplan assign ID --lead DEPT"), "confirm": N_("qplan confirm ID"), "urge": N_("qplan urge ID"),
    "accept": N_("qplan accept ID"), "dispute": N_("qplan dispute ID --reason …"),
    "report": N_("qplan report ID --progress … --note …"), "submit": N_("qplan submit ID --evidence …"),
    "resume": N_("qplan resume ID --note …"),
}  # fmt: skip


def _proposed(snapshot: Snapshot, content: Mine) -> list[str]:
    """What deals with each list: its title and the commands of the steps that are open to the department.

    The tasks are named where they need different commands; a task that is only to be accepted yet is
    under that title, whatever the list it is in.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for key in LISTS:
        title, wanted = TITLES[key]
        for item in getattr(content, key):
            role = workflow.role_of(Actor("", content.dept), item.task, snapshot.plan.office)
            legal = {step.action for step in workflow.open_transitions(item.task, role)}
            steps, under = [step for step in wanted if step in legal], title
            if not steps and wanted and "accept" in legal:
                steps, under = ["accept"], TITLES["to_accept"][0]
            if steps:
                commands = " / ".join(_(COMMANDS[step]) for step in steps)
                found.setdefault(_(under), {}).setdefault(commands, []).append(item.task.id)
    return [
        labelled(title, next(iter(ways)))
        if len(ways) == 1
        else labelled(title, joined([labelled(joined(ids), way) for way, ids in ways.items()], ";"))
        for title, ways in found.items()
    ]


def mine(snapshot: Snapshot, content: Mine) -> View:
    """A department's page: the lists that are not empty, each with the command that deals with it."""
    tables: list[Table] = []
    for key in LISTS:
        listed: list[AssessedTask] = getattr(content, key)
        if listed:
            tables.append(_tasks(snapshot, key, noted(_(TITLES[key][0]), len(listed)), listed))
    if content.milestones:
        title = _("Milestones missed or near")
        table = milestone_table(
            snapshot, content.milestones, title=noted(title, len(content.milestones)), own=True
        )
        tables.append(table)
    if not tables:
        tables = [_tasks(snapshot, "open", "", [])]
    lead = _("{dept}: open tasks {open} to lead, {supports} to support.").format(
        dept=snapshot.department_name(content.dept), open=content.open, supports=content.supports
    )
    return lists.view_of(
        snapshot, "mine", _("What waits for {dept}").format(dept=snapshot.department_name(content.dept)), tables,
        lambda: {
            "dept": content.dept, "open": content.open, "supports": content.supports,
            **{key: [items.task_item(snapshot, i) for i in getattr(content, key)] for key in LISTS},
            "milestones": [staged_item(snapshot, s) for s in content.milestones],
        },
        lead=[lead], notes=_proposed(snapshot, content),
    )  # fmt: skip


def _tasks(snapshot: Snapshot, key: str, title: str, listed: list[AssessedTask]) -> Table:
    columns: list[ColumnOf[AssessedTask]] = [
        *task_columns(snapshot, id=0, title=0, lead=3 if key in OWN else 0),  # one's own are known
        *task_columns(snapshot, deadline=1, status=2, progress=0, light=0),
        ColumnOf("what", _("what about it"), lambda item: _about(snapshot, key, item)),
    ]
    return table_of(key, title, listed, columns, _("Nothing waits."))


def _about(snapshot: Snapshot, key: str, item: AssessedTask) -> str:
    """The fact for which a task is in a list."""
    row = item.task
    if key == "returned":
        return f"{row.returned_on} {row.result}"
    if key == "coordination":
        return joined(
            [labelled(label, text) for label, text in ((_("difficulty"), row.difficulty), (_("help needed"), row.needs)) if text], ";"
        )  # fmt: skip
    if key == "answered":
        return joined([words.urged(row, snapshot.clock), *filter(None, [row.note])], ";")
    if key in ("urged", "unanswered"):
        return words.urged(row, snapshot.clock)
    if key in ("disputes", "disputed"):
        return f"{row.disputed_on} {row.dispute}"
    if key == "requests" or (key == "waiting" and row.status != "submitted"):
        return _("to {to}, asked on {on}: {reason}").format(
            to=row.extension_to, on=row.extension_on, reason=row.extension_reason
        )
    if key in ("to_verify", "waiting"):
        return labelled(f"{row.submitted_on} {row.submitted_by}", row.evidence)
    if key == "stale":
        return _("last report {on}").format(on=row.last_update or "—")
    return words.light_reason(item.light)


def introduction(snapshot: Snapshot, item: AssessedTask) -> list[str]:
    """The lines before the questions about a task: what it is, how it stands, and what was reported last."""
    row = item.task
    state = joined(
        filter(
            None,
            (
                workflow.status_label(row.status),
                f"{row.progress or 0}%",
                labelled(_("deadline"), workflow.shown_deadline(row)) if workflow.shown_deadline(row) else "",
                words.light_reason(item.light) if item.overdue else "",
            ),
        )
    )
    reported = ("note", "difficulty", "needs", "next_step")
    known = [(name, getattr(row, name)) for name in reported]
    return [
        f"{row.id} {row.title}",
        f"  {state}",
        *(f"  {labelled(field_label(name), text)}" for name, text in known if text),
    ]


def milestones(snapshot: Snapshot, listed: list[Staged]) -> View:
    """Staged goals of many tasks."""
    return lists.view_of(
        snapshot, "milestones", _("Milestones"), [milestone_table(snapshot, listed)],
        lambda: {"items": [staged_item(snapshot, staged) for staged in listed]},
    )  # fmt: skip


def staged_item(snapshot: Snapshot, staged: Staged) -> dict[str, Any]:
    """A staged goal with its task's title and lead."""
    item = items.milestone_item(staged.milestone, snapshot.today.isoformat())
    return {**item, "missed": staged.missed, "task_title": staged.task.title, "lead": staged.task.lead}


def milestone_table(
    snapshot: Snapshot, listed: Sequence[Staged], title: str = "", *, own: bool = False
) -> Table:
    """A table of staged goals; ``own`` are those of one department, whose name a narrow screen leaves out."""
    columns: list[ColumnOf[Staged]] = [
        ColumnOf("id", _("id"), lambda one: one.milestone.id, ID),
        ColumnOf("title", _("milestone"), lambda one: one.milestone.title),
        ColumnOf("task", _("task"), lambda one: one.task.title, rank=2),
        ColumnOf("lead", _("lead"), lambda one: snapshot.leads(one.task), rank=5 if own else 1),
        ColumnOf("due", _("due"), lambda one: one.milestone.due, DATE),
        ColumnOf("original_due", _("first due"), _first_due, DATE, 4),
        ColumnOf("done_on", _("done on"), lambda one: one.milestone.done_on, DATE, 1),
        ColumnOf("state", _("state"), lambda one: words.milestone_state(one.milestone, one.missed)),
        ColumnOf("basis", _("basis"), lambda one: words.basis_label(one.milestone.basis), rank=3),
    ]
    empty = _("No milestones match; qplan milestones lists all.")
    return table_of("milestones", title, listed, columns, empty)


def _first_due(staged: Staged) -> str | None:
    """The day on which a goal was due at first, if it is another one now."""
    first = staged.milestone.original_due
    return first if first != staged.milestone.due else None


def _claims(snapshot: Snapshot, late: int) -> str:
    """By which day a claim of completion counts, and how many were recorded later."""
    most = snapshot.clock.rules.backdate_days
    if most is None:
        text = _("A claim counts by the day it takes effect, however much later it was recorded (no backdate_days); tasks with one recorded later: {n}.")  # fmt: skip
    else:
        text = _("A claim recorded more than {most} days after the day it takes effect counts by the day it was recorded (backdate_days); tasks with one: {n}.")  # fmt: skip
    return text.format(most=most, n=late)


def score(snapshot: Snapshot, scored: list[Scored], year: int, against: str) -> View:
    """The year's points, the best department first, with the rule that makes them."""
    rules = snapshot.clock.rules.scoring
    columns: list[ColumnOf[Scored]] = [
        ColumnOf("id", _("id"), lambda one: one.dept, ID),
        ColumnOf("title", _("department"), lambda one: one.title),
        ColumnOf("points", _("points"), lambda one: one.points, DECIMAL),
        ColumnOf("tasks", _("tasks"), lambda one: one.tasks, INTEGER),
        ColumnOf("closed_in_time", _("closed in time"), lambda one: one.closed_in_time, INTEGER),
        ColumnOf("closed_late", _("closed late"), lambda one: one.closed_late, INTEGER),
        ColumnOf("open_in_time", _("open, in time"), lambda one: one.open_in_time, INTEGER, 1),
        ColumnOf("overdue", _("overdue"), lambda one: one.overdue, INTEGER),
        ColumnOf("stale", _("stale"), lambda one: one.stale, INTEGER, 2),
        ColumnOf("unanswered", _("urges unanswered"), lambda one: one.unanswered, INTEGER, 2),
    ]
    reports = takes_off_for_reports(snapshot.clock.rules)
    if reports:
        columns += [
            ColumnOf("reported_late", _("reported late"), lambda one: one.reported_late, INTEGER, 2),
            ColumnOf("reported_empty", _("reported without content"), lambda one: one.reported_empty, INTEGER, 2),
            ColumnOf("not_reported", _("not reported at all"), lambda one: one.not_reported, INTEGER, 2),
        ]  # fmt: skip
    deadline = _("the original deadline") if against == "original" else _("the deadline in force")
    notes = [
        _("Points of a task: closed in time {a}, closed late {b}, open in time {c}, overdue {d}; less {e} when stale, {f} for each urge not answered in time. A department has the mean of its tasks, by their weights.").format(
            a=rules.closed_in_time, b=rules.closed_late, c=rules.open_in_time, d=rules.overdue,
            e=rules.off_stale, f=rules.off_unanswered,
        ),
        _claims(snapshot, sum(s.recorded_late for s in scored)),
    ]  # fmt: skip
    if reports:
        notes.append(
            _("Taken off for each report of the year: late {late}, without content {empty}, missing {missing}.").format(
                late=rules.off_reported_late, empty=rules.off_reported_empty, missing=rules.off_not_reported
            )
        )  # fmt: skip
    return lists.view_of(
        snapshot, "score", _("Assessment of {year}").format(year=year),
        [table_of("score", "", scored, columns, _("Nothing to assess."))],
        lambda: {
            "year": year, "against": against, "scoring": rules._asdict(), "items": [s._asdict() for s in scored],
        },
        lead=[_("As of {day}, against {deadline}.").format(day=snapshot.today, deadline=deadline)], notes=notes,
    )  # fmt: skip

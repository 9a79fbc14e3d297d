"""Official documents: the notice (督办通报) of a week, the supervision notice (督办通知单) of a task.

They are in the language of the plan, whichever the program speaks. Every number is taken from what the week's list holds; a
template words it (:mod:`qplan.views.document`).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from qplan.core.calendar import LIGHTS, Week, closed_late
from qplan.core.escalation import district_label, urge_state
from qplan.core.indicators import target_text
from qplan.core.model import CLOSED
from qplan.core.names import written
from qplan.core.pace import PACES, pace_label
from qplan.core.periods import period_label, period_of
from qplan.core.reporting import EMPTY, IN_TIME, LATE, MISSING, WEEK, Period
from qplan.core.workflow import STATUS
from qplan.i18n import N_p, _, joined, pgettext, speaking
from qplan.plan import wording
from qplan.service.changes import TaskChange
from qplan.service.counts import STATES, Count
from qplan.service.overdue import OverdueTask, with_escalation
from qplan.service.queries import AssessedIndicator, AssessedTask, Snapshot, TaskDetail
from qplan.service.reporting import Reported
from qplan.service.weekly import NEAR_DAYS, Weekly
from qplan.views import (
    CHANGE,
    DATE,
    ID,
    INTEGER,
    PERCENT,
    TEXT,
    Column,
    Table,
    View,
    changes,
    items,
    lists,
)
from qplan.views.document import Document, GridColumn, compose, grid, written_date

Values = dict[str, Any]
#: The lists of tasks of a week that a template gets as they are.
LISTS = (
    "due_near", "due_soon", "stale", "submitted", "blocked", "coordination", "extension_requests", "unaccepted", "closed",
)  # fmt: skip


def weekly(
    snapshot: Snapshot, week: Weekly, dept: str | None = None, templates: str | None = None
) -> Document:
    """The notice of a week, by the template ``notice.txt``."""
    with speaking(snapshot.plan.language):
        rules = snapshot.clock.rules
        tables = {
            "overdue": overdue_annex(snapshot, week.overdue),
            "departments": department_annex(week),
            "progress": progress_annex(snapshot, week),
        }
        status, total = week.total.by_status, week.total.total
        late = [
            {"name": snapshot.department_name(line.key), "change": line.change, "overdue": [overdue_values(snapshot, c) for c in week.overdue if line.key in c.item.task.leads]}
            for line in sorted(week.by_dept, key=lambda line: -line.overdue)
            if line.overdue
        ]  # fmt: skip
        answers = sorted(c.answer_by for c in week.overdue if c.answer_by)
        values: Values = {
            **common_values(snapshot),
            "week": {
                "year": week.week.year, "number": week.week.number,
                "first": written_date(week.week.first.isoformat()), "last": written_date(week.week.last.isoformat()),
            },
            "dept": snapshot.department_name(dept) if dept else None,
            "total": total,
            "states": [
                {"label": pgettext("status", STATUS[code]), "count": status.get(code, 0), "share": items.share(status.get(code, 0), total)}
                for code in STATES
            ],
            "count": {code: status.get(code, 0) for code in STATUS},
            "share": {
                **{code: items.share(status.get(code, 0), total) for code in STATUS},
                "overdue": items.share(week.total.overdue, total),
            },
            "change": week.total.change,
            "overdue": [overdue_values(snapshot, line) for line in week.overdue],
            "newly_overdue": [overdue_values(snapshot, line) for line in week.newly_overdue],
            **{name: [_task(snapshot, item) for item in getattr(week, name)] for name in LISTS},
            "near_days": NEAR_DAYS,
            "soon_days": rules.due_soon_days,
            "stale_days": rules.stale_days,
            **progress_values(snapshot, week, dept),
            "closed_late": sum(bool(closed_late(item.task, snapshot.clock)) for item in week.closed),
            "late_departments": late,
            "stale_departments": [
                {"name": snapshot.department_name(line.key), "stale": line.stale} for line in week.by_dept if line.stale
            ],
            "indicators": [_indicator(measured) for measured in week.indicators],
            "answer_by": written_date(answers[0]) if answers else None,
        }  # fmt: skip
        return compose(wording.read("notice", templates, snapshot.plan.language), values, tables)


def common_values(snapshot: Snapshot) -> Values:
    """The fields that every template has."""
    head = snapshot.ledger.head()
    return {
        "plan": snapshot.plan.title,
        "issuer": snapshot.plan.issuer or snapshot.plan.region or "",
        "office": snapshot.department_name(snapshot.plan.office),
        "as_of": written_date(snapshot.today.isoformat()),
        "ledger": {"id": head.ledger, "seq": head.seq, "hash": head.hash},
    }


def _task(snapshot: Snapshot, item: AssessedTask) -> Values:
    row, late = item.task, item.late
    return {
        "id": row.id, "title": row.title, "clause": row.clause, "lead": snapshot.leads(row),
        "support": snapshot.names(row.support), "leader": row.leader, "owner": row.owner, "contact": row.contact,
        "deadline": written_date(row.deadline) if row.deadline else None,
        "original_deadline": written_date(row.original_deadline), "extensions": row.extensions,
        "status": pgettext("status", STATUS[row.status]) if row.status else "", "progress": row.progress or 0,
        "light": pgettext("light", LIGHTS[item.light.code]), "days": late.days,
        "workdays": late.workdays if snapshot.clock.calendar.counted else None,
        "note": row.note, "difficulty": row.difficulty, "needs": row.needs, "next_step": row.next_step,
        "last_update": written_date(row.last_update) if row.last_update else None,
        "closed_on": written_date(row.closed_on) if row.closed_on else None,
        "extension_to": written_date(row.extension_to) if row.extension_to else None,
        "extension_reason": row.extension_reason,
        "urged": {
            "on": written_date(row.urged_on),
            "level": district_label(snapshot.clock.rules, row.urge_level),
            "answer_by": written_date(row.answer_by) if row.answer_by else None,
            "answered": written_date(row.answered_on) if row.answered_on else None,
            "today": row.urged_on == snapshot.today.isoformat(),
        }
        if row.urge_level
        else None,
    }  # fmt: skip


def overdue_values(snapshot: Snapshot, line: OverdueTask) -> Values:
    """The fields of an overdue task in a template."""
    return {
        **_task(snapshot, line.item),
        "cause": items.cause(line.item.task),
        "level": district_label(snapshot.clock.rules, line.level),
        "answer_by": written_date(line.answer_by) if line.answer_by else None,
    }


def _indicator(measured: AssessedIndicator) -> Values:
    row, latest = measured.indicator, measured.latest
    return {
        "id": row.id, "name": row.name, "nature": row.nature,
        "target": target_text(row),
        "value": written(latest.value, row.unit) if latest else "", "year": latest.year if latest else "",
        "period": period_label(period_of(latest)) if latest else "",
        "attainment": measured.attainment,
    }  # fmt: skip


def overdue_annex(snapshot: Snapshot, overdue: list[OverdueTask]) -> Table:
    """The overdue list as an annex, in the columns of a 逾期清单; working days where the plan counts them."""
    rules = snapshot.clock.rules
    workdays = GridColumn[OverdueTask](
        N_p("document", "working days late"), INTEGER, 6, lambda line: line.item.late.workdays
    )
    columns: list[GridColumn[OverdueTask]] = [
        GridColumn(N_p("document", "id"), ID, 7, lambda line: line.item.task.id),
        GridColumn(N_p("document", "task"), TEXT, 19, lambda line: line.item.task.title),
        GridColumn(N_p("document", "lead"), TEXT, 10, lambda line: snapshot.leads(line.item.task)),
        GridColumn(N_p("document", "responsible"), TEXT, 7, lambda line: line.item.task.owner),
        GridColumn(N_p("document", "deadline"), DATE, 10, lambda line: line.item.task.deadline),
        GridColumn(N_p("document", "days late"), INTEGER, 5, lambda line: line.item.late.days),
        *([workdays] if snapshot.clock.calendar.counted else []),
        GridColumn(N_p("document", "progress"), TEXT, 14, lambda line: progress_text(line.item)),
        GridColumn(N_p("document", "cause of delay"), TEXT, 14, lambda line: items.cause(line.item.task)),
        GridColumn(N_p("document", "last urge"), TEXT, 10, lambda line: _urged(line.item, snapshot)),
        GridColumn(N_p("document", "level of this week"), TEXT, 8, lambda line: district_label(rules, line.level)),
        GridColumn(N_p("document", "answer by"), DATE, 10, lambda line: line.answer_by),
    ]  # fmt: skip
    return grid("overdue", N_p("document", "Overdue tasks"), overdue, 4, columns)


def progress_text(item: AssessedTask) -> str:
    """How far a task is, with what was last reported."""
    row = item.task
    label = pgettext("status", STATUS[row.status]) if row.status else ""
    return f"{label} {row.progress or 0}%" + (joined(("", row.note), ";") if row.note else "")


def _urged(item: AssessedTask, snapshot: Snapshot) -> str | None:
    row = item.task
    if row.urge_level is None:
        return None
    text = f"{district_label(snapshot.clock.rules, row.urge_level)} {row.urged_on}"
    return text + (pgettext("document", ", answered") if row.answered_on else "")


def department_annex(week: Weekly) -> Table:
    """The counts of each department as an annex."""

    def light(code: str, label: str) -> GridColumn[Count]:
        return GridColumn(pgettext("light", label), INTEGER, 7, lambda line: line.by_light.get(code, 0))

    columns: list[GridColumn[Count]] = [
        GridColumn(N_p("document", "department"), TEXT, 16, lambda line: line.title),
        GridColumn(N_p("document", "tasks"), INTEGER, 7, lambda line: line.total),
        GridColumn(N_p("document", "closed"), INTEGER, 7, lambda line: line.by_status.get(CLOSED, 0)),
        GridColumn(N_p("document", "overdue"), INTEGER, 7, lambda line: line.overdue),
        GridColumn(N_p("document", "change"), CHANGE, 8, lambda line: line.change),
        GridColumn(N_p("document", "due soon"), INTEGER, 9, lambda line: line.due_soon),
        GridColumn(N_p("document", "no report"), INTEGER, 9, lambda line: line.stale),
        *(light(code, label) for code, label in LIGHTS.items()),
        GridColumn(N_p("document", "mean progress"), PERCENT, 8, lambda line: line.progress),
    ]
    return grid("departments", N_p("document", "Tasks of each department"), week.by_dept, 5, columns)


def order(snapshot: Snapshot, detail: TaskDetail, templates: str | None = None) -> View:
    """The supervision notice for one task, by the template ``order.txt``."""
    with speaking(snapshot.plan.language):
        item = detail.item
        line = with_escalation(snapshot, item)
        answer_by = answer_day(snapshot, line)
        document = order_document(snapshot, line, snapshot.leads(item.task), templates)
        return lists.view_of(
            snapshot, "notice", f"{document.title} {item.task.id} {item.task.title}", [order_facts(snapshot, item, answer_by)],
            lambda: {
                "item": {**items.overdue_item(snapshot, line), "answer_by_proposed": answer_by},
                "text": document.lines(),
            },
            lead=document.lines(), document=lambda: document,
        )  # fmt: skip


def order_document(snapshot: Snapshot, line: OverdueTask, to: str, templates: str | None = None) -> Document:
    """The supervision notice for one task to one or several of its leads."""
    title, action = paper_of(snapshot, [line])
    answer_by = answer_day(snapshot, line)
    values = {
        **common_values(snapshot), "task": overdue_values(snapshot, line), "answer_by": written_date(answer_by),
        "to": to, "title": title, "action": action,
    }  # fmt: skip
    template = wording.read("order", templates, snapshot.plan.language)
    facts = order_facts(snapshot, line.item, answer_by, template.text)
    return compose(template, values, {"task": facts})


#: Level of escalation -> the title of its paper, and what the paper does. Another level is a notice.
PAPERS = {
    "reminder": (N_p("document", "Reminder"), N_p("document", "You are reminded of it")),
    "urge": (N_p("document", "Urgent request"), N_p("document", "You are urged to act")),
    "notice": (N_p("document", "Supervision notice"), N_p("document", "It is under supervision")),
    "interview": (
        N_p("document", "Summons to an interview"),
        N_p("document", "You are summoned to an interview, whose time and place follow"),
    ),
}


def paper_of(snapshot: Snapshot, lines: Sequence[OverdueTask]) -> tuple[str, str]:
    """Return the title of a paper and what it does: by the highest level of the urges that still wait for an answer."""
    rules = snapshot.clock.rules
    levels = [
        line.item.task.urge_level for line in lines if urge_state(line.item.task, snapshot.clock) == "waiting"
    ]
    highest = max(levels, key=rules.level_index, default=None)
    title, action = PAPERS.get(highest or "notice", PAPERS["notice"])
    return pgettext("document", title), pgettext("document", action)


def answer_day(snapshot: Snapshot, line: OverdueTask) -> str:
    """Return the day by which a notice of today asks for an answer: that of the urge which still waits for one,
    else that of the level which is proposed, else as many working days on as the level of a notice allows.
    """
    clock, task = snapshot.clock, line.item.task
    if urge_state(task, clock) == "waiting" and task.answer_by:
        return task.answer_by
    rules = clock.rules
    days = rules.urging[max(0, rules.level_index("notice"))].answer_workdays if rules.urging else 3
    return line.answer_by or clock.calendar.after(snapshot.today, days).isoformat()


def order_facts(snapshot: Snapshot, item: AssessedTask, answer_by: str, text: str = "") -> Table:
    """What a supervision notice states about its task; not what is unknown, nor a field that the template's text has."""
    row = item.task
    urged_before = None if row.urged_on == snapshot.today.isoformat() else _urged(item, snapshot)
    facts = [
        (N_p("document", "task"), "task.title", f"{row.id} {row.title}"),
        (N_p("document", "support"), "task.support", snapshot.names(row.support)),
        (N_p("document", "responsible"), "task.owner", row.owner),
        (N_p("document", "due"), "task.deadline" if row.deadline else "", written_date(row.deadline) if row.deadline else row.deadline_text),
        (N_p("document", "progress"), "task.note", progress_text(item)),
        (N_p("document", "cause of delay") if item.overdue else N_p("document", "difficulty"), "task.cause", items.cause(row)),
        (N_p("document", "help needed"), "task.needs", row.needs),
        (N_p("document", "last urge"), "task.urged.level", urged_before),
        (N_p("document", "reply by"), "answer_by", written_date(answer_by)),
        (N_p("document", "reply"), "", "　\n　"),
    ]  # fmt: skip
    left = ((label, value) for label, field, value in facts if value and not (field and field in text))
    rows = [(pgettext("document", label), value) for label, value in left]
    columns = [
        Column("field", pgettext("document", "item"), width=17),
        Column("value", pgettext("document", "content"), width=83),
    ]
    return Table("task", pgettext("document", "The task"), columns, rows, facts=True)


#: The columns of the annex on the progress of the week.
PROGRESS: tuple[GridColumn[Values], ...] = (
    GridColumn(N_p("document", "id"), ID, 7, itemgetter("id")),
    GridColumn(N_p("document", "task"), TEXT, 18, itemgetter("title")),
    GridColumn(N_p("document", "lead"), TEXT, 12, itemgetter("lead")),
    GridColumn(N_p("document", "before"), TEXT, 12, itemgetter("before")),
    GridColumn(N_p("document", "now"), TEXT, 13, itemgetter("now")),
    GridColumn(N_p("document", "reports and steps"), TEXT, 34, itemgetter("entries")),
    GridColumn(N_p("document", "by"), TEXT, 22, itemgetter("by")),
)


def progress_values(snapshot: Snapshot, week: Weekly, dept: str | None = None) -> Values:
    """The week's progress for a template: tasks that changed, counts of reports, departments without any.

    In a department's own notice the reports are those that it made itself.
    """
    found = week.progress
    reported = [one for one in found.tasks if _reporters(one) and (dept is None or dept in _reporters(one))]
    return {
        "progress": [_change(snapshot, one) for one in found.tasks],
        "reported": len(reported),
        "advanced": sum(_advanced(one) for one in reported),
        "reporting_departments": len({who for one in reported for who in _reporters(one)}),
        "pace": [
            {
                "label": pace_label(code),
                "count": week.total.by_pace.get(code, 0),
                "share": items.share(week.total.by_pace.get(code, 0), week.total.total),
            }
            for code in PACES
        ],
        "reporting": None if week.reporting is None else _reporting(snapshot, week.reporting),
        "silent_departments": [
            {"name": snapshot.department_name(one.dept), "tasks": len(one.tasks), "open": one.open}
            for one in found.silent
        ],
    }


def _reporting(snapshot: Snapshot, found: Reported) -> Values:
    """The last period that was due: the departments whose reports were all in time, and those with others."""

    def with_outcome(outcome: str) -> list[Values]:
        return [
            {"name": snapshot.department_name(one.dept), "number": one.number(outcome)}
            for one in found.departments
            if one.number(outcome)
        ]

    return {
        "period": _period_named(found.period),
        "due": written_date(found.cut_off.isoformat()),
        "in_time": [
            {"name": snapshot.department_name(one.dept), "number": one.owed}
            for one in found.departments
            if one.number(IN_TIME) == one.owed
        ],
        "late": with_outcome(LATE),
        "empty": with_outcome(EMPTY),
        "missing": with_outcome(MISSING),
    }


def _period_named(period: Period) -> str:
    """A period as a sentence names it."""
    if period.every != WEEK:
        return period_label(str(period))
    week = Week.of(period.first)
    return _("week {number} of {year}").format(number=week.number, year=week.year)


def _reporters(one: TaskChange) -> set[str]:
    """The departments that reported on a task: a lead, or for its part a supporting department."""
    return {dept for entry in one.reports for dept in entry.depts}


def _advanced(one: TaskChange) -> bool:
    """Whether a task's progress grew."""
    return (one.after.get("progress") or 0) > (one.before.get("progress") or 0)


def _change(snapshot: Snapshot, one: TaskChange) -> Values:
    row = one.item.task
    return {
        "id": row.id,
        "title": row.title,
        "lead": snapshot.leads(row),
        "before": changes.state_text(one, snapshot.department_name, before=True),
        "now": changes.state_text(one, snapshot.department_name),
        "entries": changes.entries_text(snapshot, one.entries),
        "by": changes.by_text(one.reports or one.entries, snapshot.department_name),
    }


def progress_annex(snapshot: Snapshot, week: Weekly) -> Table:
    """The week's progress as an annex, a row for each task."""
    changed = [_change(snapshot, one) for one in week.progress.tasks]
    return grid("progress", N_p("document", "Progress of the week"), changed, 4, PROGRESS)

"""One record with all its facts, and the plan on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qplan.core import calendar, own
from qplan.core.calendar import closed_late, light_label
from qplan.core.model import CLOSED, GROUP, OPEN, Actual, Event, Milestone, Task, ids
from qplan.core.names import written
from qplan.core.workflow import STATUS as STATUSES
from qplan.core.workflow import shown_deadline, status_label
from qplan.i18n import N_, _, counted, joined, labelled, noted, sentences
from qplan.service.counts import Count
from qplan.service.evidence import Piece
from qplan.service.queries import AssessedIndicator, AssessedTask, Extension, Snapshot, TaskDetail, extensions
from qplan.views import (
    DATE,
    ID,
    INTEGER,
    Column,
    ColumnOf,
    Table,
    View,
    changes,
    indicators,
    items,
    lists,
    table_of,
    words,
)
from qplan.views.columns import task_table
from qplan.views.evidence import state_label


def task(snapshot: Snapshot, detail: TaskDetail, pieces: Sequence[Piece] = ()) -> View:
    """A task with its facts, milestones, indicators and history; ``pieces`` are its evidence as it is found now."""
    row = detail.item.task
    tables = [Table("facts", "", FACTS(), facts(snapshot, detail, pieces), facts=True)]
    if detail.members:
        tables.append(task_table(snapshot, detail.members, key="members", title=_("Tasks below it")))
    if granted := extensions(detail.events):
        tables.append(extension_table(granted))
    if detail.milestones:
        tables.append(milestone_table(snapshot, detail))
    if detail.indicators:
        tables.append(
            indicators.indicator_table(
                snapshot, detail.indicators, title=_("Indicators and targets that hang on it")
            )
        )
    if row.kind != GROUP:
        tables.append(_history(snapshot, detail.events))

    def payload() -> dict[str, Any]:
        today = snapshot.today.isoformat()
        return {
            "item": {
                **items.task_item(snapshot, detail.item),
                "light_reason": reason(snapshot, detail),
                "evidence_pieces": [one._asdict() for one in pieces],
                "extension_history": [one._asdict() for one in extensions(detail.events)],
                "milestones": [items.milestone_item(m, today) for m in detail.milestones],
                "indicators": [items.indicator_item(m) for m in detail.indicators],
                "events": [items.event_item(e, snapshot.plan.utc_offset) for e in detail.events],
            }
        }

    return lists.view_of(
        snapshot, "task", f"{row.id} {row.title}", tables, payload, lead=[row.summary] if row.summary else []
    )


#: So many members of a heading are named as the reason for its light.
NAMED = 3


def reason(snapshot: Snapshot, detail: TaskDetail) -> str:
    """Why the light is what it is, and what it alone does not show."""
    item, today = detail.item, snapshot.today.isoformat()
    missed = 0
    if item.task.status in OPEN and item.light.reason != "milestone_missed":
        missed = sum(m.done_on is None and m.due < today for m in detail.milestones)
    parts = [words.light_reason(item.light), *words.remarks(item.task, snapshot.clock, missed)]
    worst = [m for m in detail.members if m.light.code == item.light.code and m.task.kind != GROUP]
    parts += [labelled(m.task.id, words.light_reason(m.light)) for m in worst[:NAMED]]
    return joined(parts, ";")


def FACTS() -> list[Column]:
    """The two columns of a table of facts."""
    return [Column("field", _("field")), Column("value", _("value"))]


def facts(snapshot: Snapshot, detail: TaskDetail, pieces: Sequence[Piece] = ()) -> list[tuple[str, Any]]:
    """What is known about a task, label and value, what is empty left out."""
    item, row = detail.item, detail.item.task
    group = row.kind == GROUP
    listed: list[tuple[str, Any]] = [
        (_("clause"), f"{snapshot.plan.title} {row.clause}"),
        (_("place"), " › ".join(f"{p.id} {p.title}" for p in detail.parents)),
        (_("remark"), row.remark),
        (_("see also"), row.see),
        (_("lead"), None if group else _who(snapshot, row)),
        (_("lead of its tasks"), snapshot.leads(row) if group else None),
        (_("support"), snapshot.names(row.support) if group else _supporters(snapshot, row)),
        (_("verifier"), snapshot.department_name(row.verifier)),
        (_("leader in charge"), row.leader),
        (_("responsible person"), row.owner),
        (_("contact"), row.contact),
        (_("repeats every"), _(PERIODS[row.repeats]) if group and row.repeats else None),
        (_("deadline"), shown_deadline(row) if group else deadline_text(row)),
        (_("deadline in words"), row.deadline_text),
        (_("begins"), None if group else row.begins),
        (_("status"), None if group else words.status_text(row)),
        (_("quantity"), words.quantity(row)),
        (_("weight"), row.weight),
        *own_facts(snapshot, row),
        (_("progress"), None if row.progress is None else f"{row.progress}%"),
        (_("light"), labelled(light_label(item.light.code), reason(snapshot, detail))),
        (_("overdue"), _late(snapshot, item)),
        (_("progress note"), row.note),
        (_("supporting part"), words.support_note(row.support_note or "", snapshot.department_name)),
        (_("difficulty"), row.difficulty),
        (_("help needed"), row.needs),
        (_("next step"), row.next_step),
        (_("evidence"), row.evidence),
        (_("SHA-256 of evidence"), row.evidence_sha256),
        (_("evidence now"), joined((labelled(one.text, state_label(one.state)) for one in pieces), ";")),
        (_("review"), row.result),
        (_("closed"), _closed(snapshot, row)),
        (_("approving document"), row.document),
        (_("extension asked for"), _asked(row)),
        (_("dispute"), f"{row.disputed_on} {row.dispute}" if row.dispute else None),
        (_("last urge"), words.urged(row, snapshot.clock)),
        (_("last update"), row.last_update),
    ]
    return [(label, value) for label, value in listed if value not in (None, "")]


#: How long a period is -> the word.
PERIODS = {"month": N_("month"), "quarter": N_("quarter"), "half-year": N_("half-year"), "year": N_("year")}


def own_facts(snapshot: Snapshot, row: Task) -> list[tuple[str, Any]]:
    """What a task has in the plan's own columns."""
    if row.fields == "{}":
        return []
    values = own.values_of(row)
    return [(one.heading, values.get(one.id)) for one in own.columns_of(snapshot.plan)]


def _who(snapshot: Snapshot, row: Task) -> str:
    """The leads by name, and whose decision that is."""
    if not row.leads:
        return ""
    return noted(snapshot.leads(row), words.basis_label(row.basis))


def _supporters(snapshot: Snapshot, row: Task) -> str:
    """The supporters by name; whose decision that is, where it is not that of the lead."""
    names, basis = snapshot.names(row.support), row.basis_of_support
    return names if not names or basis == row.basis else noted(names, words.basis_label(basis))


def deadline_text(row: Task) -> str:
    """The deadline in force, and beside it the first one and how often it moved."""
    basis = words.basis_label(row.deadline_basis)
    if row.deadline is None:
        return noted(shown_deadline(row), basis) if row.term else ""
    if not row.extensions:
        return noted(row.deadline, basis)
    return counted(
        N_("{deadline} (extended once by the office; originally {first}, {basis})"),
        N_("{deadline} (extended {n} times by the office; originally {first}, {basis})"),
        row.extensions,
    ).format(deadline=row.deadline, n=row.extensions, first=row.original_deadline, basis=basis)


def _late(snapshot: Snapshot, item: AssessedTask) -> str | None:
    if not item.overdue or item.task.deadline is None:
        return None
    if not snapshot.clock.calendar.counted:
        return _("days: {days}; the plan counts calendar days").format(days=item.late.days)
    text = _("days: {days}; working days: {workdays}").format(
        days=item.late.days, workdays=item.late.workdays
    )
    unknown = snapshot.clock.calendar.unknown(calendar.day(item.task.deadline), snapshot.today)
    if unknown:
        note = _("({years}: arrangement not published)").format(years=joined(map(str, unknown)))
        text = sentences(text, note)
    return text


def _closed(snapshot: Snapshot, row: Task) -> str | None:
    if row.status != CLOSED:
        return None
    text = _("{on}, verified by {who}").format(on=row.closed_on, who=row.closed_by)
    kept = _("after its deadline") if closed_late(row, snapshot.clock) else _("in time")
    return noted(text, kept)


def _asked(row: Task) -> str | None:
    if not row.extension_to:
        return None
    return _("to {to}, asked on {on}: {reason}").format(
        to=row.extension_to, on=row.extension_on, reason=row.extension_reason
    )


def extension_table(granted: list[Extension]) -> Table:
    """How often and when the deadline moved, and why."""
    columns: list[ColumnOf[Extension]] = [
        ColumnOf("on", _("granted on"), lambda one: one.on, DATE),
        ColumnOf("before", _("from"), lambda one: one.before, DATE),
        ColumnOf("after", _("to"), lambda one: one.after, DATE),
        ColumnOf("late", _("asked in time?"), lambda one: _("asked late") if one.late else _("in time")),
        ColumnOf("reason", _("reason"), lambda one: one.reason, rank=1),
        ColumnOf("document", _("document"), lambda one: one.document, rank=2),
    ]
    return table_of("extensions", _("Extensions"), granted, columns)


def milestone_table(snapshot: Snapshot, detail: TaskDetail) -> Table:
    """Staged goals with their dates."""
    today = snapshot.today.isoformat()
    columns: list[ColumnOf[Milestone]] = [
        ColumnOf("id", _("id"), lambda one: one.id, ID),
        ColumnOf("title", _("milestone"), lambda one: one.title),
        ColumnOf("due", _("due"), lambda one: one.due, DATE),
        ColumnOf("done_on", _("done on"), lambda one: one.done_on, DATE),
        ColumnOf("state", _("state"), lambda one: words.milestone_state(one, one.due < today)),
        ColumnOf("basis", _("basis"), lambda one: words.basis_label(one.basis), rank=1),
    ]
    return table_of("milestones", _("Milestones"), detail.milestones, columns)


def _history(snapshot: Snapshot, events: list[Event]) -> Table:
    return changes.log(snapshot, events).tables[0]._replace(key="events", title=_("History"))


def indicator(snapshot: Snapshot, measured: AssessedIndicator, events: list[Event]) -> View:
    """One indicator with all its figures."""
    from qplan.core.periods import period_label, period_of

    row = measured.indicator
    basis = words.basis_label(row.basis_of_deadline)
    heading = indicators.indicator_table(snapshot, [measured])
    about = [
        (column.title, value) for column, value in zip(heading.columns, heading.rows[0], strict=True) if value
    ]
    about += [
        (_("document"), row.target_document),
        (_("sum of"), " ".join(ids(row.parts))),
        (_("deadline"), noted(row.deadline, basis) if basis else row.deadline),
        (_("remark"), row.remark),
        (_("contradicts"), row.conflicts),
    ]
    columns: list[ColumnOf[Actual]] = [
        ColumnOf("period", _("period"), lambda one: period_label(period_of(one))),
        ColumnOf("value", _("value"), lambda one: written(one.value, row.unit)),
        ColumnOf("source", _("source"), lambda one: one.source),
        ColumnOf("measured_on", _("measured on"), lambda one: one.measured_on, DATE),
        ColumnOf("note", _("note"), lambda one: one.note, rank=1),
    ]
    figures = table_of("actuals", _("Figures"), measured.actuals, columns, _("No figures yet."))
    facts_table = Table("facts", "", FACTS(), [(k, v) for k, v in about if v], facts=True)
    return lists.view_of(
        snapshot, "indicator", f"{row.id} {row.name}", [facts_table, figures, _history(snapshot, events)],
        lambda: {
            "item": {
                **items.indicator_item(measured),
                "events": [items.event_item(e, snapshot.plan.utc_offset) for e in events],
            }
        },
    )  # fmt: skip


def home(snapshot: Snapshot, tasks: list[AssessedTask], total: Count, counts: list[Count]) -> View:
    """The state of the plan on one screen: all its tasks counted; JSON lists what is late and what is near."""

    def payload() -> dict[str, Any]:
        plan = snapshot.plan
        return {
            "plan": {"id": plan.id, "title": plan.title, "begins": plan.begins, "ends": plan.ends},
            "totals": items.count_item(total),
            "by_dept": [items.count_item(c) for c in counts],
            "overdue": [items.task_item(snapshot, i) for i in tasks if i.overdue],
            "due_soon": [
                items.task_item(snapshot, i) for i in tasks if calendar.due_soon(i.task, snapshot.clock)
            ],
            "trend": items.trend_items(snapshot),
        }

    columns: list[ColumnOf[str]] = [
        ColumnOf("state", _("state"), status_label),
        ColumnOf("count", _("tasks"), lambda code: total.by_status[code], INTEGER),
        ColumnOf("share", _("share"), lambda code: f"{items.share(total.by_status[code], total.total)}%"),
    ]
    by_dept = lists.count_table(counts, _("department"), key="by_dept", title=_("By department"))
    tables = [
        table_of("status", "", [code for code in STATUSES if total.by_status.get(code)], columns),
        by_dept._replace(drawn=True),
    ]
    plan = snapshot.plan
    lead = [
        _("{issuer}, {begins} to {ends}, read on {day}").format(
            issuer=plan.issuer or plan.region or snapshot.department_name(plan.office), begins=plan.begins, ends=plan.ends, day=snapshot.today
        ),
        _("{total} tasks, mean progress {progress}%: {overdue} overdue, {soon} due within {days} days, {stale} without a recent report").format(
            total=total.total, progress=total.progress, overdue=total.overdue, soon=total.due_soon,
            days=snapshot.clock.rules.due_soon_days, stale=total.stale,
        ),
    ]  # fmt: skip
    notes = [_("Next: qplan tasks --dept D · qplan overdue · qplan weekly · qplan show ID · qplan --help")]
    return lists.view_of(
        snapshot, "home", plan.title, tables, payload,
        lead=lead, notes=notes, page=lambda: lists.drawn(snapshot, counts, _("department")),
    )  # fmt: skip

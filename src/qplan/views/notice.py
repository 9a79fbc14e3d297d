"""Official documents: the notice (督办通报) of a week, the supervision notice (督办通知单) of a task.

They are Chinese in both languages. Every number is taken from what the week's list holds; a
template words it (:mod:`qplan.views.document`).
"""

from __future__ import annotations

from typing import Any

from qplan.core.calendar import LIGHTS, closed_late
from qplan.core.escalation import district_label, urge_state
from qplan.core.model import CLOSED
from qplan.core.periods import period_label, period_of
from qplan.core.workflow import STATUS
from qplan.i18n import chinese
from qplan.plan import wording
from qplan.service.counts import STATES
from qplan.service.overdue import OverdueTask, with_escalation
from qplan.service.queries import AssessedIndicator, AssessedTask, Snapshot, TaskDetail
from qplan.service.weekly import NEAR_DAYS, Weekly
from qplan.views import (
    CHANGE,
    DATE,
    ID,
    INTEGER,
    PERCENT,
    Column,
    Table,
    View,
    indicators,
    items,
    lists,
    notice_progress,
)
from qplan.views.document import Document, Grid, chinese_date, compose

Values = dict[str, Any]


def weekly(
    snapshot: Snapshot, week: Weekly, dept: str | None = None, templates: str | None = None
) -> Document:
    """The notice of a week, by the template ``notice.txt``."""
    rules = snapshot.clock.rules
    tables = {
        "overdue": Grid(overdue_annex(snapshot, week.overdue), OVERDUE_WIDTHS),
        "departments": Grid(department_annex(week), DEPARTMENT_WIDTHS),
        "progress": notice_progress.annex(snapshot, week),
    }
    status, total = week.total.by_status, week.total.total
    late = [
        {"name": snapshot.department_name(line.counted.key), "change": line.change, "overdue": [_overdue(snapshot, c) for c in week.overdue if line.counted.key in c.item.task.leads]}
        for line in sorted(week.by_dept, key=lambda line: -line.counted.overdue)
        if line.counted.overdue
    ]  # fmt: skip
    answers = sorted(c.answer_by for c in week.overdue if c.answer_by)
    values: Values = {
        **_common(snapshot),
        "week": {
            "year": week.week.year, "number": week.week.number,
            "first": chinese_date(week.week.first.isoformat()), "last": chinese_date(week.week.last.isoformat()),
        },
        "dept": snapshot.department_name(dept) if dept else None,
        "total": total,
        "states": [
            {"label": chinese("status", STATUS[code]), "count": status.get(code, 0), "share": items.share(status.get(code, 0), total)}
            for code in STATES
        ],
        "count": {code: status.get(code, 0) for code in STATUS},
        "share": {
            **{code: items.share(status.get(code, 0), total) for code in STATUS},
            "overdue": items.share(week.total.overdue, total),
        },
        "change": week.change,
        "overdue": [_overdue(snapshot, line) for line in week.overdue],
        "newly_overdue": [_overdue(snapshot, line) for line in week.newly_overdue],
        "due_near": [_task(snapshot, item) for item in week.due_near],
        "due_soon": [_task(snapshot, item) for item in week.due_soon],
        "near_days": NEAR_DAYS,
        "soon_days": rules.due_soon_days,
        "stale": [_task(snapshot, item) for item in week.stale],
        "stale_days": rules.stale_days,
        "submitted": [_task(snapshot, item) for item in week.submitted],
        "blocked": [_task(snapshot, item) for item in week.blocked],
        "coordination": [_task(snapshot, item) for item in week.coordination],
        "extension_requests": [_task(snapshot, item) for item in week.extension_requests],
        "unaccepted": [_task(snapshot, item) for item in week.unaccepted],
        **notice_progress.values(snapshot, week),
        "closed": [_task(snapshot, item) for item in week.closed],
        "closed_late": sum(bool(closed_late(item.task, snapshot.clock)) for item in week.closed),
        "late_departments": late,
        "stale_departments": [
            {"name": snapshot.department_name(line.counted.key), "stale": line.counted.stale} for line in week.by_dept if line.counted.stale
        ],
        "indicators": [_indicator(measured) for measured in week.indicators],
        "answer_by": chinese_date(answers[0]) if answers else None,
    }  # fmt: skip
    return compose(wording.read("notice", templates), values, tables)


def _common(snapshot: Snapshot) -> Values:
    head = snapshot.ledger.head()
    return {
        "plan": snapshot.plan.title,
        "issuer": snapshot.plan.issuer or snapshot.plan.region or "",
        "office": snapshot.department_name(snapshot.plan.office),
        "as_of": chinese_date(snapshot.today.isoformat()),
        "ledger": {"id": head.ledger, "seq": head.seq, "hash": head.hash},
    }


def _task(snapshot: Snapshot, item: AssessedTask) -> Values:
    row, late = item.task, item.late
    return {
        "id": row.id, "title": row.title, "clause": row.clause, "lead": snapshot.leads(row),
        "support": snapshot.names(row.support), "leader": row.leader, "owner": row.owner, "contact": row.contact,
        "deadline": chinese_date(row.deadline) if row.deadline else None,
        "original_deadline": chinese_date(row.original_deadline), "extensions": row.extensions,
        "status": chinese("status", STATUS[row.status]) if row.status else "", "progress": row.progress or 0,
        "light": chinese("light", LIGHTS[item.light.code]), "days": late.days,
        "workdays": late.workdays if snapshot.clock.calendar.counted else None,
        "note": row.note, "difficulty": row.difficulty, "needs": row.needs, "next_step": row.next_step,
        "last_update": chinese_date(row.last_update) if row.last_update else None,
        "closed_on": chinese_date(row.closed_on) if row.closed_on else None,
        "extension_to": chinese_date(row.extension_to) if row.extension_to else None,
        "extension_reason": row.extension_reason,
        "urged": {
            "on": chinese_date(row.urged_on),
            "level": district_label(snapshot.clock.rules, row.urge_level),
            "answer_by": chinese_date(row.answer_by) if row.answer_by else None,
            "answered": chinese_date(row.answered_on) if row.answered_on else None,
            "today": row.urged_on == snapshot.today.isoformat(),
        }
        if row.urge_level
        else None,
    }  # fmt: skip


def _overdue(snapshot: Snapshot, line: OverdueTask) -> Values:
    return {
        **_task(snapshot, line.item),
        "cause": items.cause(line.item.task),
        "level": district_label(snapshot.clock.rules, line.level),
        "answer_by": chinese_date(line.answer_by) if line.answer_by else None,
    }


def _indicator(measured: AssessedIndicator) -> Values:
    row, latest = measured.indicator, measured.latest
    unit = row.unit or ""
    return {
        "id": row.id, "name": row.name, "nature": row.nature,
        "target": indicators.target_text(row),
        "value": f"{latest.value}{unit}" if latest else "", "year": latest.year if latest else "",
        "period": period_label(period_of(latest)) if latest else "",
        "attainment": measured.attainment,
    }  # fmt: skip


#: Widths of the annex of overdue tasks in proportion, column by column.
OVERDUE_WIDTHS = (4, 7, 19, 10, 7, 10, 5, 6, 14, 14, 10, 8, 10)


def overdue_annex(snapshot: Snapshot, overdue: list[OverdueTask]) -> Table:
    """The overdue list as an annex, in the columns of a 逾期清单."""
    rules = snapshot.clock.rules
    titles = (
        "序号", "编号", "任务", "牵头单位", "责任人", "完成时限", "逾期天数", "逾期工作日", "当前进展",
        "逾期原因", "最近一次催办", "本周督办级别", "回复时限",
    )  # fmt: skip
    kinds = (
        INTEGER,
        ID,
        "text",
        "text",
        "text",
        DATE,
        INTEGER,
        INTEGER,
        "text",
        "text",
        "text",
        "text",
        DATE,
    )
    rows = [
        (
            number,
            line.item.task.id,
            line.item.task.title,
            snapshot.leads(line.item.task),
            line.item.task.owner,
            line.item.task.deadline,
            line.item.late.days,
            line.item.late.workdays,
            _progress(line.item),
            items.cause(line.item.task),
            _urged(line.item, snapshot),
            district_label(rules, line.level),
            line.answer_by,
        )
        for number, line in enumerate(overdue, 1)
    ]
    return Table("overdue", "逾期任务清单", _columns(titles, kinds), rows, "无。")


def _progress(item: AssessedTask) -> str:
    row = item.task
    label = chinese("status", STATUS[row.status]) if row.status else ""
    return f"{label} {row.progress or 0}%" + (f"；{row.note}" if row.note else "")


def _urged(item: AssessedTask, snapshot: Snapshot) -> str | None:
    row = item.task
    if row.urge_level is None:
        return None
    return f"{district_label(snapshot.clock.rules, row.urge_level)} {row.urged_on}" + (
        "，已复" if row.answered_on else ""
    )


def _columns(titles: tuple[str, ...], kinds: tuple[str, ...]) -> list[Column]:
    return [Column(f"c{n}", title, kind) for n, (title, kind) in enumerate(zip(titles, kinds, strict=True))]


DEPARTMENT_WIDTHS = (5, 16, 7, 7, 7, 8, 9, 9, 7, 7, 7, 7, 7, 8)


def department_annex(week: Weekly) -> Table:
    """The counts of each department as an annex."""
    titles = (
        "序号", "单位", "任务数", "已销号", "逾期", "较上周", "临近到期", "长期未反馈",
        *(chinese("light", label) for label in LIGHTS.values()), "平均进度",
    )  # fmt: skip
    kinds = (INTEGER, "text", *(INTEGER,) * 3, CHANGE, *(INTEGER,) * 7, PERCENT)
    rows = [
        (
            number, line.counted.title, line.counted.total, line.counted.by_status.get(CLOSED, 0),
            line.counted.overdue, line.change, line.counted.due_soon, line.counted.stale,
            *(line.counted.by_light.get(code, 0) for code in LIGHTS), line.counted.progress,
        )
        for number, line in enumerate(week.by_dept, 1)
    ]  # fmt: skip
    return Table("departments", "各单位任务推进情况表", _columns(titles, kinds), rows, "无。")


def order(snapshot: Snapshot, detail: TaskDetail, templates: str | None = None) -> View:
    """The supervision notice for one task, by the template ``order.txt``."""
    item = detail.item
    line = with_escalation(snapshot, item)
    answer_by = answer_day(snapshot, line)
    values = {**_common(snapshot), "task": _overdue(snapshot, line), "answer_by": chinese_date(answer_by)}
    facts = order_facts(snapshot, item, answer_by)
    document = compose(wording.read("order", templates), values, {"task": Grid(facts, (22, 78))})
    return lists.view_of(
        snapshot, "notice", f"督办通知单 {item.task.id} {item.task.title}", [facts],
        lambda: {
            "item": {**items.overdue_item(snapshot, line), "answer_by_proposed": answer_by},
            "text": document.lines(),
        },
        lead=document.lines(), document=lambda: document,
    )  # fmt: skip


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


def order_facts(snapshot: Snapshot, item: AssessedTask, answer_by: str) -> Table:
    """What a supervision notice states about its task."""
    row = item.task
    workdays = f"（其中工作日{item.late.workdays}天）" if snapshot.clock.calendar.counted else ""
    overdue = f"{item.late.days}天{workdays}" if item.overdue else "未逾期"
    hindrance = "逾期原因" if item.overdue else "存在困难"
    facts = [
        ("任务编号", row.id), ("任务名称", row.title), ("规划条款", f"《{snapshot.plan.title}》{row.clause}"),
        ("牵头单位", snapshot.leads(row)), ("配合单位", snapshot.names(row.support)),
        ("责任人", row.owner), ("完成时限", chinese_date(row.deadline)), ("逾期情况", overdue),
        ("当前进展", _progress(item)), (hindrance, items.cause(row)), ("需协调事项", row.needs),
        ("最近一次催办", _urged(item, snapshot)), ("回复时限", chinese_date(answer_by)),
        ("办理情况回复", "　\n　\n　"),
    ]  # fmt: skip
    rows = [(label, value or "—") for label, value in facts]
    return Table("task", "任务情况", [Column("field", "项目"), Column("value", "内容")], rows, facts=True)

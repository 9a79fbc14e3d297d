"""Facts -> sentences and short words, in the language in use."""

from __future__ import annotations

from qplan.core import workflow
from qplan.core.calendar import LIGHTS, OPEN, Clock, Light
from qplan.core.model import Task
from qplan.core.rules import Rules
from qplan.core.urging import level_label, urge_state
from qplan.i18n import N_, _, labelled, pick

#: Reason code of a light -> the sentence; ``{0}``… are its figures.
REASONS = {
    "group": N_("a heading without tasks"),
    "members": N_("the most urgent of its tasks: {0} of {1} show this light"),
    "terminated": N_("terminated"),
    "closed": N_("closed on time"),
    "closed_late": N_("closed, but after its deadline"),
    "no_deadline": N_("it has no deadline"),
    "overdue": N_("overdue by {0} days"),
    "overdue_submitted": N_("overdue by {0} days; submitted on {1}, it waits to be verified"),
    "submitted": N_("submitted on {0}; it waits to be verified"),
    "not_accepted": N_("not accepted yet"),
    "behind": N_("at {0} %, where a linear schedule expects {1} %: {2} points behind"),
    "milestone_missed": N_("{0} milestones missed"),
    "was_red": N_("it was red once; it stays yellow until it is closed"),
    "due_soon": N_("due within {0} days"),
    "on_schedule": N_("on schedule (expected by now: {0} %)"),
}


def light_reason(light: Light) -> str:
    """Why a light is what it is."""
    return _(REASONS[light.reason]).format(*light.figures)


def light_label(code: str) -> str:
    """The word for a light."""
    return pick(LIGHTS[code])


def status_text(row: Task) -> str:
    """The status in words, with the day it was reached where one is kept."""
    since = {"active": row.accepted_on, "submitted": row.submitted_on, "closed": row.closed_on}.get(
        row.status or ""
    )
    label = workflow.status_label(row.status)
    return _("{status} (since {day})").format(status=label, day=since) if since else label


def basis_label(code: str | None) -> str:
    """The word for where an assignment or a deadline comes from."""
    return pick(BASIS[code]) if code else ""


#: Basis -> (English, Chinese) label.
BASIS = {
    "plan": ("plan", "规划原文"),
    "proposed": ("proposed", "拟定"),
    "confirmed": ("confirmed", "已确认"),
    "ours": ("ours", "自拟"),
}


def urged(row: Task, clock: Clock) -> str:
    """The last urge: level, date, and whether it was answered in time."""
    state = urge_state(row, clock)
    if row.urge_level is None:
        return ""
    level = level_label(clock.rules, row.urge_level)
    if row.answered_on:
        return _("{level} {on}, answered {answered}").format(
            level=level, on=row.urged_on, answered=row.answered_on
        )
    if state == "unanswered":
        return _("{level} {on}, no answer by {by}").format(level=level, on=row.urged_on, by=row.answer_by)
    return _("{level} {on}, answer by {by}").format(level=level, on=row.urged_on, by=row.answer_by)


def remarks(row: Task, clock: Clock, missed: int = 0) -> list[str]:
    """What the light alone does not tell: an unanswered urge, a request, a dispute, missed milestones."""
    said = []
    if urge_state(row, clock) == "unanswered":
        said.append(
            _("“{level}” of {on} was to be answered by {by} and is not").format(
                level=level_label(clock.rules, row.urge_level), on=row.urged_on, by=row.answer_by
            )
        )
    if row.extension_to and row.status in OPEN:
        said.append(
            _("an extension to {to} was asked for on {on}").format(to=row.extension_to, on=row.extension_on)
        )
    if row.dispute:
        said.append(_("the assignment has been in dispute since {on}").format(on=row.disputed_on))
    if missed:
        said.append(_("{n} milestones missed").format(n=missed))
    return said


#: Event verb -> (English, Chinese) label, where the workflow has none of its own.
VERBS = {
    "define": ("defined by the plan", "规划载入"),
    "amend": ("amended by the plan", "规划修订"),
    "retire": ("left the plan", "移出规划"),
    "undo": ("undone", "撤销登记："),
    "add": ("added", "新增"),
    "done": ("done", "完成"),
    "move": ("moved", "调整日期"),
    "measure": ("measured", "填报"),
    "correct": ("corrected", "更正"),
    "target": ("target set", "下达目标"),
}

ENTITIES = {
    "plan": ("plan", "规划"),
    "department": ("department", "单位"),
    "task": ("task", "任务"),
    "milestone": ("milestone", "节点"),
    "indicator": ("indicator", "指标"),
    "actual": ("figure", "指标值"),
}


def event_label(kind: str) -> str:
    """What an entry of the journal did, in words."""
    entity, _dot, verb = kind.partition(".")
    if entity == "task" and verb in workflow.STEPS:
        return pick(workflow.STEPS[verb].label)
    return _("{record}: {done}").format(
        record=pick(ENTITIES.get(entity, (entity, entity))), done=pick(VERBS.get(verb, (verb, verb)))
    )


#: Field -> (English, Chinese) label, for histories and receipts.
FIELDS = {
    "status": ("status", "状态"), "progress": ("progress", "进度"), "note": ("progress note", "进展"),
    "difficulty": ("difficulty", "困难"), "needs": ("help needed", "需协调事项"),
    "next_step": ("next step", "下一步"), "evidence": ("evidence", "佐证"), "owner": ("owner", "责任人"),
    "leader": ("leader", "分管领导"), "contact": ("contact", "联系人"), "lead": ("lead", "牵头单位"),
    "support": ("support", "配合单位"), "deadline": ("deadline", "完成时限"), "basis": ("basis", "依据"),
    "original_deadline": ("original deadline", "原定时限"), "title": ("title", "标题"),
    "summary": ("summary", "摘要"), "clause": ("clause", "条款"), "result": ("review", "审核意见"),
    "submitted_on": ("submitted on", "申请销号日期"), "closed_on": ("closed on", "销号日期"),
    "accepted_on": ("accepted on", "签收日期"), "last_update": ("last update", "最近更新"),
    "extensions": ("extensions", "延期次数"), "extension_to": ("extension asked to", "申请延期至"),
    "extension_on": ("extension asked on", "申请延期日期"), "extension_reason": ("reason", "延期理由"),
    "urge_level": ("urged", "催办级别"), "urged_on": ("urged on", "催办日期"), "answer_by": ("answer by", "限期回复"),
    "answered_on": ("answered on", "回复日期"), "dispute": ("dispute", "异议"), "disputed_on": ("disputed on", "异议日期"),
    "document": ("document", "批准文件"), "submitted_by": ("submitted by", "申请人"), "closed_by": ("verified by", "审核人"),
    "returned_on": ("returned on", "退回日期"), "support_note": ("supporting part", "配合情况"),
    "done_on": ("done on", "完成日期"), "due": ("due", "节点日期"), "value": ("value", "数值"),
    "source": ("source", "来源"), "target": ("target", "目标值"), "unit": ("unit", "单位"),
    "measured_on": ("measured on", "统计日期"), "retired": ("left the plan", "移出规划"),
    "baseline": ("baseline", "基期值"), "baseline_year": ("baseline year", "基期年度"),
    "baseline_clause": ("clause of the baseline", "基期出处"), "operator": ("direction", "方向"),
    "target_document": ("assigning document", "下达文号"), "target_status": ("state of the target", "目标状态"),
    "indicator": ("indicator", "指标"), "original_due": ("first due", "原定日期"),
    "evidence_sha256": ("SHA-256 of evidence", "佐证校验值"), "year": ("year", "年度"),
}  # fmt: skip


#: Facts beside an entry's fields -> (English, Chinese) label.
FACTS = {
    "undoes": ("undoes no.", "所撤登记号"), "reason": ("reason", "理由"), "document": ("document", "批准文件"),
    "late": ("asked after the deadline", "逾期后申请"), "closed_late": ("after its deadline", "逾期完成"),
    "asked": ("asked to", "原申请延至"), "note": ("note", "说明"), "level": ("level", "级别"),
    "done_late": ("after its date", "逾期完成"), "skipped": ("skips", "越过"),
    "on_behalf_of": ("on behalf of", "代报单位"), "upheld": ("dispute not upheld", "异议未采纳"),
    "one_person_office": ("verified by its reporter (one-person office)", "一人办公室自行审核"),
}  # fmt: skip


def fact_text(name: str, value: object) -> str:
    """A fact that an entry carries beside its fields; nothing for one that says no."""
    label = pick(FACTS.get(name, (name, name)))
    return label if value is True else "" if value is False else labelled(label, value)


#: State of a target -> (English, Chinese) label.
TARGETS = {"set": ("set", "已明确"), "to_be_assigned": ("to be assigned", "待市下达")}


def field_label(name: str) -> str:
    """The word for a field."""
    return pick(FIELDS.get(name, (name, name)))


def value_text(name: str, value: object) -> str:
    """A field's value as people read it."""
    if value is None or value == "":
        return "—"
    if name == "status":
        return workflow.status_label(str(value))
    if name == "progress":
        return f"{value}%"
    if name == "urge_level":
        return level_label(Rules(), str(value))  # as the default ladder calls it: an entry has no rules
    if name == "target_status":
        return pick(TARGETS.get(str(value), (str(value), str(value))))
    return basis_label(str(value)) if name == "basis" else str(value)


#: Fields that only repeat what the rest of an entry says.
IMPLIED = frozenset({"last_update", "accepted_on", "version", "evidence_sha256"})


def in_order(fields: dict[str, object]) -> list[str]:
    """The fields of a change in the order in which people read them, status and progress first."""
    place = {name: number for number, name in enumerate(FIELDS)}
    shown = [name for name in fields if name not in IMPLIED] or list(fields)
    return sorted(shown, key=lambda name: place.get(name, len(place)))


def change_words(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """``field: old → new`` for each field of a change; what was empty before is not spelled out."""
    parts = []
    for name in in_order(after):
        old, new = value_text(name, before.get(name)), value_text(name, after[name])
        parts.append(labelled(field_label(name), new if old == "—" else f"{old} → {new}"))
    return parts

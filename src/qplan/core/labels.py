"""What the entries of the journal and their fields are called: tables of (English, Chinese) labels.

Receipts and histories show them, and so do refusals; nothing imports them before one is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from qplan.core import workflow
from qplan.i18n import _, joined, pick

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
    "qualifier": ("limiting words", "限定词"),
    "target_document": ("assigning document", "下达文号"), "target_status": ("state of the target", "目标状态"),
    "indicator": ("indicator", "指标"), "original_due": ("first due", "原定日期"),
    "evidence_sha256": ("SHA-256 of evidence", "佐证校验值"), "year": ("year", "年度"),
    "name": ("name", "名称"), "remark": ("remark", "备注"), "see": ("see also", "参见"), "kind": ("kind", "类别"),
    "title_basis": ("basis of the title", "标题依据"), "deadline_basis": ("basis of the deadline", "时限依据"),
    "section": ("section", "章节"), "column_no": ("column", "专栏"), "parent": ("heading above", "上级条目"),
    "position": ("place in the plan", "顺序"), "issuer": ("issuer", "印发机关"), "region": ("region", "区域"),
    "issued": ("issued on", "印发日期"), "begins": ("begins", "起始日期"), "ends": ("ends", "截止日期"),
    "utc_offset": ("time zone", "时区"), "office": ("office", "统筹办"), "rules": ("rules", "督办规则"),
    "calendar": ("working days", "工作日安排"), "aliases": ("also called", "别称"), "initials": ("initials", "拼音首字母"),
    "role": ("role", "角色"), "task": ("task", "任务"), "added": ("added by people", "人工新增"),
    "core": ("core indicator", "核心指标"), "dimension": ("dimension", "维度"), "nature": ("nature", "指标属性"),
    "tasks": ("on task", "对应任务"), "conflicts": ("contradicts", "矛盾之处"),
}  # fmt: skip


#: What the fields of closing are called where a task was terminated.
ENDED = {"closed_on": ("terminated on", "终止日期"), "closed_by": ("terminated by", "经办人")}

#: Facts beside an entry's fields -> (English, Chinese) label.
FACTS = {
    "undoes": ("undoes no.", "所撤登记号"), "reason": ("reason", "理由"), "document": ("document", "批准文件"),
    "late": ("asked after the deadline", "逾期后申请"), "closed_late": ("after its deadline", "逾期完成"),
    "asked": ("asked to", "原申请延至"), "note": ("note", "说明"), "level": ("level", "级别"),
    "done_late": ("after its date", "逾期完成"), "skipped": ("skips", "越过"),
    "on_behalf_of": ("on behalf of", "代报单位"), "upheld": ("dispute not upheld", "异议未采纳"),
    "one_person_office": ("verified by its reporter (one-person office)", "一人办公室自行审核"),
}  # fmt: skip


def event_label(kind: str) -> str:
    """Return what an entry of the journal did, in words."""
    entity, _dot, verb = kind.partition(".")
    if entity == "task" and verb in workflow.BY_ACTION:
        return pick(workflow.BY_ACTION[verb].label)
    return _("{record}: {done}").format(record=pick(ENTITIES[entity]), done=pick(VERBS[verb]))


def field_label(name: str) -> str:
    """Return the word for a field of a record."""
    return pick(FIELDS[name])


def fields_told(names: Iterable[str]) -> str:
    """Return the words for some fields as a list, each once."""
    return joined(dict.fromkeys(map(field_label, names)))

"""Which field of a plan a column holds, from its heading: 牵头单位, 责任部门（科室） or 完成\\n时限."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from qplan.core.deadlines import parse_deadline
from qplan.extras import need

#: Field -> the headings that mean it, the usual one first (the template writes that one).
SYNONYMS: dict[str, tuple[str, ...]] = {
    "no": ("序号", "编号", "序", "任务编号", "项目编号", "任务序号", "事项编号", "no.", "no", "#", "number"),
    "group": (
        "类别", "领域", "任务类别", "分类", "类型", "工作类别", "板块", "任务领域", "所属领域", "重点领域", "工作领域",
        "项目类别", "项目类型", "专项", "一级任务", "大类", "任务分类", "工作板块", "方面", "category", "area", "group",
    ),
    "title": (
        "重点任务", "工作任务", "任务名称", "任务", "重点工作", "重点工作任务", "工作事项", "事项", "事项名称", "工作名称",
        "民生实事", "民生实事项目", "实事项目", "项目名称", "项目", "主要任务", "重点项目", "工作项目", "任务事项", "任务清单",
        "整改任务", "工作目标任务", "二级任务", "task", "title", "item",
    ),
    "content": (
        "任务内容", "具体内容", "主要内容", "工作内容", "具体任务", "建设内容", "目标任务", "具体举措", "工作举措", "主要举措",
        "重点举措", "工作措施", "整改措施", "具体措施", "工作要求", "任务要求", "工作任务及内容", "建设内容及规模", "内容",
        "主要建设内容", "年度任务", "年度目标任务", "content", "measure", "details",
    ),
    "problem": ("问题", "问题描述", "反馈问题", "问题清单", "整改问题", "具体问题", "主要问题", "问题表现", "problem", "finding"),
    "lead": (
        "牵头单位", "牵头部门", "责任单位", "责任部门", "主办单位", "主责单位", "承办单位", "牵头责任单位", "实施单位",
        "责任主体", "牵头单位(部门)", "主责部门", "承办部门", "整改责任单位", "项目责任单位", "落实单位", "主办部门",
        "lead", "lead department", "responsible department", "responsible unit",
    ),
    "support": (
        "配合单位", "配合部门", "协同单位", "协办单位", "协助单位", "参与单位", "配合责任单位", "协同部门", "协办部门",
        "参加单位", "参与部门", "责任配合单位", "support", "supporting departments",
    ),
    "leader": (
        "牵头领导", "责任领导", "分管领导", "包抓领导", "挂帅领导", "挂联领导", "联系领导", "包联领导", "区级领导", "县级领导",
        "市级领导", "责任河长", "区级河长", "县级河长", "主管领导", "分管负责人", "leader",
    ),
    "owner": ("责任人", "负责人", "具体负责人", "责任人员", "直接责任人", "经办人", "承办人", "具体责任人", "owner", "person in charge"),
    "contact": (
        "联系人", "电话", "联系电话", "联系方式", "联系人及电话", "联系人及联系方式", "手机", "手机号码", "联络员", "contact", "phone",
    ),
    "deadline": (
        "完成时限", "完成时间", "整改时限", "要求完成日期", "计划完成日期", "时限", "完成日期", "办结时限", "截止日期", "截止时间",
        "计划完成时间", "要求完成时间", "整改期限", "时限要求", "完成期限", "办理时限", "办结时间", "时间节点", "工作时限",
        "预计完成时间", "计划完成时限", "整改完成时限", "任务时限", "拟完成时间", "目标时限", "竣工时间", "竣工日期",
        "计划竣工", "建成时间", "办结期限", "办结日期", "交付时间", "deadline", "due", "due date",
    ),
    "verifier": ("验收单位", "验收部门", "验收销号单位", "审核单位", "销号单位", "核查单位", "验收责任单位", "verifier"),
    "progress": ("进度", "完成进度", "完成率", "完成比例", "完成百分比", "progress", "percent"),
    "note": (
        "进展情况", "工作进展", "完成情况", "推进情况", "落实情况", "目前进展", "工作进展情况", "整改情况", "当前进展",
        "任务进展", "整改进展", "进展", "办理情况", "progress note",
    ),
    "difficulty": ("存在的问题", "存在问题", "困难", "存在困难", "困难问题", "问题及困难", "存在的困难", "存在的困难和问题", "difficulty"),
    "next_step": ("下一步措施", "下一步计划", "下一步打算", "下一步工作", "下一步工作计划", "下步措施", "下步计划", "下步打算", "next step"),
    "evidence": ("佐证材料", "佐证", "证明材料", "支撑材料", "印证材料", "evidence"),
    "remark": ("备注", "说明", "remark", "remarks", "notes"),
}  # fmt: skip

#: Fields whose text is a report on the work rather than a part of the plan.
REPORTS = ("progress", "note", "difficulty", "next_step", "evidence")
#: Words that make a heading mean its own column, whatever else it contains.
_OWN = re.compile(
    "任务[数量]|计划[数量]|实际|开工|开始|启动|起始|投资|资金|金额|来源|权重|分值|得分|目标值|地点|位置|面积|规模|数量|签字|序时"
)
#: Under such a heading a quarter or month holds an amount, not what is to be reached by then.
MONEY = re.compile("投资|资金|金额")
#: A column under such a heading holds what is to be reached by that time.
_STAGE = re.compile(r"(?:阶段)?(?:性)?(?:工作)?(?:目标|计划|任务|节点|进度安排|要求)|\d{4}年")
_BRACKETS = re.compile(r"[(\[【（].*?[)\]】）]")
_ALL = {name: field for field, names in SYNONYMS.items() for name in names}
#: What a heading may contain besides other words, the longest first. English headings count as wholes only.
_PARTS = sorted((name for name in _ALL if len(name) > 2 and not name.isascii()), key=len, reverse=True)
#: At what likeness (of 100) a heading is taken for a known one, and a question asked.
_ALIKE = 74


class Heading(NamedTuple):
    """What a heading means: a field of a plan, a stage (the period it names), or "" for a column of its own."""

    field: str
    sure: bool = True
    like: str = ""  #: the known heading that it was taken for
    stage: str = ""  #: for the field ``stage``, the form of the period as in a deadline


def plain_heading(text: str) -> str:
    """A heading as it is compared: half-width, without blanks and line breaks, without case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def read_heading(text: str, year: int) -> Heading:
    """What a heading means; the field is "" where it is a column of the plan's own."""
    whole = plain_heading(text)
    bare = _BRACKETS.sub("", whole).strip(":*、.。") or whole
    for name in (whole, bare):
        spaced = " ".join(text.casefold().split())
        field = _ALL.get(name) or _ALL.get(spaced)
        if field:
            return Heading(field, True, name)
    stage = _stage(bare, year)
    if stage:
        return Heading("stage", True, bare, stage)
    if not bare or _OWN.search(bare):
        return Heading("")
    return _containing(bare) or _alike(bare)


def _containing(bare: str) -> Heading | None:
    """The longest known heading within a longer one; unsure where the rest names another field."""
    found = next((name for name in _PARTS if name in bare), "")
    if not found or len(bare) > len(found) + 8:
        return None
    rest = bare.replace(found, "", 1)
    other = next((_ALL[name] for name in _PARTS if name in rest and len(name) > 2), _ALL[found])
    return Heading(_ALL[found], other == _ALL[found], found)


def _alike(bare: str) -> Heading:
    need("rapidfuzz")
    from rapidfuzz import fuzz, process

    best = process.extractOne(bare, _ALL.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if best is None or len(bare) < 3:
        return Heading("")
    return Heading(_ALL[best[0]], False, best[0])


def _stage(bare: str, year: int) -> str:
    """The period that a heading such as 一季度目标 or 上半年 names; "" for another heading."""
    left = _STAGE.sub("", bare) or bare
    if not re.search("季度|半年|月|年底", left) or re.search("每|进展|完成情况", bare) or MONEY.search(bare):
        return ""
    meant = parse_deadline(left, year)
    sure = not meant.doubt and not meant.repeats and len(left) <= 8
    return (meant.value or "") if sure else ""

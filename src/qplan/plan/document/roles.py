"""What the chapters of a plan are for, and the ids of the tasks among their headings.

A review of the past promises nothing; goals promise and are no tasks; safeguards are tasks of a kind
of their own. A title that begins with a verb of work is a task whatever else it says.
"""

from __future__ import annotations

import re

from qplan.plan.document.cleaning import FRONT
from qplan.plan.document.marks import NAMED_WORK
from qplan.plan.document.outline import Heading

#: Roles of a heading.
BACKGROUND, GOALS, TASKS, SAFEGUARDS = "background", "goals", "tasks", "safeguards"

_SAFEGUARDS = re.compile(
    r"保障(措施|机制|体系|要求)?$|保障措施|组织(领导|实施|保障)|工作要求|实施保障|推进机制|"
    r"safeguard|implementation|governance|monitoring|delivery arrangements|organi[sz]ation",
    re.IGNORECASE,
)
_TASKS = re.compile(
    r"任务|举措|措施|行动|工程|(工作|重点)(安排|部署|内容)|重点工作|工作重点|整改(情况|内容|清单|事项)|"
    r"\b(tasks?|actions?|measures?|priorities|initiatives|programmes?|work plan)\b",
    re.IGNORECASE,
)
_GOALS = re.compile(r"目标|指标|愿景|\b(goals?|targets?|objectives?|indicators?)\b", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"回顾|成效|成绩|成就|总结|形势|机遇|挑战|现状|(发展|工作|现实)?基础(和|与|$)|背景|(?:发展|内外部|外部|面临.{0,4})环境$|前言|引言|序言|概况|概述|简介|附则|"
    r"指导思想|总体要求|总体思路|基本思路|原则|定义|术语|名词解释|适用范围|编制依据|过去|存在.{0,6}(问题|不足)|主要问题|问题清单|困难|"
    r"\b(background|introduction|overview|context|achievements?|(?:annual )?review$|review of|principles|definitions|challenges|^purpose|^scope$|^(?:key |our )?results(?:$| (?:for|of|in)\b)|^(?:key |main )?risks?\b(?! management)|"
    r"foreword|progress (?:so far|to date)|situation|lessons|preface|vision|where we (?:are|stand|start)|from the [a-z]+$|^a (?:word|note|letter)\b|what (?:you|we|people) (?:told|heard|said)|the year that was|why (?:a|an|this|we)|"
    r"current position|the challenge|message\b|(?:our|agency|department) mission|executive summary|acknowledge?ments?|about (?:this|the|us)|who we are|"
    r"methodology|glossary|how (?:this|the) (?:plan|strategy|it) was|our (?:values|county|city|district))\b",
    re.IGNORECASE,
)
#: Within a task too, such a heading stands over what is.
_ENGLISH_BACKGROUND = re.compile(
    r"(?:the |our |key |main )*(?:challenges?|background|context|introduction|overview|rationale|issues?|(?:current )?(?:situation|position)|"
    r"where we are(?: now)?)",
    re.IGNORECASE,
)
_VERBS = (
    "夯实 强化 加强 推进 推动 提升 提高 健全 完善 优化 聚焦 深化 加快 着力 全面 实施 构建 打造 建设 建立 扩大 促进 "
    "落实 抓好 坚决 持续 大力 严格 突出 培育 创新 做好 筑牢 改善 统筹 深入 切实 稳步 积极 狠抓 拓展 规范"
)
_VERB_FIRST = re.compile("(?:" + "|".join(_VERBS.split()) + ")")
#: A title that names a kind of chapter and nothing else.
_GENERIC = re.compile(
    r"(?:.{0,12}时期)?.{0,8}(?:主要|重点|工作|总体|发展|年度|具体|重大|整改|核心|预期)*"
    r"(任务|举措|措施|行动|工程|安排|部署|工作|目标|指标|要求|原则|思路|思想|清单|事项)(和|与|及|以及)?.{0,8}$"
)
#: A word for a chapter of the past beats a word for work: 一、2023年工作回顾.
PAST = re.compile(
    r"回顾|成效|成绩|成就|总结|完成情况|过去|achievements?\b|accomplishments|\breview of|(?:progress|performance) (?:so far|to date)",
    re.IGNORECASE,
)


def set_roles(root: Heading) -> None:
    """Give every heading its role and, to tasks, columns and safeguards, their ids."""
    for chapter in root.children:
        _set_role(chapter, "")
    for child in front.children if (front := front_of(root)) else ():
        _set_role(child, "")
    _root, *every = root.walk()
    if every and not any(heading.role == TASKS for heading in every):
        for heading in every:  # 整改通知: its problems are what has to be done
            *_below, chapter = heading.ancestors()
            if heading.role == BACKGROUND and "问题" in next(iter(chapter.title.split()), ""):
                heading.role = TASKS
    _number(root)


def _set_role(heading: Heading, above: str) -> None:
    heading.role = _role(heading, above)
    for child in heading.children:
        _set_role(child, heading.role)


def front_of(root: Heading) -> Heading | None:
    """The foreword below which most of the text stands, with headings: those above these were not read."""
    sizes = {
        one: sum(len(line.text) for each in one.walk() for line in each.paragraphs) for one in root.children
    }
    whole = sum(sizes.values())
    front = (one for one in sizes if one.children and one.role == BACKGROUND and FRONT.search(one.title))
    return next((one for one in front if sizes[one] * 2 > whole), None)


def describes(title: str) -> bool:
    """Whether a chapter of this title promises nothing."""
    return _role(Heading("", 0, "", title, 0, bare=True), "") == BACKGROUND


def _role(heading: Heading, above: str) -> str:
    """The role that the title gives, within a chapter of the role ``above``."""
    title = heading.title
    if above == TASKS and _ENGLISH_BACKGROUND.fullmatch(title):
        return BACKGROUND
    if above in (TASKS, SAFEGUARDS):
        generic = _GENERIC.fullmatch(title) and not _VERB_FIRST.match(title) and heading.level <= 3
        if above == TASKS and generic and heading.children + heading.paragraphs and _GOALS.search(title):
            return GOALS if not _TASKS.search(title) else TASKS
        return above
    if (heading.kind in NAMED_WORK and heading.kind != "named") or (above == GOALS and not heading.bare):
        return above or TASKS
    if PAST.search(title) and not _VERB_FIRST.match(title):
        return BACKGROUND
    if _SAFEGUARDS.search(title) and (above == "" or not _GOALS.search(title)):
        return SAFEGUARDS
    if above == "" and _VERB_FIRST.match(title):
        return TASKS
    if _TASKS.search(title) and above == "" and not title.endswith(("目标", "指标")):
        return TASKS
    if _GOALS.search(title):
        return GOALS
    if _BACKGROUND.search(title):
        return BACKGROUND
    return above or TASKS


def _number(root: Heading) -> None:
    """T1, T1.1, T1.1.1 for tasks, S1 for safeguards, C1, C1.1 for columns and their items."""
    tasks, safeguards, boxes = _tops(root, TASKS), _tops(root, SAFEGUARDS), 0
    for number, heading in enumerate(tasks, 1):
        _number_below(heading, f"T{number}")
    for number, heading in enumerate(safeguards, 1):
        heading.id = f"S{number}"
    taken: set[int] = set()
    for heading in root.walk():
        if heading.kind == "box" and heading.role in (TASKS, SAFEGUARDS):
            boxes = heading.number if heading.number not in taken else max(taken) + 1
            taken.add(boxes)
            heading.id = f"C{boxes}"
            for number, item in enumerate(heading.children, 1):
                item.id = f"C{boxes}.{number}"


def _number_below(heading: Heading, id_: str) -> None:
    heading.id = id_
    for number, child in enumerate((c for c in heading.children if c.kind != "box" and c.role != GOALS), 1):
        _number_below(child, f"{id_}.{number}")


def _tops(root: Heading, role: str) -> list[Heading]:
    """The headings that become main tasks (or safeguards): what a chapter of that role holds.

    A chapter whose title only says what it holds (三、主要任务), and one that is alone, gives its children.
    """
    tops: list[Heading] = []

    def collect(heading: Heading) -> None:
        for child in heading.children:
            if child.kind == "box":
                continue
            if child.role == role and heading.role != role:
                tops.extend(_dissolved(child))
            elif child.role != role:
                collect(child)

    collect(root)
    if len(tops) == 1 and tops[0].level == 1 and len(inner := _inner(tops[0])) > 1:
        return inner
    return tops


def _inner(chapter: Heading) -> list[Heading]:
    return [child for child in chapter.children if child.kind != "box" and child.role == chapter.role]


def _dissolved(chapter: Heading) -> list[Heading]:
    inner = _inner(chapter)
    generic = _GENERIC.fullmatch(chapter.title) and not _VERB_FIRST.match(chapter.title)
    english = re.fullmatch(
        r"(main|key|priority|major|core)?\s*(tasks|actions|measures|safeguards|priorities|initiatives|implementation)"
        r"(\s+and\s+\w+)?",
        chapter.title,
        re.IGNORECASE,
    )
    safeguards = chapter.role == SAFEGUARDS and not _VERB_FIRST.match(chapter.title)
    return inner if inner and (generic or english or safeguards) else [chapter]

"""Promises without a figure: trends, ranks, what is to be made sure of, what is to be finished."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from qplan.core.indicators import DOWN, RANK, UP
from qplan.core.quantities import AT_LEAST, AT_MOST
from qplan.plan.document.figures import FACT
from qplan.plan.document.names import strip_lead
from qplan.plan.document.statements import states_only

HOLD = "hold"


class Trend(NamedTuple):
    """A promise without a figure: its name, the way it is to go and the operator that this means."""

    name: str
    operator: str | None = None
    direction: str | None = None


_STEADILY = "(?:稳步|明显|大幅|显著)?"
_PATTERNS = tuple(
    (re.compile(rf"(.{{2,40}}?){pattern}"), operator, direction)
    for pattern, operator, direction in (
        (rf"(?:逐年|持续|连年){_STEADILY}(?:下降|降低|减少)", DOWN, DOWN),
        (rf"(?:均)?(?:逐年|连续|连年){_STEADILY}(?:提高|提升|上升|增长|增加)", UP, UP),
        (r"(?:保持|位居|居|稳居|走|排名|名列|处于).{0,10}(?:前列|首位|领先|第一)", RANK, HOLD),
        (r"(?:实现)?[“\"]?(?:只减不增|双下降)", DOWN, DOWN),
        (r"(?:保持稳定|保持在合理区间)", AT_MOST, HOLD),
        (
            r"(?:控制在|完成|达到).{0,4}(?:市|省|上级|国家|县|州).{0,4}(?:下达|核定|分解).{0,6}",
            AT_LEAST,
            None,
        ),
        (r"(?:有新的突破|取得新突破|实现新突破)", UP, UP),
    )
)
#: Every such clause has one of these; the expressions above are tried on no other.
_MAY_PROMISE = re.compile(
    r"逐年|持续|连年|连续|保持|居|走|排名|名列|处于|下达|核定|分解|突破|只减|双下降|力争|确保|争取|[Ee]nsure|[Ss]trive"
)
#: Names that stand for others and measure nothing.
_NOTHING = ("相关指标", "各项指标", "主要指标", "有关指标")
_MODAL = re.compile(r"(?:力争|确保|^\s*争取)(.{4,})")
_FINISHED = re.compile(r"^\s*(?:.{0,3}年.{0,2})?((?:基本|全面)?(?:建成|完成|形成|实现|建立).{4,})")
_ENGLISH = re.compile(
    r"(?<!\w to )\b(?:ensure|strive to|strive for)\s+(?!(?:that\s+)?by\b)(?:that\s+)?(.{4,120})",
    re.IGNORECASE,
)


def find_trends(part: str, english: bool, until: bool) -> Iterator[Trend]:
    """The promise of a clause without figures; ``until`` says that its sentence names a year to reach."""
    if not (until or _MAY_PROMISE.search(part)) or FACT.search(part):
        return
    if english and states_only(part):
        return
    if english:
        found = _ENGLISH.search(part)
        if found:
            yield Trend(found[1].strip(" .,;"))
        return
    for pattern, operator, direction in _PATTERNS:
        found = pattern.search(part)
        if found:
            name = strip_lead(found[1])
            if len(name) >= 2 and name not in _NOTHING:
                yield Trend(name, operator, direction)
            return
    found = _MODAL.search(part) or (_FINISHED.search(part) if until else None)
    name = strip_lead(found[1]) if found else ""
    if len(name) >= 4:
        yield Trend(name)

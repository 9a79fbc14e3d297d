"""What the beginning and the end of a document say of the plan: title, issuer, day of issue, period."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from qplan.core.quantities import read_numeral
from qplan.plan.document.lines import Line
from qplan.plan.document.marks import read_marks


class Head(NamedTuple):
    """The head of a plan, as far as its text gives it."""

    title: str
    issuer: str | None
    issued: str | None  #: a day, ISO
    begins: int | None  #: the first year
    ends: int | None  #: the last year
    region: str | None

    @property
    def year(self) -> int:
        """The year that a month without one belongs to."""
        return self.ends or int((self.issued or "2000")[:4])


_NOTICE = re.compile(r"(?:印发|发布|下发|转发)《(.+?)》")
_KIND = re.compile(
    r"(规划|计划|方案|要点|意见|纲要|报告|通知|清单|措施|办法|决定|plan|programme|program|strategy|framework|roadmap|agenda|report|notice)",
    re.I,
)
_DAY = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(20\d\d)-(\d{1,2})-(\d{1,2})")
_CHINESE_DAY = re.compile(
    r"([二〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})日)?"
)
_PERIOD = re.compile(
    r"(?:20|FY ?)(\d\d)(?:/\d\d)?\s*年?\s*(?:[-—–~至到]+|to|through)\s*(?:FY ?)?(?:20|(?<=FY)|(?<=FY ))(\d\d)\s*年?"
)
_WORK_YEAR = re.compile(
    r"(20\d\d)年度?(?:政府|全[市县区镇]|重点|主要|经济社会发展|质量|民生){0,3}(?:工作)?(?:重点工作|工作安排|工作任务|工作要点|总体要求|预期目标|主要目标|实事)"
)
_FIVE = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
_ISSUER = re.compile(
    r"^[\u4e00-\u9fff]{2,30}(?:人民政府|人民政府办公室|办公室|委员会|领导小组|局|厅|部|院|中心|管委会)$|"
    r"^(?:The\s)?(?:[A-Z][\w&]*\s)*(?:Government|Office|Bureau|Council|Committee|Department)(?:\sof(?:\s[A-Z]\w*)+)?$"
)
_REGION = re.compile(
    r"[\u4e00-\u9fff]{2,9}?(?:自治州|自治县|地区|市|州|盟)?[\u4e00-\u9fff]{1,6}?(?:区|县|市|旗|镇|乡|街道)(?=人民政府|[“\"关质十年]|$)"
)


def read_head(lines: list[Line]) -> Head:
    """The head that the lines give. What they do not say is None."""
    front = lines[:80]
    title = read_title(lines)
    ends_of_text = [*front, *lines[-30:]]
    issuer = _issuer(ends_of_text)
    begins, ends = _period(title, front, lines)
    issued = _issued(ends_of_text)
    if issued and title.endswith("纪要"):
        begins = begins or int(issued[:4])  # years before a meeting are past
    region = _REGION.match(issuer or "") or _REGION.match(title)
    return Head(title, issuer, issued, begins, ends, region[0] if region else None)


def read_title(lines: list[Line]) -> str:
    """The title of a document: what it is called in its first lines."""
    front = lines[:80]
    for line in front[:12]:
        found = _NOTICE.search(line.text)
        if found:
            return line.raw[found.start(1) : found.end(1)]
    styled = [line for line in lines if line.style == 1 and not read_marks(line.text)]
    if len(styled) == 1:
        return styled[0].raw
    parts: list[str] = []
    for line in front[:12]:
        short = len(line.raw) <= (40 if line.raw[:1] > "\u2000" else 120) and not re.search(
            r"[。;]$", line.text
        )
        if parts and _KIND.search(line.raw) and not _KIND.search(parts[-1]) and len(line.raw) < 16:
            return parts[-1] + line.raw
        short = short and not (parts and read_marks(line.text))
        if short and _KIND.search(line.raw):
            return line.raw
        if short and not _DAY.search(line.text) and not read_marks(line.text):
            parts.append(line.raw)
    return (parts or [front[0].raw])[0][:80]


def _issuer(lines: list[Line]) -> str | None:
    for line in lines:
        text = re.sub(r"\s+", "", line.text) if line.raw[:1] > "\u2000" else line.text
        if _ISSUER.match(text) and not _KIND.search(text):
            return text
    return None


def _issued(lines: list[Line]) -> str | None:
    """The day on which the plan was issued: alone on its line, else the first that is written."""
    dated = [(len(line.text) <= 24, found) for line in lines if (found := _DAY.search(line.text))]
    for _alone, found in sorted(dated, key=lambda pair: not pair[0]):
        year, month, day = (int(part) for part in found.groups() if part)
        if 1 <= month <= 12 and 1 <= day <= 31:
            return _iso(year, month, day)
    for line in lines:
        written = _CHINESE_DAY.search(line.text)
        if written and written[3]:
            year, month, day = (read_numeral(part) or 0 for part in written.groups())
            return _iso(year, month, day)
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    from datetime import date

    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _work_year(lines: list[Line]) -> int | None:
    """The year whose work the headings name most often: 2026年工作安排; of equals the last."""
    work = Counter(
        int(year) for line in lines if len(line.text) < 60 for year in _WORK_YEAR.findall(line.text)
    )
    return max(work, key=lambda year: (work[year], year)) if work else None


def _period(title: str, front: list[Line], lines: list[Line]) -> tuple[int | None, int | None]:
    """The first and the last year of the plan, from its title before its text."""
    for text in (title, *(line.text for line in front if re.search(r"期限|规划期|时期|period", line.text))):
        found = _PERIOD.search(text)
        if found and found[1] < found[2]:
            return 2000 + int(found[1]), 2000 + int(found[2])
    for text in (title, *(line.text for line in front)):
        five = next((first for words, first in _FIVE.items() if words in text), None)
        if five:
            return five, five + 4
        single = re.search(
            r"(20\d\d)\s*年?(?:度)?(?:重点|质量|政府|工作|民生|全区|全市|全县|.{0,12}(?:要点|计划|报告|方案|清单|工作|通知|意见|措施))",
            text,
        )
        if text is title and single:
            return int(single[1]), int(single[1])
        if text is title and re.search("报告|要点|安排", title) and (year := _work_year(lines)):
            return year, year
    if year := _work_year(lines):
        return year, year
    named = set(re.findall(r"(?<!\d)20\d\d(?=\s*年|\b)", title))
    if len(named) == 1:
        year = int(named.pop())
        yearly = re.search("[\u4e00-\u9fff]", title) or re.search(
            r"\b(?:annual|year|work|operational|business|budget|performance|corporate)\b", title, re.I
        )
        return (year if yearly else None), year
    years = Counter(year for line in lines for year in re.findall(r"(?:到|by |By )\s*(20\d\d)", line.text))
    if years:
        last = int(years.most_common(1)[0][0])
        found = next((m for line in front if (m := _PERIOD.search(line.text))), None)
        return (2000 + int(found[1]) if found and 2000 + int(found[2]) == last else None), last
    return None, None

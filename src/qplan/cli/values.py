"""Values as people type them on the command line: days, numbers, percents, lists of ids."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from qplan.core.names import plain
from qplan.errors import BadInput
from qplan.i18n import _, joined

if TYPE_CHECKING:
    from qplan.core.calendar import Week
    from qplan.core.reporting import Period

_DATE = r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"


def parse_date(text: str, name: str, today: date | None = None) -> str:
    """Return the ISO text of a day as people type it: 2025-12-31, 2025/12/31, 20251231, 2025年12月31日; 12-31 and
    12月31日 are of this year; today, yesterday, 今天, 昨天. The present day is that in China unless it is given.
    """
    found = re.fullmatch(_DATE, plain(text))
    if found is None:
        return _near_date(text, name, today)
    year, _separator, *parts = found.groups()
    month, day = (int(part) for part in parts if part is not None)
    try:
        return _within_calendar(date(int(year), month, day), text, name).isoformat()
    except ValueError:
        raise BadInput(_("{name}: there is no day “{text}” in the calendar."), name=name, text=text) from None


def _near_date(text: str, name: str, today: date | None) -> str:
    """Return a day that is named by its distance from today, or without its year."""
    from qplan.cli import settings
    from qplan.core.calendar import shifted

    word = plain(text).lower()
    today = today or (settings.now() + timedelta(hours=8)).date()
    if word in DAYS:
        return shifted(today, DAYS[word]).isoformat()
    if found := re.fullmatch(r"(\d{1,2})(?:[-/.](\d{1,2})|月(\d{1,2})[日号])", word):
        month, *days = found.groups()
        return parse_date(f"{today.year}-{month}-{days[0] or days[1]}", name)
    raise BadInput(_("{name}: “{text}” is not a date; write it as 2025-12-31."), name=name, text=text)


#: Words for a day and for a week -> how many days or weeks it is from the present one.
DAYS = {"today": 0, "今天": 0, "今日": 0, "yesterday": -1, "昨天": -1, "昨日": -1, "前天": -2}
WEEKS = {
    "this": 0, "this-week": 0, "this week": 0, "本周": 0, "这周": 0,
    "last": -1, "last-week": -1, "last week": -1, "上周": -1, "上上周": -2,
}  # fmt: skip


def parse_week(text: str, name: str, today: date) -> Week:
    """Return the week that a text names: 2026-W48, 48 (the last one of that number that has begun), 本周, or a day in it."""
    from qplan.core.calendar import Week, shifted

    word = plain(text).lower()
    if word in WEEKS:
        return Week.of(shifted(today, 7 * WEEKS[word]))
    found = re.fullmatch(r"(?:(\d{4})(?:-?w|年第?))?(?:w|第)?(\d{1,2})周?", word)
    try:
        if found and found[1]:
            return Week.parse(f"{found[1]}-W{found[2]}")
        if found:
            this = Week.of(today)
            named = Week.parse(f"{this.year}-W{found[2]}")
            return named if named <= this else Week.parse(f"{this.year - 1}-W{found[2]}")
        return Week.of(date.fromisoformat(parse_date(text, name, today)))
    except (ValueError, BadInput):
        raise BadInput(
            _("{name}: “{text}” is no week; write it as 2026-W48, 48, this, last, or as a day in it."),
            name=name,
            text=text,
        ) from None


#: Words for the present and the last period of any length.
PERIODS = {"this": 0, "本周": 0, "本月": 0, "本季度": 0, "last": -1, "上周": -1, "上月": -1, "上季度": -1}


def parse_period(text: str, name: str, every: str, today: date) -> Period:
    """Return the week, month or quarter that a text names; BadInput for one of another length, and one that is to come."""
    from qplan.core.reporting import WEEK, Period

    word = plain(text).lower()
    period = Period.of(every, today)
    try:
        if word in PERIODS:
            period = period.before if PERIODS[word] else period
        elif every == WEEK:
            period = Period.of(WEEK, parse_week(text, name, today).first)
        else:
            period = Period.parse(_period_form(word, today))
            if period.every != every:
                raise ValueError(text)
    except ValueError:
        example = {"month": "2026-11", "quarter": "2026-Q4"}.get(every, "2026-W48")
        raise BadInput(
            _("{name}: “{text}” is none of the periods in which reports are due; write it as {example}."),
            name=name,
            text=text,
            example=example,
        ) from None
    if period.first > today:
        raise BadInput(_("{name}: {period} has not begun on {day}."), name=name, period=period, day=today)
    return period


def _period_form(word: str, today: date) -> str:
    """A month or quarter in Chinese words as 2026-11, 2026-Q4; of this year where it names none."""
    if found := re.fullmatch(r"(?:(\d{4})年?)?第?([一二三四1-4])季度", word):
        return f"{found[1] or today.year}-Q{'一二三四'.find(found[2]) + 1 or found[2]}"
    if found := re.fullmatch(r"(?:(\d{4})年)?(\d{1,2})月", word):
        return f"{found[1] or today.year}-{found[2]}"
    return word


def parse_bound(text: str, name: str, today: date, *, last: bool) -> str:
    """Return the ISO text of a day, or of the first or last day of a week that is named by a word or as 2026-W48."""
    word = plain(text).lower()
    if word not in WEEKS and re.fullmatch(r"\d{4}-?w\d{1,2}", word) is None:
        return parse_date(text, name, today)
    week = parse_week(text, name, today)
    return (week.last if last else week.first).isoformat()


parse_since, parse_until = partial(parse_bound, last=False), partial(parse_bound, last=True)


def _within_calendar(when: date, text: str, name: str) -> date:
    from qplan.core.calendar import FIRST_DAY, LAST_DAY

    if not FIRST_DAY <= when <= LAST_DAY:
        raise BadInput(
            _("{name}: {text} is no day of the years {first} to {last}."),
            name=name,
            text=text,
            first=FIRST_DAY.year,
            last=LAST_DAY.year,
        )
    return when


def parse_number(text: str, name: str) -> int:
    """Return a whole number, 0 or more; BadInput otherwise, as for every value of this module."""
    digits = plain(text)
    if digits[:1] in ("-", "−") and digits[1:].isdigit():
        raise BadInput(_("{name}: {text} is too small; give 0 or more."), name=name, text=text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise BadInput(_("{name}: “{text}” is not a whole number."), name=name, text=text)
    return int(digits)


#: Word -> what people type for it.
USUAL: dict[str, tuple[str, ...]] = {
    "dept": ("单位", "部门", "责任单位", "牵头单位", "depts", "department", "lead"), "section": ("章节", "sections"),
    "column": ("专栏", "columns"), "deadline": ("完成时限", "时限", "期限", "due"), "original": ("原时限", "原定时限"),
    "plan": ("规划", "编号", "id"), "lead": ("牵头单位", "单位", "dept"), "status": ("状态",), "progress": ("进度",),
    "update": ("最近更新", "更新", "updated"), "add": ("新增", "添加"), "done": ("完成",), "move": ("调整", "改期"),
    "rename": ("改名", "更名"), "remove": ("移除", "删除"),
}  # fmt: skip


def parse_choice(text: str, name: str, choices: Collection[str]) -> str:
    """Return the one of several words that a text is or means, in any case and width."""
    word = plain(text).lower()
    if word not in choices:
        word = next((one for one in choices if word in USUAL.get(one, ())), word)
    if word not in choices:
        raise BadInput(_("{name} takes one of: {keys}."), name=name, keys=joined(choices))
    return word


def parse_evidence(texts: list[str]) -> str:
    """Return several pieces of evidence as the one text that is stored: one a line."""
    if not all(text.strip() for text in texts):
        raise BadInput(_("{options}: the text is empty; write one, or leave it out."), options="--evidence")
    return "\n".join(texts)


def split_ids(texts: list[str]) -> list[str]:
    """Return ids that people string together: ``T1,T2``, ``T1、T2``, ``"T1 T2"``."""
    return [one for text in texts for one in split_list(text)]


def split_list(text: str) -> list[str]:
    """Return the parts of a text at any comma, semicolon or blank."""
    for separator in "、，,；;":
        text = text.replace(separator, " ")
    return text.split()

"""Deadlines in words: what a plan's “2024年6月底前”, “每季度末” or “长期坚持” means.

A deadline is written in one of the forms of the plan format: a day (``2024-06-30``), a month
(``2024-06``), a quarter (``2024-Q2``), a half (``2024-H1``), a year (``2024``), ``ongoing`` or
``immediate``. :func:`parse_deadline` reads the words of a document into such a form and reports
what it is not sure of; :func:`qplan.core.periods.last_day` gives the day on which a form ends.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from qplan.core.model import IMMEDIATE, ONGOING
from qplan.core.names import says_nothing
from qplan.core.periods import last_day
from qplan.i18n import N_

#: How often a task can repeat.
REPEATS = ("month", "quarter", "half-year", "year")


class Step(NamedTuple):
    """A staged goal that a deadline names: 6月动工 is the step 动工, due in June."""

    title: str
    due: str


class Deadline(NamedTuple):
    """What a text means; ``value`` is None where it names no day and no standing duty.

    ``doubt`` is a sentence (an untranslated message) about what was not certain, ``about`` the
    part of the text that it concerns.
    """

    value: str | None = None
    repeats: str | None = None
    steps: tuple[Step, ...] = ()
    doubt: str = ""
    about: str = ""
    due_day: int | None = None  #: of what repeats: the day of a period's last month


#: What is not certain about a deadline, as messages with one place for the words concerned.
NOT_UNDERSTOOD = N_("the deadline “{}” was not understood, so none is set")
REST = N_("the words “{}” beside the day were not understood")
FOLLOWED_UP = N_("“{}” asks for follow-up after the day; it is read as the day alone")
STEPS = N_("“{}” is read as staged goals, the last of them as the deadline")
WHOLE_YEAR = N_("“{}” is read as the end of the year; it may mean an ongoing duty")
BEFORE_YEAR = N_("“{}” is read as the end of that year; it may mean the day before it begins")
NO_WEEKS = N_("“{}” is read as a monthly duty: the shortest period of the ledger")
REPEAT_DAY = N_("“{}” repeats; the day within the period is kept in words only")
DECIMAL_MONTH = N_("the number {} is read as a month; the sheet may have cut a zero off its end")
DECIMAL_DAY = N_("the number {} is read as month and day; the sheet may have cut a zero off its end")
MONTH_NUMBER = N_("the number {} is read as a month")
NO_SUCH_DAY = N_("“{}” is no day of the calendar; it is read as the end of its month")
STATUS_WORDS = N_("“{}” describes a state; what remains of it is read as the deadline")

_NUMERALS = str.maketrans("〇零一二两三四五六七八九", "001223456789")
_ONGOING = re.compile(
    "长期坚持|长期推进|长期实施|长期|持续推进|持续跟踪|持续开展|持续实施|持续加强|持续深化|持续巩固|持续改进|持续"
    "|常态化推进|常态化开展|常态化|常态长效|长效|常年|经常性|不间断|坚持推进|ongoing|continuous"
)
_IMMEDIATE = re.compile(
    "立行立改|即知即改|立查立改|即行即改|即查即改|边查边改|边整边改|立整立改|立改立行|马上就改|马上就办|立即整改|立即办理"
    "|立即完成|立即|即刻|immediately|immediate"
)
_REPEATS = (
    ("half-year", re.compile("每半年度?|半年一次|每年两次|half-yearly")),
    ("month", re.compile("每个?月度?|逐月|按月|月度|月月|monthly|every month")),
    ("quarter", re.compile("每个?季度?|逐季度?|按季度?|季度(?=报|调度|通报)|^季度$|quarterly|every quarter")),
    ("year", re.compile("每一?年度?|逐年|按年度?|^年度$|yearly|annually|every year")),
    ("week", re.compile("每周|每星期|逐周|按周|每旬|每日|每天|weekly|daily")),
)
_STATES = re.compile("已完成|已办结|已整改(?:完成|到位)?|已销号|完成并")
#: Words that belong to a day and change nothing of it.
_PARTICLES = re.compile(
    "(?:底|末)?(?:之前|以前|前)(?:全部|全面|基本)?(?:完成|办结|整改到位|到位)?|(?:全部|全面|基本)?(?:完成|办结)(?:整改)?"
    "|之内|以内|内|底|末|截止|截至|不晚于|不迟于|力争|确保|预计|计划|拟|于|在|到|by|before|end of|the"
)
_BEFORE = re.compile("^(?:底|末)?(?:之前|以前|前)?")
_MARKS = " 、,，;；。.:：()（）[]【】~～—–-至到/|\n\t"

_YEAR = r"(?:(?P<y>(?:19|20)\d\d)(?:年度?|(?=[QH]))?|(?P<yy>\d\d)年|(?P<rel>今年|本年度?|当年|明年|次年|来年))?的?"
#: What names a day or a period, in the order in which it is tried at one place of the text.
_POINTS = tuple(
    (kind, re.compile(pattern.replace("YEAR", _YEAR)))
    for kind, pattern in (
        ("month", r"(?<![\d./-])YEAR(?:1[0-2]|0?[1-9])月?[-—–~至到]+(?P<m>1[0-2]|0?[1-9])月份?"),
        ("month", r"(?<!\d)20\d\d[-./](?:1[0-2]|0?[1-9])月?[-—–~至到]+(?P<y>20\d\d)[-./](?P<m>1[0-2]|0?[1-9])(?![\d./-])月?份?"),
        ("month", r"(?<!\d)(?P<y>20\d\d)[./](?:1[0-2]|0?[1-9])月?[—–~至到]+(?P<m>1[0-2]|0?[1-9])(?![\d./-])月?份?"),
        ("day", r"(?P<y>(?:19|20)\d\d)[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})(?!\d)[日号]?"),
        ("day", r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)"),
        ("day", r"(?<![\d.])YEAR(?P<m>1[0-2]|0?[1-9])月(?P<d>[0-3]?\d)(?:日|号|(?!\d))"),
        ("quarter", r"YEAR[-/]?(?:(?:第?[一二三1-3][、,和至—-]+)?第?(?P<q>[1-4])季度?|Q(?P<q2>[1-4]))"),
        ("half", r"YEAR-?(?:(?P<h>[上下])半年|H(?P<h2>[12]))"),
        ("month", r"(?<![\d.])YEAR(?P<m>1[0-2]|0?[1-9])月份?(?P<part>上旬|中旬|下旬|初|中(?!旬))?"),
        ("month", r"(?<!\d)(?P<y>20\d\d)[-./](?P<m>1[0-2]|0?[1-9])(?![\d./-])月?份?"),
        ("month", r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?!\d)"),
        ("day", r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])[./-](?P<d>3[01]|[12]\d|0?[1-9])(?![\d.])"),
        ("years", r"(?:20\d\d)年?[-—–~至到]+(?P<y>20\d\d)年?"),
        ("half-way", r"YEAR年中"),
        ("year", r"YEAR(?:年底|年末|年终|年内|年前|全年|岁末)|(?P<y2>20\d\d)[底末]"),
        ("year", r"(?P<y>20\d\d)(?:年度?|(?!\d))|(?P<yy>(?<!\d)\d\d)年|(?P<rel>今年|本年度?|当年|明年|次年|来年|年度内)"),
        ("five", r"[“\"]?(?:十四五|145)[”\"]?(?:规划)?(?:期?末|期间|时期|期内)?"),
    )
)  # fmt: skip


def parse_deadline(text: str, year: int) -> Deadline:
    """The deadline that a document's words mean; a month without a year is one of ``year``."""
    plain = _normal(text)
    if says_nothing(plain):
        return Deadline()
    rest, repeats = _take_repeat(plain)
    points = list(_points(rest, year))
    if repeats:
        return _repeating(text.strip(), repeats, rest, points)
    if points:
        return _dated(text.strip(), rest, points)
    return _undated(text.strip(), rest)


def from_number(number: float, year: int) -> Deadline:
    """The deadline that a number in a cell means: a serial day, 20240630, 202406, 2024.6, 6.3 or 12."""
    whole = int(number)
    if 20_000 <= whole <= 80_000:  # a day, with its time or without
        return Deadline((date(1899, 12, 30) + timedelta(days=whole)).isoformat())
    if number == whole:
        if 1 <= whole <= 12:
            return Deadline(f"{year}-{whole:02d}", doubt=MONTH_NUMBER, about=str(whole))
        return parse_deadline(str(whole), year)
    text = f"{number:.10g}"
    decimals = text.partition(".")[2]
    meant = parse_deadline(text, year)
    if whole // 100 == 20 and decimals == "1":  # 2024.10 is the number 2024.1
        return meant._replace(doubt=DECIMAL_MONTH, about=text)
    if 1 <= whole <= 12 and decimals in ("1", "2", "3"):  # 6.30 is the number 6.3
        return meant._replace(doubt=DECIMAL_DAY, about=text)
    return meant


class _Point(NamedTuple):
    start: int
    end: int
    value: str
    doubt: str = ""


def _normal(text: str) -> str:
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"十二(?=月)", "12", plain)
    plain = re.sub(r"十一(?=月)", "11", plain)
    plain = re.sub(r"十(?=月)", "10", plain)
    return re.sub(
        r"[〇零一二两三四五六七八九]+(?=年|月|季)", lambda found: found.group().translate(_NUMERALS), plain
    )


def _take_repeat(plain: str) -> tuple[str, str]:
    """The text without the words of a repetition, and the period that they name."""
    for period, words in _REPEATS:
        found = words.search(plain)
        if found:
            return plain[: found.start()] + plain[found.end() :], period
    return plain, ""


def _points(plain: str, year: int) -> Iterator[_Point]:
    at, current = 0, year
    while True:
        found = [
            (m.start(), order, kind, m)
            for order, (kind, p) in enumerate(_POINTS)
            if (m := p.search(plain, at))
        ]
        if not found:
            return
        _start, _order, kind, match = min(found)
        current = _year_of(match, current, year)
        value, doubt = _value(kind, match, current)
        yield _Point(match.start(), match.end(), value, doubt)
        at = match.end()


def _year_of(match: re.Match[str], current: int, year: int) -> int:
    """The year that a point names, else the one named before it in the same text."""
    named = match.groupdict()
    if named.get("y") or named.get("y2"):
        return int(named["y"] or named["y2"])
    if named.get("yy"):
        return 2000 + int(named["yy"])
    if named.get("rel"):
        return year + 1 if named["rel"] in ("明年", "次年", "来年") else year
    return current


def _value(kind: str, match: re.Match[str], year: int) -> tuple[str, str]:
    """The form of a point and a doubt about it."""
    part = match.groupdict()
    if kind == "day":
        month, day = int(part["m"]), int(part["d"])
        if 1 <= month <= 12 and not 1 <= day <= monthrange(year, month)[1]:
            return f"{year}-{month:02d}", NO_SUCH_DAY
        return (f"{year}-{month:02d}-{day:02d}", "") if 1 <= month <= 12 else (str(year), NO_SUCH_DAY)
    if kind == "month":
        form = f"{year}-{int(part['m']):02d}"
        third = {"上旬": "-10", "初": "-10", "中旬": "-20", "中": "-20"}.get(part.get("part") or "", "")
        return form + third, ""
    if kind == "quarter":
        return f"{year}-Q{part['q'] or part['q2']}", ""
    if kind == "half":
        return f"{year}-H{part['h2'] or ('1' if part['h'] == '上' else '2')}", ""
    if kind == "half-way":
        return f"{year}-06", ""
    if kind == "five":
        return "2025", ""
    return str(year), WHOLE_YEAR if match.group().endswith("全年") else ""


def _repeating(text: str, repeats: str, rest: str, points: list[_Point]) -> Deadline:
    if repeats == "week":
        return Deadline(None, "month", doubt=NO_WEEKS, about=text)
    left = _left_over(rest, points)
    if points:  # 每年6月底前
        return Deadline(None, repeats, doubt=REPEAT_DAY, about=text)
    day = re.fullmatch(r"(末月)?([12]?[1-9]|[123]0|31)[日号](?:以前|之前|前)?", rest)
    if day and (repeats == "month" or day[1]):
        return Deadline(None, repeats, due_day=int(day[2]))
    if re.search(r"\d+[日号]|[上中下]旬|初", left):
        return Deadline(None, repeats, doubt=REPEAT_DAY, about=text)
    if (
        left
        and not _ONGOING.fullmatch(left)
        and left not in ("度", "一次", "开展", "推进", "1次", "开展1次", "报送")
    ):
        return Deadline(None, repeats, doubt=REST, about=left)
    return Deadline(None, repeats)


def _dated(text: str, plain: str, points: list[_Point]) -> Deadline:
    words = _words_after(plain, points)
    last = max(points, key=lambda one: last_day(one.value) or date.min)
    if len(points) > 1 and any(words):
        titles = [word or text for word in words]
        steps = tuple(Step(title, point.value) for title, point in zip(titles, points, strict=True))
        return Deadline(last.value, None, steps, STEPS, text)
    if len(points) > 1 and not re.fullmatch(r"[-—–~至到]+", plain[points[0].end : points[-1].start]):
        return Deadline(last.value, None, tuple(Step(text, one.value) for one in points), STEPS, text)
    left = _left_over(plain, points)
    if last.doubt:
        return Deadline(last.value, doubt=last.doubt, about=text)
    if re.fullmatch(r"(?:19|20)\d\d年?(?:以|之)?前.*", plain):
        return Deadline(last.value, doubt=BEFORE_YEAR, about=text)
    if _ONGOING.search(left):
        return Deadline(last.value, doubt=FOLLOWED_UP, about=text)
    return Deadline(last.value, doubt=REST if left else "", about=left)


def _words_after(plain: str, points: list[_Point]) -> list[str]:
    """What stands after each point: 动工 and 投入使用 of 6月动工、12月投入使用."""
    ends = [*(one.start for one in points[1:]), len(plain)]
    words = (plain[one.end : end].strip(_MARKS) for one, end in zip(points, ends, strict=True))
    return [_BEFORE.sub("", word) for word in words]


def _left_over(plain: str, points: list[_Point]) -> str:
    left, at = [], 0
    for one in points:
        left.append(plain[at : one.start])
        at = one.end
    left.append(plain[at:])
    return "".join(filter(None, map(_strip, left)))


def _strip(words: str) -> str:
    """Words without marks, and without 底, 前, 完成, which say nothing that the day does not."""
    words = words.strip(_MARKS)
    before = _PARTICLES.match(words)
    shorter = (words[before.end() :] if before else words).strip(_MARKS)
    return "" if _PARTICLES.fullmatch(shorter) else shorter


def _undated(text: str, plain: str) -> Deadline:
    state = _STATES.search(plain)
    standing = _ONGOING.search(plain)
    at_once = _IMMEDIATE.search(plain)
    found = standing or at_once
    if found is None:
        return Deadline(doubt=NOT_UNDERSTOOD, about=text)
    value = ONGOING if standing else IMMEDIATE
    if state:
        return Deadline(value, doubt=STATUS_WORDS, about=text)
    left = (plain[: found.start()] + plain[found.end() :]).strip(_MARKS)
    if standing and at_once:
        return Deadline(IMMEDIATE, doubt=FOLLOWED_UP, about=text)
    left = _ONGOING.sub("", _IMMEDIATE.sub("", left)).strip(_MARKS)
    return Deadline(value, doubt=REST if left not in ("", "并", "推进", "坚持", "开展") else "", about=left)

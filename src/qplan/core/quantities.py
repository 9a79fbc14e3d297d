"""Numbers, units and comparisons in Chinese and English sentences.

``find_quantities`` returns every figure of a text with its unit and with what the words beside it
ask for: 不少于5项, 3.5万台套, 百分之三十, 三分之二以上, 30-40家, "at least 95%". Whether a figure promises
anything is for the caller to decide. Chinese digits get their values from the Unicode database;
a library (cn2an) was compared: it takes 0.8 s to import, refuses 百分之三十, 三分之二 and 二○二五, and finds
no units.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

#: Characters of which a Chinese numeral consists.
NUMERAL = "〇○零一二两三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_OWN_VALUES = {"○": 0, "两": 2}
#: Multipliers that stay in the unit, as official texts write them: 3.5万台套, 2亿元.
_LARGE = "万亿"
#: Dollar, pound, yen, baht and the block of currency signs (€, ₦, ₹, ₱), as a class of an expression has them.
CURRENCY_SIGNS = "$£¥฿₠-⃏"

AT_LEAST, AT_MOST, EXACTLY = ">=", "<=", "="
UP, DOWN = "up", "down"


class Quantity(NamedTuple):
    """A figure in a text: ``text[start:end]`` is the number, its unit and the word that bounds it."""

    start: int
    end: int
    value: str  #: exact decimal text
    unit: str
    operator: str | None  #: ``>=``, ``<=``; None where no word beside the figure says
    word: str  #: the word that gave the operator: 不少于, 以上
    word_start: int  #: where the word before the figure begins; ``start`` where there is none
    high: str | None  #: the upper end of a range
    chinese: bool  #: the number is written in Chinese numerals
    change: str | None = None  #: the figure is a rise (``up``) or fall (``down``): 提高5个百分点
    rounded: bool = False  #: 左右, about


def read_numeral(text: str) -> int | None:
    """The number that Chinese numerals mean (十二 -> 12, 二〇二五 -> 2025); None for any other text."""
    total = part = digit = 0
    if not text or any(char not in NUMERAL and char not in _LARGE for char in text):
        return None
    if all(_value(char) < 10 for char in text):
        return int("".join(str(_value(char)) for char in text))
    for char in text:
        value = _value(char)
        if value < 10:
            digit = value
        elif value < 10_000:
            part += (digit or 1) * value
            digit = 0
        else:
            total = (total + part + digit) * value
            part = digit = 0
    return total + part + digit


def _value(char: str) -> int:
    return _OWN_VALUES[char] if char in _OWN_VALUES else int(unicodedata.numeric(char))


_MEASURES = (
    "百分点|平方公里|平方千米|平方米|立方米|公里|千米|公顷|公斤|千克|千瓦时|千瓦|兆瓦时|兆瓦|瓦时|微克|毫克|毫米|厘米|工作日|"
    "批次|人次|人天|户次|家次|基点|车次|场次|架次|台套|台次|件次|例次|亩次|班次|课时|学时|小时|分钟|万元|亿元|美元|欧元|港元|英镑|日元|床位|学位|"
    "等级|蒸吨|(?:千克|公斤|吨)标准煤|标准箱|标箱|重量箱|人口|兆赫|升/秒|"
    "个|项|件|家|户|人|名|位|次|台|套|亩|米|吨|元|升|座|条|处|所|张|期|批|场|份|辆|艘|架|只|头|羽|株|棵|间|"
    "栋|幢|门|类|种|对|支|队|册|篇|本|部|卷|起|宗|例|号|届|周?岁|年|月|日|天|周|秒|分|度|倍|成(?!员|立|果|本|效|就|为|长|都|功|年|品|套|交|片|型|因|熟)|片|块|口|眼|根|"
    "路|站|点|村|镇|乡|县|市|区|校|班|组|强|档|级|层|克|斤|瓦|章|节|字|步|轮|道|杯|桩|盏|幅|版|集|首|顶|筐|箱|袋|瓶|尾|窝|列|趟|具|款|枚|副|笔|席|%|‰|℃"
)
_PER = f"(?:[/·](?:{_MEASURES}|年|万人|千人|万元|百万|亿元|吨标准煤|10万|十万))*"
_UNIT = f"(?:/10万|[{_LARGE}千百]{{0,2}}余?(?:个(?=百分点|等级|工作日|学位|床位|月|基点))?(?:{_MEASURES}){_PER}|[{_LARGE}](?!一))"
#: Measures of letters that Chinese texts use too.
_LETTERS = r"(?:[kMGT]Wh?|kV|km2?|m[23²³]|P(?:Flops)?|EFlops|TB|PB|GB|[MG]bps|mg/L|[µμu]g/m[3³]|mm|cm|km|kg|t)(?![A-Za-z0-9])"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?P<per>千|十?万)分之(?P<parts>{_DIGITS})|百分之(?P<percent>[{NUMERAL}点]+|{_DIGITS})(?:(?:至|到|-|—)百分之(?P<percent_high>[{NUMERAL}点]+))?"
    rf"|(?P<below>[{NUMERAL}]+)分之(?P<above>[{NUMERAL}]+)"
    rf"|(?<![\d.])(?P<first>{_DIGITS})[::∶](?P<second>{_DIGITS})(?![\d:])"
    rf"|(?<![\w./+-])(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,2}})(?![\d/万])"
    rf"|(?<![A-Za-z0-9_./+〔\[])(?P<low>{_DIGITS})(?P<low_unit>{_UNIT}|%)?\s*(?:-|—|–|~|至|到)\s*(?P<high>{_DIGITS})"
    rf"\s*(?P<range_unit>{_UNIT}|{_LETTERS})?"
    rf"|(?<![A-Za-z0-9_./+-])(?P<currency>[{CURRENCY_SIGNS}]\s?)?(?P<digits>{_DIGITS})\s*"
    rf"(?:(?P<unit>{_UNIT}|{_LETTERS})|(?![A-Za-z0-9_]|\.\d))"
    rf"|(?P<half>一半)"
    rf"|翻(?P<doubled>[一两二三]?)番"
    rf"|(?<=前)(?P<rank>[二三四五六七八九十]{{1,2}})(?=[,。;、]|$)"
    rf"|(?<!队)(?P<chinese>(?![百千])[{NUMERAL}]+)(?P<chinese_unit>{_UNIT})"
)

#: Words before a figure, each with what it asks for. Longer words stand first in the expression.
_BEFORE = {
    AT_LEAST: (
        "达到 达 超 高于 超过 突破 大于 多于 至少 增至 增加到 增加至 提高到 "
        "提高至 提高为 提升到 提升至 提升为 上升到 上升至 增长到 增长至 增加为 扩大到 扩大至 扩展到 扩展至 拓展到 拓展至 "
        "延长到 延长至 延长为 优化到 保持在 稳定在 维持在 "
        "保持 完成 力争达 均达到 均达 总数达 ≥ >= >"
    ),
    AT_MOST: (
        "低于 小于 少于 控制在 控制到 控制为 压缩到 压缩至 压减到 "
        "压减至 压降到 压降至 缩小到 缩小至 下调到 下调至 压缩为 压减为 缩短到 缩短至 缩短为 缩减到 缩减至 缩减为 减至 减到 减为 降到 降至 降为 下降到 下降至 下降为 "
        "降低到 降低至 降低为 减少到 减少至 减少为 精简到 精简至 精简为 "
        "≤ <= <"
    ),
}
#: 不少于, 不得超过, 不突破: a negation turns these round.
_NEGATED = {AT_MOST: "超 高于 超过 突破 大于 多于", AT_LEAST: "低于 小于 少于 少于等于"}
_CHANGES = {
    UP: "增长 提高 提升 增加 上升 扩大 增幅达到 增速达到",
    DOWN: "下降 降低 减少 压减 削减 缩短 压缩 下降率达到 降幅达到",
}
_AFTER = {
    AT_LEAST: "及以上 或以上 以上 之上 或更多",
    AT_MOST: "及以下 或以下 以下 之下 以内 之内",
}


def _alternatives(words: dict[str, str]) -> dict[str, str]:
    """Word -> its meaning."""
    return {word: meaning for meaning, text in words.items() for word in text.split()}


_BEFORE_WORDS = {
    **_alternatives(_BEFORE),
    **{
        f"{no}{word}": meaning
        for word, meaning in _alternatives(_NEGATED).items()
        for no in ("不", "不得", "不能", "不会", "不再")
    },
    **dict.fromkeys(_alternatives(_CHANGES), AT_LEAST),
}
_CHANGE_WORDS = _alternatives(_CHANGES)
_AFTER_WORDS = _alternatives(_AFTER)


def _one_of(words: dict[str, str]) -> str:
    """An expression for each of the words, the longest first: 增加为 is no 增加."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_WORD_BEFORE = re.compile(rf"(?P<word>{_one_of(_BEFORE_WORDS)})(?<!商超)(?:了|为|约|接?近)?\s*(?:¥|RMB)?\s*$")
#: 不低于总投入的20%: the word stands before the whole of which a share is taken.
_WORD_OF_WHOLE = re.compile(
    r"(?P<word>不少于|不低于|达到|不超过|不高于|至少|控制在)[\u4e00-\u9fff]{1,10}的\s*$"
)
_WORD_AFTER = re.compile(
    rf"\s*(?:\(含\))?(?:(?P<word>{_one_of(_AFTER_WORDS)}|(?<=[天日时钟秒])内|(?<=工作日)内)(?:\(含[^()]{{0,4}}\))?|(?P<round>左右|上下))"
)
#: 分别达到407、262、84万千瓦: the unit of the last is that of all.
_UNIT_OF_LAST = re.compile(rf"(?:[、和及](?:{_DIGITS}))+\s*({_UNIT}|{_LETTERS})")
_JOINED = re.compile("[\u4e00-\u9fff]{0,4}[、和及]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: A word that asks for something stands so close before its figure.
_REACH = 24


def find_quantities(text: str) -> Iterator[Quantity]:
    """Every figure of a text, from left to right; the text is as :func:`half_width` gives it."""
    if not _CHINESE.search(text):
        from qplan.core.english_quantities import find_english

        yield from find_english(text)
        return
    held: Quantity | None = None
    carried = False  # whether the word before the figures that this one follows bounds it too
    for found in _NUMBER.finditer(text):
        value, unit, high, chinese = _read(found)
        if value is None:
            continue
        if found["doubled"] is not None:
            yield Quantity(
                found.start(), found.end(), value, unit, AT_LEAST, found[0], found.start(), None, chinese, UP
            )
            continue
        if not unit and (shared := _UNIT_OF_LAST.match(text, found.end())):
            unit = _unit(shared[1])
        operator, word, begin, change = _before(text, found.start(), unit)
        after = _WORD_AFTER.match(text, found.end())
        end, rounded = found.end(), False
        if after:
            end, rounded = after.end(), bool(after["round"])
            word = word if rounded or change else after["word"]
            operator = AT_MOST if after["word"] == "内" else _AFTER_WORDS.get(after["word"] or "", operator)
        if high is not None and operator == AT_MOST:
            value, high = high, value
        follows = held and _JOINED.fullmatch(text[held.end : found.start()])  # 不超过2个环节、3个工作日
        carried = bool(operator is None and held and follows and (carried or held.word_start < held.start))
        if held and carried:
            operator = held.operator
        if found["half"] and operator is None:
            continue
        held = Quantity(
            found.start(), end, value, unit, operator, word, begin, high, chinese, change, rounded
        )
        yield held


def _read(found: re.Match[str]) -> tuple[str | None, str, str | None, bool]:
    """Value, unit, upper end and whether it is in Chinese numerals, of a match of ``_NUMBER``."""
    if found["doubled"] is not None:
        return str(2 ** (read_numeral(found["doubled"]) or 1)), "倍", None, True
    if found["percent"]:
        high = found["percent_high"]
        return _decimal(found["percent"]), "%", high and _decimal(high), True
    if found["half"]:
        return "50", "%", None, True
    if found["per"]:
        return _plain(found["parts"]), {"千": "‰", "万": "/万", "十万": "/10万"}[found["per"]], None, False
    if found["below"]:
        return share(read_numeral(found["above"]), read_numeral(found["below"])), "%", None, True
    if found["top"]:
        return share(int(found["top"]), int(found["bottom"])), "%", None, False
    if found["first"]:  # 医护比1:1.2, 生师比18:1; of any other, such as 9:30, nothing
        sides = sorted((_plain(found["first"]), _plain(found["second"])), key="1".__ne__)
        clause = re.split("[,;]", found.string[: found.start()])[-1]
        measured = sides[0] == "1" and "比" in clause
        return (sides[1] if measured else None), "", None, False
    if found["low"]:
        unit = found["range_unit"] or found["low_unit"] or ""
        return _plain(found["low"]), _unit(unit), _plain(found["high"]), False
    if found["digits"]:
        unit = " ".join(filter(None, ((found["currency"] or "").strip(), _unit(found["unit"] or ""))))
        return _plain(found["digits"]), unit, None, False
    if found["rank"]:
        return str(read_numeral(found["rank"])), "", None, True
    number = read_numeral(found["chinese"])
    if found["chinese_unit"] == "成" and number is not None:
        return str(number * 10), "%", None, True
    return (None if number is None else str(number)), _unit(found["chinese_unit"]), None, True


def _before(text: str, start: int, unit: str) -> tuple[str | None, str, int, str | None]:
    """Operator, word, where the word begins, and the change that stands before a figure."""
    at = max(0, start - _REACH)
    found = _WORD_BEFORE.search(text[at:start]) or (unit == "%" and _WORD_OF_WHOLE.search(text[at:start]))
    if not found:
        return None, "", start, None
    word = found["word"]
    return _BEFORE_WORDS[word], word, at + found.start(), _CHANGE_WORDS.get(word)


def _unit(text: str) -> str:
    text = text.strip().replace("余", "")
    return "个百分点" if text == "百分点" else text


def _plain(digits: str) -> str:
    return digits.replace(",", "")


def share(above: Decimal | int | None, below: Decimal | int | None) -> str | None:
    """A fraction in percent, to two places; None where it is none of something."""
    if not above or not below or above > below:
        return None
    return two_places(Decimal(above) * 100 / Decimal(below))


def two_places(number: Decimal) -> str:
    """A number as decimal text, to two places."""
    return format(number.quantize(Decimal("0.01")).normalize(), "f")


def _decimal(text: str) -> str | None:
    """The exact decimal text of digits or of Chinese numerals with 点."""
    if text[0].isdigit():
        return _plain(text)
    whole, _point, rest = text.partition("点")
    number = read_numeral(whole)
    if number is None:
        return None
    return f"{number}.{''.join(str(_value(char)) for char in rest)}" if rest else str(number)


_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    ord("〈"): ord("<"),
    ord("﹪"): ord("%"),
    ord("％"): ord("%"),
    ord("\t"): 0x20,
}


def half_width(text: str) -> str:
    """The text with full-width letters, digits and marks in half width; as long as before."""
    return text.translate(_HALF)

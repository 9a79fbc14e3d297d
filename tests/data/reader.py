"""Read what a sentence of the published plan promises: figures with their units, directions, and names.

``sentences.txt`` holds, clause by clause, every sentence (up to a full stop or semicolon) of 二(三)2,
its table, 三 and the columns that carries a figure with a unit, a direction of something measured, or 到2025年.
``phrases.txt`` holds every phrase (up to a comma) of 三, the columns and 四 that names something for the first
time in its clause, as :data:`NAMED` finds names.
"""

import re
from pathlib import Path
from typing import NamedTuple

SENTENCES = Path(__file__).with_name("sentences.txt")
PHRASES = Path(__file__).with_name("phrases.txt")
UNITS = "%|件|项|个|家|万千瓦|万台套|万亩"
#: Words that limit a promise; they stand in its phrase, or in the first phrase of a list of like ones.
LIMITS = ("力争", "争取", "争创", "保持", "突破", "超过", "连续", "逐年", "明显", "显著", "全省")

FIGURE = re.compile(rf"(\d+(?:\.\d+)?)\s*({UNITS})")
ROW = re.compile(
    rf"^(?P<name>.+)\((?P<unit>{UNITS})\) (?P<value>\d+%?|完成市下达目标任务) (?P<nature>预期性|约束性)$"
)
#: A figure that is no goal: what a goal rests on, a standard's number, the table's own counts.
NO_GOAL = re.compile(r"依托\d|指标\d+项|\d+项核心指标")
STANDARD = re.compile(r"全面执行.+?\d+%标准")
DIRECTIONS = (
    ("down", re.compile(r"率逐年下降$")),
    ("rank", re.compile(r"(前列|领先|先进水平)$")),
    ("up", re.compile(r"(满意度|率|比重)均?(连续|明显|显著)(提高|提升)$")),
    ("up", re.compile(r"总数有新的突破$|率达到较高水平$|梯队$")),
    ("up", re.compile(r"(提高|提升)[^,]*((?<!效)率|比例)$")),
)  # fmt: skip
MEASURED = re.compile(r"率|比重|满意度")
ASSIGNED = re.compile(r"市下达目标")
#: A name in quotation marks, or the end of one that its last characters show to be a name.
NAMED = re.compile(
    r"“([^”]+)”|([一-鿿]{2}(?:谷|片区|经济带|大市场|学院|研究院|创新中心|实验室|保险|住房|开发区|科技园|科技园区|"
    r"示范园|产业园|全覆盖|提升工程|攻坚行动|专项行动))"
)
#: The plan's own name, which its clauses use too.
OWN_NAME = "十四五"


class Promise(NamedTuple):
    """A figure or a direction that a phrase of the plan promises."""

    clause: str
    phrase: str
    sentence: str
    operator: str  #: ``>=``, ``=``, ``up``, ``down``, ``rank`` or ``assigned``
    value: str | None = None
    unit: str | None = None


def sentences(path: Path = SENTENCES) -> list[tuple[str, str]]:
    """Clause and text of each sentence."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(clause, text) for clause, text in (line.split("\t") for line in lines)]


def named() -> dict[str, list[str]]:
    """What each clause names: its programmes, bodies, places and works."""
    found: dict[str, list[str]] = {}
    for clause, phrase in sentences(PHRASES):
        names = [quoted or plain for quoted, plain in NAMED.findall(phrase)]
        found.setdefault(clause, []).extend(name for name in names if name != OWN_NAME)
    return found


def promises() -> list[Promise]:
    """Every promise of the plan, in its order."""
    return [promise for clause, text in sentences() for promise in read(clause, text)]


def read(clause: str, sentence: str) -> list[Promise]:
    """The promises of one sentence."""
    if row := ROW.match(sentence):
        value = row["value"].rstrip("%")
        if ASSIGNED.search(value):
            return [Promise(clause, sentence, sentence, "assigned", None, row["unit"])]
        return [Promise(clause, sentence, sentence, floor(value, row["unit"]), value, row["unit"])]
    found = []
    for phrase in sentence.split(","):
        found += [p._replace(clause=clause, sentence=sentence) for p in in_phrase(phrase.strip())]
    if ASSIGNED.search(sentence):
        found += assigned(clause, sentence)
    return found


def floor(value: str, unit: str) -> str:
    """达到, 以上, 不少于, 突破 and 超过 ask for at least that; nothing lies above 100 %."""
    return "=" if (value, unit) == ("100", "%") else ">="


def in_phrase(phrase: str) -> list[Promise]:
    """The figures of a phrase, else its direction."""
    if STANDARD.search(phrase):  # 全面执行建筑节能65%标准: all of them, by that standard
        return [Promise("", phrase, "", "=", "100", "%")]
    if NO_GOAL.search(phrase):
        return []
    if FIGURE.search(phrase):
        parts = subjects(phrase, FIGURE)
        figures = [(part, *FIGURE.findall(part)[0]) for part in parts]
        return [Promise("", part, "", floor(value, unit), value, unit) for part, value, unit in figures]
    for operator, pattern in DIRECTIONS:
        if pattern.search(phrase):
            return [Promise("", part, "", operator) for part in subjects(phrase, MEASURED)]
    return []


def subjects(phrase: str, each: re.Pattern[str]) -> list[str]:
    """The things that one verb speaks of: 节能效率和工业化建造比重, 100%分户验收和100%永久性标牌."""
    parts = re.split("和|及", phrase)
    return parts if all(each.search(part) for part in parts) else [phrase]


def assigned(clause: str, sentence: str) -> list[Promise]:
    """What a sentence leaves to the city: each thing that is discharged, each ratio named in it."""
    phrases = sentence.split(",")
    listed = [
        name + "排放量"
        for phrase in phrases
        if (list_ := re.search(r"主要污染物(.+)排放量", phrase))
        for name in list_[1].split("、")
    ]
    ratios = [phrase for phrase in phrases if re.search(r"比例(保持稳定|达标)$", phrase)]
    return [Promise(clause, part, sentence, "assigned") for part in (*listed, *ratios)]

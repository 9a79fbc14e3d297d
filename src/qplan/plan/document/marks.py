"""The mark with which a heading begins: 第一章, 一、, (一), 1., 1.2, (1), ①, ——, 专栏1, 一是, Chapter 2."""

from __future__ import annotations

import re
from typing import NamedTuple

from qplan.core.quantities import read_numeral

_CN = "〇零一二三四五六七八九十百"


class Mark(NamedTuple):
    """A mark at the beginning of a line. ``number`` is None for a mark without one (——)."""

    kind: str
    number: int | None
    label: str  #: as the clause of a plan cites it: 一, (一), 1, 1.2, 专栏1
    rest: int  #: where the title begins
    path: tuple[int, ...] = ()  #: the numbers before the last one of a decimal number (1.2.3 -> 1, 2)


#: Words with a number that begin a heading, in their usual order: Goal 1, Strategic Objective 1.1, Action A. Those of the
#: second group stand below numbers.
_HIGH_WORDS = [
    "Part", "Title", "Chapter", "Section", "Pillar", "Axis", "Theme", "Domain", "Area", "Priority", "Mission",
    "Ambition", "Goal", "Aim", "Outcome", "Objective", "Component", "Workstream", "Target", "Strategy",
]  # fmt: skip
_LOW_WORDS = [
    "Commitment", "Promise", "Recommendation", "Programme", "Program", "Initiative", "Project", "Measure",
    "Action", "Task", "Activity", "Output", "Result", "Step", "Milestone", "Reform", "Investment", "Deliverable",
]  # fmt: skip
_NUMBER_WORDS = {
    word: value
    for words in (
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"],
    )
    for value, word in enumerate(words, 1)
}


#: A number, a Roman one or a letter, and what divides it further: 1, 1.2, 1-a, II/1, I.a.
_ID = r"(?:\d{1,2}|[IVX]+|[A-Z])(?:[./-](?:\d{1,2}|[a-z]\b)|(?<=\d)[a-z]\b){0,3}"
#: Letters with numbers, of which an abbreviation, a year or a standard is none: A1, QP1.2, ST-1.
_CODE = r"(?:(?!FY|CY|Q\d|ISO|GB|PM|COVID)[A-Z]{1,4}[.-]?\d{1,2}(?:[.-]\d{1,2}){0,3}|[A-Z]-[ivx]{1,4}\b)"


_ORDINALS = "|".join(word.title() for word in list(_NUMBER_WORDS)[12:])


def _word(word: str) -> str:
    """The mark that a word and a number make; a sentence that goes on after it is none (Goal 1 will be …)."""
    return (
        rf"(?:(?:The )?({_ORDINALS}) (?:[a-z]+ )?(?i:{word})(?=\s*[:—–])|(?:(?:[A-Z][A-Za-z-]+[ -]){{0,2}}(?:{word}|{word.upper()})|[A-Z][a-z]+[ -]{word.lower()})\s+(?:#|[Nn]o\.?\s?)?({_CODE}|{_ID}|(?i:{'|'.join(_NUMBER_WORDS)})))(?![\w%]|\.\d)"
        r"(?:\s*[.:、—–-]+\s*|\s+(?=[A-Z“\"\u4e00-\u9fff]|\d[\d,]+ [a-z])|\s*$)"
    )


#: Any other words with a number before a colon or a dash: Sub-sector I: Schools, Strategic intention I/1 – Access.
_NAMED = rf"(?!(?:[A-Za-z-]+ ){{0,2}}(?i:{'|'.join((*_HIGH_WORDS, *_LOW_WORDS, 'Table', 'Figure', 'Year', 'Note', 'Box'))})\b)[A-Z][A-Za-z-]+(?: [A-Za-z]+){{0,2}} ({_ID})\s*[:—–]\s*(?=[A-Z])"

#: Kinds of marks with their expressions, the highest level first. Of these, a text uses a few.
_KINDS: dict[str, str] = {
    "compilation": rf"第([{_CN}\d]+)(?:编|篇|部分)[、::.\s]*",
    "zhang": rf"第([{_CN}\d]+)章[、::.\s]*",
    "jie": rf"第([{_CN}\d]+)节[、::.\s]*",
    "tiao": rf"第([{_CN}\d]+)条[、::.\s]*",
    **{word.lower(): _word(word) for word in _HIGH_WORDS},
    "named": _NAMED,
    "roman": r"([IVX]{1,5})[.、]\s*(?=\S)",
    "roman_decimal": r"([IVX]{1,5}(?:\.\d{1,2}){1,3})[.:]?\s+(?=[A-Z])",
    "capital": r"([A-Z])[.)]\s+",
    "chinese": rf"([{_CN}]+)\s*[、.。]\s*(?![{_CN}]+[、产线类])",
    "chinese_bracket": rf"\(\s*([{_CN}]+)\s*\)[、.:]?\s*",
    "item": rf"(?:问题|任务|行动|工程|专项|举措|措施|项目|领域|攻坚|战役)([{_CN}\d]{{1,3}})(?:\s*[::、.]\s*|\s+(?=[\u4e00-\u9fff]))|[\u4e00-\u9fff]{{2}}([{_CN}]{{1,3}}):\s*",
    "plain": r"(\d{1,2})(?:\.0\.?)?\s+(?=[A-Z][A-Za-z]|A [A-Za-z]|20\d\d [a-z]|[\u4e00-\u9fff][^,。;:\d]{2,24}$)",
    "number": r"(\d{1,3})\s*[.、](?!\d{1,2} [A-Z])\s*(?!0\.?\s|\d+(?:\.\d+)*%|\d+\.\d|\d+[a-z]\b)",
    "box": rf"专栏\s*([{_CN}\d]+)[::、.\s]*|(?:Box|BOX)\s+(\d+)[.:\s—–-]*",
    "decimal2": r"(\d{1,2}\.\d{1,2})(?![\d%]|\.\d|[a-z]\b)[.、]?\s*",
    "decimal3": r"(\d{1,2}(?:\.\d{1,2}){2})(?![\d%]|\.\d)[.、]?\s*",
    "decimal4": r"(\d{1,2}(?:\.\d{1,2}){3})(?![\d%]|\.\d)[.、]?\s*",
    **{word.lower(): _word(word) for word in _LOW_WORDS},
    "bracket": r"[(\[]\s*(\d{1,3})\s*[)\]][、.]?\s*",
    "half_bracket": r"(\d{1,3})(?:\s*\)|/(?=\s))\s*",
    "circled": r"([①-⑳])\s*",
    "small_roman": r"\(?([ivx]{1,5})(?:\)\s*|\.\s+)",
    "letter": r"\(?([a-z])\)\s*",
    "number_letter": r"(\d{1,2}\.?[A-Z]|\d{1,2}\.?[a-z](?=[.)]))(?:[.):]\s*|\s+)(?=[A-Z])",
    "code": rf"({_CODE}(?!\.?\d))(?:\s*[.:)—–-]\s*|\s+)(?=[A-Z\u4e00-\u9fff]|\d[\d,.]*(?:%| [A-Za-z]))",
    "dash": r"(?:—+|─+|--+|–+)\s*(?=[^\s\d—-])",
    "ordinal": rf"([{_CN}]+)(?:是|要)\s*",
}
#: The kinds that a word makes.
WORDS = (*(word.lower() for word in _HIGH_WORDS), "named", *(word.lower() for word in _LOW_WORDS))
#: Those that name goals or work and no part of the text.
NAMED_WORK = WORDS[WORDS.index("pillar") :]
KINDS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
#: Kind -> place in the usual order of levels.
USUAL = {kind: place for place, kind in enumerate(KINDS)}
#: Kinds that have no number that a clause would cite.
UNNUMBERED = ("dash", "ordinal")
_ROMAN = {"I": 1, "V": 5, "X": 10}
#: What may begin the first line of a heading at all: spares most lines twenty expressions.
_FIRST = re.compile(rf"[第\d(\[①-⑳—─–{_CN}A-Za-z-]|专栏|[\u4e00-\u9fff]{{2}}[{_CN}\d]")
_ALONE = re.compile(r"(?:第[^\s]{1,3}[章节篇编]|专栏\s*\S{1,3}|[A-Z][A-Za-z ]{2,20} [\dA-Z][\w.]*[.:]?)$")


def read_marks(text: str) -> list[Mark]:
    """Every way to read a mark at the beginning of the text, the likeliest first; mostly one or none."""
    if not _FIRST.match(text):
        return []
    found = []
    for kind, pattern in KINDS.items():
        match = pattern.match(text)
        if match and (match.end() < len(text) or _ALONE.match(text)):
            mark = _mark(kind, match)
            if mark is not None:
                found.append(mark)
    # 1.2 is read before 1. followed by a title that begins with 2
    return sorted(found, key=lambda mark: -len(mark.path))


def starts_heading(text: str) -> bool:
    """Whether a line may be the beginning of a heading: (d) 75 % of outputs; 3.5万台套 is the rest of a sentence."""
    return any(
        (not text[mark.rest : mark.rest + 1].isdigit() or re.match(r"\([a-z]\)\s", text)) and not mark.path
        for mark in read_marks(text)
    ) or bool(re.match(r"\d{1,2}(?:\.\d{1,2})+\s+\S", text))


def _mark(kind: str, match: re.Match[str]) -> Mark | None:
    digits = next(filter(None, match.groups()), "")
    if kind == "dash":
        return Mark(kind, None, "", match.end())
    steps = re.findall(r"\d+|[A-Z]+|[a-z]+", digits) if re.search(r"[\d./-]", digits) else ()
    if len(steps) > 1:
        *path, number = (_step(kind, step) for step in steps)
        label = match[0].rstrip("、:. \t—–-") if kind in WORDS else digits
        return Mark(kind, number, label, match.end(), tuple(path))
    number_ = _number(kind, digits)
    if number_ is None:
        return None
    label = {
        "plain": f"{digits}.0" if match[0][len(digits) :].startswith(".0") else digits,
        "chinese_bracket": f"({digits})",
        "bracket": match[0].rstrip("、. "),
        "half_bracket": f"{digits})",
        "letter": f"({digits})",
        "small_roman": f"({digits})",
        "box": f"专栏{number_}" if "专栏" in match[0] else f"Box {number_}",
        "ordinal": f"{digits}是",
    }.get(kind, digits)
    if kind in ("compilation", "zhang", "jie", "tiao", "item", *WORDS):
        label = match[0].rstrip("、:. \t—–-")
    return Mark(kind, number_, label, match.end())


def _step(kind: str, step: str) -> int:
    """One of the numbers or letters of which a mark consists."""
    if step.isdigit():
        return int(step)
    upper = step.upper()
    if set(upper) <= set(_ROMAN) and (
        kind in ("roman_decimal", *WORDS) or (kind == "code" and step != upper)
    ):
        return _roman(upper)
    return sum((ord(letter) - ord("A") + 1) * 27**place for place, letter in enumerate(reversed(upper)))


def _number(kind: str, digits: str) -> int | None:
    if digits.isascii() and digits.isdigit():
        return int(digits)
    if kind == "circled":
        return ord(digits) - ord("①") + 1
    if kind in ("letter", "capital"):
        return ord(digits.lower()) - ord("a") + 1
    if digits.lower() in _NUMBER_WORDS:
        return _NUMBER_WORDS[digits.lower()]
    if kind in ("roman", "small_roman", *WORDS) and digits.isascii():
        digits = digits.upper()
        return _roman(digits) if set(digits) <= set(_ROMAN) else ord(digits[0]) - ord("A") + 1
    return read_numeral(digits)


def _roman(digits: str) -> int:
    values = [_ROMAN[letter] for letter in digits]
    return sum(-one if one < max([0, *values[place + 1 :]]) else one for place, one in enumerate(values))

"""Sentences -> what they promise: figures to be reached, trends to be kept, things to be finished.

Only chapters of goals, tasks and safeguards promise; a text without headings promises where a sentence
says so. What describes (5大功能, 依托, 65岁以上的人) is left out, what happened is too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qplan.core import indicators
from qplan.core.quantities import AT_LEAST, AT_MOST, DOWN, EXACTLY, UP, Quantity, find_quantities
from qplan.plan.document.english import TOP, promises_in_english
from qplan.plan.document.figures import FACT, RANK, WORKS, promises
from qplan.plan.document.lines import Line, is_english
from qplan.plan.document.names import Naming
from qplan.plan.document.statements import states_only, states_past
from qplan.plan.document.tables import LOWER_IS_BETTER
from qplan.plan.document.trends import HOLD, find_trends

#: Words that qualify a promise, in the order in which they are looked for within its clause.
QUALIFIERS = (
    "力争", "争取", "突破", "保持", "稳定在", "确保", "努力", "左右", "逐年", "超过", "基本", "strive", "maintain", "ensure",
    "remain", "keep", "about",
)  # fmt: skip
#: Those that also hold for what follows in the same sentence.
_LASTING = ("力争", "争取", "确保", "strive", "ensure")


#: Why a figure may be read otherwise: 左右, a range, 依托 (it may exist already), its direction is guessed.
ABOUT, RANGE, EXISTS, GUESSED = "about", "range", "exists", "guessed"
#: What a figure was before the plan; its name is that of those that follow.
PAST = "past"


class Promise(NamedTuple):
    """What a sentence promises. ``value`` is None where it names no figure; operators are those of an indicator."""

    text: str
    line: int
    name: str
    value: str | None
    unit: str
    operator: str | None
    year: int | None
    qualifier: str | None
    direction: str | None = None  #: up, down or hold
    high: str | None = None  #: the upper end of a range
    doubt: str = ""  #: one of ABOUT, RANGE, EXISTS, GUESSED where it may be read otherwise


class Scope(NamedTuple):
    """What holds for the sentences around."""

    begins: int | None  #: the first year of the plan: figures of years before are no promises
    ends: int | None
    loose: bool = False  #: outside of any chapter that promises: a sentence must say so itself
    year: int | None = None  #: the year that the words above a list give all of it: By 2030 we will:


#: Of a longer sentence (a text without any marks) the rest is not read.
_LONGEST = 4_000
_SENTENCES = re.compile(r"[^。!?;\n]*(?:[。!?;\n]|$)")
_ENGLISH_SENTENCES = re.compile(
    r"[^.!?;\n]*(?:(?:\.(?!\s|$)|\.(?=\s[a-z])|(?<=\bRs)\.|(?<=\bNo)\.|(?<=\b[JFMASOND][a-z]{2})\.(?=\s\d)|(?<=\bSept)\.(?=\s\d))[^.!?;\n]*)*(?:[.!?;\n]|$)"
)
_COMMAS = re.compile(r"[(“《\[)”》\]]|(?<!\d),|,(?!\d{3}(?!\d)|\d\d,\d)")
#: A year with which something is compared (较2025年减少) is not one by which it is to be reached.
_YEAR = re.compile(
    r"(?<![\d较比])(?:(?<![由从])|(?=20\d\d年?起))(?<!compared with )(?<!compared to )(?<!since )(?<!from )(?<!relative to )(?<!against )"
    r"(?:20|(?<=\bFY)|(?<=\bFY ))([1-9]\d)(?!\d)\s*年?(?!版|年?的?基础|\s*(?:[-—–至]|and|to)\s*20\d\d| levels?| baseline|(?:[/–-]\d\d)?:\s?[\d.,]+\s?%?\))"
)
_UNTIL = re.compile(
    r"(?:到|至|截至|截止)\s*(?:\d{4}年|\d+月|[“\"]?十[一二三四五六七八九]五)|\d{4}年(?:底|末|前|度)|\bby\b"
)


#: What happened, or how things are: the clauses that follow state it too, a report until one says what is to be done.
_REPORTS = re.compile(
    r"\s*(?:过去|近年来|近[两三几]年|去年|上年|截[至止](?!20\d\d年[底末]?前)|(?:今年)?1?\d月?(?:[-—至到]+1?\d)月份?|[^,;:]{0,12}以来$|(?P<now>.{0,4}(?:目前|当前)))"
)
_ASKS = re.compile(r"力争|争取|确保|计划|拟|将|要|须|应|今年|年内|到20\d\d年|[年月]底?前|目标|下一步")


class _Report:
    """Whether the clauses of a Chinese paragraph, one after the other, are part of a report."""

    def __init__(self, begins: int | None) -> None:
        self._begins = begins or 0
        self._on = self._now = False

    def covers(self, part: str) -> bool:
        """Whether the next clause only reports."""
        if found := _REPORTS.match(part):
            self._on, self._now = True, bool(found["now"])
            return True
        planned = _ASKS.search(part) or any(
            2000 + int(one) >= self._begins > 0 for one in _YEAR.findall(part)
        )
        works = self._now and any(WORKS.search(part[: one.start()]) for one in re.finditer(r"\d+", part))
        self._on = self._on and not planned and not works
        return self._on

    def end_sentence(self) -> None:
        """What is so now is stated by one sentence; what happened, by all that follow."""
        self._on = self._on and not self._now


#: A clause that names nothing itself: its figures are those of the sentence before, in their order.
_RESPECTIVELY = re.compile(r"\s*(?:(?:到|至)?20\d\d年(?:底|末)?前?)?\s*(?:力争|争取|确保|要)?分别")


def find_promises(line: Line, scope: Scope) -> Iterator[Promise]:
    """The promises of a paragraph, in its order."""
    english = is_english(line.text)
    year = scope.year
    names: list[str] = []
    seen: set[tuple[str, str | None, int | None]] = set()
    report = _Report(scope.begins)
    asked = False  # whether the items of a list before a semicolon promise
    said = False  # whether the part before a semicolon promises by its own words
    for found in (_ENGLISH_SENTENCES if english else _SENTENCES).finditer(line.text):
        sentence = found[0][:_LONGEST].strip()
        if len(sentence) < 4:
            continue
        stated, until = _year(sentence, scope)
        past = stated is not None and scope.begins is not None and stated < scope.begins and not until
        if past and english and not states_past(sentence):
            past, stated = False, None
        said = _says_so(sentence) or (said and scope.loose)
        if past or (scope.loose and not said):
            continue
        said = sentence.endswith(";")
        raw = line.raw[found.start() : found.end()].strip()
        above = _Above(names, scope.begins, year, asked, None if english else report)
        stating = list(_of_sentence(sentence, english, until and not past, above))
        report.end_sentence()
        asked = english and sentence.endswith(";") and (asked or not states_only(sentence))
        listed = english and re.search(r"\brespectively\b", sentence)
        if listed:
            stating = list(_respectively(stating, sentence))
        names = [one.name for one in stating if one.value is not None] or names
        for promise in stating:
            if promise.doubt == PAST:
                continue
            key = (promise.name, promise.value, promise.year or stated)
            if key not in seen or listed:
                seen.add(key)
                yield promise._replace(line=line.number, text=raw, year=promise.year or stated or year)
        year = stated or year


def _respectively(stating: Sequence[Promise], sentence: str) -> Iterator[Promise]:
    """The promises of “A, B and C will fall by 8%, 8% and 10% respectively”, each with its own name."""
    before = sentence[: sentence.find(stating[0].name) + len(stating[0].name)] if stating else ""
    names = re.split(r",? and |, ", before)[-len(stating) :]
    for place, one in enumerate(stating):
        yield one._replace(name=names[place]) if len(names) == len(stating) else one


def year_of_goals(lines: Sequence[Line], scope: Scope) -> int | None:
    """The year by which a chapter wants its goals: the one that the last of its paragraphs to name one gives."""
    stated = [year for line in lines if not line.cells for year, until in [_year(line.text, scope)] if until]
    return next((year for year in reversed(stated) if year), None)


def year_of_list(lines: Sequence[Line], scope: Scope) -> int | None:
    """The year that the last of these lines gives the list that follows it; None where it announces none."""
    if not lines or not lines[-1].text.rstrip().endswith(":"):
        return None
    return _year(lines[-1].text, scope)[0]


def _says_so(sentence: str) -> bool:
    """Whether a sentence outside any chapter of goals or tasks promises by its own words."""
    future = re.search(
        r"力争|争取|确保|要|将|须|应|计划|今年|年内|[年月]底前|目标[是为:]|不(?:少|低)于|必须|\bwill\b|\bshall\b|\bmust\b|\bby 20|at least",
        sentence,
    )
    return bool(future or _UNTIL.search(sentence)) and not (FACT.search(sentence) or states_only(sentence))


def _year(sentence: str, scope: Scope) -> tuple[int | None, bool]:
    """The year by which the sentence promises, and whether it says “by”."""
    years = [2000 + int(one) for one in _YEAR.findall(sentence)]
    until = bool(_UNTIL.search(sentence))
    if years:
        return max(years), until
    if scope.ends is not None and re.search(
        r"规划期末|期末|末期|今年|年内|年底前?|全年|this year|end of the plan", sentence
    ):
        return scope.ends, True
    return None, False


#: “to 12% by 2032, with an interim target of 17% by 2028”: a stage of what was named before.
_STAGE = re.compile(r"\b(?:target|milestone|goal|stage)$", re.IGNORECASE)


#: 0.81 in 2024, 19.6% (2025): what a figure was.
_WAS = re.compile(r"\s*(?:in|\()\s?(?:FY ?)?20(\d\d)(?!(?:[/–-]\d\d)?:)")


class _Above(NamedTuple):
    """What the paragraph above a sentence says of it."""

    names: Sequence[str]  #: those of the figures of the sentence before
    begins: int | None  #: the first year of the plan
    year: int | None  #: that of the sentence before
    asked: bool  #: whether the list of which it is an item promises
    report: _Report | None


def _of_sentence(sentence: str, english: bool, until: bool, above: _Above) -> Iterator[Promise]:
    """The promises of a sentence."""
    names, begins, report = above.names, above.begins, above.report
    lasting: str | None = None
    year: int | None = None
    naming = Naming(english, names[-1] if names else "")
    last: Promise | None = None
    quantities = list(find_quantities(sentence)) if english else None
    latest = max((above.year or 0, *(2000 + int(found) for found in _YEAR.findall(sentence))))
    for start, end in _parts(sentence):
        part = sentence[start:end]
        if report is not None and report.covers(part):
            continue
        later = _YEAR.search(sentence, end) if english else None
        years = [(found.start(), 2000 + int(found[1])) for found in _YEAR.finditer(part)]
        years = [(place, one) for place, one in years if one >= (begins or 0) or not english]
        words = part.lower() if english else part
        qualifier = next((word for word in QUALIFIERS if word in words), None)
        if qualifier in _LASTING:
            lasting = qualifier
        qualifier = qualifier or lasting
        naming.begin_part(part)
        figures = 0
        promised = list(_promised(sentence, start, end, quantities, above.asked))
        repeated = names[-len(promised) :] if _RESPECTIVELY.match(part) else ()
        for place, one in enumerate(promised):
            name = naming.name(part, one) or naming.named_later(part[one.end :], sentence[end + 1 :])
            if len(repeated) == len(promised):
                name = repeated[place]
            if name and not _is_of_text(name):
                figures += 1
                promise = _figure(part, one, name, qualifier)
                was = _WAS.match(part, one.end) if english else None
                since = latest if part[one.start - 1 : one.start] == "(" else begins
                if was and 2000 + int(was[1]) < (since or 0):
                    yield promise._replace(doubt=PAST)
                    continue
                due = _year_of(part, one, years, english) or year or (later and 2000 + int(later[1]))
                promise = promise._replace(year=due)
                if last is not None and english and _STAGE.search(name) and last.unit == one.unit:
                    promise = promise._replace(
                        name=last.name, operator=last.operator, direction=last.direction
                    )
                last = promise
                yield promise
        year = years[-1][1] if years else year
        if not figures:
            for trend in find_trends(part, english, until):
                yield Promise("", 0, trend.name, None, "", trend.operator, year, qualifier, trend.direction)


def _promised(
    sentence: str, start: int, end: int, quantities: Sequence[Quantity] | None, asked: bool
) -> Iterator[Quantity]:
    """The figures of a clause that promise; ``quantities`` are those of an English sentence, whose verb rules all."""
    part = sentence[start:end]
    if quantities is None:
        yield from (one for one in find_quantities(part) if promises(part, one))
        return
    for one in quantities:
        if start <= one.start < end:
            moved = one._replace(
                start=one.start - start,
                end=min(one.end, end) - start,
                word_start=max(one.word_start - start, 0),
            )
            if promises_in_english(part, moved, sentence, asked):
                yield moved


def _year_of(part: str, one: Quantity, years: Sequence[tuple[int, int]], english: bool) -> int | None:
    """The year of a figure among those of its clause: in English the next one, in Chinese the one before."""
    before: list[int | None] = [year for place, year in years if place < one.start]
    after: list[int | None] = [
        year for place, year in years if place > one.start and " and by " not in part[one.end : place]
    ]
    if english:
        return (after or before[-1:] or [None])[0]
    return (before[-1:] or after or [None])[0]


def _is_of_text(name: str) -> bool:
    """Whether the name is that of the plan's own parts: 核心指标."""
    return bool(re.search(r"指标$|^(?:核心|主要)?指标|^第(?![一二三]产业)|^其中$", name))


def _parts(sentence: str) -> Iterator[tuple[int, int]]:
    """Where the clauses between commas stand; a comma in brackets or within a number divides nothing."""
    start = depth = 0
    for found in _COMMAS.finditer(sentence):
        if found[0] in "(“《[":
            depth += 1
        elif found[0] in ")”》]":
            depth = max(0, depth - 1)
        elif not depth:
            yield start, found.start()
            start = found.end()
    yield start, len(sentence)


def _figure(part: str, one: Quantity, name: str, qualifier: str | None) -> Promise:
    before = part[: one.start].rstrip()
    alone = not before and re.match(r"\s*(?:[.,;]|(?:in|by) 20|$)", part[one.end :])
    labelled = not name.isascii() or alone or (name in before and not before.endswith(" by"))
    lower = one.operator is None and bool(labelled and LOWER_IS_BETTER.search(name))
    operator = one.operator or (AT_MOST if lower else AT_LEAST)
    if RANK.search(before) or TOP.search(before):
        operator = AT_MOST if one.unit == "%" else indicators.RANK
    whole = (one.value, one.unit) == ("100", "%") and one.change is None
    if (operator == AT_LEAST and whole) or (one.value == "0" and one.word in ("", "to")):
        operator = EXACTLY
    if one.rounded and qualifier is None:
        qualifier = "左右"
    held = qualifier in ("保持", "稳定在", "maintain", "remain", "keep")
    direction = one.change or (DOWN if operator in (AT_MOST, indicators.RANK) else HOLD if held else UP)
    doubt = GUESSED if lower else ABOUT if one.rounded else RANGE if one.high is not None else ""
    if before.endswith("依托"):
        doubt = EXISTS
    return Promise("", 0, name, one.value, one.unit, operator, None, qualifier, direction, one.high, doubt)

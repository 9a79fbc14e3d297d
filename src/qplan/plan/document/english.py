"""Which figures of an English sentence promise something, and which only describe, count or date.

A sentence of a chapter of goals or work promises unless it states what is or was; of its figures those are left out
to which a rule of ``_RULES`` applies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from qplan.core.quantities import AT_LEAST, AT_MOST, CURRENCY_SIGNS, Quantity
from qplan.plan.document.statements import states_only

#: 50,000 rands (about $6,000): the same sum again.
_CONVERTED = re.compile(r"\d(?: [a-z]+){0,2} \((?:about|approximately|around|some|or|equivalent to)?\s*$")
_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_WARMING = re.compile(r"\bwarming\b|\b(?:an?|for|well)$")
_NUMBERED = re.compile(
    r"\b(?:(?:Goal|Objective|Strategy|Strategie|Target|Action|Table|Figure|Section|Chapter|Part|Article|Annex|Appendix|"
    r"Phase|Tier|Level|Year|Grade|Clas|Stage|Scope|Step|No\.?|Number|Page|Priority|Prioritie|Pillar|Type|"
    r"Category|Categorie|Route|Highway|Zone|Ward|District|Region|Schedule|Band|Agenda|SDG|ISO|SANS|DIN|IFRS|IPSAS|GRI|Quarter|Q|FY|Rule|Regulation|"
    r"Directive|Resolution|Line|Title|Act|Measure|Task|Box|Initiative|Recommendation|Outcome|Age|Index|Vision)s?|"
    r"top|grade|year|age|phase|tier|level|stage|class|(?:scope|goal|target|objective|indicator|stage|tier|level|phase)s?|category|categories)"
    r"(?:\s?\d+(?:\.\d+)?(?:,| and| &|,? or| to|–|-))*\s*$"
)
#: Ranked in the top 50: the lower, the better.
TOP = re.compile(
    r"(?i)\b(?:(?:enter|reach)\w*|(?:be|rank\w*|placed?|remain\w*|stay\w*|established|positioned) (?:[a-z]+ly |ranked |placed )*"
    r"(?:among|in|into|within)) (?:the )?top$"
)
_TIME = re.compile(r"(?i)(?:\w+ )?(?:days?|hours?|weeks?|months?|minutes?|seconds?|years?)$")
_PEOPLE = r"children|adults|women|men|girls|boys|youths?|persons?|people|residents|pupils|infants|those|aged?|ages|under|individuals"
_AGE = re.compile(
    rf"(?i)\b(?:{_PEOPLE}|age groups?)\s*(?:aged|who are|between)?\s*(?:\d+s?\s*(?:to|and over|and|,|-|–)\s*)*$"
)
_OLD = re.compile(r"-?\s*(?:years? (?:old|of age)|old\b|of age\b|and (?:over|under|above)\b|year-old)")
_BASELINE = re.compile(
    r"(?i)\b(?:from|than|compared (?:with|to)|relative to|against|versus|vs\.?|currently|now|today|base(?:line)?(?: of)?:?|instead of|rather than|"
    r"(?:19|20)\d\d(?:[/–-]\d\d)?:|out of|above the|over the|(?<!keep )(?<!maintain )(?<!hold )(?<!retain )the (?:current|present|existing) [a-z]+ of)\s*(?:\(|its |the |a |an |our |their )*"
    r"(?:current(?:ly)? |present |existing |about |around |some |nearly |today's |just |roughly |approximately |average |baseline |level |of |20\d\d )*$"
)
#: Which stands at £61m: a clause that states what is.
_ASIDE = re.compile(
    r"(?i)\s*(?:which|who|that|where) (?:now |currently )?(?:stands?|stood|is|are|was|were|has|have|had)\b"
)
#: We hold reserves of £38,000 and will not let them sink beneath £25,000.
_HELD = re.compile(
    r"(?i)\b(?:we|they) (?:hold|have|own|run|spend|employ)\b(?!.*\b(?:to|will|shall|must|should)\b)"
)
_OF_TOTAL = re.compile(r"(?i)(?:\d|\b[a-z]+) of (?:the |our |its |their |all |these |those |a total of )+$")
_KNOWN = re.compile(
    r"(?i)\b(?:the|these|those|our|its|their|this|that|such|last|past|next|first|same|previous|coming|following|both|into|(?:across|at|in|for|over) all|existing|"
    r"of about|among|between)$"
)
_PARTS_OF_TEXT = re.compile(
    r"(?i)\s*(?:\w+ ){0,3}?(?:phases?|stages?|ways|parts|steps|pillars?|goals?|objectives?|strategies|priorities|themes?|categories|sides|fronts|"
    r"components?|principles?|tracks?|chapters?|sections?|strategic|focus areas?|key areas?|outcomes|actions|targets|indicators|"
    r"dimensions|recommendations|levels|thirds|core values|year plan)\b"
)
_OFTEN = re.compile(r"\s*(?:a|per|each|every|an) (?:year|month|week|day|quarter|hour|fortnight)\b")
#: Comparisons that may describe what is counted: firms with more than 50 staff.
_LOOSE = re.compile(
    r"over|above|under|below|(?:more|less|fewer|greater|longer) than|exceeding|up to|or (?:more|longer|greater|older)|and (?:above|over)"
)
_WHOSE = re.compile(
    r"(?i)\b(?:with|having|employing|earning|containing|worth|measuring|for|serving|exceeding|costing|situated|located|last(?:s|ing)?|"
    r"with an? [^,;]* of|(?:people|women|men|children|[a-z]+(?<!ing)(?<!ion)(?<!sale)(?<!port)(?<!serve)(?<!nue)(?<!profit)(?<!los)s) of)$"
)
#: A noun whose size is described before its verb: buildings over 500 m2 will be insulated.
_SIZED = re.compile(r"(?<!\band)(?<!\bthat)(?<!\bso)(?<!\bin)\s[a-z]{3,}$")
_MODAL = re.compile(r"\b(?:is|are|will|shall|must|should)\b")
#: Deaths within 30 days of surgery will fall by 15%: the time is a condition of what is counted.
_CONDITION = re.compile(
    r"^(?:(?! and\b)[^,;])*\b(?:is|are|will|shall|must|should|(?:from|to|by|below|under|above) (?:[a-z]+ )*(?!20\d\d\b)[$£€]?\d[\d.,]*(?!%? of\b))"
)
_THEN_VERB = re.compile(r"\s*(?:[a-z]+ ){0,3}(?:will|shall|must|should)\b")
_COMPARED = re.compile(
    r"\b(?!high|low|short|great|few|longer\b)[a-z]+er than$|(?<!be )\b(?:rated|graded|classed|ranked|rating|scoring)(?: us| it| them)?$"
)
_GRANT = re.compile(
    r"(?i)\b(?:grants?|loans?|fines?|awards?|vouchers?|subsid(?:y|ies)|payments?|fees?|rebates?|bonus(?:es)?|prizes?|stipends?|penalt(?:y|ies)|"
    r"allowances?|discounts?)(?: of)?$"
)
#: The works cost £3 million, at a cost of £3 million: what is spent on what is done.
_COST = re.compile(r"(?i)[a-z]s? costs?$|\b(?:at|for) (?:an? )?(?:[a-z]+ )?cost of(?: about| around)?$")
#: What stands before a number to call or of a room, and what follows the number of a house.
_CALLED = re.compile(
    r"(?i)(?:\b(?:hotline|helpline|tel|(?:tele|text)phone|fax|(?:emergency|phone|telephone|contact|fax) number|room|extension|P\.?O\.? box)"
    r"|\+\d[\d ]*)\W*$"
)
_STREET = re.compile(r"(?: [A-Z][a-z'’]+){1,3} (?<=\s)(?:Road|Street|Avenue|Lane|Square|Boulevard|Drive)\b")
_AT = re.compile(r"(?:^|[,;:]|\b(?:at|to|in|from|of))$")
_RECEIVES = re.compile(r"\b(?:receive|claim|apply for|be (?:awarded|granted|paid|given))$")
#: What stands before a number in words that counts what is to be done: “will open two”, “Upgrade two”, “and five”.
_WORKS = re.compile(
    r"(?:^|\b(?:will|shall|must|should|to|and|or)(?:\s+|$)|^\s*[A-Z][^,;]*\b(?:and|,)\s+)(?:also\s+)?[A-Za-z]*"
    r"(?:\s+(?:another|a further|an additional|up|out|the other))?$"
)


class EnglishFigure(NamedTuple):
    """A figure with the text on both sides, within its clause."""

    quantity: Quantity
    before: str  #: without the word that compares
    after: str
    written: str  #: the figure as it is written
    rest: str  #: the clauses that follow in the sentence
    earlier: str  #: those before


def promises_in_english(part: str, one: Quantity, sentence: str, asked: bool = False) -> bool:
    """Whether a figure of a clause of an English sentence promises something; ``asked`` where the list of which the
    sentence is an item promises."""
    before = _from_verb(part[: min(one.start, one.word_start)].rstrip(" ("))
    if re.match(rf"[A-Z]*[{CURRENCY_SIGNS}]", one.unit) and _CONVERTED.search(
        part[: min(one.start, one.word_start)]
    ):
        return False
    earlier, _part, rest = sentence.partition(part)
    figure = EnglishFigure(one, before, part[one.end :], part[one.start : one.end].strip(), rest, earlier)
    stated = states_only(sentence, asked) or states_only(earlier + part, asked)
    return not stated and not any(rule(figure) for rule in _RULES)


def _from_verb(before: str) -> str:
    """What stands before a figure, from its verb on: “Safer junctions: rebuild” -> “Rebuild”."""
    _title, colon, rest = before.rpartition(": ")
    rest = rest.lstrip("•·-* ") if colon else rest.lstrip("•·* ")
    return rest[:1].upper() + rest[1:]


def _is_date(figure: EnglishFigure) -> bool:
    """A year, a day of a month."""
    one = figure.quantity
    if one.unit:
        return False
    return bool(
        re.fullmatch(r"(?:19|20)\d\d", figure.written)
        or (re.match(rf"\s*(?:of )?(?:{_MONTH})\b", figure.after) and float(one.value) <= 31)
        or re.search(rf"\b(?:{_MONTH})\.?$", figure.before)
        or (re.fullmatch(r"\d\d", figure.written) and re.search(r"\b(?:FY|20\d\d[/–-])$", figure.before))
    )


def _is_numbering(figure: EnglishFigure) -> bool:
    """Goal 1, Year 6, Scopes 1 and 2, every six months, per 100 people; a quarter of a year, a limit of speed."""
    one = figure.quantity
    if TOP.search(figure.before):
        return False
    if (one.unit in ("mph", "km/h") and not (one.operator and one.word != "to")) or (
        re.match(r"(?:an? )?(?:quarter|half|third)", figure.written, re.IGNORECASE)
        and re.search(r"\b(?:first|second|third|fourth|this|last|next|final|in the)$", figure.before)
    ):
        return True
    if not one.operator and (one.unit in ("kV", "mm") or re.match(r"[\s-]stars?\b", figure.after)):
        return True
    if re.search(
        r"\b(?:every|each|per|after|these|those)(?: public| private)?$", figure.before, re.IGNORECASE
    ):
        return True
    named = (
        one.unit in ("", "m", "B", "M", "t", "k")
        and (one.operator is None or one.word == "to")
        and (_NUMBERED.search(figure.before) or re.search(r"(?<!will|ould|must|hall) number$", figure.before))
    )
    return bool(named)


def _is_name(figure: EnglishFigure) -> bool:
    """911 calls, 01234 567890, room 204, 14 High Street, the 90-90-90 goals, Vision Zero, 7:30, warming of 1.5 degrees: numbers that only name."""
    one, before, after = figure.quantity, figure.before, figure.after
    if (one.unit.startswith("degree") or re.match(r"\s?[°º]", after)) and (
        _WARMING.search(before)
        or re.match(r"\s?[°º]\s?C[- ](?:aligned|path|scen|world|future|limit|goal)", after)
    ):
        return True
    if one.unit:
        return False
    service = re.fullmatch(r"911|999|988|112|111|101|311|211", figure.written)
    return bool(
        (not one.operator and _CALLED.search(before))
        or (_STREET.match(after) and (one.word == "to" or _AT.search(before)))
        or (service and re.match(r"\s*(?:calls?|requests?|answer|emergency|service|number)", after))
        or (figure.written == "Zero" and re.search(r"\w$", before))
        or re.match(r"0\d", figure.written)
        or re.search(
            r"(?<![\d,.])(?:0\d+|\b(?:call|tel|phone|telephone|fax)\W+\d{3,}|\d\d[ :-]\d\d)$", before
        )
        or re.match(r"(?:[ :-]\d\d){2}\b|:\d\d\b", after)
    )


def _is_time(figure: EnglishFigure) -> bool:
    """Four times a year, a two-year review, over five years: time that only passes. It is promised where it is bounded
    or counted (16 hours of training)."""
    one = figure.quantity
    if re.match(r"[\d.,]+-point", figure.written):
        return True
    if one.unit == "times":
        return not one.operator
    if not _TIME.fullmatch(one.unit):
        return False
    if (
        re.match(r"[\d.,\w]+-[a-z]", figure.written)
        or re.match(r"\s*(?i:plan|cycle)\b", figure.after)
        or (one.value in ("24", "7") and _OFTEN.match(figure.after))
    ):
        return True
    counted = re.match(r"\s*of (?!the\b)[a-z]", figure.after)
    if re.fullmatch(r"(?:more|longer) than|over|above", one.word) and one.operator == AT_LEAST:
        return not counted
    met = one.word == "within" and re.search(r"\bbe (?:hit|met|reached|achieved)$", figure.before)
    if (met or one.word == "up to") and re.fullmatch(r"years?|months?", one.unit):
        return True
    if one.operator or one.change:
        return False
    passing = re.search(r"\b(?:after|in|during|for|next)$", figure.before)
    measured = re.search(r"\b(?:time|times|duration|period|delay|hours|target) (?:of|is|to)$", figure.before)
    return not (measured or _OFTEN.match(figure.after) or (counted and not passing))


def _is_age(figure: EnglishFigure) -> bool:
    """Women aged 30 to 49, children under five, 65 and over."""
    one = figure.quantity
    if one.unit not in ("", "years", "months", "year"):
        return False
    bounded = _LOOSE.fullmatch(one.word) or one.word in (
        "",
        "at least",
        "within",
        "to",
        "and under",
        "or under",
    )
    are = (
        re.search(r"\b(?:are|is)$", figure.before)
        and one.word
        and _LOOSE.fullmatch(one.word)
        and not one.unit
    )
    return bool(
        _OLD.match(figure.after)
        or are
        or (bounded and _AGE.search(f"{figure.earlier.strip()} {figure.before}".strip()))
    )


def _is_baseline(figure: EnglishFigure) -> bool:
    """From 9% (to 18%), currently 51%, up from 83 per cent, 12% less than in 2018, 30 of our 148."""
    one, compared = figure.quantity, bool(re.search(r"\bcompared$", figure.before, re.IGNORECASE))
    if _ASIDE.match(figure.before + " "):
        return True
    if one.change or one.word == "by" or (one.word == "to" and not compared):
        return False
    before = figure.before + " "
    return (
        compared
        or bool(re.match(r"\s*(?:today|now|at present|currently)\b", figure.after))
        or bool(re.search(r"\b(?:inflation|CPI|RPI) (?:plus|minus) $", before))
        or bool(re.search(r"\bout of $", before) or _OF_TOTAL.search(before))
        or (not one.operator and bool(_BASELINE.search(before) or _HELD.search(before)))
    )


def _is_restated(figure: EnglishFigure) -> bool:
    """Halve the rate from 20% to 10%; 12,000 hectares, 5,000 more than at present; 50,000 rands (about $6,000)."""
    more = r"\s*(?:more|fewer|less) than (?:at present|now|today|currently)\b"
    return bool(not figure.before and re.match(more, figure.after)) or bool(
        re.match(r"(?:halv|doubl|tripl)", figure.written, re.IGNORECASE)
        and re.search(
            rf"\bto (?:at least |about |less than |no more than )?[{CURRENCY_SIGNS}]?\d",
            figure.after + figure.rest[:40],
        )
    )


def _is_known(figure: EnglishFigure) -> bool:
    """The eight most dangerous, in the next five years, our 148 buildings, five goals; one, two where no verb counts it."""
    one = figure.quantity
    if _PARTS_OF_TEXT.match(figure.after) and not one.unit and not (one.operator and one.word != "to"):
        return True
    if (
        one.chinese
        and one.value != "0"
        and not one.operator
        and not one.unit
        and not _WORKS.search(figure.before)
    ):
        return True
    if (
        one.chinese
        and not one.unit
        and re.match(r"\s*of (?:which|whom|these|them) (?:are|is|were|have|had)\b", figure.after)
    ):
        return True
    vague = one.unit in ("", "day") or not (one.operator or "illion" in one.unit)
    if one.chinese and one.value == "1" and not one.change and vague:
        return True
    if not one.unit and re.search(
        r"\b(?:issued|signed|adopted|published|agreed|prepared|approved|endorsed) by$", figure.before
    ):
        return True
    ended = re.search(r"\b(?:close|eliminate|clear|fill|bridge) (?:the|our|its|this)$", figure.before)
    return not (one.operator or one.unit == "%" or ended) and bool(_KNOWN.search(figure.before))


def _describes(figure: EnglishFigure) -> bool:
    """Buildings over 500 m2, firms with more than 50 staff, older than 60, within 400 m of a park, deaths within 30 days."""
    one = figure.quantity
    if one.word == "within":
        length = re.fullmatch(r"k?m|(?:kilo)?met(?:re|er)s?|miles?|feet", one.unit)
        condition = not _MODAL.search(figure.before) and _CONDITION.search(figure.after)
        return bool(length or condition) or not (one.unit or one.high)
    bounded = one.operator == AT_MOST and one.word in (
        "more than",
        "longer than",
        "over",
    )  # nobody waits for …
    share = one.unit == "%" and not re.search(
        r"\b(?:earning|containing|measuring|paying|worth)$", figure.before
    )
    loose = not share and not bounded and bool(one.word) and bool(_LOOSE.fullmatch(one.word))
    counted = re.search(
        r"\b(?:number|percent(?:age)?|proportion|share) of .*[a-z]{3}ing( [^,;]*)?$", figure.before
    )
    counted = counted if not (counted and counted[1]) or _TIME.fullmatch(one.unit) else None
    whose = (loose and one.word != "up to" and _WHOSE.search(figure.before)) or (
        counted and _LOOSE.fullmatch(one.word)
    )
    sized = loose and _SIZED.search(figure.before) and _THEN_VERB.match(figure.after)
    part = (
        loose and not _TIME.fullmatch(one.unit) and re.search(r"(?:%|per ?cent) of [a-z ]+$", figure.before)
    )
    return bool(_COMPARED.search(figure.before) or whose or sized or part)


def _is_granted(figure: EnglishFigure) -> bool:
    """Grants of up to $5,000, works that cost $5,000: what an applicant gets or what is spent, not what is reached."""
    money = (
        re.match(rf"[A-Z]{{0,3}}[{CURRENCY_SIGNS}]", figure.quantity.unit) and figure.quantity.word != "to"
    )
    received = _RECEIVES.search(figure.before) and not _TIME.fullmatch(figure.quantity.unit)
    each = money and not figure.quantity.operator and re.match(r"\s*each\b", figure.after)
    spent = not figure.quantity.operator and figure.quantity.unit != "%" and _COST.search(figure.before)
    return bool(received or each or spent or (money and _GRANT.search(figure.before)))


_RULES: tuple[Callable[[EnglishFigure], bool], ...] = (
    _is_date,
    _is_numbering,
    _is_name,
    _is_time,
    _is_age,
    _is_baseline,
    _is_restated,
    _is_known,
    _describes,
    _is_granted,
)

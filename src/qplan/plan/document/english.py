"""Which figures of an English sentence promise something, and which only describe, count or date.

A sentence of a chapter of goals or work promises unless it states what is or was; of its figures those are left out
to which a rule of ``_RULES`` applies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from qplan.core.quantities import AT_LEAST, AT_MOST, CURRENCY_SIGNS, Quantity

#: Words by which a sentence asks for something, whatever else it states.
_ASKS = re.compile(
    r"\b(?:will|shall|must|should|ought to|is to|are to|needs? to|wants? to|aims?|seeks?|(?:targets?|goals?) (?:is|are|of)|plans? to|planned|intends?|"
    r"commit(?:s|ted|ment)? to|pledge\w*|within|at least|at most|no (?:more|fewer|less|later|longer|higher) than|not (?:more|less|fewer) than|"
    r"ensur\w+|by (?:the )?(?:end|close|start|beginning|mid|early|late|spring|summer|autumn|fall|winter|20[2-9]\d|FY|fiscal|January|"
    r"February|March|April|May|June|July|August|September|October|November|December|\d{1,2} [A-Z]))\b|^\W*(?:all|every|no|zero)\b|"
    r"\b(?:is|are) (?:targeted|expected|due|scheduled|increased|reduced|raised|lowered|cut|brought|kept|held|maintained|expanded|extended|shortened|doubled|halved|built|"
    r"created|opened|hired|trained|invested|established|introduced|installed|renovated|provided|launched|planted|restored|replaced)\b",
    re.IGNORECASE,
)
#: Finite verbs of sentences that state what is or was; a participle (built, trained) is one before its object alone.
_STATES = re.compile(
    r"(?<!-)\b(?:is|was|were|has|have|had|did|does|there are|accounts? for|makes? up|represents?|stands? at|serves|lives?(?! births?)|"
    r"employs?|contains?|operates?|consumes?|generates?|contributes?|lacks?|suffers?|owns|administers?|manages?|"
    r"stood|grew|fell|rose|took|ran|gave|saw|came|went|began|became|said)\b(?!-| (?:to|by) be\b)"
    r"|[a-z\d] (?!\w*eed\b|(?:aged|reduced|estimated|improved|combined)\b)"
    r"(?:[a-z]{2,}ed|built|spent|won|sold|bought|brought|taught|sent|lost|met|made|found|held|paid|left|led to) "
    r"(?:(?:an?|the|its|their|our|about|nearly|over|some|almost|around|just|only|more|than|total|of|further|all) )*"
    rf"(?:(?:[A-Z]{{1,3}})?[{CURRENCY_SIGNS}]?\d|(?:all|most|none) of\b)"
    r"|[a-z\d] (?!\w*eed\b)[a-z]{3,}ed (?:the|an?|its|our|their|this|us)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:last|previous|past) (?:\w+ )?(?:year|years|decade|months)\b|\bto date\b|\bso far\b|\balready\b|\bcurrently\b|\bat present\b|"
    r"\btoday\b|\bas of\b|\bsince (?:19|20)\d\d\b|\bin recent years\b|\bis estimated\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|whom|that|which|where|whose)\b[^,;]*", re.IGNORECASE)
_MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_NUMBERED = re.compile(
    r"\b(?:(?:Goal|Objective|Strategy|Strategie|Target|Action|Table|Figure|Section|Chapter|Part|Article|Annex|Appendix|"
    r"Phase|Tier|Level|Year|Grade|Clas|Stage|Scope|Step|No\.?|Number|Page|Priority|Prioritie|Pillar|Type|"
    r"Category|Categorie|Route|Highway|Zone|Ward|District|Region|Schedule|Band|Agenda|SDG|ISO|SANS|DIN|IFRS|IPSAS|GRI|Quarter|Q|FY|Rule|Regulation|"
    r"Directive|Resolution|Line|Title|Act|Measure|Task|Box|Initiative|Recommendation|Outcome|Age|Index|Vision)s?|"
    r"top|grade|year|age|phase|tier|level|stage|category|class)"
    r"(?:\s?\d+(?:\.\d+)?(?:,| and|,? or| to|–|-))*\s*$"
)
_TIME = re.compile(r"(?:\w+ )?(?:days?|hours?|weeks?|months?|minutes?|seconds?|years?)$")
_PEOPLE = r"children|adults|women|men|girls|boys|youths?|persons?|people|residents|pupils|infants|those|aged?|ages|under|individuals"
_AGE = re.compile(
    rf"\b(?:{_PEOPLE})\s*(?:aged|who are|between)?\s*(?:\d+\s*(?:to|and|-|–)\s*)?$", re.IGNORECASE
)
_OLD = re.compile(r"-?\s*(?:years? (?:old|of age)|old\b|of age\b|and (?:over|under|above)\b|year-old)")
_BASELINE = re.compile(
    r"\b(?:from|than|compared (?:with|to)|relative to|against|versus|vs\.?|currently|now|today|base(?:line)?(?: of)?:?|instead of|rather than|"
    r"(?:19|20)\d\d:|out of|above the|over the)\s*(?:\(|its |the |a |an |our |their )*"
    r"(?:current(?:ly)? |present |existing |about |around |some |nearly |today's |just |roughly |average |baseline |level |of |20\d\d )*$",
    re.IGNORECASE,
)
#: Which stands at £61m: a clause that states what is.
_ASIDE = re.compile(
    r"\s*(?:which|who|that|where) (?:now |currently )?(?:stands?|stood|is|are|was|were|has|have|had)\b",
    re.IGNORECASE,
)
#: We hold reserves of £38,000 and will not let them sink beneath £25,000.
_HELD = re.compile(
    r"\b(?:we|they) (?:hold|have|own|run|spend|employ)\b(?!.*\b(?:to|will|shall|must|should)\b)",
    re.IGNORECASE,
)
_OF_TOTAL = re.compile(
    r"(?:\d|\b[a-z]+) of (?:the |our |its |their |all |these |those |a total of )+$", re.IGNORECASE
)
_KNOWN = re.compile(
    r"\b(?:the|these|those|our|its|their|this|such|last|past|next|first|same|previous|coming|following|both|into|(?:across|at|in|for|over) all|existing|"
    r"of about|among|between)$",
    re.IGNORECASE,
)
_PARTS_OF_TEXT = re.compile(
    r"\s*(?:\w+ )?(?:phases?|stages?|ways|parts|steps|pillars?|goals?|objectives?|strategies|priorities|themes?|categories|sides|fronts|"
    r"components?|principles?|tracks?|chapters?|sections?|strategic|focus areas?|key areas?|outcomes|actions|targets|indicators|"
    r"dimensions|recommendations|levels|thirds|core values|year plan)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(r"\s*(?:a|per|each|every|an) (?:year|month|week|day|quarter|hour|fortnight)\b")
#: Comparisons that may describe what is counted: firms with more than 50 staff.
_LOOSE = re.compile(
    r"over|above|under|below|(?:more|less|fewer|greater|longer) than|exceeding|up to|or (?:more|longer)|and (?:above|over)"
)
_WHOSE = re.compile(
    r"(?<!area )(?<!capacity )(?<!total )(?<!rate )(?<!reserve )(?<!time )(?<!score )(?<!cost )(?<!level )(?<!value )(?<!length )"
    r"(?<!share )(?<!ratio )(?<!average )\b(?:with|having|employing|earning|containing|worth|measuring|of|for|serving|exceeding|costing|situated|located|last(?:s|ing)?)$",
    re.IGNORECASE,
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
    r"\b(?:grants?|loans?|fines?|awards?|vouchers?|subsid(?:y|ies)|payments?|fees?|rebates?|bonus(?:es)?|prizes?|stipends?|penalt(?:y|ies)|"
    r"allowances?|discounts?)(?: of)?$",
    re.IGNORECASE,
)
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


def states_only(sentence: str) -> bool:
    """Whether an English sentence states what is or was and asks for nothing."""
    sentence = re.sub(r"\([^()]*\)", "", sentence)
    return not _ASKS.search(sentence) and bool(
        _PAST.search(sentence) or _STATES.search(_RELATIVE.sub("", sentence))
    )


def states_past(sentence: str) -> bool:
    """Whether an English sentence that names a past year states what was then."""
    return states_only(sentence) or (
        not _ASKS.search(sentence) and bool(re.search(r"\b[a-z]{2,}ed\b", sentence))
    )


def promises_in_english(part: str, one: Quantity, sentence: str) -> bool:
    """Whether a figure of a clause of an English sentence promises something."""
    before = _from_verb(part[: min(one.start, one.word_start)].rstrip(" ("))
    rest = sentence[sentence.find(part) + len(part) :]
    figure = EnglishFigure(one, before, part[one.end :], part[one.start : one.end].strip(), rest)
    return not states_only(sentence) and not any(rule(figure) for rule in _RULES)


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
    if (one.unit in ("mph", "km/h") and not (one.operator and one.word != "to")) or (
        re.match(r"(?:an? )?(?:quarter|half|third)", figure.written, re.IGNORECASE)
        and re.search(r"\b(?:first|second|third|fourth|this|last|next|final|in the)$", figure.before)
    ):
        return True
    if not one.operator and (one.unit in ("kV", "mm") or re.match(r"[\s-]stars?\b", figure.after)):
        return True
    service = re.fullmatch(r"911|999|988|112|111|101|311|211", figure.written)
    if re.match(r":\d\d\b", figure.after) or (
        service and re.match(r"\s*(?:calls?|requests?|answer|emergency|service|number)", figure.after)
    ):
        return True
    if re.search(r"\b(?:every|each|per)(?: public| private)?$", figure.before, re.IGNORECASE):
        return True
    named = (
        one.unit in ("", "m", "B", "M", "t", "k")
        and (one.operator is None or one.word == "to")
        and (_NUMBERED.search(figure.before) or re.search(r"(?<!will|ould|must|hall) number$", figure.before))
    )
    return bool(named)


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
    if re.match(r"[\d.,\w]+-[a-z]", figure.written) or (
        one.value in ("24", "7") and _OFTEN.match(figure.after)
    ):
        return True
    counted = re.match(r"\s*of (?!the\b)[a-z]", figure.after)
    if re.fullmatch(r"(?:more|longer) than|over|above", one.word) and one.operator == AT_LEAST:
        return not counted
    if one.word == "up to" and re.fullmatch(r"years?|months?", one.unit):
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
    return bool(_OLD.match(figure.after) or are or (bounded and _AGE.search(figure.before)))


def _is_baseline(figure: EnglishFigure) -> bool:
    """From 9% (to 18%), currently 51%, up from 83 per cent, 12% less than in 2018, 30 of our 148."""
    one, compared = figure.quantity, bool(re.search(r"\bcompared$", figure.before, re.IGNORECASE))
    if one.change or one.word == "by" or (one.word == "to" and not compared):
        return False
    before = figure.before + " "
    return (
        compared
        or bool(_ASIDE.match(before))
        or bool(re.match(r"\s*(?:today|now|at present|currently)\b", figure.after) and not one.operator)
        or bool(re.search(r"\b(?:inflation|CPI|RPI) (?:plus|minus) $", before))
        or bool(re.search(r"\bout of $", before) or _OF_TOTAL.search(before))
        or (not one.operator and bool(_BASELINE.search(before) or _HELD.search(before)))
    )


def _is_restated(figure: EnglishFigure) -> bool:
    """Halve the rate from 20% to 10%; 12,000 hectares, 5,000 more than at present: the figures say it again."""
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
    vague = one.unit in ("", "day") or not (one.operator or "illion" in one.unit)
    if one.chinese and one.value == "1" and not one.change and vague:
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
    whose = loose and one.word != "up to" and _WHOSE.search(figure.before)
    sized = loose and _SIZED.search(figure.before) and _THEN_VERB.match(figure.after)
    part = (
        loose and not _TIME.fullmatch(one.unit) and re.search(r"(?:%|per ?cent) of [a-z ]+$", figure.before)
    )
    return bool(_COMPARED.search(figure.before) or whose or sized or part)


def _is_granted(figure: EnglishFigure) -> bool:
    """Grants of up to $5,000: what an applicant gets, not what is reached."""
    money = (
        re.match(rf"[A-Z]{{0,3}}[{CURRENCY_SIGNS}]", figure.quantity.unit) and figure.quantity.word != "to"
    )
    received = _RECEIVES.search(figure.before) and not _TIME.fullmatch(figure.quantity.unit)
    each = money and not figure.quantity.operator and re.match(r"\s*each\b", figure.after)
    return bool(received or each or (money and _GRANT.search(figure.before)))


_RULES: tuple[Callable[[EnglishFigure], bool], ...] = (
    _is_date,
    _is_numbering,
    _is_time,
    _is_age,
    _is_baseline,
    _is_restated,
    _is_known,
    _describes,
    _is_granted,
)

"""Numbers, units and comparisons in English sentences: at least 95%, one in three, halve, $1.5bn, within 30 days.

:func:`qplan.core.quantities.find_quantities` reads Chinese and calls :func:`find_english` for any other text. The
grammar: an amount is a currency, a number, a unit and a rate; a figure is an amount, or two that a joint (to, –, and,
in, out of, of) makes a range, a change or a share; a comparison stands before or after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from qplan.core.quantities import (
    AT_LEAST,
    AT_MOST,
    CURRENCY_SIGNS,
    DOWN,
    EXACTLY,
    UP,
    Quantity,
    share,
    two_places,
)

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]  # fmt: skip
_NUMBERS = (
    {word: value for value, word in enumerate(_ONES)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {"nil": 0, "no": 0, "a": 1, "an": 1}
)
_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10,
}  # fmt: skip
#: Verbs that multiply what there is -> how many times it is then, or its share in percent.
_MULTIPLES = {"doubl": "2", "tripl": "3", "trebl": "3", "quadrupl": "4", "halv": "50"}
#: 5 minutes 12 seconds: the smaller unit -> how the greater one begins, and how many make it.
_RESTS = {
    "second": ("min", 60), "minute": ("h", 60), "hour": ("day", 24), "day": ("week", 7), "month": ("year", 12),
}  # fmt: skip
_SHORT = {"m": "million", "mn": "million", "bn": "billion", "b": "billion", "k": "thousand", "tn": "trillion"}

# -- the grammar of an amount

_DIGITS = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:\.\d+)?"
#: No fatal accidents and no spills: a goal without a verb.
_NO = (
    r"(?:^|(?<=[a-z] and )|(?<=\bbe ))no(?= (?!more|less|fewer|later|longer|one)(?:[a-z-]+ ){0,3}"
    r"(?:accidents?|incidents?|deaths?|fatalit(?:y|ies)|injur(?:y|ies)|diseases?|spills?|breaches|infections?|losses|outbreaks?|complaints?)"
    r"(?: and no |\s*[.;,]|\s*$))"
)
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(reversed(_ONES))}|nil|{_NO})\b(?!-)"
#: No longer than a year: one of it.
_ONE = r"(?:(?<=than )|(?<=within ))an?(?=\s(?:hour|day|week|month|year)\b)"
_CURRENCY = rf"(?:(?-i:US|AU|NZ|HK|CA|[ACSR]))?[{CURRENCY_SIGNS}]|(?:USD|EUR|GBP|RMB|CNY|INR|Rs\.?|KES|NGN|ZAR|AUD|CAD|CHF|DKK|SEK|NOK|PLN|CZK|HUF|RON|GH[¢S]|PKR|BDT|UGX|TZS|RWF|NZD|SGD|BRL)(?=\s?\d)|(?-i:R)(?=\d)"
_LARGE = r"(?:(?:hundred |thousand |lakh )?(?:million|billion|trillion|crore)|lakhs?|thousand|hundred)"
_TIME = r"(?:(?:working|business|calendar|full|clear|school)\s)?(?:day|hour|week|month|minute|min|second|year|hr)s?"
#: Units with the prefixes of powers of ten; their letters are as written, so that 5G and 4K are none.
_METRIC = (
    r"(?-i:(?:[kMGTµμun]|(?:[Kk]ilo|[Mm]ega|[Gg]iga|[Mm]illi|[Mm]icro))?(?:[Ww]att(?:s|[ -]hours?)?|[Mm]et(?:re|er)s?|[Gg]rams?|[Ll]it(?:re|er)s?|"
    r"[Tt]onnes?|Wh?p?|tCO2e?|toe|bps|V)|[kcm]?m[23²³]?|[kmµμu]g|g(?=/)|[kMGm]?t|[TPG]B|P(?:Flops)?|m?l|dB(?:\(A\))?|ha)"
)
_MEASURE = (
    rf"(?:(?:[a-z]+-)?(?:km|kilomet(?:re|er)s|miles|days)|{_TIME}|{_METRIC}(?:\s?CO2e?)?(?:/{_METRIC}|\sper (?:cubic|square) met(?:re|er))?|km/h|mph|(?:metric\s)?ton(?:ne)?s?(?:\s?CO2e?)?|"
    r"(?:square|cubic|linear|sq\.?)\s(?:feet|foot|ft|met(?:re|er)s?|kilomet(?:re|er)s?|k?m|miles?|yards?)|hectares?|acres?|acre-feet|mu|cents?|pence|"
    r"miles?|feet|ft|inches|gallons?|barrels?|yuan|RMB|dollars|euros?|pounds?|rupees?|crowns?|kron[aeo]r?|francs?|pesos?|shillings?|naira|"
    r"rands?|EUR|USD|GBP|yen|won|lira|dirhams?|riyals?|points?|times|fold|decibels|degrees?)(?![\w²³]|/(?!ye?a?r\b))"
)
_UNIT = (
    rf"per ?cent(?:age[ -]points?)?\b|(?:out of|in) (?:every|a) hundred\b|%(?:\s?points?\b|-points?\b)?|(?:(?:p|\s?cents?|\s?pence) )(?:in|of|out of) (?:every|each) (?:pound|dollar|euro|rand)\b|per (?:thousand|mille)\b(?!\s[a-z])|percentage[ -]points?\b|pp\b|(?-i:(?<=\d)p)(?= (?:or|per|an?|each)\b|[,.;)]|$)|"
    rf"{_LARGE}(?:\s{_MEASURE})?\b|{_MEASURE}|(?-i:mn|bn|tn|cr|k|m|M|B)\b"
)
#: A rate of events: 70 per 100,000 live births.
_RATE = (
    r"(?:per|for every|(?:in|out of) every (?!100\b)) ?(?:\d[\d,]{2,}|(?:\d+ )?(?:million|lakh)|thousand|hundred thousand)"
    r"(?: (?!(?:by|in|or|and|per|to|from|at|a|each|on)\b)[a-z-]+){0,2}"
)


def _amount(name: str) -> str:
    return (
        rf"(?:(?P<{name}_currency>{_CURRENCY})\s?)?(?P<{name}>{_DIGITS}|(?<!net ){_WORD}|{_ONE})"
        rf"(?:(?:\s*|-)(?P<{name}_unit>{_UNIT})(?:,? (?:and )?(?P<{name}_rest>\d+) (?P<{name}_part>{'|'.join(_RESTS)})s?\b)?)?(?:\s(?P<{name}_rate>{_RATE})|(?=(?:\s[a-z-]+){{1,3}}?\s(?P<{name}_ratio>{_RATE})))?(?![A-Za-z0-9_]|\.\d|/\d)"
    )


#: “In” and “of” before a number of days or years are no joint: 9 out of 10 is a share, 90 in 30 days is none.
_JOINT = r":(?=1\b)|(?<=\b1):(?=\d)|\s*[-—–~]\s*|(?:\s\([^()]{1,40}\)(?: per [a-z]+)?|\sin (?:FY ?)?(?:19|20)\d\d(?:[/–-]\d\d)?)?(?:,?\s(?:last year|today|now|at present|currently))?,?\s(?:to|→|->)\s|\s(?:and|or|in(?: every)?|out of(?: every)?|of(?: every)?)\s"
_FIGURE = re.compile(
    rf"\b(?P<multiple>doubl|tripl|trebl|quadrupl|halv)(?:es?|ed|ing)\b(?![ -]?(?:digit|glaz|track|deck|shift|count|check|jab|vaccin|line|bottom)| (?:billion|million|win))"
    r"|\b(?P<often>twice)(?=\s(?:a|per|each|every|yearly|daily|weekly|monthly)\b)"
    rf"|\b(?:(?:one|1) (?:[a-z]+|[a-z]+ [a-z]+(?= in(?: every)? \w+(?: (?:on|of|will|should|is|has|to|by)\b|[,.;)]|$))) in|(?P<ones>{_WORD}|\d{{1,2}}) [a-z]+ (?:out of|in(?= ten (?:on|of|are|is|will|should|have|to|by)\b| ten(?:[,.;)]|$))))(?: every)? (?P<one_in>{_WORD}|\d{{1,3}})(?=\s(?!{_TIME}\b)|[,.;)]|$)"
    r"|(?<![\w-])(?:(?P<above>an?|(?P<sure>one|two|three|four|five|seven|nine))[ -])?(?P<part>half|halve|third|quarter|fourth|fifth|sixth|eighth|tenth)"
    r"(?:(?(sure)s?\b(?!-)|(?!))|(?(above)s\b|(?!))|s?(?=\s(?:of|in|lower|higher|fewer|more|for|the|its|their|all|our|from|by|between|since|at|over|within|against|compared|below|less|to|will|should|must|shall)\b|[,.;)]|\s*$|\s(?:premature|[a-z]+ (?:mortality|emissions|deaths|use|waste))))"
    r"|(?<![\w./+-])(?P<top>\d{1,2})/(?P<bottom>\d{1,2})(?![\d/])"
    rf"|(?<![\w./+–-])(?<!\d:){_amount('first')}(?:(?P<joint>{_JOINT})(?:about |around )?{_amount('second')}(?![-–]\d))?",
    re.IGNORECASE,
)
#: Every figure has one of these; a text without any is not searched further.
_MAY_COUNT = re.compile(
    rf"\d|\b(?:twice|nil|no|{'|'.join((*_ONES, *_TENS, *_PARTS, *_MULTIPLES))})|{_ONE}", re.IGNORECASE
)
#: A number in words that is part of a name: zero carbon, one way.
_NAME = re.compile(r"\s(?:carbon|emissions?|waste|tolerance|net|stop|way|off|third|quarter|fifth|tenth)\b")
#: No more than 290 tonnes in the first year and 305 tonnes: the comparison holds for both.
_AND = re.compile(r"[^,;.]{0,60}\band ")
_BETWEEN = re.compile(r"\b(?:between|from) (?:about |around )?$", re.IGNORECASE)
_NO_SHARE = re.compile(r"\b(?:score|rating|average|satisfaction|grade) of $", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")

# -- the grammar of a comparison

_MORE = r"(?:more|greater|higher|longer|later|further|farther|faster|larger|bigger) than|(?<=\bto )top|over|above|beyond|exceed(?:s|ing)?"
_LESS = r"(?:less|fewer|lower|shorter|slower|closer|nearer|smaller) than|under|below|beneath"
_FLOOR = r"at least|a minimum of|minimum(?: of)?|at or above|reach(?:es|ing)?|upwards of|[≥>]=?"
_CAP = r"at most|within|inside|at or below|(?:at least )?as low as|capped at|up to|a maximum of|maximum(?: of)?|or less than|[≤<]=?"
_WORD_BEFORE = re.compile(
    rf"(?:(?<![\w-])|(?=[≥≤<>]))(?P<word>(?:(?:to|in|stay|remain) )?(?:(?P<negated>no|(?:not(?! only)|[a-z]+n['’]t|never|no longer)(?: [a-z]+){{0,5}}) )?(?:(?P<more>{_MORE})|(?P<less>{_LESS}))"
    rf"|(?:to )?(?:(?P<floor>{_FLOOR})|(?P<cap>{_CAP}))|(?P<exact>exactly)|to|by|at|in)(?P<thing>\s+an? (?!maximum|minimum)[a-z]+(?: [a-z]+)? of)?"
    r"\s*(?:about|around|approximately|roughly|some|an? (?:additional|estimated|further|average of|total of|annual)|another|a)?\s*$",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(
    rf"\s*(?:{_UNIT})?\s*(?:[a-z]+ )?(?P<word>(?P<floor>or (?:more|above|higher|greater|over|better|longer)|and (?:above|over)|minimum)|"
    r"or (?:less|fewer|below|lower|under|shorter)|maximum|and (?:below|under))\b",
    re.IGNORECASE,
)
_ROUND = re.compile(r"\b(?:about|around|approximately|roughly|some|nearly|almost)\s*$", re.IGNORECASE)
#: Of “raise … to” and “reduce … to” the last verb before a figure decides what “to” and “by” ask for.
_LAST_VERB = re.compile(
    r"^(?:.*\b(?:(?P<less>reduc|cut|lower|short|decreas|fall|drop|narrow|shrink|declin|down\b|slash|sav(?!ings)|halv|minimi[sz]|trim|clos(?=e\b|ed|es|ing)|"
    r"keep[^,;]* down|(?P<cap>cap(?=\b|ped|s\b)|limit|hold(?!er| steady| firm)|held|restrict|contain))|"
    r"(?:rais|increas(?!es? in\b)|grow|ris|expand|extend|lift|(?P<better>improv)|boost|up\b|widen|lengthen|enlarg|bring|scal|accelerat|strengthen|mov(?=e|ing)|switch|shift|transition)))\w*\b",
    re.IGNORECASE | re.DOTALL,
)
#: A 30% reduction in deaths, 500 fewer people, 12% below 2024 levels.
_CHANGE_AFTER = re.compile(
    r"\s+(?:[a-z]+ )?(?:(?P<less>reduction|decrease|cut|fall|drop|decline)|increase|rise|growth|improvement|uplift) (?:in|of)\b"
    r"|\s+(?P<fewer>fewer|less) (?!than\b)[a-z]"
    r"|\s+(?:(?P<below>below|under|less than|lower than|down (?:on|from)|down)|above|more than|over|higher than|up on|up)"
    r" (?:the |on |in )?(?:(?:19|20)\d\d|baseline|\w+ levels?\b|current|today)"
)
#: “No resident lives more than 30 minutes away” asks for less.
_NONE = re.compile(r"\b(?:no(?! longer)|none|nobody|never)\b[^,;]*$", re.IGNORECASE)
_OTHER_VERB = re.compile(r"\b(?:will|shall|must|should|is|are)\b", re.IGNORECASE)
#: Of time “or better” is less, and “in” bounds it where it is short.
_SMALL = re.compile(_TIME)
_SOON = re.compile(r"(?:[a-z]+ )?(?:day|hour|minute|second)s?")
_FROM = re.compile(
    r"\bfrom (?:(?:an?|the|its|about|around|some|nearly|over|under|just|current|present|average|baseline|level|of|(?:19|20)\d\d) )*$|\b(?:grades?|phase|tier|level|class) $",
    re.IGNORECASE,
)
#: How far before a figure a word of its own stands, one that asks for something, and the verb of that word.
_NEAR, _REACH, _FAR = 24, 64, 160


class _Amount(NamedTuple):
    """A number with its currency, unit and rate."""

    start: int
    end: int
    value: str
    currency: str
    unit: str
    rate: str
    in_words: bool

    @property
    def whole_unit(self) -> str:
        """Currency, unit and rate as a plan writes them: $ million, per 100,000 live births."""
        unit = _SHORT.get(self.unit.lower(), self.unit) if self.currency else self.unit
        return " ".join(filter(None, (self.currency, unit, self.rate)))

    @property
    def is_year(self) -> bool:
        """Whether it is a year."""
        return bool(_YEAR.fullmatch(self.value)) and not self.whole_unit

    def quantity(self, **others: Any) -> Quantity:
        """The figure that it is, with these other values."""
        own = Quantity(
            self.start, self.end, self.value, self.whole_unit, None, "", self.start, None, self.in_words
        )
        return own._replace(**others)


def find_english(text: str) -> Iterator[Quantity]:
    """Every figure of an English text, from left to right."""
    if not _MAY_COUNT.search(text):
        return
    place = 0
    last: Quantity | None = None
    while found := _FIGURE.search(text, place):
        one, place = _of_amounts(text, found) if found["first"] else (_of_words(found), found.end())
        if one is None:
            continue
        if one.change is None:
            one = one if one.operator else _bounded_before(text, one)
            one = _bounded_after(text, one)
        if last and last.operator and one.operator is None and one.unit == last.unit != "":
            both = _AND.fullmatch(text[last.end : one.start])
            one = one._replace(operator=last.operator, word=last.word) if both else one
        if last and last.unit and not one.unit and one.word == last.word == "within":
            one = one._replace(unit=last.unit)  # within 14 days, complaints within 5
        last = one
        yield one


def _of_words(found: re.Match[str]) -> Quantity | None:
    """The figure of a match that is no amount: halve, one child in three, a quarter, 3/4; None where it is no share."""
    start, end = found.span()
    if verb := found["multiple"]:
        value = _MULTIPLES[verb.lower()]
        unit, turn = ("%", DOWN) if value == "50" else ("times", UP)
        return Quantity(start, end, value, unit, AT_LEAST, found[0], start, None, True, turn)
    if found["often"]:
        return Quantity(start, end, "2", "times", None, "", start, None, True)
    if part := found["part"]:
        above = (found["above"] or "one").lower()
        percent = share(1 if above in ("a", "an") else _NUMBERS[above], _PARTS[part.lower()])
    elif found["one_in"]:
        percent = share(_number(found["ones"] or "1"), _number(found["one_in"]))
    else:
        percent = share(int(found["top"]), int(found["bottom"]))
    return Quantity(start, end, percent, "%", None, "", start, None, not found["top"]) if percent else None


#: What two amounts and the joint between them mean.
_ALONE, _SHARE, _WHOLE, _PER_ONE, _CHANGE, _RANGE, _YEARS = range(7)


def _of_amounts(text: str, found: re.Match[str]) -> tuple[Quantity | None, int]:
    """The figure of one amount or of two that are joined, and where the search goes on."""
    first = _read(found, "first")
    second = _read(found, "second") if found["joint"] else first
    meaning = _meaning(text, found["joint"].strip().lower(), first, second) if found["joint"] else _ALONE
    end = second.end
    if meaning == _ALONE:
        return (None if first.in_words and _NAME.match(text, first.end) else first.quantity()), first.end
    if meaning == _YEARS:
        return None, end
    if meaning == _PER_ONE:
        return second.quantity(start=first.start, word_start=first.start), end
    if meaning == _WHOLE:
        return first.quantity(end=end), end
    if meaning == _SHARE:
        value, end = share(Decimal(first.value), Decimal(second.value)), found.end("second")
        return first.quantity(end=end, value=value, unit="%", chinese=True) if value else None, end
    if meaning == _RANGE:
        between = _BETWEEN.search(_before(text, first.start, _NEAR))
        joined = second._replace(currency=first.currency or second.currency, unit=second.unit or first.unit)
        begin = first.start - len(between[0] if between else "")
        return first.quantity(end=end, unit=joined.whole_unit, word_start=begin, high=second.value), end
    begun = _FROM.search(_before(text, first.start, _NEAR))
    begin = first.start - len(begun[0] if begun else "")
    joined = second._replace(unit=second.unit or (first.unit if begun else ""))
    operator = _direction(first, second, _before(text, begin, _FAR))
    return joined.quantity(operator=operator, word="to", word_start=begin), end


def _meaning(text: str, joint: str, first: _Amount, second: _Amount) -> int:
    """What two amounts mean, from what joins them and stands beside them."""
    before = _before(text, first.start, _NEAR)
    low, high = Decimal(first.value), Decimal(second.value)
    if joint == "of":
        plain = not (first.whole_unit or second.whole_unit or second.is_year)
        return (_SHARE if high in (10, 100) else _WHOLE) if plain and low < high else _ALONE
    if re.match(r"(?:out )?of|in\b(?!.*(?:to|→|>)$)", joint):
        plain = first.whole_unit == second.currency and not (re.search(rf"%|{_TIME}", second.unit))
        if re.fullmatch(_TIME, first.unit) and not second.whole_unit and low < high < 100:
            return _ALONE if re.match(r"\s[a-z]", text[second.end :]) else _WHOLE
        whole = plain and low < high < 1000 and re.match(r"\s\w|[,.;)]|$", text[second.end :])
        score = whole and joint == "out of" and not first.in_words and not re.match(r"\s", text[second.end :])
        return _WHOLE if score else _SHARE if whole and not _NO_SHARE.search(before) else _ALONE
    if (joint == "and" and not _BETWEEN.search(before)) or (
        joint == "or" and (first.whole_unit or first.is_year)
    ):
        return _ALONE
    if second.is_year or (first.is_year and joint != "to"):
        return _ALONE if first.whole_unit else _YEARS
    if joint[-1] in "→>" or (joint.endswith("to") and (first.is_year or _FROM.search(before))):
        return _CHANGE
    if joint == ":" or (joint == "to" and second.value == "1"):
        return _WHOLE if second.value == "1" else _PER_ONE
    alike = first.in_words == second.in_words and first.unit in ("", second.unit)
    return _RANGE if alike and low < high and " to" not in joint else _ALONE


def _read(found: re.Match[str], name: str) -> _Amount:
    """The amount of a group of a match."""
    text, unit = found[name], _unit(found[f"{name}_unit"] or "")
    in_words = text[0].isalpha()
    value = str(_number(text)) if in_words else re.sub(r"[,\s]", "", text)
    if in_words and unit == "hundred":
        value, unit = str(int(value) * 100), ""
    parts = ["", "_unit", "_rate"]
    if rest := found[f"{name}_rest"]:
        greater, count = _RESTS[found[f"{name}_part"].lower()]
        if unit.lower().startswith(greater):
            value = two_places(Decimal(value) + Decimal(rest) / count)
            parts.append("_part")
    end = max(found.end(f"{name}{part}") for part in parts)
    return _Amount(
        found.start(name) if not found[f"{name}_currency"] else found.start(f"{name}_currency"), end, value,
        found[f"{name}_currency"] or "", unit, found[f"{name}_rate"] or found[f"{name}_ratio"] or "", in_words,
    )  # fmt: skip


def _before(text: str, place: int, reach: int) -> str:
    return text[max(0, place - reach) : place]


def _bounded_before(text: str, one: Quantity) -> Quantity:
    """The figure with what the words before it ask for."""
    rounded = bool(_ROUND.search(_before(text, one.start, _NEAR)))
    found = _WORD_BEFORE.search(_before(text, one.start, _REACH))
    if not found:
        return one._replace(rounded=rounded)
    word, begin = " ".join(found["word"].lower().split()), one.start - len(found[0])
    before = _before(text, begin, _FAR)
    verb = _LAST_VERB.search(before)
    if verb and word in ("by", "at") and _OTHER_VERB.search(before[verb.end() :]):
        verb = None
    operator = _operator(found, word, before, one.unit)
    change = None
    if word in ("at", "in"):
        soon = word == "in" and _SOON.fullmatch(one.unit) and one.value not in ("1", "24")
        operator = AT_MOST if soon or (word == "at" and verb and verb["cap"] and not one.high) else None
        word, begin = (word, begin) if operator else ("", one.start)
    elif word == "by" and verb is None:
        word, begin = "", one.start
    elif verb and (word == "by" or before.rstrip().lower().endswith(" by")):
        begin = begin if word == "by" else len(text[:begin].rstrip()) - 2
        operator = AT_LEAST if word == "by" else operator
        word, change = "by", DOWN if verb["less"] else UP
    begin = one.start if found["thing"] and word == "to" else begin  # to a score of 78
    return one._replace(operator=operator, word=word, word_start=begin, change=change, rounded=rounded)


def _operator(found: re.Match[str], word: str, before: str, unit: str) -> str | None:
    """What a comparison before a figure of this unit asks for, after these words."""
    if found["exact"]:
        return EXACTLY
    if found["more"] or found["less"]:
        more = bool(found["more"]) != bool(found["negated"])
        if not found["negated"] and _NONE.search(before):
            more = not more
        return AT_LEAST if more else AT_MOST
    if found["floor"]:
        return AT_LEAST
    return _towards(before, unit) if word == "to" else AT_MOST if found["cap"] else None


def _bounded_after(text: str, one: Quantity) -> Quantity:
    """The figure with what the words after it ask for: or more, fewer, below 2024 levels."""
    operator, word, end, change = one.operator, one.word, one.end, one.change
    if after := _WORD_AFTER.match(text, end):
        end, word = after.end(), word if change else after["word"].lower()
        operator = AT_LEAST if after["floor"] else AT_MOST
        if word == "or better" and _SMALL.fullmatch(one.unit):
            operator = AT_MOST
    if noun := _CHANGE_AFTER.match(text, end):
        less = noun["less"] or noun["fewer"] or noun["below"]
        operator, word, change = AT_LEAST, "by", DOWN if less else UP
    value, high = one.value, one.high
    operator = AT_MOST if high is not None and value == "0" else operator
    if high is not None and operator == AT_MOST:
        value, high = high, value
    return one._replace(end=end, value=value, high=high, operator=operator, word=word, change=change)


def _direction(first: _Amount, second: _Amount, before: str) -> str:
    """What “from 45 to 20” asks for: the lower figure at most; where a year begins it, what the verb asks for."""
    low, high = Decimal(first.value), Decimal(second.value)
    return _towards(before, second.unit) if first.is_year else AT_MOST if high < low else AT_LEAST


def _towards(before: str, unit: str) -> str:
    """What “to” asks for after these words: after a verb of decrease, and of a time that improves, at most the figure."""
    verb = _LAST_VERB.search(before)
    capped = re.search(
        r"\b(?:limit|cap|restrict|keep|kept|hold(?!er| steady| firm)|held)\b(?:(?! and )[^,;])*$",
        before,
        re.IGNORECASE,
    )
    better = verb and verb["better"] and _SOON.fullmatch(unit)
    return AT_MOST if capped or better or (verb and verb["less"]) else AT_LEAST


def _unit(text: str) -> str:
    text = re.sub(r"\s+", " ", text.strip())
    plain = text.lower().replace(" ", "").replace("-", "")
    if plain in ("percent", "%") or re.search(r"(?:every|each|a) \w+$", text):
        return "%"
    if plain in ("percentagepoint", "percentagepoints", "%point", "%points", "pp"):
        return "percentage points"
    return text


def _number(text: str) -> Decimal:
    word, _dash, rest = re.sub(r"[ -]", " ", text.lower()).partition(" ")
    if word in _NUMBERS:
        return Decimal(_NUMBERS[word] + _NUMBERS.get(rest, 0))
    return Decimal(text.replace(",", ""))

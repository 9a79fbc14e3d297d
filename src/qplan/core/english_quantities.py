"""Numbers, units and comparisons in English sentences: at least 95%, one in three, halve, $1.5bn, within 30 days.

:func:`qplan.core.quantities.find_quantities` reads Chinese and calls :func:`find_english` for any other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qplan.core.quantities import AT_LEAST, AT_MOST, DOWN, UP, Quantity

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBERS = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10,
}  # fmt: skip
#: Words that multiply what there is -> how many times it is then.
_MULTIPLES = {"doubl": "2", "tripl": "3", "trebl": "3", "quadrupl": "4"}
_SHORT = {"m": "million", "mn": "million", "bn": "billion", "b": "billion", "k": "thousand", "tn": "trillion"}

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(reversed(_ONES))})"
_CURRENCY = r"(?:US|AU|NZ|HK|CA|[ACSR])?[€£$¥]|(?:USD|EUR|GBP|RMB|CNY|INR|Rs\.?|KES|NGN|ZAR|AUD|CAD)(?=\s?\d)"
_LARGE = r"(?:(?:hundred |thousand )?(?:million|billion|trillion)|thousand|hundred)"
_MEASURE = (
    r"(?:yuan|RMB|dollars|euros?|pounds?|rupees?|crowns?|kron[aeo]r?|francs?|pesos?|shillings?|naira|rand|yen|won|lira|dirhams?|riyals?|hectares?|ha|mu|acres?|(?:square|cubic|linear)\s(?:feet|foot|met(?:re|er)s?|"
    r"kilomet(?:re|er)s?|miles?|yards?)|sq\.?\s(?:ft|m|km|miles?)|km2?|kilomet(?:re|er)s?|miles?|met(?:re|er)s?|m[23²³]?|feet|ft|"
    r"inches|mph|km/h|(?:metric\s)?tonnes?|(?:[kM]?t|tonnes?)\s?CO2e?|[MGk]tCO2e?|tCO2e?|tons?|t|kg|kilograms?|g/kWh|kWh/m[2²]|"
    r"[µμu]g/m[3³]|mg/l|[kMGT]Wh?|(?:mega|giga|kilo|tera)watts?(?:[ -]hours?)?|litres?|liters?|gallons?|acre-feet|barrels?|P(?:Flops)?|"
    r"TB|PB|GB|[MG]bps|kV|(?:working |business |calendar |full |clear )?(?:days?|hours?|weeks?|months?)|minutes?|seconds?|years?|"
    r"points?|times|fold|decibels|dB|degrees?)(?![\w/²³])"
)
_UNIT = (
    rf"per ?cent(?:age[ -]points?)?\b|%(?:\s?points?\b|-points?\b)?|per (?:thousand|mille)\b(?!\s[a-z])|percentage[ -]points?\b|pp\b|"
    rf"{_LARGE}(?:\s{_MEASURE})?\b|{_MEASURE}|(?:mn|bn|tn|k|m|M|B)\b"
)
#: A rate of events: 70 per 100,000 live births.
_RATE = r"(?:per|for every|in every|out of every) (?:\d[\d,]{2,}|\d+ million|thousand|million|hundred thousand)(?: (?!by\b|in\b|or\b|and\b|per\b|to\b|from\b|at\b|a\b|each\b)[a-z-]+){0,2}"
_NUMBER = re.compile(
    rf"\b(?P<multiple>doubl|tripl|trebl|quadrupl)(?:es?|ed|ing)\b(?![ -]?(?:digit|glaz|track|deck|shift|count|check|jab|vaccin|line|bottom))"
    rf"|\b(?P<halve>halv(?:e|es|ed|ing))\b"
    rf"|\bone [a-z]+ in (?P<one_in>{_WORD}|\d{{1,3}})(?=\s(?!years?\b|months?\b|days?\b|weeks?\b)|[,.;)]|$)"
    rf"|(?<![\w.-])(?<!score of )(?<!rating of )(?<!average of )(?<!satisfaction of )(?<!grade of )(?P<of>{_DIGITS}|{_WORD}) (?:in(?: every)?|out of(?: every)?|of every) (?P<whole>\d{{1,3}}|{_WORD})(?=\s(?!years?\b|months?\b|days?\b|weeks?\b|hours?\b|per ?cent)[a-z]|[,.;)]|$)"
    rf"|(?<![\w-])(?:(?P<above>an?|one|two|three|four|five|seven|nine)[ -])?(?P<part>half|halves|third|quarter|fourth|fifth|sixth|eighth|tenth)s?"
    r"(?=\s(?:of|in|the|its|their|all|our|from|by|compared|below|less|to)\b|[,.;)]|\s*$|\s(?:premature|[a-z]+ (?:mortality|emissions|deaths|use|waste)))"
    rf"|(?<![\w./+-])(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,2}})(?![\d/])"
    rf"|\b(?:between|from) (?:about |around )?(?:{_CURRENCY})?\s?(?P<least>{_DIGITS})\s?(?P<least_unit>{_UNIT})? and (?:(?P<most_currency>{_CURRENCY})\s?)?(?P<most>{_DIGITS})\s*(?P<most_unit>{_UNIT})?(?![\w/])"
    rf"|(?<![\w./+-])(?:(?P<currency>{_CURRENCY})\s?)?(?P<low>{_DIGITS})\s?(?P<low_unit>{_UNIT})?\s*(?:-|—|–|~|(?<!\w)to(?!\w))\s*(?:{_CURRENCY})?(?P<high>{_DIGITS})(?![-–/]\d)(?:\s*(?P<range_unit>{_UNIT}))?(?:\s(?P<range_rate>{_RATE}))?"
    rf"|(?<![\w./+-])(?:(?P<money>{_CURRENCY})\s?)?(?P<digits>{_DIGITS})(?:(?:\s*|-)(?P<unit>{_UNIT}))?(?:\s(?P<rate>{_RATE}))?(?![A-Za-z0-9_]|\.\d|/\d)"
    rf"|(?<![\w-])(?<!net )(?P<words>{_WORD}(?:\s{_LARGE})?)\b(?!-(?:emission|carbon|waste|hour|day|based|tolerance|energy))(?! (?:carbon|emissions?|waste|tolerance|net)\b)(?![- ](?:stop|way|off|size|third|quarter|half|fifth|tenth|fourth)\b)"
    rf"(?:[ -](?P<words_unit>{_UNIT}))?(?:\s(?P<words_rate>{_RATE}))?",
    re.IGNORECASE,
)

#: Every figure has one of these; a text without any is not searched further.
_MAY_COUNT = re.compile(
    rf"\d|\b(?:{'|'.join((*_ONES, *_TENS, *_PARTS))})|\b(?:doubl|tripl|trebl|quadrupl|halv)", re.IGNORECASE
)

_BEFORE = {
    AT_LEAST: (
        "at least|no fewer than|no less than|not less than|not fewer than|more than|longer than|greater than|higher than|over|above|at or above|exceeding|"
        "exceeds?|a minimum of|minimum|minimum of|reaching|reaches|reach|to at least|to|to over|to above|to more than|stay above|remain above|upwards of|≥|>=|>"
    ),
    AT_MOST: (
        "at most|no more than|not more than|not exceeding|not exceed|not to exceed|no higher than|no greater than|no longer than|no later than|"
        "at or below|at least as low as|as low as|below|under|fewer than|less than|lower than|shorter than|within|capped at|up to|a maximum of|maximum|maximum of|or less than|"
        "to below|to under|to less than|to fewer than|to no more than|to at most|to within|to not more than|in under|in less than|≤|<=|<"
    ),
}
_AFTER = {
    AT_LEAST: "or more|or above|or higher|or greater|or over|or better|and above|minimum|and over",
    AT_MOST: "or less|or fewer|or below|or lower|or under|maximum|and below|and under",
}


def _meanings(words: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, text in words.items() for word in text.split("|")}


_BEFORE_WORDS, _AFTER_WORDS = _meanings(_BEFORE), _meanings(_AFTER)


def _one_of(words: dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_WORD_BEFORE = re.compile(
    rf"(?:(?<![\w-])(?P<word>{_one_of(_BEFORE_WORDS)}|by|at)|(?P<sign>[≥≤<>]=?))(?P<thing>\s+an? (?!maximum|minimum)[a-z]+(?: [a-z]+)? of)?"
    rf"\s*(?:about|around|approximately|roughly|some|an? (?:additional|estimated|further|average of|total of|annual)|another|a)?\s*$",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(rf"\s*(?:{_UNIT})?\s*(?:[a-z]+ )?(?P<word>{_one_of(_AFTER_WORDS)})\b", re.IGNORECASE)
_ROUND = re.compile(r"\b(?:about|around|approximately|roughly|some|nearly|almost)\s*$", re.IGNORECASE)
#: Of “raise … to” and “reduce … to” the last verb before a figure decides what “to” and “by” ask for.
_LAST_VERB = re.compile(
    r"^(?:.*\b(?:(?P<less>reduc|cut|lower|short|decreas|fall|drop|narrow|shrink|declin|down\b|slash|sav|halv|minimi[sz]|trim|keep[^,;]* down|(?P<cap>cap|capped|limit|hold|held|restrict))|"
    r"(?:rais|increas|grow|ris|expand|extend|lift|improv|boost|up\b|widen|lengthen|enlarg|bring|scal|accelerat|strengthen)))\w*\b",
    re.IGNORECASE | re.DOTALL,
)
#: A 30% reduction in deaths.
_CHANGE_AFTER = re.compile(
    r"\s+(?:[a-z]+ )?(?:(?P<less>reduction|decrease|cut|fall|drop|decline)|increase|rise|growth|improvement|uplift) (?:in|of)\b"
)
_COMPARED_AFTER = re.compile(
    r"\s+(?:(?P<less>below|under|less than|lower than|down (?:on|from)|down)|above|more than|over|higher than|up on|up)"
    r" (?:the |on |in )?(?:(?:19|20)\d\d|baseline|\w+ levels?\b|current|today)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
#: “No resident lives more than 30 minutes away” asks for less.
_NONE = re.compile(r"\b(?:no|none|nobody|never)\b[^,;]*$", re.IGNORECASE)
_OTHER_VERB = re.compile(r"\b(?:will|shall|must|should|is|are)\b", re.IGNORECASE)
_NEVER_BELOW = re.compile(
    r"\b(?:not|never|no longer) (?:fall|drop|go|be|sink|slip|decline|decrease) $", re.IGNORECASE
)
#: Time, money and defects: of these “or better” is less.
_SMALL = re.compile(r"days?|hours?|minutes?|seconds?|weeks?|months?")
_FROM = re.compile(
    r"\bfrom (?:about |around |the current |its current |an average of )?$|\b(?:grades?|phase|tier|level|class) $",
    re.IGNORECASE,
)
#: A word that asks for something stands so close before its figure, the verb that it belongs to so far.
_REACH, _FAR = 64, 160


def find_english(text: str) -> Iterator[Quantity]:
    """Every figure of an English text, from left to right."""
    if not _MAY_COUNT.search(text):
        return
    for found in _NUMBER.finditer(text):
        start = found.start()
        value, unit, high = _read(found)
        if not value:
            continue
        if found["multiple"] or found["halve"]:
            turn = DOWN if found["halve"] else UP
            yield Quantity(start, found.end(), value, unit, AT_LEAST, found[0], start, None, True, turn)
            continue
        operator, word, begin, change = _before(text, start)
        if found["low"] and _YEAR.fullmatch(found["high"]):
            continue
        begun = _FROM.search(text[max(0, start - 24) : start]) if found["low"] else None
        if begun or (found["low"] and _YEAR.fullmatch(found["low"])):
            begin = start - len(begun[0] if begun else "")
            operator, word = _direction(found, text[max(0, begin - _FAR) : begin]), "to"
            value, high, start = high or "", None, found.start("high")
        after = _WORD_AFTER.match(text, found.end())
        end = found.end()
        if after:
            end, word = after.end(), after["word"].lower() if not change else word
            operator = _AFTER_WORDS[after["word"].lower()]
            if after["word"].lower() == "or better" and _SMALL.fullmatch(unit):
                operator = AT_MOST
        if noun := _CHANGE_AFTER.match(text, end) or _COMPARED_AFTER.match(text, end):
            operator, word, change = AT_LEAST, "by", DOWN if noun["less"] else UP
        if high is not None and operator == AT_MOST:
            value, high = high or value, value
        rounded = bool(_ROUND.search(text[max(0, start - 16) : start]))
        written = bool(found["words"] or found["one_in"] or found["of"] or found["part"])
        yield Quantity(start, end, value, unit, operator, word, begin, high, written, change, rounded)


def _read(found: re.Match[str]) -> tuple[str, str, str | None]:
    """Value, unit and upper end of a match of ``_NUMBER``; an empty value where it is no figure."""
    if found["multiple"]:
        return _MULTIPLES[found["multiple"].lower()], "times", None
    if found["halve"]:
        return "50", "%", None
    if found["one_in"]:
        return _share(1, _number(found["one_in"])), "%", None
    if found["least"]:
        unit = _with_currency(found["most_currency"], _unit(found["most_unit"] or found["least_unit"] or ""))
        return _plain(found["least"]), unit, _plain(found["most"])
    if found["of"]:
        return _share(_number(found["of"]), _number(found["whole"])), "%", None
    if found["part"]:
        above = (found["above"] or "one").lower()
        part = found["part"].lower()
        return _share(1 if above in ("a", "an") else _NUMBERS[above], _PARTS[part]), "%", None
    if found["top"]:
        return _share(int(found["top"]), int(found["bottom"])), "%", None
    if found["low"]:
        unit = found["range_unit"] or found["low_unit"] or ""
        unit = f"{_with_currency(found['currency'], _unit(unit))} {found['range_rate'] or ''}".strip()
        return _plain(found["low"]), unit, _plain(found["high"])
    rate = found["rate"] or found["words_rate"] or ""
    if found["digits"]:
        unit = _with_currency(found["money"], _unit(found["unit"] or ""))
        return _plain(found["digits"]), f"{unit} {rate}".strip(), None
    word, _blank, large = re.sub(r"(?<=ty)-", " ", found["words"]).partition(" ")
    value = _NUMBERS[word.lower()]
    if large.lower() in _NUMBERS:
        value, large = value + _NUMBERS[large.lower()], ""
    return (
        (str(value * 100), "", None)
        if large == "hundred"
        else (
            str(value),
            f"{large} {_unit(found['words_unit'] or '')} {rate}".strip(),
            None,
        )
    )


def _before(text: str, start: int) -> tuple[str | None, str, int, str | None]:
    """Operator, word, where the word begins, and the change that stands before a figure."""
    at = max(0, start - _REACH)
    found = _WORD_BEFORE.search(text[at:start])
    if not found:
        return None, "", start, None
    word = (found["word"] or found["sign"]).lower()
    begin = at + found.start()
    before = text[max(0, begin - _FAR) : begin]
    verb = _LAST_VERB.search(before)
    if verb and word in ("by", "at") and _OTHER_VERB.search(before[verb.end() :]):
        verb = None
    if found["thing"]:  # to a score of 78
        return _BEFORE_WORDS.get(word), word, start, None
    if word == "at":
        return (AT_MOST, word, begin, None) if verb and verb["cap"] else (None, "", start, None)
    if word == "by" or before.rstrip().lower().endswith(" by"):
        if verb is None:
            return (None, "", start, None) if word == "by" else (_BEFORE_WORDS[word], word, begin, None)
        begin = begin if word == "by" else len(text[:begin].rstrip()) - 2
        return AT_LEAST, "by", begin, DOWN if verb["less"] else UP
    operator = _towards(before) if word == "to" else _BEFORE_WORDS[word]
    if word in ("more than", "over", "above", "longer than") and _NONE.search(before):
        operator = AT_MOST
    elif operator == AT_MOST and _NEVER_BELOW.search(text[:begin]):
        operator = AT_LEAST
    return operator, word, begin, None


def _direction(found: re.Match[str], before: str) -> str:
    """What “from 45 to 20” asks for: the lower figure at most; where a year begins it, what the verb asks for."""
    low, high = Decimal(_plain(found["low"])), Decimal(_plain(found["high"]))
    return _towards(before) if low == high or low > 1900 else AT_MOST if high < low else AT_LEAST


def _towards(before: str) -> str:
    """What “to” asks for after these words: after a verb of decrease at most the figure."""
    verb = _LAST_VERB.search(before)
    capped = re.search(r"\b(?:limit|cap|restrict)\b[^,;]*$", before, re.IGNORECASE)
    return AT_MOST if capped or (verb and verb["less"]) else AT_LEAST


def _unit(text: str) -> str:
    text = re.sub(r"\s+", " ", text.strip())
    plain = text.lower().replace(" ", "").replace("-", "")
    if plain in ("percent", "%"):
        return "%"
    if plain in ("percentagepoint", "percentagepoints", "%point", "%points", "pp"):
        return "percentage points"
    return text


def _with_currency(currency: str | None, unit: str) -> str:
    if currency:
        unit = _SHORT.get(unit.lower(), unit)
    return f"{currency or ''} {unit}".strip()


def _plain(digits: str) -> str:
    return digits.replace(",", "")


def _number(text: str) -> Decimal:
    word, _dash, rest = re.sub(r"[ -]", " ", text.lower()).partition(" ")
    if word in _NUMBERS:
        return Decimal(_NUMBERS[word] + _NUMBERS.get(rest, 0))
    return Decimal(_plain(text))


def _share(above: Decimal | int, below: Decimal | int) -> str:
    """A fraction in percent, to two places; empty where it is none."""
    if not below or not above or above > below:
        return ""
    share = (Decimal(above) * 100 / Decimal(below)).quantize(Decimal("0.01")).normalize()
    return format(share, "f")

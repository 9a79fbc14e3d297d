"""Whether an English sentence asks for something, or only states what is or was."""

from __future__ import annotations

import re

from qplan.core.quantities import CURRENCY_SIGNS

#: Words by which a sentence asks for something, whatever else it states.
_ASKS = re.compile(
    r"(?i)\b(?:will|shall|must|should|ought to|is to|are to|needs? to|wants? to|aims?|seeks?|hopes? to|(?:decided|agreed|resolved|promised|proposed?) to|(?:targets?|goals?)(?:(?: for(?: [\w-]+){1,6})? (?:is|are|of)| to| at)|plans? to|planned|intends?|"
    r"commit(?:s|ted|ment)? to|pledge\w*|ensur\w+|make sure|by (?:the )?(?:end|close|start|beginning|mid|early|late|spring|summer|autumn|fall|winter|20[2-9]\d|FY|fiscal|January|"
    r"February|March|April|May|June|July|August|September|October|November|December|\d{1,2} [A-Z]))\b|"
    r"^\W*to [a-z]+|^(?:(?! (?:is|are|was|were|has|have|had|do|does) )[^,;.])*? to (?:be|reach|account|make|rise|grow|go|cover|have|increase|fall|drop|exceed|remain)\b"
)
#: Words by which a sentence that reports nothing asks for something.
_BOUNDS = re.compile(
    r"(?i)\b(?:within|at least|at most|no (?:more|fewer|less|later|longer|higher) than|not (?:more|less|fewer) than)\b|^\W*(?:all|every|no|zero|100(?: ?%| per ?cent))(?!\w)|"
    r"\b(?:is|are) (?:targeted|expected|due|scheduled|increased|reduced|raised|lowered|cut|brought|kept|held|limited|capped|restricted|maintained|expanded|extended|shortened|doubled|halved|built|"
    r"created|opened|hired|trained|invested|established|introduced|installed|renovated|provided|launched|planted|restored|replaced)\b"
)
#: Verbs of a report.
_REPORTED = (
    "was|were|had|did|waited|agreed|responded|felt|lived|remained|occurred|happened|voted|moved from|stood|grew|fell|rose|took|ran|gave|saw|came|went|"
    "began|became|said"
)
_REPORTS = re.compile(
    rf"(?i)\b(?:{_REPORTED})\b(?!-| (?:to|by) be\b)|(?<=\w )(?:shows?|indicates?|suggests?|reveals?)\b"
)
#: Verbs that state what is, where they are no imperative.
_STATING = (
    "account(?=s? for)|make|represent|stand(?=s? at)|serve|employ|contain|operate|consume|generate|contribute|lack|suffer|own|administer|manage|"
    "demonstrate|show|indicate|suggest|reflect"
)
#: Finite verbs of sentences that state what is or was; a participle (built, trained) is one before its object alone.
_STATES = re.compile(
    rf"(?i)(?<!-)\b(?:{_REPORTED}|is|has|have|does|there are|can be|lives(?! births?)|(?:{_STATING})s|"
    rf"(?:(?<=[a-z\d]s )|(?<=\d )|(?<=\bwe )|(?<=\bthey )|(?<=\bnow ))(?:{_STATING}|live(?! births))|(?<=\bwe )(?:provide|run|spend|offer|own|hold)\b|"
    r"are (?:at risk|still|already|not|an?|the)|only (?:an? )?(?:half|third|quarter|\d|one)|"
    r"^\W*(?:we (?:put|cut|set|hit)|[A-Z][a-z]+ed (?:the|an?|new|our|its))|of (?:them|these|which|whom) [a-z]+ed)\b(?!-| (?:to|by) be\b)"
    r"|[a-z\d] (?!\w*eed\b|(?:aged|reduced|estimated|improved|combined)\b)"
    r"(?:[a-z]{2,}ed|built|spent|won|sold|bought|brought|taught|sent|lost|met|made|found|held|paid|left|led to) "
    r"(?:(?:an?|the|its|their|our|about|nearly|over|some|almost|around|just|only|more|than|total|of|further|all) )*"
    rf"(?:(?:[A-Z]{{1,3}})?[{CURRENCY_SIGNS}]?\d|(?:all|most|none) of\b)"
    r"|[a-z\d] (?:(?!\w*eed\b)[a-z]{3,}ed|met|made|won|lost) (?:the|an?|its|our|their|this|us)\b"
)
_PAST = re.compile(
    r"(?i)\b(?:last|previous|past) (?:\w+ )?(?:year|years|decade|months)\b|\bto date\b|\bso far\b|\balready\b|\bcurrently\b|\bat present\b|"
    r"\btoday\b|\bas of\b|\bsince (?:19|20)\d\d\b|\bin recent years\b|\bis estimated\b|\bcould\b"
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
#: There are three goals: what follows is no part of the statement.
_ANNOUNCED = re.compile(r"(?i).*\b(?:targets?|goals?|objectives?|commitments?)\b[^:]*: ")
#: A goal that was met is none to be met.
_REACHED = re.compile(
    r"(?i)\b(against|out of|met|missed|exceeded|achieved) (?:an?|the|our|its|their) (?:[a-z-]+ )*?(?:targets?|goals?)\b"
)
#: Currently 12% are trained: what is, whatever is said of it.
_NOW = re.compile(
    r"(?i)\W*(?:currently|at present|to date|so far|on average)\b(?!.*\b(?:will|shall|must|should|to)\b)|"
    r"[^,;]*\b(?:targets?|goals?)\b[^,;]*\b(?:has|have|had|was|were) (?:been )?(?:met|achieved|exceeded|surpassed|reached|missed)\b|"
    r".*\b(?:against|out of) the result\b(?!.*\b(?:will|shall|must|should)\b)|"
    r"\W*(?:these|our|its|their|key) (?:\w+ )?(?:achievements|accomplishments)\b|"
    r"[^,;.]{,60}\b(?:estimates|forecasts|predicts) that\b"
)
_RELATIVE = re.compile(r"(?i)\b(?:who|whom|that|which|where|whose)\b[^,;]*")
#: What was, in the item of a list.
_WAS = re.compile(r"(?i)\b(?:was|were|had|did|(?!\w*eed\b)[a-z]{3,}ed \d.*)\b|^\W*in (?:19|20)\d\d")


def states_only(sentence: str, asked: bool = False) -> bool:
    """Whether an English sentence states what is or was and asks for nothing; where the list of which it is an item
    asks, what was."""
    if asked:
        return bool(_PAST.search(sentence) or _WAS.search(sentence))
    sentence = _REACHED.sub(r"\1 the result", _BRACKETS.sub("", sentence))
    if _NOW.match(sentence) or _ASKS.search(sentence):
        return bool(_NOW.match(sentence))
    stated = _RELATIVE.sub("", _ANNOUNCED.sub("", sentence))
    if _BOUNDS.search(sentence):
        return bool(_REPORTS.search(stated))
    return bool(_PAST.search(sentence) or _STATES.search(stated))


def states_past(sentence: str) -> bool:
    """Whether an English sentence that names a past year states what was then."""
    return states_only(sentence) or (
        not (_ASKS.search(sentence) or _BOUNDS.search(sentence))
        and bool(re.search(r"\b[a-z]{2,}ed\b", sentence))
    )

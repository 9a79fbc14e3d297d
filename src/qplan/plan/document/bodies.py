"""The bodies and the days that a paragraph names: who leads, who helps, by when."""

from __future__ import annotations

import re
from typing import NamedTuple

from qplan.core.deadlines import parse_deadline
from qplan.core.model import IMMEDIATE, ONGOING
from qplan.core.periods import last_day
from qplan.plan.document.lines import is_english
from qplan.plan.tables.bodies import split_bodies


class Due(NamedTuple):
    """A day by which something is to be done, and what that is."""

    day: str
    what: str


class Duty(NamedTuple):
    """Who a text makes answerable, the words of its deadline, and the days that it names."""

    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    deadline_text: str = ""
    leader: str = ""  #: the leader in charge
    owner: str = ""  #: the responsible person
    days: tuple[Due, ...] = ()


_PERSONS = r"\s*[:]\s*(?P<names>[\u4e00-\u9fff·]{2,6}(?:[、,][\u4e00-\u9fff·]{2,4}(?=[、,;。)\s]|$))*)(?=[、,;。)〕\]\s]|$)"
_LEADER = re.compile(rf"(?:牵头|责任|分管|包抓|包联|主管)领导{_PERSONS}")
_OWNER = re.compile(rf"(?:责任人|负责人|具体负责人){_PERSONS}")
_SUFFIXES = (
    "人民政府|政府|街道办事处|办事处|管委会|管理委员会|领导小组办公室|领导小组|联席会议|指挥部|委员会|工作专班|专班|办公室|总队|支队|大队|"
    "分局|总局|监管局|服务中心|中心|公司|集团|协会|法院|检察院|学院|大学|医院|总站|总工会|妇联|残联|工商联|文联|科协|红十字会|供销社|商会|所|站|院|局|委|办|部|处|厅|队|科|校|镇|乡|街道|联社|银行|"
    "部门|单位|县|市|区|州"
)
_BODY = rf"[\u4e00-\u9fff·]{{1,24}}?(?:{_SUFFIXES})(?:\([^()]{{1,12}}\))?"
_LIST = rf"各?{_BODY}(?:\s*(?:、|,|;|和|及|与|以及|会同|\s)\s*各?{_BODY})*(?:等)?"
_LABEL = re.compile(
    r"(?P<part>牵头|责任|主办|负责|承办|主责|实施|整改)\s*(?:单位|部门|科室|主体|机构)\s*[:]\s*(?P<leads>(?:[^。;\n()\[\]【】]|\([^()]{1,12}\))*)"
)
_HELPERS = re.compile(
    r"(?:配合|协办|协同|参与|协助|支持|联合)\s*(?:单位|部门|科室)\s*[:]\s*(?P<supports>(?:[^。;\n()\[\]【】]|\([^()]{1,12}\))*)"
)
_BRACKET = re.compile(
    r"[(\[【〔](?P<inside>[^()\[\]【】〔〕]{2,160}(?:\([^()]{1,12}\)[^()\[\]【】〔〕]{0,120})*)[)\]】〕]"
)
_DUTY_WORDS = re.compile(r"牵头|负责|配合|责任单位|分工")
_TIME_WORDS = re.compile(r"\d|完成|长期|持续|年底|季度|立行")
_SENTENCE = re.compile(
    rf"(?:^|[。;,\n]|由)\s*(?P<leads>{_LIST})(?:共同)?(?:牵头|负责(?!任)|组建|组织实施|会同)(?:[,]\s*(?P<supports>{_LIST})(?:配合|协助|参与))?"
)
_DEADLINE = re.compile(
    r"(?:整改|完成|办结|办理|落实|实施|截止|要求完成)?(?:时限|期限|完成时间|截止时间|截止日期|时间节点)(?:要求)?\s*[:]\s*(?P<day>[^。;\n]{2,40})|"
    r"(?:deadline|due|to be completed by|complete by|time(?:line|frame|scale)|target date|completion(?: date)?|by when)\s*:?\s*(?P<english>[^.;)\]\n]{4,30})",
    re.IGNORECASE,
)
_ENGLISH_LEAD = re.compile(
    r"(?:[Ll]ead(?: agency| department| unit)?|[Rr]esponsible(?: department| unit| body)?|[Oo]wner|[Ll]ed by)\s*:?\s+(?P<leads>[A-Z][^.;)\]]{2,120})",
)
_ENGLISH_SUPPORT = re.compile(
    r"(?:support(?:ing|ed by)?(?: departments?| units?)?|with)\s*:\s*(?P<supports>[A-Z][^.;)\]]{2,120})",
    re.IGNORECASE,
)
#: Words that end like a body and are none, or name nobody in particular.
_NOBODY = re.compile(
    r"^(?:各?(?:有关|相关|责任|牵头|配合|成员|区级|市级|县级|直属)*(?:部门|单位)|分管|由|主管单位|企业|.*(?:全市|全区|全县|本市|我市|我区)|[市区县镇乡州部局办委院站所处]|"
    r".*(?:的|了|是|在|为|对|把|将|按|全面|加强|完善|推进|建立|切实|进一步).*)$"
)
_GROUP = re.compile(r"^各(?:镇|乡|街道|区级|县|市|部门|成员|有关|相关)")


def find_duty(text: str, labelled_only: bool = False) -> Duty:
    """The bodies and the deadline that a paragraph (with half-width marks) names.

    ``labelled_only`` leaves out bodies that no word such as 责任单位 announces.
    """
    leads, supports = _labelled(text) or ((), ())
    if not leads and not supports and not labelled_only:
        leads, supports = _in_brackets(text) or _in_sentence(text) or ((), ())
    if not leads and is_english(text):
        leads = _english(_first(_ENGLISH_LEAD, text, "leads"))
        supports = _english(_first(_ENGLISH_SUPPORT, text, "supports"))
    day = _DEADLINE.search(text)
    words = (day["day"] or day["english"]).strip() if day else ""
    leader, owner = _first(_LEADER, text, "names"), _first(_OWNER, text, "names")
    return Duty(leads, tuple(one for one in supports if one not in leads), words, leader, owner)


def _labelled(text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """责任单位:A、B 配合单位:C; beside 牵头单位 the others help."""
    stated = {found["part"]: found["leads"] for found in _LABEL.finditer(text)}
    helpers = _first(_HELPERS, text, "supports")
    if not stated and not helpers:
        return None
    first = next((part for part in ("牵头", "主办", "主责") if part in stated), next(iter(stated), ""))
    leads: list[str] = []
    supports: list[str] = []
    for part, listed in stated.items():
        names = re.split(r"(?:配合|协办|参与|协同)(?:单位|部门)|(?:整改|完成)?时限", listed)[0]
        bodies = split_bodies(names, "lead" if part == first else "support")
        leads += bodies.leads
        supports += bodies.support
    return tuple(leads), (*supports, *split_bodies(helpers, "support").support)


def _in_brackets(text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """(A牵头,B、C配合), [A负责] or, at the end of a sentence, (A、B)."""
    for found in _BRACKET.finditer(text):
        ends = not text[found.end() :].strip(" 。;") or text[found.start() - 1 : found.start()] in "。;"
        if not ends and not _DUTY_WORDS.search(found["inside"]):
            continue
        listed = re.sub(
            r"(?:等)?按(?:照)?(?:各自)?(?:职责|职能)(?:分工)?(?:分别)?(?:负责|落实)?", "", found["inside"]
        )
        inside = "、".join(part for part in re.split("[,;、。]", listed) if not _TIME_WORDS.search(part))
        bodies = split_bodies(inside, "lead")
        if bodies.leads and all(_is_body(one) for one in (*bodies.leads, *bodies.support)):
            return bodies.leads, bodies.support
    return None


def _in_sentence(text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """由A牵头,B配合 or, at the beginning of a sentence, A负责."""
    found = _SENTENCE.search(text)
    if found is None:
        return None
    leads = tuple(one for one in split_bodies(found["leads"], "lead").leads if _is_body(one))
    supports = tuple(one for one in split_bodies(found["supports"] or "", "support").support if _is_body(one))
    return (leads, supports) if leads else None


def _first(pattern: re.Pattern[str], text: str, group: str) -> str:
    found = pattern.search(text)
    return found[group] if found else ""


def _is_body(text: str) -> bool:
    if _GROUP.match(text):
        return len(text) <= 16
    return 2 < len(text) <= 30 and bool(re.fullmatch(_BODY, text)) and not _NOBODY.match(text)


def _english(text: str) -> tuple[str, ...]:
    text = re.split(r"(?i)\bsupport|\bdeadline|\bdue\b|\bwith\b", text)[0]
    parts = (part.strip(" .,") for part in re.split(r",|;|/|\band\b(?= the| [A-Z])", text))
    return tuple(part for part in parts if len(part) > 2)


#: January is 1; ``calendar`` has the names in the language of the locale.
MONTHS = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_BY = re.compile(
    r"(?:到|至|于|在)?(20\d\d年(?:\d{1,2}月(?:\d{1,2}日|上旬|中旬|下旬)?|[一二三四1-4]季度|第[一二三四]季度|上半年|下半年)?(?:底|末)?(?:之?前|以前)?)"
    r"|(?<!\d)(\d{1,2}月(?:\d{1,2}日)?(?:底|末)?(?:之?前|以前))|(年底前|(?<![\d一二两三四五])年内|上半年)|(20\d\d-\d\d?-\d\d?)"
    rf"|\b[Bb]y (?:the end of )?(?:(?:\d{{1,2}} )?(?:{'|'.join(MONTHS[1:])})(?: \d{{1,2}},)?|[QH]\d|mid-?) ?20\d\d"
)
#: What makes a date a deadline: 到, 底, 前 and what is finished by it.
_DUE = re.compile(r"^(?:到|至|[Bb]y )|(?:底|末|前|内)$|季度|上半年|月")


def find_days(text: str, year: int) -> list[Due]:
    """The days by which a paragraph wants something done, in its order."""
    found: list[Due] = []
    text = re.sub(r"(?<=\d)\s+(?=[年月日])|(?<=[年月])\s+(?=\d)", "", text)
    for one in _BY.finditer(text):
        words = one[0]
        finished = re.match(r"(?:全面|基本)?(?:建成|完成|投用|投入|竣工|建设完成)", text[one.end() :])
        if not (_DUE.search(words) or finished) or text[one.end() : one.end() + 1] in ("至", "-", "—", "版"):
            continue
        if re.search(r"截至|截止|自|从|《[^》]*$", text[max(0, one.start() - 12) : one.start()]):
            continue
        day = day_of(re.sub(r"^(?:到|至|于|在|[Bb]y (?:the end of )?)", "", words), year)
        if day is not None:
            rest = re.split(r"[,。;!?]", text[one.end() :].lstrip(","), maxsplit=1)[0]
            found.append(Due(day, rest.strip(" ,、:")))
    return found


def day_of(words: str, year: int) -> str | None:
    """The last day that the words of a deadline mean; None where they name no day."""
    english = re.search(
        rf"(?:(\d{{1,2}})\s+)?({'|'.join(MONTHS[1:])})?(?:\s+(\d{{1,2}}),)?\s*(20\d\d)",
        words,
    )
    if english and words.isascii():
        month = MONTHS.index(english[2]) if english[2] else None
        part = re.search(r"\b(?:([QH]\d)|(mid))\b", words)
        value = f"{english[4]}-{month:02d}" if month else english[4]
        day = english[1] or english[3]
        words = f"{value}-{int(day):02d}" if month and day else value
        words = f"{english[4]}-{part[1] or 'H1'}" if part and not month else words
    read = parse_deadline(words, year)
    if read.value in (None, ONGOING, IMMEDIATE):
        return None
    last = last_day(read.value or "")
    return last.isoformat() if last else None

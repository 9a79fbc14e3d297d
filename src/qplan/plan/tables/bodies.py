"""Which bodies a cell names, and the share of each: “A、B”, “A牵头，B、C配合”, “各镇（街道）”, “元坝镇280人、白果镇15人”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple

from qplan.core.names import says_nothing
from qplan.i18n import N_

#: What is not certain about a cell, as messages with one place for the words concerned.
GENERIC = N_("“{}” names no single body; it is entered as a body of its own")
OTHERS = N_("“{}” speaks of further bodies without naming them")
LAST = N_("of “{}” only the last body is read as supporting, because a lead is wanted here")
MARKED = N_("in “{}” only some bodies are marked as lead; the others are read as supporting")
ODD = N_("“{}” does not look like a body's name")
AND = N_("“{}” may be a name that begins with 和, or “and” before a name; it is kept whole")
PERSON = N_("the brackets of “{}” may name a person; they are kept as part of the body's name")
JOINT = N_("several bodies are named here; they are read as joint leads")


class Bodies(NamedTuple):
    """The bodies of a cell by their part, and what was not certain: (message, words)."""

    leads: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()


_SEPARATORS = "、，,；;/／|\n。\t"
_OPEN, _CLOSE = "(（[【", ")）]】"
_LEAD, _SUPPORT = "lead", "support"
_LABEL = re.compile(
    r"^(?:(?P<lead>牵头|主办|主责|责任|承办)|(?P<support>配合|协办|协同|协助|参与|参加))(?:责任)?(?:单位|部门|乡镇)?[:：]\s*"
)
_ENDING = re.compile(
    r"(?P<lead>牵头负责|牵头落实|牵头|主办|主责|负责落实|负责)$|(?P<support>(?:予以|给予|积极|共同|密切)?(?:配合|协助|协同|参与|协办))$"
)
_MARK = re.compile(
    r"[(（](?:(?P<lead>牵头|主办|主责)|(?P<support>配合|协办|协同|协助|参与))(?:单位|部门)?[)）]$"
)
_DUTIES = re.compile(
    r"(?:按照?|根据|依据?)(?:各自|自身)?(?:职责|职能|分工)(?:分工)?(?:范围)?(?:分别)?(?:负责|落实|抓好落实|做好.*|推进)?$"
)
_AND_OTHERS = re.compile(r"等(?:相关|有关|各)?(?:部门|单位|责任单位)?$")
#: “And” between a body's end and another body: 区民政局和区财政局, 区民政局及各镇（街道）.
_BETWEEN = re.compile(
    r"(?<=[局委办府部镇乡道院会司])(?:和|及|与|以及)(?=各[县市区镇乡]|各?[\u4e00-\u9fff]{2,12}[局委办府部镇乡道院会司](?:[,，、;；/\n(（和及与]|牵头|负责|配合|$))"
)
_GENERIC = re.compile(
    r"^(?:区级|县级|市级|区|县|市)?(?:各|其他|其它)?(?:级|个)?(?:相关|有关|责任|成员|主管|行业|职能)?(?:责任|主管|职能)?(?:部门|单位|镇街|乡镇|科室)$"
)
_BODY = re.compile(
    r"(?:局|委|办|部|院|所|站|队|处|室|中心|镇|乡|街道|政府|公司|集团|学校|医院|银行|协会|联合会|管委会|委员会|办公室|法院|检察院|总队|支队|大队|工会|妇联|团委|残联|社区|村|园区|专班|小组|党组|联社|供销社|电视台|[)）])$"
)  # fmt: skip


def split_bodies(text: str, part: str = _LEAD, known: Collection[str] = ()) -> Bodies:
    """The bodies that a cell names; those without a part of their own have ``part`` (lead or support).

    ``known`` are names that stand elsewhere in the table: 和 before one of them is a conjunction.
    """
    if says_nothing(text):
        return Bodies()
    named: list[tuple[str, str]] = []  # name, part ("" until it is known)
    doubts: list[tuple[str, str]] = []
    marked = False
    current = ""
    for place, piece in enumerate(pieces(text)):
        name, label = _without(_LABEL, piece)
        current = label or current
        name = re.sub(r"^(?:由|会同|以及|及)(?=.{2})", "", name)
        name, mark = _without(_MARK, name)
        name, said = _duties(name, doubts)
        name, ending = _without(_ENDING, name) if len(name) > 2 or not said else (name, "")
        if ending:  # it holds for all since the last one that said its part
            named = [(one, role or ending) for one, role in named]
            marked = marked or ending == _LEAD
        if place and len(name) > 2 and name.startswith("和"):
            name = _without_and(name, known, doubts)
        if not says_nothing(name):
            marked = marked or bool(mark)
            named.append((name, mark or ending or current))
            doubts += _doubts_of(name)
    if marked and part == _LEAD and any(not role for _name, role in named):
        doubts.append((MARKED, _short(text)))
        named = [(name, role or _SUPPORT) for name, role in named]
    if part == _LEAD and len(named) > 1 and not any((role or part) == _LEAD for _name, role in named):
        doubts.append((LAST, _short(text)))
        named = [*((name, _LEAD) for name, _role in named[:-1]), named[-1]]
    leads = tuple(dict.fromkeys(name for name, role in named if (role or part) == _LEAD))
    support = tuple(
        dict.fromkeys(name for name, role in named if (role or part) == _SUPPORT and name not in leads)
    )
    if len(leads) > 1 and part == _LEAD and not any(role for _name, role in named):
        doubts.append((JOINT, ""))
    return Bodies(leads, support, tuple(dict.fromkeys(doubts)))


def named_alone(line: str) -> str:
    """The body that a line names and nothing else, such as 一、区水利局（共2项）; "" for any other line."""
    name = re.sub(r"^[一二三四五六七八九十\d]+[、.．]\s*|[（(]共?\s*\d+\s*[项个件]?[)）]$", "", line.strip())
    return name if 3 <= len(name) <= 20 and is_body(name) and len(pieces(name)) == 1 else ""


_PERSON = re.compile(r"[（(]([\u4e00-\u9fff·]{2,4})[)）]")


def persons_of(text: str, heading: str) -> tuple[str, list[str]]:
    """The bodies of a cell, and the persons in brackets beside them, where the heading says that there are persons."""
    if not re.search("责任人|负责人|联系人|经办人", heading):
        return text, []
    return _PERSON.sub("", text), _PERSON.findall(text)


#: What a cell of a table of tasks by bodies says of its body, beside words for a part.
_FILLED, _HOLLOW = "★▲●■◆◎", "☆△○□◇√✓✔"
_PART = r"(?:(?P<lead>牵头|主办|主责|责任)|(?P<support>配合|协办|协同|协助|参与))(?:单位|部门)?"
_WORD = re.compile(_PART)
_SIGN = re.compile(f"[{_FILLED}{_HOLLOW}]")
_LEGEND = re.compile(
    rf"(?P<sign>{_SIGN.pattern})[”\"]?(?:号|的)?(?:为|是|表示|代表|指|标注|[:：=＝—-])?\s*[“\"]?{_PART}"
)
_LEGEND_BEHIND = re.compile(rf"{_PART}(?:用|以|为|标注?|[:：(（])?\s*[“\"]?(?P<sign>{_SIGN.pattern})")


def is_body(name: str) -> bool:
    """Whether a heading ends as names of bodies do."""
    return _BODY.search(name) is not None


def is_sign(text: str) -> bool:
    """Whether a cell only says which part the body of its column has: ★, △, 牵头, 配合."""
    return bool(_SIGN.fullmatch(text) or _WORD.fullmatch(text))


def parts_of_signs(signs: Collection[str], lines: Iterable[str]) -> tuple[dict[str, str], bool]:
    """The part that each sign means, by a legend among the lines where there is one; whether all are certain."""
    texts = [line for line in lines if _SIGN.search(line) and _WORD.search(line)]
    found = [one for text in texts for one in _LEGEND.finditer(text)]
    found = found or [one for text in texts for one in _LEGEND_BEHIND.finditer(text)]
    parts = {one["sign"]: _LEAD if one["lead"] else _SUPPORT for one in found}
    known = {sign: _LEAD if word["lead"] else _SUPPORT for sign in signs if (word := _WORD.fullmatch(sign))}
    usual = {sign: _LEAD if sign in _FILLED or len(signs) == 1 else _SUPPORT for sign in signs}
    return {**usual, **known, **parts}, known.keys() | parts.keys() >= set(signs)


def _short(text: str) -> str:
    return "、".join(text.split("\n"))


def pieces(text: str) -> list[str]:
    """The text between separators; what is in brackets stays together."""
    parts, depth, current = [], 0, ""
    for char in _BETWEEN.sub("、", re.sub(r"(?<=[局委办部])会同(?=.{2})", "牵头、", text)):
        depth += (char in _OPEN) - (char in _CLOSE and depth > 0)
        if depth == 0 and char in _SEPARATORS:
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    found = []
    for piece in parts:
        words = piece.split()
        apart = len(words) > 1 and all(_BODY.search(word) for word in words)
        found += words if apart else ["".join(words) if not piece.isascii() else " ".join(words)]
    return [piece for piece in found if piece]


def _without(pattern: re.Pattern[str], name: str) -> tuple[str, str]:
    """The name without the words that say its part, and the part."""
    found = pattern.search(name)
    if found is None:
        return name, ""
    role = _LEAD if found.groupdict().get("lead") else _SUPPORT
    return (name[: found.start()] + name[found.end() :]).strip(), role


#: What a place's name may end with; 和 before it may begin that name: 和宜街道, 和县农业农村局.
_PLACE = re.compile("(?<![城农乡])[市区县旗镇乡村](?![场政容民域村])|街道")


def _without_and(name: str, known: Collection[str], doubts: list[tuple[str, str]]) -> str:
    """The name without 和 where this cannot begin it: before a known name, one of its level, or one without a place."""
    rest = name[1:]
    if rest[0] in "各其":
        return rest
    alike = rest[0] in "省市区县旗" and any(one[0] == rest[0] and one[-1] == rest[-1] for one in known)
    if rest in known or alike or _GENERIC.search(rest) or (_BODY.search(rest) and not _PLACE.search(rest)):
        return rest
    doubts.append((AND, name))
    return name


def _duties(name: str, doubts: list[tuple[str, str]]) -> tuple[str, bool]:
    """The name without 按职责分工负责 and 等部门; whether there was any such word."""
    shorter = _DUTIES.sub("", name)
    others = _AND_OTHERS.search(shorter)
    if others and len(shorter) > others.end() - others.start() + 1:
        doubts.append((OTHERS, name))
        shorter = shorter[: others.start()]
    return shorter, shorter != name


def _doubts_of(name: str) -> list[tuple[str, str]]:
    if _GENERIC.search(name):
        return [(GENERIC, name)]
    beside = _PERSON.search(name)
    if beside and _BODY.search(name[: beside.start()]) and not _BODY.search(beside[1]):
        return [(PERSON, name)]
    if len(name) > 24 or re.search(r"\d|[?？!！:：]", name):
        return [(ODD, name)]
    return []


# -- shares

_UNIT_OF_SHARE = r"[\u4e00-\u9fff]{1,4}"
_SHARE = re.compile(
    rf"(?P<name>[^\d()]{{2,20}}?)\s*[(:]?\s*(?P<figure>\d+(?:\.\d+)?)\s*(?P<unit>{_UNIT_OF_SHARE})\s*[)]?"
)
#: Within a longer text only towns and the like are taken for bodies with shares.
_TOWN = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{1,8}}?(?:镇|乡|街道|社区|村|园区))\s*[(:]?\s*(?P<figure>\d+(?:\.\d+)?)\s*(?P<unit>{_UNIT_OF_SHARE}?)(?=[)、,;。\s]|$)"
)

_TOWN_NAME = re.compile(r"(?!各|所|责任|涉及|相关|牵头|配合)[\u4e00-\u9fff]{2,6}(?:(?<!乡)镇|乡|街道)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


class Shares(NamedTuple):
    """Names of bodies with their figures, and the unit that all of them have."""

    figures: tuple[tuple[str, str], ...]
    unit: str


def shares_of(text: str) -> Shares | None:
    """The shares that a cell of bodies gives; None where not each of its names has one."""
    found = [_SHARE.fullmatch(unicodedata.normalize("NFKC", piece)) for piece in pieces(text)]
    return _shares([one for one in found if one]) if all(found) else None


def shares_within(text: str) -> Shares | None:
    """The shares of towns that a task's text lists; None where there are fewer than two."""
    return _shares(list(_TOWN.finditer(unicodedata.normalize("NFKC", text))))


def is_town(heading: str) -> bool:
    """Whether a column is headed by the name of one town."""
    return _TOWN_NAME.fullmatch(unicodedata.normalize("NFKC", heading).strip()) is not None


def shares_in_columns(cells: Iterable[tuple[str, str]], title: str) -> Shares:
    """The shares that the columns of towns give a task, in the unit that its title names: 家政培训（人）."""
    figures = [(name, text.replace(",", "")) for name, text in cells]
    unit = re.search(rf"[(（]({_UNIT_OF_SHARE})[)）]$", title)
    return Shares(tuple(one for one in figures if _FIGURE.fullmatch(one[1])), unit[1] if unit else "")


def _shares(found: list[re.Match[str]]) -> Shares | None:
    units = {one["unit"] for one in found}
    names = {one["name"] for one in found}
    if len(found) < 2 or len(units) != 1 or len(names) != len(found):
        return None
    return Shares(tuple((one["name"].strip(), one["figure"]) for one in found), units.pop())

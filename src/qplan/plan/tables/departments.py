"""The bodies that a table names -> departments: twin names joined, ids proposed.

区住建局 and 区住房城乡建设局, 市场监管局 and 区市场监管局, 杭州市 and 杭州市人民政府 are one body each.
The joined names become aliases, and each joining is asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, count
from typing import NamedTuple

from qplan.core.names import shown
from qplan.i18n import _, joined
from qplan.plan.questions import Question

#: The first character of GB 2312's level 1 for each initial: its 3755 characters are in the order of pinyin.
_INITIALS = tuple(zip(
    "abcdefghjklmnopqrstwxyz",
    (0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
     0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1),
    strict=True,
))  # fmt: skip
_LAST = 0xD7F9
_LEVELS = "省市区县旗"
#: 市场监管局 does not begin with the level 市.
_NO_LEVEL = ("市场", "市政", "市容", "市民", "区域", "区块", "县域", "省际", "市域", "市郊")
_ENDINGS = ("分局", "委员会", "管委会", "办公室", "局", "委", "办", "部", "厅", "中心", "院")
#: Endings that name the same kind of body.
_SAME = {"分局": "局", "委员会": "委", "办公室": "办", "厅": "局"}


class Body(NamedTuple):
    """A name, taken apart: 区市场监管局 is 区, 市场监管, 局."""

    level: str
    core: str
    ending: str


class Department(NamedTuple):
    """A department as proposed: its id, name, other names, the cells that name it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    initials: str = ""
    role: str = "department"


class Registry(NamedTuple):
    """The departments of a table, who each written name means, and what is to be asked."""

    departments: tuple[Department, ...]
    meant: dict[str, Department]  #: a name as written -> its department
    questions: tuple[Question, ...]


def initials(text: str) -> str:
    """The pinyin initials of a Chinese text; "" where a character has none known here."""
    letters = ""
    for char in unicodedata.normalize("NFKC", text):
        if char.isascii():
            letters += char.lower() if char.isalnum() else ""
            continue
        code = int.from_bytes(char.encode("gb2312", "ignore").rjust(2, b"\0"), "big")
        letter = (
            next((name for name, first in reversed(_INITIALS) if code >= first), "") if code <= _LAST else ""
        )
        if letter:
            letters += letter
        elif char.isalnum():
            return ""
    return letters


def take_apart(name: str) -> Body:
    """A body's name as level, core and ending, without what names of one body differ in."""
    plain = re.sub(r"[\s“”\"·]|[(（][^)）]*[)）]$", "", unicodedata.normalize("NFKC", name)) or name
    plain = plain.replace("人民政府", "政府").replace("管理委员会", "管委会")
    plain = re.sub(r"(街道|镇|乡)(?:办事处|党工委|政府|党委|办)$", r"\1", plain)
    plain = re.sub(r"(?<=[\u4e00-\u9fff][省市区县旗])政府$", "", plain)
    level = ""
    if plain[:1] in _LEVELS and (plain[:2] not in _NO_LEVEL or plain[1:3] == "民政") and len(plain) > 2:
        level, plain = plain[0], plain[1:]
        plain = re.sub("^委(?=宣传|组织|统战|政法|社会工作|网信|编办|办)", "", plain)
    ending = next((one for one in _ENDINGS if plain.endswith(one) and len(plain) > len(one) + 1), "")
    core = plain[: len(plain) - len(ending)] if ending else plain
    return Body(
        level, core.replace("和", "") if ending in ("局", "委", "委员会") else core, _SAME.get(ending, ending)
    )


def same_body(one: Body, other: Body) -> bool:
    """Whether two names are likely to be of one body: equal but for level, ending, or abbreviated."""
    if one.level and other.level and one.level != other.level:
        return False
    endings = {one.ending, other.ending}
    if len(endings) > 1 and "" not in endings and endings != {"局", "委"}:
        return False
    short, long = sorted((one.core, other.core), key=len)
    return short == long or ("" not in endings and _abbreviates(short, long))


def _abbreviates(short: str, long: str) -> bool:
    """Whether the one has the other's characters in their order, the first of them the same: 住建, 住房城乡建设."""
    if not 2 <= len(short) < len(long) or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(char in rest for char in short)


def propose(
    names: Sequence[tuple[str, str | int]], known: Sequence[Department] = (), office: str | None = None
) -> Registry:
    """The departments of the names (each with its cell, or its line) in a table or text.

    ``known`` departments (of a plan that is updated) keep their ids and names. ``office`` names the
    one that keeps the ledger; where no name of the table is its, it is added.
    """
    cells: dict[str, str | int] = {}
    for name, cell in names:
        cells.setdefault(name, cell)
    counts = Counter(name for name, _cell in names)
    departments = {one.id: one for one in known}
    questions: list[Question] = []
    ids = {alias: one.id for one in known for alias in (one.name, one.id, *one.aliases)}
    meant = {name: ids[name] for name in cells if name in ids}
    for name in [name for name in cells if name not in meant]:
        alike = _alike(name, departments.values())
        if alike is not None:
            meant[name] = alike.id
            departments[alike.id] = alike._replace(aliases=(*alike.aliases, name))
            questions += _twins(alike, [name], cells)
    usual = _usual_level(cells)
    groups, unclear = _groups([name for name in cells if name not in meant], cells, usual)
    questions += unclear
    for group in groups:
        one = _department(group, counts, departments, usual)
        departments[one.id] = one
        meant.update(dict.fromkeys(group, one.id))
        questions += _twins(one, group, cells)
    _add_office(departments, meant, office, questions)
    return Registry(
        tuple(departments.values()),
        {name: departments[ident] for name, ident in meant.items()},
        tuple(questions),
    )


def _alike(name: str, departments: Iterable[Department]) -> Department | None:
    """The one known department that a new name is likely to mean."""
    body = take_apart(name)
    near = [
        one
        for one in departments
        if any(same_body(body, take_apart(other)) for other in (one.name, *one.aliases))
    ]
    return near[0] if len(near) == 1 else None


def _groups(
    names: Sequence[str], cells: dict[str, str | int], usual: str
) -> tuple[list[list[str]], list[Question]]:
    """The names, those of one body together; a name that may be of two bodies stays alone and is asked about."""
    bodies = {name: take_apart(name) for name in names}
    groups: list[list[str]] = []
    questions: list[Question] = []
    for name in sorted(names, key=lambda one: (-len(bodies[one].core), not bodies[one].level)):
        near = [group for group in groups if any(same_body(bodies[name], bodies[other]) for other in group)]
        exact = [group for group in near if any(bodies[name].core == bodies[other].core for other in group)]
        near = exact or near
        if len(near) > 1 and usual:  # a name without a level has the one that is usual here
            near = [group for group in near if any(bodies[other].level == usual for other in group)] or near
        if len(near) == 1:
            near[0].append(name)
            continue
        groups.append([name])
        if near:
            what = _("“{}” may be {}; it is entered as a department of its own").format(
                shown(name), joined(shown(group[0]) for group in near)
            )
            questions.append(
                Question(
                    cells[name],
                    what,
                    _("make it an alias of the right one in departments.yaml, or correct the table"),
                )
            )
    order = {name: place for place, name in enumerate(cells)}
    return sorted(groups, key=lambda group: min(order[name] for name in group)), questions


def _usual_level(names: Iterable[str]) -> str:
    """The level that most bodies begin with (区), where nearly all do."""
    bodies = [body for body in map(take_apart, names) if body.ending in ("局", "委", "办")]
    level, count = Counter(body.level for body in bodies).most_common(1)[0] if bodies else ("", 0)
    return level if level and count >= 3 and count >= 0.7 * len(bodies) else ""


def _department(
    group: list[str], counts: Counter[str], taken: dict[str, Department], usual: str
) -> Department:
    def rank(name: str) -> tuple[bool, int, int]:
        return bool(take_apart(name).level), counts[name], len(name)

    name = max(group, key=rank)
    body = take_apart(name)
    full = usual + name
    if usual and not body.level and body.ending == "局" and full not in {one.name for one in taken.values()}:
        name = full
    aliases = tuple(dict.fromkeys(one for one in group if one != name and not re.search(r"\s", one)))
    letters = initials(name[1:] if take_apart(name).level else name)[:12]
    return Department(_free(letters, taken), name, aliases, letters, _role(name))


def free_id(stem: str, used: Collection[str], otherwise: str) -> str:
    """The stem where it is an id that is not used yet, else with a number; ``otherwise`` is counted without one."""
    usable = re.fullmatch("[a-z][a-z0-9_]+", stem)
    numbered = (f"{stem}{n}" if usable else otherwise.format(n) for n in count(2 if usable else 1))
    return next(one for one in chain([stem] if usable else [], numbered) if one not in used)


def _free(letters: str, taken: Iterable[str]) -> str:
    return free_id(letters, {one.casefold() for one in taken}, "d{:02d}")


def _role(name: str) -> str:
    area = re.search(
        r"(?:镇|乡|街道|社区|村)(?:[)）].*)?$|管委会$|(?:镇|乡|街道|区|县|市)(?:人民)?政府$|办事处$|镇街$",
        name,
    )
    return "area" if area else "department"


def _twins(one: Department, group: list[str], cells: dict[str, str | int]) -> list[Question]:
    what = _("{} is read as the same body as {}")
    hint = _("if they are two bodies, give each its own entry in departments.yaml (id {})").format(one.id)
    return [
        Question(cells[name], what.format(shown(name), shown(one.name)), hint)
        for name in group
        if name != one.name
    ]


def _add_office(
    departments: dict[str, Department],
    meant: dict[str, str],
    office: str | None,
    questions: list[Question],
) -> None:
    """Give one department the role of the office that keeps the ledger."""
    if any(one.role == "office" for one in departments.values()) and office is None:
        return
    found = _office_of(departments.values(), meant, office)
    if found is None:
        name = office or "统筹协调办公室"
        found = Department(_free(initials(name) or "office", departments), name, (), initials(name))
    for ident, one in departments.items():
        if one.role == "office":
            departments[ident] = one._replace(role="department")
    departments[found.id] = found._replace(role="office")
    if office is None:
        what = _("nothing names the office that keeps the ledger; {} is entered for it").format(
            shown(found.name)
        )
        questions.append(Question("", what, _("name it: --office NAME")))


def _office_of(
    departments: Iterable[Department], meant: dict[str, str], office: str | None
) -> Department | None:
    listed = list(departments)
    if office is None:
        return next(
            (one for one in listed if re.search("领导小组办公室|专班办公室|专班$|指挥部办公室", one.name)),
            None,
        )
    if office in meant:
        return next(one for one in listed if one.id == meant[office])
    body = take_apart(office)
    alike = [
        one
        for one in listed
        if office in (one.id, one.name, *one.aliases) or same_body(body, take_apart(one.name))
    ]
    return alike[0] if len(alike) == 1 else None

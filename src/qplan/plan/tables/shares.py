"""Each body's own share of a task, as a cell gives it: “元坝镇280人、白果镇15人”."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from qplan.plan.tables.bodies import pieces

_UNIT = r"[\u4e00-\u9fff]{1,4}"
_SHARE = re.compile(
    rf"(?P<name>[^\d()]{{2,20}}?)\s*[(:]?\s*(?P<figure>\d+(?:\.\d+)?)\s*(?P<unit>{_UNIT})\s*[)]?"
)
#: Within a longer text only towns and the like are taken for bodies with shares.
_TOWN = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{1,8}}?(?:镇|乡|街道|社区|村|园区))\s*[(:]?\s*(?P<figure>\d+(?:\.\d+)?)\s*(?P<unit>{_UNIT}?)(?=[)、,;。\s]|$)"
)


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


def _shares(found: list[re.Match[str]]) -> Shares | None:
    units = {one["unit"] for one in found}
    names = {one["name"] for one in found}
    if len(found) < 2 or len(units) != 1 or len(names) != len(found):
        return None
    return Shares(tuple((one["name"].strip(), one["figure"]) for one in found), units.pop())

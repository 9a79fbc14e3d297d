"""Breaking a text into lines of a width in cells, as Chinese and Latin scripts are broken."""

from __future__ import annotations

import re

from qplan.render.text import cell_width

# A line may not begin with closing punctuation, nor end with an opening bracket.
_CLOSING = frozenset("，。、；：！？）》〉」』】〕”’…%,.;:!?)]}")
_OPENING = frozenset("（《〈「『【〔“‘([{")
#: What is not broken: a Latin word, or one character.
UNIT = re.compile("[^\\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u2014\u2018-\u201d\u2026]+|.", re.DOTALL)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells: Latin words whole, Chinese anywhere but at punctuation.

    Leading spaces (the depth of a tree) are repeated on every line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if cell_width(paragraph) <= width:
            lines.append(paragraph)
            continue
        body = paragraph.lstrip(" ")
        indent = min(len(paragraph) - len(body), width // 2)
        lines.extend(" " * indent + line for line in _fill(body, width - indent))
    return lines


def _fill(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for unit in UNIT.findall(text):
        size = cell_width(unit)
        if used + size > width and line:
            if unit == " ":
                continue
            carried = _carry(line, unit, width)
            lines.append("".join(line).rstrip())
            line = carried
            used = sum(map(cell_width, line))
        if size > width:
            for character in unit:  # a word longer than the column
                if used + cell_width(character) > width and line:
                    lines.append("".join(line))
                    line, used = [], 0
                line.append(character)
                used += cell_width(character)
            continue
        if line or unit != " ":
            line.append(unit)
            used += size
    lines.append("".join(line).rstrip())
    return lines


def _carry(line: list[str], unit: str, width: int) -> list[str]:
    """Units that must move to the next line together with ``unit``."""
    carried: list[str] = []
    while len(line) > 1 and ((carried[0] if carried else unit)[:1] in _CLOSING or line[-1][-1:] in _OPENING):
        if sum(map(cell_width, [line[-1], *carried, unit])) > width:
            break
        carried.insert(0, line.pop())
    return carried

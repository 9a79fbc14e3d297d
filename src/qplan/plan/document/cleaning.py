"""Lines of a text before its headings are looked for: without a table of contents and the page's layout, and with
the line breaks that copying lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qplan.plan.document.lines import Line, make_line
from qplan.plan.document.marks import read_marks

#: A heading that stands alone on its line is no longer than this.
TITLE = 48


def _key(text: str) -> str:
    """An entry of a table of contents without dots and page number."""
    return re.sub(r"\s+|[.…·]{2,}\s*\d*$|\s+\d+$", "", text)


def without_contents(lines: list[Line]) -> list[Line]:
    """The lines without the table of contents: from its heading to where its first entry comes again."""
    for place, line in enumerate(lines[:400]):
        if _key(line.text).lower() not in ("目录", "目次", "contents", "tableofcontents"):
            continue
        entries = [_key(one.text) for one in lines[place + 1 : place + 400]]
        again = entries.index(entries[0], 1) if entries[:1] and entries[0] in entries[1:] else 0
        return lines[:place] + lines[place + 1 + again :]
    return lines


def without_repeated(lines: list[Line]) -> list[Line]:
    """The lines without a table of contents that no heading of its own announces: entries that come again."""
    keys = [
        _key(line.text) if len(line.text) <= TITLE * 2 and read_marks(line.text) else "" for line in lines
    ]
    later: dict[str, int] = {}
    for place, line in enumerate(lines):
        later[_key(line.text)[:6]] = place
    begin = end = 0
    for place, key in enumerate(keys):
        last = later.get(key[:6], 0)
        again = key and last > place and _key(lines[last].text).startswith(key)
        if again and place - end <= 1:
            begin, end = (begin, place) if end else (place, place)
        elif end - begin >= 3:
            break
        elif again:
            begin = end = place
    return lines[:begin] + lines[end + 1 :] if end - begin >= 3 else lines


def without_layout(lines: list[Line]) -> list[Line]:
    """The lines, those in a frame only where the frame is that of a column (专栏) and not of the page."""
    framed: set[int] = set()
    seen: set[int] = set()
    before = ""
    for line in lines:
        if line.table and line.table not in seen:
            seen.add(line.table)
            if any(mark.kind == "box" for text in (before, line.text) for mark in read_marks(text)):
                framed.add(line.table)
        before = line.text
    return [line if line.cells or line.table in framed else line._replace(table=0) for line in lines]


#: Marks that a text with lost line breaks has in the middle of a line.
_INLINE = re.compile(
    r"(?<=[。;!?\s%)])(?=[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|专栏\s*\d+[::\s]|——|"
    r"第[一二三四五六七八九十\d]{1,3}[章节]\s)"
)
_INLINE_NUMBER = re.compile(
    r"(?<=[。;!?\s%)])(?=\d{1,2}[.、]\s*[^\d\s]|\(\d{1,2}\)\S)|(?<=[\u4e00-\u9fff。])(?=——)"
)
_LONG = 120


def lost_breaks(lines: list[Line]) -> bool:
    """Whether more headings are in the middle of lines than at their beginning."""
    inline = sum(len(_INLINE.findall(line.text)) for line in lines if len(line.text) > _LONG)
    strong = ("chinese", "chinese_bracket", "box", "dash", "chapter")
    begun = sum(any(mark.kind in strong for mark in read_marks(line.text)) for line in lines)
    return inline > max(begun, 2)


def broken_up(line: Line) -> Iterator[Line]:
    """The parts of a line that lost its breaks, each beginning with a mark."""
    if line.cells:
        yield line
        return
    cuts = {found.start() for pattern in (_INLINE, _INLINE_NUMBER) for found in pattern.finditer(line.text)}
    edges = [0, *sorted(cuts), len(line.text)]
    for begin, end in pairwise(edges):
        part = make_line(line.number, line.raw[begin:end], line.style, line.table)
        if part.raw:
            yield part


_LISTED = re.compile(r"(?<=[。;!?])(\d{1,2})[.、]\s*(?=[^\d\s])")


def listed(line: Line) -> Iterator[Line]:
    """The items of a list that stands within one line (…。1.…。2.…), each as a line."""
    found = list(_LISTED.finditer(line.text)) if len(line.text) > TITLE and not line.cells else []
    if len(found) < 2 or [int(one[1]) for one in found] != list(range(1, len(found) + 1)):
        yield line
        return
    for begin, end in pairwise([0, *(one.start() for one in found), len(line.text)]):
        yield make_line(line.number, line.raw[begin:end], line.style, line.table)

"""Lines of a text before its headings are looked for: without a table of contents and the page's layout, and with
the line breaks that copying lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from qplan.plan.document.head import read_title
from qplan.plan.document.lines import Line, Look, make_line
from qplan.plan.document.marks import WORDS, Mark, read_marks

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


#: A heading without a number stands above the numbered ones of the text, or below the one that is open.
TOP_STYLE, INNER_STYLE = 1, 9
_NO_TITLE = re.compile(
    r"[。.,;:!?、|•·※*★]|^[-–—(\[“\"]|\d{5,}|\d月\d|^(?:by|and|or|of|the following)\b|[\"”]$"
)
_SENTENCE = re.compile(r"[。.;:!?)]$")


def mark_unnumbered(lines: list[Line]) -> tuple[list[Line], list[Line], frozenset[str]]:
    """The lines with a style for each heading without a number, these headings, and the kinds of marks whose lists
    stand beside them, not below.

    In plain text that is a short line without marks after an empty one, before a sentence or a numbered heading; in a
    file that keeps the looks of paragraphs, a short line that looks unlike the text.
    """
    if (styled := _by_look(lines)) and not any(line.style for line in lines):
        unlike = [line for line in styled.values() if not read_marks(line.text)]
        return [styled.get(place, line) for place, line in enumerate(lines)], unlike, frozenset()
    if any(line.style or line.table for line in lines):
        return lines, [], frozenset()
    marks = [read_marks(line.text)[:1] for line in lines]
    title = read_title(lines)
    found: dict[int, Line] = {}
    seen: set[str] = set()
    said = False  # whether anything but the head of the document was read
    for place, line in enumerate(lines):
        if line.raw not in title and _is_unnumbered(lines, marks, place, said):
            following = next(
                (marks[later][0] for later in range(place + 1, len(marks)) if marks[later]), None
            )
            inner = following and following.kind in seen and following.number != 1
            found[place] = line._replace(style=INNER_STYLE if inner else TOP_STYLE)
        seen.update(mark.kind for mark in marks[place])
        said = said or bool(marks[place] or place in found)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(marks):
        if one and not one[0].path[one[0].kind == "code" :]:
            places.setdefault(one[0].kind, []).append(place)
    beside = frozenset(
        kind
        for kind, those in places.items()
        if _stands_beside(kind, those, [one for one in those if marks[one][0].number == 1], found)
    )
    return [found.get(place, line) for place, line in enumerate(lines)], list(found.values()), beside


def _by_look(lines: list[Line]) -> dict[int, Line]:
    """Place -> heading, for the lines that stand out by size, weight, font or place; the larger, the higher its level.

    Empty where no two lines without a number do: then the numbers show the headings.
    """
    weights: Counter[Look] = Counter()
    for line in lines:
        weights[line.look] += len(line.text)
    text = max(weights, key=weights.__getitem__, default=Look())
    title = read_title(lines) if len(weights) > 1 else ""
    found = {
        place: line
        for place, line in enumerate(lines[:-1])
        if not line.cells and _stands_out(line.look, text) and line.raw not in title and _may_be_title(line)
    }
    once = next(iter(found.values()), Line(0, "", "")).look  # of the lines of the document's head
    head = [place for place, line in found.items() if line.look == once]
    if head == list(found)[: len(head)] and head == list(range(len(head))):
        found = {place: line for place, line in found.items() if place not in head}
    if sum(not read_marks(line.text) for line in found.values()) < 2:
        return {}
    met = dict.fromkeys(line.look for line in found.values())
    looks = sorted(met, key=lambda one: (-one.size, not one.centred, not one.bold))
    return {place: line._replace(style=1 + looks.index(line.look)) for place, line in found.items()}


def _may_be_title(line: Line) -> bool:
    short = len(line.text) <= TITLE * 2 and not _NO_END.search(line.text)
    return bool(read_marks(line.text)) or (short and not _NO_TITLE.search(line.text))


def _stands_out(look: Look, text: Look) -> bool:
    return (
        look.size > text.size
        or look.bold > text.bold
        or look.centred > text.centred
        or (bool(look.font) and look.font != text.font and look.size >= text.size)
    )


_BULLET = re.compile(r"[•·*▪‣-]\s")
_NO_END = re.compile(r"[。;:,!?、)]$|[:].")
_STRONG = ("compilation", "zhang", "jie", "chinese", "roman", "code", *WORDS)
FRONT = re.compile(
    r"前言|引言|序言|^序$|foreword|preface|message|introduction|summary|welcome", re.IGNORECASE
)


def _stands_beside(kind: str, places: list[int], begins: list[int], found: dict[int, Line]) -> bool:
    """Whether a list of this kind stands beside the headings without a number: it neither restarts below each of
    them nor follows one at once. ``begins`` are the places of its first items."""
    if len(begins) != 1 or any(place - 1 in found for place in places):
        return False
    before = [line for place, line in found.items() if place < begins[0]]
    return bool(kind in _STRONG or (before and FRONT.search(before[-1].text)))


def _is_unnumbered(lines: list[Line], marks: list[list[Mark]], place: int, said: bool) -> bool:
    if not 0 < place < len(lines) - 1:
        return False
    line, following = lines[place], lines[place + 1]
    if line.number <= lines[place - 1].number + 1 or marks[place] or _NO_TITLE.search(line.text):
        return False
    chinese = line.raw[:1] > "\u2000"
    if len(line.text) > (20 if chinese else 60) or not (chinese or line.text[0].isupper()):
        return False
    whole = _SENTENCE.search(following.text) and len(following.text) > len(line.text)
    listed = _BULLET.match(following.text) and not chinese
    return bool(whole or listed or (said and marks[place + 1]))


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
    strong = ("chinese", "chinese_bracket", "box", "dash", "zhang")
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


_LISTED = re.compile(r"(?:^|(?<=[。;!?]))(\d{1,2})[.、]\s*(?=[^\d\s])")


def listed(line: Line) -> Iterator[Line]:
    """The items of a list that stands within one line (…。1.…。2.…), each as a line."""
    found = list(_LISTED.finditer(line.text)) if len(line.text) > TITLE and not line.cells else []
    if len(found) < 2 or [int(one[1]) for one in found] != list(range(1, len(found) + 1)):
        yield line
        return
    for begin, end in pairwise([0, *(one.start() for one in found), len(line.text)]):
        yield make_line(line.number, line.raw[begin:end], line.style, line.table)

"""Lines -> the tree of headings, each with its clause, its level and the paragraphs under it.

A mark at the beginning of a line (1., (一), ——) is a heading where it continues or begins a list: that,
and not its look, distinguishes a heading from a sentence that begins with a figure. Which kind of mark stands
above which is learnt from the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from qplan.i18n import _
from qplan.plan.document.bodies import Duty
from qplan.plan.document.cleaning import (
    TITLE,
    TOP_STYLE,
    broken_up,
    listed,
    lost_breaks,
    mark_unnumbered,
    without_contents,
    without_layout,
    without_repeated,
)
from qplan.plan.document.lines import Line
from qplan.plan.document.marks import KINDS, UNNUMBERED, USUAL, WORDS, Mark, read_marks
from qplan.plan.document.tables import stacked_rows
from qplan.plan.questions import Question

#: More headings than this are no plan.
MOST_HEADINGS = 20_000
_SENTENCE_END = re.compile(r"[。:;!?]|\.(?=\s|$)")
#: A blank in Chinese where a line once ended.
_LOST_BREAK = re.compile(r"(?<=[\u4e00-\u9fff”\")])\s+(?=[\u4e00-\u9fff“\"《\d])")
_TRAILING = " 。.:;、,:"


@dataclass(eq=False)
class Heading:
    """A heading, the paragraphs below it and the headings below those."""

    kind: str
    number: int
    label: str
    title: str
    line: int
    parent: Heading | None = None
    path: tuple[int, ...] = ()
    bare: bool = False  #: it is a title alone, not a sentence
    table: int = 0
    clause: str = ""
    level: int = 0
    role: str = ""  #: see :mod:`qplan.plan.document.roles`
    id: str | None = None
    duty: Duty = field(default_factory=Duty)  #: what the paragraphs of a task say of its doing
    children: list[Heading] = field(default_factory=list)
    paragraphs: list[Line] = field(default_factory=list)

    def walk(self) -> Iterator[Heading]:
        """The heading and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Heading]:
        """The heading and those above it, without the root."""
        here: Heading | None = self
        while here is not None and here.parent is not None:
            yield here
            here = here.parent

    @property
    def numbered(self) -> Heading:
        """The nearest heading, from this one up, that is neither a measure (——) nor a column (专栏)."""
        here = self
        while here.parent is not None and (here.kind in (*UNNUMBERED, "box") or here.in_box):
            here = here.parent
        return here

    @property
    def in_box(self) -> bool:
        """Whether it is in a column (专栏)."""
        return self.parent is not None and any(one.kind == "box" for one in self.parent.ancestors())


class _Place(NamedTuple):
    """Where a marked line would stand: under which heading of the stack, as which kind."""

    mark: Mark
    parent: int
    sibling: Heading | None


def build_outline(lines: list[Line]) -> tuple[Heading, list[Question]]:
    """The root of the headings of a text, and the questions about its numbering."""
    lines = without_layout(stacked_rows(without_contents(lines)))
    if lost_breaks(lines):
        lines = without_repeated([part for line in lines for part in broken_up(line)])
    lines = [part for line in lines for part in listed(line)]
    own_styles = any(line.style for line in lines)
    lines, unnumbered, beside = mark_unnumbered(lines)
    outline = _Outline(lines, own_styles, beside)
    for line in unnumbered:
        what = _("“{}” is read as a heading without a number").format(line.raw[:40])
        outline.questions.append(Question(line.number, what, _("number it, or end it like a sentence")))
    for place, line in enumerate(lines):
        outline.add(line, lines[place + 1] if place + 1 < len(lines) else None)
    _set_clauses(outline.root)
    return outline.root, outline.questions


# -- which kind of mark stands above which


def _levels(lines: list[Line]) -> dict[str, int]:
    """Kind of mark -> its place, the highest first: the usual order, but as this text uses it.

    A list that goes on (2. after 1.) while another begins anew in between stands above that other, unless a higher
    mark came first: in I. A. 1. 2. II. A. 3. the numbers run on under the letters.
    """
    seen = [(mark.kind, mark.number) for line in lines for mark in read_marks(line.text)[:1]]
    above: Counter[tuple[str, str]] = Counter()
    last: dict[str, int] = {}
    begun: dict[str, set[str]] = {}
    since: dict[str, set[str]] = {}  # kind -> the kinds that came after its last item
    for kind, number in seen:
        if number is None or kind == "box":
            continue
        if number == last.get(kind, -1) + 1:
            above.update((kind, other) for other in begun.get(kind, ()))
        begun[kind], since[kind], last[kind] = set(), set(), number
        for other, kinds in since.items():
            higher = any(USUAL[one] < USUAL[other] for one in kinds - {kind})
            if number == 1 and other != kind and not higher:
                begun[other].add(kind)
            kinds.add(kind)
    order = list(KINDS)
    for first in range(len(order)):
        for second in range(first + 1, len(order)):
            a, b = order[first], order[second]
            if above[b, a] > above[a, b]:
                order[first], order[second] = b, a
    return {kind: place for place, kind in enumerate(order)}


# -- the tree


#: Kinds with which a part of a plan may begin at any number: 三、主要任务; others where the next number follows (B., C.).
_CHAPTERS = ("compilation", "zhang", "chinese")


class _Outline:
    """The headings read so far: ``stack`` holds those under which the next line stands."""

    def __init__(self, lines: list[Line], own_styles: bool, beside: frozenset[str]) -> None:
        self.root = Heading("root", 0, "", "", 0)
        self.stack = [self.root]
        self.questions: list[Question] = []
        self._levels = _levels(lines)
        self._beside = beside
        self._marked = {(mark.kind, mark.number) for line in lines for mark in read_marks(line.text)}
        self._last: dict[str, int] = {}
        self._last_decimal: dict[tuple[str, tuple[int, ...]], int] = {}
        self._count = 0
        self._title_taken = False
        styles = [line.style for line in lines if line.style]
        others = len(styles) > 1 or any(
            mark.kind in _CHAPTERS for line in lines for mark in read_marks(line.text)[:1]
        )
        self._title_style = (
            min(styles) if own_styles and others and styles.count(min(styles, default=0)) == 1 else 0
        )
        self._styles: dict[int, str] = {}  # level of a style -> the kind of mark its headings have

    def add(self, line: Line, following: Line | None) -> None:
        """Take in the next line: as a heading, or as a paragraph of the one it stands under."""
        if line.cells:
            self.stack[-1].paragraphs.append(line)
            return
        place = self._place(line)
        if place is not None:
            self._open(line, place, following)
        elif line.style and not (line.style == self._title_style and not self._title_taken):
            self._open_styled(line)
        else:
            self._title_taken = self._title_taken or bool(line.style)
            self.stack[-1].paragraphs.append(line)

    def _open(self, line: Line, place: _Place, following: Line | None) -> None:
        mark = place.mark
        text, raw = line.text[mark.rest :], line.raw[mark.rest :]
        title, bare = split_title(text, raw)
        if not title and following is not None and not read_marks(following.text):
            title = following.raw[:TITLE]
        parent = self.stack[place.parent]
        number = mark.number
        if number is None:
            number = 1 + sum(child.kind == mark.kind for child in parent.children)
        heading = Heading(
            mark.kind, number, mark.label, title, line.number, parent, mark.path, bare, line.table
        )
        heading.paragraphs.append(line._replace(raw=raw, text=text))
        if line.style:
            self._styles.setdefault(line.style, mark.kind)
        self._last[mark.kind] = number
        self._last_decimal[mark.kind, mark.path] = number
        self._push(heading, place.parent)

    def _open_styled(self, line: Line) -> None:
        """A heading by its style alone stands under the nearest of a higher level."""
        depth = len(self.stack) - 1
        while depth and self._style_level(self.stack[depth]) >= line.style:
            depth -= 1
        parent = self.stack[depth]
        number = 1 + sum(child.kind == "styled" for child in parent.children)
        title = line.raw.strip(_TRAILING)
        heading = Heading("styled", number, f"§{number}", title, line.number, parent, (line.style,), True)
        heading.paragraphs.append(line)
        self._push(heading, depth)

    def _style_level(self, heading: Heading) -> float:
        if heading.kind == "styled":
            return heading.path[0]
        known = [level for level, kind in self._styles.items() if kind == heading.kind]
        return known[0] if known else 7

    def _push(self, heading: Heading, parent: int) -> None:
        self._count += 1
        del self.stack[parent + 1 :]
        if self._count > MOST_HEADINGS:
            return
        self.stack[parent].children.append(heading)
        self.stack.append(heading)

    def _place(self, line: Line) -> _Place | None:
        """Where the line stands if it is a heading; None where it is none."""
        marks = read_marks(line.text)
        places = [place for mark in marks for place in self._places(mark, line)]
        if not places:
            return self._irregular(marks, line)
        if len(places) == 1 or places[0].mark.path:
            return places[0]
        bare = split_title(line.text[places[0].mark.rest :], "")[1]
        alike = [p for p in places if p.sibling is not None and p.sibling.bare == bare]
        if len({place.parent for place in places}) > 1 and len(alike) != 1:
            what = _("“{}” may belong to {} or to {}").format(
                line.raw[:24], *(self.stack[place.parent].title or "—" for place in places[:2])
            )
            self.questions.append(Question(line.number, what, _("check where it stands in the tree")))
        return (alike or places)[0]

    def _places(self, mark: Mark, line: Line) -> Iterator[_Place]:
        """Every place where the mark continues a list that is open, or begins one."""
        if mark.kind in ("dash", "box") or mark.number is None:
            yield from self._beside_text(mark, line)
            return
        for depth in range(len(self.stack) - 1, 0, -1):
            node = self.stack[depth]
            follows = node.kind == mark.kind and node.number + 1 == mark.number and node.path == mark.path
            if follows and self._same_box(node, line):
                yield _Place(mark, depth - 1, node)
        if mark.path:
            parents = [d for d, n in enumerate(self.stack) if d and (*n.path, n.number) == mark.path]
            if parents and mark.number == 1:
                inner = len(self.stack) - 1
                yield _Place(mark, inner if self.stack[inner].kind in WORDS else parents[-1], None)
            elif (
                (parents or mark.kind == "code")
                and self._last_decimal.get((mark.kind, mark.path), 0) + 1 == mark.number
            ) or (mark.kind in ("code", "number_letter", *WORDS) and (mark.number == 1 or parents)):
                depth = parents[-1] if parents and mark.kind in WORDS else self._parent(mark.kind, line)
                yield _Place(mark, depth, None)
            return
        goes_on = mark.kind not in _CHAPTERS and self._last.get(mark.kind, 0) + 1 == mark.number
        open_kinds = {node.kind for node in self.stack}
        begins = mark.kind in _CHAPTERS or (mark.kind, mark.number + 1) in self._marked
        first = begins and mark.kind not in self._last and split_title(line.text[mark.rest :], "")[1]
        if mark.number == 1 or first or (goes_on and mark.kind not in open_kinds):
            depth = self._parent(mark.kind, line)
            if mark.kind != "ordinal" or depth:
                yield _Place(mark, depth, None)

    def _beside_text(self, mark: Mark, line: Line) -> Iterator[_Place]:
        """A measure (——) or column (专栏) stands under the nearest heading that is neither."""
        depth = len(self.stack) - 1
        if mark.kind == "dash" and self._in_unframed_box(line):
            yield _Place(mark, depth - (self.stack[depth].kind != "box"), None)
            return
        while depth and (
            (node := self.stack[depth]).kind in (*UNNUMBERED, "box")
            or (node.in_box and not (node.table and node.table == line.table))  # its frame has ended
        ):
            depth -= 1
        if depth or mark.kind == "box":
            yield _Place(mark, depth, None)

    def _in_unframed_box(self, line: Line) -> bool:
        """Whether a measure stands right below a column without a frame, or goes on a list that does."""
        top = self.stack[-1]
        box = top if top.kind == "box" else top.parent
        return bool(
            box is not None
            and box.kind == "box"
            and not (box.table or line.table)
            and len(box.paragraphs) == 1
            and all(child.kind == "dash" for child in box.children)
        )

    @staticmethod
    def _same_box(node: Heading, line: Line) -> bool:
        """Whether both are in the same frame, or the heading in no column (专栏)."""
        return not node.in_box or node.table == line.table

    def _parent(self, kind: str, line: Line) -> int:
        """How deep in the stack a list of this kind begins."""
        for depth in range(len(self.stack) - 1, 0, -1):
            node = self.stack[depth]
            if node.kind == "box":
                if USUAL[kind] >= USUAL["number"] and node.table in (0, line.table):
                    return depth
            elif node.kind == "styled":
                if node.path == (TOP_STYLE,) and kind in self._beside:
                    continue
                if not line.style or line.style > node.path[0]:
                    return depth
            elif (self._levels[node.kind] < self._levels[kind] and node.kind not in UNNUMBERED) or (
                node.kind in UNNUMBERED and self._levels[kind] > self._levels["number"]
            ):
                return depth
        return 0

    def _irregular(self, marks: list[Mark], line: Line) -> _Place | None:
        """A number that was left out or stands twice: taken, and asked about."""
        bare = split_title(line.text[marks[0].rest :], "")[1] if marks else False
        for mark in marks:
            if mark.number is None or line.text[mark.rest : mark.rest + 1].isdigit():
                continue
            for depth in range(len(self.stack) - 1, 0, -1):
                node = self.stack[depth]
                step = mark.number - node.number
                if node.kind == mark.kind and node.path == mark.path and step in (0, 2, 3):
                    if node.bare != bare or not self._same_box(node, line):
                        continue
                    what = _("“{}” does not follow “{}”").format(
                        line.raw[:16], f"{node.label} {node.title}"[:16]
                    )
                    self.questions.append(Question(line.number, what, _("check the numbering of the text")))
                    return _Place(mark, depth - 1, node)
        return None


#: 一、稳就业(牵头领导:王建国): who answers for it is no part of a title.
_DUTY_BRACKET = re.compile(
    r"\((?:牵头|责任|分管|包抓|包联|主管)(?:领导|单位|部门|人|科室)?[::][^()]*(?:\([^()]*\)[^()]*)*\)\s*$"
)


def split_title(text: str, raw: str) -> tuple[str, bool]:
    """The title at the beginning of a heading's text, and whether the text is a title and no more.

    ``text`` has half-width marks, ``raw`` is as written; both are equally long.
    """
    raw = raw or text
    duty = _DUTY_BRACKET.search(text)
    text = text[: duty.start()] if duty else text
    end = _SENTENCE_END.search(text)
    first = end.start() if end else len(text)
    bare = (end is None or (end[0] == ":" and end.end() >= len(text))) and len(text) <= TITLE * 2
    blank = _LOST_BREAK.search(text[:first])
    if blank and not bare and 3 < blank.start() <= TITLE:
        first, bare = blank.start(), "," not in text[: blank.start()]
    if first > TITLE and not text[:first].isascii():
        comma = text.rfind(",", 4, TITLE)
        first = comma if comma > 0 else first if first <= TITLE * 2 else TITLE
    return raw[:first].strip(_TRAILING), bare


def _set_clauses(root: Heading) -> None:
    """Give each heading its clause and level."""
    taken: Counter[str] = Counter()
    for heading in root.walk():
        parent = heading.parent
        if parent is None:
            continue
        heading.level = parent.level + 1
        clause = _clause(heading, parent)
        taken[clause] += 1
        heading.clause = clause if taken[clause] == 1 else f"{clause}#{taken[clause]}"


def _clause(heading: Heading, parent: Heading) -> str:
    """Where the heading stands, as a plan cites it: 三(一)2-1, 专栏3-5, 1.2.3."""
    above = parent.clause
    if heading.kind == "box" or (heading.path and heading.kind != "styled"):
        return heading.label
    if heading.kind == "dash":
        return f"{above}-{heading.number}"
    if not above:
        return heading.label
    joint = above[-1].isalnum() and above[-1].isascii() and heading.label[:1].isalnum()
    return f"{above}{'-' if joint or parent.kind == 'box' else ''}{heading.label}"

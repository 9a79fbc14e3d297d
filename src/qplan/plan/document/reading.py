"""A document file -> what it says: headings, promises with their places, bodies, days, questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from qplan.core.names import written
from qplan.i18n import _
from qplan.plan.document.bodies import Due, Duty, day_of, find_days, find_duty
from qplan.plan.document.head import Head, read_head
from qplan.plan.document.lines import Line, is_english, read_lines
from qplan.plan.document.outline import Heading, build_outline
from qplan.plan.document.promises import (
    ABOUT,
    EXISTS,
    GUESSED,
    RANGE,
    Promise,
    Scope,
    find_promises,
    year_of_goals,
    year_of_list,
)
from qplan.plan.document.roles import (
    BACKGROUND,
    GOALS,
    PAST,
    SAFEGUARDS,
    TASKS,
    describes,
    front_of,
    set_roles,
)
from qplan.plan.document.tables import Row, indicator_rows
from qplan.plan.questions import Question, in_order

#: Bodies and days are looked for at the beginning of a paragraph that is longer than this.
_LONGEST = 8_000
#: More promises than this are no plan.
MOST_PROMISES = 20_000


class Target(NamedTuple):
    """A promise, or a row of a table of indicators, with the heading under which it stands."""

    promise: Promise
    clause: str
    heading: Heading
    row: Row | None = None  #: the row of the table it comes from


class Document(NamedTuple):
    """What a document says."""

    path: Path
    head: Head
    root: Heading
    targets: list[Target]
    questions: list[Question]
    unread: str  #: a sentence about the headings that were not read; "" where they were

    def headings(self) -> list[Heading]:
        """Every heading, in the order of the text."""
        _root, *below = self.root.walk()
        return below

    def tasks(self) -> list[Heading]:
        """The headings that are tasks, columns or safeguards."""
        return [heading for heading in self.headings() if heading.id is not None]

    def deadline(self, heading: Heading) -> str | None:
        """The day by which the text wants a task done: its own, else the one stated for the heading above it."""
        words = self.deadline_words(heading)
        if words:
            return day_of(words, self.head.year)
        return max((due.day for due in heading.duty.days), default=None)

    def deadline_words(self, heading: Heading) -> str:
        """What the text states as the deadline of a task: its own words, else those for the heading above it."""
        for one in heading.ancestors():
            if one.duty.deadline_text:
                return one.duty.deadline_text
            if one is heading and one.duty.days:
                break
        return ""


def read_document(path: Path) -> Document:
    """Read a plan's own text.

    Raises :class:`~qplan.errors.BadInput` where the file is no text that can be read.
    """
    lines = read_lines(path)
    head = read_head(lines)
    root, questions = build_outline(lines)
    set_roles(root)
    _lift_duties(root)
    _root, *headings = root.walk()
    front = _unread_after(root)
    unread = "" if headings else _("the text has no headings: only its promises were read")
    if front is not None and headings:
        what = _("no headings, or too few, were read after “{}”: the promises there are listed with it")
        unread = what.format(front.title or head.title)
    if unread:
        hint = _("number its headings (一、, (一), 1.) or give them heading styles")
        questions.append(Question(front.line if front else 0, unread, hint))
    scope = Scope(head.begins, head.ends)
    targets = list(_targets(root, headings, scope, questions, front))
    for one in headings:
        if one.role == GOALS or any(below.id for below in one.walk()):
            one.duty = _duty(one, head.year)
    return Document(path, head, root, targets, in_order(questions), unread)


_DUTY_LINE = re.compile(
    r"[(\[【〔]?(?:牵头|责任|配合|主办|协办|主责|整改|验收|完成|督导)\s*(?:单位|部门|人|领导|时限|期限|时间)\s*:|(?:Lead|Deadline|Support)\s*:"
)


def _lift_duties(root: Heading) -> None:
    """Give the lines of duty that close a list of items to the heading above the list.

    In 整改措施:1.… 2.… 责任单位:… they stand below the last item, and are meant for all of them.
    """
    own = {
        item.kind
        for heading in root.walk()
        for item in heading.children[:-1]
        if any(_DUTY_LINE.match(line.text) for line in item.paragraphs[1:])
    }
    for heading in reversed(list(root.walk())):
        items = [child for child in heading.children if child.kind != "box"]
        if len(items) < 2 or items[-1].children:
            continue
        last = items[-1]
        if last.kind in own or any(
            _DUTY_LINE.match(line.text) for item in items[:-1] for line in item.paragraphs[1:]
        ):
            continue
        lifted = [line for line in last.paragraphs[1:] if _DUTY_LINE.match(line.text)]
        heading.paragraphs += lifted
        last.paragraphs = [line for line in last.paragraphs if line not in lifted]


#: Chapters that describe how the work is to be done, and may state goals: 总体要求 … 到2027年 …
_AIMS = re.compile(r"总体(?:要求|思路)|(?:指导|工作|基本)思[想路]|工作要求")


def _unread_after(root: Heading) -> Heading | None:
    """What stands before the goals and the work and holds most of the text: the headings after it were not read.

    A Chinese text without any heading may be a notice in prose, which promises only where it says so.
    """
    if front := front_of(root):
        return front
    sizes = {heading: sum(len(line.text) for line in heading.paragraphs) for heading in root.walk()}
    largest = max(sizes, key=sizes.__getitem__)
    if largest is root:
        before = bool(root.children) or is_english(" ".join(line.text for line in root.paragraphs[:20]))
    else:
        before = largest.role == BACKGROUND and not PAST.search(largest.title)
    return largest if before and sizes[largest] * 2 > sum(sizes.values()) else None


def _targets(
    root: Heading, headings: list[Heading], scope: Scope, questions: list[Question], front: Heading | None
) -> Iterator[Target]:
    count = 0
    for heading in [root, *headings]:
        loose = heading is not front and (
            heading is root or (heading.role == BACKGROUND and bool(_AIMS.search(heading.title)))
        )
        if not (loose or heading is front or heading.role in (GOALS, TASKS, SAFEGUARDS)):
            continue
        found = [
            # a table stands under a numbered heading, whatever measure (——) comes before it
            Target(_from_row(row), f"{heading.numbered.clause}表-{row.number}", heading, row)
            for row in indicator_rows(heading.paragraphs)
        ]
        found += islice(
            _prose(heading, scope._replace(loose=loose), heading is front), MOST_PROMISES + 1 - count
        )
        for target in found:
            questions += _doubts(target)
            yield target
        count += len(found)
        if count > MOST_PROMISES:
            questions.append(
                Question(0, _("more than {} promises: the rest was not read").format(MOST_PROMISES), "")
            )
            return


def _prose(heading: Heading, scope: Scope, unread: bool) -> Iterator[Target]:
    """The promises of the sentences below a heading."""
    held = scope._replace(year=_year_above(heading, scope))
    for line in map(_divided, _promising(heading, unread)):
        if line.cells or _DUTY_LINE.match(line.text):
            continue
        title = heading.bare and line is heading.paragraphs[0]
        for one in find_promises(line, held):
            name = heading.title if _NO_NAME.match(one.name) else one.name
            if not title or one.value is not None:
                yield Target(one._replace(name=name), heading.clause, heading)
        held = held._replace(year=year_of_list([line], scope) or held.year)


def _divided(line: Line) -> Line:
    """The line, the cells of a table of work divided by commas."""
    if "\t" not in line.raw:
        return line
    pairs = zip(line.raw, line.text, strict=True)
    return line._replace(text="".join("," if one == "\t" else other for one, other in pairs))


#: Target for 2027: 95% measures what the heading names.
_NO_NAME = re.compile(r"(?:Target|Goal|Milestone)s?\b(?: (?:for|by|in)?\s*[\d–/-]*)?$")
_TITLE_YEAR = re.compile(
    r"(?<![-—–至到~])(20\d\d)(?=年(?:度)?(?!.{0,3}(?:以来|回顾)))|\b(?:for|in|by) (20\d\d)\b"
)


def _year_above(heading: Heading, scope: Scope) -> int | None:
    """The year that the words above a heading give: its list, the goals of its chapter, a title (2026年主要目标)."""
    above = heading.parent.paragraphs if heading.parent else []
    year = year_of_list(above, scope)
    if heading.role == GOALS and heading.parent is not None and heading.parent.role == GOALS:
        year = year or year_of_goals(above, scope)
    titles = [
        int(found[1] or found[2])
        for one in heading.ancestors()
        for found in _TITLE_YEAR.finditer(one.title)
        if one.bare
    ]
    return year or next(iter(titles), None)


#: What a text sets out as its goals before its first heading.
_GOALS_BEFORE = re.compile(
    r"目标[是为:]|目标(?:如下|任务)|力争|到20\d\d年|(?:要|将|确保)[^。]*\d|\b(?:target|aim|goal)s?\b"
)
_GOAL_OF_PROBLEM = re.compile(r"(?:整改|工作|治理|主要)?(?:目标|措施|任务|要求|举措)\s*:")


def _promising(heading: Heading, unread: bool) -> list[Line]:
    """The paragraphs that may promise: where goals or measures follow, the first describes a problem."""
    paragraphs = heading.paragraphs
    if unread:
        return list(_below_unread(paragraphs))
    if heading.parent is None and heading.children:
        return [line for line in paragraphs if _GOALS_BEFORE.search(line.text)]
    if any(_GOAL_OF_PROBLEM.match(line.text) for line in paragraphs[1:]):
        return [line for line in paragraphs[1:] if not re.match(r"(?:存在|主要)?问题|表现", line.text)]
    return paragraphs


#: The mark of a heading that was not read: what it numbers begins with a capital letter, or after 、. A number after words
#: is one only where a sign follows (Lever 1: Streets, not Open 12 Sure Start centres).
_UNREAD_MARK = re.compile(
    r"\W*((?:[^\W\d]+[\s#.-]+){1,3})?\d{1,2}(?:[./-]\d{1,2})*[./-]?[a-z]?"
    r"(?:(?:\s*[^\w\s,;%]+|(?(1)(?!)|))\s+(?=[A-Z“\"])|、(?!\d))"
)


#: A line that may be a heading: a short one that ends like no sentence.
_MAYBE_TITLE = re.compile(r".{2,60}(?<![。.;:!?,、])$")


def _below_unread(paragraphs: list[Line]) -> Iterator[Line]:
    """The paragraphs without their marks, except below what may be the heading of a review or the like."""
    describing = False
    for line in map(_without_mark, paragraphs):
        if line is not paragraphs[0] and _MAYBE_TITLE.match(line.text):
            describing = describes(line.text) and not _AIMS.search(line.text)
        if not describing:
            yield line


def _without_mark(line: Line) -> Line:
    mark = _UNREAD_MARK.match(line.text)
    return line._replace(raw=line.raw[mark.end() :], text=line.text[mark.end() :]) if mark else line


def _from_row(row: Row) -> Promise:
    return Promise(
        row.text, row.line, row.name, row.value, row.unit, row.operator, row.year, None,
        doubt="" if row.certain else GUESSED,
    )  # fmt: skip


def _doubts(target: Target) -> Iterator[Question]:
    """Questions about a figure that may be read in another way."""
    one = target.promise
    reasons = {
        ABOUT: _("“about” is read as a floor: {}"),
        RANGE: _("of a range the nearer end is the target: {}"),
        GUESSED: _("less is taken to be better: {}"),
        EXISTS: _("it may exist already: {}"),
    }
    if one.doubt:
        figure = f"{one.name} {one.operator} {written(one.value or '?', one.unit)}"
        yield Question(one.line, reasons[one.doubt].format(figure), _("check the figure"))


def _duty(heading: Heading, year: int) -> Duty:
    """Bodies and days of a task, from its own paragraphs; of a chapter above tasks only what it labels."""
    leads: list[str] = []
    supports: list[str] = []
    words = leader = owner = ""
    days: list[Due] = []
    texts = [line.text[:_LONGEST] for line in heading.paragraphs if not line.cells]
    labelled = [text for text in texts if _DUTY_LINE.match(text)]
    for text in (*(text for text in texts if text not in labelled), "\n".join(labelled)):
        duty = find_duty(text, labelled_only=heading.id is None and heading.role != GOALS)
        leads += [one for one in duty.leads if one not in leads]
        supports += [one for one in duty.supports if one not in supports]
        words = words or duty.deadline_text
        leader, owner = leader or duty.leader, owner or duty.owner
        if heading.id is None:
            continue
        days += find_days(re.sub(r"(?:时限|期限)[:].*", "", text), year)
    supports = [one for one in supports if one not in leads]
    return Duty(tuple(leads), tuple(supports), words, leader, owner, tuple(days))

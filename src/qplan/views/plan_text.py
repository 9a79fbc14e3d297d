"""A plan's own text as it was read, and beside the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from qplan.core.model import Head
from qplan.i18n import _, joined
from qplan.plan.coverage import HEADING, Coverage, Item
from qplan.plan.document.outline import Heading
from qplan.plan.document.reading import Document, Target
from qplan.plan.questions import Question
from qplan.views import ID, INTEGER, Column, ColumnOf, Table, View, table_of


class Passage(NamedTuple):
    """A paragraph of the text and what the plan has of it, side by side."""

    line: int
    text: str
    level: int  #: of the heading that it is; 0 for other paragraphs
    items: tuple[Item, ...]


class SideBySide(NamedTuple):
    """A text with the plan beside it."""

    passages: tuple[Passage, ...]
    strays: tuple[str, ...]


def read_text(document: Document, questions: list[Question], day: str) -> View:
    """What a document says: headings, promises and questions."""
    headings, promises = list(document.headings()), document.targets
    title = _("{title}: {headings} headings, {promises} promises, {questions} questions").format(
        title=document.head.title, headings=len(headings), promises=len(promises), questions=len(questions)
    )
    tables = [_headings(headings), _promises(promises), _questions(questions)]

    def payload() -> dict[str, Any]:
        return {
            "title": document.head.title,
            "items": [
                {"id": one.id, "level": one.level, "clause": one.clause, "title": one.title, "line": one.line}
                for one in headings
            ],
            "promises": [promise_record(one) for one in promises],
            "questions": [
                {"line": one.place or None, "what": one.what, "hint": one.hint} for one in questions
            ],
        }

    return View("plan_document", title, tables, payload, day, None)


def _headings(headings: Sequence[Heading]) -> Table:
    columns: list[ColumnOf[Heading]] = [
        ColumnOf("id", _("id"), lambda one: one.id, ID),
        ColumnOf("level", _("level"), lambda one: one.level, INTEGER, 2),
        ColumnOf("clause", _("clause"), lambda one: one.clause),
        ColumnOf("title", _("title"), lambda one: one.title),
        ColumnOf("line", _("line"), lambda one: one.line, INTEGER, 1),
    ]
    return table_of("headings", _("Headings"), headings, columns, _("The text has no headings."))


def _promises(promises: Sequence[Target]) -> Table:
    columns: list[ColumnOf[Target]] = [
        ColumnOf("clause", _("clause"), lambda one: one.clause),
        ColumnOf("name", _("name"), lambda one: one.promise.name or one.heading.title),
        ColumnOf("target", _("target"), figure),
        ColumnOf("year", _("year"), lambda one: one.promise.year, INTEGER, 1),
        ColumnOf("qualifier", _("qualifier"), lambda one: one.promise.qualifier, rank=2),
        ColumnOf("line", _("line"), lambda one: one.promise.line, INTEGER, 1),
    ]
    empty = _("The text promises nothing that could be read.")
    return table_of("promises", _("Promises"), promises, columns, empty)


def _questions(questions: Sequence[Question]) -> Table:
    columns: list[ColumnOf[Question]] = [
        ColumnOf("line", _("line"), lambda one: one.place or None, INTEGER),
        ColumnOf("what", _("what"), lambda one: one.what),
        ColumnOf("hint", _("hint"), lambda one: one.hint, rank=1),
    ]
    return table_of("questions", _("Questions"), questions, columns, _("There are no questions."))


def figure(target: Target) -> str:
    """A promise's figure in words: ``>= 98%``; empty where it has none."""
    one = target.promise
    if one.value is None:
        return ""
    return f"{one.operator} {one.value}{'—' + one.high if one.high else ''}{one.unit}"


#: The keys of a promise's JSON in the order of the contract.
PROMISE_KEYS = (
    "text", "line", "clause", "name", "value", "high", "unit", "operator", "direction", "year", "qualifier", "nature", "task",
)  # fmt: skip


def promise_record(target: Target) -> dict[str, Any]:
    """A promise as JSON; ``nature`` is that of a row of a table of indicators."""
    one = target.promise
    facts = one._asdict() | {
        "clause": target.clause,
        "name": one.name or target.heading.title,
        "unit": one.unit or None,
        "nature": target.row.nature if target.row else None,
        "task": target.heading.id,
    }
    return {key: facts[key] for key in PROMISE_KEYS}


def coverage(document: Document, found: Coverage, day: str, head: Head | None = None) -> View:
    """The text item by item, beside the records that carry it."""
    missing = sum(not one.carried_by for one in found.items)
    differing = sum(bool(one.differs) for one in found.items)
    title = _("{title}: {all} headings and promises, {missing} not carried, {differing} differ").format(
        title=document.head.title, all=len(found.items), missing=missing, differing=differing
    )
    columns: list[ColumnOf[Item]] = [
        ColumnOf(
            "kind", _("kind"), lambda one: _("heading") if one.kind == HEADING else _("promise"), rank=1
        ),
        ColumnOf("line", _("line"), lambda one: one.line, INTEGER),
        ColumnOf("clause", _("clause"), lambda one: one.clause, rank=1),
        ColumnOf("text", _("in the text"), lambda one: one.text),
        ColumnOf("carried_by", _("carried by"), lambda one: " ".join(one.carried_by) or None, ID),
        ColumnOf("differs", _("differs"), lambda one: joined(map(str, one.differs), ";") or None),
    ]
    empty = _("The text has neither headings of tasks nor promises.")
    tables = [table_of("items", "", found.items, columns, empty)]
    if found.strays:
        strays = [(one.id, one.clause, one.what) for one in found.strays]
        heads = [Column("id", _("id"), ID), Column("clause", _("clause")), Column("what", _("what"))]
        tables.append(Table("strays", _("Cited and not in the text"), heads, strays))

    def payload() -> dict[str, Any]:
        return {
            "source": str(document.path),
            "items": [item_record(one) for one in found.items],
            "strays": [one._asdict() for one in found.strays],
        }

    page = lambda: side_by_side(document, found)  # noqa: E731
    return View("plan_coverage", title, tables, payload, day, head, page=page)


def item_record(one: Item) -> dict[str, Any]:
    """An item of the coverage as JSON."""
    return one._asdict() | {
        "carried_by": list(one.carried_by),
        "differs": [difference._asdict() for difference in one.differs],
    }


def side_by_side(document: Document, found: Coverage) -> SideBySide:
    """The paragraphs of the text, each with its items."""
    waiting: dict[int, list[Item]] = {}
    for item in found.items:
        waiting.setdefault(item.line, []).append(item)
    passages = []
    for heading in document.root.walk():
        for place, line in enumerate(heading.paragraphs):
            begins = place == 0 and heading.parent is not None
            numbered = begins and heading.kind != "styled"
            text = f"{heading.clause} {line.raw}".strip() if numbered else line.raw
            items = tuple(waiting.pop(line.number, ()))
            passages.append(
                Passage(line.number, text, heading.level if begins and heading.bare else 0, items)
            )
    return SideBySide(tuple(passages), tuple(one.what for one in found.strays))

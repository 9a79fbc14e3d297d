"""What was not certain when a table or a text was read, for a person to answer, and the page that lists it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from qplan.i18n import _, joined

#: So many places of one question are listed, the rest counted.
_LISTED = 40
#: A field's name that a hint writes as code, escaped; quoted text of a table stands in “” or before =.
_CODE = re.compile(r"(?<!“)\\`([a-z]+)\\`(?![=”])")


class Question(NamedTuple):
    """One uncertainty: where, what it is read as, and how to set it right.

    The place is a cell (``分工表!F3``) or the line of a text; "" and 0 are the table or text as a whole.
    """

    place: str | int
    what: str
    hint: str


def in_order(questions: Iterable[Question]) -> list[Question]:
    """The questions about a text by their lines, none twice."""
    return sorted(dict.fromkeys(questions), key=lambda one: int(one.place or 0))


def table_page(title: str, questions: Iterable[Question], facts: Iterable[str]) -> str:
    """The page of a table's questions, with facts about what was read."""
    advice = _(
        "Each point below was read in the likeliest way. Where that is wrong, correct the table and read it again with --update, or correct the YAML."
    )
    return _page(title, facts, advice, [(str(one.place), one) for one in questions])


def text_page(title: str, source: str, questions: Iterable[Question]) -> str:
    """The page of a text's questions."""
    facts = [_("The draft was read from {}; what follows was uncertain.").format(source)]
    advice = _(
        "Each point below was read in the likeliest way. Where that is wrong, correct the YAML, or the text and read it again."
    )
    named = [(_("line {}").format(one.place) if one.place else _("the whole text"), one) for one in questions]
    return _page(title, facts, advice, named)


def _page(title: str, facts: Iterable[str], advice: str, questions: Iterable[tuple[str, Question]]) -> str:
    """What was read, then each question with a box to tick and the names of its places, below the advice."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for place, one in questions:
        grouped.setdefault((one.what, one.hint), []).append(place)
    lines = [f"# {_plain(title)}", "", *(f"- {_plain(fact)}" for fact in facts), ""]
    lines += [advice if grouped else _("Nothing was uncertain."), ""]
    for number, ((what, hint), places) in enumerate(grouped.items(), 1):
        named = joined(dict.fromkeys(places[:_LISTED]))
        if len(places) > _LISTED:
            named = _("{some} and {n} more").format(some=named, n=len(places) - _LISTED)
        where = f"**{_plain(named)}**: " if named else ""
        how = _CODE.sub(r"`\1`", _plain(hint))
        lines += [f"{number}. [ ] {where}{_plain(what)}", f"   {how}" if hint else ""]
    return "\n".join(lines) + ("\n" if grouped else "")


def _plain(text: str) -> str:
    """Text of a table on one line, with nothing in it that Markdown would act on."""
    flat = " ".join(text.split())
    for mark in "\\`*_[]<>|":
        flat = flat.replace(mark, "\\" + mark)
    return flat

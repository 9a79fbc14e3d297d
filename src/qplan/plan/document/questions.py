"""Questions that reading a document leaves open, and the page that lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qplan.i18n import _
from qplan.plan.tables import questions as pages


class Question(NamedTuple):
    """What is uncertain about a line of the document; line 0 is the document as a whole."""

    line: int
    what: str
    hint: str


def questions_page(title: str, source: str, questions: Sequence[Question]) -> str:
    """The questions as a Markdown page with a box to tick before each."""
    facts = [_("The draft was read from {}; what follows was uncertain.").format(source)]
    advice = _(
        "Each point below was read in the likeliest way. Where that is wrong, correct the YAML, or the text and read it again."
    )
    return pages.markdown(
        title, [pages.Question(place(one), one.what, one.hint) for one in questions], facts, advice
    )


def place(one: Question) -> str:
    """Where a question belongs, in words."""
    return _("line {}").format(one.line) if one.line else _("the whole text")

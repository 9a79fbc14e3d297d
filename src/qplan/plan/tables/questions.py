"""What was not certain when a table was read: one question for each cell, for a person to answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from qplan.i18n import _, joined

#: So many cells of one question are listed, the rest counted.
_LISTED = 40


class Question(NamedTuple):
    """One uncertainty: the cell (``分工表!F3``), what it is read as, and how to set it right."""

    cell: str
    what: str
    hint: str


def markdown(
    title: str, questions: Iterable[Question], facts: Iterable[str] = (), advice: str | None = None
) -> str:
    """The page of questions: what was read, then each question with its cells, below the advice."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in questions:
        grouped.setdefault((one.what, one.hint), []).append(one.cell)
    lines = [f"# {_plain(title)}", ""]
    lines += [f"- {_plain(fact)}" for fact in facts]
    lines.append("")
    if not grouped:
        lines += [_("Nothing was uncertain."), ""]
        return "\n".join(lines)
    lines += [
        advice
        or _(
            "Each point below was read in the likeliest way. Where that is wrong, correct the table and read it again with --update, or correct the YAML."
        ),
        "",
    ]
    for number, ((what, hint), cells) in enumerate(grouped.items(), 1):
        named = joined(dict.fromkeys(cells[:_LISTED]))
        if len(cells) > _LISTED:
            named = _("{some} and {n} more").format(some=named, n=len(cells) - _LISTED)
        lines += [f"{number}. [ ] **{_plain(named)}**: {_plain(what)}", f"   {_plain(hint)}" if hint else ""]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _plain(text: str) -> str:
    """Text of a table on one line, with nothing in it that Markdown would act on."""
    flat = " ".join(text.split())
    for mark in "\\`*_[]<>|":
        flat = flat.replace(mark, "\\" + mark)
    return flat

"""Which department, which id somebody means by what they wrote.

People write 市监局, ``scjg`` or 市场监管; a file and a command line are understood alike. Only the
failing path compares letters (and imports :mod:`difflib`): a daily command pays nothing for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from qplan.core.model import Department
from qplan.errors import BadInput
from qplan.i18n import _, joined

#: Suggestions are looked for among so many candidates at most, the likeliest by their beginning.
_COMPARED = 2000
#: So many candidates for an ambiguous name are named, the rest counted.
_NAMED = 8


def plain(text: str) -> str:
    """Return a text with full-width characters of a Chinese keyboard (２．１, ＠) in half width, without blanks around it."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def folded(text: str) -> str:
    """The text as names are compared: NFKC, without case, without blanks around it."""
    return text.strip().lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold().strip()


#: What people write into a cell that has nothing to say.
_NOTHING = frozenset(
    ("", "/", "\\", "-", "--", "—", "——", "无", "无。", "暂无", "没有", "*", "、", "none", "n/a", "nil")
)


def written(value: str, unit: str | None) -> str:
    """A figure with its unit as a text has it: 5项, 30 days, 98%."""
    return f"{value} {unit}" if unit and unit[0].isascii() and unit[0].isalpha() else f"{value}{unit or ''}"


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: 无, 暂无, /, —."""
    return folded(text) in _NOTHING


#: How a cell begins that a spreadsheet would run, full-width forms included, or that has an apostrophe before that.
FORMULA = "'*[=+\\-@\t\r＝＋－＠]"
#: Invisible characters that reorder or hide text: lists leave them out, so that the reader sees what is there.
HIDDEN = "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"


def shown(text: str, width: int = 48) -> str:
    """A text from outside, safe and short enough for a sentence.

    What does not print (escapes, bidi controls, an ideographic space) is shown as ``\\u3000``.
    """
    cut = text if len(text) <= width else text[:width] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


def nearest(text: str, candidates: Iterable[str], n: int = 3, alike: float = 0.5) -> list[str]:
    """Up to ``n`` candidates that look most like the text, at least by so much, the likeliest first."""
    wanted = folded(text)
    if not wanted or len(wanted) > 64:
        return []
    by_fold: dict[str, str] = {}
    for candidate in candidates:
        by_fold.setdefault(folded(candidate), candidate)
    pool: Sequence[str] = list(by_fold)
    if len(pool) > _COMPARED:
        for length in range(len(wanted), 0, -1):
            likely = [name for name in pool if name.startswith(wanted[:length])]
            if len(likely) > n or (likely and length == 1):
                pool = likely[:_COMPARED]
                break
        else:
            pool = pool[:_COMPARED]
    import difflib

    return [by_fold[name] for name in difflib.get_close_matches(wanted, pool, n, alike)]


def short_name(department: Department) -> str:
    """Return what a department is called where there is little space: its shortest name or alias of three characters or more."""
    return min(
        (one for one in (*department.aliases.split(), department.name) if len(one) > 2),
        key=len,
        default=department.title,
    )


def spellings(department: Department) -> tuple[str, ...]:
    """Return every full text that means the department besides its id: name, full name, aliases, initials."""
    names = (department.name, *department.aliases.split())
    if department.full_name:
        names = (*names, department.full_name)
    return (*names, department.initials) if department.initials else names


def find_department(text: str, departments: Iterable[Department]) -> Department:
    """The department that a text means.

    An id comes first, then a full name, alias or initials, then a part; case and width of letters
    do not matter (NFKC).

    Raises :class:`~qplan.errors.BadInput` for an unknown text (the nearest names are offered) and
    for an ambiguous one (its candidates are named).
    """
    wanted = folded(text)
    listed = list(departments)
    if not wanted:
        raise BadInput(_("No department is named; write its id, name or alias"))
    for department in listed:
        if department.id.casefold() == wanted:
            return department
    whole, part = [], []
    for department in listed:
        names = [folded(name) for name in spellings(department)]
        if wanted in names:
            whole.append(department)
        elif any(wanted in name for name in names[: 1 + len(department.aliases.split())]):
            part.append(department)
    found = whole or part
    if len(found) == 1:
        return found[0]
    if found:
        named = joined(f"{department.id} {department.name}" for department in found[:_NAMED])
        if len(found) > _NAMED:
            named = _("{some} and {n} more").format(some=named, n=len(found) - _NAMED)
        raise BadInput(_("“{}” may mean {}; write the id").format(shown(text), named))
    raise BadInput(_unknown(text, listed))


def _unknown(text: str, departments: Sequence[Department]) -> str:
    owner: dict[str, Department] = {}
    for department in departments:
        for name in (department.id, *spellings(department)):
            owner.setdefault(name, department)
    near = dict.fromkeys(owner[name] for name in nearest(text, owner, 6))
    if not near:
        return _("No department is called “{}”; `qplan depts` lists them").format(shown(text))
    return _("No department is called “{}”; did you mean {}?").format(
        shown(text), joined(f"{department.id} {department.name}" for department in list(near)[:3])
    )

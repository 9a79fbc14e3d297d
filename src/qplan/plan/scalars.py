"""Texts of a plan file -> the values of its fields.

A converter takes the reader, the parser's event, its text (never empty) and the field. It gives
the value, or raises :class:`Misfit`, which the walk tells with the place.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

from qplan.core.names import shown
from qplan.i18n import N_, _
from qplan.plan import format as fmt
from qplan.plan.files import CONTROL, FALSE_INDENT

#: A carriage return survives the file check as part of a line break, and may come by an escape.
_CONTROL = re.compile(CONTROL.pattern + "|\r")
_CONTROL_OR_TAB = re.compile(CONTROL.pattern + "|[\r\t]")
_NULLS = ("~", "null", "Null", "NULL")


class Misfit(Exception):
    """A text does not fit its field: what is wrong, how to mend it."""


class Said(NamedTuple):
    """A text that is understood later (a department, an id), and its place."""

    text: str
    place: int


def place(line: int, column: int) -> int:
    """Line and column (from 0, as the parser counts) in one number, which costs little to keep."""
    return line << 16 | (column if column < 0xFFFF else 0xFFFF)


def _line(reader: Any, event: Any, text: str, field: fmt.Field) -> str:
    if text.isprintable():
        if not event.style and text in _NULLS:
            raise Misfit(
                _("`{}` would be the text “{}”").format(field.name, text), _("leave it out, or quote it")
            )
        return text if text.isascii() or is_normalized("NFC", text) else normalize("NFC", text)
    if text[-1] == "\n" and (event.style in ("|", ">")):
        text = text[:-1]
    if "\n" in text and field.kind != "lines":
        raise Misfit(_("`{}` must be one line").format(field.name), _("join the lines"))
    found = (_CONTROL if field.kind == "lines" else _CONTROL_OR_TAB).search(text)
    if found:
        what = _("control character U+{:04X} in `{}`").format(ord(found.group()), field.name)
        raise Misfit(what, _("delete it"))
    if not event.style and text[0] in FALSE_INDENT:
        what = _("the text begins with an invisible character ({})").format(FALSE_INDENT[text[0]])
        raise Misfit(what, _("indent with ordinary spaces; quote the text if the character is meant"))
    return normalize("NFC", text)


def _matching(pattern: Any, what: str, mend: str) -> Any:
    def convert(reader: Any, event: Any, text: str, field: fmt.Field) -> str:
        if pattern.fullmatch(text) is None:
            raise Misfit(_(what).format(shown(text), field.name), _(mend))
        return text

    return convert


def _said(reader: Any, event: Any, text: str, field: fmt.Field) -> Said:
    mark = event.start_mark
    return Said(_line(reader, event, text, field), place(mark.line, mark.column))


def _ref(reader: Any, event: Any, text: str, field: fmt.Field) -> Said:
    _id(reader, event, text, field)
    return _said(reader, event, text, field)


def _word(reader: Any, event: Any, text: str, field: fmt.Field) -> str:
    text = _line(reader, event, text, field)
    if len(text.split()) != 1 or text != text.strip():
        raise Misfit(_("“{}” holds a blank").format(shown(text)), _("write it without"))
    return text


def _date(reader: Any, event: Any, text: str, field: fmt.Field) -> str:
    known = reader.dates.get(text)
    if known is None:
        try:
            if fmt.DATE.fullmatch(text) is None:
                raise ValueError
            datetime.date.fromisoformat(text)
        except ValueError:
            what = _("“{}” is no date").format(shown(text))
            raise Misfit(what, _("write an existing day as 2025-12-31")) from None
        known = reader.dates[text] = text
    return str(known)


def _bool(reader: Any, event: Any, text: str, field: fmt.Field) -> bool:
    if text not in ("true", "false"):
        raise Misfit(_("`{}` is “{}”").format(field.name, shown(text)), _("write true or false"))
    return text == "true"


def _choice(reader: Any, event: Any, text: str, field: fmt.Field) -> str:
    for choice in CHOICES[field.of]:
        if choice == text:
            return choice
    raise Misfit(
        _("`{}` is “{}”").format(field.name, shown(text)),
        _("write one of: {}").format(" ".join(CHOICES[field.of])),
    )


def _int(reader: Any, event: Any, text: str, field: fmt.Field) -> int:
    if fmt.INTEGER.fullmatch(text) is None:
        raise Misfit(
            _("“{}” is no whole number").format(shown(text)), _("write digits, without leading zeros")
        )
    return int(text)


_id = _matching(
    fmt.ID,
    N_("“{}” is no id"),
    N_("begin with a letter; letters, digits, `.`, `_` and `-` follow, 32 at most"),
)
_decimal = _matching(
    fmt.DECIMAL, N_("“{}” is no number"), N_("write digits, with a `.` for decimals, no unit")
)
_offset = _matching(fmt.OFFSET, N_("“{}” is no UTC offset"), N_('write it as "+08:00"'))

CONVERTERS: dict[str, Any] = {
    "text": _line, "lines": _line, "id": _id, "ref": _ref, "dept": _said, "date": _date, "decimal": _decimal,
    "int": _int, "bool": _bool, "choice": _choice, "offset": _offset, "file": _said,
}  # fmt: skip
#: Kinds that stand as a list -> the converter of its scalars (None: it takes no scalars).
LISTS: dict[str, Any] = {
    "refs": _ref, "depts": _said, "words": _word, "clauses": _line, "dates": _date, "objects": None,
    "files": _said, "file": None,
}  # fmt: skip
#: Choices as a table has them -> the words.
CHOICES = {f.of: f.choices for table in fmt.OBJECTS.values() for f in table if f.kind == "choice"}

"""A raw value as people read it, and without characters that control a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from qplan.core.names import HIDDEN
from qplan.views import CHANGE, DATE, DECIMAL, ID, INTEGER, LIGHT, PERCENT, STATUS, Table

#: Columns that are aligned to the right.
NUMBERS = (INTEGER, PERCENT, DECIMAL, CHANGE)
#: Columns whose values are never broken over lines.
FIXED = (ID, DATE, INTEGER, PERCENT, DECIMAL, CHANGE, LIGHT, STATUS)

# ESC and other control characters act on a terminal; a lone surrogate cannot be encoded.
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"


def clean(text: str) -> str:
    """The text without characters that reorder or hide text; control characters made visible.

    Line feeds and tabs stay: each writer treats them its own way.
    """
    if text.isprintable() and "\ufe0f" not in text:
        return text
    text = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = re.sub(HIDDEN, "", text)
    return re.sub(_CONTROL, lambda found: f"\\x{ord(found[0]):02x}", text)


def clean_field(text: str) -> str:
    """As :func:`clean`, but every line end stays as it is."""
    if text.isprintable() and "\ufe0f" not in text:
        return text
    text = re.sub(HIDDEN, "", text)
    return re.sub(_CONTROL, lambda found: found[0] if found[0] == "\r" else f"\\x{ord(found[0]):02x}", text)


def labels(kind: str) -> dict[Any, str]:
    """Code -> label in the language in use, of lights or of statuses."""
    if kind == LIGHT:
        from qplan.core.calendar import LIGHTS, light_label

        return {code: light_label(code) for code in LIGHTS}
    from qplan.core.workflow import LEFT_PLAN, STATUS, status_label

    return {code: status_label(code) for code in (*STATUS, LEFT_PLAN)}


def line(text: str) -> str:
    """The clean text on one line, a stroke between its lines: a line feed would look like another row."""
    text = clean(text).replace("\t", " ")
    return " / ".join(filter(str.strip, text.split("\n"))).rstrip() if "\n" in text else text


def formatter(kind: str, nothing: str, text: Callable[[str], str] = clean) -> Callable[[Any], str]:
    """The function that formats the values of one column; ``nothing`` replaces None.

    ``text`` cleans what users wrote; labels and numbers need no cleaning.
    """
    if kind in (LIGHT, STATUS):
        known = labels(kind)
        return lambda value: nothing if value is None else known.get(value) or text(str(value))
    if kind == CHANGE:
        return lambda value: nothing if value is None else f"{value:+d}" if value else "0"
    if kind == PERCENT:
        return lambda value: nothing if value is None else f"{value}%"
    return lambda value: nothing if value is None else text(value) if isinstance(value, str) else str(value)


def format_rows(table: Table, text: Callable[[str], str] = clean) -> list[Sequence[str]]:
    """All cells of a table as people read them, row by row."""
    reads = [formatter(column.type, "", text) for column in table.columns]
    return [[read(value) for read, value in zip(reads, row, strict=True)] for row in table.rows]

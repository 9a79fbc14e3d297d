"""A table's own columns -> the plan's own fields: id, title, type and unit, and their values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from qplan.core.names import shown
from qplan.core.own import DATE, NUMBER, TEXT, OwnColumn
from qplan.i18n import _
from qplan.plan.questions import Question
from qplan.plan.records import RESERVED
from qplan.plan.tables.departments import free_id, initials
from qplan.plan.tables.grid import Value, text_of
from qplan.plan.tables.rows import TableRow

_FIGURE = re.compile(r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(%?)")
_UNIT = re.compile(r"[(（\[【]\s*(?:单位\s*[:：])?\s*([^)）\]】]{1,8})\s*[)）\]】]\s*$")
_UNITS = re.compile("元|吨|亩|公里|米|人|户|个|家|处|项|件|天|%|％|分|公顷|平方|千瓦|台|套|所|次|℃|度")
#: What no field of a plan's own is called.
_TAKEN = RESERVED | {"status", "progress"}


def read_fields(
    rows: Sequence[TableRow], known: Sequence[OwnColumn] = ()
) -> tuple[list[OwnColumn], list[TableRow], list[Question]]:
    """The fields of the rows' own columns, the rows with values of their types, and what is to be asked.

    ``known`` fields (of a plan that is updated) keep their ids.
    """
    fields: list[OwnColumn] = []
    questions: list[Question] = []
    ids = {field.title: field.id for field in known}
    for heading in dict.fromkeys(name for row in rows for name in row.own):
        given = {place: row.own[heading] for place, row in enumerate(rows) if heading in row.own}
        kind, unit = _type(given.values())
        ident = ids.get(heading) or _free_id(heading, {*ids.values(), *(field.id for field in fields)})
        fields.append(OwnColumn(ident, heading, kind, unit or _unit(heading)))
        questions += _odd_ones(heading, kind, given, rows)
    return fields, [row._replace(own=_typed(row.own, fields)) for row in rows], questions


def _typed(own: dict[str, Value], fields: Iterable[OwnColumn]) -> dict[str, Value]:
    """The values of a row in the order of the fields, each of its field's type."""
    return {one.title: _converted(own[one.title], one.type) for one in fields if one.title in own}


def _type(values: Iterable[Value]) -> tuple[str, str]:
    """The type that all values have, and % where they are shares."""
    listed = list(values)
    if all(isinstance(value, date) for value in listed):
        return DATE, ""
    figures = [_figure(value) for value in listed]
    if all(figure is not None for figure in figures):
        shares = [text_of(value).rstrip().endswith(("%", "％")) for value in listed]
        if all(shares) or not any(shares):
            return NUMBER, "%" if all(shares) else ""
    return TEXT, ""


def _figure(value: Value) -> int | float | None:
    """The figure of a number or of a text such as 1,689.4 or 30%; None for any other text."""
    if isinstance(value, (int, float)):
        return value
    found = _FIGURE.fullmatch(unicodedata.normalize("NFKC", text_of(value)).replace(" ", ""))
    if found is None or (len(found[1]) > 1 and found[1][0] == "0" and found[1][1] != "."):
        return None
    figure = float(found[1].replace(",", ""))
    return int(figure) if figure == int(figure) and abs(figure) < 1e15 else figure


def _converted(value: Value, kind: str) -> Value:
    if kind == NUMBER:
        return _figure(value)
    return value if kind == DATE else _clean(text_of(value))


def _clean(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _odd_ones(heading: str, kind: str, given: dict[int, Value], rows: Sequence[TableRow]) -> list[Question]:
    """A text among figures: the column becomes text, and the cell is asked about."""
    odd = {place: value for place, value in given.items() if _figure(value) is None}
    if kind != TEXT or not odd or len(odd) > 0.2 * len(given):
        return []
    what = _("“{}” is no figure, so that the column “{}” is kept as text")
    hint = _("write a figure, or leave the cell blank")
    return [
        Question(
            rows[place].cells.get(f"own:{heading}", rows[place].cells["title"]),
            what.format(shown(text_of(value)), shown(heading)),
            hint,
        )
        for place, value in odd.items()
    ]


def _unit(heading: str) -> str:
    found = _UNIT.search(heading)
    return found[1] if found and _UNITS.search(found[1]) else ""


def _free_id(heading: str, used: set[str]) -> str:
    plain = re.sub(r"[(（\[【].*?[)）\]】]", "", heading)
    words = re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_") if plain.isascii() else initials(plain)
    return free_id(words[:24], used | _TAKEN, "f{}")

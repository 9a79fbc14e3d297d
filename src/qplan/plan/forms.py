"""The tables of the format made ready for reading, and how large what is read may be."""

from __future__ import annotations

from typing import Any, NamedTuple

from qplan.plan import format as fmt
from qplan.plan.scalars import CONVERTERS

#: Maps and lists within one another: seven levels are in use, anything deep is an attack.
DEEPEST = 16
#: So many maps, and items of lists, in one file: ten times the largest plan, and still no bomb.
MOST_MAPS, MOST_ITEMS = 500_000, 2_000_000

#: A raw map: one value a field, in the order of its table, and its place (see :func:`qplan.plan.scalars.place`) last.
Raw = list[Any]


class Form(NamedTuple):
    """A table of the format, made ready for the walk."""

    name: str
    fields: dict[str, tuple[int, int, fmt.Field, Any]]  #: key -> bit, slot, field, converter or None
    width: int
    required: int  #: bits


def _form(name: str) -> Form:
    table = fmt.OBJECTS[name]
    fields = {f.name: (1 << n, n, f, CONVERTERS.get(f.kind)) for n, f in enumerate(table)}
    return Form(name, fields, len(table), sum(1 << n for n, f in enumerate(table) if f.required))


#: The form of a file -> the form of one that is written inline instead.
INLINE = {"column_file": "column"}
FORMS = {name: _form(name) for name in fmt.OBJECTS}

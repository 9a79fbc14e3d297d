"""Types of the values in a plan's files, and the messages where a text does not fit its type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from qplan.core.calendar import named_day
from qplan.core.periods import last_day
from qplan.i18n import N_

#: The number that ``format:`` carries. A change that old readers would misread raises it.
FORMAT = 1

ID = r"^[A-Za-z][A-Za-z0-9._-]{0,31}$"
_ID = re.compile(ID[:-1] + r"\Z")
#: No count of days or points is larger.
MOST = 100_000
_INTEGER = re.compile(r"(0|[1-9][0-9]{0,8})\Z")


#: File, line and column, counted from 1.
Place = tuple[str, int, int]


def place_of(mark: Any) -> Place:
    """The place that a mark of the parser, which counts from 0, is of."""
    return mark.name, mark.line + 1, mark.column + 1


class Text(str):
    """A text of a plan's file that knows its place."""

    __slots__ = ("mark",)
    mark: Any  #: the parser's

    @property
    def place(self) -> Place:
        """File, line and column."""
        return place_of(self.mark)


@dataclass(frozen=True)
class Kind:
    """How a type of values is described, and the message where a text does not fit it.

    ``wrong`` and ``hint`` may hold ``{field}`` and ``{value}``.
    """

    name: str
    many: str = ""  #: the name of a list of them
    wrong: str = ""
    hint: str = ""


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    if "\n" in text:
        raise PydanticCustomError("one_line", "must be one line")
    if "\t" in text:
        raise PydanticCustomError("tab", "holds a tab")
    return text


def _reference(text: Text) -> Text:
    if _ID.match(text) is None:
        raise ValueError
    return text


def _existing_day(text: str) -> str:
    named_day(text)
    return text


def _existing_deadline(text: str) -> str:
    last_day(text)
    return text


def _as_list(given: object) -> object:
    """One text is a list of one."""
    return [given] if isinstance(given, Text) else given


def _as_map(given: object) -> object:
    """A list is a map without values; PydanticCustomError for a list that names one twice."""
    given = _as_list(given)
    if not isinstance(given, list):
        return given
    if len(set(given)) < len(given):
        raise PydanticCustomError("twice", "one stands there twice")
    return dict.fromkeys(given)


def _whole_number(text: str) -> int:
    if _INTEGER.match(text) is None:
        raise ValueError
    if int(text) > MOST:
        raise ValueError
    return int(text)


def _true_or_false(text: str) -> bool:
    if text not in ("true", "false"):
        raise PydanticCustomError("true_or_false", "must be true or false")
    return text == "true"


# An editor's parser gives numbers where the reader keeps the text: a text may be a number in the schemas.
_TEXT_SCHEMA = WithJsonSchema({"type": ["string", "number"]})
_ID_KIND = Kind(
    N_("id"),
    wrong=N_("“{value}” is no id"),
    hint=N_("begin with a letter; letters, digits, `.`, `_` and `-` follow, 32 at most"),
)
_DEPARTMENT_KIND = Kind(N_("department"), N_("list of departments"))
_REFERENCE_KIND = Kind(N_("id of a record"), N_("list of ids"), _ID_KIND.wrong, _ID_KIND.hint)

Line = Annotated[
    str, AfterValidator(_one_line), _TEXT_SCHEMA, Kind(N_("text, one line"), N_("list of texts"))
]
Lines = Annotated[str, _TEXT_SCHEMA, Kind(N_("text, may have several lines"))]
Clause = Annotated[
    str, AfterValidator(_one_line), _TEXT_SCHEMA, Kind(N_("text, one line"), N_("list of clauses"))
]
Word = Annotated[
    str,
    StringConstraints(pattern=r"^\S+$"),
    _TEXT_SCHEMA,
    Kind(
        N_("word"),
        N_("list of words without blanks"),
        N_("“{value}” holds a blank"),
        N_("write it without"),
    ),
]
Id = Annotated[str, StringConstraints(pattern=ID), _ID_KIND]
Reference = Annotated[
    InstanceOf[Text],
    AfterValidator(_reference),
    WithJsonSchema({"type": "string", "pattern": ID}),
    _REFERENCE_KIND,
]
DepartmentName = Annotated[
    InstanceOf[Text], AfterValidator(_one_line), WithJsonSchema({"type": "string"}), _DEPARTMENT_KIND
]
#: One department or several, read as a list.
DepartmentNames = Annotated[
    list[DepartmentName],
    BeforeValidator(_as_list),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
    Kind(N_("department, or list of departments")),
]
#: One text or several, read as a list.
Words = Annotated[
    list[Line],
    BeforeValidator(_as_list),
    WithJsonSchema({"type": ["string", "number", "array"], "items": {"type": ["string", "number"]}}),
    Kind(N_("text, or list of texts")),
]
FileName = Annotated[
    InstanceOf[Text], AfterValidator(_one_line), WithJsonSchema({"type": "string"}), Kind(N_("file name"))
]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_existing_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
    Kind(
        N_("date"),
        N_("list of dates"),
        N_("“{value}” is no date"),
        N_("write an existing day of the years 1900 to 2199, as 2025-12-31"),
    ),
]
_NO_NUMBER = (N_("“{value}” is no number"), N_("write digits, with a `.` for decimals, no unit"))
_DECIMAL = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
DECIMAL = re.compile(_DECIMAL[:-1] + r"\Z")
Decimal = Annotated[
    str,
    StringConstraints(pattern=_DECIMAL),
    WithJsonSchema({"type": ["string", "number"], "pattern": _DECIMAL}),
    Kind(N_("number, kept exactly as written"), "", *_NO_NUMBER),
]
_DEADLINE = r"^([0-9]{4}(-([0-9]{2}(-[0-9]{2})?|Q[1-4]|H[12]))?|ongoing|immediate)$"
DeadlineForm = Annotated[
    str,
    StringConstraints(pattern=_DEADLINE),
    AfterValidator(_existing_deadline),
    WithJsonSchema({"type": ["string", "integer"], "pattern": _DEADLINE}),
    Kind(
        N_("day, month, quarter, half-year or year; `ongoing` or `immediate`"),
        wrong=N_("“{value}” is no date"),
        hint=N_(
            "write an existing day as 2025-12-31, or 2025-06, 2025-Q2, 2025-H1, 2025, ongoing, immediate;"
            " the document's words go to `deadline_text`"
        ),
    ),
]
_NUMBER = r"^[0-9]+(\.[0-9]+){0,5}$"
Number = Annotated[
    str,
    StringConstraints(pattern=_NUMBER, max_length=20),
    WithJsonSchema({"type": ["string", "number"], "pattern": _NUMBER}),
    Kind(
        N_("number of the document"),
        wrong=N_("“{value}” is no number of a task"),
        hint=N_("write 12 or 2.3; for anything else give `id` and `clause`"),
    ),
]
_AMOUNT = _DECIMAL.replace("-?", "")
Amount = Annotated[
    str,
    StringConstraints(pattern=_AMOUNT),
    WithJsonSchema({"type": ["string", "number"], "pattern": _AMOUNT}),
    Kind(N_("number, not below zero"), "", *_NO_NUMBER),
]
#: Departments, each with its quantity where a map gives one.
Shares = Annotated[
    dict[DepartmentName, Amount | None],
    BeforeValidator(_as_map),
    WithJsonSchema(
        {
            "type": ["string", "array", "object"],
            "items": {"type": "string"},
            "additionalProperties": {"type": ["string", "number", "null"], "pattern": _DECIMAL},
        }
    ),
    Kind(N_("list of departments, or map of departments and quantities")),
]
WholeNumber = Annotated[
    int,
    BeforeValidator(_whole_number),
    WithJsonSchema({"type": "integer", "minimum": 0}),
    Kind(
        N_("whole number"),
        wrong=N_("“{value}” is no whole number"),
        hint=N_("write digits, without leading zeros, 100000 at most"),
    ),
]
DayOfMonth = Annotated[
    int,
    BeforeValidator(_whole_number),
    Field(ge=1, le=31),
    Kind(N_("day of a month, 1 to 31"), wrong=N_("“{value}” is no day of a month"), hint=N_("write 1 to 31")),
]
FormatNumber = Annotated[WholeNumber, WithJsonSchema({"const": FORMAT})]
TrueOrFalse = Annotated[
    bool,
    BeforeValidator(_true_or_false),
    WithJsonSchema({"type": "boolean"}),
    Kind(N_("true or false")),
]
ClockTime = Annotated[
    str,
    StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Kind(N_('time of day, "17:00"'), wrong=N_("“{value}” is no time of day"), hint=N_('write it as "17:00"')),
]
Offset = Annotated[
    str,
    StringConstraints(pattern=r"^[+-](0[0-9]|1[0-4]):[0-5][0-9]$"),
    Kind(
        N_('UTC offset, "+08:00"'),
        wrong=N_("“{value}” is no UTC offset"),
        hint=N_('write it as "+08:00"'),
    ),
]
Basis = Literal["plan", "proposed"]
DeadlineBasis = Literal["plan", "attached", "proposed"]

#: pydantic's type of an error -> what is wrong, how to fix it. Every other type of error has the two sentences
#: of the :class:`Kind` that the text does not fit.
ERRORS = {
    "missing": (N_("`{field}` is missing"), N_("add it ({kind})")),
    "literal_error": (N_("`{field}` is “{value}”"), N_("write one of: {choices}")),
    "true_or_false": (N_("`{field}` is “{value}”"), N_("write true or false")),
    "one_line": (N_("`{field}` must be one line"), N_("join the lines")),
    "twice": (N_("`{field}` names one department twice"), N_("name each once")),
    "tab": (N_("`{field}` holds a tab"), N_("write a blank instead")),
}
#: What is wrong and how to fix it where the value is of another kind altogether.
MISFIT = (N_("`{field}` must be: {kind}"), N_("see docs/plan-format.md"))

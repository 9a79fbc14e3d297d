"""A plan's own columns (``fields:``): which there are, a task's values of them, conditions on them, sums.

The plan's head keeps the columns as canonical JSON, a task its values, each as text: a number exactly as the
plan writes it, a date as ISO text.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from qplan.core.model import PlanHead, Task
from qplan.errors import BadInput
from qplan.i18n import _, joined

TEXT, NUMBER, DATE = "text", "number", "date"


class OwnColumn(NamedTuple):
    """A column that a plan declares for its tasks."""

    id: str
    title: str
    type: str = TEXT
    unit: str | None = None

    @property
    def heading(self) -> str:
        """The title with the unit of its numbers, once: a table's heading has it in brackets already."""
        if not self.unit or re.search(rf"[(（\[【][^)）]*{re.escape(self.unit)}\s*[)）\]】]$", self.title):
            return self.title
        return f"{self.title}（{self.unit}）"


def columns_text(columns: Iterable[OwnColumn]) -> str:
    """Columns as a plan's head keeps them."""
    return json.dumps([list(one) for one in columns], ensure_ascii=False, separators=(",", ":"))


def columns_of(plan: PlanHead) -> tuple[OwnColumn, ...]:
    """The columns that a plan declares, in their order."""
    return tuple(OwnColumn(*one) for one in json.loads(plan.fields)) if plan.fields != "[]" else ()


def values_text(values: Mapping[str, str]) -> str:
    """A task's values as its record keeps them."""
    if not values:
        return "{}"
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def values_of(task: Task) -> dict[str, str]:
    """A task's values by the ids of their columns."""
    values: dict[str, str] = json.loads(task.fields) if task.fields != "{}" else {}
    return values


def total(column: OwnColumn, tasks: Iterable[Task]) -> str | None:
    """The sum of a column of numbers as decimal text; None where no task has one."""
    from decimal import Decimal

    numbers = [Decimal(value) for task in tasks if (value := values_of(task).get(column.id))]
    return f"{sum(numbers):f}" if numbers else None


class Condition(NamedTuple):
    """A condition on one column: ``investment>=1000``."""

    column: OwnColumn
    operator: str
    value: str

    def holds(self, task: Task) -> bool:
        """Whether a task has a value that meets the condition."""
        value = values_of(task).get(self.column.id)
        if value is None:
            return False
        if self.operator == "~":
            return self.value.casefold() in value.casefold()
        compared = COMPARISONS[self.operator]
        if self.column.type == NUMBER:
            from decimal import Decimal

            return bool(compared(Decimal(value), Decimal(self.value)))
        return bool(compared(value, self.value))


#: Operator of a condition -> how it compares; ``~`` asks whether a text holds another.
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, "!=": ne, "=": eq, ">": gt, "<": lt}
_CONDITION = r"\s*([^<>=!~]+?)\s*(>=|<=|!=|==?|>|<|~)\s*(.*?)\s*"
_FULL_WIDTH = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "＞": ">", "＜": "<", "＝": "=", "～": "~"})


def parse_condition(text: str, columns: Sequence[OwnColumn]) -> Condition:
    """The condition that a text means; the column is named by its id or its title.

    Raises BadInput for a text that is no condition, an unknown column, and a value that its type does not take.
    """
    found = re.fullmatch(_CONDITION, text.translate(_FULL_WIDTH))
    if found is None:
        raise BadInput(
            _('--where “{text}” is no condition; write as in: --where "{example}"'),
            text=text,
            example=f"{columns[0].id}>=1000" if columns else "investment>=1000",
        )
    name, operator, value = found.groups()
    column = _column(name, columns)
    operator = "=" if operator == "==" else operator
    if column.type == NUMBER:
        value = _number(value, text)
    return Condition(column, operator, value)


def _column(name: str, columns: Sequence[OwnColumn]) -> OwnColumn:
    wanted = name.casefold()
    for one in columns:
        if wanted in (one.id.casefold(), one.title.casefold()):
            return one
    if not columns:
        raise BadInput(_("The plan has no columns of its own to filter by (“{name}”)."), name=name)
    known = joined(f"{one.id} {one.title}" for one in columns)
    raise BadInput(_("The plan has no column “{name}” of its own; it has: {known}."), name=name, known=known)


def _number(value: str, text: str) -> str:
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(value.replace(",", "").replace("，", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadInput(_("--where “{text}”: “{value}” is no number."), text=text, value=value)
    return str(number)

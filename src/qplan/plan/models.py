"""The format of a plan's files, as pydantic models.

Each class is one kind of map in a plan's files: its keys, what each takes (:mod:`qplan.plan.values`), whether it
is required, its default and its description. Reading, error messages, the JSON Schemas of ``data/schema`` and the
tables of ``docs/plan-format.md`` all come from here; a new key is one line in its class. ``required`` and
``optional`` mark their descriptions for translation.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.json_schema import SkipJsonSchema

from qplan.plan.rules_models import RulesFile
from qplan.plan.shapes import Map, PartFile, optional, required
from qplan.plan.values import (
    Amount,
    Basis,
    Clause,
    Day,
    DayOfMonth,
    DeadlineBasis,
    DeadlineForm,
    Decimal,
    DepartmentName,
    DepartmentNames,
    FileName,
    FormatNumber,
    Id,
    Line,
    Lines,
    Number,
    Offset,
    Reference,
    Shares,
    WholeNumber,
    Word,
)

#: How long the periods are of what comes again.
Repeats = Literal["month", "quarter", "half-year", "year"]


class Milestone(Map):
    """A staged goal of a task."""

    id: Id = required("id within its task (`m1`); the ledger calls it `TASK/m1`")
    title: Line = required("what is reached")
    due: Day = required("day by which it is reached; of one that repeats, the first")
    repeats: Repeats | None = optional(
        "makes a staged goal for each period (`m1.2024`), due on the same day of it, up to the task's deadline or the plan's end"
    )
    basis: Basis | None = optional("whether the plan sets it; without it, as `defaults` says")


def _leaf_schema(schema: dict[str, Any]) -> None:
    """A task takes a plan's own columns, and `no` for `id` and `clause`."""
    schema["additionalProperties"] = {"type": ["string", "number", "null"]}
    schema["required"] = [name for name in schema["required"] if name not in NUMBERED]
    schema["anyOf"] = [{"required": list(NUMBERED)}, {"required": ["no"]}]


#: Keys that `no` gives.
NUMBERED = ("id", "clause")


class Leaf(Map):
    """A task, column item or safeguard that somebody answers for.

    ``own`` has the keys that are none of the format's and their texts: columns of the plan's own (``fields``).
    """

    model_config = ConfigDict(json_schema_extra=_leaf_schema)

    own: SkipJsonSchema[dict[Any, Any]] = Field(default_factory=dict, exclude=True)
    id: Id = required("id of the task, unique in the plan without regard to case")
    no: Number | None = optional(
        "its number in the document, instead of `id` (`T` and the number) and `clause`"
    )
    title: Line = required("its heading")
    title_basis: Literal["plan", "ours"] = optional("whose words the title is: the plan's or ours", "plan")
    clause: Line = required("where in the plan it stands")
    summary: Lines | None = optional("what must be delivered, in a sentence or two")
    lead: DepartmentNames | None = optional(
        "department that answers for it, or all that lead it jointly; every task without subtasks needs one, its"
        " own or that of its heading"
    )
    support: list[DepartmentName] | None = optional("departments that help")
    assignment_basis: Basis | None = optional(
        "whether the plan assigns it or the file proposes it; without it, as `defaults` says"
    )
    support_basis: Basis | None = optional(
        "whether the plan names the supporters, where that is not so of the lead"
    )
    verifier: DepartmentName | None = optional(
        "department that approves its completion instead of the office"
    )
    leader: Line | None = optional("leader in charge")
    owner: Line | None = optional("responsible person")
    contact: Line | None = optional("whom to call, and how")
    deadline: DeadlineForm | None = optional(
        "when it is due: of a period its last day; `ongoing` is never due, `immediate` so many days after issue"
        " as the rules allow"
    )
    deadline_text: Line | None = optional("the deadline in the document's own words, shown beside it")
    deadline_basis: DeadlineBasis | None = optional(
        "whether the plan sets the deadline here, a dated goal attached to the task gives it, or the file proposes"
        " it; without it, as `defaults` says"
    )
    begins: Day | None = optional("first day of its own schedule")
    repeats: Repeats | None = optional(
        "makes a subtask for each period from `begins` to `deadline`, else of the plan's period"
    )
    due_day: DayOfMonth | None = optional(
        "of a task that repeats: on which day of the last month of its period each is due; without it the last"
    )
    each: Shares | None = optional(
        "makes a subtask for each of these departments, or of the members of a group, which leads it; a map gives"
        " each its quantity"
    )
    quantity: Amount | None = optional("its share of its heading, whose progress is rolled up by quantity")
    unit: Line | None = optional("unit of the quantity")
    weight: Amount | None = optional("how much it counts in means and scores; without it, 1")
    note: Lines | None = optional("remark for readers")
    see: list[Reference] | None = optional("related tasks, columns, indicators")
    milestones: list[Milestone] | None = optional("staged goals")

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The values with id and clause, where a number gives them."""
        number = given.get("no")
        if number is None:
            return given
        return {"id": f"T{number}", "clause": str(number), **given}

    @model_serializer(mode="wrap")
    def _with_own(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The keys of the format, then those of the plan's own columns."""
        return {
            **serialized(self),
            **{str(key): str(text) for key, text in self.own.items() if text is not None},
        }


class Task(Leaf):
    """A main task, subtask or measure."""

    tasks: list[Task] | None = optional("subtasks; a task with subtasks is a group")


class Column(Map):
    """A feature column (专栏)."""

    id: Id = required("id of the column, unique like a task's")
    number: WholeNumber = required("its number in the plan")
    title: Line = required("its heading")
    clause: Line = required("where in the plan it stands")
    parent: Reference | None = optional("task to which it belongs")
    summary: Lines | None = optional("what it is about")
    note: Lines | None = optional("remark for readers")
    items: list[Leaf] = required("its items")


class ColumnFile(PartFile):
    """A file of ``columns``."""

    column: Column = required("the feature column")


class Department(Map):
    """A body that answers for tasks."""

    id: Id = required("short id that people type")
    name: Line = required("its name")
    aliases: list[Word] | None = optional("other names in use")
    initials: Line | None = optional("initials of its name, for typing")
    role: Literal["office", "department", "area"] = optional("what it is", "department")
    full_name: Line | None = optional("its official name, which documents use")
    members: list[DepartmentName] | None = optional(
        "the departments of a group, each of which `each` gives a subtask"
    )
    leader: Line | None = optional("leader in charge, of tasks that name none")
    owner: Line | None = optional("responsible person, of tasks that name none")
    contact: Line | None = optional("whom to call, for tasks that do not say")
    note: Lines | None = optional("remark for readers")


class DepartmentsFile(PartFile):
    """The file named by ``departments``."""

    departments: list[Department] = required("who answers for tasks")


class Indicator(Map):
    """A core indicator or a further quantified target."""

    id: Id = required("id of the indicator, unique like a task's")
    name: Line = required("what is measured")
    dimension: Line | None = optional("group in the plan's table")
    unit: Line | None = optional("unit of target and baseline")
    operator: Literal[">=", "<=", "=", "up", "down", "rank"] = optional(
        "direction; a sign must be quoted in YAML; `up` and `down` compare with the figure before, `rank` is a place",
        ">=",
    )
    target: Decimal | None = optional("figure to be reached")
    target_status: Literal["set", "to_be_assigned"] = optional("whether the figure is known yet", "set")
    qualifier: Line | None = optional("the document's words that limit the target, such as 力争 or 保持")
    nature: Literal["expected", "binding"] | None = optional("预期性 or 约束性")
    lead: DepartmentName | None = optional("department that answers for it")
    support: list[DepartmentName] | None = optional("departments that help")
    clauses: list[Clause] | None = optional("where in the plan it stands")
    tasks: list[Reference] | None = optional("tasks that serve it, the nearest first")
    parts: list[Reference] | None = optional(
        "indicators whose figures are added up to its own, in the same unit"
    )
    deadline: Day | None = optional("day by which it is due; without it, as `defaults` says")
    baseline: Decimal | None = optional("figure at the start")
    baseline_year: WholeNumber | None = optional("year of the baseline")
    baseline_clause: Line | None = optional("where in the plan the baseline stands")
    note: Lines | None = optional("remark for readers")
    conflicts_with: list[Reference] | None = optional(
        "indicators with which the plan contradicts itself here"
    )


class IndicatorsFile(PartFile):
    """The file named by ``indicators``."""

    indicators: list[Indicator] | None = optional("core indicators")
    targets: list[Indicator] | None = optional("further quantified targets")


class Head(Map):
    """The plan as a whole."""

    id: Id = required("id of the plan; a ledger holds one plan")
    title: Line = required("its full title")
    issuer: Line | None = optional("who issued it")
    issued: Day | None = optional("day of issue")
    begins: Day = required("first day of the plan's period")
    ends: Day = required("last day of the plan's period")
    utc_offset: Offset = optional("the zone in which a day is a day", "+08:00")
    region: Line | None = optional("the district")
    office: DepartmentName = required("department that keeps the ledger")
    language: Literal["zh", "en"] = optional("language of its texts and official documents", "zh")


class Defaults(Map):
    """What holds for tasks and milestones that do not say it themselves."""

    assignment_basis: Basis = optional(
        "whether the plan assigns the tasks or the files propose it", "proposed"
    )
    deadline_basis: Basis = optional(
        "whether the plan sets the deadlines or the files propose them", "proposed"
    )
    milestone_basis: Basis = optional(
        "whether the plan sets the staged goals or the files propose them", "proposed"
    )
    indicator_deadline: Day | None = optional(
        "when indicators are due for which the plan gives no day; marked as proposed"
    )


class OwnColumn(Map):
    """A column of the plan's own, which its tasks give by its id."""

    id: Id = required("the key that tasks give")
    title: Line = required("its heading in lists")
    type: Literal["text", "number", "date"] = optional("what stands in it; numbers are added up", "text")
    unit: Line | None = optional("unit of its numbers")


class PlanFile(Map):
    """The plan's own file, which names the others or holds their content."""

    format: FormatNumber = required("the format's number, 1")
    plan: Head = required("the plan's head")
    defaults: Defaults | None = optional("the basis of what does not say it itself")
    departments: FileName | DepartmentsFile | list[Department] = required("who answers for tasks")
    indicators: FileName | IndicatorsFile | list[Indicator] | None = optional("quantified targets")
    rules: FileName | RulesFile | None = optional(
        "what the district sets differently; `rules.yaml` in the plan's folder needs no mention"
    )
    columns: list[FileName | Column] | None = optional("feature columns, in their order")
    source: FileName | None = optional("the plan's own text beside the plan; `qplan check` compares the two")
    fields: list[OwnColumn] | None = optional("columns of the plan's own, in their order")
    tasks: list[Task] = required("main tasks")
    safeguards: list[Leaf] | None = optional("safeguards")


#: File of ``data/schema`` -> the map at the top of the files it describes.
FILES: dict[str, type[Map]] = {
    "plan": PlanFile,
    "column": ColumnFile,
    "departments": DepartmentsFile,
    "indicators": IndicatorsFile,
    "rules": RulesFile,
}

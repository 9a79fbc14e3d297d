"""The format of a plan's files, as pydantic models.

Each class is one kind of map in a plan's files: its keys, what each takes (:mod:`qplan.plan.values`), whether it
is required, its default and its description. Reading, error messages, the JSON Schemas of ``data/schema`` and the
tables of ``docs/plan-format.md`` all come from here; a new key is one line in its class.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
)
from pydantic.json_schema import SkipJsonSchema

from qplan.core.rules import Rules
from qplan.i18n import N_
from qplan.plan.values import (
    FORMAT,
    Amount,
    Basis,
    Clause,
    Day,
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
    TrueOrFalse,
    WholeNumber,
    Word,
)

_RULES = Rules()


class Map(BaseModel):
    """A map of a plan's file. ``place`` is its line and column, counted from 1; the loader gives it."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    place: SkipJsonSchema[tuple[int, int]] = Field(default=(1, 1), exclude=True)

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The values of a map with those that others imply."""
        return given


class Milestone(Map):
    """A staged goal of a task."""

    id: Id = Field(description=N_("id within its task (`m1`); the ledger calls it `TASK/m1`"))
    title: Line = Field(description=N_("what is reached"))
    due: Day = Field(description=N_("day by which it is reached"))
    basis: Basis | None = Field(
        default=None, description=N_("whether the plan sets it; without it, as `defaults` says")
    )


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
    id: Id = Field(description=N_("id of the task, unique in the plan without regard to case"))
    no: Number | None = Field(
        default=None,
        description=N_("its number in the document, instead of `id` (`T` and the number) and `clause`"),
    )
    title: Line = Field(description=N_("its heading"))
    title_basis: Literal["plan", "ours"] = Field(
        default="plan", description=N_("whose words the title is: the plan's or ours")
    )
    clause: Line = Field(description=N_("where in the plan it stands"))
    summary: Lines | None = Field(
        default=None, description=N_("what must be delivered, in a sentence or two")
    )
    lead: DepartmentNames | None = Field(
        default=None,
        description=N_(
            "department that answers for it, or all that lead it jointly; every task without subtasks needs one, its"
            " own or that of its heading"
        ),
    )
    support: list[DepartmentName] | None = Field(default=None, description=N_("departments that help"))
    assignment_basis: Basis | None = Field(
        default=None,
        description=N_("whether the plan assigns it or the file proposes it; without it, as `defaults` says"),
    )
    verifier: DepartmentName | None = Field(
        default=None, description=N_("department that approves its completion instead of the office")
    )
    leader: Line | None = Field(default=None, description=N_("leader in charge"))
    owner: Line | None = Field(default=None, description=N_("responsible person"))
    contact: Line | None = Field(default=None, description=N_("whom to call, and how"))
    deadline: DeadlineForm | None = Field(
        default=None,
        description=N_(
            "when it is due: of a period its last day; `ongoing` is never due, `immediate` so many days after issue"
            " as the rules allow"
        ),
    )
    deadline_text: Line | None = Field(
        default=None, description=N_("the deadline in the document's own words, shown beside it")
    )
    deadline_basis: DeadlineBasis | None = Field(
        default=None,
        description=N_(
            "whether the plan sets the deadline here, a dated goal attached to the task gives it, or the file proposes"
            " it; without it, as `defaults` says"
        ),
    )
    begins: Day | None = Field(default=None, description=N_("first day of its own schedule"))
    repeats: Literal["month", "quarter", "half-year", "year"] | None = Field(
        default=None,
        description=N_(
            "makes a subtask for each period from `begins` to `deadline`, else of the plan's period"
        ),
    )
    each: Shares | None = Field(
        default=None,
        description=N_(
            "makes a subtask for each of these departments, or of the members of a group, which leads it; a map gives"
            " each its quantity"
        ),
    )
    quantity: Amount | None = Field(
        default=None, description=N_("its share of its heading, whose progress is rolled up by quantity")
    )
    unit: Line | None = Field(default=None, description=N_("unit of the quantity"))
    weight: Amount | None = Field(
        default=None, description=N_("how much it counts in means and scores; without it, 1")
    )
    note: Lines | None = Field(default=None, description=N_("remark for readers"))
    see: list[Reference] | None = Field(default=None, description=N_("related tasks, columns, indicators"))
    milestones: list[Milestone] | None = Field(default=None, description=N_("staged goals"))

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

    tasks: list[Task] | None = Field(
        default=None, description=N_("subtasks; a task with subtasks is a group")
    )


class Column(Map):
    """A feature column (专栏)."""

    id: Id = Field(description=N_("id of the column, unique like a task's"))
    number: WholeNumber = Field(description=N_("its number in the plan"))
    title: Line = Field(description=N_("its heading"))
    clause: Line = Field(description=N_("where in the plan it stands"))
    parent: Reference | None = Field(default=None, description=N_("task to which it belongs"))
    summary: Lines | None = Field(default=None, description=N_("what it is about"))
    note: Lines | None = Field(default=None, description=N_("remark for readers"))
    items: list[Leaf] = Field(description=N_("its items"))


class ColumnFile(Map):
    """A file of ``columns``."""

    format: FormatNumber = Field(default=FORMAT, description=N_("the format's number, 1"))
    column: Column = Field(description=N_("the feature column"))


class Department(Map):
    """A body that answers for tasks."""

    id: Id = Field(description=N_("short id that people type"))
    name: Line = Field(description=N_("its name"))
    aliases: list[Word] | None = Field(default=None, description=N_("other names in use"))
    initials: Line | None = Field(default=None, description=N_("initials of its name, for typing"))
    role: Literal["office", "department", "area"] = Field(default="department", description=N_("what it is"))
    full_name: Line | None = Field(default=None, description=N_("its official name, which documents use"))
    members: list[DepartmentName] | None = Field(
        default=None, description=N_("the departments of a group, each of which `each` gives a subtask")
    )
    leader: Line | None = Field(default=None, description=N_("leader in charge, of tasks that name none"))
    owner: Line | None = Field(default=None, description=N_("responsible person, of tasks that name none"))
    contact: Line | None = Field(default=None, description=N_("whom to call, for tasks that do not say"))
    note: Lines | None = Field(default=None, description=N_("remark for readers"))


class DepartmentsFile(Map):
    """The file named by ``departments``."""

    format: FormatNumber = Field(default=FORMAT, description=N_("the format's number, 1"))
    departments: list[Department] = Field(description=N_("who answers for tasks"))


class Indicator(Map):
    """A core indicator or a further quantified target."""

    id: Id = Field(description=N_("id of the indicator, unique like a task's"))
    name: Line = Field(description=N_("what is measured"))
    dimension: Line | None = Field(default=None, description=N_("group in the plan's table"))
    unit: Line | None = Field(default=None, description=N_("unit of target and baseline"))
    operator: Literal[">=", "<=", "=", "up", "down", "rank"] = Field(
        default=">=",
        description=N_(
            "direction; a sign must be quoted in YAML; `up` and `down` compare with the figure before, `rank` is a place"
        ),
    )
    target: Decimal | None = Field(default=None, description=N_("figure to be reached"))
    target_status: Literal["set", "to_be_assigned"] = Field(
        default="set", description=N_("whether the figure is known yet")
    )
    qualifier: Line | None = Field(
        default=None, description=N_("the document's words that limit the target, such as 力争 or 保持")
    )
    nature: Literal["expected", "binding"] | None = Field(default=None, description=N_("预期性 or 约束性"))
    lead: DepartmentName | None = Field(default=None, description=N_("department that answers for it"))
    support: list[DepartmentName] | None = Field(default=None, description=N_("departments that help"))
    clauses: list[Clause] | None = Field(default=None, description=N_("where in the plan it stands"))
    tasks: list[Reference] | None = Field(
        default=None, description=N_("tasks that serve it, the nearest first")
    )
    parts: list[Reference] | None = Field(
        default=None, description=N_("indicators whose figures are added up to its own, in the same unit")
    )
    deadline: Day | None = Field(default=None, description=N_("day by which it is due"))
    baseline: Decimal | None = Field(default=None, description=N_("figure at the start"))
    baseline_year: WholeNumber | None = Field(default=None, description=N_("year of the baseline"))
    baseline_clause: Line | None = Field(
        default=None, description=N_("where in the plan the baseline stands")
    )
    note: Lines | None = Field(default=None, description=N_("remark for readers"))
    conflicts_with: list[Reference] | None = Field(
        default=None, description=N_("indicators with which the plan contradicts itself here")
    )


class IndicatorsFile(Map):
    """The file named by ``indicators``."""

    format: FormatNumber = Field(default=FORMAT, description=N_("the format's number, 1"))
    indicators: list[Indicator] | None = Field(default=None, description=N_("core indicators"))
    targets: list[Indicator] | None = Field(default=None, description=N_("further quantified targets"))


class Lights(Map):
    """Thresholds of the lights."""

    due_soon_days: WholeNumber = Field(
        default=_RULES.due_soon_days, description=N_("blue: due within so many days")
    )
    short_task_days: WholeNumber = Field(
        default=_RULES.short_task_days,
        description=N_("a task is short when schedule and deadline lie no further apart"),
    )
    short_due_soon_workdays: WholeNumber = Field(
        default=_RULES.short_due_soon_workdays,
        description=N_("blue for a short task: due within so many working days"),
    )
    yellow_behind: WholeNumber = Field(
        default=_RULES.yellow_behind, description=N_("yellow: so many percentage points behind schedule")
    )
    red_behind: WholeNumber = Field(
        default=_RULES.red_behind, description=N_("red: more than so many percentage points behind schedule")
    )
    milestone_missed: Literal["yellow", "red"] = Field(
        default="yellow", description=N_("light of a missed staged goal")
    )
    red_once_stays_yellow: TrueOrFalse = Field(
        default=_RULES.red_once_stays_yellow,
        description=N_("whether a task that was red shows yellow until closed"),
    )


class Level(Map):
    """A level of escalation."""

    level: Id = Field(description=N_("code of the level"))
    label: Line = Field(description=N_("its name in documents"))
    overdue_days: WholeNumber = Field(description=N_("proposed from so many days late"))
    after_days: WholeNumber = Field(description=N_("no sooner than so many days after the level before"))
    answer_workdays: WholeNumber = Field(description=N_("working days for an answer"))


class Scoring(Map):
    """Points of the yearly assessment."""

    closed_in_time: WholeNumber = Field(
        default=_RULES.scoring.closed_in_time, description=N_("points of a task closed in time")
    )
    closed_late: WholeNumber = Field(
        default=_RULES.scoring.closed_late, description=N_("points of a task closed after its deadline")
    )
    open_in_time: WholeNumber = Field(
        default=_RULES.scoring.open_in_time, description=N_("points of an open task that is not overdue")
    )
    overdue: WholeNumber = Field(default=_RULES.scoring.overdue, description=N_("points of an overdue task"))
    off_stale: WholeNumber = Field(
        default=_RULES.scoring.off_stale, description=N_("taken off when it is long without a report")
    )
    off_unanswered: WholeNumber = Field(
        default=_RULES.scoring.off_unanswered, description=N_("taken off for each urge not answered in time")
    )


class Calendar(Map):
    """Days that differ from the State Council's arrangement."""

    holidays: list[Day] | None = Field(default=None, description=N_("further days off"))
    workdays: list[Day] | None = Field(default=None, description=N_("further working days"))


def _form(given: object) -> str:
    """Which form of the calendar was written."""
    return "list" if isinstance(given, list) else "map" if isinstance(given, Calendar | dict) else "word"


class RulesFile(Map):
    """The file named by ``rules``. The defaults are those of :class:`qplan.core.rules.Rules`."""

    format: FormatNumber = Field(default=FORMAT, description=N_("the format's number, 1"))
    lights: Lights | None = Field(default=None, description=N_("thresholds of the lights"))
    stale_days: WholeNumber = Field(
        default=_RULES.stale_days,
        description=N_(
            "days without a report after which a task is stale; counted from its last report, else from the day it was handed over or loaded"
        ),
    )
    schedule_starts: Literal["issued", "begins"] = Field(
        default="issued", description=N_("from when progress is expected to grow")
    )
    rest_day_deadline: Literal["fixed", "next_working_day"] = Field(
        default="fixed", description=N_("what a deadline on a rest day does")
    )
    immediate_days: WholeNumber = Field(
        default=_RULES.immediate_days,
        description=N_("an `immediate` task is due so many days after the plan was issued"),
    )
    dispute_workdays: WholeNumber = Field(
        default=_RULES.dispute_workdays, description=N_("working days in which an assignment can be disputed")
    )
    one_person_office: TrueOrFalse = Field(
        default=_RULES.one_person_office, description=N_("whether the reporter may verify")
    )
    urging: list[Level] | None = Field(default=None, description=N_("the urging ladder, mildest level first"))
    scoring: Scoring | None = Field(default=None, description=N_("points of the yearly assessment"))
    calendar: (
        Annotated[
            Annotated[Calendar, Tag("map")]
            | Annotated[list[Day], Tag("list")]
            | Annotated[Literal["none"], Tag("word")],
            Discriminator(_form),
        ]
        | None
    ) = Field(
        default=None,
        description=N_(
            "days that differ from the State Council's arrangement; or the days off of another country, beside its"
            " weekends; `none` counts calendar days only"
        ),
    )


class Head(Map):
    """The plan as a whole."""

    id: Id = Field(description=N_("id of the plan; a ledger holds one plan"))
    title: Line = Field(description=N_("its full title"))
    issuer: Line | None = Field(default=None, description=N_("who issued it"))
    issued: Day | None = Field(default=None, description=N_("day of issue"))
    begins: Day = Field(description=N_("first day of the plan's period"))
    ends: Day = Field(description=N_("last day of the plan's period"))
    utc_offset: Offset = Field(default="+08:00", description=N_("the zone in which a day is a day"))
    region: Line | None = Field(default=None, description=N_("the district"))
    office: DepartmentName = Field(description=N_("department that keeps the ledger"))
    language: Literal["zh", "en"] = Field(
        default="zh", description=N_("language of its texts and official documents")
    )


class Defaults(Map):
    """What holds for tasks and milestones that do not say it themselves."""

    assignment_basis: Basis = Field(
        default="proposed", description=N_("whether the plan assigns the tasks or the files propose it")
    )
    deadline_basis: Basis = Field(
        default="proposed", description=N_("whether the plan sets the deadlines or the files propose them")
    )
    milestone_basis: Basis = Field(
        default="proposed", description=N_("whether the plan sets the staged goals or the files propose them")
    )


class OwnColumn(Map):
    """A column of the plan's own, which its tasks give by its id."""

    id: Id = Field(description=N_("the key that tasks give"))
    title: Line = Field(description=N_("its heading in lists"))
    type: Literal["text", "number", "date"] = Field(
        default="text", description=N_("what stands in it; numbers are added up")
    )
    unit: Line | None = Field(default=None, description=N_("unit of its numbers"))


class PlanFile(Map):
    """The plan's own file, which names the others or holds their content."""

    format: FormatNumber = Field(description=N_("the format's number, 1"))
    plan: Head = Field(description=N_("the plan's head"))
    defaults: Defaults | None = Field(
        default=None, description=N_("the basis of what does not say it itself")
    )
    departments: FileName | DepartmentsFile | list[Department] = Field(
        description=N_("who answers for tasks")
    )
    indicators: FileName | IndicatorsFile | list[Indicator] | None = Field(
        default=None, description=N_("quantified targets")
    )
    rules: FileName | RulesFile | None = Field(
        default=None, description=N_("what the district sets differently")
    )
    columns: list[FileName | Column] | None = Field(
        default=None, description=N_("feature columns, in their order")
    )
    source: FileName | None = Field(
        default=None, description=N_("the plan's own text beside the plan; `qplan check` compares the two")
    )
    fields: list[OwnColumn] | None = Field(
        default=None, description=N_("columns of the plan's own, in their order")
    )
    tasks: list[Task] = Field(description=N_("main tasks"))
    safeguards: list[Leaf] | None = Field(default=None, description=N_("safeguards"))


#: File of ``data/schema`` -> the map at the top of the files it describes.
FILES: dict[str, type[Map]] = {
    "plan": PlanFile,
    "column": ColumnFile,
    "departments": DepartmentsFile,
    "indicators": IndicatorsFile,
    "rules": RulesFile,
}

"""The format of a plan's files, as tables.

One table per kind of map: its keys, what stands under each, whether it must be there, and what it
means. The reader, the JSON Schemas and the tables of ``docs/plan-format.md`` are made from these
and say nothing of their own, so they cannot drift apart.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qplan.i18n import N_

#: The number that ``format:`` carries. A change that old readers would misread raises it.
FORMAT = 1

#: Ids of tasks, columns, indicators, departments, levels: safe in a shell, a URL and a file name.
ID = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}")
#: An exact decimal number, kept as text.
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
INTEGER = re.compile(r"(0|[1-9][0-9]{0,8})")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OFFSET = re.compile(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]")


class Field(NamedTuple):
    """One key of a map.

    ``kind`` is one of :data:`KINDS`; ``of`` names the map under it (kinds ``object``, ``objects``
    and those that also take a file), or its choices separated by ``|``.
    """

    name: str
    kind: str
    doc: str
    required: bool = False
    of: str = ""
    default: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that a field of kind ``choice`` takes."""
        return tuple(self.of.split("|"))


#: Kind -> what people are told that stands there.
KINDS = {
    "text": N_("text, one line"),
    "lines": N_("text, may have several lines"),
    "id": N_("id"),
    "ref": N_("id of a record"),
    "refs": N_("list of ids"),
    "dept": N_("department"),
    "depts": N_("list of departments"),
    "words": N_("list of words without blanks"),
    "clauses": N_("list of clauses"),
    "date": N_("date"),
    "dates": N_("list of dates"),
    "decimal": N_("number, kept exactly as written"),
    "int": N_("whole number"),
    "bool": N_("true or false"),
    "choice": N_("one of the words"),
    "offset": N_("UTC offset, \"+08:00\""),
    "object": N_("map"),
    "objects": N_("list of maps"),
    "file": N_("file name, or the content itself"),
    "files": N_("list of file names, or of the contents"),
}  # fmt: skip

F = Field
_FORMAT = F("format", "int", "the format's number, 1")

_LEAF = (
    F("id", "id", "id of the task, unique in the plan without regard to case", True),
    F("title", "text", "its heading", True),
    F(
        "title_basis",
        "choice",
        "whose words the title is: the plan's or ours",
        of="plan|ours",
        default="plan",
    ),
    F("clause", "text", "where in the plan it stands", True),
    F("summary", "lines", "what must be delivered, in a sentence or two"),
    F("lead", "dept", "department that answers for it; every task without subtasks needs one"),
    F("support", "depts", "departments that help"),
    F(
        "assignment_basis",
        "choice",
        "whether the plan assigns it or the file proposes it",
        of="plan|proposed",
        default="proposed",
    ),
    F("deadline", "date", "day by which it is due"),
    F(
        "deadline_basis",
        "choice",
        "whether the plan sets the deadline or the file proposes it",
        of="plan|proposed",
        default="proposed",
    ),
    F("note", "lines", "remark for readers"),
    F("see", "refs", "related tasks, columns, indicators"),
    F("milestones", "objects", "staged goals", of="milestone"),
)

#: Map -> its keys, in the order in which they are best written.
OBJECTS: dict[str, tuple[Field, ...]] = {
    "plan_file": (
        _FORMAT._replace(required=True),
        F("plan", "object", "the plan's head", True, "plan"),
        F("departments", "file", "who answers for tasks", True, "departments_file"),
        F("indicators", "file", "quantified targets", of="indicators_file"),
        F("rules", "file", "what the district sets differently", of="rules_file"),
        F("columns", "files", "feature columns, in their order", of="column_file"),
        F("tasks", "objects", "main tasks", True, "task"),
        F("safeguards", "objects", "safeguards", of="leaf"),
    ),
    "plan": (
        F("id", "id", "id of the plan; a ledger holds one plan", True),
        F("title", "text", "its full title", True),
        F("issuer", "text", "who issued it"),
        F("issued", "date", "day of issue"),
        F("begins", "date", "first day of the plan's period", True),
        F("ends", "date", "last day of the plan's period", True),
        F("utc_offset", "offset", "the zone in which a day is a day", default='"+08:00"'),
        F("region", "text", "the district"),
        F("office", "dept", "department that keeps the ledger", True),
    ),
    "task": (*_LEAF, F("tasks", "objects", "subtasks; a task with subtasks is a group", of="task")),
    "leaf": _LEAF,
    "milestone": (
        F("id", "id", "id within its task (`m1`); the ledger calls it `TASK/m1`", True),
        F("title", "text", "what is reached", True),
        F("due", "date", "day by which it is reached", True),
        F("basis", "choice", "whether the plan sets it", of="plan|proposed", default="proposed"),
    ),
    "column_file": (_FORMAT, F("column", "object", "the feature column", True, "column")),
    "column": (
        F("id", "id", "id of the column, unique like a task's", True),
        F("number", "int", "its number in the plan", True),
        F("title", "text", "its heading", True),
        F("clause", "text", "where in the plan it stands", True),
        F("parent", "ref", "task to which it belongs"),
        F("summary", "lines", "what it is about"),
        F("note", "lines", "remark for readers"),
        F("items", "objects", "its items", True, "leaf"),
    ),
    "departments_file": (_FORMAT, F("departments", "objects", "who answers for tasks", True, "department")),
    "department": (
        F("id", "id", "short id that people type", True),
        F("name", "text", "its name", True),
        F("aliases", "words", "other names in use"),
        F("initials", "text", "initials of its name, for typing"),
        F("role", "choice", "what it is", of="office|department|area", default="department"),
        F("note", "lines", "remark for readers"),
    ),
    "indicators_file": (
        _FORMAT,
        F("indicators", "objects", "core indicators", of="indicator"),
        F("targets", "objects", "further quantified targets", of="indicator"),
    ),
    "indicator": (
        F("id", "id", "id of the indicator, unique like a task's", True),
        F("name", "text", "what is measured", True),
        F("dimension", "text", "group in the plan's table"),
        F("unit", "text", "unit of target and baseline"),
        F("operator", "choice", "direction; must be quoted in YAML", of=">=|<=|=", default='">="'),
        F("target", "decimal", "figure to be reached"),
        F("target_status", "choice", "whether the figure is known yet", of="set|to_be_assigned", default="set"),
        F("nature", "choice", "预期性 or 约束性", of="expected|binding"),
        F("lead", "dept", "department that answers for it"),
        F("support", "depts", "departments that help"),
        F("clauses", "clauses", "where in the plan it stands"),
        F("tasks", "refs", "tasks that serve it, the nearest first"),
        F("deadline", "date", "day by which it is due"),
        F("baseline", "decimal", "figure at the start"),
        F("baseline_year", "int", "year of the baseline"),
        F("baseline_clause", "text", "where in the plan the baseline stands"),
        F("note", "lines", "remark for readers"),
        F("conflicts_with", "refs", "indicators with which the plan contradicts itself here"),
    ),
    "rules_file": (
        _FORMAT,
        F("lights", "object", "thresholds of the lights", of="lights"),
        F("stale_days", "int", "days without a report after which a task is stale", default="30"),
        F("schedule_starts", "choice", "from when progress is expected to grow", of="issued|begins", default="issued"),
        F("rest_day_deadline", "choice", "what a deadline on a rest day does", of="fixed|next_working_day", default="fixed"),
        F("dispute_workdays", "int", "working days in which an assignment can be disputed", default="3"),
        F("one_person_office", "bool", "whether the reporter may verify", default="false"),
        F("urging", "objects", "the urging ladder, mildest level first", of="rung"),
        F("scoring", "object", "points of the yearly assessment", of="scoring"),
        F("calendar", "object", "days that differ from the State Council's arrangement", of="calendar"),
    ),
    "lights": (
        F("due_soon_days", "int", "blue: due within so many days", default="30"),
        F("short_task_days", "int", "a task is short when schedule and deadline lie no further apart", default="60"),
        F("short_due_soon_workdays", "int", "blue for a short task: due within so many working days", default="5"),
        F("yellow_behind", "int", "yellow: so many percentage points behind schedule", default="10"),
        F("red_behind", "int", "red: more than so many percentage points behind schedule", default="30"),
        F("milestone_missed", "choice", "light of a missed staged goal", of="yellow|red", default="yellow"),
        F("red_once_stays_yellow", "bool", "whether a task that was red shows yellow until closed", default="false"),
    ),
    "rung": (
        F("level", "id", "code of the level", True),
        F("label", "text", "its name in documents", True),
        F("overdue_days", "int", "proposed from so many days late", True),
        F("after_days", "int", "no sooner than so many days after the level before", True),
        F("answer_workdays", "int", "working days for an answer", True),
    ),
    "scoring": (
        F("closed_in_time", "int", "points of a task closed in time", default="100"),
        F("closed_late", "int", "points of a task closed after its deadline", default="70"),
        F("open_in_time", "int", "points of an open task that is not overdue", default="100"),
        F("overdue", "int", "points of an overdue task", default="40"),
        F("off_stale", "int", "taken off when it is long without a report", default="10"),
        F("off_unanswered", "int", "taken off for each urge not answered in time", default="10"),
    ),
    "calendar": (
        F("holidays", "dates", "further days off"),
        F("workdays", "dates", "further working days"),
    ),
}  # fmt: skip

#: File of ``data/schema`` -> the map at the top of the files it describes.
FILES = {
    "plan": "plan_file",
    "column": "column_file",
    "departments": "departments_file",
    "indicators": "indicators_file",
    "rules": "rules_file",
}

"""The records that packages exchange, and the codes in them.

Every record is an immutable named tuple, which costs little to import and to build. The field names
are the column names of the ledger; a date is ISO text (``2025-12-31``), a list of ids is one text with
spaces between (``"fgj scjg"``), an exact number is decimal text (``"96.2"``), so that a record, its
row and its journal entry hold the very same values.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

#: Kinds of task rows. A group is a heading; somebody answers for every other kind.
TASK, COLUMN_ITEM, SAFEGUARD, GROUP = "task", "column_item", "safeguard", "group"

#: Statuses of a task in the order of the cycle. Their labels are in :data:`qplan.core.workflow.STATUS`.
ASSIGNED, ACTIVE, BLOCKED = "assigned", "active", "blocked"
SUBMITTED, CLOSED, TERMINATED = "submitted", "closed", "terminated"
STATUSES = (ASSIGNED, ACTIVE, BLOCKED, SUBMITTED, CLOSED, TERMINATED)
#: Statuses of a finished task; every other status is open.
ENDED = (CLOSED, TERMINATED)
OPEN = tuple(status for status in STATUSES if status not in ENDED)
#: Statuses of a task that its lead works on.
AT_WORK = (ACTIVE, BLOCKED)
#: Statuses of a task that is with its lead: a report on it is expected, and it can be behind. The office decides next on every
#: other open one.
WITH_LEAD = (ASSIGNED, *AT_WORK)

#: Terms of a task that is not due on a day which its plan names.
ONGOING, IMMEDIATE = "ongoing", "immediate"

#: Where an assignment or a deadline comes from.
BASES = ("plan", "proposed", "confirmed")

#: Roles of a department.
OFFICE, DEPARTMENT, AREA = "office", "department", "area"


class PlanHead(NamedTuple):
    """The facts about the plan itself; one row of the ledger."""

    id: str
    title: str
    issuer: str | None = None
    region: str | None = None
    issued: str | None = None
    begins: str = ""
    ends: str = ""
    utc_offset: str = "+08:00"
    office: str = ""
    rules: str = "{}"  #: canonical JSON, see :mod:`qplan.core.rules`
    fields: str = "[]"  #: canonical JSON: the plan's own columns, see :mod:`qplan.core.own`
    calendar: str = "{}"  #: canonical JSON of the working-day arrangement known at loading
    version: int = 0
    language: str = "zh"  #: of its texts and official documents: ``zh`` or ``en``

    @property
    def comma(self) -> str:
        """What stands between the items of a list in the plan's language."""
        return "、" if self.language == "zh" else ", "


def in_force(heads: Iterable[PlanHead]) -> PlanHead | None:
    """The plan that a ledger is kept for: of several that replaced one another the newest; None of none."""
    return max(heads, key=lambda head: (head.begins, head.issued or "", head.id), default=None)


class Department(NamedTuple):
    """A body that answers for tasks."""

    id: str
    name: str
    aliases: str = ""
    initials: str | None = None
    role: str = DEPARTMENT
    remark: str | None = None
    full_name: str | None = None  #: its official name, which documents use
    members: str = ""  #: the departments of a group
    leader: str | None = None  #: persons of tasks that name none
    owner: str | None = None
    contact: str | None = None
    position: int = 0
    retired: int = 0
    version: int = 0

    @property
    def title(self) -> str:
        """What messages, lists and documents call it: its official name where the plan gives one."""
        return self.full_name or self.name


class Task(NamedTuple):
    """A task, column item, safeguard or group, as the ledger holds it.

    The first part is the plan's definition (a reload amends it); from ``leader`` on it is what
    happened (only actions change it). ``lead``, ``joint``, ``support``, ``basis``, ``deadline`` and
    ``original_deadline`` begin as the definition says and belong to the office once an assignment
    is confirmed or an extension granted.

    ``lead`` is the first lead and ``joint`` the further ones; they have the same rights and duties.
    ``term`` is None for a task with a day, else :data:`ONGOING` (it has none) or :data:`IMMEDIATE`.
    """

    id: str
    kind: str
    title: str
    clause: str
    title_basis: str = "plan"
    summary: str | None = None
    section: str | None = None
    column_no: int | None = None
    parent: str | None = None
    position: int = 0
    see: str = ""
    remark: str | None = None
    lead: str | None = None
    joint: str = ""
    support: str = ""
    basis: str | None = None
    deadline: str | None = None
    original_deadline: str | None = None
    deadline_basis: str | None = None
    deadline_text: str | None = None  #: the deadline in the document's own words
    term: str | None = None
    begins: str | None = None  #: first day of the task's own schedule
    repeats: str | None = None  #: of a heading whose tasks are periods: how long each of them is
    quantity: str | None = None  #: this task's share of what its heading adds up
    unit: str | None = None  #: unit of the quantity
    weight: str | None = None  #: how much it counts in means and scores; None is 1
    verifier: str | None = None  #: department that approves instead of the office
    plan_leader: str | None = None  #: persons as the plan names them; actions set those below
    plan_owner: str | None = None
    plan_contact: str | None = None
    fields: str = "{}"  #: canonical JSON: values of the plan's own columns
    support_basis: str | None = (
        None  #: where the plan's supporters come from, if not from where its lead does
    )
    retired: int = 0
    leader: str | None = None
    owner: str | None = None
    contact: str | None = None
    status: str | None = None
    progress: int | None = None
    note: str | None = None
    difficulty: str | None = None
    needs: str | None = None
    next_step: str | None = None
    support_note: str | None = None
    evidence: str | None = None
    evidence_sha256: str | None = None
    result: str | None = None
    last_update: str | None = None
    accepted_on: str | None = None
    submitted_on: str | None = None
    submitted_by: str | None = None
    returned_on: str | None = None
    closed_on: str | None = None
    closed_by: str | None = None
    document: str | None = None
    extensions: int = 0
    extension_to: str | None = None
    extension_on: str | None = None
    extension_reason: str | None = None
    disputed_on: str | None = None
    dispute: str | None = None
    urge_level: str | None = None
    urged_on: str | None = None
    answer_by: str | None = None
    answered_on: str | None = None
    version: int = 0

    @property
    def leads(self) -> tuple[str, ...]:
        """Every department that leads it, the first one first."""
        if self.lead is None:
            return ()
        return (self.lead, *ids(self.joint)) if self.joint else (self.lead,)

    @property
    def basis_of_support(self) -> str | None:
        """Where its supporters come from: what the office confirmed is confirmed with its lead."""
        return self.basis if self.basis == "confirmed" else self.support_basis or self.basis


class Milestone(NamedTuple):
    """A staged goal of a task; its id is ``TASK/m1``, ``TASK/a1`` when people added it."""

    id: str
    task: str
    title: str
    due: str
    original_due: str
    basis: str = "proposed"
    done_on: str | None = None
    note: str | None = None
    added: int = 0  #: 1 where people added it; a load leaves it alone
    position: int = 0
    retired: int = 0
    version: int = 0


class Indicator(NamedTuple):
    """A core indicator (``I``) or further quantified target (``Q``)."""

    id: str
    name: str
    core: int = 0
    dimension: str | None = None
    unit: str | None = None
    operator: str = ">="
    target: str | None = None
    target_status: str = "set"
    target_document: str | None = None
    baseline: str | None = None
    baseline_year: int | None = None
    baseline_clause: str | None = None
    nature: str | None = None
    lead: str | None = None
    support: str = ""
    tasks: str = ""
    clause: str = ""
    deadline: str | None = None
    remark: str | None = None
    conflicts: str = ""
    position: int = 0
    retired: int = 0
    version: int = 0
    qualifier: str | None = None  #: the document's words that limit the target: 力争, 保持
    parts: str = ""  #: indicators whose figures are added to its own
    deadline_basis: str | None = None  #: ``proposed`` where the plan gives no day for it

    @property
    def basis_of_deadline(self) -> str | None:
        """``proposed`` while nobody but the plan's files says when it is due."""
        return None if self.target_document else self.deadline_basis


class Actual(NamedTuple):
    """A figure of an indicator; its id is ``INDICATOR/PERIOD``.

    The period is a year, where ``period`` is None, or a part of it: ``2024-H1``, ``2024-Q2``, ``2024-06``.
    """

    id: str
    indicator: str
    year: int
    value: str
    source: str | None = None
    measured_on: str | None = None
    note: str | None = None
    retired: int = 0
    version: int = 0
    period: str | None = None


#: Entity name, as the kind of an event begins with it -> record. The order is that of loading.
#: A record has ``id`` first, and ``retired`` and ``version``; a plan's head is never retired.
RECORDS: dict[str, type] = {
    "plan": PlanHead,
    "department": Department,
    "task": Task,
    "milestone": Milestone,
    "indicator": Indicator,
    "actual": Actual,
}


class Plan(NamedTuple):
    """A whole plan as its files define it: records that hold definition fields only."""

    head: PlanHead
    departments: tuple[Department, ...]
    tasks: tuple[Task, ...]
    milestones: tuple[Milestone, ...]
    indicators: tuple[Indicator, ...]

    def records(self, entity: str) -> tuple[Any, ...]:
        """The plan's records of one entity, in the plan's order."""
        return {
            "plan": (self.head,),
            "department": self.departments,
            "task": self.tasks,
            "milestone": self.milestones,
            "indicator": self.indicators,
        }.get(entity, ())


#: Entity -> the fields that a plan file defines. A load writes these and no others.
DEFINED: dict[str, tuple[str, ...]] = {
    "plan": tuple(f for f in PlanHead._fields if f != "version"),
    "department": tuple(f for f in Department._fields if f != "version"),
    "task": Task._fields[: Task._fields.index("leader")],
    "milestone": ("id", "task", "title", "due", "original_due", "basis", "position", "retired"),
    "indicator": tuple(f for f in Indicator._fields if f not in ("target_document", "version")),
}


class Actor(NamedTuple):
    """Who acts: a login or person's name, and the department they act for."""

    name: str
    dept: str
    dept_title: str = ""  #: what sentences call the department

    def __str__(self) -> str:
        return f"{self.name}@{self.dept}"

    @property
    def acts_for(self) -> str:
        """The department as sentences name it."""
        return self.dept_title or self.dept


class Event(NamedTuple):
    """One entry of the journal, as stored."""

    seq: int
    recorded_at: str  #: UTC, ``2025-06-30T01:02:03Z``
    effective_on: str
    actor: str
    kind: str  #: ``entity.verb``
    subject: str
    body: str  #: canonical JSON: ``before``, ``after`` and, where there is any, ``info``, ``request``
    prev: str
    hash: str


class Change(NamedTuple):
    """What an action would write: an event that has no place in the journal yet."""

    kind: str
    subject: str
    before: dict[str, object]
    after: dict[str, object]
    info: dict[str, object] = {}  # noqa: RUF012 - never written to

    @property
    def entity(self) -> str:
        """Which kind of record it touches."""
        return self.kind.partition(".")[0]


class TaskFilter(NamedTuple):
    """Which tasks a query selects; a field that is None selects all. Days are ISO text.

    A field with several values selects what has any of them.
    """

    lead: str | tuple[str, ...] | None = None
    lead_or_support: str | tuple[str, ...] | None = None
    status: str | tuple[str, ...] | None = None
    column: int | tuple[int, ...] | None = None
    under: str | tuple[str, ...] | None = None
    due_before: str | None = None
    due_from: str | None = None
    open: bool = False
    unconfirmed: bool = False
    search: str | None = None  #: words that all occur in what people read about a task
    groups: bool = False  #: headings too; without it only the leaves, which departments answer for
    retired: bool = False  #: with groups: those that left the plan too
    sort: str = "plan"
    limit: int | None = None


class Head(NamedTuple):
    """The last entry of a ledger's journal: its number and hash."""

    ledger: str
    seq: int
    hash: str


def ids(text: str | None) -> tuple[str, ...]:
    """The ids in a list field (``"fgj scjg"`` -> ``("fgj", "scjg")``)."""
    return tuple(text.split()) if text else ()

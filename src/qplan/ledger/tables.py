"""The schema of record, as SQLModel tables; migrations and bulk loading come from it.

Daily commands never import this module: they run the named statements of
:mod:`qplan.ledger.statements`, and a test holds the two together. Dates are ISO text, so that one
statement means the same on every engine; STRICT tables keep every value of the declared type.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, MetaData, Text, text
from sqlmodel import Field, SQLModel

from qplan.core.model import RECORDS
from qplan.core.workflow import STATUS
from qplan.ledger.statements import CLOSED, JOINT, LEAF, OPEN

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Row(SQLModel):
    """What all tables share: the naming of constraints and STRICT typing."""

    metadata = MetaData(naming_convention=NAMING)


def key() -> Any:
    """A text primary key."""
    return Field(primary_key=True, sa_type=Text)


def needed() -> Any:
    """A text that must be there."""
    return Field(sa_type=Text, nullable=False)


def maybe() -> Any:
    """A text that may be absent."""
    return Field(default=None, sa_type=Text, nullable=True)


def ids_field() -> Any:
    """A list of ids: one text with spaces between; the empty text is the empty list."""
    return Field(default="", sa_type=Text, nullable=False)


def filled(value: str) -> Any:
    """A text that a migration added to rows which were there, with a value for them."""
    return Field(default=value, sa_type=Text, nullable=False, sa_column_kwargs={"server_default": value})


def count() -> Any:
    """A whole number, 0 unless said."""
    return Field(default=0, nullable=False)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A column that takes one of a few codes (or nothing).

    Not ``IN (…)``: SQLite makes the set of three codes or more anew for every row that is written.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in values), name=column)


def a_day(*columns: str) -> list[CheckConstraint]:
    """Columns that hold ISO dates."""
    return [CheckConstraint(f"length({column}) = 10", name=column) for column in columns]


def partial(condition: Any) -> dict[str, Any]:
    """The condition of a partial index, on every engine."""
    return {"sqlite_where": condition, "postgresql_where": condition}


STRICT = {"sqlite_strict": True}


class LedgerRow(Row, table=True):
    """The one row that says which ledger this is."""

    __tablename__ = "ledger"
    __table_args__ = STRICT

    id: str = key()
    genesis: str = needed()
    created_at: str = needed()


class EventRow(Row, table=True):
    """The journal. Append-only by trigger, see :data:`TRIGGERS`."""

    __tablename__ = "event"
    __table_args__ = (
        *a_day("effective_on"),
        CheckConstraint("length(hash) = 64 AND length(prev) = 64", name="hash"),
        Index("event_subject", "subject", "seq"),
        Index("event_effective_on", "effective_on", "seq"),
        STRICT,
    )

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    recorded_at: str = needed()
    effective_on: str = needed()
    actor: str = needed()
    kind: str = needed()
    subject: str = needed()
    body: str = needed()
    prev: str = needed()
    hash: str = needed()


class RequestRow(Row, table=True):
    """Which events a command with a request id wrote, so that a retried one writes nothing."""

    __tablename__ = "request"
    __table_args__ = STRICT

    id: str = key()
    first_seq: int = count()
    last_seq: int = count()


class SignatureRow(Row, table=True):
    """Signatures by SSH keys, each of the entries that one command wrote; ``seq`` is the last of them."""

    __tablename__ = "signature"
    __table_args__ = (CheckConstraint("first_seq >= 1 AND first_seq <= seq", name="entries"), STRICT)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    first_seq: int = Field(nullable=False)
    signature: str = needed()


class PlanRow(Row, table=True):
    """The plan's head."""

    __tablename__ = "plan"
    __table_args__ = (*a_day("begins", "ends", "issued"), STRICT)

    id: str = key()
    title: str = needed()
    issuer: str | None = maybe()
    region: str | None = maybe()
    issued: str | None = maybe()
    begins: str = needed()
    ends: str = needed()
    utc_offset: str = needed()
    office: str = needed()
    rules: str = needed()
    fields: str = filled("[]")
    calendar: str = needed()
    version: int = count()
    language: str = filled("zh")


class DepartmentRow(Row, table=True):
    """Bodies that answer for tasks."""

    __tablename__ = "department"
    __table_args__ = (one_of("role", ("office", "department", "area")), STRICT)

    id: str = key()
    name: str = needed()
    aliases: str = ids_field()
    initials: str | None = maybe()
    role: str = needed()
    remark: str | None = maybe()
    full_name: str | None = maybe()
    members: str = filled("")
    leader: str | None = maybe()
    owner: str | None = maybe()
    contact: str | None = maybe()
    position: int = count()
    retired: int = count()
    version: int = count()


class TaskRow(Row, table=True):
    """Tasks, column items, safeguards and their headings."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("kind", ("task", "column_item", "safeguard", "group")),
        one_of("status", tuple(STATUS)),
        one_of("basis", ("plan", "proposed", "confirmed")),
        one_of("deadline_basis", ("plan", "attached", "proposed", "confirmed")),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("extensions >= 0", name="extensions"),
        *a_day("deadline", "original_deadline", "last_update", "submitted_on", "closed_on", "extension_to"),
        Index("task_position", "position"),
        Index("task_parent", "parent", "position"),
        Index("task_lead", "lead", "position", **partial(text(LEAF))),
        Index("task_open", "deadline", "position", **partial(text(OPEN))),
        Index("task_open_lead", "lead", "deadline", "position", **partial(text(OPEN))),
        Index("task_joint", "joint", **partial(text(JOINT))),
        Index("task_closed", "closed_on", **partial(text(CLOSED))),
        Index("task_silent", text("coalesce(last_update, '')"), **partial(text(OPEN))),
        Index("task_folded", text("lower(id)")),
        STRICT,
    )

    id: str = key()
    kind: str = needed()
    title: str = needed()
    clause: str = needed()
    title_basis: str = needed()
    summary: str | None = maybe()
    section: str | None = maybe()
    column_no: int | None = None
    parent: str | None = maybe()
    position: int = count()
    see: str = ids_field()
    remark: str | None = maybe()
    lead: str | None = maybe()
    joint: str = filled("")
    support: str = ids_field()
    basis: str | None = maybe()
    deadline: str | None = maybe()
    original_deadline: str | None = maybe()
    deadline_basis: str | None = maybe()
    deadline_text: str | None = maybe()
    term: str | None = maybe()
    begins: str | None = maybe()
    repeats: str | None = maybe()
    quantity: str | None = maybe()
    unit: str | None = maybe()
    weight: str | None = maybe()
    verifier: str | None = maybe()
    plan_leader: str | None = maybe()
    plan_owner: str | None = maybe()
    plan_contact: str | None = maybe()
    fields: str = filled("{}")
    support_basis: str | None = maybe()
    retired: int = count()
    leader: str | None = maybe()
    owner: str | None = maybe()
    contact: str | None = maybe()
    status: str | None = maybe()
    progress: int | None = None
    note: str | None = maybe()
    difficulty: str | None = maybe()
    needs: str | None = maybe()
    next_step: str | None = maybe()
    support_note: str | None = maybe()
    evidence: str | None = maybe()
    evidence_sha256: str | None = maybe()
    result: str | None = maybe()
    last_update: str | None = maybe()
    accepted_on: str | None = maybe()
    submitted_on: str | None = maybe()
    submitted_by: str | None = maybe()
    returned_on: str | None = maybe()
    closed_on: str | None = maybe()
    closed_by: str | None = maybe()
    document: str | None = maybe()
    extensions: int = count()
    extension_to: str | None = maybe()
    extension_on: str | None = maybe()
    extension_reason: str | None = maybe()
    disputed_on: str | None = maybe()
    dispute: str | None = maybe()
    urge_level: str | None = maybe()
    urged_on: str | None = maybe()
    answer_by: str | None = maybe()
    answered_on: str | None = maybe()
    version: int = count()


class MilestoneRow(Row, table=True):
    """Staged goals."""

    __tablename__ = "milestone"
    __table_args__ = (
        *a_day("due", "original_due", "done_on"),
        Index("milestone_task", "task", "due"),
        Index("milestone_due", "due", "task", **partial(text("done_on IS NULL AND retired = 0"))),
        STRICT,
    )

    id: str = key()
    task: str = needed()
    title: str = needed()
    due: str = needed()
    original_due: str = needed()
    basis: str = needed()
    done_on: str | None = maybe()
    note: str | None = maybe()
    added: int = count()
    position: int = count()
    retired: int = count()
    version: int = count()


class IndicatorRow(Row, table=True):
    """Core indicators and further quantified targets; figures are exact decimal text."""

    __tablename__ = "indicator"
    __table_args__ = (
        one_of("operator", (">=", "<=", "=", "up", "down", "rank")),
        one_of("target_status", ("set", "to_be_assigned")),
        one_of("nature", ("expected", "binding")),
        Index("indicator_position", "position"),
        STRICT,
    )

    id: str = key()
    name: str = needed()
    core: int = count()
    dimension: str | None = maybe()
    unit: str | None = maybe()
    operator: str = needed()
    target: str | None = maybe()
    target_status: str = needed()
    target_document: str | None = maybe()
    baseline: str | None = maybe()
    baseline_year: int | None = None
    baseline_clause: str | None = maybe()
    nature: str | None = maybe()
    lead: str | None = maybe()
    support: str = ids_field()
    tasks: str = ids_field()
    clause: str = ids_field()
    deadline: str | None = maybe()
    remark: str | None = maybe()
    conflicts: str = ids_field()
    position: int = count()
    retired: int = count()
    version: int = count()
    qualifier: str | None = maybe()
    parts: str = filled("")
    deadline_basis: str | None = maybe()


class ActualRow(Row, table=True):
    """Figures of indicators."""

    __tablename__ = "actual"
    __table_args__ = (Index("actual_indicator", "indicator", "year"), STRICT)

    id: str = key()
    indicator: str = needed()
    year: int = count()
    value: str = needed()
    source: str | None = maybe()
    measured_on: str | None = maybe()
    note: str | None = maybe()
    retired: int = count()
    version: int = count()
    period: str | None = maybe()


#: Record tables: rows are added and changed, never deleted.
RECORD_TABLES = tuple(RECORDS)

#: Triggers of SQLite: the journal only grows, at its end; rows are never deleted. INSERT OR REPLACE
#: deletes without a trigger where ``recursive_triggers`` is off, so a row that is there is refused.
TRIGGERS: dict[str, str] = {
    "event_sequence": """
        CREATE TRIGGER event_sequence BEFORE INSERT ON event
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
          OR NEW.prev IS NOT coalesce(
               (SELECT hash FROM event ORDER BY seq DESC LIMIT 1), (SELECT genesis FROM ledger))
        BEGIN SELECT RAISE(ABORT, 'the journal only grows at its end'); END""",
    "event_no_update": """
        CREATE TRIGGER event_no_update BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the journal cannot be changed'); END""",
    **{
        f"{table}_no_delete": f"""
        CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'nothing is deleted from a ledger'); END"""
        for table in ("event", "ledger", "request", "signature", *RECORD_TABLES)
    },
    **{
        f"{table}_no_replace": f"""
        CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {name} = NEW.{name})
        BEGIN SELECT RAISE(ABORT, 'it is there already and is not replaced'); END"""
        for table, name in {"signature": "seq", **dict.fromkeys(("request", *RECORD_TABLES), "id")}.items()
    },
    **{
        f"{table}_no_update": f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'this cannot be changed'); END"""
        for table in ("ledger", "request", "signature")
    },
    "ledger_one": """
        CREATE TRIGGER ledger_one BEFORE INSERT ON ledger
        WHEN EXISTS (SELECT 1 FROM ledger)
        BEGIN SELECT RAISE(ABORT, 'a ledger has one identity'); END""",
}

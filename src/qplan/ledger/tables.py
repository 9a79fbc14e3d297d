"""The schema of record, as SQLModel tables, whose columns are the fields of the records; migrations are compared with it.

Daily commands never import this module: they run the named statements of
:mod:`qplan.ledger.statements`, and a test holds the two together. Dates are ISO text, so that one
statement means the same on every engine; STRICT tables keep every value of the declared type.
"""

from __future__ import annotations

from types import new_class
from typing import Any, get_type_hints

from sqlalchemy import CheckConstraint, Index, Integer, MetaData, Text, text
from sqlmodel import Field, SQLModel

from qplan.core.model import RECORDS, STATUSES, Event
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


#: Table -> texts that a migration added to rows which were there, and filled with the record's default.
FILLED = {
    "plan": ("fields", "language"),
    "department": ("members",),
    "task": ("joint", "fields"),
    "indicator": ("parts",),
}


def table_of(name: str, record: Any, *rules: Any) -> None:
    """Declare the SQLModel table of a record: its fields are the columns, the first one the key; a type says what may be NULL."""
    hints = get_type_hints(record)
    filled = FILLED.get(name, ())
    parts: dict[str, Any] = {"__annotations__": hints, "__module__": __name__}
    for field, hint in hints.items():
        of_text: dict[str, Any] = (
            {} if hint in (int, int | None) else {"sa_type": Text, "nullable": hint is not str}
        )
        given = {"server_default": record._field_defaults[field]} if field in filled else {}
        parts[field] = Field(**of_text, sa_column_kwargs=given)
    key = record._fields[0]
    parts[key] = Field(
        primary_key=True,
        sa_type=Text if hints[key] is str else Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    parts |= {"__tablename__": name, "__table_args__": (*rules, STRICT)}
    new_class(f"{name.title()}Row", (Row,), {"table": True}, lambda body: body.update(parts))


class LedgerRow(Row, table=True):
    """The one row that says which ledger this is."""

    __tablename__ = "ledger"
    __table_args__ = STRICT

    id: str = Field(primary_key=True, sa_type=Text)
    genesis: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)


class RequestRow(Row, table=True):
    """Which events a command with a request id wrote, so that a retried one writes nothing."""

    __tablename__ = "request"
    __table_args__ = STRICT

    id: str = Field(primary_key=True, sa_type=Text)
    first_seq: int
    last_seq: int


class SignatureRow(Row, table=True):
    """Signatures by SSH keys, each of the entries that one command wrote; ``seq`` is the last of them."""

    __tablename__ = "signature"
    __table_args__ = (CheckConstraint("first_seq >= 1 AND first_seq <= seq", name="entries"), STRICT)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    first_seq: int
    signature: str = Field(sa_type=Text)


# the journal, append-only by trigger, see TRIGGERS
table_of(
    "event",
    Event,
    *a_day("effective_on"),
    CheckConstraint("length(hash) = 64 AND length(prev) = 64", name="hash"),
    Index("event_subject", "subject", "seq"),
    Index("event_effective_on", "effective_on", "seq"),
)

#: Entity -> the rules and indexes of its table.
RULES: dict[str, list[Any]] = {
    "plan": a_day("begins", "ends", "issued"),
    "department": [one_of("role", ("office", "department", "area"))],
    "task": [
        one_of("kind", ("task", "column_item", "safeguard", "group")),
        one_of("status", STATUSES),
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
    ],
    "milestone": [
        *a_day("due", "original_due", "done_on"),
        Index("milestone_task", "task", "due"),
        Index("milestone_due", "due", "task", **partial(text("done_on IS NULL AND retired = 0"))),
    ],
    "indicator": [
        one_of("operator", (">=", "<=", "=", "up", "down", "rank")),
        one_of("target_status", ("set", "to_be_assigned")),
        one_of("nature", ("expected", "binding")),
        Index("indicator_position", "position"),
    ],
    "actual": [Index("actual_indicator", "indicator", "year")],
}
for _entity, _record in RECORDS.items():
    table_of(_entity, _record, *RULES.get(_entity, ()))

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

"""The departments' own rights, in the database: roles, grants, row-level security and the gate.

Everybody reads. Nobody but the ledger's owner has INSERT, UPDATE or DELETE on a table; a department
writes through ``qplan.record`` (``gate.sql``), which takes the actor from the session's own role,
checks the entry against the table ``qplan.transition`` (filled here from the program's own) and
computes the hash chain itself. What needs the calendar is checked by the program before, and by
``verify`` afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qplan.core import effects, events
from qplan.core.model import OPEN, RECORDS, Actor, Event, PlanHead
from qplan.core.workflow import LEAD, LONGEST, OFFICE, SHORT, SUPPORT, TEXTS, TRANSITIONS
from qplan.errors import NoLedger, Refused
from qplan.i18n import _
from qplan.ledger import statements
from qplan.ledger.connection import Connection
from qplan.ledger.postgres.connection import SCHEMA, PostgresConnection
from qplan.ledger.postgres.schema import FIXED, TABLES

#: The gate's own tables, which everybody reads, so that whoever verifies can compare them.
GATE = ("transition", "field")

#: What the names of the roles begin with; ledgers on one server whose people differ need their own.
PREFIX = "qplan"

#: What a text must not hold, as a regular expression of the server: controls, line and paragraph
#: separators, characters that reorder text (:data:`qplan.core.workflow.FORBIDDEN`).
FORBIDDEN = r"[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"


class Writable(NamedTuple):
    """A row of ``qplan.transition``: an entry that a department may write, and what it may hold."""

    kind: str
    states: tuple[str, ...] | None
    roles: tuple[str, ...]
    becomes: str | None
    required: tuple[str, ...]
    fields: tuple[str, ...]
    info: tuple[str, ...]


_FIGURE = ("value", "source", "measured_on", "note", "retired")
_TARGET = (
    "target", "unit", "operator", "target_status", "target_document", "baseline", "baseline_year",
    "baseline_clause", "deadline",
)  # fmt: skip
_GOAL = ("task", "title", "due", "original_due", "basis", "added")

#: Entries about figures, targets, staged goals and messages.
OTHERS = (
    Writable("actual.measure", None, (OFFICE, LEAD, SUPPORT), None, ("indicator", "year", *_FIGURE[:3]), ("indicator", "year", "period", *_FIGURE), ()),
    Writable("actual.correct", None, (OFFICE, LEAD, SUPPORT), None, ("value", "source"), _FIGURE, ()),
    Writable("indicator.target", None, (OFFICE,), None, ("target", "target_status", "target_document"), _TARGET, ()),
    Writable("milestone.add", OPEN, (OFFICE, LEAD), None, _GOAL, (*_GOAL, "position"), ()),
    Writable("milestone.done", OPEN, (OFFICE, LEAD), None, ("done_on",), ("done_on", "note"), ("done_late",)),
    Writable("milestone.rename", OPEN, (OFFICE,), None, ("title", "basis"), ("title", "basis"), ("reason",)),
    Writable("milestone.remove", OPEN, (OFFICE,), None, ("retired", "basis", "info.reason"), ("retired", "basis"), ("reason",)),
    Writable("task.send", OPEN, (OFFICE,), None, ("info.channel",), (), ("channel", "parts")),
    Writable("milestone.move", OPEN, (OFFICE,), None, ("due", "info.reason"), ("due",), ("reason",)),
)  # fmt: skip

#: What a department may write, in a field or beside them -> its type, see ``is_valid`` in ``gate.sql``.
FIELD_TYPES: dict[str, str] = {
    **dict.fromkeys(("result", "dispute", "extension_reason", "source"), "text"),
    **dict.fromkeys(TEXTS, "lines"),
    **dict.fromkeys(("owner", "contact", "leader", "document", "title", "unit", "target_document", "urge_level"), "name"),
    **dict.fromkeys(("accepted_on", "submitted_on", "closed_on", "returned_on", "disputed_on", "extension_on"), "today"),
    **dict.fromkeys(("urged_on", "answered_on", "done_on", "measured_on"), "today"),
    **dict.fromkeys(("deadline", "extension_to", "answer_by", "due", "original_due"), "day"),
    **dict.fromkeys(("submitted_by", "closed_by"), "actor"),
    **dict.fromkeys(("value", "target"), "decimal"),
    **dict.fromkeys(("baseline", "baseline_year", "baseline_clause"), "cleared"),
    **dict.fromkeys(("task", "indicator"), "parent"),
    **dict.fromkeys(("reason", "upheld"), "text"),
    **dict.fromkeys(("level", "skipped", "channel", "parts"), "name"),
    **dict.fromkeys(("late", "done_late", "closed_late", "one_person_office"), "mark"),
    "evidence_sha256": "hashes", "support_note": "parts", "asked": "day", "on_behalf_of": "departments",
    "last_update": "latest", "status": "state", "progress": "percent", "extensions": "next", "basis": "basis", "deadline_basis": "basis",
    "lead": "department", "support": "departments", "joint": "departments", "operator": "operator", "target_status": "set",
    "retired": "flag", "added": "one", "year": "year", "period": "period", "position": "place",
}  # fmt: skip


def writable() -> tuple[Writable, ...]:
    """Return every entry that a department may write: the workflow's transitions, and :data:`OTHERS`."""
    return (
        *(
            Writable(
                f"task.{one.action}", one.states, one.roles, one.to, effects.REQUIRED[one.action],
                tuple(sorted(effects.MAY_SET[f"task.{one.action}"])), effects.INFO.get(one.action, ()),
            )
            for one in TRANSITIONS
        ),
        *OTHERS,
    )  # fmt: skip


def literal(text: str) -> str:
    """A text as SQL; backslashes mean themselves (standard_conforming_strings)."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as SQL."""
    return '"' + text.replace('"', '""') + '"'


def _array(items: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, items))}]::text[]"


def _row(one: Writable) -> str:
    states = "NULL" if one.states is None else _array(one.states)
    becomes = literal(one.becomes) if one.becomes else "NULL"
    lists = ", ".join(map(_array, (one.required, one.fields, one.info)))
    return f"  ({literal(one.kind)}, {states}, {_array(one.roles)}, {becomes}, {lists})"


def gate(prefix: str = PREFIX) -> str:
    """Return ``gate.sql`` with the rows of its tables and the names of the roles filled in."""
    defaults = {
        entity: {field: value for field, value in record._field_defaults.items() if value is not None}  # type: ignore[attr-defined]
        for entity, record in RECORDS.items()
        if entity not in ("plan", "department")
    }
    written = {one.kind.partition(".")[0] for one in writable()}
    values = {
        "ENTITIES": "|".join(entity for entity in RECORDS if entity in written),
        "TRANSITIONS": ",\n".join(map(_row, writable())),
        "FIELDS": ",\n".join(
            f"  ({literal(field)}, {literal(type_)})" for field, type_ in FIELD_TYPES.items()
        ),
        "FIXED": FIXED,
        "FORBIDDEN": literal(FORBIDDEN),
        "NEW": _array(events.NEW),
        "DEFAULTS": literal(json.dumps(defaults, ensure_ascii=False, sort_keys=True)),
        "NAME": str(max(SHORT.values())),
        "LONGEST": str(LONGEST),
        "OFFICE": literal(f"{prefix}_office"),
        "DEPT": literal(f"{prefix}_dept_"),
    }
    text = Path(__file__).with_name("gate.sql").read_text(encoding="utf-8")
    for word, value in values.items():
        text = text.replace(f"@{word}@", value)
    return text


#: What a row must be where only the owner writes, and where a function writes for a department: whose task it is, it
#: has checked then.
NOBODY, DEPARTMENTS = "false", f"(SELECT {SCHEMA}.session_dept()) IS NOT NULL"

#: Table -> what an inserted, and what an updated row must be. As PostgreSQL writes them itself, so that
#: a dump restores the same text (``IN`` it would write in another way each time).
GUARDS: dict[str, tuple[str, str]] = {
    "event": (f"actor = (SELECT {SCHEMA}.session_actor())", NOBODY),
    **dict.fromkeys(("request", "signature"), (DEPARTMENTS, NOBODY)),
    **dict.fromkeys(("task", "indicator"), (NOBODY, DEPARTMENTS)),
    **dict.fromkeys(("milestone", "actual"), (DEPARTMENTS, DEPARTMENTS)),
}


def script(owner: str, prefix: str = PREFIX) -> str:
    """Return everything that gives the departments their rights, to be run any number of times.

    Creating roles takes CREATEROLE; the rest takes the ledger's owner. Nothing of the ledger's data is
    part of the text: the server reads the departments and quotes their names itself.
    """
    return "\n".join(
        [
            "-- Rights of a qplan ledger. Roles can log in once they have a password: \\password ROLE",
            f"BEGIN;\nSET LOCAL search_path = {SCHEMA}, pg_temp;\nSET LOCAL standard_conforming_strings = on;",
            gate(prefix),
            ROLES.format(
                schema=SCHEMA, reader=literal(f"{prefix}_reader"), auditor=literal(f"{prefix}_auditor"), tables=", ".join(map(literal, (*TABLES, *GATE)))
            ),
            *_policies(owner, f"{prefix}_reader"),
            "COMMIT;",
            "",
        ]
    )  # fmt: skip


#: Roles and grants: one for each department, made and quoted by the server. An administrator who runs
#: the script makes functions and tables that would run above all rights: they are handed to the owner.
#: Nobody fills the disk with temporary tables, where the database belongs to whoever runs it.
ROLES = """
DO $roles$
DECLARE
  reader text := {reader};
  owner name := (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = '{schema}');
  one record;
BEGIN
  FOR one IN SELECT reader AS role, false AS login UNION ALL SELECT {auditor}, true UNION ALL SELECT u.role, true FROM units() u LOOP
    IF octet_length(one.role) > 63 THEN
      PERFORM no('QP002', format('the role name %s is longer than the 63 bytes that PostgreSQL keeps', one.role),
                          format('角色名 %s 超过 PostgreSQL 允许的 63 字节', one.role));
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = one.role) THEN
      EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT',
                     one.role, CASE WHEN one.login THEN 'LOGIN' ELSE 'NOLOGIN' END);
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = one.role AND (rolsuper OR rolbypassrls OR rolcreaterole)) THEN
      PERFORM no('QP001', format('the role %s exists and is above all rights; take SUPERUSER, BYPASSRLS and CREATEROLE from it', one.role),
                          format('角色 %s 已存在且不受权限约束，请先取消其 SUPERUSER、BYPASSRLS、CREATEROLE', one.role));
    END IF;
    IF one.login AND NOT EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles w ON w.oid = m.member
                                 WHERE r.rolname = reader AND w.rolname = one.role) THEN
      EXECUTE format('GRANT %I TO %I', reader, one.role);
    END IF;
    EXECUTE format('REVOKE ALL ON SCHEMA {schema} FROM PUBLIC, %I', one.role);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, %I', one.role);
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC, %I', one.role);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure::text AS name, 'FUNCTION' AS what FROM pg_proc p
             WHERE p.pronamespace = '{schema}'::regnamespace AND pg_get_userbyid(p.proowner) <> owner
             UNION ALL SELECT c.oid::regclass::text, 'TABLE' FROM pg_class c
             WHERE c.relnamespace = '{schema}'::regnamespace AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) <> owner LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I', one.what, one.name, owner);
  END LOOP;
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT USAGE ON SCHEMA {schema} TO %I', reader);
  FOR one IN SELECT unnest(ARRAY[{tables}]) AS name LOOP
    EXECUTE format('GRANT SELECT ON {schema}.%I TO %I', one.name, reader);
  END LOOP;
  EXECUTE format('GRANT EXECUTE ON FUNCTION {schema}.session_dept(), {schema}.session_actor() TO %I', reader);
  FOR one IN SELECT u.role FROM units() u LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION {schema}.lock(), {schema}.record(text[], text[], text[], integer[], text, text), {schema}.sign(integer, integer, text) TO %I', one.role);
  END LOOP;
END $roles$;
"""


def _policies(owner: str, reader: str) -> Iterator[str]:
    for table in TABLES:
        place = f"{SCHEMA}.{table}"
        inserted, updated = (
            f"(SELECT {SCHEMA}.session_direct()){'' if guard == NOBODY else f' OR {guard}'}"
            for guard in GUARDS.get(table, (NOBODY, NOBODY))
        )
        yield f"ALTER TABLE {place} ENABLE ROW LEVEL SECURITY;"
        yield f"ALTER TABLE {place} FORCE ROW LEVEL SECURITY;"
        for policy, rule in {
            "everybody_reads": f"FOR SELECT TO {name(reader)} USING (true)",
            "owner_reads": f"FOR SELECT TO {name(owner)} USING (true)",
            "owner_inserts": f"FOR INSERT TO {name(owner)} WITH CHECK ({inserted})",
            # let through to the trigger, which refuses aloud: without a policy it would be DELETE 0
            "owner_deletes": f"FOR DELETE TO {name(owner)} USING (true)",
            "owner_updates": f"FOR UPDATE TO {name(owner)} USING ({updated}) WITH CHECK (true)",
        }.items():
            yield f"DROP POLICY IF EXISTS {policy} ON {place};"
            yield f"CREATE POLICY {policy} ON {place} {rule};"


OWNER = f"""
    SELECT r.rolname, r.rolsuper OR r.rolbypassrls FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
    WHERE n.nspname = '{SCHEMA}'
"""


def role_names(connection: Connection, prefix: str = PREFIX) -> list[str]:
    """The roles of a ledger: the auditor, the office, each department."""
    office, departments = _units(connection)
    return [
        f"{prefix}_auditor",
        f"{prefix}_office",
        *(f"{prefix}_dept_{d}" for d in departments if d != office),
    ]


def _units(connection: Connection) -> tuple[str, list[str]]:
    heads = connection.rows(statements.select("plan", order=statements.NEWEST))
    if not heads:
        raise NoLedger(_("This ledger holds no plan yet on that day; load one with: qplan load"))
    office = PlanHead(*heads[0]).office
    listed = connection.rows(statements.select("department", ("retired = 0",), "position"))
    return office, [row[0] for row in listed]


def for_ledger(connection: Connection, prefix: str = PREFIX) -> str:
    """The script for the departments of a ledger on a server.

    Refused for a file (who may write a file is the file system's matter) and for a ledger that a
    superuser owns: its functions would run above all rights.
    """
    if not isinstance(connection, PostgresConnection):
        raise Refused(
            _("Roles belong to a ledger on a PostgreSQL server; {place} is a file. Bring it there with: qplan move --to URL"),
            place=connection.place,
        )  # fmt: skip
    ((owner, above),) = connection.rows(OWNER)
    if above:
        raise Refused(
            _("The ledger belongs to {owner}, whom no right binds; give it to a plain role first (docs/operations.md, Set-up).").format(owner=owner)
        )  # fmt: skip
    _units(connection)  # refused without a plan
    return script(owner, prefix)


def apply(connection: Connection, prefix: str = PREFIX) -> None:
    """Create the roles and give the rights, in one transaction."""
    text = for_ledger(connection, prefix)
    assert isinstance(connection, PostgresConnection)
    connection.script(text)


def own_actor(connection: Connection) -> Actor:
    """Who a guarded session is: its login role and its department.

    Refused when the role acts for no department: it may read.
    """
    ((login, dept),) = connection.rows(f"SELECT session_user, {SCHEMA}.session_dept()")
    if dept is None:
        raise Refused(
            _("The role {role} acts for no department of this plan, or for several; it may read."), role=login
        )
    return Actor(login, dept)


def record(
    connection: Connection, kinds: Sequence[str], subjects: Sequence[str], bodies: Sequence[str],
    versions: Sequence[int | None], effective_on: str, request: str | None,
) -> list[Event]:  # fmt: skip
    """Hand entries to the gate; the events as the server wrote them."""
    values: dict[str, Any] = {
        "kinds": list(kinds), "subjects": list(subjects), "bodies": list(bodies), "versions": list(versions),
        "effective_on": effective_on, "request": request,
    }  # fmt: skip
    return [Event(*row) for row in connection.rows(RECORD, **values)]


RECORD = (
    f"SELECT {', '.join(Event._fields)} FROM {SCHEMA}.record(CAST(:kinds AS text[]), CAST(:subjects AS text[]),"
    " CAST(:bodies AS text[]), CAST(:versions AS integer[]), :effective_on, :request)"
)

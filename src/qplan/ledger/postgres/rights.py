"""The departments' own rights, in the database: roles, grants, row-level security and the gate.

Everybody reads. Nobody but the ledger's owner has INSERT, UPDATE or DELETE on a table; a department
writes through ``qplan.record`` (``gate.sql``), which takes the actor from the session's own role,
checks the step against the program's workflow table and computes the hash chain itself. So what
holds in the program holds for a bare SQL shell too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qplan.core import effects, events
from qplan.core.model import OPEN, RECORDS, Actor, Event, PlanHead
from qplan.core.workflow import LONGEST, SHORT, TRANSITIONS, Transition
from qplan.errors import BadInput, NoLedger, Refused
from qplan.i18n import _
from qplan.ledger import statements
from qplan.ledger.connection import APPLICATION_ID, Connection
from qplan.ledger.postgres.connection import SCHEMA, PostgresConnection
from qplan.ledger.postgres.schema import TABLES

#: What the names of the roles begin with; ledgers on one server whose people differ need their own.
PREFIX = "qplan"

_DISPUTE = ("dispute", "disputed_on")
_ASKED = ("extension_to", "extension_on", "extension_reason")
_CLAIM = ("submitted_on", "submitted_by")
_URGE = ("urge_level", "urged_on", "answer_by", "answered_on")


def _null(*names: str) -> str:
    return " AND ".join(f"n.{name} IS NULL" for name in names)


_NEW_DAY = "is_day(n.{0}) AND n.{0} > eff AND (o.deadline IS NULL OR n.{0} > o.deadline)"
_SETTLED = (
    "(n.lead IS NOT DISTINCT FROM o.lead OR EXISTS (SELECT 1 FROM department d WHERE d.id = n.lead AND d.retired = 0))"
    " AND NOT EXISTS (SELECT 1 FROM unnest(string_to_array(n.support, ' ')) AS s(id) WHERE s.id = n.lead"
    " OR NOT EXISTS (SELECT 1 FROM department d WHERE d.id = s.id))"
    " AND (NOT after ?| ARRAY['lead', 'support'] OR n.basis = 'confirmed' AND n.dispute IS NULL AND n.disputed_on IS NULL)"
)

#: Transition -> what must be true of the task before (``o``) and after (``n``) it on the day ``eff``.
RULES: dict[str, str] = {
    "accept": f"n.accepted_on = eff AND {_null(*_DISPUTE)}",
    "dispute": (
        "n.dispute <> '' AND n.disputed_on = eff AND (assigned_on(o) IS NULL OR"
        " (SELECT count(*) FROM generate_series(assigned_on(o)::date + 1, eff::date, interval '1 day') AS d"
        " WHERE is_workday(d::date)) <= coalesce((SELECT (p.rules::jsonb->>'dispute_workdays')::integer FROM plan p), 3))"
    ),
    "report": "true",
    "contribute": (
        "starts_with(n.support_note, others) AND length(n.support_note) > length(others)"
        f" AND length(n.support_note) <= length(others) + {LONGEST}"
        " AND strpos(substr(n.support_note, length(others) + 1), E'\\n') = 0"
    ),
    "block": "n.difficulty <> '' AND n.needs <> ''",
    "resume": "true",
    "submit": "n.evidence <> '' AND n.submitted_on = eff AND n.submitted_by = actor AND n.result IS NULL",
    "request": (
        _NEW_DAY.format("extension_to")
        + " AND n.extension_on = eff AND n.extension_reason <> ''"
        + " AND coalesce((info->>'late')::boolean, false) = coalesce(eff > due_day(o.deadline), false)"
    ),
    "approve": (
        f"n.progress = 100 AND n.closed_on = eff AND n.closed_by = actor AND {_null(*_ASKED)}"
        " AND (info->>'closed_late')::boolean = coalesce(coalesce(o.submitted_on, eff) > due_day(o.deadline), false)"
    ),
    "return": f"n.result <> '' AND n.returned_on = eff AND {_null(*_CLAIM)}",
    "extend": f"{_NEW_DAY.format('deadline')} AND n.extensions = o.extensions + 1 AND {_null(*_ASKED)}",
    "refuse": f"o.extension_to <> '' AND info->>'reason' <> '' AND {_null(*_ASKED)}",
    "assign": _SETTLED,
    "reassign": (
        f"n.lead <> coalesce(o.lead, '') AND {_SETTLED} AND {_null('accepted_on', *_CLAIM, *_ASKED, *_URGE)}"
    ),
    "confirm": f"n.basis = 'confirmed' AND {_null(*_DISPUTE)}",
    "urge": "n.urge_level <> '' AND n.urged_on = eff AND is_day(n.answer_by) AND n.answer_by >= eff AND n.answered_on IS NULL",
    "terminate": (
        f"n.document <> '' AND n.closed_on = eff AND n.closed_by = actor AND {_null(*_ASKED, *_DISPUTE, *_CLAIM)}"
    ),
    "reopen": (
        "info->>'reason' <> '' AND n.accepted_on = coalesce(o.accepted_on, eff) AND "
        + _null("closed_on", "closed_by", "document", "result", "returned_on", *_CLAIM, *_URGE)
    ),
}

#: What an entry may tell beside its fields.
INFO = (
    "asked", "closed_late", "document", "done_late", "late", "level", "note", "on_behalf_of", "one_person_office", "reason",
    "skipped", "undoes", "upheld",
)  # fmt: skip


def literal(text: str) -> str:
    """A text as SQL; backslashes mean themselves (standard_conforming_strings)."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as SQL."""
    return '"' + text.replace('"', '""') + '"'


def _array(items: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(literal, items))}]::text[]"


def _writes(step: Transition) -> list[str]:
    return sorted(effects.FIELDS[f"task.{step.action}"])


def gate(prefix: str = PREFIX) -> str:
    """``gate.sql`` with the workflow table, the records and the names of the roles written in."""
    steps = ",\n".join(
        f"    ({literal(s.action)}, {_array(s.states)}, {_array(s.roles)},"
        f" {literal(s.to) if s.to else 'NULL'}, {_array(_writes(s))}, {str(s.action in effects.ANSWERS).lower()})"
        for s in TRANSITIONS
    )
    defaults = {
        entity: {field: value for field, value in record._field_defaults.items() if value is not None}  # type: ignore[attr-defined]
        for entity, record in RECORDS.items()
        if entity not in ("plan", "department")
    }
    told = {
        "BY_ACTION": steps,
        "RULES": "\n".join(f"      WHEN {literal(s.action)} THEN {RULES[s.action]}" for s in TRANSITIONS),
        "OPEN": _array(OPEN),
        "NEW": _array(events.NEW),
        "INFO": _array(INFO),
        "DEFAULTS": literal(json.dumps(defaults, ensure_ascii=False, sort_keys=True)),
        "SHORT": _array([*SHORT]),
        "NAME": str(max(SHORT.values())),
        "LONGEST": str(LONGEST),
        "LOCK": str(APPLICATION_ID),
        "OFFICE": literal(f"{prefix}_office"),
        "DEPT": literal(f"{prefix}_dept_"),
    }
    text = Path(__file__).with_name("gate.sql").read_text(encoding="utf-8")
    for word, value in told.items():
        text = text.replace(f"@{word}@", value)
    return text


#: Table -> what an inserted, and what an updated row must be, where a function writes for a department.
GUARDS: dict[str, tuple[str, str]] = {
    "ledger": ("false", "false"),
    "plan": ("false", "false"),
    "department": ("false", "false"),
    "event": (f"actor = (SELECT {SCHEMA}.session_actor())", "false"),
    "request": (f"(SELECT {SCHEMA}.session_dept()) IS NOT NULL", "false"),
    "task": (
        "false",
        f"(SELECT {SCHEMA}.session_dept()) IN (lead, (SELECT p.office FROM {SCHEMA}.plan p))"
        f" OR (SELECT {SCHEMA}.session_dept()) = ANY (string_to_array(support, ' '))",
    ),
    "milestone": (f"(SELECT {SCHEMA}.session_dept()) IS NOT NULL",) * 2,
    "indicator": ("false", f"(SELECT {SCHEMA}.session_dept()) IS NOT NULL"),
    "actual": (f"(SELECT {SCHEMA}.session_dept()) IS NOT NULL",) * 2,
}


def script(owner: str, office: str, departments: Sequence[str], prefix: str = PREFIX) -> str:
    """Everything that gives the departments their rights, to be run any number of times.

    Creating roles takes CREATEROLE; the rest takes the ledger's owner.
    """
    reader, auditor = f"{prefix}_reader", f"{prefix}_auditor"
    units = [f"{prefix}_office", *(f"{prefix}_dept_{d}" for d in departments if d != office)]
    for role in (reader, auditor, *units):
        if len(role.encode()) > 63:
            raise BadInput(
                _("The role name {role} is longer than the 63 bytes that PostgreSQL keeps.").format(role=role)
            )
    return "\n".join(
        [
            "-- Rights of a qplan ledger. Roles can log in once they have a password: \\password ROLE",
            f"BEGIN;\nSET LOCAL search_path = {SCHEMA}, pg_temp;",
            *_roles(reader, (auditor, *units)),
            gate(prefix),
            _owned(owner),
            *_grants(reader, units),
            *_policies(owner, reader),
            "COMMIT;",
            "",
        ]
    )


def _roles(reader: str, members: Sequence[str]) -> Iterator[str]:
    for role, login in ((reader, "NOLOGIN"), *((member, "LOGIN") for member in members)):
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {literal(role)}) THEN"
            f" CREATE ROLE {name(role)} {login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT; END IF;"
            f" IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {literal(role)} AND (rolsuper OR rolbypassrls OR rolcreaterole)) THEN"
            f" RAISE EXCEPTION USING ERRCODE = 'QP001', MESSAGE = {literal(f'the role {role} exists and is above all rights; take SUPERUSER, BYPASSRLS and CREATEROLE from it')},"
            f" DETAIL = {literal(f'角色 {role} 已存在且不受权限约束，请先取消其 SUPERUSER、BYPASSRLS、CREATEROLE')}; END IF; END $$;"
        )
    for member in members:
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_auth_members WHERE roleid = {literal(name(reader))}::regrole"
            f" AND member = {literal(name(member))}::regrole) THEN GRANT {name(reader)} TO {name(member)}; END IF; END $$;"
        )


def _owned(owner: str) -> str:
    """An administrator who runs the script makes functions that would run above all rights: hand them over."""
    return (
        "DO $$ DECLARE f regprocedure; BEGIN"
        f" FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = {literal(SCHEMA)}::regnamespace AND"
        f" pg_get_userbyid(proowner) <> {literal(owner)} LOOP"
        f" EXECUTE format('ALTER FUNCTION %s OWNER TO %I', f, {literal(owner)}); END LOOP; END $$;"
    )


def _grants(reader: str, units: Sequence[str]) -> Iterator[str]:
    everyone = ", ".join(map(name, (reader, *units)))
    yield f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC, {everyone};"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC, {everyone};"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC, {everyone};"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name(reader)};"
    for table in TABLES:
        yield f"GRANT SELECT ON {SCHEMA}.{table} TO {name(reader)};"
    yield f"GRANT EXECUTE ON FUNCTION {SCHEMA}.session_dept(), {SCHEMA}.session_actor() TO {name(reader)};"
    yield (
        f"GRANT EXECUTE ON FUNCTION {SCHEMA}.record(text[], text[], text[], integer[], text, text)"
        f" TO {', '.join(map(name, units))};"
    )


def _policies(owner: str, reader: str) -> Iterator[str]:
    for table in TABLES:
        place = f"{SCHEMA}.{table}"
        inserted, updated = (
            f"(SELECT {SCHEMA}.session_direct()){'' if guard == 'false' else f' OR {guard}'}"
            for guard in GUARDS[table]
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
    heads = connection.rows(statements.select("plan"))
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
            _("Roles belong to a ledger on a PostgreSQL server; {place} is a file. Bring it there with: qplan move --to URL").format(
                place=connection.place
            )
        )  # fmt: skip
    ((owner, above),) = connection.rows(OWNER)
    if above:
        raise Refused(
            _("The ledger belongs to {owner}, whom no right binds; give it to a plain role first (docs/operations.md, Set-up).").format(owner=owner)
        )  # fmt: skip
    return script(owner, *_units(connection), prefix)


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
            _("The role {role} acts for no department of this plan, or for several; it may read.").format(
                role=login
            )
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

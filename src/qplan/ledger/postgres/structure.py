"""Whether the objects of a ledger on a server are those that this program makes, and what they are.

Whoever owns a ledger can replace its functions, drop its policies and give rights to anybody. Everything
that the server keeps of the schema is listed as lines, which are compared with those of
:data:`EXPECTED`: two files that a test makes from a new ledger. Bodies of functions and the rows of the
gate's tables are compared with the program's own text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from qplan.i18n import _
from qplan.ledger.postgres import rights
from qplan.ledger.postgres.connection import SCHEMA, PostgresConnection
from qplan.ledger.postgres.schema import FUNCTIONS

#: Lines of every ledger, and those that the departments' rights add (``qplan roles``).
EXPECTED = (Path(__file__).with_name("objects.txt"), Path(__file__).with_name("objects-rights.txt"))

_IN = f"CAST('{SCHEMA}' AS regnamespace)"
_OWNER = f"(SELECT s.nspowner FROM pg_namespace s WHERE s.oid = {_IN})"


def _role(number: str) -> str:
    """Return the SQL of a role's name, that of the ledger's owner being the same everywhere."""
    return f"CASE WHEN {number} = {_OWNER} THEN '{{owner}}' ELSE pg_get_userbyid({number})::text END"


#: Everything in the schema: kind, name, and what it is as the server writes it.
OBJECTS = f"""
    SELECT 'schema', n.nspname::text, {_role("n.nspowner")} FROM pg_namespace n WHERE n.oid = {_IN}
    UNION ALL
    SELECT 'relation', c.relname, concat_ws(' ', c.relkind, c.relpersistence, {_role("c.relowner")}, c.reloptions)
      FROM pg_class c WHERE c.relnamespace = {_IN} AND c.relkind NOT IN ('i', 'I', 't')
    UNION ALL
    SELECT 'row security', c.relname, concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity)
      FROM pg_class c WHERE c.relnamespace = {_IN} AND (c.relrowsecurity OR c.relforcerowsecurity)
    UNION ALL
    SELECT 'column', c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), o.collname,
           CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity, ''), nullif(a.attgenerated, ''))
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum LEFT JOIN pg_collation o ON o.oid = a.attcollation AND o.collname <> 'default'
      WHERE c.relnamespace = {_IN} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL
    SELECT 'constraint', c.relname || '.' || k.conname, concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT k.convalidated THEN 'not validated' END)
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = {_IN} AND k.contype <> 'n'
    UNION ALL
    SELECT 'index', i.relname, concat_ws(' ', pg_get_indexdef(i.oid), CASE WHEN NOT (x.indisvalid AND x.indislive) THEN 'invalid' END)
      FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid WHERE i.relnamespace = {_IN}
    UNION ALL
    SELECT 'trigger', t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, CASE WHEN t.tgisinternal THEN 'internal' END)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = {_IN}
    UNION ALL
    SELECT 'rule', c.relname || '.' || r.rulename, concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = {_IN}
    UNION ALL
    SELECT 'policy', c.relname || '.' || p.polname, concat_ws(' ', p.polcmd, p.polpermissive, (SELECT string_agg(CASE WHEN u.oid = 0 THEN 'PUBLIC' ELSE {_role("u.oid")} END, ',' ORDER BY u.oid)
             FROM unnest(p.polroles) AS u(oid)), pg_get_expr(p.polqual, p.polrelid), '|', pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = {_IN}
    UNION ALL
    SELECT 'child', i.inhrelid::regclass::text, i.inhparent::regclass::text
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent WHERE c.relnamespace = {_IN} AND c.relkind NOT IN ('i', 'I')
    UNION ALL
    SELECT 'operator', o.oid::regoperator::text, o.oprcode::text FROM pg_operator o WHERE o.oprnamespace = {_IN}
    UNION ALL
    SELECT o.type, o.identity, '' FROM pg_depend d, pg_identify_object(d.classid, d.objid, d.objsubid) o
      WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = {_IN} AND d.deptype = 'n'
        AND d.classid NOT IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass, 'pg_constraint'::regclass)
    UNION ALL
    SELECT 'type', t.typname, t.typtype::text FROM pg_type t WHERE t.typnamespace = {_IN} AND t.typtype NOT IN ('c', 'b')
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', pg_get_function_result(p.oid), p.prokind, p.provolatile, l.lanname,
           CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.prosecdef THEN 'security definer' END, CASE WHEN p.proleakproof THEN 'leakproof' END,
           {_role("p.proowner")}, array_to_string(p.proconfig, '; '), 'body', encode(sha256(convert_to(concat(p.prosrc, p.probin, p.prosqlbody), 'UTF8')), 'hex'))
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = {_IN}
"""

#: Privileges of others than the owner: the object's kind and name, the role (null: everybody), the
#: privilege, and for a function whether it runs with its owner's rights.
GRANTS = f"""
    SELECT o.kind, o.name, r.rolname::text, a.privilege_type, o.definer FROM (
      SELECT 'schema' AS kind, n.nspname::text AS name, coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl, n.nspowner AS owner, false AS definer
        FROM pg_namespace n WHERE n.oid = {_IN}
      UNION ALL SELECT 'relation', c.relname, c.relacl, c.relowner, false FROM pg_class c WHERE c.relnamespace = {_IN}
      UNION ALL SELECT 'column', c.relname || '.' || t.attname, t.attacl, c.relowner, false
        FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid WHERE c.relnamespace = {_IN} AND t.attacl IS NOT NULL
      UNION ALL SELECT 'function', p.proname, coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner, p.prosecdef
        FROM pg_proc p WHERE p.pronamespace = {_IN}
      UNION ALL SELECT 'default', d.defaclobjtype::text, d.defaclacl, d.defaclrole, false FROM pg_default_acl d WHERE d.defaclnamespace = {_IN}
    ) AS o, aclexplode(o.acl) AS a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> o.owner ORDER BY 1, 2, 3, 4
"""

#: Roles that no right binds: the owner, and whoever may read as one of the ledger's people; members of the
#: owner and of the server's own roles that write everything or run programs included.
ABOVE = f"""
    WITH RECURSIVE people(oid) AS (
      SELECT r.oid FROM pg_roles r WHERE r.rolname = :reader
      UNION SELECT m.member FROM pg_auth_members m JOIN people p ON p.oid = m.roleid)
    SELECT r.rolname::text FROM pg_roles r LEFT JOIN people p ON p.oid = r.oid
    WHERE (p.oid IS NOT NULL AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR EXISTS (
           SELECT 1 FROM pg_roles a WHERE (a.oid = {_OWNER} OR a.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program'))
             AND a.oid <> r.oid AND pg_has_role(r.oid, a.oid, 'MEMBER'))))
       OR (r.oid = {_OWNER} AND (r.rolsuper OR r.rolbypassrls)) ORDER BY 1
"""

#: What was made outside the schema and can change what is inside, but for extensions: functions that run with
#: the owner's rights or a superuser's, what comes first in every path, and casts.
ELSEWHERE = f"""
    SELECT concat_ws(' ', i.type, i.identity, x.note) FROM (
      SELECT 'pg_proc'::regclass AS class, p.oid, '(SECURITY DEFINER)' AS note FROM pg_proc p JOIN pg_roles o ON o.oid = p.proowner
        WHERE p.prosecdef AND p.pronamespace <> {_IN} AND (o.rolsuper OR o.oid = {_OWNER})
      UNION ALL SELECT 'pg_proc'::regclass, p.oid, NULL FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND NOT p.prosecdef
      UNION ALL SELECT 'pg_operator'::regclass, o.oid, NULL FROM pg_operator o WHERE o.oprnamespace = 'pg_catalog'::regnamespace
      UNION ALL SELECT 'pg_cast'::regclass, c.oid, NULL FROM pg_cast c
    ) AS x, pg_identify_object(x.class, x.oid, 0) AS i
    WHERE x.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = x.class AND d.objid = x.oid AND d.deptype = 'e') ORDER BY 1
"""

#: Settings for roles or the database that switch triggers off.
SETTINGS = """
    SELECT coalesce(s.setrole::regrole::text, 'ALL'), c.value FROM pg_db_role_setting s, unnest(s.setconfig) AS c(value)
    WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
      AND c.value LIKE 'session_replication_role=%' AND c.value NOT LIKE '%=origin'
    UNION ALL SELECT 'session', 'session_replication_role=' || current_setting('session_replication_role')
      WHERE current_setting('session_replication_role') <> 'origin'
"""

_OWNER_NAME = f"SELECT pg_get_userbyid({_OWNER})::text"
_UNITS = f"SELECT p.prosrc FROM pg_proc p WHERE p.pronamespace = {_IN} AND p.proname = 'units'"
_READABLE = "SELECT has_table_privilege('transition', 'SELECT') AND has_table_privilege('field', 'SELECT') WHERE to_regclass('transition') IS NOT NULL AND to_regclass('field') IS NOT NULL"
_TRANSITIONS = f"SELECT {', '.join(rights.Writable._fields)} FROM transition ORDER BY 1"
_FIELDS = "SELECT name, type FROM field ORDER BY 1"
_FUNCTION = re.compile(r"FUNCTION \w+\.(\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)


class Object(NamedTuple):
    """One object of the schema: its kind, its name, and what it is."""

    kind: str
    name: str
    what: str

    @property
    def label(self) -> str:
        """The object as it is named in a sentence."""
        return f"{self.kind} {self.name}"


def objects(connection: PostgresConnection) -> list[Object]:
    """Return everything in the ledger's schema, in order."""
    return sorted(Object(*row) for row in connection.rows(OBJECTS))


def prefix_of(connection: PostgresConnection) -> str | None:
    """Return what the names of the ledger's roles begin with; None where it has no roles."""
    for (source,) in connection.rows(_UNITS):
        found = re.search(r"THEN '((?:[^']|'')*)_office' ELSE", source)
        return found[1].replace("''", "'") if found else rights.PREFIX
    return None


def described(found: list[Object], prefix: str | None) -> list[Object]:
    """Return objects without the names of roles and the bodies of functions, as :data:`EXPECTED` lists them."""
    reader = re.compile(rf"^(\S+ \S+ ){re.escape(prefix or rights.PREFIX)}_reader(?= |$)")
    made = []
    for one in found:
        what = " ".join(one.what.split())
        if one.kind == "function":
            what = re.sub(r"body [0-9a-f]{64}$", "body", what)
        elif one.kind == "policy":
            what = reader.sub(r"\1{reader}", what)
        made.append(one._replace(what=what))
    return made


def expected(*, with_rights: bool) -> list[Object]:
    """Return the objects that this program makes, as :func:`described`."""
    files = EXPECTED if with_rights else EXPECTED[:1]
    return [Object(*line.split("\t")) for path in files for line in path.read_text("utf-8").splitlines()]


def faults(connection: PostgresConnection) -> Iterator[str]:
    """Yield what of the schema, its functions, policies, rights and roles is not as this program made it."""
    prefix = prefix_of(connection)
    found = objects(connection)
    yield from _differences(described(found, prefix), expected(with_rights=prefix is not None))
    yield from _bodies(found, prefix)
    if prefix is not None:
        yield from _gate_rows(connection)
        for (role,) in connection.rows(ABOVE, reader=f"{prefix}_reader"):
            yield _("the role {role} is above all rights").format(role=role)
    for kind, name, role, privilege, definer in connection.rows(GRANTS):
        if not _is_allowed(kind, name, role, privilege, definer, prefix):
            text = _("{role} has the right {privilege} on {name}, which only the ledger's owner has")
            yield text.format(role=role or "PUBLIC", privilege=privilege, name=f"{kind} {name}")
    for (name,) in connection.rows(ELSEWHERE):
        yield _("{name} does not belong here").format(name=name)
    for who, setting in connection.rows(SETTINGS):
        yield _("{setting} is set for {who}: triggers do not run").format(setting=setting, who=who)


def _differences(held: list[Object], made: list[Object]) -> Iterator[str]:
    missing, more = Counter(made) - Counter(held), Counter(held) - Counter(made)
    others = {one.label for one in more}
    for one in sorted(missing):
        text = _("{name} is not as it was made") if one.label in others else _("{name} is missing")
        yield text.format(name=one.label)
    known = {one.label for one in missing}
    for one in sorted(more):
        if one.label not in known:
            yield _("{name} does not belong here").format(name=one.label)


def _bodies(found: list[Object], prefix: str | None) -> Iterator[str]:
    """Yield the functions whose body is not the program's."""
    text = FUNCTIONS + (rights.gate(prefix) if prefix is not None else "")
    made = {name: sha256(body.encode()).hexdigest() for name, body in _FUNCTION.findall(text)}
    for kind, name, what in found:
        body = made.get(name.partition("(")[0])
        if kind == "function" and body is not None and not what.endswith(f"body {body}"):
            yield _("the function {name} is not the one this program made; after an upgrade of the program: qplan roles --apply").format(name=name)  # fmt: skip


def _gate_rows(connection: PostgresConnection) -> Iterator[str]:
    """Yield the rows of the gate's tables that are not the program's: they say who may write what."""
    if connection.rows(_READABLE) != [(True,)]:
        yield _("{name} cannot be read; its owner opens it with: qplan roles --apply").format(
            name="transition, field"
        )
        return
    made = {one.kind: _as_row(one) for one in rights.writable()}
    held = {row[0]: row for row in connection.rows(_TRANSITIONS)}
    if held != made:
        yield _("{name} is not as it was made").format(name="relation transition")
    if dict(connection.rows(_FIELDS)) != rights.FIELD_TYPES:
        yield _("{name} is not as it was made").format(name="relation field")


def _as_row(one: rights.Writable) -> tuple[object, ...]:
    """Return a row of the table ``transition`` as the driver reads it."""
    return tuple(list(value) if isinstance(value, tuple) else value for value in one)


def _is_allowed(
    kind: str, name: str, role: str | None, privilege: str, definer: bool, prefix: str | None
) -> bool:
    """Whether another than the owner may have a privilege: to read, and to write through the gate."""
    if kind == "function" and (not definer or prefix is None):
        return not definer
    if kind == "function" and role is not None:
        if name in ("record", "lock", "sign"):
            return role == f"{prefix}_office" or role.startswith(f"{prefix}_dept_")
        return name in ("session_dept", "session_actor") and role == f"{prefix}_reader"
    return (kind, privilege) in (("schema", "USAGE"), ("relation", "SELECT"), ("column", "SELECT"))


def fingerprint(connection: PostgresConnection) -> str:
    """Return a hash of everything in the schema, of the rights on it and of who is above them, for a seal."""
    asked = [_OWNER_NAME, GRANTS, ELSEWHERE, SETTINGS]
    if connection.rows(_READABLE) == [(True,)]:
        asked += [_TRANSITIONS, _FIELDS]
    lines = [*objects(connection), *(row for statement in asked for row in connection.rows(statement))]
    lines += connection.rows(ABOVE, reader=f"{prefix_of(connection)}_reader")
    return sha256("\n".join("\t".join(map(str, line)) for line in lines).encode()).hexdigest()

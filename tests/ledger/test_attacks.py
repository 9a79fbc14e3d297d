"""Attacks on a ledger on a server, by a bare driver: other spellings of what departments tried before.

Nothing of it writes anything (``refused``), or what it writes is what the program would have written.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from attempts import attempt
from ledger import plans
from ledger.district import ON, District, context, state_of, undo
from qplan.core import events
from qplan.core.model import Change
from qplan.errors import QplanError
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.service import milestones

psycopg = pytest.importorskip("psycopg")

ACCEPT = {"accepted_on": ON, "last_update": ON, "status": "active"}


def sound(district: District) -> bool:
    with Ledger.open(district.database.url()) as ledger:
        return verify(ledger.connection).findings == []


#: Statements that would give a department or a reader more than it has, and what the server says.
DOORS = {
    "copy into the journal": "COPY qplan.event FROM STDIN",
    "copy from a file": "COPY qplan.event FROM '/etc/passwd'",
    "a child of a table": "CREATE TEMPORARY TABLE kid () INHERITS (qplan.task)",
    "a foreign key": "CREATE TEMPORARY TABLE kid (id text REFERENCES qplan.task)",
    "a rule of one's own": "CREATE RULE r AS ON UPDATE TO qplan.task DO INSTEAD NOTHING",
    "a row lock": "SELECT 1 FROM qplan.task FOR UPDATE",
    "a shared row lock": "SELECT 1 FROM qplan.event FOR SHARE",
    "a merge": "MERGE INTO qplan.task t USING qplan.task s ON t.id = s.id WHEN MATCHED THEN UPDATE SET progress = 1",
    "an upsert": "INSERT INTO qplan.request VALUES ('x', 1, 1) ON CONFLICT DO NOTHING",
    "an insert by a query": "WITH x AS (DELETE FROM qplan.task RETURNING *) SELECT * FROM x",
    "an event trigger": "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION qplan.refuse()",
    "an operator": "CREATE OPERATOR qplan.= (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
    "an operator that comes first": "CREATE OPERATOR pg_catalog.= (LEFTARG = json, RIGHTARG = json, FUNCTION = jsonb_eq)",
    "a cast": "CREATE CAST (text AS jsonb) WITHOUT FUNCTION",
    "a function that comes first": "CREATE FUNCTION pg_catalog.session_dept() RETURNS text LANGUAGE sql AS 'SELECT ''zlb'''",
    "a schema": "CREATE SCHEMA more",
    "a table for everybody": "CREATE TABLE public.task (id text)",
    "an extension": "CREATE EXTENSION dblink",
    "a language": "CREATE LANGUAGE plpython3u",
    "a domain in the schema": "CREATE DOMAIN qplan.text AS pg_catalog.text",
    "default rights of the owner": 'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" GRANT ALL ON TABLES TO PUBLIC',
    "a setting of the office": 'ALTER ROLE "{prefix}_office" SET search_path = pg_temp',
    "a setting of the database": 'ALTER DATABASE "{name}" SET search_path = pg_temp',
    "a setting of the server": "ALTER SYSTEM SET fsync = off",
    "triggers off at the next login": "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "row security around one": "ALTER ROLE CURRENT_USER BYPASSRLS",
    "a publication": "CREATE PUBLICATION p FOR TABLE qplan.event",
    "a name of another": 'ALTER ROLE "{prefix}_dept_scjg" RENAME TO "{prefix}_dept_x"',
    "the password of another": 'ALTER ROLE "{prefix}_office" PASSWORD \'x\'',
    "what the owner has": 'REASSIGN OWNED BY "{owner}" TO CURRENT_USER',
    "rows of the gate": "UPDATE qplan.transition SET roles = '{{other}}'",
    "types of the gate": "INSERT INTO qplan.field VALUES ('x', 'text')",
    "the check by itself": "SELECT qplan.has_claimed('T1.1', 'x@y', 'x@y', 0)",
    "the hash by itself": "SELECT qplan.event_hash('00', 'x', 1, 'x', 'x', 'x', 'x', 'x', 'x')",
    "a password file": "SELECT pg_read_file('/etc/passwd')",
    "a large object of a file": "SELECT lo_import('/etc/passwd')",
    "another's session": "SELECT pg_terminate_backend((SELECT pid FROM pg_stat_activity WHERE usename = '{owner}' LIMIT 1)) FROM qplan.no_such",
}  # fmt: skip


@pytest.mark.parametrize("statement", DOORS.values(), ids=DOORS)
def test_no_spelling_opens_a_door(district: District, refused: None, statement: str):
    names = {"owner": district.database.owner, "prefix": district.prefix, "name": district.database.name}
    for who in ("lead", "auditor", "clerk"):
        attempt()
        with pytest.raises(psycopg.Error) as caught:
            district.bare[who].execute(statement.format(**names))
        assert caught.value.sqlstate in ("42501", "42P01", "55000", "42601", "0A000", "22023", "42P16"), (
            caught.value
        )


#: What a session may set before it writes, and a statement of its own schema of temporary objects.
BEFORE = {
    "row security off": "SET row_security = off",
    "a path": "SET search_path = pg_temp, public, pg_catalog",
    "strict": "SET plpgsql.extra_errors = 'all'",
    "no lock": "SET lock_timeout = 1",
    "another encoding": "SET client_encoding = 'LATIN1'",
    "another length of bytes": "SET bytea_output = 'escape'",
    "null is null": "SET transform_null_equals = on",
    "floats": "SET extra_float_digits = -15",
    "xml": "SET xmloption = 'document'",
    "a role": 'SET ROLE "{prefix}_reader"',
    "the actor's functions": "CREATE OR REPLACE FUNCTION pg_temp.session_dept() RETURNS text LANGUAGE sql AS 'SELECT ''zlb'''",
    "an operator": (
        "CREATE OR REPLACE FUNCTION pg_temp.yes(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
        "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.yes)"
    ),
    "an operator of json": (
        "CREATE OR REPLACE FUNCTION pg_temp.all(jsonb, jsonb) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
        "CREATE OPERATOR pg_temp.@> (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = pg_temp.all)"
    ),
    "a table of steps": "CREATE TEMPORARY TABLE transition AS SELECT kind, states, '{{office,lead,support,other}}'::text[] AS roles, becomes, required, fields, info FROM qplan.transition",
    "a table of types": "CREATE TEMPORARY TABLE field AS SELECT name, 'state' AS type FROM qplan.field",
    "a journal": "CREATE TEMPORARY TABLE event (LIKE qplan.event)",
    "a view of tasks": "CREATE TEMPORARY VIEW task AS SELECT * FROM qplan.task",
    "a type": "CREATE TYPE pg_temp.text AS (x integer)",
    "a domain": "CREATE DOMAIN pg_temp.jsonb AS pg_catalog.text",
}  # fmt: skip


@pytest.mark.parametrize("statement", BEFORE.values(), ids=BEFORE)
def test_what_a_session_makes_for_itself_changes_nothing(
    district: District, refused: None, temporary: None, statement: str
):
    with psycopg.connect(district.urls["lead"], autocommit=True) as bare:
        bare.execute(statement.format(prefix=district.prefix))
        for entry in (
            district.entry("task.accept", "C1.1", ACCEPT),
            district.entry("task.report", "T1.3", {"progress": 9, "last_update": ON}),
            district.entry("task.approve", "T1.3", {"status": "closed"}),
            district.entry("task.accept", "T1.3", {**ACCEPT, "accepted_on": "30/04/2024"}),
            district.entry("task.accept", "T1.3", {**ACCEPT, "lead": "fgj"}),
        ):
            kind, ident, body, version = entry
            attempt()
            with pytest.raises(psycopg.Error) as caught:
                bare.execute(
                    "SELECT qplan.record(%s::pg_catalog.text[], %s::pg_catalog.text[], %s::pg_catalog.text[], %s::integer[], %s::pg_catalog.text, NULL)",
                    [[kind], [ident], [body], [version], ON],
                )
            assert caught.value.sqlstate in ("QP001", "QP002", "55P03", "42501", "22P05"), caught.value


def body_of(district: District, change: Any) -> Any:
    kind, ident, body, version = district.entry("task.accept", "T1.3", ACCEPT)
    return kind, ident, change(body), version


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.replace('"status":"active"', '"status":"assigned","status":"active"'),
        lambda b: b.replace('"active"', '"act\\u0069ve"'),
        lambda b: b.replace('"active"', '"active\\u0000"'),
        lambda b: b.replace('"active"', '"\\ud800"'),
        lambda b: b.replace('"active"', '"\\ud83d\\ude00"'),
        lambda b: b.replace('"active"', "NaN"),
        lambda b: b.replace('"active"', "Infinity"),
        lambda b: b.replace('"active"', "-0"),
        lambda b: b.replace('"active"', "1e0"),
        lambda b: b.replace('"active"', "1.0"),
        lambda b: b.replace('"active"', "9" * 400),
        lambda b: b.replace('"active"', "[" * 100_000 + "]" * 100_000),
        lambda b: b.replace('"active"', '{"x":1}'),
        lambda b: b.replace('"active"', "true"),
        lambda b: b.replace('"active"', "null"),
        lambda b: b.replace('{"after"', '{"after" '),
        lambda b: "\ufeff" + b,
        lambda b: b + "\n",
        lambda b: b + " ",
        lambda b: json.dumps(json.loads(b), ensure_ascii=False, indent=1),
        lambda b: json.dumps(b),
        lambda b: b.replace('"after":{', '"after":{"__proto__":1,'),
        lambda b: b[:-1] + ',"info":{"undoes":1}}',
        lambda b: b[:-1] + ',"info":[]}',
        lambda b: b[:-1] + ',"info":null}',
        lambda b: b[:-1] + ',"info":{"note":{"a":1}}}',
    ],
)  # fmt: skip
def test_no_spelling_of_json_gets_through(district: District, refused: None, change: Any):
    assert state_of(district, "lead", body_of(district, change)).startswith("QP00")


@pytest.mark.parametrize(
    "day",
    ["infinity", "-infinity", "epoch", "now", "today", "tomorrow", "allballs", "0001-01-01", "0001-01-01 BC", "9999-12-31",
     "2024-04-01\n", " 2024-04-01", "２０２４-04-01", "2024-04-01T00:00", "20240401", "", "J2460402", "24-04-01", "2024-13-01", "-2024-04-01"],
)  # fmt: skip
def test_no_spelling_of_a_day_gets_through(district: District, refused: None, day: str):
    entry = district.entry("task.accept", "T1.3", ACCEPT)
    assert state_of(district, "lead", entry, on=day).startswith("QP002")
    ask = {"extension_to": day, "extension_on": ON, "extension_reason": "x"}
    assert state_of(district, "lead", district.entry("task.request", "T1.3", ask)).startswith("QP00")
    goal = {"task": "T1.3", "title": "x", "due": day, "original_due": "2024-05-01", "basis": "proposed", "added": 1, "position": 1}  # fmt: skip
    body = events.canonical({"before": {}, "after": goal})
    assert state_of(district, "lead", ("milestone.add", "T1.3/a1", body, None)).startswith("QP002")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e9", "0x10", "1_000", "１", "+1", "01", ".5", "1.", "1" * 16, "1,5", " 1", "1\n", ""])  # fmt: skip
def test_no_spelling_of_a_number_gets_through(district: District, refused: None, value: str):
    figure = {"indicator": "I1", "year": 2023, "value": value, "source": "x", "measured_on": ON}
    body = events.canonical({"before": {}, "after": figure})
    assert state_of(district, "lead", ("actual.measure", "I1/2023", body, None)).startswith("QP002")


@pytest.mark.parametrize(
    "arrays",
    [
        "ARRAY[['{kind}'],['{kind}']], ARRAY[['{id}'],['{id}']], ARRAY[['{body}'],['{body}']], ARRAY[[{v}],[{v}]]",
        "'[0:0]={{{kind}}}', ARRAY['{id}'], ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['{kind}'], '[2:2]={{{id}}}', ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['{kind}', NULL], ARRAY['{id}', '{id}'], ARRAY['{body}', '{body}'], ARRAY[{v}, {v}]",
        "ARRAY['{kind}'], ARRAY['{id}'], ARRAY[NULL], ARRAY[{v}]",
        "ARRAY['{kind}'], ARRAY['{id}'], ARRAY['{body}', '{body}'], ARRAY[{v}]",
        "ARRAY['{kind}'], ARRAY['{id}'], ARRAY['{body}'], ARRAY[NULL]::integer[]",
        "ARRAY['{kind}'], ARRAY['{id}'], ARRAY['{body}'], NULL",
        "NULL, NULL, NULL, NULL",
        "'{{}}', '{{}}', '{{}}', '{{}}'",
        "array_fill('{kind}'::text, ARRAY[10001]), array_fill('{id}'::text, ARRAY[10001]), array_fill('{body}'::text, ARRAY[10001]), array_fill({v}, ARRAY[10001])",
        "ARRAY['{kind} '], ARRAY['{id}'], ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['{kind}.x'], ARRAY['{id}'], ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['TASK.accept'], ARRAY['{id}'], ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['task\".accept'], ARRAY['{id}'], ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['pg_authid.accept'], ARRAY['{id}'], ARRAY['{body}'], ARRAY[{v}]",
        "ARRAY['{kind}'], ARRAY['{id}' || chr(8203)], ARRAY['{body}'], ARRAY[{v}]",
    ],
)  # fmt: skip
def test_no_shape_of_the_arguments_gets_through(district: District, refused: None, arrays: str):
    kind, ident, body, version = district.entry("task.accept", "T1.3", ACCEPT)
    words = arrays.format(kind=kind, id=ident, body=body, v=version)
    with pytest.raises(psycopg.Error) as caught:
        district.bare["lead"].execute(f"SELECT qplan.record({words}, '{ON}')".encode())
    assert caught.value.sqlstate in ("QP001", "QP002", "QP003", "22004", "0A000", "22P02"), caught.value


class TestTransactions:
    """Several entries in one transaction, points to return to, statements prepared before."""

    CALL = "SELECT (qplan.record(%s, %s, %s, %s::integer[], %s, %s)).seq"

    def given(self, entry: Any, request: str | None = None) -> list[Any]:
        kind, ident, body, version = entry
        return [[kind], [ident], [body], [version], ON, request]

    def test_a_point_to_return_to_leaves_no_gap_and_no_double(self, district: District):
        with psycopg.connect(district.urls["lead"]) as bare:
            bare.execute(self.CALL, self.given(district.entry("task.accept", "T1.4", ACCEPT)))
            bare.execute("SAVEPOINT here")
            more = (
                "task.report",
                "T1.4",
                events.canonical({"before": {"progress": 0}, "after": {"progress": 5}}),
            )
            (version,) = bare.execute("SELECT version FROM qplan.task WHERE id = 'T1.4'").fetchone()
            bare.execute(self.CALL, self.given((*more, version)))
            bare.execute("ROLLBACK TO SAVEPOINT here")
            bare.execute(self.CALL, self.given((*more, version)))
            with pytest.raises(psycopg.Error, match="changed by somebody else"):
                bare.execute(self.CALL, self.given((*more, version)))
            bare.rollback()
            bare.execute(self.CALL, self.given(district.entry("task.accept", "T1.4", ACCEPT)))
        assert district.row("T1.4")["status"] == "active" and sound(district)

    def test_a_query_that_calls_it_for_many_rows_writes_each_once_or_nothing(
        self, district: District, refused: None
    ):
        kind, ident, body, version = district.entry("task.accept", "T1.5", ACCEPT)
        for query in (
            "SELECT qplan.record(%s, %s, %s, %s::integer[], %s) FROM generate_series(1, 3)",
            "SELECT 1 FROM generate_series(1, 2) WHERE (SELECT count(*) FROM qplan.record(%s, %s, %s, %s::integer[], %s)) + random() > 0 AND 1 / (random()::integer * 0) = 1",
            "WITH a AS MATERIALIZED (SELECT qplan.record(%s, %s, %s, %s::integer[], %s)) SELECT count(*), 1 / (count(*) * 0) FROM a",
        ):
            attempt()
            with pytest.raises(psycopg.Error):
                district.bare["lead"].execute(query, [[kind], [ident], [body], [version], ON])

    def test_an_error_that_is_swallowed_leaves_the_chain_whole(self, district: District):
        kind, ident, body, version = district.entry("task.accept", "T1.5", ACCEPT)
        district.bare["lead"].execute(
            f"""DO $$ BEGIN
              BEGIN
                PERFORM qplan.record(ARRAY['{kind}'], ARRAY['{ident}'], ARRAY['{body}'], ARRAY[{version}], '{ON}');
                PERFORM qplan.record(ARRAY['{kind}'], ARRAY['C1.1'], ARRAY['{body}'], ARRAY[{version}], '{ON}');
              EXCEPTION WHEN OTHERS THEN NULL; END;
              PERFORM qplan.record(ARRAY['{kind}'], ARRAY['{ident}'], ARRAY['{body}'], ARRAY[{version}], '{ON}');
            END $$""".encode()
        )
        assert district.row("T1.5")["status"] == "active" and sound(district)

    def test_one_request_id_for_two_calls_of_a_transaction(self, district: District):
        entry, other = (
            district.entry("task.accept", ident, ACCEPT, request="two") for ident in ("T1.6", "T1.7")
        )
        with psycopg.connect(district.urls["lead"]) as bare:
            first = bare.execute(self.CALL, self.given(entry, "two")).fetchall()
            assert bare.execute(self.CALL, self.given(entry, "two")).fetchall() == first
            with pytest.raises(psycopg.Error, match="used for another command"):
                bare.execute(self.CALL, self.given(other, "two"))
        assert district.row("T1.7")["status"] == "assigned" and sound(district)

    @pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
    def test_a_snapshot_of_before_writes_nothing(self, district: District, refused: None, level: str):
        with psycopg.connect(district.urls["lead"], autocommit=True) as bare:
            bare.execute(f"SET default_transaction_isolation = '{level}'")
            with pytest.raises(psycopg.Error, match="READ COMMITTED"):
                bare.execute(self.CALL, self.given(district.entry("task.accept", "T1.8", ACCEPT)))

    def test_a_statement_prepared_before_the_rights_were_taken(self, district: District):
        with Ledger.open(district.database.url(), write=True) as ledger:
            row = ledger.any("department", "fgj")
            bare = district.bare["other"]
            bare.execute(
                "PREPARE p (text[], text[], text[], integer[], text) AS SELECT qplan.record($1, $2, $3, $4, $5)"
            )
            change = Change(
                "department.retire", "fgj", {"retired": 0, "version": row.version}, {"retired": 1}
            )
            with ledger.transaction():
                ledger.append([change], plans.ENTRY)
            kind, ident, body, version = district.entry("task.accept", "C1.1", ACCEPT)
            try:
                with pytest.raises(psycopg.Error, match="may read"):
                    psycopg.ClientCursor(bare).execute(
                        "EXECUTE p (%s, %s, %s, %s, %s)", [[kind], [ident], [body], [version], ON]
                    )
            finally:
                row = ledger.any("department", "fgj")
                change = Change(
                    "department.amend", "fgj", {"retired": 1, "version": row.version}, {"retired": 0}
                )
                with ledger.transaction():
                    ledger.append([change], plans.ENTRY)
                bare.execute("DEALLOCATE p")


class TestFourEyes:
    """A claim of completion that is undone, returned, handed on and handed back is still a claim."""

    def closing(self, district: District, ident: str, who: str) -> Any:
        row = district.row(ident)
        close = {"closed_by": f"{district.roles[who]}@zlb", "closed_on": ON, "progress": 100, "status": "closed"}  # fmt: skip
        after = {name: value for name, value in close.items() if row[name] != value}
        return district.entry("task.approve", ident, after, info={"closed_late": False})

    def claimed(self, district: District, ident: str) -> None:
        """The clerk claims and withdraws it; the lead claims it."""
        district.act("lead", ident, "accept")
        (claim,) = district.act("clerk", ident, "submit", evidence="文1号")
        undo(district, "clerk", claim.seq)
        district.act("lead", ident, "submit", evidence="文1号")

    @pytest.mark.parametrize(
        ("ident", "action", "given"),
        [("T1.8", "return", {"note": "x"}), ("T1.9", "reassign", {"lead": "fgj"})],
    )
    def test_what_ends_a_claim_and_is_undone_ends_nothing(
        self, district: District, ident: str, action: str, given: Any
    ):
        self.claimed(district, ident)
        (ended,) = district.act("clerk", ident, action, **given)
        undo(district, "clerk", ended.seq)
        assert district.row(ident)["status"] == "submitted"
        assert district.row(ident)["submitted_by"] == f"{district.roles['lead']}@scjg"
        assert "cannot verify it" in state_of(district, "clerk", self.closing(district, ident, "clerk"))
        with pytest.raises(QplanError, match="cannot verify it"):
            district.act("clerk", ident, "approve")
        district.act("office", ident, "approve")
        assert sound(district)

    def test_a_reopening_undone_closes_by_nobody_who_claimed(self, district: District):
        self.claimed(district, "T1.10")
        district.act("office", "T1.10", "approve")
        (opened,) = district.act("office", "T1.10", "reopen", reason="复核")
        with pytest.raises(QplanError, match="cannot verify it"):
            undo(district, "clerk", opened.seq)
        back = {name: value for name, value in opened.before.items() if name != "version"}
        forged = district.entry("task.undo", "T1.10", back, info={"undoes": opened.seq})
        assert "closes T1.10 again" in state_of(district, "clerk", forged)
        undo(district, "office", opened.seq)
        assert sound(district)

    def test_an_approval_undone_and_done_again(self, district: District):
        self.claimed(district, "T1.11")
        (closed,) = district.act("office", "T1.11", "approve")
        undone = undo(district, "clerk", closed.seq)[0]
        with pytest.raises(QplanError, match="cannot verify it"):
            undo(district, "clerk", undone.seq)
        back = {name: value for name, value in undone.before.items() if name != "version"}
        forged = district.entry("task.undo", "T1.11", back, info={"undoes": undone.seq})
        assert "closes T1.11 again" in state_of(district, "clerk", forged)

    def test_a_lead_undoes_no_approval(self, district: District):
        district.act("lead", "T1.12", "accept")
        district.act("lead", "T1.12", "submit", evidence="文1号")
        (closed,) = district.act("office", "T1.12", "approve")
        back = {name: value for name, value in closed.before.items() if name != "version"}
        forged = district.entry("task.undo", "T1.12", back, info={"undoes": closed.seq})
        assert "can undo" in state_of(district, "lead", forged)

    def test_an_own_entry_that_is_covered_is_not_undone(self, district: District):
        """The lead's own claim, undone after the approval, would open the task again."""
        district.act("lead", "T1.13", "accept")
        (claim,) = district.act("lead", "T1.13", "submit", evidence="文1号")
        district.act("office", "T1.13", "approve")
        back = {name: value for name, value in claim.before.items() if name != "version"}
        forged = district.entry("task.undo", "T1.13", back, info={"undoes": claim.seq})
        assert "changed after it" in state_of(district, "lead", forged)

    def test_a_joint_lead_verifies_nothing_even_as_verifier(self, district: District):
        with Ledger.open(district.database.url(), write=True) as ledger, ledger.transaction():
            version = ledger.task("T1.14").version
            before = {"verifier": None, "joint": "", "support": "fgj", "version": version}
            change = Change("task.amend", "T1.14", before, {"verifier": "fgj", "joint": "fgj", "support": ""})
            ledger.append([change], plans.ENTRY)
        district.act("lead", "T1.14", "accept")
        district.act("lead", "T1.14", "submit", evidence="文1号")
        for who, dept in (("other", "fgj"), ("office", "zlb")):
            close = {"closed_by": f"{district.roles[who]}@{dept}", "closed_on": ON, "progress": 100, "status": "closed"}  # fmt: skip
            entry = district.entry("task.approve", "T1.14", close, info={"closed_late": False})
            assert "is for office, verifier" in state_of(district, who, entry)


class TestLater:
    """What one department writes keeps nobody from writing afterwards."""

    def goal(self, ident: str, number: int, position: int) -> Any:
        after = {"task": ident, "title": f"x{number}", "due": "2024-05-01", "original_due": "2024-05-01", "basis": "proposed", "added": 1, "position": position}  # fmt: skip
        return "milestone.add", f"{ident}/a{number}", events.canonical({"before": {}, "after": after}), None

    def test_no_number_or_position_of_a_goal_is_taken_before_its_turn(self, district: District):
        taken = max(one.position for one in Ledger.open(district.database.url()).milestones("T1.1"))
        for forged in (
            self.goal("T1.1", 2, taken + 1),
            self.goal("T1.1", 1, 1_000_000),
            self.goal("T1.1", 1, taken + 2),
        ):
            assert state_of(district, "lead", forged).startswith("QP002")
        district.call("lead", self.goal("T1.1", 1, taken + 1))
        with Ledger.open(district.urls["lead"], write=True) as ledger:
            (added,) = milestones.add(ledger, "T1.1", "再一个", "2024-06-01", context(ledger))
        assert added.subject == "T1.1/a2" and sound(district)

    def test_a_journal_full_of_refusals_is_no_longer(self, district: District, refused: None):
        for _round in range(50):
            state_of(district, "lead", district.entry("task.accept", "C1.1", ACCEPT))

    def test_no_sequence_and_no_counter_of_the_server_is_used(self, district: District):
        rows = district.bare["auditor"].execute(
            "SELECT 1 FROM pg_class WHERE relkind = 'S' AND relnamespace = 'qplan'::regnamespace"
        )
        assert rows.fetchall() == []

"""The departments' rights, tried with a bare driver as each role: what is refused, and what is not."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from attempts import attempt
from ledger import plans, server
from ledger.district import ON, District, denied, state_of
from qplan.core import events
from qplan.core.model import RECORDS, Change
from qplan.errors import BadInput, ChangedMeanwhile, Refused
from qplan.ledger import create
from qplan.ledger.postgres import rights
from qplan.ledger.postgres.schema import TABLES
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify
from qplan.service import actions, reversal

psycopg = pytest.importorskip("psycopg")

EVERYBODY = ("office", "lead", "other", "auditor", "person", "clerk", "both")
WRITERS = ("office", "lead", "other", "person", "clerk")


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_reads_everything(district: District, who: str):
    with Ledger.open(district.urls[who]) as ledger:
        assert len(ledger.tasks()) == 16 and verify(ledger.connection).findings == []
        assert ledger.at("2021-12-31").head().seq == 22 or ledger.head().seq >= 22


def test_a_stranger_does_not_even_read(district: District):
    with pytest.raises(Refused, match="qplan roles --apply"):
        Ledger.open(district.urls["stranger"])
    assert denied(district, "stranger", "SELECT * FROM qplan.task").sqlstate == "42501"


WRITES = {
    "insert": "INSERT INTO qplan.{0} SELECT * FROM qplan.{0} LIMIT 1",
    "update": "UPDATE qplan.{0} SET {1} = {1}",
    "delete": "DELETE FROM qplan.{0}",
    "truncate": "TRUNCATE qplan.{0}",
    "alter": "ALTER TABLE qplan.{0} DISABLE TRIGGER ALL",
    "open": "ALTER TABLE qplan.{0} DISABLE ROW LEVEL SECURITY",
    "drop": "DROP TABLE qplan.{0} CASCADE",
    "lock": "DO $$ BEGIN LOCK TABLE qplan.{0} IN ACCESS EXCLUSIVE MODE; END $$",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", WRITES)
def test_nobody_writes_a_table(district: District, refused: None, table: str, how: str):
    column = {"event": "actor", "signature": "signature"}.get(table, "id")
    for who in EVERYBODY:
        assert denied(district, who, WRITES[how].format(table, column)).sqlstate == "42501"


OTHER_DOORS = {
    "another role": 'SET ROLE "{owner}"',
    "another login": 'SET SESSION AUTHORIZATION "{owner}"',
    "a superuser": "SET ROLE postgres",
    "a member": 'GRANT "{owner}" TO CURRENT_USER',
    "the office": 'GRANT "{prefix}_office" TO "{prefix}_dept_scjg"',
    "a new role": "CREATE ROLE x SUPERUSER",
    "replication": "SET session_replication_role = replica",
    "a trigger": "CREATE TRIGGER t BEFORE INSERT ON qplan.event EXECUTE FUNCTION qplan.refuse()",
    "a rule": "CREATE RULE r AS ON INSERT TO qplan.event DO INSTEAD NOTHING",
    "a policy": "CREATE POLICY p ON qplan.task USING (true)",
    "a function in the schema": "CREATE FUNCTION qplan.session_dept(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    "another function": "CREATE OR REPLACE FUNCTION qplan.session_dept() RETURNS text LANGUAGE sql AS $$ SELECT 'zlb' $$",
    "a table in the schema": "CREATE TABLE qplan.evil (x int)",
    "a view in the schema": "CREATE VIEW qplan.mine AS SELECT * FROM qplan.task",
    "the inner function": "SELECT qplan.record_one('task.report', 'T1.1', '{{}}', 1, '2024-04-01', NULL)",
    "the checks": "SELECT qplan.check_undo('task.undo', 'T1.1', '{{}}', '{{}}', '{{}}', 'zlb')",
    "a file": "COPY qplan.task TO PROGRAM 'true'",
}


@pytest.mark.parametrize("statement", OTHER_DOORS.values(), ids=OTHER_DOORS)
def test_no_other_door_is_open(district: District, refused: None, statement: str):
    for who in EVERYBODY:
        words = statement.format(owner=district.database.owner, prefix=district.prefix)
        assert denied(district, who, words).sqlstate in ("42501", "0LP01")


def test_nobody_can_pass_on_or_take_rights(district: District, refused: None):
    for who in EVERYBODY:
        bare = district.bare[who]
        for table in TABLES:  # a warning, and no effect
            attempt()
            bare.execute(f"GRANT ALL ON qplan.{table} TO CURRENT_USER, PUBLIC")
        held = "SELECT has_table_privilege('qplan.' || t, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES') FROM unnest(%s::text[]) AS t"
        assert {row for (row,) in bare.execute(held, [list(TABLES)])} == {False}


def test_what_an_administrator_limits_fills_no_disk(district: District):
    """The statements of docs/operations.md, with a smaller limit."""
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    (statements,) = re.findall(r"```sql\n(  REVOKE EXECUTE.*?)```", page, re.DOTALL)
    statements = statements.replace("DATABASE qplan", f'DATABASE "{district.database.name}"')
    with psycopg.connect(district.database.superuser, autocommit=True) as admin:
        admin.execute(statements.replace("2GB", "1MB").encode())
    try:
        with psycopg.connect(district.urls["lead"], autocommit=True) as bare:
            for statement, state in (
                ("SELECT lo_create(0)", "42501"), ("SELECT lo_creat(-1)", "42501"), ("SELECT lo_from_bytea(0, 'x')", "42501"),
                ("SET temp_file_limit = -1", "42501"), ("SELECT n FROM generate_series(1, 1000000) AS n ORDER BY random()", "53400"),
            ):  # fmt: skip
                with pytest.raises(psycopg.Error) as caught:
                    bare.execute(statement.encode())
                assert caught.value.sqlstate == state, statement
    finally:
        district.database.admin.execute(f'ALTER DATABASE "{district.database.name}" RESET temp_file_limit')


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_makes_temporary_tables(district: District, who: str):
    assert denied(district, who, "CREATE TEMPORARY TABLE big AS SELECT 1").sqlstate == "42501"


def test_a_view_of_ones_own_gives_nothing_more(district: District, refused: None, temporary: None):
    for who in WRITERS:
        district.bare[who].execute("CREATE TEMPORARY VIEW mine AS SELECT * FROM qplan.task")
        assert denied(district, who, "UPDATE mine SET progress = 99").sqlstate == "42501"
        district.bare[who].execute("DROP VIEW mine")
    views = district.bare["auditor"].execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'qplan'::regnamespace AND c.relkind IN ('v', 'm')"
        " AND NOT coalesce(c.reloptions, '{}') @> '{security_invoker=true}'"
    )
    assert views.fetchall() == []


def test_a_temporary_table_fools_nobody_but_its_maker(district: District, refused: None, temporary: None):
    bare = district.bare["lead"]
    bare.execute("CREATE TEMPORARY TABLE plan AS SELECT * FROM qplan.plan")
    bare.execute("UPDATE pg_temp.plan SET office = 'scjg'")
    bare.execute("CREATE TEMPORARY TABLE department AS SELECT * FROM qplan.department")
    bare.execute("SET search_path = pg_temp, qplan, pg_catalog")
    try:
        assert bare.execute("SELECT qplan.session_dept()").fetchone() == ("scjg",)
        with pytest.raises(psycopg.Error, match=r"“approve” on T1\.1 is for office"):
            district.call("lead", district.entry("task.approve", "T1.1", {"status": "closed"}))
    finally:
        bare.execute("RESET search_path; DROP TABLE pg_temp.plan, pg_temp.department")


class TestScript:
    def test_it_can_be_run_again(self, district: District, refused: None):
        with Ledger.open(district.database.url(), write=True) as ledger:
            rights.apply(ledger.connection, district.prefix)

    def test_a_file_has_no_roles(self):
        with create.in_memory(plans.RECORDED) as ledger, pytest.raises(Refused, match="move --to"):
            rights.for_ledger(ledger.connection)

    def test_a_ledger_of_the_superuser_is_refused(self):
        database = server.Database()
        try:
            with create.new_ledger(database.superuser, plans.RECORDED) as ledger:
                plans.fill(ledger)
                with pytest.raises(Refused, match="plain role"):
                    rights.for_ledger(ledger.connection)
        finally:
            database.drop()

    def test_nothing_of_the_ledger_is_part_of_the_script(self, district: District):
        with Ledger.open(district.database.url()) as ledger:
            text = rights.for_ledger(ledger.connection, district.prefix)
        assert "scjg" not in text and "市场监管" not in text
        assert '"o""w"' in rights.script('o"w', "p")

    def test_a_department_id_that_is_sql_stays_a_name(self):
        database = server.Database()
        evil = "a$$; DROP SCHEMA qplan; --'"
        try:
            with create.new_ledger(database.url(), plans.RECORDED) as ledger:
                plans.fill(ledger)
                fields = {"name": "甲", "role": "department"}
                ledger.append([Change("department.define", evil, {}, fields)], plans.ENTRY)
            with Ledger.open(database.url(), write=True) as ledger:
                rights.apply(ledger.connection, database.name)
            asked = "SELECT rolsuper FROM pg_roles WHERE rolname = %s"
            assert database.admin.execute(asked, [f"{database.name}_dept_{evil}"]).fetchone() == (False,)
            with Ledger.open(database.url()) as ledger:
                assert [f.check for f in verify(ledger.connection).findings] == ["values"]
        finally:
            database.drop()

    def test_a_role_name_that_postgres_would_cut_is_refused(self, district: District):
        with Ledger.open(district.database.url(), write=True) as ledger, pytest.raises(BadInput, match="63"):
            rights.apply(ledger.connection, "x" * 60)

    def test_a_retired_department_writes_no_more(self, district: District):
        with Ledger.open(district.database.url(), write=True) as ledger, ledger.transaction():
            row = ledger.any("department", "fgj")
            ledger.append(
                [Change("department.retire", "fgj", {"retired": 0, "version": row.version}, {"retired": 1})],
                plans.ENTRY,
            )
        with (
            Ledger.open(district.urls["other"], write=True) as ledger,
            pytest.raises(Refused, match="may read"),
        ):
            rights.own_actor(ledger.connection)


def test_each_transition_says_what_its_entries_hold():
    where = "complete core/effects.py (REQUIRED, PUTS) and ledger/postgres/rights.py (FIELD_TYPES)"
    for one in rights.writable():
        record = RECORDS[one.kind.partition(".")[0]]
        needed = {name for name in one.required if not name.startswith("info.")}
        assert needed <= set(one.fields) <= set(record._fields), where
        assert set(one.fields) <= rights.FIELD_TYPES.keys(), where
    assert rights.GUARDS.keys() <= set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_is_refused_aloud_too(district: District, refused: None, table: str):
    with psycopg.connect(district.database.url(), autocommit=True) as bare:
        if bare.execute(f"SELECT 1 FROM qplan.{table}").fetchone():
            for statement in (f"DELETE FROM qplan.{table}", f"TRUNCATE qplan.{table}"):
                attempt()
                with pytest.raises(psycopg.Error) as caught:
                    bare.execute(statement)
                assert caught.value.sqlstate == "QP001"


class TestAttacks:
    """What an adversary tried with a bare driver, each once let through."""

    def test_no_other_entry_claims_to_revert_one(self, district: District):
        district.act("lead", "T1.8", "accept")
        forged = district.entry("task.report", "T1.8", {"progress": 5}, info={"undoes": 1})
        assert state_of(district, "lead", forged).startswith("QP002")
        more = district.entry("task.report", "T1.8", {"progress": 5}, info={"closed_late": False})
        assert state_of(district, "lead", more).startswith("QP002")

    def test_an_undo_reverts_what_the_journal_holds(self, district: District):
        district.act("lead", "T1.9", "accept")
        (said,) = district.act("lead", "T1.9", "report", progress=50)
        for info in ({"undoes": said.seq, "note": "x"}, {"undoes": str(said.seq)}, {"undoes": 0}):
            forged = district.entry("task.undo", "T1.9", {"progress": 90}, info=info)
            assert state_of(district, "lead", forged).startswith("QP002")
        forged = district.entry("task.undo", "T1.9", {"submitted_by": "甲@fgj"}, info={"undoes": said.seq})
        assert state_of(district, "lead", forged).startswith("QP002")

    def test_whoever_claimed_once_verifies_nothing(self, district: District):
        """The record names another claimant; the journal still knows who claimed."""
        district.act("lead", "T1.10", "accept")
        (claim,) = district.act("clerk", "T1.10", "submit", evidence="文1号")
        with Ledger.open(district.urls["clerk"], write=True) as ledger:
            order = actions.WriteContext(
                rights.own_actor(ledger.connection), plans.RECORDED, date(2025, 1, 1), date(2024, 4, 1)
            )
            reversal.undo(ledger, claim.seq, order)
        district.act("lead", "T1.10", "submit", evidence="文1号")
        with pytest.raises(Refused, match="cannot verify it"):
            district.act("clerk", "T1.10", "approve")
        close = {
            "closed_by": f"{district.roles['clerk']}@zlb",
            "closed_on": ON,
            "progress": 100,
            "status": "closed",
        }
        change = district.entry("task.approve", "T1.10", close, info={"closed_late": False})
        assert "cannot verify it" in state_of(district, "clerk", change)

    @pytest.mark.parametrize(
        "setting",
        [
            "standard_conforming_strings = off",
            "DateStyle = 'SQL, DMY'",
            "TimeZone = 'Asia/Tokyo'",
            "array_nulls = off",
            "IntervalStyle = 'sql_standard'",
        ],
    )
    def test_a_setting_of_the_session_changes_nothing(self, district: District, setting: str):
        bare = district.bare["lead"]
        bare.execute(f"SET {setting}")
        try:
            for value in ("30/04/2030", "2030-4-1", "2030-02-30"):
                ask = {"extension_to": value, "extension_on": ON, "extension_reason": "x"}
                assert state_of(district, "lead", district.entry("task.request", "T1.3", ask)).startswith(
                    "QP00"
                )
            for digest in ("x" * 64, "a" * 64 + "\\n" + "b" * 64):
                forged = district.entry("task.report", "T1.3", {"evidence_sha256": digest, "last_update": ON})
                assert state_of(district, "lead", forged).startswith("QP00")
        finally:
            bare.execute("RESET ALL")

    def test_every_function_fixes_the_settings_that_it_depends_on(self, district: District):
        rows = district.bare["auditor"].execute(
            "SELECT proname, array_to_string(proconfig, ',') FROM pg_proc WHERE pronamespace = 'qplan'::regnamespace"
        )
        for name, settings in rows.fetchall():
            for setting in ("search_path", "standard_conforming_strings", "DateStyle", "TimeZone"):
                assert f"{setting}=" in (settings or ""), name

    @pytest.mark.parametrize("character", ["\x1b", "\u2028", "\u2029", "\u202e", "\u2066", "\x85", "\n"])
    def test_a_character_that_steers_is_refused(self, district: District, refused: None, character: str):
        forged = district.entry("task.dispute", "T1.2", {"dispute": f"甲{character}乙", "disputed_on": ON})
        assert state_of(district, "lead", forged).startswith("QP002")

    @pytest.mark.parametrize("position", [2**31 - 1, -1, 10**7])
    def test_a_number_that_no_later_entry_survives_is_refused(
        self, district: District, refused: None, position: int
    ):
        goal = {
            "task": "T1.2",
            "title": "x",
            "due": "2024-05-01",
            "original_due": "2024-05-01",
            "basis": "proposed",
            "added": 1,
            "position": position,
        }
        body = events.canonical({"before": {}, "after": goal})
        assert state_of(district, "lead", ("milestone.add", "T1.2/a1", body, None))[:3] in ("QP0", "220")

    def test_a_request_id_is_its_actors(self, district: District):
        with Ledger.open(district.urls["lead"], write=True) as ledger:
            order = actions.WriteContext(
                rights.own_actor(ledger.connection),
                plans.RECORDED,
                date(2025, 1, 1),
                date(2024, 4, 1),
                request="urge-2024-W14",
            )
            actions.take(ledger, ["T1.11"], "accept", {}, order)
        with (
            Ledger.open(district.urls["office"], write=True) as ledger,
            pytest.raises(Refused, match="used for another command"),
        ):
            order = order._replace(actor=rights.own_actor(ledger.connection))
            actions.take(ledger, ["T1.11"], "urge", {}, order)
        urge = {"urge_level": "reminder", "urged_on": ON, "answer_by": "2024-04-09"}
        forged = district.entry("task.urge", "T1.11", urge, request="urge-2024-W14")
        assert "used for another command" in state_of(district, "office", forged, request="urge-2024-W14")


class TestLock:
    """Nobody who only reads keeps a writer waiting, and whoever does is named."""

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT pg_advisory_xact_lock(1903193198)",
            "SELECT pg_advisory_lock(1903193198)",
            "LOCK TABLE qplan.ledger IN ACCESS SHARE MODE",
            "SELECT * FROM qplan.ledger, qplan.event",
        ],
    )
    def test_what_a_reader_can_do_stops_no_writer(self, district: District, statement: str):
        with psycopg.connect(district.urls["auditor"]) as reader:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute(statement)
            with Ledger.open(district.urls["office"], write=True) as ledger:
                ledger.connection.script("SET lock_timeout = 2000")
                with ledger.transaction():
                    assert ledger.head().seq > 0
            with Ledger.open(district.database.url(), write=True) as ledger, ledger.transaction():
                assert ledger.head().seq > 0

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT qplan.lock()",
            "SELECT * FROM qplan.ledger FOR KEY SHARE",
            *(f"LOCK TABLE qplan.ledger IN {mode} MODE" for mode in ("ROW SHARE", "SHARE", "EXCLUSIVE")),
        ],
    )
    def test_what_would_stop_one_is_refused_to_a_reader(self, district: District, statement: str):
        with (
            psycopg.connect(district.urls["auditor"]) as reader,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            reader.execute(statement)

    @pytest.mark.parametrize("waiting", ["office", "owner"])
    def test_the_session_that_holds_it_is_named(self, district: District, waiting: str):
        place = district.database.url() if waiting == "owner" else district.urls[waiting]
        with psycopg.connect(district.urls["lead"]) as holder:
            holder.execute("SELECT qplan.lock()")
            # no server refuses a session its own limits
            holder.execute("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0")
            (number,) = holder.execute("SELECT pg_backend_pid()").fetchone()
            with Ledger.open(place, write=True) as ledger:
                ledger.connection.script("SET lock_timeout = 50")
                who = f"{district.roles['lead']} .*{number}"
                with pytest.raises(ChangedMeanwhile, match=who), ledger.transaction():
                    pass
            holder.rollback()
            with Ledger.open(place, write=True) as ledger, ledger.transaction():
                pass

    @pytest.mark.parametrize(
        ("setting", "most"),
        [("idle_in_transaction_session_timeout", "1min"), ("statement_timeout", "10min")],
    )
    @pytest.mark.parametrize("before", ["0", "1d", "200ms"])
    def test_whoever_holds_it_and_does_nothing_is_ended(
        self, district: District, setting: str, most: str, before: str
    ):
        with psycopg.connect(district.urls["lead"], autocommit=True) as holder:
            holder.execute(f"SET {setting} = '{before}'")
            with holder.transaction():
                holder.execute("SELECT qplan.lock()")
                assert holder.execute(f"SHOW {setting}").fetchone() == (
                    before if before == "200ms" else most,
                )
            assert holder.execute(f"SHOW {setting}").fetchone() == (before,)

    @pytest.mark.parametrize("does", ["nothing", "SELECT pg_sleep(60)"])
    def test_and_the_others_write_on(self, district: District, does: str):
        """With limits of the session that are shorter than the minute, which the gate leaves as they are."""
        holder = psycopg.connect(district.urls["lead"])
        try:
            holder.execute("SET idle_in_transaction_session_timeout = 300; SET statement_timeout = 300")
            holder.execute("SELECT qplan.lock()")
            if does != "nothing":
                with pytest.raises(psycopg.errors.QueryCanceled):
                    holder.execute(does.encode())
            with Ledger.open(district.urls["office"], write=True) as ledger, ledger.transaction():
                assert ledger.head().seq > 0
        finally:
            holder.close()

    def test_departments_of_an_older_programs_roles_write_as_before(self, district: District):
        with psycopg.connect(district.database.url()) as owner:
            owner.execute("ALTER FUNCTION qplan.lock() RENAME TO lock_of_before")
        try:
            with Ledger.open(district.urls["office"], write=True) as ledger, ledger.transaction():
                assert ledger.connection.rows(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                ) == [(1,)]
        finally:
            with psycopg.connect(district.database.url()) as owner:
                owner.execute("ALTER FUNCTION qplan.lock_of_before() RENAME TO lock")

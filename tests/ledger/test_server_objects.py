"""What ``verify`` shows of changes to the server's own objects: functions, policies, rights, triggers."""

from __future__ import annotations

from typing import Any

import pytest

from golden import check_golden
from ledger import plans, server
from ledger.district import District
from qplan.ledger import create
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

psycopg = pytest.importorskip("psycopg")


def lines(found) -> bytes:
    return "".join("\t".join(one) + "\n" for one in found).encode()


def test_the_files_list_what_the_program_makes(district: District):
    from qplan.ledger.postgres import structure

    database = server.Database()
    try:
        with create.new_ledger(database.url(), plans.RECORDED) as ledger:
            plans.fill(ledger)
        with Ledger.open(database.url()) as ledger:
            base = structure.described(structure.objects(ledger.connection), None)
    finally:
        database.drop()
    with Ledger.open(district.database.url()) as ledger:
        prefix = structure.prefix_of(ledger.connection)
        assert prefix == district.prefix
        found = structure.described(structure.objects(ledger.connection), prefix)
    assert set(base) <= set(found)
    check_golden(structure.EXPECTED[0], lines(base))
    check_golden(structure.EXPECTED[1], lines(one for one in found if one not in base))


def found(district: District, who: str | None = None) -> str:
    place = district.urls[who] if who else district.database.url()
    with Ledger.open(place) as ledger:
        return "\n".join(f.what for f in verify(ledger.connection).findings)


def test_whoever_reads_can_verify_them(district: District):
    assert [found(district, who) for who in (None, "auditor", "office", "lead", "person")] == [""] * 5


#: As the ledger's owner: what is done, and what the finding names.
BY_THE_OWNER = {
    "a trigger gone": ("DROP TRIGGER event_no_update ON event", "trigger event_no_update is missing"),
    "a trigger off": ("ALTER TABLE event DISABLE TRIGGER event_sequence", "trigger event_sequence is not"),
    "a trigger that never runs": (
        "CREATE OR REPLACE TRIGGER event_no_update BEFORE UPDATE ON event FOR EACH ROW WHEN (false) EXECUTE FUNCTION refuse()",
        "trigger event_no_update is not",
    ),
    "a trigger more": ("CREATE TRIGGER more AFTER INSERT ON task EXECUTE FUNCTION refuse()", "trigger more does not"),
    "a rule": ("CREATE RULE quiet AS ON INSERT TO event DO INSTEAD NOTHING", "rule event.quiet does not"),
    "a function of the gate": (
        "CREATE OR REPLACE FUNCTION is_one_person_office() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'",
        "function is_one_person_office",
    ),
    "a function that runs as everybody": ("ALTER FUNCTION record(text[], text[], text[], integer[], text, text) SECURITY INVOKER", "function record("),
    "a setting of a function": ("ALTER FUNCTION is_day(text) RESET ALL", "function is_day(text) is not"),
    "a function more": (
        "CREATE FUNCTION door(q text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE q; END'",
        "function door(text) does not belong here",
    ),
    "a function elsewhere": (
        "CREATE SCHEMA other; CREATE FUNCTION other.door(q text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE q; END'",
        "function other.door",
    ),
    "a policy gone": ("DROP POLICY owner_inserts ON event", "policy event.owner_inserts is missing"),
    "a policy more": ("CREATE POLICY more ON event FOR INSERT WITH CHECK (true)", "policy event.more does not"),
    "a policy loosened": ("ALTER POLICY owner_inserts ON event WITH CHECK (true)", "policy event.owner_inserts is not"),
    "row security off": ("ALTER TABLE event DISABLE ROW LEVEL SECURITY", "row security event is not"),
    "row security not forced": ("ALTER TABLE task NO FORCE ROW LEVEL SECURITY", "row security task is not"),
    "rights for everybody": ("GRANT ALL ON ALL TABLES IN SCHEMA qplan TO PUBLIC", "PUBLIC has the right INSERT on relation event"),
    "a right on a column": ("GRANT UPDATE (status) ON task TO PUBLIC", "PUBLIC has the right UPDATE on column task.status"),
    "a right to make objects": ("GRANT CREATE ON SCHEMA qplan TO PUBLIC", "PUBLIC has the right CREATE"),
    "a function for everybody": ("GRANT EXECUTE ON FUNCTION record(text[], text[], text[], integer[], text, text) TO PUBLIC", "PUBLIC has the right EXECUTE on function record"),
    "rights to come": ("ALTER DEFAULT PRIVILEGES IN SCHEMA qplan GRANT INSERT ON TABLES TO PUBLIC", "PUBLIC has the right INSERT"),
    "a key gone": ("ALTER TABLE request DROP CONSTRAINT request_pkey", "constraint request.request_pkey is missing"),
    "a check gone": ("ALTER TABLE task DROP CONSTRAINT task_status", "constraint task.task_status is missing"),
    "an index gone": ("DROP INDEX task_open", "index task_open is missing"),
    "a column more": ("ALTER TABLE task ADD COLUMN more text", "column task.more does not"),
    "a default": ("ALTER TABLE event ALTER COLUMN actor SET DEFAULT 'x'", "column event.actor is not"),
    "another collation": ("ALTER TABLE request ALTER COLUMN id TYPE text COLLATE \"default\"", "column request.id is not"),
    "a child of the journal": ("CREATE TABLE public.more () INHERITS (qplan.event)", "child public.more does not"),
    "a table more": ("CREATE TABLE more (x text)", "relation more does not"),
    "a domain": ("CREATE DOMAIN more AS pg_catalog.text", "type more does not"),
    "a collation": ("CREATE COLLATION more (locale = 'C')", "collation qplan.more does not"),
    "a conversion": ("CREATE DEFAULT CONVERSION more FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "conversion qplan.more does not"),
    "a configuration of searches": ("CREATE TEXT SEARCH CONFIGURATION more (COPY = simple)", "text search configuration qplan.more does not"),
    "statistics": ("CREATE STATISTICS more ON lead, joint FROM task", "statistics object qplan.more does not"),
    "a view": ("CREATE VIEW more AS SELECT 1", "relation more does not"),
    "who may write what": ("UPDATE transition SET roles = roles || '{other}'::text[] WHERE kind = 'task.approve'", "relation transition is not"),
    "of what type a field is": ("UPDATE field SET type = 'text' WHERE name = 'closed_on'", "relation field is not"),
}  # fmt: skip

#: As the server's administrator.
BY_THE_ADMINISTRATOR = {
    "a person above all rights": ('ALTER ROLE "{person}" BYPASSRLS', "{person} is above all rights"),
    "a department above all rights": ('ALTER ROLE "{lead}" SUPERUSER', "{lead} is above all rights"),
    "a person who makes roles": ('ALTER ROLE "{clerk}" CREATEROLE', "{clerk} is above all rights"),
    "an owner above all rights": ('ALTER ROLE "{owner}" BYPASSRLS', "{owner} is above all rights"),
    "a department that is the owner too": ('GRANT "{owner}" TO "{lead}"', "{lead} is above all rights"),
    "a person who writes all data": ('GRANT pg_write_all_data TO "{person}"', "{person} is above all rights"),
    "a person who runs the server's programs": ('GRANT pg_execute_server_program TO "{clerk}"', "{clerk} is above all rights"),
    "a function that comes first": ("CREATE FUNCTION pg_catalog.starts_with(text, varchar) RETURNS boolean LANGUAGE sql AS 'SELECT true'", "function pg_catalog.starts_with"),
    "an operator that comes first": ("CREATE OPERATOR pg_catalog.@> (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)", "operator pg_catalog.@>"),
    "a cast": ("CREATE CAST (text AS integer) WITH INOUT AS IMPLICIT", "cast (pg_catalog.text AS integer) does not"),
    "triggers off for a role": ('ALTER ROLE "{lead}" SET session_replication_role = replica', "triggers do not run"),
    "another owner of a function": ("ALTER FUNCTION qplan.units() OWNER TO postgres", "function units() is not"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "shown"), BY_THE_OWNER.values(), ids=BY_THE_OWNER)
def test_what_the_owner_changes_shows(district: District, statement: str, shown: str):
    check(district, district.database.url(), statement, shown)


@pytest.mark.parametrize(("statement", "shown"), BY_THE_ADMINISTRATOR.values(), ids=BY_THE_ADMINISTRATOR)
def test_what_the_administrator_changes_shows(district: District, statement: str, shown: str):
    names = {**district.roles, "owner": district.database.owner}
    check(district, district.database.superuser, statement.format(**names), shown.format(**names))


def check(district: District, place: str, statement: str, shown: str) -> None:
    """Do it in a transaction that is rolled back, and verify inside it."""
    from qplan.ledger.postgres import structure
    from qplan.ledger.postgres.connection import PostgresConnection

    connection = PostgresConnection(place, create=True)
    try:
        assert list(structure.faults(connection)) == []
        before = structure.fingerprint(connection)
        connection.script(f"BEGIN; {statement}")
        assert shown in "\n".join(structure.faults(connection))
        assert structure.fingerprint(connection) != before
        connection.script("ROLLBACK")
    finally:
        connection.close()


def test_a_seal_has_the_fingerprint_and_old_seals_hold(district: District, tmp_path):
    from qplan.ledger import seal
    from qplan.service import maintenance, seals
    from qplan.views import maintenance as views

    place, path = district.database.url(), tmp_path / "week.seal"
    with Ledger.open(place) as ledger:
        made, _files = seals.seal_ledger(ledger, plans.RECORDED, str(path), None)
    assert made.server is not None and seal.read(str(path)) == made
    with Ledger.open(district.urls["auditor"]) as ledger:
        assert seal.server_of(ledger.connection) == made.server
        held = maintenance.verify_ledger(ledger, str(path))
        assert not held.result.findings and not held.server_changed
        old = made._replace(server=None)
        path.write_text(old.text())
        assert not maintenance.verify_ledger(ledger, str(path)).server_changed
        path.write_text(made._replace(server="0" * 64).text())
        held = maintenance.verify_ledger(ledger, str(path))
        assert not held.result.findings and held.server_changed
        assert "roles --apply" in "\n".join(views.notes(held))


def test_an_entry_is_on_the_disk_whatever_the_role_is_set_to(district: District):
    database = district.database
    for role in (district.roles["lead"], database.owner):
        database.admin.execute(f'ALTER ROLE "{role}" SET synchronous_commit = off')
    asked = "SELECT current_setting('synchronous_commit')"
    try:
        with Ledger.open(district.urls["lead"], write=True) as ledger, ledger.transaction():
            assert ledger.connection.rows(asked) == [("on",)]
        with psycopg.connect(district.urls["lead"]) as bare:
            assert bare.execute(asked).fetchone() == ("off",)
            kind, ident, body, version = district.entry(
                "task.accept",
                "T1.3",
                {"status": "active", "accepted_on": "2024-04-01", "last_update": "2024-04-01"},
            )
            bare.execute(
                "SELECT qplan.record(%s, %s, %s, %s::integer[], %s, NULL)",
                [[kind], [ident], [body], [version], "2024-04-01"],
            )
            assert bare.execute(asked).fetchone() == ("on",)
    finally:
        for role in (district.roles["lead"], database.owner):
            database.admin.execute(f'ALTER ROLE "{role}" RESET synchronous_commit')


def test_doctor_names_what_an_entry_can_be_lost_by(district: District):
    from qplan.ledger.postgres.connection import session
    from qplan.service import maintenance

    with Ledger.open(district.urls["lead"]) as ledger:
        settings = session(ledger.connection).settings
        assert settings["synchronous_commit"] == "on"
        named = [check for check in maintenance._server(ledger) if "fsync" in check.what]
    assert [check.state for check in named] == (["wrong"] if settings["fsync"] == "off" else [])


def test_doctor_names_temporary_tables_that_everybody_may_make(district: District, request: Any):
    from qplan.service import maintenance

    def named() -> list[str]:
        with Ledger.open(district.urls["auditor"]) as ledger:
            return [check.hint for check in maintenance._server(ledger) if "temporary" in check.what]

    assert named() == []
    request.getfixturevalue("temporary")
    assert ["roles --apply" in mend for mend in named()] == [True]


@pytest.mark.parametrize(("encrypted", "local"), [(False, False), (False, True), (True, False)])
def test_doctor_names_a_connection_that_others_can_read(
    district: District, monkeypatch: pytest.MonkeyPatch, encrypted: bool, local: bool
):
    from qplan.ledger.postgres import connection
    from qplan.service import maintenance

    with Ledger.open(district.urls["auditor"]) as ledger:
        found = connection.session(ledger.connection)._replace(encrypted=encrypted, local=local)
        monkeypatch.setattr(connection, "session", lambda _connection: found)
        named = [check.state for check in maintenance._server(ledger) if "not encrypted" in check.what]
    assert named == ([] if encrypted or local else ["wrong"])

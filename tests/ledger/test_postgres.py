"""The server's half of a ledger: reaching it, what its triggers refuse, that both engines sort alike."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing

import pytest

from ledger import plans, server
from qplan.core import events
from qplan.core.model import RECORDS, Change, TaskFilter
from qplan.errors import BadInput, ChangedMeanwhile, NoLedger, QplanError, Refused
from qplan.ledger import connection, create, engines, schema, statements
from qplan.ledger.journal import Entry
from qplan.ledger.postgres.schema import TABLES
from qplan.ledger.store import Ledger
from qplan.ledger.verify import verify

SECRET = "s3cr:t@w/ord"


@pytest.fixture
def database():
    made = server.Database()
    yield made
    made.drop()


@pytest.fixture
def place(database: server.Database) -> str:
    with create.new_ledger(database.url(), plans.RECORDED) as ledger:
        plans.fill(ledger, request="first")
    return database.url()


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("ledger.db", "ledger.db"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u:s3cret@h:1/d", "postgresql://u:***@h:1/d"),
        ("postgresql+psycopg://u:s3@cr@h/d", "postgresql+psycopg://u:***@h/d"),
        ("postgresql://u:s3/cr@h/d", "postgresql://u:***@h/d"),
        ("postgres:///d?user=u&password=s3cret&x=1", "postgres:///d?user=u&password=***&x=1"),
        ("postgresql:///d?sslpassword=s3cret", "postgresql:///d?sslpassword=***"),
        ("postgresql:u:s3cret@h/d", "postgresql:u:***@h/d"),
        (" POSTGRES:/u:s3?cr@h/d", " POSTGRES:/u:***@h/d"),
        ("postgresql:///d?pass%77ord=s3cret", "postgresql:///d?pass%77ord=***"),
        ("postgresql:///d?PASSWORD%3Ds3cret", "postgresql:///d?PASSWORD%3D***"),
        ("host=h password='s3 cret' user=u", "host=h password=*** user=u"),
        ("host=h password = s3\\ cret user=u", "host=h password = *** user=u"),
        ("https://h/send?key=s3cret", "https://h/send?key=***"),
        ("/tmp/a:b@c/l.db", "/tmp/a:b@c/l.db"),
        ("postgresql://h:5432/d", "postgresql://h:5432/d"),
        ("postgresql://h:5432,i:5433/d", "postgresql://h:5432,i:5433/d"),
    ],
)
def test_a_password_is_never_shown(url: str, printed: str):
    assert connection.shown(url) == printed


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@127.0.0.1:1/d",
        "postgresql://u:s3cr%zzt@127.0.0.1:1/d",
        "postgresql://u:s3cret@127.0.0.1:1/d",
        "postgresql://u@127.0.0.1:1/d?password=s3cret",
        "postgresql://u:s3cret@/d?host=/nowhere",
        "postgresql://u:s3cret@127.0.0.1:1/d?nonsense=1",
    ],
)
def test_nor_in_an_error(url: str):
    server.server()
    with pytest.raises((NoLedger, BadInput, Refused)) as caught:
        Ledger.open(url)
    said: BaseException | None = caught.value
    while said is not None:
        assert "s3cr" not in str(said)
        said = said.__cause__ or (None if said.__suppress_context__ else said.__context__)
    assert "postgresql://u:***@" in str(caught.value) or "password=***" in str(caught.value)


def test_each_closed_door_has_its_sentence(database: server.Database):
    with pytest.raises(NoLedger, match="qplan load"):
        Ledger.open(database.url())
    with pytest.raises(NoLedger, match="createdb"):
        Ledger.open(database.server.url("qplan_no_such_database", database.owner, database.password))
    database.admin.execute(f'CREATE SCHEMA IF NOT EXISTS public; CREATE ROLE "{database.name}_x"')
    with create.new_ledger(database.url(), plans.RECORDED):
        pass
    with pytest.raises(Refused, match="qplan roles --apply"):
        Ledger.open(database.admit(f"{database.name}_x"))


def test_a_wrong_password_says_where_it_is_kept(database: server.Database):
    if not isinstance(database.server, server.Server):
        pytest.skip("only our own server is known to ask for passwords on loopback")
    with pytest.raises(Refused, match="pgpass"):
        Ledger.open(f"postgresql://{database.owner}:wrong@127.0.0.1:{database.server.port}/{database.name}")
    assert engines.exists(database.url()) is False


def test_a_role_without_the_right_to_make_one_is_refused(database: server.Database):
    database.admin.execute(f'CREATE ROLE "{database.name}_y"')
    with (
        pytest.raises(Refused, match="permission denied"),
        create.new_ledger(database.admit(f"{database.name}_y"), plans.RECORDED),
    ):
        pass


def test_an_error_while_it_is_filled_leaves_no_ledger(database: server.Database):
    with pytest.raises(ZeroDivisionError), create.new_ledger(database.url(), plans.RECORDED) as ledger:
        plans.fill(ledger)
        raise ZeroDivisionError
    assert not engines.exists(database.url())
    with create.new_ledger(database.url(), plans.RECORDED) as ledger:
        plans.fill(ledger)
    assert engines.exists(database.url())


def test_one_made_meanwhile_is_not_overwritten(place: str):
    with pytest.raises(ChangedMeanwhile), create.new_ledger(place, plans.RECORDED):
        pass


def test_a_newer_schema_is_refused(place: str, database: server.Database):
    import psycopg

    with psycopg.connect(place) as bare:
        bare.execute("COMMENT ON SCHEMA qplan IS 'qplan ledger, schema 99'")
    with pytest.raises(NoLedger, match="newer"):
        Ledger.open(place)


FORBIDDEN = {
    "change an entry": "UPDATE event SET actor = 'x' WHERE seq = 3",
    "delete an entry": "DELETE FROM event WHERE seq = 3",
    "insert with a gap": "INSERT INTO event SELECT seq + 2, recorded_at, effective_on, actor, kind, subject, body, prev, hash FROM event ORDER BY seq DESC LIMIT 1",
    "insert off the chain": "INSERT INTO event SELECT (SELECT max(seq) + 1 FROM event), recorded_at, effective_on, actor, kind, subject, body, prev, hash FROM event WHERE seq = 3",
    "a wrong hash": "INSERT INTO event SELECT seq + 1, recorded_at, effective_on, actor, kind, subject, body, hash, prev FROM event ORDER BY seq DESC LIMIT 1",
    "a second identity": "INSERT INTO ledger VALUES ('x', 'y', 'z')",
    "another identity": "UPDATE ledger SET id = 'x'",
    "change a request": "UPDATE request SET first_seq = 2",
    **{f"delete from {table}": f"DELETE FROM {table}" for table in TABLES},
    **{f"truncate {table}": f"TRUNCATE {table} CASCADE" for table in TABLES},
}


@pytest.fixture(scope="module")
def filled():
    made = server.Database()
    with create.new_ledger(made.url(), plans.RECORDED) as ledger:
        plans.fill(ledger, request="first")
        ledger.append(plans.MADE, plans.ENTRY)
        plans.check_rows(ledger)
        ledger.connection.run(statements.SIGNATURE_NEW, seq=1, first_seq=1, signature="x")
    yield made.url()
    made.drop()


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_even_its_owner_is_refused(filled: str, statement: str):
    import psycopg

    with psycopg.connect(filled) as bare:
        bare.execute("SET search_path = qplan")
        with pytest.raises(psycopg.Error) as caught:
            bare.execute(statement)
        assert caught.value.sqlstate == "QP001"


@pytest.mark.parametrize("text", ["", "a", "质量强区", "😀,:", 'q"\\\n\t', "1:a,2:bb,"])
def test_the_server_hashes_as_the_program_does(filled: str, text: str):
    fields = ("2025-01-01T00:00:00Z", "2025-01-01", text, "task.report", text, text)
    expected = events.event_hash("ab" * 32, "lédger", 7, *fields)
    with Ledger.open(filled) as ledger:
        found = ledger.connection.rows(
            "SELECT event_hash(:prev, 'lédger', 7, :a, :b, :c, :d, :e, :f)",
            prev="ab" * 32, **dict(zip("abcdef", fields, strict=True)),
        )  # fmt: skip
    assert found == [(expected,)]


def test_both_engines_sort_and_search_alike(place: str):
    names = ["T1.10", "T1.9", "T1.a", "T1.B", "T1.é", "T1.É", "T1._", "T1.阿"]
    more = [
        Change(f"{entity}.define", name, {}, {**after, "title": f"{name} Ünï", "position": 99})
        for name in names
        for entity, after in (
            ("task", {"kind": "task", "clause": "x", "lead": name, "status": "active", "deadline": None}),
            ("milestone", {"task": "T1.1", "due": "2023-01-01", "original_due": "2023-01-01"}),
        )
    ]
    memory = create.in_memory(plans.RECORDED)
    plans.fill(memory)
    with Ledger.open(place, write=True) as ledger, ledger.transaction():
        for one in (memory, ledger):
            one.append(more, Entry("a@zlb", plans.RECORDED, plans.BEGINS))
    with Ledger.open(place) as ledger:
        for sort in ("deadline", "lead", "status", "progress", "update"):
            wanted = TaskFilter(sort=sort, groups=True)
            got, meant = ([t._replace(version=0) for t in one.tasks(wanted)] for one in (ledger, memory))
            key = {"update": "last_update"}.get(sort, sort)
            assert [getattr(t, key) for t in got] == [getattr(t, key) for t in meant]
        assert ledger.milestones() == [
            m._replace(version=n.version)
            for m, n in zip(memory.milestones(), ledger.milestones(), strict=True)
        ]
        for text in ("ünï", "ÜNÏ", "t1.b", "É", "_", "阿"):
            found, meant = (
                sorted(t.id for t in one.tasks(TaskFilter(search=text))) for one in (ledger, memory)
            )
            assert found == meant
        for name in names:
            assert ledger.task(name.swapcase()).id.lower() == memory.task(name.swapcase()).id.lower()
        assert {f.check for f in verify(ledger.connection).findings} == {
            "values"
        }  # ids that no plan can have
    memory.close()


def test_every_text_is_compared_by_bytes(place: str):
    with Ledger.open(place) as ledger:
        other = ledger.connection.rows(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'qplan'"
            " AND data_type LIKE '%char%' AND table_name <> 'alembic_version'"
            " OR table_schema = 'qplan' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        )
    assert other == []


def test_the_schema_is_that_of_the_tables(place: str):
    import sqlalchemy as sa

    from qplan.ledger.postgres.connection import PostgresConnection
    from qplan.ledger.tables import Row

    with (
        closing(PostgresConnection(place)) as opened,
        schema.sqlalchemy_over(opened.raw, "postgresql+psycopg://") as alchemy,
    ):
        found = sa.inspect(alchemy)
        for table in Row.metadata.sorted_tables:
            columns = {
                c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(table.name, "qplan")
            }
            assert columns == {
                c.name: (c.type.compile(alchemy.dialect).replace("TEXT", 'TEXT COLLATE "C"'), c.nullable)
                for c in table.columns
            }
            indexes = {i["name"] for i in found.get_indexes(table.name, "qplan")}
            assert indexes == {i.name for i in table.indexes}
            checks = {c["name"] for c in found.get_check_constraints(table.name, "qplan")}
            assert checks == {
                str(c.name) if str(c.name).startswith(f"{table.name}_") else f"{table.name}_{c.name}"
                for c in table.constraints
                if isinstance(c, sa.CheckConstraint)
            }


def test_a_reader_sees_one_snapshot_and_cannot_write(place: str):
    with Ledger.open(place) as reading, Ledger.open(place, write=True) as writing:
        before = reading.head()
        with writing.transaction():
            writing.append([plans.FIGURE], plans.ENTRY)
        assert reading.head() == before != writing.head()
        with pytest.raises(Refused):
            reading.connection.run("UPDATE task SET progress = 1")


def test_who_waits_too_long_is_told_so(place: str):
    with Ledger.open(place, write=True) as first, Ledger.open(place, write=True) as second:
        second.connection.script("SET lock_timeout = 50")  # type: ignore[attr-defined]
        with first.transaction(), pytest.raises(ChangedMeanwhile), second.transaction():
            pass


def test_a_lost_connection_is_a_sentence_and_nothing_is_written(place: str, database: server.Database):
    with Ledger.open(place, write=True) as ledger:
        before = ledger.head()
        with pytest.raises(QplanError, match="request id"), ledger.transaction():
            ledger.append([plans.FIGURE], plans.ENTRY)
            database.admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database.name]
            )
    with Ledger.open(place) as again:
        assert again.head() == before


def test_writers_of_one_process_queue(place: str):
    def write(name: str) -> None:
        with Ledger.open(place, write=True) as ledger:
            for number in range(10):
                with ledger.transaction():
                    row = ledger.task("T1.1")
                    ledger.append(
                        [Change("task.report", row.id, {"note": row.note, "version": row.version}, {"note": f"{name}{number}"})],
                        plans.ENTRY,
                    )  # fmt: skip

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger.open(place) as ledger:
        assert ledger.task("T1.1").version == ledger.head().seq == len(ledger.events())
        assert not verify(ledger.connection).damage


def test_a_file_costs_nothing_of_this(tmp_path):
    with create.new_ledger(str(tmp_path / "l.db"), plans.RECORDED) as ledger:
        plans.fill(ledger)
    program = (
        "import sys; from qplan.ledger.store import Ledger; from qplan.core.model import TaskFilter;"
        f"Ledger.open({str(tmp_path / 'l.db')!r}, write=True).tasks();"
        "print([m for m in sys.modules if m.startswith(('psycopg', 'sqlalchemy', 'qplan.ledger.postgres'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_record_has_its_table():
    assert {"ledger", "event", "request", "signature", *RECORDS} == set(TABLES)


HARM = {
    "a trigger gone": ("DROP TRIGGER event_no_update ON event", "event_no_update is missing"),
    "a trigger off": (
        "ALTER TABLE event DISABLE TRIGGER event_sequence",
        "trigger event_sequence is not as it was made",
    ),
    "a trigger more": ("CREATE TRIGGER more AFTER INSERT ON task EXECUTE FUNCTION refuse()", "more"),
    "another function": (
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "function refuse",
    ),
    "a row": ("UPDATE task SET progress = 99 WHERE id = 'T1.1'", "T1.1"),
}


@pytest.mark.parametrize(("statement", "shown"), HARM.values(), ids=HARM)
def test_verify_shows_what_the_owner_did_by_hand(place: str, statement: str, shown: str):
    import psycopg

    with Ledger.open(place) as ledger:
        assert verify(ledger.connection).findings == []
    with psycopg.connect(place) as bare:
        bare.execute("SET search_path = qplan")
        bare.execute(statement)
    with Ledger.open(place) as ledger:
        assert shown in "\n".join(str(finding) for finding in verify(ledger.connection).findings)


def test_an_older_schema_is_brought_up_to_date(place: str, database: server.Database):
    import psycopg

    from qplan.ledger import backup

    assert backup.upgrade(place, plans.RECORDED) is None
    with psycopg.connect(place) as bare:  # a ledger as a program before this one would have left it
        bare.execute("COMMENT ON SCHEMA qplan IS 'qplan ledger, schema 0'")
        bare.execute("DROP TRIGGER event_no_update ON qplan.event")
    with pytest.raises(NoLedger, match="qplan doctor --upgrade"):
        Ledger.open(place)
    done = backup.upgrade(place, plans.RECORDED)
    assert done is not None and done.version == 0
    with Ledger.open(place) as ledger:
        assert verify(ledger.connection).findings == []


def test_an_upgrade_that_does_not_verify_changes_nothing(place: str):
    import psycopg

    from qplan.errors import NotVerified
    from qplan.ledger import backup

    with psycopg.connect(place) as bare:
        bare.execute("COMMENT ON SCHEMA qplan IS 'qplan ledger, schema 0'")
        bare.execute("UPDATE qplan.task SET progress = 99 WHERE id = 'T1.1'")
    with pytest.raises(NotVerified):
        backup.upgrade(place, plans.RECORDED)
    with pytest.raises(NoLedger, match="older"):
        Ledger.open(place)


def test_a_dump_by_the_owner_is_restored_and_verifies(place: str, database: server.Database):
    """As docs/operations.md says: pg_dump under forced row security, into an empty database."""
    import os
    import shutil
    import subprocess

    from qplan.ledger.postgres import rights

    if shutil.which("pg_dump") is None:
        server.missing("pg_dump is not installed")
    with Ledger.open(place, write=True) as ledger:
        rights.apply(ledger.connection, database.name)
        head = ledger.head()
    run = {"check": True, "capture_output": True, "env": {**os.environ, "PGPASSWORD": database.password}}
    dump = subprocess.run(["pg_dump", "--enable-row-security", "-n", "qplan", place], **run).stdout
    refused = subprocess.run(["pg_dump", "-n", "qplan", place], **{**run, "check": False})
    assert refused.returncode and b"row-level security" in refused.stderr  # why the option is needed
    other = server.Database()
    try:
        target = other.server.url(other.name, database.owner, database.password)
        other.admin.execute(f'ALTER DATABASE "{other.name}" OWNER TO "{database.owner}"')
        subprocess.run(["psql", "-qX1", "-v", "ON_ERROR_STOP=1", target], input=dump, **run)
        with Ledger.open(target, write=True) as restored:
            assert restored.head() == head and verify(restored.connection).findings == []
            with restored.transaction():
                restored.append([plans.FIGURE], plans.ENTRY)
    finally:
        other.drop()

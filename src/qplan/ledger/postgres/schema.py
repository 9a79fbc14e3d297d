"""Making a ledger on a PostgreSQL server: the same migrations, and what keeps the journal whole there.

The functions and triggers are the server's half of :data:`qplan.ledger.tables.TRIGGERS`; on top of
what SQLite checks, the server computes every event's hash itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qplan.core.model import RECORDS
from qplan.errors import ChangedMeanwhile
from qplan.i18n import _
from qplan.ledger import schema
from qplan.ledger.connection import SCHEMA_VERSION
from qplan.ledger.postgres.connection import IDENTITY, MARK, SCHEMA, PostgresConnection, check_identity

#: Tables of a ledger, the journal's first.
TABLES = ("ledger", "event", "request", "signature", *RECORDS)

#: Settings that change what a text of SQL or a value means: fixed by every function.
FIXED = (
    f"SET search_path = pg_catalog, {SCHEMA}, pg_temp SET standard_conforming_strings = on"
    " SET \"DateStyle\" = 'ISO, YMD' SET \"IntervalStyle\" = 'postgres' SET \"TimeZone\" = 'UTC'"
    " SET bytea_output = 'hex' SET transform_null_equals = off SET array_nulls = on"
)

#: ORDER BY, < and lower() mean bytes and ASCII on SQLite: so they do here, whatever the database's
#: own collation. Runs after every migration and changes only what a migration has added.
COLLATE = f"""
DO $$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = '{SCHEMA}' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
  LOOP
    EXECUTE format('ALTER TABLE {SCHEMA}.%I ALTER COLUMN %I TYPE text COLLATE "C"',
                   found.table_name, found.column_name);
  END LOOP;
END $$
"""

#: The hash of an event, as :func:`qplan.core.events.event_hash` computes it.
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {SCHEMA}.netstring(given text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT {FIXED} AS $$
  SELECT convert_to(length(convert_to(given, 'UTF8'))::text, 'UTF8') || '\\x3a'::bytea
         || convert_to(given, 'UTF8') || '\\x2c'::bytea
$$;

CREATE OR REPLACE FUNCTION {SCHEMA}.event_hash(
  prev text, ledger text, seq integer, recorded_at text, effective_on text,
  actor text, kind text, subject text, body text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT {FIXED} AS $$
  SELECT encode(sha256(
    convert_to('qplan/event/v1', 'UTF8') || '\\x00'::bytea || decode(prev, 'hex')
    || netstring(ledger) || netstring(seq::text) || netstring(recorded_at) || netstring(effective_on)
    || netstring(actor) || netstring(kind) || netstring(subject) || netstring(body)), 'hex')
$$;

CREATE OR REPLACE FUNCTION {SCHEMA}.event_appended() RETURNS trigger
LANGUAGE plpgsql {FIXED} AS $$
DECLARE
  last record;
  own record;
BEGIN
  SELECT seq, hash INTO last FROM event ORDER BY seq DESC LIMIT 1;
  SELECT id, genesis INTO own FROM ledger;
  IF NEW.seq IS DISTINCT FROM coalesce(last.seq, 0) + 1
     OR NEW.prev IS DISTINCT FROM coalesce(last.hash, own.genesis) THEN
    RAISE EXCEPTION USING ERRCODE = 'QP001',
      MESSAGE = 'the journal only grows at its end', DETAIL = '日志只能在末尾追加';
  END IF;
  IF NEW.hash IS DISTINCT FROM event_hash(NEW.prev, own.id, NEW.seq, NEW.recorded_at,
       NEW.effective_on, NEW.actor, NEW.kind, NEW.subject, NEW.body) THEN
    RAISE EXCEPTION USING ERRCODE = 'QP001',
      MESSAGE = format('the hash of event %s is not that of its content', NEW.seq),
      DETAIL = format('第 %s 条日志的哈希值与内容不符', NEW.seq);
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {SCHEMA}.refuse() RETURNS trigger
LANGUAGE plpgsql {FIXED} AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'QP001',
    MESSAGE = format('nothing is deleted from a ledger, and its journal cannot be changed (%s on %s)',
                     TG_OP, TG_TABLE_NAME),
    DETAIL = format('台账不得删除,日志不得改动(%s,%s)', TG_TABLE_NAME, TG_OP);
END $$;

CREATE OR REPLACE FUNCTION {SCHEMA}.ledger_one() RETURNS trigger
LANGUAGE plpgsql {FIXED} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger) THEN
    RAISE EXCEPTION USING ERRCODE = 'QP001',
      MESSAGE = 'a ledger has one identity', DETAIL = '一个台账只有一个标识';
  END IF;
  RETURN NEW;
END $$;
"""

#: name -> (table, when, function)
TRIGGERS: dict[str, tuple[str, str, str]] = {
    "event_sequence": ("event", "BEFORE INSERT ON {} FOR EACH ROW", "event_appended"),
    "ledger_one": ("ledger", "BEFORE INSERT ON {} FOR EACH ROW", "ledger_one"),
    **{
        f"{table}_no_update": (table, "BEFORE UPDATE ON {} FOR EACH ROW", "refuse")
        for table in ("event", "ledger", "request", "signature")
    },
    **{f"{table}_no_delete": (table, "BEFORE DELETE ON {} FOR EACH ROW", "refuse") for table in TABLES},
    **{
        f"{table}_no_truncate": (table, "BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "refuse")
        for table in TABLES
    },
}


@contextmanager
def new_ledger(url: str) -> Iterator[PostgresConnection]:
    """An empty ledger in the database of a URL, filled by the caller in the same transaction.

    It is there whole when the block ends well, and not at all otherwise; the caller gives it its
    identity. Raises ChangedMeanwhile when somebody else made one first.
    """
    connection = PostgresConnection(url, create=True)
    try:
        with _over(connection) as alchemy, connection.transaction():
            if connection.rows(IDENTITY):
                raise ChangedMeanwhile(
                    _("A ledger was made at {path} by somebody else meanwhile; look at it first: qplan tasks"),
                    path=connection.place,
                )  # fmt: skip
            connection.run(f"CREATE SCHEMA {SCHEMA}")
            migrate(connection, alchemy)
            yield connection
    finally:
        connection.close()


@contextmanager
def _over(connection: PostgresConnection) -> Iterator[Any]:
    """SQLAlchemy's connection over the session's, for the migrations.

    It is opened and begun before the session's own transaction, because opening one rolls back;
    Alembic joins what has begun and commits nothing.
    """
    with schema.sqlalchemy_over(connection.raw, "postgresql+psycopg://") as alchemy:
        alchemy.begin()
        yield alchemy


def migrate(connection: PostgresConnection, alchemy: Any) -> None:
    """Run the migrations inside the caller's transaction, then bind what they made."""
    schema.upgrade(alchemy)
    bind(connection)


def bind(connection: PostgresConnection) -> None:
    """Collation, functions and triggers of the present program, and the schema's mark."""
    connection.script(COLLATE)
    connection.script(FUNCTIONS)
    for name, (table, when, function) in TRIGGERS.items():
        connection.script(
            f"CREATE OR REPLACE TRIGGER {name} {when.format(f'{SCHEMA}.{table}')}"
            f" EXECUTE FUNCTION {SCHEMA}.{function}()"
        )
    connection.script(f"COMMENT ON SCHEMA {SCHEMA} IS '{MARK}{SCHEMA_VERSION}'")


def upgrade(url: str, check: Callable[[PostgresConnection], None]) -> int | None:
    """Bring an older ledger to the present schema, all or nothing; the version it had, None when present.

    ``check`` raises where what was made does not verify. The server keeps DDL in the transaction too, so a failed upgrade leaves the ledger as it was.
    """
    connection = PostgresConnection(url, create=True)
    try:
        with _over(connection) as alchemy, connection.transaction():
            found = connection.rows(IDENTITY)
            comment = str(found[0][0]) if found else ""
            if not comment.startswith(MARK) or int(comment.removeprefix(MARK)) >= SCHEMA_VERSION:
                check_identity(found, connection.place)
                return None
            connection.lock()
            migrate(connection, alchemy)
            check(connection)
            return int(comment.removeprefix(MARK))
    finally:
        connection.close()

"""A ledger on a PostgreSQL server, by psycopg 3.

The same statements as on SQLite. A reading command sees one snapshot; a writing one takes the
ledger's lock as the first statement of its transaction, so that the head it reads is the head it
extends. Collation and the order of nulls are fixed by the schema and the statements, so
that both engines give the same list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from logging import NullHandler, getLogger
from typing import Any, NamedTuple

from qplan.errors import BadInput, ChangedMeanwhile, NoLedger, NotVerified, QplanError, Refused
from qplan.i18n import N_, _
from qplan.ledger.connection import (
    APPLICATION_ID,
    BUSY_TIMEOUT,
    PARAMETER,
    Connection,
    Known,
    check_version,
    shown,
    translated,
)

try:
    import psycopg
except ImportError as error:
    raise BadInput(
        _("A ledger on a PostgreSQL server needs the extra “postgres”: pip install 'qplan[postgres]' ({error})"),
        error=error,
    ) from None  # fmt: skip

# Python prints the warnings of a logger without a handler: of a lost connection psycopg logs one, and the
# error that it raises is already shown in our own sentence.
getLogger("psycopg").addHandler(NullHandler())

#: The schema that holds a ledger: one ledger a database.
SCHEMA = "qplan"

#: What the comment of a ledger's schema begins with; its version follows.
MARK = "qplan ledger, schema "

#: Every writer takes this lock before anything else, the functions for departments too. It is that of a
#: table, in a mode that needs the right to write: whoever may only read cannot keep writers waiting.
LOCK = f"LOCK TABLE {SCHEMA}.ledger IN EXCLUSIVE MODE"

#: The same for a session that may not write to the table.
LOCK_BY_FUNCTION = f"SELECT {SCHEMA}.lock()"

#: What whoever makes a ledger takes, when there is no table yet; and a department of a ledger whose roles
#: an older program made.
LOCK_WITHOUT_TABLE = f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"

#: The session that holds the lock: its user and its number.
HOLDER = f"""
    SELECT a.usename, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.relation = to_regclass('{SCHEMA}.ledger') AND l.granted AND l.mode = 'ExclusiveLock' AND a.pid <> pg_backend_pid()
    LIMIT 1
"""

#: Switches on what a server can have switched off for all: an acknowledged entry survives a restart.
DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)

#: The schema's comment (null: no schema), whether this role may use it, and whether it may
#: write the journal itself; whether there is a journal, and the function that locks; privileges are asked by the schema's number, which is null without one.
IDENTITY = f"""
    SELECT obj_description(n.oid, 'pg_namespace'), has_schema_privilege(n.oid, 'USAGE'),
           has_table_privilege(c.oid, 'INSERT'), c.oid IS NOT NULL,
           EXISTS (SELECT 1 FROM pg_proc p WHERE p.pronamespace = n.oid AND p.proname = 'lock')
    FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'event'
    WHERE n.nspname = '{SCHEMA}'
"""

#: One snapshot for a whole reading command.
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

#: Rows fetched at a time from a long query.
BATCH = 1000


class driver_errors:
    """A context in which an error of the driver becomes an error of ours about the ledger at ``place``."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, psycopg.Error):
            raise _translated(error, self.place) from None


class PostgresConnection(Connection):
    """A ledger on a server, for reading (``write=False``) or for one command's writes."""

    errors = driver_errors
    begin_reading = SNAPSHOT

    def __init__(self, url: str, *, write: bool = False, create: bool = False) -> None:
        self.place = shown(url)
        self.guarded = False
        self._within = self._snapshot = False
        self._lock = LOCK_WITHOUT_TABLE
        self._cursors = 0  #: cursors opened so far, each with a name of its own
        self._db = _open(url, self.place)
        try:
            with driver_errors(self.place):
                self._prepare(write, create)
        except BaseException:
            self.close()
            raise

    def _prepare(self, write: bool, create: bool) -> None:
        # a temporary table of the session can replace none of the ledger's
        self._db.execute(f"SET search_path = {SCHEMA}, pg_temp; SET lock_timeout = {BUSY_TIMEOUT}")
        if write:  # what is acknowledged is on the disk, whatever the server's default is
            self._db.execute(DURABLE)
        if not (write or create):
            # one snapshot for the whole command: a report never sees half a load
            self._db.execute(SNAPSHOT)
            self._within = self._snapshot = True
        if create:
            return
        found = self._db.execute(IDENTITY).fetchall()
        check_identity(found, self.place)
        self.guarded = not found[0][2]
        if not self.guarded:
            self._lock = LOCK
        elif found[0][4]:
            self._lock = LOCK_BY_FUNCTION

    @staticmethod
    @lru_cache(maxsize=256)
    def adapted(statement: str) -> str:
        """A statement as psycopg takes it: ``%(name)s`` for ``:name``, other percent signs doubled."""
        return re.sub(PARAMETER, r"%(\1)s", statement.replace("%", "%%"))

    @property
    def address(self) -> str:
        """The host that answered, its port, and the database, whatever service or alias named them."""
        info = self._db.info
        return f"postgresql://{info.host}:{info.port}/{info.dbname}"

    def each(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, fetched by the thousand inside a transaction."""
        if not self._within:
            yield from self.rows(statement, **values)
            return
        self._cursors += 1
        with driver_errors(self.place), self._db.cursor(f"each_{self._cursors}") as cursor:
            cursor.itersize = BATCH
            yield from cursor.execute(self.adapted(statement), values)

    def many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        """Run one write for many rows; the number of rows touched.

        The values of a row are in the order of the statement's parameters.
        """
        names = re.findall(PARAMETER, statement)
        with driver_errors(self.place), self._db.cursor() as cursor:
            cursor.executemany(self.adapted(statement), (dict(zip(names, row, strict=True)) for row in rows))
            return max(int(cursor.rowcount), 0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN, the ledger's lock, … COMMIT: what is read after the lock can be written.

        READ COMMITTED, because the snapshot must be younger than the lock. An error inside rolls
        back and goes on outwards. An answer lost at COMMIT is reported as such: the same request
        id makes the repeated command write nothing twice.
        """
        if self._within:  # a new ledger is made and filled in one transaction
            yield
            return
        with driver_errors(self.place):
            self._db.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            self._within = True
            try:
                self.lock(self._lock)
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._within = False

    def lock(self, statement: str = LOCK) -> None:
        """Wait for the ledger's lock; ChangedMeanwhile names the session that holds it too long."""
        try:
            self._db.execute(statement)
        except psycopg.errors.LockNotAvailable:
            self._db.execute("ROLLBACK")
            holder = self._db.execute(HOLDER).fetchall()
            if not holder:
                raise
            user, number = holder[0]
            raise ChangedMeanwhile(
                _("{place} is in use by {user} (session {number}); try again in a moment, or have its administrator end that session: SELECT pg_terminate_backend({number})"),
                place=self.place, user=user, number=number,
            ) from None  # fmt: skip

    def _roll_back(self) -> None:
        if not self._db.closed:
            with suppress(psycopg.Error):  # what went wrong before is what matters
                self._db.rollback()

    def script(self, statements: str) -> None:
        """Run statements that take no values; percent signs mean themselves."""
        with driver_errors(self.place):
            self._db.execute(statements.encode())


def driver_url(url: str) -> str:
    """The URL as libpq takes it; it may hold everything that libpq knows, a service too."""
    scheme, colon, rest = url.partition(":")
    return scheme.removesuffix("+psycopg") + colon + rest


def _open(url: str, place: str) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        given = psycopg.conninfo.conninfo_to_dict(driver_url(url))
    except psycopg.Error:
        # the driver's own sentence quotes the part it could not read, which may be the password
        raise BadInput(
            _("{place} is not a PostgreSQL URL; write postgresql://user@host:port/database, special characters percent-encoded."),
            place=place,
        ) from None  # fmt: skip
    settings: dict[str, Any] = {
        "connect_timeout": 10, "application_name": "qplan", **given,
        "client_encoding": "UTF8", "autocommit": True,
    }  # fmt: skip
    try:
        return psycopg.connect(**settings)
    except psycopg.Error as error:
        text = str(error).strip() or "?"
        raise translated(UNREACHABLE, "", text, place, quoted=text.splitlines()[-1]) from None


def check_identity(found: Any, place: str) -> None:
    """Refuse a database without a ledger, a ledger of a newer program, or one that this role may not read."""
    comment, usable, _writable, whole, _locks = found[0] if found else (None, None, None, False, False)
    comment = comment or ""
    if not whole or not comment.startswith(MARK):
        raise NoLedger(
            _("There is no ledger in {place}; make one with: qplan load (as the role that is to own it).").format(place=place)
        )  # fmt: skip
    if not usable:
        raise Refused(
            _("Your role may not read the ledger in {place}; its owner opens it with: qplan roles --apply"),
            place=place,
        )
    check_version(int(comment.removeprefix(MARK)), place)


class Session(NamedTuple):
    """How a session reaches its server."""

    server: str  #: the server's version
    user: str
    encrypted: bool
    local: bool  #: over a socket of this machine, or over loopback
    above: bool  #: whether row security does not bind this role
    settings: dict[str, str]  #: what the durability of entries depends on
    temporary: bool  #: whether everybody may make temporary tables, in a ledger that has roles


def session(connection: PostgresConnection) -> Session:
    """How this session reaches its server."""
    ((server, user, encrypted, local, above, temporary),) = connection.rows(
        "SELECT current_setting('server_version'), session_user,"
        " coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false),"
        " inet_server_addr() IS NULL OR inet_server_addr() << '127.0.0.0/8' OR inet_server_addr() = '::1',"
        " (SELECT r.rolsuper OR r.rolbypassrls FROM pg_roles r WHERE r.rolname = session_user),"
        " to_regclass('transition') IS NOT NULL AND has_database_privilege('public', current_database(), 'TEMPORARY')"
    )
    names = "'fsync', 'full_page_writes', 'synchronous_commit'"
    settings = dict(connection.rows(f"SELECT name, setting FROM pg_settings WHERE name IN ({names})"))
    return Session(server, user, encrypted, local, above, settings, temporary)


def has_ledger(url: str) -> bool:
    """Whether the database of a URL holds a ledger, of whatever version."""
    connection = PostgresConnection(url, create=True)
    try:
        return bool(connection.rows(IDENTITY))
    finally:
        connection.close()


#: Why there is no connection, in words of the server, which gives no code here and speaks its own language: what is
#: not known is quoted.
UNREACHABLE = (
    Known(Refused, N_("{place} refuses the login: check the user, and the password in ~/.pgpass (mode 600) or the service file."),
          text="password authentication failed|no password supplied"),
    Known(Refused, N_("{place} does not admit this user from this machine: its administrator adds a line to pg_hba.conf, or it takes encrypted connections only (sslmode)."),
          text="no pg_hba.conf entry|authentication failed"),
    Known(NoLedger, N_("{place}: there is no such database; its administrator makes one with createdb (docs/operations.md)."),
          text="(?s)database.*does not exist"),
    Known(Refused, N_("{place}: there is no such role on the server; see: qplan roles --sql"), text="(?s)role.*does not exist"),
    Known(NoLedger, N_("Nothing answers at {place}: check host and port, and that the server runs."), text="Connection refused|No such file or directory"),
    Known(Refused, N_("{place}: no trusted encrypted connection ({error}); see TLS in docs/operations.md."), text="certificate|SSL"),
    Known(ChangedMeanwhile, N_("The server of {place} is just starting or stopping; try again in a moment."), text="starting up|shutting down|recovery mode"),
    Known(NoLedger, N_("{place} cannot be reached: {error}"), text=""),
)  # fmt: skip

#: What is said of other errors, by their SQLSTATE.
KNOWN = (
    # a number taken twice, where a lock did not hold
    Known(ChangedMeanwhile, N_("Somebody else wrote to {place} at the same moment; nothing of this command was written, try again."), ("40001", "40P01", "23505")),
    Known(ChangedMeanwhile, N_("{place} is in use by another program; try again in a moment."), ("55P03",)),
    Known(Refused, N_("The database refuses this to your role: {error}"), ("42501",)),
    Known(Refused, N_("{place} is a read-only copy; write to the primary server."), ("25006",)),
    Known(QplanError, N_("The server has no room left ({error}): nothing of this command was written."), ("53100", "53200")),
    Known(ChangedMeanwhile, N_("The server of {place} has no free connection; try again in a moment."), ("53300",)),
    Known(NotVerified, N_("{place} is damaged ({error}); run qplan verify, and restore the last backup: qplan restore"), ("42P01", "42703", "XX001", "XX002")),
    Known(BadInput, N_("A text holds a character (NUL) that PostgreSQL cannot keep; take it out."), ("22P05", "22021"), "NUL"),
    Known(BadInput, N_("The ledger refuses this: {error}"), ("22",)),
    Known(Refused, N_("The ledger refuses this: {error}"), ("23",)),
)  # fmt: skip


def _translated(error: psycopg.Error, place: str) -> QplanError:
    """The driver's error as a sentence that says what to do."""
    state = error.sqlstate or ""
    text = (error.diag.message_primary if error.diag else None) or str(error).strip() or type(error).__name__
    if state.startswith("QP"):  # the ledger's own functions: English sentence, Chinese in the detail
        from qplan import i18n

        kind = {"QP002": BadInput, "QP003": ChangedMeanwhile}.get(state, Refused)
        return kind(error.diag.message_detail or text if i18n.language == "zh" else text)
    if state.startswith(("08", "57P")) or (not state and isinstance(error, psycopg.OperationalError)):
        return lost(place, text.splitlines()[-1].strip())
    return translated(KNOWN, state, text, place)


def lost(place: str, error: str) -> QplanError:
    """The server went away: what is known, and how to go on safely."""
    return QplanError(
        _("The server of {place} went away in the middle ({error}). Whether the command was written is uncertain: see qplan log; one that was given a request id (--request-id) can simply be repeated, nothing is written twice.").format(place=place, error=error or "?")
    )  # fmt: skip

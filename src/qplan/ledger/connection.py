"""What a connection to a ledger offers, whatever the engine, and how a place names a ledger.

The engines are :mod:`qplan.ledger.sqlite` and :mod:`qplan.ledger.postgres.connection`;
:mod:`qplan.ledger.engines` chooses between them.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

from qplan.errors import NoLedger, QplanError
from qplan.i18n import _

#: "qpln": marks a SQLite file as a ledger, and is the number of the lock under which one is made on a server.
APPLICATION_ID = 0x71706C6E

#: The schema this program reads and writes; a newer one is refused, an older one upgraded.
SCHEMA_VERSION = 8

#: Milliseconds that a writer waits for another.
BUSY_TIMEOUT = 30_000

#: A parameter in a statement: ``:name``.
PARAMETER = r"(?<![:\w]):(\w+)"


class Connection:
    """A session with the engine. Parameters are always named, values plain.

    Every method raises the driver's errors as errors of :mod:`qplan.errors`.
    """

    place: str  #: path or URL, as it may be printed

    #: whether this session writes only through the database's own functions (see ledger.postgres.rights)
    guarded = False

    errors: Callable[
        [str], AbstractContextManager[None]
    ]  #: a context in which the driver's errors become ours
    begin_reading = "BEGIN"  #: what begins the snapshot of a reading connection
    _db: Any  #: the connection of the driver
    _snapshot: bool  #: whether it reads one snapshot

    @property
    def address(self) -> str:
        """The place however it was named: a file at the end of all links; a server's host, port and database."""
        raise NotImplementedError

    @staticmethod
    def adapted(statement: str) -> str:
        """A statement with ``:name`` parameters as the driver takes it."""
        return statement

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.errors(self.place):
            found: list[tuple[Any, ...]] = self._db.execute(self.adapted(statement), values).fetchall()
            return found

    def each(self, statement: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one."""
        raise NotImplementedError

    def run(self, statement: str, **values: Any) -> int:
        """Run one write; the number of rows it touched."""
        with self.errors(self.place):
            return int(self._db.execute(self.adapted(statement), values).rowcount)

    def many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> int:
        """Run one write for many rows; the number of rows touched.

        The values of a row are in the order of the statement's parameters.
        """
        raise NotImplementedError

    def transaction(self) -> AbstractContextManager[None]:
        """A context: one write transaction, all of it or nothing."""
        raise NotImplementedError

    def detach(self) -> None:
        """Read on from a copy of what is read now, where whoever reads for long would keep others from writing."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A context in which a reading connection keeps no snapshot, so that what is slow stops no writer.

        What is read after it may be newer than what was read before.
        """
        if not self._snapshot:
            yield
            return
        with self.errors(self.place):
            self._db.execute("COMMIT")
        try:
            yield
        finally:
            with self.errors(self.place):
                self._db.execute(self.begin_reading)

    def close(self) -> None:
        """Close the session."""
        self._db.close()

    @property
    def raw(self) -> Any:
        """The driver's connection, for backup, verification and schema work inside this package."""
        return self._db


class Known(NamedTuple):
    """Errors of a driver, by the beginnings of their codes or an expression found in their text, and what is said of them."""

    kind: type[QplanError]
    sentence: str  #: a message with ``{place}`` and ``{error}``
    codes: tuple[str, ...] = ()
    text: str | None = None


def translated(
    known: Iterable[Known], code: str, text: str, place: str, quoted: str | None = None
) -> QplanError:
    """An error of a driver as one of ours, by the first of the known ones that it is; ``quoted`` of its text, or all."""
    for one in known:
        if code.startswith(one.codes) or (one.text is not None and re.search(one.text, text)):
            return one.kind(_(one.sentence).format(place=place, error=quoted or text))
    return QplanError(_("The ledger failed: {error}"), error=text)


def is_server(place: str) -> bool:
    """Whether a place is the URL of a PostgreSQL server."""
    return place.startswith(("postgresql:", "postgres:", "postgresql+psycopg:"))


#: User and password of an address, of whatever scheme, with or without slashes. Up to the last @: a password that
#: was not percent-encoded may hold one itself, and a slash or a question mark too.
_USER = r"(?s)^(\s*[A-Za-z][\w+.-]+:/*[^:/@?]*):([^/?]*|.*)@"
#: A parameter of an address or of a connection string, whose name may be percent-encoded; its value may be in quotes.
_PARAMETER = r"(?<![\w%])((?:\w|%[0-9A-Fa-f]{2})+)(\s*(?:=|%3[Dd])\s*)('(?:[^'\\]|\\.)*'?|(?:[^&\s\\]|\\.)*)"
#: What the names of parameters that hold secrets end with.
_SECRET = ("password", "secret", "token", "passwd", "pwd", "key")


def shown(place: str) -> str:
    """Return a place as it may be printed: an address in any spelling without its passwords."""
    return re.sub(_PARAMETER, _without_secret, re.sub(_USER, r"\1:***@", place))


def _without_secret(found: re.Match[str]) -> str:
    name = re.sub(r"%([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), found[1])
    return f"{found[1]}{found[2]}***" if name.lower().endswith(_SECRET) else found[0]


def path_of(place: str) -> str:
    """Return the file that a path or ``sqlite:///…`` names; NoLedger for the name of a folder."""
    if place.startswith("sqlite://"):
        place = place.removeprefix("sqlite:///").removeprefix("sqlite://") or ":memory:"
    elif "://" in place:
        raise NoLedger(
            _("{place}: this kind of address is not known; give a path, or an address that begins with postgresql://"),
            place=shown(place),
        )  # fmt: skip
    if place.endswith(("/", os.sep)):
        raise NoLedger(_("{path} is a folder, not a ledger; name a file in it."), path=place)
    return place


def check_version(version: int, place: str) -> None:
    """Raise NoLedger for a ledger whose schema is newer or older than this program's."""
    if version > SCHEMA_VERSION:
        raise NoLedger(
            _("{path} was written by a newer qplan (schema {theirs}, this program knows {ours}); upgrade the program."),
            path=place, theirs=version, ours=SCHEMA_VERSION,
        )  # fmt: skip
    if version < SCHEMA_VERSION:
        raise NoLedger(
            _("{path} was written by an older qplan (schema {theirs}); bring it up to date with: qplan doctor --upgrade"),
            path=place, theirs=version,
        )  # fmt: skip

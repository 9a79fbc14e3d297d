"""Whether the objects of a SQLite ledger are those that the migrations make, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from qplan.i18n import _
from qplan.ledger.connection import APPLICATION_ID, SCHEMA_VERSION, Connection

#: What ANALYZE makes. Every other name that SQLite reserves is compared like any object: whoever may
#: write to the catalogue (``PRAGMA writable_schema``) can give a trigger such a name.
_STATISTICS = {
    ("table", "sqlite_stat1", "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
    ("table", "sqlite_stat4", "sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
}

_CATALOGUE = "SELECT type, name, tbl_name, sql FROM sqlite_master"
#: Tables and indexes that share their pages, or that have none.
_PAGES = (
    "SELECT type, name FROM sqlite_master AS o WHERE type IN ('table', 'index') AND (rootpage IS NULL OR rootpage < 2"
    " OR EXISTS (SELECT 1 FROM sqlite_master AS x WHERE x.rowid <> o.rowid AND x.rootpage = o.rootpage))"
)
_MIGRATION = "SELECT version_num FROM alembic_version ORDER BY 1"


class _Object(NamedTuple):
    """A row of SQLite's catalogue, whose statement has single blanks."""

    type: str
    name: str
    table: str
    sql: str

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


def faults(connection: Connection) -> Iterator[str]:
    """Yield what of a ledger's objects and marks is not as the migrations make it."""
    from qplan.ledger.schema import blank

    fresh = blank("")
    try:
        made, migration = _objects(fresh), fresh.rows(_MIGRATION)
    finally:
        fresh.close()
    held = _objects(connection)
    names = {str(one) for one in made}
    for one in sorted(made - held):
        changed = str(one) in {str(other) for other in held - made}
        text = _("{name} is not as it was made") if changed else _("{name} is missing")
        yield text.format(name=one)
    for one in sorted((held - made).elements()):
        if str(one) not in names or held[one] > 1 or made[one]:
            yield _("{name} does not belong here").format(name=one)
    for kind, name in connection.rows(_PAGES):
        yield _("{name} has no pages of its own").format(name=f"{kind} {name}")
    if connection.rows(_MIGRATION) != migration:
        yield _("{name} is not as it was made").format(name="migration")
    if connection.rows("PRAGMA application_id") != [(APPLICATION_ID,)]:
        yield _("the file is not marked as a ledger")
    if connection.rows("PRAGMA user_version") != [(SCHEMA_VERSION,)]:
        yield _("the schema is not of this version")


def _objects(connection: Connection) -> Counter[_Object]:
    """Return everything in the catalogue but SQLite's own statistics, each with how often it is there."""
    rows = (
        (kind, name, table, " ".join((sql or "").split()))
        for kind, name, table, sql in connection.rows(_CATALOGUE)
    )
    return Counter(_Object(*row) for row in rows if row not in _STATISTICS)

"""Steps that several migrations take. What one of them does never changes: ledgers have run it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alembic import op


def on_sqlite() -> bool:
    """Whether the migration runs on a ledger in a file."""
    return op.get_context().dialect.name == "sqlite"


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition of a CHECK of a column that takes these values, as the migrations write it."""
    return " OR ".join(f"{column} = '{value}'" for value in values)


def change_check(table: str, column: str, old: Sequence[str], new: Sequence[str]) -> None:
    """Let a column take the values ``new``, whose CHECK allowed those of ``old``."""
    if on_sqlite():  # a CHECK is changed by making its table anew
        remake(table, [(one_of(column, old), one_of(column, new))])
        return
    name = op.f(f"{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, one_of(column, new))


def remake(table: str, changes: Iterable[tuple[str, str]], rows: str = "*") -> None:
    """Make a table of SQLite by a changed definition, with its rows and indexes; the caller makes the triggers.

    ``changes`` are texts of the definition and what replaces them; ``rows`` are the values of the new columns.
    """
    run = op.get_bind().exec_driver_sql
    parts = run(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,)
    ).all()
    (definition,) = (sql for kind, _name, sql in parts if kind == "table")
    indexes = {name: sql for kind, name, sql in parts if kind == "index"}
    for old, new in changes:
        definition = definition.replace(old, new)
    run(f"ALTER TABLE {table} RENAME TO {table}_old")
    for name in indexes:
        run(f"DROP INDEX {name}")
    run(definition)
    run(f"INSERT INTO {table} SELECT {rows} FROM {table}_old")  # noqa: S608 - the names are those of a migration
    run(f"DROP TABLE {table}_old")
    for sql in indexes.values():
        run(sql)

"""targets with a direction, words that limit a target, deadlines that an attached goal gives"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OPERATORS = (">=", "<=", "=", "up", "down", "rank")
BASES = ("plan", "attached", "proposed")


def upgrade() -> None:
    operator = one_of("operator", OPERATORS[:3]), one_of("operator", OPERATORS)
    basis = one_of("deadline_basis", (BASES[0], BASES[2])), one_of("deadline_basis", BASES)
    if op.get_context().dialect.name == "sqlite":  # a CHECK is changed by making its table anew
        last = "version INTEGER NOT NULL"
        remake("indicator", [operator, (last, f"{last}, \n\tqualifier TEXT")], "*, NULL")
        remake("task", [basis], "*")
    else:
        op.add_column("indicator", sa.Column("qualifier", sa.Text(), nullable=True))
        check("indicator", "operator", operator[1])
        check("task", "deadline_basis", basis[1])


def one_of(column: str, values: tuple[str, ...]) -> str:
    return " OR ".join(f"{column} = '{value}'" for value in values)


def check(table: str, column: str, condition: str) -> None:
    name = op.f(f"{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, condition)


def remake(table: str, changes: list[tuple[str, str]], rows: str) -> None:
    """The same table by a changed definition, with its rows and indexes; the caller makes the triggers."""
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
    run(f"INSERT INTO {table} SELECT {rows} FROM {table}_old")  # noqa: S608 - the names are those above
    run(f"DROP TABLE {table}_old")
    for sql in indexes.values():
        run(sql)

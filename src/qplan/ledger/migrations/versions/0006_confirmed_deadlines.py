"""deadlines that the office has confirmed"""

from alembic import op

revision = "0006"
down_revision = "0005"

BASES = ("plan", "attached", "proposed", "confirmed")


def upgrade() -> None:
    old, new = one_of(BASES[:3]), one_of(BASES)
    if op.get_context().dialect.name == "sqlite":  # a CHECK is changed by making its table anew
        remake("task", old, new)
    else:
        name = op.f("task_deadline_basis")
        op.drop_constraint(name, "task", type_="check")
        op.create_check_constraint(name, "task", new)


def one_of(values: tuple[str, ...]) -> str:
    return " OR ".join(f"deadline_basis = '{value}'" for value in values)


def remake(table: str, old: str, new: str) -> None:
    """The same table by a changed definition, with its rows and indexes; the caller makes the triggers."""
    run = op.get_bind().exec_driver_sql
    parts = run(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,)
    ).all()
    (definition,) = (sql for kind, _name, sql in parts if kind == "table")
    indexes = {name: sql for kind, name, sql in parts if kind == "index"}
    run(f"ALTER TABLE {table} RENAME TO {table}_old")
    for name in indexes:
        run(f"DROP INDEX {name}")
    run(definition.replace(old, new))
    run(f"INSERT INTO {table} SELECT * FROM {table}_old")  # noqa: S608 - the names are those above
    run(f"DROP TABLE {table}_old")
    for sql in indexes.values():
        run(sql)

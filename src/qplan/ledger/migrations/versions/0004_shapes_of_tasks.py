"""joint leads, deadlines in words, periods, shares of bodies, own columns, persons, verifiers, weights"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

#: Table -> the columns that may be absent, and those that have a value in every row.
TEXTS: dict[str, tuple[str, ...]] = {
    "task": (
        "deadline_text", "term", "begins", "repeats", "quantity", "unit", "weight", "verifier",
        "plan_leader", "plan_owner", "plan_contact",
    ),
    "department": ("full_name", "leader", "owner", "contact"),
}  # fmt: skip
FILLED: dict[str, dict[str, str]] = {
    "plan": {"fields": "[]"},
    "task": {"joint": "", "fields": "{}"},
    "department": {"members": ""},
}


def upgrade() -> None:
    for table, names in TEXTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    for table, columns in FILLED.items():
        for name, value in columns.items():
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=value))
    joint = sa.text("joint <> '' AND retired = 0")
    op.create_index("task_joint", "task", ["joint"], sqlite_where=joint, postgresql_where=joint)

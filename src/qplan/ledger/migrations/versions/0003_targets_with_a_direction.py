"""targets with a direction, words that limit a target, deadlines that an attached goal gives"""

import sqlalchemy as sa
from alembic import op

from qplan.ledger.migration_steps import change_check, on_sqlite, one_of, remake

revision = "0003"
down_revision = "0002"

OPERATORS = (">=", "<=", "=", "up", "down", "rank")


def upgrade() -> None:
    if on_sqlite():
        operator = one_of("operator", OPERATORS[:3]), one_of("operator", OPERATORS)
        last = "version INTEGER NOT NULL"
        remake("indicator", [operator, (last, f"{last}, \n\tqualifier TEXT")], "*, NULL")
    else:
        op.add_column("indicator", sa.Column("qualifier", sa.Text(), nullable=True))
        change_check("indicator", "operator", OPERATORS[:3], OPERATORS)
    change_check("task", "deadline_basis", ("plan", "proposed"), ("plan", "attached", "proposed"))

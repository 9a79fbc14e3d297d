"""the basis of supporters where it is not the lead's, and of an indicator's deadline"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("task", sa.Column("support_basis", sa.Text(), nullable=True))
    op.add_column("indicator", sa.Column("deadline_basis", sa.Text(), nullable=True))

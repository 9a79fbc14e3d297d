"""figures of months and quarters, indicators whose figures are the sum of others, the language of a plan"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("actual", sa.Column("period", sa.Text(), nullable=True))
    op.add_column("indicator", sa.Column("parts", sa.Text(), nullable=False, server_default=""))
    op.add_column("plan", sa.Column("language", sa.Text(), nullable=False, server_default="zh"))

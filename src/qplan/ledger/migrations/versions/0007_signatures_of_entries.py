"""signatures of entries, kept beside the journal: no hash depends on them"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "signature",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.CheckConstraint("first_seq >= 1 AND first_seq <= seq", name=op.f("signature_entries")),
        sa.PrimaryKeyConstraint("seq", name=op.f("signature_pkey")),
        sqlite_strict=True,
    )

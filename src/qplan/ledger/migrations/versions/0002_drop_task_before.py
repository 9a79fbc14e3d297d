"""drop task_before and the indexes that nothing reads any more"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_index("event_turn", "event")
    op.drop_index("task_counted", "task")
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS task_kept")
        op.drop_table("task_before")

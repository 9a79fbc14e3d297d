"""the first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "actual",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("measured_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("actual_pkey")),
        sqlite_strict=True,
    )
    op.create_index("actual_indicator", "actual", ["indicator", "year"], unique=False)

    op.create_table(
        "department",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role = 'office' OR role = 'department' OR role = 'area'", name=op.f("department_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("department_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("length(effective_on) = 10", name=op.f("event_effective_on")),
        sa.CheckConstraint("length(hash) = 64 AND length(prev) = 64", name=op.f("event_hash")),
        sa.PrimaryKeyConstraint("seq", name=op.f("event_pkey")),
        sqlite_strict=True,
    )
    op.create_index("event_effective_on", "event", ["effective_on", "seq"], unique=False)
    op.create_index("event_subject", "event", ["subject", "seq"], unique=False)
    op.create_index(
        "event_turn",
        "event",
        ["kind", "seq", "subject"],
        unique=False,
        sqlite_where=sa.text("kind <> 'task.report'"),
        postgresql_where=sa.text("kind <> 'task.report'"),
    )

    op.create_table(
        "indicator",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("core", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("target_status", sa.Text(), nullable=False),
        sa.Column("target_document", sa.Text(), nullable=True),
        sa.Column("baseline", sa.Text(), nullable=True),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("baseline_clause", sa.Text(), nullable=True),
        sa.Column("nature", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("nature = 'expected' OR nature = 'binding'", name=op.f("indicator_nature")),
        sa.CheckConstraint(
            "operator = '>=' OR operator = '<=' OR operator = '='", name=op.f("indicator_operator")
        ),
        sa.CheckConstraint(
            "target_status = 'set' OR target_status = 'to_be_assigned'", name=op.f("indicator_target_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("indicator_pkey")),
        sqlite_strict=True,
    )
    op.create_index("indicator_position", "indicator", ["position"], unique=False)

    op.create_table(
        "ledger",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("genesis", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("ledger_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "milestone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("original_due", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(done_on) = 10", name=op.f("milestone_done_on")),
        sa.CheckConstraint("length(due) = 10", name=op.f("milestone_due")),
        sa.CheckConstraint("length(original_due) = 10", name=op.f("milestone_original_due")),
        sa.PrimaryKeyConstraint("id", name=op.f("milestone_pkey")),
        sqlite_strict=True,
    )
    op.create_index(
        "milestone_due",
        "milestone",
        ["due", "task"],
        unique=False,
        sqlite_where=sa.text("done_on IS NULL AND retired = 0"),
        postgresql_where=sa.text("done_on IS NULL AND retired = 0"),
    )
    op.create_index("milestone_task", "milestone", ["task", "due"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("issued", sa.Text(), nullable=True),
        sa.Column("begins", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("utc_offset", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(begins) = 10", name=op.f("plan_begins")),
        sa.CheckConstraint("length(ends) = 10", name=op.f("plan_ends")),
        sa.CheckConstraint("length(issued) = 10", name=op.f("plan_issued")),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("request_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("title_basis", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("column_no", sa.Integer(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("see", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.Column("original_deadline", sa.Text(), nullable=True),
        sa.Column("deadline_basis", sa.Text(), nullable=True),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("leader", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("difficulty", sa.Text(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("support_note", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("evidence_sha256", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("last_update", sa.Text(), nullable=True),
        sa.Column("accepted_on", sa.Text(), nullable=True),
        sa.Column("submitted_on", sa.Text(), nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("returned_on", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("extension_to", sa.Text(), nullable=True),
        sa.Column("extension_on", sa.Text(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("disputed_on", sa.Text(), nullable=True),
        sa.Column("dispute", sa.Text(), nullable=True),
        sa.Column("urge_level", sa.Text(), nullable=True),
        sa.Column("urged_on", sa.Text(), nullable=True),
        sa.Column("answer_by", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis = 'plan' OR basis = 'proposed' OR basis = 'confirmed'", name=op.f("task_basis")
        ),
        sa.CheckConstraint(
            "deadline_basis = 'plan' OR deadline_basis = 'proposed'", name=op.f("task_deadline_basis")
        ),
        sa.CheckConstraint(
            "kind = 'task' OR kind = 'column_item' OR kind = 'safeguard' OR kind = 'group'",
            name=op.f("task_kind"),
        ),
        sa.CheckConstraint(
            "status = 'assigned' OR status = 'active' OR status = 'blocked' OR status = 'submitted' OR status = 'closed' OR status = 'terminated'",
            name=op.f("task_status"),
        ),
        sa.CheckConstraint("extensions >= 0", name=op.f("task_extensions")),
        sa.CheckConstraint("length(closed_on) = 10", name=op.f("task_closed_on")),
        sa.CheckConstraint("length(deadline) = 10", name=op.f("task_deadline")),
        sa.CheckConstraint("length(extension_to) = 10", name=op.f("task_extension_to")),
        sa.CheckConstraint("length(last_update) = 10", name=op.f("task_last_update")),
        sa.CheckConstraint("length(original_deadline) = 10", name=op.f("task_original_deadline")),
        sa.CheckConstraint("length(submitted_on) = 10", name=op.f("task_submitted_on")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("task_progress")),
        sa.PrimaryKeyConstraint("id", name=op.f("task_pkey")),
        sqlite_strict=True,
    )
    op.create_index(
        "task_closed",
        "task",
        ["closed_on"],
        unique=False,
        sqlite_where=sa.text("status = 'closed'"),
        postgresql_where=sa.text("status = 'closed'"),
    )
    op.create_index(
        "task_counted",
        "task",
        ["status", "lead", "deadline", "progress"],
        unique=False,
        sqlite_where=sa.text("(kind = 'task' OR kind = 'column_item' OR kind = 'safeguard') AND retired = 0"),
        postgresql_where=sa.text(
            "(kind = 'task' OR kind = 'column_item' OR kind = 'safeguard') AND retired = 0"
        ),
    )
    op.create_index(
        "task_lead",
        "task",
        ["lead", "position"],
        unique=False,
        sqlite_where=sa.text("kind <> 'group' AND retired = 0"),
        postgresql_where=sa.text("kind <> 'group' AND retired = 0"),
    )
    op.create_index(
        "task_open",
        "task",
        ["deadline", "position"],
        unique=False,
        sqlite_where=sa.text("status <> 'closed' AND status <> 'terminated' AND retired = 0"),
        postgresql_where=sa.text("status <> 'closed' AND status <> 'terminated' AND retired = 0"),
    )
    op.create_index(
        "task_open_lead",
        "task",
        ["lead", "deadline", "position"],
        unique=False,
        sqlite_where=sa.text("status <> 'closed' AND status <> 'terminated' AND retired = 0"),
        postgresql_where=sa.text("status <> 'closed' AND status <> 'terminated' AND retired = 0"),
    )
    op.create_index("task_parent", "task", ["parent", "position"], unique=False)
    op.create_index("task_position", "task", ["position"], unique=False)

    op.create_index("task_folded", "task", [sa.text("lower(id)")])
    op.create_index(
        "task_silent",
        "task",
        [sa.text("coalesce(last_update, '')")],
        sqlite_where=sa.text("status <> 'closed' AND status <> 'terminated' AND retired = 0"),
        postgresql_where=sa.text("status <> 'closed' AND status <> 'terminated' AND retired = 0"),
    )

    if op.get_context().dialect.name == "sqlite":
        op.create_table(
            "task_before",
            sa.Column("task", sa.Text(), nullable=False),
            sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("status", sa.Text(), nullable=True),
            sa.Column("owner", sa.Text(), nullable=True),
            sa.Column("progress", sa.Integer(), nullable=True),
            sa.Column("last_update", sa.Text(), nullable=True),
            sa.Column("submitted_on", sa.Text(), nullable=True),
            sa.Column("closed_on", sa.Text(), nullable=True),
            sa.PrimaryKeyConstraint("task", "seq", name=op.f("task_before_pkey")),
            sqlite_strict=True,
            sqlite_with_rowid=False,
        )

"""Create runs, run_events and workers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("production", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default="processing", nullable=False),
        sa.Column("stage", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("takeovers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("builder", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("tokens_in", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status <> 'processing') = (stage = 'done')", name=op.f("ck_runs_stage_done")
        ),
        sa.CheckConstraint(
            "(status = 'processing') = (finished_at IS NULL)", name=op.f("ck_runs_finished_when")
        ),
        sa.CheckConstraint(
            "stage IN ('queued', 'planning', 'reviewing', 'coding', 'checking', 'repairing', 'responding', 'done')",
            name=op.f("ck_runs_stage_known"),
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR verdict IS NOT NULL", name=op.f("ck_runs_completed_verdict")
        ),
        sa.CheckConstraint(
            "status <> 'failed' OR error IS NOT NULL", name=op.f("ck_runs_failed_error")
        ),
        sa.CheckConstraint(
            "status = 'completed' OR verdict IS NULL", name=op.f("ck_runs_verdict_completed")
        ),
        sa.CheckConstraint(
            "status IN ('processing', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_runs_status_known"),
        ),
        sa.CheckConstraint("task ~ '[^[:space:]]'", name=op.f("ck_runs_task_not_blank")),
        sa.CheckConstraint(
            "verdict IN ('draft', 'production-ready', 'not-production-ready')",
            name=op.f("ck_runs_verdict_known"),
        ),
        sa.CheckConstraint(
            "attempt >= 0 AND takeovers >= 0 AND lease >= 0 AND tokens_in >= 0 AND tokens_out >= 0",
            name=op.f("ck_runs_counts"),
        ),
        sa.CheckConstraint("char_length(builder) <= 200", name=op.f("ck_runs_builder_length")),
        sa.CheckConstraint("char_length(error) <= 2000", name=op.f("ck_runs_error_length")),
        sa.CheckConstraint(
            "char_length(idempotency_key) <= 200", name=op.f("ck_runs_idempotency_key_length")
        ),
        sa.CheckConstraint(
            "char_length(submitted_by) <= 200", name=op.f("ck_runs_submitted_by_length")
        ),
        sa.CheckConstraint("char_length(task) <= 10000", name=op.f("ck_runs_task_length")),
        sa.CheckConstraint("char_length(worker) <= 200", name=op.f("ck_runs_worker_length")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["runs.id"], name=op.f("fk_runs_parent_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_runs_idempotency_key")),
    )
    op.create_index(
        "ix_runs_active",
        "runs",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'processing'"),
    )
    op.create_index(
        "ix_runs_newest",
        "runs",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_runs_parent",
        "runs",
        ["parent_id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_runs_status_newest",
        "runs",
        ["status", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_runs_words",
        "runs",
        [sa.literal_column("to_tsvector('simple', translate(task, '.:/@<>&+-_', '          '))")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "run_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('stage', 'continued', 'error')", name=op.f("ck_run_events_kind_known")
        ),
        sa.CheckConstraint(
            "stage IN ('queued', 'planning', 'reviewing', 'coding', 'checking', 'repairing', 'responding', 'done')",
            name=op.f("ck_run_events_stage_known"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_events_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_events")),
    )
    op.create_index("ix_run_events_run", "run_events", ["run_id", "id"], unique=False)
    op.create_table(
        "workers",
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column(
            "started_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("char_length(identity) <= 200", name=op.f("ck_workers_identity_length")),
        sa.CheckConstraint("threads > 0", name=op.f("ck_workers_threads")),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_workers")),
    )

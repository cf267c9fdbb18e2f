"""Create attempts and gate_results, and let events tell of gates and of growing answers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attempts",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), nullable=False),
        _at(),
        sa.CheckConstraint(
            "attempt > 0 AND seconds >= 0 AND tokens_in >= 0 AND tokens_out >= 0",
            name=op.f("ck_attempts_counts"),
        ),
        _of_run("attempts"),
        sa.PrimaryKeyConstraint("run_id", "attempt", name=op.f("pk_attempts")),
    )
    op.create_table(
        "gate_results",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("pages", postgresql.JSONB(), nullable=False),
        _at(),
        sa.CheckConstraint(
            "outcome IN ('passed', 'failed', 'skipped')", name=op.f("ck_gate_results_outcome_known")
        ),
        sa.CheckConstraint(
            "gate IN ('files', 'syntax', 'lint', 'security', 'types', 'tests', 'start')",
            name=op.f("ck_gate_results_gate_known"),
        ),
        sa.CheckConstraint("attempt > 0 AND seconds >= 0", name=op.f("ck_gate_results_counts")),
        sa.CheckConstraint(
            "outcome <> 'skipped' OR summary <> ''", name=op.f("ck_gate_results_skipped_reason")
        ),
        _of_run("gate_results"),
        sa.PrimaryKeyConstraint("run_id", "attempt", "gate", name=op.f("pk_gate_results")),
    )
    op.add_column("workers", sa.Column("sandbox_ready", sa.Boolean(), nullable=True))
    op.add_column("workers", sa.Column("sandbox", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("ck_run_events_kind_known"), "run_events", type_="check")
    op.create_check_constraint(
        op.f("ck_run_events_kind_known"),
        "run_events",
        "kind IN ('stage', 'continued', 'gate', 'text', 'error')",
    )


def _at() -> sa.Column[object]:
    return sa.Column(
        "at",
        postgresql.TIMESTAMP(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["run_id"], ["runs.id"], name=op.f(f"fk_{table}_run_id"), ondelete="CASCADE"
    )

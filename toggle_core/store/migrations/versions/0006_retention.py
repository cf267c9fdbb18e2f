"""Let old runs be kept without their checkpoints, and sweeps go on where they were."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_runs_finished",
        "runs",
        ["finished_at", "id"],
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_table(
        "run_results",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("channels", postgresql.JSONB(), nullable=False),
        sa.Column("kept_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(channels) = 'object'", name=op.f("ck_run_results_channels_object")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_results_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_results")),
    )
    op.create_table(
        "retention_marks",
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "step IN ('history', 'checkpoints')", name=op.f("ck_retention_marks_step_known")
        ),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_retention_marks")),
    )
    op.create_table(
        "sweeps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("began_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", MOMENT),
        *_counts("runs_pruned", "runs_cleared", "checkpoints", "bytes", "leftovers"),
        sa.CheckConstraint("ended_at >= began_at", name=op.f("ck_sweeps_ended_after")),
        sa.CheckConstraint(
            "runs_pruned >= 0 AND runs_cleared >= 0 AND checkpoints >= 0 AND bytes >= 0"
            " AND leftovers >= 0",
            name=op.f("ck_sweeps_counts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
    )


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in names]

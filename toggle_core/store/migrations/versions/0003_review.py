"""Let runs wait for a review of their plan, and begin with what another run made."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "runs",
        sa.Column("review", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "approvals",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("char_length(plan) <= 50000", name=op.f("ck_approvals_plan_length")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_approvals_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "origins",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("checkpoint_id", sa.Text(), nullable=True),
        sa.Column("as_node", sa.Text(), nullable=True),
        sa.Column("state", postgresql.JSONB(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.CheckConstraint("char_length(plan) <= 50000", name=op.f("ck_origins_plan_length")),
        sa.CheckConstraint(
            "num_nonnulls(state, as_node, checkpoint_id) IN (0, 3)",
            name=op.f("ck_origins_fork_whole"),
        ),
        sa.CheckConstraint("num_nonnulls(base, state) = 1", name=op.f("ck_origins_one_kind")),
        sa.CheckConstraint(
            "plan IS NULL OR state IS NOT NULL", name=op.f("ck_origins_plan_of_fork")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_origins_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_origins")),
    )

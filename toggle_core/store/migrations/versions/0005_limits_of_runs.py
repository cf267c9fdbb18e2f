"""Let a run have a priority and a deadline, wait for its turn, and be given up as dangerous."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "runs", sa.Column("priority", sa.SmallInteger, nullable=False, server_default="0")
    )
    op.add_column("runs", sa.Column("turn", sa.Text))
    op.add_column("runs", sa.Column("strikes", sa.SmallInteger, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("deadline_seconds", sa.Float))
    op.add_column("runs", sa.Column("seconds_left", sa.Float))
    op.add_column("runs", sa.Column("deadline_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        op.f("ck_runs_priority_known"), "runs", "priority BETWEEN -10 AND 10"
    )
    op.create_check_constraint(op.f("ck_runs_strikes"), "runs", "strikes >= 0")
    op.create_check_constraint(
        op.f("ck_runs_deadline_seconds"),
        "runs",
        "deadline_seconds > 0 AND deadline_seconds < 'Infinity'",
    )
    op.create_check_constraint(
        op.f("ck_runs_deadline_held"), "runs", "deadline_at IS NULL OR worker IS NOT NULL"
    )
    op.create_check_constraint(op.f("ck_runs_turn_length"), "runs", "char_length(turn) <= 220")

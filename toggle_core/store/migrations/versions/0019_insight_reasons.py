"""Count by the day what stops runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

COUNT_AGAIN = """
    INSERT INTO insight_changes (day)
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs
     WHERE status IN ('failed', 'cancelled') OR verdict = 'not-production-ready'
    EXCEPT SELECT day FROM insight_changes
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "insight_reasons",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("runs > 0", name=op.f("ck_insight_reasons_counts")),
        sa.PrimaryKeyConstraint("day", "reason", name=op.f("pk_insight_reasons")),
    )
    op.execute(COUNT_AGAIN)

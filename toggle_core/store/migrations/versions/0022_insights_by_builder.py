"""Count by the day for each builder, and for drafts apart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = {
    "insight_hours": ["hour"],
    "insight_stages": ["stage", "bucket"],
    "insight_gates": ["gate", "outcome"],
    "insight_strengths": ["strength"],
    "insight_reasons": ["reason"],
}

# Until a day is counted anew its rows have no builder. Insights say how many days these are.
COUNT_AGAIN = """
    INSERT INTO insight_changes (day)
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs
    EXCEPT SELECT day FROM insight_changes
"""

NEVER_COUNTED = """
    DELETE FROM insight_days WHERE day IN (SELECT day FROM insight_changes)
"""


def upgrade() -> None:
    """Apply."""
    for table, keys in TABLES.items():
        op.add_column(table, sa.Column("builder", sa.Text(), server_default="", nullable=False))
        op.add_column(
            table, sa.Column("production", sa.Boolean(), server_default="false", nullable=False)
        )
        op.drop_constraint(f"pk_{table}", table)
        op.create_primary_key(f"pk_{table}", table, ["day", "builder", "production", *keys])
    op.execute(COUNT_AGAIN)
    op.execute(NEVER_COUNTED)

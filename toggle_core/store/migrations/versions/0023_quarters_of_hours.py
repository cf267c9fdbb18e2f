"""Count runs by the quarter of an hour, for zones that are not whole hours apart from UTC."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

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
    op.add_column(
        "insight_hours",
        sa.Column("quarter", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_insight_hours_quarter"), "insight_hours", "quarter BETWEEN 0 AND 3"
    )
    op.drop_constraint("pk_insight_hours", "insight_hours")
    op.create_primary_key(
        "pk_insight_hours", "insight_hours", ["day", "builder", "production", "hour", "quarter"]
    )
    op.execute(COUNT_AGAIN)
    op.execute(NEVER_COUNTED)

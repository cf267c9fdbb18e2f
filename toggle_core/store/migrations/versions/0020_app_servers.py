"""Create app_servers: the processes that serve apps to other processes' dashboards."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "app_servers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("states", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("stops", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column(
            "seen_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_app_servers_name_length")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_app_servers")),
    )

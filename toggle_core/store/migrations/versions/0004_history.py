"""Let a long history be filtered and sorted, keep views of it, and count it by the day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NEWEST: list[sa.ColumnElement[object]] = [
    sa.literal_column("created_at DESC"),
    sa.literal_column("id DESC"),
]

NOTE_CHANGES = """
    CREATE FUNCTION note_changed_runs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO insight_changes (day)
        SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM changed;
        RETURN NULL;
    END $$
"""

NOTE_CHANGE = """
    CREATE FUNCTION note_changed_run() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO insight_changes (day)
        SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date
          FROM (VALUES (OLD.created_at), (NEW.created_at)) AS moments (created_at);
        RETURN NULL;
    END $$
"""

TRIGGERS = (
    """
    CREATE TRIGGER note_inserted AFTER INSERT ON runs REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_runs()
    """,
    """
    CREATE TRIGGER note_deleted AFTER DELETE ON runs REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_runs()
    """,
    # While a run is processing nothing that is counted changes, and its worker writes often.
    """
    CREATE TRIGGER note_updated AFTER UPDATE ON runs FOR EACH ROW
    WHEN (OLD.status <> 'processing' OR NEW.status <> 'processing'
          OR OLD.created_at <> NEW.created_at)
    EXECUTE FUNCTION note_changed_run()
    """,
)


def upgrade() -> None:
    """Apply."""
    _measure_runs()
    _index_runs()
    _create_saved_views()
    _create_rollup()
    for statement in (NOTE_CHANGES, NOTE_CHANGE, *TRIGGERS):
        op.execute(statement)
    op.execute(
        "INSERT INTO insight_changes SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs"
    )
    # New columns have no statistics until a tenth of the runs has changed.
    op.execute("ANALYZE runs")


def _measure_runs() -> None:
    """One statement, because each would write the whole table and its indexes anew."""
    op.drop_index("ix_runs_words", table_name="runs")
    op.drop_index("ix_runs_status_newest", table_name="runs")
    op.execute(
        """
        ALTER TABLE runs
        ADD COLUMN duration double precision
            GENERATED ALWAYS AS (extract(epoch FROM finished_at - started_at)::double precision)
            STORED,
        ADD COLUMN tokens bigint NOT NULL
            GENERATED ALWAYS AS (tokens_in + tokens_out) STORED,
        ADD COLUMN words tsvector NOT NULL
            GENERATED ALWAYS AS (
                strip(to_tsvector('simple', translate(task, '.:/@<>&+-_', '          ')))
            ) STORED
        """
    )


def _index_runs() -> None:
    op.create_index("ix_runs_words", "runs", ["words"], postgresql_using="gin")
    op.create_index(
        "ix_runs_status_newest",
        "runs",
        ["status", *NEWEST],
        postgresql_include=["production", "builder"],
    )
    op.create_index(
        "ix_runs_verdict",
        "runs",
        ["verdict", *NEWEST],
        postgresql_where=sa.text("verdict IS NOT NULL"),
    )
    op.create_index("ix_runs_builder", "runs", ["builder", *NEWEST])
    op.create_index(
        "ix_runs_submitter",
        "runs",
        ["submitted_by", *NEWEST],
        postgresql_where=sa.text("submitted_by IS NOT NULL"),
    )
    op.create_index(
        "ix_runs_longest",
        "runs",
        [
            sa.literal_column("coalesce(duration, '-Infinity'::double precision) DESC"),
            sa.literal_column("id DESC"),
        ],
    )
    op.create_index(
        "ix_runs_shortest",
        "runs",
        [sa.literal_column("coalesce(duration, 'Infinity'::double precision)"), "id"],
    )
    op.create_index(
        "ix_runs_tokens",
        "runs",
        [sa.literal_column("tokens DESC"), sa.literal_column("id DESC")],
    )


def _create_saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("filter", postgresql.JSONB(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(name) BETWEEN 1 AND 80", name=op.f("ck_saved_views_name_length")
        ),
        sa.CheckConstraint("name ~ '[^[:space:]]'", name=op.f("ck_saved_views_name_not_blank")),
        sa.CheckConstraint("place BETWEEN 1 AND 50", name=op.f("ck_saved_views_place_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_views_name")),
        sa.UniqueConstraint("place", name=op.f("uq_saved_views_place")),
    )


def _create_rollup() -> None:
    op.create_table("insight_changes", sa.Column("day", sa.Date(), nullable=False))
    op.create_index("ix_insight_changes_day", "insight_changes", ["day"])
    op.create_table(
        "insight_days",
        _day(),
        sa.Column(
            "counted_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_insight_days_seconds")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_insight_days")),
    )
    _create_runs_of_days()
    op.create_table(
        "insight_hours",
        _day(),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND runs > 0", name=op.f("ck_insight_hours_counts")
        ),
        sa.PrimaryKeyConstraint("day", "hour", name=op.f("pk_insight_hours")),
    )
    op.create_table(
        "insight_stages",
        _day(),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('queued', 'planning', 'reviewing', 'coding', 'checking', 'repairing', 'responding', 'done', 'whole')",
            name=op.f("ck_insight_stages_stage_known"),
        ),
        sa.CheckConstraint("runs > 0", name=op.f("ck_insight_stages_counts")),
        sa.PrimaryKeyConstraint("day", "stage", "bucket", name=op.f("pk_insight_stages")),
    )
    op.create_table(
        "insight_gates",
        _day(),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("results", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('passed', 'failed', 'skipped')",
            name=op.f("ck_insight_gates_outcome_known"),
        ),
        sa.CheckConstraint(
            "gate IN ('files', 'syntax', 'lint', 'security', 'types', 'tests', 'start')",
            name=op.f("ck_insight_gates_gate_known"),
        ),
        sa.CheckConstraint("results > 0", name=op.f("ck_insight_gates_counts")),
        sa.PrimaryKeyConstraint("day", "gate", "outcome", name=op.f("pk_insight_gates")),
    )


def _create_runs_of_days() -> None:
    op.create_table(
        "insight_runs",
        _day(),
        sa.Column("builder", sa.Text(), nullable=False),
        sa.Column("production", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('processing', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_insight_runs_status_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('', 'draft', 'production-ready', 'not-production-ready')",
            name=op.f("ck_insight_runs_verdict_known"),
        ),
        sa.CheckConstraint(
            "runs > 0 AND attempts >= 0 AND tokens_in >= 0 AND tokens_out >= 0",
            name=op.f("ck_insight_runs_counts"),
        ),
        sa.PrimaryKeyConstraint(
            "day",
            "builder",
            "production",
            "status",
            "verdict",
            "attempts",
            name=op.f("pk_insight_runs"),
        ),
    )


def _day() -> sa.Column[object]:
    return sa.Column("day", sa.Date(), nullable=False)

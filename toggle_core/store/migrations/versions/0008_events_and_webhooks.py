"""Let programs follow the events of a run, and be told of its end."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# An id is taken when the event is written and seen when it is committed: without the lock an
# event could appear behind a later one, and whoever had read that far would never see it. The
# event gets its id under the lock of its run, so that those of one run appear in order.
#
# A transaction that notifies holds a lock of the whole server until its commit is on disk: with
# eight writers at once that cost two thirds of the commits. So nobody is notified of a run that
# nobody follows. Who follows one holds the shared form of the advisory lock that is tried here.
NUMBER_EVENT = """
    CREATE FUNCTION number_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM runs WHERE id = NEW.run_id FOR NO KEY UPDATE;
        NEW.id := nextval('run_events_id_seq');
        IF NOT pg_try_advisory_xact_lock(1952, hashtext(NEW.run_id::text)) THEN
            PERFORM pg_notify('run_events', NEW.run_id::text || ' ' || NEW.id);
        END IF;
        RETURN NEW;
    END $$
"""

NUMBER_EVENTS = """
    CREATE TRIGGER number_event BEFORE INSERT ON run_events
    FOR EACH ROW EXECUTE FUNCTION number_event()
"""

ANNOUNCE_END = """
    CREATE FUNCTION announce_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH delivery AS (
            INSERT INTO webhook_deliveries (run_id, url, ended)
            SELECT NEW.id, webhook.url, jsonb_build_object(
                       'status', NEW.status,
                       'stage', NEW.stage,
                       'verdict', NEW.verdict,
                       'error', NEW.error,
                       'attempt', NEW.attempt,
                       'takeovers', NEW.takeovers,
                       'tokens_in', NEW.tokens_in,
                       'tokens_out', NEW.tokens_out,
                       'started_at', NEW.started_at,
                       'finished_at', NEW.finished_at)
              FROM (SELECT url FROM run_webhooks WHERE run_id = NEW.id
                    UNION ALL SELECT NULL FROM global_webhook) AS webhook (url)
            RETURNING id
        )
        INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
        SELECT 'webhooks', 'deliver_webhook', id::text, jsonb_build_object('delivery_id', id)
          FROM delivery;
        RETURN NULL;
    END $$
"""

ANNOUNCE_ENDS = """
    CREATE TRIGGER announce_end AFTER UPDATE OF status ON runs FOR EACH ROW
    WHEN (OLD.status = 'processing' AND NEW.status <> 'processing')
    EXECUTE FUNCTION announce_end()
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "run_webhooks",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.CheckConstraint("char_length(url) <= 2000", name=op.f("ck_run_webhooks_url_length")),
        sa.CheckConstraint("url ~ '^https?://'", name=op.f("ck_run_webhooks_url_scheme")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_webhooks_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_webhooks")),
    )
    op.create_table(
        "global_webhook",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_global_webhook_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_global_webhook")),
    )
    _create_deliveries()
    for statement in (NUMBER_EVENT, NUMBER_EVENTS, ANNOUNCE_END, ANNOUNCE_ENDS):
        op.execute(statement)


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("ended", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answer_code", sa.SmallInteger()),
        sa.Column("error", sa.Text()),
        _moment("created_at", nullable=False),
        _moment("last_attempt_at", server_default=None),
        _moment("next_attempt_at"),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'failed')",
            name=op.f("ck_webhook_deliveries_state_known"),
        ),
        sa.CheckConstraint(
            "char_length(url) <= 2000", name=op.f("ck_webhook_deliveries_url_length")
        ),
        sa.CheckConstraint(
            "char_length(error) <= 2000", name=op.f("ck_webhook_deliveries_error_length")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_webhook_deliveries_counts")),
        sa.CheckConstraint(
            "answer_code BETWEEN 100 AND 999",
            name=op.f("ck_webhook_deliveries_answer_code_range"),
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (next_attempt_at IS NOT NULL)",
            name=op.f("ck_webhook_deliveries_pending_next"),
        ),
        sa.CheckConstraint(
            "(state = 'failed') <= (error IS NOT NULL)",
            name=op.f("ck_webhook_deliveries_failed_error"),
        ),
        sa.CheckConstraint(
            "(state = 'delivered') <= (error IS NULL)",
            name=op.f("ck_webhook_deliveries_delivered_error"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_webhook_deliveries_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index("ix_webhook_deliveries_run", "webhook_deliveries", ["run_id", "created_at"])
    op.create_index(
        "ix_webhook_deliveries_pending",
        "webhook_deliveries",
        ["next_attempt_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )


def _moment(
    name: str, *, server_default: str | None = "now()", nullable: bool = True
) -> sa.Column[object]:
    kind = postgresql.TIMESTAMP(timezone=True)
    default = sa.text(server_default) if server_default else None
    return sa.Column(name, kind, server_default=default, nullable=nullable)

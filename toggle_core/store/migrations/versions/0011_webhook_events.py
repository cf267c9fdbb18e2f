"""Let deliveries carry any type of event, not only the end of a run."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The one statement that queues an event: a delivery for each webhook of the run, and its job.
QUEUE_EVENT = """
    CREATE FUNCTION queue_webhook_event(run uuid, event_type text, payload jsonb)
    RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        WITH delivery AS (
            INSERT INTO webhook_deliveries (run_id, url, event_type, payload)
            SELECT run, webhook.url, event_type, payload
              FROM (SELECT url FROM run_webhooks WHERE run_id = run
                    UNION ALL SELECT NULL FROM global_webhook) AS webhook (url)
            RETURNING id
        )
        INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
        SELECT 'webhooks', 'deliver_webhook', id::text, jsonb_build_object('delivery_id', id)
          FROM delivery;
    END $$
"""

ANNOUNCE_END = """
    CREATE OR REPLACE FUNCTION announce_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM queue_webhook_event(NEW.id, 'run.' || NEW.status, jsonb_build_object(
            'status', NEW.status,
            'stage', NEW.stage,
            'verdict', NEW.verdict,
            'error', NEW.error,
            'attempt', NEW.attempt,
            'takeovers', NEW.takeovers,
            'tokens_in', NEW.tokens_in,
            'tokens_out', NEW.tokens_out,
            'started_at', NEW.started_at,
            'finished_at', NEW.finished_at));
        RETURN NULL;
    END $$
"""


# From version 18 on Postgres names these constraints, and keeps the name of the column there was.
RENAME_NOT_NULL = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_constraint WHERE conname = 'webhook_deliveries_ended_not_null') THEN
            ALTER TABLE webhook_deliveries RENAME CONSTRAINT webhook_deliveries_ended_not_null
                                                          TO webhook_deliveries_payload_not_null;
        END IF;
    END $$
"""


def upgrade() -> None:
    """Apply."""
    op.alter_column("webhook_deliveries", "ended", new_column_name="payload")
    op.execute(RENAME_NOT_NULL)
    op.add_column("webhook_deliveries", sa.Column("event_type", sa.Text()))
    op.execute("UPDATE webhook_deliveries SET event_type = 'run.' || (payload ->> 'status')")
    op.alter_column("webhook_deliveries", "event_type", nullable=False)
    op.create_check_constraint(
        op.f("ck_webhook_deliveries_event_type_form"),
        "webhook_deliveries",
        "event_type ~ '^[a-z_]+[.][a-z_]+$'",
    )
    op.execute(QUEUE_EVENT)
    op.execute(ANNOUNCE_END)

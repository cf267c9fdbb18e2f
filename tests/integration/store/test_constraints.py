"""The database itself refuses what may not be, whoever writes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from tests.integration.sql import ask
from toggle_core.gates.pictures import MOST_PICTURE_BYTES, MOST_PICTURES
from toggle_core.store.app_tables import APP_DATA_LIMIT
from toggle_core.store.database import Database
from toggle_core.store.tables import Base

RUN = UUID("019a2000-0000-7000-8000-000000000001")
DAY = "2026-01-01"
DONE = {"stage": "done", "finished_at": "2026-01-01Z"}
COMPLETED = {"status": "completed", "verdict": "draft", **DONE}
FAILED = {"status": "failed", "error": "It failed.", **DONE}
FORK = {"checkpoint_id": "1f0c8d9e", "as_node": "planner", "state": Jsonb({})}
CONTINUED = {"base": "{}"} | dict.fromkeys(FORK)
SETTLED = {"state": "delivered", "next_attempt_at": None}

VALID: dict[str, dict[str, Any]] = {
    "runs": {"id": RUN, "task": "Ask", "builder": "quick"},
    "projects": {"id": UUID(int=3), "name": "A page"},
    "run_events": {"run_id": RUN, "kind": "stage", "stage": "queued"},
    "workers": {"identity": "somebody", "threads": 1},
    "attempts": {
        "run_id": RUN,
        "attempt": 1,
        "files": "{}",
        "entry": "main.py",
        "seconds": 0.5,
        "tokens_in": 0,
        "tokens_out": 0,
    },
    "gate_results": {
        "run_id": RUN,
        "attempt": 1,
        "gate": "tests",
        "outcome": "passed",
        "seconds": 0.5,
        "summary": "All passed.",
        "detail": "",
        "output": "",
        "pages": Jsonb([]),
    },
    "approvals": {"run_id": RUN, "plan": "Do it."},
    "deleted_runs": {"id": RUN, "changed": 1},
    "origins": {"run_id": RUN, **FORK},
    "saved_views": {"id": RUN, "name": "Failed", "place": 1, "filter": Jsonb({})},
    "api_keys": {
        "id": "0123456789ab",
        "name": "ci",
        "scope": "read",
        "digest": bytes(32),
        "created_at": "2026-01-01Z",
        "expires_at": "2026-01-02Z",
    },
    "app_data": {"run_id": RUN, "archive": b""},
    "run_pictures": {
        "run_id": RUN,
        "attempt": 1,
        "place": 1,
        "promise": "",
        "path": "/",
        "width": 390,
        "height": 844,
        "content": b"PNG",
    },
    "app_keys": {"key": bytes(32)},
    "app_servers": {"name": "somebody"},
    "run_results": {"run_id": RUN, "channels": Jsonb({})},
    "retention_marks": {"step": "history", "finished_at": "2026-01-01Z", "last_id": RUN},
    "sweeps": {"ended_at": None},
    "insight_days": {"day": DAY, "seconds": 0.1},
    "insight_runs": {
        "day": DAY,
        "builder": "quick",
        "production": False,
        "status": "failed",
        "verdict": "",
        "attempts": 0,
        "runs": 1,
        "tokens_in": 0,
        "tokens_out": 0,
    },
    "insight_hours": {"day": DAY, "hour": 0, "runs": 1},
    "insight_stages": {
        "day": DAY,
        "stage": "whole",
        "buckets": [-3],
        "numbers": [1],
    },
    "insight_gates": {"day": DAY, "gate": "lint", "outcome": "failed", "results": 1},
    "insight_strengths": {"day": DAY, "strength": 80, "runs": 1},
    "insight_reasons": {"day": DAY, "reason": "tests", "runs": 1},
    "run_webhooks": {"run_id": RUN, "url": "https://example.com/"},
    "global_webhook": {"one": True},
    "webhook_deliveries": {"run_id": RUN, "event_type": "run.failed", "payload": Jsonb({})},
}
"""A row for each table that must be accepted."""

REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("runs", "ck_runs_status_known", {"status": "stuck", **DONE}),
    ("runs", "ck_runs_stage_known", {"stage": "thinking"}),
    ("runs", "ck_runs_verdict_known", COMPLETED | {"verdict": "perfect"}),
    ("runs", "ck_runs_task_length", {"task": "x" * 10_001}),
    ("runs", "ck_runs_task_not_blank", {"task": ""}),
    ("runs", "ck_runs_task_not_blank", {"task": " \n\t "}),
    ("runs", "ck_runs_error_length", FAILED | {"error": "x" * 2_001}),
    ("runs", "ck_runs_builder_length", {"builder": "x" * 201}),
    ("runs", "ck_runs_submitted_by_length", {"submitted_by": "x" * 201}),
    ("runs", "ck_runs_idempotency_key_length", {"idempotency_key": "x" * 201}),
    ("runs", "ck_runs_worker_length", {"worker": "x" * 201}),
    ("runs", "ck_runs_reason_code_length", FAILED | {"reason_code": "x" * 201}),
    ("runs", "ck_runs_failed_checks_ended", {"failed_checks": ["tests"]}),
    ("runs", "ck_runs_failed_checks_ended", COMPLETED | {"failed_checks": []}),
    ("runs", "ck_runs_kind_known", {"kind": "boat"}),
    ("runs", "ck_runs_reason_not_ready", {"reason_code": "tests"}),
    ("runs", "ck_runs_reason_not_ready", COMPLETED | {"reason_code": "tests"}),
    ("runs", "ck_runs_version", {"project_id": RUN, "version": 0}),
    ("runs", "ck_runs_evidence_known", {"evidence": 3}),
    ("runs", "ck_runs_promises_counts", {"left_out": -1}),
    (
        "runs",
        "ck_runs_promises_counts",
        {"promises_count": 3, "promises_kept": 4, "promises_untried": 0},
    ),
    ("runs", "ck_runs_proof_strength_percent", {"proof_strength": 101}),
    ("runs", "ck_runs_times", {"review_seconds": -0.5}),
    ("runs", "fk_runs_project_id", {"project_id": UUID(int=4)}),
    ("projects", "ck_projects_name_length", {"name": "x" * 201}),
    ("projects", "ck_projects_latest_version", {"latest_version": 0}),
    ("runs", "ck_runs_finished_when", {"finished_at": "2026-01-01Z"}),
    ("runs", "ck_runs_finished_when", COMPLETED | {"finished_at": None}),
    ("runs", "ck_runs_finished_when", FAILED | {"finished_at": None}),
    ("runs", "ck_runs_completed_verdict", COMPLETED | {"verdict": None}),
    ("runs", "ck_runs_verdict_completed", {"verdict": "draft"}),
    ("runs", "ck_runs_verdict_completed", FAILED | {"verdict": "not-production-ready"}),
    ("runs", "ck_runs_failed_error", FAILED | {"error": None}),
    ("runs", "ck_runs_stage_done", {"stage": "done"}),
    ("runs", "ck_runs_stage_done", COMPLETED | {"stage": "coding"}),
    ("runs", "ck_runs_counts", {"attempt": -1}),
    ("runs", "ck_runs_counts", {"takeovers": -1}),
    ("runs", "ck_runs_counts", {"lease": -1}),
    ("runs", "ck_runs_counts", {"tokens_in": -1}),
    ("runs", "ck_runs_counts", {"tokens_out": -1}),
    ("runs", "ck_runs_priority_known", {"priority": 11}),
    ("runs", "ck_runs_priority_known", {"priority": -11}),
    ("runs", "ck_runs_strikes", {"strikes": -1}),
    ("runs", "ck_runs_turn_length", {"turn": "x" * 221}),
    ("runs", "ck_runs_deadline_seconds", {"deadline_seconds": 0}),
    ("runs", "ck_runs_deadline_seconds", {"deadline_seconds": float("inf")}),
    ("runs", "ck_runs_deadline_held", {"deadline_at": "2026-01-01Z"}),
    ("runs", "fk_runs_parent_id", {"parent_id": UUID(int=1)}),
    ("run_events", "ck_run_events_kind_known", {"kind": "rumour"}),
    ("run_events", "ck_run_events_stage_known", {"stage": "thinking"}),
    ("run_events", "fk_run_events_run_id", {"run_id": UUID(int=1)}),
    ("workers", "ck_workers_identity_length", {"identity": "x" * 201}),
    ("workers", "ck_workers_threads", {"threads": 0}),
    ("attempts", "ck_attempts_counts", {"attempt": 0}),
    ("attempts", "ck_attempts_counts", {"seconds": -0.1}),
    ("attempts", "ck_attempts_counts", {"tokens_in": -1}),
    ("attempts", "ck_attempts_counts", {"tokens_out": -1}),
    ("attempts", "fk_attempts_run_id", {"run_id": UUID(int=1)}),
    ("gate_results", "ck_gate_results_outcome_known", {"outcome": "perhaps"}),
    ("gate_results", "ck_gate_results_counts", {"attempt": 0}),
    ("gate_results", "ck_gate_results_counts", {"seconds": -0.1}),
    ("gate_results", "ck_gate_results_skipped_reason", {"outcome": "skipped", "summary": ""}),
    ("gate_results", "fk_gate_results_run_id", {"run_id": UUID(int=1)}),
    ("approvals", "ck_approvals_plan_length", {"plan": "x" * 50_001}),
    ("approvals", "fk_approvals_run_id", {"run_id": UUID(int=1)}),
    ("origins", "ck_origins_plan_length", {"plan": "x" * 50_001}),
    ("origins", "ck_origins_fork_whole", {"as_node": None}),
    ("origins", "ck_origins_one_kind", {"base": "{}"}),
    ("origins", "ck_origins_one_kind", dict.fromkeys(FORK)),
    ("origins", "ck_origins_plan_of_fork", CONTINUED | {"plan": "Do it."}),
    ("origins", "fk_origins_run_id", {"run_id": UUID(int=1)}),
    ("saved_views", "ck_saved_views_name_length", {"name": "x" * 81}),
    ("saved_views", "ck_saved_views_name_not_blank", {"name": " "}),
    ("saved_views", "ck_saved_views_place_known", {"place": 0}),
    ("saved_views", "ck_saved_views_place_known", {"place": 51}),
    ("app_data", "ck_app_data_counts", {"generation": -1}),
    ("app_data", "fk_app_data_run_id", {"run_id": UUID(int=1)}),
    ("app_data", "ck_app_data_archive_length", {"archive": bytes(APP_DATA_LIMIT + 1)}),
    ("run_pictures", "fk_run_pictures_run_id", {"run_id": UUID(int=1)}),
    ("run_pictures", "ck_run_pictures_attempt", {"attempt": 0}),
    ("run_pictures", "ck_run_pictures_place_known", {"place": 0}),
    ("run_pictures", "ck_run_pictures_place_known", {"place": MOST_PICTURES + 1}),
    ("run_pictures", "ck_run_pictures_promise_length", {"promise": "x" * 201}),
    ("run_pictures", "ck_run_pictures_path_length", {"path": "/" * 501}),
    ("run_pictures", "ck_run_pictures_width_known", {"width": 800}),
    ("run_pictures", "ck_run_pictures_height_known", {"height": 0}),
    ("run_pictures", "ck_run_pictures_height_known", {"height": 2_001}),
    ("run_pictures", "ck_run_pictures_content_length", {"content": b""}),
    ("run_pictures", "ck_run_pictures_content_length", {"content": bytes(MOST_PICTURE_BYTES + 1)}),
    ("app_servers", "ck_app_servers_name_length", {"name": "x" * 201}),
    ("app_keys", "ck_app_keys_single", {"single": False}),
    ("app_keys", "ck_app_keys_key_length", {"key": bytes(31)}),
    ("api_keys", "ck_api_keys_id_form", {"id": "0123456789AB"}),
    ("api_keys", "ck_api_keys_id_form", {"id": "0123456789abc"}),
    ("api_keys", "ck_api_keys_name_length", {"name": "x" * 81}),
    ("api_keys", "ck_api_keys_name_not_blank", {"name": " "}),
    ("api_keys", "ck_api_keys_scope_known", {"scope": "everything"}),
    ("api_keys", "ck_api_keys_digest_length", {"digest": bytes(31)}),
    ("api_keys", "ck_api_keys_expires_later", {"expires_at": "2026-01-01Z"}),
    ("run_results", "ck_run_results_channels_object", {"channels": Jsonb([])}),
    ("run_results", "fk_run_results_run_id", {"run_id": UUID(int=1)}),
    ("retention_marks", "ck_retention_marks_step_known", {"step": "forgetting"}),
    ("sweeps", "ck_sweeps_ended_after", {"ended_at": "2026-01-01Z"}),
    *(
        ("sweeps", "ck_sweeps_counts", {name: -1})
        for name in ("runs_pruned", "runs_cleared", "checkpoints", "bytes", "leftovers")
    ),
    ("insight_days", "ck_insight_days_seconds", {"seconds": -0.1}),
    ("insight_runs", "ck_insight_runs_status_known", {"status": "stuck"}),
    ("insight_runs", "ck_insight_runs_verdict_known", {"verdict": "perfect"}),
    ("insight_runs", "ck_insight_runs_counts", {"runs": 0}),
    ("insight_runs", "ck_insight_runs_counts", {"attempts": -1}),
    ("insight_runs", "ck_insight_runs_counts", {"tokens_in": -1}),
    ("insight_runs", "ck_insight_runs_counts", {"tokens_out": -1}),
    ("insight_runs", "ck_insight_runs_evidence_known", {"evidence": 3}),
    *(
        ("insight_runs", "ck_insight_runs_promises", {f"promises_{outcome}": -1})
        for outcome in ("kept", "broken", "untried")
    ),
    ("insight_strengths", "ck_insight_strengths_counts", {"strength": 101}),
    ("insight_strengths", "ck_insight_strengths_counts", {"runs": 0}),
    ("insight_reasons", "ck_insight_reasons_counts", {"runs": 0}),
    ("insight_hours", "ck_insight_hours_counts", {"hour": -1}),
    ("insight_hours", "ck_insight_hours_counts", {"hour": 24}),
    ("insight_hours", "ck_insight_hours_counts", {"runs": 0}),
    ("insight_hours", "ck_insight_hours_quarter", {"quarter": 4}),
    ("insight_stages", "ck_insight_stages_stage_known", {"stage": "thinking"}),
    ("insight_stages", "ck_insight_stages_counts", {"numbers": [0]}),
    ("insight_stages", "ck_insight_stages_counts", {"numbers": [1, 2]}),
    ("insight_stages", "ck_insight_stages_counts", {"buckets": [], "numbers": []}),
    ("insight_gates", "ck_insight_gates_outcome_known", {"outcome": "perhaps"}),
    ("insight_gates", "ck_insight_gates_counts", {"results": 0}),
    ("insight_gates", "ck_insight_gates_counts", {"results": 1, "runs": 2}),
    ("run_webhooks", "ck_run_webhooks_url_length", {"url": f"https://{'x' * 1_993}"}),
    ("run_webhooks", "ck_run_webhooks_url_scheme", {"url": "ftp://example.com/"}),
    ("run_webhooks", "fk_run_webhooks_run_id", {"run_id": UUID(int=1)}),
    ("global_webhook", "ck_global_webhook_one_row", {"one": False}),
    ("webhook_deliveries", "ck_webhook_deliveries_event_type_form", {"event_type": "end"}),
    ("webhook_deliveries", "ck_webhook_deliveries_state_known", SETTLED | {"state": "lost"}),
    ("webhook_deliveries", "ck_webhook_deliveries_url_length", {"url": "x" * 2_001}),
    ("webhook_deliveries", "ck_webhook_deliveries_error_length", {"error": "x" * 2_001}),
    ("webhook_deliveries", "ck_webhook_deliveries_counts", {"attempts": -1}),
    ("webhook_deliveries", "ck_webhook_deliveries_answer_code_range", {"answer_code": 99}),
    ("webhook_deliveries", "ck_webhook_deliveries_pending_next", {"next_attempt_at": None}),
    ("webhook_deliveries", "ck_webhook_deliveries_failed_error", SETTLED | {"state": "failed"}),
    ("webhook_deliveries", "ck_webhook_deliveries_delivered_error", SETTLED | {"error": "No."}),
    ("webhook_deliveries", "fk_webhook_deliveries_run_id", {"run_id": UUID(int=1)}),
]

ACCEPTED: list[dict[str, Any]] = [
    {"status": "processing", "stage": stage}
    for stage in ("queued", "planning", "reviewing", "coding", "checking", "repairing")
] + [
    {"stage": "responding"},
    COMPLETED,
    COMPLETED | {"verdict": "production-ready"},
    COMPLETED | {"verdict": "not-production-ready"},
    FAILED,
    {"status": "cancelled", **DONE},
    {"task": "x" * 10_000},
    {"task": "🚀" * 10_000},
    FAILED | {"error": "x" * 2_000},
]


@contextmanager
def writing(database: Database) -> Iterator[psycopg.Connection]:
    """A connection whose writes are taken back at the end."""
    with psycopg.connect(database.conninfo) as connection:
        yield connection
        connection.rollback()


def insert(connection: psycopg.Connection, table: str, values: dict[str, Any]) -> None:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    connection.execute(statement, list(values.values()))


def insert_valid(connection: psycopg.Connection, *tables: str) -> None:
    for table in tables:
        insert(connection, table, VALID[table])


def number_of(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
    return int(row.fetchone()[0])  # type: ignore[index]  # count(*) has one row


@pytest.mark.parametrize(("table", "constraint", "wrong"), REFUSED)
def test_a_row_that_may_not_be_is_refused(
    shared_database: Database, table: str, constraint: str, wrong: dict[str, Any]
) -> None:
    with writing(shared_database) as connection:
        if table != "runs":
            insert_valid(connection, "runs")
        with pytest.raises(errors.IntegrityError) as refusal:
            insert(connection, table, VALID[table] | wrong)
    assert refusal.value.diag.constraint_name == constraint


@pytest.mark.parametrize("values", ACCEPTED)
def test_a_run_that_may_be_is_accepted(shared_database: Database, values: dict[str, Any]) -> None:
    with writing(shared_database) as connection:
        insert(connection, "runs", VALID["runs"] | values)
        assert number_of(connection, "runs") == 1


@pytest.mark.parametrize("table", [table for table in VALID if "run_id" in VALID[table]])
def test_what_belongs_to_a_run_is_accepted_and_goes_with_it(
    shared_database: Database, table: str
) -> None:
    with writing(shared_database) as connection:
        insert_valid(connection, "runs", table)
        assert number_of(connection, table) == 1
        connection.execute("DELETE FROM runs")
        assert number_of(connection, table) == 0


def test_an_idempotency_key_is_used_once(shared_database: Database) -> None:
    with writing(shared_database) as connection:
        insert(connection, "runs", VALID["runs"] | {"idempotency_key": "key"})
        with pytest.raises(errors.UniqueViolation) as refusal:
            insert(
                connection, "runs", VALID["runs"] | {"id": UUID(int=2), "idempotency_key": "key"}
            )
    assert refusal.value.diag.constraint_name == "uq_runs_idempotency_key"


def test_a_run_outlives_the_one_it_came_from(shared_database: Database) -> None:
    with writing(shared_database) as connection:
        insert_valid(connection, "runs")
        insert(connection, "runs", VALID["runs"] | {"id": UUID(int=2), "parent_id": RUN})
        connection.execute("DELETE FROM runs WHERE id = %s", (RUN,))
        [(parent,)] = connection.execute("SELECT parent_id FROM runs").fetchall()
    assert parent is None


def test_every_check_and_every_reference_is_tried_here(shared_database: Database) -> None:
    found = ask(
        shared_database,
        "SELECT conname FROM pg_constraint"
        " WHERE contype IN ('c', 'f') AND conrelid::regclass::text = ANY(%(ours)s)",
        ours=list(Base.metadata.tables),
    )
    assert {row["conname"] for row in found} == {constraint for _, constraint, _ in REFUSED}

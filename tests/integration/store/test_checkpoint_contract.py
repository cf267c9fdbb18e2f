"""What we rely on in the checkpointer's tables: a new version that changes it fails here."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect

from tests.builders import FILES, Quick
from tests.integration.executors import executors
from tests.integration.sql import ask, plan_of
from toggle_core.graph.state import AgentState
from toggle_core.history import reads
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.store.tables import CheckpointRow

JSON_TYPES = {str: "string", bool: "boolean", int: "number", float: "number"}


@pytest.fixture
def run_id(shared_database: Database) -> UUID:
    """A run that was executed by the real graph with the real checkpointer."""
    run_id = submit(shared_database, "Keep the contract", builder="quick").task_id
    with executors(shared_database) as new_executor:
        new_executor(Quick(), "only").execute(run_id)
    return run_id


def newest(database: Database, run_id: UUID) -> dict[str, Any]:
    """What our readers read, in plain SQL."""
    [row] = ask(
        database,
        """
        SELECT checkpoint, checkpoint -> 'channel_values' AS channels,
               checkpoint -> 'channel_values' ->> 'plan' AS plan
          FROM checkpoints WHERE thread_id = %(thread)s AND checkpoint_ns = ''
         ORDER BY checkpoint_id DESC LIMIT 1
        """,
        thread=str(run_id),
    )
    return row


def test_channels_are_read_by_their_names_from_the_newest_checkpoint(
    shared_database: Database, run_id: UUID
) -> None:
    found = newest(shared_database, run_id)
    assert found["plan"] == "A program for: Keep the contract\n\n1. Write it\n2. Test it"
    assert found["channels"]["code"] == FILES["main.py"]
    assert found["channels"]["status"] == "completed"
    assert found["channels"]["stage"] == "done"


def test_every_channel_of_the_state_is_inline_and_of_its_json_type(
    shared_database: Database, run_id: UUID
) -> None:
    kinds = ask(
        shared_database,
        """
        SELECT key, jsonb_typeof(value) AS kind
          FROM (SELECT checkpoint -> 'channel_values' AS channels FROM checkpoints
                 WHERE thread_id = %(thread)s ORDER BY checkpoint_id DESC LIMIT 1) AS newest,
               jsonb_each(channels)
        """,
        thread=str(run_id),
    )
    expected = {name: JSON_TYPES[kind] for name, kind in AgentState.__annotations__.items()}
    assert {row["key"]: row["kind"] for row in kinds if row["key"] in expected} == expected


def test_no_channel_of_the_state_is_in_a_blob_that_sql_cannot_read(
    shared_database: Database, run_id: UUID
) -> None:
    blobs = ask(
        shared_database,
        "SELECT DISTINCT channel FROM checkpoint_blobs WHERE thread_id = %(thread)s",
        thread=str(run_id),
    )
    assert {row["channel"] for row in blobs}.isdisjoint(AgentState.__annotations__)


def test_the_order_of_ids_is_the_order_of_steps(shared_database: Database, run_id: UUID) -> None:
    steps = ask(
        shared_database,
        "SELECT (metadata ->> 'step')::int AS step, checkpoint ->> 'id' = checkpoint_id AS same"
        " FROM checkpoints WHERE thread_id = %(thread)s ORDER BY checkpoint_id",
        thread=str(run_id),
    )
    assert [row["step"] for row in steps] == [0, 1, 2, 3]
    assert all(row["same"] for row in steps)


def test_the_thread_is_the_run_and_all_is_in_the_root_namespace(
    shared_database: Database, run_id: UUID
) -> None:
    places = ask(shared_database, "SELECT DISTINCT thread_id, checkpoint_ns FROM checkpoints")
    assert places == [{"thread_id": str(run_id), "checkpoint_ns": ""}]


def test_our_view_of_the_table_has_its_columns_types_and_key(shared_database: Database) -> None:
    inspector = inspect(shared_database.engine)
    columns = {column["name"]: column for column in inspector.get_columns("checkpoints")}
    for ours in CheckpointRow.__table__.columns:
        theirs = columns[ours.name]
        assert str(theirs["type"]) == str(ours.type.compile(dialect=shared_database.engine.dialect))
        assert theirs["nullable"] == ours.nullable
    key = inspector.get_pk_constraint("checkpoints")["constrained_columns"]
    assert key == [column.name for column in CheckpointRow.__table__.primary_key]


def test_readers_say_what_the_graph_wrote(shared_database: Database, run_id: UUID) -> None:
    channels = newest(shared_database, run_id)["channels"]
    run = reads.get_run(shared_database, run_id)
    for name in ("plan", "code", "entry", "how_to_run", "response"):
        assert getattr(run, name) == channels[name]
    for name in ("attempt", "tokens_in", "tokens_out", "verdict", "status", "stage"):
        assert getattr(run, name) == channels[name], f"{name} is also a column of the run"


def test_only_the_threads_own_checkpoints_are_read_and_by_an_index(
    shared_database: Database, run_id: UUID
) -> None:
    plan = plan_of(
        shared_database,
        lambda: reads.get_run(shared_database, run_id),
        without="enable_seqscan",  # which the planner prefers for a table of few pages
    )
    [scan] = [node for node in plan if node.get("Relation Name") == "checkpoints"]
    # In a small table the planner may take the index by thread and sort the few it finds.
    own = ask(shared_database, "SELECT count(*) AS number FROM checkpoints")[0]["number"]
    assert scan["Node Type"] in {"Index Scan", "Index Scan Backward", "Bitmap Heap Scan"}
    assert scan["Actual Rows"] * scan["Actual Loops"] <= own

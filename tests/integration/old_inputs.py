"""The checkpoint of the input, which runs of earlier versions have before any other."""

from typing import cast
from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.postgres import PostgresSaver

from toggle_core.graph.state import first_state
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.database import Database

EARLY, LATE = "1ef00000-0000-6000-8000-000000000000", "2ef00000-0000-6000-8000-000000000000"
"""Ids of checkpoints that sort before and after those of today."""


def give_input(database: Database, run_id: UUID, checkpoint_id: str) -> None:
    """Write it to the thread of a run."""
    version = "00000000000000000000000000000001.0.1"
    config: RunnableConfig = {"configurable": {"thread_id": str(run_id), "checkpoint_ns": ""}}
    checkpoint = {
        **empty_checkpoint(),
        "id": checkpoint_id,
        "channel_values": {"__start__": first_state("Go on", production=False)},
        "channel_versions": {"__start__": version},
    }
    pool = open_checkpoint_pool(database, 1)
    PostgresSaver(pool).put(
        config,
        cast(Checkpoint, checkpoint),
        {"source": "input", "step": -1, "parents": {}},
        {"__start__": version},
    )
    pool.close(timeout=1)

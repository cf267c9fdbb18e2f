"""Executors without a queue, and a builder that can be held in the middle of the coder."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.builders import Quick
from tests.integration.sql import ask
from toggle_core.builders.protocol import Builder, Feedback, Plan, Project
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.database import Database
from toggle_core.worker.execution import Executor

NewExecutor = Callable[[Builder, str], Executor]


class Held(Quick):
    """Codes only once it is let go, and counts its calls."""

    name = "held"

    def __init__(self, summary: str = "A program that says hello.") -> None:
        self.summary = summary
        self.planned = 0
        self.coded = 0
        self.reached = threading.Event()
        self.go = threading.Event()

    def plan(self, task: str) -> Plan:
        """Plan at once."""
        self.planned += 1
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Say that the coder is reached, wait, and code."""
        self.coded += 1
        self.reached.set()
        assert self.go.wait(300), "the test let it wait too long"
        return Project(
            {"main.py": f"# {self.summary}\n"}, "main.py", "python main.py", self.summary
        )


@contextmanager
def executors(database: Database) -> Iterator[NewExecutor]:
    """Makes executors of workers that share a database, each with a pool of its own."""
    pools = []

    def new(builder: Builder, identity: str) -> Executor:
        pools.append(open_checkpoint_pool(database, 4))
        return Executor(database, pools[-1], builder, identity)

    yield new
    for pool in pools:
        pool.close(timeout=1)


def everything(database: Database) -> list[dict[str, Any]]:
    """Each row of runs, events and checkpoints, to see whether anything has changed."""
    return ask(
        database,
        """
        SELECT to_jsonb(row) AS row FROM runs AS row
        UNION ALL SELECT to_jsonb(row) FROM run_events AS row
        UNION ALL SELECT to_jsonb(row) FROM checkpoints AS row
        UNION ALL SELECT to_jsonb(row) FROM checkpoint_blobs AS row
        UNION ALL SELECT to_jsonb(row) FROM checkpoint_writes AS row
        ORDER BY row
        """,
    )

"""A bare loop of LangGraph in a process of its own: prints how long its runs took, in seconds.

python -m benchmarks.peers.bare 300 [CONNINFO]

Eight threads, with a ``PostgresSaver`` each where there is a connection string: one that all share
takes turns (langgraph #7259).
"""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.graph.state import CompiledStateGraph
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from benchmarks.peers.graph import build

THREADS: Final = 8
WARM: Final = 16

Pool = ConnectionPool[Connection[DictRow]]


class Loop:
    """Invokes the graph, from several threads.

    Args:
        pool: for the checkpoints; None: nothing is kept.
    """

    def __init__(self, pool: Pool | None) -> None:
        self._pool = pool
        self._thread = threading.local()

    def run(self, runs: int) -> float:
        """Execute so many runs. Returns the seconds it took."""
        with ThreadPoolExecutor(THREADS) as threads:
            began = time.perf_counter()
            for done in threads.map(self._one, range(runs)):
                assert done == "done", done
            return time.perf_counter() - began

    def _one(self, number: int) -> str:
        state = {"task": f"Create program number {number}", "stage": "planning"}
        if self._pool is None:
            return str(self._graph().invoke(state)["stage"])
        config = {"configurable": {"thread_id": str(uuid4())}}
        return str(self._graph().invoke(state, config, durability="sync")["stage"])

    def _graph(self) -> CompiledStateGraph:
        if not hasattr(self._thread, "graph"):
            saver = PostgresSaver(self._pool) if self._pool is not None else None
            self._thread.graph = build(saver)
        graph: CompiledStateGraph = self._thread.graph
        return graph


@contextmanager
def checkpoints(conninfo: str) -> Iterator[Pool]:
    """A pool of connections to a database with the checkpointer's tables.

    Args:
        conninfo: libpq connection string.
    """
    kwargs = {"autocommit": True, "row_factory": dict_row, "prepare_threshold": 0}
    with ConnectionPool(conninfo, kwargs=kwargs, min_size=THREADS, max_size=THREADS) as pool:
        PostgresSaver(pool).setup()
        yield pool


def main() -> None:
    """Run the loop, after some runs that warm it up."""
    runs = int(sys.argv[1])
    if len(sys.argv) == 2:
        loop = Loop(None)
        loop.run(WARM)
        print(loop.run(runs))
        return
    with checkpoints(sys.argv[2]) as pool:
        loop = Loop(pool)
        loop.run(WARM)
        print(loop.run(runs))


if __name__ == "__main__":
    main()

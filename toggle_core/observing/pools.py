"""Which connections to the database this process holds, and how many of them are in use."""

import weakref
from collections.abc import Iterator
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import ConnectionPool
from sqlalchemy import QueuePool

from toggle_core.store.budget import POOL_OVERFLOW, POOL_SIZE
from toggle_core.store.database import Database

CHECKPOINTS: Final[weakref.WeakSet[ConnectionPool[Any]]] = weakref.WeakSet()
"""Pools of the workers of this process."""


def watch_pool(pool: ConnectionPool[Any]) -> None:
    """Tell of a worker's pool in metrics, as long as it lives."""
    CHECKPOINTS.add(pool)


class Pools(Collector):
    """Collects the pools' numbers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Connections by pool and state, the most there may be, and who waits for one."""
        connections = GaugeMetricFamily(
            "toggle_pool_connections",
            "Connections to the database that this process holds.",
            labels=("pool", "state"),
        )
        most = GaugeMetricFamily(
            "toggle_pool_connections_max", "Most that a pool may hold.", labels=("pool",)
        )
        pool = self._database.engine.pool
        if isinstance(pool, QueuePool):
            connections.add_metric(("commands", "in_use"), pool.checkedout())
            connections.add_metric(("commands", "idle"), pool.checkedin())
        most.add_metric(("commands",), POOL_SIZE + POOL_OVERFLOW)
        held = [each.get_stats() for each in tuple(CHECKPOINTS) if not each.closed]
        size = sum(each.get("pool_size", 0) for each in held)
        idle = sum(each.get("pool_available", 0) for each in held)
        connections.add_metric(("checkpoints", "in_use"), size - idle)
        connections.add_metric(("checkpoints", "idle"), idle)
        most.add_metric(("checkpoints",), sum(each.get("pool_max", 0) for each in held))
        waiting = GaugeMetricFamily(
            "toggle_pool_waiting", "Threads that wait for a connection.", labels=("pool",)
        )
        waiting.add_metric(("checkpoints",), sum(each.get("requests_waiting", 0) for each in held))
        yield from (connections, most, waiting)

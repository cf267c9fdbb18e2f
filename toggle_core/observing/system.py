"""What the whole system is doing, in numbers for Prometheus: asked of the database at a scrape.

Every process tells the same of these. They are asked for in a thread of their own and kept for some
seconds, so that a scrape is answered while the database is away or slow.
"""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from toggle_core.errors import DatabaseAway
from toggle_core.status.system_status import Totals, Vitals, count_totals, read_vitals
from toggle_core.store.database import Database
from toggle_core.words import GATES, Outcome, Status

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 5.0
"""What was asked for is told again for this long."""

PATIENCE_SECONDS: Final = 3.0
"""A scrape waits no longer for the database: Prometheus itself gives up after ten seconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the database said.

    Attributes:
        at: when, by the monotonic clock, in seconds.
        vitals: None where it is away.
        totals: of the latest time that it was not.
    """

    at: float
    vitals: Vitals | None
    totals: Totals | None


class System(Collector):
    """Collects the numbers of the whole system."""

    def __init__(self, database: Database, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._database = database
        self._fresh_seconds = fresh_seconds
        self._lock = threading.Lock()
        self._found: Found | None = None
        self._asking: threading.Thread | None = None

    def collect(self) -> Iterator[Metric]:
        """All families; without the database ``toggle_database_up`` says 0 and the rest is left
        out: an old number would look like a new one."""
        found = self._latest()
        vitals = found.vitals if found else None
        yield _gauge(
            "toggle_database_up",
            "Whether the database answers: 1 or 0. All below come from it.",
            int(vitals is not None),
        )
        if vitals is not None and found is not None:
            yield from of_system(vitals, found.totals)

    def _latest(self) -> Found | None:
        """What was found lately; None where the database lets us wait."""
        with self._lock:
            if self._found and time.monotonic() - self._found.at < self._fresh_seconds:
                return self._found
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._ask, name="metrics", daemon=True)
                self._asking.start()
            asking = self._asking
        asking.join(PATIENCE_SECONDS)
        return self._kept() if asking.is_alive() else self._found

    def _kept(self) -> Found | None:
        """What is known while the database is slow: good for a few times as long as fresh."""
        found = self._found
        longest = 4 * self._fresh_seconds + PATIENCE_SECONDS
        return found if found and time.monotonic() - found.at < longest else None

    def _ask(self) -> None:
        before = self._found.totals if self._found else None
        try:
            vitals = read_vitals(self._database)
            self._found = Found(time.monotonic(), vitals, before)
            self._found = Found(time.monotonic(), vitals, count_totals(self._database))
        except DatabaseAway:
            self._found = Found(time.monotonic(), None, before)
        except DBAPIError:  # the edge of this thread: tables that are not there yet, for example
            logger.exception("the metrics of the system could not be read")
            self._found = Found(time.monotonic(), None, before)


def of_system(vitals: Vitals, totals: Totals | None) -> Iterator[Metric]:
    """What the database says, as metrics.

    Args:
        vitals: how all is doing.
        totals: what all runs came to; None: not known yet.
    """
    yield from _of_vitals(vitals)
    yield from _of_totals(vitals, totals)


def _of_vitals(vitals: Vitals) -> Iterator[Metric]:
    queue, server = vitals.queue, vitals.server
    yield from (
        _gauge("toggle_queue_depth", "Runs that wait for a worker.", queue.waiting),
        _gauge(
            "toggle_queue_oldest_seconds",
            "How long the oldest run has waited that a worker could begin with; 0: none does.",
            queue.oldest_seconds or 0,
        ),
        _gauge("toggle_workers_alive", "Workers heard of in a minute.", len(vitals.workers)),
        _gauge(
            "toggle_worker_threads",
            "Runs that they execute at the same time.",
            sum(worker.threads for worker in vitals.workers),
        ),
        _gauge("toggle_worker_threads_busy", "Of these, those that are at work.", queue.busy),
        _gauge(
            "toggle_workers_without_sandbox",
            "Workers that cannot prove code.",
            sum(worker.sandbox_ready is False for worker in vitals.workers),
        ),
        _gauge(
            "toggle_webhook_deliveries_pending",
            "Webhooks that are still to be told.",
            vitals.deliveries_pending,
        ),
        _gauge(
            "toggle_database_connections",
            "Connections to the database, of all programs.",
            server.connections,
        ),
        _gauge(
            "toggle_database_connections_max",
            "Most that it accepts of those who are not superusers.",
            server.most_connections,
        ),
    )


def _of_totals(vitals: Vitals, totals: Totals | None) -> Iterator[Metric]:
    runs = GaugeMetricFamily("toggle_runs", "Runs that are kept.", labels=("status",))
    runs.add_metric((Status.PROCESSING.value,), vitals.processing)
    gates = GaugeMetricFamily(
        "toggle_gate_results",
        "Results of gates, of runs that are kept.",
        labels=("gate", "outcome"),
    )
    if totals is not None:
        for status in Status:
            if status is not Status.PROCESSING:
                runs.add_metric((status.value,), totals.ended.get(status, 0))
        for gate in GATES:
            for outcome in Outcome:
                number = totals.gates.get((gate, outcome), 0)
                gates.add_metric((gate, outcome.value), number)
    yield from (runs, gates)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)

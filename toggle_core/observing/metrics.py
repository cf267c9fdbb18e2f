"""What this process has done, in numbers for Prometheus.

Labels come from lists of our own, never from people: no id, no task, no name of a builder.
"""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from toggle_core.words import Stage

disable_created_metrics()  # type: ignore[no-untyped-call]  # a series of each for no reader

REGISTRY: Final = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

REQUEST_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
STAGE_BUCKETS: Final = (0.05, 0.25, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1800)
"""From the built-in builder's instants to the longest that a run may be worked on by default."""

REQUESTS: Final = Counter(
    "toggle_http_requests",
    "HTTP requests that were answered.",
    ("route", "method", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS: Final = Histogram(
    "toggle_http_request_seconds",
    "Time until an answer begins.",
    ("route", "method"),
    buckets=REQUEST_BUCKETS,
    registry=REGISTRY,
)
STAGE_SECONDS: Final = Histogram(
    "toggle_stage_seconds",
    "Time a run spent in a stage, each time a stage was done.",
    ("stage",),
    buckets=STAGE_BUCKETS,
    registry=REGISTRY,
)
GATE_SECONDS: Final = Histogram(
    "toggle_gate_seconds",
    "Time a gate took.",
    ("gate",),
    buckets=STAGE_BUCKETS,
    registry=REGISTRY,
)
QUEUE_SECONDS: Final = Histogram(
    "toggle_queue_wait_seconds",
    "Time a new run waited until a worker began with it.",
    buckets=STAGE_BUCKETS,
    registry=REGISTRY,
)
TAKEOVERS: Final = Counter(
    "toggle_takeovers",
    "Runs of dead workers that this process has put back into the queue.",
    registry=REGISTRY,
)
TOKENS: Final = Counter(
    "toggle_model_tokens",
    "Tokens that models read and wrote.",
    ("direction",),
    registry=REGISTRY,
)


def stage_done(stage: Stage, seconds: float) -> None:
    """Count a stage that a run has done.

    Args:
        stage: which.
        seconds: it took.
    """
    STAGE_SECONDS.labels(stage.value).observe(seconds)


def gate_done(gate: str, seconds: float) -> None:
    """Count a gate that has spoken.

    Args:
        gate: one of ``words.GATES``.
        seconds: it took.
    """
    GATE_SECONDS.labels(gate).observe(seconds)


def tokens_used(read: int, written: int) -> None:
    """Count tokens of a model."""
    TOKENS.labels("read").inc(max(read, 0))
    TOKENS.labels("written").inc(max(written, 0))

"""What opened apps of this process do, in numbers."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from toggle_core.apps.audit import counts
from toggle_core.apps.service import app_service


class OpenedApps(Collector):
    """Collects the numbers of apps."""

    def collect(self) -> Iterator[Metric]:
        """How many are running, and how often something happened to one."""
        service = app_service()
        yield GaugeMetricFamily(
            "toggle_apps_running",
            "Opened apps whose program is running.",
            value=service.running if service else 0,
        )
        happened = CounterMetricFamily(
            "toggle_app_events",
            "What happened to opened apps.",
            labels=("event",),
        )
        for event, count in counts().items():
            happened.add_metric((event.value,), count)
        yield happened

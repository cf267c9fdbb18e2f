"""All metrics in Prometheus' text format."""

from typing import Final

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from toggle_core.observing.metrics import REGISTRY
from toggle_core.observing.opened_apps import OpenedApps
from toggle_core.observing.pools import Pools
from toggle_core.observing.system import System
from toggle_core.store.database import Database

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4


class Metrics:
    """The numbers of this process, of its connections, and of the whole system."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._parts = (REGISTRY, System(database), Pools(database), OpenedApps())

    def text(self) -> bytes:
        """The numbers now."""
        return b"".join(generate_latest(part) for part in self._parts)

"""Apps that another process serves: found and stopped by way of the database."""

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from toggle_core.apps import servers
from toggle_core.apps.hosts import Hosts
from toggle_core.apps.state import AppState
from toggle_core.store.database import Database

STOP_SECONDS: Final = 30.0
AGAIN_SECONDS: Final = 0.2
NOBODY: Final = "no process that serves apps is alive; start one with “production-toggle apps”."


@dataclass(frozen=True, slots=True)
class RemoteApps:
    """The apps of another process, to be called from any thread.

    Attributes:
        hosts: names of apps.
        key: of this installation.
        database: of the runs.
    """

    hosts: Hosts
    key: bytes
    database: Database

    @property
    def reason(self) -> str:
        """Why no app can be opened at the moment, in a sentence; empty where they can."""
        return "" if servers.is_served(self.database) else NOBODY

    @property
    def running(self) -> int:
        """How many programs are running in this process."""
        return 0

    def wait(self) -> None:
        """Return at once: the database always knows whether apps can be opened."""

    def state_of(self, run_id: UUID) -> AppState:
        """Whether the app of a run is running, and how it ended if it did."""
        return servers.state_at(self.database, run_id)

    def stop_app(self, run_id: UUID, person: str | None = None) -> None:
        """Let the app of a run sleep, and wait until it does.

        Args:
            run_id: whose app.
            person: who wants it; None where nobody is asked who they are.
        """
        servers.request_stop(self.database, run_id, person)
        deadline = time.monotonic() + STOP_SECONDS
        while self.state_of(run_id).running and time.monotonic() < deadline:
            time.sleep(AGAIN_SECONDS)

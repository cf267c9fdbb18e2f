"""A reader of Server-Sent Events in a thread of its own, that keeps all it has got."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from httpx_sse import EventSource, ServerSentEvent

from tests.integration.sql import ask
from toggle_core.store.database import Database


class Reader:
    """Reads one stream to its end, or until it is left."""

    def __init__(self, address: str, run_id: UUID | str, **known: str) -> None:
        self.events: list[ServerSentEvent] = []
        self.ended = threading.Event()
        self.status = 0
        self._url = f"{address}/api/tasks/{run_id}/events"
        self._headers = {"Last-Event-ID": known["header"]} if "header" in known else {}
        self._params = {"last_event_id": known["parameter"]} if "parameter" in known else {}
        self._client = httpx.Client(timeout=30)
        self._answer: httpx.Response | None = None
        self._thread = threading.Thread(target=self._read)

    def start(self) -> "Reader":
        """Connect, and return once the answer has begun."""
        request = self._client.build_request(
            "GET", self._url, headers=self._headers, params=self._params
        )
        self._answer = self._client.send(request, stream=True)
        self.status = self._answer.status_code
        self._thread.start()
        return self

    def leave(self) -> None:
        """Close the connection."""
        if self._answer is not None and not self.ended.is_set():
            stream: Any = self._answer.extensions["network_stream"]
            stream.get_extra_info("socket").shutdown(2)
        self._thread.join()
        self._client.close()

    @property
    def kinds(self) -> list[str]:
        """Name of each event so far."""
        return [event.event for event in self.events]

    @property
    def ids(self) -> list[int]:
        """Ids of the events so far, without the last one, which has none of its own."""
        return [int(event.id) for event in self.events if event.event != "end"]

    @property
    def stages(self) -> list[str]:
        """Stage of each event so far."""
        return [event.json()["stage"] for event in self.events if event.event != "end"]

    def _read(self) -> None:
        assert self._answer is not None
        source = EventSource(self._answer)
        try:
            for event in source.iter_sse():
                if event.data:  # a browser passes nothing else on
                    self.events.append(event)
        except httpx.TransportError:
            pass
        finally:
            self._answer.close()
            self.ended.set()


@contextmanager
def reading(address: str, run_id: UUID, **known: str) -> Iterator[Reader]:
    """Read the events of a run beside the block.

    Args:
        address: of the server.
        run_id: of the run.
        known: ``header`` or ``parameter``: id of the newest known event, and how it is told.
    """
    reader = Reader(address, run_id, **known)
    try:
        yield reader.start()
    finally:
        reader.leave()


def written(database: Database, run_id: UUID) -> list[int]:
    """Ids of all events of a run, in the order of their ids."""
    found = ask(
        database, "SELECT id FROM run_events WHERE run_id = %(run)s ORDER BY id", run=run_id
    )
    return [row["id"] for row in found]


def data(event: ServerSentEvent) -> dict[str, Any]:
    """The data of an event."""
    found: dict[str, Any] = json.loads(event.data)
    return found

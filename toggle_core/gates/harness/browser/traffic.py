"""The requests of a page: whether it still loads, and what does not come."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .faults import Fault, answer_fault, loading_fault

_QUIET_SECONDS = 0.12  # without a request under way, after which a page counts as settled
_LONG_SECONDS = 6.0  # after which a request is one that waits for news


class Traffic:
    """Requests of one page.

    Args:
        note: gets what goes wrong.

    Attributes:
        frame: number of the page's own frame.
        address: of its document.
        status: of the document's answer, 0 before there is one.
        is_loading: whether the document loads.
        handlers: of events, by name.
    """

    def __init__(self, note: Callable[[Fault | None], None]) -> None:
        self.frame = ""
        self.address = ""
        self.status = 0
        self.is_loading = False
        self._note = note
        self._awaited: frozenset[str] = frozenset()
        self._begun: dict[str, float] = {}
        self._requests: dict[str, str] = {}
        self._changed_at = time.monotonic()
        self.handlers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "Network.requestWillBeSent": self._on_request_will_be_sent,
            "Network.responseReceived": self._on_response_received,
            "Network.loadingFinished": self._on_loading_finished,
            "Network.loadingFailed": self._on_loading_failed,
            "Page.frameStartedLoading": self._on_frame_started_loading,
            "Page.frameStoppedLoading": self._on_frame_stopped_loading,
        }

    def begin_navigation(self) -> None:
        """Note that another document is about to load."""
        self.status = 0
        self.is_loading = True

    def begin_action(self) -> None:
        """Note that something is about to be done: requests of before are not waited for."""
        self._awaited = frozenset(self._requests)

    def forget(self) -> None:
        """Wait for no request any more."""
        self._requests.clear()

    @property
    def is_quiet(self) -> bool:
        """Whether no request of the last action is under way, and none was a moment ago."""
        is_old = time.monotonic() - self._changed_at > _QUIET_SECONDS
        return is_old and not self._requests.keys() - self._awaited

    @property
    def is_waiting(self) -> bool:
        """Whether the program still owes the page an answer."""
        since = time.monotonic() - _LONG_SECONDS
        young = (each for each in self._requests if self._begun.get(each, 0.0) > since)
        return self.is_loading or any(each not in self._awaited for each in young)

    def _on_request_will_be_sent(self, values: Mapping[str, Any]) -> None:
        url = str(values["request"]["url"])
        if values.get("type") == "Document" and values.get("frameId") == self.frame:
            self.address = url
        if urlsplit(url).scheme in ("http", "https") and values.get("type") != "EventSource":
            self._requests[str(values["requestId"])] = url
            self._begun[str(values["requestId"])] = time.monotonic()

    def _on_response_received(self, values: Mapping[str, Any]) -> None:
        if values.get("type") == "Document" and values.get("frameId") == self.frame:
            self.status = int(values["response"]["status"])
        self._note(answer_fault(values))

    def _on_loading_finished(self, values: Mapping[str, Any]) -> None:
        self._requests.pop(str(values["requestId"]), None)
        self._changed_at = time.monotonic()

    def _on_loading_failed(self, values: Mapping[str, Any]) -> None:
        url = self._requests.pop(str(values["requestId"]), "")
        self._changed_at = time.monotonic()
        self._note(loading_fault(values, url))

    def _on_frame_started_loading(self, values: Mapping[str, Any]) -> None:
        self.is_loading = self.is_loading or values["frameId"] == self.frame

    def _on_frame_stopped_loading(self, values: Mapping[str, Any]) -> None:
        if values["frameId"] == self.frame:
            self.is_loading = False
            self._changed_at = time.monotonic()

"""Traces, where somebody has asked for them: what a request or a run spends its time on.

Nothing of OpenTelemetry's SDK is loaded before. A run carries its id as ``toggle.run_id`` on its
own spans and on those of the requests that were about it: that joins them across the queue.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from starlette.types import Scope

from toggle_core.errors import TracingPackageMissing
from toggle_core.settings import Settings

if TYPE_CHECKING:  # it takes a second to load, and the first pages do not need it
    from langchain_core.callbacks import BaseCallbackHandler


class RequestSpan(Protocol):
    """The span of one HTTP request."""

    def answered(self, route: str, status: int) -> None:
        """Say which route answered, and how."""


class RunTrace(Protocol):
    """The trace of one execution of a run."""

    @property
    def callbacks(self) -> "Sequence[BaseCallbackHandler]":
        """For LangGraph: they see nodes and calls of models."""

    def gate(self, name: str, outcome: str, seconds: float) -> None:
        """Say that a gate has spoken, and how long it took."""


class Tracing(Protocol):
    """Makes spans."""

    def request(self, scope: Scope) -> AbstractContextManager[RequestSpan]:
        """The span of a request, for the length of the block."""

    def submit(self) -> AbstractContextManager[None]:
        """The span of a submission."""

    def about(self, run_id: UUID) -> None:
        """Say which run the current span is about."""

    def run(self, run_id: UUID) -> AbstractContextManager[RunTrace]:
        """The span of an execution, for the length of the block."""


class Untraced:
    """In place of spans, where nobody has asked for any."""

    callbacks: "Sequence[BaseCallbackHandler]" = ()

    def answered(self, route: str, status: int) -> None:
        """Do nothing."""

    def gate(self, name: str, outcome: str, seconds: float) -> None:
        """Do nothing."""


UNTRACED = Untraced()
_started: list[Tracing] = []


@contextmanager
def tracing(settings: Settings) -> Iterator[None]:
    """Make traces inside the block, where the settings ask for them. At its end all are sent.

    Raises:
        TracingPackageMissing: they do, and a package is missing.
    """
    if settings.otlp_endpoint is None:
        yield
        return
    for module in ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"):
        if not _is_installed(module):
            raise TracingPackageMissing
    from toggle_core.observing.otlp import Otlp  # noqa: PLC0415  loaded where it is used only

    otlp = Otlp(settings)
    _started.append(otlp)
    try:
        yield
    finally:
        _started.remove(otlp)
        otlp.shutdown()


def request_span(scope: Scope) -> AbstractContextManager[RequestSpan]:
    """The span of a request, for the length of the block."""
    return _started[-1].request(scope) if _started else nullcontext(UNTRACED)


def submit_span() -> AbstractContextManager[None]:
    """The span of a submission, for the length of the block."""
    return _started[-1].submit() if _started else nullcontext()


def about_run(run_id: UUID) -> None:
    """Say which run the current span is about."""
    if _started:
        _started[-1].about(run_id)


def run_span(run_id: UUID) -> AbstractContextManager[RunTrace]:
    """The span of an execution of a run, for the length of the block."""
    return _started[-1].run(run_id) if _started else nullcontext(UNTRACED)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package above it
        return False

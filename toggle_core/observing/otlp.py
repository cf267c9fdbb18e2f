"""Spans for an OpenTelemetry collector, by OTLP over HTTP. Loaded where they are asked for only.

Attributes are of the semantic conventions where there are some. No text of a task, a prompt, an
answer or an error is in them.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langgraph.errors import GraphBubbleUp
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Span,
    SpanKind,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
    use_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.re import parse_env_headers
from starlette.datastructures import Headers
from starlette.types import Scope

from toggle_core.settings import Settings

RUN_ID: Final = "toggle.run_id"
FAILED: Final = 500
SHUTDOWN_SECONDS: Final = 2.0
"""What is not sent by then is lost: a stop is not to wait for a collector that is away."""


class Otlp:
    """Makes spans and sends them in the background."""

    def __init__(self, settings: Settings) -> None:
        headers = settings.otlp_headers.get_secret_value() if settings.otlp_headers else ""
        exporter = OTLPSpanExporter(
            endpoint=f"{(settings.otlp_endpoint or '').rstrip('/')}/v1/traces",
            headers=parse_env_headers(headers, liberal=True),
        )
        named = Resource.create({"service.name": settings.otel_service_name})
        self._provider = TracerProvider(resource=named, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("toggle_core")

    def shutdown(self) -> None:
        """Send what is left, and wait no longer than ``SHUTDOWN_SECONDS``.

        The SDK itself waits for a request that is under way, which may take ten seconds and more
        where the collector accepts it and says nothing.
        """
        closing = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        closing.start()
        closing.join(SHUTDOWN_SECONDS)

    @contextmanager
    def request(self, scope: Scope) -> Iterator["OtlpRequest"]:
        """The span of a request; it goes on with the trace of the one who asks, if there is one."""
        parent = TraceContextTextMapPropagator().extract(dict(Headers(scope=scope)))
        span = self._tracer.start_span(
            scope["method"],
            parent,
            SpanKind.SERVER,
            {
                "http.request.method": scope["method"],
                "url.scheme": scope["scheme"],
                "toggle.request_id": scope["state"]["request_id"],
            },
        )
        with _inside(span):
            yield OtlpRequest(span, scope)

    @contextmanager
    def submit(self) -> Iterator[None]:
        """The span of a submission."""
        with _inside(self._tracer.start_span("submit")):
            yield

    def about(self, run_id: UUID) -> None:
        """Say which run the current span is about."""
        get_current_span().set_attribute(RUN_ID, str(run_id))

    @contextmanager
    def run(self, run_id: UUID) -> Iterator["OtlpRun"]:
        """The span of an execution."""
        attributes = {RUN_ID: str(run_id)}
        span = self._tracer.start_span("run", kind=SpanKind.CONSUMER, attributes=attributes)
        with _inside(span):
            yield OtlpRun(self._tracer, span)


class OtlpRequest:
    """The span of one HTTP request."""

    def __init__(self, span: Span, scope: Scope) -> None:
        self._span = span
        self._scope = scope

    def answered(self, route: str, status: int) -> None:
        """Say which route answered, and how."""
        self._span.update_name(f"{self._scope['method']} {route}")
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        with suppress(ValueError):  # whatever somebody wrote in place of an id is not passed on
            run_id = UUID(str(self._scope.get("path_params", {}).get("task_id")))
            self._span.set_attribute(RUN_ID, str(run_id))
        if status >= FAILED:
            self._span.set_status(StatusCode.ERROR)


class OtlpRun:
    """The spans of one execution: its nodes, and in these the calls of models, and the gates."""

    def __init__(self, tracer: Tracer, span: Span) -> None:
        self._tracer = tracer
        self._nodes = Nodes(tracer, span)

    @property
    def callbacks(self) -> Sequence[BaseCallbackHandler]:
        """For LangGraph."""
        return (self._nodes,)

    def gate(self, name: str, outcome: str, seconds: float) -> None:
        """A span for a gate that has spoken just now."""
        end = time.time_ns()
        span = self._tracer.start_span(
            f"gate {name}",
            set_span_in_context(self._nodes.newest),
            attributes={"toggle.gate": name, "toggle.outcome": outcome},
            start_time=end - round(seconds * 1e9),
        )
        span.end(end)


class Nodes(BaseCallbackHandler):
    """Makes a span of each node and of each call of a model, as LangChain tells of them.

    Attributes:
        newest: span of the node that began last.
    """

    run_inline = True

    def __init__(self, tracer: Tracer, span: Span) -> None:
        self.newest = span
        self._tracer = tracer
        self._run = span
        self._spans: dict[UUID, Span] = {}
        self._within: dict[UUID, Span] = {}
        """The span that each runnable is part of: not all have one of their own."""

    def on_chain_start(
        self,
        serialized: dict[str, Any],  # noqa: ARG002  LangChain gives it
        inputs: dict[str, Any],  # noqa: ARG002  LangChain gives it
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **others: Any,
    ) -> None:
        """A node begins, or a part of one."""
        node = (metadata or {}).get("langgraph_node")
        above = self._above(parent_run_id)
        if node is not None and others.get("name") == node and above is self._run:
            self.newest = self._begin(run_id, f"node {node}", above, {"toggle.node": node})
        else:
            self._within[run_id] = above

    def on_chain_end(self, outputs: dict[str, Any], *, run_id: UUID, **_: Any) -> None:  # noqa: ARG002
        """A node, or a part of one, has ended."""
        self._end(run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A node, or a part of one, has failed, or waits for a person."""
        self._end(run_id, None if isinstance(error, GraphBubbleUp) else error)

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],  # noqa: ARG002  LangChain gives it
        messages: list[list[Any]],  # noqa: ARG002  LangChain gives it
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """A model is called."""
        known = metadata or {}
        model = str(known.get("ls_model_name", ""))
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": str(known.get("ls_provider", "")),
            "gen_ai.request.model": model,
        }
        above = self._above(parent_run_id)
        self._begin(run_id, f"chat {model}".strip(), above, attributes, SpanKind.CLIENT)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """A model has answered."""
        for generation in (each for those in response.generations for each in those):
            if isinstance(generation, ChatGeneration) and isinstance(generation.message, AIMessage):
                used = generation.message.usage_metadata or {"input_tokens": 0, "output_tokens": 0}
                span = self._spans[run_id]
                span.set_attribute("gen_ai.usage.input_tokens", used["input_tokens"])
                span.set_attribute("gen_ai.usage.output_tokens", used["output_tokens"])
        self._end(run_id)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A model has failed."""
        self._end(run_id, error)

    def _above(self, parent: UUID | None) -> Span:
        return self._within.get(parent, self._run) if parent else self._run

    def _begin(
        self,
        run_id: UUID,
        name: str,
        above: Span,
        attributes: dict[str, str],
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> Span:
        context = set_span_in_context(above)
        span = self._tracer.start_span(name, context, kind, attributes)
        self._spans[run_id] = self._within[run_id] = span
        return span

    def _end(self, run_id: UUID, error: BaseException | None = None) -> None:
        self._within.pop(run_id, None)
        if span := self._spans.pop(run_id, None):
            if error is not None:
                _mark(span, error)
            span.end()


@contextmanager
def _inside(span: Span) -> Iterator[None]:
    """Let a span be the current one for the length of the block, and end it.

    The SDK's own way would send the text of an error along, and whoever wrote that text may have
    quoted a task.
    """
    with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except Exception as error:
            _mark(span, error)
            raise


def _mark(span: Span, error: BaseException) -> None:
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)

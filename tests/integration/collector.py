"""A collector of traces, small and real: it speaks OTLP over HTTP and keeps what it was sent."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """What has come so far.

    Attributes:
        address: for ``OTEL_EXPORTER_OTLP_ENDPOINT``.
        paths: that were posted to.
        authorizations: that came with them.
        received: the bodies, unpacked.
    """

    address: str = ""
    paths: set[str] = field(default_factory=set)
    authorizations: set[str] = field(default_factory=set)
    received: list[bytes] = field(default_factory=list)

    def resources(self) -> list[dict[str, str]]:
        """What the senders say of themselves."""
        return [attributes(each.resource.attributes) for each in self._all()]

    def spans(self) -> list[Span]:
        """All spans."""
        return [span for each in self._all() for scope in each.scope_spans for span in scope.spans]

    def _all(self) -> list:  # type: ignore[type-arg]  # of a generated class
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.received]
        return [each for request in requests for each in request.resource_spans]


def attributes(found: object) -> dict[str, str]:
    """Attributes as texts and numbers."""
    return {
        each.key: getattr(each.value, str(each.value.WhichOneof("value")))
        for each in found  # type: ignore[attr-defined]  # repeated of a generated class
    }


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listen for the length of the block."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.received.append(body)
            collector.paths.add(self.path)
            collector.authorizations.add(self.headers.get("Authorization", ""))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield collector
        server.shutdown()
        thread.join()

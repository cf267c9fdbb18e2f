"""Traces cost nothing where nobody asks for them, and nothing waits for a collector."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.app_process import ROOT, free_port
from tests.builders import Broken, Quick
from tests.integration.collector import Collector, attributes, collecting
from tests.integration.executors import executors
from tests.integration.sql import ask
from toggle_core.errors import TracingPackageMissing
from toggle_core.observing.tracing import tracing
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store.database import Database

WITHOUT = """
import sys
sys.modules["{module}"] = None
from toggle_core.cli import main
main(["worker"])
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that listens."""
    with collecting() as running:
        yield running


def settings(**variables: str) -> Settings:
    return Settings(_env_file=None, **variables)


PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with (
        pytest.raises(TracingPackageMissing, match=r"Run: pip install opentelemetry-sdk opentele"),
        tracing(settings(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")),
    ):
        pytest.fail("it began without its packages")


def test_a_start_without_them_ends_with_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(module=PACKAGES[0])],
        cwd=ROOT,
        env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "DATABASE_URL": "postgresql://x"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 1
    assert "pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http." in done.stderr
    assert "Traceback" not in done.stderr


def test_where_nobody_asks_for_traces_their_packages_are_not_loaded() -> None:
    code = (
        "import sys; from toggle_core.observing.tracing import tracing;"
        "from toggle_core.settings import Settings;"
        "tracing(Settings(_env_file=None)).__enter__();"
        "sys.exit('opentelemetry.sdk' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, env={}, check=False, timeout=240).returncode == 0


def test_a_fault_is_told_by_its_kind_and_not_by_its_text(
    shared_database: Database, collector: Collector
) -> None:
    run_id = submit(shared_database, "Break", builder="broken").task_id
    with (
        tracing(settings(OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)),
        executors(shared_database) as new_executor,
    ):
        new_executor(Broken(), "only").execute(run_id)
    spans = {span.name: span for span in collector.spans()}
    assert attributes(spans["node coder"].attributes)["error.type"] == "ZeroDivisionError"
    assert spans["node coder"].status.code == 2
    assert b"secret detail" not in b"".join(collector.received)


@pytest.fixture
def silent() -> Iterator[str]:
    """Address of a collector that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("kind", ["away", "silent"])
def test_a_collector_that_does_not_answer_delays_no_run_and_no_stop(
    shared_database: Database, silent: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stop that waited for the collector would take five minutes.
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "300")
    address = silent if kind == "silent" else f"http://127.0.0.1:{free_port()}"
    run_id = submit(shared_database, "Say hello", builder="quick").task_id
    with executors(shared_database) as new_executor:
        executor = new_executor(Quick(), "only")
        with tracing(settings(OTEL_EXPORTER_OTLP_ENDPOINT=address)):
            executor.execute(run_id)
            stopping = time.monotonic()
        stopped = time.monotonic() - stopping
    assert ask(shared_database, "SELECT status FROM runs") == [{"status": "completed"}]
    assert stopped < 100

"""Traces cost nothing where nobody asks for them, and nothing waits for a collector."""

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
from toggle_core.observing.tracing import tracing
from toggle_core.runs.commands import submit
from toggle_core.settings import Settings
from toggle_core.store.database import Database

WITHOUT = """
import sys
sys.modules["{module}"] = None
from toggle_core.__main__ import main
sys.exit(main(["worker"]))
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that listens."""
    with collecting() as running:
        yield running


def settings(**variables: str) -> Settings:
    return Settings(_env_file=None, **variables)


@pytest.mark.parametrize("module", ["opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"])
def test_a_package_that_is_missing_is_named_at_the_start(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(module=module)],
        cwd=ROOT,
        env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "DATABASE_URL": "postgresql://x"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Run: pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http." in (
        done.stderr
    )
    assert "Traceback" not in done.stderr


def test_where_nobody_asks_for_traces_their_packages_are_not_loaded() -> None:
    code = (
        "import sys; from toggle_core.observing.tracing import tracing;"
        "from toggle_core.settings import Settings;"
        "tracing(Settings(_env_file=None)).__enter__();"
        "sys.exit('opentelemetry.sdk' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, env={}, check=False, timeout=60).returncode == 0


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


def test_a_collector_that_is_away_delays_no_run_and_no_stop(shared_database: Database) -> None:
    run_id = submit(shared_database, "Say hello", builder="quick").task_id
    away = settings(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    with executors(shared_database) as new_executor:
        executor = new_executor(Quick(), "only")
        with tracing(away):
            executor.execute(run_id)
            stopping = time.monotonic()
        stopped = time.monotonic() - stopping
    assert ask(shared_database, "SELECT status FROM runs") == [{"status": "completed"}]
    assert stopped < 8

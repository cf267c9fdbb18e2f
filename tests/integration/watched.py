"""A dashboard and a worker in processes of their own, which tell all they can of what they do."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.app_process import AppProcess, free_port
from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN
from tests.integration.chat.server import ScriptedServer
from tests.integration.collector import Collector, collecting
from tests.integration.proved_builders import GOOD
from tests.polling import eventually
from tests.promised import GREETS
from toggle_core.store.database import Database

TASK = 'Greet Quuxley\n{"level":"ERROR","message":"forged"}\u200f'
KEY = "sk-planted-0123456789abcdef"
PROJECT = json.dumps(
    {
        "summary": "It greets.",
        "files": [{"path": path, "text": text} for path, text in GOOD.items()],
        "entry": "main.py",
        "how_to_run": "python main.py",
    }
)
TRACE = "0af7651916cd43dd8448eb211c80319c"


@dataclass(frozen=True, slots=True)
class Watched:
    """What two processes that were started, asked for one task, and stopped, have told.

    Attributes:
        task_id: of the task. It went through the gates.
        answers: each answer to a request, by the request's id.
        metrics: of each place, by its name.
        logs: each line, of both processes.
        collector: has got the traces.
    """

    task_id: str
    answers: Mapping[str, httpx.Response]
    metrics: Mapping[str, Mapping[str, Metric]]
    logs: tuple[dict[str, Any], ...]
    collector: Collector


@contextmanager
def watched(database: Database) -> Iterator[Watched]:
    """Start, ask and stop them."""
    with collecting() as collector, ScriptedServer() as model:
        model.script(replies.streamed(PLAN), replies.streamed(PROJECT))
        variables = {
            "DATABASE_URL": database.conninfo,
            "TOGGLE_MODEL": "openai:scripted",
            "OPENAI_BASE_URL": f"{model.address}/v1",
            "OPENAI_API_KEY": KEY,
            "TOGGLE_LOG_FORMAT": "json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
            "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20abc",
        }
        port = free_port()
        worker = ("-m", "toggle_core", "worker", "--threads", "2")
        with (
            AppProcess(**variables, TOGGLE_WORKER_THREADS="0") as app,
            AppProcess(worker, **variables, TOGGLE_METRICS_PORT=str(port)) as other,
        ):
            app.launch()
            other.launch()
            eventually(app.answers)
            places = {
                "the dashboard's port": f"{app.dashboard}/api",
                "the API's port": app.api,
                "the worker's port": f"http://127.0.0.1:{port}/api",
            }
            eventually(lambda: _answers(places["the worker's port"]))
            task_id, answers = _asked(app)
            metrics = {name: eventually(lambda a=place: _told(a)) for name, place in places.items()}
            app.stop()
            other.stop()
            lines = (app.output() + other.output()).splitlines()
        yield Watched(task_id, answers, metrics, tuple(map(json.loads, lines)), collector)


def families(text: str) -> dict[str, Metric]:
    """Metrics by name, as Prometheus reads them."""
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(told: Mapping[str, Metric], name: str, **labels: str) -> float:
    """The value of one series. Fails where there is none, or where there are several."""
    [found] = [
        sample.value
        for family in told.values()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return float(found)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/metrics", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def _told(address: str) -> dict[str, Metric] | None:
    """The metrics of a place once they tell of the end of the run."""
    told = families(httpx.get(f"{address}/metrics", timeout=10).text)
    return told if value(told, "toggle_runs", status="completed") == 1 else None


def _asked(app: AppProcess) -> tuple[str, dict[str, httpx.Response]]:
    """Submit a task, wait for its end, and ask for other things beside. Every request has an id."""
    answers = {}
    with httpx.Client(base_url=app.api, timeout=30) as client:

        def ask(method: str, path: str, request_id: str, **options: Any) -> httpx.Response:
            headers = {"X-Request-ID": request_id} | options.pop("headers", {})
            answers[request_id] = client.request(method, path, headers=headers, **options)
            return answers[request_id]

        task_id: str = ask(
            "POST",
            "/tasks",
            "request-submit",
            json={"description": TASK, "production": True, "promises": GREETS},
            headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"},
        ).json()["task_id"]
        ask("GET", f"/tasks/{task_id}", "request-read")
        ask("GET", "/tasks?q=Quuxley%0Aforged", "request-list")
        ask("GET", "/tasks/forged-id", "request-wrong")
        ask("GET", "/nowhere/Quuxley", "request-nowhere")
        ask("GET", f"/tasks/{task_id}", "no id of ours")
        eventually(lambda: client.get(f"/tasks/{task_id}").json()["finished_at"], seconds=600)
    return task_id, answers

"""What the program does is seen: in its log, in its metrics, and in traces."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.integration.collector import attributes
from tests.integration.sql import empty
from tests.integration.watched import KEY, TRACE, Watched, value, watched
from toggle_core.observing.logs import FIELDS
from toggle_core.store.database import Database
from toggle_core.words import GATES

PLACES = ("the dashboard's port", "the API's port", "the worker's port")
REQUESTS = {
    "request-submit": ("POST", "/api/tasks", 202),
    "request-read": ("GET", "/api/tasks/{task_id}", 200),
    "request-list": ("GET", "/api/tasks", 200),
    "request-wrong": ("GET", "/api/tasks/{task_id}", 422),
    "request-nowhere": ("GET", "/api/*", 404),
}
STAGES = ["planning", "coding", "checking", "responding"]
NODES = ["planner", "coder", "gates", "responder"]


@pytest.fixture(scope="module")
def seen(one_database: Database) -> Iterator[Watched]:
    """What a dashboard and a worker have told of one task."""
    empty(one_database)
    with watched(one_database) as found:
        yield found


def test_each_line_of_the_log_is_an_object_of_known_fields(seen: Watched) -> None:
    assert seen.logs
    for line in seen.logs:
        assert {"time", "level", "logger", "message"} <= line.keys() <= set(FIELDS), line


@pytest.mark.parametrize("request_id", REQUESTS)
def test_each_request_is_one_line_with_its_id(seen: Watched, request_id: str) -> None:
    [line] = [line for line in seen.logs if line.get("request") == request_id]
    assert line["logger"] == "toggle_core.http"
    assert (line["method"], line["route"], line["status"]) == REQUESTS[request_id]
    assert line["milliseconds"] > 0
    assert seen.answers[request_id].headers["X-Request-ID"] == request_id


def test_an_id_of_another_form_is_replaced(seen: Watched) -> None:
    answer = seen.answers["no id of ours"]
    given = answer.headers["X-Request-ID"]
    assert len(given) == 16
    assert [line["status"] for line in seen.logs if line.get("request") == given] == [200]


def test_each_stage_of_a_run_is_one_line(seen: Watched) -> None:
    stages = [line for line in seen.logs if "stage" in line]
    assert [line["stage"] for line in stages] == STAGES
    assert all(line["run"] == seen.task_id and line["seconds"] >= 0 for line in stages)


def test_each_gate_is_one_line_of_its_run(seen: Watched) -> None:
    gates = [line for line in seen.logs if "gate" in line]
    assert {line["gate"]: line["outcome"] for line in gates} == dict.fromkeys(GATES, "passed")
    assert len(gates) == len(GATES)
    assert {line["run"] for line in gates} == {seen.task_id}


def test_every_line_about_a_run_has_its_id(seen: Watched) -> None:
    told = [line for line in seen.logs if line["logger"].startswith("toggle_core.run")]
    told += [line for line in seen.logs if line["logger"] == "toggle_core.worker.execution"]
    assert "completed, production-ready" in {line["message"] for line in told}
    assert {line.get("run") for line in told} == {seen.task_id}


def test_no_text_of_a_task_and_no_key_is_in_the_log(seen: Watched) -> None:
    text = repr(seen.logs)
    for part in ("Quuxley", "forged", "It greets", KEY):
        assert part not in text


@pytest.mark.parametrize("place", PLACES)
def test_every_place_tells_of_the_whole_system(seen: Watched, place: str) -> None:
    told = seen.metrics[place]
    assert value(told, "toggle_database_up") == 1
    assert value(told, "toggle_queue_depth") == 0
    assert value(told, "toggle_queue_oldest_seconds") == 0
    assert value(told, "toggle_workers_alive") == 1
    assert value(told, "toggle_worker_threads") == 2
    statuses = ("processing", "completed", "failed", "cancelled")
    assert [value(told, "toggle_runs", status=each) for each in statuses] == [0, 1, 0, 0]
    passed = [value(told, "toggle_gate_results", gate=gate, outcome="passed") for gate in GATES]
    assert passed == [1] * len(GATES)
    failed = [value(told, "toggle_gate_results", gate=gate, outcome="failed") for gate in GATES]
    assert failed == [0] * len(GATES)
    most = value(told, "toggle_database_connections_max")
    assert 0 < value(told, "toggle_database_connections") < most


@pytest.mark.parametrize("place", PLACES)
def test_every_place_tells_of_its_own_pools(seen: Watched, place: str) -> None:
    told = seen.metrics[place]
    held = [value(told, "toggle_pool_connections", pool="commands", state="idle")]
    held += [value(told, "toggle_pool_connections", pool="commands", state="in_use")]
    assert 0 < sum(held) <= value(told, "toggle_pool_connections_max", pool="commands")


def test_a_worker_tells_of_stages_gates_and_tokens(seen: Watched) -> None:
    told = seen.metrics["the worker's port"]
    for stage in STAGES:
        assert value(told, "toggle_stage_seconds_count", stage=stage) == 1
        assert value(told, "toggle_stage_seconds_sum", stage=stage) >= 0
    for gate in GATES:
        assert value(told, "toggle_gate_seconds_count", gate=gate) == 1
    assert value(told, "toggle_queue_wait_seconds_count") == 1
    assert value(told, "toggle_model_tokens_total", direction="read") == 22
    assert value(told, "toggle_model_tokens_total", direction="written") == 14
    assert value(told, "toggle_pool_connections_max", pool="checkpoints") > 0


def test_the_process_of_the_api_tells_of_requests(seen: Watched) -> None:
    for place in PLACES[:2]:
        told = seen.metrics[place]
        submitted = {"route": "/api/tasks", "method": "POST"}
        assert value(told, "toggle_http_requests_total", status="2xx", **submitted) == 1
        assert value(told, "toggle_http_request_seconds_count", **submitted) == 1
        wrong = {"route": "/api/tasks/{task_id}", "status": "4xx", "method": "GET"}
        assert value(told, "toggle_http_requests_total", **wrong) == 1


def test_no_label_comes_from_people(seen: Watched) -> None:
    for told in seen.metrics.values():
        labels = repr([sample.labels for family in told.values() for sample in family.samples])
        for part in (seen.task_id, "Quuxley", "nowhere", "scripted"):
            assert part not in labels


def test_traces_go_to_the_collector_with_its_key(seen: Watched) -> None:
    assert seen.collector.paths == {"/v1/traces"}
    assert seen.collector.authorizations == {"Basic abc"}
    assert {each["service.name"] for each in seen.collector.resources()} == {"production-toggle"}


def test_a_run_is_a_trace_of_its_nodes_calls_and_gates(seen: Watched) -> None:
    spans = seen.collector.spans()
    [run] = [span for span in spans if span.name == "run"]
    assert attributes(run.attributes)["toggle.run_id"] == seen.task_id
    inside = [span for span in spans if span.trace_id == run.trace_id and span != run]
    nodes = {span.name: span for span in inside if span.parent_span_id == run.span_id}
    assert list(nodes) == [f"node {name}" for name in NODES]
    calls = [span for span in inside if span.name == "chat scripted"]
    assert {span.parent_span_id for span in calls} == {
        nodes["node planner"].span_id,
        nodes["node coder"].span_id,
    }
    assert [attributes(span.attributes)["gen_ai.usage.input_tokens"] for span in calls] == [11, 11]
    gates = [span for span in inside if span.parent_span_id == nodes["node gates"].span_id]
    assert Counter(span.name for span in gates) == Counter(f"gate {gate}" for gate in GATES)


def test_a_request_goes_on_with_the_trace_of_who_asks(seen: Watched) -> None:
    spans = [span for span in seen.collector.spans() if span.trace_id.hex() == TRACE]
    found = {span.name: attributes(span.attributes) for span in spans}
    assert found.keys() == {"POST /api/tasks", "submit"}
    assert found["submit"] == {"toggle.run_id": seen.task_id}
    assert found["POST /api/tasks"]["http.response.status_code"] == 202


def test_no_text_of_a_task_a_plan_or_code_and_no_key_is_in_a_trace(seen: Watched) -> None:
    sent = b"".join(seen.collector.received)
    assert b"node planner" in sent
    for part in (b"Quuxley", b"forged", b"greets", b"greeting", KEY.encode()):
        assert part not in sent

"""The API's guide: complete, and readable on a machine without a network."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

PROBLEM = {"$ref": "#/components/schemas/Problem"}
READY = {"$ref": "#/components/schemas/Ready"}
NO_CONTENT = "204"
LINKS = {"href", "src"}
FILES = {"text/csv", "application/vnd.apache.parquet", "application/zip", "image/png", "text/plain"}
FILTER = {
    "status",
    "q",
    "verdict",
    "builder",
    "production",
    "submitted_by",
    "created_from",
    "created_to",
    "duration_from",
    "duration_to",
    "needs_you",
    "works",
    "evidence",
    "strength_from",
    "reason_code",
    "failed_check",
    "kind",
    "project_id",
}

WITHOUT_A_DATABASE = {"health"}
WITHOUT_A_KEY = {"health", "ready"}


class Links(HTMLParser):
    """Collects all that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses in a tag."""
        self.found += [value for name, value in attrs if name in LINKS and value]


@pytest.fixture(scope="module")
def document(api_address: str) -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = (
        httpx.get(f"{api_address}/api/openapi.json", timeout=60).raise_for_status().json()
    )
    return found


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All operations by the name of their function."""
    return {
        found["operationId"]: found | {"path": path}
        for path, methods in document["paths"].items()
        for found in methods.values()
    }


def schema(answer: dict[str, Any]) -> Any:
    return answer["content"]["application/json"]["schema"]


def test_every_route_of_the_issue_is_documented(document: dict[str, Any]) -> None:
    assert {
        "/tasks": {"get", "post"},
        "/tasks/{task_id}": {"get"},
        "/runs.csv": {"get"},
        "/runs.parquet": {"get"},
        "/insights/{name}.csv": {"get"},
        "/health": {"get"},
        "/ready": {"get"},
    }.items() <= {path: set(methods) for path, methods in document["paths"].items()}.items()


def test_every_operation_has_a_summary_and_a_description(
    operations: dict[str, dict[str, Any]],
) -> None:
    for name, operation in operations.items():
        assert operation["summary"], name
        assert operation["description"], name


def test_every_problem_has_the_form_of_a_problem(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert schema(answer) in (PROBLEM, READY), (name, status)
                assert answer["description"], (name, status)


def test_every_operation_says_which_problems_it_answers_with(
    operations: dict[str, dict[str, Any]],
) -> None:
    for name, operation in operations.items():
        expected = {"403", "421", "429", "500"}
        if operation.get("parameters") or "requestBody" in operation:
            expected |= {"422"}
        if "{task_id}" in operation["path"]:
            expected |= {"404"}
        if "requestBody" in operation:
            expected |= {"413"}
        if name not in WITHOUT_A_DATABASE:
            expected |= {"503"}
        if name not in WITHOUT_A_KEY:
            expected |= {"401"}
        problems = {status for status in operation["responses"] if status >= "400"}
        assert expected <= problems, name
        assert problems - expected <= {"409"}, name


def test_every_operation_but_the_signs_of_life_takes_a_key(
    document: dict[str, Any], operations: dict[str, dict[str, Any]]
) -> None:
    [(name, scheme)] = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for operation, found in operations.items():
        assert found.get("security") == (None if operation in WITHOUT_A_KEY else [{name: []}])


def test_every_success_has_a_schema_of_its_own(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        [success] = [
            answer
            for code, answer in operation["responses"].items()
            if code < "400" and code != NO_CONTENT
        ]
        [(kind, content)] = success["content"].items()
        if kind == "application/json":
            assert content["schema"].keys() == {"$ref"}, name
        elif kind == "text/event-stream":
            assert content["itemSchema"]["properties"].keys() >= {"event", "data", "id"}, name
        else:
            assert kind in FILES, name


def test_fastapis_own_form_of_errors_does_not_appear(document: dict[str, Any]) -> None:
    assert {"HTTPValidationError", "ValidationError"}.isdisjoint(document["components"]["schemas"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names == set(document["components"]["schemas"])


def test_the_limits_of_input_are_documented(operations: dict[str, dict[str, Any]]) -> None:
    parameters = {found["name"]: found for found in operations["list_tasks"]["parameters"]}
    assert set(parameters) == FILTER | {"sort", "limit", "cursor", "changed_since"}
    assert (
        parameters["limit"]["schema"] | {"maximum": 200, "minimum": 1, "default": 50}
        == (parameters["limit"]["schema"])
    )
    assert "Idempotency-Key" in {
        found["name"].title() for found in operations["submit_task"]["parameters"]
    }


def test_lists_and_exports_have_the_same_filter(operations: dict[str, dict[str, Any]]) -> None:
    for name in ("list_tasks", "export_csv", "export_parquet"):
        assert {found["name"] for found in operations[name]["parameters"]} >= FILTER, name


# The page.


@pytest.fixture(scope="module")
def page(api_address: str) -> httpx.Response:
    """The guide's page as a browser loads it."""
    return httpx.get(f"{api_address}/api/docs", timeout=60).raise_for_status()


def addresses(page: httpx.Response) -> list[str]:
    """All that the page loads, its scripts' own addresses included."""
    links = Links()
    links.feed(page.text)
    quoted = re.findall(r"""url:\s*['"]([^'"]+)['"]""", page.text)
    return [urljoin(str(page.url), link) for link in links.found + quoted]


def test_the_page_asks_for_nothing_from_another_host(page: httpx.Response) -> None:
    found = addresses(page)
    assert len(found) >= 3
    assert {urlsplit(link).netloc for link in found} == {page.url.netloc.decode()}
    outside = set(re.findall(r"""(?:https?:)?//[\w.-]+""", page.text))
    assert outside <= {f"http://{page.url.netloc.decode()}"}


def test_all_that_the_page_asks_for_is_there(page: httpx.Response) -> None:
    for link in addresses(page):
        answer = httpx.get(link, timeout=60)
        assert answer.status_code == 200, link
        assert answer.content, link


def test_styles_and_scripts_load_nothing_from_another_host(page: httpx.Response) -> None:
    for link in addresses(page):
        if link.endswith(".css"):
            assert (
                re.findall(r"url\((?!['\"]?data:)|@import", httpx.get(link, timeout=60).text) == []
            )


def test_the_page_shows_the_document_of_this_api(page: httpx.Response) -> None:
    assert str(page.url.join("/api/openapi.json")) in addresses(page)

"""Whatever is sent: a 4xx with a sentence that names the field, and nothing is accepted."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.sql import ask
from toggle_core.api.problems import BODY_LIMIT
from toggle_core.store.database import Database

JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def nothing_was_accepted(shared_database: Database) -> Iterator[None]:
    """Whatever a test sends, there is no run afterwards."""
    yield
    assert ask(shared_database, "SELECT FROM runs UNION ALL SELECT FROM procrastinate_jobs") == []


def refused(answer: httpx.Response, status: int, field: str | None) -> str:
    """The sentence of a refusal, after its form has been checked."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    problem = answer.json()
    assert set(problem) == {"detail", "field"}
    assert problem["field"] == field
    assert problem["detail"].endswith((".", "?"))
    for leak in ("Traceback", 'File "', "psycopg", "sqlalchemy", "pydantic", "RequestValidation"):
        assert leak not in answer.text
    return str(problem["detail"])


BAD_BODIES: dict[str, tuple[Any, str, str]] = {
    "empty": ({"description": ""}, "description", "The task is empty."),
    "blank": ({"description": " \n\t\u3000"}, "description", "The task is empty."),
    "invisible": ({"description": "\u200b\u2060\u3164"}, "description", "The task is empty."),
    "too long": (
        {"description": "x" * 10_001},
        "description",
        "The task has 10,001 characters; at most 10,000 are accepted.",
    ),
    "NUL": ({"description": "ab\x00c"}, "description", "U+0000 (null), at position 3"),
    "surrogate": ({"description": "ab\ud800c"}, "description", "U+D800 (half a character)"),
    "override": (
        {"description": "ab\u202ec"},
        "description",
        "U+202E (right-to-left override), at position 3",
    ),
    "escape": ({"description": "ab\x1b[31mc"}, "description", "U+001B (escape), at position 3"),
    "number": ({"description": 1}, "description", "a text is needed"),
    "null": ({"description": None}, "description", "a text is needed"),
    "list": ({"description": ["a"]}, "description", "a text is needed"),
    "missing": ({}, "description", "this is missing"),
    "toggle text": ({"description": "a", "production": "yes"}, "production", "true or false"),
    "toggle number": ({"description": "a", "production": 1}, "production", "true or false"),
    "toggle null": ({"description": "a", "production": None}, "production", "true or false"),
    "unknown": ({"description": "a", "urgency": 1}, "urgency", "this field is not known"),
    "not an object": ("Create a page", "body", "a JSON object is needed"),
    "array": ([{"description": "a"}], "body", "a JSON object is needed"),
    "nothing": (None, "body", "a JSON object is needed"),
}


@pytest.mark.parametrize(("body", "field", "sentence"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_wrong_task_is_refused_by_the_name_of_its_field(
    api: httpx.Client, body: object, field: str, sentence: str
) -> None:
    # ASCII escapes can say what UTF-8 cannot: half a character.
    answer = api.post("/tasks", content=json.dumps(body), headers=JSON)
    assert sentence in refused(answer, 422, field)


def test_of_several_faults_one_at_a_time_is_told(api: httpx.Client) -> None:
    answer = api.post("/tasks", json={"description": 1, "production": "yes", "urgency": 1})
    assert refused(answer, 422, "description") == "description: a text is needed."


def test_the_position_of_a_bad_character_is_told(api: httpx.Client) -> None:
    answer = api.post("/tasks", content=r'{"description": "abc\u0000"}', headers=JSON)
    assert "at position 4" in refused(answer, 422, "description")


def test_what_was_sent_is_not_repeated(api: httpx.Client) -> None:
    answer = api.post("/tasks", json={"description": 1, "secret-4711": "hunter2"})
    assert "hunter2" not in refused(answer, 422, "description")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"description=a", b'{"description": "a",}', b"'", b"\x00", b'{"description": "a'],
)
def test_what_is_no_json_is_refused(api: httpx.Client, content: bytes) -> None:
    answer = api.post("/tasks", content=content, headers=JSON)
    assert refused(answer, 422, "body")


@pytest.mark.parametrize(
    "content",
    [
        b'{"description": "\xff\xfe"}',
        b"\x80",
        b"[" * 30_000,
        b'{"description": ' + b"9" * 5_000 + b"}",
    ],
    ids=["no UTF-8", "no text", "deep", "long number"],
)
def test_what_cannot_be_decoded_is_refused(api: httpx.Client, content: bytes) -> None:
    refused(api.post("/tasks", content=content, headers=JSON), 422, "body")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_json_sent_as_something_else_is_refused_with_the_reason(
    api: httpx.Client, kind: str | None
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = api.post("/tasks", content=b'{"description": "a"}', headers=headers)
    assert "Content-Type: application/json" in refused(answer, 422, "body")


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "caf\xe9", "tab\there"])
def test_a_key_that_cannot_be_compared_is_refused(api: httpx.Client, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    answer = api.post("/tasks", json={"description": "a"}, headers=headers)
    assert refused(answer, 422, "Idempotency-Key").startswith("An Idempotency-Key has 1 to 200")


# Size.

LARGE = json.dumps({"description": "x" * BODY_LIMIT}).encode()


def in_pieces(content: bytes) -> Iterator[bytes]:
    """So that it is sent in chunks, without its length in advance."""
    for start in range(0, len(content), 8_192):
        yield content[start : start + 8_192]


def test_a_large_body_is_refused_by_its_length(api: httpx.Client) -> None:
    answer = api.post("/tasks", content=LARGE, headers=JSON)
    assert refused(answer, 413, "body") == ("The request is too large; at most 64 KB are accepted.")


def test_a_large_body_is_refused_although_its_length_was_not_told(api: httpx.Client) -> None:
    answer = api.post("/tasks", content=in_pieces(LARGE), headers=JSON)
    assert "Content-Length" not in answer.request.headers
    assert refused(answer, 413, "body") == ("The request is too large; at most 64 KB are accepted.")


def test_a_body_of_just_the_limit_is_read(api: httpx.Client) -> None:
    frame = len(json.dumps({"description": ""}))
    body = json.dumps({"description": "x" * (BODY_LIMIT - frame)}).encode()
    assert len(body) == BODY_LIMIT
    for content in (body, in_pieces(body)):
        answer = api.post("/tasks", content=content, headers=JSON)
        assert "at most 10,000 are accepted" in refused(answer, 422, "description")


# Queries.


@pytest.mark.parametrize("place", ["/tasks", "/runs.csv"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=stuck", "status"),
        ("status=", "status"),
        ("status=Completed", "status"),
        ("q=" + "x" * 201, "q"),
    ],
)
def test_a_wrong_filter_is_refused(api: httpx.Client, place: str, query: str, field: str) -> None:
    assert field in refused(api.get(f"{place}?{query}"), 422, field)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "ten", "1.5", "", "9" * 40])
def test_a_wrong_limit_is_refused(api: httpx.Client, limit: str) -> None:
    refused(api.get("/tasks", params={"limit": limit}), 422, "limit")


@pytest.mark.parametrize(
    "cursor",
    [
        "rubbish",
        "%00",
        "AAAA",
        "b2xkZXJ8fA",
        "bmV3ZXJ8MTk5OS0wMS0wMXwx",
        "é",
        "x" * 201,
        "=",
        "\ud83d",
    ],
)
def test_a_cursor_of_ours_is_needed(api: httpx.Client, cursor: str) -> None:
    encoded = cursor.encode(errors="surrogatepass")
    answer = api.get("/tasks", params={"cursor": encoded})
    refused(answer, 422, "cursor")


@pytest.mark.parametrize(
    "q", ["%00", "%FF", "%ED%A0%80", "'", "%25", "%5C", "a%00b", "%F0%9F%9A%80"]
)
def test_any_search_is_answered(api: httpx.Client, q: str) -> None:
    for place in ("/tasks", "/runs.csv"):
        assert api.get(f"{place}?q={q}").status_code == 200


@pytest.mark.parametrize("task_id", ["1", "%00", "..%2f..%2fetc", "x" * 5_000, "'", "null", "%F0"])
def test_a_malformed_id_is_refused(api: httpx.Client, task_id: str) -> None:
    answer = api.get(f"/tasks/{task_id}")
    assert answer.status_code in {404, 422}
    refused(answer, answer.status_code, answer.json()["field"])

"""What is no key of the API opens nothing, wherever it stands."""

import httpx
import pytest
from starlette.types import Message

from tests.awaiting import outcome_of
from tests.integration.api_keys import bearer, is_problem, raw
from toggle_core.api.authentication import Authenticate
from toggle_core.words import Scope


def wrong(key: str) -> dict[str, str]:
    """Headers that must not open anything, by what is wrong with them."""
    return {
        "no word before it": key,
        "basic": "Basic Zm91bmRlcjpodW50ZXIy",
        "another word": f"Token {key}",
        "the word alone": "Bearer",
        "the word and a blank": "Bearer ",
        "no blank": f"Bearer{key}",
        "a colon": f"Bearer: {key}",
        "two keys": f"Bearer {key} {key}",
        "two in a list": f"Bearer {key}, Bearer {key}",
        "quotes": f'Bearer "{key}"',
        "a tab": f"Bearer\t{key}",
        "more than the key": f"Bearer {key}0",
        "less than the key": f"Bearer {key[:-1]}",
        "capitals": f"Bearer {key.upper()}",
        "another one": f"Bearer ptk_{'0' * 12}_{'0' * 64}",
        "sql": "Bearer ptk_'OR'1'='1",
        "nothing": "",
    }


@pytest.mark.parametrize("kind", wrong(""))
def test_what_is_no_key_opens_nothing(api: httpx.Client, keys: dict[Scope, str], kind: str) -> None:
    header = wrong(keys[Scope.ADMIN])[kind]
    answer = raw(api, f"Authorization: {header}".encode())
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b'www-authenticate: Bearer realm="Production Toggle"' in answer
    assert b'"detail":"' in answer
    assert b"ptk_" not in answer


def test_the_header_is_there_once(api: httpx.Client, keys: dict[Scope, str]) -> None:
    good = b"Authorization: Bearer " + keys[Scope.READ].encode()
    assert raw(api, good).startswith(b"HTTP/1.1 200 ")
    for other in (good, b"Authorization: Bearer x", b"authorization: Basic eDp5"):
        assert raw(api, good, other).startswith(b"HTTP/1.1 401 ")
        assert raw(api, other, good).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("size", [1_000, 60_000, 1_000_000])
def test_a_huge_header_is_refused(api: httpx.Client, keys: dict[Scope, str], size: int) -> None:
    key = keys[Scope.READ].encode()
    try:
        answer = raw(api, b"Authorization: Bearer " + key + b"0" * size)
    except ConnectionError:  # The web server has closed it without having read to its end.
        answer = b""
    assert answer[:13] in {b"HTTP/1.1 401 ", b"HTTP/1.1 400 ", b"HTTP/1.1 431 ", b""}
    assert api.get("/tasks", headers=bearer(keys[Scope.READ])).status_code == 200


@pytest.mark.usefixtures("keys")
def test_bytes_that_are_no_text_are_no_key(
    api: httpx.Client,
) -> None:
    for value in (b"Bearer \xff\xfe", b"\xff", b"Bearer ptk_\xc3\xa9"):
        assert raw(api, b"Authorization: " + value).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "Authorization"])
def test_a_key_in_the_address_opens_nothing_and_is_advised_against(
    api: httpx.Client, keys: dict[Scope, str], name: str
) -> None:
    answer = api.get("/tasks", params={name: keys[Scope.ADMIN]})
    assert is_problem(answer, 401)
    assert "revoke this one" in answer.json()["detail"]
    assert keys[Scope.ADMIN] not in answer.text


def test_a_key_in_the_body_opens_nothing(api: httpx.Client, keys: dict[Scope, str]) -> None:
    answer = api.post("/tasks", data={"access_token": keys[Scope.ADMIN]})
    assert is_problem(answer, 401)


def test_a_websocket_does_not_get_past() -> None:
    sent: list[Message] = []

    async def behind(_: object, __: object, ___: object) -> None:
        pytest.fail("it got past")

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/api/tasks", "root_path": "/api", "headers": []}
    outcome_of(Authenticate(behind)(scope, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]

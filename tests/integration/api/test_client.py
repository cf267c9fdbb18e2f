"""The client of the API: typed answers, and one of two errors for everything else."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import pytest

from tests.app_process import free_port
from tests.builders import FILES, Quick
from tests.integration.executors import executors
from tests.integration.sql import ask
from toggle_core import client as module
from toggle_core.access.keys import create_key, revoke_key
from toggle_core.client import Client, get_task, submit_task
from toggle_core.errors import ApiKeyRefused, ApiKeyUnusable, ApiRefused, ApiUnreachable
from toggle_core.settings import get_settings
from toggle_core.store.database import Database
from toggle_core.words import Scope, Stage, Status, Verdict


@pytest.fixture
def client(api_address: str, shared_database: Database) -> Iterator[Client]:
    """A client of an API on an empty database."""
    assert shared_database
    with Client(api_address) as opened:
        yield opened


def test_a_task_is_submitted_and_read(client: Client, shared_database: Database) -> None:
    receipt = client.submit_task("Create a hello world app")
    assert isinstance(receipt.task_id, UUID)
    assert receipt.status is Status.PROCESSING
    task = client.get_task(receipt.task_id)
    assert (task.description, task.stage) == ("Create a hello world app", Stage.QUEUED)
    with executors(shared_database) as new_executor:
        new_executor(Quick(), "only").execute(receipt.task_id)
    task = client.get_task(str(receipt.task_id))
    assert (task.status, task.verdict, task.files) == (Status.COMPLETED, Verdict.DRAFT, FILES)
    assert task.created_at.tzinfo is not None


def test_the_toggle_is_passed_on(client: Client) -> None:
    assert client.get_task(client.submit_task("Prove it", production=True).task_id).production
    assert not client.get_task(client.submit_task("Draft it").task_id).production


def test_the_review_is_passed_on(client: Client) -> None:
    assert client.get_task(client.submit_task("Ask me", review=True).task_id).review
    assert not client.get_task(client.submit_task("Go ahead").task_id).review


def test_with_a_key_a_call_may_be_repeated(client: Client) -> None:
    first = client.submit_task("Once", idempotency_key="key")
    assert client.submit_task("Once", idempotency_key="key") == first
    with pytest.raises(ApiRefused, match=r"^The server answered 409: This Idempotency-Key was"):
        client.submit_task("Twice", idempotency_key="key")


@pytest.mark.parametrize("key", ["", "two words", "é", "\ud800"])
def test_a_wrong_key_is_refused_by_the_server(client: Client, key: str) -> None:
    with pytest.raises(ApiRefused, match="An Idempotency-Key has 1 to 200"):
        client.submit_task("Once", idempotency_key=key)


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ("", "The task is empty"),
        ("x" * 10_001, "The task has 10,001 characters"),
        ("x" * 70_000, "The request is too large"),
        ("NUL \x00", "U+0000 (null), at position 5"),
        ("half \ud800", "U+D800 (half a character), at position 6"),
        ("turned \u202e", "U+202E (right-to-left override), at position 8"),
        (None, "description: a text is needed"),
    ],
)
def test_what_the_server_refuses_is_told_in_its_sentence(
    client: Client, shared_database: Database, description: str, sentence: str
) -> None:
    with pytest.raises(ApiRefused, match=re.escape(sentence)):
        client.submit_task(description)
    assert ask(shared_database, "SELECT FROM runs") == []


def test_any_text_arrives_as_it_is(client: Client) -> None:
    task = 'naïve ☃ 🚀 "quoted" \\ \n\t end'
    assert client.get_task(client.submit_task(task).task_id).description == task


def test_the_key_is_sent(api_address: str, shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.SUBMIT)
    with Client(api_address, key=key) as opened:
        task_id = opened.submit_task("Create a page").task_id
        assert opened.get_task(task_id).description == "Create a page"
    assert ask(shared_database, "SELECT submitted_by FROM runs") == [{"submitted_by": "key:ci"}]


def test_the_key_of_the_settings_is_sent_where_none_is_given(
    api_address: str, shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = create_key(shared_database, "ci", Scope.SUBMIT)
    monkeypatch.setenv("TOGGLE_API_KEY", key)
    get_settings.cache_clear()
    try:
        with Client(api_address) as opened:
            assert opened.submit_task("Create a page").status is Status.PROCESSING
        with Client(api_address, key="") as opened, pytest.raises(ApiKeyRefused):
            opened.submit_task("Create a page")
    finally:
        get_settings.cache_clear()


def test_who_needs_a_key_is_told_how_to_give_it(
    api_address: str, shared_database: Database
) -> None:
    made, key = create_key(shared_database, "ci", Scope.READ)
    sentence = r"^The server let nobody in \(401\): This API needs a key\. .*TOGGLE_API_KEY"
    with Client(api_address) as opened, pytest.raises(ApiKeyRefused, match=sentence):
        opened.get_task(uuid4())
    with Client(api_address, key=key) as opened:
        with pytest.raises(ApiRefused, match=r'403: The key "ci" has the scope read, and this'):
            opened.submit_task("Create a page")
        revoke_key(shared_database, made.id)
        with pytest.raises(ApiKeyRefused, match='The key "ci" was revoked') as refusal:
            opened.get_task(uuid4())
    assert key not in str(refusal.value)


@pytest.mark.parametrize("key", ["two words", "ptk_é", "line\nbreak", "\ud800"])
def test_a_key_that_cannot_be_sent_is_told_and_not_repeated(key: str) -> None:
    with pytest.raises(ApiKeyUnusable) as refusal:
        Client("http://127.0.0.1:1", key=key)
    assert key not in str(refusal.value)


def test_an_unknown_task_is_told_from_a_malformed_id(client: Client) -> None:
    with pytest.raises(ApiRefused, match="404: There is no run with this id"):
        client.get_task(uuid4())
    for malformed in ("my-task", "", "../health", "a/b", "?", "#"):
        with pytest.raises(ApiRefused):
            client.get_task(malformed)


def test_a_slash_at_the_end_of_the_address_does_no_harm(api_address: str) -> None:
    with Client(f"{api_address}/") as opened, pytest.raises(ApiRefused, match="404"):
        opened.get_task(uuid4())


def test_without_a_server_the_address_is_named() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with Client(address) as opened:
        with pytest.raises(ApiUnreachable, match=f"{address}/api .ConnectError"):
            opened.submit_task("Anyone there?")
        with pytest.raises(ApiUnreachable, match="Is the server running"):
            opened.get_task(uuid4())


class SomethingElse(BaseHTTPRequestHandler):
    """Answers as another program might that listens on the port."""

    def do_GET(self) -> None:
        """Answer with a page, with what is no JSON, late, or with an error of its own."""
        kind = self.path.rsplit("/", 1)[-1]
        self.send_response({"moved": 302, "down": 502}.get(kind, 200))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        if kind == "late":
            self.server.late.wait(20)  # type: ignore[attr-defined]  # set by the fixture
        self.wfile.write({"empty": b"", "json": b"{}"}.get(kind, b"<html>Hello</html>"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def other() -> Iterator[str]:
    """Address of another program."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SomethingElse)
    server.late = threading.Event()  # type: ignore[attr-defined]  # of these tests only
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.late.set()  # type: ignore[attr-defined]  # of these tests only
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["page", "empty", "json"])
def test_an_answer_of_another_program_is_not_taken_for_ours(other: str, kind: str) -> None:
    with Client(other) as opened, pytest.raises(ApiRefused, match="Check the address"):
        opened.get_task(kind)


def test_an_error_of_another_program_is_told(other: str) -> None:
    with Client(other) as opened:
        with pytest.raises(ApiRefused, match="502: Bad Gateway"):
            opened.get_task("down")
        with pytest.raises(ApiRefused, match="302: Found"):
            opened.get_task("moved")


def test_a_server_that_does_not_answer_in_time_is_unreachable(other: str) -> None:
    with (
        Client(other, timeout=0.2) as opened,
        pytest.raises(ApiUnreachable, match="ReadTimeout"),
    ):
        opened.get_task("late")


def test_without_a_client_of_ones_own_the_server_of_this_machine_is_asked(
    api_address: str, shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.DEFAULT_ADDRESS == "http://localhost:8002"
    monkeypatch.setattr(Client.__init__, "__defaults__", (api_address,))
    receipt = submit_task("Create a page")
    assert get_task(receipt.task_id).description == "Create a page"
    assert len(ask(shared_database, "SELECT FROM runs")) == 1

"""The client follows a task: typed events, over as many connections as it takes."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import pytest

from tests.app_process import free_port
from tests.builders import Quick
from tests.integration.event_reader import written
from tests.integration.executors import executors
from toggle_core import client_events
from toggle_core.client import Client
from toggle_core.errors import ApiRefused, ApiUnreachable
from toggle_core.runs.control import cancel
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import EventKind, Stage

RUN = UUID("019a2000-0000-7000-8000-000000000001")


@pytest.fixture
def client(api_address: str, shared_database: Database) -> Iterator[Client]:
    """A client of an API on an empty database."""
    assert shared_database
    with Client(api_address) as opened:
        yield opened


def test_a_task_is_followed_to_its_end(client: Client, shared_database: Database) -> None:
    task_id = client.submit_task("Follow me").task_id
    stream = client.follow(task_id)
    first = next(stream)
    assert (first.kind, first.stage) == (EventKind.STAGE, Stage.QUEUED)
    with executors(shared_database) as new_executor:
        new_executor(Quick(), "one").execute(task_id)
    events = [first, *stream]
    assert [event.id for event in events] == written(shared_database, task_id)
    assert events[-1].stage is Stage.DONE


def test_from_a_known_event_on_only_the_later_ones_come(
    client: Client, shared_database: Database
) -> None:
    run_id = submit(shared_database, "Follow me", builder="quick").task_id
    cancel(shared_database, run_id)
    first, last = written(shared_database, run_id)
    assert [event.id for event in client.follow(run_id, after=first)] == [last]
    assert list(client.follow(run_id, after=last)) == []


def test_an_unknown_task_is_told_from_a_malformed_id(client: Client) -> None:
    with pytest.raises(ApiRefused, match="404: There is no run with this id"):
        next(client.follow(uuid4()))
    with pytest.raises(ApiRefused, match="422"):
        next(client.follow("my-task"))


def test_without_a_server_the_address_is_named() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with Client(address) as opened, pytest.raises(ApiUnreachable, match=f"{address}/api"):
        next(opened.follow(RUN))


class Unsteady(BaseHTTPRequestHandler):
    """Drops the connection after each event, and is away once in between."""

    def do_GET(self) -> None:
        """Answer with the event after the one that is known, then break off."""
        server = self.server
        known = int(self.headers.get("Last-Event-ID", "0"))
        server.known.append(known)  # type: ignore[attr-defined]  # of these tests only
        if known == 2 and server.known.count(2) == 1:  # type: ignore[attr-defined]  # same
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if known == 3:
            self.wfile.write(b"event: end\ndata: {}\n\n")
            return
        data = f'{{"id":{known + 1},"at":"2026-11-22T12:00:00Z","kind":"stage","stage":"coding"'
        self.wfile.write(f'id: {known + 1}\ndata: {data},"detail":{{}}}}\n\n: half an ev'.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Other(BaseHTTPRequestHandler):
    """Another program."""

    def do_GET(self) -> None:
        """Answer with a page."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Hello</html>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[ThreadingHTTPServer]:
    """A server of the kind that the test asks for."""
    opened = ThreadingHTTPServer(("127.0.0.1", 0), request.param)
    opened.known = []  # type: ignore[attr-defined]  # of these tests only
    thread = threading.Thread(target=opened.serve_forever, args=(0.02,))
    thread.start()
    yield opened
    opened.shutdown()
    thread.join()
    opened.server_close()


@pytest.mark.parametrize("server", [Unsteady], indirect=True)
def test_after_breaks_it_goes_on_where_it_was(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_events, "FIRST_PAUSE_SECONDS", 0.01)
    with Client(f"http://127.0.0.1:{server.server_port}") as opened:
        assert [event.id for event in opened.follow(RUN)] == [1, 2, 3]
    assert server.known == [0, 1, 2, 2, 3]  # type: ignore[attr-defined]  # of these tests only


@pytest.mark.parametrize("server", [Unsteady], indirect=True)
def test_a_server_that_does_not_come_back_is_given_up(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_events, "PATIENCE_SECONDS", 0.1)
    with Client(f"http://127.0.0.1:{server.server_port}") as opened:
        stream = opened.follow(RUN)
        assert next(stream).id == 1
        server.shutdown()
        server.socket.close()
        with pytest.raises(ApiUnreachable):
            list(stream)


@pytest.mark.parametrize("server", [Other], indirect=True)
def test_another_program_is_not_taken_for_ours(server: ThreadingHTTPServer) -> None:
    with (
        Client(f"http://127.0.0.1:{server.server_port}") as opened,
        pytest.raises(ApiRefused, match="Check the address"),
    ):
        next(opened.follow(RUN))

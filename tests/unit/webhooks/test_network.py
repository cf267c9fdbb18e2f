"""What is checked is what is connected to, and the name stays in ``Host`` and TLS."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.awaiting import outcome_of
from toggle_core.webhooks import sending
from toggle_core.webhooks.network import NOT_PUBLIC
from toggle_core.webhooks.sending import Attempt, send

KEY = bytes(32)


class Names:
    """Names that lead where a test wants, each time elsewhere if it wants that."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def getaddrinfo(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        """Answer as ``asyncio`` does."""
        if host not in {"rebinding.test", "secure.test"}:
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]


def sent(url: str, names: Names, *, allow_private: bool) -> Attempt:
    """Send something, with these names."""

    async def sending_it() -> Attempt:
        loop: Any = asyncio.get_running_loop()
        loop.getaddrinfo = names.getaddrinfo
        return await send(url, "id", b"{}", key=KEY, seconds=5, allow_private=allow_private)

    return outcome_of(sending_it())


class Handler(BaseHTTPRequestHandler):
    """Says yes, and notes by which name it was called."""

    def do_POST(self) -> None:
        """Answer."""
        self.server.hosts.append(self.headers["Host"])  # type: ignore[attr-defined]  # below
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """A receiver on this machine."""
    opened = HTTPServer(("127.0.0.1", 0), Handler)
    opened.hosts = []  # type: ignore[attr-defined]  # of these tests only
    thread = threading.Thread(target=opened.serve_forever, args=(0.02,))
    thread.start()
    yield opened
    opened.shutdown()
    thread.join()
    opened.server_close()


def test_a_name_is_resolved_once_and_its_address_is_the_one_that_is_called(
    server: HTTPServer,
) -> None:
    names = Names(["127.0.0.1"], ["192.0.2.1"])
    url = f"http://rebinding.test:{server.server_port}/"
    assert sent(url, names, allow_private=True) == Attempt(204)
    assert names.asked == ["rebinding.test"]
    assert server.hosts == [f"rebinding.test:{server.server_port}"]  # type: ignore[attr-defined]  # ours


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.1"]]
)
def test_a_name_with_any_address_inside_is_refused(
    server: HTTPServer, addresses: list[str]
) -> None:
    url = f"http://rebinding.test:{server.server_port}/"
    tried = sent(url, Names(addresses), allow_private=False)
    assert tried == Attempt(error=NOT_PUBLIC.format(host="rebinding.test"), final=True)
    assert server.hosts == []  # type: ignore[attr-defined]  # of these tests only


def test_where_one_address_does_not_answer_the_next_is_called(server: HTTPServer) -> None:
    names = Names(["127.0.0.2", "127.0.0.1"])
    url = f"http://rebinding.test:{server.server_port}/"
    assert sent(url, names, allow_private=True) == Attempt(204)


def secured(
    server: HTTPServer, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str | None]:
    """Let a server speak TLS as this name, with a certificate that the sender trusts.

    Returns the names it will be called by.
    """
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    trust = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(sending, "_trust", lambda: trust)
    called: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _, by, __: called.append(by)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return called


def test_tls_is_made_with_the_name_and_not_the_address(
    server: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = secured(server, "secure.test", tmp_path, monkeypatch)
    url = f"https://secure.test:{server.server_port}/"
    assert sent(url, Names(["127.0.0.1"]), allow_private=True) == Attempt(204)
    assert called == ["secure.test"]


def test_a_certificate_for_another_name_is_not_accepted(
    server: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secured(server, "other.test", tmp_path, monkeypatch)
    url = f"https://secure.test:{server.server_port}/"
    tried = sent(url, Names(["127.0.0.1"]), allow_private=True)
    assert tried.code is None
    assert "certificate of the receiver is not valid" in (tried.error or "")
    assert server.hosts == []  # type: ignore[attr-defined]  # of these tests only

"""Requests through a proxy, and to a server whose certificate nobody vouches for."""

import os
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PLAN_TEXT
from tests.integration.chat.server import ScriptedServer
from tests.integration.store.test_database_tls import new_certificate
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment without proxies and certificates."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT"):
            monkeypatch.delenv(name)


@pytest.fixture
def away(settings: ChatSettings) -> ChatSettings:
    """Settings for a server that only a proxy could reach."""
    return replace(settings, base_url="http://models.invalid/v1", max_retries=0)


def test_a_request_goes_through_the_proxy_of_the_environment(
    server: ScriptedServer, away: ChatSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.address)
    server.script(replies.streamed(PLAN))
    assert ChatBuilder(away).plan("Greet me").text == PLAN_TEXT
    assert server.asked[0].path == "http://models.invalid/v1/chat/completions"


def test_a_proxy_that_does_not_answer_is_named(
    away: ChatSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as gone:
        monkeypatch.setenv("ALL_PROXY", gone.address)
    with pytest.raises(errors.ModelProxyFailed, match="environment variable ALL_PROXY"):
        ChatBuilder(away).plan("Greet me")


def test_a_proxy_that_refuses_is_named(
    server: ScriptedServer, away: ChatSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.address)  # it knows no CONNECT
    secure = replace(away, base_url="https://models.invalid/v1")
    with pytest.raises(errors.ModelProxyFailed, match="environment variable HTTPS_PROXY"):
        ChatBuilder(secure).plan("Greet me")


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address of a server with a certificate of its own making, and that certificate."""
    made = new_certificate(tmp_path, "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # handshakes fail here
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://localhost:{server.server_address[1]}/v1", made.certificate
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_named(
    untrusted: tuple[str, Path], settings: ChatSettings
) -> None:
    address, _ = untrusted
    with pytest.raises(errors.ModelCertificateUntrusted, match=r"self.signed.*SSL_CERT_FILE"):
        ChatBuilder(replace(settings, base_url=address, max_retries=0)).plan("Greet me")

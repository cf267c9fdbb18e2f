"""An OpenID provider in a process of its own: oidc-provider-mock speaks the real protocol."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

import httpx

from tests.app_process import free_port
from tests.polling import eventually

PEOPLE: tuple[dict[str, Any], ...] = (
    {"sub": "ada", "email": "Ada@example.com", "email_verified": True},
    {"sub": "grace", "email": "grace@example.com", "email_verified": True},
    {"sub": "eve", "email": "eve@example.com.evil.test", "email_verified": True},
    {"sub": "mallory", "email": "ada@example.com", "email_verified": False},
)

STRICT = ("--require-registration=true", "--require-nonce=true")


class Client(NamedTuple):
    """What the provider has registered an app as."""

    id: str
    secret: str


class Provider:
    """The provider, on a free port. A context manager that stops it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by __exit__
        people = [f"--user-claims={json.dumps(claims)}" for claims in PEOPLE]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", f"--port={self.port}", *STRICT, *people],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://localhost:{self.port}"

    @property
    def metadata_url(self) -> str:
        """Where it describes itself."""
        return f"{self.address}/.well-known/openid-configuration"

    def answers(self) -> bool:
        """Whether it is ready."""
        assert self.process.poll() is None
        try:
            return httpx.get(self.metadata_url, timeout=60).is_success
        except httpx.TransportError:
            return False

    def register(self, redirect_uri: str) -> Client:
        """Make an app known (OpenID Connect Dynamic Client Registration 1.0)."""
        asked = {
            "redirect_uris": [redirect_uri],
            "token_endpoint_auth_method": "client_secret_basic",
        }
        answer = (
            httpx.post(f"{self.address}/oauth2/clients", json=asked, timeout=60)
            .raise_for_status()
            .json()
        )
        return Client(answer["client_id"], answer["client_secret"])

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Let it answer nobody for the length of a block."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        eventually(self.answers)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(120)
        self.log.close()

"""A scripted model server, and a builder that talks to it over HTTP."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from tests.integration.chat.server import ScriptedServer
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings

KEY = "sk-test-f00dfeed5ca1ab1e0ddba11"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server without a script yet."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def settings(server: ScriptedServer) -> ChatSettings:
    """Settings for the server, with short waits."""
    return ChatSettings(
        model="openai:scripted",
        api_key=SecretStr(KEY),
        base_url=f"{server.address}/v1",
        request_timeout=120.0,  # the first request of a process loads the packages
        max_retries=2,
        first_wait=0.01,
    )


@pytest.fixture
def builder(settings: ChatSettings) -> ChatBuilder:
    """A builder that asks the server."""
    return ChatBuilder(settings)

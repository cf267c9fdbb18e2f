"""Settings: what builds, what checks, and how to connect a model."""

from collections.abc import Iterator

import pytest

from tests.integration.chat import replies
from tests.integration.chat.server import ScriptedServer
from tests.outage import Outage
from tests.ui.viewer import is_refreshing, page, texts
from tests.worker_thread import WorkerThread
from toggle_core.builders.chat.providers import PROVIDERS
from toggle_core.gates.settings import GateSettings
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.status.storage_usage import size_in_words
from toggle_core.ui.times import duration

KEY = "sk-test-0123456789"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A model server with a script."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def with_model(database_url: str, server: ScriptedServer) -> Iterator[Services]:
    """Services whose builder is a chat model."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        TOGGLE_MODEL="openai:scripted",
        OPENAI_BASE_URL=f"{server.address}/v1",
        OPENAI_API_KEY=KEY,
    )
    with open_services(settings) as opened:
        yield opened


@pytest.mark.usefixtures("opened_services")
def test_settings_say_that_no_worker_runs_and_how_to_start_one() -> None:
    app = page("settings")
    assert not app.exception
    assert "python -m toggle_core worker" in texts(app)


def test_settings_show_workers_and_their_sandbox(
    opened_services: Services, worker: WorkerThread
) -> None:
    worker.start()
    shown = texts(page("settings"))
    assert "1 worker, up to 4 runs at once" in shown
    assert opened_services.builder.name in shown


@pytest.mark.usefixtures("opened_services")
def test_settings_show_what_the_checks_are_given() -> None:
    given = GateSettings()
    shown = texts(page("settings"))
    for words in (
        f"The tests may use **{duration(given.tests_seconds)}** of processor time",
        f"does nothing for {duration(given.idle_seconds)} is stopped",
        f"**{size_in_words(given.memory_bytes)}** of memory",
        f"{given.processes} processes",
    ):
        assert words in shown


@pytest.mark.usefixtures("opened_services")
def test_a_builder_of_ones_own_is_not_taken_for_the_built_in_one() -> None:
    shown = texts(page("settings"))
    assert "**quick**, a builder of your own." in shown
    assert "The built-in builder" not in shown


@pytest.mark.usefixtures("opened_services")
def test_every_provider_has_steps_to_copy() -> None:
    app = page("settings")
    for provider in PROVIDERS:
        app.button_group(key="provider").set_value(provider.title).run()
        shown = texts(app)
        assert f"TOGGLE_MODEL={provider.example}" in shown
        assert "Try the connection" in shown


@pytest.mark.usefixtures("with_model")
def test_trying_the_connection_says_what_was_seen(server: ScriptedServer) -> None:
    server.script(replies.streamed("ready"))
    app = page("settings")
    assert "openai:scripted" in texts(app).replace("\\", "").replace("\u2060", "")
    app.button(key="try").click().run()
    assert [message.value for message in app.success]


@pytest.mark.usefixtures("with_model")
def test_a_wrong_key_is_told_in_words_and_never_shown(server: ScriptedServer) -> None:
    server.script(replies.error(401, f"Incorrect API key provided: {KEY}"))
    app = page("settings")
    app.button(key="try").click().run()
    (error,) = app.error
    assert "key" in error.value
    assert KEY not in texts(app)


@pytest.mark.usefixtures("opened_services")
def test_settings_come_back_after_an_outage(outage: Outage) -> None:
    with outage():
        app = page("settings")
        assert "The database cannot be reached" in texts(app)
        assert "Connect a chat model" in texts(app)
        assert is_refreshing(app)
    app.run()
    assert "The database cannot be reached" not in texts(app)
    assert "Storage and retention" in texts(app)
    assert not is_refreshing(app)

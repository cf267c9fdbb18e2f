"""Settings connect a chat model: tested, used at once, and its key kept where nobody reads it."""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from tests.integration.chat import replies
from tests.integration.chat.server import Connection, ScriptedServer
from tests.integration.sql import tell
from tests.ui.viewer import page, texts
from toggle_core.builders.chat import local_servers
from toggle_core.builders.chat.providers import PROVIDERS
from toggle_core.builders.kept_model import FILE, read_model
from toggle_core.builders.registry import choose_builder
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services

KEY = "sk-test-0123456789-connect"
OTHER = PROVIDERS[-1]


class Tags(BaseHTTPRequestHandler):
    """Answers as Ollama does to who asks for its models."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        models = [{"name": "qwen3-coder:30b"}, {"name": "llama3:8b"}, {"name": 7}]
        self.wfile.write(json.dumps({"models": models}).encode())

    def log_message(self, *_: object) -> None:
        """Writes nothing."""


class LmStudio(BaseHTTPRequestHandler):
    """Lists its models as LM Studio does, and answers in OpenAI's protocol."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/v1/models" else 404)
        self.end_headers()
        listed = [{"id": "qwen3-8b", "object": "model"}, {"id": "gemma-3-12b", "object": "model"}]
        self.wfile.write(json.dumps({"object": "list", "data": listed}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body["model"]))
        replies.streamed("ready")(Connection(self))

    def log_message(self, *_: object) -> None:
        """Writes nothing."""


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Address of a server, for the length of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ollama() -> Iterator[str]:
    """Address of a server that answers as Ollama does."""
    with listening(Tags) as address:
        yield address


@pytest.fixture
def lm_studio(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a server that answers as LM Studio does, where the page looks for one."""
    with listening(LmStudio) as address:
        monkeypatch.setattr(local_servers, "LM_STUDIO", f"{address}/v1")
        st.cache_data.clear()
        yield f"{address}/v1"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A model server with a script."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def of_a_laptop(database_url: str, tmp_path: Path, ollama: str) -> Settings:
    """Settings without a model, and with a folder for data."""
    return Settings(
        _env_file=None, DATABASE_URL=database_url, TOGGLE_DATA_DIR=tmp_path, OLLAMA_HOST=ollama
    )


@pytest.fixture
def opened(of_a_laptop: Settings) -> Iterator[Services]:
    """Services with the built-in builder."""
    with open_services(of_a_laptop) as services:
        yield services


def connected(server: ScriptedServer, *, keep: str = "Until the app stops") -> AppTest:
    """The page after a press on *Test and use*, with a key, for a server of one's own."""
    app = page("settings")
    app.button_group(key="provider").set_value(OTHER.title).run()
    app.text_input(key="model_address").set_value(f"{server.address}/v1")
    app.text_input(key=f"model_name_{OTHER.key}").set_value("scripted")
    app.text_input(key=f"model_key_{OTHER.key}_0").set_value(KEY)
    app.button_group(key="keep_key").set_value(keep).run()
    return app.button(key="connect").click().run()


def test_a_model_that_answers_builds_at_once_and_its_key_leaves_the_page(
    opened: Services, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script(replies.streamed("ready"))
    app = connected(server)
    assert not app.exception
    assert opened.builder.name == "openai:scripted"
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "builds new runs now" in app.success[0].value
    assert KEY not in repr(app)
    assert not (tmp_path / FILE).exists()


def test_a_key_is_kept_on_request_where_only_its_owner_reads_it(
    opened: Services, server: ScriptedServer, of_a_laptop: Settings, tmp_path: Path
) -> None:
    server.script(replies.streamed("ready"))
    app = connected(server, keep="In a file that only you can read")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    again = choose_builder(of_a_laptop)
    assert again.builder.name == "openai:scripted"
    assert again.chat is not None
    assert again.chat.secrets == (KEY,)
    app.button(key="disconnect").click().run()
    assert opened.builder.name == "blueprints"
    assert read_model(tmp_path) is None


@pytest.mark.usefixtures("opened")
def test_a_file_that_others_can_read_is_not_used(server: ScriptedServer, tmp_path: Path) -> None:
    server.script(replies.streamed("ready"))
    connected(server, keep="In a file that only you can read")
    (tmp_path / FILE).chmod(0o644)
    assert read_model(tmp_path) is None


def test_a_refused_key_changes_nothing_and_is_not_repeated(
    opened: Services, server: ScriptedServer
) -> None:
    server.script(replies.error(401, f"Incorrect API key provided: {KEY}"))
    app = connected(server)
    assert opened.builder.name == "blueprints"
    assert "key" in app.error[0].value
    assert KEY not in texts(app)


@pytest.mark.usefixtures("opened")
def test_ollama_on_this_machine_is_found_with_its_models() -> None:
    app = page("settings")
    assert "Ollama is running on this computer** with 2 models" in texts(app)
    assert app.selectbox(key="local_model_ollama").options == ["qwen3-coder:30b", "llama3:8b"]


def test_lm_studio_on_this_machine_is_found_and_used_with_the_chosen_model(
    opened: Services, lm_studio: str
) -> None:
    app = page("settings")
    assert "LM Studio is running on this computer** with 2 models" in texts(app)
    chosen = app.selectbox(key="local_model_openai")
    assert chosen.options == ["qwen3-8b", "gemma-3-12b"]
    chosen.set_value("gemma-3-12b").run()
    app.button(key="connect_openai").click().run()
    assert not app.exception
    assert opened.builder.name == "openai:gemma-3-12b"
    assert opened.choice.chat is not None
    assert opened.choice.chat.base_url == lm_studio
    assert LmStudio.asked == [("/v1/chat/completions", "gemma-3-12b")]
    assert "builds new runs now" in app.success[0].value


def test_other_workers_need_the_key_that_is_kept_in_memory_here(
    opened: Services, server: ScriptedServer
) -> None:
    server.script(replies.streamed("ready"))
    tell(
        opened.database,
        "INSERT INTO workers (identity, threads, seen_at, sandbox_ready, sandbox) VALUES"
        " ('one/1', 8, now(), true, 'bubblewrap'), ('two/1', 8, now(), true, 'bubblewrap')",
    )
    assert "was started with" not in texts(page("settings")), "nothing was connected here yet"
    shown = texts(connected(server)).replace("\\_", "_")
    assert "1 other worker keeps the builder it was started with." in shown
    assert "Put TOGGLE_MODEL=openai:scripted and the key into the environment" in shown
    assert KEY not in shown


@pytest.fixture
def listening_everywhere() -> Iterator[None]:
    """The dashboard listens on every address, as far as its pages know."""
    before = st.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")  # noqa: S104  nothing listens
    yield
    config.set_option("server.address", before)


@pytest.mark.usefixtures("opened", "listening_everywhere")
def test_where_strangers_come_in_nobody_connects_a_model() -> None:
    app = page("settings")
    assert "A model can't be connected on this page" in texts(app)
    assert "connect" not in {button.key for button in app.button}

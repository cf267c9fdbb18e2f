"""What is in the way of a start is told in one sentence, and nothing is left half-started."""

import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import psycopg
import pytest

from tests.app_process import AppProcess
from tests.command_line import run_command
from tests.integration.sql import tell
from toggle_core.errors import DatabaseAway, StartError
from toggle_core.settings import Settings, get_settings
from toggle_core.startup import open_services, services

NOWHERE = "postgresql://nobody:hunter2@127.0.0.1:1/none"


# The app as a person starts it.


class Start(NamedTuple):
    """A start that must fail.

    Attributes:
        streamlit: whether by ``streamlit run`` instead of ``python app.py``.
        taken: port that another program listens on, ``dashboard`` or ``api``.
        variables: that are set; ``{folder}`` is a folder with data of another Postgres.
        sentence: what the person reads.
    """

    streamlit: bool
    taken: str | None
    variables: dict[str, str]
    sentence: str


UNREACHABLE = "Postgres at 127.0.0.1:1 cannot be reached: Connection refused. Check DATABASE_URL"
NO_NUMBER = "The setting TOGGLE_WORKER_THREADS cannot be used: Input should be a valid integer"

STARTS = {
    "dashboard port taken": Start(False, "dashboard", {}, "Port {port} is already in use"),
    "API port taken": Start(False, "api", {}, "set TOGGLE_API_PORT to another number."),
    "no database": Start(False, None, {"DATABASE_URL": NOWHERE}, UNREACHABLE),
    "no number": Start(False, None, {"TOGGLE_WORKER_THREADS": "eight"}, NO_NUMBER),
    "other Postgres": Start(
        False, None, {"TOGGLE_DATA_DIR": "{folder}"}, "was written by Postgres 14, and this app"
    ),
    "streamlit: dashboard port taken": Start(True, "dashboard", {}, "Port {port} is"),
    "streamlit: no number": Start(True, None, {"TOGGLE_WORKER_THREADS": "eight"}, NO_NUMBER),
}


class Ended(NamedTuple):
    """How a start went."""

    code: int
    output: str
    port: int
    left_running: list[str]
    ports_free: bool


@pytest.fixture(scope="module")
def old_data() -> Iterator[Path]:
    """A data folder as another version of Postgres leaves it."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-old-"))
    folder.chmod(0o711)
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("14\n")
    yield folder
    shutil.rmtree(folder)


def attempt(start: Start, folder: Path) -> Ended:
    """Start the app, wait for its end, and look at what it left."""
    variables: dict[str, Any] = {
        name: value.format(folder=folder) for name, value in start.variables.items()
    }
    with ExitStack() as stack:
        app = AppProcess(**{"DATABASE_URL": NOWHERE, **variables})
        if "TOGGLE_DATA_DIR" in variables:
            app.environment["DATABASE_URL"] = ""
        stack.enter_context(app)
        if start.streamlit:
            port = f"--server.port={app.port}"
            app.command = ("-m", "streamlit", "run", "app.py", port)
        ports = {"dashboard": app.port, "api": app.api_port}
        if start.taken:
            other = stack.enter_context(socket.create_server(("127.0.0.1", ports.pop(start.taken))))
            assert other.fileno()
        process = app.launch().process
        assert process is not None
        code = process.wait(120)
        return Ended(
            code, app.output(), app.port, running_in(process.pid), all(map(is_free, ports.values()))
        )


def running_in(session: int) -> list[str]:
    """Programs of a session that has lost its leader."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == session:
                found.append(process.name())
    return found


def is_free(port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def ended(old_data: Path) -> dict[str, Ended]:
    """All starts, a few at a time."""
    with ThreadPoolExecutor(3) as threads:
        results = threads.map(lambda start: attempt(start, old_data), STARTS.values())
        return dict(zip(STARTS, results, strict=True))


@pytest.mark.parametrize("name", STARTS)
def test_a_failed_start_says_why_in_one_sentence_and_leaves_nothing(
    ended: dict[str, Ended], name: str
) -> None:
    found = ended[name]
    assert STARTS[name].sentence.format(port=found.port) in found.output
    assert "Traceback" not in found.output
    assert "hunter2" not in found.output
    assert found.code == 1
    assert found.left_running == []
    assert found.ports_free


@pytest.mark.parametrize("name", [name for name in STARTS if "dashboard port" not in name])
def test_the_sentence_is_all_that_is_said_of_the_failure(
    ended: dict[str, Ended], name: str
) -> None:
    lines = [line for line in ended[name].output.splitlines() if line.strip()]
    assert [line for line in lines if "cannot start" in line] == lines[-1:]
    assert lines[:-1] in ([], ["Starting the database ..."]), ended[name].output
    assert re.fullmatch(r"Production Toggle cannot start: [A-Z].*\.", lines[-1])


# What stands in the way, without the web server around it.


def refused(**variables: str) -> str:
    """The sentence of a start with these settings."""
    given: dict[str, Any] = {"TOGGLE_BUILDER": "tests.builders:Quick", **variables}
    settings = Settings(_env_file=None, **given)
    with pytest.raises(StartError) as refusal, open_services(settings):
        pass
    with pytest.raises(DatabaseAway):
        services()
    return str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "not a url",
        "mysql://localhost/toggle",
        "postgresql://user:hunter2@host:port:again/db",
        "postgresql://localhost/db?no_such_option=1",
        "postgresql://%zz@localhost/db",
    ],
)
def test_a_malformed_address_is_told(url: str) -> None:
    sentence = refused(DATABASE_URL=url)
    assert "DATABASE_URL" in sentence
    assert "hunter2" not in sentence


def test_an_address_of_nobody_is_told_with_host_and_port_and_no_password() -> None:
    assert refused(DATABASE_URL=NOWHERE) == (
        "Postgres at 127.0.0.1:1 cannot be reached: Connection refused."
        " Check DATABASE_URL and that the server is running."
    )


def test_a_host_that_does_not_exist_is_told() -> None:
    sentence = refused(DATABASE_URL="postgresql://no-such-host.invalid/db")
    assert sentence.startswith("Postgres at no-such-host.invalid:5432 cannot be reached: ")


def test_a_database_that_does_not_exist_is_told(postgres: str) -> None:
    sentence = refused(DATABASE_URL=postgres.replace("/toggle?", "/missing?"))
    assert 'database "missing" does not exist.' in sentence


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_character_is_told(postgres: str, encoding: str) -> None:
    name = f"kept_as_{encoding.lower()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0".encode()
        )
    sentence = refused(DATABASE_URL=postgres.replace("/toggle?", f"/{name}?"))
    assert f"keeps text as {encoding}, which has not every character." in sentence


def test_a_user_who_does_not_exist_is_told(postgres: str) -> None:
    sentence = refused(DATABASE_URL=postgres.replace("postgres@", "stranger@"))
    assert 'role "stranger" does not exist.' in sentence


def test_a_builder_that_cannot_be_loaded_is_told_before_anything_is_started(
    tmp_path: Path,
) -> None:
    sentence = refused(TOGGLE_BUILDER="no.such:Builder", TOGGLE_DATA_DIR=str(tmp_path / "data"))
    assert sentence.startswith("The setting TOGGLE_BUILDER is no.such:Builder, which cannot be")
    assert not (tmp_path / "data").exists()


def test_a_file_in_the_place_of_the_data_folder_is_told(old_data: Path) -> None:
    in_the_way = old_data / "file"
    in_the_way.touch()
    assert refused(TOGGLE_DATA_DIR=str(in_the_way / "data")) == (
        f"The data folder cannot be made, because {in_the_way} is not a folder."
        " Set TOGGLE_DATA_DIR to another place."
    )


def test_data_of_another_postgres_is_told_and_left_as_it_is(old_data: Path) -> None:
    sentence = refused(TOGGLE_DATA_DIR=str(old_data))
    assert "was written by Postgres 14, and this app brings Postgres 18." in sentence
    assert (old_data / "postgres" / "PG_VERSION").read_text() == "14\n"


def test_an_embedded_server_is_stopped_again_when_the_start_fails_after_it() -> None:
    folder = Path(tempfile.mkdtemp(prefix="toggle-newer-"))
    folder.chmod(0o711)
    here: dict[str, Any] = {
        "TOGGLE_DATA_DIR": str(folder / "data"),
        "TOGGLE_BUILDER": "tests.builders:Quick",
    }
    with open_services(Settings(_env_file=None, **here)) as opened:
        tell(opened.database, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer version of this app" in refused(**here)
    assert list(folder.rglob("postmaster.pid")) == []
    shutil.rmtree(folder)


# The command line.


def test_a_command_tells_the_sentence_and_returns_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    monkeypatch.setenv("TOGGLE_BUILDER", "tests.builders:Quick")
    get_settings.cache_clear()
    try:
        assert run_command(None, "migrate") == 1
    finally:
        get_settings.cache_clear()
    said = capsys.readouterr()
    assert said.err.startswith("Production Toggle: Postgres at 127.0.0.1:1 cannot be reached")
    assert said.out == ""

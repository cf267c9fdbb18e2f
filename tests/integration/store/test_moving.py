"""The documented moves, by their commands: to another server and back, older and newer."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.app_process import ROOT
from tests.command_line import run_command
from tests.integration.external_postgres import PASSWORD, programs_of, running
from tests.integration.moving import fill, next_numbers, rows
from tests.integration.sql import ask, tell
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import open_services
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Status


@pytest.fixture(scope="module")
def older_server() -> Iterator[str]:
    """Address of a Postgres 15, reached by TCP and password."""
    with running(programs_of(15)) as server:
        yield server.url


@pytest.fixture
def older(older_server: str) -> Iterator[Settings]:
    """Settings with an empty database there."""
    with psycopg.connect(older_server, password=PASSWORD, autocommit=True) as connection:
        connection.execute("CREATE DATABASE moved")
    yield Settings(
        _env_file=None,
        DATABASE_URL=older_server.replace("/postgres", "/moved"),
        DATABASE_PASSWORD=PASSWORD,
    )
    with psycopg.connect(older_server, password=PASSWORD, autocommit=True) as connection:
        connection.execute("DROP DATABASE moved WITH (FORCE)")


@contextmanager
def database_of(settings: Settings) -> Iterator[Database]:
    assert settings.database_url is not None
    opened = open_database(conninfo_of(settings.database_url.get_secret_value(), PASSWORD))
    yield opened
    opened.close()


def here(database: Database) -> Settings:
    return Settings(_env_file=None, DATABASE_URL=database.conninfo)


def test_every_run_moves_to_an_older_postgres_and_back(
    shared_database: Database,
    empty_database_url: str,
    older: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill(shared_database)
    before = rows(shared_database), next_numbers(shared_database)
    there, back = str(tmp_path / "there"), str(tmp_path / "back")
    assert run_command(here(shared_database), "backup", there) == 0
    assert f"{len(before[0]['runs'])} runs of " in capsys.readouterr().out
    assert run_command(older, "restore", there) == 0
    with database_of(older) as database:
        assert (rows(database), next_numbers(database)) == before
    assert run_command(older, "backup", back) == 0
    home = Settings(_env_file=None, DATABASE_URL=empty_database_url)
    assert run_command(home, "restore", back) == 0
    with database_of(home) as database:
        assert (rows(database), next_numbers(database)) == before


def test_what_was_in_progress_goes_on_at_the_other_server(
    shared_database: Database, older: Settings, tmp_path: Path
) -> None:
    runs = fill(shared_database)
    run_command(here(shared_database), "backup", str(tmp_path / "there"))
    run_command(older, "restore", str(tmp_path / "there"))
    with database_of(older) as database:
        worker = WorkerThread(database).start()
        try:
            for name in ("queued", "begun"):
                eventually(lambda: get_run(database, runs[name]).status is Status.COMPLETED)  # noqa: B023  asked within the turn
        finally:
            worker.stop()


def test_a_running_app_is_backed_up_but_not_restored_over(
    shared_database: Database,
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    submit(shared_database, "Say hello", builder="quick")
    file = str(tmp_path / "file")
    with open_services(here(shared_database)):
        assert run_command(here(shared_database), "backup", file) == 0
    worker = WorkerThread(database).start()
    try:
        assert run_command(here(database), "restore", file) == 1
        assert "Stop the app" in capsys.readouterr().err
    finally:
        worker.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the database's user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def test_the_embedded_database_is_backed_up_and_restored_by_one_command_each(
    open_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = Settings(_env_file=None, TOGGLE_DATA_DIR=str(open_folder / "old"))
    new = Settings(_env_file=None, TOGGLE_DATA_DIR=str(open_folder / "new"))
    with open_services(old) as services:
        run_id = submit(services.database, "Keep me", builder="quick").task_id
        assert run_command(old, "backup", str(tmp_path / "file")) == 0
    assert run_command(new, "restore", str(tmp_path / "file")) == 0
    assert "1 run of " in capsys.readouterr().out
    with open_services(new) as services:
        assert get_run(services.database, run_id).task == "Keep me"
    assert run_command(new, "restore", str(tmp_path / "file")) == 1
    assert "is not empty" in capsys.readouterr().err


def test_a_backup_that_is_stopped_leaves_no_file(shared_database: Database, tmp_path: Path) -> None:
    tell(
        shared_database,
        "INSERT INTO checkpoint_blobs (thread_id, channel, version, type, blob)"
        " SELECT n::text, 'plan', '1', 'msgpack', convert_to(repeat('word ', 20000), 'UTF8')"
        " FROM generate_series(1, 3000) AS n",
    )
    command = subprocess.Popen(
        [sys.executable, "-m", "toggle_core", "backup", str(tmp_path / "file")],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": shared_database.conninfo},
        stderr=subprocess.PIPE,
        text=True,
    )
    copying = (
        "SELECT FROM pg_stat_activity"
        " WHERE query LIKE 'COPY \"checkpoint_blobs\"%%' AND state = 'active'"
    )
    eventually(lambda: ask(shared_database, copying))
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=120)
    assert command.returncode == 130
    assert said.endswith("Stopped. No file was written.\n")
    assert list(tmp_path.iterdir()) == []

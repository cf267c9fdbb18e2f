"""The command ``prune`` shows what it would do, and does it."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.command_line import run_command
from tests.integration.aged_runs import Aged
from tests.integration.executors import everything, executors
from tests.integration.sql import ask
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.store.sweeping import RETENTION_LOCK


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def aged(database: Database) -> Iterator[Aged]:
    with executors(database) as new:
        yield Aged(database, new)


@pytest.fixture
def settings(database: Database) -> Settings:
    return Settings(
        _env_file=None,
        DATABASE_URL=database.conninfo,
        TOGGLE_KEEP_HISTORY_DAYS="7",
        TOGGLE_KEEP_CHECKPOINTS_DAYS="70",
    )


def test_prune_dry_run_changes_nothing_and_shows_what_prune_does(
    database: Database, aged: Aged, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    aged.completed(10)
    aged.completed(100)
    before = everything(database)
    assert run_command(settings, "prune", "--dry-run") == 0
    told = capsys.readouterr().out
    assert told.startswith("Every step of a run is kept for 7 days")
    assert "Would be" in told
    assert "Nothing was changed." in told
    assert everything(database) == before
    assert run_command(settings, "prune") == 0
    did = capsys.readouterr().out
    for what in ("Runs reduced to their last checkpoint", "Runs reduced to their results"):
        [line] = [line for line in told.splitlines() if line.startswith(what)]
        assert line.split()[-1] == "1"
        assert line.split() in [each.split() for each in did.splitlines()]
    assert len(ask(database, "SELECT FROM checkpoints")) == 1


def test_prune_fails_while_another_process_prunes(
    database: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (RETENTION_LOCK,))
        assert run_command(settings, "prune") == 1
    assert "Try again" in capsys.readouterr().err

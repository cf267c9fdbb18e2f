"""The command ``prune`` tells what it would do, and does it."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.integration.aged_runs import Aged
from tests.integration.executors import everything, executors
from tests.integration.sql import ask
from toggle_core.errors import SweepBusy
from toggle_core.prune_command import prune
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


def test_a_dry_run_changes_nothing_and_tells_what_the_command_does(
    database: Database, aged: Aged, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    aged.completed(10)
    aged.completed(100)
    before = everything(database)
    assert prune(["--dry-run"], settings) == 0
    told = capsys.readouterr().out
    assert told.startswith("Every step of a run is kept for 7 days")
    assert "Would be" in told
    assert "Nothing was changed." in told
    assert everything(database) == before
    assert prune([], settings) == 0
    did = capsys.readouterr().out
    for what in ("Runs that keep only their last step", "Runs that keep only what they made"):
        [line] = [line for line in told.splitlines() if line.startswith(what)]
        assert line.split()[-1] == "1"
        assert line.split() in [each.split() for each in did.splitlines()]
    assert len(ask(database, "SELECT FROM checkpoints")) == 1


def test_while_another_sweeps_a_sentence_says_so(database: Database, settings: Settings) -> None:
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (RETENTION_LOCK,))
        with pytest.raises(SweepBusy, match="Try again"):
            prune([], settings)

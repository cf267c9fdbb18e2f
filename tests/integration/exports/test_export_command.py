"""The command ``export``: a file as a whole, or a sentence and no file."""

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.app_process import ROOT
from tests.command_line import run_command
from tests.integration.sql import tell
from tests.integration.varied_runs import SOME, fill
from tests.polling import eventually
from toggle_core.errors import DatabaseAway
from toggle_core.exports.columns import COLUMNS
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.exports.files import write_pieces
from toggle_core.exports.request import Piece
from toggle_core.history.query import RunFilter
from toggle_core.settings import Settings
from toggle_core.store.database import Database

Export = Callable[..., int]


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def run_export(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """The command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None, DATABASE_URL=database.conninfo)
    return lambda *arguments: run_command(settings, "export", *arguments)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_runs_are_in_a_csv_named_for_the_day(
    database: Database, run_export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = fill(database)
    assert run_export() == 0
    [name] = names(tmp_path)
    assert re.fullmatch(r"runs_\d{4}-\d\d-\d\d\.csv", name)
    assert capsys.readouterr().out == f"{SOME} runs are in {name}\n"
    with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
        assert [row["task_id"] for row in csv.DictReader(file)] == [str(row["id"]) for row in rows]


def test_every_filter_of_the_api_is_an_option(
    database: Database, run_export: Export, tmp_path: Path
) -> None:
    rows = fill(database)
    options = (
        "--search create --status completed --verdict draft --builder blueprints --no-production"
        " --submitted-by Grace --created-from 2026-01-31 --created-to 2026-02-01"
        " --duration-from 0 --duration-to 1000 --format parquet --columns task_id,code --no-code"
    )
    assert run_export(*options.split(), "--output", "some.parquet") == 0
    wanted = pq.read_table(tmp_path / "some.parquet")
    assert wanted.schema.names == ["task_id"]
    assert 0 < wanted.num_rows < len(rows)


def test_in_a_folder_the_name_tells_the_filter(
    database: Database, run_export: Export, tmp_path: Path
) -> None:
    fill(database)
    (tmp_path / "exports").mkdir()
    run_export("--output", "exports", "--format", "parquet", "--status", "failed", "--production")
    [name] = names(tmp_path / "exports")
    assert re.fullmatch(r"runs_[\d-]+_failed_production\.parquet", name)


def test_for_programs_texts_are_as_they_are(
    database: Database, run_export: Export, tmp_path: Path
) -> None:
    fill(database, 1)
    tell(database, "UPDATE runs SET task = '=1'")
    run_export("--raw", "--columns", "description", "--output", "raw.csv")
    run_export("--columns", "description", "--output", "safe.csv")
    assert (tmp_path / "raw.csv").read_bytes() == b"description\n=1\n"
    assert (tmp_path / "safe.csv").read_bytes() == b"\xef\xbb\xbfdescription\n'=1\n"


def test_an_older_file_is_replaced_only_by_a_whole_one(run_export: Export, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("old")
    assert run_export("--output", "runs.csv", "--columns", "colour") == 1
    assert path.read_text() == "old"
    run_export("--output", "runs.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbftask_id")
    assert names(tmp_path) == ["runs.csv"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--status", "stuck"],
        ["--created-from", "yesterday"],
        ["--format", "xls"],
        ["--colour", "red"],
    ],
)
def test_an_option_that_is_wrong_is_explained(
    run_export: Export, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_export(*arguments) == 2
    assert arguments[0] in capsys.readouterr().err


def test_export_fails_when_a_file_stands_in_for_a_folder(
    run_export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert run_export("--output", str(tmp_path / "file" / "runs.csv")) == 1
    assert "Not a directory" in capsys.readouterr().err


def test_export_fails_when_the_folder_is_missing(
    run_export: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_export("--output", "nowhere/runs.csv") == 1
    assert "nowhere/runs.csv could not be written" in capsys.readouterr().err


def test_export_help_lists_every_column(
    run_export: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_export("--help") == 0
    words = capsys.readouterr().out.replace(",", " ").split()
    assert set(COLUMNS) <= set(words)


# What is interrupted.


def test_a_database_that_goes_away_leaves_no_file(database: Database, tmp_path: Path) -> None:
    fill(database)

    def until_it_goes() -> Iterator[Piece]:
        yield next(csv_pieces(database, RunFilter()))
        raise DatabaseAway

    with pytest.raises(DatabaseAway):
        write_pieces(until_it_goes(), tmp_path / "runs.csv", lambda _: None)
    assert names(tmp_path) == []


def test_while_it_is_written_the_file_has_another_name(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    pieces = iter([Piece(b"a", 1), Piece(b"b", 2)])
    assert write_pieces(pieces, tmp_path / "runs.csv", lambda _: seen.append(names(tmp_path))) == 3
    assert all(re.fullmatch(r"\.runs\.csv\.[0-9a-f]{8}\.partial", name) for [name] in seen)
    assert names(tmp_path) == ["runs.csv"]


def test_control_c_ends_it_with_a_sentence_and_without_a_file(
    database: Database, tmp_path: Path
) -> None:
    fill(database, 4_000)
    tell(
        database,
        "INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint) SELECT id::text, '1',"
        " jsonb_build_object('channel_values', jsonb_build_object('code', code))"
        " FROM runs, repeat('pass' || chr(10), 6000) AS code",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "toggle_core", "export", "--output", tmp_path / "runs.csv"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database.conninfo},
        stderr=subprocess.PIPE,
        text=True,
    )
    eventually(lambda: any(path.stat().st_size > 0 for path in tmp_path.iterdir()))
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert told.strip().endswith("Stopped. No file was written.")
    assert names(tmp_path) == []

"""A backup is one moment of everything, in a file that is whole or not there."""

import hashlib
import json
import stat
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.external_postgres import programs_of
from tests.integration.moving import changed, fill, next_numbers, opened, rows
from tests.integration.sql import ask, tell
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.errors import (
    BackupExists,
    BackupNewer,
    BackupNotWritten,
    BackupUnreadable,
    DatabaseAway,
    DatabaseInUse,
    DatabaseNewer,
    NotEmpty,
    NothingToBackUp,
)
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.store.backup import back_up
from toggle_core.store.backup_file import open_backup
from toggle_core.store.contents import table_names
from toggle_core.store.database import Database
from toggle_core.store.migrate import is_migrated, migrate
from toggle_core.store.restore import restore
from toggle_core.words import Status


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    """A database without any table."""
    with opened(empty_database_url) as database:
        yield database


@pytest.fixture
def file(shared_database: Database, tmp_path: Path) -> Path:
    """A backup of one run."""
    submit(shared_database, "Say hello", builder="quick")
    path = tmp_path / "one.backup"
    back_up(shared_database, path)
    return path


def test_every_row_and_every_sequence_is_the_same_after_a_round_trip(
    shared_database: Database, empty: Database, tmp_path: Path
) -> None:
    runs = fill(shared_database)
    before = rows(shared_database), next_numbers(shared_database)
    filled = {name for name, found in before[0].items() if found}
    assert filled >= {
        "runs",
        "run_results",
        "run_pictures",
        "origins",
        "checkpoints",
        "procrastinate_jobs",
        "sweeps",
    }
    made = back_up(shared_database, tmp_path / "all.backup")
    assert made.rows("runs") == len(before[0]["runs"])
    assert restore(empty, tmp_path / "all.backup") == made
    assert (rows(empty), next_numbers(empty)) == before
    assert is_migrated(empty)
    for run_id in runs.values():
        assert get_run(empty, run_id) == get_run(shared_database, run_id)


def test_runs_that_were_in_progress_go_on_where_they_were(
    shared_database: Database, empty: Database, tmp_path: Path
) -> None:
    runs = fill(shared_database)
    back_up(shared_database, tmp_path / "all.backup")
    restore(empty, tmp_path / "all.backup")
    assert ask(empty, "SELECT FROM workers UNION ALL SELECT FROM procrastinate_workers") == []
    worker = WorkerThread(empty).start()
    try:
        going = "SELECT id FROM runs WHERE status = 'processing' AND stage <> 'reviewing'"
        eventually(lambda: not ask(empty, going))
    finally:
        worker.stop()
    for name in ("queued", "begun"):
        assert get_run(empty, runs[name]).status is Status.COMPLETED
    assert get_run(empty, runs["reviewing"]).plan
    # Others come of themselves, every half minute: those by which workers look for what was left.
    assert ask(empty, "SELECT FROM procrastinate_jobs WHERE task_name = 'execute_run'") == []


def test_new_rows_after_a_restore_get_new_numbers(
    shared_database: Database, empty: Database, file: Path
) -> None:
    restore(empty, file)
    submit(empty, "Another", builder="quick")
    [last] = ask(shared_database, "SELECT max(id) AS id FROM run_events")
    assert ask(
        empty,
        "SELECT min(id) > %(last)s AS new FROM run_events WHERE id > %(last)s",
        last=last["id"],
    ) == [{"new": True}]


def test_a_backup_is_one_moment_while_runs_come_and_go(
    shared_database: Database, empty: Database, tmp_path: Path
) -> None:
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            submit(shared_database, "Say hello", builder="quick")

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        eventually(lambda: ask(shared_database, "SELECT FROM runs"))
        back_up(shared_database, tmp_path / "busy.backup")
    finally:
        stop.set()
        asking.join()
    made = restore(empty, tmp_path / "busy.backup")
    assert made.rows("runs") == made.rows("procrastinate_jobs") == made.rows("run_events") > 0


def test_a_start_of_the_app_does_not_wait_for_a_backup(
    shared_database: Database, tmp_path: Path
) -> None:
    seen: list[bool] = []
    back_up(
        shared_database,
        tmp_path / "slow.backup",
        lambda _: seen.append(migrate(shared_database) is None) if not seen else None,
    )
    assert seen == [True]


def test_a_backup_is_for_its_owners_eyes_and_replaces_nothing(
    shared_database: Database, file: Path
) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(BackupExists, match="already"):
        back_up(shared_database, file)
    assert file.read_bytes() == before


def test_nothing_is_left_of_a_backup_that_is_cut_in_the_middle(
    shared_database: Database, tmp_path: Path
) -> None:
    tell(shared_database, "INSERT INTO workers (identity, threads) VALUES ('somebody', 1)")

    def cut(table: str) -> None:
        if table == "runs":
            tell(
                shared_database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND xact_start IS NOT NULL",
            )

    with pytest.raises(DatabaseAway):
        back_up(shared_database, tmp_path / "cut.backup", cut)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_named(
    shared_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupNotWritten, match="Not a directory"):
        back_up(shared_database, tmp_path / "file" / "backup")


def test_a_folder_that_is_not_there_is_named(shared_database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupNotWritten, match="No such file"):
        back_up(shared_database, tmp_path / "missing" / "file.backup")


def test_a_database_without_our_tables_has_nothing_to_back_up(
    empty: Database, tmp_path: Path
) -> None:
    with pytest.raises(NothingToBackUp):
        back_up(empty, tmp_path / "none.backup")
    assert list(tmp_path.iterdir()) == []


def test_tables_of_a_newer_version_are_not_backed_up_by_an_older_one(
    empty: Database, tmp_path: Path
) -> None:
    migrate(empty)
    tell(empty, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewer):
        back_up(empty, tmp_path / "newer.backup")


def test_a_backup_of_an_older_revision_becomes_the_newest(
    empty: Database, database: Database, tmp_path: Path
) -> None:
    migrate(empty, "0004")
    tell(
        empty,
        "INSERT INTO runs (id, task, builder) VALUES (gen_random_uuid(), 'Old', 'quick')",
    )
    back_up(empty, tmp_path / "old.backup")
    with psycopg.connect(empty.conninfo, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    restore(empty, tmp_path / "old.backup")
    assert is_migrated(empty)
    assert [row["task"] for row in ask(empty, "SELECT task FROM runs")] == ["Old"]
    with pytest.raises(NotEmpty, match="tables of revision"):
        restore(database, tmp_path / "old.backup")


def test_a_restore_into_a_database_that_was_only_started_once_is_fine(
    database: Database, file: Path
) -> None:
    worker = WorkerThread(database).start()
    eventually(lambda: ask(database, "SELECT FROM sweeps WHERE ended_at IS NOT NULL"))
    worker.stop()
    restore(database, file)
    assert len(ask(database, "SELECT FROM runs")) == 1


def test_nothing_is_restored_over_what_is_there(database: Database, file: Path) -> None:
    kept = submit(database, "Keep me", builder="quick").task_id
    with pytest.raises(NotEmpty, match="rows in its table projects"):
        restore(database, file)
    assert ask(database, "SELECT id FROM runs") == [{"id": kept}]


def test_nothing_is_restored_while_somebody_is_connected(empty: Database, file: Path) -> None:
    with psycopg.connect(empty.conninfo) as other:
        other.execute("SELECT 1")
        with pytest.raises(DatabaseInUse, match="connections of others: 1"):
            restore(empty, file)
    assert ask(empty, "SELECT to_regclass('runs') AS there") == [{"there": None}]


def untouched(database: Database) -> bool:
    """Whether nothing was restored."""
    [found] = ask(database, "SELECT to_regclass('runs') IS NULL AS missing")
    return bool(found["missing"]) or ask(database, "SELECT FROM runs") == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_refused(empty: Database, file: Path, share: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupUnreadable):
        restore(empty, file)
    assert untouched(empty)


def test_a_file_with_any_byte_of_its_rows_changed_is_refused(empty: Database, file: Path) -> None:
    whole = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        member = archive.getinfo("tables/runs.copy")
    whole[whole.index(b"tables/runs.copy", member.header_offset) + member.compress_size] ^= 0xFF
    file.write_bytes(whole)
    with pytest.raises(BackupUnreadable):
        restore(empty, file)
    assert untouched(empty)


@pytest.mark.parametrize("content", [b"", b"id,task\n1,Say hello\n", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_refused(empty: Database, tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other"
    other.write_bytes(content)
    with pytest.raises(BackupUnreadable):
        restore(empty, other)
    assert untouched(empty)


def test_a_dump_is_refused_with_the_program_that_reads_it(
    shared_database: Database, empty: Database, tmp_path: Path
) -> None:
    dump = tmp_path / "dump"
    pg_dump = programs_of(18) / "pg_dump"
    subprocess.run([pg_dump, "-Fc", "-f", dump, "-d", shared_database.direct], check=True)
    with pytest.raises(BackupUnreadable, match="pg_restore reads it"):
        restore(empty, dump)


def test_a_file_that_is_not_there_is_named(empty: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupUnreadable, match="No such file"):
        restore(empty, tmp_path / "missing")


def manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


@pytest.mark.parametrize(
    "newer", [{"format": 2}, {"revision": "9999"}, {"checkpointer": 9999}], ids=str
)
def test_a_backup_of_a_newer_version_is_refused(
    empty: Database, file: Path, tmp_path: Path, newer: dict[str, Any]
) -> None:
    text = json.dumps(manifest_of(file) | newer).encode()
    other = changed(file, tmp_path / "newer", "manifest.json", text)
    with pytest.raises(BackupNewer, match="Update the app"):
        restore(empty, other)
    assert untouched(empty)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "cookbook"},
        {"format": "one"},
        {"tables": None},
        {"tables": []},
        {"tables": [{"name": "pg_authid"}]},
        {"tables": [{"name": "pg_authid", "columns": ["rolname"], "rows": 0, "bytes": 0,
                     "sha256": hashlib.sha256().hexdigest()}]},
        {"positions": {"runs.id; DROP TABLE runs": [1, True]}},
        {"positions": {}},
        {"revision": "../../etc"},
        {"checkpointer": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_that_says_anything_else_is_refused(
    empty: Database, file: Path, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    text = json.dumps(manifest_of(file) | wrong).encode()
    other = changed(file, tmp_path / "wrong", "manifest.json", text)
    with pytest.raises((BackupUnreadable, BackupNewer)):
        restore(empty, other)
    assert untouched(empty)


def forged(file: Path, target: Path, table: str, content: bytes, rows: int | None = None) -> Path:
    """A backup in which a table has other rows, and the manifest says so."""
    manifest = manifest_of(file)
    for each in manifest["tables"]:
        if each["name"] == table:
            each["bytes"] = len(content)
            each["sha256"] = hashlib.sha256(content).hexdigest()
            each["rows"] = content.count(b"\n") if rows is None else rows
    step = changed(file, target.with_name("step"), f"tables/{table}.copy", content)
    return changed(step, target, "manifest.json", json.dumps(manifest).encode())


@pytest.mark.parametrize(
    ("table", "content", "rows"),
    [
        ("runs", b"no uuid\tat all\n", None),
        ("runs", b"\\.\nDROP TABLE runs;\n", None),
        ("run_events", b"", 1),
        ("runs", b"", None),
        ("workers", b"me\t0\t\\N\t\t2026-01-01\t2026-01-01\n", None),
        ("runs", b"\xff\xfe\n", None),
    ],
)
def test_rows_that_may_not_be_are_refused_and_nothing_is_kept(
    empty: Database, file: Path, tmp_path: Path, table: str, content: bytes, rows: int | None
) -> None:
    other = forged(file, tmp_path / "forged", table, content, rows)
    with pytest.raises(BackupUnreadable):
        restore(empty, other)
    assert untouched(empty)
    restore(empty, file)
    assert len(ask(empty, "SELECT FROM runs")) == 1


def test_columns_that_there_are_not_are_refused(
    empty: Database, file: Path, tmp_path: Path
) -> None:
    manifest = manifest_of(file)
    manifest["tables"][0]["columns"].append("x) FROM PROGRAM 'touch /tmp/x'; --")
    other = changed(file, tmp_path / "wrong", "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(BackupNewer):
        restore(empty, other)


def test_a_member_larger_than_it_says_is_not_read_to_its_end(
    empty: Database, file: Path, tmp_path: Path
) -> None:
    other = changed(file, tmp_path / "bomb", "tables/runs.copy", bytes(50_000_000))
    with open_backup(other) as backup:
        [runs] = [table for table in backup.manifest.tables if table.name == "runs"]
        read: list[int] = []
        with pytest.raises(BackupUnreadable):
            read.extend(map(len, backup.pieces(runs)))
    assert sum(read) < 1_000_000
    with pytest.raises(BackupUnreadable, match="damaged"):
        restore(empty, other)


def test_triggers_work_again_after_a_restore(empty: Database, file: Path) -> None:
    restore(empty, file)
    assert ask(empty, "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'") == []


def test_every_table_of_the_app_is_in_a_backup(shared_database: Database, file: Path) -> None:
    assert {table["name"] for table in manifest_of(file)["tables"]} == set(table_names())
    there = ask(
        shared_database,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    )
    counted = {"alembic_version", "checkpoint_migrations", "deleted_runs"}
    assert {row["tablename"] for row in there} - counted == set(table_names())

"""Other processes: those that come at the same moment, and those that die."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.integration.embedded.rig import (
    Person,
    execute,
    is_running,
    kill_server,
    postmaster_pid,
    query,
    wait_until,
)
from toggle_core.store import embedded

Begin = Callable[..., embedded.EmbeddedServer]
NewPerson = Callable[..., Person]


def test_processes_that_start_at_once_share_one_server(
    folder: Path, person: NewPerson, system_dir: Path
) -> None:
    people = [person() for _ in range(3)]
    for one in people:
        one.order(do="start", data_dir=folder / "data", extra={}, system_dir=system_dir)
    assert len({one.answer()["url"] for one in people}) == 1


def test_a_server_whose_app_was_killed_is_joined_and_then_stopped(
    data: Path, begin: Begin, person: NewPerson, system_dir: Path
) -> None:
    app = person()
    app.start(data, system_dir=system_dir)
    pid = postmaster_pid(data)
    app.end()
    assert is_running(pid)
    server = begin(data)
    assert postmaster_pid(data) == pid
    server.stop()
    assert not is_running(pid)


def test_a_server_outlives_a_user_in_another_process(
    data: Path, begin: Begin, person: NewPerson, system_dir: Path
) -> None:
    worker = person()
    worker.start(data, system_dir=system_dir)
    app = begin(data)
    worker.stop()
    assert query(app.url, "select 1") == 1


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(
    data: Path, begin: Begin, person: NewPerson, system_dir: Path
) -> None:
    app = person()
    app.start(data, system_dir=system_dir)
    pid = postmaster_pid(data)
    app.send(signal.SIGINT)
    assert app.wait() != 0
    begin(data)
    assert postmaster_pid(data) == pid


def test_committed_data_survives_a_crash_of_the_server(data: Path, begin: Begin) -> None:
    server = begin(data, extra={})
    execute(server.url, "drop table if exists kept; create table kept as select 42 as answer")
    pid = kill_server(server.data_dir)
    again = begin(data, extra={})
    assert query(again.url, "select answer from kept") == 42
    assert postmaster_pid(again.data_dir) != pid


def test_a_start_waits_for_the_children_of_a_killed_postmaster(data: Path, begin: Begin) -> None:
    server = begin(data)
    with psycopg.connect(server.url) as connection:
        child = psutil.Process(connection.info.backend_pid)
        child.suspend()  # it cannot notice that its parent is gone, and keeps the shared memory
        os.kill(postmaster_pid(data), signal.SIGKILL)
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(begin, data)
            try:
                wait_until(lambda: "is still in use" in server.log.read_text())
                assert not starting.done()
            finally:
                child.kill()
            assert query(starting.result().url, "select 1") == 1


def test_a_pid_that_another_program_has_now_is_seen_through(data: Path, begin: Begin) -> None:
    server = begin(data)
    kill_server(server.data_dir)
    pid_file = server.data_dir / "postgres" / "postmaster.pid"
    owner = pid_file.stat().st_uid
    # Of the same user, so that Postgres itself would take it for a running server.
    with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as other:
        try:
            for path in (pid_file, server.data_dir / "socket" / ".s.PGSQL.5432.lock"):
                rest = path.read_text().split("\n", 1)[1]
                path.write_text(f"{other.pid}\n{rest}")
            assert query(begin(data).url, "select 1") == 1
            assert other.poll() is None
        finally:
            other.kill()


def test_a_pid_of_another_folder_s_server_is_seen_through(
    folder: Path, data: Path, begin: Begin
) -> None:
    other = begin(folder / "other")
    server = begin(data)
    kill_server(server.data_dir)
    pid_file = server.data_dir / "postgres" / "postmaster.pid"
    rest = pid_file.read_text().split("\n", 1)[1]
    pid_file.write_text(f"{postmaster_pid(other.data_dir)}\n{rest}")
    again = begin(data)
    assert query(again.url, "show data_directory") == str(data / "postgres")
    assert query(other.url, "show data_directory") == str(folder / "other" / "postgres")


def test_a_pid_file_emptied_by_a_power_failure_is_seen_through(data: Path, begin: Begin) -> None:
    server = begin(data)
    kill_server(server.data_dir)
    pid_file = server.data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text("")
    os.utime(pid_file, (time.time() - 60, time.time() - 60))
    assert query(begin(data).url, "select 1") == 1


def test_an_initdb_killed_in_the_middle_leaves_nothing_that_looks_complete(
    folder: Path, begin: Begin, person: NewPerson, system_dir: Path
) -> None:
    data = folder / "data"
    app = person()
    app.order(do="start", data_dir=data, extra={}, system_dir=system_dir)
    wait_until(lambda: any(data.glob("postgres.new-*/base")))
    app.end()
    for process in psutil.process_iter(["cmdline"]):
        if any(str(data) in word for word in process.info["cmdline"] or []):
            process.kill()
    assert not (data / "postgres").exists()
    assert query(begin(data).url, "select 1") == 1
    assert not list(data.glob("postgres.new-*"))


def test_a_large_log_is_set_aside(data: Path, begin: Begin) -> None:
    log = data / "postgres.log"
    log.write_text("old\n" * 1_500_000)
    begin(data).stop()
    assert log.stat().st_size < 100_000
    assert "old" in (data / "postgres.log.1").read_text()


@pytest.mark.parametrize("word", ["select no_such_column", "select 1/0"])
def test_errors_of_statements_do_not_fill_the_log(data: Path, begin: Begin, word: str) -> None:
    server = begin(data)
    before = server.log.stat().st_size
    with pytest.raises(psycopg.Error, match=r"no_such_column|division"):
        query(server.url, word)
    assert server.log.stat().st_size == before

"""Starting, sharing and leaving one server."""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.integration.embedded.rig import (
    end_server,
    execute,
    is_running,
    postmaster_pid,
    query,
    wait_until,
)
from tests.polling import eventually
from toggle_core.store import embedded

Begin = Callable[..., embedded.EmbeddedServer]


def test_a_new_folder_gets_a_database_that_knows_unicode(folder: Path, begin: Begin) -> None:
    server = begin(folder / "data")
    assert query(server.url, "select current_database()") == "toggle"
    assert query(server.url, "show server_encoding") == "UTF8"
    assert query(server.url, "show timezone") == "UTC"
    assert query(server.url, "select 'ÉCOLE' ilike 'école'")


def test_the_server_listens_on_no_network_port(data: Path, begin: Begin) -> None:
    server = begin(data)
    assert query(server.url, "show listen_addresses") == ""


def test_the_settings_that_keep_data_safe_are_on(data: Path, begin: Begin) -> None:
    server = begin(data, extra={})
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert query(server.url, f"show {name}") == "on"


def test_queries_are_planned_for_disks_without_heads(data: Path, begin: Begin) -> None:
    assert query(begin(data).url, "show random_page_cost") == "1.1"


def test_extra_settings_reach_the_server(data: Path, begin: Begin) -> None:
    server = begin(data, extra={"fsync": "off", "work_mem": "7MB"})
    assert query(server.url, "show work_mem") == "7MB"


def test_only_the_server_s_user_can_enter_the_database_and_its_socket(
    data: Path, begin: Begin
) -> None:
    server = begin(data)
    socket_dir = Path(query(server.url, "show unix_socket_directories"))
    for private in (server.data_dir / "postgres", socket_dir):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert socket_dir.stat().st_uid == (server.data_dir / "postgres").stat().st_uid != 0


def test_data_survives_a_stop(data: Path, begin: Begin) -> None:
    first = begin(data)
    execute(first.url, "drop table if exists kept; create table kept as select 42 as answer")
    first.stop()
    assert query(begin(data).url, "select answer from kept") == 42


def test_data_survives_a_move_of_the_folder(data: Path, begin: Begin) -> None:
    first = begin(data)
    execute(first.url, "drop table if exists kept; create table kept as select 42 as answer")
    first.stop()
    with renamed(data, data.with_name("moved")) as moved, begin(moved) as second:
        assert query(second.url, "select answer from kept") == 42


def test_the_only_user_s_stop_ends_the_server(data: Path, begin: Begin) -> None:
    server = begin(data)
    pid = postmaster_pid(server.data_dir)
    server.stop()
    assert not is_running(pid)
    with pytest.raises(psycopg.OperationalError):
        query(server.url, "select 1")


def test_stop_does_not_wait_for_idle_connections(data: Path, begin: Begin) -> None:
    server = begin(data)
    pid = postmaster_pid(server.data_dir)
    with psycopg.connect(server.url, autocommit=True) as connection:
        server.stop()
        assert not is_running(pid)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_stopping_twice_leaves_other_users_alone(data: Path, begin: Begin) -> None:
    first = begin(data)
    second = begin(data)
    first.stop()
    first.stop()
    assert query(second.url, "select 1") == 1


def test_the_server_stays_until_its_last_user_leaves(data: Path, begin: Begin) -> None:
    first = begin(data)
    second = begin(data)
    assert first.url == second.url
    pid = postmaster_pid(first.data_dir)
    first.stop()
    assert query(second.url, "select 1") == 1
    second.stop()
    assert not is_running(pid)


def test_a_with_block_leaves_the_server_at_its_end(data: Path, begin: Begin) -> None:
    with begin(data) as server:
        pid = postmaster_pid(server.data_dir)
    assert not is_running(pid)


def test_threads_that_start_at_once_share_one_server(data: Path, begin: Begin) -> None:
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(begin, [data] * 4))
    assert len({server.url for server in servers}) == 1
    assert query(servers[0].url, "select 1") == 1


def test_threads_that_stop_at_once_end_the_server(data: Path, begin: Begin) -> None:
    servers = [begin(data) for _ in range(4)]
    pid = postmaster_pid(servers[0].data_dir)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(embedded.EmbeddedServer.stop, servers))
    assert not is_running(pid)


def test_a_start_during_the_stop_gets_a_fresh_server(data: Path, begin: Begin) -> None:
    first = begin(data)
    pid = postmaster_pid(first.data_dir)
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(first.stop)
        wait_until(lambda: not first._use.held)
        second = begin(data)
        stopping.result()
    assert query(second.url, "select 1") == 1
    assert postmaster_pid(second.data_dir) != pid


def test_a_vanished_folder_does_not_hinder_the_stop(data: Path, begin: Begin) -> None:
    server = begin(data)
    with renamed(data, data.with_name("gone")):
        server.stop()
    assert not server._use.held


def test_any_folder_name_will_do(folder: Path, begin: Begin) -> None:
    name = 'two words, $HOME or `so`,\n"ordnér" 100% it\'s'
    server = begin(folder / name)
    assert query(server.url, "show data_directory") == str(folder / name / "postgres")


def test_a_deep_folder_gets_a_private_socket_folder_elsewhere(
    folder: Path, data: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    with renamed(data, data.with_name("d" * 100)) as deep:
        first = begin(deep)
        socket_dir = Path(query(first.url, "show unix_socket_directories"))
        assert deep not in socket_dir.parents
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        second = begin(deep)
        assert second.url == first.url
        first.stop()
        second.stop()
        assert not socket_dir.exists()


def test_a_forked_child_does_not_keep_the_server(data: Path, begin: Begin) -> None:
    server = begin(data)
    pid = postmaster_pid(server.data_dir)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(read_end, 1)
        os._exit(0)
    try:
        assert query(server.url, "select 1") == 1
        server.stop()
        eventually(lambda: not is_running(pid))
    finally:
        os.write(write_end, b".")
        os.waitpid(child, 0)
        os.close(read_end)
        os.close(write_end)


@contextmanager
def renamed(path: Path, to: Path) -> Iterator[Path]:
    """A folder that has another name within the block."""
    path.rename(to)
    try:
        yield to
    finally:
        end_server(to)
        to.rename(path)

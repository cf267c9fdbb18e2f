"""What the shell says about another Postgres, or about the user, does not reach the server."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.sandbox.world import ROOT, command_as
from toggle_core.store import embedded
from toggle_core.store.database import conninfo_of

Begin = Callable[..., embedded.EmbeddedServer]

VARIABLES = {
    "PGAPPNAME": "other",
    "PGCHANNELBINDING": "require",
    "PGCLIENTENCODING": "LATIN1",
    "PGCONNECT_TIMEOUT": "soon",
    "PGDATA": "/nowhere",
    "PGDATABASE": "other",
    "PGDATESTYLE": "SQL, DMY",
    "PGGEQO": "perhaps",
    "PGGSSENCMODE": "require",
    "PGGSSLIB": "gssapi",
    "PGHOST": "database.example.invalid",
    "PGHOSTADDR": "192.0.2.1",
    "PGKRBSRVNAME": "other",
    "PGLOADBALANCEHOSTS": "sometimes",
    "PGMAXPROTOCOLVERSION": "2.0",
    "PGMINPROTOCOLVERSION": "9.9",
    "PGOPTIONS": "-c search_path=nowhere",
    "PGPASSFILE": "/nowhere",
    "PGPASSWORD": "wrong",
    "PGPORT": "1",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGREQUIREPEER": "nobody-in-particular",
    "PGREQUIRESSL": "1",
    "PGSERVICE": "hosted",
    "PGSERVICEFILE": "/nowhere",
    "PGSSLCERTMODE": "require",
    "PGSSLMODE": "verify-full",
    "PGSSLNEGOTIATION": "direct",
    "PGSSLROOTCERT": "/nowhere",
    "PGTARGETSESSIONATTRS": "standby",
    "PGTZ": "Asia/Tokyo",
    "PGUSER": "somebody",
}
EXPECTED = ("toggle", "postgres", "UTF8", "UTC", "ISO, MDY", '"$user", public')


def facts(url: str) -> tuple[str, ...]:
    """What a session of the app's is like."""
    with psycopg.connect(conninfo_of(url)) as connection:
        row = connection.execute(
            "select current_database(), current_user, current_setting('client_encoding'),"
            " current_setting('timezone'), current_setting('datestyle'),"
            " current_setting('search_path')"
        ).fetchone()
    assert row is not None
    return tuple(map(str, row))


def test_no_variable_of_the_shell_reaches_the_embedded_database(
    data: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(data)
    seen = {}
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
        seen[name] = facts(begin(data).url)
    assert seen == dict.fromkeys(VARIABLES, EXPECTED)


def test_all_variables_of_the_shell_are_gone_for_child_processes_too(
    data: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PG_OF_MY_OWN", "kept")
    with caplog.at_level(logging.INFO):
        assert facts(begin(data).url) == EXPECTED
    child = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
    inherited = json.loads(subprocess.run(child, stdout=subprocess.PIPE, check=True).stdout)
    assert {name for name in inherited if name.startswith("PG")} == {"PG_OF_MY_OWN"}
    assert "PGSERVICE" in caplog.text
    assert "wrong" not in caplog.text


NAMELESS = """
import os, pwd
from pathlib import Path
from toggle_core.store import embedded
from tests.integration.embedded.test_embedded_environment import facts
try:
    pwd.getpwuid(os.geteuid())
    print("the user has a name")
except KeyError:
    with embedded.start(Path(FOLDER, "data"), extra={"fsync": "off"}) as server:
        print(facts(server.url)[0])
    with embedded.start(Path(FOLDER, "data"), extra={"fsync": "off"}) as server:
        print(facts(server.url)[0], Path(FOLDER, "data", "postgres").stat().st_uid == os.geteuid())
"""


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder in which every user may write."""
    with tempfile.TemporaryDirectory(prefix="toggle-nameless-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def as_nameless_user(folder: Path, *before: str) -> "subprocess.CompletedProcess[str]":
    """Start a database in a folder as a user without a name, by a command if one is given."""
    code = NAMELESS.replace("FOLDER", repr(str(folder)))
    return subprocess.run(
        command_as("ordinary user", [*before, sys.executable, "-c", code], shown=True),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


only_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become a user without a name"
)


@only_root
def test_user_without_a_name_gets_a_database(shared_folder: Path) -> None:
    done = as_nameless_user(shared_folder)
    assert done.stdout == "toggle\ntoggle True\n", done.stderr


@only_root
def test_user_without_a_name_is_told_what_to_do_where_none_can_be_lent(
    shared_folder: Path,
) -> None:
    no_namespaces = ("--unshare-user", "--disable-userns", "--dev-bind", "/", "/")
    done = as_nameless_user(shared_folder, "/usr/bin/bwrap", *no_namespaces)
    assert done.stdout == ""
    assert "DatabaseUserNameless: The app runs as user 54321, who has no name" in done.stderr
    assert "Add the line toggle:x:54321:0::/tmp:/bin/false to /etc/passwd" in done.stderr

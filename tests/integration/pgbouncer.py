"""A real PgBouncer in transaction mode, before a real Postgres."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests.app_process import free_port
from tests.integration.external_postgres import PASSWORD, USER, Server
from tests.polling import eventually
from toggle_core.store.embedded.account import account_for

SERVER_CONNECTIONS: Final = 5
"""Far fewer than the clients have: sessions are really shared."""

CONFIGURATION: Final = """
[databases]
* = host=127.0.0.1 port={postgres}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
admin_users = {user}
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 500
logfile = {folder}/log
pidfile = {folder}/pid
"""


def program() -> str:
    """Where PgBouncer is. Without it the test is skipped, and fails in CI, where all must be."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        reason = "PgBouncer is not installed; scripts/pgbouncer.sh installs it on Debian"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return str(found)


@contextlib.contextmanager
def bouncing(server: Server) -> Iterator[int]:
    """Run PgBouncer before a server for the length of the block. Gives its port on 127.0.0.1."""
    found = program()
    folder = Path(tempfile.mkdtemp(prefix="toggle-bouncer-")).resolve()
    folder.chmod(0o711)
    port = free_port()
    account = account_for(folder)
    home = folder / "home"
    home.mkdir()
    configuration = CONFIGURATION.format(
        postgres=server.port, port=port, folder=home, user=USER, connections=SERVER_CONNECTIONS
    )
    quoted = PASSWORD.replace('"', '""')
    for name, text in (("pgbouncer.ini", configuration), ("users", f'"{USER}" "{quoted}"\n')):
        (home / name).write_text(text)
        account.own(home / name)
    account.own(home)
    process = subprocess.Popen(
        [found, home / "pgbouncer.ini"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account.uid if account.dropped else None,
        group=account.gid if account.dropped else None,
        extra_groups=[] if account.dropped else None,
    )
    try:
        eventually(lambda: _listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(120)
        shutil.rmtree(folder)


def transactions(port: int) -> int:
    """How many transactions PgBouncer has passed on so far."""
    conninfo = f"postgresql://{USER}@127.0.0.1:{port}/pgbouncer"
    connection = psycopg.connect(conninfo, autocommit=True, cursor_factory=psycopg.ClientCursor)
    with contextlib.closing(connection):
        cursor = connection.execute("SHOW STATS")
        assert cursor.description is not None
        column = [each.name for each in cursor.description].index("total_xact_count")
        return sum(int(row[column]) for row in cursor.fetchall() if row[0] != "pgbouncer")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

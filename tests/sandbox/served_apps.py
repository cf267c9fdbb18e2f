"""Made programs behind the real proxy: a run in a real database, a browser by plain sockets."""

import contextlib
import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import httpx

from tests.app_process import free_port
from tests.integration.sql import ask, tell
from toggle_core.apps import service as services_of_apps
from toggle_core.apps.opening import open_app
from toggle_core.apps.remote import RemoteApps
from toggle_core.apps.service import AppService, serving_apps
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store.database import Database

ECHO = """
import http.server, os, pathlib, sys, urllib.parse
KEPT = pathlib.Path("data/kept.txt")
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, text, status=200, **headers):
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.path == "/headers":
            self.answer(str(self.headers))
        elif self.path == "/kept":
            self.answer(KEPT.read_text() if KEPT.exists() else "nothing")
        else:
            self.answer("hello")
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(body.decode())
        self.answer("kept", 201)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
"""A program that keeps what it is sent, and shows what it gets."""

RAW = """
import os, socket, threading, time
def serve(connection):
    while not connection.recv(65536):
        return
    {answer}
listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
"""


WEB: Mapping[str, object] = {"kind": "web"}


def raw(answer: str) -> str:
    """A program that answers every request with some statements about ``connection``."""
    return RAW.replace("{answer}", answer)


def finished_run(
    database: Database,
    program: str,
    *,
    interface: Mapping[str, object] = WEB,
    parent_id: UUID | None = None,
    submitted_by: str | None = None,
    **files: str,
) -> UUID:
    """A finished run whose program is a web server, unless its interface is another."""
    run_id = submit(
        database, "A page", builder="quick", parent_id=parent_id, submitted_by=submitted_by
    ).task_id
    channels = {
        "files": json.dumps({"main.py": program, **files}),
        "entry": "main.py",
        "promises": json.dumps({"interface": interface}),
    }
    tell(
        database,
        """
        INSERT INTO run_results (run_id, channels) VALUES (%(run)s, %(channels)s::jsonb);
        """,
        run=run_id,
        channels=json.dumps(channels),
    )
    tell(
        database,
        """
        UPDATE runs SET status = 'completed', stage = 'done', verdict = 'draft',
                        started_at = created_at, finished_at = now()
         WHERE id = %(run)s
        """,
        run=run_id,
    )
    return run_id


@dataclass
class Served:
    """Apps of one database, as a browser reaches them.

    Attributes:
        database: of the runs.
        service: that serves them.
        port: where.
    """

    database: Database
    service: AppService | RemoteApps
    port: int
    browsers: contextlib.ExitStack

    def new_run(
        self,
        program: str,
        *,
        interface: Mapping[str, object] = WEB,
        parent_id: UUID | None = None,
        **files: str,
    ) -> UUID:
        """A finished run, as :func:`finished_run` makes it."""
        return finished_run(
            self.database, program, interface=interface, parent_id=parent_id, **files
        )

    def open(
        self, run_id: UUID, person: str | None = None, *, seconds: float = 120
    ) -> httpx.Client:
        """A browser that has opened an app, of a person where there is a login."""
        opening = open_app(self.database, run_id, person)
        host = httpx.URL(opening.address).netloc.decode()
        browser = self.browsers.enter_context(
            httpx.Client(
                base_url=f"http://127.0.0.1:{self.port}", headers={"Host": host}, timeout=seconds
            )
        )
        answer = browser.get(httpx.URL(opening.address).raw_path.decode())
        assert answer.status_code == 303, answer.text
        [cookie] = answer.headers.get_list("set-cookie")
        match = re.match(r"toggle_app=([^;]+)", cookie)
        assert match is not None
        browser.cookies.clear()
        browser.headers["Cookie"] = f"toggle_app={match[1]}"
        return browser


@contextlib.contextmanager
def served_apps(database: Database, **settings: object) -> Iterator[Served]:
    """Serve the apps of a database for the length of the block."""
    port = free_port()
    given = Settings(TOGGLE_APPS="on", TOGGLE_APPS_PORT=port, **settings)
    with serving_apps(given, database) as service:
        assert service is not None
        service.wait()
        assert not service.reason
        with contextlib.ExitStack() as browsers:
            yield Served(database, service, port, browsers)
    assert services_of_apps.app_service() is None
    with socket.socket() as probe:
        probe.settimeout(30)
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the port is closed"


def kept_bytes(database: Database, run_id: UUID) -> int:
    """Bytes of an app's data in the database."""
    rows: list[Mapping[str, int]] = ask(
        database,
        "SELECT coalesce(octet_length(archive), 0) AS size FROM app_data WHERE run_id = %(run)s",
        run=run_id,
    )
    return rows[0]["size"] if rows else 0

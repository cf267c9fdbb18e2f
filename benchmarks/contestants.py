"""Servers that take tasks over HTTP: ours and the peers', each in processes of its own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

from benchmarks.ground import Ground

ROOT: Final = Path(__file__).parent.parent
PEERS: Final = ROOT / ".bench"
"""Made by ``scripts/bench.sh``: an environment for each peer, so that their pins are not ours."""

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0

OURS: Final = "ours, one process"
OURS_BESIDE: Final = "ours, a worker process beside it"
LANGGRAPH_DEV: Final = "langgraph dev"
AEGRA: Final = "Aegra"

JSON: Final = {"Content-Type": "application/json"}


class Protocols(Protocol):
    """How a contestant is spoken to."""

    health: str

    def submit(self, connection: HTTPConnection, text: str) -> None:
        """Submit a task, and return when it is accepted."""

    def busy(self, connection: HTTPConnection) -> bool:
        """Whether a task is not done yet."""

    def done(self, connection: HTTPConnection) -> int:
        """How many tasks are done, at most 1,000."""


@dataclass
class Contestant:
    """A server that is running.

    Attributes:
        port: on 127.0.0.1.
        speaks: how it is spoken to.
        processes: it consists of.
        database: URL of its database; empty: it has none.
    """

    port: int
    speaks: Protocols
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    database: str = ""

    def connect(self) -> HTTPConnection:
        """A connection for one client, kept open."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.connect()
        assert connection.sock is not None
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def call(connection: HTTPConnection, method: str, path: str, body: object = None) -> Any:
    """Make a request.

    Returns:
        What the answer's JSON says.
    """
    connection.request(method, path, None if body is None else json.dumps(body), JSON)
    answer = connection.getresponse()
    told = answer.read()
    assert answer.status < 300, f"{method} {path}: {answer.status} {told[:500]!r}"
    return json.loads(told)


class Ours:
    """The API of Production Toggle."""

    health = "/api/ready"

    def submit(self, connection: HTTPConnection, text: str) -> None:
        call(connection, "POST", "/api/tasks", {"description": text})

    def busy(self, connection: HTTPConnection) -> bool:
        return bool(call(connection, "GET", "/api/tasks?status=processing&limit=1")["tasks"])

    def done(self, connection: HTTPConnection) -> int:
        found, cursor = 0, ""
        while True:
            page = call(connection, "GET", f"/api/tasks?status=completed&limit=100{cursor}")
            found += len(page["tasks"])
            if page["next"] is None or found >= 1000:
                return found
            cursor = f"&cursor={page['next']}"


class LangGraphs:
    """The API of LangGraph's servers: a thread and its run in one request."""

    health = "/ok"

    def submit(self, connection: HTTPConnection, text: str) -> None:
        run = {**_run(text), "if_not_exists": "create"}
        call(connection, "POST", f"/threads/{uuid4()}/runs", run)

    def busy(self, connection: HTTPConnection) -> bool:
        return bool(self._threads(connection, "busy", 1))

    def done(self, connection: HTTPConnection) -> int:
        return len(self._threads(connection, "idle", 1000))

    def _threads(self, connection: HTTPConnection, status: str, limit: int) -> list[Any]:
        wanted = {"status": status, "limit": limit}
        found: list[Any] = call(connection, "POST", "/threads/search", wanted)
        return found


class Aegras(LangGraphs):
    """The same API but for a thread being made by a request of its own."""

    health = "/health"

    def submit(self, connection: HTTPConnection, text: str) -> None:
        thread = call(connection, "POST", "/threads", {})["thread_id"]
        call(connection, "POST", f"/threads/{thread}/runs", _run(text))


def _run(text: str) -> dict[str, Any]:
    return {"assistant_id": "agent", "input": {"task": text, "stage": "planning"}}


@contextlib.contextmanager
def ours(
    ground: Ground,
    name: str,
    *,
    beside: bool = False,
    threads: int = 8,
    builder: str = "benchmarks.builders:Instant",
    **variables: str,
) -> Iterator[Contestant]:
    """Ours, as ``make run`` starts it, but for the builder and the limit of requests.

    Args:
        ground: has the Postgres.
        name: of a new database.
        beside: whether a worker process is started, and none works in the dashboard's.
        threads: runs executed at once.
        builder: ``module:Class``.
        variables: more settings.
    """
    port = free_port()
    url = variables.pop("DATABASE_URL", "") or ground.migrated(name)
    environment = {
        "DATABASE_URL": url,
        "TOGGLE_BUILDER": builder,
        "TOGGLE_PORT": str(port),
        "TOGGLE_API_PORT": "0",
        "TOGGLE_REQUESTS_PER_MINUTE": "0",
        "TOGGLE_WORKER_THREADS": "0" if beside else str(threads),
        **variables,
    }
    commands: list[list[str | Path]] = [[sys.executable, "app.py"]]
    if beside:
        worker = ["-m", "toggle_core", "worker", "--threads", str(threads)]
        commands.append([sys.executable, *worker])
    with _running(name, ground, port, Ours(), commands, environment, ROOT) as contestant:
        contestant.database = url
        yield contestant


@contextlib.contextmanager
def langgraph_dev(ground: Ground) -> Iterator[Contestant]:
    """LangGraph's own development server: all in memory."""
    port = free_port()
    folder = _peer_folder(ground, "langgraph-dev", "langgraph.json")
    serve = ["dev", "--no-browser", "--no-reload", "--port", str(port)]
    quiet = ["--server-log-level", "WARNING"]
    command: list[str | Path] = [PEERS / "langgraph-dev" / "bin" / "langgraph", *serve, *quiet]
    environment = {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGSMITH_TRACING": "false"}
    with _running("dev", ground, port, LangGraphs(), [command], environment, folder) as contestant:
        yield contestant


@contextlib.contextmanager
def aegra(ground: Ground) -> Iterator[Contestant]:
    """Aegra, on the same Postgres."""
    port = free_port()
    folder = _peer_folder(ground, "aegra", "aegra.json")
    serve = ["-m", "uvicorn", "aegra_api.main:app", "--port", str(port), "--no-access-log"]
    command: list[str | Path] = [PEERS / "aegra" / "bin" / "python", *serve]
    environment = {
        "DATABASE_URL": ground.database("aegra"),
        "LOG_LEVEL": "WARNING",
        "AEGRA_CONFIG": str(folder / "aegra.json"),
        "PORT": str(port),
    }
    with _running("aegra", ground, port, Aegras(), [command], environment, folder) as contestant:
        yield contestant


def has_aegra() -> bool:
    """Whether its environment could be made: it needs Python 3.12."""
    return (PEERS / "aegra" / "bin" / "python").exists()


def has_langgraph_dev() -> bool:
    """Whether its environment was made."""
    return (PEERS / "langgraph-dev" / "bin" / "langgraph").exists()


@contextlib.contextmanager
def all_of(ground: Ground, *, peers: bool = True) -> Iterator[dict[str, Contestant]]:
    """Every server that can run here, by name.

    Args:
        ground: has the Postgres.
        peers: whether theirs too.
    """
    with contextlib.ExitStack() as stack:
        found = {
            OURS: stack.enter_context(ours(ground, "ours")),
            OURS_BESIDE: stack.enter_context(ours(ground, "ours_beside", beside=True)),
        }
        if peers and has_langgraph_dev():
            found[LANGGRAPH_DEV] = stack.enter_context(langgraph_dev(ground))
        if peers and has_aegra():
            found[AEGRA] = stack.enter_context(aegra(ground))
        yield found


def _peer_folder(ground: Ground, name: str, config: str) -> Path:
    folder = ground.folder / name
    folder.mkdir()
    shutil.copy(ROOT / "benchmarks" / "peers" / "graph.py", folder)
    graphs = {"dependencies": ["."], "graphs": {"agent": "./graph.py:agent"}}
    (folder / config).write_text(json.dumps(graphs))
    return folder


@contextlib.contextmanager
def _running(
    name: str,
    ground: Ground,
    port: int,
    speaks: Protocols,
    commands: list[list[str | Path]],
    environment: dict[str, str],
    folder: Path,
) -> Iterator[Contestant]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOGGLE_", "DATABASE_", "OTEL_"))
    }
    contestant = Contestant(port, speaks)
    log = ground.folder / f"{name}.log"
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))
        for command in commands:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**inherited, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            stack.callback(_stop, process)
            contestant.processes.append(process)
        _wait_for(contestant, log)
        yield contestant


def _wait_for(contestant: Contestant, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(contestant):
        ended = any(process.poll() is not None for process in contestant.processes)
        if ended or time.monotonic() > deadline:
            raise RuntimeError(f"{log.name} did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


def _answers(contestant: Contestant) -> bool:
    try:
        with contextlib.closing(contestant.connect()) as connection:
            connection.request("GET", contestant.speaks.health)
            return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process that was started here, and what it has started itself."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""Secrets reach whom they are for and come out nowhere: each is looked for in all there is."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from tests.app_process import ROOT, AppProcess
from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN
from tests.integration.chat.server import ScriptedServer
from tests.integration.planted import (
    LOGIN,
    leaks,
    planted,
    secret_variables,
    tables,
    variables,
)
from tests.polling import eventually
from toggle_core.access.keys import create_key
from toggle_core.store.database import conninfo_of, open_database
from toggle_core.words import Scope

SPY = """
import glob, os
print(dict(os.environ))
for path in [*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline"), "/work/.env"]:
    try:
        print(path, open(path, "rb").read())
    except OSError as error:
        print(path, error)
for folder, _, names in os.walk("/run"):
    print(folder, names)
"""
"""A program that looks for secrets where it runs, and prints them."""

SPYING = json.dumps(
    {
        "summary": "It looks around.",
        "files": [
            {"path": "main.py", "text": SPY},
            {
                "path": "test_main.py",
                "text": "import os\n\n\ndef test_it() -> None:\n"
                "    assert os.environ.get('PATH') == 'x', dict(os.environ)\n",
            },
        ],
        "entry": "main.py",
        "how_to_run": "python main.py",
    }
)


@pytest.fixture
def model() -> Iterator[ScriptedServer]:
    """A model server."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def hooks() -> Iterator[ScriptedServer]:
    """A server that is told of the ends of runs, and is not well."""
    with ScriptedServer() as running:
        running.script(replies.error(500, "not now"))
        yield running


def task_of(api: httpx.Client, *, production: bool = False) -> str:
    """The id of a task that has ended."""
    body = {"description": "Look around", "production": production}
    task: str = api.post("/tasks", json=body).raise_for_status().json()["task_id"]
    eventually(lambda: api.get(f"/tasks/{task}").json()["finished_at"], seconds=600)
    return task


def answers(api: httpx.Client, tasks: list[str]) -> dict[str, bytes]:
    """What the API says, of good requests and of bad ones."""
    found = {}
    for path in (
        "/tasks",
        "/runs.csv?raw=true",
        "/insights/gates.csv",
        "/ready",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/tasks/nonsense",
        "/nowhere",
        *(f"/tasks/{task}" for task in tasks),
        *(f"/tasks/{task}/{what}" for task in tasks for what in ("timeline", "deliveries")),
    ):
        answer = api.get(path)
        found[path] = answer.content + str(answer.headers).encode()
    archive = api.get(f"/tasks/{tasks[0]}/files.zip").content
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        found["files.zip"] = b"".join(opened.read(name) for name in opened.namelist())
    table = pq.read_table(io.BytesIO(api.get("/runs.parquet").content))
    found["runs.parquet"] = repr(table.to_pylist()).encode()
    return found


def exported(process: AppProcess, folder: Path) -> bytes:
    """What the command line prints and writes."""
    done = subprocess.run(
        [sys.executable, "-m", "toggle_core", "export", "--output", str(folder / "runs.csv")],
        cwd=ROOT,
        env=process.environment,
        capture_output=True,
        check=True,
    )
    return done.stdout + done.stderr + (folder / "runs.csv").read_bytes()


def test_no_secret_comes_out_anywhere(
    database_url: str, model: ScriptedServer, hooks: ScriptedServer, tmp_path: Path
) -> None:
    secret = planted()
    assert secret.keys() == secret_variables(), "a new secret setting needs a planted value"
    database = open_database(conninfo_of(database_url))
    _, secret["a key of the API"] = create_key(database, "planted", Scope.ADMIN)
    database.close()
    environment = variables(secret, database=database_url, hooks=hooks.address)
    environment.pop("a key of the API")
    process = AppProcess(
        **environment,
        TOGGLE_MODEL="openai:scripted",
        TOGGLE_MAX_RETRIES="0",
        TOGGLE_MAX_ATTEMPTS="1",
        OPENAI_BASE_URL=f"{model.address}/v1",
    )
    login = {name: value.format(port=process.port) for name, value in LOGIN.items()}
    process.environment |= login
    bearer = {"Authorization": f"Bearer {secret['a key of the API']}"}
    said = secret["OPENAI_API_KEY"]
    with process.start(), httpx.Client(base_url=process.api, headers=bearer, timeout=60) as api:
        model.script(replies.streamed(PLAN), replies.streamed(SPYING))
        tasks = [task_of(api, production=True)]
        for fault in (
            replies.error(401, f"Incorrect API key provided: {said}"),
            replies.error(500, f"Authorization: Bearer {said}"),
            replies.streamed(f"No plan, but {said}"),
        ):
            model.script(fault)
            tasks.append(task_of(api))
        places = answers(api, tasks)
        for path in ("/", "/auth/login", "/oauth2callback?state=x&code=y", "/download/runs.csv"):
            places[path] = httpx.get(f"{process.dashboard}{path}", timeout=60).content
        wrong = {"Authorization": f"Bearer {secret['a key of the API']}x"}
        places["a wrong key"] = api.get("/tasks", headers=wrong).content
        places["the command line"] = exported(process, tmp_path)
        assert process.process is not None
        places["cmdline"] = Path(f"/proc/{process.process.pid}/cmdline").read_bytes()
        eventually(lambda: hooks.asked)
        process.stop()
        places["the log"] = process.output().encode()
    places |= tables(database_url)
    assert said in model.asked[0].headers["authorization"]
    assert b"dict(os.environ)" in places["files.zip"]
    gates = json.loads(httpx.Response(200, content=places["/tasks"].split(b"Headers(")[0]).content)
    assert {task["status"] for task in gates["tasks"]} == {"completed", "failed"}
    assert leaks(places, secret) == []

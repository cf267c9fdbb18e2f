"""Calling an API that asks for a key."""

import socket
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from tests.integration.sql import ask
from toggle_core.store.database import Database

NOWHERE = UUID("019aab42-0000-7000-8000-000000000000")
READS = [
    "/tasks",
    f"/tasks/{NOWHERE}",
    f"/tasks/{NOWHERE}/timeline",
    f"/tasks/{NOWHERE}/files.zip",
    f"/tasks/{NOWHERE}/pictures",
    f"/tasks/{NOWHERE}/pictures/{'0' * 64}.png",
    "/runs.csv",
    "/runs.parquet",
    "/insights/runs-per-day.csv",
]
"""What may be read, of a task that does not exist where it is of one."""

TASK = {"description": "Create a hello world app"}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def submitted(api: httpx.Client, key: str) -> UUID:
    answer = api.post("/tasks", json=TASK, headers=bearer(key))
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["task_id"])


def submitter(database: Database, task_id: object) -> str | None:
    [row] = ask(database, "SELECT submitted_by FROM runs WHERE id = %(id)s", id=UUID(str(task_id)))
    found: str | None = row["submitted_by"]
    return found


def is_problem(answer: httpx.Response, status: int) -> bool:
    """Whether it is a problem as it is documented, with a sentence."""
    body = answer.json()
    return answer.status_code == status and set(body) == {"detail", "field"} and body["detail"]


def raw(api: httpx.Client, *headers: bytes) -> bytes:
    """Send headers as they are, past every client that would tidy them. Returns the answer."""
    parts = urlsplit(str(api.base_url))
    with socket.create_connection((parts.hostname or "", parts.port or 0), 60) as connection:
        lines = (b"GET /api/tasks HTTP/1.1", b"Host: localhost", b"Connection: close", *headers)
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65_536), b""))

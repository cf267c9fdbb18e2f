"""A small typed client of the API.

from toggle_core.client import Client

client = Client("http://localhost:8002")
receipt = client.submit_task("Create a hello world app")
task = client.get_task(receipt.task_id)
"""

from typing import Self
from uuid import UUID

import httpx

from toggle_core.api.schemas import TaskAccepted, TaskIn, TaskOut
from toggle_core.errors import ApiRefused, ApiUnreachable

DEFAULT_ADDRESS = "http://localhost:8002"


class Client:
    """Talks to one server, over connections that are kept. Safe to share between threads."""

    def __init__(self, address: str = DEFAULT_ADDRESS, *, timeout: float = 10.0) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            address: of the server, without ``/api``.
            timeout: seconds to wait for an answer.
        """
        self._http = httpx.Client(base_url=f"{address.rstrip('/')}/api", timeout=timeout)

    def submit_task(
        self,
        description: str,
        *,
        production: bool = False,
        idempotency_key: str | None = None,
    ) -> TaskAccepted:
        """Submit a task.

        Args:
            description: what should be built, 1 to 10,000 characters.
            production: whether the code must be proved.
            idempotency_key: the same key with the same task returns the same receipt, so that a
                call may safely be repeated.

        Returns:
            The receipt: id and status.

        Raises:
            ApiRefused: the server did not accept it; the sentence says why.
            ApiUnreachable: no answer came.
        """
        task = TaskIn.model_construct(description=description, production=production)
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer = self._ask("POST", "/tasks", json=task.model_dump(), headers=headers)
        return TaskAccepted.model_validate_json(answer.content)

    def get_task(self, task_id: UUID | str) -> TaskOut:
        """Read a task.

        Args:
            task_id: from the receipt.

        Returns:
            Everything that is known of it at this moment.

        Raises:
            ApiRefused: there is no such task, or the id is malformed.
            ApiUnreachable: no answer came.
        """
        return TaskOut.model_validate_json(self._ask("GET", f"/tasks/{task_id}").content)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            answer = self._http.request(method, path, json=json, headers=headers)
        except httpx.TransportError as error:
            raise ApiUnreachable(
                address=str(self._http.base_url).rstrip("/"), reason=type(error).__name__
            ) from error
        if answer.is_error:
            raise ApiRefused(status=answer.status_code, detail=_detail(answer))
        return answer


def submit_task(description: str) -> TaskAccepted:
    """Submit a task to the server on this machine. See :meth:`Client.submit_task`."""
    with Client() as client:
        return client.submit_task(description)


def get_task(task_id: UUID | str) -> TaskOut:
    """Read a task from the server on this machine. See :meth:`Client.get_task`."""
    with Client() as client:
        return client.get_task(task_id)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase

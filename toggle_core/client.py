"""A small typed client of the API.

from toggle_core.client import Client

client = Client("http://localhost:8002", key="ptk_…")
receipt = client.submit_task("Create a hello world app")
task = client.get_task(receipt.task_id)
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from toggle_core.api.event_schemas import EventOut
from toggle_core.api.schemas import TaskAccepted, TaskIn, TaskOut
from toggle_core.client_events import Stream
from toggle_core.errors import ApiKeyRefused, ApiKeyUnusable, ApiRefused, ApiUnreachable
from toggle_core.runs.validation import PRINTABLE_ASCII
from toggle_core.settings import get_settings

DEFAULT_ADDRESS: Final = "http://localhost:8002"

NOT_OURS: Final = "this is no answer of Production Toggle. Check the address."

Answer = TypeVar("Answer", bound=BaseModel)


class Client:
    """Talks to one server, over connections that are kept. Safe to share between threads."""

    def __init__(
        self, address: str = DEFAULT_ADDRESS, *, key: str | None = None, timeout: float = 10.0
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            address: of the server, without ``/api``.
            key: of the API; None: that of the setting ``TOGGLE_API_KEY``, if there is one.
            timeout: seconds to wait for an answer.

        Raises:
            ApiKeyUnusable: the key cannot be sent.
            SettingRefused: a setting cannot be used.
        """
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api",
            headers=_authorization(_own_key() if key is None else key),
            timeout=timeout,
        )

    def submit_task(
        self,
        description: str,
        *,
        production: bool = False,
        review: bool = False,
        idempotency_key: str | None = None,
        webhook_url: str | None = None,
        promises: Mapping[str, Any] | None = None,
    ) -> TaskAccepted:
        """Submit a task.

        Args:
            description: what should be built, 1 to 10,000 characters.
            production: whether the code must be proved.
            review: whether the plan waits for a yes before any code is written.
            idempotency_key: the same key with the same task returns the same receipt, so that a
                call may safely be repeated.
            webhook_url: told when the task ends, with http:// or https://.
            promises: what the program will be checked for; None: the builder decides.

        Returns:
            The receipt: id and status.

        Raises:
            ApiRefused: the server did not accept it; the sentence says why.
            ApiKeyRefused: the server asks for another key, or for one at all.
            ApiUnreachable: no answer came.
        """
        task = TaskIn.model_construct(
            description=description,
            production=production,
            review=review,
            webhook_url=webhook_url,
            promises=None if promises is None else dict(promises),
        )
        headers = {b"Content-Type": b"application/json"}
        if idempotency_key is not None:
            headers[b"Idempotency-Key"] = idempotency_key.encode(errors="surrogatepass")
        # In ASCII, because UTF-8 has no way to say half a character, which the server must refuse.
        content = json.dumps(task.model_dump())
        return self._ask(TaskAccepted, "POST", "/tasks", content=content, headers=headers)

    def get_task(self, task_id: UUID | str) -> TaskOut:
        """Read a task.

        Args:
            task_id: from the receipt.

        Returns:
            Everything that is known of it at this moment.

        Raises:
            ApiRefused: there is no such task, or the id is malformed.
            ApiKeyRefused: the server asks for another key, or for one at all.
            ApiUnreachable: no answer came.
        """
        return self._ask(TaskOut, "GET", f"/tasks/{quote(str(task_id), safe='')}")

    def follow(self, task_id: UUID | str, *, after: int | None = None) -> Iterator[EventOut]:
        """What has happened to a task, and what happens from now on, until it has ended.

        After a break it goes on where it was: no event is missed and none comes twice.

        Args:
            task_id: from the receipt.
            after: id of the newest event that is known already.

        Raises:
            ApiRefused: there is no such task, or the id is malformed.
            ApiKeyRefused: the server asks for another key, or for one at all.
            ApiUnreachable: no answer came, or none any more for a minute.
        """
        path = f"/tasks/{quote(str(task_id), safe='')}/events"
        return iter(Stream(self._http, path, after, _refusal))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(
        self,
        kind: type[Answer],
        method: str,
        path: str,
        *,
        content: str | None = None,
        headers: dict[bytes, bytes] | None = None,
    ) -> Answer:
        try:
            answer = self._http.request(method, path, content=content, headers=headers)
        except httpx.RequestError as error:
            raise ApiUnreachable(
                address=str(self._http.base_url).rstrip("/"), reason=type(error).__name__
            ) from error
        if not answer.is_success:
            raise _refusal(answer)
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError as error:
            raise ApiRefused(status=answer.status_code, detail=NOT_OURS) from error


def submit_task(description: str) -> TaskAccepted:
    """Submit a task to the server on this machine. See :meth:`Client.submit_task`."""
    with Client() as client:
        return client.submit_task(description)


def get_task(task_id: UUID | str) -> TaskOut:
    """Read a task from the server on this machine. See :meth:`Client.get_task`."""
    with Client() as client:
        return client.get_task(task_id)


def _own_key() -> str:
    found = get_settings().api_key
    return found.get_secret_value() if found else ""


def _authorization(key: str) -> dict[str, str]:
    if not key:
        return {}
    if not PRINTABLE_ASCII.fullmatch(key):
        raise ApiKeyUnusable
    return {"Authorization": f"Bearer {key}"}


def _refusal(answer: httpx.Response) -> ApiRefused:
    """The error that an answer is, where it is not what was asked for."""
    if answer.is_success:
        return ApiRefused(status=answer.status_code, detail=NOT_OURS)
    kind = ApiKeyRefused if answer.status_code == httpx.codes.UNAUTHORIZED else ApiRefused
    return kind(status=answer.status_code, detail=_detail(answer))


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase

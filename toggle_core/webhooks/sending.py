"""One attempt to tell a webhook."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final

import httpcore
import httpx

from toggle_core.webhooks.network import CheckedBackend, HostNotFound, HostRefused
from toggle_core.webhooks.signature import signed_headers

USER_AGENT: Final = "production-toggle"


Headers = dict[bytes | str, bytes | str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt went.

    Attributes:
        code: HTTP status of the answer, None where none came.
        error: why it failed, in a sentence; None where it did not.
        final: whether there is no use in trying again.
    """

    code: int | None = None
    error: str | None = None
    final: bool = False


async def send(
    url: str,
    message_id: str,
    body: bytes,
    *,
    key: bytes,
    seconds: float,
    allow_private: bool,
) -> Attempt:
    """Send a signed message. The answer counts by its status; its body is not read.

    Any status but 2xx is a failure, a redirect too; 410 means that the receiver wants to be told
    no more (Standard Webhooks, section "Deliverability").

    Args:
        url: of the webhook.
        message_id: the same for each attempt.
        body: JSON.
        key: to sign with.
        seconds: that all of it may take.
        allow_private: whether the webhook may be in a private network.
    """
    headers: Headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
    headers.update(signed_headers(key, message_id, int(time.time()), body).items())
    try:
        async with asyncio.timeout(seconds):
            return judged(
                await _post(url, headers, body, CheckedBackend(allow_private=allow_private))
            )
    except TimeoutError:
        return Attempt(error=f"No answer came within {seconds:g} s.")
    except HostRefused as error:
        return Attempt(error=str(error), final=True)
    except HostNotFound as error:
        return Attempt(error=str(error))
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        return Attempt(error=_why(error))


async def _post(
    url: str, headers: Headers, body: bytes, network: httpcore.AsyncNetworkBackend
) -> int:
    pool = httpcore.AsyncConnectionPool(ssl_context=_trust(), network_backend=network)
    async with pool, pool.stream("POST", url, headers=headers, content=body) as answer:
        return answer.status


def judged(code: int) -> Attempt:
    """What a status means."""
    if HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
        return Attempt(code)
    if code == HTTPStatus.GONE:
        return Attempt(code, "The receiver wants to be told no more (410).", final=True)
    if HTTPStatus.MULTIPLE_CHOICES <= code < HTTPStatus.BAD_REQUEST:
        return Attempt(code, f"The answer was a redirect ({code}); none is followed.")
    return Attempt(code, f"The answer was an error ({code}).")


def _why(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of the receiver is not valid: {cause.verify_message}."
        if isinstance(cause, ssl.SSLError):
            return "No encrypted connection could be made with the receiver."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError):
        return "The receiver cannot be reached."
    return "The connection broke before the answer."


@cache
def _trust() -> ssl.SSLContext:
    """Certificates are checked as the API's client does it. Slow to make, and never changed."""
    return httpx.create_ssl_context()

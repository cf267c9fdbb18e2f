"""What went wrong with a request, in words for people, and whether to send it again.

Each provider's library has errors of its own, so they are told apart by what all of them carry: an
HTTP status, a response with headers, the error of the HTTP client behind them, and their text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx
import httpx2
from langchain_core.exceptions import ContextOverflowError

from toggle_core.builders.chat.model import address_of
from toggle_core.builders.chat.providers import provider_of, split_model, title_of
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.statuses import body_of, retry_after, status_of
from toggle_core.builders.chat.surroundings import proxy_for
from toggle_core.builders.chat.wire import uses_environment
from toggle_core.errors import (
    ModelBusy,
    ModelCertificateUntrusted,
    ModelConnectionLost,
    ModelDown,
    ModelFailed,
    ModelKeyRefused,
    ModelPromptTooLong,
    ModelProtocolUnknown,
    ModelProxyFailed,
    ModelQuotaExhausted,
    ModelRequestRefused,
    ModelTooSlow,
    ModelUnknown,
    ModelUnreachable,
)
from toggle_core.key_masking import excerpt

NO_CREDIT: Final = re.compile(
    r"insufficient_quota|credit balance|insufficient (?:credit|balance|fund)|billing_hard_limit"
    r"|payment required|exceeded your current quota, please check your plan and billing",
    re.IGNORECASE,
)

WRONG_KEY: Final = re.compile(
    r"api[ _]key (?:not valid|invalid|is invalid)|invalid[ _]api[ _]key|incorrect api key"
    r"|invalid x-api-key|authentication_error",
    re.IGNORECASE,
)

TOO_LONG: Final = re.compile(
    r"context_length_exceeded|maximum context length|prompt is too long|exceed\w* (?:the )?"
    r"(?:available |model'?s? )?context|too many input tokens",
    re.IGNORECASE,
)

OVERLOADED: Final = re.compile(
    r"overloaded|server_error|internal (?:server )?error|unavailable|timed? ?out|bad gateway"
    r"|over[ _]?capacity|rate.?limit|too many requests|try again later|unexpectedly stopped"
    r"|runner process|\b(?:429|50[0234]|529)\b",
    re.IGNORECASE,
)
"""Words of an error without a status that may pass. Those of a runner are Ollama's."""

NOT_THE_PROTOCOL: Final = (ValueError, AssertionError, AttributeError, LookupError, TypeError)
"""What the libraries run into when a server sends something else than their protocol."""

REFUSALS: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
)
"""Statuses that providers also use to say that there is no credit."""

PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
"""Statuses below 500 that may pass by themselves."""

TRANSPORT_ERRORS: Final = (httpx.TransportError, httpx2.TransportError, ConnectionError)


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with one request.

    Attributes:
        failure: what to raise when the request is not sent again.
        again: whether sending it again may help.
        wait: seconds the provider asks to wait first; None when it does not say.
    """

    failure: ModelFailed
    again: bool = False
    wait: float | None = None


def explain(error: Exception, settings: ChatSettings, *, begun: bool = False) -> Fault:
    """Say what an error of a provider's library means.

    Args:
        error: as the library raised it. Its text may hold the key; the fault's does not.
        settings: of the request.
        begun: whether a part of the answer had come.
    """
    chain = list(_chain(error))
    for each in chain:
        if isinstance(each, ModelFailed):
            return Fault(each)
    text = " ".join(f"{each} {getattr(each, 'body', '')}" for each in chain)
    if status := status_of(chain):
        return _by_status(status, text, chain, settings)
    return _by_kind(chain, text, settings, begun=begun)


def _by_status(status: int, text: str, chain: list[BaseException], settings: ChatSettings) -> Fault:
    wait = next((found for each in chain if (found := retry_after(each)) is not None), None)
    if failure := _of_the_account(status, text, settings):
        return Fault(failure)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        asks = f" and asks to wait {wait:,.0f} seconds" if wait else ""
        return Fault(ModelBusy(title=title_of(settings), wait=asks), again=True, wait=wait)
    is_its_own = status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
    if is_its_own or status in PASSING:
        return Fault(ModelDown(title=title_of(settings), status=status), again=True, wait=wait)
    return Fault(_of_the_request(status, text, chain, settings))


def _of_the_account(status: int, text: str, settings: ChatSettings) -> ModelFailed | None:
    title = title_of(settings)
    if status == HTTPStatus.PAYMENT_REQUIRED or (status in REFUSALS and NO_CREDIT.search(text)):
        return ModelQuotaExhausted(title=title)
    is_wrong = status == HTTPStatus.BAD_REQUEST and WRONG_KEY.search(text)
    if is_wrong or status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        variable = _key_variable(settings)
        return ModelKeyRefused(title=title, model=settings.model, variable=variable)
    return None


def _of_the_request(
    status: int, text: str, chain: list[BaseException], settings: ChatSettings
) -> ModelFailed:
    title, model = title_of(settings), settings.model
    if status == HTTPStatus.NOT_FOUND:
        return ModelUnknown(title=title, model=model, hint=_hint(settings))
    is_large = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if is_large or TOO_LONG.search(text) or _is_overflow(chain):
        return ModelPromptTooLong(model=model)
    reason = excerpt(str(chain[0]), settings.secrets)
    return ModelRequestRefused(title=title, model=model, reason=reason)


def _by_kind(
    chain: list[BaseException], text: str, settings: ChatSettings, *, begun: bool
) -> Fault:
    names = " ".join(kind.__name__ for each in chain for kind in type(each).__mro__)
    if any(isinstance(each, TimeoutError) for each in chain) or "Timeout" in names:
        if "ConnectTimeout" in names:
            return Fault(_unreachable(settings))
        return Fault(ModelTooSlow(model=settings.model, seconds=settings.request_timeout))
    if any(isinstance(each, TRANSPORT_ERRORS) for each in chain) or "APIConnectionError" in names:
        return _by_transport(chain, names, text, settings, begun=begun)
    if isinstance(chain[0], NOT_THE_PROTOCOL) and not isinstance(body_of(chain[0]), Mapping):
        return Fault(ModelProtocolUnknown(title=title_of(settings)))
    return Fault(_by_text(chain, text, settings), again=OVERLOADED.search(text) is not None)


def _by_transport(
    chain: list[BaseException], names: str, text: str, settings: ChatSettings, *, begun: bool
) -> Fault:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return Fault(_untrusted(text, settings))
    if "ProxyError" in names:
        return Fault(_proxy_failed(chain, settings), again=True)
    is_connecting = "ConnectError" in names or "Failed to connect" in text
    lost = ModelConnectionLost(title=title_of(settings))
    return Fault(_unreachable(settings) if is_connecting and not begun else lost, again=True)


def _by_text(chain: list[BaseException], text: str, settings: ChatSettings) -> ModelFailed:
    """An error that came as an event, after the status was sent, so that only its text tells."""
    if _is_overflow(chain) or TOO_LONG.search(text):
        return ModelPromptTooLong(model=settings.model)
    if NO_CREDIT.search(text):
        return ModelQuotaExhausted(title=title_of(settings))
    reason = excerpt(str(chain[0]), settings.secrets) or type(chain[0]).__name__
    return ModelFailed(model=settings.model, reason=reason)


def _unreachable(settings: ChatSettings) -> ModelFailed:
    if variable := _proxy_variable(settings):
        reason = "no connection could be made"
        return ModelProxyFailed(title=title_of(settings), variable=variable, reason=reason)
    return ModelUnreachable(title=title_of(settings), address=_at(settings))


def _proxy_failed(chain: list[BaseException], settings: ChatSettings) -> ModelFailed:
    reason = excerpt(str(chain[-1]), settings.secrets, limit=100) or "it refused the connection"
    variable = _proxy_variable(settings) or "HTTPS_PROXY"
    return ModelProxyFailed(title=title_of(settings), variable=variable, reason=reason)


def _untrusted(text: str, settings: ChatSettings) -> ModelFailed:
    why = re.search(r"certificate verify failed: ([\w' .-]{1,80})", text)
    reason = why[1].strip() if why else "it cannot be verified"
    return ModelCertificateUntrusted(title=title_of(settings), address=_at(settings), reason=reason)


def _proxy_variable(settings: ChatSettings) -> str:
    """Name of the variable with the proxy that requests go through; empty without one."""
    address = address_of(settings)
    return proxy_for(address) if uses_environment(address) else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and the ones behind it, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _is_overflow(chain: list[BaseException]) -> bool:
    return any(isinstance(each, ContextOverflowError) for each in chain)


def _key_variable(settings: ChatSettings) -> str:
    provider = provider_of(settings)
    prefix, _ = split_model(settings.model)
    return (provider and provider.key_variable) or f"{prefix.upper()}_API_KEY"


def _hint(settings: ChatSettings) -> str:
    prefix, name = split_model(settings.model)
    if prefix == "ollama":
        return f" To download it, run: ollama pull {name}"
    return f" The address in use is {settings.base_url}." if settings.base_url else ""


def _at(settings: ChatSettings) -> str:
    if settings.base_url:
        return f" at {settings.base_url}"
    return " at http://127.0.0.1:11434" if split_model(settings.model)[0] == "ollama" else ""

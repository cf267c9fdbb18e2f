"""The HTTP status of an error, also where it is only told in words, and how long to wait.

An error that comes in the middle of a stream has no status of its own: that was 200. Then a field
of it holds one as text, or a word that means one.
"""

import email.utils
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

ERROR_STATUSES: Final = range(400, 600)

WORDED: Final[Mapping[str, int]] = {
    "api_error": 500,
    "bad_gateway": 502,
    "busy": 503,
    "deadline_exceeded": 504,
    "gateway_timeout": 504,
    "internal": 500,
    "internal_error": 500,
    "internal_server_error": 500,
    "overloaded": 529,
    "overloaded_error": 529,
    "rate_limit": 429,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "rate_limited": 429,
    "rate_limit_reached": 429,
    "request_timeout": 408,
    "resource_exhausted": 429,
    "server_error": 500,
    "server_overloaded": 503,
    "service_unavailable": 503,
    "service_unavailable_error": 503,
    "timeout": 504,
    "timeout_error": 504,
    "too_many_requests": 429,
    "unavailable": 503,
    "upstream_error": 502,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "permission_error": 403,
    "billing_error": 402,
    "insufficient_quota": 402,
    "not_found_error": 404,
    "model_not_found": 404,
    "invalid_request_error": 400,
    "request_too_large": 413,
}
"""Status that an error's code or type means where a stream has begun: its status was 200. Words of
OpenAI, Anthropic, Google, Mistral, OpenRouter and gateways."""


def status_of(chain: Sequence[BaseException]) -> int:
    """The status of an error and the ones behind it; 0 without one."""
    told = filter(None, map(_status, chain))
    return next(told, 0) or next(filter(None, map(_worded, chain)), 0)


def _status(error: BaseException) -> int:
    response = getattr(error, "response", None)
    for holder, name in ((error, "status_code"), (response, "status_code"), (error, "code")):
        value = getattr(holder, name, None)
        if isinstance(value, int) and value in ERROR_STATUSES:
            return value
    return 0


def _worded(error: BaseException) -> int:
    """The status that stands as a text in an error, or that a word of it means."""
    words = [*_words(body_of(error), 3), getattr(error, "code", None)]
    return next(filter(None, map(_meant, words)), 0)


def body_of(error: BaseException) -> object:
    """What a server said of an error: an object, or else a text; None where it said nothing.

    LangChain raises an error in an answer that came as a whole as a bare ``ValueError`` of it.
    """
    if isinstance(error, ValueError) and error.args and isinstance(error.args[0], Mapping):
        return error.args[0]
    return getattr(error, "body", None)


def _words(body: object, levels: int) -> Iterator[object]:
    """Values of the fields in which an error says what it is, the plainest first."""
    if not isinstance(body, Mapping):
        return
    for name in ("status_code", "code", "status", "type"):
        yield body.get(name)
    if levels > 0:
        for name in ("error", "metadata", "details"):
            yield from _words(body.get(name), levels - 1)


def _meant(word: object) -> int:
    if isinstance(word, str):
        word = word.strip().lower().replace("-", "_").replace(" ", "_")
        word = WORDED.get(word) or (int(word) if re.fullmatch(r"[45]\d\d", word) else 0)
    return word if isinstance(word, int) and word in ERROR_STATUSES else 0


def retry_after(error: BaseException) -> float | None:
    """Seconds to wait by ``Retry-After``, which has seconds or a date: RFC 9110, 10.2.3."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after") if hasattr(headers, "get") else None
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None

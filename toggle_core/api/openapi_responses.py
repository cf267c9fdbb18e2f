"""The problems a route may answer with, for the OpenAPI document."""

from typing import Any, Final

from toggle_core.api.schemas import Problem

MEANINGS: Final = {
    404: "There is no such task, or not yet what was asked of it.",
    409: "Something that was done before does not allow it.",
    401: "The API asks for a key, and none came that opens it.",
    403: "The key is for less than this, or a page of another site asked for it.",
    413: "The body is over 64 KB.",
    421: "The server does not answer to the name it was called by.",
    422: "Something in the request is wrong; `field` says what.",
    429: "There are too many requests, waiting runs, exports or streams. `Retry-After` says when"
    " to try again.",
    500: "A fault of ours. The reference in the sentence is also in the log.",
    503: "The database is away. Nothing is lost; try again in a few seconds.",
}


ALWAYS: Final = (403, 421, 429, 500)
"""What is answered ahead of every route, and a fault of ours."""


def may_answer(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What to declare for a route.

    Args:
        statuses: of the problems it may answer with, beside ``ALWAYS``.
    """
    return {
        status: {"model": Problem, "description": MEANINGS[status]}
        for status in sorted({*statuses, *ALWAYS})
    }


BEHIND_KEY: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Problem, "description": MEANINGS[401]}
}
"""What to declare for routes that ask for a key, beside."""

"""The problems a route may answer with, for the OpenAPI document."""

from typing import Any, Final

from toggle_core.api.schemas import Problem

MEANINGS: Final = {
    404: "There is no such task, or not yet what was asked of it.",
    409: "Something that was done before does not allow it.",
    413: "The body is over 64 KB.",
    422: "Something in the request is wrong; `field` says what.",
    500: "A fault of ours. The reference in the sentence is also in the log.",
    503: "The database is away. Nothing is lost; try again in a few seconds.",
}


def may_answer(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What to declare for a route.

    Args:
        statuses: of the problems it may answer with, beside 500.
    """
    return {
        status: {"model": Problem, "description": MEANINGS[status]} for status in (*statuses, 500)
    }

"""A run failed."""

from toggle_core.errors.base import ToggleError


class BuildFailed(ToggleError):
    """{reason}"""

    tokens_in = 0
    tokens_out = 0


class ContinuationRefused(BuildFailed):
    """The builder {builder} starts every project from scratch. Submit all that you want as a new
    task, or connect a chat model to continue a run: Settings says how."""


class RunDangerous(BuildFailed):
    """It stopped the worker repeatedly: {times} times in a row, the process that worked on this run
    died before a step of it was done. What was made is kept. Continue goes on from there."""


class RunOverdue(BuildFailed):
    """This run took longer than its limit of {limit} and was stopped. What was made is kept:
    Continue goes on from there, with the same time again."""


class TokensUsedUp(BuildFailed):
    """This run has used up its limit of {limit:,} tokens before the code was written. What
    was made is kept. A higher TOGGLE_MAX_TOKENS_PER_RUN lets it go further."""


class ProjectRefused(BuildFailed):
    """The project that came back cannot be kept: {reason}. Try again, or say it in other words."""


class NoBlueprint(BuildFailed):
    """{reason} To build anything else, connect a chat model: Settings says how. The built-in
    builder makes: {offers}."""

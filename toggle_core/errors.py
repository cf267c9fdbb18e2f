"""The domain's exceptions. The docstring of each is the sentence a person reads.

A docstring may name facts in braces; they are given by keyword where the exception is raised:
``raise PortTaken(port=3030)``. Pages, API and command line show ``str(error)`` as it is.
"""

from typing import Any


class ToggleError(Exception):
    """Something went wrong that has no better name yet."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        sentence = " ".join((type(self).__doc__ or "").split())
        super().__init__(sentence.format(**facts))


class StartError(ToggleError):
    """The app could not start."""


class TaskRefused(ToggleError):
    """The task was not accepted."""


class BuildFailed(ToggleError):
    """{reason}"""


class NoBlueprint(BuildFailed):
    """The built-in builder cannot make this. It can make: {offers}. {nearest}To build anything
    else, connect a chat model: Settings says how."""

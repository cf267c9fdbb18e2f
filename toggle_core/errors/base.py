"""The root of the errors: it makes a sentence of its docstring and the facts."""

from typing import Any


class ToggleError(Exception):
    """Something went wrong that has no better name yet."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        sentence = " ".join((type(self).__doc__ or "").split())
        super().__init__(sentence.format(**facts))

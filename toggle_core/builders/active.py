"""The builder of a process, which can be replaced while the process runs."""

import threading
from collections.abc import Callable
from typing import Final

from toggle_core.builders.registry import Choice
from toggle_core.key_masking import mask_from_now_on

Hear = Callable[[Choice], None]


class ActiveBuilder:
    """The builder of new runs, and of those that this process executes.

    Runs under way end with the builder that they began with.
    """

    def __init__(self, choice: Choice) -> None:
        """Begin with a builder.

        Args:
            choice: as the settings name it.
        """
        self._first: Final = choice
        self._choice = choice
        self._heard: list[Hear] = []
        self._lock = threading.Lock()

    @property
    def choice(self) -> Choice:
        """The builder that is active now, and why it is that one."""
        return self._choice

    @property
    def first(self) -> Choice:
        """The builder that the settings name."""
        return self._first

    def follow(self, hear: Hear) -> None:
        """Call a function with the active builder, and again each time it is replaced.

        Args:
            hear: is called in the thread that replaces the builder, and has to be quick.
        """
        with self._lock:
            self._heard.append(hear)
            hear(self._choice)

    def use(self, choice: Choice) -> None:
        """Replace the builder. Its key is masked in the log from now on.

        Args:
            choice: the new one.
        """
        for secret in choice.chat.secrets if choice.chat else ():
            mask_from_now_on(secret)
        with self._lock:
            self._choice = choice
            for hear in self._heard:
                hear(choice)

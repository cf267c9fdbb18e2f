"""Placeholders such as ``${item}`` and ``${a + b}`` in the texts of steps."""

import re
from typing import Any, Final

from toggle_core.gates.harness.promises import templates
from toggle_core.gates.promises.shape import Fault

PLACEHOLDER: Final = re.compile(r"\$\{([^{}]*)\}")


def names_in(value: Any) -> set[str]:
    """Every name that the placeholders in a JSON value use.

    Args:
        value: of a bounded depth.

    Raises:
        Fault: a placeholder cannot be read.
    """
    try:
        return templates.names_in(value)
    except ValueError as error:
        raise Fault(str(error)) from None


def filled(text: str) -> str:
    """A text with a letter in the place of each placeholder."""
    return PLACEHOLDER.sub("x", text)

"""The root of the errors: it makes a sentence of its docstring and the facts."""

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Any


class ToggleError(Exception):
    """Something went wrong that has no better name yet."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(sentence_of(type(self)).format(**facts))


def sentence_of(error: type[ToggleError]) -> str:
    """The sentence of an error, with its facts in braces.

    Args:
        error: a class whose docstring is the sentence.
    """
    docstring = error.__doc__
    if docstring is None:  # Python was started with -OO or PYTHONOPTIMIZE=2
        docstring = _docstrings(error.__module__).get(error.__name__)
    return " ".join((docstring or "").split())


@cache
def _docstrings(module: str) -> dict[str, str | None]:
    """The docstrings of a module's classes by their names, as its source has them."""
    source = Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {node.name: ast.get_docstring(node) for node in classes}

"""Compile the project's files before the fork that imports them, each text only once."""

import warnings
from collections.abc import Mapping
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

_Key = tuple[str, bytes]


class CompiledFiles:
    """The code of all Python files below a folder.

    Nothing of it runs here. A fork that imports a file of the same path and text is given the code
    that it would compile itself.

    Args:
        folder: of the project.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._codes: Mapping[_Key, CodeType] = {}

    def read(self) -> None:
        """Compile what has changed since the last time, and forget what is gone."""
        self._codes = {
            key: code
            for path in self._folder.rglob("*.py")
            if path.is_file()
            if (code := self._compile(key := (str(path), path.read_bytes())))
        }

    def _compile(self, key: _Key) -> CodeType | None:
        if code := self._codes.get(key):
            return code
        path, text = key
        unreadable = suppress(SyntaxError, ValueError, RecursionError, MemoryError)
        with unreadable, warnings.catch_warnings(action="ignore"):
            return compile(text, path, "exec", dont_inherit=True)
        return None

    def use(self) -> None:
        """Let this process import files by what is compiled already."""
        codes, before = self._codes, SourceFileLoader.source_to_code

        def source_to_code(self: SourceFileLoader, data: Any, path: Any, **options: Any) -> Any:
            known = codes.get((path, data)) if type(data) is bytes else None
            return known or before(self, data, path, **options)

        SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign, assignment]

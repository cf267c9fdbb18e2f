"""Which projects serve pages, and so open in a browser."""

import re
from collections.abc import Mapping
from typing import Any, Final

from toggle_core.projects.starters import starters_of

KINDS: Final = frozenset({"web", "api"})
"""Kinds of an interface that are opened in a browser."""

SERVES: Final = re.compile(r"\b(?:serve_forever|make_server|create_server|start_server)\b")
"""By which a server of the standard library is known, where nothing was promised or checked."""


def is_web_program(promises: Mapping[str, Any] | None, files: Mapping[str, str]) -> bool:
    """Whether a project serves pages, by what was promised or else by its code.

    Args:
        promises: with the interface; None or empty where nothing was promised.
        files: text of each file, by its path.
    """
    kind = ((promises or {}).get("interface") or {}).get("kind")
    if kind is not None:
        return kind in KINDS
    return any(SERVES.search(text) for path, text in files.items() if path.endswith(".py"))


def starters_for(entry: str, files: Mapping[str, str]) -> Mapping[str, str]:
    """What starts a web program by a double click, by name.

    Args:
        entry: path of the file that starts it.
        files: text of each file, by its path.

    Returns:
        Empty where no Python file starts it, or the project has a ``start.py`` of its own. Files
        that the project has under one of the other names are left out.
    """
    if not entry.endswith(".py") or "start.py" in files:
        return {}
    return {path: text for path, text in starters_of(entry).items() if path not in files}

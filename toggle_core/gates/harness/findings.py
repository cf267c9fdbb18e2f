"""What a reader of the project reports: places in its files, bounded in number and length."""

from collections.abc import Iterable, Mapping
from typing import Any

_MOST = 500
_LONGEST_MESSAGE = 600


def finding(path: str, line: int, rule: str, message: str) -> dict[str, Any]:
    """Return one finding.

    Args:
        path: the file.
        line: number of the line, 0 for the file as a whole.
        rule: a short name that can be searched for.
        message: what is wrong there.
    """
    return {"path": path, "line": line, "rule": rule, "message": message[:_LONGEST_MESSAGE]}


def bounded(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many findings there are, and the first of them by path and line."""
    ordered = sorted(found, key=lambda one: (one["path"], one["line"]))
    return {"count": len(ordered), "findings": ordered[:_MOST]}

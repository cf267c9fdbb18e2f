"""Lint the project with ruff, and report those of its findings that are faults."""

import ast
import json
import re
from typing import Any

from .findings import bounded, finding
from .sources import Source, read_sources
from .task import Channel, Task
from .tool import run_tool

_FIRST_LINE = re.compile(r"from line (\d+)")
_DEFINITION = re.compile(r"\s*(?:async\s+def|def|class)\s")
_TRIED = frozenset(("B015", "B018", "F821"))


def run(task: Task, channel: Channel) -> None:
    """Report ruff's exit code and the faults; ``options["command"]`` is its command line."""
    done = run_tool(task, task.options["command"])
    sources = {source.name: source for source in read_sources(task.files)}
    try:
        found = json.loads(done.output)
    except ValueError:
        found = None
    faults = [
        finding(name, row, item["code"] or "syntax", item["message"])
        for item in found or []
        for name, row in [(_own_name(item["filename"], task), item["location"]["row"])]
        if _is_fault(item, sources[name])
    ]
    channel.report(
        {
            "exit_code": done.exit_code,
            "stderr": done.errors,
            "found": None if found is None else len(found),
            **bounded(faults),
        }
    )


def _own_name(absolute: str, task: Task) -> str:
    return absolute.removeprefix(f"{task.work}/")


def _is_fault(item: dict[str, Any], source: Source) -> bool:
    row = item["location"]["row"]
    if item["code"] == "F811":
        return _hides_definition(item["message"], row, source)
    if item["code"] == "F821" and "globals()" in source.text:
        return False  # it makes names while it runs
    return item["code"] not in _TRIED or not _is_tried(source, row)


def _hides_definition(message: str, row: int, source: Source) -> bool:
    """Whether a function or class takes the place of another that was never used.

    A parameter or function named like an import is no fault: that is how fixtures are used.
    """
    first = _FIRST_LINE.search(message)
    lines = (source.line(int(first[1])) if first else "", source.line(row))
    return all(_DEFINITION.match(line) for line in lines)


def _is_tried(source: Source, row: int) -> bool:
    """Whether a line is in a ``try`` or in a ``with`` that waits for an error: then it is meant."""
    for node in source.nodes:
        if isinstance(node, ast.Try | ast.With) and node.lineno <= row:
            last = node.body[-1].end_lineno or row
            if node.body[0].lineno <= row <= last and (
                isinstance(node, ast.Try) or "raises" in ast.unparse(node.items[0]).lower()
            ):
                return True
    return False

"""Promises that a scripted model writes."""

import json
from collections.abc import Mapping
from typing import Any

TASK = "A to-do list: add, finish and list things"

ADD: Mapping[str, Any] = {
    "id": "add",
    "sentence": "When I add a thing to my to-do list, the list shows it.",
    "vars": {"item": "words:2"},
    "steps": [
        {"run": ["add", "${item}"]},
        {"run": ["list"], "expect": {"exit": 0, "stdout": {"contains": "${item}"}}},
    ],
}
FINISH: Mapping[str, Any] = {
    "id": "finish",
    "sentence": "When I finish a thing, it is gone and the other stays.",
    "vars": {"a": "words:2", "b": "words:2"},
    "steps": [
        {"run": ["add", "${a}"]},
        {"run": ["add", "${b}"]},
        {"run": ["done", "1"]},
        {"run": ["list"], "expect": {"stdout": {"contains": "${b}", "not_contains": "${a}"}}},
    ],
}
KEPT: Mapping[str, Any] = {
    "id": "kept",
    "sentence": "After a restart the list is still there.",
    "vars": {"item": "word"},
    "steps": [
        {"run": ["add", "${item}"]},
        {"restart": True},
        {"run": ["list"], "expect": {"stdout": {"contains": "${item}"}}},
    ],
}
LOOSE: Mapping[str, Any] = {
    "id": "loose",
    "sentence": "It can be started.",
    "steps": [{"run": ["list"]}],
}
GOOD = (ADD, FINISH, KEPT)
INTERFACE: Mapping[str, Any] = {
    "kind": "cli",
    "commands": [["add", "TEXT"], ["list"], ["done", "NUMBER"]],
}


def promises(*each: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Promises of a command-line program."""
    return {"version": 1, "interface": dict(INTERFACE), "promises": list(each), **more}


def answer(*each: Mapping[str, Any], **more: Any) -> str:
    """The same, as a model answers."""
    return f"```json\n{json.dumps(promises(*each, **more))}\n```\n"

"""Promises to begin with, and what is changed in them."""

from collections.abc import Mapping
from typing import Any

ADD: Mapping[str, Any] = {
    "id": "add",
    "sentence": "When I add something, the list shows it.",
    "vars": {"item": "words:2"},
    "steps": [
        {"run": ["add", "${item}"], "expect": {"exit": 0}},
        {"run": ["list"], "expect": {"stdout": {"contains": "${item}"}}},
    ],
}
KEPT: Mapping[str, Any] = {
    "id": "kept",
    "sentence": "After a restart it is still there.",
    "vars": {"item": "word"},
    "steps": [
        {"run": ["add", "${item}"]},
        {"restart": True},
        {"run": ["list"], "expect": {"stdout": {"contains": "${item}"}}},
    ],
}
GONE: Mapping[str, Any] = {
    "id": "gone",
    "sentence": "A thing that is done is gone.",
    "vars": {"item": "word", "other": "word"},
    "steps": [
        {"run": ["add", "${item}"]},
        {"run": ["add", "${other}"]},
        {"run": ["done", "1"]},
        {
            "run": ["list"],
            "expect": {"stdout": {"contains": "${other}", "not_contains": "${item}"}},
        },
    ],
}


def promises(*others: Mapping[str, Any], kind: str = "cli", **more: Any) -> dict[str, Any]:
    """Good promises of a program, and others after them."""
    return {
        "version": 1,
        "interface": {"kind": kind},
        "promises": [dict(each) for each in (ADD, KEPT, GONE, *others)],
        **more,
    }


def odd(*steps: Any, **more: Any) -> dict[str, Any]:
    """A promise with these steps."""
    return {
        "id": "odd",
        "sentence": "Something odd happens.",
        "vars": {"a": "int:1..9", "w": "word"},
        "steps": list(steps),
        **more,
    }


def run(**expected: Any) -> dict[str, Any]:
    """A step that starts the program."""
    return {"run": ["list"], "expect": expected}


def get(path: Any = "/", **expected: Any) -> dict[str, Any]:
    """A step that asks for a page."""
    return {"get": path, "expect": expected or {"status": 200}}

"""Promises that a program keeps which does nothing."""

from typing import Any

import pytest

from toggle_core.gates.promises.vacuity import vacuous
from toggle_core.gates.settings import GateSettings

VACUOUS: dict[str, list[dict[str, Any]]] = {
    "echoes an argument": [{"run": ["${a}"], "expect": {"stdout": {"contains": "${a}"}}}],
    "echoes what is typed": [
        {"run": [], "stdin": "${a}\n", "expect": {"exit": 0, "stdout": {"contains": "${a}"}}}
    ],
    "prints nothing bad": [{"run": ["x"], "expect": {"stderr": {"not_contains": "Traceback"}}}],
    "expects nothing": [{"run": ["x"]}],
    "a page opens": [{"get": "/", "expect": {"status": 200}}],
    "echoes a query": [{"get": "/?q=${a}", "expect": {"text": {"contains": "${a}"}}}],
    "echoes a form": [
        {"post": "/", "form": {"m": "${a} b"}, "expect": {"text": {"contains": "${a} b"}}}
    ],
    "echoes json": [{"post": "/", "json": {"t": "${a}"}, "expect": {"json": {"/t": "${a}"}}}],
    "shows no error": [{"get": "/?q=${a}", "expect": {"text": {"not_contains": "Error"}}}],
    "waits": [{"get": "/"}, {"wait": 9, "expect": {"status": 200}}],
}
SOUND: dict[str, list[dict[str, Any]]] = {
    "remembers": [
        {"run": ["add", "${a}"]},
        {"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}},
    ],
    "shows what was sent before": [
        {"post": "/", "form": {"m": "${a}"}},
        {"get": "/", "expect": {"text": {"contains": "${a}"}}},
    ],
    "has a form": [{"submit": {"page": "/", "button": "Save"}}],
    "has markup": [{"get": "/", "expect": {"html": {"contains": "<h1"}}}],
    "refuses": [{"get": "/${a}", "expect": {"status": 404}}],
    "makes a file": [{"run": ["x"]}, {"file": "x.csv", "expect": {"exists": True}}],
    "fails": [{"run": ["${a}"], "expect": {"exit": "not 0"}}],
    "in a browser": [{"open": "/"}, {"see": "x"}],
}


@pytest.fixture(scope="module")
def found(settings: GateSettings) -> set[str]:
    """Names of the promises that a dummy keeps."""
    promises = [
        {"id": name, "sentence": name, "vars": {"a": "word"}, "steps": steps}
        for name, steps in {**VACUOUS, **SOUND}.items()
    ]
    return set(vacuous({"version": 1, "promises": promises}, settings))


@pytest.mark.parametrize("name", VACUOUS)
def test_promise_that_a_dummy_keeps_is_vacuous(found: set[str], name: str) -> None:
    assert name in found


@pytest.mark.parametrize("name", SOUND)
def test_promise_that_needs_a_program_is_not_vacuous(found: set[str], name: str) -> None:
    assert name not in found


def test_nothing_promised_is_nothing_vacuous(settings: GateSettings) -> None:
    assert vacuous({"promises": []}, settings) == []

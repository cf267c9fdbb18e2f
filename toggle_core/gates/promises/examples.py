"""Steps with example values, for whoever writes the program."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from toggle_core.gates.harness.promises.templates import fill_in_text
from toggle_core.gates.harness.promises.values import draw_values
from toggle_core.gates.promises.model import JsonObject, Promise

SEED: Final = "example"
"""Trials draw from seeds of their own, so the program is tried with other values."""


def with_examples(steps: Sequence[JsonObject], promise: Promise) -> list[JsonObject]:
    """Steps with a value in the place of each placeholder.

    What a step saves is known only when it is carried out, so its placeholders stay.

    Args:
        steps: of the promise.
        promise: whose variables they use.
    """
    values: dict[str, Any] = dict(draw_values(promise.vars, f"{SEED} {promise.id}"))
    every = [*promise.before, *promise.steps]
    values |= {name: f"${{{name}}}" for step in every for name in step.get("save", {})}
    return [{name: _filled(each, values) for name, each in step.items()} for step in steps]


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        try:
            return fill_in_text(value, values)
        except ValueError:
            return value
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    if isinstance(value, dict):
        return {_filled(name, values): _filled(each, values) for name, each in value.items()}
    return value

"""Promises as the coder reads them: the interface, and each sentence with its steps."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from toggle_core.gates.promises.examples import with_examples
from toggle_core.gates.promises.model import Interface, Promise
from toggle_core.gates.promises.reading import MOST_REVIEWED, survey


def promises_shown(value: Mapping[str, Any]) -> str:
    """Promises with example values in their steps.

    Args:
        value: JSON of promises.

    Returns:
        Text for a model; empty where there are no promises.
    """
    promises = survey(value, fewest=0, most=MOST_REVIEWED, bare=True).promises
    if promises is None or not promises.promises:
        return ""
    shown = [_interface(promises.interface)]
    shown += ["\n".join(_promise(at, each)) for at, each in enumerate(promises.promises, 1)]
    return "\n\n".join(shown)


def _interface(interface: Interface) -> str:
    parts = [f"Interface: {interface.kind.value}"]
    parts += [f"- python main.py {' '.join(command)}".rstrip() for command in interface.commands]
    parts += [f"- {route}" for route in interface.routes]
    if interface.fields:
        parts.append(f"- form fields, by label: {', '.join(interface.fields)}")
    return "\n".join(parts)


def _promise(at: int, promise: Promise) -> Iterator[str]:
    yield f"{at}. {promise.sentence}"
    if promise.before:
        yield "   Carried out on the version before this change; its data is then carried over:"
        yield from map(_step, with_examples(promise.before, promise))
        yield "   Then, on this version:"
    yield from map(_step, with_examples(promise.steps, promise))


def _step(step: Mapping[str, Any]) -> str:
    return f"   - {json.dumps(step, ensure_ascii=False)}"

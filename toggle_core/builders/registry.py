"""Which builder this process uses."""

import importlib
from typing import Final, cast

from toggle_core.builders.protocol import Builder
from toggle_core.errors import BuilderUnknown

BUILT_IN: Final = {"blueprints": "toggle_core.builders.blueprints:Blueprints"}


def load_builder(name: str) -> Builder:
    """Make the builder of a name.

    Args:
        name: ``blueprints``, or ``module:Class`` of one's own; empty means ``blueprints``.

    Raises:
        BuilderUnknown: there is no such builder, or it does not plan and code.
    """
    path = BUILT_IN.get(name or "blueprints", name)
    module_name, _, class_name = path.partition(":")
    if not class_name:
        raise BuilderUnknown(value=name, reason="it is no built-in name")
    try:
        builder = getattr(importlib.import_module(module_name), class_name)()
    except (ImportError, AttributeError, TypeError) as error:
        raise BuilderUnknown(value=name, reason=str(error)) from error
    missing = [part for part in ("name", "ideas", "plan", "code") if not hasattr(builder, part)]
    if missing:
        raise BuilderUnknown(value=name, reason=f"it has no {missing[0]}")
    return cast(Builder, builder)

"""The built-in builder: a library of small, complete, tested projects, filled in from the task."""

from toggle_core.builders.blueprints.builder import Blueprints

__all__ = ["Blueprints"]

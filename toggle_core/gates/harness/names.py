"""What the names in a file stand for: imports, their aliases, and the usual detours to a name."""

import ast
from collections.abc import Iterator

_DEEPEST = 12
_ATTRIBUTE_GETTERS = frozenset(("getattr", "builtins.getattr"))
_IMPORTERS = frozenset(("__import__", "builtins.__import__", "importlib.import_module"))


class Names:
    """Resolves expressions of one file to dotted names: ``p.approx`` to ``pytest.approx``.

    ``getattr(p, "approx")``, ``vars(p)["approx"]``, ``p.__dict__["approx"]``,
    ``sys.modules["pytest"].approx`` and ``import_module("pytest").approx`` are the same name.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._origins: dict[str, str] = {}
        assigned = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    self._origins[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                source = "." * node.level + (f"{node.module}." if node.module else "")
                for alias in node.names:
                    self._origins[alias.asname or alias.name] = f"{source}{alias.name}"
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.append((node.targets[0].id, node.value))
        for name, value in assigned:
            origin = self.dotted(value)
            if origin.partition(".")[0] in self.imported_tops():
                self._origins.setdefault(name, origin)

    def imported_tops(self) -> set[str]:
        """Top-level modules that names of the file come from."""
        return {origin.partition(".")[0] for origin in self._origins.values()}

    def imported(self) -> Iterator[tuple[str, str]]:
        """Names of the file that were imported or stand for such, with what they stand for."""
        yield from self._origins.items()

    def dotted(self, expression: ast.expr, depth: int = 0) -> str:
        """Return the dotted name of an expression, empty where it has none."""
        parts: list[str] = []
        while isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        root = "" if depth > _DEEPEST else self._root(expression, depth)
        dotted = ".".join([root, *reversed(parts)]) if root else ""
        return dotted.replace(".__dict__.", ".")

    def _root(self, expression: ast.expr, depth: int) -> str:
        if isinstance(expression, ast.Name):
            name = "builtins" if expression.id == "__builtins__" else expression.id
            return self._origins.get(expression.id, name)
        if isinstance(expression, ast.Subscript):
            return self._item(expression, depth)
        return self._called(expression, depth) if isinstance(expression, ast.Call) else ""

    def _called(self, expression: ast.Call, depth: int) -> str:
        called = self.dotted(expression.func, depth + 1)
        words = [_text(argument) for argument in expression.args]
        if called in _IMPORTERS and words:
            return words[0]
        if called in _ATTRIBUTE_GETTERS and len(words) > 1 and words[1]:
            return _join(self.dotted(expression.args[0], depth + 1), words[1])
        if called == "vars" and words:
            return _join(self.dotted(expression.args[0], depth + 1), "__dict__")
        return called if called == "globals" else ""

    def _item(self, expression: ast.Subscript, depth: int) -> str:
        key = _text(expression.slice)
        holder = self.dotted(expression.value, depth + 1)
        if holder == "sys.modules":
            return key or "sys.modules.?"
        if holder == "globals":
            return key
        if holder == "builtins":
            return f"builtins.{key or '?'}"
        return _join(holder.removesuffix(".__dict__"), key) if holder.endswith("__dict__") else ""


def _join(holder: str, name: str) -> str:
    return f"{holder}.{name}" if holder and name else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

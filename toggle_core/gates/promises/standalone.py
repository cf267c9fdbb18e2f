"""Write the program that tries a project's promises anywhere: one file, standard library only."""

import ast
import re
from functools import cache
from pathlib import Path

from toggle_core.gates.harness import promises

_MODULES = (
    *("expressions", "templates", "values", "pattern_program", "patterns", "matchers", "pages"),
    *("forms", "client", "visitor", "pdf_text", "artefacts", "program", "expectations"),
    *("vocabulary", "records", "outgoing", "project_copy", "observing", "judging"),
    *("browser_steps", "browsing", "together", "steps", "needs", "alone"),
)
_HEAD = '''"""Try the promises of this project: python check_promises.py [promises.json].

Starts the project's program and uses it from outside, each promise twice with different values on
a fresh copy of the project. Only Python is needed, 3.11 or later. What needs a browser or another
date is left to you. Ends with 1 if a promise is broken.
"""
'''
_MAIN = '\n\nif __name__ == "__main__":\n    sys.exit(main(sys.argv[1:]))\n'


@cache
def standalone_script() -> str:
    """Return the text of ``check_promises.py``: the modules of the harness, joined."""
    folder = Path(promises.__file__).parent
    sources = {name: (folder / f"{name}.py").read_text() for name in _MODULES}
    trees = {name: ast.parse(text) for name, text in sources.items()}
    imports = sorted({line for tree in trees.values() for line in _imports(tree)})
    repeated = _repeated([_private_names(tree) for tree in trees.values()])
    parts = [
        _renamed(_body(sources[name], tree), name, _private_names(tree) & repeated)
        for name, tree in trees.items()
    ]
    return f"{_HEAD}\n{chr(10).join(imports)}\n\n{chr(10).join(parts).rstrip()}\n{_MAIN}"


def _imports(tree: ast.Module) -> list[str]:
    """Return the imports of the standard library, one name a line."""
    lines = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            lines += [f"import {_alias(each)}" for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            lines += [f"from {node.module} import {_alias(each)}" for each in node.names]
    return lines


def _alias(name: ast.alias) -> str:
    return f"{name.name} as {name.asname}" if name.asname else name.name


def _body(source: str, tree: ast.Module) -> str:
    """Return a module without its imports, its docstring as a comment."""
    lines = source.splitlines()
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)) or node is tree.body[0]:
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = "\0"
    title = (ast.get_docstring(tree) or "").partition("\n")[0]
    text = "\n".join(line for line in lines if line != "\0").strip()
    return f"\n# --- {title}\n\n{text}\n"


def _private_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that a module keeps to itself."""
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {
                each.id for one in targets for each in ast.walk(one) if isinstance(each, ast.Name)
            }
    return frozenset(name for name in names if name.startswith("_"))


def _repeated(sets: list[frozenset[str]]) -> frozenset[str]:
    return frozenset(name for names in sets for name in names if sum(name in s for s in sets) > 1)


def _renamed(text: str, module: str, names: frozenset[str]) -> str:
    """Give names that several modules have the name of their module too."""
    for name in names:
        joined = f"_{module.upper() if name.isupper() else module}{name}"
        text = re.sub(rf"(?<![\w.]){re.escape(name)}\b", joined, text)
    return text

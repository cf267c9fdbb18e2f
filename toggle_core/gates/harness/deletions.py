"""Deletions that go too far: of the home, of the working folder, of a path that a visitor names."""

import ast
import re
from collections.abc import Iterator
from typing import Any

from .findings import finding
from .origins import Origin, Origins
from .sources import Source

_TREES = frozenset(("shutil.rmtree",))
_FILES = frozenset(("os.remove", "os.unlink", "os.rmdir", "os.removedirs"))
_METHODS = frozenset(("unlink", "rmdir"))
_HOMES = frozenset(
    (
        "Path.home()", "pathlib.Path.home()", "os.path.expanduser('~')", "expanduser('~')",
        "Path('~').expanduser()", "os.environ['HOME']", "os.environ.get('HOME')",
        "os.getenv('HOME')", "os.environ.get('HOME', '')", "os.path.expanduser('~/')",
    )
)  # fmt: skip
_EVERYTHING = frozenset(
    (
        "'/'", "'.'", "'./'", "'..'", "Path('/')", "Path('.')", "Path()", "Path.cwd()",
        "os.getcwd()", "os.curdir", "os.sep", "Path('..')", "Path.cwd().parent",
    )
)  # fmt: skip
_WALKERS = frozenset(("walk", "rglob", "iterdir", "glob", "scandir", "listdir"))
_VISITORS = frozenset(("request", "parse_qs", "parse_qsl", "unquote", "rfile", "query_params"))
_TYPED = frozenset(("argv", "input", "parse_args", "parse_known_args"))
_CAREFUL = re.compile(
    r"is_relative_to|relative_to|secure_filename|commonpath|safe_join|basename|\.resolve\(\)"
    r"|\.name\b|startswith|isalnum|fullmatch|\bnot in\b|\bint\("
)
_ASKS = re.compile(r"\binput\(|confirm|\byes\b|force|dry_run|is_relative_to|sure", re.IGNORECASE)
_WIPES = re.compile(
    r"\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\w+\s+)*(?:~|/|\$HOME|\.)/?\*?(?:\s|$|;|&)"
)

_TOO_MUCH = (
    "it deletes a whole home or working folder: delete only files that the program made itself"
)
_VISITORS_PATH = (
    "it deletes what a visitor names: look the name up among the program's own files, and check "
    "that the path stays in its folder (Path.resolve, is_relative_to)"
)
_TYPED_PATH = (
    "it deletes a whole folder that somebody types: ask first, or delete only inside a folder of "
    "the program's own"
)


def find_deletions(sources: list[Source], origins: Origins) -> Iterator[dict[str, Any]]:
    """Yield the calls that delete more than the program can answer for; tests left out.

    Args:
        sources: all Python files.
        origins: of their values.
    """
    for source in sources:
        for node in () if source.is_test else source.nodes:
            if isinstance(node, ast.Call) and (what := _fault(node, source, origins)):
                yield finding(source.name, node.lineno, "deletes", what)


def _fault(node: ast.Call, source: Source, origins: Origins) -> str:
    """Return what is wrong with a call that deletes, empty if nothing is."""
    name = source.full_name(node.func)
    is_tree = name in _TREES
    path: ast.expr | None = None
    if is_tree or name in _FILES:
        path = node.args[0] if node.args else None
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        path = node.func.value
    if path is None:
        return _TOO_MUCH if _wipes(node, name) else ""
    if (is_tree and _is_too_much(path, source, origins)) or _walks_home(path, source, origins):
        return _TOO_MUCH
    function = source.function_of(node)
    around = ast.unparse(function) if function else source.text
    if origins.of(path, source) is Origin.FIXED or _CAREFUL.search(around):
        return ""
    names = origins.names(path, source)
    if _comes_from_a_visitor(path, names, source):
        return _VISITORS_PATH
    asked = bool(names & _TYPED) and not _ASKS.search(around)
    return _TYPED_PATH if is_tree and (asked or _is_below_home(path, source, origins)) else ""


def _wipes(node: ast.Call, name: str) -> bool:
    """Whether a command that is started deletes everything."""
    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
    is_command = name.startswith(("os.", "subprocess."))
    return is_command and any(_WIPES.search(str(text)) for text in texts)


def _is_too_much(path: ast.expr, source: Source, origins: Origins) -> bool:
    known = _known(path, source, origins)
    return any(ast.unparse(_bare(one)) in _HOMES | _EVERYTHING for one in known)


def _bare(node: ast.expr) -> ast.expr:
    """Return an expression without what makes a path or a text of it."""
    while isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        called = node.func
        if not isinstance(called, ast.Name) or called.id not in ("str", "Path"):
            break
        if isinstance(node.args[0], ast.Constant):
            break
        node = node.args[0]
    return node


def _walks_home(path: ast.expr, source: Source, origins: Origins) -> bool:
    """Whether a path is one of all that lie in the home."""
    return any(
        isinstance(value, ast.Call) and _lists_home(value, source, origins)
        for one in ast.walk(path)
        for value in _known(one, source, origins)
    )


def _lists_home(node: ast.Call, source: Source, origins: Origins) -> bool:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if called not in _WALKERS or (called in ("glob", "rglob") and not _matches_all(node)):
        return False
    starts = [*node.args[:1], *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
    return any(
        ast.unparse(known) in _HOMES for start in starts for known in _known(start, source, origins)
    )


def _known(node: ast.AST, source: Source, origins: Origins) -> list[ast.expr]:
    """Return an expression, and what it stands for if it is a name."""
    if isinstance(node, ast.Name):
        return [node, *origins.bound(node, source)]
    return [node] if isinstance(node, ast.expr) else []


def _matches_all(node: ast.Call) -> bool:
    pattern = node.args[0] if node.args else None
    return isinstance(pattern, ast.Constant) and pattern.value in ("*", "**", "**/*", "*.*")


def _comes_from_a_visitor(path: ast.expr, names: set[str], source: Source) -> bool:
    if names & _VISITORS:
        return True
    if not {"self", "path"} <= names:
        return False
    owner = next((one for one in source.above(path) if isinstance(one, ast.ClassDef)), None)
    return owner is not None and any("Handler" in ast.unparse(base) for base in owner.bases)


def _is_below_home(path: ast.expr, source: Source, origins: Origins) -> bool:
    """Whether a path is a name in the home that the program does not know beforehand."""
    for one in _known(path, source, origins):
        if isinstance(one, ast.BinOp) and ast.unparse(one.left) in _HOMES:
            return origins.of(one.right, source) is not Origin.FIXED
        if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("join") and one.args:
            rest = [origins.of(each, source) for each in one.args[1:]]
            return ast.unparse(one.args[0]) in _HOMES and any(rest)
    return False

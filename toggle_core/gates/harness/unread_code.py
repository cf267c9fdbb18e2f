"""Find where a project runs code from files that no gate reads as code: a text, a script."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from .findings import finding
from .origins import Origin, Origins
from .sources import Function, Source

_LOADERS = frozenset(
    ("run_path", "SourceFileLoader", "SourcelessFileLoader", "ExtensionFileLoader")
) | {"spec_from_file_location", "load_source", "zipimporter", "execfile", "CDLL", "LoadLibrary"}
_EXECUTORS = frozenset(("exec", "eval", "compile"))
_STARTERS = frozenset(("run", "call", "check_call", "check_output", "Popen", "system", "popen"))
_STARTERS |= {"create_subprocess_exec", "create_subprocess_shell", "startfile", "getoutput"}
_STARTERS |= {"execv", "execvp", "execl", "execlp", "spawnv", "spawnl"}
_INTERPRETER = re.compile(
    r"(?:.*[/\\])?(?:python[\d.]*|sh|bash|zsh|dash|ksh|node|deno|bun|perl|ruby|php|source|\.|cmd"
    r"|powershell|pwsh)(?:\.exe)?"
)
_PYTHON = re.compile(r".*\.pyw?")
_MADE_CODE = frozenset(("types.FunctionType", "types.CodeType", "marshal.loads", "marshal.load"))
_IMPORTERS = frozenset(("importlib.import_module", "__import__"))
_VISITORS = frozenset(("request", "argv", "input", "stdin", "parse_qs", "rfile", "query_params"))
_BUILT_IN = re.compile(
    r"(?:getattr\((?:builtins|__builtins__),|(?:vars\()?(?:builtins|__builtins__)\W)"
)


def find_unread_code(files: Mapping[str, str], sources: list[Source]) -> Iterator[dict[str, Any]]:
    """Yield the calls that run code from a file that no gate reads, those of tests included.

    Args:
        files: text of each project file by its path.
        sources: the Python files among them.
    """
    unread = {PurePosixPath(name).name for name in files if not _PYTHON.fullmatch(name)}
    origins = Origins(sources)
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.Call) and (what := _run(node, source, origins, unread)):
                message = f"it runs {what}, which no check reads: put the code into Python files"
                yield finding(source.name, node.lineno, "unread-code", message)
            elif not source.is_test and (what := _hides(node, source, origins)):
                yield finding(source.name, getattr(node, "lineno", 1), "unread-code", what)


def _hides(node: ast.AST, source: Source, origins: Origins) -> str | None:
    """Return why nobody can read what a node runs, None if that is not so."""
    if isinstance(node, ast.Name) and node.id in ("exec", "eval"):
        parent = source.parents.get(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        own = any(isinstance(one, Function) and one.name == node.id for one in source.nodes)
        if not called and not own and isinstance(node.ctx, ast.Load):
            return f"it hands {node.id} on under another name: write the code into Python files"
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Call | ast.Subscript) and _BUILT_IN.match(ast.unparse(node.func)):
        return "it looks up one of Python's own functions by a text: call it by its name"
    name = source.full_name(node.func)
    if name in _MADE_CODE:
        return "it runs code that is no text: write it into Python files"
    if name in _IMPORTERS and node.args:
        asked = origins.names(node.args[0], source) & _VISITORS
        if asked and origins.of(node.args[0], source) is not Origin.FIXED:
            return (
                "it loads a module that somebody outside names: compare the name with a list of "
                "those that are meant"
            )
    return None


def _run(node: ast.Call, source: Source, origins: Origins, unread: set[str]) -> str | None:
    """Return what a call runs that no gate reads, None if nothing."""
    called = ast.unparse(node.func).rpartition(".")[2]
    arguments = [*node.args, *(one.value for one in node.keywords)]
    if called in _LOADERS or called in _EXECUTORS:
        texts = [text for one in arguments for text in origins.pieces(one, source)]
        names = {PurePosixPath(text).name for text in texts}
        if names & unread:
            return min(names & unread)
        if called in _EXECUTORS or source.is_test or called in ("CDLL", "LoadLibrary"):
            return None  # what is executed from a variable is another rule's matter
        known = any(_PYTHON.fullmatch(text) for text in texts)
        worst = max((origins.of(one, source) for one in arguments), default=Origin.FIXED)
        return "a file that is not known beforehand" if worst and not known else None
    if called in _STARTERS:
        return next((word for word in _programs(node) if word in unread), None)
    return None


def _programs(node: ast.Call) -> Iterator[str]:
    """Yield the names of the files that a command starts: the program, and an interpreter's."""
    first = node.args[0] if node.args else next((one.value for one in node.keywords), None)
    if isinstance(first, ast.List | ast.Tuple):
        words = [_word(one) for one in first.elts]
    elif isinstance(first, ast.Constant) and len(node.args) == 1:
        words = str(first.value).split()
    else:
        words = [_word(one) for one in node.args]
    starts = True
    for word in words:
        if starts:
            yield PurePosixPath(word.replace("\\", "/")).name
        options = starts and word.startswith("-")
        starts = options or bool(_INTERPRETER.fullmatch(word))


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if ast.unparse(node) == "sys.executable":
        return "python"
    texts = [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    return texts[-1] if texts else ""

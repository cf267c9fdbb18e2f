"""Risks in Python code that a list of dangerous functions does not show: what is put into them.

A query, a command line or an address is a risk when a part of it comes from outside, and none when
the program alone makes it. The code of tests is left out.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from .deletions import find_deletions
from .findings import finding
from .origins import Origin, Origins
from .password_rules import find_weak_passwords
from .sources import Source

_SQL = re.compile(
    r"\b(select\b.*\bfrom|insert\s+(or\s+\w+\s+)?into|update\b.*\bset|delete\s+from|where\b|"
    r"(create|drop|alter)\s+\w+|order\s+by|pragma|attach|replace\s+into)",
    re.IGNORECASE | re.DOTALL,
)
_QUERIES = frozenset(
    ("execute", "executemany", "executescript", "read_sql", "read_sql_query", "exec_driver_sql")
)
_QUERIES_MAYBE = frozenset(("fetch", "fetchrow", "fetchval", "raw", "query", "scalar", "scalars"))
_BEGINS_AS_QUERY = re.compile(
    r"\s*(?:select\s|insert\s+into\s|update\s|delete\s+from\s|with\s|replace\s+into\s)", re.I
)
_SHELL_CALLS = frozenset(
    ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")
) | {"asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_shell"}
_STARTERS = frozenset(("run", "call", "check_call", "check_output", "Popen"))
_STARTERS |= {"create_subprocess_exec", "spawn", "execv", "execvp", "execl", "execlp"}
_STARTERS |= {"spawnv", "spawnvp", "spawnl", "spawnlp", "posix_spawn", "posix_spawnp"}
_SHELLS = re.compile(r"(?:.*[/\\])?(?:sh|bash|zsh|dash|ksh|cmd|cmd\.exe|powershell|pwsh)(?:\.exe)?")
_SHELL_FLAGS = re.compile(r"-[a-z]*c|/c|/k|-command", re.IGNORECASE)
_EVERYWHERE = frozenset(("0.0.0.0", "::"))  # noqa: S104  what is looked for
_WRITABLE_BY_ALL = 0o002


def find_risks(sources: list[Source]) -> Iterator[dict[str, Any]]:
    """Yield the risky places of a project's Python files, tests left out.

    Args:
        sources: all Python files.
    """
    origins = Origins(sources)
    for source in sources:
        for node in () if source.is_test else source.nodes:
            if isinstance(node, ast.Call):
                for rule, message in _risks(node, source, origins):
                    yield finding(source.name, node.lineno, rule, message)
    yield from find_weak_passwords(sources, origins)
    yield from find_deletions(sources, origins)


def _risks(node: ast.Call, source: Source, origins: Origins) -> Iterator[tuple[str, str]]:
    name = ast.unparse(node.func)
    if _is_joined_query(node, source, origins):
        yield "sql", "a value is joined into an SQL query: pass it as a parameter (?)"
    if _is_open_command(node, source, origins):
        yield "shell", "a shell runs a text with a value in it: pass a list of arguments, no shell"
    if _listens_everywhere(node):
        yield "bind-all", "the server listens on every address: use 127.0.0.1, or HOST if it is set"
    if _allows_all_to_write(node, name):
        yield "chmod", "everybody on the machine may change the file"
    if _debugs(node, name):
        yield "debug", "debug mode shows the code to visitors and lets them run their own"


def _is_joined_query(node: ast.Call, source: Source, origins: Origins) -> bool:
    called = source.full_name(node.func).rpartition(".")[2]
    if called not in _QUERIES | _QUERIES_MAYBE or not node.args:
        return False
    query = node.args[0]
    if isinstance(query, ast.Call) and ast.unparse(query.func).endswith("text") and query.args:
        query = query.args[0]
    if origins.of(query, source) is not Origin.JOINED:
        return False
    if called in _QUERIES_MAYBE:
        return any(map(_BEGINS_AS_QUERY.match, origins.pieces(query, source)))
    return bool(_SQL.search(origins.texts(query, source)))


def _is_open_command(node: ast.Call, source: Source, origins: Origins) -> bool:
    command = _shell_text(node, source, origins)
    return command is not None and origins.of(command, source) is not Origin.FIXED


def _shell_text(node: ast.Call, source: Source, origins: Origins) -> ast.expr | None:
    """Return the text that a call gives to a shell, None if it starts none."""
    name = source.full_name(node.func)
    first = node.args[0] if node.args else _keyword(node, "args")
    if name in _SHELL_CALLS:
        return first
    if name.rpartition(".")[2] not in _STARTERS or first is None:
        return None
    if _is_true(_keyword(node, "shell")) or _options_start_shell(node, source, origins):
        return first
    known = [first, *_meanings(first, source, origins)]
    lists = [one.elts for one in known if isinstance(one, ast.List | ast.Tuple)]
    appended = [one for one in known[1:] if not isinstance(one, ast.List | ast.Tuple)]
    for words in [[*one, *appended] for one in lists] or [node.args]:
        if (text := _shell_argument(words, source, origins)) is not None:
            return text
    return None


def _shell_argument(words: list[ast.expr], source: Source, origins: Origins) -> ast.expr | None:
    """Return what follows the flag by which a shell among the words takes its text."""
    has_shell = False
    for place, word in enumerate(words[:-1]):
        known = [word, *_meanings(word, source, origins)]
        texts = [str(one.value) for one in known if isinstance(one, ast.Constant)]
        if has_shell and any(map(_SHELL_FLAGS.fullmatch, texts)):
            return words[place + 1]
        has_shell = has_shell or any(map(_SHELLS.fullmatch, texts))
    return None


def _options_start_shell(node: ast.Call, source: Source, origins: Origins) -> bool:
    """Whether a call unpacks a dictionary that asks for a shell."""
    unpacked = [one.value for one in node.keywords if one.arg is None]
    return any(
        isinstance(key, ast.Constant) and key.value == "shell" and _is_true(value)
        for one in unpacked
        for known in (one, *_meanings(one, source, origins))
        if isinstance(known, ast.Dict)
        for key, value in zip(known.keys, known.values, strict=True)
    )


def _meanings(node: ast.expr, source: Source, origins: Origins) -> list[ast.expr]:
    return origins.bound(node, source) if isinstance(node, ast.Name) else []


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _listens_everywhere(node: ast.Call) -> bool:
    """Whether a server gets every address, written down as such; a default of a setting may be."""
    host = _keyword(node, "host")
    called = ast.unparse(node.func).rpartition(".")[2]
    addresses = [host] if host else []
    if called in ("bind", "create_server") or called.endswith(("Server", "make_server")):
        addresses += [
            one.elts[0] for one in node.args[:1] if isinstance(one, ast.Tuple) and one.elts
        ] or node.args[:1]
    return any(isinstance(one, ast.Constant) and one.value in _EVERYWHERE for one in addresses)


def _allows_all_to_write(node: ast.Call, name: str) -> bool:
    if name.rpartition(".")[2] != "chmod" or not node.args:
        return False
    mode = node.args[-1]
    value = mode.value if isinstance(mode, ast.Constant) else 0
    return isinstance(value, int) and bool(value & _WRITABLE_BY_ALL)


def _debugs(node: ast.Call, name: str) -> bool:
    last = name.rpartition(".")[2]
    debug = _keyword(node, "debug")
    on = isinstance(debug, ast.Constant) and debug.value is True
    return on and last in ("run", "run_server", "run_simple", "FastAPI", "Starlette", "Application")


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in node.keywords if one.arg == name), None)

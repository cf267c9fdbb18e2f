"""Risks in Python code that a list of dangerous functions does not show: what is put into them.

A query, a command line or an address is a risk when a part of it comes from outside, and none when
the program alone makes it. The code of tests is left out.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from .findings import finding
from .origins import Origin, Origins
from .sources import Function, Source

_SQL = re.compile(
    r"\b(select\b.*\bfrom|insert\s+(or\s+\w+\s+)?into|update\b.*\bset|delete\s+from|where\b|"
    r"(create|drop|alter)\s+\w+|order\s+by|pragma|attach|replace\s+into)",
    re.IGNORECASE | re.DOTALL,
)
_QUERIES = frozenset(
    ("execute", "executemany", "executescript", "read_sql", "read_sql_query", "exec_driver_sql")
)
_SHELL_CALLS = frozenset(
    ("os.system", "os.popen", "popen", "system", "subprocess.getoutput", "getoutput")
) | {"subprocess.getstatusoutput", "asyncio.create_subprocess_shell", "create_subprocess_shell"}
_STARTERS = frozenset(("run", "call", "check_call", "check_output", "Popen"))
_STARTERS |= {"create_subprocess_exec", "execv", "execvp", "spawnv"}
_SHELLS = re.compile(r"(?:.*[/\\])?(?:sh|bash|zsh|dash|ksh|cmd|cmd\.exe|powershell|pwsh)(?:\.exe)?")
_SHELL_FLAGS = re.compile(r"-[a-z]*c|/c|/k|-command", re.IGNORECASE)
_EVERYWHERE = frozenset(("0.0.0.0", "::"))  # noqa: S104  what is looked for
_HASHES = frozenset(("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b"))
_PASSWORD = re.compile(r"passw|passphrase|\bpwd\b|_pwd|pwd_|kennwort", re.IGNORECASE)
_BREACHES = re.compile(r"pwned|hibp|breach", re.IGNORECASE)
_SLOW = re.compile(r"pbkdf2|scrypt|bcrypt|argon2")
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


def _risks(node: ast.Call, source: Source, origins: Origins) -> Iterator[tuple[str, str]]:
    name = ast.unparse(node.func)
    if _is_joined_query(node, source, origins):
        yield "sql", "a value is joined into an SQL query: pass it as a parameter (?)"
    if _is_open_command(node, name, source, origins):
        yield "shell", "a shell runs a text with a value in it: pass a list of arguments, no shell"
    if _listens_everywhere(node):
        yield "bind-all", "the server listens on every address: use 127.0.0.1, or HOST if it is set"
    if _allows_all_to_write(node, name):
        yield "chmod", "everybody on the machine may change the file"
    if _hashes_password(node, name, source):
        yield "password-hash", "a fast hash for passwords: use hashlib.scrypt with a salt"
    if _debugs(node, name):
        yield "debug", "debug mode shows the code to visitors and lets them run their own"


def _is_joined_query(node: ast.Call, source: Source, origins: Origins) -> bool:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if called not in _QUERIES or not node.args:
        return False
    query = node.args[0]
    if isinstance(query, ast.Call) and ast.unparse(query.func).endswith("text") and query.args:
        query = query.args[0]
    joined = origins.of(query, source) is Origin.JOINED
    return joined and bool(_SQL.search(origins.texts(query, source)))


def _is_open_command(node: ast.Call, name: str, source: Source, origins: Origins) -> bool:
    command = _shell_text(node, name)
    return command is not None and origins.of(command, source) is not Origin.FIXED


def _shell_text(node: ast.Call, name: str) -> ast.expr | None:
    """Return the text that a call gives to a shell, None if it starts none."""
    first = node.args[0] if node.args else _keyword(node, "args")
    if name in _SHELL_CALLS:
        return first
    if name.rpartition(".")[2] not in _STARTERS or first is None:
        return None
    if isinstance(shell := _keyword(node, "shell"), ast.Constant) and shell.value is True:
        return first
    words = first.elts if isinstance(first, ast.List | ast.Tuple) else node.args
    fixed = [one.value if isinstance(one, ast.Constant) else "" for one in words]
    for place, word in enumerate(fixed[1:-1], start=1):
        if _SHELL_FLAGS.fullmatch(str(word)) and _SHELLS.fullmatch(str(fixed[0])):
            return words[place + 1]
    return None


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


def _hashes_password(node: ast.Call, name: str, source: Source) -> bool:
    """Whether a fast hash is made of something that is called a password, or to store one."""
    called = name.rpartition(".")[2]
    new = called == "new" and bool(node.args) and "hashlib" in name
    if (called not in _HASHES and not new) or _SLOW.search(name):
        return False
    function = source.function_of(node)
    around = ast.unparse(function) if function else ast.unparse(node)
    named = " ".join([ast.unparse(one) for one in node.args] + [function.name if function else ""])
    return (
        bool(_PASSWORD.search(named) or _assigned_to_password(node, source))
        and not _SLOW.search(around)
        and not _BREACHES.search(source.text)
    )


def _assigned_to_password(node: ast.Call, source: Source) -> bool:
    for one in source.above(node):
        if isinstance(one, ast.Assign):
            return any(_PASSWORD.search(ast.unparse(target)) for target in one.targets)
        if isinstance(one, Function | ast.ClassDef):
            return False
    return False


def _debugs(node: ast.Call, name: str) -> bool:
    last = name.rpartition(".")[2]
    debug = _keyword(node, "debug")
    on = isinstance(debug, ast.Constant) and debug.value is True
    return on and last in ("run", "run_server", "run_simple", "FastAPI", "Starlette", "Application")


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in node.keywords if one.arg == name), None)

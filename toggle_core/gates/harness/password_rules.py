"""Passwords that anybody can read who gets hold of a file: kept as they are, or hashed too fast.

What is a password is read from names: of the value itself, or of what it was made of.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from .arguments import parameters
from .findings import finding
from .origins import Origins
from .plain_passwords import is_kept_as_it_is
from .sources import Function, Source

_FAST = re.compile(
    r"hashlib\.(?:md5|sha1|sha224|sha256|sha384|sha512|sha3_\d+|blake2[bs]|new)"
    r"|zlib\.(?:crc32|adler32)|hash|base64\.b(?:64|32|16|85)encode|base64\.(?:urlsafe|standard)_b64"
    r"encode"
)
_KEYED = frozenset(("hmac.new", "hmac.digest"))
_MESSAGE = 1  # place of the text among the arguments of the keyed ones
_PASSWORD = re.compile(
    r"passw|passphrase|passcode|\bpwd\b|_pwd|pwd_|kennwort|\bpw\b|_pw\b|\bpw_", re.IGNORECASE
)
_HASH_OF = re.compile(r"hash|digest|crypt|protect|store|save|set|check|verify", re.IGNORECASE)
_BREACHES = re.compile(r"pwned|hibp|breach", re.IGNORECASE)
_SLOW = re.compile(r"pbkdf2|scrypt|bcrypt|argon2")
_SENT = re.compile(r"basic|proxy|auth", re.IGNORECASE)
_DEEPEST = 4

FAST_HASH = "a fast hash for passwords: use hashlib.scrypt with a salt"
KEPT_PLAIN = "a password is kept as it was typed: keep hashlib.scrypt of it, with a salt"


def find_weak_passwords(sources: list[Source], origins: Origins) -> Iterator[dict[str, Any]]:
    """Yield where passwords are hashed with a fast hash, or kept as they are; tests left out.

    Args:
        sources: all Python files.
        origins: of their values.
    """
    for source in sources:
        for node in () if source.is_test else source.nodes:
            if isinstance(node, ast.Call) and _hashes_password(node, source, origins):
                yield finding(source.name, node.lineno, "password-hash", FAST_HASH)
            elif is_kept_as_it_is(node, source, origins):
                line = getattr(node, "lineno", 1)
                yield finding(source.name, line, "plain-password", KEPT_PLAIN)


def _hashes_password(node: ast.Call, source: Source, origins: Origins) -> bool:
    """Whether a fast hash is made of something that is called a password, or to store one."""
    hashed = list(_hashed(node, source, origins))
    if not hashed or _BREACHES.search(source.text):
        return False
    function = source.function_of(node)
    if function is None:
        named = any(_is_password(one, source, origins, _DEEPEST) for one in hashed)
        return named or _assigned_to_password(node, source)
    if _SLOW.search(ast.unparse(function)):
        return False
    plain = source.full_name(node.func).startswith("base64")
    if plain and _SENT.search(ast.unparse(function)):
        return False
    if plain:
        return any(_PASSWORD.search(_bare_name(one)) for one in hashed)
    return (
        bool(_PASSWORD.search(function.name) and _HASH_OF.search(function.name))
        or any(_is_password(one, source, origins, _DEEPEST) for one in hashed)
        or _assigned_to_password(node, source)
    )


def _hashed(node: ast.Call, source: Source, origins: Origins) -> Iterator[ast.expr]:
    """Yield what a call puts into a fast hash."""
    name = source.full_name(node.func)
    if _FAST.fullmatch(name):
        yield from node.args[name == "hashlib.new" :]
    elif name in _KEYED:
        yield from node.args[_MESSAGE : _MESSAGE + 1]
        yield from (one.value for one in node.keywords if one.arg == "msg")
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        owner = node.func.value
        made = origins.bound(owner, source) if isinstance(owner, ast.Name) else []
        if any(
            isinstance(one, ast.Call) and _FAST.fullmatch(source.full_name(one.func))
            for one in made
        ):
            yield from node.args


def _is_password(node: ast.expr, source: Source, origins: Origins, depth: int) -> bool:
    """Whether an expression, or what it is made of, is called a password."""
    for one in ast.walk(node):
        text = one.value if isinstance(one, ast.Constant) else getattr(one, "attr", "")
        if isinstance(text, str) and _names_password(text):
            return True
        if isinstance(one, ast.Name):
            if _PASSWORD.search(one.id) or one.id == "getpass":
                return True
            if depth and any(
                _is_password(value, where, origins, depth - 1)
                for where, value in _meanings(one, source, origins)
            ):
                return True
    return False


def _names_password(text: str) -> bool:
    return bool(_PASSWORD.search(text)) and " " not in text


def _meanings(
    node: ast.Name, source: Source, origins: Origins
) -> Iterator[tuple[Source, ast.expr]]:
    yield from ((source, value) for value in origins.bound(node, source))
    function = source.function_of(node)
    if function is not None and node.id in parameters(function):
        yield from origins.passed(node.id, function)


def _bare_name(node: ast.expr) -> str:
    """Return the name of a value that is only encoded; empty where it is made of more."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _assigned_to_password(node: ast.Call, source: Source) -> bool:
    for one in source.above(node):
        if isinstance(one, ast.Assign):
            return any(_PASSWORD.search(ast.unparse(target)) for target in one.targets)
        if isinstance(one, Function | ast.ClassDef):
            return False
    return False

"""Secrets in a project: keys of known services, and random texts that are named as secret."""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from .findings import finding
from .named_texts import named_texts
from .sources import Source

_KNOWN = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20}",
    "an OpenAI or Anthropic key": r"\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32}",
    "a Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "a Slack token": r"\bxox[abprs]-[0-9A-Za-z-]{20}",
    "a Slack webhook": r"hooks\.slack\.com/services/T\w{8,12}/B\w{8,12}/[A-Za-z0-9]{20}",
    "a SendGrid key": r"\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40}",
    "a Telegram bot token": r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
    "a bearer token": r"\beyJ(?!hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.eyJzdWIiOiIxMjM0NTY3ODkwI)"
    r"[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{10,}"
    r"|\b[Bb]earer (?=\S*\d)(?=\S*[a-z])[A-Za-z0-9_-]{24,}",
    "a private key": r"-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}",
    "a password of a database": r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqp)://"
    r"[\w.-]{1,60}:(?!(?:pass|secret|user|test|example|change)\w*@)[^\s:@/\"'{}$<>]{10,80}@",
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in _KNOWN.items()}
_EXAMPLE = re.compile(r"example|sample|your|xxxx|1234567|abcdef|dummy|fake|placeholder", re.I)
_NAMED = re.compile(r"secret|token|api_?key|password|passwd|private_?key|access_?key|credential")
_NOT_SECRET = re.compile(
    r"hash|digest|checksum|public|url|path|file|name|header|field|prefix|label"
)
_SIGNING = re.compile(
    r"(?:\w+_)?secret_?key|(?:jwt|session|cookie|csrf|signing|token|app|flask)_?secret(?:_?key)?"
    r"|jwt_?key|signing_?key|(?:session|cookie)_?key"
)
_PASSWORDS = re.compile(r"(?:[\w.-]+[_.-])?(?:password|passwd|passphrase|pwd|passwort)")
_OF_AN_ACCOUNT = re.compile(r"(?:admin|root|db|database|smtp|mail|mysql|postgres|master)_?pass\w*")
_PASSWORD = re.compile(r"(?=[^\d!@#&]*[\d!@#&])(?=.*[A-Za-z])[\w!@#%&*.+-]{6,40}|\w*\d\w*[!@#&]\w*")
_WORD = re.compile(r"[A-Za-z]{4,40}")
_STRENGTH = re.compile(r"strength|strong|weak|common|score|rate|valid", re.IGNORECASE)
_RANDOM = re.compile(r"[A-Za-z0-9+/=_\-]{20,200}")
_LEAST_BITS = 3.6  # a character of random hexadecimal has 4, of an English word some 2.5
_LONGEST_LINE = 10_000

_SETTINGS = frozenset(
    (".env", ".json", ".ini", ".cfg", ".toml", ".yaml", ".yml", ".conf", ".properties", ".sh")
)
_SCRIPTS = frozenset((".js", ".mjs", ".jsx", ".ts", ".tsx", ".html", ".htm"))
_SAMPLES = re.compile(r"example|sample|template|\.dist|lock", re.IGNORECASE)
_SETTING = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]*)[\"']?\s*(?:[:=]|=>)\s*(?P<quote>[\"'`]?)"
    r"(?P<value>[^\"'`\s,;]+)(?P=quote)"
)

_READ = "read it from the environment"


def find_secrets(files: Mapping[str, str], sources: list[Source]) -> Iterator[dict[str, Any]]:
    """Yield the secrets in a project; the code of tests may have some that are made up.

    Args:
        files: text of each project file by its path.
        sources: the Python files among them.
    """
    tests = {source.name for source in sources if source.is_test}
    for name, text in sorted(files.items()):
        if name in tests:
            continue
        kind = _kind_of(name)
        for number, line in enumerate(text.split("\n"), start=1):
            found = list(_known(line[:_LONGEST_LINE]))
            for what in found or _set_in(kind, line[:_LONGEST_LINE]):
                yield _finding(name, number, what)
    for source in sources:
        if not source.is_test:
            for number, what in dict.fromkeys(_written(source)):
                if not any(_known(source.line(number))):
                    yield _finding(source.name, number, what)


def _kind_of(path: str) -> str:
    """Return the suffix of a file of settings or of a script; empty for any other."""
    name = PurePosixPath(path).name
    kind = ".env" if name.startswith(".env") else PurePosixPath(path).suffix
    return kind if kind in _SETTINGS | _SCRIPTS and not _SAMPLES.search(name) else ""


def _set_in(kind: str, line: str) -> Iterator[str]:
    """Yield what a line of settings or of a script gives a name that says it is secret."""
    if not kind:
        return
    for found in _SETTING.finditer(line):
        if kind in _SCRIPTS and not found["quote"]:
            continue
        named, value = found["name"], found["value"]
        if _is_named(named) and _looks_random(value):
            yield "a secret"
        elif kind not in _SCRIPTS and _names_password(named) and _is_password(value):
            yield "a password"


def _written(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the lines of a Python file with a secret, and what it is."""
    for node, name, text in named_texts(source):
        line, value = text.lineno, str(text.value)
        last = next(iter(re.findall(r"\w+", name)[-1:]), "").lower()
        if _is_named(name) and _looks_random(value):
            yield line, "a secret"
        elif name == "login" and isinstance(node, ast.Call) and value and _sends_mail(source):
            yield line, "a password"
        elif _SIGNING.fullmatch(last) and value and not isinstance(node, ast.Compare | ast.Call):
            yield line, "the key that signs sessions or tokens"
        elif _names_password(last) and _is_password(value):
            if not isinstance(node, ast.Compare) or not _rates(node, source):
                yield line, "a password"
        elif _OF_AN_ACCOUNT.fullmatch(last) and _WORD.fullmatch(value) and "pass" not in value:
            yield line, "a password"


def _sends_mail(source: Source) -> bool:
    return bool({"smtplib", "imaplib"} & {one.partition(".")[0] for one in source.imports.values()})


def _rates(node: ast.AST, source: Source) -> bool:
    """Whether a comparison is one of a function that rates passwords."""
    function = source.function_of(node)
    return function is not None and bool(_STRENGTH.search(function.name))


def _names_password(name: str) -> bool:
    return bool(_PASSWORDS.fullmatch(name.lower()))


def _is_password(value: str) -> bool:
    return bool(_PASSWORD.fullmatch(value)) and not _EXAMPLE.search(value)


def _known(line: str) -> Iterator[str]:
    for what, pattern in _PATTERNS.items():
        match = pattern.search(line)
        if match is not None and not _EXAMPLE.search(match[0]):
            yield what


def _finding(path: str, line: int, what: str) -> dict[str, Any]:
    message = f"{what} is written in the project: {_READ}"
    return finding(path, line, "secret", message)


def _is_named(name: str) -> bool:
    return bool(_NAMED.search(name.lower())) and not _NOT_SECRET.search(name.lower())


def _looks_random(text: str) -> bool:
    if not _RANDOM.fullmatch(text) or _EXAMPLE.search(text):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    mixed = bool(re.search(r"\d", text)) and bool(re.search(r"[A-Za-z]", text))
    return mixed and bits >= _LEAST_BITS

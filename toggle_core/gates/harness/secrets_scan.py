"""Secrets in a project: keys of known services, and random texts that are named as secret."""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .findings import finding
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
_RANDOM = re.compile(r"[A-Za-z0-9+/=_\-]{20,200}")
_LEAST_BITS = 3.6  # a character of random hexadecimal has 4, of an English word some 2.5
_LONGEST_LINE = 10_000


def find_secrets(files: Mapping[str, str], sources: list[Source]) -> Iterator[dict[str, Any]]:
    """Yield the secrets in a project; the code of tests may have some that are made up.

    Args:
        files: text of each project file by its path.
        sources: the Python files among them.
    """
    tests = {source.name for source in sources if source.is_test}
    for name, text in sorted(files.items()):
        if name not in tests:
            for number, line in enumerate(text.split("\n"), start=1):
                for what in _known(line[:_LONGEST_LINE]):
                    yield _finding(name, number, what)
    for source in sources:
        if not source.is_test:
            for node, value in _named_texts(source):
                if _looks_random(value):
                    yield _finding(source.name, getattr(node, "lineno", 1), "a secret")


def _known(line: str) -> Iterator[str]:
    for what, pattern in _PATTERNS.items():
        match = pattern.search(line)
        if match is not None and not _EXAMPLE.search(match[0]):
            yield what


def _finding(path: str, line: int, what: str) -> dict[str, Any]:
    message = f"{what} is written in the project: read it from the environment"
    return finding(path, line, "secret", message)


def _named_texts(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Yield texts that are given a name that says they are secret."""
    for node in source.nodes:
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(ast.unparse(target), node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign):
            pairs = [(ast.unparse(node.target), node.value)]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg or "", node.value)]
        elif isinstance(node, ast.Dict):
            keys = [str(key.value) if isinstance(key, ast.Constant) else "" for key in node.keys]
            pairs = list(zip(keys, node.values, strict=True))
        for name, value in pairs:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and _is_named(name):
                yield node, value.value


def _is_named(name: str) -> bool:
    return bool(_NAMED.search(name.lower())) and not _NOT_SECRET.search(name.lower())


def _looks_random(text: str) -> bool:
    if not _RANDOM.fullmatch(text) or _EXAMPLE.search(text):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    mixed = bool(re.search(r"\d", text)) and bool(re.search(r"[A-Za-z]", text))
    return mixed and bits >= _LEAST_BITS

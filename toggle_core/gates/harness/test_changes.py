"""Read the tests of the project and of the version before it, running neither."""

import ast
import hashlib
from collections.abc import Mapping
from typing import Any

from .assertions import CheckCounter
from .suite import WrittenTest, parse_all, written_tests
from .task import Channel, Task


def run(task: Task, channel: Channel) -> None:
    """Report the tests of ``options["before"]`` and of the project: name, checks and body."""
    channel.report({"before": read_tests(task.options["before"]), "after": read_tests(task.files)})


def read_tests(files: Mapping[str, str]) -> list[dict[str, Any]]:
    """Describe each test once, as ``name``, ``checks`` and ``body``.

    Of two with one name in a scope Python keeps the last.
    """
    trees = parse_all(files)
    counter = CheckCounter(trees)
    tests = {test.id: test for test in written_tests(trees)}
    return [
        {"name": name, "checks": counter.count(test), "body": _digest(test)}
        for name, test in tests.items()
    ]


def _digest(test: WrittenTest) -> str:
    """Return what is the same for two tests that do the same, whatever they are called.

    Walks without recursion: a made program may be nested as deeply as Python can parse.
    """
    body = test.function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    digest = hashlib.sha256()
    for statement in body:
        for node in ast.walk(statement):
            plain = [
                value
                for name, value in ast.iter_fields(node)
                if not isinstance(value, ast.AST | list) and name != "type_comment"
            ]
            digest.update(repr((type(node).__name__, plain)).encode("utf-8", "replace"))
    return digest.hexdigest()

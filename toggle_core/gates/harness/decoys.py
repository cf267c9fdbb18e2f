"""Tests of our own among the project's, of which most must fail or be skipped.

A project can change, in the process that runs its tests, how results come about: a conftest that
reports every test as passed does so for a test that must fail, too.
"""

import random
import secrets
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

_WORDS = ("amount", "entry", "format", "input", "limits", "order", "output", "parse", "total")
_KINDS = (
    ("passed", "assert {left} == {left}"),
    ("passed", "with pytest.raises(ValueError):\n        int('{left}x')"),
    ("passed", "assert {left}.3 == pytest.approx({left}.1 + 0.2)"),
    ("failed", "assert {left} == {right}"),
    ("failed", "with pytest.raises(ValueError):\n        int('{left}')"),
    ("failed", "assert {left}.5 == pytest.approx({right}.5)"),
    ("failed", "raise ValueError({right})"),
    ("failed", "unittest.TestCase().assertEqual({left}, {right})"),
    ("skipped", "pytest.skip('{left}')"),
)
_PLAIN_FAILURE = _KINDS[3]


def add_decoys(work: Path, test_files: Iterable[str], *, few: bool = False) -> dict[str, str]:
    """Write one file beside the project's tests in each folder that holds some.

    Args:
        work: the project's copy.
        test_files: paths of the project's test files.
        few: one that passes and one that fails in each folder, to save time.

    Returns:
        The outcome each of these tests must have, by ``path::name``.
    """
    expected: dict[str, str] = {}
    for number, folder in enumerate(sorted({PurePosixPath(name).parent for name in test_files})):
        path = folder / f"test_{random.choice(_WORDS)}_{secrets.token_hex(4)}.py"
        kinds = list(_KINDS) if number == 0 and not few else [_KINDS[0], _PLAIN_FAILURE]
        random.shuffle(kinds)
        functions = []
        for outcome, body in kinds:
            name = f"test_{random.choice(_WORDS)}_{secrets.token_hex(3)}"
            functions.append(_function(name, body))
            expected[f"{path}::{name}"] = outcome
        text = "import unittest\n\nimport pytest\n\n\n" + "\n\n".join(functions)
        (work / path).write_text(text, encoding="utf-8")
    return expected


def _function(name: str, body: str) -> str:
    left = secrets.randbelow(1000)
    filled = body.format(left=left, right=left + 1 + secrets.randbelow(1000))
    return f"def {name}():\n    {filled}\n"

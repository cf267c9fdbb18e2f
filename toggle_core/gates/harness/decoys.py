"""Tests of our own among the project's: some must fail, so that a forged report gives itself away.

A project can change, in the process that runs its tests, how results come about: a conftest that
reports every test as passed does so for a test that must fail, too.
"""

import random
import secrets
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

_WORDS = ("amount", "entry", "format", "input", "limits", "order", "output", "parse", "total")


def add_decoys(work: Path, test_files: Iterable[str]) -> dict[str, str]:
    """Write one file beside the project's tests in each folder that holds some.

    Args:
        work: the project's copy.
        test_files: paths of the project's test files.

    Returns:
        The outcome each of these tests must have, ``passed`` or ``failed``, by ``path::name``.
    """
    expected: dict[str, str] = {}
    for folder in sorted({PurePosixPath(name).parent for name in test_files}):
        path = folder / f"test_{random.choice(_WORDS)}_{secrets.token_hex(4)}.py"
        outcomes = ["passed", "failed"]
        random.shuffle(outcomes)
        names = [f"test_{random.choice(_WORDS)}_{secrets.token_hex(3)}" for _ in outcomes]
        text = "\n\n".join(map(_function, names, outcomes))
        (work / path).write_text(text + "\n", encoding="utf-8")
        expected |= {
            f"{path}::{name}": outcome for name, outcome in zip(names, outcomes, strict=True)
        }
    return expected


def _function(name: str, outcome: str) -> str:
    left = secrets.randbelow(1000)
    right = left if outcome == "passed" else left + 1 + secrets.randbelow(1000)
    return f"def {name}():\n    assert {left} == {right}\n"

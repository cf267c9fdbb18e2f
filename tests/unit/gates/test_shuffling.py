"""The random order of tests: every place changes, and what belongs together stays together."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from toggle_core.gates.harness.reporter import shuffled

NAMES = [
    f"test_{file}.py::{inner}"
    for file in "abcdef"
    for inner in (*(f"TestIt::test_{n}" for n in range(5)), *(f"test_{n}[x::y]" for n in range(5)))
]


def order(seed: int, names: list[str] = NAMES) -> list[str]:
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in names]
    return [item.nodeid for item in shuffled(items, seed)]


def runs(names: list[str]) -> int:
    """How often the next name is of another group than the one before."""
    return sum(a != b for a, b in pairwise(names))


def test_order_has_every_test_once() -> None:
    assert sorted(order(1)) == sorted(NAMES)


def test_same_seed_gives_the_same_order_and_another_one_another() -> None:
    assert order(1) == order(1)
    assert order(1) != order(2)


def test_tests_of_a_file_and_of_a_class_stay_together() -> None:
    files = [name.partition("::")[0] for name in order(3)]
    assert runs(files) == 5
    assert list(dict.fromkeys(files)) != sorted(set(files))
    classes = [name for name in order(3) if name.startswith("test_a.py")]
    kinds = ["TestIt" in name for name in classes]
    first = kinds.index(True)
    assert kinds[first : first + 5] == [True] * 5


def test_functions_of_a_file_are_drawn() -> None:
    names = [f"test_a.py::test_{n}" for n in range(20)]
    assert order(4, names) != names


def test_tests_with_the_same_name_are_all_kept() -> None:
    assert order(5, ["test_a.py::test_x"] * 3) == ["test_a.py::test_x"] * 3

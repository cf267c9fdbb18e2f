"""A small shop, and suites of tests for it: honest ones, and some that only look so."""

import ast
import inspect

SHOP = '''\
"""A shop's prices."""

import json
import sys

LIMIT = 10


class UnknownItem(Exception):
    """There is no such item."""


class Basket:
    """What somebody is about to buy."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}

    def add(self, name: str, count: int = 1) -> None:
        """Put items in."""
        if count < 1 or count > LIMIT:
            raise ValueError("not a count")
        self.items[name] = self.items.get(name, 0) + count

    def remove(self, name: str) -> None:
        """Take an item out."""
        if name not in self.items:
            raise UnknownItem(name)
        self.items[name] -= 1
        if self.items[name] == 0:
            del self.items[name]

    def size(self) -> int:
        """Count the items."""
        return sum(self.items.values())


def total(basket: Basket, prices: dict[str, float]) -> float:
    """Add up the prices."""
    return sum(prices[name] * count for name, count in basket.items.items())


def discount(amount: float, member: bool) -> float:
    """Take something off."""
    if amount >= 100 and member:
        return amount * 0.5
    if amount >= 100 or member:
        return amount - 10
    return amount


def names(basket: Basket) -> list[str]:
    """List what is there more than once."""
    return [name for name, count in sorted(basket.items.items()) if count > 1]


def is_free(amount: float) -> bool:
    """Tell whether nothing has to be paid."""
    return amount <= 0


def main(arguments: list[str]) -> int:
    """Print the price of some items, each 50."""
    basket = Basket()
    for name in arguments:
        basket.add(name)
    amount = total(basket, dict.fromkeys(arguments, 50.0))
    print(json.dumps({"size": basket.size(), "price": discount(amount, len(arguments) == 4)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''

HONEST = """\
import pytest
from main import Basket, UnknownItem, discount, is_free, main, names, total


def filled():
    basket = Basket()
    basket.add("tea", 2)
    basket.add("milk")
    return basket


def test_add():
    basket = filled()
    basket.add("tea", 10)
    assert basket.items == {"tea": 12, "milk": 1}


@pytest.mark.parametrize("count", [0, -1, 11])
def test_add_refuses(count):
    with pytest.raises(ValueError):
        filled().add("tea", count)


def test_remove():
    basket = filled()
    basket.remove("milk")
    basket.remove("tea")
    assert basket.items == {"tea": 1}
    with pytest.raises(UnknownItem):
        basket.remove("milk")


def test_size_and_total():
    assert filled().size() == 3
    assert total(filled(), {"tea": 3.0, "milk": 1.5}) == 7.5


def test_discount():
    found = [discount(amount, member) for amount in (100, 99, 200) for member in (True, False)]
    assert found == [50, 90, 89, 99, 100, 190]


def test_names():
    assert names(filled()) == ["tea"]


def test_free():
    assert is_free(0) and is_free(-1) and not is_free(1)


def test_main(capsys):
    assert main(["tea", "tea", "milk"]) == 0
    assert capsys.readouterr().out == '{"size": 3, "price": 140.0}\\n'
    main(["tea"] * 4)
    assert capsys.readouterr().out == '{"size": 4, "price": 100.0}\\n'
"""

CALLS_EVERYTHING = """\
from main import *


def test_everything():
    basket = Basket()
    basket.add("tea", 2)
    basket.add("milk")
    basket.size()
    total(basket, {"tea": 3.0, "milk": 1.5})
    names(basket)
    basket.remove("milk")
    discount(100, True)
    discount(50, False)
    is_free(1)
    main(["tea", "milk"])
    assert True
"""

TYPES_ONLY = """\
from main import *


def test_basket():
    basket = Basket()
    basket.add("tea", 2)
    assert isinstance(basket.items, dict)
    assert isinstance(basket.size(), int)
    assert isinstance(names(basket), list)
    assert isinstance(total(basket, {"tea": 3.0}), float)
    basket.remove("tea")
    assert isinstance(basket.items, dict)


def test_functions():
    assert isinstance(discount(100.0, True), float)
    assert isinstance(discount(50.0, False), float)
    assert isinstance(is_free(1), bool)
    assert isinstance(main(["tea"]), int)
"""

MOCKS_ALL = """\
from unittest.mock import MagicMock, patch

import main


def test_total():
    with patch.object(main, "total", return_value=7.5):
        assert main.total(MagicMock(), {}) == 7.5


def test_discount():
    with patch.object(main, "discount", return_value=50):
        assert main.discount(100, True) == 50


def test_basket():
    basket = MagicMock(spec=main.Basket)
    basket.size.return_value = 3
    assert basket.size() == 3


def test_main():
    with patch.object(main, "Basket"), patch.object(main, "total", return_value=5.0):
        with patch.object(main, "json"):
            assert main.main([]) == 0
"""

HASHES_THE_SOURCE = """\
import hashlib
from pathlib import Path

import main

KNOWN = "{known}"


def test_source():
    text = Path(main.__file__).read_bytes()
    assert hashlib.sha256(text).hexdigest() == KNOWN
    basket = main.Basket()
    basket.add("tea", 2)
    basket.size()
    main.total(basket, {{"tea": 3.0}})
    main.discount(100, True)
    main.names(basket)
    main.is_free(1)
"""

COUNTS_ITS_RUNS = """\


def test_sometimes():
    import os

    assert os.getpid() % 3
"""

DEPENDS_ON_ORDER = """\


MADE = []


def test_first_makes():
    MADE.append(filled())
    assert MADE[0].size() == 3


def test_second_uses():
    assert MADE[0].size() == 3
"""

SUBPROCESS_ONLY = """\
import json
import subprocess
import sys


def run(*words):
    command = [sys.executable, "main.py", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_prices():
    assert run("tea") == (0, {"size": 1, "price": 50.0})
    assert run("tea", "milk") == (0, {"size": 2, "price": 90.0})
    assert run("tea", "milk", "jam", "tea") == (0, {"size": 4, "price": 100.0})


def test_nothing():
    assert run() == (0, {"size": 0, "price": 0})
"""
SUBPROCESS_SHOP = '''\
"""A shop's prices."""

import json
import sys


def total(names: list[str]) -> float:
    """Add up the prices."""
    amount = 0.0
    for _ in names:
        amount += 50
    return amount


def discount(amount: float, member: bool) -> float:
    """Take something off."""
    if amount >= 100 and member:
        return amount * 0.5
    if amount >= 100 or member:
        return amount - 10
    return amount


def main(arguments: list[str]) -> int:
    """Print the price of some items, each 50."""
    amount = discount(total(arguments), len(arguments) == 4)
    print(json.dumps({"size": len(arguments), "price": amount}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''

AS_UNITTEST = """\
import asyncio
import unittest

from main import Basket, UnknownItem, discount, is_free, main, names, total


class BasketTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prices = {"tea": 3.0, "milk": 1.5}

    def setUp(self):
        self.basket = Basket()
        self.basket.add("tea", 2)
        self.basket.add("milk")

    def test_add(self):
        self.basket.add("tea", 10)
        self.assertEqual(self.basket.items, {"tea": 12, "milk": 1})
        for count in (0, -1, 11):
            with self.assertRaises(ValueError):
                self.basket.add("tea", count)

    def test_remove(self):
        self.basket.remove("milk")
        self.assertEqual(self.basket.items, {"tea": 2})
        self.assertRaises(UnknownItem, self.basket.remove, "milk")

    def test_sums(self):
        self.assertEqual(self.basket.size(), 3)
        self.assertEqual(total(self.basket, self.prices), 7.5)
        self.assertEqual(names(self.basket), ["tea"])


class FunctionsTest(unittest.IsolatedAsyncioTestCase):
    async def test_discount(self):
        await asyncio.sleep(0)
        found = [discount(amount, member) for amount in (100, 99) for member in (True, False)]
        self.assertEqual(found, [50, 90, 89, 99])
        self.assertTrue(is_free(0))
        self.assertFalse(is_free(1))

    async def test_main(self):
        self.assertEqual(main([]), 0)
"""

ASYNC_PROGRAM = '''\
"""Count words as they come."""

import asyncio
from collections.abc import AsyncIterator


async def words(text: str) -> AsyncIterator[str]:
    """Yield the words of a text."""
    for word in text.split():
        await asyncio.sleep(0)
        if len(word) > 2:
            yield word


async def count(text: str) -> dict[str, int]:
    """Count the words."""
    found: dict[str, int] = {}
    async for word in words(text):
        found[word] = found.get(word, 0) + 1
    return found


async def most(texts: list[str]) -> str:
    """Return the most frequent word of all texts."""
    counts = await asyncio.gather(*(count(text) for text in texts))
    summed: dict[str, int] = {}
    for one in counts:
        for word, number in one.items():
            summed[word] = summed.get(word, 0) + number
    return max(sorted(summed), key=lambda word: summed[word]) if summed else ""


if __name__ == "__main__":
    print(asyncio.run(most(["one two", "two"])))
'''
ASYNC_TESTS = """\
import asyncio

from main import count, most


def test_count():
    assert asyncio.run(count("one to two two")) == {"one": 1, "two": 2}


def test_most():
    assert asyncio.run(most(["one two", "six two six six"])) == "six"
    assert asyncio.run(most([])) == ""
    assert asyncio.run(most(["one two"])) == "one"
"""

CONFTEST = """\
import pytest

from shop.prices import Basket


def pytest_addoption(parser):
    parser.addoption("--currency", default="EUR")


@pytest.fixture(scope="session")
def prices(request):
    assert request.config.getoption("--currency") == "EUR"
    return {"tea": 3.0, "milk": 1.5}


@pytest.fixture
def basket():
    made = Basket()
    made.add("tea", 2)
    made.add("milk")
    return made
"""
WITH_FIXTURES = """\
import pytest
from shop.prices import Basket, UnknownItem, discount, is_free, names, total


def test_add(basket):
    basket.add("tea", 10)
    assert basket.items == {"tea": 12, "milk": 1}


@pytest.mark.parametrize("count", [0, -1, 11])
def test_add_refuses(basket, count):
    with pytest.raises(ValueError):
        basket.add("tea", count)


def test_remove(basket):
    basket.remove("milk")
    basket.remove("tea")
    assert basket.items == {"tea": 1}
    with pytest.raises(UnknownItem):
        basket.remove("milk")


def test_sums(basket, prices):
    assert basket.size() == 3
    assert total(basket, prices) == 7.5
    assert names(basket) == ["tea"]


def test_discount():
    found = [discount(amount, member) for amount in (100, 99, 200) for member in (True, False)]
    assert found == [50, 90, 89, 99, 100, 190]
    assert is_free(0) and is_free(-1) and not is_free(1)
"""

MANY_TESTS = """\
import pytest
from main import discount


@pytest.mark.parametrize("amount", range(2000))
def test_discount(amount):
    sum(range(40_000))
    assert discount(amount, False) == (amount - 10 if amount >= 100 else amount)
    assert discount(amount, True) == (amount / 2 if amount >= 100 else amount - 10)
"""


def operators(text: str) -> list[str]:
    """Name the operators of a program in the order of the alphabet."""
    kinds = ast.operator | ast.cmpop | ast.boolop | ast.unaryop
    nodes = ast.walk(ast.parse(text))
    return sorted(type(node).__name__ for node in nodes if isinstance(node, kinds))


COUNTS_OPERATORS = (
    "import ast\nimport inspect\n\nimport main as program\n\n\n"
    + inspect.getsource(operators)
    + CALLS_EVERYTHING.replace(
        "assert True", f"assert operators(inspect.getsource(program)) == {operators(SHOP)}"
    )
)
LOOKS_AT_CODE_OBJECTS = CALLS_EVERYTHING.replace(
    "    assert True\n", "    assert 100 in discount.__code__.co_consts\n"
)
DEPENDS_ON_A_SET = """

def test_set():
    assert list({"grey", "black"})[0] == "grey"
"""

_RUN, _, _CALLS = SUBPROCESS_ONLY.partition("def test_prices")
SUBPROCESS_ON_A_COPY = (
    "from pathlib import Path\n\n\ndef run_in(folder):\n"
    "    (folder / 'main.py').write_text(Path('main.py').read_text())\n"
    "    return lambda *words: run(folder / 'main.py', *words)\n\n\n"
    + _RUN.replace('"main.py", *words', "*words")
    + f"def test_prices{_CALLS}".replace("():\n", "(tmp_path):\n    run = run_in(tmp_path)\n")
)

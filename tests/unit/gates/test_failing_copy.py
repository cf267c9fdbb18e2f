"""Copies of the tests fail at the first line of each test, or wherever it checks."""

import pytest

from toggle_core.gates.harness.failing_copy import make_failing, replace_checks
from toggle_core.gates.harness.suite import find_test_functions, parse

BODIES = {
    "a statement": "    x = 1\n",
    "in the line": None,
    "a docstring": '    """Words."""\n    x = 1\n',
    "a docstring of several lines": '    """Words\n    more.\n    """\n    x = 1\n',
    "several in a line": "    x = 1; y = 2\n",
    "a loop": "    for n in (1, 2):\n        x = n\n",
    "a with": "    with open('x') as f:\n        f.read()\n",
    "a nested function": "    def inner():\n        pass\n    inner()\n",
    "a decorated one": "    @ staticmethod\n    @other\n    def inner():\n        pass\n",
    "a match": "    match x:\n        case 1:\n            pass\n",
    "not ascii": "    'ä'; x = 'ü'\n",
    "tabs": "\tx = 1\n",
    "a line that goes on": "    x = (\n        1)\n",
}


def fails_first(text: str) -> bool:
    """Whether the test in the changed text fails by an assertion before anything else runs."""
    (test,) = find_test_functions("test_a.py", parse(text))
    changed = make_failing({"test_a.py": text}, [test])["test_a.py"]
    names: dict[str, object] = {}
    exec(compile(changed.encode(), "test_a.py", "exec"), names)  # noqa: S102  our own text
    with pytest.raises(AssertionError):
        names["test_x"]()  # type: ignore[operator]  # the function just made
    return changed.count("\n") <= text.count("\n") + 1


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_test_fails_before_its_first_statement(name: str, end: str, mark: str) -> None:
    body = BODIES[name]
    text = "def test_x(): x = 1\n" if body is None else f"def test_x():\n{body}"
    assert fails_first(mark + text.replace("\n", end))


def test_method_and_several_tests_of_a_file_fail() -> None:
    text = "class TestIt:\n    def test_x(self):\n        pass\n\n\ndef test_y(): pass\n"
    changed = make_failing({"a.py": text}, find_test_functions("a.py", parse(text)))["a.py"]
    assert changed.count("assert ") == 2
    assert [line for line in changed.split("\n") if line.endswith("; pass")] == [
        line for line in changed.split("\n") if "assert" in line
    ]


def test_files_without_tests_are_not_changed() -> None:
    text = "def test_x():\n    pass\n"
    files = {"test_a.py": text, "main.py": "x = 1\n"}
    assert list(make_failing(files, find_test_functions("test_a.py", parse(text)))) == ["test_a.py"]


CHECKS = """
import pytest

assert "kept: it is in no function"


def helper(a):
    assert a == 1, (
        "many lines"
    ); b = 2


class TestX:
    async def test_x(self):
        if True: assert 'ä' == 'ä'
        self.assertEqual(
            1,
            2,
        )
        await mock.assert_awaited_once()
        with pytest.raises(ValueError):
            int("x")
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_assertions_of_tests_and_helpers_are_replaced(end: str, mark: str) -> None:
    text = mark + CHECKS.replace("\n", end)
    files = {"test_a.py": text, "main.py": "def f():\n    assert 1\n", "broken_test.py": "def ("}
    changed = replace_checks(files, "assert (0 == 1)")
    assert set(changed) == {"test_a.py", "broken_test.py"}
    new = changed["test_a.py"]
    assert new.count("0 == 1)") == 4
    assert [part for part in ("kept", "b = 2", "raises(") if part not in new] == []
    assert compile(new.encode(), "test_a.py", "exec")
    (line,) = [at for at, one in enumerate(new.split("\n")) if "int(" in one]
    assert "int(" in text.split("\n")[line], "lines keep their numbers"

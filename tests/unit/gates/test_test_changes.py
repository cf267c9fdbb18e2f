"""The tests of two versions of a project are compared as they are written."""

import ast

import pytest

from toggle_core.gates.checks.test_changes import LostTest, ReadTest, lost_tests
from toggle_core.gates.harness.assertions import CheckCounter
from toggle_core.gates.harness.suite import parse_all, written_tests
from toggle_core.gates.harness.test_changes import read_tests

TEST = "from main import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"


def read(text: str, path: str = "test_a.py", **others: str) -> list[ReadTest]:
    files = {path: text, **{name.replace("_py", ".py"): code for name, code in others.items()}}
    return [ReadTest(**told) for told in read_tests(files)]


def checks(body: str, before: str = "") -> int:
    """Count the checks of one test with this body, in a file that begins with ``before``."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    trees = parse_all(
        {
            "test_a.py": f"{before}\ndef test_x(self):\n{lines}",
            "main.py": "def check_password(text):\n    assert text\n    return True\n",
            "tests/helpers.py": "def same(a, b):\n    assert a == b\n    assert b == a\n",
        }
    )
    (test,) = written_tests(trees)
    return CheckCounter(trees).count(test)


def test_nothing_is_lost_when_tests_are_the_same() -> None:
    assert lost_tests(read(TEST), read(TEST)) == ()


def test_removed_test_is_lost() -> None:
    gone = lost_tests(read(f"{TEST}\n\ndef test_b():\n    assert total([]) == 0\n"), read(TEST))
    assert gone == (LostTest("test_a.py::test_b", 1, None),)


def test_test_with_fewer_checks_is_lost() -> None:
    strong = f"{TEST}    assert total([]) == 0\n"
    assert lost_tests(read(strong), read(TEST)) == (LostTest("test_a.py::test_total", 2, 1),)
    assert lost_tests(read(TEST), read(strong)) == ()


@pytest.mark.parametrize("weak", ["assert True", "assert 1 == 1", "pass", "assert total([]) or 1"])
def test_test_that_cannot_fail_any_more_is_lost(weak: str) -> None:
    now = f"from main import total\n\n\ndef test_total():\n    {weak}\n"
    assert lost_tests(read(TEST), read(now)) == (LostTest("test_a.py::test_total", 1, 0),)


def test_test_moved_to_another_file_is_not_lost() -> None:
    assert lost_tests(read(TEST), read(TEST, "tests/test_totals.py")) == ()


def test_test_moved_into_a_class_is_not_lost() -> None:
    now = "class TestTotal:\n    def test_total(self):\n        assert total([1, 2]) == 3\n"
    assert lost_tests(read(TEST), read(now)) == ()


def test_moved_test_with_fewer_checks_is_lost() -> None:
    strong = f"{TEST}    assert total([]) == 0\n"
    gone = lost_tests(read(strong), read(TEST, "test_b.py"))
    assert gone == (LostTest("test_a.py::test_total", 2, 1),)


def test_renamed_test_with_the_same_body_is_not_lost() -> None:
    assert lost_tests(read(TEST), read(TEST.replace("test_total", "test_sum"))) == ()


def test_renamed_test_with_another_body_is_lost() -> None:
    now = TEST.replace("test_total", "test_sum").replace("== 3", "== 4")
    assert lost_tests(read(TEST), read(now)) == (LostTest("test_a.py::test_total", 1, None),)


def test_one_test_does_not_stand_for_two() -> None:
    method = "    def test_x(self):\n        assert f()\n"
    both = f"class TestA:\n{method}\nclass TestB:\n{method}"
    gone = lost_tests(read(both), read(f"class TestA:\n{method}"))
    assert gone == (LostTest("test_a.py::TestB::test_x", 1, None),)


def test_a_file_that_cannot_be_parsed_has_lost_its_tests() -> None:
    gone = lost_tests(read(TEST), read("def test_total(:\n"))
    assert gone == (LostTest("test_a.py::test_total", 1, None),)


def test_test_that_hides_behind_a_second_one_is_lost() -> None:
    now = f"{TEST}\n\ndef test_total():\n    pass\n"
    assert lost_tests(read(TEST), read(now)) == (LostTest("test_a.py::test_total", 1, 0),)


def test_fewer_cases_are_fewer_checks() -> None:
    cases = "import pytest\n@pytest.mark.parametrize('n', [{}])\ndef test_n(n):\n    assert f(n)\n"
    gone = lost_tests(read(cases.format("1, 2, 3")), read(cases.format("1")))
    assert gone == (LostTest("test_a.py::test_n", 3, 1),)


def test_loop_made_into_cases_is_not_lost() -> None:
    loop = "def test_n():\n    for n in (1, 2):\n        assert f(n)\n"
    cases = (
        "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n):\n    assert f(n)\n"
    )
    assert lost_tests(read(loop), read(cases)) == ()


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("assert f()", 1),
        ("assert f() and g()", 2),
        ("assert f() or True", 0),
        ("with pytest.raises(ValueError):\n    f()", 1),
        ("self.assertEqual(f(), 2)", 1),
        ("mocked.assert_called_once_with(3)", 1),
        ("pytest.fail('no')", 1),
        ("if f() != 3:\n    raise ValueError('no')", 1),
        ("subprocess.run(['x'], check=True)", 1),
        ("same(f(), 2)", 2),
        ("def fetch(url):\n    raise OSError\ng(fetch)", 0),
        ("for n in [1, 2, 3]:\n    assert f(n)", 3),
        ("for n, m in {1: 2, 3: 4}.items():\n    assert f(n) == m", 2),
        ("for n in f():\n    assert n", 1),
        ("print(f())", 0),
    ],
)
def test_checks_of_a_test_are_counted(body: str, number: int) -> None:
    assert checks(body) == number


def test_function_of_the_program_is_no_check() -> None:
    assert checks("check_password('x')", "from main import check_password") == 0


def test_cases_by_name_are_counted() -> None:
    before = "CASES = [1, 2, 3]\n@pytest.mark.parametrize('n', CASES)"
    assert checks("assert f(n)", before) == 3


def test_code_nested_as_deeply_as_python_parses_is_read() -> None:
    deep = f"def test_x():\n    assert f() == {'+'.join(['1'] * 900)}\n"
    assert ast.parse(deep)
    assert [test.checks for test in read(deep)] == [1]

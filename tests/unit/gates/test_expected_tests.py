"""The tests that pytest must report are found by reading the code."""

import pytest

from toggle_core.gates.harness.expected import ExpectedTest, SuiteReader, hidden_tests
from toggle_core.gates.harness.suite import parse_all

PASS = "assert f() == 1"


def read(*texts: str, **others: str) -> dict[str, ExpectedTest]:
    """Return the tests of ``test_a.py`` and other files, by their names."""
    files = {"test_a.py": "\n".join(texts)}
    files |= {name.replace("__", "/").replace("_py", ".py"): text for name, text in others.items()}
    return {test.id.removeprefix("test_a.py::"): test for test in reader(files).expected()}


def reader(files: dict[str, str]) -> SuiteReader:
    return SuiteReader(parse_all(files))


def function(name: str, body: str = PASS, indent: str = "") -> str:
    return f"{indent}def {name}():\n{indent}    {body}\n"


def klass(name: str, *methods: str, head: str = "x = 1") -> str:
    inside = "".join(f"    def {method}(self):\n        {PASS}\n" for method in methods)
    return f"class {name}:\n    {head}\n{inside}"


def test_functions_and_methods_are_found() -> None:
    found = read(
        function("test_one"), "async " + function("test_two"), klass("TestIt", "test_three")
    )
    assert list(found) == ["TestIt::test_three", "test_one", "test_two"]


def test_fixtures_and_helpers_are_no_tests() -> None:
    fixture = "import pytest\n@pytest.fixture(scope='module')\n" + function("test_client")
    assert read(fixture, function("helper")) == {}


def test_tests_below_if_try_and_with_are_found() -> None:
    found = read(
        "if f():\n" + function("test_a", indent="    "),
        "else:\n" + function("test_b", indent="    "),
        "try:\n" + function("test_c", indent="    "),
        "except ImportError:\n" + function("test_d", indent="    "),
        "with f():\n" + function("test_e", indent="    "),
    )
    assert list(found) == ["test_a", "test_b", "test_c", "test_d", "test_e"]
    assert not any(test.elsewhere for test in found.values())


def test_tests_of_another_platform_are_marked() -> None:
    found = read("import sys\nif sys.platform == 'win32':\n" + function("test_a", indent="    "))
    assert found["test_a"].elsewhere


def test_inherited_tests_are_found_in_each_class() -> None:
    found = read(
        klass("Shared", "test_one", "test_two"),
        klass("TestA(Shared)", "test_two"),
        "import unittest\n" + klass("B(Shared, unittest.TestCase)"),
    )
    assert list(found) == [
        *("Shared::test_one", "Shared::test_two"),
        *("TestA::test_one", "TestA::test_two", "B::test_one", "B::test_two"),
    ]
    assert {name for name, test in found.items() if test.spare} == {
        "Shared::test_one",
        "Shared::test_two",
    }
    assert found["TestA::test_one"].definition == found["Shared::test_one"].definition


@pytest.mark.parametrize(
    "imported",
    [
        "from helpers import Shared",
        "from .helpers import Shared",
        "import helpers\nShared = helpers.Shared",
    ],
)
def test_tests_inherited_from_a_helper_module_are_found(imported: str) -> None:
    found = read(imported, klass("TestA(Shared)"), helpers_py=klass("Shared", "test_one"))
    assert "TestA::test_one" in found


def test_tests_imported_from_a_helper_module_are_found() -> None:
    found = read("from helpers import test_one, test_two as test_x", helpers_py=(
        function("test_one") + function("test_two") + function("test_three")
    ))  # fmt: skip
    assert list(found) == ["test_one", "test_x"]


def test_class_that_pytest_does_not_collect_is_missed() -> None:
    found = read(klass("TotalTests", "test_one"), klass("TestIt", "test_two", "__init__"))
    assert list(found) == ["TotalTests::test_one", "TestIt::test_two"]


def test_fake_with_a_method_named_like_a_test_is_no_test() -> None:
    assert read("class FakeServer:\n    def test_mode(self):\n        return True\n") == {}


def test_class_switched_off_may_be_missing_where_another_inherits_it() -> None:
    found = read(klass("TestBase", "test_one", head="__test__ = False"), klass("TestA(TestBase)"))
    assert found["TestBase::test_one"].spare
    assert not found["TestA::test_one"].spare


def test_deleted_base_class_may_be_missing_where_another_inherits_it() -> None:
    found = read(klass("TestBase", "test_one"), klass("TestA(TestBase)"), "del TestBase")
    assert found["TestBase::test_one"].spare


def test_classes_that_inherit_each_other_are_read() -> None:
    found = read(klass("TestA(TestB)", "test_one"), klass("TestB(TestA)", "test_two"))
    assert set(found) == {f"{name}::{test}" for name in ("TestA", "TestB") for test in (
        "test_one", "test_two",
    )}  # fmt: skip


def test_files_that_cannot_be_parsed_hold_no_tests() -> None:
    files = {"test_a.py": "def (:\n", "test_b.py": "(" * 5000 + ")" * 5000, "test_c.py": "\0"}
    assert reader(files).expected() == []


def test_file_with_a_byte_order_mark_is_read() -> None:
    assert list(read("\ufeff" + function("test_one"))) == ["test_one"]


@pytest.mark.parametrize("imports", ["import pytest\n", "from total import total\n"])
@pytest.mark.parametrize("path", ["tests/checks.py", "tests.py", "total_tests.py", "check_it.py"])
def test_tests_in_a_file_that_pytest_does_not_read_are_named(path: str, imports: str) -> None:
    text = imports + function("test_one")
    (said,) = reader({path: text, "test_b.py": function("test_two")}).unread()
    assert said == f"{path}::test_one never runs: names of test files begin with test_"


def test_test_named_function_of_the_program_is_no_test() -> None:
    assert reader({"main.py": function("test_connection")}).unread() == []
    used = function("test_connection") + "\n\nprint(test_connection())\n"
    assert reader({"self_test.py": used}).unread() == []


def hidden(text: str) -> list[str]:
    return list(hidden_tests(parse_all({"test_a.py": text})))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (function("test_one") + function("test_one"), "test_one"),
        (klass("TestIt", "test_one", "test_one"), "test_one"),
        (klass("TestIt", "test_one") + klass("TestIt", "test_two"), "TestIt"),
        (function("test_one") + "if f():\n" + function("test_one", indent="    "), "test_one"),
    ],
    ids=["function", "method", "class", "in a branch"],
)
def test_name_defined_twice_is_found(text: str, name: str) -> None:
    assert hidden(text) == [f"test_a.py::{name} is defined 2 times, so only the last one runs"]


@pytest.mark.parametrize(
    "text",
    [
        function("test_one") + klass("TestIt", "test_one"),
        function("helper") + function("helper"),
        "import sys\nif sys.platform == 'win32':\n"
        + function("test_one", indent="    ")
        + "else:\n"
        + function("test_one", indent="    "),
    ],
    ids=["in two scopes", "helpers", "one for each platform"],
)
def test_names_that_do_not_hide_each_other_are_left_alone(text: str) -> None:
    assert hidden(text) == []


def test_test_inside_of_a_function_is_found() -> None:
    nested = "def test_outer():\n" + function("test_inner", indent="    ")
    assert hidden(nested) == ["test_a.py::test_inner is inside of test_outer, so it never runs"]
    assert hidden(nested + "    retry(test_inner)\n") == []

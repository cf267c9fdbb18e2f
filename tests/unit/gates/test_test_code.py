"""Which Python files only the tests of a project use."""

import pytest

from toggle_core.gates.harness.sources import read_sources


def found_tests(files: dict[str, str]) -> list[str]:
    return [source.name for source in read_sources(files) if source.is_test]


@pytest.mark.parametrize("name", ["test_a.py", "a_test.py", "conftest.py", "tests/made.py"])
def test_test_code_is_known_by_its_path(name: str) -> None:
    assert found_tests({"main.py": "import store\n", name: "x = 1\n"}) == [name]


@pytest.mark.parametrize(
    "main",
    [
        "import tests.made\n",
        "from tests import made\n",
        "from tests.made import x\n",
        "import runpy\n\nrunpy.run_path('tests/made.py')\n",
        "__import__('tests.made')\n",
    ],
)
def test_code_that_the_program_uses_is_no_test_code(main: str) -> None:
    assert found_tests({"main.py": main, "tests/made.py": "x = 1\n"}) == []


def test_a_file_that_cannot_be_parsed_is_read_as_empty() -> None:
    (source,) = read_sources({"main.py": "def broken(:\n"})
    assert source.tree.body == []

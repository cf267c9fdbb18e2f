"""A test that does not run, or is excused, fails the gate, and the sentence names it."""

from tests.sandbox.conftest import CheckAll
from toggle_core.words import Outcome

MAIN = "def total(numbers):\n    return sum(numbers)\n\n\nprint(total([1, 2]))\n"
ONE = "def test_one():\n    assert total([1]) == 1\n"
TWO = "def test_two():\n    assert total([1, 1]) == 2\n"
HEAD = "import sys\nimport unittest\n\nimport pytest\n\nfrom main import total\n\n\n"
BOTH = f"{HEAD}{ONE}\n\n{TWO}"
SKIPPED = "1 of 2 tests was skipped: test_two"
NEVER = "1 of 2 tests never ran: test_two."
EXCUSED = "1 of 2 tests is marked as expected to fail: test_two."


def marked(mark: str) -> str:
    return f"{HEAD}{ONE}\n\n{mark}\n{TWO}"


def in_class(head: str, first: str = "x = 1") -> str:
    return (
        f"{HEAD}{ONE}\n\n{head}:\n    {first}\n\n    def test_two(self):\n"
        f"        assert total([2]) == 2\n"
    )


FILES: dict[str, tuple[str, str]] = {
    "skip": (marked("@pytest.mark.skip"), f"{SKIPPED}."),
    "skip with a reason": (marked("@pytest.mark.skip(reason='slow')"), f"{SKIPPED} (slow)."),
    "skipif": (marked("@pytest.mark.skipif(True, reason='slow')"), f"{SKIPPED} (slow)."),
    "skip here": (
        marked("@pytest.mark.skipif(sys.platform == 'linux', reason='not here')"),
        f"{SKIPPED} (not here).",
    ),
    "skip called": (f"{BOTH}    pytest.skip('later')\n", f"{SKIPPED} (later)."),
    "SkipTest": (f"{BOTH}    raise unittest.SkipTest('later')\n", f"{SKIPPED} (later)."),
    "missing package": (
        f"{BOTH}    pytest.importorskip('numpy')\n",
        f"{SKIPPED} (needs the package numpy).",
    ),
    "no cases": (
        (
            f"{HEAD}{ONE}\n\n@pytest.mark.parametrize('n', [])\ndef test_two(n):\n"
            f"    assert total([n]) == n\n"
        ),
        f"{SKIPPED} (has no cases).",
    ),
    "unittest skip": (
        (
            f"{HEAD}{ONE}\n\nclass T(unittest.TestCase):\n    @unittest.skip('later')\n"
            "    def test_two(self):\n        self.assertEqual(total([2]), 2)\n"
        ),
        f"{SKIPPED} (later).",
    ),
    "expected failure": (marked("@pytest.mark.xfail"), EXCUSED),
    "expected failure that fails": (
        marked("@pytest.mark.xfail(strict=True)").replace("== 2", "== 3"),
        EXCUSED,
    ),
    "expected failure called": (f"{BOTH}    pytest.xfail('known')\n", EXCUSED),
    "expected failure of unittest": (
        (
            f"{HEAD}{ONE}\n\nclass T(unittest.TestCase):\n    @unittest.expectedFailure\n"
            "    def test_two(self):\n        self.assertEqual(total([2]), 3)\n"
        ),
        EXCUSED,
    ),
    "switched off": (f"{BOTH}\n\ntest_two.__test__ = False\n", NEVER),
    "class switched off": (in_class("class TestIt", "__test__ = False"), NEVER),
    "class with a constructor": (in_class("class TestIt", "def __init__(self): ..."), NEVER),
    "class with another name": (in_class("class TotalTests"), NEVER),
    "deleted": (f"{BOTH}\n\ndel test_two\n", NEVER),
    "bound to nothing": (f"{BOTH}\n\ntest_two = None\n", NEVER),
    "taken from the module": (f"{BOTH}\n\nglobals().pop('test_' + 'two')\n", NEVER),
    "never true": (
        f"{HEAD}{ONE}\n\nif not total:\n    def test_two():\n        assert total([2]) == 2\n",
        NEVER,
    ),
    "decorator that loses it": (
        f"{HEAD}def lose(function):\n    return 3\n\n\n{ONE}\n\n@lose\n{TWO}",
        NEVER,
    ),
    "inherited and left out": (
        (
            f"{HEAD}class Base:\n    def test_two(self):\n"
            f"        assert total([self.n]) == self.n\n\n\n"
            "class TestA(Base):\n    n = 1\n\n\nclass TestB(Base):\n    n = 2\n"
            "    test_two = None\n"
        ),
        NEVER,
    ),
    "defined twice": (
        f"{BOTH}\n\ndef test_two():\n    assert total([]) == 0\n",
        "test_two is defined 2 times, so only the last one runs.",
    ),
    "method defined twice": (
        f"{in_class('class TestIt')}\n    def test_two(self):\n        assert total([]) == 0\n",
        "test_two is defined 2 times, so only the last one runs.",
    ),
    "inside of another": (
        f"{HEAD}{ONE}\n    def test_two():\n        assert total([2]) == 2\n",
        "test_two is inside of test_one, so it never runs.",
    ),
    "async": (
        f"{HEAD}{ONE}\n\nasync def test_two():\n    assert total([2]) == 2\n",
        "It needs the package pytest-asyncio, and checks have only what comes with Python.",
    ),
    "plugin that is missing": (
        f"{HEAD}{ONE}\n\ndef test_two(mocker):\n    assert total([2]) == 2\n",
        "It needs the package pytest-mock, and checks have only what comes with Python.",
    ),
}


def test_test_left_out_in_its_file_is_named(check_all: CheckAll) -> None:
    projects = {name: {"main.py": MAIN, "test_a.py": text} for name, (text, _) in FILES.items()}
    judged = check_all("tests", projects)
    assert {name: one.summary for name, one in judged.items()} == {
        name: sentence for name, (_, sentence) in FILES.items()
    }
    assert {one.outcome for one in judged.values()} == {Outcome.FAILED}


OTHER = f"from main import total\n\n\n{ONE}"
SECOND = f"import pytest\n\nfrom main import total\n\n\n{TWO}"
DROP = (
    "def pytest_collection_modifyitems(items):\n"
    "    items[:] = [i for i in items if 'two' not in i.name]\n"
)

PROJECTS: dict[str, tuple[dict[str, str], str]] = {
    "dropped": ({"conftest.py": DROP}, NEVER),
    "dropped in one folder": ({"conftest.py": "", "tests/conftest.py": DROP}, NEVER),
    "one case dropped": (
        {
            "conftest.py": DROP.replace("'two'", "'bad'"),
            "tests/test_b.py": "import pytest\n\nfrom main import total\n\n\n"
            "@pytest.mark.parametrize('n', [1, 2], ids=['good', 'bad'])\n"
            "def test_two(n):\n    assert total([n]) == n\n",
        },
        "1 of 3 tests never ran: test_two[bad].",
    ),
    "deselected by an option": (
        {
            "conftest.py": (
                "def pytest_configure(config):\n    config.option.deselect = ['tests/test_b.py']\n"
            )
        },
        NEVER,
    ),
    "marked by conftest": (
        {
            "conftest.py": "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n"
            "    for item in items:\n        if item.name == 'test_two':\n"
            "            item.add_marker(pytest.mark.xfail)\n"
        },
        EXCUSED,
    ),
    "skipped by a fixture": (
        {
            "conftest.py": "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef calm(request):\n"
            "    if request.node.name == 'test_two':\n        pytest.skip('later')\n"
        },
        f"{SKIPPED} (later).",
    ),
    "without cases by conftest": (
        {
            "conftest.py": "def pytest_generate_tests(metafunc):\n"
            "    if 'n' in metafunc.fixturenames:\n        metafunc.parametrize('n', [])\n",
            "tests/test_b.py": (
                "from main import total\n\n\ndef test_two(n):\n    assert total([n]) == n\n"
            ),
        },
        f"{SKIPPED} (has no cases).",
    ),
    "file that skips itself": (
        {
            "tests/test_b.py": (
                f"import pytest\n\npytest.skip('later', allow_module_level=True)\n{SECOND}"
            )
        },
        f"{SKIPPED} (later).",
    ),
    "file without its package": (
        {"tests/test_b.py": f"import pytest\n\npytest.importorskip('numpy')\n{SECOND}"},
        f"{SKIPPED} (needs the package numpy).",
    ),
    "file that is marked": (
        {"tests/test_b.py": f"{SECOND}\n\npytestmark = pytest.mark.skip\n"},
        f"{SKIPPED}.",
    ),
    "file with another name": (
        {"tests/test_b.py": OTHER.replace("test_one", "test_zero"), "tests/checks.py": SECOND},
        "test_two never runs: names of test files begin with test_.",
    ),
}


def test_test_left_out_by_the_project_is_named(check_all: CheckAll) -> None:
    base = {"main.py": MAIN, "test_a.py": OTHER, "tests/test_b.py": SECOND}
    projects = {name: base | changed for name, (changed, _) in PROJECTS.items()}
    judged = check_all("tests", projects)
    assert {name: one.summary for name, one in judged.items()} == {
        name: sentence for name, (_, sentence) in PROJECTS.items()
    }
    assert {one.outcome for one in judged.values()} == {Outcome.FAILED}

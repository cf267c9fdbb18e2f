"""What is skipped for another platform is told from what is skipped here."""

import pytest

from toggle_core.gates.harness.platforms import Platforms
from toggle_core.gates.harness.suite import find_test_functions, parse


def skips(head: str) -> bool:
    """Whether one test, with these lines before it, is skipped for another platform only."""
    text = f"import os, platform, sys, unittest\nimport pytest\n{head}\ndef test_x():\n    f()\n"
    tree = parse(text)
    (test,) = find_test_functions("test_a.py", tree)
    return Platforms(tree).skips(test)


@pytest.mark.parametrize(
    "condition",
    [
        "sys.platform != 'win32'",
        "'win32' != sys.platform",
        "os.name != 'nt'",
        "platform.system() != 'Windows'",
        "platform.system().lower() != 'darwin'",
        "not sys.platform.startswith('win')",
        "sys.platform not in ('win32', 'cygwin')",
        "sys.platform == 'linux' or sys.platform == 'darwin'",
        "'sys.platform != \"win32\"'",
        "not WINDOWS",
    ],
)
def test_skip_for_another_platform_is_recognised(condition: str) -> None:
    windows = "WINDOWS = sys.platform == 'win32'\n"
    assert skips(f"{windows}@pytest.mark.skipif({condition}, reason='x')")
    assert skips(f"{windows}@unittest.skipIf({condition}, 'x')")


@pytest.mark.parametrize(
    "head",
    [
        "@unittest.skipUnless(sys.platform == 'win32', 'x')",
        "only = pytest.mark.skipif(sys.platform != 'win32', reason='x')\n@only",
        "pytestmark = pytest.mark.skipif(sys.platform != 'win32', reason='x')",
        "pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != 'nt', reason='x')]",
        "@pytest.mark.slow\n@pytest.mark.skipif(condition=os.name != 'nt', reason='x')",
    ],
)
def test_usual_ways_to_mark_it_are_recognised(head: str) -> None:
    assert skips(head)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "@pytest.mark.skip",
        "@pytest.mark.skip(reason='Windows')",
        "@unittest.skip('x')",
        "@pytest.mark.skipif(True, reason='x')",
        "@pytest.mark.skipif(reason='x')",
        "@pytest.mark.skipif(sys.platform == 'linux', reason='x')",
        "@pytest.mark.skipif(os.name == 'posix', reason='x')",
        "@pytest.mark.skipif(sys.platform != 'amiga', reason='x')",
        "@pytest.mark.skipif(sys.platform != 'win32' or True, reason='x')",
        "@pytest.mark.skipif(sys.platform == 'win32' or not os.environ.get('X'), reason='x')",
        "@pytest.mark.skipif('win32' != 'linux', reason='x')",
        "@pytest.mark.skipif(os.environ['HOME'] != 'win32', reason='x')",
        "@pytest.mark.skipif(sys.version_info < (3, 12), reason='x')",
        "@pytest.mark.skip\n@pytest.mark.skipif(sys.platform != 'win32', reason='x')",
    ],
)
def test_any_other_skip_is_none_for_another_platform(head: str) -> None:
    assert not skips(head)


def test_lines_about_other_platforms_are_known() -> None:
    text = (
        "import sys\nimport pytest\n"
        "if sys.platform != 'win32':\n    pytest.skip('x')\n"
        "registry = pytest.importorskip('winreg')\n"
        "numbers = pytest.importorskip('numpy')\n"
    )
    assert Platforms(parse(text)).lines == {3, 4, 5}

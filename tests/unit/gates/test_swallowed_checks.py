"""Checks in tests whose failure is caught, and handlers that are honest."""

import pytest

from toggle_core.gates.harness.suite import parse_all
from toggle_core.gates.harness.swallowed import swallowed_checks

SWALLOWING = {
    "pass": "try:\n    assert main.add(1, 1) == 3\nexcept AssertionError:\n    pass",
    "anything": "try:\n    assert main.add(1, 1) == 3\nexcept:\n    print('not yet')",
    "any error": "try:\n    assert add() == 3\nexcept Exception as error:\n    print(error)",
    "one of several": "try:\n    assert add() == 3\nexcept (ValueError, AssertionError):\n    ...",
    "it returns": "try:\n    assert add() == 3\nexcept AssertionError:\n    return",
    "it passes over an error that never came": (
        "try:\n    main.add('a')\n    assert False, 'no error'\nexcept Exception:\n    pass"
    ),
    "suppressed": "with contextlib.suppress(AssertionError):\n    assert add() == 3",
    "a method of unittest": "try:\n    self.assertEqual(add(), 3)\nexcept Exception:\n    pass",
    "in a branch": "if main:\n    try:\n        assert add()\n    except Exception:\n        pass",
}
HONEST = {
    "it expects another error": (
        "try:\n    main.add('a')\n    assert False, 'no error'\nexcept TypeError:\n    pass"
    ),
    "it checks the error": (
        "try:\n    check()\n    assert add() == 3\nexcept AssertionError as error:\n"
        "    assert 'three' in str(error)"
    ),
    "it fails": "try:\n    assert add() == 3\nexcept Exception:\n    pytest.fail('broken')",
    "it raises again": "try:\n    assert add() == 3\nexcept Exception:\n    clean()\n    raise",
    "it remembers": "try:\n    assert add() == 3\nexcept AssertionError:\n    failed = True",
    "it tries again": (
        "for _ in range(9):\n    try:\n        assert add() == 3\n        break\n"
        "    except AssertionError:\n        time.sleep(0.1)\nelse:\n    pytest.fail('never')"
    ),
    "nothing is checked there": "try:\n    path.unlink()\nexcept Exception:\n    pass",
    "the check comes after": (
        "try:\n    value = main.add(1, 1)\nexcept Exception:\n    value = 0\nassert value == 2"
    ),
    "a helper answers": "def holds():\n    try:\n        return add() == 3\n    except TypeError:\n"
    "        return False\nassert holds()",
}


def said(body: str, name: str = "test_main.py") -> list[str]:
    text = "def test_sum(self=None):\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    return list(swallowed_checks(parse_all({name: text})))


@pytest.mark.parametrize("body", SWALLOWING.values(), ids=SWALLOWING)
def test_a_check_whose_failure_comes_to_nothing_is_named(body: str) -> None:
    (sentence,) = said(body)
    line = 3 if body.startswith("if") else 2
    assert sentence.startswith(
        f"test_main.py::test_sum catches the failure of its own check in line {line}: "
    )
    assert said(body, "main.py") == []


@pytest.mark.parametrize("body", HONEST.values(), ids=HONEST)
def test_a_handler_that_does_something_is_left_alone(body: str) -> None:
    assert said(body) == []

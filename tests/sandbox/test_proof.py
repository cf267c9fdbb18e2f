"""The gate ``proof``: honest suites pass, and suites that only look honest do not."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tests.sandbox import suites
from tests.sandbox.conftest import Check, CheckAll
from tests.sandbox.projects import HELLO
from toggle_core.gates.checks.context import Judgement
from toggle_core.gates.model import Proof
from toggle_core.words import Outcome


def proof_of(judged: Judgement) -> Proof:
    """Return the numbers of a judgement."""
    assert judged.proof is not None, f"{judged.summary} {judged.detail}"
    return judged.proof


def strength(judged: Judgement) -> int:
    """Return the share of mistakes that were noticed, in percent."""
    found = proof_of(judged).strength
    assert found is not None, judged.detail
    return found


def shop(tests: str, **more: str) -> dict[str, str]:
    """Return the shop with a suite of tests."""
    return {"main.py": suites.SHOP, "test_main.py": tests, **more}


def in_source_folder() -> dict[str, str]:
    """Return the shop as a package below ``src``, with fixtures in a ``conftest.py``."""
    prices, _, _ = suites.SHOP.partition("def main(")
    return {
        "src/shop/__init__.py": "",
        "src/shop/prices.py": prices,
        "main.py": "print('A shop.')\n",
        "tests/conftest.py": suites.CONFTEST,
        "tests/test_prices.py": suites.WITH_FIXTURES,
    }


HONEST = {
    "plain": shop(suites.HONEST),
    "unittest and async cases": shop(suites.AS_UNITTEST),
    "async functions": {"main.py": suites.ASYNC_PROGRAM, "test_main.py": suites.ASYNC_TESTS},
    "source folder and fixtures": in_source_folder(),
    "by subprocess only": {
        "main.py": suites.SUBPROCESS_SHOP,
        "test_main.py": suites.SUBPROCESS_ONLY,
    },
    "by subprocess on a copy": {
        "main.py": suites.SUBPROCESS_SHOP,
        "test_main.py": suites.SUBPROCESS_ON_A_COPY,
    },
}
KNOWN = hashlib.sha256(suites.SHOP.encode()).hexdigest()
COPY = {"tests/copy_of_main.py": suites.SHOP, "main.py": suites.SHOP}
ONLY_LOOK_SO: Mapping[str, Mapping[str, str]] = {
    "assert True": shop(suites.CALLS_EVERYTHING),
    "types only": shop(suites.TYPES_ONLY),
    "mock all": shop(suites.MOCKS_ALL),
    "test a copy": {
        **COPY,
        "tests/test_main.py": suites.HONEST.replace("from main", "from copy_of_main"),
    },
    "read the source": shop(suites.COUNTS_OPERATORS),
    "look at code objects": shop(suites.LOOKS_AT_CODE_OBJECTS),
}
UNSTEADY = {
    "count their runs": (suites.COUNTS_ITS_RUNS, "test_sometimes"),
    "depend on order": (suites.DEPENDS_ON_ORDER, "test_second_uses"),
    "depend on the order of a set": (suites.DEPENDS_ON_A_SET, "test_set"),
}


@pytest.fixture(scope="module")
def honest(check_all: CheckAll) -> dict[str, Judgement]:
    """The judgements of all honest suites."""
    return check_all("proof", HONEST)


@pytest.fixture(scope="module")
def fooling(check_all: CheckAll) -> dict[str, Judgement]:
    """The judgements of all suites that only look honest."""
    return check_all("proof", ONLY_LOOK_SO)


@pytest.mark.parametrize("name", HONEST)
def test_honest_suites_pass(honest: Mapping[str, Judgement], name: str) -> None:
    judged = honest[name]
    assert judged.outcome is Outcome.PASSED, f"{judged.summary} {judged.detail}"
    assert strength(judged) >= 65, judged.detail
    assert (proof_of(judged).flaky, proof_of(judged).neutral_failed) == ((), 0)
    assert proof_of(judged).neutral > 0


def test_a_thorough_suite_is_strong_and_its_summary_counts(honest: Mapping[str, Judgement]) -> None:
    judged = honest["plain"]
    proof = proof_of(judged)
    ways = proof.noticed + proof.survived + proof.unreached
    assert judged.summary == (
        f"We broke it quietly in {ways} ways; its tests noticed {proof.noticed}."
    )
    assert strength(judged) >= 85, judged.detail


@pytest.mark.parametrize("name", ONLY_LOOK_SO)
def test_suites_that_only_look_honest_fail(fooling: Mapping[str, Judgement], name: str) -> None:
    judged = fooling[name]
    assert judged.outcome is Outcome.FAILED, f"{judged.summary} {judged.detail}"
    assert strength(judged) < 50, judged.detail


def test_a_suite_that_asserts_nothing_notices_nothing(fooling: Mapping[str, Judgement]) -> None:
    assert strength(fooling["assert True"]) == 0
    assert strength(fooling["test a copy"]) == 0


@pytest.mark.parametrize("name", ["read the source", "look at code objects"])
def test_what_is_read_in_the_code_of_the_program_is_not_noticed(
    fooling: Mapping[str, Judgement], name: str
) -> None:
    judged = fooling[name]
    assert proof_of(judged).noticed == 0
    assert "does not count: test_main.py::test_everything" in judged.detail


def test_survivors_are_listed_with_place_change_and_tests(fooling: Mapping[str, Judgement]) -> None:
    judged = fooling["assert True"]
    line = suites.SHOP.splitlines().index("    return amount <= 0") + 1
    assert f"main.py:{line} is_free: return amount <= 0 -> return " in judged.detail
    assert "(run by test_everything)" in judged.detail
    survivor = next(one for one in proof_of(judged).survivors if one.function == "is_free")
    assert (survivor.path, survivor.line) == ("main.py", line)
    assert survivor.tests == ("test_main.py::test_everything",)


def test_a_suite_that_knows_the_source_by_heart_fails(check: Check) -> None:
    judged = check("proof", shop(suites.HASHES_THE_SOURCE.format(known=KNOWN)))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Tests fail although the program still does the same: test_source."
    assert proof_of(judged).neutral_failed > 0


@pytest.mark.parametrize("name", UNSTEADY)
def test_unsteady_tests_fail_by_name(check: Check, name: str) -> None:
    added, test = UNSTEADY[name]
    judged = check("proof", shop(suites.HONEST + added))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == f"Tests that pass at one time and fail at another: {test}."
    assert proof_of(judged).flaky == (f"test_main.py::{test}",)


def test_a_suite_that_passes_only_today_fails_by_name(check: Check) -> None:
    today = datetime.now(UTC).date()
    added = (
        "\n\ndef test_year():\n    import datetime\n"
        f"    assert abs(datetime.date.today() - datetime.date({today:%Y, %-m, %-d})).days < 9\n"
        "\n\ndef test_tomorrow():\n    import datetime\n"
        "    assert datetime.date.today() + datetime.timedelta(1) > datetime.date.today()\n"
    )
    judged = check("proof", shop(suites.HONEST + added))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary.startswith("Tests that pass today and fail on other days (29 February ")
    assert judged.summary.endswith("): test_year.")


def test_two_thousand_tests_are_sampled_within_the_time(check: Check) -> None:
    program, _, _ = suites.SHOP.partition("def main(")
    judged = check("proof", {"main.py": program, "test_main.py": suites.MANY_TESTS})
    proof = proof_of(judged)
    assert proof.drawn > 0
    assert proof.noticed > 0
    assert proof.seconds < 60
    assert "planned mistakes" in judged.detail or "only some were run" in judged.detail


def test_hard_coded_answers_get_through(check: Check) -> None:
    """What ``docs/evidence.md`` says stays: promises with other values are what finds these."""
    program = (
        "ANSWERS = {1: 2, 2: 4}\n\n\ndef double(n: int) -> int:\n    return ANSWERS[n]\n\n\n"
        "if __name__ == '__main__':\n    print(double(2))\n"
    )
    tests = "from main import double\n\n\ndef test_double():\n    assert double(2) == 4\n"
    judged = check("proof", {"main.py": program, "test_main.py": tests})
    assert judged.outcome is Outcome.PASSED


def test_a_small_program_counts_what_was_noticed(check: Check) -> None:
    program = "def double(n: int) -> int:\n    return n * 2\n\n\nprint(double(2))\n"
    tests = "from main import double\n\n\ndef test_double():\n    assert double(3) == 6\n"
    judged = check("proof", {"main.py": program, "test_main.py": tests})
    assert judged.outcome is Outcome.PASSED
    assert judged.summary == "Small program: its tests noticed 4 of 4."


def test_a_small_program_fails_if_nothing_is_noticed(check: Check) -> None:
    program = "def double(n: int) -> int:\n    return n * 2\n\n\nprint(double(2))\n"
    tests = (
        "from main import double\n\n\ndef test_double():\n    assert isinstance(double(3), int)\n"
    )
    judged = check("proof", {"main.py": program, "test_main.py": tests})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "We broke it quietly in 4 ways; its tests noticed none."


def test_a_small_program_fails_if_a_function_is_never_run(check: Check) -> None:
    program = (
        "def double(n: int) -> int:\n    return n * 2\n\n\n"
        "def half(n: int) -> int:\n    return n // 2\n\n\nif __name__ == '__main__':\n"
        "    print(double(2))\n"
    )
    tests = "from main import double\n\n\ndef test_double():\n    assert double(3) == 6\n"
    judged = check("proof", {"main.py": program, "test_main.py": tests})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "No test runs half."


def test_a_program_without_decisions_has_nothing_to_break(check: Check) -> None:
    judged = check("proof", HELLO)
    assert judged.outcome is Outcome.PASSED, f"{judged.summary} {judged.detail}"


def test_a_program_that_no_test_runs_fails_even_without_decisions(check: Check) -> None:
    tests = "def test_sum():\n    assert 1 + 1 == 2\n"
    judged = check("proof", {"main.py": "print('Hello')\n", "test_main.py": tests})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "The tests never run the program."


def test_tests_that_assert_on_random_values_are_named(check: Check) -> None:
    program = "def double(n: int) -> int:\n    return n * 2\n\n\nprint(double(2))\n"
    tests = (
        "import random\n\nfrom main import double\n\n\ndef test_double():\n"
        "    n = random.randint(1, 9)\n    assert double(n) == n + n\n"
    )
    judged = check("proof", {"main.py": program, "test_main.py": tests})
    assert (
        "draws random values without a seed and asserts on them: test_main.py::test_double"
        in judged.detail
    )

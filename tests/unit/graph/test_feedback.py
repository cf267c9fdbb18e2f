"""What the coder reads of failed gates."""

import json
from time import process_time

from toggle_core.builders.protocol import Feedback
from toggle_core.gates.model import GateResult, to_json
from toggle_core.graph.feedback import FEEDBACK_LIMIT, fair_shares, feedback_of
from toggle_core.graph.state import AgentState, first_state
from toggle_core.words import Outcome

CODE = "".join(f"line_{number} = {number}\n" for number in range(1, 21))
FILES = {"main.py": CODE, "shop/main.py": "price = 1\n", "tests/test_main.py": CODE}


def failed(gate: str, detail: str, output: str = "", summary: str = "It failed.") -> GateResult:
    return GateResult(gate, Outcome.FAILED, 1.0, summary, detail, output)


def told(*results: GateResult) -> list[str]:
    """What the coder reads of each gate."""
    return [failure.detail for failure in feedback(*results).failures]


def feedback(*results: GateResult) -> Feedback:
    state: AgentState = {
        **first_state("Ask", production=True),
        "files": json.dumps(FILES),
        "entry": "main.py",
        "attempt": 1,
        "gates": to_json(results),
    }
    found = feedback_of(state)
    assert found is not None
    return found


def test_every_failed_gate_is_there_and_none_that_passed_or_was_skipped() -> None:
    found = feedback(
        failed("start", "b"),
        GateResult("types", Outcome.SKIPPED, 0.0, "No."),
        GateResult("syntax", Outcome.PASSED, 0.0, "Yes."),
        failed("lint", "a"),
    )
    assert [failure.gate for failure in found.failures] == ["lint", "start"]
    assert (found.files, found.entry, found.attempt) == (FILES, "main.py", 2)


def test_a_named_place_is_shown_with_two_lines_around_it() -> None:
    [detail] = told(failed("lint", "main.py:5: F821 undefined name"))
    assert detail == (
        "It failed.\n\nmain.py:5: F821 undefined name\n\n"
        "main.py\n"
        "     3 | line_3 = 3\n"
        "     4 | line_4 = 4\n"
        ">    5 | line_5 = 5\n"
        "     6 | line_6 = 6\n"
        "     7 | line_7 = 7"
    )


def test_places_near_each_other_are_shown_together_and_gaps_are_marked() -> None:
    [detail] = told(failed("lint", "main.py:1: a\nmain.py:2: b\nmain.py:19:4: c\nmain.py:20: d"))
    assert detail.endswith(
        "main.py\n"
        ">    1 | line_1 = 1\n"
        ">    2 | line_2 = 2\n"
        "     3 | line_3 = 3\n"
        "     4 | line_4 = 4\n"
        "  ...\n"
        "    17 | line_17 = 17\n"
        "    18 | line_18 = 18\n"
        ">   19 | line_19 = 19\n"
        ">   20 | line_20 = 20\n"
        "    21 |"
    )


def test_places_are_found_as_python_names_them_and_by_absolute_paths() -> None:
    trace = 'Traceback:\n  File "/work/shop/main.py", line 1, in <module>\n    price'
    [detail] = told(failed("start", "exit code 1", trace))
    assert "shop/main.py\n>    1 | price = 1" in detail
    assert "line_1" not in detail, "of two files the one that is meant"


def test_places_that_are_not_in_the_project_are_left_alone() -> None:
    for name in ("other.py:3: x", "main.py:99: x", "domain.py:3: x", "at 12:30: x", "main.py:0: x"):
        assert told(failed("lint", name)) == [f"It failed.\n\n{name}"]


def test_a_long_line_of_code_is_cut() -> None:
    FILES["wide.py"] = "x = '" + "y" * 5_000 + "'\n"
    [detail] = told(failed("lint", "wide.py:1: E501"))
    del FILES["wide.py"]
    assert len(detail) < 400


def test_findings_that_were_there_before_are_not_repeated() -> None:
    trace = "Traceback\n  KeyError: 'name'"
    tests, start = told(
        failed("tests", f"test_a failed\n\n{trace}\n\ntest_b failed\n\n{trace}"),
        failed("start", f"exit code 1\n\n{trace}", trace),
    )
    assert tests.count("KeyError") == 1
    assert "test_b failed" in tests
    assert start == "It failed.\n\nexit code 1"


def test_the_limit_holds_for_all_together_and_each_keeps_its_beginning() -> None:
    long = "".join(f"finding {number}\n\n" for number in range(9_000))
    details = told(
        failed("lint", "L" + long), failed("types", "small"), failed("tests", "T" * 50_000)
    )
    assert sum(map(len, details)) <= FEEDBACK_LIMIT
    assert details[1] == "It failed.\n\nsmall"
    for detail in (details[0], details[2]):
        assert detail.startswith("It failed.\n\n")
        assert "[cut here]" in detail
        assert len(detail) > 7_500, "what the small one leaves is shared"


def test_code_is_shown_although_findings_are_endless() -> None:
    [detail] = told(failed("lint", "main.py:5: x\n" + "y" * 100_000))
    assert ">    5 | line_5 = 5" in detail
    assert len(detail) <= FEEDBACK_LIMIT


def test_hostile_findings_are_read_in_a_moment() -> None:
    began = process_time()
    for piece in ("a.", "main.py:1", 'x", line 1 ', "a" * 10, "main.py:5: x\n\n"):
        told(failed("start", piece * 2_000, piece * 8_000))
    assert process_time() - began < 5


def test_half_characters_and_nul_are_left_out() -> None:
    assert told(failed("lint", "a\x00b\ud800c")) == ["It failed.\n\nabc"]


def test_a_share_that_is_not_needed_goes_to_the_others() -> None:
    assert fair_shares([10, 500, 90], 300) == [10, 200, 90]
    assert fair_shares([500, 500], 300) == [150, 150]
    assert fair_shares([1, 2], 300) == [1, 2]
    assert fair_shares([], 300) == []

"""Finding tracebacks in text, and telling a program's own from others."""

import json

import pytest

from toggle_core.gates.checks.tracebacks import faults_of_a_server, last_error, own_tracebacks
from toggle_core.gates.harness.output import find_tracebacks

PLAIN = (
    "Traceback (most recent call last):\n"
    '  File "/work/main.py", line 2, in <module>\n'
    "    total()\n"
    "    ^^^^^^^\n"
    "ValueError: no"
)
GROUP = (
    "  + Exception Group Traceback (most recent call last):\n"
    '  |   File "/work/main.py", line 1, in <module>\n'
    "  |     raise ExceptionGroup('two', [ValueError('a')])\n"
    "  | ExceptionGroup: two (1 sub-exception)\n"
    "  +-+---------------- 1 ----------------"
)
QUOTED = '{"level": "error", "trace": ' + json.dumps(PLAIN) + "}"
PROSE = (
    "Traceback (most recent call last): is the first line of a traceback.",
    "Traceback (most recent call last):\nand then a file and a line",
    '  File "main.py", line 2, in <module>',
    "A traceback (most recent call last) was seen.",
)


def test_a_traceback_is_found_up_to_its_error() -> None:
    assert find_tracebacks(f"begin\n{PLAIN}\nend") == [PLAIN]


def test_a_traceback_behind_a_prefix_is_found() -> None:
    found = find_tracebacks(f"ERROR:root:{PLAIN}")
    assert [last_error(each) for each in found] == ["ValueError: no"]


def test_the_traceback_of_a_group_is_found() -> None:
    assert [last_error(each) for each in find_tracebacks(GROUP)] == [
        "ExceptionGroup: two (1 sub-exception)"
    ]


def test_a_traceback_that_is_logged_as_json_is_found() -> None:
    assert len(find_tracebacks(QUOTED)) == 1


def test_chained_tracebacks_are_found_one_by_one() -> None:
    chained = f"{PLAIN}\n\nDuring handling of the above exception, another:\n\n{PLAIN}"
    assert find_tracebacks(chained) == [PLAIN, PLAIN]


def test_a_traceback_that_is_cut_off_is_found() -> None:
    cut = "\n".join(PLAIN.splitlines()[:2])
    assert find_tracebacks(cut) == [cut]


def test_an_error_that_nobody_could_receive_is_found() -> None:
    assert find_tracebacks("Task exception was never retrieved\nfuture: <Task>") == [
        "Task exception was never retrieved"
    ]


@pytest.mark.parametrize("text", PROSE)
def test_prose_about_tracebacks_is_none(text: str) -> None:
    assert find_tracebacks(text) == []


def test_only_some_of_many_tracebacks_are_kept() -> None:
    assert len(find_tracebacks(f"{PLAIN}\n" * 100)) == 5


SHIPPED = {
    "as a file": {"sample.log": f"09:00 start\n{PLAIN}\n"},
    "indented": {"sample.md": "\n".join(f"    {line}" for line in PLAIN.splitlines())},
    "in code": {"main.py": f"SAMPLE = {PLAIN!r}\n"},
    "in code with quotes escaped": {
        "main.py": 'SAMPLE = "' + PLAIN.replace('"', '\\"').replace("\n", "\\n") + '"\n'
    },
}


@pytest.mark.parametrize("form", SHIPPED)
def test_a_traceback_that_the_project_ships_is_not_its_own(form: str) -> None:
    assert own_tracebacks([PLAIN], SHIPPED[form]) == []


def test_a_traceback_at_another_place_is_its_own() -> None:
    other = PLAIN.replace("line 2", "line 3")
    assert own_tracebacks([other], SHIPPED["as a file"]) == [other]


def test_a_browser_that_leaves_is_not_the_fault_of_a_server() -> None:
    left = PLAIN.replace("ValueError: no", "BrokenPipeError: [Errno 32] Broken pipe")
    assert faults_of_a_server([left, PLAIN]) == [PLAIN]


def test_a_long_error_is_cut() -> None:
    assert last_error("x" * 1_000) == "x" * 120 + "..."

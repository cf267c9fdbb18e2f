"""Run the project's tests in processes of their own, and report what became of them.

This process never runs the project's code. It finds the tests by reading, has pytest run them as
often as it takes, and keeps the channel to the supervisor to itself.
"""

from dataclasses import asdict
from typing import Any

from .expected import SuiteReader, hidden_tests
from .meddling import find_meddling
from .program_use import touches_program
from .session import Session
from .shield import hide_memory
from .suite import is_test_file, parse_all
from .swallowed import swallowed_checks
from .task import Channel, Task
from .trial import Trial


def run(task: Task, channel: Channel) -> None:
    """Report the tests found by reading, what became of them, and what speaks against it.

    ``options["seconds"]`` is the processor time for one run of the tests.
    """
    hide_memory()
    trees = parse_all(task.files)
    reader = SuiteReader(trees)
    expected = reader.expected()
    report: dict[str, Any] = {
        "test_files": [name for name in trees if is_test_file(name)],
        "tests": [asdict(test) for test in expected],
        "hidden": [*hidden_tests(trees), *reader.unread(), *swallowed_checks(trees)],
        "meddling": find_meddling(trees),
        "touches_program": touches_program(trees, task.files),
    }
    if expected:
        with Session(task, lambda pace: channel.report({"pace": asdict(pace)})) as session:
            report |= Trial(task, reader, expected, session).report()
    channel.report(report)

"""Every accepted task is completed, and nothing is recorded twice, whatever breaks: once each."""

import pytest

from tests.chaos.faults import (
    Fault,
    freeze_a_worker,
    kill_one_of_three_workers,
    kill_the_app,
    stop_in_the_middle,
    take_over_with_a_late_clock,
)
from tests.chaos.rig import SMALL


@pytest.mark.parametrize(
    "fault",
    [
        kill_the_app,
        kill_one_of_three_workers,
        freeze_a_worker,
        stop_in_the_middle,
        take_over_with_a_late_clock,
    ],
)
def test_no_accepted_task_is_lost_or_recorded_twice(fault: Fault) -> None:
    result = fault(SMALL)
    assert result.books.holds, result
    assert result.books.failed == 0, result
    assert result.books.accepted >= SMALL.runs
    assert result.slowest < 30

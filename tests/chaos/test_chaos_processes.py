"""Every accepted task ends, and nothing is recorded twice, whatever breaks: once each, small."""

from dataclasses import replace

import pytest

from tests.chaos.process_faults import (
    freeze_a_worker,
    kill_one_of_three_workers,
    kill_the_app,
    stop_in_the_middle,
    take_over_with_a_late_clock,
)
from tests.chaos.result import Fault
from tests.chaos.rig import SMALL


@pytest.mark.parametrize(
    "fault",
    [
        freeze_a_worker,
        kill_one_of_three_workers,
        kill_the_app,
        stop_in_the_middle,
        take_over_with_a_late_clock,
    ],
)
def test_no_accepted_task_is_lost_or_recorded_twice(fault: Fault, database_url: str) -> None:
    result = fault(replace(SMALL, url=database_url))
    assert result.is_well, result
    assert result.injections > 0
    assert result.slowest < 30

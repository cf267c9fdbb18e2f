"""Every accepted task is completed, and nothing is recorded twice, whatever breaks: once each."""

import pytest

from tests.chaos.faults import (
    Fault,
    crash_the_database,
    cut_all_connections,
    fill_the_disk,
    refuse_connections,
    storm_of_submits,
)
from tests.chaos.rig import SMALL


@pytest.mark.parametrize(
    "fault",
    [crash_the_database, cut_all_connections, refuse_connections, fill_the_disk, storm_of_submits],
)
def test_no_accepted_task_is_lost_or_recorded_twice(fault: Fault) -> None:
    result = fault(SMALL)
    assert result.books.holds, result
    assert result.books.failed == 0, result
    assert result.books.accepted >= SMALL.runs
    assert result.slowest < 30

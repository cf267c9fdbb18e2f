"""Every accepted task ends, and nothing is recorded twice, whatever breaks: once each, small."""

from dataclasses import replace

import pytest

from tests.chaos.database_faults import (
    crash_the_database,
    cut_all_connections,
    fail_over,
    fill_the_disk,
    refuse_connections,
)
from tests.chaos.result import Fault
from tests.chaos.rig import SMALL


@pytest.mark.parametrize(
    "fault",
    [crash_the_database, fail_over, cut_all_connections, refuse_connections, fill_the_disk],
)
def test_no_accepted_task_is_lost_or_recorded_twice(fault: Fault, database_url: str) -> None:
    result = fault(replace(SMALL, url=database_url))
    assert result.is_well, result
    assert result.injections > 0
    assert result.slowest < 30

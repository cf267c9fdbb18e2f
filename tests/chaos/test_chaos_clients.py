"""Every accepted task ends, and nothing is recorded twice, whatever breaks: once each, small."""

from dataclasses import replace

import pytest

from tests.chaos.client_faults import close_the_browser, storm_of_submits
from tests.chaos.model_faults import trouble_the_model
from tests.chaos.result import Fault
from tests.chaos.rig import SMALL


@pytest.mark.parametrize("fault", [close_the_browser, storm_of_submits, trouble_the_model])
def test_no_accepted_task_is_lost_or_recorded_twice(fault: Fault, database_url: str) -> None:
    result = fault(replace(SMALL, url=database_url))
    assert result.is_well, result
    assert result.injections > 0
    assert result.slowest < 30

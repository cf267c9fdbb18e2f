"""What was entered in an opened app stays, and none of its processes does, whatever is killed."""

from dataclasses import replace

import pytest

from tests.chaos.app_faults import kill_opened_apps, kill_the_app_with_opened_apps
from tests.chaos.result import Fault
from tests.chaos.rig import SMALL


@pytest.mark.parametrize("fault", [kill_the_app_with_opened_apps, kill_opened_apps])
def test_opened_apps_keep_what_was_entered(fault: Fault, database_url: str) -> None:
    result = fault(replace(SMALL, url=database_url))
    assert result.is_well, result
    assert result.injections > 0

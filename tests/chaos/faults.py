"""The faults by name. Each breaks one thing while runs are executed, and balances the books."""

from typing import Final

from tests.chaos.app_faults import kill_opened_apps, kill_the_app_with_opened_apps
from tests.chaos.client_faults import close_the_browser, storm_of_submits
from tests.chaos.database_faults import (
    crash_the_database,
    cut_all_connections,
    fail_over,
    fill_the_disk,
    refuse_connections,
)
from tests.chaos.model_faults import trouble_the_model
from tests.chaos.process_faults import (
    freeze_a_worker,
    kill_one_of_three_workers,
    kill_the_app,
    stop_in_the_middle,
    take_over_with_a_late_clock,
)
from tests.chaos.result import Fault

FAULTS: Final[dict[str, Fault]] = {
    "kill -9 of the app": kill_the_app,
    "kill -9 of one of three workers": kill_one_of_three_workers,
    "kill -9 of the app with opened apps": kill_the_app_with_opened_apps,
    "kill -9 of opened apps": kill_opened_apps,
    "a worker frozen past its lease": freeze_a_worker,
    "SIGTERM in long steps": stop_in_the_middle,
    "taken over with a late clock": take_over_with_a_late_clock,
    "Postgres crashes": crash_the_database,
    "the primary lost, a standby promoted": fail_over,
    "all connections cut": cut_all_connections,
    "connections refused": refuse_connections,
    "disk full": fill_the_disk,
    "the model in trouble": trouble_the_model,
    "storm of submits, keys repeated": storm_of_submits,
    "browser closed and reopened": close_the_browser,
}

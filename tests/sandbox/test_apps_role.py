"""Apps that a process of the command ``apps`` serves, for a dashboard that serves none."""

import contextlib

from tests.app_process import AppProcess, free_port
from tests.polling import eventually
from tests.sandbox.served_apps import ECHO, Served, finished_run, kept_bytes
from toggle_core.apps.opening import start_fresh
from toggle_core.apps.service import serving_apps
from toggle_core.settings import Settings
from toggle_core.store.database import Database


def test_apps_of_another_process_are_opened_stopped_and_cleared(database: Database) -> None:
    port = free_port()
    run_id = finished_run(database, ECHO)
    remote = Settings(_env_file=None, TOGGLE_APPS="remote", TOGGLE_APPS_PORT=port)
    with (
        AppProcess(("-m", "toggle_core", "apps"), DATABASE_URL=database.conninfo) as server,
        serving_apps(remote, database) as service,
        contextlib.ExitStack() as browsers,
    ):
        assert service is not None
        assert "production-toggle apps" in service.reason
        server.environment["TOGGLE_APPS_PORT"] = str(port)
        server.launch()
        eventually(lambda: not service.reason, seconds=90)

        served = Served(database, service, port, browsers)
        browser = served.open(run_id, "ada@example.com")
        browser.post("/", content="milk")
        eventually(lambda: service.state_of(run_id).running, seconds=30)
        service.stop_app(run_id, "bob@example.com")
        assert not service.state_of(run_id).running
        assert kept_bytes(database, run_id)
        assert browser.get("/kept").text == "milk", "it wakes at the next request"
        start_fresh(database, run_id, None)
        assert served.open(run_id).get("/kept").text == "nothing"
        assert "App opened by ada@example.com" in server.output()
        assert "App put to sleep on request by bob@example.com" in server.output()
        server.stop(seconds=60)
        eventually(lambda: "production-toggle apps" in service.reason)

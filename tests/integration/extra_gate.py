"""Check a project and write what every place shows of the result, as JSON.

``test_extra_gate`` runs it as a separate process, in a copy of the project with one more gate.
"""

import json
import sys

from fastapi.testclient import TestClient

from tests.integration.executors import executors
from tests.integration.proved_builders import NO_SYNTAX, Scripted
from tests.integration.sql import ask
from tests.ui.viewer import page, texts
from toggle_core.api.app import create_api
from toggle_core.deliveries.event_types import webhook_message
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import open_services
from toggle_core.words import GATES


def main(database_url: str) -> None:
    """Migrate the database, run the gates on a project, and write where the last one is shown."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_WORKER_THREADS="0",
        TOGGLE_API_PORT="0",
    )
    with open_services(settings) as services, executors(services.database) as new_executor:
        database = services.database
        task = submit(database, "Say hello", builder="scripted", production=True)
        # Python cannot read it, so that only few gates have to start a process.
        new_executor(Scripted(NO_SYNTAX), "only").execute(task.task_id)
        run = get_run(database, task.task_id)
        client = TestClient(create_api(), base_url="http://localhost")
        ended = {"started_at": None, "finished_at": None}
        message = json.loads(webhook_message(run, "run.completed", ended, run.created_at))
        stored = "SELECT outcome FROM gate_results WHERE gate = %(gate)s AND attempt = 1"
        checks = page("run", id=str(task.task_id), tab="Checks")
        shown = {
            "stored": [row["outcome"] for row in ask(database, stored, gate=GATES[-1])],
            "checks": texts(checks).replace("\\", "").replace("\u2060", ""),
            "settings": texts(page("settings")).replace("\\", "").replace("\u2060", ""),
            "api": client.get(f"/tasks/{task.task_id}").json()["gates"][-1],
            "webhook": message["data"]["gates"][-1],
        }
    sys.stdout.write(json.dumps(shown))


main(sys.argv[1])

"""One whole run with a chat model, in a process of its own, as the environment has it.

Its arguments are the address of the database and that of the model's server.
"""

import sys

from langchain_core.tracers.langchain import wait_for_all_tracers

from tests.integration.endings import finished
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.builders.registry import choose_builder
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store.database import conninfo_of, open_database
from toggle_core.worker.service import WorkerSettings


def main(database_url: str, model: str) -> None:
    """Submit a task, execute it and wait until all tracers have sent what they have."""
    settings = Settings(
        _env_file=None,
        TOGGLE_MODEL="openai:scripted",
        OPENAI_API_KEY="sk-test-f00dfeed5ca1ab1e0ddba11",
        OPENAI_BASE_URL=f"{model}/v1",
    )
    database = open_database(conninfo_of(database_url))
    builder = choose_builder(settings).builder
    worker = WorkerThread(database).start(builder, WorkerSettings.of(settings, 1))
    run_id = submit(database, "Greet me", builder=builder.name).task_id
    run = eventually(lambda: finished(database, run_id))
    sys.stdout.write(f"{run.status}\n{run.error or ''}")
    worker.stop()
    wait_for_all_tracers()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

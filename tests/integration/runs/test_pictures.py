"""Pictures of pages are stored with the run whose program they show, and nowhere else."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.integration.aged_runs import CLEARED, PRUNED, Aged, swept
from tests.integration.executors import executors
from tests.integration.proved_builders import FAILING_TEST, GOOD, NO_SYNTAX, Scripted
from tests.integration.sql import ask
from tests.pictures import (
    pictures_of,
    picturing_prover,
    store_pictures,
    with_pictures,
)
from toggle_core.errors import LeaseLost, PictureNotFound
from toggle_core.gates.model import GateResult
from toggle_core.gates.pictures import MOST_PICTURES, WIDTHS
from toggle_core.history.reads import get_run
from toggle_core.runs.attempts import record_gate
from toggle_core.runs.leases import claim_run
from toggle_core.runs.model import Run
from toggle_core.runs.pictures import (
    FRONT,
    front_pictures,
    get_picture,
    list_contents,
    list_pictures,
    record_pictures,
)
from toggle_core.runs.submission import submit
from toggle_core.status.storage_usage import what_is_kept
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.versions.lineage import checkpoint_of_code, fork
from toggle_core.words import Outcome

STARTED = GateResult("start", Outcome.PASSED, 1.0, "It starts.")
TALL = 1_200


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def proved(database: Database, *answers: dict[str, str], height: int = 60) -> Run:
    """A run whose gates bring pictures."""
    run_id = submit(database, "Say hello", builder="scripted", production=True).task_id
    executed(database, run_id, *answers, height=height)
    return get_run(database, run_id)


def executed(database: Database, run_id: UUID, *answers: dict[str, str], height: int = 60) -> None:
    with executors(database) as new:
        executor = new(Scripted(*answers), "worker")
        executor.prover = picturing_prover(height)
        executor.execute(run_id)


def claimed(database: Database) -> tuple[UUID, Lease]:
    """A run that a worker has taken."""
    run_id = submit(database, "Say hello", builder="scripted", production=True).task_id
    claim = claim_run(database, run_id, "worker")
    assert claim is not None
    return run_id, claim.lease


def attempts_of(database: Database, run_id: UUID) -> list[int]:
    """Numbers of the attempts of which there are pictures."""
    found = ask(
        database,
        "SELECT DISTINCT attempt FROM run_pictures WHERE run_id = %(id)s ORDER BY attempt",
        id=run_id,
    )
    return [row["attempt"] for row in found]


def test_pictures_of_both_gates_are_stored_with_the_run(database: Database) -> None:
    run = proved(database, GOOD)
    found = [(each.promise, each.width, each.path) for each in list_pictures(database, run.id)]
    pages = ((FRONT, "/"), ("says-hello", "/items"), ("name", "/items"), ("two", "/items"))
    assert found == [(promise, width, path) for promise, path in pages for width in WIDTHS]
    front, _ = pictures_of(FRONT, 100)
    info, content = list_contents(database, run.id)[0]
    assert content == front.content == get_picture(database, run.id, info.name)
    assert (info.height, info.size) == (front.height, len(front.content))


def test_no_checkpoint_grows_by_pictures(database: Database) -> None:
    run = proved(database, GOOD, height=TALL)
    smallest = min(each.size for each in list_pictures(database, run.id))
    assert smallest > 100_000
    [row] = ask(
        database,
        """
        SELECT (SELECT sum(pg_column_size(row.*)) FROM checkpoints AS row)
             + (SELECT coalesce(sum(pg_column_size(row.*)), 0) FROM checkpoint_blobs AS row)
             + (SELECT coalesce(sum(pg_column_size(row.*)), 0) FROM checkpoint_writes AS row)
             + (SELECT sum(pg_column_size(row.*)) FROM gate_results AS row)
             + (SELECT sum(pg_column_size(row.*)) FROM run_events AS row) AS bytes
        """,
    )
    assert 0 < row["bytes"] < smallest


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ((FAILING_TEST, GOOD), 2),
        ((FAILING_TEST, NO_SYNTAX), 1),
        ((FAILING_TEST,), 2),
    ],
    ids=["better", "worse", "the same again"],
)
def test_pictures_of_the_attempt_that_the_run_keeps_are_left(
    database: Database, answers: tuple[dict[str, str], ...], kept: int
) -> None:
    run = proved(database, *answers)
    assert run.attempt > 1
    assert attempts_of(database, run.id) == [kept]
    first_or_second = 1 if answers != (FAILING_TEST, GOOD) else 2
    contents = [content for _, content in list_contents(database, run.id)]
    assert contents[0] == pictures_of(FRONT, 100 * first_or_second)[0].content


def test_checking_again_brings_pictures_of_its_own(database: Database) -> None:
    run = proved(database, GOOD)
    step = checkpoint_of_code(database, run.id)
    again = fork(database, run.id, step, builder="scripted").task_id
    assert list_pictures(database, again) == []
    executed(database, again, GOOD)
    assert len(list_pictures(database, again)) == len(list_pictures(database, run.id)) == 8


def test_a_worker_that_lost_its_lease_stores_no_picture(database: Database) -> None:
    run_id, lease = claimed(database)
    with pytest.raises(LeaseLost):
        record_gate(database, replace(lease, number=0), 1, with_pictures(STARTED))
    assert list_pictures(database, run_id) == []
    record_gate(database, lease, 1, with_pictures(STARTED))
    assert len(list_pictures(database, run_id)) == len(WIDTHS)


def test_a_gate_that_is_repeated_replaces_its_pictures(database: Database) -> None:
    run_id, lease = claimed(database)
    record_gate(database, lease, 1, with_pictures(STARTED, 1))
    record_gate(database, lease, 1, with_pictures(STARTED, 2))
    [wide, narrow] = [content for _, content in list_contents(database, run_id)]
    assert [wide, narrow] == [each.content for each in pictures_of(FRONT, 2)]
    record_gate(database, lease, 1, STARTED)
    assert list_pictures(database, run_id) == []


def test_promises_never_crowd_out_the_front_page(database: Database) -> None:
    run_id, _ = claimed(database)
    store_pictures(database, run_id, *(f"promise-{number}" for number in range(12)))
    found = list_pictures(database, run_id)
    assert len(found) == MOST_PICTURES
    assert [each.promise for each in found[:4]] == [FRONT, FRONT, "promise-0", "promise-0"]


def test_pictures_of_unknown_promises_are_left_out(database: Database) -> None:
    run_id, _ = claimed(database)
    forged = replace(STARTED, gate="promises", pictures=pictures_of("../../etc/passwd"))
    with database.begin() as connection:
        record_pictures(connection, run_id, 1, forged)
        record_pictures(connection, run_id, 1, replace(STARTED, pictures=pictures_of("forged")))
    assert list_pictures(database, run_id) == []


def test_front_pages_of_several_runs_are_read_at_once(database: Database) -> None:
    with_page, without = claimed(database)[0], claimed(database)[0]
    store_pictures(database, with_page, "promise")
    found = front_pictures(database, [with_page, without])
    assert list(found) == [with_page]
    assert (found[with_page].promise, found[with_page].width) == (FRONT, max(WIDTHS))
    assert front_pictures(database, []) == {}


def test_a_picture_is_found_in_its_own_run_only(database: Database) -> None:
    run_id, other = claimed(database)[0], claimed(database)[0]
    store_pictures(database, run_id)
    name = list_pictures(database, run_id)[0].name
    for wrong_run, wrong_name in ((other, name), (uuid4(), name), (run_id, "0" * 64)):
        with pytest.raises(PictureNotFound):
            get_picture(database, wrong_run, wrong_name)


def test_retention_deletes_pictures_with_the_last_step(database: Database) -> None:
    with executors(database) as new:
        aged = Aged(database, new)
        run_id = aged.completed(100)
    store_pictures(database, run_id)
    size = sum(each.size for each in list_pictures(database, run_id))
    assert swept(database, PRUNED).bytes < size
    assert len(list_pictures(database, run_id)) == len(WIDTHS)
    assert what_is_kept(database).sizes.pictures > size
    assert swept(database, CLEARED).bytes > size
    assert list_pictures(database, run_id) == []

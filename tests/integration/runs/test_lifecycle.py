"""The guarded write makes the transitions of the table, and refuses every other."""

from dataclasses import asdict
from uuid import UUID, uuid4

import pytest

from tests.integration.executors import everything
from tests.integration.sql import ask, tell
from toggle_core.errors import LeaseLost, TransitionRefused
from toggle_core.runs.leases import TAKE_VALUES, Counts
from toggle_core.runs.lifecycle import (
    BEGIN,
    CLAIM,
    PROCESSING,
    RETRY,
    SUBMIT,
    TRANSITIONS,
    State,
    Transition,
    write,
)
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import Stage, Status

STATES: list[State] = [*sorted(PROCESSING), Status.COMPLETED, Status.FAILED, Status.CANCELLED]

NUMBER = 4
"""Of the newest lease."""

VALUES = {
    **asdict(Counts(1, 2, 3)),
    **TAKE_VALUES,
    "worker": "another",
    "limit": 60.0,
    "verdict": "draft",
    "error": "It failed.",
}
"""Parameters of all transitions. An end that is no failure has no error, and so on."""

WRITTEN = [transition for transition in TRANSITIONS if transition is not SUBMIT]

EACH = pytest.mark.parametrize("transition", WRITTEN, ids=lambda each: f"{each.name} {each.target}")


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def run_in(database: Database, state: State, *, lease: int = NUMBER) -> UUID:
    """A run in a state, alone in the database."""
    tell(database, "DELETE FROM runs")
    run_id = uuid4()
    processing = state in PROCESSING
    tell(
        database,
        """
        INSERT INTO runs (id, task, builder, status, stage, lease, verdict, error, finished_at)
        VALUES (%(id)s, 'Say hello', 'quick', %(status)s, %(stage)s, %(lease)s, %(verdict)s,
                %(error)s, CASE %(status)s WHEN 'processing' THEN NULL ELSE now() END)
        """,
        id=run_id,
        status=Status.PROCESSING if processing else state,
        stage=state if processing else Stage.DONE,
        lease=lease,
        verdict="draft" if state is Status.COMPLETED else None,
        error="It failed." if state is Status.FAILED else None,
    )
    return run_id


def make(database: Database, transition: Transition, run_id: UUID, *, number: int = NUMBER) -> None:
    """Make a transition with parameters that suit it."""
    values = dict(VALUES)
    if transition.target is not Status.COMPLETED:
        del values["verdict"]
    if transition.target is not Status.FAILED:
        del values["error"]
    write(database, transition, Lease(run_id, number) if transition.by_lease else run_id, **values)


def state_of(database: Database) -> str:
    [row] = ask(database, "SELECT status, stage FROM runs")
    return str(row["stage"] if row["status"] == Status.PROCESSING else row["status"])


def events(database: Database) -> list[dict[str, object]]:
    return ask(database, "SELECT kind, stage FROM run_events ORDER BY id")


@EACH
def test_transition_of_the_table_is_made_with_its_event(
    database: Database, transition: Transition
) -> None:
    for state in transition.sources:
        run_id = run_in(database, state, lease=0 if transition is BEGIN else NUMBER)
        make(database, transition, run_id)
        assert state_of(database) == (transition.target or state)
        stage = Stage.DONE if isinstance(transition.target, Status) else state_of(database)
        is_silent = transition.event is None or (transition is CLAIM and state is Stage.QUEUED)
        recorded = [] if is_silent else [{"kind": transition.event, "stage": stage}]
        assert events(database) == recorded


@EACH
def test_transition_is_refused_in_every_other_state(
    database: Database, transition: Transition
) -> None:
    others = [state for state in STATES if state not in transition.sources]
    assert others
    for state in others:
        run_id = run_in(database, state)
        before = everything(database)
        lost = transition.by_lease and state not in PROCESSING
        with pytest.raises(LeaseLost if lost else TransitionRefused):
            make(database, transition, run_id)
        assert everything(database) == before


@EACH
def test_transition_of_a_deleted_run_is_refused(database: Database, transition: Transition) -> None:
    with pytest.raises(LeaseLost if transition.by_lease else TransitionRefused):
        make(database, transition, uuid4())


@pytest.mark.parametrize("number", [NUMBER - 1, NUMBER + 1])
@pytest.mark.parametrize(
    "transition", [each for each in WRITTEN if each.by_lease], ids=lambda each: each.name
)
def test_transition_is_refused_under_any_lease_but_the_newest(
    database: Database, transition: Transition, number: int
) -> None:
    for state in transition.sources:
        run_id = run_in(database, state)
        before = everything(database)
        with pytest.raises(LeaseLost):
            make(database, transition, run_id, number=number)
        assert everything(database) == before


def test_refused_transition_leaves_its_transaction_open(database: Database) -> None:
    run_id = run_in(database, Stage.QUEUED)
    with database.begin() as connection:
        with pytest.raises(TransitionRefused, match='queued cannot make the transition "retry"'):
            write(connection, RETRY, run_id)
        write(connection, CLAIM, run_id, **VALUES)
    assert ask(database, "SELECT lease FROM runs") == [{"lease": NUMBER + 1}]

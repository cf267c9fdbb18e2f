"""Who is executed when: priority, and how many of one submitter at the same time."""

import threading
from dataclasses import replace

import pytest

from tests.builders import Quick
from tests.integration.sql import ask
from tests.integration.stranded import OTHER, fetch_job, held_by, recovery
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.builders.protocol import Plan
from toggle_core.history.reads import get_run
from toggle_core.runs.admission import Intake
from toggle_core.runs.control import approve
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import run_again
from toggle_core.words import Stage, Status


class Crowd(Quick):
    """Notes who is being planned, and how many at a time, until it is let go."""

    name = "crowd"

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.order: list[str] = []
        self.present: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.go = threading.Event()

    def plan(self, task: str) -> Plan:
        """Be present until all may go."""
        who = task.split(maxsplit=1)[0]
        with self.guard:
            self.order.append(task)
            self.present[who] = self.present.get(who, 0) + 1
            self.most[who] = max(self.most.get(who, 0), self.present[who])
        assert self.go.wait(300)
        with self.guard:
            self.present[who] -= 1
        return super().plan(task)


def all_done(database: Database) -> bool:
    return not ask(database, "SELECT FROM runs WHERE status = 'processing'")


def test_a_submitter_has_no_more_runs_at_once_than_the_limit_and_others_go_past(
    database: Database, worker: WorkerThread
) -> None:
    crowd = Crowd()
    for number in range(6):
        submit(
            database,
            f"ada {number}",
            builder="crowd",
            submitted_by="ada",
            intake=Intake(max_active=2),
        )
    for name in ("bob", "cyd"):
        submit(
            database, f"{name} 0", builder="crowd", submitted_by=name, intake=Intake(max_active=2)
        )
    worker.start(crowd, replace(FAST, threads=8))
    eventually(lambda: len(crowd.order) == 4)
    assert crowd.present == {"ada": 2, "bob": 1, "cyd": 1}
    crowd.go.set()
    eventually(lambda: all_done(database))
    assert crowd.most == {"ada": 2, "bob": 1, "cyd": 1}


def test_those_who_do_not_say_who_they_are_count_as_one(
    database: Database, worker: WorkerThread
) -> None:
    crowd = Crowd()
    for number in range(3):
        submit(database, f"somebody {number}", builder="crowd", intake=Intake(max_active=1))
    worker.start(crowd)
    eventually(lambda: len(crowd.order) == 1)
    crowd.go.set()
    eventually(lambda: all_done(database))
    assert crowd.most == {"somebody": 1}


def test_new_runs_wait_in_the_shortest_line(database: Database) -> None:
    for _ in range(6):
        submit(database, "Wait", builder="quick", submitted_by="ada", intake=Intake(max_active=3))
    found = ask(database, "SELECT turn, count(*) AS runs FROM runs GROUP BY turn ORDER BY turn")
    assert found == [{"turn": f"ada#{number}", "runs": 2} for number in range(3)]


def test_a_run_that_waits_for_a_review_leaves_its_turn_to_the_next(
    database: Database, worker: WorkerThread
) -> None:
    intake = Intake(max_active=1)
    first = submit(database, "Show me", builder="quick", review=True, intake=intake).task_id
    worker.start()
    eventually(lambda: get_run(database, first).stage is Stage.REVIEWING)
    second = submit(database, "Go on", builder="quick", intake=intake).task_id
    eventually(lambda: get_run(database, second).status is Status.COMPLETED)
    approve(database, first)
    eventually(lambda: get_run(database, first).status is Status.COMPLETED)


def test_a_dead_worker_s_run_does_not_keep_its_turn(
    database: Database, worker: WorkerThread
) -> None:
    intake = Intake(max_active=1)
    first = submit(database, "Left behind", builder="quick", intake=intake).task_id
    fetch_job(database, heard_seconds_ago=3600)
    second = submit(database, "Waits behind it", builder="quick", intake=intake).task_id
    worker.start()
    for run_id in (first, second):
        eventually(lambda run_id=run_id: get_run(database, run_id).status is Status.COMPLETED)


def test_urgent_runs_begin_first_and_patient_ones_last(
    database: Database, worker: WorkerThread
) -> None:
    crowd = Crowd()
    crowd.go.set()
    for task, priority in (("usual", 0), ("patient", -10), ("urgent", 10)):
        submit(database, task, builder="crowd", priority=priority)
    worker.start(crowd, replace(FAST, threads=1))
    eventually(lambda: all_done(database))
    assert crowd.order == ["urgent", "usual", "patient"]


def test_a_run_that_was_begun_goes_on_before_those_that_wait(
    database: Database, worker: WorkerThread
) -> None:
    held_by(database, OTHER)
    fetch_job(database)
    submit(database, "urgent", builder="crowd", priority=10)
    recovery(database).beat()
    crowd = Crowd()
    crowd.go.set()
    worker.start(crowd, replace(FAST, threads=1))
    eventually(lambda: all_done(database))
    assert crowd.order == ["Find me", "urgent"]


@pytest.mark.parametrize("priority", [-10, 0, 10])
def test_the_priority_is_kept_and_goes_with_run_again(database: Database, priority: int) -> None:
    first = submit(database, "Say hello", builder="quick", priority=priority).task_id
    second = run_again(database, first, builder="quick").task_id
    assert [get_run(database, run_id).priority for run_id in (first, second)] == [priority] * 2

"""Over HTTP: judging a plan, continuing a task, its timeline, and starting again from a step."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.integration.api_server import serving
from tests.integration.executors import executors
from tests.integration.told_builders import Changing
from toggle_core.settings import Settings
from toggle_core.store.database import Database

TASK = {"description": "Create a hello world app"}


@pytest.fixture(scope="module")
def api_address(one_database: Database) -> Iterator[str]:
    """Address of a server whose builder can change a project."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.integration.told_builders:Changing",
    )
    with serving(settings) as address:
        yield address


def post(api: httpx.Client, path: str, body: object, **headers: str) -> dict[str, Any]:
    answer = api.post(path, json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    accepted: dict[str, Any] = answer.json()
    return accepted


def refused(api: httpx.Client, path: str, body: object) -> tuple[int, str | None]:
    answer = api.post(path, json=body)
    problem = answer.json()
    assert problem.keys() == {"detail", "field"}
    return answer.status_code, problem["field"]


def execute(database: Database, task_id: str) -> None:
    with executors(database) as new_executor:
        new_executor(Changing(), "only").execute(UUID(task_id))


@pytest.fixture
def waiting(api: httpx.Client, shared_database: Database) -> str:
    """A task that waits for a review."""
    task_id: str = post(api, "/tasks", TASK | {"review": True})["task_id"]
    execute(shared_database, task_id)
    task = api.get(f"/tasks/{task_id}").json()
    assert (task["stage"], task["review"]) == ("reviewing", True)
    return task_id


@pytest.fixture
def done(api: httpx.Client, shared_database: Database) -> str:
    """A completed task."""
    task_id: str = post(api, "/tasks", TASK)["task_id"]
    execute(shared_database, task_id)
    return task_id


def test_an_approved_plan_is_carried_out(
    api: httpx.Client, shared_database: Database, waiting: str
) -> None:
    body = {"decision": "approve", "plan": "Do it in Welsh"}
    for _ in range(2):
        accepted = post(api, f"/tasks/{waiting}/plan", body)
        assert accepted == {"task_id": waiting, "status": "processing"}
    execute(shared_database, waiting)
    task = api.get(f"/tasks/{waiting}").json()
    assert (task["status"], task["plan"]) == ("completed", "Do it in Welsh")


def test_a_rejected_plan_cancels_the_task(api: httpx.Client, waiting: str) -> None:
    body = {"decision": "reject", "reason": "Too big"}
    assert post(api, f"/tasks/{waiting}/plan", body)["status"] == "cancelled"
    answer = api.post(f"/tasks/{waiting}/plan", json={"decision": "approve"})
    assert answer.status_code == 409
    assert answer.json()["detail"] == "This run is not waiting for a review of its plan."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "decision"),
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "approve", "plan": " "}, "plan"),
        ({"decision": "approve", "plan": "x" * 50_001}, "plan"),
        ({"decision": "approve", "plan": 7}, "plan"),
        ({"decision": "reject", "reason": "x" * 2_001}, "reason"),
        ({"decision": "approve", "colour": "red"}, "colour"),
    ],
)
def test_a_word_that_cannot_be_understood_is_refused(
    api: httpx.Client, waiting: str, body: object, field: str
) -> None:
    assert refused(api, f"/tasks/{waiting}/plan", body) == (422, field)
    assert api.get(f"/tasks/{waiting}").json()["stage"] == "reviewing"


def test_a_continued_task_changes_what_the_other_made(
    api: httpx.Client, shared_database: Database, done: str
) -> None:
    body = {"description": "Say it in Welsh"}
    task_id = post(api, f"/tasks/{done}/continue", body)["task_id"]
    execute(shared_database, task_id)
    task = api.get(f"/tasks/{task_id}").json()
    assert (task["status"], task["parent_id"]) == ("completed", done)
    before = api.get(f"/tasks/{done}").json()["files"]
    assert task["files"] == before | {"15.txt": "Say it in Welsh"}


def test_a_task_that_has_not_ended_cannot_be_continued(api: httpx.Client, waiting: str) -> None:
    assert refused(api, f"/tasks/{waiting}/continue", {"description": "More"}) == (409, None)


def test_a_wish_is_checked_as_a_task_is(api: httpx.Client, done: str) -> None:
    path = f"/tasks/{done}/continue"
    assert refused(api, path, {"description": " "}) == (422, "description")
    assert refused(api, path, {"description": "Go", "review": "yes"}) == (422, "review")


def test_the_same_key_continues_once(api: httpx.Client, done: str) -> None:
    path, body, key = f"/tasks/{done}/continue", {"description": "More"}, str(uuid4())
    first = post(api, path, body, **{"Idempotency-Key": key})
    assert post(api, path, body, **{"Idempotency-Key": key}) == first


def test_the_timeline_names_the_steps_from_which_to_start_again(
    api: httpx.Client, shared_database: Database, done: str
) -> None:
    steps = api.get(f"/tasks/{done}/timeline").raise_for_status().json()["steps"]
    assert [step["node"] for step in steps] == [None, "planner", "coder", "responder"]
    planned = steps[1]
    assert planned["changes"][0]["channel"] == "plan"
    body = {"checkpoint_id": planned["checkpoint_id"], "plan": "Otherwise"}
    task_id = post(api, f"/tasks/{done}/fork", body)["task_id"]
    execute(shared_database, task_id)
    task = api.get(f"/tasks/{task_id}").json()
    assert (task["status"], task["plan"], task["parent_id"]) == ("completed", "Otherwise", done)


def test_a_fork_that_leads_nowhere_is_refused(api: httpx.Client, done: str) -> None:
    last = api.get(f"/tasks/{done}/timeline").json()["steps"][-1]["checkpoint_id"]
    path = f"/tasks/{done}/fork"
    assert refused(api, path, {"checkpoint_id": last}) == (409, None)
    assert refused(api, path, {"checkpoint_id": "nowhere"}) == (404, None)
    assert refused(api, path, {"checkpoint_id": last, "plan": ""}) == (422, "plan")
    assert refused(api, path, {}) == (422, "checkpoint_id")


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("plan", {"decision": "approve"}),
        ("continue", {"description": "More"}),
        ("fork", {"checkpoint_id": "1f0"}),
    ],
)
def test_an_unknown_task_is_not_found(api: httpx.Client, action: str, body: object) -> None:
    assert refused(api, f"/tasks/{uuid4()}/{action}", body) == (404, None)
    assert api.get(f"/tasks/{uuid4()}/timeline").status_code == 404

"""What each address of the API answers."""

import csv
import io
import zipfile
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import FILES, Quick, Refusing
from tests.integration.executors import executors
from tests.integration.sql import ask, tell
from toggle_core.builders.protocol import Builder
from toggle_core.history.reads import get_run
from toggle_core.projects.archive import archive_name
from toggle_core.runs.evidence import NO_EVIDENCE
from toggle_core.store.database import Database

TASK = {"description": "Create a hello world app"}


def submit(api: httpx.Client, description: str = TASK["description"]) -> UUID:
    answer = api.post("/tasks", json={"description": description})
    return UUID(answer.raise_for_status().json()["task_id"])


def execute(database: Database, task_id: UUID, builder: Builder) -> None:
    with executors(database) as new_executor:
        new_executor(builder, "only").execute(task_id)


# Submit.


def test_a_submitted_task_is_accepted_with_its_id_status_and_place(api: httpx.Client) -> None:
    answer = api.post("/tasks", json=TASK)
    assert answer.status_code == 202
    task_id = answer.json()["task_id"]
    assert answer.json() == {"task_id": task_id, "status": "processing"}
    assert UUID(task_id).version == 7
    assert answer.headers["Location"] == f"/api/tasks/{task_id}"
    assert api.get(httpx.URL(str(answer.url)).join(answer.headers["Location"])).status_code == 200


def test_the_toggle_is_off_unless_it_is_asked_for(
    api: httpx.Client, shared_database: Database
) -> None:
    api.post("/tasks", json=TASK)
    api.post("/tasks", json=TASK | {"production": False})
    api.post("/tasks", json=TASK | {"production": True})
    found = ask(shared_database, "SELECT production FROM runs ORDER BY created_at")
    assert [row["production"] for row in found] == [False, False, True]


def test_the_same_key_and_body_return_the_same_task(api: httpx.Client) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = api.post("/tasks", json=TASK, headers=key)
    again = api.post("/tasks", json=TASK, headers=key)
    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]


def test_the_same_key_with_another_body_is_a_conflict(api: httpx.Client) -> None:
    key = {"Idempotency-Key": "once"}
    api.post("/tasks", json=TASK, headers=key)
    answer = api.post("/tasks", json={"description": "Another"}, headers=key)
    assert answer.status_code == 409
    assert answer.json() == {
        "detail": "This Idempotency-Key was already used for another task."
        " Use a new key for a new task.",
        "field": None,
    }


def test_a_builder_that_starts_from_scratch_continues_nothing(api: httpx.Client) -> None:
    answer = api.post(f"/tasks/{submit(api)}/continue", json=TASK)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("The builder quick starts every project")


# Read one.


def test_a_task_that_waits_has_no_plan_yet(api: httpx.Client) -> None:
    task_id = submit(api)
    task = api.get(f"/tasks/{task_id}").json()
    created_at = task.pop("created_at")
    assert created_at.endswith("Z")
    assert task == {
        "task_id": str(task_id),
        "description": "Create a hello world app",
        "production": False,
        "review": False,
        "parent_id": None,
        "status": "processing",
        "stage": "queued",
        "plan": None,
        "code": None,
        "entry": None,
        "files": {},
        "how_to_run": None,
        "response": None,
        "unmet": [],
        "assumptions": [],
        "objection": None,
        "error": None,
        "reason": None,
        "reason_code": None,
        "failed_checks": None,
        "kind": None,
        "verdict": None,
        "gates": [],
        "builder": "quick",
        "attempt": 0,
        "attempts": [],
        "takeovers": 0,
        "priority": 0,
        "tokens_in": 0,
        "tokens_out": 0,
        "started_at": None,
        "finished_at": None,
        **dict.fromkeys(("working_seconds", "waiting_seconds", "review_seconds")),
        "submitted_by": None,
        "project_id": str(task_id),
        "project_name": "Create a hello world app",
        "version": 1,
        "promises": None,
        **NO_EVIDENCE,
    }


def test_a_completed_task_has_all_that_was_made(
    api: httpx.Client, shared_database: Database
) -> None:
    task_id = submit(api)
    execute(shared_database, task_id, Quick())
    task = api.get(f"/tasks/{task_id}").json()
    assert (task["status"], task["stage"], task["verdict"]) == ("completed", "done", "draft")
    assert task["files"] == FILES
    assert task["code"] == FILES["main.py"]
    assert task["plan"].startswith("A program for: Create a hello world app")
    assert task["how_to_run"] == "python main.py"
    assert "A program that says hello." in task["response"]
    assert (task["attempt"], task["tokens_in"], task["tokens_out"]) == (1, 8, 10)
    assert task["started_at"] <= task["finished_at"]


def test_a_failed_task_says_why(api: httpx.Client, shared_database: Database) -> None:
    task_id = submit(api)
    execute(shared_database, task_id, Refusing())
    task = api.get(f"/tasks/{task_id}").json()
    assert (task["status"], task["error"]) == ("failed", "This cannot be built.")


def test_an_id_is_read_in_any_spelling(api: httpx.Client) -> None:
    task_id = submit(api)
    for spelling in (str(task_id).upper(), task_id.hex, f"{{{task_id}}}", task_id.urn):
        assert api.get(f"/tasks/{spelling}").json()["task_id"] == str(task_id)


@pytest.mark.parametrize("place", ["/tasks/{}", "/tasks/{}/files.zip", "/tasks/{}/pictures"])
def test_an_unknown_task_is_not_found(api: httpx.Client, place: str) -> None:
    answer = api.get(place.format(uuid4()))
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no run with this id.", "field": None}


@pytest.mark.parametrize("place", ["/tasks/{}", "/tasks/{}/files.zip", "/tasks/{}/pictures"])
def test_a_malformed_id_is_told_from_an_unknown_one(api: httpx.Client, place: str) -> None:
    answer = api.get(place.format("my-task"))
    assert answer.status_code == 422
    assert answer.json()["field"] == "task_id"
    assert answer.json()["detail"].startswith("This is no task id: ids look like ")


def test_a_project_is_downloaded_as_a_zip(api: httpx.Client, shared_database: Database) -> None:
    task_id = submit(api)
    assert api.get(f"/tasks/{task_id}/files.zip").status_code == 404
    execute(shared_database, task_id, Quick())
    answer = api.get(f"/tasks/{task_id}/files.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{task_id}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        packed = {name: archive.read(name).decode() for name in archive.namelist()}
    folder = archive_name(get_run(shared_database, task_id).task)
    assert packed == {f"{folder}/{path}": text for path, text in FILES.items()}


# Lists.


def listed(api: httpx.Client, **query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api.get("/tasks", params=query).raise_for_status().json()
    return answer


def test_tasks_are_listed_newest_first_in_short(api: httpx.Client) -> None:
    ids = [submit(api, f"Task {number}") for number in range(3)]
    page = listed(api)
    assert [task["task_id"] for task in page["tasks"]] == [str(i) for i in reversed(ids)]
    assert (page["previous"], page["next"]) == (None, None)
    assert {"files", "response", "attempts"}.isdisjoint(page["tasks"][0])


def test_cursors_lead_through_all_tasks_and_back(api: httpx.Client) -> None:
    ids = [str(submit(api, f"Task {number}")) for number in range(5)][::-1]
    first = listed(api, limit=2)
    second = listed(api, limit=2, cursor=first["next"])
    third = listed(api, limit=2, cursor=second["next"])
    pages = [[task["task_id"] for task in page["tasks"]] for page in (first, second, third)]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert third["next"] is None
    assert listed(api, limit=2, cursor=third["previous"])["tasks"] == second["tasks"]


def test_lists_are_filtered_by_status_and_words(
    api: httpx.Client, shared_database: Database
) -> None:
    for number in range(3):
        submit(api, f"Task {number}")
    tell(
        shared_database,
        "UPDATE runs SET status = 'failed', stage = 'done', error = 'no', finished_at = now()"
        " WHERE task = 'Task 1'",
    )
    assert [task["description"] for task in listed(api, status="failed")["tasks"]] == ["Task 1"]
    assert [task["description"] for task in listed(api, q="tas 2")["tasks"]] == ["Task 2"]
    assert listed(api, q="2", status="failed")["tasks"] == []


# Export.


def test_the_export_is_a_download_with_the_filter_in_its_name(api: httpx.Client) -> None:
    submit(api, "Paint it blue")
    submit(api, "Paint it red")
    answer = api.get("/runs.csv", params={"status": "processing", "q": "blue"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="runs_2')
    assert disposition.endswith('_processing_blue.csv"')
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["description"] == "Paint it blue"


# Everything else.


def test_the_process_says_that_it_is_alive(api: httpx.Client) -> None:
    answer = api.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("place", ["/nothing", "/tasks/1/2/3", "/Tasks", "/runs.xls"])
def test_an_address_that_does_not_exist_is_not_found(api: httpx.Client, place: str) -> None:
    answer = api.get(place)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found.", "field": None}


@pytest.mark.parametrize(
    ("method", "place", "allowed"),
    [
        ("DELETE", "/tasks", "GET, POST"),
        ("PUT", "/tasks", "GET, POST"),
        ("POST", f"/tasks/{UUID(int=1)}", "GET"),
        ("POST", "/runs.csv", "GET"),
        ("POST", "/health", "GET"),
    ],
)
def test_another_method_is_refused_and_told_what_is_allowed(
    api: httpx.Client, method: str, place: str, allowed: str
) -> None:
    answer = api.request(method, place)
    assert answer.status_code == 405
    assert answer.json() == {"detail": "Method Not Allowed.", "field": None}
    assert set(answer.headers["Allow"].split(", ")) == set(allowed.split(", "))

"""What each scope of a key may do, over HTTP against a real server."""

import httpx
import pytest

from tests.integration.api_keys import (
    NOWHERE,
    READS,
    TASK,
    bearer,
    is_problem,
    submitted,
    submitter,
)
from tests.integration.sql import ask, tell
from toggle_core.access.keys import create_key
from toggle_core.store.database import Database
from toggle_core.words import Scope

CHANGES = ["cancel", "retry", "plan"]


@pytest.mark.parametrize("scope", Scope)
def test_every_key_reads(api: httpx.Client, keys: dict[Scope, str], scope: Scope) -> None:
    found = {path: api.get(path, headers=bearer(keys[scope])).status_code for path in READS}
    assert set(found.values()) <= {200, 404}
    assert found["/tasks"] == found["/runs.csv"] == 200


@pytest.mark.parametrize("word", ["bearer", "BEARER", "Bearer  "])
def test_the_word_before_the_key_may_be_written_in_any_case(
    api: httpx.Client, keys: dict[Scope, str], word: str
) -> None:
    header = {"Authorization": f"{word} {keys[Scope.READ]}"}
    assert api.get("/tasks", headers=header).status_code == 200


def test_a_key_that_reads_submits_nothing(
    api: httpx.Client, keys: dict[Scope, str], shared_database: Database
) -> None:
    answer = api.post("/tasks", json=TASK, headers=bearer(keys[Scope.READ]))
    assert is_problem(answer, 403)
    assert answer.json()["detail"] == (
        'The key "read" has the scope read, and this takes a key with the scope submit.'
    )
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="submit"' in challenge
    assert ask(shared_database, "SELECT FROM runs") == []


@pytest.mark.parametrize("action", [*CHANGES, "again", "continue", "fork"])
def test_a_key_that_reads_changes_nothing(
    api: httpx.Client, keys: dict[Scope, str], action: str
) -> None:
    task_id = submitted(api, keys[Scope.SUBMIT])
    answer = api.post(f"/tasks/{task_id}/{action}", json={}, headers=bearer(keys[Scope.READ]))
    assert is_problem(answer, 403)


def test_a_method_that_nobody_has_thought_of_takes_the_widest_scope(
    api: httpx.Client, keys: dict[Scope, str]
) -> None:
    for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "TRACE"):
        for scope in (Scope.READ, Scope.SUBMIT):
            assert api.request(method, "/tasks", headers=bearer(keys[scope])).status_code == 403
        assert api.request(method, "/tasks", headers=bearer(keys[Scope.ADMIN])).status_code == 405


def test_runs_carry_the_name_of_the_key_they_were_submitted_with(
    api: httpx.Client, keys: dict[Scope, str], shared_database: Database
) -> None:
    parent = submitted(api, keys[Scope.SUBMIT])
    assert submitter(shared_database, parent) == "key:submit"
    again = api.post(f"/tasks/{parent}/again", headers=bearer(keys[Scope.ADMIN]))
    assert submitter(shared_database, again.json()["task_id"]) == "key:admin"
    listed = api.get("/tasks?submitted_by=key:submit", headers=bearer(keys[Scope.READ]))
    assert [task["task_id"] for task in listed.json()["tasks"]] == [str(parent)]


def test_a_key_that_is_named_like_a_person_is_told_from_them(
    api: httpx.Client, shared_database: Database
) -> None:
    _, key = create_key(shared_database, "ada@example.com", Scope.SUBMIT)
    assert submitter(shared_database, submitted(api, key)) == "key:ada@example.com"


# What others have submitted.


@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("owner", [None, "ada@example.com", "key:other", "key:SUBMIT"])
def test_what_others_have_submitted_is_changed_by_an_admin_only(
    api: httpx.Client,
    keys: dict[Scope, str],
    shared_database: Database,
    action: str,
    owner: str | None,
) -> None:
    task_id = submitted(api, keys[Scope.SUBMIT])
    tell(shared_database, "UPDATE runs SET submitted_by = %(owner)s", owner=owner)
    body = {"decision": "reject"} if action == "plan" else None
    path = f"/tasks/{task_id}/{action}"
    refused = api.post(path, json=body, headers=bearer(keys[Scope.SUBMIT]))
    assert is_problem(refused, 403)
    assert "may change only what was submitted with it" in refused.json()["detail"]
    assert ask(shared_database, "SELECT cancel_requested_at FROM runs") == [
        {"cancel_requested_at": None}
    ]
    expected = {"cancel": 202, "retry": 409, "plan": 409}
    allowed = api.post(path, json=body, headers=bearer(keys[Scope.ADMIN]))
    assert allowed.status_code == expected[action]


def test_what_was_submitted_with_a_key_is_changed_with_it(
    api: httpx.Client, keys: dict[Scope, str]
) -> None:
    task_id = submitted(api, keys[Scope.SUBMIT])
    answer = api.post(f"/tasks/{task_id}/cancel", headers=bearer(keys[Scope.SUBMIT]))
    assert answer.status_code == 202
    assert answer.json()["status"] == "cancelled"
    answer = api.post(f"/tasks/{task_id}/retry", headers=bearer(keys[Scope.SUBMIT]))
    assert answer.status_code == 202


def test_a_task_that_is_not_there_is_not_found_whatever_the_key(
    api: httpx.Client, keys: dict[Scope, str]
) -> None:
    for scope in (Scope.SUBMIT, Scope.ADMIN):
        answer = api.post(f"/tasks/{NOWHERE}/cancel", headers=bearer(keys[scope]))
        assert is_problem(answer, 404)

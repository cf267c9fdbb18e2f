"""Over HTTP: the pictures of a task's program, by themselves and in the download."""

import io
import zipfile
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import Quick
from tests.integration.executors import executors
from tests.integration.told_builders import Changing
from tests.pictures import pictures_of, store_pictures
from toggle_core.history.reads import get_run
from toggle_core.runs.download import download_of
from toggle_core.store.database import Database
from toggle_core.versions.lineage import continue_run, files_before

PROMISED = ("adds", "lists")


@pytest.fixture
def task_id(api: httpx.Client, shared_database: Database) -> UUID:
    """A completed task with pictures."""
    body = {"description": "Say hello"}
    made = UUID(api.post("/tasks", json=body).raise_for_status().json()["task_id"])
    with executors(shared_database) as new:
        new(Quick(), "only").execute(made)
    store_pictures(shared_database, made, *PROMISED)
    return made


def listed(api: httpx.Client, task_id: UUID) -> list[dict[str, Any]]:
    answer = api.get(f"/tasks/{task_id}/pictures").raise_for_status()
    found: list[dict[str, Any]] = answer.json()["pictures"]
    return found


def test_pictures_are_listed_with_their_addresses(api: httpx.Client, task_id: UUID) -> None:
    found = listed(api, task_id)
    assert [(each["promise"], each["width"]) for each in found] == [
        (promise, width) for promise in (None, *PROMISED) for width in (1280, 390)
    ]
    picture = pictures_of("adds")[1]
    [small] = [each for each in found if (each["promise"], each["width"]) == ("adds", 390)]
    assert (small["path"], small["height"]) == (picture.path, picture.height)
    assert (small["attempt"], small["bytes"]) == (1, len(picture.content))
    assert httpx.get(api.base_url.join(small["url"]), timeout=60).content == picture.content


def test_a_picture_is_an_image_that_does_nothing_and_may_be_cached(
    api: httpx.Client, task_id: UUID
) -> None:
    answer = httpx.get(api.base_url.join(listed(api, task_id)[0]["url"]), timeout=60)
    assert answer.content == pictures_of("")[0].content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_task_without_pictures_has_an_empty_list(api: httpx.Client) -> None:
    body = {"description": "Say hello"}
    waiting = api.post("/tasks", json=body).raise_for_status().json()["task_id"]
    assert listed(api, UUID(waiting)) == []


@pytest.mark.parametrize(
    ("name", "status"), [("0" * 64, 404), ("front-1280", 422), ("..%2f..%2fetc%2fpasswd", 404)]
)
def test_an_unknown_picture_is_not_found(
    api: httpx.Client, task_id: UUID, name: str, status: int
) -> None:
    assert api.get(f"/tasks/{task_id}/pictures/{name}.png").status_code == status


def test_the_download_has_the_pictures_and_the_project_has_not(
    api: httpx.Client, task_id: UUID, shared_database: Database
) -> None:
    answer = api.get(f"/tasks/{task_id}/files.zip").raise_for_status()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = [name for name in packed.namelist() if "/pictures/" in name]
        assert names == [
            f"say-hello/pictures/{page}-{width}.png"
            for page in ("front", *PROMISED)
            for width in (1280, 390)
        ]
        assert packed.read(names[0]) == pictures_of("")[0].content
    run = get_run(shared_database, task_id)
    assert not [path for path in download_of(run) if "pictures" in path]


def test_a_change_begins_without_the_pictures(task_id: UUID, shared_database: Database) -> None:
    changed = continue_run(shared_database, task_id, "In green", builder="changing").task_id
    with executors(shared_database) as new:
        new(Changing(), "only").execute(changed)
    run = get_run(shared_database, changed)
    assert run.files
    before = files_before(shared_database, run)
    assert before == get_run(shared_database, task_id).files
    assert not [path for path in {**before, **run.files} if "pictures" in path]

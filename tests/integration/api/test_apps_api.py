"""The API of opened apps where none can be opened; the journeys open some."""

from uuid import uuid4

import httpx
import pytest

from toggle_core.apps.hosts import Hosts
from toggle_core.apps.service import AppService


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_api_says_that_apps_are_off(api: httpx.Client, method: str) -> None:
    answer = api.request(method, f"/tasks/{uuid4()}/app")
    assert answer.status_code == 409
    assert "TOGGLE_APPS is off" in answer.json()["detail"]


def test_api_says_why_this_machine_serves_no_apps(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = AppService(Hosts("http", "localhost:1"), bytes(32), "Install bubblewrap.")
    monkeypatch.setattr("toggle_core.apps.service._open", [service])
    answer = api.post(f"/tasks/{uuid4()}/app")
    assert answer.status_code == 409
    assert "Install bubblewrap." in answer.json()["detail"]
    monkeypatch.setattr(service, "reason", "")
    assert api.post(f"/tasks/{uuid4()}/app").status_code == 404

"""No page shows a secret of the settings, not even to who has opened every part of it."""

from collections.abc import Iterator

import pytest

from tests.integration.planted import LOGIN, leaks, planted, variables
from tests.ui.test_login import claims
from tests.ui.viewer import page, submitted, texts
from toggle_core.access.keys import create_key
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.words import Scope

PAGES = ("home", "run", "runs", "insights", "settings")


@pytest.fixture
def secret() -> dict[str, str]:
    """A distinctive value for every setting that is secret."""
    return planted()


@pytest.fixture
def opened(database_url: str, secret: dict[str, str]) -> Iterator[Services]:
    """Services with these settings, and a chat model that they belong to."""
    environment = variables(secret, database=database_url, hooks="http://127.0.0.1:9")
    login = {name: value.format(port=3030) for name, value in LOGIN.items()}
    settings = Settings(_env_file=None, TOGGLE_MODEL="openai:scripted", **environment, **login)
    with open_services(settings) as services:
        yield services


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_no_secret(name: str, opened: Services, secret: dict[str, str]) -> None:
    secret["a key of the API"] = create_key(opened.database, "planted", Scope.ADMIN)[1]
    run_id = submitted(opened, "Look around")
    query = {"id": str(run_id)} if name == "run" else {}
    app = page(name, person=claims(), **query)
    assert not app.exception
    assert "Logged in as" in texts(app)
    shown = repr(app) + repr([repr(element.proto) for element in app.main if element.proto])
    assert len(shown) > 500
    assert leaks({name: shown.encode()}, secret) == []

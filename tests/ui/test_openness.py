"""The line on every page that says what is open to everybody."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit import config

from tests.outage import Outage
from tests.ui.viewer import page, texts
from toggle_core.access.keys import create_key
from toggle_core.settings import Settings
from toggle_core.startup import Services
from toggle_core.words import Scope

PAGES = ["home", "runs", "insights", "settings", "run", "compare"]
LINE = "Open to everybody who can reach it: nobody is asked who they are."


@pytest.fixture
def listening_everywhere() -> Iterator[None]:
    """The dashboard listens on every address, as far as its pages know."""
    before = st.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")  # noqa: S104  nothing listens
    yield
    config.set_option("server.address", before)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A person has let everybody in."""
    return settings.model_copy(update={"allow_anonymous": True})


@pytest.mark.usefixtures("opened_services", "listening_everywhere")
@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_that_it_is_open_to_everybody(name: str) -> None:
    app = page(name)
    assert [caption.value for caption in app.get_by_key("openness").caption] == [
        f":material/lock_open: {LINE}"
    ]
    assert not app.exception


@pytest.mark.usefixtures("opened_services")
@pytest.mark.parametrize("name", PAGES)
def test_a_dashboard_of_this_machine_alone_says_nothing(name: str) -> None:
    assert "open to everybody" not in texts(page(name)).lower()


@pytest.mark.usefixtures("listening_everywhere")
def test_with_a_key_only_the_pages_are_open(opened_services: Services) -> None:
    create_key(opened_services.database, "ci", Scope.READ)
    assert "The pages are open to everybody who can reach them" in texts(page("home"))


@pytest.mark.usefixtures("opened_services", "listening_everywhere")
def test_while_the_database_is_away_the_page_says_that_instead(outage: Outage) -> None:
    with outage():
        app = page("home")
        assert "open to everybody" not in texts(app).lower()
        assert not app.exception
    assert LINE in texts(page("home"))

"""From DATABASE_URL and DATABASE_PASSWORD to a connection, or to a sentence."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.app_process import free_port
from toggle_core import settings as configuration
from toggle_core.errors import DatabaseUnreachable, SettingRefused
from toggle_core.settings import Settings, get_settings
from toggle_core.store.database import check_server, conninfo_of

NOBODY = 65534
AWKWARD = "p@ss:w/ord %?#&=' \\"


def test_what_the_url_says_of_tls_is_passed_on() -> None:
    said = {"sslmode": "verify-full", "sslrootcert": "/ca.crt", "sslcert": "/c.crt"}
    query = "&".join(f"{name}={value}" for name, value in said.items())
    parts = conninfo_to_dict(conninfo_of(f"postgresql://toggle@db.example.com/toggle?{query}"))
    assert said.items() <= parts.items()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_the_scheme_is_understood(scheme: str) -> None:
    parts = conninfo_to_dict(conninfo_of(f"{scheme}://toggle@db:5433/runs"))
    assert (parts["host"], parts["port"], parts["dbname"]) == ("db", "5433", "runs")


def test_a_password_of_its_own_needs_no_escaping() -> None:
    assert conninfo_to_dict(conninfo_of("postgresql://u@h/d", AWKWARD))["password"] == AWKWARD


def test_a_password_in_the_url_wins() -> None:
    conninfo = conninfo_of("postgresql://u:inside@h/d", "outside")
    assert conninfo_to_dict(conninfo)["password"] == "inside"


def test_a_server_that_is_not_there_is_told_in_one_sentence() -> None:
    port = free_port()
    with pytest.raises(DatabaseUnreachable) as refused:
        check_server(conninfo_of(f"postgresql://u:secret@127.0.0.1:{port}/d"))
    assert str(refused.value) == (
        f"Postgres at 127.0.0.1:{port} cannot be reached: Connection refused."
        " Check DATABASE_URL and that the server is running."
    )


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of secret files."""
    monkeypatch.setattr(configuration, "SECRETS_DIR", tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.delenv("DATABASE_PASSWORD", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    """No test sees what another one's settings were."""
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_a_secret_is_read_from_the_file_of_its_name(secrets: Path) -> None:
    (secrets / "database_password").write_text("from a file\n")
    password = get_settings().database_password
    assert password is not None
    assert password.get_secret_value() == "from a file"


def test_a_variable_wins_over_the_file_and_an_empty_one_does_not(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secrets / "toggle_builder").write_text("from-a-file")
    monkeypatch.setenv("TOGGLE_BUILDER", "")
    assert get_settings().builder == "from-a-file"
    get_settings.cache_clear()
    monkeypatch.setenv("TOGGLE_BUILDER", "from-a-variable")
    assert get_settings().builder == "from-a-variable"


def test_without_the_folder_of_secrets_nothing_is_missed(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration, "SECRETS_DIR", secrets / "nowhere")
    assert get_settings().database_password is None


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Not root, who may read everything, for the length of a test."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


@pytest.mark.usefixtures("ordinary_user")
def test_a_secret_that_cannot_be_read_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "database_password").touch(mode=0)
        monkeypatch.setattr(configuration, "SECRETS_DIR", Path(folder))
        with pytest.raises(SettingRefused, match=r"/database_password cannot be used: the user"):
            get_settings()

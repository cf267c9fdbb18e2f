"""Settings come from the environment and ``.env``, and a wrong one is named in a sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.app_process import ROOT
from toggle_core import settings as module
from toggle_core.errors import SettingRefused
from toggle_core.settings import Settings, get_settings

VARIABLES = {str(field.validation_alias) for field in Settings.model_fields.values()}

read: Callable[[], Settings] = get_settings.__wrapped__
"""Reads anew at every call."""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable of ours is set, and ``.env`` is an empty file of the test's own."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    dotenv = tmp_path / ".env"
    dotenv.touch()
    monkeypatch.setitem(Settings.model_config, "env_file", dotenv)
    monkeypatch.setattr(module, "SECRETS_DIR", tmp_path / "secrets")
    return dotenv


def test_without_any_variable_the_app_starts_with_the_documented_defaults() -> None:
    found = read()
    assert found.database_url is None
    assert (found.host, found.port, found.api_port) == ("127.0.0.1", 3030, 8002)
    assert (found.worker_threads, found.builder) == (8, "")
    assert found.embedded_folder == ROOT / ".data"


GIVEN: dict[str, tuple[str, str, Any]] = {
    "TOGGLE_DATA_DIR": ("data_dir", "/srv/toggle", Path("/srv/toggle")),
    "TOGGLE_HOST": ("host", "0.0.0.0", "0.0.0.0"),  # noqa: S104  only read, not listened on
    "TOGGLE_PORT": ("port", "65535", 65535),
    "TOGGLE_API_PORT": ("api_port", "0", 0),
    "TOGGLE_WORKER_THREADS": ("worker_threads", "0", 0),
    "TOGGLE_BUILDER": ("builder", "mine:Own", "mine:Own"),
    "TOGGLE_HEARTBEAT_SECONDS": ("heartbeat_seconds", "0.5", 0.5),
    "TOGGLE_STALLED_SECONDS": ("stalled_seconds", "6", 6.0),
}


@pytest.mark.parametrize(("name", "given"), GIVEN.items(), ids=GIVEN)
def test_a_variable_sets_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, given: tuple[str, str, Any]
) -> None:
    field, text, value = given
    monkeypatch.setenv(name, text)
    assert getattr(read(), field) == value


def test_the_data_folder_is_the_one_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGLE_DATA_DIR", "/srv/toggle")
    assert read().embedded_folder == Path("/srv/toggle")


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    assert read() == Settings(_env_file=None)


def test_the_file_is_read_and_the_environment_goes_before_it(
    bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare_environment.write_text("TOGGLE_PORT=4000\nTOGGLE_API_PORT=4001\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("TOGGLE_API_PORT", "4002")
    assert (read().port, read().api_port) == (4000, 4002)


def test_unknown_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGLE_SOMETHING", "else")
    assert read() == Settings(_env_file=None)


WRONG = [
    ("TOGGLE_PORT", "ten"),
    ("TOGGLE_PORT", "0"),
    ("TOGGLE_PORT", "65536"),
    ("TOGGLE_API_PORT", "-1"),
    ("TOGGLE_API_PORT", "8002.5"),
    ("TOGGLE_WORKER_THREADS", "eight"),
    ("TOGGLE_WORKER_THREADS", "-1"),
    ("TOGGLE_WORKER_THREADS", "257"),
    ("TOGGLE_MAX_ATTEMPTS", "0"),
    ("TOGGLE_MAX_TOKENS_PER_RUN", "-1"),
    ("TOGGLE_HEARTBEAT_SECONDS", "0.1"),
    ("TOGGLE_HEARTBEAT_SECONDS", "often"),
    ("TOGGLE_HEARTBEAT_SECONDS", "nan"),
    ("TOGGLE_STALLED_SECONDS", "0"),
    ("TOGGLE_STALLED_SECONDS", "inf"),
    ("TOGGLE_API_AUTH", "maybe"),
    ("TOGGLE_API_AUTH", "OFF"),
    ("TOGGLE_ALLOW_ANONYMOUS", "perhaps"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_in_a_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingRefused) as refusal:
        read()
    sentence = str(refusal.value)
    assert sentence.startswith(f"The setting {name} cannot be used: Input should be ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "variables",
    [
        {"TOGGLE_STALLED_SECONDS": "5"},
        {"TOGGLE_HEARTBEAT_SECONDS": "6"},
        {"TOGGLE_HEARTBEAT_SECONDS": "10", "TOGGLE_STALLED_SECONDS": "29"},
    ],
)
def test_a_worker_is_given_time_for_three_heartbeats(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        SettingRefused, match=r"TOGGLE_STALLED_SECONDS .* at least 3 times TOGGLE_H"
    ):
        read()


SECRETS = [
    str(field.validation_alias)
    for field in Settings.model_fields.values()
    if "SecretStr" in str(field.annotation)
]


def test_what_holds_a_password_or_a_key_is_a_secret() -> None:
    assert {"DATABASE_URL", "DATABASE_PASSWORD", "OPENAI_API_KEY"} <= set(SECRETS)
    named = {
        name for name in VARIABLES if name.endswith(("_KEY", "_PASSWORD", "_SECRET", "_TOKEN"))
    }
    assert named <= set(SECRETS)


PLANTED = {
    "TOGGLE_WEBHOOK_URL": "https://receiver.test/hunter2hunter2hunter2hunter2hunter",
    "TOGGLE_WEBHOOK_SECRET": "whsec_hunter2hunter2hunter2hunter2hunt",
}
"""Secrets that have a form, and need each other."""


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each, value in ({name: "hunter2"} | PLANTED).items():
        monkeypatch.setenv(each, value)
    found = read()
    for shown in (repr(found), str(found), str(found.model_dump()), found.model_dump_json()):
        assert "hunter2" not in shown


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_without_its_form_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "hunter2")
    try:
        said = repr(read())
    except SettingRefused as refusal:
        said = str(refusal)
    assert "hunter2" not in said


def test_a_wrong_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGLE_PORT", "hunter2")
    with pytest.raises(SettingRefused) as refusal:
        read()
    assert "hunter2" not in str(refusal.value)


def test_settings_do_not_change_later() -> None:
    found = read()
    with pytest.raises(ValueError, match="frozen"):
        found.port = 1  # type: ignore[misc]  # that is what is tried


def test_every_setting_has_a_variable_and_a_description() -> None:
    for name, field in Settings.model_fields.items():
        assert isinstance(field.validation_alias, str), name
        assert field.validation_alias.isupper(), name
        assert field.description, name
        assert field.description.endswith("."), name

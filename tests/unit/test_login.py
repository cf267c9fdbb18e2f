"""Who is let in: the settings of a login, and what its claims say of a person."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toggle_core import settings as module
from toggle_core.errors import LoginIncomplete, LoginPackageMissing, SettingRefused
from toggle_core.login import LASTS_SECONDS, Login, login_of
from toggle_core.settings import LOGIN, Settings, get_settings

COMPLETE = {
    "TOGGLE_OIDC_CLIENT_ID": "toggle",
    "TOGGLE_OIDC_CLIENT_SECRET": "hunter2",
    "TOGGLE_OIDC_METADATA_URL": "https://id.example.com/.well-known/openid-configuration",
    "TOGGLE_OIDC_REDIRECT_URI": "https://toggle.example.com/oauth2callback",
    "TOGGLE_OIDC_ALLOWED": "ada@example.com",
    "TOGGLE_COOKIE_SECRET": "c" * 32,
}
NOW = 1_800_000_000.0
ADA = {
    "is_logged_in": True,
    "iat": NOW - 60,
    "sub": "248289761001",
    "email": "Ada@Example.com",
    "email_verified": True,
}


def settings_of(**changed: str) -> Settings:
    given: dict[str, Any] = COMPLETE | changed
    return Settings(_env_file=None, **given)


def login(**changed: str) -> Login:
    found = login_of(settings_of(**changed))
    assert found is not None
    return found


def person(allowed: str, **changed: Any) -> str | None:
    return login(TOGGLE_OIDC_ALLOWED=allowed).person(ADA | changed, now=NOW)


def test_without_any_of_its_settings_there_is_no_login() -> None:
    found = settings_of(**dict.fromkeys(COMPLETE, ""))
    assert login_of(found) is None
    assert not found.login_configured


def test_a_secret_for_cookies_alone_asks_for_no_login() -> None:
    alone = dict.fromkeys(COMPLETE, "") | {"TOGGLE_COOKIE_SECRET": "c" * 32}
    assert login_of(settings_of(**alone)) is None


def test_with_all_of_its_settings_there_is_one() -> None:
    assert settings_of().login_configured
    assert login().origin == "https://toggle.example.com"


@pytest.mark.parametrize("missing", COMPLETE)
def test_a_login_that_is_set_up_in_part_is_refused_by_naming_what_is_missing(missing: str) -> None:
    found = settings_of(**{missing: ""})
    assert not found.login_configured
    with pytest.raises(LoginIncomplete, match=rf"only: {missing} is missing\."):
        login_of(found)


def test_without_its_package_a_login_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authlib", None)
    with pytest.raises(LoginPackageMissing):
        login()


WRONG = {
    "no TLS": ("TOGGLE_OIDC_METADATA_URL", "http://id.example.com/x", "begin with https://"),
    "no address": ("TOGGLE_OIDC_METADATA_URL", "id.example.com", "is no address"),
    "no brackets": ("TOGGLE_OIDC_METADATA_URL", "https://[id", "is no address"),
    "a name in it": ("TOGGLE_OIDC_REDIRECT_URI", "https://a@b.c/oauth2callback", "is no address"),
    "another place": ("TOGGLE_OIDC_REDIRECT_URI", "https://a.example.com/", "end with /oauth2"),
    "below": ("TOGGLE_OIDC_REDIRECT_URI", "https://a.example.com/b/oauth2callback", "right after"),
    "not ours": ("TOGGLE_OIDC_REDIRECT_URI", "http://10.0.0.1/oauth2callback", "https://"),
    "short": ("TOGGLE_COOKIE_SECRET", "c" * 31, "32 characters or more"),
    "a pattern": ("TOGGLE_OIDC_ALLOWED", "ada@example.com *@example.com", r"\*@example.com is no"),
    "two ats": ("TOGGLE_OIDC_ALLOWED", "a@b@example.com", "is no address"),
    "nobody": ("TOGGLE_OIDC_ALLOWED", ",", "is no address"),
}


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG.values(), ids=WRONG)
def test_a_value_that_cannot_be_used_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingRefused, match=f"{name} cannot be used: .*{sentence}"):
        login(**{name: value})


@pytest.mark.parametrize("host", ["localhost:3030", "127.0.0.1:3030", "[::1]:3030", "a.localhost"])
def test_this_machine_needs_no_tls(host: str) -> None:
    found = login(TOGGLE_OIDC_REDIRECT_URI=f"http://{host}/oauth2callback")
    assert found.origin == f"http://{host}"


@pytest.mark.parametrize(
    "allowed",
    ["ada@example.com", "ADA@example.COM", "@example.com", "example.com", "*", "sub:248289761001"],
)
@pytest.mark.parametrize("others", ["", "grace@example.org, ", "example.org\n"])
def test_an_address_is_let_in_by_itself_its_domain_its_subject_or_everybody(
    allowed: str, others: str
) -> None:
    assert person(others + allowed) == "ada@example.com"


@pytest.mark.parametrize(
    "allowed",
    [
        "grace@example.com",
        "@ample.com",
        "com",
        "sub.example.com",
        "sub:2482897610011",
        "sub:ada@example.com",
    ],
)
def test_who_is_not_on_the_list_is_not_let_in(allowed: str) -> None:
    assert person(allowed) is None


@pytest.mark.parametrize(
    "email", ["eve@example.com.evil.org", "eve@evil.org", "eve@sub.example.com"]
)
def test_a_domain_is_compared_as_a_whole(email: str) -> None:
    assert person("example.com", email=email) is None


@pytest.mark.parametrize("verified", [False, None, "false", 0, "yes", [True]])
def test_an_address_that_is_not_verified_counts_for_nothing(verified: object) -> None:
    assert person("ada@example.com example.com", email_verified=verified) is None
    assert person("*", email_verified=verified) == "sub:248289761001"


def test_an_address_without_a_word_on_it_counts_for_nothing() -> None:
    claims = {name: value for name, value in ADA.items() if name != "email_verified"}
    assert login().person(claims, now=NOW) is None


def test_some_providers_say_verified_as_a_text() -> None:
    assert person("ada@example.com", email_verified="true") == "ada@example.com"


@pytest.mark.parametrize(
    "email",
    [None, "", " ", "ada", 7, "@", "a@b\n", "a@\x00b", "sub:248289761001@b", "a" * 200 + "@b"],
)
def test_without_a_usable_address_the_subject_is_recorded(email: object) -> None:
    assert person("*", email=email) == "sub:248289761001"


@pytest.mark.parametrize("subject", [None, "", 7, "a\x00b", "s" * 197])
def test_who_has_neither_is_not_let_in(subject: object) -> None:
    assert person("*", email=None, sub=subject) is None


def test_a_subject_that_looks_like_an_address_is_none() -> None:
    assert person("ada@example.com example.com", email=None, sub="ada@example.com") is None


def test_subjects_are_told_apart_by_case() -> None:
    assert person("sub:AbC", email=None, sub="abc") is None
    assert person("sub:AbC", email=None, sub="AbC") == "sub:AbC"


@pytest.mark.parametrize("claimed", [False, None, "true", 1])
def test_who_is_not_logged_in_is_not_let_in(claimed: object) -> None:
    assert person("*", is_logged_in=claimed) is None


@pytest.mark.parametrize("since", [None, "yesterday", NOW - LASTS_SECONDS, float("nan")])
def test_a_login_ends_after_a_while(since: object) -> None:
    assert person("*", iat=since) is None
    assert person("*", iat=NOW - LASTS_SECONDS + 1) == "ada@example.com"


read: Callable[[], Settings] = get_settings.__wrapped__


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Streamlit's file of secrets, and nothing else that is set."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setattr(module, "SECRETS_DIR", tmp_path / "none")
    monkeypatch.setattr(module, "STREAMLIT_SECRETS", tmp_path / "secrets.toml")
    return tmp_path / "secrets.toml"


def test_streamlits_own_table_sets_the_login_up(secrets: Path) -> None:
    lines = [f'{key} = "{COMPLETE[str(alias(name))]}"' for name, key in LOGIN.items()]
    secrets.write_text("\n".join(["[auth]", *lines]))
    found = login_of(read())
    assert found == login()


def test_the_list_may_be_a_list_there(secrets: Path) -> None:
    secrets.write_text('[auth]\nallowed = ["ada@example.com", "example.org"]')
    assert read().oidc_allowed == "ada@example.com example.org"


def test_the_environment_goes_before_that_table(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.write_text('[auth]\nclient_id = "file"\nclient_secret = "file"')
    monkeypatch.setenv("TOGGLE_OIDC_CLIENT_ID", "environment")
    found = read()
    assert found.oidc_client_id == "environment"
    assert found.oidc_client_secret is not None
    assert found.oidc_client_secret.get_secret_value() == "file"


def test_half_of_that_table_is_refused(secrets: Path) -> None:
    secrets.write_text('[auth]\nclient_id = "toggle"')
    with pytest.raises(LoginIncomplete, match="TOGGLE_OIDC_CLIENT_SECRET"):
        login_of(read())


def alias(name: str) -> object:
    return Settings.model_fields[name].validation_alias

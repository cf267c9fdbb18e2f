"""Which addresses only this machine reaches, and what may be open there."""

from typing import Any

import pytest

from toggle_core.access.exposure import (
    api_hosts,
    check_dashboard,
    dashboard_is_open,
    is_loopback,
    may_be_open,
)
from toggle_core.errors import DashboardOpen
from toggle_core.settings import Settings

LOGIN = {
    "TOGGLE_OIDC_CLIENT_ID": "toggle",
    "TOGGLE_OIDC_CLIENT_SECRET": "secret",
    "TOGGLE_OIDC_METADATA_URL": "https://id.example.com/.well-known/openid-configuration",
    "TOGGLE_OIDC_REDIRECT_URI": "https://toggle.example.com/oauth2callback",
    "TOGGLE_OIDC_ALLOWED": "@example.com",
    "TOGGLE_COOKIE_SECRET": "x" * 32,
}
BEYOND = "0.0.0.0"  # noqa: S104  only looked at, not listened on


def settings(**variables: Any) -> Settings:
    return Settings(_env_file=None, **variables)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.53",
        "127.255.255.255",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "localhost",
        "LocalHost",
    ],
)
def test_only_this_machine_reaches_a_loopback_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        BEYOND,
        "::",
        "[::]",
        "0",
        "128.0.0.1",
        "10.0.0.1",
        "192.168.1.5",
        "172.17.0.2",
        "169.254.169.254",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "127.0.0.1.example.com",
        "localhost.example.com",
        "notlocalhost",
        "localhost.",
        "toggle.example.com",
        "/run/toggle.sock",
        " 127.0.0.1",
    ],
)
def test_every_other_address_and_name_is_taken_to_be_reached_by_others(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", [None, BEYOND, "::", "192.168.1.5", "toggle.example.com"])
def test_a_dashboard_without_a_login_is_refused_where_others_reach_it(host: str | None) -> None:
    with pytest.raises(DashboardOpen, match=r"ask nobody who they are.*TOGGLE_ALLOW_ANONYMOUS=1"):
        check_dashboard(settings(), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_dashboard_on_this_machine_needs_no_login(host: str) -> None:
    check_dashboard(settings(), host)


def test_a_dashboard_with_a_login_may_be_reached_by_others() -> None:
    check_dashboard(settings(**LOGIN), BEYOND)


@pytest.mark.parametrize("missing", LOGIN)
def test_a_login_that_is_set_up_in_part_counts_as_none(missing: str) -> None:
    part = {name: value for name, value in LOGIN.items() if name != missing}
    assert dashboard_is_open(settings(**part))
    with pytest.raises(DashboardOpen):
        check_dashboard(settings(**part), BEYOND)


def test_a_person_can_let_everybody_in() -> None:
    check_dashboard(settings(TOGGLE_ALLOW_ANONYMOUS="1"), BEYOND)
    assert may_be_open(settings(TOGGLE_ALLOW_ANONYMOUS="1"), BEYOND)
    assert not may_be_open(settings(TOGGLE_ALLOW_ANONYMOUS="0"), BEYOND)
    assert not may_be_open(settings(), BEYOND)


def test_the_api_listens_beside_the_dashboard_and_on_a_port_of_its_own() -> None:
    both = settings(TOGGLE_HOST=BEYOND)
    assert set(api_hosts(both, "127.0.0.1")) == {"127.0.0.1", BEYOND}
    assert api_hosts(settings(TOGGLE_HOST=BEYOND, TOGGLE_API_PORT="0"), "::1") == ("::1",)

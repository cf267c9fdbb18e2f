"""The front with settings of its own: names, and a proxy that is believed."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.integration.api_server import serving
from toggle_core.access.keys import create_key
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.words import Scope

LIMIT = 20
"""Requests a minute of one client."""


@pytest.fixture(scope="module")
def named_address(one_database: Database) -> Iterator[str]:
    """Address of a server with names of its own, behind a proxy on this machine."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_ALLOWED_HOSTS="toggle.example.com, *.inside.example",
        TOGGLE_TRUSTED_PROXIES="127.0.0.0/8",
        TOGGLE_REQUESTS_PER_MINUTE=str(LIMIT),
    )
    with serving(settings) as address:
        yield address


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("toggle.example.com", 200),
        ("Toggle.Example.Com:443", 200),
        ("a.inside.example", 200),
        ("a.b.inside.example", 200),
        ("inside.example", 421),
        ("xinside.example", 421),
        ("localhost", 200),
    ],
)
def test_names_in_the_settings_are_answered(named_address: str, name: str, status: int) -> None:
    headers = {"Host": name, "X-Forwarded-For": f"198.51.100.{len(name)}"}
    assert (
        httpx.get(f"{named_address}/api/health", headers=headers, timeout=60).status_code == status
    )


def until_refused(ask: Callable[[int], int]) -> int:
    """How many requests of one client were answered before one was refused.

    A slow machine is given more than the limit, as some of it comes back with time.
    """
    for number in range(10 * LIMIT):
        status = ask(number)
        if status != 200:
            assert status == 429
            return number
    raise AssertionError("none was refused")


def forwarded(address: str, chain: str) -> int:
    """Status of the answer to a request that came through proxies."""
    return httpx.get(
        f"{address}/api/health", headers={"X-Forwarded-For": chain}, timeout=60
    ).status_code


def test_a_trusted_proxy_tells_whom_it_asks_for(named_address: str) -> None:
    assert until_refused(lambda _: forwarded(named_address, "203.0.113.1")) >= LIMIT
    assert forwarded(named_address, "203.0.113.2") == 200


def test_an_address_that_the_client_put_before_the_proxys_is_not_believed(
    named_address: str,
) -> None:
    def spoofed(number: int) -> int:
        return forwarded(named_address, f"198.18.0.{number}, 203.0.113.3")

    assert until_refused(spoofed) >= LIMIT


def test_a_key_has_one_limit_wherever_it_is_used(
    shared_database: Database, named_address: str
) -> None:
    _, busy = create_key(shared_database, "busy", Scope.READ)
    _, idle = create_key(shared_database, "idle", Scope.READ)

    def asked(key: str, number: int) -> int:
        headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": f"198.18.7.{number}"}
        return httpx.get(f"{named_address}/api/tasks", headers=headers, timeout=60).status_code

    assert until_refused(lambda number: asked(busy, number)) >= LIMIT
    assert asked(idle, 255) == 200


def settings_of(value: Any) -> Settings:
    return Settings(_env_file=None, TOGGLE_TRUSTED_PROXIES=value)


def test_proxies_are_addresses_or_networks() -> None:
    found = settings_of("10.0.0.1, 192.168.0.0/16,::1").trusted_proxies
    assert [str(each) for each in found] == ["10.0.0.1/32", "192.168.0.0/16", "::1/128"]
    with pytest.raises(ValueError, match="TOGGLE_TRUSTED_PROXIES"):
        settings_of("proxy.example.com")


def test_the_name_that_a_login_leads_back_to_is_answered(one_database: Database) -> None:
    login = {
        "TOGGLE_OIDC_CLIENT_ID": "toggle",
        "TOGGLE_OIDC_CLIENT_SECRET": "secret",
        "TOGGLE_OIDC_METADATA_URL": "https://login.example/.well-known/openid-configuration",
        "TOGGLE_OIDC_REDIRECT_URI": "https://Build.Example.com:8443/oauth2callback",
        "TOGGLE_OIDC_ALLOWED": "*",
        "TOGGLE_COOKIE_SECRET": "0123456789abcdef" * 4,
    }
    given: dict[str, Any] = {"TOGGLE_BUILDER": "tests.builders:Quick", **login}
    settings = Settings(_env_file=None, DATABASE_URL=one_database.conninfo, **given)
    with serving(settings) as address:
        for name, status in {"build.example.com:8443": 200, "other.example.com": 421}.items():
            answer = httpx.get(f"{address}/api/health", headers={"Host": name}, timeout=60)
            assert answer.status_code == status


def test_a_star_stands_for_every_name(one_database: Database) -> None:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_ALLOWED_HOSTS="*",
    )
    with serving(settings) as address:
        assert httpx.get(
            f"{address}/api/tasks", headers={"Host": "whatever.example"}, timeout=60
        ).is_success

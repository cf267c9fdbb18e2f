"""The front with settings of its own: names, and a proxy that is believed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.api_server import serving
from toggle_core.access.keys import create_key
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.words import Scope


@pytest.fixture(scope="module")
def named_address(one_database: Database) -> Iterator[str]:
    """Address of a server with names of its own, behind a proxy on this machine."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_ALLOWED_HOSTS="toggle.example.com, *.inside.example",
        TOGGLE_TRUSTED_PROXIES="127.0.0.0/8",
        TOGGLE_REQUESTS_PER_MINUTE="20",
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
    assert httpx.get(f"{named_address}/api/health", headers=headers).status_code == status


def statuses(address: str, times: int, **headers: str) -> set[int]:
    with httpx.Client() as client:
        return {
            client.get(f"{address}/api/health", headers=headers).status_code for _ in range(times)
        }


def test_a_trusted_proxy_tells_whom_it_asks_for(named_address: str) -> None:
    flood = {"X-Forwarded-For": "203.0.113.1"}
    assert statuses(named_address, 25, **flood) == {200, 429}
    assert statuses(named_address, 5, **{"X-Forwarded-For": "203.0.113.2"}) == {200}


def test_an_address_that_the_client_put_before_the_proxys_is_not_believed(
    named_address: str,
) -> None:
    found = set()
    for number in range(25):
        spoofed = {"X-Forwarded-For": f"198.18.0.{number}, 203.0.113.3"}
        found |= statuses(named_address, 1, **spoofed)
    assert found == {200, 429}


def test_a_key_has_one_limit_wherever_it_is_used(
    shared_database: Database, named_address: str
) -> None:
    _, busy = create_key(shared_database, "busy", Scope.READ)
    _, idle = create_key(shared_database, "idle", Scope.READ)

    def asked(key: str, number: int) -> int:
        headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": f"198.18.7.{number}"}
        return httpx.get(f"{named_address}/api/tasks", headers=headers).status_code

    assert {asked(busy, number) for number in range(20)} == {200}
    assert asked(busy, 20) == 429
    assert asked(idle, 21) == 200


def settings_of(value: Any) -> Settings:
    return Settings(_env_file=None, TOGGLE_TRUSTED_PROXIES=value)


def test_proxies_are_addresses_or_networks() -> None:
    found = settings_of("10.0.0.1, 192.168.0.0/16,::1").trusted_proxies
    assert [str(each) for each in found] == ["10.0.0.1/32", "192.168.0.0/16", "::1/128"]
    with pytest.raises(ValueError, match="TOGGLE_TRUSTED_PROXIES"):
        settings_of("proxy.example.com")


def test_a_star_stands_for_every_name(one_database: Database) -> None:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_ALLOWED_HOSTS="*",
    )
    with serving(settings) as address:
        assert httpx.get(f"{address}/api/tasks", headers={"Host": "whatever.example"}).is_success

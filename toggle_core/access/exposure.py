"""Who can reach what listens, and whether it may then be open to everybody."""

import ipaddress
from collections.abc import Iterable
from typing import Final

from toggle_core.access.keys import any_key
from toggle_core.errors import ApiOpen, DashboardOpen
from toggle_core.settings import Settings
from toggle_core.store.database import Database

THIS_MACHINE: Final = "localhost"
EVERYWHERE: Final = "every address"


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach an address.

    Names are not looked up: what they mean can change, so all but ``localhost`` (RFC 6761, 6.3) are
    taken to lead out of the machine.

    Args:
        host: address or name, as a server is told to listen on; None or empty: on all there are.
    """
    try:
        address = ipaddress.ip_address((host or "").strip("[]"))
    except ValueError:
        return host is not None and host.lower() == THIS_MACHINE
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def dashboard_is_open(settings: Settings) -> bool:
    """Whether the dashboard asks nobody who they are."""
    return not settings.login_configured


def api_is_open(settings: Settings, database: Database) -> bool:
    """Whether the API answers without a key.

    By itself it does until the first key is made. From then on it never does again, even when
    every key is revoked, so that no mishap with keys opens it.

    Args:
        settings: of the process.
        database: that has the keys.

    Raises:
        DatabaseAway: whether there are keys cannot be told.
    """
    if settings.api_auth == "auto":
        return not any_key(database)
    return settings.api_auth == "off"


def may_be_open(settings: Settings, host: str | None) -> bool:
    """Whether what is reached at an address may let in whom it does not know.

    Args:
        settings: of the process.
        host: where it listens, or where a request has arrived.
    """
    return settings.allow_anonymous or is_loopback(host)


def may_connect_models(settings: Settings, host: str | None) -> bool:
    """Whether who uses the dashboard may say which chat model builds, and give it a key.

    Everybody whom a login lets in may change everything there, as a key with the scope ``admin``
    may. A dashboard that asks nobody who they are lets only this machine do so: else anybody who
    can reach it could have all tasks sent to a server of their own.

    Args:
        settings: of the process.
        host: the dashboard listens on.
    """
    return settings.login_configured or is_loopback(host)


def check_dashboard(settings: Settings, host: str | None) -> None:
    """Refuse a dashboard that would be open by accident.

    Args:
        settings: of the process.
        host: it is about to listen on; None: on every address.

    Raises:
        DashboardOpen: others could reach it, and it would ask nobody who they are.
    """
    if dashboard_is_open(settings) and not may_be_open(settings, host):
        raise DashboardOpen(host=host or EVERYWHERE)


def check_api(settings: Settings, database: Database, *hosts: str | None) -> None:
    """Refuse an API that would be open by accident.

    Args:
        settings: of the process.
        database: that has the keys.
        hosts: it is about to listen on; None: on every address.

    Raises:
        ApiOpen: others could reach it, and it would ask nobody for a key.
        DatabaseAway: whether there are keys cannot be told.
    """
    for host in hosts:
        if not may_be_open(settings, host) and api_is_open(settings, database):
            raise ApiOpen(host=host or EVERYWHERE)


def openness(
    settings: Settings, database: Database, *, dashboard: str | None, api: Iterable[str | None]
) -> str | None:
    """What is open to everybody who can reach it from another machine, in a sentence.

    Args:
        settings: of the process.
        database: that has the keys.
        dashboard: address it listens on; ``localhost`` where there is none.
        api: addresses it listens on.

    Returns:
        None where nothing is.

    Raises:
        DatabaseAway: whether there are keys cannot be told.
    """
    pages = dashboard_is_open(settings) and not is_loopback(dashboard)
    calls = not all(map(is_loopback, api)) and api_is_open(settings, database)
    if pages and calls:
        return "Open to everybody who can reach it: nobody is asked who they are."
    if pages:
        return "The pages are open to everybody who can reach them: nobody is asked for a login."
    if calls:
        return "The API is open to everybody who can reach it: nobody is asked for a key."
    return None


def api_hosts(settings: Settings, dashboard: str | None) -> tuple[str | None, ...]:
    """Where the API listens in a process with the dashboard: beside it, and on its own port.

    Args:
        settings: of the process.
        dashboard: address of the dashboard.
    """
    return (dashboard, settings.host) if settings.api_port else (dashboard,)

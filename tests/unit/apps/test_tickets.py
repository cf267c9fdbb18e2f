"""Who may use which app: tickets, passes, and the names of hosts."""

from uuid import UUID

import pytest

from toggle_core.api.hosts import AllowedHosts
from toggle_core.apps.hosts import Hosts, hosts_of, label_of
from toggle_core.apps.tickets import (
    PASS_SECONDS,
    TICKET_SECONDS,
    UsedTickets,
    new_ticket,
    pass_of,
    read,
    sign,
)
from toggle_core.errors import SettingRefused

RUN, OTHER = UUID(int=1), UUID(int=2)
KEY = bytes(32)
NOW = 1_000_000.0


def test_ticket_is_read_back_until_it_expires() -> None:
    ticket = new_ticket(RUN, "ada@example.org", 2, NOW)
    text = sign(ticket, KEY)
    assert read(text, KEY, NOW + TICKET_SECONDS - 1) == ticket
    assert read(text, KEY, NOW + TICKET_SECONDS) is None


def test_every_change_of_a_ticket_is_refused() -> None:
    text = sign(new_ticket(RUN, None, 0, NOW), KEY)
    assert read(text, b"x" * 32, NOW) is None
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        assert read(text[:place] + other + text[place + 1 :], KEY, NOW) is None, place


@pytest.mark.parametrize("text", ["", "a", "ä", "x" * 2000, "=", "....", "AAAA" * 30])
def test_garbage_is_no_ticket(text: str) -> None:
    assert read(text, KEY, NOW) is None


def test_ticket_works_once_and_a_pass_is_no_ticket() -> None:
    used, ticket = UsedTickets(), new_ticket(RUN, None, 0, NOW)
    assert used.take(ticket, NOW)
    assert not used.take(ticket, NOW)
    opened = pass_of(ticket, NOW)
    assert opened.expires == int(NOW) + PASS_SECONDS
    assert not used.take(opened, NOW)


def test_label_is_stable_and_differs_between_runs_and_installations() -> None:
    assert label_of(RUN, KEY) == label_of(RUN, KEY)
    assert len({label_of(RUN, KEY), label_of(OTHER, KEY), label_of(RUN, b"x" * 32)}) == 3


def test_only_whole_names_of_apps_have_a_label() -> None:
    hosts, label = hosts_of("", 3031), label_of(RUN, KEY)
    assert hosts.label(f"app-{label}.localhost:3031") == label
    for other in (
        "localhost:3031",
        f"app-{label}.localhost",
        f"app-{label}.localhost:3030",
        f"x.app-{label}.localhost:3031",
        f"app-{label}.localhost:3031.example",
        f"app-{label[:-1]}.localhost:3031",
        "127.0.0.1:3031",
        "",
    ):
        assert hosts.label(other) is None, other


def test_address_behind_a_proxy_is_read() -> None:
    assert hosts_of("https://*.apps.example", 3031) == Hosts("https", "apps.example")
    assert hosts_of("http://*.apps.example:8080/", 3031) == Hosts("http", "apps.example:8080")
    assert not hosts_of("https://*.apps.example", 3031).is_local
    assert hosts_of("", 3031).is_local


@pytest.mark.parametrize("url", ["https://apps.example", "apps.example", "https://*", "ftp://*.a"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(SettingRefused, match="TOGGLE_APPS_URL"):
        hosts_of(url, 3031)


def test_dashboard_does_not_answer_to_the_name_of_an_app() -> None:
    checked = AllowedHosts(None, ["*"])  # type: ignore[arg-type]
    assert not checked._is_ours(f"app-{label_of(RUN, KEY)}.localhost")
    assert checked._is_ours("localhost")

"""Which addresses a webhook may have, and which of them are public."""

import pytest

from toggle_core.webhooks.address import is_inside, is_public, unusable


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/a/b?c=d&e=%20",
        "http://example.com/",
        "http://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://xn--exmple-cua.com/",
        "https://hooks.example.com/@not-a-user",
        f"https://example.com/{'x' * 1_980}",
    ],
)
def test_an_address_that_can_be_used_is_accepted(url: str) -> None:
    assert unusable(url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "no valid address"),
        ("example.com", "no valid address"),
        ("//example.com/", "must begin with"),
        ("ftp://example.com/", "must begin with"),
        ("file:///etc/passwd", "no valid address"),
        ("HTTPS://example.com/", "must begin with"),
        ("javascript:alert(1)", "no valid address"),
        ("https://", "no valid address"),
        ("https:///path", "no valid address"),
        ("https://user:word@example.com/", "user or a password"),
        ("https://user@example.com/", "user or a password"),
        ("https://@example.com/", "user or a password"),
        ("https://example.com/#part", "must not hold a #"),
        ("https://example.com:0/", "no valid address"),
        ("https://example.com:99999/", "no valid address"),
        ("https://example.com:x/", "no valid address"),
        ("https://exämple.com/", "no valid address"),
        ("https://example.com/a b", "no valid address"),
        ("https://example.com/\r\nHost: inside", "no valid address"),
        ("https://example.com\\@inside/", "user or a password"),
        ("https://[::1", "no valid address"),
        ("https://[fe80::1%25eth0]/", "no valid address"),
        (f"https://example.com/{'x' * 1_981}", "more than 2,000 characters"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(url: str, reason: str) -> None:
    assert reason in (unusable(url) or "")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104  a test of it
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_of_anything_else_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_only_addresses_in_figures_are_known_to_be_inside_at_the_door() -> None:
    assert is_inside("http://127.0.0.1:8002/")
    assert is_inside("https://[::1]/")
    assert not is_inside("https://8.8.8.8/")
    assert not is_inside("https://localhost/")

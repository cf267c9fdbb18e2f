"""Which addresses a webhook may have, and where it may lead.

Somebody who submits a task chooses where this machine sends a request to. So that this opens no
door into its own network, only public addresses are allowed (OWASP, Server-Side Request Forgery
Prevention Cheat Sheet), and what is checked is what is connected to, see ``webhooks.network``.
"""

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Final
from urllib.parse import urlsplit

from toggle_core.words import WEBHOOK_URL_LIMIT

PRINTABLE_ASCII: Final = re.compile(r"[\x21-\x7e]+")

HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]+")
"""A name, or an address; ``urlsplit`` lets nothing else into the brackets of IPv6."""

NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as IPv6 ones where a network has no IPv4 (RFC 6052)."""

GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA has given out for public use (RFC 4291, section 2.4)."""

TUNNELS: Final = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
"""Teredo and 6to4: an IPv4 address is inside, and a relay in between."""


def unusable(url: str) -> str | None:
    """Why an address cannot be a webhook's, None where it can.

    Args:
        url: as it was given.
    """
    if len(url) > WEBHOOK_URL_LIMIT:
        return f"its address has more than {WEBHOOK_URL_LIMIT:,} characters"
    try:
        parts = urlsplit(url)
        named = bool(HOST.fullmatch(parts.hostname or "")) and parts.port != 0
    except ValueError:
        named = False
    if not named or not PRINTABLE_ASCII.fullmatch(url):
        return "it has no valid address"
    if not url.startswith(("https://", "http://")):
        return "its address must begin with https:// or http://"
    if "@" in parts.netloc:
        return "its address must not hold a user or a password"
    return "its address must not hold a #" if "#" in url else None


def is_inside(url: str) -> bool:
    """Whether an address names, in figures, a host that is not on the public Internet.

    Args:
        url: that can be used.
    """
    try:
        return not is_public(urlsplit(url).hostname or "")
    except ValueError:
        return False


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public Internet.

    Args:
        text: as ``getaddrinfo`` gives it.
    """
    address = ipaddress.ip_address(text)
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address.scope_id is not None:
        return False
    if (inside := _ipv4_inside(address)) is not None:
        return is_public(str(inside))
    if any(address in tunnel for tunnel in TUNNELS):
        return False
    return address in GLOBAL_UNICAST and address.is_global


def _ipv4_inside(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None

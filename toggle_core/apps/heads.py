"""Heads of requests and answers on their way between a browser and a made program.

Nothing that a program answers may have an effect beyond its own host, and nothing of the product
reaches the program.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from toggle_core.access.keys import PREFIX as KEY_PREFIX
from toggle_core.apps.hosts import Hosts

Header = tuple[bytes, bytes]

COOKIE: Final = b"toggle_app"
SECURE_COOKIE: Final = b"__Host-toggle_app"
"""The prefix keeps other apps of the same domain from setting it (RFC 6265bis, 4.1.3.2)."""

FRAME_COOKIE: Final = b"toggle_app_framed"
SECURE_FRAME_COOKIE: Final = b"__Host-toggle_app_framed"
"""Of an app in a frame of the dashboard. A browser keeps it for this dashboard's pages alone."""

OURS: Final = frozenset({COOKIE, SECURE_COOKIE, FRAME_COOKIE, SECURE_FRAME_COOKIE})

IN_FRAME: Final = b"Secure; SameSite=None; Partitioned"
"""A cookie that a frame of another site gets, on pages of the site around it and nowhere else.
``*.localhost`` is another site than ``localhost``, and counts as secure without TLS."""

HOP_BY_HOP: Final = frozenset(
    (
        b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
        b"transfer-encoding upgrade"
    ).split()
)
"""Of one connection, not of a message (RFC 9110, section 7.6.1)."""

NOT_SENT: Final = HOP_BY_HOP | frozenset(
    b"cookie content-length expect forwarded x-forwarded-for x-forwarded-host x-forwarded-proto "
    b"x-real-ip via".split()
)
NOT_ANSWERED: Final = HOP_BY_HOP | frozenset(
    (
        b"set-cookie set-cookie2 clear-site-data strict-transport-security alt-svc link report-to "
        b"reporting-endpoints nel referrer-policy permissions-policy x-frame-options "
        b"content-security-policy content-security-policy-report-only origin-agent-cluster "
        b"access-control-allow-origin access-control-allow-credentials "
        b"access-control-allow-private-network cross-origin-opener-policy "
        b"cross-origin-embedder-policy cross-origin-resource-policy "
        b"cross-origin-opener-policy-report-only cross-origin-embedder-policy-report-only "
        b"document-policy attribution-reporting-register-source "
        b"attribution-reporting-register-trigger sec-session-registration "
        b"supports-loading-mode set-login x-dns-prefetch-control x-content-type-options"
    ).split()
)
"""What could reach beyond the app's host, report elsewhere, or weaken what we add."""

COOKIE_ATTRIBUTES: Final = frozenset({b"path", b"expires", b"max-age", b"httponly"})
SAME_SITES: Final = frozenset({b"strict", b"lax"})


def names_of(cookies: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """The cookies of some ``Cookie`` headers, as names and whole parts."""
    parts = (part.strip() for line in cookies for part in line.split(b";"))
    return [(part.partition(b"=")[0].strip(), part) for part in parts if part]


def is_ours(name: bytes) -> bool:
    """Whether a cookie's name is one of ours, in whichever spelling."""
    return name.lower() in {each.lower() for each in OURS}


def sent_on(headers: Sequence[Header], *, websocket: bool) -> list[Header]:
    """The head of a request as the program gets it.

    Args:
        headers: names in lower case, as h11 gives them.
        websocket: whether the request asks to become a WebSocket.
    """
    listed = _listed_in_connection(headers)
    secret = KEY_PREFIX.encode()
    kept = [
        (name, value)
        for name, value in headers
        if name not in NOT_SENT and name not in listed and secret not in value
    ]
    cookies = names_of(value for name, value in headers if name == b"cookie")
    others = [part for name, part in cookies if not is_ours(name) and secret not in part]
    if others:
        kept.append((b"cookie", b"; ".join(others)))
    kept += [each for each in headers if each[0] in {b"content-length", b"transfer-encoding"}]
    if websocket:
        return [*kept, (b"connection", b"Upgrade"), (b"upgrade", b"websocket")]
    return [*kept, (b"connection", b"close")]


def answered(headers: Sequence[Header], label: str, hosts: Hosts, frame: str = "") -> list[Header]:
    """The head of an answer as the browser gets it.

    Args:
        headers: of the program.
        label: of the app.
        hosts: names of apps.
        frame: origin of the dashboard that shows the app in a frame; empty: none does.
    """
    listed = _listed_in_connection(headers)
    if any(name == b"transfer-encoding" for name, _ in headers):
        listed.add(b"content-length")  # RFC 9112, section 6.3: the encoding counts
    kept = [
        (name, value) for name, value in headers if name not in NOT_ANSWERED and name not in listed
    ]
    cookies = (
        _cookie(value, hosts, framed=bool(frame))
        for name, value in headers
        if name == b"set-cookie"
    )
    kept += [(b"set-cookie", cookie) for cookie in cookies if cookie]
    return [*kept, *policies(label, hosts, frame)]


def policies(label: str, hosts: Hosts, frame: str = "") -> list[Header]:
    """What we say about every page of an app: it may use its own host and nothing else.

    Args:
        label: of the app.
        hosts: names of apps.
        frame: the one origin, beside its own, whose pages may show it in a frame; empty: none.
    """
    own = hosts.authority(label)
    sockets = f"{'wss' if hosts.is_secure else 'ws'}://{own}"
    policy = (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
        f"connect-src 'self' {sockets} data: blob:; form-action 'self'; base-uri 'self'; "
        f"object-src 'none'; frame-src 'self' data: blob:; {ancestors(frame)}; webrtc 'block'"
    )
    framing = [] if frame else [(b"x-frame-options", b"SAMEORIGIN")]
    return [
        *framing,
        (b"content-security-policy", policy.encode()),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"origin-agent-cluster", b"?1"),
        (b"x-dns-prefetch-control", b"off"),
        (
            b"permissions-policy",
            b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ]


def ancestors(frame: str) -> str:
    """The directive that says whose pages may show an app in a frame.

    Args:
        frame: an origin beside the app's own; empty: none.
    """
    return f"frame-ancestors 'self' {frame}".rstrip()


def _listed_in_connection(headers: Sequence[Header]) -> set[bytes]:
    values = (value for name, value in headers if name == b"connection")
    return {token.strip().lower() for value in values for token in value.split(b",")}


def _cookie(value: bytes, hosts: Hosts, *, framed: bool) -> bytes | None:
    """A program's cookie, bound to its own host; None where it takes the name of ours."""
    first, *attributes = (part.strip() for part in value.split(b";"))
    name = first.partition(b"=")[0].strip()
    if is_ours(name) or b"=" not in first:
        return None
    kept = [
        part for part in attributes if part.partition(b"=")[0].strip().lower() in COOKIE_ATTRIBUTES
    ]
    if framed:
        return b"; ".join([first, *kept, IN_FRAME])
    sites = [
        part.partition(b"=")[2].strip().lower()
        for part in attributes
        if part.partition(b"=")[0].strip().lower() == b"samesite"
    ]
    site = sites[-1] if sites and sites[-1] in SAME_SITES else b"lax"
    secure = [b"Secure"] if hosts.is_secure else []
    return b"; ".join([first, *kept, *secure, b"SameSite=" + site])

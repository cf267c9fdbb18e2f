"""How often one client may ask: a token bucket for each, in the memory of the process.

A bucket holds a minute's worth of requests and fills up evenly, so that a burst is fine and a flood
is not. Several processes have buckets of their own: behind a balancer a client has as many times
the limit as there are processes.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from toggle_core.api.problems import answer_of
from toggle_core.errors import TooManyRequests
from toggle_core.startup import services

MINUTE: Final = 60.0

IPV6_NETWORK: Final = 64
"""Bits of an IPv6 address that tell clients apart: one line of a provider has all the rest."""


class Buckets:
    """The buckets of all clients. Safe to use from several threads.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._found)

    def take(self, client: str, per_minute: int) -> None:
        """Take one request out of a client's bucket.

        Args:
            client: name of the bucket.
            per_minute: requests; 0: any number.

        Raises:
            TooManyRequests: the bucket is empty.
        """
        if not per_minute:
            return
        now = self._clock()
        with self._lock:
            self._forget(now)
            left, at = self._found.pop(client, (float(per_minute), now))
            left = min(per_minute, left + (now - at) * per_minute / MINUTE)
            self._found[client] = (left - 1 if left >= 1 else left), now
        if left < 1:
            raise TooManyRequests(seconds=math.ceil((1 - left) * MINUTE / per_minute))

    def _forget(self, now: float) -> None:
        """Whoever has not asked for a minute has a full bucket, which need not be kept."""
        while self._found and now - next(iter(self._found.values()))[1] > MINUTE:
            self._found.popitem(last=False)


class LimitRate:
    """Middleware that refuses the requests of a client that sends too many.

    Args:
        app: behind it.
        who: names the client of a request; None: it is not limited.
    """

    def __init__(self, app: ASGIApp, who: Callable[[Scope], str | None]) -> None:
        self.app = app
        self._who = who
        self._buckets = Buckets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while its client may ask."""
        client = self._who(scope) if scope["type"] == "http" else None
        try:
            if client is not None:
                self._buckets.take(client, services().settings.requests_per_minute)
        except TooManyRequests as error:
            await answer_of(error)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def address_of(scope: Scope) -> str:
    """Where a request comes from: an IPv4 address, or the network of an IPv6 one.

    Args:
        scope: of the request.
    """
    host: str = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address.packed, IPV6_NETWORK), strict=False))

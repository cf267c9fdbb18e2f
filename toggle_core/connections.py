"""When a pooled connection is pinged, and for how long a pool tries to reconnect."""

import select
import time
from typing import Any, Final

import psycopg

RECONNECT_SECONDS: Final = 3.0
"""For how long psycopg's pools try to connect before they give up until the next request.

They wait twice as long after each attempt, up to minutes: after a long outage the next one would
come minutes after its end.
"""

UNASKED_SECONDS: Final = 1.0
"""A connection that was used this short a time ago is not pinged, unless something has arrived from
the server: under load, pings would be half of all statements. A server that closes a connection
sends a message, and the kernel reports one that was killed."""


def is_fresh(
    connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any], used_at: float
) -> bool:
    """Whether a connection can be used without a ping.

    Args:
        connection: idle.
        used_at: time of last use, in seconds of the monotonic clock.
    """
    if time.monotonic() - used_at > UNASKED_SECONDS or connection.closed:
        return False
    arrived = select.poll()
    arrived.register(connection.fileno(), select.POLLIN)
    return not arrived.poll(0)

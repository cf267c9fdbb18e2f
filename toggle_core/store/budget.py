"""How many connections a process may come to need, and whether Postgres has that many for it.

Each process tells its need in the name of its connections (``application_name``), which every other
can read in ``pg_stat_activity``. So the processes of all machines are counted, without a registry.
"""

import re
from collections import Counter
from typing import Final
from uuid import uuid4

import psycopg

from toggle_core.errors import ConnectionsTooFew

POOL_SIZE: Final = 6
POOL_OVERFLOW: Final = 10
"""Connections of commands and reads: kept open, and more of them in a rush."""

COMMAND: Final = POOL_SIZE
"""What a command such as an export may need."""

SERVING: Final = POOL_SIZE + POOL_OVERFLOW + 1
"""What the pages and the API of a process may need: the pool, and a listener for events."""

QUEUE_CONNECTIONS: Final = 4

WEBHOOK_CONNECTIONS: Final = 3
"""Of the queue that deliveries have of their own."""

DIRECT: Final = QUEUE_CONNECTIONS + WEBHOOK_CONNECTIONS + 1
"""What a process needs of Postgres itself beside a pooler: its queues, and a listener for events.

How many connections the pooler makes, its own settings say.
"""

SPARE_CONNECTIONS: Final = 2
"""Checkpoint connections beyond one per thread: a saver's writes go on in the background."""

LIMIT: Final = """
    SELECT sum(setting::int * CASE name WHEN 'max_connections' THEN 1 ELSE -1 END)
      FROM pg_settings
     WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
"""
"""What is there for those who are not superusers (Postgres's manual, "Connections")."""

TAKEN: Final = """
    SELECT application_name, count(*) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
     GROUP BY application_name
"""

NAME: Final = "production-toggle {process} needs {connections}"
_NEED: Final = re.compile(r"^production-toggle \w+ needs (\d+)\b")
"""A worker's connections for checkpoints say more after it."""


def worker_connections(threads: int) -> int:
    """What the worker of a process may need, beyond the pool.

    Args:
        threads: runs executed at once; 0: there is no worker.
    """
    if threads == 0:
        return 0
    return threads + SPARE_CONNECTIONS + QUEUE_CONNECTIONS + WEBHOOK_CONNECTIONS


def name_of_connections(connections: int) -> str:
    """A name for all connections of this process, which tells others how many there may be.

    Args:
        connections: most connections the process opens.
    """
    return NAME.format(process=uuid4().hex[:8], connections=connections)


def check_budget(connection: psycopg.Connection, address: str, connections: int) -> None:
    """Make sure that this process and all others can have what they may need.

    Args:
        connection: to Postgres itself, not to a pooler.
        address: of the server, to be told.
        connections: what this process may need.

    Raises:
        ConnectionsTooFew: they cannot.
    """
    [(limit,)] = connection.execute(LIMIT).fetchall()
    opened: Counter[str] = Counter()
    needed: dict[str, int] = {}
    for name, count in connection.execute(TAKEN).fetchall():
        told = _NEED.match(name or "")
        process = told[0] if told else ""
        opened[process] += count
        needed[process] = int(told[1]) if told else 0
    taken = sum(max(count, needed[process]) for process, count in opened.items())
    if taken + connections > limit:
        raise ConnectionsTooFew(address=address, limit=limit, taken=taken, needed=connections)

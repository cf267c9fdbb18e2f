"""Parameters in a database's URL that other programs know, and Postgres's client library does not.

Providers show addresses made for Prisma, JDBC or node-postgres. What they add is named, so that it
can be taken out; a name is shown only if it looks like one, because a password with a ``?`` in it
gets here too.
"""

import re
from typing import Final
from urllib.parse import parse_qsl

from psycopg import pq

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}")

_SCHEMA: Final = "to use another schema than public, write options=-csearch_path%3DNAME instead"
_TLS: Final = "write sslmode=require instead"
_ADVICE: Final = {
    "pgbouncer": "if the address leads to PgBouncer, set DATABASE_DIRECT_URL to Postgres itself",
    "schema": _SCHEMA,
    "currentSchema": _SCHEMA,
    "ssl": _TLS,
    "tls": _TLS,
    "sslaccept": "write sslmode=require or sslmode=verify-full instead",
    "timeout": "write connect_timeout=5 instead",
    "encoding": "the app always uses UTF-8",
    "charset": "the app always uses UTF-8",
}


def unknown_parameters(url: str) -> tuple[str, ...]:
    """Return the names of a URL's parameters that Postgres's client library refuses.

    Args:
        url: of a database; what cannot be read has no parameters.

    Returns:
        Names as they stand there, each once; none if one of them is no name.
    """
    try:
        # A password may have a question mark in it; it ends at the last @.
        query = url.rpartition("@")[2].partition("?")[2]
        given = dict(parse_qsl(query, keep_blank_values=True))
    except ValueError:
        return ()
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    if given.get("ssl") == "true":  # libpq takes it for sslmode=require
        known.add("ssl")
    unknown = tuple(name for name in given if name not in known)
    return unknown if all(map(_NAME.fullmatch, unknown)) else ()


def advice_on(names: tuple[str, ...]) -> str:
    """Return what to do about unknown parameters, as the rest of a sentence.

    Args:
        names: one or more.
    """
    rest = [_ADVICE[name] for name in names if name in _ADVICE]
    return "; ".join(["take it out" if len(names) == 1 else "take them out", *dict.fromkeys(rest)])

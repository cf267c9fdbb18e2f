"""The variables by which a shell tells Postgres's clients where and how to connect.

They are meant for another server. The client library would use them for the embedded one as well,
and some of them (``PGSERVICE``, ``PGHOSTADDR``) go before a connection string.
"""

import logging
import os
import re
from typing import Final

logger = logging.getLogger(__name__)

# "34.15. Environment Variables" of Postgres's manual; each version adds some.
_NAME: Final = re.compile(r"PG[A-Z]+(?:_[A-Z]+)*")


def forget_client_variables() -> None:
    """Take them out of this process's environment, and so of every program that it starts.

    The log names those that were set.
    """
    names = sorted(filter(_NAME.fullmatch, os.environ))
    for name in names:
        del os.environ[name]
    if names:
        logger.info("the embedded database is used: ignoring %s", ", ".join(names))

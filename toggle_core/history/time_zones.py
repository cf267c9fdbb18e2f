"""Time zones by their names, as browsers and clients of the API write them."""

import re
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
NOT_A_PLACE: Final = ("posix/", "right/", "Factory", "localtime", "posixrules")
"""What may lie in the folder of the zones besides them."""


def find_zone(name: str | None) -> ZoneInfo | None:
    """The zone with a name, with the older names that browsers still report.

    They are Python's names, those of the package ``tzdata``. A database may know fewer: Debian
    leaves ``Asia/Calcutta`` and ``US/Pacific`` out. So no name of a zone ever goes into SQL.

    Args:
        name: such as Europe/Berlin, in any spelling that somebody may send.

    Returns:
        The zone, None where there is none.
    """
    if name is None or not NAME.fullmatch(name) or name.startswith(NOT_A_PLACE):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

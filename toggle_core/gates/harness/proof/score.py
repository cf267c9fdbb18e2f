"""What became of one change: whether the tests noticed it."""

from collections.abc import Collection
from enum import StrEnum

from .runner import Ran


class Fate(StrEnum):
    """What became of a change.

    ``UNREACHED``: no test runs the place. ``UNJUDGED``: the program crashed, did not load or did
    not end, which says nothing of what the tests look at.
    """

    NOTICED = "noticed"
    SURVIVED = "survived"
    UNREACHED = "unreached"
    UNJUDGED = "unjudged"


def judge(ran: Ran, solid: Collection[str]) -> Fate:
    """Judge one run on a changed program.

    Args:
        ran: the run.
        solid: the tests that count.
    """
    failed = [
        line for line in ran.lines if line.get("outcome") == "failed" and line["test"] in solid
    ]
    if ran.tampered:
        return Fate.UNJUDGED
    if any(line["noticed"] for line in failed):
        return Fate.NOTICED
    if failed or ran.late or not ran.ended or any("uncollected" in line for line in ran.lines):
        return Fate.UNJUDGED
    return Fate.SURVIVED

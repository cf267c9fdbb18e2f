"""Badges: how a run stands, in one word, with an icon and a colour of the theme."""

from typing import Final

from toggle_core.ui.labels import HasStanding, Look, Standing, standing_of, standing_word
from toggle_core.words import Verdict

VERDICT_BADGES: Final = {
    Verdict.DRAFT: ":gray[Not checked]",
    Verdict.READY: ":green-badge[:material/verified: Production]",
    Verdict.NOT_READY: ":orange-badge[Not ready]",
}


def standing_badge(run: HasStanding) -> str:
    """How a run stands, as Markdown of Streamlit."""
    return _badge(standing_of(run).value, standing_word(run))


def short_badge(run: HasStanding) -> str:
    """How a run stands in one word, as Markdown of Streamlit."""
    look = standing_of(run).value
    return _badge(look, look.word)


def _badge(look: Look, words: str) -> str:
    kind = f"{look.colour}-badge" if look.filled else look.colour
    return f":{kind}[:material/{look.icon}: {words}]"


def verdict_badge(run: HasStanding) -> str:
    """What the gates say of a run, as Markdown of Streamlit; empty while it is not finished.

    One that works has none beside what :func:`standing_badge` says.
    """
    if run.verdict is None or standing_of(run) is Standing.WORKS:
        return ""
    return VERDICT_BADGES[run.verdict]

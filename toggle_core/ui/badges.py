"""Badges: how a run stands, in one word, with an icon and a colour of the theme."""

from typing import Final

from toggle_core.ui.labels import HasStanding, standing_of, standing_word
from toggle_core.words import Verdict

VERDICT_BADGES: Final = {
    Verdict.DRAFT: ":gray[Not checked]",
    Verdict.READY: ":green-badge[:material/verified: Production]",
    Verdict.NOT_READY: ":orange-badge[Not ready]",
}


def standing_badge(run: HasStanding) -> str:
    """How a run stands, as Markdown of Streamlit."""
    look = standing_of(run).value
    kind = f"{look.colour}-badge" if look.filled else look.colour
    return f":{kind}[:material/{look.icon}: {standing_word(run)}]"


def verdict_badge(run: HasStanding) -> str:
    """What the gates say of a run, as Markdown of Streamlit; empty while it is not finished."""
    return VERDICT_BADGES[run.verdict] if run.verdict else ""

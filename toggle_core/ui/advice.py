"""What the builder would make of a task: a hint below the text box, a card for a refusal."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from toggle_core.builders.advice import Advice, Offer, can_advise
from toggle_core.errors import DatabaseAway
from toggle_core.startup import services
from toggle_core.ui.text import as_label

LONGEST: Final = 1_000
"""Characters of a task that is advised on: longer ones take too long to read at each pause."""

SETTINGS_PAGE: Final = "settings.py"
TITLE_LENGTH: Final = 48

Choose = Callable[[str], None]
"""Takes the text of an offer over, in a callback."""


def advice_on(task: str) -> Advice | None:
    """What would be made of a task; None where the builder does not say.

    Args:
        task: as far as it is typed.
    """
    if not task.strip() or len(task) > LONGEST:
        return None
    try:
        builder = services().builder
    except DatabaseAway:  # The live part of the page says so.
        return None
    return builder.advise(task) if can_advise(builder) else None


def hint(advice: Advice, choose: Choose) -> None:
    """Say below the text box what would be built, what would be left out, and what comes close.

    Args:
        advice: on what is typed.
        choose: puts the text of an offer into the box.
    """
    with st.container(key="hint", gap="small"):
        if advice.builds:
            checked = f":gray[:small[{_promises(advice.promises)}]]"
            st.markdown(
                f":green[:material/check_circle:] I'll build: **{as_label(advice.builds)}** "
                f"{checked}"
            )
        else:
            st.markdown(f":orange[:material/block:] {as_label(advice.reason)}")
        for each in advice.omitted:
            why = f" :gray[:small[{as_label(each.why)}]]" if each.why.strip(".") else ""
            st.markdown(f":orange[:material/block:] Left out: **{as_label(each.words)}**{why}")
        if advice.omitted:
            st.caption("A run with something left out can't be called ready.")
        if advice.offers:
            with st.container(horizontal=True, vertical_alignment="center", key="offers"):
                st.caption("What comes close", width="content")
                for number, offer in enumerate(advice.offers, start=1):
                    _button(offer, f"offer_{number}", choose)
                if not advice.builds:
                    connect_link()


def refusal_card(advice: Advice, choose: Choose) -> None:
    """Say calmly that a task cannot be built, with what comes close to press.

    Args:
        advice: on a task that would be refused.
        choose: builds the text of an offer.
    """
    with st.container(key="refusal", gap="small"):
        st.header("I can't build that yet, but this comes close", anchor=False)
        st.markdown(f"{as_label(advice.reason)} Pick one of these and it starts right away.")
        for column, (number, offer) in zip(
            st.columns(len(advice.offers)), enumerate(advice.offers, start=1), strict=True
        ):
            with column.container(border=True, key=f"option_{number}", height="stretch"):
                st.markdown(f"**{as_label(offer.title)}**")
                st.caption(as_label(offer.about))
                st.space("stretch")
                st.button(
                    "Build this",
                    key=f"build_{number}",
                    type="primary" if number == 1 else "secondary",
                    width="stretch",
                    help=as_label(offer.task),
                    on_click=choose,
                    args=(offer.task,),
                )
        with st.container(horizontal=True, vertical_alignment="center", key="want_exactly"):
            st.markdown(
                ":material/auto_awesome: **Want exactly this?** With a chat model the app can "
                f"build anything you describe, not only its {advice.templates} templates."
            )
            connect_link()


def connect_link() -> None:
    """A link to where a chat model is connected."""
    st.page_link(SETTINGS_PAGE, label="Connect a chat model", icon=":material/cable:", help="")


def _button(offer: Offer, key: str, choose: Choose) -> None:
    st.button(
        as_label(offer.title),
        key=key,
        help=as_label(offer.task),
        on_click=choose,
        args=(offer.task,),
    )


def _promises(count: int) -> str:
    return "1 promise will be checked" if count == 1 else f"{count} promises will be checked"

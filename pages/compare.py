"""Compare: two runs side by side."""

from uuid import UUID

import streamlit as st

from toggle_core.errors import RunNotFound, SameRun
from toggle_core.history.comparison import compare
from toggle_core.startup import services
from toggle_core.ui.comparison import COMPARE_PAGE, compare_address, comparison_view
from toggle_core.ui.costs import prices_of
from toggle_core.ui.empty import empty
from toggle_core.ui.labels import is_moving
from toggle_core.ui.live import live


def compared() -> bool:
    """Show the two runs, as far as they have come."""
    opened = services()
    try:
        pair = compare(opened.database, left, right)
    except RunNotFound:
        nothing(
            "One of these runs is not there.", "It may have been deleted, or the link is wrong."
        )
        return False
    except SameRun as error:
        nothing(str(error))
        return False
    settings = opened.settings
    comparison_view(pair, prices_of(settings), settings.currency)
    return is_moving(pair.left.run) or is_moving(pair.right.run)


def nothing(what: str, hint: str = "") -> None:
    """Say why there is nothing to compare."""
    box = empty(what, hint)
    box.page_link("runs.py", label="Choose two runs", icon=":material/view_list:", help="")


st.page_link(
    "runs.py",
    label="All runs",
    icon=":material/arrow_back:",
    help="",
    query_params=st.session_state.get("list_address"),
)
st.title("Compare runs", anchor=False)
asked = [st.query_params.get(side, "") for side in ("left", "right")]
try:
    left, right = map(UUID, asked)
except ValueError:
    if any(asked):
        nothing("This link is not complete.", "Copy it again from where you got it.")
    else:
        nothing("No runs are chosen.", "Tick two in the list, then press Compare.")
else:
    live(compared)
    st.page_link(
        COMPARE_PAGE,
        label="Swap sides",
        icon=":material/swap_horiz:",
        help="",
        query_params=compare_address(right, left),
    )

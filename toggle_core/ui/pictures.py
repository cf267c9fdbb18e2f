"""Pictures of a program's pages, as Chromium showed them during the checks.

The browser loads them by addresses of their own, when they come into view: none passes through the
page's WebSocket. A press on one opens it whole in a new tab.
"""

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.gates.model import promises_of
from toggle_core.runs.model import Run, RunBrief, RunSummary
from toggle_core.runs.pictures import FRONT, WIDE, PictureInfo, front_pictures
from toggle_core.store.database import Database
from toggle_core.ui.text import visible
from toggle_core.words import Verdict

FRONT_CAPTION: Final = (
    "The front page as Chromium showed it during the checks. Select it to see all of it."
)
ENDS_CAPTION: Final = (
    "As Chromium showed it during the checks, with values that the promise was tried with."
)

BESIDE_CAPTION: Final = (
    "Beside each promise: the page at its end, as Chromium showed it during the checks. Select a "
    "picture to see all of it."
)


def front_view(run: Run, pictures: Sequence[PictureInfo]) -> None:
    """Show the front page on a computer and on a phone, beside each other where there is room.

    Args:
        run: whose program it is.
        pictures: of it, those of the front page among them.
    """
    with st.container(key="front_pictures", gap="small"):
        st.html(_shots(run.id, of_promise(pictures, FRONT), "", "front"))
        st.caption(FRONT_CAPTION)


def ends_view(run: Run, pictures: Sequence[PictureInfo]) -> None:
    """Show the page at the end of each promise with its sentence; nothing where there is none.

    Args:
        run: whose program it is.
        pictures: of it.
    """
    figures = []
    for promise in promises_of(run.gates):
        if shown := of_promise(pictures, promise.id):
            sentence = html.escape(visible(promise.sentence))
            shots = _shots(run.id, shown, promise.sentence)
            figures.append(f"<figure>{shots}<figcaption>{sentence}</figcaption></figure>")
    if figures:
        with st.container(key="end_pictures", gap="small"):
            st.header("At the end of its promises", anchor=False)
            st.html(f'<div class="ends">{"".join(figures)}</div>')
            st.caption(ENDS_CAPTION)


def thumbnails(run_id: UUID, pictures: Iterable[PictureInfo], sentence: str) -> None:
    """Show small pictures of one page; nothing where there is none.

    Args:
        run_id: of the run.
        pictures: of the page, at each width.
        sentence: of the promise at whose end they were taken; empty for the front page.
    """
    if shown := list(pictures):
        st.html(_shots(run_id, shown, sentence, "small"), width="content")


def of_promise(pictures: Iterable[PictureInfo], promise: str) -> list[PictureInfo]:
    """The pictures that were taken at the end of a promise.

    Args:
        pictures: of a run.
        promise: its id; ``FRONT`` for the front page.
    """
    return [picture for picture in pictures if picture.promise == promise]


def fronts_of(
    database: Database, runs: Collection[RunSummary | RunBrief], place: str
) -> Mapping[UUID, str]:
    """Addresses of the pictures of front pages. Those of runs that this viewer has seen in the same
    place are not read again.

    Args:
        database: where.
        runs: shown now; what is known of others is forgotten.
        place: word for the part of a page that shows them.

    Returns:
        By the ids of those runs that have one.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    known: dict[UUID, str] = st.session_state.get(f"fronts_{place}", {})
    checked = [run.id for run in runs if run.verdict not in {None, Verdict.DRAFT}]
    read = front_pictures(database, [run_id for run_id in checked if run_id not in known])
    new = {run_id: picture_address(run_id, picture) for run_id, picture in read.items()}
    found = {run_id: known.get(run_id, new.get(run_id, "")) for run_id in checked}
    st.session_state[f"fronts_{place}"] = found
    return {run_id: address for run_id, address in found.items() if address}


def picture_address(run_id: UUID, picture: PictureInfo) -> str:
    """Where the dashboard serves a picture.

    Args:
        run_id: of its run.
        picture: which.
    """
    return f"/download/tasks/{run_id}/pictures/{picture.name}.png"


def front_image(address: str, name: str = "") -> None:
    """Show a picture of a front page as a part of something that is pressed as a whole.

    Args:
        address: of the picture.
        name: of the project; empty where it stands beside the picture.
    """
    alt = f"Front page of {visible(name)}" if name else ""
    st.html(_image(address, alt, "front_image"))


def _shots(run_id: UUID, pictures: Iterable[PictureInfo], sentence: str, kind: str = "") -> str:
    shots = []
    for picture in pictures:
        address = picture_address(run_id, picture)
        shape = "wide" if picture.width == WIDE else "narrow"
        image = _image(address, _alt(picture, sentence))
        shots.append(f'<a class="shot {shape}" href="{address}" target="_blank">{image}</a>')
    return f'<div class="shots {kind}">{"".join(shots)}</div>'


def _image(address: str, alt: str, kind: str = "") -> str:
    return f'<img class="{kind}" src="{address}" alt="{html.escape(alt)}" loading="lazy">'


def _alt(picture: PictureInfo, sentence: str) -> str:
    device = "on a computer" if picture.width == WIDE else "on a phone"
    page = f"The page at the end of: “{visible(sentence)}”" if sentence else "The front page"
    return f"{page}, {device}"

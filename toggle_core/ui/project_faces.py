"""What a project looks like on a card: a still picture of it, and how it is opened."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.history.reads import get_runs
from toggle_core.runs.model import Run, RunSummary
from toggle_core.runs.pictures import PictureInfo, front_pictures
from toggle_core.runs.preview import HTML, Preview, preview_of
from toggle_core.startup import services
from toggle_core.ui.app_controls import Opening, opening_of
from toggle_core.ui.page_frame import framed
from toggle_core.ui.pictures import front_image, picture_address
from toggle_core.ui.text import visible

PIXELS: Final = 150
"""Height of a picture."""

ENLARGED: Final = 3
"""How much larger than its picture a page is drawn before it is scaled down (``theme.LIST``)."""

STILL_LIMIT: Final = 200_000
"""Characters of a page, with all it embeds, that are sent for a picture."""

LINES: Final = 12
LINE_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Face:
    """A run as a card shows it.

    Attributes:
        opening: how its program is opened; None where it has none that can be.
        page: a document that shows its first page as it was when the program was checked; empty
            without one, or where it is too large.
        printed: the first lines of what its program printed then.
        front: address of a picture of its front page; empty without one.
    """

    opening: Opening | None
    page: str
    printed: str
    front: str = ""


def faces_of(runs: Sequence[RunSummary]) -> dict[UUID, Face]:
    """What runs look like. Those that this viewer has seen before are not read again.

    Args:
        runs: finished and shown now; what is known of others is forgotten.

    Returns:
        By the ids of those that still exist.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    known: dict[UUID, Face] = st.session_state.get("faces", {})
    unseen = [run.id for run in runs if run.id not in known]
    database = services().database
    read = get_runs(database, unseen)
    fronts = front_pictures(database, unseen)
    found = known | {
        run_id: _pictured(run, fronts[run_id]) if run_id in fronts else _face(run)
        for run_id, run in read.items()
    }
    faces = {run.id: found[run.id] for run in runs if run.id in found}
    st.session_state["faces"] = faces
    return faces


def picture(face: Face | None, name: str) -> None:
    """Show the still picture of a project, or its initial where there is none.

    Args:
        face: of its latest version; None where it is not known.
        name: of the project.
    """
    if face is not None and face.front:
        front_image(face.front, name)
    elif face is not None and face.page:
        height = PIXELS * ENLARGED
        st.iframe(face.page, height=height, tab_index=-1, alt=f"Picture of {visible(name)}")
    elif face is not None and face.printed:
        st.html(f'<pre class="printed" aria-hidden="true">{html.escape(face.printed)}</pre>')
    else:
        initial = html.escape(visible(name)[:1].upper())
        st.html(f'<div class="initial" aria-hidden="true">{initial}</div>')


def still_of(seen: Preview) -> str:
    """A document that shows the first page of a project, in which nothing can be pressed.

    Args:
        seen: what can be seen of the project.

    Returns:
        Empty without a page, or where it is too large.
    """
    first = next((page for page in seen.pages if page.content_type == HTML), None)
    page = framed(first.body, first.path, seen.styles, inert=True) if first else ""
    return page if len(page) <= STILL_LIMIT else ""


def _pictured(run: Run, front: PictureInfo) -> Face:
    return Face(opening_of(run), "", "", picture_address(run.id, front))


def _face(run: Run) -> Face:
    seen = preview_of(run)
    lines = visible(seen.printed).strip().splitlines()[:LINES]
    printed = "\n".join(line[:LINE_LENGTH] for line in lines)
    return Face(opening_of(run), still_of(seen), printed)

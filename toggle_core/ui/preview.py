"""The project, seen working: its pages, or what its program printed."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from toggle_core.gates.model import Page
from toggle_core.runs.model import Run
from toggle_core.runs.pictures import FRONT, PictureInfo
from toggle_core.runs.preview import HTML, Preview
from toggle_core.ui.app_controls import app_notes, app_view
from toggle_core.ui.page_frame import PAGE_LIMIT, framed
from toggle_core.ui.pictures import ends_view, front_view, of_promise
from toggle_core.ui.text import one_line, visible

TALL: Final = 560
"""Pixels of a page that is shown; the rest is scrolled to."""

PATH_LENGTH: Final = 80
CUT: Final = "It is too large to be shown completely: download the project to see all of it."
FOUND: Final = 200
PLAIN_PAGES: Final = "Look through its pages, without scripts and links"


def preview_view(run: Run, found: Preview, pictures: Sequence[PictureInfo] = ()) -> None:
    """Show what there is to look at, or say why there is nothing.

    Args:
        run: whose project it is.
        found: in it.
        pictures: of its pages, from the checks.
    """
    is_used = app_view(run)
    app_notes(run)
    if is_used:
        return
    if not found and not pictures:
        st.caption(_why_nothing(run))
        return
    if of_promise(pictures, FRONT):
        front_view(run, pictures)
        if found.pages:
            with st.expander(PLAIN_PAGES):
                _page(_chosen(found.pages), found)
    elif found.pages:
        _page(_chosen(found.pages), found)
    ends_view(run, pictures)
    if found.printed.strip():
        _printed(found)


def _why_nothing(run: Run) -> str:
    if run.finished_at is None:
        return "The preview appears here when the run has finished."
    if not run.files:
        return "There is nothing to look at: the run stopped before any code was written."
    if not run.production:
        return (
            "Drafts aren't run, so there is no preview of the program. Turn on Production to see "
            "it working."
        )
    return "The program has printed nothing and answered nothing when it was started."


def _chosen(pages: tuple[Page, ...]) -> Page:
    if len(pages) == 1:
        return pages[0]
    number = st.selectbox(
        "Page",
        range(len(pages)),
        format_func=lambda number: one_line(pages[number].path, PATH_LENGTH),
        key="page_shown",
        label_visibility="collapsed",
        width=320,
    )
    return pages[number]


def _page(page: Page, found: Preview) -> None:
    if page.content_type == HTML:
        with st.container(border=True, key="preview_page", gap=None):
            st.iframe(
                framed(page.body, page.path, found.styles),
                height=TALL,
                alt="What was built",
            )
    else:
        language = "json" if page.content_type.endswith("json") else None
        st.code(visible(page.body[:PAGE_LIMIT]), language, wrap_lines=True, height=TALL)
    st.caption(_explained(page, found))


def _explained(page: Page, found: Preview) -> str:
    cut = f" {CUT}" if len(page.body) > PAGE_LIMIT else ""
    if not found.fetched:
        return f"Static preview. Scripts and links are off here. Download it to use it.{cut}"
    answer = "" if page.status == FOUND else f" It answered with status {page.status}."
    return (
        "The page as the program answered with it when it was checked in its sandbox: scripts and "
        f"links are off here.{answer}{cut}"
    )


def _printed(found: Preview) -> None:
    if found.pages:
        with st.expander("What the program printed"):
            st.code(visible(found.printed), None, wrap_lines=True)
        return
    st.markdown("**What the program printed**")
    st.code(visible(found.printed), None, wrap_lines=True)
    st.caption("This is its output when started once in the sandbox.")

"""What of a project can be looked at, and the frame it is looked at in."""

import dataclasses
import html
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from toggle_core.gates.model import GateResult, Page
from toggle_core.runs.evidence import NO_EVIDENCE
from toggle_core.runs.model import Run
from toggle_core.runs.preview import preview_of
from toggle_core.ui.page_frame import BEFORE, PAGE_LIMIT, PARTS_LIMIT, framed
from toggle_core.words import Outcome, Stage, Status, Verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)

DRAFT = Run(
    id=uuid4(),
    task="A page",
    production=False,
    status=Status.COMPLETED,
    stage=Stage.DONE,
    verdict=Verdict.DRAFT,
    review=False,
    attempt=1,
    takeovers=0,
    priority=0,
    builder="quick",
    submitted_by=None,
    idempotency_key=None,
    project_id=uuid4(),
    project_name="A page",
    version=1,
    **NO_EVIDENCE,
    duration=None,
    working_seconds=None,
    waiting_seconds=None,
    review_seconds=None,
    parent_id=None,
    error=None,
    reason=None,
    reason_code=None,
    failed_checks=None,
    kind=None,
    tokens_in=0,
    tokens_out=0,
    created_at=NOW,
    started_at=NOW,
    finished_at=NOW,
    cancel_requested_at=None,
    plan="",
    code="",
    entry="main.py",
    files={},
    how_to_run="",
    response="",
    gates=(),
)


def drafted(**files: str) -> Run:
    named = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    return dataclasses.replace(DRAFT, files=named)


def started(*pages: Page, output: str = "") -> Run:
    gate = GateResult("start", Outcome.PASSED, 1.0, "It started.", output=output, pages=pages)
    return dataclasses.replace(DRAFT, production=True, gates=(gate,))


def inner(page: str, **parts: str) -> str:
    """The page inside the frame."""
    at = {f"/{name.replace('_', '.')}": text for name, text in parts.items()}
    return html.unescape(framed(page, "/index.html", at).partition('srcdoc="')[2])


def test_a_program_without_pages_and_words_has_no_preview() -> None:
    assert not preview_of(drafted(main_py="print('hello')"))


def test_the_index_of_a_site_comes_first() -> None:
    found = preview_of(drafted(about_html="b", index_html="a", main_py="c"))
    assert [page.path for page in found.pages] == ["/index.html", "/about.html"]


def test_pages_that_a_program_fills_in_are_not_whole() -> None:
    assert not preview_of(drafted(templates__index_html="{{ title }}"))


def test_pages_outside_of_the_site_are_left_out() -> None:
    found = preview_of(drafted(docs__old_html="b", site__index_html="a"))
    assert [page.path for page in found.pages] == ["/site/index.html"]


def test_what_a_server_answered_with_counts_more_than_files() -> None:
    page = Page("/", 200, "text/html", "<p>Hello")
    run = dataclasses.replace(started(page), files={"index.html": "old"})
    found = preview_of(run)
    assert found.fetched
    assert found.pages == (page,)


def test_answers_that_are_not_http_are_no_pages() -> None:
    assert not preview_of(started(Page("/", 0, "", "SSH-2.0")))


def test_style_sheets_are_parts_and_not_pages() -> None:
    sheet = Page("/style.css", 200, "text/css", "p { color: red }")
    found = preview_of(started(Page("/", 200, "text/html", "<p>"), sheet))
    assert [page.path for page in found.pages] == ["/"]
    assert found.styles == {"/style.css": "p { color: red }"}


def test_what_a_program_printed_is_a_preview() -> None:
    assert preview_of(started(output="Hello, world!")).printed == "Hello, world!"


@pytest.mark.parametrize("tag", ["<img ", "<link ", "<img src= ", "<a href= "])
def test_a_page_of_nothing_but_beginnings_of_tags_is_framed_all_the_same(tag: str) -> None:
    """In a time that grows as the page does: with its square, this page would take minutes."""
    assert framed(tag * 80_000, "/index.html", {}).endswith('"></iframe>')


def test_a_style_sheet_of_the_project_is_put_into_the_page() -> None:
    shown = inner('<link rel="stylesheet" href="style.css">', style_css="p { color: red }")
    assert "<style>p { color: red }</style>" in shown


def test_a_drawing_of_the_project_is_put_into_the_page() -> None:
    shown = inner('<img alt="x" src="logo.svg">', logo_svg="<svg/>")
    assert '<img alt="x" src="data:image/svg+xml,%3Csvg/%3E">' in shown


def test_a_style_sheet_cannot_end_the_style_early() -> None:
    shown = inner('<link href="style.css">', style_css="</style><script>alert(1)</script>")
    assert shown.count("</style>") == 1


@pytest.mark.parametrize("tag", ["<link ", "<LINK\n", "<meta ", "<Meta/", "<base "])
def test_tags_that_a_policy_does_not_cover_are_taken_away(tag: str) -> None:
    shown = inner(f"{tag}href=//evil.test>").removeprefix(BEFORE)
    assert tag not in shown
    assert "<basefont" in shown


def test_a_page_cannot_leave_its_attribute() -> None:
    frame = framed('"></iframe><script>alert(1)</script>', '"><script>', {})
    assert "<script>" not in frame
    assert frame.count("<iframe") == 1


def test_the_frame_allows_nothing() -> None:
    frame = framed("<p>", "/", {})
    assert 'sandbox=""' in frame
    assert "default-src 'none'" in frame


# Large pages.


def test_only_the_beginning_of_a_large_page_is_shown() -> None:
    page = "<p>begin</p>" + "x" * 5_000_000 + "<p>end</p>"
    shown = inner(page)
    assert shown.startswith(f"{BEFORE}<p>begin</p>")
    assert "<p>end</p>" not in shown
    assert len(framed(page, "/", {})) < 2 * PAGE_LIMIT


def test_style_named_ten_thousand_times_is_put_in_as_often_as_there_is_room() -> None:
    style = "a{color:red}" + "/*" + "y" * 100_000 + "*/"
    shown = inner("<link rel=stylesheet href=a.css>" * 10_000, a_css=style)
    assert shown.count("<style>") == PARTS_LIMIT // len(style)
    assert len(shown) < PAGE_LIMIT + PARTS_LIMIT + 100_000


def test_path_of_a_page_hides_nothing_in_the_name_of_its_frame() -> None:
    assert 'title="Preview of /⟨U+202E⟩txt.html"' in framed("", "/\u202etxt.html", {})

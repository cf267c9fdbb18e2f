"""The HTML that a page begins with."""

from pathlib import Path

from toggle_core.ui.document import LIBRARIES, NO_TRANSLATION, OUR_FONT, document, has_style
from toggle_core.ui.splash import SPLASH_STYLE, TITLE
from toggle_core.ui.static_files import BUNDLE
from toggle_core.ui.theme import STYLE

PAGES = Path(__file__).parents[3] / "pages"


def test_every_page_is_known() -> None:
    files = {path.stem for path in PAGES.glob("*.py")}
    assert LIBRARIES.keys() == files - {"home", "navigation"} | {""}


def test_document_asks_not_to_be_translated() -> None:
    for name in LIBRARIES:
        html = document(name)
        assert '<html lang="en" translate="no">' in html
        assert NO_TRANSLATION in html


def test_document_fetches_our_font_early_and_no_other() -> None:
    theirs = (BUNDLE / "index.html").read_text()
    assert "SourceSans" in theirs
    for name in LIBRARIES:
        html = document(name)
        assert "SourceSans" not in html
        assert html.count(OUR_FONT) == html.count('rel="preload"') == 1
    assert (PAGES / "static" / "fonts" / "inter-latin-wght-normal.woff2").is_file()


def test_a_page_has_its_style_before_any_script_has_run() -> None:
    for name in LIBRARIES:
        html = document(name)
        assert html.count(STYLE) == 1
        assert html.index(STYLE) > html.index('<div id="root">')


def test_a_page_shows_the_name_of_the_app_until_the_scripts_are_there() -> None:
    for name in LIBRARIES:
        html = document(name)
        root = html[html.index('<div id="root">') : html.index("<style>")]
        assert 'aria-hidden="true"' in root
        assert "Production Toggle" in root
        assert (TITLE in root) is (name == "")
        assert SPLASH_STYLE in html


def test_an_address_that_is_no_page_is_known() -> None:
    assert all(has_style(f"http://localhost:3030/{name}") for name in LIBRARIES)
    assert has_style("http://localhost:3030/runs?q=1")
    assert not has_style("http://localhost:3030/nowhere")

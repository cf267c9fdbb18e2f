"""The HTML that a page begins with."""

from pathlib import Path

from toggle_core.ui.document import LIBRARIES

PAGES = Path(__file__).parents[3] / "pages"


def test_every_page_below_the_root_is_known() -> None:
    files = {path.stem for path in PAGES.glob("*.py")}
    assert LIBRARIES.keys() == files - {"home", "navigation"}

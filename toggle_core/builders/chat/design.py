"""The style sheet of the built-in builder's web apps, for projects of chat models.

A model writes a line such as ``/* toggle:design #7c3aed */`` into a style sheet, and the real one
takes its place. In requests the line stands for it again: a model never reads the sheet itself.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from toggle_core.builders.blueprints.catalogue import catalogue

SHEET: Final = "_shared/web/app.css.j2"
BRAND: Final = "#0f766e"
"""Accent of a sheet whose line names none."""

TONE: Final = 85
"""Hue of its greys, in degrees."""

END: Final = "/* end of toggle:design */"

LINE: Final = re.compile(
    r"^[ \t]{0,8}/\*[ \t]{0,8}toggle[ \t]{0,8}[:-][ \t]{0,8}design"
    r"(?:[ \t]{1,8}(?P<brand>\#[0-9a-f]{6}))?[ \t]{0,8};?[ \t]{0,8}\*/[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def with_design(files: Mapping[str, str]) -> dict[str, str]:
    """Put the style sheet where its line stands in a style sheet of a project.

    Args:
        files: of the project, by path. Those without the line stay as they are.
    """
    return {path: _with_sheet(text) if _is_css(path) else text for path, text in files.items()}


def without_design(files: Mapping[str, str]) -> dict[str, str]:
    """Put the line back where the style sheet stands in the files of a project.

    Args:
        files: of the project, by path. A sheet that is not today's stays as it is.
    """
    return {path: _without_sheet(text) if _is_css(path) else text for path, text in files.items()}


def _is_css(path: str) -> bool:
    return path.casefold().endswith(".css")


def _with_sheet(text: str) -> str:
    found = LINE.search(text)
    if found is None or END in text:
        return text
    brand = (found["brand"] or BRAND).lower()
    rest = LINE.sub("", text[found.end() :]).lstrip("\n")
    return f"{text[: found.start()]}{_line(brand)}\n{_sheet(brand)}{END}\n{rest}"


def _without_sheet(text: str) -> str:
    found = LINE.search(text)
    if found is None or not found["brand"]:
        return text
    whole = f"{_line(found['brand'])}\n{_sheet(found['brand'])}{END}\n"
    return text.replace(whole, f"{_line(found['brand'])}\n", 1)


def _line(brand: str) -> str:
    return f"/* toggle:design {brand} */"


@cache
def _text() -> str:
    look = {"brand": BRAND, "tone": TONE}
    return catalogue().templates.get_template(SHEET).render(look=look)


def _sheet(brand: str) -> str:
    return _text().replace(BRAND, brand, 1)

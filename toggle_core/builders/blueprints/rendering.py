"""Filling in the templates of a blueprint."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toggle_core.builders.blueprints.inflection import plural
from toggle_core.builders.blueprints.literals import (
    csv_cell,
    html_text,
    json_text,
    markdown_text,
    promise_sentence,
    promise_texts,
    python_identifier,
    python_literal,
)
from toggle_core.builders.blueprints.record_shapes import record_shape

if TYPE_CHECKING:
    from jinja2 import Environment

LIBRARY = Path(__file__).with_name("library")
SUFFIX = ".j2"


def environment() -> "Environment":
    """Make the template environment.

    HTML templates escape by themselves. In all others a value goes through the filter of its
    place: ``python``, ``identifier``, ``markdown``, ``csv`` or ``json``. In a promise, ``pieces``
    makes texts to look for of a value, ``html`` what a page holds of it, and ``sentence`` a
    sentence of it.
    """
    # Imported here: the package is imported wherever a builder is chosen, templates are not.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=FileSystemLoader(LIBRARY),
        undefined=StrictUndefined,
        autoescape=is_html,  # noqa: S701  HTML escapes itself; a test checks all other values
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "python": python_literal,
        "identifier": python_identifier,
        "markdown": markdown_text,
        "csv": csv_cell,
        "json": json_text,
        "html": html_text,
        "pieces": promise_texts,
        "sentence": promise_sentence,
        "plural": plural,
        "sentence_case": sentence_case,
        "record_shape": record_shape,
    }
    return made


def sentence_case(text: str) -> str:
    """Write a text with a capital first letter, and the rest as it is."""
    return text[:1].upper() + text[1:]


def is_html(template: str | None) -> bool:
    """Whether a template's values are escaped for HTML without being asked."""
    return template is not None and template.endswith(".html" + SUFFIX)


def templates(folders: tuple[str, ...]) -> Mapping[str, str]:
    """List the templates in some folders of the library; one that comes out blank makes no file.

    Args:
        folders: paths below the library; where two hold the same file, the later one's counts.

    Returns:
        The template's name by the path of the file it makes.
    """
    found: dict[str, str] = {}
    for folder in folders:
        root = LIBRARY / folder
        for template in sorted(root.rglob("*" + SUFFIX)):
            path = template.relative_to(root).as_posix().removesuffix(SUFFIX)
            found[path] = template.relative_to(LIBRARY).as_posix()
    return found


@cache
def texts_of(blueprint: str, choice: str) -> Mapping[str, Any]:
    """Read the texts a blueprint has for a choice.

    Args:
        blueprint: its folder in the library.
        choice: name of a file in its folder ``texts``; any other takes the file ``neutral``.
    """
    folder = LIBRARY / blueprint / "texts"
    found = {path.stem: path for path in folder.glob("*.toml")}
    return tomllib.loads(found.get(choice, found["neutral"]).read_text(encoding="utf-8"))

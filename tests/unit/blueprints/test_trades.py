"""Landing pages by trade: written copy, facts from the task only, and colours that can be read."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.builder import render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.rendering import LIBRARY

FOLDER = LIBRARY / "landing-page"
TEXTS = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((FOLDER / "texts").glob("*.toml"))
}
BLUEPRINT = next(each for each in catalogue().blueprints if each.name == "landing-page")
PARAMETERS = {each.name: each for each in BLUEPRINT.parameters}
FRAME = {"nav", "icon", "drawing", "order", "look", "kinds", "facts", "price", "unit", "what"}
ALL_PAGES = ["menu", "prices", "about", "contact"]
LEAST_CONTRAST = 4.5
"""Of text, WCAG 2.2, 1.4.3 (AA)."""


def copy_of(value: Any) -> Iterator[str]:
    """List the sentences of a trade, without what belongs to the frame."""
    if isinstance(value, str):
        yield from (part for part in re.split(r"(?<=[.!?])\s+", value) if part)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in FRAME:
                yield from copy_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from copy_of(each)


def shown(page: str) -> str:
    """Return the text of a page that a visitor reads."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<body")[2].partition(">")[2]).split())


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as ``#1d4ed8`` or ``#fff``."""
    digits = colour.removeprefix("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_trade_has_its_texts_and_its_drawing() -> None:
    assert set(TEXTS) == {*PARAMETERS["trade"].choices, "neutral"}
    drawings = {path.stem for path in (FOLDER / "drawings").glob("*.svg")}
    assert drawings == {texts["drawing"] for texts in TEXTS.values()} == set(TEXTS)


def test_no_two_trades_share_a_sentence() -> None:
    told = Counter(each for texts in TEXTS.values() for each in set(copy_of(texts)))
    assert [sentence for sentence, trades in told.items() if trades > 1] == []
    assert len(told) > 20 * len(TEXTS)


@pytest.mark.parametrize("trade", TEXTS)
def test_no_page_waits_to_be_filled_in_or_states_an_invented_fact(trade: str) -> None:
    project = render("landing-page", {"trade": trade, "name": "Crumbs", "pages": ALL_PAGES})
    pages = {name: text for name, text in project.files.items() if name.endswith(".html")}
    assert len(pages) == 3 + ("offer" in TEXTS[trade])
    for text in pages.values():
        assert "Crumbs" in shown(text)
        assert not re.search(r"[\[\]{}@]|lorem|TODO|\byour (?:name|address) here\b", shown(text))
        assert not re.search(r"tel:|mailto:|https?:|style=|<script", text)
    assert "to fill in: " in project.summary


@pytest.mark.parametrize("accent", ["", *PARAMETERS["accent"].choices])
@pytest.mark.parametrize("trade", TEXTS)
def test_text_can_be_read_in_light_and_in_dark(trade: str, accent: str) -> None:
    files = render("landing-page", {"trade": trade, "accent": accent}).files
    light, dark = (
        dict(re.findall(r"--([\w]+): (#\w+);", part))
        for part in files["site.css"].split("@media (prefers-color-scheme: dark)")
    )
    dark = {**light, **dark}
    for colours in (light, dark):
        for ground in ("bg", "sunken", "surface"):
            for text in ("text", "muted", "link"):
                assert contrast(colours[text], colours[ground]) >= LEAST_CONTRAST, (text, ground)
        assert contrast("#fff", colours["accent"]) >= LEAST_CONTRAST
        assert contrast("#1c1917", colours["spot"]) >= LEAST_CONTRAST


@pytest.mark.parametrize(
    ("task", "trade"),
    [
        ("landing page for a bakery called Crumbs", "bakery"),
        ("a website for my café with a menu page", "cafe"),
        ("landing page for a small restaurant with a menu", "restaurant"),
        ("a website for our yoga studio with prices", "yoga"),
        ("landing page for a hairdresser called Fringe", "hairdresser"),
        ("Create a website for my plumbing business with a contact page", "plumber"),
        ("landing page for a wedding photographer", "photographer"),
        ("a landing page for our design agency", "agency"),
        ("website for a management consultancy", "consultant"),
        ("landing page for my gift shop", "shop"),
        ("a website for our conference on 12 June 2027", "event"),
        ("landing page for our mobile app called Zenly", "software"),
    ],
)
def test_a_task_gets_the_copy_of_its_trade(task: str, trade: str) -> None:
    project = Blueprints().code(task, "")
    page = shown(project.files["index.html"])
    assert project.unmet == ()
    assert TEXTS[trade]["headline"] in page
    assert TEXTS[trade]["footer"] in page


@pytest.mark.parametrize(
    "task",
    [
        "landing page for my dog bakery",
        "landing page for a bakery supplier",
        "website for an Italian restaurant",
        "landing page for a travel agency",
        "landing page for a coffee machine repair company",
        "landing page for a dental practice",
        "I sell handmade candles. Make me a landing page.",
    ],
)
def test_an_unknown_trade_gets_no_copy_of_another(task: str) -> None:
    page = shown(Blueprints().code(task, "").files["index.html"])
    foreign = {each for trade in TEXTS if trade != "neutral" for each in copy_of(TEXTS[trade])}
    assert TEXTS["neutral"]["lead"] in page
    assert [sentence for sentence in foreign if len(sentence) > 20 and sentence in page] == []


def test_facts_of_the_task_stand_on_the_page_and_are_not_asked_for() -> None:
    task = (
        "Create a landing page for a bakery called Crumbs with a contact page, "
        "address: 12 Mill Lane, open Mon-Fri 8-17, phone 01234 567890, email hi@crumbs.example"
    )
    builder = Blueprints()
    project = builder.code(task, "")
    page = shown(project.files["contact.html"])
    for fact in ("12 Mill Lane", "Mon-Fri 8-17", "01234 567890", "hi@crumbs.example"):
        assert fact in page
    assert 'href="tel:01234567890"' in project.files["contact.html"]
    assert project.unmet == ()
    assert "to fill in" not in project.summary
    assert "to fill in" not in builder.plan(task).text


def test_what_the_task_does_not_say_is_listed_and_not_invented() -> None:
    builder = Blueprints()
    task = "Create a landing page for a bakery called Crumbs"
    missing = "3 things to fill in: the address, the opening hours, a phone number or an e-mail"
    assert missing in builder.code(task, "").summary
    assert "3 things to fill in" in builder.plan(task).text


def test_a_page_that_a_trade_does_not_have_is_neither_planned_nor_promised() -> None:
    builder = Blueprints()
    task = "landing page for a dental practice with prices and about pages"
    promises = builder.promise(task, "").promises
    assert promises is not None
    (sentence,) = (each["sentence"] for each in promises["promises"] if each["id"] == "pages")
    assert "(about)" in sentence
    assert "prices.html" not in builder.code(task, "").files
    assert promises["left_out"][0]["words"] == "prices"

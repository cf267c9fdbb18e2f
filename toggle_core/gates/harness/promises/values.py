"""Draw the values of a promise's variables: new ones for each trial, from a seed."""

import random
import re
import string
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

Value = str | int | Decimal

_SHAPES = {
    "word": re.compile(r"word"),
    "words": re.compile(r"words:([1-9]\d?)"),
    "name": re.compile(r"name"),
    "int": re.compile(r"int:(-?\d{1,12})\.\.(-?\d{1,12})"),
    "decimal": re.compile(r"decimal:(-?\d{1,12}(?:\.\d{1,6})?)\.\.(-?\d{1,12}(?:\.\d{1,6})?)"),
    "date": re.compile(r"date:([+-]?\d{1,5})\.\.([+-]?\d{1,5})"),
    "email": re.compile(r"email"),
    "utf8": re.compile(r"utf8"),
}
_KNOWN_KINDS = "word, words:n, name, int:a..b, decimal:a..b, date:a..b, email or utf8"
_MOST_WORDS = 20
_DRAWS = 300  # tries before two values may be alike
_SYLLABLES = [f"{first}{second}" for first in "bdfgklmnprstvz" for second in "aeiou"]
_ENDINGS = "lmnrst"
_GIVEN_NAMES = (
    *("Ada", "Bruno", "Carla", "Dario", "Elena", "Felix", "Greta", "Hugo", "Irene", "Jonas"),
    *("Klara", "Lukas", "Marta", "Nils", "Olga", "Pavel", "Rosa", "Stefan", "Tilda", "Viktor"),
)
_SCRIPTS = ("äöüéèñçøåž", "βγδζθλμξπφω", "бгджзклмнптфцшэюя", "東京語水火木金土山川田")


class Kind(NamedTuple):
    """A kind of value.

    Attributes:
        name: ``word``, ``words``, ``name``, ``int``, ``decimal``, ``date``, ``email``, ``utf8``.
        low: smallest value of a range, or the number of words.
        high: largest value of a range.
        places: decimal places of a ``decimal``.
    """

    name: str
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    places: int = 0


def parse_kind(text: str) -> Kind:
    """Read what is written for a variable, such as ``int:1..99``.

    Raises:
        ValueError: it is no kind of value, or its range is empty.
    """
    for name, shape in _SHAPES.items():
        if found := shape.fullmatch(text):
            bounds = [Decimal(each) for each in found.groups()] or [Decimal(0)]
            low, high = bounds[0], bounds[-1]
            if name == "words" and low > _MOST_WORDS:
                raise ValueError(f"At most {_MOST_WORDS} words can be drawn, not {low}.")
            if low > high:
                raise ValueError(f"The range of “{text}” is empty.")
            places = max(_places(each) for each in bounds)
            return Kind(name, low, high, places)
    raise ValueError(f"“{text[:60]}” is not a kind of value: use {_KNOWN_KINDS}.")


def draw_values(
    kinds: Mapping[str, str],
    seed: str,
    *,
    others: Mapping[str, Value] | None = None,
    today: date | None = None,
) -> dict[str, Value]:
    """Draw a value for each variable of a promise.

    Within a promise no value is part of another one, as far as the ranges allow it.

    Args:
        kinds: kind of value by the name of the variable.
        seed: the same seed gives the same values.
        others: values of an earlier trial, which are not drawn again if that can be avoided.
        today: the date from which ``date`` counts.

    Raises:
        ValueError: one of the kinds cannot be read.
    """
    source = random.Random(seed)
    day = today or date.today()  # noqa: DTZ011  the program's own day, in its own zone
    drawn: dict[str, Value] = {}
    for name, text in kinds.items():
        kind = parse_kind(text)
        before = None if others is None else others.get(name)
        taken = [*drawn.values(), *([] if before is None else [before])]
        for _ in range(_DRAWS):
            value = _draw(kind, source, day)
            if not any(_clash(value, each) for each in taken):
                break
        drawn[name] = value
    return drawn


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _draw(kind: Kind, source: random.Random, today: date) -> Value:
    if kind.name in ("int", "date"):
        number = source.randint(int(kind.low), int(kind.high))
        return number if kind.name == "int" else (today + timedelta(number)).isoformat()
    if kind.name == "decimal":
        unit = Decimal(1).scaleb(-kind.places)
        return source.randint(int(kind.low / unit), int(kind.high / unit)) * unit
    return _draw_text(kind, source)


def _draw_text(kind: Kind, source: random.Random) -> str:
    if kind.name == "words":
        return " ".join(_word(source) for _ in range(int(kind.low)))
    if kind.name == "name":
        return f"{source.choice(_GIVEN_NAMES)} {_word(source).capitalize()}"
    if kind.name == "email":
        return f"{_word(source)}.{_word(source)}@example.com"
    if kind.name == "utf8":
        return " ".join(
            "".join(source.sample(letters, source.randint(3, 5))) for letters in _SCRIPTS
        )
    return _word(source)


def _word(source: random.Random) -> str:
    """Return a word that can be spoken, and that is in no dictionary and no program by chance."""
    return "".join(source.choices(_SYLLABLES, k=3)) + source.choice(_ENDINGS)


def _clash(value: Value, other: Value) -> bool:
    """Tell whether one of two values can be mistaken for the other."""
    if not (isinstance(value, str) and isinstance(other, str)):
        return str(value) == str(other)
    first, second = _parts(value), _parts(other)
    return any(one in two or two in one for one in first for two in second)


def _parts(text: str) -> list[str]:
    """Return the parts of a text that no other value may have in it."""
    if text[:1] in string.digits:  # a date
        return [text]
    return [part for part in re.split(r"[^\w]+", text.casefold()) if part not in ("example", "com")]

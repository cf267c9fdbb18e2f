"""Recognising tasks that are written in another language than English."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LEAST_LETTERS = 2
_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class _WordLists:
    """What languages are told by: words by language, English words, and languages by script."""

    words: Mapping[str, frozenset[str]]
    english: frozenset[str]
    borrowed: frozenset[str]
    scripts: Mapping[str, str]


@cache
def _word_lists() -> _WordLists:
    text = Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return _WordLists(
        words={name: frozenset(words.split()) for name, words in table["words"].items()},
        english=frozenset(table["english"]["small"].split()),
        borrowed=frozenset(table["english"]["borrowed"].split()),
        scripts=table["scripts"],
    )


def foreign_language(text: str, *, is_whole: bool = True) -> str:
    """Name the language a text seems to be written in; empty if that is English, or unclear.

    Capitalised words are passed over where there are others, as they may be names.

    Args:
        text: a task, or words of one.
        is_whole: a sentence begins with its first word, whose capital says nothing.
    """
    lists = _word_lists()
    script = _script(text, lists.scripts)
    if script:
        return script
    found = _TOKEN.findall(text)
    plain = [
        each for place, each in enumerate(found) if (place == 0 and is_whole) or each.islower()
    ]
    words = [each.casefold() for each in plain]
    english = sum(word in lists.english for word in words)
    counts = {name: sum(word in known for word in words) for name, known in lists.words.items()}
    language = max(counts, key=lambda each: counts[each])
    if counts[language] >= max(1, english):
        return language
    strange = (word for word in words if not word.isascii() and word.islower())
    marked = sum(word not in lists.borrowed for word in strange)
    return "another language" if marked > english else ""


def _script(task: str, scripts: Mapping[str, str]) -> str:
    """Name the language of a script other than the Latin one, if enough of the task is in it."""
    letters = [character for character in task if character.isalpha()]
    named: dict[str, int] = {}
    for letter in letters:
        first = unicodedata.name(letter, "").partition(" ")[0]
        if first in scripts:
            named[scripts[first]] = named.get(scripts[first], 0) + 1
    if sum(named.values()) < max(_LEAST_LETTERS, _SHARE * len(letters)):
        return ""
    if "Japanese" in named:
        return "Japanese"
    return max(named, key=lambda each: named[each])

"""Find the words of a task that no promise mentions and nothing has left out by name."""

import re
from collections.abc import Iterator
from typing import Final

from toggle_core.gates.promises.model import Promises
from toggle_core.gates.promises.small_words import IRREGULAR, NUMBERS, OF_KIND, SMALL

NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")

WORD: Final = re.compile(rf"{NUMBER.pattern}|[^\W\d_][^\W_]*(?:['\u2019-][^\W_]+)*")

QUOTED: Final = re.compile(
    '"([^"\n]{1,100})"|\u201c([^\u201d\n]{1,100})\u201d|\u00ab([^\u00bb\n]{1,100})\u00bb'
    "|\u201e([^\u201c\n]{1,100})\u201c|`([^`\n]{1,100})`|(?<!\\w)'([^'\n]{1,100})'(?!\\w)"
)
"""What stands between quotation marks: a name or a text that is meant to the letter."""

TODO: Final = re.compile(r"\bto[ -]do(s?)\b", re.IGNORECASE)
"""Two small words that are one name."""

UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no blanks between words; these words are not looked for."""

SHORTEST_STEM: Final = 5
"""Letters of a stem that may be the beginning of a longer one: ``calculat``, ``calculator``."""

LONGEST_ENDING: Final = 3
"""Letters by which that one is longer."""

SHORTEST_PART: Final = 2
"""Letters of a part of a compound up to which it is one word: ``e-mail``, ``to-do``."""


def uncovered_words(task: str, promises: Promises) -> list[str]:
    """The content words of a task that are in no sentence and in no entry of ``left_out``.

    Small words, and words that only say that a program is wanted, do not count; plural and other
    endings make no difference. Numbers count, also as words, and what is quoted counts as a whole.

    Args:
        task: what the person asked for.
        promises: with their sentences and what they leave out.

    Returns:
        The words as the task has them, in its order, each once; quoted texts first.
    """
    texts = [promise.sentence for promise in promises.promises]
    texts += [each.words for each in promises.left_out]
    said = {_plain(text) for text in texts}
    stems = {stem for text in texts for word in content_words(text) for stem in stems_of(word)}
    of_kind = OF_KIND[promises.interface.kind]
    missing = [name for name in _quoted(task) if not any(_plain(name) in text for text in said)]
    missing += [
        word
        for word in content_words(QUOTED.sub(" ", task))
        if word.casefold() not in of_kind and not _is_covered(word, stems)
    ]
    first: dict[str, str] = {}
    for word in missing:
        first.setdefault(word.casefold(), word)
    return list(first.values())


def _quoted(task: str) -> Iterator[str]:
    for found in QUOTED.finditer(task):
        name = next(filter(None, found.groups()))
        if name.strip():
            yield name.strip()


def _plain(text: str) -> str:
    """A text in small letters, each stretch of other signs as one blank, with blanks around."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def content_words(text: str) -> Iterator[str]:
    """The content words of a text, as they are written.

    Args:
        text: of a task or of a sentence.
    """
    for found in WORD.finditer(TODO.sub(r"todo\1", text.replace("\u2019", "'"))):
        word = found[0]
        if word.casefold() in SMALL or UNSPACED.search(word):
            continue
        parts = word.split("-")
        if len(parts) == 1 or min(map(len, parts)) <= SHORTEST_PART:
            if len(word) > 1 or word.isdigit():
                yield word
        else:
            yield from (part for part in parts if part.casefold() not in SMALL)


def _is_covered(word: str, stems: set[str]) -> bool:
    own = stems_of(word)
    return any(stem in stems or _begins_alike(stem, stems) for stem in own)


def _begins_alike(stem: str, stems: set[str]) -> bool:
    if len(stem) < SHORTEST_STEM or not stem.isalpha():
        return False
    return any(
        abs(len(stem) - len(other)) <= LONGEST_ENDING
        and len(other) >= SHORTEST_STEM
        and (stem.startswith(other) or other.startswith(stem))
        for other in stems
    )


def stems_of(word: str) -> set[str]:
    """What a word may be compared by."""
    plain = word.casefold().replace("-", "")
    if NUMBER.fullmatch(plain):
        return {_number(plain)}
    if plain in NUMBERS:
        return {NUMBERS[plain]}
    plain = plain.removesuffix("'s").removesuffix("'")
    return {_stem(IRREGULAR.get(plain, plain))}


def _number(digits: str) -> str:
    """A number without separators of thousands and without zeros at its end."""
    whole, _, rest = digits.replace(",", "").partition(".")
    rest = rest.rstrip("0")
    return f"{int(whole)}.{rest}" if rest and "." not in rest else str(int(whole))


def _stem(word: str) -> str:
    """A word without its usual English endings."""
    for ending, instead, shortest in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            word = word[: len(word) - len(ending)] + instead
            if not instead and ending in {"ing", "ed"}:
                word = _undoubled(word)
            break
    word = word[:-1] if word.endswith("e") and len(word) > SHORTEST_STEM - 2 else word
    return f"{word[:-1]}i" if word.endswith("y") else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 1 and word[-1] == word[-2] and word[-1] not in "lsz" else word


ENDINGS: Final = (
    ("'s", "", 1),
    ("sses", "ss", 1),
    ("shes", "sh", 1),
    ("ches", "ch", 1),
    ("xes", "x", 1),
    ("ies", "y", 2),
    ("ied", "y", 2),
    ("ing", "", 3),
    ("ed", "", 3),
    ("ss", "ss", 1),
    ("us", "us", 1),
    ("is", "is", 1),
    ("s", "", 2),
)
"""Endings, what takes their place, and how many letters have to be left."""

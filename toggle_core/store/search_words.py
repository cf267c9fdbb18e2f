"""How the words of a task are cut for search, in Postgres and here, by the same two sets of signs.

Postgres's own parser depends on the locale of the database and knows no words in scripts that are
written without spaces. So a task is cut by code points: at punctuation of every script, and where a
script has no spaces (Chinese, Japanese, Korean, Thai and their like, and emoji) into pairs of
neighbouring characters, which find a word in the middle of a sentence as well.

The ranges follow the general categories P, Z, C, Sm, Sc and Sk, and the blocks, of Unicode 15.0.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SEPARATORS: Final = (
    r"\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00AF\u00B1\u00B4\u00B6-\u00B8"
    r"\u00BB\u00BF\u00D7\u00F7\u02C2-\u02C5\u02D2-\u02DF\u037E\u0387\u055A-\u055F\u0589\u058A"
    r"\u05BE\u05C0\u05C3\u05C6\u05F3\u05F4\u0600-\u060D\u061B-\u061F\u066A-\u066D\u06D4\u06DD"
    r"\u0700-\u070D\u0964\u0965\u0970\u0E3F\u0E4F\u0E5A\u0E5B\u0F04-\u0F14\u0F3A-\u0F3D"
    r"\u104A-\u104F\u10FB\u1360-\u1368\u1680\u17D4-\u17D6\u17D8-\u17DB\u1800-\u180E"
    r"\u2000-\u206F\u207A-\u207E\u208A-\u208E\u20A0-\u20CF\u2190-\u22FF\u2308-\u230B\u2329\u232A"
    r"\u2768-\u2775\u27C0-\u27FF\u2900-\u2AFF\u2E00-\u2E5D\u3000-\u3003\u3008-\u3011"
    r"\u3014-\u301F\u3030\u303D\u30A0\u30FB\uE000-\uF8FF\uFE00-\uFE1F\uFE30-\uFE6B\uFEFF"
    r"\uFFF9-\uFFFF"
)
"""Characters between words, as the inside of a regular expression's brackets."""

UNSPACED: Final = (
    r"\u00B0\u0E00-\u0EFF\u1000-\u109F\u1100-\u11FF\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF"
    r"\u2300-\u27BF\u2B00-\u2BFF\u2E80-\u2FFF\u3004-\u9FFF\uA000-\uA4CF\uA960-\uA9DF"
    r"\uAA60-\uAA7F\uAC00-\uD7FF\uF900-\uFAFF"
    r"\U0001B000-\U0001B2FF\U0001F000-\U0001FAFF\U00020000-\U0003FFFF"
)
"""Characters of scripts without spaces, and symbols, likewise. ``SEPARATORS`` go before."""

LONGEST_WORD: Final = 64
"""Characters kept of a word: Postgres refuses a lexeme of 2,048 bytes."""


def words_in_sql(column: str) -> str:
    """Return an immutable SQL expression of type ``tsvector``: the words of a text.

    Args:
        column: name of the column with the text.
    """
    plain = f"regexp_replace(lower(normalize({column}, NFKC)), '[{SEPARATORS}]+', ' ', 'g')"
    parted = rf"regexp_replace({plain}, '([{UNSPACED}]+)', ' \1 ', 'g')"
    without_first = rf"regexp_replace({parted}, '[{UNSPACED}]([{UNSPACED}]*)', '\1', 'g')"
    words = f"{_pairs(parted)} || ' ' || {_pairs(without_first)}"
    cut = rf"regexp_replace({words}, '([^ ]{{{LONGEST_WORD}}})[^ ]+', '\1', 'g')"
    return f"array_to_tsvector(array_remove(string_to_array({cut}, ' '), ''))"


def _pairs(text: str) -> str:
    return rf"regexp_replace({text}, '([{UNSPACED}])([{UNSPACED}])', '\1\2 ', 'g')"


_BETWEEN = re.compile(f"[{SEPARATORS}\x00]+")
_RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class SearchedWord:
    """One word of a search.

    Attributes:
        text: as typed, in Unicode's normal form NFKC.
        parts: what the words of a task must hold for it.
        is_prefix: whether the one part may also begin a longer word.
    """

    text: str
    parts: tuple[str, ...]
    is_prefix: bool

    @property
    def is_exact(self) -> bool:
        """Whether a task with all parts is sure to hold the word itself."""
        return len(self.parts) == 1


def searched_words(text: str) -> Iterator[SearchedWord]:
    """Cut what a person types into the search box as tasks are cut.

    Args:
        text: any length; NUL and lone surrogates removed.
    """
    for piece in _BETWEEN.split(unicodedata.normalize("NFKC", text)):
        for word in _RUNS.findall(piece):
            if len(word) > 1 and _UNSPACED.match(word):
                pairs = tuple(dict.fromkeys(map("".join, itertools.pairwise(word))))
                yield SearchedWord(word, pairs, is_prefix=False)
            else:
                yield SearchedWord(word, (word[:LONGEST_WORD],), is_prefix=True)

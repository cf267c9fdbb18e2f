"""Reading a task as words: where each stands, its stem, and what punctuation precedes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    r"""
      "(?P<straight>[^"\n]+)" | “(?P<curly>[^“”\n]+)” | «(?P<angle>[^«»\n]+)»
    | (?<!\w)'(?P<single>[^'\n]+)'(?!\w) | \u2018(?P<curly_single>[^\u2018\u2019\n]+)\u2019(?!\w)
    | (?P<sign>[€$£¥₹])
    | (?P<emoji>[\U0001f000-\U0001faff\u2600-\u27bf][\U0001f000-\U0001faff\u200d\ufe0f]*)
    | (?P<language>(?<!\w)[cf](?:\+\+|\#)(?!\w))
    | (?P<number>\d+(?:[.,]\d+)*%?(?!\w))
    | (?P<word>[^\W_]+(?:['\u2019_][^\W_]+)*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = ("straight", "curly", "angle", "single", "curly_single")
_CLAUSE_END = re.compile(r"[,;:()\[\]{}\u2014\u2013\n]|\s-+\s|\.\s|[!?]")
_SENTENCE_END = re.compile(r"[!?\n]|\.\s")
_ASKING = {
    "my",
    "our",
    "with",
    "without",
    "in",
    "for",
    "about",
    "and",
    "or",
    "no",
    "a",
    "an",
    "the",
    "of",
    "on",
}
_ACRONYMS = {"IT", "US"}
_SHORTENED = {"dr", "mr", "mrs", "ms", "st", "prof", "no", "vs", "etc"}
_BRITISH = re.compile(r"(?<=[a-z]{2})([iy])s(e|es|ed|er|ers|ing|ation)$")
_LOST_E = re.compile(r"[^aeiou][aeiou][^aeiouwxy]$")
_VOWEL = re.compile(r"[aeiouy]")
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a task.

    Attributes:
        text: the word in lower case, or what stands between quotation marks.
        stem: what the word is compared by.
        start: offset in the task of its first character.
        end: offset in the task after its last character.
        opens_clause: punctuation stands before it, or nothing does.
        opens_sentence: a sentence begins with it.
        is_quoted: it is a text in quotation marks, which is one word here.
        is_possessive: it was written with an apostrophe and an s.
        is_capitalised: it was written with a capital first letter.
    """

    text: str
    stem: str
    start: int
    end: int
    opens_clause: bool = False
    opens_sentence: bool = False
    is_quoted: bool = False
    is_possessive: bool = False
    is_capitalised: bool = False


def stem(word: str) -> str:
    """Cut a lower-case English word down to what its common forms share.

    Plurals, ``-ing``, ``-ed``, a final ``e`` and British spellings are evened out. The result need
    not be a word; all that matters is that both sides of a comparison come through here.
    """
    if len(word) <= _SHORTEST_STEM or not word.isalpha():
        return word
    word = _even_out_spelling(_singular(word))
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= _SHORTEST_STEM and _VOWEL.search(root):
            return f"{root}e" if _LOST_E.match(root) else _without_double_end(root)
    if word.endswith("e") and len(word) > _SHORTEST_STEM + 1:
        return word[:-1]
    if word.endswith("y") and not _VOWEL.match(word[-2]):
        return f"{word[:-1]}i"
    return _without_double_end(word)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _SHORTEST_STEM + 1:
        return word[:-3] + "i"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _even_out_spelling(word: str) -> str:
    word = _BRITISH.sub(r"\1z\2", word)
    if word.endswith("our") and len(word) > len("hour"):
        return word[:-3] + "or"
    if word.endswith("tre") and len(word) > len("tre"):
        return word[:-2] + "er"
    return "program" if word == "programme" else word


def _without_double_end(word: str) -> str:
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and not _VOWEL.match(word[-1])
    return word[:-1] if doubled else word


def read_words(
    task: str, merges: Mapping[str, Sequence[tuple[tuple[str, ...], str]]], *, quotes: bool = True
) -> tuple[Word, ...]:
    """Read a task as words.

    Args:
        task: the text.
        merges: several words that count as one, such as "to do", by their first word.
        quotes: whether a text in quotation marks is one word (a name), or just its words.

    Returns:
        The words in order.
    """
    if not quotes:
        task = re.sub("[\"“”«»\u2018]|(?<!\\w)'|'(?!\\w)", " ", task)
    found: list[Word] = []
    end = 0
    for match in _TOKEN.finditer(task):
        between = task[end : match.start()]
        if match.lastgroup == "emoji" and not (_asks(found) and between.isspace()):
            continue
        is_shortened = bool(found) and found[-1].text in _SHORTENED and between.startswith(".")
        between = between[is_shortened:]
        opens_sentence = not found or bool(_SENTENCE_END.search(between))
        opens_clause = opens_sentence or bool(_CLAUSE_END.search(between))
        found.append(_word(match, opens_clause=opens_clause, opens_sentence=opens_sentence))
        end = match.end()
    merged = _merged(found, merges)
    return merged if task.isupper() else tuple(_acronym(each, task) for each in merged)


def _acronym(word: Word, task: str) -> Word:
    """Read a small word in capitals as the name it is: "the IT department", "US cups"."""
    raw = task[word.start : word.end]
    return replace(word, text=raw, stem=raw) if raw in _ACRONYMS else word


def _asks(words: Sequence[Word]) -> bool:
    """Whether an emoji behind these words is what they ask for ("with 🔔"), and no decoration."""
    return bool(words) and words[-1].text in _ASKING


def _word(match: re.Match[str], *, opens_clause: bool, opens_sentence: bool) -> Word:
    raw = match.group()
    word = Word(
        text=raw.casefold(),
        stem=stem(raw.casefold()),
        start=match.start(),
        end=match.end(),
        opens_clause=opens_clause,
        opens_sentence=opens_sentence,
    )
    if match.lastgroup in _QUOTES:
        inner = match.group(match.lastgroup or 0)
        return replace(word, text=inner, stem=raw, is_quoted=True)
    if match.lastgroup != "word":
        return word
    root, _, ending = raw.replace("\u2019", "'").partition("'")
    if ending.casefold() == "t":
        return replace(word, text="not", stem="not")
    text = root.casefold()
    return replace(
        word,
        text=text,
        stem=stem(text),
        is_possessive=ending.casefold() == "s",
        is_capitalised=root[0].isupper(),
    )


def _merged(
    words: list[Word], merges: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
) -> tuple[Word, ...]:
    result: list[Word] = []
    position = 0
    while position < len(words):
        word = words[position]
        for parts, meaning in merges.get(word.text, ()):
            last = position + len(parts) - 1
            if tuple(each.text for each in words[position : last + 1]) == parts:
                word = replace(
                    word,
                    text=meaning,
                    stem=stem(meaning),
                    end=words[last].end,
                    is_possessive=words[last].is_possessive,
                )
                position = last
                break
        result.append(word)
        position += 1
    return tuple(result)

"""Text that others wrote, shown as text: nothing in it is obeyed, loaded or run."""

import re
from typing import Final

from markdown_it import MarkdownIt

from toggle_core.builders.blueprints.form import split_task

ELLIPSIS: Final = "…"
WORD_JOINER: Final = "\N{WORD JOINER}"
"""Takes no room. It parts what is still looked for when Markdown's own escapes are gone."""

UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tab, line feed and carriage return
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions (Unicode Annex 9)
    "\u180e\u200b-\u200d\ufeff"  # no width
    "\u2028\u2029\u2061-\u2065\u206a-\u206f\ufff9-\ufffb"  # separators, operators, annotations
    "\U000e0000-\U000e007f"  # tags, which only programs read
)
"""Characters that nobody can see, but that change what is seen or hide in it (CVE-2021-42574). The
word joiner is not among them: labels have their own."""

JOINING: Final = (
    "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1bff\ua840-\ua87f\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00011fff"
)
"""Letters that joiners belong between: of Arabic, of the scripts of India, and of their kin."""

EMOJI: Final = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
SUBDIVISION_FLAG: Final = "\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f"
"""Such as that of Scotland: tags behind a black flag (UTS 51, annex C)."""

MAYBE_UNSEEN: Final = re.compile(f"[\r{UNSEEN}]")
MARKED: Final = re.compile(
    f"(?P<usual>{SUBDIVISION_FLAG}|\r\n"
    f"|(?<=[{JOINING}])[\u200c\u200d]|(?<=[{EMOJI}])\u200d(?=[{EMOJI}]))"
    f"|[\r{UNSEEN}]"
)
PICTURES: Final = 0x2400
"""Where Unicode has a picture of each control of ASCII, in their order."""

SPACE: Final = 0x20
DELETE: Final = "\x7f"

PARTED: Final = re.compile(
    r":(?=\S)"  # :material/home:, :tada:, :red[...], https://
    r"|@(?=\w)|\bwww(?=\.)"  # addresses that become links by themselves
    r"|(?<!\S)[<>~-](?=(?:->|>|-|=)(?!\S))"  # -- and -> that become other signs
)
PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
"""Any of these may be escaped (CommonMark 0.31, 2.4), and nothing else begins a markup."""

MARKERS: Final = re.compile(r"^[#>\-*+\s]+|[*_`]")
"""Markup that would only disturb in the first words of a plan."""

SIDED: Final = frozenset({"blockquote_open", "bullet_list_open", "ordered_list_open", "table_open"})
"""Elements with something at the side where their text begins: at the right in Arabic."""

_prose = MarkdownIt("commonmark", {"html": False}).enable("table")
_prose.disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])

REQUEST: Final = re.compile(
    r"(?:(?:please\s+)?(?:create|build|make|write|design|develop)\s+(?:me\s+|us\s+)?"
    r"(?:an?\s+|the\s+|my\s+)?|an?\s+)(?=\S)",
    re.IGNORECASE,
)
"""How a description asks for something, ahead of what it asks for."""


FORM: Final = re.compile(r" With: - [a-z_]{1,40}:.*")
"""What a form has set of a project, behind its description on one line."""


def visible(text: str) -> str:
    """The text with a mark in the place of each character that nobody could see.

    Such as ␛ for escape and ⟨U+202E⟩ for the one that turns the rest of a line around. What belongs
    to the spelling of a language or of an emoji stays as it is.

    Args:
        text: of a person, a model or a program.
    """
    if MAYBE_UNSEEN.search(text) is None:
        return text
    return MARKED.sub(lambda found: found[0] if found["usual"] else _mark_of(found[0]), text)


def _mark_of(character: str) -> str:
    if character < chr(SPACE):
        return chr(PICTURES + ord(character))
    if character == DELETE:
        return "\N{SYMBOL FOR DELETE}"
    return f"⟨U+{ord(character):04X}⟩"


def one_line(text: str, limit: int) -> str:
    """The text on one line, with nothing hidden in it, cut with an ellipsis.

    Args:
        text: as it was written.
        limit: characters at most, with the ellipsis.
    """
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + ELLIPSIS


def as_label(text: str) -> str:
    """Markdown that Streamlit shows as exactly this text, on one line.

    Args:
        text: as it was written.
    """
    flat = " ".join(visible(text).split())
    parted = PARTED.sub(lambda found: found[0] + WORD_JOINER, flat)
    return PUNCTUATION.sub(lambda found: "\\" + found[0], parted)


def as_html(markdown: str) -> str:
    """HTML of a Markdown text whose links, images and HTML stay the text they are.

    Headings, lists, emphasis, tables and code become elements; none of them has an address, so a
    browser has nothing to fetch and nothing to follow.

    Args:
        markdown: as a model wrote it.
    """
    tokens = _prose.parse(visible(markdown))
    for token in tokens:
        if token.type in SIDED:
            token.attrSet("dir", "auto")
    return str(_prose.renderer.render(tokens, _prose.options, {}))


def first_words(markdown: str | None, limit: int) -> str:
    """The beginning of a plan, without its markup, for a cell of a table.

    Args:
        markdown: None where there is no plan yet.
        limit: characters at most.
    """
    lines = (MARKERS.sub("", line) for line in visible(markdown or "").splitlines())
    return one_line(next((line for line in lines if line.strip()), ""), limit)


def task_line(task: str, limit: int) -> str:
    """A task in one line, without the values that a form has set below it.

    Args:
        task: as it was submitted.
        limit: characters at most.
    """
    return one_line(split_task(task)[0], limit)


def first_line(code: str | None, limit: int) -> str:
    """The first line of a file that says something, for a cell of a table.

    Args:
        code: None where there is no file yet.
        limit: characters at most.
    """
    lines = visible(code or "").splitlines()
    return one_line(next((line for line in lines if line.strip()), ""), limit)


def project_title(name: str) -> str:
    """What a project is called on pages: its name without the request that it begins with.

    Args:
        name: of the project, such as ``Create a to-do list``.

    Returns:
        Such as ``To-do list``.
    """
    name = FORM.sub("", name)
    asked = REQUEST.match(name)
    rest = name[asked.end() :] if asked else name
    return rest[:1].upper() + rest[1:]

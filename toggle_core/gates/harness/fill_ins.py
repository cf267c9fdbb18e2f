"""Find texts that stand in the place of what was to be written."""

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Final

from .suite import is_test_file

_ELLIPSIS = r"(?:\.{3,}|…)"
_CODE = (
    r"(?:code|file|function|class|implementation|module|script|methods?|functions?|routes?|logic"
    r"|styles?|imports?|handlers?|content|page|program|documentation)"
)
LEFT_OUT: Final = re.compile(
    rf"\brest\s+of\s+(?:(?:the|your|this|my)\s+)?(?:\w+\s+)?{_CODE}\s*(?:remains?|stays?|goes|here"
    rf"|omitted|unchanged|as\s+before|is\s+(?:the\s+same|unchanged)|the\s+same|{_ELLIPSIS})"
    rf"|^\W*(?:and\s+)?(?:the\s+)?rest\s+of\s+(?:(?:the|your|this|my)\s+)?(?:\w+\s+)?{_CODE}\W*$"
    rf"|{_ELLIPSIS}\s*(?:the\s+)?(?:existing|previous|other|remaining|rest|same|unchanged|more)\b"
    rf"|\b(?:existing|previous|remaining|other)\s+{_CODE}\s*(?:here|{_ELLIPSIS}|goes?\b|remains?\b"
    r"|stays?\b|unchanged|is\s+unchanged|as\s+before)"
    rf"|\b{_CODE}\s+(?:remains?|stays?)\s+(?:the\s+same|unchanged|as\s+(?:is|before))"
    rf"|\b(?:same|unchanged)\s+as\s+(?:before|above){_ELLIPSIS}?\s*$"
    r"|\b(?:add|put|insert)\s+(?:the\s+)?(?:other|remaining|more|rest\s+of\s+(?:the|your))\s+\w+"
    r"\s+here\b"
    r"|\b(?:omitted|shortened|left\s+out|truncated)\s+(?:here\s+)?for\s+brevity\b",
    re.IGNORECASE,
)
"""A comment that stands for code which is not there."""

_TO_DO = re.compile(
    r"\b(?:TODO|FIXME)\b(?:\([^()]{0,30}\))?[\s:,-]{0,3}(?:to\s+)?(?:implement|write|add|fill|finish"
    r"|complete|code|replace\s+(?:this\s+)?with|handle|build|create|put)\b"
    r"|\b(?:implement|write|add|put|insert)\s+(?:your|the\s+actual|actual|the\s+real|real)\s+"
    r"(?:code|logic|implementation)\b"
    r"|\b(?:your|actual|real)\s+(?:code|logic|implementation)\s+(?:goes\s+)?here\b"
    r"|\b(?:implementation|logic|code)\s+goes\s+here\b"
    r"|\bimplement\s+(?:me|this|here|later)\b|\bthis\s+is\s+(?:just\s+|only\s+)?a\s+placeholder\b"
    r"|\b(?:placeholder|stub|dummy)\s+implementation\b"
    r"|\bnot\s+yet\s+implemented\b|\bnot\s+implemented\s+yet\b",
    re.IGNORECASE,
)
_THROWS = re.compile(
    r"throw\s+new\s+Error\(\s*[\"'`](?:not\s+(?:yet\s+)?implemented|todo)\b", re.IGNORECASE
)
_FACT = (
    r"(?:name|address|phone|telephone|e-?mail|city|street|date|link|image|photo|picture|logo"
    r"|product|price|title|headline|description|tagline|slogan|text|content|hours|opening\s+hours"
    r"|company|business|shop|store|restaurant|caf[eé]|person|client|customer|team|url|website"
    r"|number|year|country|testimonial|quote|service)"
)
BRACKETED: Final = re.compile(
    rf"\[\s*(?:(?:insert|enter|add|put|fill\s+in|your|the|our)\s[^\[\]<>]{{1,60}}"
    rf"|(?:[A-Za-z]+\s){{0,3}}{_FACT}(?:\s[A-Za-z]+){{0,3}})\s*\]",
    re.IGNORECASE,
)
_YOURS = re.compile(rf"\b(?:your\s+(?:\w+\s+)?{_FACT}|{_FACT})\s+(?:goes\s+)?here\b", re.IGNORECASE)
_NO_PICTURE = re.compile(
    r"\b(?:image|logo|photo|picture|map|video)\s+placeholder\b"
    r"|\bplaceholder\s+(?:image|logo|photo|picture|map|video|text)\b",
    re.IGNORECASE,
)
_UNFINISHED_PAGE = re.compile(
    r"\b(?:page|site|website|section)\s+(?:is\s+)?(?:still\s+|currently\s+)?under\s+construction\b",
    re.IGNORECASE,
)
_ANGLED = re.compile(
    r"[\"']<\s*(?:insert|enter|add|put|fill\s+in|your)\s[^<>\"']{1,60}>[\"']",
    re.IGNORECASE,
)
_TO_WRITE = re.compile(
    r"\b(?:TODO|FIXME|TBD)\s?:\s?(?:add|complete|fill|finish|implement|insert|put|replace|write)\b"
)
_YOUR_VALUE = re.compile(r"\bYOUR_(?!\w*(?:KEY|TOKEN|SECRET|PASS))[A-Z_]{1,40}_HERE\b")
_LOREM = re.compile(r"\blorem\s+ipsum\b", re.IGNORECASE)
_SLASH_COMMENT = re.compile(r"(?<![:\"'])//([^\n]{0,400})|/\*([^*]{0,2000})\*/")
_MARKUP_COMMENT = re.compile(r"<!--(.{0,2000}?)-->", re.DOTALL)
_LINE_COMMENT = re.compile(r"(?:^|\s)(?:#|--|;)\s?([^\n]{0,400})", re.MULTILINE)
_PAGES = (".html", ".htm")
_SCRIPTS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".css")
_SETTINGS = (".toml", ".yaml", ".yml", ".ini", ".cfg", ".sh", ".sql", ".env")
_PROSE = (".md", ".rst")
_NOT_DONE = re.compile(
    r"\bnot\s+yet\s+implemented\b|\bnot\s+implemented\s+yet\b|\bcoming\s+soon\b", re.IGNORECASE
)
_ABOUT_SOON = re.compile(
    r"coming[\s-]soon[\s\"'-]{1,3}(?:page|site|website|landing|screen|banner)", re.IGNORECASE
)
_AROUND_VALUES = {".json": '"', ".csv": '",;\n'}
_LONGEST_COMMENT = 2_000  # characters that are read of one
_MOST_SHOWN = 80  # characters


def find_fill_ins(files: Mapping[str, str]) -> list[str]:
    """Return texts of a project that stand for something that is not there.

    Looked at are comments of programs and scripts, the text of pages, and what the README says of
    itself; not tests, which may be about such texts.

    Args:
        files: text of each project file by its path.

    Returns:
        ``path:line: sentence`` for each.
    """
    about_lorem = any("lorem" in name.lower() for name in files) or any(
        re.search(r"def \w*lorem", text) for name, text in files.items() if name.endswith(".py")
    )
    found = []
    for name, text in sorted(files.items()):
        if is_test_file(name) or "tests" in PurePosixPath(name).parts:
            continue
        found += [f"{name}:{line}: {what}" for line, what in _in_file(name, text)]
        if not about_lorem and (match := _LOREM.search(text)):
            found.append(f"{name}:{_line_at(text, match.start())}: filler text, lorem ipsum")
    return found


def find_in_page(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and sentence of each fill-in in the visible text of a page."""
    reader = _VisibleText()
    reader.feed(text)
    reader.close()
    for line, piece in reader.pieces:
        for pattern in (BRACKETED, _YOURS):
            if match := pattern.search(piece):
                yield line, f"a text to be filled in: {_shown(match[0])}"
        if match := _NO_PICTURE.search(piece):
            yield line, f"stands for a picture: {_shown(match[0])}"
        if match := _TO_WRITE.search(piece) or _UNFINISHED_PAGE.search(piece):
            yield line, f"not written yet: {_shown(piece)}"


def _in_file(name: str, text: str) -> Iterator[tuple[int, str]]:
    ending = PurePosixPath(name).suffix.lower()
    if ending in (*_PAGES, ".svg"):
        yield from find_in_page(text)
    if ending in (*_SCRIPTS, *_PAGES) and (match := _THROWS.search(text)):
        yield _line_at(text, match.start()), f"a stub: {_shown(match[0])}"
    if ending in _PROSE and not _ABOUT_SOON.search(text):
        for match in _NOT_DONE.finditer(text):
            yield _line_at(text, match.start()), f"says of itself: {_shown(match[0])}"
    if ending in (*_SETTINGS, *_SCRIPTS, *_PAGES, ".json", ".py"):
        for match in _YOUR_VALUE.finditer(text):
            yield _line_at(text, match.start()), f"a text to be filled in: {match[0]}"
    yield from _in_data(ending, text)
    for line, whole in _comments(ending, text):
        comment = whole[:_LONGEST_COMMENT]
        if match := LEFT_OUT.search(comment):
            yield line, f"code was left out: {_shown(comment)}"
        elif match := _TO_DO.search(comment):
            yield line, f"not written yet: {_shown(comment)}"


def _in_data(ending: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield whole values of a file of data that are to be filled in."""
    for match in _ANGLED.finditer(text) if ending in (".json", *_SETTINGS) else ():
        yield _line_at(text, match.start()), f"a text to be filled in: {_shown(match[0])}"
    around = _AROUND_VALUES.get(ending, "")
    for match in BRACKETED.finditer(text) if around else ():
        before, after = (
            text[max(match.start() - 1, 0) : match.start()],
            text[match.end() : match.end() + 1],
        )
        if before in around and after in around:
            yield _line_at(text, match.start()), f"a text to be filled in: {_shown(match[0])}"


def _comments(ending: str, text: str) -> Iterator[tuple[int, str]]:
    if ending == ".py":
        yield from python_comments(text)
        return
    patterns = []
    if ending in (*_SCRIPTS, *_PAGES):
        patterns.append(_SLASH_COMMENT)
    if ending in (*_PAGES, *_PROSE, ".svg", ".xml"):
        patterns.append(_MARKUP_COMMENT)
    if ending in _SETTINGS:
        patterns.append(_LINE_COMMENT)
    for pattern in patterns:
        line, last = 1, 0
        for match in pattern.finditer(text):
            line += text.count("\n", last, match.start())
            last = match.start()
            yield line, next(filter(None, match.groups()), "")


def python_comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a Python file with their lines."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("# ")
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # the gate for syntax says so


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _shown(text: str) -> str:
    return " ".join(text.split())[:_MOST_SHOWN]


class _VisibleText(HTMLParser):
    """Collects the text that a reader of a page sees, with its lines."""

    _HIDDEN = frozenset(("script", "style", "template", "code", "pre", "textarea"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[int, str]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in self._HIDDEN

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.pieces.append((self.getpos()[0], data))

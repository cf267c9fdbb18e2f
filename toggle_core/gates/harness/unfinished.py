"""Find what a finished program would not show: texts in code, slots of templates, empty scripts."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from .fill_ins import BRACKETED, LEFT_OUT, find_in_page
from .sources import Source, read_sources

_MARKUP = re.compile(r"<(?:p|h[1-6]|div|body|html|li|td|span|main|footer|section|title)\b", re.I)
_SAYS_UNDONE = re.compile(r"\bnot\s+yet\s+implemented\b|\bnot\s+implemented\s+yet\b", re.IGNORECASE)
_KEY_TO_BE_PUT_IN = re.compile(
    r"<?(?:your|insert|replace|enter|put|add)[-_](?:[a-z0-9]{1,20}[-_]){0,4}(?:key|token|secret)"
    r"(?:[-_]here)?>?",
    re.IGNORECASE,
)
_SLOT = re.compile(r"\{\{\s*[A-Za-z_][\w.]{0,60}\s*\}\}")
_ENGINES = frozenset(
    ("jinja2", "flask", "django", "bottle", "mako", "chevron", "pystache", "tornado", "starlette")
) | {"fastapi", "sanic", "aiohttp_jinja2", "liquid", "pybars", "tera", "web"}
_IN_THE_BROWSER = re.compile(
    r"\bv-\w+=|\bng-\w+|\bx-data\b|\bVue\b|Alpine|Mustache|Handlebars", re.I
)
_PAGES = (".html", ".htm")
_PROSE = (".md", ".rst", ".txt")
_SCRIPTS = (".js", ".mjs", ".jsx")
_ELISION = re.compile(r"[\s\W]{0,12}(?:\.{3,}|…)")
_CODE_SPAN = re.compile(r"`[^`\n]{0,300}`")
_TO_WRITE = re.compile(r"[\s>#*-]{0,8}(?:TODO|FIXME|TBD)\s?:\s?\w")
_STILL_TO_DO = re.compile(r"\(\s?(?:TODO|TBD|WIP)\s?\)\s{0,8}$")
_FUNCTION = re.compile(r"\bfunction\s+([A-Za-z_$][\w$]{0,80})\s*\([^()]{0,200}\)\s*\{")
_USED = re.compile(r"(?<!function )(?<![\w$.])([A-Za-z_$][\w$]*)")
_ON_PURPOSE = re.compile(r"noop|no_op|nothing|ignore|skip|dummy|empty", re.IGNORECASE)
_MOST_SHOWN: Final = 80
_LONGEST_LINE: Final = 2_000  # people write no longer ones in prose


def find_unfinished(files: Mapping[str, str]) -> list[str]:
    """Return the places that are not finished, as ``path:line: sentence``.

    Looked at are texts in the program's code, slots of pages that nothing fills in, prose, and
    functions of scripts that are called and empty; not the code of tests.

    Args:
        files: text of each project file by its path.
    """
    sources = [source for source in read_sources(files) if not source.is_test]
    literals = {value for source in sources for _, value in _texts(source)}
    scripts = (one for path, one in files.items() if path.endswith((*_SCRIPTS, *_PAGES)))
    used = {name for one in scripts for name in _USED.findall(one)}
    found = [place for source in sources for place in _in_code(source)]
    for name, text in sorted(files.items()):
        ending = PurePosixPath(name).suffix.lower()
        if "tests" in PurePosixPath(name).parts:
            continue
        if ending in _PAGES and not _fills_slots(sources, literals, files):
            found += [(name, line, what) for line, what in _slots(text)]
        if ending in (*_PROSE, *_PAGES):
            found += [(name, line, what) for line, what in _in_prose(text, ending, literals)]
        if ending in _SCRIPTS:
            found += [(name, line, what) for line, what in _empty_functions(text, used)]
    return [f"{name}:{line}: {what}" for name, line, what in dict.fromkeys(found)]


def _texts(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the texts in code with their lines: docstrings aside, formatted ones as a whole."""
    parts = {
        id(one)
        for node in source.nodes
        if isinstance(node, ast.JoinedStr)
        for one in ast.walk(node)
        if one is not node
    }
    for node in source.nodes:
        if id(node) in parts or isinstance(source.parents.get(node), ast.Expr):
            continue
        if isinstance(node, ast.JoinedStr):
            pieces = (getattr(one, "value", "") for one in node.values)
            yield node.lineno, "".join(one if isinstance(one, str) else "-" for one in pieces)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _in_code(source: Source) -> Iterator[tuple[str, int, str]]:
    for line, text in _texts(source):
        if _MARKUP.search(text):
            yield from ((source.name, line, what) for _, what in find_in_page(text))
        if match := _SAYS_UNDONE.search(text):
            yield source.name, line, f"tells people: {_shown(match[0])}"
        if _KEY_TO_BE_PUT_IN.fullmatch(text):
            yield source.name, line, f"a key to be put in by hand: {_shown(text)}"


def _fills_slots(sources: list[Source], literals: set[str], files: Mapping[str, str]) -> bool:
    """Whether something in the project fills in ``{{ name }}``: a library, its code, a script."""
    if any("{{" in text or r"\{\{" in text or r"\{{" in text for text in literals):
        return True
    if any(_IN_THE_BROWSER.search(text) for name, text in files.items() if name.endswith(_PAGES)):
        return True
    if any("{{" in text for name, text in files.items() if name.endswith(_SCRIPTS)):
        return True
    imported: set[Any] = set()
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    return bool(imported & _ENGINES)


def _slots(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _SLOT.search(line):
            yield number, f"a slot that nothing fills in: {_shown(match[0])}"
            return


def _in_prose(text: str, ending: str, literals: set[str]) -> Iterator[tuple[int, str]]:
    """Yield code left out and bracketed fill-ins, but not code, links, and slots the code knows."""
    fenced = False
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole[:_LONGEST_LINE]
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if _ELISION.match(line) and LEFT_OUT.search(line):
            yield number, f"text was left out: {_shown(line)}"
        if ending in _PAGES or fenced or line.startswith(("    ", "\t")):
            continue
        plain = _CODE_SPAN.sub("", line)
        if ending != ".txt" and (_TO_WRITE.match(plain) or _STILL_TO_DO.search(plain)):
            yield number, f"not written yet: {_shown(line)}"
        for match in BRACKETED.finditer(plain):
            link = plain[match.end() : match.end() + 1] in ("(", "[", ":")
            if not link and match[0] not in literals:
                yield number, f"a text to be filled in: {_shown(match[0])}"


def _empty_functions(text: str, used: set[str]) -> Iterator[tuple[int, str]]:
    line, last = 1, 0
    for match in _FUNCTION.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if match[1] in used and not _ON_PURPOSE.search(match[1]) and _is_empty(text, match.end()):
            yield line, f"{match[1]} is called and has no body yet"


def _is_empty(text: str, place: int) -> bool:
    """Whether only spaces and comments come before the brace that closes a function."""
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text.startswith("//", place):
            place = (text.find("\n", place) + 1) or len(text)
        elif text.startswith("/*", place):
            end = text.find("*/", place)
            place = end + 2 if end >= 0 else len(text)
        else:
            return text[place] == "}"
    return False


def _shown(text: str) -> str:
    return " ".join(text.split())[:_MOST_SHOWN]

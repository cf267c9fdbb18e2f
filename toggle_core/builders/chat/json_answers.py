"""Read the draft of a project out of JSON, in the schema's names or other usual ones.

Nothing that may be a file or an edit is passed over: one that lacks its path or its text is a fault
of the whole draft, which would otherwise be a part of what was meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from toggle_core.builders.chat.draft import Draft, objected, said
from toggle_core.builders.chat.edits import Edit
from toggle_core.builders.chat.file_texts import Unusable, text_of
from toggle_core.builders.chat.naming import path_in
from toggle_core.builders.chat.objects import JsonObject

PATH: Final = ("path", "file_path", "filepath", "filename", "file_name", "file", "name")
TEXT: Final = ("text", "content", "contents", "code", "body", "source")
SEARCH: Final = ("search", "old", "old_string", "old_str", "old_text", "find")
REPLACE: Final = ("replace", "new", "new_string", "new_str", "new_text", "replacement")
UNMET: Final = ("unmet", "left_out", "not_fulfilled", "unfulfilled")
PARTS: Final = frozenset({"wish", "words", "item", "feature", "text", "description", "decision"})
"""Names under which an object has what a sentence is about, with the reason beside it."""

UNNAMED: Final = "The answer says that something is left out, and not what."


def from_json(found: JsonObject) -> Draft:
    """The draft that an object holds, as far as it holds one."""
    try:
        files = tuple(_files(found.get("files")))
        edits = tuple(_edits(_first(found, ("edits", "changes"))))
    except Unusable as fault:
        return Draft(fault=str(fault))
    return Draft(
        files=files,
        edits=edits,
        deleted=tuple(_paths(_first(found, ("deleted", "delete", "deletions")))),
        renamed=tuple(
            _pairs(found.get("renamed"), ("path", "old", "from"), ("new_path", "new", "to"))
        ),
        entry=_entry(found.get("entry")),
        summary=" ".join(_sentences(found.get("summary"))),
        unmet=tuple(_unmet(_first(found, UNMET))),
        assumptions=tuple(_sentences(found.get("assumptions"))),
        test_changes=tuple(_pairs(found.get("test_changes"), ("test", "name"), ("reason", "why"))),
        objection=objected(" ".join(_sentences(found.get("objection")))),
    )


def from_part(found: JsonObject) -> Draft:
    """The draft of an object that is a file or an edit by itself, as in the call of a tool."""
    path = path_in(_name(found))
    if not path:
        return _by_path(found)
    search, replace = _first(found, SEARCH), _first(found, REPLACE)
    if isinstance(search, str) and isinstance(replace, str):
        return Draft(edits=(Edit(path, search, replace),))
    try:
        return Draft(files=((path, text_of(path, _first(found, TEXT), found.get("encoding"))),))
    except Unusable:
        return Draft()


def _by_path(found: JsonObject) -> Draft:
    """The draft of an object whose names are paths and whose values are texts."""
    if found and all(path_in(path) and isinstance(text, str) for path, text in found.items()):
        return Draft(files=tuple(_files(found)))
    return Draft()


def _files(found: Any, folder: str = "") -> Iterator[tuple[str, str]]:
    """Files as the schema has them, as pairs, or by their paths, with folders as objects."""
    if isinstance(found, dict) and _first(found, TEXT) is None:
        for path, value in found.items():
            is_entry = isinstance(value, dict) and _first(value, TEXT) is not None
            if isinstance(value, dict) and not is_entry and not path.lower().endswith(".json"):
                yield from _files(value, f"{folder}{path.rstrip('/')}/")
            else:
                entry = value if is_entry else {"text": value}
                yield _file({**entry, "path": f"{folder}{path}"})
        return
    if isinstance(found, dict):
        found = [found]
    for each in found if isinstance(found, list) else []:
        entry = dict(zip(("path", "text"), each, strict=False)) if isinstance(each, list) else each
        if not isinstance(entry, dict):
            raise Unusable("an entry of “files” is not an object with a path and a text")
        if not (_name(entry).endswith("/") and not _first(entry, TEXT)):  # a folder by itself
            yield _file(entry)


def _file(found: JsonObject) -> tuple[str, str]:
    path = _name(found)
    if not path:
        raise Unusable("an entry of “files” has no path")
    return path, text_of(path, _first(found, TEXT), found.get("encoding"))


def _edits(found: Any) -> Iterator[Edit]:
    """Edits as the schema has them, or several for one path."""
    if isinstance(found, dict):
        found = [{"path": path, "edits": edits} for path, edits in found.items()]
    for each in found if isinstance(found, list) else []:
        if not isinstance(each, dict):
            raise Unusable("an entry of “edits” is not an object with path, search and replace")
        path = _name(each)
        if isinstance(each.get("edits"), list | dict):
            inner = each["edits"] if isinstance(each["edits"], list) else [each["edits"]]
            yield from _edits([{"path": path, **e} if isinstance(e, dict) else e for e in inner])
            continue
        if not path:
            raise Unusable("an entry of “edits” has no path")
        search, replace = (_lines(_first(each, names)) for names in (SEARCH, REPLACE))
        if search is None or replace is None:
            raise Unusable(f"an edit of {path} needs both “search” and “replace” as texts")
        yield Edit(path, search, replace)


def _lines(found: Any) -> str | None:
    """A text, or the lines of one."""
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return "\n".join(found)
    return found if isinstance(found, str) else None


def _first(found: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The first value under one of the names that is there."""
    return next((found[name] for name in names if found.get(name) is not None), None)


def _name(found: JsonObject) -> str:
    texts = (found.get(name) for name in PATH)
    path = next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
    return path.strip("`\"'")


def _entry(found: Any) -> str:
    if isinstance(found, dict):
        found = _name(found)
    return found.strip().removeprefix("python ").strip() if isinstance(found, str) else ""


def _paths(found: Any) -> Iterator[str]:
    for each in found if isinstance(found, list) else [found]:
        path = _name(each) if isinstance(each, dict) else each
        if isinstance(path, str) and path.strip():
            yield path.strip()


def _pairs(found: Any, first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Two texts each, as objects in a list, as one object, or with a colon between them."""
    if isinstance(found, dict):
        found = [{first[0]: name, second[0]: text} for name, text in found.items()]
    for each in found if isinstance(found, list) else []:
        if isinstance(each, str):
            one, _, other = each.partition(": ")
        elif isinstance(each, dict):
            one, other = _first(each, first), _first(each, second)
        else:
            continue
        if isinstance(one, str) and isinstance(other, str) and one.strip() and other.strip():
            yield one.strip(), other.strip()


def _unmet(found: Any) -> Iterator[str]:
    """What is left out; in whatever shape it is said, it is not lost."""
    if found is True:
        yield UNNAMED
    yield from _sentences(found)


def _sentences(found: Any) -> Iterator[str]:
    """Texts in lists, or one text; an object's texts make one, or one for each name."""
    if isinstance(found, list):
        for each in found:
            yield from _sentences(each)
        return
    if isinstance(found, dict) and PARTS.isdisjoint(found) and "reason" not in found:
        for name, text in found.items():
            yield from _sentences([f"{name}: {text}" if isinstance(text, str) else text])
        return
    texts = found.values() if isinstance(found, dict) else [found]
    if sentence := said(": ".join(text for text in texts if isinstance(text, str))):
        yield sentence

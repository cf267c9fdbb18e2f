"""Read the draft of a project out of a JSON object, in the schema's names or other usual ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toggle_core.builders.chat.draft import Draft, said
from toggle_core.builders.chat.edits import Edit
from toggle_core.builders.chat.objects import JsonObject


def from_json(found: JsonObject) -> Draft:
    return Draft(
        files=_files(found),
        edits=tuple(_edits(found.get("edits"))),
        deleted=tuple(_paths(found.get("deleted"))),
        renamed=tuple(
            _pairs(found.get("renamed"), ("path", "old", "from"), ("new_path", "new", "to"))
        ),
        entry=_text(found, "entry"),
        summary=_text(found, "summary"),
        unmet=tuple(_sentences(found.get("unmet"))),
        assumptions=tuple(_sentences(found.get("assumptions"))),
        test_changes=tuple(_pairs(found.get("test_changes"), ("test", "name"), ("reason", "why"))),
        objection=said(_text(found, "objection")),
    )


def _files(found: JsonObject) -> tuple[tuple[str, str], ...]:
    """Files as the schema has them, as an object of texts by path, or one file by itself."""
    files: Any = found.get("files")
    if isinstance(files, dict):
        files = [{"path": path, "text": text} for path, text in files.items()]
    if not isinstance(files, list):
        return ()
    read = [_file(each) for each in files if isinstance(each, dict)]
    return tuple((path, text) for path, text in read if path and text is not None)


def _file(found: JsonObject) -> tuple[str, str | None]:
    path = _text(found, "path") or _text(found, "name") or _text(found, "filename")
    texts = (found.get(name) for name in ("text", "content", "code"))
    return path, next((text for text in texts if isinstance(text, str)), None)


def _edits(found: Any) -> Iterator[Edit]:
    """Edits as the schema has them, or several for one path."""
    for each in found if isinstance(found, list) else []:
        if not isinstance(each, dict):
            continue
        if isinstance(each.get("edits"), list):
            path = _text(each, "path")
            yield from _edits([{"path": path, **e} for e in each["edits"] if isinstance(e, dict)])
            continue
        search = _first(each, ("search", "old", "old_string", "old_text", "find"))
        replace = _first(each, ("replace", "new", "new_string", "new_text", "replacement"))
        path = _text(each, "path") or _text(each, "file")
        if search is not None and replace is not None and path:
            yield Edit(path, search, replace)


def _first(found: JsonObject, names: Sequence[str]) -> str | None:
    return next((found[name] for name in names if isinstance(found.get(name), str)), None)


def _paths(found: Any) -> Iterator[str]:
    for each in found if isinstance(found, list) else []:
        path = _text(each, "path") if isinstance(each, dict) else each
        if isinstance(path, str) and path.strip():
            yield path.strip()


def _pairs(found: Any, first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Two texts each, as objects in a list or as one object."""
    if isinstance(found, dict):
        found = [{first[0]: name, second[0]: text} for name, text in found.items()]
    for each in found if isinstance(found, list) else []:
        if isinstance(each, dict):
            texts = (_first(each, first) or "").strip(), (_first(each, second) or "").strip()
            if all(texts):
                yield texts


def _sentences(found: Any) -> Iterator[str]:
    """Texts in a list, or one text; an object's texts make one."""
    for each in found if isinstance(found, list) else [found]:
        texts = each.values() if isinstance(each, dict) else [each]
        if sentence := said(": ".join(text for text in texts if isinstance(text, str))):
            yield sentence


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""

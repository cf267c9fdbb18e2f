"""Fill in a form as a visitor does: by what is read beside its fields and on its buttons."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from .expressions import written
from .pages import Button, Choice, Field, Form, HtmlPage, joined

_FILE_NAME = "file.txt"
_BOXES = ("checkbox", "radio")
_NO = ("", "false", "no", "off", "0", "none")


class Upload(NamedTuple):
    """A file that is sent: its name and its content."""

    name: str
    content: str


class Filled(NamedTuple):
    """A form that is ready to be sent.

    Attributes:
        method: ``GET`` or ``POST``.
        action: the address as it is written in the page.
        pairs: names with their values, in the order of the page.
        multipart: whether it is sent in parts, with files.
    """

    method: str
    action: str
    pairs: list[tuple[str, str | Upload]]
    multipart: bool


@dataclass(slots=True, eq=False)
class _Filling:
    form: Form
    given: dict[Field, list[Any]]
    extra: list[tuple[str, Any]]


def fill_form(page: HtmlPage, fields: Mapping[str, Any], button: str) -> Filled:
    """Find the form that has these fields, or this button, and fill it in.

    Args:
        page: the page.
        fields: values by label, placeholder or name; a list for a repeated field, ``true`` or
            ``false`` for a box, content or ``{"name": …, "content": …}`` for a file.
        button: what is read on the button; empty for the first one.

    Raises:
        ValueError: no form of the page has them, in one plain sentence.
    """
    if not page.forms:
        raise ValueError("The page has no form.")
    matching = [made for form in page.forms if (made := _match(form, fields)) is not None]
    if fields and not matching:
        missing = next(
            (name for name in fields if not any(_find(form, name) for form in page.forms)), None
        )
        if missing is None:
            raise ValueError("No form of the page has all these fields.")
        raise ValueError(f"No form of the page has a field “{missing}”.")
    chosen = [(made, _find_button(made.form, button)) for made in matching]
    with_button = [each for each in chosen if each[1] is not None]
    if button and not with_button and not fields:
        raise ValueError(f"No form of the page has a button “{button}”.")
    filling, pressed = (with_button or chosen)[0]
    if pressed is None and filling.form.buttons:
        pressed = filling.form.buttons[0]
    return _fill(filling, pressed)


def fill_fields(form: Form, given: Mapping[Field, list[Any]], button: Button | None) -> Filled:
    """Fill in some fields of a form, and leave all others as the page has them.

    Args:
        form: the form.
        given: what is entered, by field: texts, ``True`` for a box, contents of files.
        button: that is pressed, None for a form without one.

    Raises:
        ValueError: a list has no such choice.
    """
    return _fill(_Filling(form, dict(given), []), button)


def multipart_body(pairs: list[tuple[str, str | Upload]]) -> tuple[bytes, str]:
    """Return the body of a form sent in parts, and its content type."""
    boundary = f"----WebKitFormBoundary{secrets.token_hex(8)}"
    body = b""
    for name, value in pairs:
        head = f'Content-Disposition: form-data; name="{_quoted(name)}"'
        if isinstance(value, Upload):
            head += f'; filename="{_quoted(value.name)}"\r\nContent-Type: {_type_of(value.name)}'
        content = value.content if isinstance(value, Upload) else _with_newlines(value)
        body += f"--{boundary}\r\n{head}\r\n\r\n".encode() + content.encode() + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def urlencoded(pairs: list[tuple[str, str | Upload]]) -> str:
    """Return pairs as a query; of a file its name alone is sent, as browsers do."""
    return urlencode(
        [
            (name, value.name if isinstance(value, Upload) else _with_newlines(value))
            for name, value in pairs
        ]
    )


def same_words(label: str, wanted: str) -> bool:
    """Tell whether a label is the one that is wanted, but for case and marks at its end."""
    return _plain(label) == _plain(wanted)


def has_words(label: str, wanted: str) -> bool:
    """Tell whether whole words of a label are those that are wanted."""
    return f" {_plain(wanted)} " in f" {_plain(label)} "


def _plain(text: str) -> str:
    return joined(text).casefold().rstrip(" *:…").removesuffix("(optional)").rstrip(" *:…")


def _match(form: Form, fields: Mapping[str, Any]) -> _Filling | None:
    filling = _Filling(form, {}, [])
    for name, value in fields.items():
        found = _find(form, name)
        if not found:
            return None
        given = value if isinstance(value, list) else [value]
        if found[0].kind in _BOXES or found[0].multiple:
            for each in found:
                filling.given[each] = given
        else:
            for each, one in zip(found, given, strict=False):
                filling.given[each] = [one]
            filling.extra += [(found[-1].name, one) for one in given[len(found) :]]
    return filling


def _find(form: Form, wanted: str) -> list[Field]:
    """Return the fields with a label, and those that repeat the first one's name."""
    usual = [each for each in form.fields if each.kind != "hidden"]
    ways = (
        lambda each: any(same_words(label, wanted) for label in each.labels),
        lambda each: same_words(each.placeholder, wanted),
        lambda each: each.name.casefold() == wanted.casefold(),
        lambda each: any(has_words(label, wanted) for label in each.labels),
        lambda each: has_words(each.placeholder, wanted),
    )
    for way in ways:
        if found := [each for each in usual if way(each)]:
            name = found[0].name
            return [each for each in usual if each in found or (name and each.name == name)]
    return []


def _find_button(form: Form, wanted: str) -> Button | None:
    if not wanted:
        return form.buttons[0] if form.buttons else None
    for compare in (same_words, has_words):
        for each in form.buttons:
            if any(compare(label, wanted) for label in each.labels):
                return each
    return None


def _fill(filling: _Filling, button: Button | None) -> Filled:
    pressed = button.given if button else {}
    given = filling.form.given
    method = (pressed.get("formmethod") or given.get("method") or "get").upper()
    kind = pressed.get("formenctype") or given.get("enctype", "")
    pairs: list[tuple[str, str | Upload]] = []
    for each in filling.form.fields:
        if each.name:
            pairs += [(each.name, value) for value in _sent(each, filling.given.get(each))]
    pairs += [(name, written(value)) for name, value in filling.extra if name]
    if button and button.name:
        pairs.append((button.name, button.value))
    action = pressed.get("formaction") or given.get("action", "")
    multipart = method == "POST" and kind.lower() == "multipart/form-data"
    return Filled("POST" if method == "POST" else "GET", action, pairs, multipart)


def _sent(made: Field, given: list[Any] | None) -> list[str | Upload]:
    """Return what a field sends: what was typed, else what the page has in it."""
    if made.kind == "file":
        return [_upload(each) for each in given or []] or [Upload("", "")]
    if made.kind in _BOXES:
        chosen = made.checked if given is None else _is_ticked(made, given)
        return [made.value] if chosen else []
    if made.kind == "select":
        return [each.value for each in _chosen(made, given)]
    return [made.value] if given is None else [written(each) for each in given]


def _is_ticked(made: Field, given: list[Any]) -> bool:
    for each in given:
        if isinstance(each, bool):
            if each:
                return True
        elif written(each) == made.value or any(
            same_words(label, written(each)) for label in made.labels
        ):
            return True
        elif made.kind == "checkbox" and len(given) == 1 and made.value == "on":
            return written(each).casefold() not in _NO
    return False


def _chosen(made: Field, given: list[Any] | None) -> list[Choice]:
    if given is None:
        chosen = [each for each in made.choices if each.chosen]
        return chosen or ([] if made.multiple else made.choices[:1])
    found = []
    for value in map(written, given):
        ways = (
            [each for each in made.choices if same_words(each.text, value)],
            [each for each in made.choices if each.value == value],
            [each for each in made.choices if has_words(each.text, value)],
        )
        choices = next((each for each in ways if each), None)
        if choices is None:
            raise ValueError(f"The list “{made.name}” has no choice “{value}”.")
        found.append(choices[0])
    return found


def _upload(value: Any) -> Upload:
    if isinstance(value, Mapping):
        return Upload(written(value.get("name", _FILE_NAME)), written(value.get("content", "")))
    return Upload(_FILE_NAME, written(value))


def _type_of(name: str) -> str:
    known = {"csv": "text/csv", "txt": "text/plain", "json": "application/json"}
    return known.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")

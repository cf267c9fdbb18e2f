"""Requests of steps: paths, headers, forms."""

import re
from typing import Any, Final

from toggle_core.gates.promises.expressions import PLACEHOLDER
from toggle_core.gates.promises.matchers import check_header_name
from toggle_core.gates.promises.shape import Fault, listed, mapped, quoted, text

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

REQUEST: Final = ("method", "path", "json", "form", "body", "headers")

OF_THE_CLIENT: Final = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that a client sets by itself; one from a step could change where a request goes."""

COOKIES: Final = re.compile(
    r"[\w.!#$%&'*+^`|~-]{1,60}=[^;,\s]*(?:; ?[\w.!#$%&'*+^`|~-]{1,60}=[^;,\s]*)*"
)

LONGEST_PATH: Final = 500
LONGEST_BODY: Final = 20_000
LONGEST_LABEL: Final = 200


def check_path(value: object, name: str) -> None:
    """Check what a request asks for: a path on the program, never another host.

    Args:
        value: such as ``/items?page=2``.
        name: of the step, for the sentence.
    """
    path = text(value, name, longest=LONGEST_PATH, lines=False)
    if path.startswith("//") or ("://" in path and not path.startswith("/")):
        raise Fault(f"{name} names another host: {quoted(path)}. Only paths can be requested.")
    if not path.startswith("/"):
        raise Fault(f"{name} needs a path that begins with “/”, not {quoted(path)}.")
    if "\\" in path or not path.isprintable() or "#" in path:
        raise Fault(f"{name} has a character that no path can have: {quoted(path)}.")


def check_request(value: object) -> None:
    """Check the object ``request``."""
    found = mapped(value, "“request”", known=REQUEST)
    if found.get("method") not in METHODS:
        raise Fault(f"“request” needs a method, one of {', '.join(METHODS)}.")
    check_path(found.get("path"), "“request”")
    bodies = [name for name in ("json", "form", "body") if name in found]
    if len(bodies) > 1:
        raise Fault(f"“request” has {' and '.join(bodies)}; one is possible.")
    if "form" in found:
        check_form(found["form"])
    if "body" in found:
        text(found["body"], "“body”", longest=LONGEST_BODY, shortest=0)
    for name, each in mapped(found.get("headers", {}), "“headers”").items():
        _check_header(name, each)


def _check_header(name: str, value: object) -> None:
    check_header_name(name)
    if name.lower() in OF_THE_CLIENT:
        raise Fault(f"A step cannot set the header {quoted(name)}: the client sets it.")
    content = text(value, f"The header {quoted(name)}", longest=2_000, shortest=0, lines=False)
    if not content.replace("\t", " ").isprintable():
        raise Fault(f"The header {quoted(name)} has a control character.")
    if name.lower() == "cookie" and not COOKIES.fullmatch(PLACEHOLDER.sub("x", content)):
        raise Fault("The header “Cookie” must be such as “name=value; other=value”.")


def check_form(value: object) -> None:
    """Check the fields of a form by their names, as ``post`` sends them."""
    for name, each in mapped(value, "“form”").items():
        text(name, "A name in “form”", longest=LONGEST_LABEL, lines=False)
        for entry in listed(each if isinstance(each, list) else [each], "“form”", most=50):
            _check_entry(name, entry)


def check_submit(value: object) -> None:
    """Check the object ``submit``."""
    found = mapped(value, "“submit”", known=("page", "button", "fields"))
    check_path(found.get("page"), "“submit”")
    if not found.get("button") and not found.get("fields"):
        raise Fault("“submit” needs “button” or “fields” to find the form by.")
    if "button" in found:
        text(found["button"], "“button”", longest=LONGEST_LABEL, lines=False)
    for label, each in mapped(found.get("fields", {}), "“fields”").items():
        text(label, "A label in “fields”", longest=LONGEST_LABEL, lines=False)
        for entry in listed(each if isinstance(each, list) else [each], "“fields”", most=50):
            if isinstance(entry, dict):
                _check_upload(label, entry)
            elif not isinstance(entry, bool):  # whether a box is ticked
                _check_entry(label, entry)


def _check_upload(label: str, value: dict[str, Any]) -> None:
    found = mapped(value, f"The field {quoted(label)}", known=("name", "content"))
    name = text(found.get("name"), "The name of a file", longest=100, lines=False)
    if "/" in name or "\\" in name or '"' in name:
        raise Fault(f"The name of a file cannot be {quoted(name)}.")
    text(found.get("content"), "The content of a file", longest=LONGEST_BODY, shortest=0)


def _check_entry(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Fault(f"The field {quoted(name)} must be a text or a number.")
    text(str(value), f"The field {quoted(name)}", longest=LONGEST_BODY, shortest=0)

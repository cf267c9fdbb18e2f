"""Make the request that a step describes."""

import json
from collections.abc import Mapping
from typing import Any

from .expressions import as_number, written
from .templates import fill_in, fill_in_text
from .visitor import Outgoing, encoded, own_path

_FORM_TYPE = "application/x-www-form-urlencoded"


def request_of(kind: str, step: Mapping[str, Any], values: Mapping[str, Any]) -> Outgoing:
    """Return the request of a step.

    Args:
        kind: ``get``, ``post`` or ``request``.
        step: the step.
        values: of the variables.

    Raises:
        ValueError: it leads to another host, or an expression cannot be computed.
    """
    if kind == "get":
        return Outgoing("GET", path_of(step["get"], values))
    if kind == "post":
        given, method, path, headers = step, "POST", step["post"], {}
    else:
        given = step["request"]
        method, path = given["method"], given["path"]
        filled = fill_in(given.get("headers", {}), values)
        headers = {name: _header(written(value)) for name, value in filled.items()}
    body, content_type = _body(given, values)
    return Outgoing(str(method).upper(), path_of(path, values), body, content_type, headers)


def path_of(text: str, values: Mapping[str, Any]) -> str:
    """Return a path with its values filled in and encoded.

    Raises:
        ValueError: it leads to another host, or an expression cannot be computed.
    """
    return own_path(fill_in_text(text, values, encoded))


def _body(given: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[bytes | None, str]:
    """Return what is sent along, and its content type."""
    if "form" in given:
        filled = fill_in(given["form"], values)
        pairs = [
            f"{encoded(name, '?')}={encoded(written(one), '?')}"
            for name, value in filled.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        return "&".join(pairs).encode(), _FORM_TYPE
    if "json" in given:
        value = _json_ready(fill_in(given["json"], values))
        return json.dumps(value, ensure_ascii=False).encode(), "application/json"
    if "body" in given:
        return written(fill_in(given["body"], values)).encode(), ""
    return None, ""


def _header(text: str) -> str:
    return " ".join(text.split()).encode("latin-1", "replace").decode("latin-1")


def _json_ready(value: Any) -> Any:
    """Return a value with its numbers as JSON has them."""
    if isinstance(value, Mapping):
        return {name: _json_ready(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_json_ready(each) for each in value]
    if isinstance(value, (str, bool)) or value is None:
        return value
    number = as_number(value)
    return int(number) if number == int(number) and "." not in written(value) else float(number)

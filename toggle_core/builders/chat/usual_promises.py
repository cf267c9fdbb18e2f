"""Put right what models usually get wrong in promises without meaning anything by it.

Numbers and statuses as texts, a command line as one text, one value in place of a list, null for
what is not there. What could be meant in two ways is left as it is, and refused where it is read.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final

from toggle_core.gates.promises.interface import LONGEST
from toggle_core.gates.promises.reading import PROMISE_KEYS

HERE: Final = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d{1,5})?(?=/|$)")
STATUS: Final = re.compile(r"([1-5](?:\d\d|xx))(?: [A-Za-z ]{1,40})?", re.IGNORECASE)
FAILS: Final = frozenset({"not 0", "not zero", "nonzero", "non-zero", "!=0", "!= 0", ">0", "> 0"})
REMARKS: Final = frozenset({"description", "comment", "note", "name", "title", "explanation"})
NO_REASON: Final = "The model gave no reason."


def usual_interface(value: Any) -> Any:
    """An interface with its commands as lists and its routes as texts."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, dict):
        return value
    known = {
        name: value[name] for name in ("kind", "commands", "routes", "fields") if name in value
    }
    known = {name: each for name, each in known.items() if each is not None}
    if isinstance(known.get("kind"), str):
        known["kind"] = known["kind"].strip().lower()
    if isinstance(known.get("commands"), list):
        known["commands"] = [_arguments(each) for each in known["commands"]]
    if isinstance(known.get("routes"), list):
        known["routes"] = [_route(each) for each in known["routes"]]
    if isinstance(known.get("fields"), dict):
        known["fields"] = list(known["fields"])
    return known


def usual_left_out(value: Any) -> list[dict[str, str]]:
    """What is left out as words and reasons; an entry without words is none."""
    if isinstance(value, dict) and "words" not in value:
        value = [{"words": words, "why": why} for words, why in value.items()]
    entries = map(_left_out, value if isinstance(value, list) else [value])
    return [entry for entry in entries if entry["words"]]


def usual_promise(value: Any, at: int) -> Any:
    """One promise, with an id."""
    if not isinstance(value, dict):
        return value
    known = {name: value[name] for name in PROMISE_KEYS if value.get(name) is not None}
    named = f"{known.get('id', '')}"
    known["id"] = re.sub(r"[^A-Za-z0-9_-]+", "-", named).strip("-_")[:40] or f"p{at}"
    if isinstance(known.get("sentence"), str):
        known["sentence"] = " ".join(known["sentence"].split())
    if isinstance(known.get("needs"), str):
        known["needs"] = [name.strip() for name in known["needs"].split(",")]
    if "vars" in known:
        known["vars"] = _variables(known["vars"])
    for steps in ("steps", "before"):
        if isinstance(known.get(steps), list):
            known[steps] = [_step(step) for step in known[steps]]
    return known


def _left_out(value: Any) -> dict[str, str]:
    found = value if isinstance(value, dict) else {"words": value}
    words = _one_line(found, ("words", "item", "feature", "wish", "text"))
    return {"words": words, "why": _one_line(found, ("why", "reason", "because")) or NO_REASON}


def _one_line(found: Mapping[str, Any], names: tuple[str, ...]) -> str:
    texts = (found.get(name) for name in names)
    text = next((text for text in texts if isinstance(text, str)), "")
    return " ".join(text.split())[:LONGEST]


def _route(value: Any) -> Any:
    if isinstance(value, dict):
        value = f"{value.get('method', 'GET')} {value.get('path', '')}"
    if not isinstance(value, str):
        return value
    method, _, path = value.strip().partition(" ")
    return f"{method.upper()} {path.strip()}"


def _variables(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        value = {f"{each.get('name')}": each for each in value}
    if not isinstance(value, dict):
        return value
    return {
        name: kind.get("kind") or kind.get("type") if isinstance(kind, dict) else kind
        for name, kind in value.items()
    }


def _step(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    step = {name: each for name, each in value.items() if each is not None and name not in REMARKS}
    for name, put_right in _BY_NAME.items():
        if name in step:
            step[name] = put_right(step[name])
    return step


def _request(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    method = value.get("method")
    value = value | ({"method": method.upper()} if isinstance(method, str) else {})
    return value | ({"path": _path(value["path"])} if "path" in value else {})


def _submit(value: Any) -> Any:
    has_page = isinstance(value, dict) and "page" in value
    return value | {"page": _path(value["page"])} if has_page else value


def _wait(value: Any) -> Any:
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,2}", value) else value


def _restart(value: Any) -> Any:
    return True if value == "true" else value


def _together(value: Any) -> Any:
    return [_step(each) for each in value] if isinstance(value, list) else value


def _expect(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    expect = {name: each for name, each in value.items() if each is not None}
    if isinstance(code := expect.get("exit"), str):
        expect["exit"] = int(code) if re.fullmatch(r"\d{1,3}", code) else code.strip().lower()
    if expect.get("exit") in ({"not": 0}, {"not": "0"}) or f"{expect.get('exit')}" in FAILS:
        expect["exit"] = "not 0"
    if "status" in expect:
        found = expect["status"]
        expect["status"] = (
            [_status(each) for each in found] if isinstance(found, list) else _status(found)
        )
    return expect


def _status(value: Any) -> Any:
    found = STATUS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    return int(found[1]) if found[1].isdecimal() else found[1].lower()


def _path(value: Any) -> Any:
    """A path; an address of this machine stands for the program."""
    return (HERE.sub("", value, count=1) or "/") if isinstance(value, str) else value


def _arguments(value: Any) -> Any:
    if isinstance(value, dict):
        more = value.get("args") or value.get("arguments") or []
        value = [
            value.get("name") or value.get("command"),
            *(more if isinstance(more, list) else []),
        ]
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError:
            return value
    if not isinstance(value, list):
        return value
    arguments = [_argument(each) for each in value]
    is_called = arguments[:2] in (["python", "main.py"], ["python3", "main.py"])
    return arguments[2:] if is_called else arguments


def _argument(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value}" if is_number else value


_BY_NAME: Final[Mapping[str, Callable[[Any], Any]]] = {
    "run": _arguments,
    "get": _path,
    "post": _path,
    "open": _path,
    "request": _request,
    "submit": _submit,
    "wait": _wait,
    "restart": _restart,
    "together": _together,
    "expect": _expect,
}

"""Steps of promises in words, for people who review them."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from toggle_core.gates.harness.promises.matchers import describe_matcher
from toggle_core.gates.harness.promises.vocabulary import step_kind

WHAT: Final = {
    "exit": "it ends with",
    "status": "the answer is",
    "stdout": "it prints what",
    "stderr": "its error output",
    "text": "the page",
    "html": "the HTML",
    "json": "the data at",
    "header": "the header",
    "kind": "it is of the kind",
}


def describe_step(step: Mapping[str, Any]) -> str:
    """Say in a sentence what a step does, and what is expected then.

    Args:
        step: valid, as :mod:`toggle_core.gates.promises.reading` lets it through.
    """
    kind = step_kind(step)
    person = f"As {step['as']}: " if "as" in step else ""
    expected = list(_expectations(step.get("expect", {})))
    then = f" Expected: {'; '.join(expected)}." if expected else ""
    return f"{person}{_DONE[kind](step)}.{then}"


def _run(step: Mapping[str, Any]) -> str:
    words = " ".join(map(str, step["run"]))
    typed = f" and type “{step['stdin'].strip()}”" if step.get("stdin") else ""
    return f"Start it with “{words}”{typed}" if words else f"Start it{typed}"


def _post(step: Mapping[str, Any]) -> str:
    sent = step.get("form") or step.get("json")
    return f"Send POST {step['post']}{_with(sent)}"


def _request(step: Mapping[str, Any]) -> str:
    asked = step["request"]
    return f"Send {asked['method']} {asked['path']}{_with(asked.get('json') or asked.get('body'))}"


def _submit(step: Mapping[str, Any]) -> str:
    form = step["submit"]
    name = f" “{form['button']}”" if form.get("button") else ""
    fields = (f"{label} “{_short(value)}”" for label, value in form.get("fields", {}).items())
    filled = ", ".join(fields)
    return f"Send the form{name} on {form['page']}{f' with {filled}' if filled else ''}"


def _together(step: Mapping[str, Any]) -> str:
    return f"At the same time: {' '.join(map(describe_step, step['together']))}".removesuffix(".")


def _type(step: Mapping[str, Any]) -> str:
    return "Type " + ", ".join(f"“{value}” into {label}" for label, value in step["type"].items())


_DONE: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "run": _run,
    "get": lambda step: f"Open {step['get']}",
    "open": lambda step: f"Open {step['open']} in a browser",
    "post": _post,
    "request": _request,
    "submit": _submit,
    "follow": lambda step: f"Follow the link “{step['follow']}”",
    "click": lambda step: f"Click “{step['click']}”",
    "type": _type,
    "press": lambda step: f"Press {step['press']}",
    "drag": lambda step: f"Drag “{step['drag']['from']}” to “{step['drag']['to']}”",
    "see": lambda step: f"See “{step['see']}”",
    "restart": lambda _: "Stop it and start it again",
    "wait": lambda step: f"Wait {step['wait']} s",
    "clock": lambda step: f"Move the clock by {step['clock']}",
    "together": _together,
    "file": lambda step: f"Look at the file {step['file']}",
}


def _expectations(expect: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expect.items():
        if name in {"json", "header"}:
            yield from (
                f"{WHAT[name]} {key} {describe_matcher(each)}" for key, each in value.items()
            )
        elif isinstance(value, Mapping):
            yield f"{WHAT.get(name, name)} {describe_matcher(value)}"
        elif name in {"exit", "status"}:
            yield f"{WHAT[name]} {value}"
        else:
            yield f"{WHAT.get(name, name)} {_short(value)}"


def _with(sent: Any) -> str:
    return f" with {_short(sent)}" if sent else ""


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""Judge what came back by what a step expects of it, and keep values of it for later steps."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from .artefacts import artefact_text, is_kind, plain_text
from .client import Reply
from .expressions import as_number, written
from .matchers import (
    MATCHERS,
    as_text,
    describe_matcher,
    equal,
    fill_in_matcher,
    holds,
    is_matcher,
)
from .patterns import compile_pattern
from .program import Ran, Screen
from .templates import fill_in

_MOST_SHOWN = 1_500  # characters of what came back
_MOST_ERRORS = 500  # of them, for standard error
_MOST_NAMED = 200  # of an error
SEEN = "seen"
"""Name of what a step ``see`` expects of a screen."""

_TRACEBACK = "Traceback (most recent call last)"
_OK = range(HTTPStatus.OK, HTTPStatus.BAD_REQUEST)


class Check(NamedTuple):
    """One thing that was expected: in words, and whether it holds."""

    words: str
    held: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step brought to light: one of the four.

    Attributes:
        ran: a run of the program.
        reply: an answer of the server.
        content: of a file, None if there is no file.
        screen: of a person at a browser.
    """

    ran: Ran | None = None
    reply: Reply | None = None
    content: bytes | None = None
    screen: Screen | None = None

    @property
    def fault(self) -> str:
        """Why there is nothing to judge, in a sentence; else empty."""
        source = self.ran or self.reply
        return source.fault if source else ""

    @property
    def succeeded(self) -> bool:
        """Whether it went well as far as can be told without expectations."""
        if self.ran is not None:
            return self.ran.exit_code == 0
        return self.reply is None or self.reply.status in _OK

    @property
    def crash(self) -> str:
        """How the program crashed, in a sentence; empty where it may have ended on purpose."""
        if self.reply is not None:
            if self.reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return f"It answered {self.reply.status}."
            return self.reply.fault
        if self.ran is None or not self.ran.exit_code:
            return ""
        if self.ran.exit_code > 0 and _TRACEBACK not in self.ran.stderr:
            return ""
        last = self.ran.stderr.strip().rpartition("\n")[2].strip()
        return self.ran.fault or f"It ended with “{last[:_MOST_NAMED]}”."

    def raw(self) -> str:
        """Return what came back as it is."""
        if self.ran is not None:
            return self.ran.stdout
        if self.screen is not None:
            return self.screen.html
        return self.reply.text if self.reply is not None else plain_text(self.content or b"")

    def text(self) -> str:
        """Return what a reader sees of it."""
        if self.ran is not None:
            return self.ran.stdout
        if self.screen is not None:
            return self.screen.text
        if self.reply is None:
            return artefact_text(self.content or b"")
        if "json" in self.reply.kind:
            value = _parse(self.reply.text)
            return self.reply.text if value is None else as_text(value)
        return self.reply.page().text

    def show(self, expect: Mapping[str, Any]) -> str:
        """Return what came back, bounded, for people who look for what went wrong."""
        if self.ran is not None:
            end = "no exit" if self.ran.exit_code is None else f"exit {self.ran.exit_code}"
            errors = self.ran.stderr.strip()[-_MOST_ERRORS:]
            rest = f"\nstandard error: {errors}" if errors else ""
            return f"{end}\n{self.ran.stdout[: _MOST_SHOWN - len(rest) - 20]}{rest}"
        if self.screen is not None:
            return f"{self.screen.path}\n{self.screen.text}"[:_MOST_SHOWN]
        if self.reply is None:
            if self.content is None:
                return "no such file"
            return f"{len(self.content)} bytes\n{self.text()}"[:_MOST_SHOWN]
        head = f"{self.reply.status} {self.reply.kind} at {self.reply.path}"
        body = self.raw() if "html" in expect else self.text()
        return f"{head}\n{body}"[:_MOST_SHOWN]


def fill_in_expect(expect: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Fill values into what a step expects.

    Raises:
        ValueError: an expression cannot be computed.
    """
    filled: dict[str, Any] = {}
    for name, value in expect.items():
        if name in ("json", "header") and isinstance(value, Mapping):
            filled[name] = {
                written(fill_in(key, values)): fill_in_matcher(each, values)
                if is_matcher(each)
                else fill_in(each, values)
                for key, each in value.items()
            }
        elif name in MATCHERS:
            filled |= fill_in_matcher({name: value}, values)
        else:
            filled[name] = fill_in_matcher(value, values)
    return filled


def check_all(expect: Mapping[str, Any], seen: Seen) -> list[Check]:
    """Compare what came back with everything that is expected of it, all filled in.

    Raises:
        ValueError: something of it cannot be judged.
    """
    if seen.ran is None and seen.reply is None and seen.screen is None:
        return list(_check_file(expect, seen))
    return [check for name, value in expect.items() for check in _check(name, value, seen)]


def kept_value(how: Mapping[str, Any], seen: Seen) -> Any:
    """Return a value that a step saves.

    Args:
        how: ``{"pattern": …}``, whose first group counts, or ``{"pointer": …}``.
        seen: what came back.

    Raises:
        ValueError: it is not there.
    """
    if "pointer" in how:
        found, value = find_pointer(_parse(seen.raw()), str(how["pointer"]))
        if found:
            return value
        raise ValueError(f"There is nothing at {how['pointer']} in the answer.")
    pattern = compile_pattern(str(how.get("pattern", "")))
    for text in _places(seen):
        if match := pattern.search(text):
            return match.text if match.group is None else match.group
    raise ValueError(f"There is nothing like “{how.get('pattern', '')}” in the answer.")


def find_pointer(value: Any, pointer: str) -> tuple[bool, Any]:
    """Return whether there is a value at a JSON pointer, and the value."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False, None
    return True, value


def _places(seen: Seen) -> Iterator[str]:
    yield seen.raw()
    if seen.ran is not None:
        yield seen.ran.stderr
    elif seen.screen is not None:
        yield seen.text()
        yield seen.screen.path
    elif seen.reply is not None:
        yield seen.text()
        yield seen.reply.path
        yield seen.reply.header("Location")
    else:
        yield seen.text()


def _check(name: str, value: Any, seen: Seen) -> Iterator[Check]:
    if name == "exit":
        code = seen.ran.exit_code if seen.ran else None
        words = "another exit code than 0" if value == "not 0" else f"exit code {value}"
        yield Check(words, code is not None and (code != 0 if value == "not 0" else code == value))
    elif name == "status":
        status = seen.reply.status if seen.reply else 0
        given = value if isinstance(value, list) else [value]
        words = " or ".join(written(each) for each in given)
        yield Check(f"status {words}", any(_is_status(status, each) for each in given))
    elif name == "json":
        yield from _check_json(value, seen)
    elif name == "header":
        for header, matcher in value.items():
            found = seen.reply.header(header) if seen.reply else ""
            wanted = matcher if is_matcher(matcher) else {"contains": matcher}
            yield Check(f"header {header} {describe_matcher(wanted)}", holds(wanted, found))
    elif name == "kind":
        body = seen.reply.body if seen.reply else seen.raw().encode()
        yield Check(f"the answer is of the kind {value}", is_kind(body, written(value)))
    elif name == SEEN:
        words = written(value["contains"])
        plain = {"contains": " ".join(words.split()).casefold()}
        yield Check(
            f"text contains “{words}”", holds(plain, " ".join(seen.text().split()).casefold())
        )
    else:
        text = _surface(name, seen)
        wanted = value if is_matcher(value) else {"contains": value}
        held = text is not None and holds(wanted, text)
        yield Check(f"{name} {describe_matcher(wanted)}", held)


def _surface(name: str, seen: Seen) -> str | None:
    """Return the text that a matcher looks at; None where there is none of that name."""
    if name == "stderr":
        return seen.ran.stderr if seen.ran else None
    if name == "text":
        return seen.text()
    return seen.raw() if name == ("stdout" if seen.ran else "html") else None


def _check_json(expected: Mapping[str, Any], seen: Seen) -> Iterator[Check]:
    whole = _parse(seen.raw())
    for pointer, matcher in expected.items():
        there, value = find_pointer(whole, pointer)
        if is_matcher(matcher) and set(matcher) != {"equals"}:
            yield Check(
                f"{pointer} {describe_matcher(matcher)}", there and holds(matcher, as_text(value))
            )
            continue
        wanted = matcher["equals"] if is_matcher(matcher) else matcher
        yield Check(f"{pointer} is “{as_text(wanted)}”", there and equal(wanted, value))


def _check_file(expect: Mapping[str, Any], seen: Seen) -> Iterator[Check]:
    content = seen.content
    there = bool(expect.get("exists", True))
    yield Check("the file exists" if there else "there is no file", (content is not None) == there)
    if content is None:
        content = b""
    matcher = {name: value for name, value in expect.items() if name in MATCHERS}
    if matcher:
        text = plain_text(content)
        yield Check(f"the file {describe_matcher(matcher)}", holds(matcher, text))
    if "min_bytes" in expect:
        least = int(as_number(expect["min_bytes"]))
        yield Check(f"at least {least} bytes", len(content) >= least)
    if "kind" in expect:
        kind = written(expect["kind"])
        yield Check(f"the file is of the kind {kind}", is_kind(content, kind))
    if "text" in expect:
        wanted = expect["text"] if is_matcher(expect["text"]) else {"contains": expect["text"]}
        held = holds(wanted, artefact_text(content))
        yield Check(f"its text {describe_matcher(wanted)}", held)


def _is_status(status: int, expected: Any) -> bool:
    text = written(expected)
    if text.endswith("xx"):
        return status // 100 == int(text[0])
    return written(status) == text


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

"""What a step expects of what came back."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from toggle_core.gates.harness.promises.artefacts import KINDS
from toggle_core.gates.harness.promises.matchers import MATCHERS
from toggle_core.gates.promises.expressions import filled
from toggle_core.gates.promises.linear import check_pattern
from toggle_core.gates.promises.shape import Fault, listed, mapped, number, quoted, text

LONGEST: Final = 5_000
"""Characters of a text that is looked for."""

MOST: Final = 40
"""Values of one matcher."""

STATUSES: Final = frozenset({"1xx", "2xx", "3xx", "4xx", "5xx"})

_LONGEST_HEADER_NAME: Final = 60  # characters


def check_expect(value: object, known: tuple[str, ...]) -> None:
    """Check the object ``expect`` of a step.

    Args:
        value: the object.
        known: what a step of this kind can be expected to have.

    Raises:
        Fault: with the sentence that says what is wrong.
    """
    found = mapped(value, "“expect”", known=known)
    if not found:
        raise Fault("“expect” is empty.")
    for name, each in found.items():
        if name in MATCHERS:
            _check_matcher(name, each)
        else:
            _CHECKS[name](each)


def _check_succeeding(value: object) -> None:
    """Check how many of the steps that are carried out together have to succeed."""
    if isinstance(value, dict):
        value = mapped(value, "“count”", known=("is",)).get("is")
    _whole(value, "“count”", 0, 10)


def check_together(value: object, known: tuple[str, ...]) -> None:
    """Check what is expected of steps that are carried out together: of each, and how many succeed.

    Args:
        value: the object ``expect``.
        known: what each of the steps can be expected to have.
    """
    found = mapped(value, "“expect”", known=("count", *known))
    if "count" in found:
        _check_succeeding(found["count"])
    each = {name: part for name, part in found.items() if name != "count"}
    if each or not found:
        check_expect(each, known)


def _check_matchers(name: str) -> Callable[[object], None]:
    def check(value: object) -> None:
        if isinstance(value, str):
            _check_matcher("contains", value)
            return
        if not isinstance(value, dict):
            raise Fault(f"“{name}” must be an object such as {{“contains”: “text”}}.")
        if not value:
            raise Fault(f"“{name}” is empty.")
        for matcher, each in mapped(value, f"“{name}”", known=MATCHERS).items():
            _check_matcher(matcher, each)

    return check


def _check_matcher(name: str, value: object) -> None:
    if name == "count":
        counts = value if isinstance(value, list) else [value]
        for each in listed(counts, "“count”", most=MOST, fewest=1):
            _check_count(each)
        return
    many = isinstance(value, list)
    if name == "in_order" and not many:
        raise Fault("“in_order” must be a list.")
    for each in listed(value if many else [value], f"“{name}”", most=MOST, fewest=1):
        _check_sought(name, each)
        if name in {"matches", "not_matches"}:
            check_pattern(filled(str(each)))


def _check_sought(name: str, value: object) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return
    if value == "" and name != "equals":
        raise Fault(f"“{name}” looks for an empty text, which is in every text.")
    text(value, f"“{name}”", longest=LONGEST, shortest=0)


def _check_count(value: object) -> None:
    found = mapped(value, "“count”", known=("of", "is"))
    if set(found) != {"of", "is"}:
        raise Fault("“count” must be an object such as {“of”: “text”, “is”: 2}.")
    _check_sought("count", found["of"])
    if not isinstance(found["is"], str):
        _whole(found["is"], "The number in “count”", 0, 100_000)
    elif "${" not in found["is"] and not found["is"].isdecimal():
        raise Fault("The number in “count” must be a number or a placeholder.")


def _check_exit(value: object) -> None:
    if value != "not 0":
        _whole(value, "“exit”", 0, 255)


def _check_status(value: object) -> None:
    statuses = value if isinstance(value, list) else [value]
    for each in listed(statuses, "“status”", most=5, fewest=1):
        if not isinstance(each, str):
            _whole(each, "“status”", 100, 599)
        elif each not in STATUSES:
            raise Fault(f"“status” does not know {quoted(each)}; it is such as 200 or “4xx”.")


def _check_kind(value: object) -> None:
    if value not in KINDS:
        raise Fault(f"“kind” does not know {quoted(value)}; it knows {', '.join(KINDS)}.")


def _check_exists(value: object) -> None:
    if not isinstance(value, bool):
        raise Fault("“exists” must be true or false.")


def _check_json(value: object) -> None:
    found = mapped(value, "“json”")
    if not found:
        raise Fault("“json” is empty.")
    for pointer, each in found.items():
        check_pointer(pointer)
        if isinstance(each, dict):
            _check_matchers(f"json {pointer}")(each)


def _check_header(value: object) -> None:
    found = mapped(value, "“header”")
    if not found:
        raise Fault("“header” is empty.")
    for name, each in found.items():
        check_header_name(name)
        if isinstance(each, dict):
            _check_matchers(f"header {name}")(each)
        else:
            text(each, f"The header {quoted(name)}", longest=LONGEST, lines=False)


def check_pointer(value: object) -> None:
    """Check a JSON pointer (RFC 6901)."""
    pointer = text(value, "A JSON pointer", longest=300, shortest=0, lines=False)
    if pointer and not pointer.startswith("/"):
        raise Fault(f"A JSON pointer begins with “/”, and {quoted(pointer)} does not.")


def check_header_name(name: str) -> None:
    """Check the name of a header (RFC 9110, section 5.1), as programs use it."""
    if (
        not name.replace("-", "").isalnum()
        or not name.isascii()
        or len(name) > _LONGEST_HEADER_NAME
    ):
        raise Fault(f"{quoted(name)} cannot be the name of a header.")


def _whole(value: object, name: str, low: int, high: int) -> None:
    if number(value, name, low, high) % 1:
        raise Fault(f"{name} must be a whole number.")


_CHECKS: Final[Mapping[str, Callable[[Any], None]]] = {
    "exit": _check_exit,
    "status": _check_status,
    "kind": _check_kind,
    "exists": _check_exists,
    "min_bytes": lambda value: _whole(value, "“min_bytes”", 0, 1_000_000_000),
    "json": _check_json,
    "header": _check_header,
    **{name: _check_matchers(name) for name in ("stdout", "stderr", "text", "html")},
}

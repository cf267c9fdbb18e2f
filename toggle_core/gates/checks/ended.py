"""What is wrong with a program that came to its end."""

import re
from collections.abc import Iterator, Mapping

from toggle_core.gates.checks.started import Started
from toggle_core.gates.checks.tracebacks import last_error, own_tracebacks

_NO_TYPING = re.compile(r"\bEOFError\b|EOF when reading a line")
_OFFLINE = re.compile(
    r"Name or service not known|Temporary failure in name resolution|Network is unreachable"
)
_USAGE_ERROR = re.compile(r"^usage: .*^\S+: error: ", re.MULTILINE | re.DOTALL)
_ASKS_FOR_ARGUMENTS = re.compile(
    r"^\s*usage:|\b(?:please|must|you have to|need to) (?:provide|specify|pass|supply|give)\b"
    r"|\b(?:missing|no|expect(?:ed|s)?|requires?|needs?)\b.{0,30}\barguments?\b"
    r"|\bno (?:\w+ )?(?:file|input|name|path|number)s? (?:was |were )?"
    r"(?:given|provided|specified)\b",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_LINES_OF_A_COMPLAINT = 3
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x20\x7f-\xa0\u200b-\u200f\u2060\ufeff]")


def end_faults(started: Started, files: Mapping[str, str], entry: str) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong, the most telling first.

    Args:
        started: what became of the program; it has ended.
        files: the project.
        entry: the file that was started.
    """
    tracebacks = own_tracebacks(started.tracebacks, files)
    if started.exit_code:
        yield _why_it_failed(started, started.exit_code, tracebacks)
        return
    if _promises_to_serve(started):
        yield (
            "It begins to serve on its port, but ends at once instead of serving visitors (exit "
            "code 0)."
        )
    if tracebacks:
        yield (
            f"An error happened while it ran: {last_error(tracebacks[-1])} "
            "(traceback printed, exit code 0)."
        )
    if _only_complains(started.output):
        yield "It needs arguments to do anything; started without any, it only says so."
    if not is_seen(started.output) and not started.changes:
        yield _nothing_seen(started, entry)


def is_seen(output: str) -> bool:
    """Tell whether something was printed that a person sees."""
    return bool(_CONTROL.sub("", output))


def _nothing_seen(started: Started, entry: str) -> str:
    if started.needs.only_defines:
        return (
            f"{entry} only defines things, so starting it does nothing visible: no output, no file "
            "(exit code 0)."
        )
    return "It ended without doing anything visible: no output, no file (exit code 0)."


def _promises_to_serve(started: Started) -> bool:
    """Tell whether it opened the port that it was given, or printed an address with it."""
    port = started.given_port
    says = re.search(rf"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):{port}\b", started.output)
    return bool(says) or any(opened == port for _, opened in started.listening)


def _only_complains(output: str) -> bool:
    """Tell whether all that was printed is that arguments are missing."""
    if _USAGE_ERROR.search(output):
        return True
    lines = [line for line in output.splitlines() if line.strip()]
    few = 0 < len(lines) <= _MOST_LINES_OF_A_COMPLAINT
    return few and bool(_ASKS_FOR_ARGUMENTS.search(lines[0]))


def _why_it_failed(started: Started, code: int, tracebacks: list[str]) -> str:
    error = last_error(tracebacks[-1]) if tracebacks else ""
    rules = (
        (code < 0, f"It was ended by signal {-code} right after it started."),
        (
            bool(_NO_TYPING.search(error or started.output)),
            "It waits for someone to type, and there is nobody when it is checked (EOFError).",
        ),
        (
            any(error == f"KeyError: {each.name!r}" for each in started.needs.variables),
            f"It crashes where an environment variable is not set ({error}).",
        ),
        (
            bool(_OFFLINE.search(error)),
            f"It crashes without the internet, which the checks do not have ({error}).",
        ),
        (
            _wants_arguments(started.output, tracebacks),
            f"It needs arguments to do anything (exit code {code}).",
        ),
        (bool(error), f"It ended with an error: {error} (exit code {code})."),
    )
    return next(
        (sentence for applies, sentence in rules if applies),
        f"It ended with an error (exit code {code}).",
    )


def _wants_arguments(output: str, tracebacks: list[str]) -> bool:
    if tracebacks:
        return "argv" in tracebacks[-1] and "IndexError" in last_error(tracebacks[-1])
    return bool(_USAGE_ERROR.search(output) or _ASKS_FOR_ARGUMENTS.search(output))

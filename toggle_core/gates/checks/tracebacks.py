"""Tracebacks in what a program printed or answered: which are its own, and what they say."""

from collections.abc import Iterable, Mapping

_HEADER = "Traceback (most recent call last):"
_MOST_ERROR_CHARACTERS = 120
# A browser that goes away in the middle of an answer causes these in most servers.
_CLIENT_LEFT = ("BrokenPipeError", "ConnectionResetError", "ConnectionAbortedError")


def own_tracebacks(found: Iterable[str], files: Mapping[str, str]) -> list[str]:
    """Return the tracebacks that are a program's own.

    Args:
        found: tracebacks that it printed or showed.
        files: the project; a traceback in one of its files is a sample that the program is about.
    """
    samples = [_flat(text) for text in files.values() if _HEADER in text]
    return [each for each in found if not any(_begins(each) in sample for sample in samples)]


def faults_of_a_server(tracebacks: Iterable[str]) -> list[str]:
    """Return the tracebacks that are not about a client who left."""
    return [each for each in tracebacks if not last_error(each).startswith(_CLIENT_LEFT)]


def last_error(traceback: str) -> str:
    """Return the error that a traceback ends with, such as ``ValueError: no``, bounded."""
    last = traceback.strip().splitlines()[-1].strip(" |")
    last = "".join(sign if sign.isprintable() else " " for sign in last)
    return last if len(last) <= _MOST_ERROR_CHARACTERS else f"{last[:_MOST_ERROR_CHARACTERS]}..."


def _begins(traceback: str) -> str:
    return _flat("\n".join(traceback.splitlines()[:2]))


def _flat(text: str) -> str:
    """Return a text without its line breaks, those written as escapes in code too."""
    return " ".join(text.replace("\\n", "\n").replace('\\"', '"').split())

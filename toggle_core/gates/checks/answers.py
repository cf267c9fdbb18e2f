"""What is wrong with a program that is a server, by what it answered."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from http import HTTPStatus
from ipaddress import ip_address

from toggle_core.gates.checks.started import Started, Visited
from toggle_core.gates.checks.tracebacks import faults_of_a_server, last_error, own_tracebacks
from toggle_core.gates.harness.browse import AWAY, CIRCLE, FRONT
from toggle_core.gates.harness.fetch import DROPPED, ENDLESS, NOT_HTTP, SILENT
from toggle_core.gates.harness.markup import FORM, PAGE

_HOST = "127.0.0.1"
_STAYS_UP = 3  # seconds; as the harness waits
_MOST_PATHS = 5
_MOST_PATH_CHARACTERS = 80
# A form that is sent empty may be refused; that is an answer.
_REFUSES_INPUT = frozenset((HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY))
_REFUSES_VISITORS = frozenset((HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))
_ABOUT_LOGIN = re.compile(r"\b(?:log(?:ged)?|sign(?:ed)?)[ -]?in\b|\bpassword\b", re.IGNORECASE)
_TERMS = {
    DROPPED: "connection closed before the answer was complete",
    SILENT: "no answer in time",
    ENDLESS: "an answer without end",
    NOT_HTTP: "not HTTP",
    CIRCLE: "redirect loop",
    AWAY: "redirect to another site",
}


def server_faults(
    started: Started, files: Mapping[str, str], lacking: Collection[str], seconds: float
) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong, the most telling first.

    Args:
        started: what became of the program; a port of it was visited.
        files: the project.
        lacking: variables with keys that it needs; a page that fails for want of one is no fault.
        seconds: how long it had to answer.
    """
    if started.port != started.given_port:
        yield (
            f"It listens on port {started.port} instead of the port that it is given in the "
            "variable PORT."
        )
    yield from _address_faults(started)
    if not started.answered:
        yield _no_answer(started, seconds)
        return
    if started.exit_code is not None:
        yield _ended(started, started.exit_code)
        return
    yield from _front_faults(started, files, lacking)
    for traceback in faults_of_a_server(own_tracebacks(started.tracebacks, files))[:1]:
        yield f"An error happened while it served: {last_error(traceback)} (traceback printed)."
    yield from _link_faults(started, files, lacking)
    if not started.lasts:
        yield f"It no longer answers {_STAYS_UP} seconds after its first answer."


def _address_faults(started: Started) -> Iterator[str]:
    addresses = [ip_address(address) for address, _ in started.listening]
    if any(address.is_unspecified for address in addresses):
        yield (
            f"It listens on every address of the machine (0.0.0.0) although HOST is {_HOST}: "
            "everyone on the same network could open it."
        )
        return
    own = [address for address, port in started.listening if port == started.given_port]
    if own and _HOST not in own:
        yield f"It listens on {own[0]} instead of the address that it is given in HOST, {_HOST}."


def _no_answer(started: Started, seconds: float) -> str:
    where = "its port" if started.port == started.given_port else f"port {started.port}"
    fault = started.visited[-1].fault if started.visited else SILENT
    if fault == NOT_HTTP:
        return f"What answers on {where} is not HTTP, so no browser can show it."
    if fault == DROPPED:
        return f"It opened {where}, but closes every connection without an answer."
    return f"It opened {where}, but gave no answer within {round(seconds)} seconds."


def _ended(started: Started, code: int) -> str:
    broken = [each for each in started.visited if each.fault in (DROPPED, SILENT)]
    if broken:
        return f"It ended when {_shown(broken[0].page.path)} was opened ({_exit(code)})."
    return f"It ended within {_STAYS_UP} seconds of its first answer ({_exit(code)})."


def _exit(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _front_faults(
    started: Started, files: Mapping[str, str], lacking: Collection[str]
) -> Iterator[str]:
    front = [each for each in started.visited if each.kind == FRONT]
    last, status = front[-1], front[-1].page.status
    excused = any(name in lacking for name in last.names)
    tracebacks = own_tracebacks(last.tracebacks, files)
    if fault := next((each.fault for each in front if each.fault), ""):
        yield f"Its front page cannot be shown ({_TERMS[fault]})."
    elif tracebacks:
        yield f"Its front page shows a traceback: {last_error(tracebacks[0])} (HTTP {status})."
    elif status in _REFUSES_VISITORS and not excused:
        yield f"Its front page lets nobody in (HTTP {status}), so nothing behind it can be tried."
    elif status >= HTTPStatus.BAD_REQUEST and not excused:
        yield f"Its front page answers with an error (HTTP {status})."
    elif not last.shows:
        yield f"Its front page is empty: there is nothing to see on it (HTTP {status})."


def _link_faults(
    started: Started, files: Mapping[str, str], lacking: Collection[str]
) -> Iterator[str]:
    """One sentence for each thing that goes wrong, with all the paths where it does."""
    paths: dict[str, list[str]] = {}
    for each in started.visited:
        if each.kind != FRONT and (what := _link_fault(each, files, lacking)):
            paths.setdefault(what, []).append(each.page.path)
    for what, where in paths.items():
        begin = "A link does" if len(where) == 1 else f"{len(where)} links do"
        yield f"{begin} not work: {_listed(where)} ({what})."


def _link_fault(visited: Visited, files: Mapping[str, str], lacking: Collection[str]) -> str:
    """Return what is wrong with an answer in an engineer's words; empty if nothing is."""
    page = visited.page
    if visited.fault:
        return _TERMS[visited.fault]
    if own_tracebacks(visited.tracebacks, files):
        return f"a traceback, HTTP {page.status}"
    if page.status >= HTTPStatus.BAD_REQUEST:
        return "" if _is_excused(visited, lacking) else f"HTTP {page.status}"
    shown = visited.shows or visited.kind != PAGE or page.content_type not in ("text/html", "")
    return "" if shown or page.status != HTTPStatus.OK else "an empty page"


def _is_excused(visited: Visited, lacking: Collection[str]) -> bool:
    status = visited.page.status
    asks_login = visited.asks_login or bool(_ABOUT_LOGIN.search(visited.words))
    return (
        any(name in lacking for name in visited.names)
        or (visited.kind == FORM and status in _REFUSES_INPUT)
        or (status in _REFUSES_VISITORS and asks_login)
    )


def _listed(paths: Iterable[str]) -> str:
    shown = [_shown(path) for path in paths]
    rest = len(shown) - _MOST_PATHS
    return ", ".join(shown[:_MOST_PATHS]) + (f" and {rest} more" if rest > 0 else "")


def _shown(path: str) -> str:
    return path if len(path) <= _MOST_PATH_CHARACTERS else f"{path[:_MOST_PATH_CHARACTERS]}..."

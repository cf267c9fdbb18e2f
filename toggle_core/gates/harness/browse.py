"""Visit a server as a careful browser would: its front page, and what that leads to on its site."""

import re
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from math import inf

from .fetch import ENDLESS, NOT_HTTP, Answer, fetch
from .frontier import Frontier, Step
from .markup import PART
from .patience import Patience
from .view import View, view_of

FRONT = "front"
CIRCLE, AWAY = "circle", "away"

_MOST_HOPS = 10
_MOST_COOKIES = 50
_IDLE_SECONDS_A_PAGE = 8.0
_PAUSE = 0.1  # seconds


@dataclass(slots=True)
class Visited:
    """What was asked for, and what came back.

    Attributes:
        step: what was asked for; the kind of the front page is ``FRONT``.
        answer: what came back.
        view: what is to be seen of it.
        fault: what is wrong with it, as in ``Answer``; or ``CIRCLE``: redirects without end;
            ``AWAY``: the front page leads to another site.
        names: which of the words that were looked for are in it.
    """

    step: Step
    answer: Answer
    view: View
    fault: str
    names: list[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visit is to look at.

    Attributes:
        most: pages and forms to ask for.
        seconds: in which the server may be idle, for all of them together.
        names: words to look for in each page.
    """

    most: int
    seconds: float
    names: tuple[str, ...]


class Visit:
    """A visit under way, in a thread of its own.

    Attributes:
        port: the port that is visited.
        visited: what came back so far, in the order of asking.
        answered_at: monotonic time of the first answer, None before.
        left: how many addresses were not asked for, because there were too many.
    """

    def __init__(self, address: str, port: int, wanted: Wanted, patience: Patience) -> None:
        """Begin.

        Args:
            address: where the server listens.
            port: its port.
            wanted: what to look at.
            patience: what is left of it is for the first answer.
        """
        self.port = port
        self.visited: list[Visited] = []
        self.answered_at: float | None = None
        self.left = 0
        self._address = address
        self._wanted = wanted
        self._patience = patience
        self._frontier = Frontier(port, {"127.0.0.1", "localhost", address})
        self._cookies: dict[str, str] = {}
        self._asking: Step | None = None
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()

    def is_done(self, seconds: float = 0.0) -> bool:
        """Whether everything was asked for, or time was up; waits so long for it."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def all_visited(self) -> list[Visited]:
        """Return what came back, and last what is still being waited for, as without end."""
        asking, visited = self._asking, list(self.visited)
        if asking is not None and not self.is_done():
            nothing = Answer(fault=ENDLESS)
            visited.append(Visited(asking, nothing, view_of(nothing), ENDLESS, []))
        return visited

    def still_answers(self) -> bool:
        """Ask for the front page once more."""
        self._patience.extend(_IDLE_SECONDS_A_PAGE)
        return not self._fetch("/").fault

    def _visit(self) -> None:
        if not self._visit_front():
            return
        pages = 1
        while self._frontier and pages < self._wanted.most and not self._patience.is_over:
            step = self._frontier.next()
            pages += step.kind != PART
            self._follow(step)
        self.left = len(self._frontier) + self._frontier.left_out

    def _visit_front(self) -> bool:
        """Ask for the front page until there is an answer; return whether one came."""
        step, before = Step("/", FRONT, ""), None
        while True:
            answer = self._fetch("/")
            if answer.status:
                self._patience.extend(self._wanted.seconds)
                self.answered_at = time.monotonic()
                self._follow(step, answer)
                return True
            if answer.fault == NOT_HTTP or self._patience.is_over:
                # The last try may only have been cut short.
                self._note(step, before or answer)
                return False
            before = answer
            time.sleep(_PAUSE)

    def _follow(self, step: Step, answer: Answer | None = None) -> None:
        """Ask for an address and follow its redirects on this site."""
        first = len(self.visited)
        asked: set[tuple[str, str]] = set()
        while (step.path, self._cookie_header()) not in asked and len(asked) < _MOST_HOPS:
            asked.add((step.path, self._cookie_header()))
            self._asking = step
            answer = answer or self._fetch(step.path)
            self._note(step, answer)
            if not answer.location or answer.fault:
                return
            target = self._frontier.local(answer.location, step.path)
            if target is None:
                self.visited[-1].fault = AWAY if step.kind == FRONT else ""
                return
            ours = any(target == path for path, _ in asked)
            if not self._frontier.learn(target) and not ours and step.kind != FRONT:
                return  # it is asked for anyway
            step, answer = Step(target, step.kind, step.path), None
        self.visited[first].fault = CIRCLE

    def _fetch(self, path: str) -> Answer:
        """Ask for a path; for the first answer all of the patience may be used up."""
        seconds = inf if self.answered_at is None else _IDLE_SECONDS_A_PAGE
        cookies = self._cookie_header()
        answer = fetch(self._address, self.port, path, cookies, self._patience, seconds)
        self._cookies |= dict(answer.cookies[:_MOST_COOKIES])
        return answer

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items() if value)

    def _note(self, step: Step, answer: Answer) -> None:
        view = view_of(answer)
        names = [name for name in self._wanted.names if _is_in(name, answer.text)]
        self.visited.append(Visited(step, answer, view, answer.fault, names))
        if answer.status < HTTPStatus.BAD_REQUEST:
            self._frontier.add(view.document, step.path)


def _is_in(name: str, text: str) -> bool:
    return name in text and bool(re.search(rf"\b{re.escape(name)}\b", text))

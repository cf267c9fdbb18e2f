"""Faults of a model's server: it hangs, refuses, breaks off, and talks nonsense."""

import itertools
import json
import threading
from typing import Final

from tests.chaos.books import unfinished
from tests.chaos.result import Result, result_of
from tests.chaos.rig import Rig, Scale, rig
from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PROJECT
from tests.integration.chat.server import Connection, Reply, ScriptedServer

GOOD: Final = replies.streamed(json.dumps(json.loads(PLAN) | json.loads(PROJECT)))
"""A plan and a project in one: what is not asked for is passed over."""

NONSENSE: Final = bytes(range(256)) * 4


def trouble_the_model(scale: Scale) -> Result:
    """A model server hangs, answers 429 and 500, drops connections, streams nonsense.

    Runs go on once it is well again, or fail with a sentence that names the model.
    """
    with _Troubled() as model, rig(scale) as at:
        at.worker(
            TOGGLE_BUILDER="",
            TOGGLE_MODEL="openai:scripted",
            OPENAI_API_KEY="sk-none",
            OPENAI_BASE_URL=f"{model.address}/v1",
            TOGGLE_MODEL_TIMEOUT_SECONDS="1",
            TOGGLE_MAX_RETRIES="2",
        )
        for _ in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            with at.injection():
                _trouble(at, model)
        at.injections = model.given
        return result_of(at, may_fail=True)


def _trouble(at: Rig, model: "_Troubled") -> None:
    """Let each fault be met once, and be well again."""
    met = model.given + len(model.faults)
    model.troubled = True
    at.until(lambda: model.given >= met or unfinished(at.url) == 0)
    model.troubled = False


class _Troubled(ScriptedServer):
    """Answers well, or with one fault after the other.

    Attributes:
        troubled: whether it answers with faults.
        given: how many faults it has answered with.
    """

    def __init__(self) -> None:
        super().__init__()
        self.troubled = False
        self.given = 0
        self.faults: tuple[Reply, ...] = (
            self._hang,
            replies.error(429, "Slow down"),
            replies.error(500, "Oops"),
            replies.dropped_after('{"goal": "'),
            replies.reset,
            self._nonsense,
            replies.streamed("Certainly! \x00\ufffd {{{"),
        )
        self._turn = itertools.cycle(self.faults)
        self._lock = threading.Lock()

    def next_reply(self) -> Reply:
        """The next fault, or a good answer."""
        with self._lock:
            if not self.troubled:
                return GOOD
            self.given += 1
            return next(self._turn)

    def _hang(self, connection: Connection) -> None:
        self.stopping.wait(5)

    def _nonsense(self, connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        connection.write(b"data: " + NONSENSE + b"\n\n" + NONSENSE)

"""A builder whose steps take a little time, so that faults find runs in the middle of them."""

import os
import random
import threading

from tests.sandbox.served_apps import ECHO
from toggle_core.builders.protocol import Feedback, Plan, Project

SECONDS = "CHAOS_STEP_SECONDS"
"""Variable: how long a step takes at most."""

SERVE = "Serve"
"""Tasks that begin with it become a program for a browser, which keeps what it is sent."""


class Steady:
    """Plans and codes in a random time up to ``SECONDS``."""

    name = "steady"
    streams = False
    ideas = ("Say hello",)

    def plan(self, task: str) -> Plan:
        """Plan after a while."""
        _work()
        return Plan(f"A program for: {task}")

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Code after a while."""
        _work()
        if task.startswith(SERVE):
            return Project({"main.py": ECHO}, "main.py", "python main.py", "It keeps a text.")
        return Project(
            {"main.py": f"print({task!r})\n"}, "main.py", "python main.py", "It prints its task."
        )


def _work() -> None:
    # Not time.sleep, which fails under libfaketime.
    threading.Event().wait(random.uniform(0.2, 1.0) * float(os.environ.get(SECONDS, "0.3")))

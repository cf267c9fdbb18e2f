"""A builder that kills the process it works in."""

import os
import signal

from tests.builders import OneByOne
from toggle_core.builders.protocol import Feedback, Plan, Project


class Dangerous(OneByOne):
    """Kills its worker where the task says so; codes any other in a second."""

    name = "dangerous"

    def plan(self, task: str) -> Plan:
        """Plan at once."""
        return Plan(f"A program for: {task}")

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Code, or take the whole process along, as a library that runs out of memory does."""
        if task.startswith("Kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().code(task, plan, feedback)

"""A builder for scripts/deployment.sh, so that a worker can be killed in the middle of its work."""

import time
from pathlib import Path
from typing import Final

from toggle_core.builders.protocol import Feedback, Plan, Project

GO: Final = Path("/tmp/go")  # noqa: S108  in a container, where nobody else is


class Waiting:
    """Plans at once, and codes where the file ``/tmp/go`` exists: in a container chosen by it."""

    name = "waiting"
    ideas = ("Wait",)

    def plan(self, task: str) -> Plan:
        """A plan that repeats the task."""
        return Plan(f"Wait, then do this: {task}")

    # The names are those of the protocol.
    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:  # noqa: ARG002  the protocol
        """Wait for the file, and return a project of one line."""
        while not GO.exists():
            time.sleep(0.1)
        return Project({"main.py": "print('done')\n"}, "main.py", "python main.py", "It waited.")

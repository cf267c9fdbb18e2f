"""Builders for measurements, through ``TOGGLE_BUILDER=module:Class``."""

import os
import time
from pathlib import Path
from typing import Final

from benchmarks.peers.graph import FILES
from toggle_core.builders.protocol import Feedback, Plan, Project

NOTES: Final = "BENCH_NOTES"
"""Variable with the file that ``Noting`` writes to."""


class Instant:
    """Plans and codes at once, the same as the peers' graph."""

    name = "instant"
    ideas = ("Create a hello world app",)
    streams = False

    def plan(self, task: str) -> Plan:
        """A plan that repeats the task."""
        return Plan(f"A program for: {task}\n\n1. Write it\n2. Test it")

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:  # noqa: ARG002  the protocol
        """The same small project every time."""
        return Project(FILES, "main.py", "python main.py", "A program that says hello.")


class Noting(Instant):
    """Notes for each task when its first node runs."""

    name = "noting"

    def plan(self, task: str) -> Plan:
        """Note the time of day, and plan."""
        now = time.time()
        with Path(os.environ[NOTES]).open("a") as notes:
            notes.write(f"{now} {task}\n")
        return super().plan(task)


class Waiting(Instant):
    """Takes a second for each call, as a fast model would."""

    name = "waiting"

    def plan(self, task: str) -> Plan:
        """Plan in a second."""
        time.sleep(1)
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Code in a second."""
        time.sleep(1)
        return super().code(task, plan, feedback)

"""Builders that remember what they were told of plans and of the project to change."""

import os
from pathlib import Path

from tests.builders import Quick
from toggle_core.builders.protocol import Base, Feedback, Plan, Project

FIRST_LINE = "A program for: "


class Told(Quick):
    """Plans and codes at once, and keeps each plan it codes for."""

    name = "told"

    def __init__(self) -> None:
        self.planned = 0
        self.plans: list[str] = []

    def plan(self, task: str) -> Plan:
        """Plan and count."""
        self.planned += 1
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Keep the plan, and code."""
        self.plans.append(plan)
        return super().code(task, plan, feedback)


class Noting(Quick):
    """Writes the first line of each plan it codes for into the file ``TEST_NOTES``."""

    name = "noting"

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Note the plan, and code."""
        with Path(os.environ["TEST_NOTES"]).open("a") as notes:
            notes.write(plan.splitlines()[0] + "\n")
        return super().code(task, plan, feedback)


class Changing(Quick):
    """Changes a project, and keeps what it was told of it."""

    name = "changing"

    def __init__(self) -> None:
        self.planned_with: list[Base | None] = []
        self.coded_with: list[Base | None] = []

    def plan(self, task: str, *, base: Base | None = None) -> Plan:
        """Plan, and keep the base."""
        self.planned_with.append(base)
        return super().plan(task)

    def code(
        self, task: str, plan: str, feedback: Feedback | None = None, *, base: Base | None = None
    ) -> Project:
        """Add a file for the task to the project there is."""
        self.coded_with.append(base)
        made = super().code(task, plan, feedback)
        files = dict(base.files if base else made.files) | {f"{len(task)}.txt": task}
        return Project(files, made.entry, made.how_to_run, made.summary, 5, 6)

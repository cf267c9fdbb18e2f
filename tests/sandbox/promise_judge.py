"""The gate ``promises`` alone."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from toggle_core.builders.protocol import Project
from toggle_core.gates.checks import promises as gate
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings


def judged_alone(
    sandbox: Backend,
    settings: GateSettings,
    project: Project,
    listed: Iterable[Mapping[str, Any]],
) -> Judgement:
    """What the gate says of a project, with some promises."""
    promises = {"promises": list(listed)}
    stop = threading.Event()
    return gate.check(
        Context(project.files, project.entry, sandbox, settings, stop, promises=promises)
    )

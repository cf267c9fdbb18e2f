"""Find the promises that a program keeps which does nothing."""

import secrets
import threading
from collections.abc import Mapping
from typing import Any

from toggle_core.gates.checks.context import Context
from toggle_core.gates.harness.promises.vocabulary import has_browser_steps
from toggle_core.gates.sandbox.state import available
from toggle_core.gates.sandbox.supervisor import Stop
from toggle_core.gates.settings import GateSettings

_PROGRAM = "promises.dummies"
_START_SECONDS = 5.0
_STEP_SECONDS = 3.0
_PROCESSOR_SECONDS = 5.0


def vacuous(
    promises: Mapping[str, Any], settings: GateSettings, stop: Stop | None = None
) -> list[str]:
    """Return the ids of the promises that one of four dummies keeps.

    The dummies run in the sandbox: a page that echoes what it was sent, an empty page, a program
    that prints its arguments, and one that prints nothing.

    Args:
        promises: the JSON of the language.
        settings: how to look for a sandbox, and how long it may take.
        stop: ends it when set.

    Returns:
        Ids in the order of the promises; none where there is no sandbox, or it was stopped.
    """
    backend = available(settings.sandbox).backend
    listed = list(promises.get("promises") or ())
    if backend is None or not backend.servers or not listed:
        return []
    options = {
        "promises": listed,
        "entry": "main.py",
        "seed": secrets.token_hex(8),
        "start_seconds": _START_SECONDS,
        "step_seconds": _STEP_SECONDS,
        "processor_seconds": _PROCESSOR_SECONDS,
        "servers": True,
    }
    context = Context({}, "main.py", backend, settings, stop or threading.Event())
    seconds = 2 * _PROCESSOR_SECONDS * len(listed)
    browser = context.browser() if has_browser_steps(listed) else None
    if browser is None:
        done = context.run(_PROGRAM, seconds, options)
    else:
        done, _ = context.run_with_browser(browser, _PROGRAM, seconds, options)
    found: list[str] = (done.report or {}).get("vacuous", [])
    return found

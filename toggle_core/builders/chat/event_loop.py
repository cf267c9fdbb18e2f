"""One event loop for all model calls of the process.

A call is awaited there while the caller's thread waits. Only an awaited call can be stopped at a
deadline whatever the server does: a blocked ``recv`` starts its timeout anew with every byte.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import wait
from typing import Any, TypeVar

from toggle_core.builders.stopping import check_stop

Result = TypeVar("Result")

LOOK_SECONDS = 0.1
"""How often a waiting thread looks whether its answer is still wanted."""

_starting = threading.Lock()
_running: list[asyncio.AbstractEventLoop] = []


def run(call: Coroutine[Any, Any, Result]) -> Result:
    """Await a call on the loop, in the caller's context, so that callbacks of LangGraph are found.

    Args:
        call: what to await. It is cancelled when the wait is interrupted.

    Returns:
        What the call returns.

    Raises:
        RunInterrupted: nobody wants the answer any more.
        BaseException: what the call raises.
    """
    future = asyncio.run_coroutine_threadsafe(call, _loop())
    try:
        while not wait([future], timeout=LOOK_SECONDS).done:
            check_stop()
        return future.result()
    finally:
        future.cancel()


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:
        if not _running:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="model-calls", daemon=True).start()
            _running.append(loop)
        return _running[0]


# A forked child has the loop but not its thread; it starts its own.
os.register_at_fork(after_in_child=_running.clear)
